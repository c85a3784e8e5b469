"""Logistic regression and the shallow net, trained from scratch in five steps on points of two classes."""

from dataclasses import dataclass

import numpy as np

from engine.explain.activation_functions import FUNCTIONS
from engine.explain.losses import EPSILON

PHASES = ("initialise", "forward", "cost", "backward", "update")
MOST_UNITS = 12


@dataclass(frozen=True)
class Net:
    """Weights. Without hidden units it is logistic regression: w2 (input, 1) then takes the inputs themselves.

    Args:
        w1: (input, unit); b1: (unit,). Both empty for logistic regression.
        w2: (unit or input, 1); b2: (1,).
    """

    w1: np.ndarray
    b1: np.ndarray
    w2: np.ndarray
    b2: np.ndarray

    @property
    def units(self) -> int:
        """Hidden units; 0 for logistic regression."""
        return int(self.b1.size)

    @property
    def params(self) -> int:
        """How many numbers are learned."""
        return sum(part.size for part in (self.w1, self.b1, self.w2, self.b2))


@dataclass(frozen=True)
class Forward:
    """What the forward pass leaves: z1, a1 (sample, unit) and z2, a2 (sample, 1)."""

    z1: np.ndarray
    a1: np.ndarray
    z2: np.ndarray
    a2: np.ndarray


def initialise(units: int, seed: int, scale: float = 0.5) -> Net:
    """Return normal weights of deviation `scale` and biases 0; equal weights would keep all units equal for ever."""
    random = np.random.default_rng(seed)
    w1 = random.normal(0, scale, (2, units))
    w2 = random.normal(0, scale, (units or 2, 1))
    return Net(w1, np.zeros(units), w2, np.zeros(1))


def forward(net: Net, x: np.ndarray) -> Forward:
    """Run points (sample, 2) through tanh units, where there are any, and a sigmoid."""
    z1 = x @ net.w1 + net.b1
    a1 = np.tanh(z1) if net.units else x
    z2 = a1 @ net.w2 + net.b2
    return Forward(z1, a1, z2, FUNCTIONS["sigmoid"](z2))


def cost(a2: np.ndarray, y: np.ndarray) -> float:
    """Return the mean binary cross-entropy, for outputs (sample, 1) and labels (sample,)."""
    p = np.clip(a2[:, 0], EPSILON, 1 - EPSILON)
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))


def backward(net: Net, x: np.ndarray, y: np.ndarray, done: Forward) -> Net:
    """Return the gradient of the cost by every weight, in the places of the weights.

    dZ2 = (A2 − y) / m; dW2 = A1ᵀ dZ2; dZ1 = dZ2 W2ᵀ · (1 − A1²); dW1 = Xᵀ dZ1; biases: sums over the samples.
    """
    dz2 = (done.a2 - y[:, None]) / len(y)  # (sample, 1)
    dw2, db2 = done.a1.T @ dz2, dz2.sum(axis=0)
    if not net.units:
        return Net(np.zeros_like(net.w1), np.zeros(0), dw2, db2)
    dz1 = (dz2 @ net.w2.T) * (1 - np.square(done.a1))  # (sample, unit)
    return Net(x.T @ dz1, dz1.sum(axis=0), dw2, db2)


def update(net: Net, gradient: Net, rate: float) -> Net:
    """Take one step of gradient descent."""
    return Net(
        net.w1 - rate * gradient.w1,
        net.b1 - rate * gradient.b1,
        net.w2 - rate * gradient.w2,
        net.b2 - rate * gradient.b2,
    )


def iterate(net: Net, x: np.ndarray, y: np.ndarray, rate: float) -> tuple[Net, float]:
    """Do forward, cost, backward and update once; return the new weights and the cost before them."""
    done = forward(net, x)
    return update(net, backward(net, x, y, done), rate), cost(done.a2, y)


def accuracy(a2: np.ndarray, y: np.ndarray) -> float:
    """Return the share of samples on the right side of one half."""
    return float(np.mean((a2[:, 0] > 0.5) == (y > 0.5)))


def is_finite(net: Net) -> bool:
    """Whether every weight is still a number."""
    return all(bool(np.isfinite(part).all()) for part in (net.w1, net.b1, net.w2, net.b2))
