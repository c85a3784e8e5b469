"""Adagrad (Duchi, Hazan and Singer 2011), in Keras's form: squares are summed from 0.1 on, epsilon inside the root."""

from engine.optimizers.spec import Optimizer, learning_rate
from engine.params import Param

ADAGRAD = Optimizer(
    "adagrad",
    "Adagrad",
    "Adagrad",
    (
        learning_rate(0.001),
        Param("initial_accumulator_value", "float", 0.1, low=0.0, high=10.0, help="What the sum of squares starts at."),
    ),
    "s ← s + g²;  w ← w − η·g / √(s + ε)",
    {},
)
