"""What first weights do: signals through a deep stack, and hidden units that begin alike and stay alike."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.errors import UserError
from engine.explain.activation_functions import FUNCTIONS, SLOPES

SCHEMES = {
    "zeros": "Zeros",
    "constant": "Constant 0.1",
    "small": "Normal, σ = 0.01",
    "large": "Normal, σ = 1",
    "xavier": "Xavier (Glorot)",
    "he": "He",
}
ACTIVATIONS = ("tanh", "relu", "sigmoid")
DEPTH, WIDTH, BATCH = 20, 64, 64
UNITS, STEPS, RATE = 4, 120, 0.5  # of the small network that shows symmetry
CORNERS = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
TARGETS = np.array([[0.0], [1.0], [1.0], [0.0]])  # exclusive or


@dataclass(frozen=True)
class Signals:
    """What went through a stack.

    Args:
        values: outputs of each layer (layer, sample, unit).
        gradients: of the loss by each layer's weights (layer, input, unit).
    """

    values: np.ndarray
    gradients: np.ndarray


@dataclass(frozen=True)
class Training:
    """A small network while it learns exclusive or.

    Args:
        units: weights of each hidden unit to its two inputs (step + 1, unit, 2).
        losses: binary cross-entropy (step + 1,).
    """

    units: np.ndarray
    losses: np.ndarray

    def kinds(self, step: int) -> int:
        """How many of the hidden units differ from one another."""
        return len(np.unique(self.units[step].round(9), axis=0))


def first_weights(scheme: str, inputs: int, outputs: int, random: np.random.Generator) -> np.ndarray:
    """First weights (input, unit), normal where they are random.

    Xavier has the variance 2 / (inputs + outputs) (Glorot and Bengio 2010, eq. 16), He 2 / inputs (He et al. 2015,
    eq. 10); `keras.initializers.GlorotNormal` and `HeNormal` have the same, their tails cut off.

    Raises:
        UserError: there is no such scheme.
    """
    if scheme not in SCHEMES:
        raise UserError(f"There is no initialisation {scheme[:40]!r}.", f"There are: {', '.join(SCHEMES)}.", "scheme")
    if scheme in ("zeros", "constant"):
        return np.full((inputs, outputs), 0.1 if scheme == "constant" else 0.0)
    deviations = {"small": 0.01, "large": 1.0, "xavier": np.sqrt(2 / (inputs + outputs)), "he": np.sqrt(2 / inputs)}
    return random.normal(0, deviations[scheme], (inputs, outputs))


@lru_cache(maxsize=64)
def signals(scheme: str, activation: str, seed: int = 0) -> Signals:
    """Send a normal batch up through 20 layers a = g(a W) of 64 units, and the gradient of the loss down again.

    The loss is the mean squared distance of the last layer's outputs to normal targets.

    Raises:
        UserError: there is no such scheme or activation.
    """
    check_activation(activation)
    random = np.random.default_rng(seed)
    x, target = random.normal(size=(BATCH, WIDTH)), random.normal(size=(BATCH, WIDTH))
    kernels = [first_weights(scheme, WIDTH, WIDTH, random) for _ in range(DEPTH)]
    below, sums, values = [x], [], []
    for kernel in kernels:
        sums.append(below[-1] @ kernel)  # (sample, unit)
        values.append(FUNCTIONS[activation](sums[-1]))
        below.append(values[-1])
    upstream = 2 * (values[-1] - target) / target.size
    gradients = np.empty((DEPTH, WIDTH, WIDTH))
    for layer in reversed(range(DEPTH)):
        local = upstream * SLOPES[activation](sums[layer])
        gradients[layer] = below[layer].T @ local
        upstream = local @ kernels[layer].T
    return Signals(np.stack(values), gradients)


@lru_cache(maxsize=64)
def training(scheme: str, activation: str, seed: int = 0) -> Training:
    """Train 2-4-1 units on exclusive or by gradient descent, all corners a step, binary cross-entropy on the logit.

    Raises:
        UserError: there is no such scheme or activation.
    """
    check_activation(activation)
    random = np.random.default_rng(seed)
    w, v = first_weights(scheme, 2, UNITS, random), first_weights(scheme, UNITS, 1, random)
    b, c = np.zeros(UNITS), np.zeros(1)
    units, losses = [], []
    for _ in range(STEPS + 1):
        z = CORNERS @ w + b
        a = FUNCTIONS[activation](z)  # (corner, unit)
        logits = a @ v + c  # (corner, 1)
        units.append(w.T.copy())
        losses.append(float(np.mean(np.logaddexp(0, logits) - TARGETS * logits)))
        top = (FUNCTIONS["sigmoid"](logits) - TARGETS) / len(CORNERS)
        local = (top @ v.T) * SLOPES[activation](z)
        w, b = w - RATE * CORNERS.T @ local, b - RATE * local.sum(axis=0)
        v, c = v - RATE * a.T @ top, c - RATE * top.sum(axis=0)
    return Training(np.stack(units), np.array(losses))


def spread(values: np.ndarray) -> np.ndarray:
    """Standard deviation of each layer (layer,)."""
    return np.asarray(values.reshape(len(values), -1).std(axis=1))


def check_activation(name: str) -> None:
    """Refuse an activation that is not offered.

    Raises:
        UserError: it is not.
    """
    if name not in ACTIVATIONS:
        raise UserError(
            f"There is no activation {name[:40]!r} here.", f"There are: {', '.join(ACTIVATIONS)}.", "activation"
        )
