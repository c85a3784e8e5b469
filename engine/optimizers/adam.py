"""Adam (Kingma and Ba 2015), in Keras's form: epsilon added to the root, bias correction in the step size."""

from engine.optimizers.spec import Optimizer, learning_rate
from engine.params import Param

BETAS = (
    Param("beta_1", "float", 0.9, low=0.0, high=0.9999, help="Share of the last average gradient that is kept."),
    Param("beta_2", "float", 0.999, low=0.0, high=0.99999, help="Share of the last squared average that is kept."),
)

ADAM = Optimizer(
    "adam",
    "Adam",
    "Adam",
    (learning_rate(0.001), *BETAS),
    "m ← β₁·m + (1 − β₁)·g;  v ← β₂·v + (1 − β₂)·g²;  w ← w − η·√(1 − β₂ᵗ)/(1 − β₁ᵗ)·m / (√v + ε)",
    {},
)
