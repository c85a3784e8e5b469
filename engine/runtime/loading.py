"""Data for a job: from the shelf, or loaded in a worker thread with progress and cancel."""

from collections.abc import Generator, Sequence

import numpy as np

from engine.datasets.choice import LoadedData
from engine.inspect.inspector import Inspection
from engine.messages import DataLoaded, LoadData, Message, Phase, Progress
from engine.project import DataChoice
from engine.runtime.jobs import Cancelled, Job, Report, Turn, in_thread
from engine.runtime.shelf import Shelf

MAX_SENT_BYTES = 24 * 1024 * 1024  # of raw inputs, to the screen


def loaded_data(shelf: Shelf, choice: DataChoice) -> Generator[Report, Turn, LoadedData]:
    """Return the data of a choice, loading them in a worker thread where they are not in memory.

    Raises:
        UserError: the data are wrong.
    """
    if shelf.holds(choice):
        return shelf.data(choice)
    yield Report([Phase(text="loading the data")])
    counts: list[tuple[int, int]] = []
    is_cancelled: list[bool] = []
    inspection = Inspection(
        progress=lambda done, total: counts.append((done, total)), cancelled=lambda: bool(is_cancelled)
    )

    def news() -> Sequence[Message]:
        if not counts:
            return ()
        done, total = counts[-1]
        counts.clear()
        return (Progress(done=done, total=total, text="reading files"),)

    try:
        return (yield from in_thread(lambda: shelf.data(choice, inspection), news))
    except Cancelled:
        is_cancelled.append(True)
        raise


def load_data(request: LoadData, shelf: Shelf) -> Job:
    """Load and split the data, and say what the screen needs of them."""
    data = yield from loaded_data(shelf, request.data)
    yield Report([Phase(text=""), _summary(data)])
    return {}


def _summary(data: LoadedData) -> DataLoaded:
    samples, description = data.samples, data.samples.description
    shown = max(1, MAX_SENT_BYTES // max(1, samples.x[:1].nbytes))
    x = samples.x[:shown]
    is_whole = description.kind == "image" and x.size and x.min() >= 0 and x.max() <= 255 and not (x % 1).any()
    return DataLoaded(
        description=description,
        counts=tuple(int((data.split == code).sum()) for code in range(3)),  # type: ignore[arg-type]
        class_counts=_class_counts(data),
        x=x.astype(np.uint8) if is_whole else x,
        y=samples.y[:shown],
        split=data.split[:shown],
        value_range=description.value_range or (float(samples.x.min()), float(samples.x.max())),
        problems=samples.problems,
    )


def _class_counts(data: LoadedData) -> np.ndarray:
    classes = len(data.samples.description.class_names)
    if not classes:
        return np.zeros((3, 0), np.int64)
    return np.stack([np.bincount(data.samples.y[data.split == code], minlength=classes) for code in range(3)])
