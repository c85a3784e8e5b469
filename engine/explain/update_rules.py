"""One update of each optimiser, in Keras's own form, for many points at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from engine.optimizers import OPTIMIZERS
from engine.params import check_values

EPSILON = 1e-7  # Keras's default for every optimiser that has one
Slots = Mapping[str, np.ndarray]
Settings = Mapping[str, float]


@dataclass(frozen=True)
class State:
    """Where many descents stand.

    Args:
        w: weights (start, 2).
        slots: what the optimiser remembers, each (start, 2): velocity v, average gradient m, squares s or v.
        step: updates done.
    """

    w: np.ndarray
    slots: Slots
    step: int = 0


Update = Callable[[State, np.ndarray, Settings], State]


@dataclass(frozen=True)
class Rule:
    """An optimiser's arithmetic.

    Args:
        slots: names of what it remembers.
        update: state and gradient (start, 2) -> the state after one update.
    """

    slots: tuple[str, ...]
    update: Update


def settings_of(optimizer: str, values: Mapping[str, float]) -> dict[str, float]:
    """All settings of an optimiser by Keras's names, defaults filled in.

    Raises:
        UserError: a setting it does not have, or a value out of range.
    """
    record = OPTIMIZERS[optimizer]
    return check_values(record.params, dict(values), record.name)


def begin(optimizer: str, starts: np.ndarray, settings: Settings) -> State:
    """The state before the first update.

    Args:
        starts: (start, 2).
    """
    starts = np.array(starts, float, order="F")  # each coordinate in one piece, which is faster
    filled = settings.get("initial_accumulator_value", 0.0)
    return State(starts, {name: np.full_like(starts, filled) for name in RULES[optimizer].slots})


def step_size(step: int, settings: Settings) -> float:
    """Adam's learning rate with its bias correction at update `step`, from 1 (Kingma and Ba 2015, section 2)."""
    rate, beta_1, beta_2 = (settings[name] for name in ("learning_rate", "beta_1", "beta_2"))
    return float(rate * np.sqrt(1 - beta_2**step) / (1 - beta_1**step))


def _sgd(state: State, gradient: np.ndarray, settings: Settings) -> State:
    return State(state.w - settings["learning_rate"] * gradient, {}, state.step + 1)


def _momentum(state: State, gradient: np.ndarray, settings: Settings) -> State:
    v = settings["momentum"] * state.slots["v"] - settings["learning_rate"] * gradient
    return State(state.w + v, {"v": v}, state.step + 1)


def _nesterov(state: State, gradient: np.ndarray, settings: Settings) -> State:
    beta, pull = settings["momentum"], settings["learning_rate"] * gradient
    v = beta * state.slots["v"] - pull
    return State(state.w + beta * v - pull, {"v": v}, state.step + 1)


def _rmsprop(state: State, gradient: np.ndarray, settings: Settings) -> State:
    rho = settings["rho"]
    s = rho * state.slots["s"] + (1 - rho) * np.square(gradient)
    return State(state.w - settings["learning_rate"] * gradient / np.sqrt(s + EPSILON), {"s": s}, state.step + 1)


def _adagrad(state: State, gradient: np.ndarray, settings: Settings) -> State:
    s = state.slots["s"] + np.square(gradient)
    return State(state.w - settings["learning_rate"] * gradient / np.sqrt(s + EPSILON), {"s": s}, state.step + 1)


def _adam(state: State, gradient: np.ndarray, settings: Settings) -> State:
    beta_1, beta_2 = settings["beta_1"], settings["beta_2"]
    m = state.slots["m"] + (gradient - state.slots["m"]) * (1 - beta_1)
    v = state.slots["v"] + (np.square(gradient) - state.slots["v"]) * (1 - beta_2)
    moved = step_size(state.step + 1, settings) * m / (np.sqrt(v) + EPSILON)
    return State(state.w - moved, {"m": m, "v": v}, state.step + 1)


def _adamw(state: State, gradient: np.ndarray, settings: Settings) -> State:
    decayed = state.w - settings["learning_rate"] * settings["weight_decay"] * state.w
    return _adam(State(decayed, state.slots, state.step), gradient, settings)


RULES: dict[str, Rule] = {
    "sgd": Rule((), _sgd),
    "momentum": Rule(("v",), _momentum),
    "nesterov": Rule(("v",), _nesterov),
    "rmsprop": Rule(("s",), _rmsprop),
    "adagrad": Rule(("s",), _adagrad),
    "adam": Rule(("m", "v"), _adam),
    "adamw": Rule(("m", "v"), _adamw),
}
