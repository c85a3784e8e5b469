"""Sequences as text: what the steps of a sample stand for, and typed characters as steps."""

from collections.abc import Sequence

import numpy as np

from engine.datasets.spec import Description

BLANK = "·"


def characters(sample: np.ndarray, symbols: Sequence[str]) -> list[str]:
    """The character of every step of a one-hot sample (time, symbol); a blank step, all zeros, is "·"."""
    return [symbols[int(step.argmax())] if step.any() else BLANK for step in np.asarray(sample)]


def written(sample: np.ndarray, symbols: Sequence[str]) -> str:
    """A one-hot sample as text, without the blanks before it."""
    return "".join(characters(sample, symbols)).lstrip(BLANK)


def one_hot(text: str, symbols: Sequence[str], length: int) -> np.ndarray:
    """Text as a sample, float32 (length, symbol): its last `length` characters, after blanks.

    Raises:
        ValueError: a character is none of the symbols; its message is a sentence.
    """
    strange = next((character for character in text if character not in symbols), None)
    if strange is not None:
        raise ValueError(f"{strange!r} is none of the characters: {''.join(symbols)}")
    sample = np.zeros((length, len(symbols)), np.float32)
    kept = text[-length:]
    for place, character in enumerate(kept, start=length - len(kept)):
        sample[place, symbols.index(character)] = 1
    return sample


def step_names(description: Description) -> tuple[str, ...]:
    """A name for every number of a sample (time, feature) laid out flat, e.g. "value 0", "marked 0", "value 1"."""
    return tuple(f"{name} {step}" for step in range(description.input_shape[0]) for name in description.feature_names)
