"""Nesterov's momentum (Nesterov 1983), in Keras's form."""

from engine.optimizers.momentum import MOMENTUM_PARAM
from engine.optimizers.spec import Optimizer, learning_rate

NESTEROV = Optimizer(
    "nesterov",
    "SGD, Nesterov",
    "SGD",
    (learning_rate(0.01), MOMENTUM_PARAM),
    "v ← β·v − η·g;  w ← w + β·v − η·g",
    {"nesterov": True},
)
