"""Gradient descent with momentum (Polyak 1964), in Keras's form: the velocity holds the learning rate."""

from engine.optimizers.spec import Optimizer, learning_rate
from engine.params import Param

MOMENTUM_PARAM = Param("momentum", "float", 0.9, low=0.0, high=0.999, help="Share of the last velocity that is kept.")

MOMENTUM = Optimizer(
    "momentum", "SGD, momentum", "SGD", (learning_rate(0.01), MOMENTUM_PARAM), "v ← β·v − η·g;  w ← w + v", {}
)
