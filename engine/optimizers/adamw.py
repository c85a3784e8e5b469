"""AdamW (Loshchilov and Hutter 2019): Adam with weight decay apart from the gradient."""

from engine.optimizers.adam import ADAM, BETAS
from engine.optimizers.spec import Optimizer, learning_rate
from engine.params import Param

ADAMW = Optimizer(
    "adamw",
    "AdamW",
    "AdamW",
    (
        learning_rate(0.001),
        Param("weight_decay", "float", 0.004, low=0.0, high=1.0, help="Share of each weight removed, times η."),
        *BETAS,
    ),
    "w ← w − η·λ·w;  then " + ADAM.equation,
    {},
)
