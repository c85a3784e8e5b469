"""One step, stage by stage: the list, the play row, the network and the arrays go together; cells open."""

import numpy as np
import pytest
from PySide6.QtCore import QRect, QSize, Qt

from app.explain.step.arrays import ArrayCard, words_of
from app.explain.step.network import as_grid
from app.explain.step.view import StepView
from app.theme import Look
from engine.examples import load_example
from engine.explain.opened import Place
from engine.messages import Explain, Explained, Failed, Progress
from engine.shapes import infer
from tests.app.studio_double import StudioDouble, answer, loaded

PROJECT = load_example("digits")
NAMES = [node.name for node in PROJECT.graph.in_order()]


def stages_event(step=0, stopped=""):
    """What the engine says of the digits network, with arrays of the right shapes."""
    shapes, random = infer(PROJECT.graph).layers, np.random.default_rng(0)
    arrays = {
        "batch/x": random.normal(size=(32, 8, 8, 1)), "batch/indices": np.arange(100, 132), "loss": np.ones(32),
        "gradient/output/kernel": random.normal(size=(4, 10)), "weight/output/kernel/before": np.zeros((4, 10)),
        "weight/output/kernel/after": np.ones((4, 10)), "slot/output/kernel/velocity/before": np.zeros((4, 10)),
        "slot/output/kernel/velocity/after": np.ones((4, 10)),
    }  # fmt: skip
    stages = [stage("batch", "", "Batch", ["batch/x"])]
    for name in NAMES:
        for way in ("forward", "backward"):
            arrays[f"{way}/{name}"] = random.normal(size=shapes[name].shape)
        stages.append(stage("forward", name, name, [f"forward/{name}"]))
    stages.append(stage("loss", "", "Loss", ["loss"]))
    stages += [stage("backward", name, name, [f"backward/{name}"]) for name in reversed(NAMES)]
    stages.append(stage("slots", "output", "output", [key for key in arrays if key.startswith("slot")]))
    stages.append(stage("update", "output", "output", [key for key in arrays if key.startswith("weight")]))
    facts = {"step": step, "loss": 1.5, "norm": 2.0, "learning_rate": 0.001, "stopped": stopped, "stages": stages}
    return Explained(explainer="stages", step=0, arrays=arrays, facts=facts)


def stage(kind, layer, title, arrays):
    return {"kind": kind, "layer": layer, "title": title, "sentence": "What happens here.", "arrays": arrays}


@pytest.fixture
def view(qtbot, document):
    document.open_project(PROJECT)
    made = StepView(StudioDouble(document, loaded(PROJECT.data)), Look("dark"))
    qtbot.addWidget(made)
    made.resize(1200, 760)
    made.show()
    made.set_shown(True)
    return made


def newest(view, qtbot, count):
    asked = view.studio.asked
    qtbot.waitUntil(lambda: len([job for job in asked if isinstance(job.request, Explain)]) == count)
    return asked[-1]


def test_stages_are_walked_with_the_play_row_and_the_list(view, qtbot):
    answer(newest(view, qtbot, 1), stages_event())
    assert view.list.count() == view.player.count == 1 + len(NAMES) + 1 + len(NAMES) + 2
    assert view.list.item(0).text() == "Batch"
    qtbot.keyClick(view.player, Qt.Key.Key_Right)
    assert view.list.currentRow() == 1 and NAMES[0] in view.title.text()
    view.list.setCurrentRow(len(NAMES) + 2)
    assert view.player.position == len(NAMES) + 2
    assert "Backward" in view.title.text()


def test_before_and_after_stand_side_by_side(view, qtbot):
    answer(newest(view, qtbot, 1), stages_event())
    view.list.setCurrentRow(view.list.count() - 1)
    before, after = view.arrays.cards
    qtbot.waitUntil(lambda: before.width() > 50)
    assert abs(before.y() - after.y()) < 4 and after.x() > before.x()


def test_next_step_goes_ahead_on_a_copy_and_the_moment_brings_it_back(view, qtbot):
    answer(newest(view, qtbot, 1), stages_event())
    view.next.click()
    assert newest(view, qtbot, 2).request.values["ahead"] == 1
    view.again.click()
    assert newest(view, qtbot, 3).request.values["ahead"] == 0


def test_a_walk_goes_on_from_where_it_stopped(view, qtbot):
    answer(newest(view, qtbot, 1), stages_event())
    view.condition.set_value("rise")
    view.run.click()
    job = newest(view, qtbot, 2)
    assert job.request.values["until"] == "rise"
    job.take(Progress(done=20, total=500, text="looking for the step"))
    assert view.progress.isVisible()
    answer(job, stages_event(step=33, stopped="The loss of the batch rose from 1 to 2."))
    assert view.stopped.text() == "The loss of the batch rose from 1 to 2."
    view.next.click()
    assert newest(view, qtbot, 3).request.values["ahead"] == 34


def test_a_cell_opens_its_number_for_the_sample_of_the_batch(view, qtbot):
    answer(newest(view, qtbot, 1), stages_event())
    with qtbot.waitSignal(view.sample_wanted) as wanted:
        view.arrays.clicked.emit(
            Place("activation", NAMES[0], (0, 0, 0)), QRect(view.mapToGlobal(view.pos()), QSize(1, 1))
        )
    assert wanted.args == [100]
    job = newest(view, qtbot, 2)
    assert job.request.explainer == "number"


def test_a_failure_stands_in_the_views_place(view, qtbot):
    answer(newest(view, qtbot, 1), Failed(kind="user", message="The run's data have moved.", hint="Choose them again."))
    assert view.error.isVisible()


def test_cells_know_where_they_stand(qtbot):
    look = Look("light")
    forward = ArrayCard("forward/conv2d_1", np.zeros((8, 8, 3)), look)
    gradient = ArrayCard("gradient/conv2d_1/kernel", np.zeros((3, 3, 2, 4)), look)
    after = ArrayCard("weight/dense_1/kernel/after", np.zeros((3, 3)), look)
    for card in (forward, gradient, after):
        qtbot.addWidget(card)
    gradient._choose("5")
    assert forward.place_of(2, 1) == Place("activation", "conv2d_1", (2, 1, 0))
    assert gradient.place_of(2, 1) == Place("gradient", "conv2d_1", (2, 1, 1, 1), "kernel")
    assert after.place_of(0, 0) is None
    assert words_of("slot/dense_1/kernel/momentum/after") == "momentum of kernel, after"


def test_every_array_has_a_picture():
    assert as_grid(np.arange(10.0)).shape == (3, 4)
    assert as_grid(np.zeros((4, 6, 5))).shape == (8, 18)
    maps = np.arange(2 * 2 * 2, dtype=float).reshape(2, 2, 2)
    np.testing.assert_array_equal(as_grid(maps)[:, 2:], maps[:, :, 1])
