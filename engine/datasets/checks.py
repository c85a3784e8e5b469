"""What looks wrong in the user's own data once it is loaded: one sentence each."""

import unicodedata
from collections.abc import Iterator, Sequence
from hashlib import blake2b

import numpy as np

from engine.inspect.names import listed

IMBALANCE = 20


def class_problems(labels: np.ndarray, class_names: Sequence[str]) -> Iterator[str]:
    """Classes of very different size, and names that look alike.

    Args:
        labels: int (sample,).
    """
    counts = np.bincount(labels, minlength=len(class_names))
    low, high = int(counts.argmin()), int(counts.argmax())
    if counts[high] >= IMBALANCE * max(counts[low], 1):
        yield (
            f"{class_names[high]} has {counts[high]:,} samples, {class_names[low]} only {counts[low]:,}; "
            "a network may simply learn to ignore the rare class."
        )
    alike: dict[str, list[str]] = {}
    for name in class_names:
        alike.setdefault(unicodedata.normalize("NFKC", name).strip().casefold(), []).append(name)
    for names in alike.values():
        if len(names) > 1:
            yield f"Classes that look alike: {listed([repr(name) for name in names])}. Are they meant to be one?"


def duplicate_problem(x: np.ndarray, split: np.ndarray) -> str:
    """A sentence where samples outside the training part equal one inside it, else empty.

    Args:
        x: (sample, ...), compared bit by bit.
        split: int8 (sample,), 0 is training.
    """
    digests = [blake2b(sample.tobytes(), digest_size=16).digest() for sample in x]
    known = {digest for digest, code in zip(digests, split, strict=True) if code == 0}
    count = sum(digest in known for digest, code in zip(digests, split, strict=True) if code != 0)
    if not count:
        return ""
    verb = "sample for validation or test is" if count == 1 else "samples for validation or test are"
    return f"{count:,} {verb} equal to one for training, so the measured quality is too good."
