"""A number opened to the arithmetic that made it.

Everything is for one sample, as a batch of one. Errors are ∂goal/∂number, sent back by the chain rule; the goal is the
loss, or a class's logit. A test holds all of it against TensorFlow's own gradients.
"""

from collections.abc import Callable

from engine.errors import UserError
from engine.explain.averaged_head import AveragedHead
from engine.explain.number_answers import num_classes, open_loss, open_probability
from engine.explain.number_backward import open_delta, open_error, open_gradient, open_weight
from engine.explain.number_class import METHODS, open_alpha, open_cell_weight, open_map
from engine.explain.number_forward import open_activation, open_input, open_mean, open_scale, open_shift
from engine.explain.number_recurrent import RECURRENT, gates_of, open_gate, open_gate_sum, open_gate_term
from engine.explain.number_through_time import open_gate_delta, open_state_error
from engine.explain.opened import Numbers, Opened, Place
from engine.explain.unrolled import unrolled

OPENERS: dict[str, Callable[[Numbers, Place], Opened]] = {
    "activation": open_activation,
    "delta": open_delta,
    "error": open_error,
    "gradient": open_gradient,
    "input": open_input,
    "weight": open_weight,
    "probability": open_probability,
    "scale": open_scale,
    "shift": open_shift,
    "mean": open_mean,
    "gate": open_gate,
    "gate_sum": open_gate_sum,
    "gate_term": open_gate_term,
    "gate_delta": open_gate_delta,
    "state_error": open_state_error,
    "cell_weight": open_cell_weight,
}
OF_STEPS = ("gate", "gate_sum", "gate_term", "gate_delta", "state_error")


def open_number(numbers: Numbers, place: Place, head: AveragedHead | None = None) -> Opened:
    """Open a number.

    Args:
        head: where the network averages maps; for the weights of CAM.

    Raises:
        UserError: there is no such number.
    """
    if place.what == "loss":
        return open_loss(numbers, place)
    if place.layer not in numbers.activations:
        raise UserError(f"There is no layer {place.layer[:60]!r}.", "Choose a layer of the network.", "layer")
    _require_index(place, _shape(numbers, place))
    if place.what in ("alpha", "map"):
        _require_method(place, head)
        return (open_alpha if place.what == "alpha" else open_map)(numbers, place, head)
    if place.what not in OPENERS:
        raise UserError(f"A {place.what} of {place.layer} cannot be opened here.", "Choose another number.", "what")
    return OPENERS[place.what](numbers, place)


def _require_method(place: Place, head: AveragedHead | None) -> None:
    if place.variable not in METHODS or place.of < 0:
        raise UserError(f"{place.variable!r} makes no map of a class.", f"Methods: {', '.join(METHODS)}.", "variable")
    if place.variable == "cam" and head is None:
        raise UserError(
            "CAM needs global average pooling and one dense layer at the end.", "Choose Grad-CAM.", "variable"
        )


def _shape(numbers: Numbers, place: Place) -> tuple[int, ...]:
    """Of the array that the index of a place counts in."""
    values, what = numbers.activations[place.layer].shape, place.what
    if what in ("weight", "gradient"):
        return _variable_shape(numbers, place)
    if what in OF_STEPS:
        return _steps_shape(numbers, place)
    if what == "input":
        return tuple(numbers.raw.shape)
    if what == "probability":
        return (num_classes(numbers, place.layer),)
    if what in ("scale", "shift", "alpha"):
        return tuple(values[-1:])
    if what == "mean":
        side = int(place.variable) if place.variable.isdecimal() and int(place.variable) else 0
        squares = tuple(-(-size // side) for size in values) if side else ()
        if side and len(values) == 2:
            return squares  # a sequence is one map
        return (*squares[:-1], values[-1]) if side else tuple(values[-1:])
    return tuple(values[:2] if what == "map" else values)


def _variable_shape(numbers: Numbers, place: Place) -> tuple[int, ...]:
    held = (numbers.weights if place.what == "weight" else numbers.gradients).get(place.layer, {})
    if place.variable not in held:
        known = ", ".join(held) or "none"
        raise UserError(f"{place.layer} has no {place.what} {place.variable!r}.", f"It has: {known}.", "variable")
    return tuple(held[place.variable].shape)


def _steps_shape(numbers: Numbers, place: Place) -> tuple[int, ...]:
    if numbers.kind(place.layer) not in RECURRENT:
        raise UserError(f"{place.layer} has no gates.", "Choose a recurrent layer.", "layer")
    way, name = unrolled(numbers, place.layer, place.variable)
    gate, _, which = name.partition("/")
    known = gates_of(numbers, place.layer, place.variable)
    if gate not in known or (place.what == "gate_term") != (which in ("0", "1", "2")):
        raise UserError(f"{place.layer} has no gate {place.variable!r}.", f"It has: {', '.join(known)}.", "variable")
    return way.steps, way.cell.units


def _require_index(place: Place, shape: tuple[int, ...]) -> None:
    fits = len(place.index) == len(shape) and all(0 <= n < size for n, size in zip(place.index, shape, strict=True))
    if not fits:
        raise UserError(
            f"There is no number {list(place.index)}; the shape is {list(shape)}.", "Choose another.", "index"
        )
