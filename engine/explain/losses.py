"""Losses of regression and classification, sample by sample, as `keras.losses` computes them."""

import numpy as np

EPSILON = 1e-7  # Keras keeps probabilities this far from 0 and 1 before it takes logarithms
REGRESSION = ("mse", "mae", "rmse", "huber")


def squared(error: np.ndarray) -> np.ndarray:
    """Return e² of each error."""
    return np.square(error)


def absolute(error: np.ndarray) -> np.ndarray:
    """Return |e| of each error."""
    return np.abs(error)


def huber(error: np.ndarray, delta: float = 1.0) -> np.ndarray:
    """Return ½ e² up to delta, and beyond it the line δ (|e| − ½ δ) that continues it.

    Source: P. J. Huber, Robust estimation of a location parameter, 1964; as `keras.losses.Huber`.
    """
    size = np.abs(error)
    return np.where(size <= delta, 0.5 * np.square(error), delta * (size - 0.5 * delta))


def regression(target: np.ndarray, prediction: np.ndarray, delta: float = 1.0) -> dict[str, float]:
    """Return the loss of a batch, (sample,) each: mean squared, mean absolute, root of mean squared error, Huber."""
    error = np.asarray(prediction, float) - np.asarray(target, float)
    mse = float(np.mean(squared(error)))
    return {
        "mse": mse,
        "mae": float(np.mean(absolute(error))),
        "rmse": float(np.sqrt(mse)),
        "huber": float(np.mean(huber(error, delta))),
    }


def regression_rows(targets: np.ndarray, prediction: np.ndarray, delta: float = 1.0) -> np.ndarray:
    """Return the losses of several batches at once, (batch, loss) in the order mse, rmse, mae, huber.

    Args:
        targets: (batch, sample); prediction: (sample,), the same for all.
    """
    error = np.asarray(prediction, float) - targets
    mse = squared(error).mean(axis=1)
    return np.stack([mse, np.sqrt(mse), absolute(error).mean(axis=1), huber(error, delta).mean(axis=1)], axis=1)


def best_constant(target: np.ndarray, delta: float = 1.0) -> dict[str, float]:
    """Return the one number that makes each loss least: the mean, the median, and where the slope of Huber's is 0."""
    values = np.asarray(target, float)
    bends = np.sort(np.concatenate([values - delta, values + delta]))  # the slope is straight from bend to bend
    slopes = np.clip(bends[:, None] - values, -delta, delta).sum(axis=1)
    mean = float(np.mean(values))
    return {"mse": mean, "rmse": mean, "mae": float(np.median(values)), "huber": float(np.interp(0.0, slopes, bends))}


def binary(target: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Return −(t ln p + (1 − t) ln(1 − p)) of each sample, p kept EPSILON away from 0 and 1."""
    p = np.clip(probability, EPSILON, 1 - EPSILON)
    return np.asarray(-(target * np.log(p) + (1 - target) * np.log(1 - p)))


def categorical(one_hot: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Return −Σ t ln p over the classes, (sample,), for one-hot labels (sample, class)."""
    total = probability.sum(axis=-1, keepdims=True)
    p = np.clip(probability / total, EPSILON, 1 - EPSILON)
    return np.asarray(-np.sum(one_hot * np.log(p), axis=-1))


def sparse(label: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Return −ln p of the label's class, (sample,), for integer labels (sample,)."""
    return categorical(np.eye(probability.shape[-1])[np.asarray(label, int)], probability)
