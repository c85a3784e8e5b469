"""Non-max suppression of 10,000 boxes, ours against TensorFlow's on one thread, in turns."""

import time
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from engine.vision.suppression import non_max_suppression
from tests.benchmarks.interleaved import interleaved
from tests.benchmarks.row import Row, versus

COUNT = 10_000
REPEATS = 7
THRESHOLD = 0.5


def measure() -> list[Row]:
    """Measure boxes that hardly overlap, that overlap by chance, and that crowd around a few objects."""
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    random = np.random.default_rng(0)
    sparse = _boxes(random.uniform(0, 1000, (COUNT, 2)), random.uniform(2, 6, (COUNT, 2)))
    chance = _boxes(random.uniform(0, 640, (COUNT, 2)), random.uniform(5, 100, (COUNT, 2)))
    middle = random.uniform(0, 640, (50, 2))[random.integers(50, size=COUNT)]
    crowded = _boxes(middle + random.normal(0, 4, (COUNT, 2)), 60 + random.normal(0, 6, (COUNT, 2)))
    scores = random.random(COUNT).astype(np.float32)
    return [_row(name, boxes, scores) for name, boxes in (("sparse", sparse), ("random", chance), ("crowded", crowded))]


def _row(name: str, boxes: np.ndarray, scores: np.ndarray) -> Row:
    turned = tf.constant(boxes[:, [1, 0, 3, 2]])
    given = tf.constant(scores)
    sides = {
        "ours": lambda: non_max_suppression(boxes, scores, THRESHOLD).kept,
        "other": lambda: tf.image.non_max_suppression(turned, given, COUNT, THRESHOLD).numpy(),
    }
    kept = sides["ours"]()
    assert np.array_equal(kept, sides["other"]())
    found = interleaved({side: _rate(work) for side, work in sides.items()}, REPEATS)
    title = f"non-max suppression, 10,000 {name} boxes, {len(kept):,} kept"
    return versus(title, found["ours"], found["other"], "tf.image.non_max_suppression", 1.0, "runs/s")


def _rate(work: Callable[[], object]) -> Callable[[], float]:
    def once() -> float:
        began = time.perf_counter()
        work()
        return 1 / (time.perf_counter() - began)

    return once


def _boxes(centres: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    return np.concatenate([centres - sizes / 2, centres + sizes / 2], axis=1).astype(np.float32)
