"""Whether maps point at what they are about: objects with known boxes, and the pagoda of a photograph."""

import tempfile

import numpy as np
import tensorflow as tf

from engine.datasets.photo_regions import photographs, region_mask
from engine.examples import load_example
from engine.explain.class_maps import gradcam_alphas, largest_cell, rectified, resampled, weighted_sum
from engine.messages import Explain, Explained
from engine.runtime.explain.class_score import score_function
from engine.runtime.explaining import explain
from engine.runtime.jobs import Turn
from engine.runtime.shelf import Shelf
from tests.benchmarks.row import Row
from tests.benchmarks.training import trained

WANTED = 0.95
BATCH = 32


def measure() -> list[Row]:
    """Train both examples, then point."""
    return [_scenes(), _pagoda()]


def _scenes() -> Row:
    """Share of the rightly classified scenes of validation and test part whose peak lies in the object's box."""
    project = load_example("scenes")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        shelf = trained(project, folder)
        moment, data = shelf.moment(project, folder), shelf.data(project.data)
    indices = np.concatenate([data.indices("validation"), data.indices("test")])
    boxes, side = data.samples.boxes, data.samples.x.shape[1]
    assert boxes is not None
    layer = [node.name for node in project.graph.nodes if node.kind == "conv2d"][-1]
    function = score_function(moment, (layer,))
    hits: list[bool] = []
    for start in range(0, len(indices), BATCH):
        some = indices[start : start + BATCH]
        x = tf.constant(data.scaling.apply(data.samples.x[some]))
        classes, _, activations, gradients = function(moment.weights, x, tf.constant(-1))
        for at in np.flatnonzero(np.asarray(classes) == data.samples.y[some]):
            activation, gradient = np.asarray(activations[0][at]), np.asarray(gradients[0][at])
            values = rectified(weighted_sum(activation, gradcam_alphas(gradient)))
            hits.append(is_inside(largest_cell(resampled(values, side, side)), boxes[some[at]]))
    note = f"{len(hits)} of {len(indices)} held-out scenes classified rightly; {sum(hits)} peaks inside"
    return Row("Grad-CAM's peak inside the object's box, scenes", float(np.mean(hits)), "", WANTED, note=note)


def is_inside(place: tuple[int, int], box: np.ndarray) -> bool:
    """Whether a pixel (row, column) lies in a box (top, left, bottom, right)."""
    top, left, bottom, right = box
    return bool(top <= place[0] < bottom and left <= place[1] < right)


def _pagoda() -> Row:
    """Share of the map's weight on the photograph that lies on the pagoda."""
    project = load_example("photo-regions")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        shelf = trained(project, folder)
        values, best = photograph_map(shelf, folder)
    share, on_peak = on_pagoda(values)
    where = "on" if on_peak else "beside"
    note = f"peak {where} the pagoda, which fills {pagoda().mean():.0%} of the photograph; said to be {best}"
    return Row("Grad-CAM's weight on the pagoda, photo-regions", share, "", 0.6, note=note)


def photograph_map(shelf: Shelf, folder: str) -> tuple[np.ndarray, str]:
    """Grad-CAM of "pagoda" on china.jpg in its own size, (26, 40); and the class of the whole photograph."""
    request = Explain(
        explainer="gradcam",
        project=load_example("photo-regions"),
        folder=folder,
        picture=str(photographs()[0]),
        values={"class": 0},
    )
    job = explain(request, shelf)
    events = list(next(job).events)
    try:
        while True:
            events += job.send(Turn()).events
    except StopIteration:
        found = [event for event in events if isinstance(event, Explained)]
    best = int(np.argmax(found[-1].arrays["logits"]))
    return np.asarray(found[-1].arrays["map"]), str(found[-1].facts["class_names"][best])


def pagoda() -> np.ndarray:
    """Where the pagoda was drawn by hand, bool, as far as the map reaches."""
    return region_mask("china.jpg", "pagoda")[:416]


def on_pagoda(values: np.ndarray) -> tuple[float, bool]:
    """How much of a map's weight lies on the pagoda, and whether its largest cell does."""
    fine = resampled(values, 416, 640)
    return float(fine[pagoda()].sum() / fine.sum()), bool(pagoda()[largest_cell(fine)])
