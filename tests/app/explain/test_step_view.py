"""One step, stage by stage: the play row, the canvas and the arrays go together; cells open."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt

from app.explain.step.arrays import ArrayCard, as_grid, in_pairs, line_length, words_of
from app.explain.step.held import Holdings
from app.explain.step.scene import DIM
from app.explain.step.view import StepView
from app.theme import Look
from engine.examples import load_example
from engine.explain.opened import Place
from engine.graph import Edge
from engine.groups import grouped
from engine.messages import Explain, Explained, Failed, Progress
from engine.shapes import infer
from tests.app.studio_double import StudioDouble, answer, loaded

PROJECT = load_example("digits")
NAMES = [node.name for node in PROJECT.graph.in_order()]


def stages_event(step=0, stopped="", project=PROJECT):
    """What the engine says of a network, with arrays of the right shapes."""
    shapes, random = infer(project.graph).layers, np.random.default_rng(0)
    names = [node.name for node in project.graph.in_order()]
    arrays = {
        "batch/x": random.normal(size=(32, 8, 8, 1)), "batch/indices": np.arange(100, 132), "loss": np.ones(32),
        "gradient/output/kernel": random.normal(size=(4, 10)), "weight/output/kernel/before": np.zeros((4, 10)),
        "weight/output/kernel/after": np.ones((4, 10)), "slot/output/kernel/velocity/before": np.zeros((4, 10)),
        "slot/output/kernel/velocity/after": np.ones((4, 10)),
    }  # fmt: skip
    stages = [stage("batch", "", "Batch", ["batch/x"])]
    for name in names:
        for way in ("forward", "backward"):
            arrays[f"{way}/{name}"] = random.normal(size=shapes[name].shape)
        stages.append(stage("forward", name, name, [f"forward/{name}"]))
    stages.append(stage("loss", "", "Loss", ["loss"]))
    stages += [stage("backward", name, name, [f"backward/{name}"]) for name in reversed(names)]
    stages.append(stage("slots", "output", "output", [key for key in arrays if key.startswith("slot")]))
    stages.append(stage("update", "output", "output", [key for key in arrays if key.startswith("weight")]))
    facts = {"step": step, "loss": 1.5, "norm": 2.0, "learning_rate": 0.001, "stopped": stopped, "stages": stages}
    return Explained(explainer="stages", step=0, arrays=arrays, facts=facts)


def stage(kind, layer, title, arrays):
    return {"kind": kind, "layer": layer, "title": title, "sentence": "What happens here.", "arrays": arrays}


@pytest.fixture
def make(qtbot, document):
    def made(project=PROJECT):
        document.open_project(project)
        view = StepView(StudioDouble(document, loaded(project.data)), Look("dark"))
        qtbot.addWidget(view)
        view.resize(1200, 760)
        view.show()
        view.set_shown(True)
        return view

    return made


@pytest.fixture
def view(make):
    return make()


def newest(view, qtbot, count):
    asked = view.studio.asked
    qtbot.waitUntil(lambda: len([job for job in asked if isinstance(job.request, Explain)]) == count)
    return asked[-1]


def test_stages_are_walked_with_the_play_row_and_the_canvas(view, qtbot):
    answer(newest(view, qtbot, 1), stages_event())
    assert view.player.count == 1 + len(NAMES) + 1 + len(NAMES) + 2
    assert view.title.text() == "Batch" and view.network.parts.value == "batch"
    qtbot.keyClick(view.player, Qt.Key.Key_Right)
    assert NAMES[0] in view.title.text() and view.network.parts.value == "forward"
    view.network.part_picked.emit("backward")
    assert view.player.position == len(NAMES) + 2 and view.title.text() == f"Backward: {NAMES[-1]}"
    qtbot.keyClick(view.network.view, Qt.Key.Key_Left)
    assert view.player.position == len(NAMES) + 1 and view.title.text() == "Loss"


def test_a_click_on_a_node_goes_to_its_nearest_stage(view, qtbot):
    answer(newest(view, qtbot, 1), stages_event())
    view.go_to(len(NAMES) + 2)
    canvas = view.network.view
    at = canvas.mapFromScene(view.network.scene.nodes["conv2d_2"].scene_box().center())
    qtbot.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert view.title.text() in ("Backward: conv2d_2", "Forward: conv2d_2")
    assert view.network.scene.selection == {"conv2d_2"}


def test_nodes_stand_where_the_user_put_them(make, document):
    view = make()
    moved = PROJECT.graph.with_positions({"conv2d_1": (400.0, 500.0)})
    document.edit("Move", PROJECT.replace(graph=moved))
    view.set_shown(False)
    view.set_shown(True)
    assert view.network.scene.nodes["conv2d_1"].pos() == QPointF(400.0, 500.0)


def test_layers_light_up_forward_and_once_more_on_the_way_back(view, qtbot):
    event = stages_event()
    answer(newest(view, qtbot, 1), event)
    scene = view.network.scene
    view.go_to(2)
    second, third = NAMES[1], NAMES[2]
    assert scene.nodes[second].is_selected and not scene.nodes[NAMES[0]].is_selected
    assert scene.nodes[second].face.state == "ok" and scene.nodes[third].face.state == "stale"
    assert scene.nodes[second].face.settings.startswith("a ±")
    assert scene.edges[Edge(NAMES[0], second)].opacity() == 1 and scene.edges[Edge(second, third)].opacity() == DIM
    view.go_to(len(NAMES) + 2)
    assert scene.nodes["output"].face.settings.startswith("∂L/∂z ±")
    assert scene.nodes[second].face.state == "stale" and scene.nodes[second].face.settings.startswith("a ±")
    np.testing.assert_array_equal(scene.held["output"].values, event.arrays["backward/output"])
    view.go_to(view.player.count - 1)
    assert scene.nodes["output"].face.settings == "Δ kernel ±1" and scene.nodes["output"].face.shape == "4×10"
    np.testing.assert_array_equal(scene.held["output"].values, np.ones((4, 10)))


def test_a_merge_is_reached_from_both_its_branches(make, qtbot):
    project = load_example("residual")
    view = make(project)
    answer(newest(view, qtbot, 1), stages_event(project=project))
    scene, order = view.network.scene, [node.name for node in project.graph.in_order()]
    view.go_to(1 + order.index("add_1"))
    now = {edge for edge, wire in scene.edges.items() if wire.is_near_selection}
    assert now == {Edge("conv2d_1", "add_1"), Edge("conv2d_3", "add_1")}
    view.go_to(2 + len(order) + order[::-1].index("conv2d_1"))
    now = {edge for edge, wire in scene.edges.items() if wire.is_near_selection}
    assert now == {Edge("conv2d_1", "add_1"), Edge("conv2d_1", "conv2d_2")}


def test_groups_are_open_so_that_every_layer_has_its_node(make, qtbot):
    graph, path = grouped(PROJECT.graph, {"conv2d_1", "max_pool_1"})
    project = PROJECT.replace(graph=graph)
    view = make(project)
    answer(newest(view, qtbot, 1), stages_event(project=project))
    scene = view.network.scene
    assert set(scene.nodes) == set(NAMES) and path in scene.frames
    view.go_to(2)
    assert scene.selection == {"conv2d_1"} and scene.nodes["conv2d_1"].face.settings.startswith("a ±")


def test_a_number_that_is_not_finite_is_counted_on_its_node_and_shown_first(view, qtbot):
    answer(newest(view, qtbot, 1), stages_event())
    view.walk.condition.set_value("nan")
    view.walk.run.click()
    event = stages_event(step=7, stopped="The loss or a gradient is no longer finite.")
    event.arrays["forward/conv2d_2"][0, 0, :3] = np.nan
    answer(newest(view, qtbot, 2), event)
    assert view.title.text() == "Forward: conv2d_2"
    assert view.network.scene.nodes["conv2d_2"].face.settings == "a 3 not finite"


def test_the_canvas_zooms_and_pans_and_says_what_it_shows(view, qtbot):
    answer(newest(view, qtbot, 1), stages_event())
    canvas = view.network.view
    before = canvas.zoom
    view.network.zoom.asked.emit("zoom_in")
    assert canvas.zoom == pytest.approx(1.25 * before)
    place = canvas.mapToScene(QPoint(200, 200))
    qtbot.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    qtbot.mouseMove(canvas.viewport(), QPoint(260, 230))
    qtbot.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(260, 230))
    moved = canvas.mapToScene(QPoint(260, 230)) - place
    assert abs(moved.x()) < 2 and abs(moved.y()) < 2
    qtbot.keyClick(canvas, Qt.Key.Key_F)
    assert canvas.zoom == pytest.approx(before)
    headers, rows = canvas.table()
    assert headers[0] == "layer" and rows[0][:3] == ["input_1", "yes", "the sample, normalised"]


def test_before_and_after_stand_side_by_side(view, qtbot):
    answer(newest(view, qtbot, 1), stages_event())
    view.go_to(view.player.count - 1)
    before, after = view.arrays.cards
    qtbot.waitUntil(lambda: before.width() > 50)
    assert abs(before.y() - after.y()) < 4 and after.x() > before.x()


def test_next_step_goes_ahead_on_a_copy_and_the_moment_brings_it_back(view, qtbot):
    answer(newest(view, qtbot, 1), stages_event())
    view.walk.next.click()
    assert newest(view, qtbot, 2).request.values["ahead"] == 1
    view.walk.again.click()
    assert newest(view, qtbot, 3).request.values["ahead"] == 0


def test_a_walk_goes_on_from_where_it_stopped(view, qtbot):
    answer(newest(view, qtbot, 1), stages_event())
    view.walk.condition.set_value("rise")
    view.walk.run.click()
    job = newest(view, qtbot, 2)
    assert job.request.values["until"] == "rise"
    job.take(Progress(done=20, total=500, text="looking for the step"))
    assert view.progress.isVisible()
    answer(job, stages_event(step=33, stopped="The loss of the batch rose from 1 to 2."))
    assert view.walk.stopped.text == "The loss of the batch rose from 1 to 2."
    view.walk.next.click()
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


def test_an_optimiser_that_remembers_nothing_has_no_part_for_it(view, qtbot):
    event = stages_event()
    event.facts["stages"] = [stage for stage in event.facts["stages"] if stage["kind"] != "slots"]
    answer(newest(view, qtbot, 1), event)
    view.network.parts.set_value("slots")
    assert view.network.parts.value == "batch"


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


def test_maps_are_shown_side_by_side_and_long_vectors_in_lines():
    assert as_grid(np.zeros((4, 6, 5))).shape == (8, 18)
    maps = np.arange(2 * 2 * 2, dtype=float).reshape(2, 2, 2)
    np.testing.assert_array_equal(as_grid(maps)[:, 2:], maps[:, :, 1])
    assert [line_length(count) for count in (1, 10, 32, 256, 84, 97)] == [1, 10, 16, 16, 14, 97]


def test_a_cell_of_a_long_vector_knows_its_unit(qtbot):
    card = ArrayCard("backward/dense_1", np.zeros(64), Look("dark"))
    qtbot.addWidget(card)
    assert card.place_of(2, 3) == Place("error", "dense_1", (35,))


def test_slices_are_chosen_together_and_small_numbers_get_a_unit(view, qtbot):
    arrays = {f"weight/conv2d_1/kernel/{when}": np.full((3, 3, 2, 4), 3e-8) for when in ("before", "after")}
    view.arrays.show_arrays({**arrays, "gradient/conv2d_1/bias": np.ones(4)})
    before, after, _ = view.arrays.cards
    before._choose("5")
    assert after.place_of(0, 0) is None and after._slice == 5
    assert "10⁻⁸" in before._scale.text()


def test_before_and_after_of_one_array_are_a_pair():
    slots = [f"slot/d/kernel/{slot}/{when}" for when in ("before", "after") for slot in ("momentum", "velocity")]
    assert in_pairs(["backward/d", *slots]) == [["backward/d"], [slots[0], slots[2]], [slots[1], slots[3]]]


def test_the_batch_is_that_of_the_inputs_and_the_loss_that_of_the_outputs():
    holdings = Holdings(stages_event(), infer(PROJECT.graph), frozenset({"output"}), 3)
    assert holdings.current(0) == holdings.reached(0) == {"input_1"}
    np.testing.assert_array_equal(holdings.at(0)["input_1"].values, stages_event().arrays["batch/x"][3])
    loss = holdings.first_of("loss")
    assert holdings.current(loss) == {"output"} and holdings.reached(loss) == set(NAMES)
    assert holdings.first_of("nothing") is None and holdings.first_broken() is None
