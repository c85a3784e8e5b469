"""A deep stack of dense layers: how large values are on the way up, and gradients on the way down."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.explain.activation_functions import FUNCTIONS, SLOPES

NAMES = ("step", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "linear")
INITIALISATIONS = ("glorot", "he")
WIDTH, BATCH = 32, 32
SATURATED = 0.05  # a slope below this passes less than a twentieth of the gradient on


@dataclass(frozen=True)
class Stack:
    """What went through a stack.

    Args:
        values: root mean square of each layer's outputs, (layer,), the first layer first.
        gradients: root mean square of the gradient at each layer's weighted sums, (layer,); the gradient that
            enters above the last layer has 1.
    """

    values: np.ndarray
    gradients: np.ndarray

    @property
    def arriving(self) -> float:
        """The gradient at the first layer, as a share of what entered above the last."""
        return float(self.gradients[0])


def value(name: str, z: np.ndarray) -> np.ndarray:
    """Return g(z); "step" is 1 where z > 0, the others are Keras's."""
    return np.where(z > 0, 1.0, 0.0) if name == "step" else FUNCTIONS[name](z)


def slope(name: str, z: np.ndarray) -> np.ndarray:
    """Return g′(z); that of "step" is 0 everywhere, so nothing can be learned through it."""
    return np.zeros_like(z) if name == "step" else SLOPES[name](z)


def weights(depth: int, initialisation: str, seed: int) -> np.ndarray:
    """Return normal weights (layer, input, unit) with the variance of Glorot (1 / n) or He (2 / n) for n inputs.

    Sources: X. Glorot and Y. Bengio 2010, eq. 12 for equal widths; K. He et al. 2015, eq. 10.
    """
    scale = np.sqrt((2.0 if initialisation == "he" else 1.0) / WIDTH)
    return np.random.default_rng(seed).normal(0, scale, (depth, WIDTH, WIDTH))


def inputs(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs and the gradient that enters above the last layer, each normal, (sample, unit)."""
    random = np.random.default_rng(seed + 1)
    return random.normal(0, 1, (BATCH, WIDTH)), random.normal(0, 1, (BATCH, WIDTH))


@lru_cache(maxsize=128)
def through(name: str, initialisation: str = "glorot", depth: int = 20, seed: int = 0) -> Stack:
    """Send a batch up through `depth` layers a = g(a W) without biases, and a gradient down again."""
    kernel = weights(depth, initialisation, seed)
    a, upstream = inputs(seed)
    sums, sizes = [], []
    for layer in range(depth):
        z = a @ kernel[layer]  # (sample, unit)
        a = value(name, z)
        sums.append(z)
        sizes.append(_size(a))
    found = np.zeros(depth)
    start = _size(upstream)
    for layer in reversed(range(depth)):
        local = upstream * slope(name, sums[layer])  # (sample, unit)
        found[layer] = _size(local) / start
        upstream = local @ kernel[layer].T
    return Stack(np.array(sizes), found)


def tempered(logits: np.ndarray, temperature: float) -> np.ndarray:
    """Return softmax(logits / temperature), (class,); temperature is above 0."""
    return FUNCTIONS["softmax"](np.asarray(logits, float) / temperature)


def _size(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(values))))
