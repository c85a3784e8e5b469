"""Feature maps, costs and the shift experiment: every value is at hand, every map opens."""

import shutil

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from app.explain.features.others import Compared, convolves, find_others
from app.explain.features.view import COSTS, SHIFT, FeaturesView
from engine.errors import UserError
from engine.examples import load_example
from engine.explain.shifting import Kept, both_classes, kept, sentence
from engine.explain.volumes import volumes
from engine.messages import Explain, Explained, Failed
from engine.recordings import lent
from engine.run_folder import RunFolder, runs_folder
from engine.shapes import infer
from tests.app.studio_double import StudioDouble, answer, loaded, trained_run

PROJECT = load_example("digits")
NAMES = tuple("0123456789")


def features():
    """An answer of the explainer "features" about the digits example."""
    random, layers, arrays = np.random.default_rng(0), infer(PROJECT.graph).layers, {}
    facts = []
    for name, info in layers.items():
        arrays[name] = random.normal(size=info.shape).astype(np.float32)
        facts.append(
            {"name": name, "kind": info.spec.id, "shape": list(info.shape), "limit": float(np.abs(arrays[name]).max()),
             "zeros": 0.25, "shrunk": 1,
             "largest_at": [int(n) for n in np.unravel_index(int(np.abs(arrays[name]).argmax()), info.shape)]}
        )  # fmt: skip
    arrays["input"] = (random.random((8, 8, 1)) * 16).astype(np.float32)
    return Explained(
        explainer="features", step=7, arrays=arrays, facts={"layers": facts, "range": [0.0, 16.0]}
    )  # fmt: skip


def shift(winner=3, reach=3, spread=2):
    """Answers that stay right while the shift is at most `spread`."""
    outputs = np.full((2 * reach + 1, 2 * reach + 1, 10), 0.02, np.float32)
    for row in range(2 * reach + 1):
        for column in range(2 * reach + 1):
            near = max(abs(row - reach), abs(column - reach)) <= spread
            outputs[row, column, winner if near else (winner + 1) % 10] = 0.82
    facts = {"reach": reach, "label": float(winner), "class_names": list(NAMES), "background": 0.0}
    raw = (np.random.default_rng(1).random((8, 8, 1)) * 16).astype(np.float32)
    return Explained(explainer="shift", step=7, arrays={"outputs": outputs, "input": raw}, facts=facts)


@pytest.fixture(scope="module")
def digits():
    return loaded(PROJECT.data)


@pytest.fixture
def studio(document, digits, tmp_path):
    document.open_project(PROJECT)
    return StudioDouble(document, digits, trained_run(tmp_path, PROJECT, digits))


@pytest.fixture
def view(studio, look, qtbot, monkeypatch):
    monkeypatch.setattr("app.explain.features.view.find_others", lambda studio: [])
    made = FeaturesView(studio, look)
    qtbot.addWidget(made)
    made.resize(1440, 790)
    made.show()
    qtbot.waitExposed(made)
    made.set_shown(True)
    return made


def asked(studio, explainer):
    return [job for job in studio.asked if isinstance(job.request, Explain) and job.request.explainer == explainer]


def wait_for(qtbot, studio, explainer, count=1):
    qtbot.waitUntil(lambda: len(asked(studio, explainer)) >= count)
    return asked(studio, explainer)[-1]


def test_every_layer_has_its_row_and_a_double_click_opens_a_map(view, studio, qtbot):
    event = features()
    with qtbot.waitSignal(view.settled) as settled:
        answer(wait_for(qtbot, studio, "features"), event)
    assert settled.args == [7] and list(view.maps.layers) == [layer["name"] for layer in event.facts["layers"]]
    row = view.maps.layers["conv2d_1"]
    row.resize(900, row.heightForWidth(900))
    place = row.tile(5).center().toPoint()
    with qtbot.waitSignal(view.unit_wanted) as wanted:
        qtbot.mouseDClick(row, Qt.MouseButton.LeftButton, pos=place)
    assert wanted.args == ["conv2d_1", 5]
    tile = row.tile(5)
    exact = event.arrays["conv2d_1"][0, 0, 5]
    tip = row.tip_at(QPoint(int(tile.left()) + 2, int(tile.top()) + 2))
    assert tip.startswith("map 5, row 0, column 0: ")
    assert float(tip.rpartition(" ")[2].replace("−", "-")) == pytest.approx(exact, rel=1e-4)


def test_one_scale_for_all_or_each_its_own(view, studio, qtbot):
    event = features()
    answer(wait_for(qtbot, studio, "features"), event)
    limits = {layer["name"]: layer["limit"] for layer in event.facts["layers"]}
    whole = max(limit for name, limit in limits.items() if name not in ("input_1", "output"))
    assert view.maps.layers["conv2d_1"]._shown.limit == view.maps.layers["conv2d_2"]._shown.limit == whole
    assert view.maps.layers["output"]._shown.limit == limits["output"]
    view.maps.scale.changed.emit("each")
    view.maps.scale.set_value("each")
    view.maps._show()
    assert view.maps.layers["conv2d_1"]._shown.limit == limits["conv2d_1"]
    assert not view.maps.bar.isVisible()


def test_rows_are_drawn_and_walked_with_keys(view, studio, qtbot):
    answer(wait_for(qtbot, studio, "features"), features())
    row = view.maps.layers["conv2d_2"]
    row.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(row, key)
    with qtbot.waitSignal(view.unit_wanted) as wanted:
        qtbot.keyClick(row, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert wanted.args == ["conv2d_2", 1]
    assert len(row.table()[1]) == 16 and not view.grab().isNull()


def test_costs_are_areas_and_a_table(view, studio, qtbot):
    view.show_page(COSTS)
    found = volumes(PROJECT.graph, infer(PROJECT.graph))
    total = sum(volume.parameters for volume in found)
    widths = [part.width() for part in view.costs.segments(0)]
    bar = sum(widths)
    assert [width / bar for width in widths] == pytest.approx([volume.parameters / total for volume in found])
    row = view.costs.table()[1][0]
    assert row[:3] == ["conv2d_1", "8×8×16", 160] and row[4] == 66_560
    middle = view.costs.segments(1)[0].center().toPoint()
    assert "conv2d_1: 160 parameters, 9,216 multiplications" in view.costs.tip_at(middle)
    with qtbot.waitSignal(view.unit_wanted) as wanted:
        qtbot.mouseClick(view.costs, Qt.MouseButton.LeftButton, pos=middle)
    assert wanted.args == ["conv2d_1", 0]


def test_a_shift_moves_picture_and_answers(view, studio, qtbot):
    view.show_page(SHIFT)
    answer(wait_for(qtbot, studio, "shift"), shift())
    view.shift.picture.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(view.shift.picture, key)
    assert view.shift.picture.shift == (1, 2) and view.shift.ours.map.current == (4, 5)
    assert "25 of 49 places" in view.shift.words.text
    view.shift.ours.map.clicked.emit(0, 0)
    assert view.shift.picture.shift == (-3, -3)
    assert view.shift.ours.bars.accessibleName() == "Says 4, 82.0%"


def test_two_networks_are_compared_on_the_same_picture(view, studio, qtbot, tmp_path, monkeypatch):
    view.show_page(SHIFT)
    other = Compared("digits-dense, a run", load_example("digits-dense"), tmp_path / "other")
    view._others = [other]
    view.shift.offer([other.title])
    event = shift()
    answer(wait_for(qtbot, studio, "shift"), event)
    job = wait_for(qtbot, studio, "shift", 2)
    assert job.request.folder == str(tmp_path / "other") and job.request.values == {"reach": 3}
    np.testing.assert_array_equal(job.request.x, event.arrays["input"])
    answer(job, shift(spread=1))
    assert "digits-dense keeps its answer in 9 of 49 places" in view.shift.words.text
    assert "stands it better" in view.shift.words.text


def test_without_runs_of_the_user_the_other_example_lends_its_recorded_run(studio, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    first, *rest = find_others(studio)
    assert first.title == "digits-dense, the example's recorded run" and not convolves(first.project)
    assert RunFolder(first.folder).checkpoints() and RunFolder(first.folder).project() == load_example("digits-dense")
    assert [other.title for other in rest] == ["residual, the example's recorded run"]
    assert find_others(studio) == [first, *rest]  # what was lent lies there
    studio.document.open_project(load_example("digits-dense"))
    studio.run = None
    assert find_others(studio)[0].title == "digits, the example's recorded run"


def test_a_run_of_the_users_own_takes_the_place_of_the_recorded_one(studio, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    dense = load_example("digits-dense")
    run = RunFolder(shutil.copytree(lent("digits-dense"), runs_folder(None, dense.title) / "2026-05-05 10.00.00"))
    studio.run = None
    first, second, *_ = find_others(studio)
    assert (first.title, first.folder) == ("digits-dense, your run 2026-05-05 10.00.00", run.path)
    assert second.title == "residual, the example's recorded run"


def test_networks_that_read_something_else_are_not_offered(studio, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    studio.run = None
    studio.document.open_project(load_example("lenet-5"))
    assert find_others(studio) == []


def test_a_disk_that_refuses_is_said_in_the_other_networks_place(view, studio, monkeypatch):
    def refuse(studio):
        raise UserError("The disk is full.", "Free some space.")

    monkeypatch.setattr("app.explain.features.view.find_others", refuse)
    view.show_page(SHIFT)
    assert view.shift.theirs.more.text() == "The disk is full. Free some space."


def test_a_network_that_cannot_answer_says_why(view, studio, qtbot, tmp_path):
    view.show_page(SHIFT)
    assert "Train a second one" in view.shift.theirs.more.text()
    view._others = [Compared("lenet", load_example("lenet-5"), tmp_path)]
    answer(wait_for(qtbot, studio, "shift"), shift())
    answer(wait_for(qtbot, studio, "shift", 2), Failed(kind="user", message="The network takes inputs (28, 28, 1)."))
    assert "takes inputs (28, 28, 1)" in view.shift.theirs.more.text()


def test_a_failure_is_said_in_the_views_place(view, studio, qtbot):
    answer(wait_for(qtbot, studio, "features"), Failed(kind="user", message="The run is damaged.", hint="Train anew."))
    assert view.error.isVisible() and "The run is damaged" in view.error.accessibleName()


def test_only_what_is_looked_at_is_asked(view, studio, qtbot):
    wait_for(qtbot, studio, "features")
    assert not asked(studio, "shift")
    view.show_page(COSTS)
    count = len(asked(studio, "features"))
    studio.set_probe(9)
    assert len(asked(studio, "features")) == count


def test_what_stays_is_counted():
    found = kept(shift().arrays["outputs"], 3.0)
    assert found == Kept(3, 25, 49, pytest.approx(0.02))
    assert kept(shift().arrays["outputs"], None).index == 3
    assert both_classes(np.full((1, 1, 1), 0.2)).tolist() == [[[0.8, 0.2]]]
    assert sentence(3, {"a": found, "b": found}).endswith("Both stand it alike.")
    assert sentence(3, {}) == ""
