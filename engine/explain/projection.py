"""Projections of many numbers onto a plane: principal components, neighbours, and turning one picture to another."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Components:
    """The principal components of some samples.

    Args:
        mean: float64 (feature,).
        axes: float64 (component, feature), orthogonal, of length 1; the largest entry of each is positive.
        shares: float64 (component,), share of the samples' variance along each.
    """

    mean: np.ndarray
    axes: np.ndarray
    shares: np.ndarray

    def places(self, values: np.ndarray) -> np.ndarray:
        """Coordinates (sample, component) of samples (sample, feature)."""
        return np.asarray((np.asarray(values, float) - self.mean) @ self.axes.T)


def principal_components(values: np.ndarray, count: int) -> Components:
    """The directions in which samples spread most; the same as of NumPy's SVD of the centred samples, up to sign.

    Worked out from inner products of samples or of features, whichever are fewer.

    Args:
        values: (sample, feature), at least one of each; with fewer than `count` of either, the rest are zero.
    """
    values = np.asarray(values, float)
    mean = values.mean(axis=0)
    centred = values - mean
    few_samples = len(values) < values.shape[1]
    products = centred @ centred.T if few_samples else centred.T @ centred
    sizes, vectors = np.linalg.eigh(products)
    order = np.argsort(sizes)[::-1][:count]
    whole = max(float(np.trace(products)), 1e-30)
    found = vectors[:, order].T @ centred if few_samples else vectors[:, order].T
    axes, shares = np.zeros((count, values.shape[1])), np.zeros(count)
    for n, axis in enumerate(found):
        length = float(np.linalg.norm(axis))
        if sizes[order[n]] > 1e-12 * whole and length > 0:
            axes[n] = axis / length * np.sign(axis[np.abs(axis).argmax()])
            shares[n] = sizes[order[n]] / whole
    return Components(mean, axes, shares)


def nearest(values: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The nearest other samples of each, by the length of the difference.

    Returns:
        Positions int32 (sample, neighbour), nearest first, and distances float32 of the same shape.
    """
    values = np.asarray(values, float)
    squares = np.einsum("sf,sf->s", values, values)
    away = np.maximum(squares[:, None] + squares - 2 * values @ values.T, 0.0)
    np.fill_diagonal(away, np.inf)
    order = np.argsort(away, axis=1, kind="stable")[:, : min(count, len(values) - 1)]
    return order.astype(np.int32), np.sqrt(np.take_along_axis(away, order, axis=1)).astype(np.float32)


def aligned(points: np.ndarray, to: np.ndarray) -> np.ndarray:
    """Turn and mirror a picture so that it lies as much like another as it can; distances stay as they are.

    Source: the orthogonal Procrustes problem, Schönemann 1966.

    Args:
        points, to: (sample, 2), the same samples in the same order.
    """
    middle = points.mean(axis=0)
    left, _, right = np.linalg.svd((points - middle).T @ (to - to.mean(axis=0)))
    return np.asarray((points - middle) @ (left @ right) + to.mean(axis=0))
