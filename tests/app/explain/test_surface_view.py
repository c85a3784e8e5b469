"""The loss surface and the projector in the window: what they ask, what they draw, what a click does."""

from pathlib import Path

import numpy as np
import pytest

from app.explain import VIEWS
from app.explain.projector_view import ProjectorView
from app.explain.surface.slice_card import formulas
from app.explain.surface_view import SurfaceView
from engine.examples import load_example
from engine.messages import Explain, Explained, Failed, Progress
from tests.app.studio_double import StudioDouble, answer, loaded, settle, trained_run

PROJECT = load_example("digits")
STEPS = np.array([0, 10, 200, 900])


@pytest.fixture(scope="module")
def digits():
    return loaded(PROJECT.data)


@pytest.fixture
def studio(document, digits):
    document.open_project(PROJECT)
    return StudioDouble(document, digits, trained_run(Path("run"), PROJECT, digits))


def made(kind, studio, look, qtbot):
    view = kind(studio, look)
    qtbot.addWidget(view)
    view.resize(1200, 700)
    view.set_shown(True)
    view.show()
    return view


def newest(studio, qtbot, explainer):
    def known():
        return [job for job in studio.asked if isinstance(job.request, Explain) and job.request.explainer == explainer]

    qtbot.waitUntil(lambda: bool(known()))
    return known()[-1]


def surface(size=21, coarse=False, scale=1.0, **facts):
    axis = np.linspace(-1, 1, size).astype(np.float32)
    loss = (axis[None] ** 2 + axis[:, None] ** 2).astype(np.float32) * scale
    path = np.array([[-0.8, 0.5], [-0.4, 0.1], [0.0, 0.2], [0.5, 0.0]], np.float32)
    arrays = {"loss": loss, "first": axis, "second": axis, "path": path, "path_steps": STEPS}
    arrays["path_loss"] = (path**2).sum(axis=1)
    known = {
        "directions": "pca", "samples": 512, "part": "train", "centre": 0.25, "centre_step": 900,
        "shares": [0.9, 0.06], "labels": ["first component", "second component"], "is_coarse": coarse,
        "variables": [["conv2d_1/kernel", [3, 3, 1, 8]], ["output/bias", [10]]],
    }  # fmt: skip
    return Explained(explainer="surface", step=900, arrays=arrays, facts=known | facts)


def slice_of(rate=0.1, norm=2.0, loss=0.75):
    distance = np.linspace(-0.8, 0.8, 41).astype(np.float32)
    facts = {"centre": loss, "slope": -norm, "learning_rate": rate, "step": rate * norm, "landing": 0.4}
    arrays = {"distance": distance, "loss": loss - norm * distance + distance**2, "tangent": loss - norm * distance}
    return Explained(explainer="slice", step=900, arrays=arrays, facts=facts | {"samples": 512, "part": "train"})


def projected(digits, step=900, turn=0.0, **facts):
    indices = np.flatnonzero(digits.split == 0)[:60].astype(np.int32)
    points = np.random.default_rng(0).normal(size=(60, 2))
    points = points @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    near = ((np.arange(60)[:, None] + np.arange(1, 9)) % 60).astype(np.int32)
    arrays = {"points": points.astype(np.float32), "indices": indices, "labels": digits.y[indices]}
    arrays |= {"neighbours": near, "distances": np.tile(np.arange(1, 9, dtype=np.float32), (60, 1))}
    known = {
        "layer": "output", "method": "pca", "part": "train", "samples": 60, "available": 1257, "features": 10,
        "basis_step": 900, "shares": [0.4, 0.2], "class_names": list("0123456789"), "kind": "class",
    }  # fmt: skip
    return Explained(explainer="project", step=step, arrays=arrays, facts=known | facts)


def test_both_are_among_the_views_of_see():
    assert {("surface", "SurfaceView"), ("projector", "ProjectorView")} <= {(e.id, e.name) for e in VIEWS}


def test_the_surface_is_drawn_coarse_and_then_fine(studio, look, qtbot):
    view = made(SurfaceView, studio, look, qtbot)
    job = newest(studio, qtbot, "surface")
    assert job.request.values["size"] == 51 and job.request.values["samples"] == 512
    steps = []
    view.settled.connect(steps.append)
    job.take(surface(11, coarse=True))
    assert "coarse" in view.caption.accessibleName() + view.caption.toolTip() + view.caption.text
    assert not steps
    job.take(Progress(done=16, total=2601, text="loss surface"))
    assert view.progress.isVisible()
    answer(job, surface())
    assert steps == [900] and not view.progress.isVisible()
    assert "90.0%" in view.controls.found.text()
    settle()


def test_a_coarse_picture_does_not_replace_the_fine_one_of_the_same_plane(studio, look, qtbot):
    view = made(SurfaceView, studio, look, qtbot)
    job = newest(studio, qtbot, "surface")
    job.take(surface())
    job.take(surface(11, coarse=True))
    assert view.surface._scene.field.z.shape == (21, 21)
    job.take(surface(11, coarse=True, scale=2.0))
    assert view.surface._scene.field.z.shape == (11, 11)


def test_the_playheads_checkpoint_is_marked_and_a_click_goes_to_one(studio, look, qtbot):
    view = made(SurfaceView, studio, look, qtbot)
    answer(newest(studio, qtbot, "surface"), surface())
    assert view.surface._paths[0].at == 3
    studio.show_step(180)
    assert view.surface._paths[0].at == view.map._paths[0].at == 2
    view.map.path_picked.emit(0, 1)
    assert studio.shown_step == 10 and view.surface._paths[0].name == "step 10"


def test_two_weights_are_chosen_among_the_networks_own(studio, look, qtbot):
    view = made(SurfaceView, studio, look, qtbot)
    answer(newest(studio, qtbot, "surface"), surface())
    view.controls.weights[1].variable.set_value("output/bias")
    view.controls.directions.set_value("weights")
    view.controls.directions.changed.emit("weights")
    qtbot.waitUntil(lambda: newest(studio, qtbot, "surface").request.values["directions"] == "weights")
    values = newest(studio, qtbot, "surface").request.values
    assert values["first"] == "conv2d_1/kernel[0, 0, 0, 0]" and values["second"] == "output/bias[1]"


def test_a_failure_stands_in_the_pictures_place_and_is_over_with_an_answer(studio, look, qtbot):
    view = made(SurfaceView, studio, look, qtbot)
    job = newest(studio, qtbot, "surface")
    answer(job, Failed(kind="user", message="The run has 1 checkpoints.", hint="Train longer."))
    assert view.error.isVisible() and "1 checkpoints" in view.error.accessibleName()
    view.error.retry.emit()
    qtbot.waitUntil(lambda: newest(studio, qtbot, "surface") is not job)
    newest(studio, qtbot, "surface").take(surface())
    assert not view.error.isVisible()


def test_the_slice_shows_where_a_step_lands_and_its_numbers_open(studio, look, qtbot):
    view = made(SurfaceView, studio, look, qtbot)
    newest(studio, qtbot, "slice").take(slice_of())
    found = formulas(slice_of().facts)
    assert found["step"].result == "0.2" and "0.1 · 2 = 0.2" in found["step"].numeric
    assert found["promised"].result == "0.35"  # 0.75 - 2 * 0.2
    assert view.slice.numbers["promised"].text == "0.35" and view.slice.numbers["landing"].text == "0.4"
    view.slice.reach.changed.emit("1")
    view.slice.numbers["step"].opened.emit()


def test_a_click_on_a_point_wants_its_sample_and_the_chosen_one_is_marked(studio, look, qtbot, digits):
    view = made(ProjectorView, studio, look, qtbot)
    view.set_layer("output")
    answer(newest(studio, qtbot, "project"), projected(digits))
    indices = projected(digits).arrays["indices"]
    with qtbot.waitSignal(view.sample_wanted) as said:
        view.cloud.picked.emit(5)
    assert said.args == [int(indices[5])]
    studio.set_probe(int(indices[7]))
    assert view.cloud.current == 7 and len(view.cloud._near) == 8
    with qtbot.waitSignal(view.sample_wanted) as said:
        view.controls.tiles.picked.emit(0)
    assert said.args == [int(indices[8])]
    studio.set_probe(int(np.flatnonzero(digits.split == 2)[0]))
    assert view.cloud.current == -1 and "not among these points" in view.controls.near_title.text()


def test_tsne_is_turned_to_lie_like_the_picture_before(studio, look, qtbot, digits):
    view = made(ProjectorView, studio, look, qtbot)
    view.set_layer("output")
    job = newest(studio, qtbot, "project")
    extra = {"method": "tsne", "perplexity": 19.0, "components": 10}
    job.take(projected(digits, **extra))
    before = view.cloud._points.copy()
    job.take(projected(digits, step=10, turn=2.0, **extra))
    np.testing.assert_allclose(view.cloud._points, before, atol=1e-5)
    assert "perplexity 19" in view.controls.sentence.text()


def test_every_layer_can_be_projected_and_the_picture_of_a_point_is_its_sample(studio, look, qtbot, digits):
    view = made(ProjectorView, studio, look, qtbot)
    assert {node.kind for node in PROJECT.graph.nodes} <= set(ProjectorView.kinds)
    view.set_layer("conv2d_1")
    job = newest(studio, qtbot, "project")
    assert job.request.values == {"layer": "conv2d_1", "method": "pca", "part": "train", "samples": 500}
    answer(job, projected(digits))
    picture = view._picture(3)
    assert picture is not None and (picture.width(), picture.height()) == (8, 8)
    assert view.cloud._labels[3].endswith(str(digits.y[projected(digits).arrays["indices"][3]]))
