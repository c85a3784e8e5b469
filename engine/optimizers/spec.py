"""Optimizer: what the program knows about one optimiser. One record per file in this package."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.params import Param, Values


def learning_rate(default: float) -> Param:
    """The learning rate every optimiser has; it may change while training goes on."""
    return Param(
        "learning_rate", "float", default, low=1e-8, high=1e10, log=True, live=True, help="Size of one update's step."
    )


@dataclass(frozen=True)
class Optimizer:
    """An optimiser, in Keras's own form.

    Args:
        id: what files and code use.
        name: what the screen shows.
        keras: the class in `keras.optimizers`.
        params: its settings by Keras's names, the learning rate first.
        equation: one update in symbols: w weight, g gradient, η learning rate.
        fixed: constructor arguments that make this variant, e.g. nesterov=True.
    """

    id: str
    name: str
    keras: str
    params: tuple[Param, ...]
    equation: str
    fixed: dict[str, Any]
    arguments: Callable[[Values], dict[str, Any]] = dict
