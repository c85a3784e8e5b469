"""Activation functions and their derivatives, as `keras.activations` has them."""

from collections.abc import Callable

import numpy as np

Function = Callable[[np.ndarray], np.ndarray]


def _sigmoid(z: np.ndarray) -> np.ndarray:
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small))


def _gelu_parts(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Φ(z) and φ(z) of the normal distribution."""
    from math import erf

    cumulative = 0.5 * (1 + np.vectorize(erf, otypes=[float])(np.asarray(z, float) / np.sqrt(2)))
    return cumulative, np.exp(-0.5 * np.square(z)) / np.sqrt(2 * np.pi)


def _gelu(z: np.ndarray) -> np.ndarray:
    return z * _gelu_parts(z)[0]


def _gelu_slope(z: np.ndarray) -> np.ndarray:
    cumulative, density = _gelu_parts(z)
    return cumulative + z * density


def _silu_slope(z: np.ndarray) -> np.ndarray:
    s = _sigmoid(z)
    return s + z * s * (1 - s)


def softmax(z: np.ndarray) -> np.ndarray:
    """Probabilities over the last axis."""
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


FUNCTIONS: dict[str, Function] = {
    "linear": lambda z: z,
    "relu": lambda z: np.maximum(z, 0),
    "tanh": np.tanh,
    "sigmoid": _sigmoid,
    "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
    "gelu": _gelu,
    "silu": lambda z: z * _sigmoid(z),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.2 * z),
    "softplus": lambda z: np.logaddexp(z, 0),
    "softmax": softmax,
}
# Of each value on its own; softmax has none, since every output depends on every input. ReLU's is 0 at 0, as in
# TensorFlow.
SLOPES: dict[str, Function] = {
    "linear": lambda z: np.ones_like(z),
    "relu": lambda z: (z > 0).astype(float),
    "tanh": lambda z: 1 - np.square(np.tanh(z)),
    "sigmoid": lambda z: _sigmoid(z) * (1 - _sigmoid(z)),
    "elu": lambda z: np.where(z > 0, 1, np.exp(np.minimum(z, 0))),
    "gelu": _gelu_slope,
    "silu": _silu_slope,
    "leaky_relu": lambda z: np.where(z > 0, 1, 0.2),
    "softplus": _sigmoid,
}
WRITTEN: dict[str, str] = {
    "linear": "z",
    "relu": "max(0, z)",
    "tanh": "tanh(z)",
    "sigmoid": "1 / (1 + e⁻ᶻ)",
    "elu": "z if z > 0 else eᶻ − 1",
    "gelu": "z·Φ(z)",
    "silu": "z / (1 + e⁻ᶻ)",
    "leaky_relu": "z if z > 0 else 0.2·z",
    "softplus": "ln(1 + eᶻ)",
    "softmax": "eᶻ / Σ eᶻ",
}
CODE: dict[str, str] = {  # in Python, of {z}
    "linear": "{z}",
    "relu": "max(0.0, {z})",
    "tanh": "math.tanh({z})",
    "sigmoid": "1 / (1 + math.exp(-{z}))",
    "elu": "{z} if {z} > 0 else math.expm1({z})",
    "gelu": "{z} * 0.5 * (1 + math.erf({z} / math.sqrt(2)))",
    "silu": "{z} / (1 + math.exp(-{z}))",
    "leaky_relu": "{z} if {z} > 0 else 0.2 * {z}",
    "softplus": "math.log1p(math.exp(-abs({z}))) + max({z}, 0.0)",
}
