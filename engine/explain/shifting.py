"""Moving a picture, and what that does to answers: how often the answer stays, put into a sentence."""

from dataclasses import dataclass

import numpy as np


def shifted(x: np.ndarray, down: int, right: int, background: float) -> np.ndarray:
    """A picture (height, width, channel) moved; what comes in from the edge is background."""
    moved = np.full_like(x, background)
    high, wide = x.shape[:2]
    if abs(down) >= high or abs(right) >= wide:
        return moved
    taken = x[max(0, -down) : high - max(0, down), max(0, -right) : wide - max(0, right)]
    top, left = max(0, down), max(0, right)
    moved[top : top + taken.shape[0], left : left + taken.shape[1]] = taken
    return moved


@dataclass(frozen=True)
class Kept:
    """How a network's answer stands a shift.

    Args:
        index: the class looked at: that of the label, or of the answer without a shift.
        same: how many of the places give the answer that no shift gives; places: of how many.
        lowest: the smallest probability of the class looked at.
    """

    index: int
    same: int
    places: int
    lowest: float


def kept(outputs: np.ndarray, label: float | None) -> Kept:
    """Count where the answer stays.

    Args:
        outputs: probabilities (shift down, shift right, unit); one unit is the probability of class 1 of two.
        label: class of the sample, if known.
    """
    classes = both_classes(outputs)
    middle = (classes.shape[0] // 2, classes.shape[1] // 2)
    winners = classes.argmax(axis=-1)
    index = int(label) if label is not None and label < classes.shape[-1] else int(winners[middle])
    return Kept(index, int((winners == winners[middle]).sum()), int(winners.size), float(classes[..., index].min()))


def both_classes(outputs: np.ndarray) -> np.ndarray:
    """Probabilities of two classes where the network has one unit."""
    return np.concatenate([1 - outputs, outputs], axis=-1) if outputs.shape[-1] == 1 else outputs


def sentence(reach: int, found: dict[str, Kept]) -> str:
    """Compare networks, e.g. "Moved by up to 3 px, cnn keeps its answer in 31 of 49 places, dense in 12."."""
    parts = [f"{name} keeps its answer in {kept.same} of {kept.places} places" for name, kept in found.items()]
    if len(parts) < 2:
        return f"Moved by up to {reach} px, {parts[0]}." if parts else ""
    shares = [kept.same / kept.places for kept in found.values()]
    names = list(found)
    better = names[0] if shares[0] > shares[1] else names[1]
    verdict = "Both stand it alike." if abs(shares[0] - shares[1]) < 0.02 else f"{better} stands it better."
    return f"Moved by up to {reach} px, {parts[0]}, {parts[1]}. {verdict}"
