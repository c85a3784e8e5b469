"""The numbers of one update: every quantity of an optimiser's equation, with the operands that made it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.explain.descent import Descent
from engine.explain.update_rules import EPSILON, State, step_size

Operand = np.ndarray | float


@dataclass(frozen=True)
class Quantity:
    """One line of an update.

    Args:
        name: as shown, e.g. "First moment".
        equation: in symbols.
        values: of both weights (2,).
        template: the arithmetic of one weight, `{}` for each operand, in the markup of formulas.
        operands: in the template's order; one for both weights, or one for each (2,).
        is_signed: whether the sign means a direction, so that its colour helps.
    """

    name: str
    equation: str
    values: np.ndarray
    template: str
    operands: tuple[Operand, ...]
    is_signed: bool = True

    def of(self, weight: int) -> tuple[float, ...]:
        """The operands of one weight, 0 or 1."""
        return tuple(float(item[weight]) if isinstance(item, np.ndarray) else float(item) for item in self.operands)


@dataclass(frozen=True)
class _Moment:
    """An update under way: the state before it, the gradient (2,), the state after it, and the settings."""

    before: State
    gradient: np.ndarray
    after: State
    settings: dict[str, float]

    def slot(self, name: str, *, is_old: bool = False) -> np.ndarray:
        return np.asarray((self.before if is_old else self.after).slots[name][0])

    def setting(self, name: str) -> float:
        return self.settings[name]


def update_numbers(found: Descent, step: int, start: int = 0) -> tuple[Quantity, ...]:
    """What the update number `step` computed, in its order.

    Args:
        step: from 1 to `found.steps`.
        start: which of the starts.
    """
    after = found.state(step, start)
    moment = _Moment(found.state(step - 1, start), found.gradients[step - 1, start], after, dict(found.settings))
    return LINES[found.optimizer](moment)


def moved(found: Descent, step: int, start: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The weights (2,) before and after update `step`."""
    return found.positions[step - 1, start], found.positions[step, start]


def _sgd(moment: _Moment) -> tuple[Quantity, ...]:
    rate, gradient = moment.setting("learning_rate"), moment.gradient
    return (Quantity("Update", "Δw = −η·g", -rate * gradient, "−{} · {}", (rate, gradient)),)


def _velocity(moment: _Moment) -> Quantity:
    rate, beta, gradient = moment.setting("learning_rate"), moment.setting("momentum"), moment.gradient
    values, old = moment.slot("v"), moment.slot("v", is_old=True)
    return Quantity("Velocity", "v ← β·v − η·g", values, "{} · {} − {} · {}", (beta, old, rate, gradient))


def _momentum(moment: _Moment) -> tuple[Quantity, ...]:
    velocity = _velocity(moment)
    return (velocity, Quantity("Update", "Δw = v", velocity.values, "{}", (velocity.values,)))


def _nesterov(moment: _Moment) -> tuple[Quantity, ...]:
    velocity, rate, beta = _velocity(moment), moment.setting("learning_rate"), moment.setting("momentum")
    values = beta * velocity.values - rate * moment.gradient
    operands = (beta, velocity.values, rate, moment.gradient)
    return (velocity, Quantity("Update", "Δw = β·v − η·g", values, "{} · {} − {} · {}", operands))


def _rooted(moment: _Moment, squares: Quantity) -> tuple[Quantity, ...]:
    rate, gradient = moment.setting("learning_rate"), moment.gradient
    values = -rate * gradient / np.sqrt(squares.values + EPSILON)
    operands = (rate, gradient, squares.values, EPSILON)
    return (squares, Quantity("Update", "Δw = −η·g / √(s + ε)", values, "−{} · {} / √({} + {})", operands))


def _rmsprop(moment: _Moment) -> tuple[Quantity, ...]:
    rho, old, gradient = moment.setting("rho"), moment.slot("s", is_old=True), moment.gradient
    operands = (rho, old, 1 - rho, gradient)
    equation = "s ← ρ·s + (1 − ρ)·g²"
    squares = Quantity("Squared average", equation, moment.slot("s"), "{} · {} + {} · {}²", operands, is_signed=False)
    return _rooted(moment, squares)


def _adagrad(moment: _Moment) -> tuple[Quantity, ...]:
    operands = (moment.slot("s", is_old=True), moment.gradient)
    squares = Quantity("Sum of squares", "s ← s + g²", moment.slot("s"), "{} + {}²", operands, is_signed=False)
    return _rooted(moment, squares)


def _adam(moment: _Moment) -> tuple[Quantity, ...]:
    """Keras's form: the bias correction is in the step size α, and ε is added to the root that is not corrected."""
    beta_1, beta_2 = moment.setting("beta_1"), moment.setting("beta_2")
    m, v, step, gradient = moment.slot("m"), moment.slot("v"), moment.after.step, moment.gradient
    old_m, old_v = moment.slot("m", is_old=True), moment.slot("v", is_old=True)
    size = step_size(step, moment.settings)
    root, average = "√(1 − {}^{})/(1 − {}^{})", "{} · {} + {} · {}"
    return (
        Quantity("First moment", "m ← β₁·m + (1 − β₁)·g", m, average, (beta_1, old_m, 1 - beta_1, gradient)),
        Quantity(
            "Second moment", "v ← β₂·v + (1 − β₂)·g²", v, "{} · {} + {} · {}²",
            (beta_2, old_v, 1 - beta_2, gradient), is_signed=False,
        ),
        Quantity("Corrected first", "m̂ = m/(1 − β₁ᵗ)", m / (1 - beta_1**step), "{} / (1 − {}^{})", (m, beta_1, step)),
        Quantity(
            "Corrected second", "v̂ = v/(1 − β₂ᵗ)", v / (1 - beta_2**step), "{} / (1 − {}^{})", (v, beta_2, step),
            is_signed=False,
        ),
        Quantity(
            "Step size", "α = η·√(1 − β₂ᵗ)/(1 − β₁ᵗ)", np.array([size, size]), "{} · " + root,
            (moment.setting("learning_rate"), beta_2, step, beta_1, step), is_signed=False,
        ),
        Quantity("Update", "Δw = −α·m / (√v + ε)", -size * m / (np.sqrt(v) + EPSILON), "−{} · {} / (√{} + {})",
                 (size, m, v, EPSILON)),
    )  # fmt: skip


def _adamw(moment: _Moment) -> tuple[Quantity, ...]:
    *lines, step = _adam(moment)
    rate, decay, w = moment.setting("learning_rate"), moment.setting("weight_decay"), moment.before.w[0]
    shrunk = Quantity("Weight decay", "−η·λ·w", -rate * decay * w, "−{} · {} · {}", (rate, decay, w))
    equation = f"{step.equation} − η·λ·w"
    template, operands = step.template + " − {} · {} · {}", (*step.operands, rate, decay, w)
    return (*lines, shrunk, Quantity("Update", equation, step.values + shrunk.values, template, operands))


LINES: dict[str, Callable[[_Moment], tuple[Quantity, ...]]] = {
    "sgd": _sgd,
    "momentum": _momentum,
    "nesterov": _nesterov,
    "rmsprop": _rmsprop,
    "adagrad": _adagrad,
    "adam": _adam,
    "adamw": _adamw,
}
