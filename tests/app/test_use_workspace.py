"""The Use workspace: drawing becomes raw input, the network answers, the model leaves with proof."""

import math
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from app.actions import Actions
from app.draw_pad import SIDE, DrawPad
from app.file_dialogs import file_stem
from app.job import JobState
from app.panels.export_panel import proof
from app.panels.prediction_card import probability_lines
from app.strokes import Stroke, coverage, frame_like_scans, network_input
from app.theme import Look
from app.widgets.popover import Popover
from app.workspaces.use import UseWorkspace
from engine.examples import load_example
from engine.messages import Exported, Failed, Finished, Predicted, Progress
from engine.project import DataChoice
from tests.app.studio_double import StudioDouble, answer, evaluation, loaded, settle, trained_run

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")
DIGITS = load_example("digits").replace(data=DataChoice())
FOLDER = Path("/runs/2026-11-21 04.15.31")
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


@pytest.fixture(scope="module")
def digits():
    return loaded(DataChoice())


@pytest.fixture
def look(qtbot):
    return Look("dark")


@pytest.fixture
def make(qtbot, look, document, digits):
    def made(trained=True, data=digits, project=DIGITS):
        document.open_project(project)
        run = trained_run(FOLDER, project, data) if trained else None
        if run is not None:
            run.checkpoints = [400, 800]
        workspace = UseWorkspace(StudioDouble(document, data, run), look, Actions())
        qtbot.addWidget(workspace)
        workspace.resize(1440, 792)
        workspace.show()
        return workspace, workspace._studio

    return made


@pytest.fixture
def pad(qtbot, look):
    made = DrawPad(look)
    qtbot.addWidget(made)
    return made


def drag(qtbot, pad, places, button=LEFT):
    first, *rest = (QPoint(round(x * SIDE), round(y * SIDE)) for x, y in places)
    qtbot.mousePress(pad, button, pos=first)
    for place in rest:
        move(pad, place, button)
    qtbot.mouseRelease(pad, button, pos=rest[-1] if rest else first)


def move(pad, place, button):
    """Move with a button held, which qtbot.mouseMove does not do."""
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    at = QPointF(place)
    event = QMouseEvent(
        QEvent.Type.MouseMove, at, pad.mapToGlobal(at), Qt.MouseButton.NoButton, button, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(pad, event)


def test_strokes_of_the_mouse_become_an_array(qtbot, pad):
    pad.set_pen_width(0.25)
    drag(qtbot, pad, [(0.5, 0.125), (0.5, 0.875)])
    x = pad.network_input((4, 4, 1), (0.0, 16.0), framed=False)
    assert x.shape == (1, 4, 4, 1)
    assert x.dtype == np.float32
    assert x[0, 1, :, 0] == pytest.approx([0, 8, 8, 0], abs=1), "the pen covers half of the two middle columns"
    assert np.all(x == np.round(x)), "scans hold whole numbers"


def test_the_right_button_erases(qtbot, pad):
    pad.set_pen_width(0.2)
    drag(qtbot, pad, [(0.1, 0.5), (0.9, 0.5)])
    full = coverage(pad.strokes, 8, 8).sum()
    drag(qtbot, pad, [(0.5, 0.1), (0.5, 0.9)], RIGHT)
    left = coverage(pad.strokes, 8, 8)
    assert left.sum() < full - 1
    assert left[:, 4].sum() == pytest.approx(0, abs=0.5)
    assert left[4, 1] > 0.5


def test_undo_takes_back_strokes_and_clearing(qtbot, pad):
    for row in (0.2, 0.5, 0.8):
        drag(qtbot, pad, [(0.2, row), (0.8, row)])
    qtbot.keyClick(pad, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(pad.strokes) == 2
    pad.clear()
    assert pad.is_empty
    qtbot.keyClick(pad, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(pad.strokes) == 2


def test_drawing_by_keyboard(qtbot, pad):
    qtbot.keyClick(pad, Qt.Key.Key_Space)
    for _ in range(4):
        qtbot.keyClick(pad, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(pad, Qt.Key.Key_Space)
    qtbot.keyClick(pad, Qt.Key.Key_Down)
    (stroke,) = pad.strokes
    assert stroke.points[0] == (0.5, 0.5)
    assert stroke.points[-1] == pytest.approx((0.9, 0.5))
    assert len(stroke.points) == 5


def test_area_averaging_keeps_the_amount_of_ink():
    strokes = [Stroke(0.2, points=[(0.3, 0.3), (0.7, 0.6)])]
    shares = [coverage(strokes, size, size).mean() for size in (8, 28, 32, 64)]
    assert max(shares) - min(shares) < 0.004
    length = math.hypot(0.4, 0.3)
    assert shares[-1] == pytest.approx(0.2 * length + math.pi * 0.1**2, rel=0.02)


@pytest.mark.parametrize("scale, shift", [(1.0, (0.0, 0.0)), (0.4, (0.05, 0.5)), (0.5, (0.45, 0.1))])
def test_framing_makes_small_and_moved_drawings_alike(scale, shift):
    points = [(0.3, 0.2), (0.7, 0.2), (0.4, 0.8)]
    moved = [(x * scale + shift[0], y * scale + shift[1]) for x, y in points]
    whole = network_input([Stroke(0.1, points=points)], (8, 8, 1), (0, 16), framed=True)
    small = network_input([Stroke(0.1 * scale, points=moved)], (8, 8, 1), (0, 16), framed=True)
    assert np.abs(whole - small).max() <= 2
    rows = np.flatnonzero(whole[0, :, :, 0].max(axis=1))
    assert (rows[0], rows[-1]) == (0, 7), "it fills the height, as the scans do"


def test_an_empty_pad_frames_nothing():
    assert frame_like_scans([]) is None
    assert network_input([], (8, 8, 1), (0, 16), framed=True).max() == 0


def arc(cx, cy, rx, ry, start, end):
    turn = np.radians(np.linspace(start, end, 24))
    return list(zip(cx + rx * np.cos(turn), cy + ry * np.sin(turn), strict=True))


DRAWN = {
    0: [arc(0.5, 0.5, 0.2, 0.32, 0, 360)],
    1: [[(0.42, 0.3), (0.52, 0.2), (0.52, 0.8)]],
    2: [[*arc(0.5, 0.35, 0.18, 0.16, 180, 380), (0.35, 0.78), (0.7, 0.78)]],
    3: [arc(0.47, 0.34, 0.18, 0.15, 200, 450) + arc(0.47, 0.65, 0.2, 0.17, 270, 500)],
    4: [[(0.45, 0.2), (0.3, 0.55), (0.68, 0.55)], [(0.6, 0.4), (0.6, 0.82)]],
    5: [[(0.68, 0.22), (0.4, 0.22), (0.38, 0.45), *arc(0.5, 0.6, 0.2, 0.19, 240, 490)]],
    6: [[(0.58, 0.2), (0.42, 0.4), *arc(0.5, 0.63, 0.17, 0.17, 200, 560)]],
    7: [[(0.3, 0.22), (0.7, 0.22), (0.45, 0.8)]],
    9: [[*arc(0.5, 0.36, 0.16, 0.16, 0, 360), (0.66, 0.36), (0.6, 0.8)]],
}


def test_framed_drawings_lie_among_the_scans(qtbot, digits):
    """Five nearest scans of the real data name each drawing."""
    scans, right = digits.x.reshape(len(digits.x), -1), 0
    for digit, lines in DRAWN.items():
        x = network_input([Stroke(0.1, points=line) for line in lines], (8, 8, 1), (0, 16), framed=True)
        nearest = np.argsort(((scans - x.ravel()) ** 2).sum(axis=1))[:5]
        right += int(np.bincount(digits.y[nearest]).argmax() == digit)
    assert right >= 8


def test_a_drawing_is_predicted_and_the_newest_wins(qtbot, make, digits):
    workspace, studio = make()
    assert not workspace.content.is_empty
    drag(qtbot, workspace.draw.pad, [(0.5, 0.2), (0.5, 0.8)])
    qtbot.waitUntil(lambda: len(studio.asked) == 1)
    first = studio.asked[0]
    assert first.request.x.shape == (1, 8, 8, 1)
    assert first.request.x.max() <= 16
    drag(qtbot, workspace.draw.pad, [(0.3, 0.2), (0.7, 0.2)])
    drag(qtbot, workspace.draw.pad, [(0.3, 0.8), (0.7, 0.8)])
    answer(first, predicted(digits, 1))
    assert workspace.card.winner.text == "–", "an answer to an older drawing is not shown"
    qtbot.waitUntil(lambda: len(studio.asked) == 2)
    assert np.array_equal(studio.asked[1].request.x, workspace.draw.current_input())
    answer(studio.asked[1], predicted(digits, 7))
    assert workspace.card.winner.text == "7"
    assert workspace.card.share.text == "0.9100"


def predicted(data, best, count=1, **fields):
    outputs = np.full((count, 10), 0.01, np.float32)
    outputs[:, best] = 0.91
    return Predicted(outputs=outputs, x=data.x[:count], class_names=data.description.class_names, **fields)


def test_the_picture_beside_is_the_input_itself(qtbot, make):
    workspace, _ = make()
    drag(qtbot, workspace.draw.pad, [(0.5, 0.2), (0.5, 0.8)])
    shown = workspace.draw.picture._values
    assert np.array_equal(shown, workspace.draw.current_input()[0, :, :, 0])
    qtbot.mouseClick(workspace.draw.framed, LEFT)
    assert not np.array_equal(shown, workspace.draw.current_input()[0, :, :, 0])


def test_clearing_clears_the_answer(qtbot, make, digits):
    workspace, studio = make()
    drag(qtbot, workspace.draw.pad, [(0.5, 0.2), (0.5, 0.8)])
    qtbot.waitUntil(lambda: len(studio.asked) == 1)
    answer(studio.asked[0], predicted(digits, 3))
    workspace.clear_drawing()
    assert workspace.card.winner.text == "–"
    assert workspace.draw.current_input() is None


def test_a_failed_prediction_is_said_in_place(qtbot, make):
    workspace, studio = make()
    drag(qtbot, workspace.draw.pad, [(0.5, 0.2), (0.5, 0.8)])
    qtbot.waitUntil(lambda: len(studio.asked) == 1)
    answer(studio.asked[0], Failed(kind="user", message="The run is gone.", hint="Train again."))
    assert workspace.error.isVisible()
    assert workspace.error.accessibleName() == "Error: The run is gone."


def test_the_weights_are_named(make):
    workspace, _ = make()
    assert "step 800" in workspace.weights.text
    assert "validation accuracy 0.950" in workspace.weights.text


def test_without_a_run_it_says_train_first(qtbot, make):
    workspace, studio = make(trained=False)
    assert workspace.content.is_empty
    assert not any(button.isEnabled() for button in workspace.exporting.buttons.values())
    assert not workspace.final.button.isEnabled()
    qtbot.mouseClick(workspace.content.empty.button, LEFT)
    assert studio.calls == [("train_or_pause",)]
    assert studio.asked == []


def test_probability_lines_are_true():
    shares = np.array([0.7, 0.2, 0.06, 0.04])
    surprise, difference, value, total = probability_lines("abcd", shares)
    assert surprise == "−ln p(a) = −ln 0.700000 = 0.3567"
    assert difference == "z(a) − z(b) = ln 0.700000 − ln 0.2"
    assert value == f"= {math.log(0.7) - math.log(0.2):.4f}"
    assert total == "Σ p = 0.7000 + 0.2000 + 0.0600 + 0.04 of 1 others = 1.0000"


def test_a_probability_opens(qtbot, make, digits):
    workspace, _ = make()
    workspace.card.set_outputs(predicted(digits, 4).outputs[0], digits.description.class_names)
    qtbot.mouseClick(workspace.card.share, LEFT)
    popover = workspace.findChild(Popover)
    assert popover.isVisible()
    assert popover.accessibleName() == "this input › output › p(4)"
    qtbot.keyClick(popover, Qt.Key.Key_Escape)
    assert not popover.isVisible()


def test_images_are_predicted_and_problems_listed(qtbot, make, digits):
    workspace, studio = make()
    workspace.files.ask_for_files = lambda *_: [Path("a.png"), Path("notes.txt")]
    workspace.choose_images()
    assert workspace.files.progress.isVisible()
    assert studio.asked[-1].request.paths == ("a.png", "notes.txt")
    names = ("<b>a</b>.png", "b.png")
    answer(studio.asked[-1], predicted(digits, 2, 2, names=names, problems=("notes.txt is not an image.",)))
    assert not workspace.files.progress.isVisible()
    assert workspace.files.problems.text() == "notes.txt is not an image."
    assert workspace.card.winner.text == "2"
    assert workspace.files.grid.table()[1][0][1] == "2 91% <b>a</b>.png"
    asked = len(studio.asked)
    workspace._show_weights()
    assert len(studio.asked) == asked
    workspace._answered_by = "Weights of another run"
    workspace._show_weights()
    assert len(studio.asked) == asked + 1
    assert studio.asked[-1].request.paths == ("a.png", "notes.txt")


def test_a_row_of_a_table(qtbot, make):
    choice = DataChoice(dataset="iris")
    data, project = loaded(choice), load_example("iris").replace(data=choice)
    workspace, studio = make(data=data, project=project)
    row = workspace.row
    assert row.isVisible()
    assert row.current_input()[0] == pytest.approx(data.x[0], abs=1e-6)
    field = row.fields[2]
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "5.5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(studio.asked) and studio.asked[-1].request.x[0, 2] == 5.5)
    row.start_from(140)
    assert row.current_input()[0] == pytest.approx(data.x[140], abs=1e-6)
    assert row.truth.text == "its kind of iris: virginica"


def test_a_point_of_the_plane(qtbot, make):
    choice = DataChoice(dataset="moons")
    data, project = loaded(choice), load_example("spiral").replace(data=choice)
    workspace, studio = make(data=data, project=project)
    plane = workspace.plane
    middle = plane._area().center().toPoint()
    qtbot.mouseClick(plane, LEFT, pos=middle)
    left, right, bottom, top = plane.extent
    assert plane.current_input()[0] == pytest.approx([(left + right) / 2, (bottom + top) / 2], abs=0.02)
    qtbot.keyClick(plane, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert plane.current_input()[0, 0] == pytest.approx((left + right) / 2 + (right - left) / 10, abs=0.02)
    qtbot.waitUntil(lambda: bool(studio.asked))
    assert studio.asked[-1].request.x.shape == (1, 2)


def test_export_ends_with_proof(qtbot, make, tmp_path):
    workspace, studio = make()
    panel, opened = workspace.exporting, []
    panel.ask_for_target = lambda *_: tmp_path / "model"
    panel.open_folder = opened.append
    qtbot.mouseClick(panel.buttons["keras"], LEFT)
    job = studio.asked[-1]
    assert job.request.path == str(tmp_path / "model.keras")
    assert panel.progress.isVisible()
    assert not panel.buttons["script"].isEnabled()
    job.take(Progress(done=1, total=3, text="Loading it again"))
    done = Exported(path=job.request.path, format="keras", max_difference=1.2e-7, samples=64, size=254_321)
    answer(job, done)
    assert panel.result.isVisible()
    assert proof(done) in panel._proof.text()
    assert proof(done) == "Reloaded in a fresh process, 64 samples compared, greatest difference 1.2e−7."
    panel._folder_button.click()
    assert opened == [tmp_path]


def test_a_failed_export_can_be_tried_again(qtbot, make, tmp_path):
    workspace, studio = make()
    panel = workspace.exporting
    panel.ask_for_target = lambda *_: tmp_path / "m.py"
    panel.export("script")
    answer(studio.asked[-1], Failed(kind="user", message="The disk is full.", hint="Free some space."))
    assert panel.error.isVisible()
    assert panel.buttons["keras"].isEnabled()
    panel.error.retry.emit()
    assert len(studio.asked) == 2
    assert panel.error.isHidden()
    studio.asked[-1].lose()
    assert "ended before" in panel.error.accessibleName()


def test_a_cancelled_dialog_exports_nothing(make):
    workspace, studio = make()
    offered = []
    workspace.exporting.ask_for_target = lambda *asked: offered.append(Path(asked[2]))
    workspace.export_keras()
    assert studio.asked == []
    assert offered == [Path.home() / f"{file_stem(studio.document.project.title)}.keras"]


def test_the_test_part_is_counted(qtbot, make, digits):
    workspace, studio = make()
    final = workspace.final
    assert "never evaluated" in final.times.text()
    qtbot.mouseClick(final.button, LEFT)
    assert studio.asked[-1].request.split == "test"
    assert not final.button.isEnabled()
    answer(studio.asked[-1], evaluation(digits, 800, np.random.default_rng(0)), looked(1))
    assert studio.asked[-1].state is JobState.SUCCEEDED
    assert "evaluated on it once" in final.times.text()
    assert final.loss_value.text() == "0.6000"
    workspace.evaluate_test()
    answer(studio.asked[-1], evaluation(digits, 800, np.random.default_rng(0)), looked(2))
    assert "evaluated on it 2 times" in final.times.text()


def looked(times):
    return Finished(result={"test_evaluations": times})


def test_live_weights_are_called_so(make):
    workspace, studio = make()
    studio.set_training("training")
    assert workspace.weights.text.startswith("Live weights of run ")
    assert "step 840" in workspace.weights.text


def test_a_run_on_other_data_cannot_be_asked(make, digits):
    workspace, studio = make()
    studio.document.edit("x", DIGITS.replace(data=DataChoice(dataset="iris")))
    studio.set_data(loaded(DataChoice(dataset="iris")))
    studio.set_training("idle")
    assert workspace.content.is_empty
    assert studio.asked == []


@pytest.mark.parametrize("dataset", ["digits", "iris", "spiral", "diabetes"])
def test_every_kind_fits_every_size(make, dataset):
    project = load_example({"iris": "iris", "spiral": "spiral", "diabetes": "diabetes"}.get(dataset, "digits"))
    project = project.replace(data=DataChoice(dataset=dataset))
    workspace, _ = make(data=loaded(project.data), project=project)
    for width, height in ((2560, 1332), (1440, 792), (1280, 612), (1120, 532)):
        workspace.resize(width, height)
        settle()
        assert workspace.size().toTuple() == (width, height)
        least = workspace.layout().totalMinimumSize()
        assert least.width() <= width
        assert least.height() <= height
