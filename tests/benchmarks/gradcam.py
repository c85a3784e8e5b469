"""How soon Grad-CAM of one image is there, warm, on the CPU, from question to answer in the engine."""

import importlib.util
import time

from engine.datasets.photo_regions import photographs
from engine.examples import load_example
from engine.messages import Explain, Explained
from engine.project import Project
from engine.runtime.explaining import explain
from engine.runtime.jobs import Turn
from engine.runtime.shelf import Shelf
from tests.benchmarks.row import Row, not_measured, percentile

TRIES = 60
WANTED = 50.0  # ms
OTHERS = ("tf_keras_vis", "tf_explain")


def measure() -> list[Row]:
    """Measure nets of three sizes, and the photograph in its own size."""
    names = ("digits", "lenet-5", "photo-regions")
    rows = [_row(f"Grad-CAM of one image, {name}", _latencies(load_example(name))) for name in names]
    path = str(photographs()[0])
    times = _latencies(load_example("photo-regions"), path)
    rows.append(_row("Grad-CAM of a photograph of 640×416, photo-regions", times, None))
    missing = [name for name in OTHERS if importlib.util.find_spec(name) is None]
    rows += [not_measured(f"Grad-CAM, {name}", "not installed") for name in missing]
    return rows


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
