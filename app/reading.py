"""How the outputs of a network are read: class probabilities, the winner, and which samples were wrong."""

import numpy as np


def class_probabilities(outputs: np.ndarray, classes: int) -> np.ndarray:
    """Return one column per class, (sample, class).

    Args:
        outputs: probabilities, float32 (sample, unit); a single unit is the probability of class 1 of two.
        classes: how many there are.
    """
    if outputs.shape[-1] == 1 and classes == 2:
        return np.concatenate([1.0 - outputs, outputs], axis=-1)
    return outputs


def predicted_classes(outputs: np.ndarray, classes: int) -> np.ndarray:
    """Return the most probable class of each sample, int64 (sample,)."""
    return class_probabilities(outputs, classes).argmax(axis=-1)


def wrong_first(predicted: np.ndarray, true: np.ndarray, confidence: np.ndarray) -> np.ndarray:
    """Return positions, wrong predictions first and among them the surest first; then the least sure right ones.

    Args:
        predicted, true: classes (sample,).
        confidence: probability of the predicted class (sample,).
    """
    wrong = predicted != true
    return np.lexsort((np.where(wrong, -confidence, confidence), ~wrong))


def cell_samples(predicted: np.ndarray, true: np.ndarray, row: int, column: int) -> np.ndarray:
    """Return the positions of the samples of class `row` that were read as `column`."""
    return np.flatnonzero((true == row) & (predicted == column))
