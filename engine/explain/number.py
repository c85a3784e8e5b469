"""A number opened to the arithmetic that made it.

Everything is for one sample, as a batch of one. Errors are ∂loss/∂number, sent back by the chain rule; a test holds all
of it against TensorFlow's own gradients.
"""

from collections.abc import Callable

from engine.errors import UserError
from engine.explain.number_backward import open_delta, open_error, open_gradient, open_weight
from engine.explain.number_forward import open_activation, open_input, open_loss
from engine.explain.opened import Numbers, Opened, Place

OPENERS: dict[str, Callable[[Numbers, Place], Opened]] = {
    "activation": open_activation,
    "delta": open_delta,
    "error": open_error,
    "gradient": open_gradient,
    "input": open_input,
    "weight": open_weight,
}


def open_number(numbers: Numbers, place: Place) -> Opened:
    """Open a number.

    Raises:
        UserError: there is no such number.
    """
    if place.what == "loss":
        return open_loss(numbers, place)
    if place.layer not in numbers.activations:
        raise UserError(f"There is no layer {place.layer[:60]!r}.", "Choose a layer of the network.", "layer")
    _require_index(numbers, place)
    return OPENERS[place.what](numbers, place)


def _require_index(numbers: Numbers, place: Place) -> None:
    if place.what in ("weight", "gradient"):
        held = (numbers.weights if place.what == "weight" else numbers.gradients).get(place.layer, {})
        if place.variable not in held:
            known = ", ".join(held) or "none"
            raise UserError(f"{place.layer} has no {place.what} {place.variable!r}.", f"It has: {known}.", "variable")
        shape: tuple[int, ...] = held[place.variable].shape
    else:
        shape = numbers.raw.shape if place.what == "input" else numbers.activations[place.layer].shape
    fits = len(place.index) == len(shape) and all(0 <= n < size for n, size in zip(place.index, shape, strict=True))
    if not fits:
        raise UserError(
            f"There is no number {list(place.index)}; the shape is {list(shape)}.", "Choose another.", "index"
        )
