"""RMSprop (Tieleman and Hinton 2012), in Keras's form: epsilon inside the root."""

from engine.optimizers.spec import Optimizer, learning_rate
from engine.params import Param

RMSPROP = Optimizer(
    "rmsprop",
    "RMSprop",
    "RMSprop",
    (
        learning_rate(0.001),
        Param("rho", "float", 0.9, low=0.0, high=0.9999, help="Share of the last squared average that is kept."),
    ),
    "s ← ρ·s + (1 − ρ)·g²;  w ← w − η·g / √(s + ε)",
    {},
)
