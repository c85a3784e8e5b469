"""Numbers of one optimiser step: what the optimiser remembers, the size of its step, and the new weight.

In Keras's own form, as `keras.optimizers.*.update_step` has it. Places: "slot", what is remembered after the step, by
`variable` "kernel/momentum" ("kernel/momentum/before" for before it); "step_size", Adam's rate with its bias
correction; "root", 1/√ of the remembered squares; "update", the new weight.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.explain.opened import Factor, Opened, Place, Term, Then, opened, product
from engine.explain.update_rules import EPSILON, step_size

REMEMBERED = "As it was before this step."


@dataclass(frozen=True)
class Stepped:
    """One weight in one step.

    Args:
        optimizer: id of an Optimizer.
        settings: its values by Keras's names; the learning rate is that of the step.
        step: how many updates the optimiser has done with this one, from 1.
        layer, variable, index: which weight.
        weight: before the step.
        gradient: of the batch.
        before, after: what the optimiser remembers of it, by Keras's names of the slots.
    """

    optimizer: str
    settings: Mapping[str, float]
    step: int
    layer: str
    variable: str
    index: tuple[int, ...]
    weight: float
    gradient: float
    before: Mapping[str, float]
    after: Mapping[str, float]

    @property
    def w(self) -> Factor:
        """The weight before the step."""
        return Factor(self.weight, Place("weight", self.layer, self.index, self.variable))

    @property
    def g(self) -> Factor:
        """The gradient."""
        return Factor(self.gradient, Place("gradient", self.layer, self.index, self.variable))

    @property
    def rate(self) -> float:
        """The learning rate."""
        return float(self.settings["learning_rate"])

    def place(self, what: str, name: str = "") -> Place:
        """Of a number of this weight's step."""
        return Place(what, self.layer, self.index, f"{self.variable}/{name}" if name else self.variable)  # type: ignore[arg-type]

    def old(self, name: str) -> Factor:
        """A slot before the step."""
        return Factor(self.before[name], self.place("slot", f"{name}/before"))

    def new(self, name: str) -> Factor:
        """A slot after it."""
        return Factor(self.after[name], self.place("slot", name))


def open_update(stepped: Stepped) -> Opened:
    """Open the new weight."""
    symbols, terms = UPDATES[stepped.optimizer](stepped)
    result = float(sum(term.value for term in terms))
    return opened(stepped.place("update"), result, symbols, terms, name=_title("new w", stepped))


def open_slot(stepped: Stepped, name: str) -> Opened:
    """Open what the optimiser remembers: after the step, or "…/before" it."""
    slot, _, when = name.partition("/")
    place = stepped.place("slot", name)
    if when == "before":
        return Opened(place, stepped.before[slot], slot, note=REMEMBERED, name=_title(f"{slot} before", stepped))
    symbols, terms = SLOTS[stepped.optimizer](stepped, slot)
    return opened(place, stepped.after[slot], symbols, terms, name=_title(slot, stepped))


def open_root(stepped: Stepped, name: str) -> Opened:
    """Open 1/√ of the squares that an optimiser remembers, with its ε in the root or beside it."""
    squares, is_adam = stepped.new(name), stepped.optimizer in ("adam", "adamw")
    epsilon = Term(EPSILON, (), "ε")
    if is_adam:
        terms = [Term(math.sqrt(squares.value), (squares,), name, "root"), epsilon]
        then, symbols, whole = Then("1 / {z}", "1 / {z}"), "1 / (√v + ε)", math.sqrt(squares.value) + EPSILON
    else:
        terms = [Term(squares.value, (squares,), name), epsilon]
        then, symbols, whole = (
            Then("1 / √{z}", "1 / math.sqrt({z})"),
            "1 / √(s + ε)",
            math.sqrt(squares.value + EPSILON),
        )
    return opened(stepped.place("root", name), 1 / whole, symbols, terms, then=then, name=_title("1/√", stepped))


def open_step_size(stepped: Stepped) -> Opened:
    """Open Adam's rate with its bias correction: η·√(1 − β₂ᵗ) / (1 − β₁ᵗ)."""
    beta_1, beta_2 = stepped.settings["beta_1"], stepped.settings["beta_2"]
    below = 1 - beta_1**stepped.step
    terms = [Term(1.0, (), "1"), Term(-(beta_2**stepped.step), (), f"β₂ to the power {stepped.step:,}, off")]
    operands = (Factor(stepped.rate), Factor(below))
    then = Then("{0}·√{z} / {1}", "{0} * math.sqrt({z}) / {1}", operands)
    note = f"t = {stepped.step:,} updates, η = {stepped.rate:.6g}, β₁ = {beta_1:g}, β₂ = {beta_2:g}."
    result = step_size(stepped.step, stepped.settings)
    symbols = "α = η·√(1 − β₂ᵗ) / (1 − β₁ᵗ)"
    return opened(stepped.place("step_size"), result, symbols, terms, then=then, note=note, name="step size α")


def _title(name: str, stepped: Stepped) -> str:
    return f"{name} {stepped.variable}[{', '.join(str(n) for n in stepped.index)}]"


Summed = tuple[str, list[Term]]


def _own(stepped: Stepped) -> Term:
    return Term(stepped.weight, (stepped.w,), "w")


def _pull(stepped: Stepped) -> Term:
    """−η·g."""
    return product(Factor(-stepped.rate), stepped.g, text="−η·g")


def _sgd(stepped: Stepped) -> Summed:
    return "w − η·g", [_own(stepped), _pull(stepped)]


def _momentum(stepped: Stepped) -> Summed:
    velocity = stepped.new("momentum")
    return "w + v", [_own(stepped), Term(velocity.value, (velocity,), "v")]


def _nesterov(stepped: Stepped) -> Summed:
    carried = product(Factor(stepped.settings["momentum"]), stepped.new("momentum"), text="β·v")
    return "w + β·v − η·g", [_own(stepped), carried, _pull(stepped)]


def _scaled(stepped: Stepped, name: str) -> Term:
    root = open_root(stepped, name)
    return product(Factor(-stepped.rate), stepped.g, Factor(root.result, root.place), text="−η·g/√(s + ε)")


def _rmsprop(stepped: Stepped) -> Summed:
    return "w − η·g / √(s + ε)", [_own(stepped), _scaled(stepped, "velocity")]


def _adagrad(stepped: Stepped) -> Summed:
    return "w − η·g / √(s + ε)", [_own(stepped), _scaled(stepped, "accumulator")]


def _adam(stepped: Stepped) -> Summed:
    root, size = open_root(stepped, "velocity"), open_step_size(stepped)
    factors = (Factor(-1.0), Factor(size.result, size.place), stepped.new("momentum"), Factor(root.result, root.place))
    return "w − α·m / (√v + ε)", [_own(stepped), product(*factors, text="step")]


def _adamw(stepped: Stepped) -> Summed:
    _, (own, step) = _adam(stepped)
    decay = product(Factor(-stepped.rate), Factor(stepped.settings["weight_decay"]), stepped.w, text="decay")
    return "w − η·λ·w − α·m / (√v + ε)", [own, decay, step]


UPDATES: dict[str, Callable[[Stepped], Summed]] = {
    "sgd": _sgd,
    "momentum": _momentum,
    "nesterov": _nesterov,
    "rmsprop": _rmsprop,
    "adagrad": _adagrad,
    "adam": _adam,
    "adamw": _adamw,
}


def _velocity(stepped: Stepped, _slot: str) -> Summed:
    kept = product(Factor(stepped.settings["momentum"]), stepped.old("momentum"), text="β·v before")
    return "v = β·v − η·g", [kept, _pull(stepped)]


def _mean_square(stepped: Stepped, slot: str) -> Summed:
    rho = stepped.settings["rho"]
    kept = product(Factor(rho), stepped.old(slot), text="ρ·s before")
    return "s = ρ·s + (1 − ρ)·g²", [kept, _squared(stepped, 1 - rho)]


def _squared(stepped: Stepped, share: float) -> Term:
    more = () if share == 1 else (Factor(share),)
    return Term(share * stepped.gradient**2, (stepped.g, *more), "g²", "square")


def _sum_of_squares(stepped: Stepped, slot: str) -> Summed:
    old = stepped.old(slot)
    return "s = s + g²", [Term(old.value, (old,), "s before"), _squared(stepped, 1.0)]


def _moments(stepped: Stepped, slot: str) -> Summed:
    """m + (g − m)·(1 − β₁), and the same of the squares."""
    is_first, old = slot == "momentum", stepped.old(slot)
    share = 1 - stepped.settings["beta_1" if is_first else "beta_2"]
    letter, beta = ("m", "β₁") if is_first else ("v", "β₂")
    came = product(Factor(share), stepped.g, text="g comes") if is_first else _squared(stepped, share)
    gone = product(Factor(-share), old, text=f"{letter} goes")
    power = "g" if is_first else "g²"
    return f"{letter} + ({power} − {letter})·(1 − {beta})", [Term(old.value, (old,), f"{letter} before"), came, gone]


SLOTS: dict[str, Callable[[Stepped, str], Summed]] = {
    "momentum": _velocity,
    "nesterov": _velocity,
    "rmsprop": _mean_square,
    "adagrad": _sum_of_squares,
    "adam": _moments,
    "adamw": _moments,
}
