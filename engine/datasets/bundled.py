"""The tables that come with scikit-learn, read without its 2 s of import until they are loaded."""

from typing import Any

from engine.datasets.spec import Description, Samples


def as_samples(bunch: Any, description: Description) -> Samples:
    """A scikit-learn Bunch as a loaded dataset: x (sample, feature), y labels or numbers (sample,)."""
    import numpy as np

    kind = np.int32 if description.target == "class" else np.float32
    return Samples(bunch.data.astype(np.float32), bunch.target.astype(kind), description)
