"""Class-activation maps from a layer's output and its gradient, and the sums that make one cell of them."""

from dataclasses import dataclass

import numpy as np


def gradcam_alphas(gradient: np.ndarray) -> np.ndarray:
    """α_k = (1/Z) Σ_ij ∂z/∂A_k[i, j] (Selvaraju et al. 2017, equation 1).

    Args:
        gradient: of a class's logit z with respect to the layer's output A, (row, column, channel).

    Returns:
        (channel,), in the gradient's precision.
    """
    return np.asarray(gradient.mean(axis=(0, 1), dtype=np.float64))


def gradcam_plus_plus_alphas(activation: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Weights w_k of Grad-CAM++ (Chattopadhay et al. 2018, equations 5 and 19), for the score e^z.

    With g = ∂z/∂A the higher derivatives of e^z are e^z g² and e^z g³ where the network is piecewise linear, so that
    α = g² / (2 g² + Σ_ab A[a, b] g³) and w_k = Σ_ij α ReLU(g); the common factor e^z, which only scales the map, is
    left out. α is 0 where its denominator is.

    Returns:
        (channel,).
    """
    a, g = np.asarray(activation, np.float64), np.asarray(gradient, np.float64)
    below = 2 * g**2 + a.sum(axis=(0, 1)) * g**3
    shares = np.divide(g**2, below, out=np.zeros_like(g), where=below != 0)
    return np.asarray((shares * np.maximum(g, 0)).sum(axis=(0, 1)))


def weighted_sum(activation: np.ndarray, alphas: np.ndarray) -> np.ndarray:
    """Σ_k α_k A_k[i, j], (row, column): the map before ReLU (Selvaraju et al. 2017, equation 2)."""
    return np.asarray(np.asarray(activation, np.float64) @ np.asarray(alphas, np.float64))


def rectified(values: np.ndarray) -> np.ndarray:
    """max(0, value)."""
    return np.maximum(values, 0)


@dataclass(frozen=True)
class CellSum:
    """One cell of a map, written as a sum over channels.

    Args:
        row, column: of the cell.
        channels: the largest terms' channels, largest first.
        alphas, activations, terms: of these; term = alpha · activation.
        rest: sum of the terms of all other channels.
        total: Σ_k α_k A_k[row, column], before ReLU.
    """

    row: int
    column: int
    channels: tuple[int, ...]
    alphas: tuple[float, ...]
    activations: tuple[float, ...]
    terms: tuple[float, ...]
    rest: float
    total: float


def cell_sum(activation: np.ndarray, alphas: np.ndarray, row: int, column: int, count: int = 5) -> CellSum:
    """The `count` terms of one cell that are largest in size, and the rest as one number.

    Args:
        activation: (row, column, channel).
        alphas: (channel,).
    """
    here = np.asarray(activation[row, column], np.float64)
    terms = here * np.asarray(alphas, np.float64)
    order = np.argsort(-np.abs(terms), kind="stable")[:count]
    order = order[np.argsort(-terms[order], kind="stable")]
    total, shown = float(terms.sum()), terms[order]
    return CellSum(
        row,
        column,
        tuple(int(channel) for channel in order),
        tuple(float(alphas[channel]) for channel in order),
        tuple(float(here[channel]) for channel in order),
        tuple(float(term) for term in shown),
        total - float(shown.sum()),
        total,
    )


def largest_cell(values: np.ndarray) -> tuple[int, int]:
    """Row and column of the largest value; the first in reading order of equal ones."""
    row, column = np.unravel_index(int(np.argmax(values)), values.shape)
    return int(row), int(column)


def resampled(values: np.ndarray, rows: int, columns: int, smooth: bool = True) -> np.ndarray:
    """Values of a grid whose cells fill an area, at the centres of `rows` × `columns` smaller cells that fill it too.

    Args:
        values: (row, column).
        smooth: bilinear between the centres, as tf.image.resize has it; else those of the cell they lie in.
    """
    return _along(_along(values, rows, smooth).T, columns, smooth).T


def _along(values: np.ndarray, count: int, smooth: bool) -> np.ndarray:
    size = len(values)
    at = (np.arange(count) + 0.5) * size / count - 0.5
    if not smooth:
        return values[np.clip(np.rint(at), 0, size - 1).astype(int)]
    at = np.clip(at, 0, size - 1)
    low = np.minimum(at.astype(int), max(0, size - 2))
    part = (at - low)[:, None]
    return values[low] * (1 - part) + values[np.minimum(low + 1, size - 1)] * part
