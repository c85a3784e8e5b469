"""The optimisers, one record per file."""

from engine.optimizers.adagrad import ADAGRAD
from engine.optimizers.adam import ADAM
from engine.optimizers.adamw import ADAMW
from engine.optimizers.momentum import MOMENTUM
from engine.optimizers.nesterov import NESTEROV
from engine.optimizers.rmsprop import RMSPROP
from engine.optimizers.sgd import SGD
from engine.optimizers.spec import Optimizer

OPTIMIZERS: dict[str, Optimizer] = {o.id: o for o in (SGD, MOMENTUM, NESTEROV, RMSPROP, ADAGRAD, ADAM, ADAMW)}
