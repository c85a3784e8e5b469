"""The Data workspace: choosing, splitting and looking at samples, by mouse and keyboard."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from app.actions import Actions
from app.arithmetic import quotient, scaled_line
from app.data_files import choice_from_files
from app.panels.class_balance import balance_line
from app.panels.data_header import duplicates, form_of
from app.panels.sample_browser import arranged
from app.panels.sample_view import screen_scaling
from app.theme import Look
from app.widgets.split_bar import SplitBar, moved_split
from app.workspaces.data import DataWorkspace
from engine.datasets.choice import describe, load
from engine.errors import UserError
from engine.examples import load_example
from engine.messages import Failed
from engine.project import DataChoice
from tests.app.studio_double import StudioDouble, loaded, settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")
DIGITS = DataChoice()


@pytest.fixture(scope="module")
def digits():
    return loaded(DIGITS)


@pytest.fixture
def look(qtbot):
    return Look("dark")


@pytest.fixture
def workspace(qtbot, look, document, digits):
    document.open_project(load_example("digits").replace(data=DIGITS))
    made = DataWorkspace(StudioDouble(document, digits), look, Actions())
    qtbot.addWidget(made)
    made.resize(1440, 792)
    made.show()
    return made


def test_a_dragged_handle_is_one_step_of_undo(qtbot, workspace, document):
    bar = workspace.split.bar
    start = QPoint(int(bar.handle_x(0)), 20)
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=start)
    for dx in (-10, -40, -78):
        qtbot.mouseMove(bar, start + QPoint(dx, 0))
    assert bar.counts()[1] > 270, "the counts follow the handle"
    assert document.undo_stack.count() == 0, "nothing is loaded anew until the handle is let go"
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=start + QPoint(-78, 0))
    assert document.undo_stack.count() == 1
    assert document.project.data.validation == pytest.approx(0.25)
    assert document.project.data.test == pytest.approx(0.15)
    document.undo_stack.undo()
    assert document.project.data == DIGITS
    assert workspace.split.bar.shares == (0.15, 0.15)


def test_handles_move_by_keyboard_and_merge(qtbot, workspace, document):
    bar = workspace.split.bar
    bar.setFocus()
    qtbot.keyClick(bar, Qt.Key.Key_Left)
    qtbot.keyClick(bar, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert document.project.data.validation == pytest.approx(0.21)
    qtbot.keyClick(bar, Qt.Key.Key_Down)
    qtbot.keyClick(bar, Qt.Key.Key_Right)
    assert (document.project.data.validation, document.project.data.test) == pytest.approx((0.22, 0.14))
    assert document.undo_stack.count() == 1


@pytest.mark.parametrize(
    "shares, handle, change, wanted",
    [
        ((0.15, 0.15), 0, 0.05, (0.10, 0.15)),
        ((0.15, 0.15), 0, 0.5, (0.05, 0.15)),
        ((0.15, 0.15), 0, -0.9, (0.80, 0.15)),
        ((0.15, 0.15), 1, 0.05, (0.20, 0.10)),
        ((0.15, 0.15), 1, -0.5, (0.05, 0.25)),
    ],
)
def test_every_part_keeps_a_twentieth(shares, handle, change, wanted):
    assert moved_split(shares, handle, change) == pytest.approx(wanted)


def test_escape_gives_a_drag_up(qtbot, look):
    bar = SplitBar(look)
    qtbot.addWidget(bar)
    bar.resize(600, 46)
    bar.set_split(0.2, 0.2, (60, 20, 20))
    said = []
    bar.changed.connect(lambda *shares: said.append(shares))
    start = QPoint(int(bar.handle_x(0)), 20)
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(bar, start + QPoint(-90, 0))
    qtbot.keyClick(bar, Qt.Key.Key_Escape)
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=start + QPoint(-90, 0))
    assert bar.shares == (0.2, 0.2)
    assert said == []


def test_the_other_settings_of_the_split_edit_the_document(qtbot, workspace, document):
    qtbot.mouseClick(workspace.split.stratified, Qt.MouseButton.LeftButton)
    assert document.project.data.stratified is False
    workspace.split.scaling.setFocus()
    qtbot.keyClick(workspace.split.scaling, Qt.Key.Key_Right)
    assert document.project.data.normalisation == "standard"
    field = workspace.split.seed
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "11")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert document.project.data.seed == 11
    assert document.undo_stack.count() == 3


def test_choosing_another_dataset_keeps_the_split_and_can_be_undone(qtbot, workspace, document):
    workspace.choose("iris")
    assert document.project.data == DataChoice(dataset="iris")
    document.undo_stack.undo()
    assert document.project.data == DIGITS


def test_the_gallery_finds_and_chooses_by_keyboard(qtbot, workspace, document):
    gallery = workspace.gallery
    gallery.search.setText("spiral")
    model = gallery.list.model()
    assert model.rowCount() == 1
    gallery.list.setFocus()
    gallery.list.setCurrentIndex(model.index(0, 0))
    qtbot.keyClick(gallery.list, Qt.Key.Key_Return)
    assert document.project.data.dataset == "spiral"


def test_a_dropped_folder_becomes_the_data(qtbot, workspace, document, tmp_path):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    event = QDropEvent(
        QPointF(10, 10), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    workspace.gallery.drop_zone.dropEvent(event)
    assert document.project.data.dataset == "image_folder"
    assert document.project.data.values == {"path": str(tmp_path)}
    assert document.project.data.validation == 0.15


def test_the_plus_button_asks_for_a_table(workspace, document, tmp_path):
    table = tmp_path / "a.csv"
    table.touch()
    workspace.gallery.ask_for_files = lambda *_: [table]
    workspace.gallery.add_table()
    assert document.project.data.dataset == "csv"
    workspace.gallery.ask_for_files = lambda *_: []
    before = document.project
    workspace.gallery.add_table()
    assert document.project is before


def test_files_that_are_no_data_say_what_was_expected(workspace, tmp_path):
    odd = tmp_path / "<b>notes</b>.docx"
    workspace.take_files([odd])
    assert workspace.body.currentWidget().isAncestorOf(workspace.error)
    assert "neither a folder nor a CSV file" in workspace.error.accessibleName()
    with pytest.raises(UserError, match="2 files"):
        choice_from_files([Path("a.csv"), Path("b.csv")], DIGITS)


def test_loading_and_failing_show_in_place(qtbot, workspace, document):
    studio = workspace._studio
    studio.set_data(None)
    assert workspace.body.currentWidget().isAncestorOf(workspace.progress)
    studio.data_failed.emit(Failed(kind="user", message="The folder x holds no images.", hint="Choose another."))
    assert "holds no images" in workspace.error.accessibleName()
    assert workspace.error.accessibleDescription() == "Choose another."
    assert workspace.balance.isHidden()
    workspace.error.retry.emit()
    assert ("reload_data",) in studio.calls
    studio.set_data(loaded(DIGITS))
    assert workspace.body.currentWidget() is workspace.browser


def test_problems_open_to_their_sentences(qtbot, workspace, digits):
    import msgspec

    problems = ("3 files could not be read: <img src=x>.",)
    workspace._studio.set_data(msgspec.structs.replace(digits, problems=problems))
    assert workspace.header.sentences.isHidden()
    qtbot.mouseClick(workspace.header.problems, Qt.MouseButton.LeftButton)
    assert workspace.header.sentences.isVisible()
    assert "<img src=x>" in workspace.header.sentences.text()
    assert workspace.header.sentences.textFormat() == Qt.TextFormat.PlainText


def test_filters_and_order(digits):
    assert len(arranged(digits, "all", set(), "Index")) == 1797
    validation = arranged(digits, "1", set(), "Random")
    assert len(validation) == digits.counts[1]
    assert set(digits.split[validation]) == {1}
    threes = arranged(digits, "2", {3}, "Class")
    assert set(digits.y[threes]) == {3}
    assert np.array_equal(arranged(digits, "all", set(), "Random"), arranged(digits, "all", set(), "Random"))
    assert np.all(np.diff(digits.y[arranged(digits, "all", set(), "Class")]) >= 0)


def test_class_buttons_narrow_the_grid_and_a_click_picks_the_sample(qtbot, workspace, digits):
    browser = workspace.browser
    qtbot.mouseClick(browser._class_buttons[4], Qt.MouseButton.LeftButton)
    assert set(digits.y[browser.shown]) == {4}
    rect = browser.grid.rect_of(2)
    qtbot.mouseClick(browser.grid.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    sample = int(browser.shown[2])
    assert workspace._studio.probe == sample
    assert workspace.sample.heading.text() == f"Sample #{sample}"
    assert workspace.sample.facts.text.startswith("label 4, ")


def test_a_cell_shows_its_arithmetic(qtbot, workspace, digits):
    workspace._studio.set_probe(1689)
    workspace.sample._pick(3, 4)
    raw = int(digits.x[1689, 3, 4, 0])
    assert workspace.sample.place.text == "Pixel row 3, column 4"
    assert workspace.sample.terms.text() == f"{raw} / 16 ="
    assert workspace.sample.result.text() == f"{raw / 16:.4f}"


def test_screen_and_engine_scale_alike(digits):
    for normalisation in ("none", "minmax", "standard"):
        choice = DataChoice(normalisation=normalisation)
        ours, known = screen_scaling(loaded(choice), normalisation)
        assert known
        assert np.allclose(ours.offset, load(choice).scaling.offset)
        assert np.allclose(ours.scale, load(choice).scaling.scale)


@pytest.mark.parametrize(
    "raw, offset, scale, line",
    [
        (13, 0, 1 / 16, ("13 / 16", "0.8125")),
        (5.1, 5.8433, 1 / 0.8253, ("(5.1 − 5.8433) / 0.8253", "−0.9006")),
        (-3, -1.5, 0.5, ("(−3 + 1.5) / 2", "−0.7500")),
        (3, 0, 1, ("3", "3.0000")),
    ],
)
def test_printed_arithmetic(raw, offset, scale, line):
    assert scaled_line(raw, offset, scale) == line


def test_printed_lines_are_right_as_printed():
    random = np.random.default_rng(0)
    for raw, offset, width in random.uniform(0.01, 300, (200, 3)):
        terms, result = scaled_line(raw, offset, 1 / width)
        text = terms.replace("−", "-").replace(",", "")
        top, wide = text.rsplit(" / ", 1)
        left, right = top.strip("()").split(" - ")
        assert f"{(float(left) - float(right)) / float(wide):.4f}" == result.replace("−", "-").replace(",", "")


def test_rates_and_balance():
    assert quotient(2, 28) == ("2 / 28", "0.071")
    assert quotient(0, 0) == ("0 / 0", "–")
    assert balance_line(np.array([[100, 90], [40, 41], [46, 42]])).startswith(
        "Largest to smallest class: 186 / 173 = 1.08, balanced"
    )
    assert "not balanced" in balance_line(np.array([[300, 10], [0, 0], [0, 0]]))
    assert "no samples" in balance_line(np.array([[3, 0], [0, 0], [0, 0]]))


@pytest.mark.parametrize(
    "dataset, form",
    [
        ("digits", "8×8 grey-scale images, 10 classes"),
        ("moons", "Points in the plane, 2 classes"),
        ("iris", "Rows of 4 features, 3 classes"),
        ("diabetes", "Rows of 10 features, target disease progression"),
    ],
)
def test_the_form_in_words(dataset, form):
    assert form_of(describe(DataChoice(dataset=dataset))).startswith(form)


def test_iris_has_one_duplicate():
    assert duplicates(loaded(DataChoice(dataset="iris"))) == 1


@pytest.mark.parametrize("dataset", ["iris", "spiral", "diabetes", "digits"])
def test_every_kind_fits_every_size(qtbot, look, document, dataset):
    choice = DataChoice(dataset=dataset)
    document.open_project(load_example("digits").replace(data=choice))
    made = DataWorkspace(StudioDouble(document, loaded(choice)), look, Actions())
    qtbot.addWidget(made)
    made.show()
    for width, height in ((2560, 1332), (1440, 792), (1280, 612), (1120, 532)):
        made.resize(width, height)
        settle()
        assert made.size().toTuple() == (width, height), "nothing keeps the frame from shrinking"
        least = made.layout().totalMinimumSize()
        assert least.width() <= width
        assert least.height() <= height
        for section in (made.balance, made.sample, made.source):
            assert section.minimumSizeHint().width() <= made.right.width() - 11, "the scroll bar has room as well"


def test_the_right_panel_folds(workspace):
    assert workspace.right.isVisible()
    workspace.toggle_right_panel()
    assert not workspace.right.isVisible()


def test_a_project_without_data_says_what_it_waits_for(workspace, document, tmp_path):
    document.open_project(load_example("vgg-16"))
    workspace._studio.data = None
    workspace._show_data(None)
    heading, sentence = workspace.invitation.texts
    assert workspace.body.currentWidget() is workspace._invitation_page
    assert heading == "Choose what it learns from"
    assert "one folder for each class, each read as 224×224 px" in sentence
    chosen = choice_from_files([tmp_path], document.project.data)
    assert (chosen.values["height"], chosen.values["path"]) == (224, str(tmp_path))
