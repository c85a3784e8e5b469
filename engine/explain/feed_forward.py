"""A small dense network as matrices: every product, for one sample or for several at once, in both notations."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.explain.activation_functions import FUNCTIONS


@dataclass(frozen=True)
class Layer:
    """A dense layer as Keras keeps it: kernel (input, unit), bias (unit,), and the name of its activation."""

    kernel: np.ndarray
    bias: np.ndarray
    activation: str


@dataclass(frozen=True)
class Pass:
    """What one layer did to a batch: inputs x (sample, input), sums z and outputs a (sample, unit)."""

    x: np.ndarray
    z: np.ndarray
    a: np.ndarray


@dataclass(frozen=True)
class Cell:
    """One moment of a pass: the sum of one unit for one sample; or, with unit −1, the activation of a whole layer."""

    layer: int
    sample: int
    unit: int


def make_layers(sizes: Sequence[int], seed: int = 0) -> list[Layer]:
    """Return layers of these sizes, inputs first: relu, and softmax at the end; numbers with one decimal."""
    random = np.random.default_rng(seed)
    layers = []
    for number, (inputs, units) in enumerate(pairwise(sizes), start=2):
        kernel = np.round(random.uniform(-1, 1, (inputs, units)), 1)
        bias = np.round(random.uniform(-0.5, 0.5, units), 1)
        layers.append(Layer(kernel, bias, "softmax" if number == len(sizes) else "relu"))
    return layers


def make_inputs(samples: int, inputs: int, seed: int = 0) -> np.ndarray:
    """Return inputs with one decimal, (sample, input)."""
    return np.round(np.random.default_rng(seed + 7).uniform(-1, 1, (samples, inputs)), 1)


def forward(layers: Sequence[Layer], x: np.ndarray) -> list[Pass]:
    """Run a batch (sample, input): z = x W + b, a = g(z), layer by layer, as `keras.layers.Dense` does."""
    passes = []
    for layer in layers:
        z = x @ layer.kernel + layer.bias  # (sample, unit)
        a = FUNCTIONS[layer.activation](z)
        passes.append(Pass(x, z, a))
        x = a
    return passes


def moments(layers: Sequence[Layer], samples: int) -> list[Cell]:
    """The order in which a pass is shown: all sums of a layer, sample by sample, then its activation."""
    found = []
    for number, layer in enumerate(layers):
        for sample in range(samples):
            found += [Cell(number, sample, unit) for unit in range(layer.kernel.shape[1])]
        found.append(Cell(number, -1, -1))
    return found


def products(layers: Sequence[Layer], samples: int) -> int:
    """How many multiplications a pass takes."""
    return sum(samples * layer.kernel.size for layer in layers)
