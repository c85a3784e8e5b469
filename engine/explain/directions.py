"""Directions in the space of weights: random by the size of each filter, of the run's own path, of single weights."""

from collections.abc import Sequence

import numpy as np

Vector = dict[str, np.ndarray]  # by weight, as `engine.runtime.moment.Weights`


def dot(a: Vector, b: Vector) -> float:
    """Inner product over all weights, in double precision."""
    return float(sum(np.vdot(np.asarray(a[name], float), np.asarray(b[name], float)) for name in a))


def random_direction(weights: Vector, seed: int) -> Vector:
    """A random direction whose every filter is as long as the network's own filter.

    Biases and the parameters of normalisation stay where they are. Source: Li, Xu, Taylor, Studer and Goldstein 2018,
    section 4, "filter normalisation".
    """
    random = np.random.default_rng(seed)
    return {name: _as_long(random.normal(size=np.shape(value)), np.asarray(value)) for name, value in weights.items()}


def _as_long(direction: np.ndarray, weight: np.ndarray) -> np.ndarray:
    if weight.ndim < 2:
        return np.zeros_like(weight)
    axes = tuple(range(weight.ndim - 1))  # the last axis counts filters or units
    length = np.linalg.norm(direction.reshape(-1, direction.shape[-1]), axis=0)
    wanted = np.linalg.norm(weight.reshape(-1, weight.shape[-1]), axis=0)
    factor = (wanted / np.maximum(length, 1e-30)).reshape((1,) * len(axes) + (-1,))
    return (direction * factor).astype(np.float32)


def single_weight(weights: Vector, name: str, index: tuple[int, ...]) -> Vector:
    """The direction of one weight alone, of length 1."""
    found = {key: np.zeros_like(np.asarray(value, np.float32)) for key, value in weights.items()}
    found[name][index] = 1.0
    return found


def principal(path: Sequence[Vector], centre: Vector) -> tuple[Vector, Vector, tuple[float, float]]:
    """The two directions in which a path of weights spreads most, seen from `centre`.

    Worked out from the inner products of the points, because there are far fewer points than weights.

    Args:
        path: at least three points.

    Returns:
        Two orthogonal directions of length 1, and the shares of the path's variance along them.
    """
    offsets = [{name: np.asarray(point[name], float) - centre[name] for name in centre} for point in path]
    products = np.array([[dot(a, b) for b in offsets] for a in offsets])
    values, vectors = np.linalg.eigh(products)
    order = np.argsort(values)[::-1][:2]
    made = [_combined(offsets, vectors[:, n]) for n in order]
    whole = float(np.trace(products)) or 1.0
    shares = (float(values[order[0]] / whole), float(values[order[1]] / whole))
    return made[0], made[1], shares


def _combined(offsets: Sequence[Vector], factors: np.ndarray) -> Vector:
    whole = {
        name: sum(factor * offset[name] for factor, offset in zip(factors, offsets, strict=True)) for name in offsets[0]
    }
    length = np.sqrt(dot(whole, whole)) or 1.0
    return {name: np.asarray(value / length, np.float32) for name, value in whole.items()}


def coordinates(point: Vector, centre: Vector, directions: tuple[Vector, Vector]) -> tuple[float, float]:
    """Where a point lies in the plane through `centre` along two directions: the nearest place, by least squares."""
    offset = {name: np.asarray(point[name], float) - centre[name] for name in centre}
    a, b = directions
    matrix = np.array([[dot(a, a), dot(a, b)], [dot(b, a), dot(b, b)]])
    found = np.linalg.lstsq(matrix, np.array([dot(a, offset), dot(b, offset)]), rcond=None)[0]
    return float(found[0]), float(found[1])
