"""How soon Grad-CAM of one image is there, warm, on the CPU, from question to answer in the engine."""

import importlib.util
import time

import numpy as np

from engine.datasets.photo_regions import photographs
from engine.examples import load_example
from engine.messages import Explain, Explained
from engine.project import Project
from engine.runtime.build import build
from engine.runtime.explaining import explain
from engine.runtime.jobs import Turn
from engine.runtime.shelf import Shelf
from tests.benchmarks.interleaved import interleaved
from tests.benchmarks.row import Row, not_measured, percentile, versus

TRIES = 60
WANTED = 50.0  # ms
OTHER, OTHERS_NET, OTHERS_LAYER, OTHERS_CLASS = "tf_keras_vis", "lenet-5", "conv2d_2", 3


def measure() -> list[Row]:
    """Measure nets of three sizes, and the photograph in its own size."""
    names = ("digits", "lenet-5", "photo-regions")
    rows = [_row(f"Grad-CAM of one image, {name}", _latencies(load_example(name))) for name in names]
    path = str(photographs()[0])
    times = _latencies(load_example("photo-regions"), path)
    rows.append(_row("Grad-CAM of a photograph of 640×416, photo-regions", times, None))
    return [*rows, _against_keras_vis()]


def _against_keras_vis() -> Row:
    """Against tf-keras-vis on the same network, where it is installed; tf-explain does not run with Keras 3."""
    name = f"Grad-CAM of one image, {OTHERS_NET}"
    if importlib.util.find_spec(OTHER) is None:
        return not_measured(f"{name}, tf-keras-vis", "tf-keras-vis is not installed; it is no dependency")
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.utils.scores import CategoricalScore

    project, random = load_example(OTHERS_NET), np.random.default_rng(0)
    theirs, shelf = Gradcam(build(project).model, clone=False), Shelf()
    score = CategoricalScore([OTHERS_CLASS])

    def other() -> float:
        x = random.random((1, 28, 28, 1), dtype=np.float32)
        began = time.perf_counter()
        theirs(score, x, penultimate_layer=OTHERS_LAYER)
        return 1 / (time.perf_counter() - began)

    number = iter(range(100))
    sides = {"ours": lambda: 1000 / _once(project, "", next(number), shelf), "theirs": other}
    interleaved(sides, 3)  # compiles
    found = interleaved(sides, TRIES // 2)
    return versus(name, found["ours"], found["theirs"], "tf-keras-vis", 1.0, "images/s")


def _row(name: str, times: list[float], wanted: float | None = WANTED) -> Row:
    note = f"{len(times)} tries, median {percentile(times, 0.5):.1f} ms, longest {max(times):.1f} ms"
    return Row(f"{name}, 95th percentile", percentile(times, 0.95), "ms", wanted, "below", note=note)


def _latencies(project: Project, picture: str = "") -> list[float]:
    """From question to answer with the initial weights, ms; the first ones, which compile, do not count."""
    shelf = Shelf()
    found = [_once(project, picture, number, shelf) for number in range(TRIES + 3)]
    return found[3:]


def _once(project: Project, picture: str, number: int, shelf: Shelf) -> float:
    request = Explain(explainer="gradcam", project=project, picture=picture, sample=number)
    began = time.perf_counter()
    job = explain(request, shelf)
    try:
        events = list(next(job).events)
        while True:
            events += job.send(Turn()).events
    except StopIteration:
        pass
    assert any(isinstance(event, Explained) for event in events)
    return 1000 * (time.perf_counter() - began)
