"""Every kind of Param has a control that shows a value, takes another, and refuses a wrong one."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.form_editors import choice_label
from app.forms import Form
from app.theme import Look
from app.widgets.choice_box import ChoiceBox
from app.widgets.number_field import NumberField
from app.widgets.number_slider import NumberSlider
from app.widgets.pair_field import PairField
from app.widgets.path_field import PathField
from app.widgets.segmented import Segmented
from app.widgets.text_field import TextField
from app.widgets.toggle import Toggle
from engine.params import Param

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

FILTERS = Param("filters", "int", 16, low=1, high=16384, log=True)
SEED = Param("seed", "int", 0, low=0)
RATE = Param("rate", "float", 0.5, low=0.0, high=0.95)
DECAY = Param("decay", "float", 0.004, low=0.0)
BIAS = Param("use_bias", "bool", True, label="Bias", unit="one per filter")
PADDING = Param("padding", "choice", "valid", choices=("valid", "same"))
START = Param("start", "choice", "zeros", choices=("zeros", "ones", "glorot_uniform", "he_normal"))
KERNEL = Param("kernel_size", "pair", [3, 3], low=1, high=255)
SHAPE = Param("shape", "shape", [28, 28, 1], low=1, high=1_000_000)
FREE = Param("target_shape", "shape", [-1], low=-1)
TARGET = Param("target", "text", "")
FILE = Param("path", "path", "", help="A CSV file.")
ALL = (FILTERS, SEED, RATE, DECAY, BIAS, PADDING, START, KERNEL, SHAPE, FREE, TARGET, FILE)


@pytest.fixture
def look(qtbot):
    return Look("dark")


@pytest.fixture
def make(qtbot, look):
    def made(*params, ask=None):
        window = QWidget()
        form = Form(params, look, ask) if ask else Form(params, look)
        QVBoxLayout(window).addWidget(form)
        qtbot.addWidget(window)
        window.resize(320, 480)
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        form.heard, form.holder = [], window
        form.changed.connect(lambda name, value: form.heard.append((name, value)))
        return form

    return made


def retype(qtbot, field, text):
    field.setFocus(Qt.FocusReason.TabFocusReason)
    field.selectAll()
    qtbot.keyClicks(field, text)


def paste(field, text):
    """Key presses of a test are Latin-1 only."""
    QGuiApplication.clipboard().setText(text)
    field.selectAll()
    field.paste()


@pytest.mark.parametrize(
    "param, control",
    [
        (FILTERS, NumberSlider),
        (SEED, NumberField),
        (RATE, NumberSlider),
        (DECAY, NumberField),
        (BIAS, Toggle),
        (PADDING, Segmented),
        (START, ChoiceBox),
        (KERNEL, PairField),
        (SHAPE, TextField),
        (TARGET, TextField),
        (FILE, PathField),
    ],
)
def test_each_kind_has_its_control(make, param, control):
    editor = make(param).editor(param.name)
    assert isinstance(editor, control)
    assert editor.accessibleName() == param.title


@pytest.mark.parametrize(
    "param, value",
    [
        (FILTERS, 64),
        (SEED, 7),
        (RATE, 0.25),
        (DECAY, 1e-5),
        (BIAS, False),
        (PADDING, "same"),
        (START, "he_normal"),
        (KERNEL, [5, 3]),
        (SHAPE, [8, 8]),
        (FREE, [-1, 4]),
        (TARGET, "species"),
        (FILE, "/tmp/a.csv"),
    ],
)
def test_values_are_shown_without_being_said(make, param, value):
    form = make(param)
    form.set_values({param.name: value})
    assert form.values() == {param.name: value}
    editor = form.editor(param.name)
    assert (editor.isChecked() if isinstance(editor, Toggle) else editor.value) == value
    assert form.heard == []


def test_settings_without_a_value_show_their_default(make):
    form = make(*ALL)
    form.set_values({"filters": 32})
    expected = {param.name: param.default for param in ALL} | {"filters": 32}
    assert form.values() == expected


def test_typing_counts_on_enter(qtbot, make):
    form = make(SEED)
    field = form.editor("seed")
    retype(qtbot, field, "24")
    assert form.heard == []
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert form.heard == [("seed", 24)]


def test_typing_counts_after_a_pause(qtbot, make):
    form = make(SEED)
    with qtbot.waitSignal(form.changed, timeout=2000) as said:
        retype(qtbot, form.editor("seed"), "9")
    assert said.args == ["seed", 9]


def test_a_wrong_entry_says_why_and_the_last_valid_value_stays(qtbot, make):
    form = make(FILTERS)
    field = form.editor("filters").field
    slider = form.editor("filters").slider
    retype(qtbot, field, "-4")
    assert form.reason("filters") == "1 to 16384"
    assert field.property("invalid") is True
    assert not slider.isVisible()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert form.heard == []
    assert form.values() == {"filters": 16}
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "16"
    assert form.reason("filters") == ""
    assert slider.isVisible()


@pytest.mark.parametrize(
    "param, text, reason",
    [
        (SEED, "-1", "0 or more"),
        (SEED, "1.5", "whole numbers only"),
        (SEED, "", "whole numbers only"),
        (DECAY, "many", "not a number"),
        (DECAY, "nan", "not a number"),
        (DECAY, "1e999", "not a number"),
        (RATE, "2", "0 to 0.95"),
    ],
)
def test_reasons_are_short_and_true(qtbot, make, param, text, reason):
    form = make(param)
    editor = form.editor(param.name)
    field = getattr(editor, "field", editor)
    retype(qtbot, field, text or " ")
    assert form.reason(param.name) == reason
    assert form.heard == []


def test_leaving_a_wrong_field_restores_it(qtbot, make):
    form = make(SEED, DECAY)
    field = form.editor("seed")
    retype(qtbot, field, "x")
    form.editor("decay").setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: field.text() == "0")
    assert form.reason("seed") == ""


def test_the_real_minus_and_commas_are_read(qtbot, make):
    form = make(Param("axis", "int", 1, low=-10_000, high=10_000))
    field = form.editor("axis")
    paste(field, "−1,234")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert form.heard == [("axis", -1234)]
    assert field.text() in ("−1234", "−1,234")


def test_arrows_step_and_stop_at_the_ends(qtbot, make):
    form = make(SEED)
    field = form.editor("seed")
    qtbot.keyClick(field, Qt.Key.Key_Up)
    qtbot.keyClick(field, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(field, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(field, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert [value for _, value in form.heard] == [1, 11, 1, 0]


def test_dragging_the_field_changes_it(qtbot, make):
    form = make(SEED)
    field = form.editor("seed")
    field.clearFocus()
    qtbot.mousePress(field, Qt.MouseButton.LeftButton, pos=QPoint(10, 14))
    qtbot.mouseMove(field, QPoint(30, 14))
    qtbot.mouseRelease(field, Qt.MouseButton.LeftButton, pos=QPoint(30, 14))
    assert form.values()["seed"] == 5
    assert not field.hasFocus()


def test_a_click_begins_to_edit(qtbot, make):
    form = make(DECAY, SEED)
    form.editor("decay").setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.mouseClick(form.editor("seed"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: form.editor("seed").hasFocus())
    assert form.editor("seed").selectedText() == "0"


def test_the_slider_sweeps_over_decades(qtbot, make):
    form = make(FILTERS)
    slider = form.editor("filters").slider
    qtbot.keyClick(slider, Qt.Key.Key_End)
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert form.heard == [("filters", 16384), ("filters", 1)]
    middle = QPoint(slider.width() // 2, slider.height() // 2)
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=middle)
    assert 100 <= form.values()["filters"] <= 165
    qtbot.mouseDClick(slider, Qt.MouseButton.LeftButton, pos=middle)
    assert form.values()["filters"] == 16


def test_sliding_an_int_gives_whole_numbers_only(qtbot, make):
    form = make(Param("size", "int", 3, low=1, high=9))
    for _ in range(3):
        qtbot.keyClick(form.editor("size").slider, Qt.Key.Key_Right)
    assert form.heard == [("size", 4), ("size", 5), ("size", 6)]


def test_the_toggle_switches_with_space(qtbot, make):
    form = make(BIAS)
    qtbot.keyClick(form.editor("use_bias"), Qt.Key.Key_Space)
    assert form.heard == [("use_bias", False)]


def test_segments_switch_with_arrows_and_clicks(qtbot, make):
    form = make(PADDING)
    segments = form.editor("padding")
    qtbot.keyClick(segments, Qt.Key.Key_Right)
    qtbot.mouseClick(segments, Qt.MouseButton.LeftButton, pos=QPoint(20, 14))
    assert form.heard == [("padding", "same"), ("padding", "valid")]


def test_a_box_is_chosen_from_with_the_keyboard(qtbot, make):
    form = make(START)
    qtbot.keyClick(form.editor("start"), Qt.Key.Key_Down)
    assert form.heard == [("start", "ones")]


def test_the_link_moves_both_and_can_be_opened(qtbot, make):
    form = make(KERNEL)
    pair = form.editor("kernel_size")
    retype(qtbot, pair.first, "5")
    qtbot.keyClick(pair.first, Qt.Key.Key_Return)
    qtbot.mouseClick(pair.link, Qt.MouseButton.LeftButton)
    retype(qtbot, pair.second, "7")
    qtbot.keyClick(pair.second, Qt.Key.Key_Return)
    qtbot.mouseClick(pair.link, Qt.MouseButton.LeftButton)
    assert form.heard == [("kernel_size", [5, 5]), ("kernel_size", [5, 7]), ("kernel_size", [5, 5])]


def test_unequal_numbers_open_the_link(make):
    form = make(KERNEL)
    form.set_values({"kernel_size": [3, 5]})
    assert not form.editor("kernel_size").link.isChecked()


@pytest.mark.parametrize("text, value", [("8 8", [8, 8]), ("8×8, 3", [8, 8, 3]), ("(32,)", [32]), ("4x4", [4, 4])])
def test_shapes_are_read_as_people_write_them(qtbot, make, text, value):
    form = make(SHAPE)
    paste(form.editor("shape"), text)
    qtbot.keyClick(form.editor("shape"), Qt.Key.Key_Return)
    assert form.heard == [("shape", value)]


@pytest.mark.parametrize(
    "text, reason", [("a", "whole numbers only"), ("0", "each 1 or more"), ("1 2 3 4 5", "1 to 4 numbers")]
)
def test_wrong_shapes_say_why(qtbot, make, text, reason):
    form = make(SHAPE)
    retype(qtbot, form.editor("shape"), text)
    qtbot.keyClick(form.editor("shape"), Qt.Key.Key_Return)
    assert form.reason("shape") == reason
    assert form.heard == []


def test_the_browse_button_asks_and_takes_the_answer(qtbot, make):
    asked = []

    def ask(parent, title, folder):
        asked.append((title, folder))
        return "/data/<b>table</b>.csv"

    form = make(FILE, ask=ask)
    qtbot.mouseClick(form.editor("path").button, Qt.MouseButton.LeftButton)
    assert asked == [("Path", False)]
    assert form.heard == [("path", "/data/<b>table</b>.csv")]
    assert "<b>" not in form.editor("path").field.toolTip()


def test_giving_up_the_dialog_changes_nothing(qtbot, make):
    form = make(FILE, ask=lambda *_: "")
    qtbot.mouseClick(form.editor("path").button, Qt.MouseButton.LeftButton)
    assert form.heard == []


def test_hovering_and_highlighting_name_the_row(qtbot, look, make):
    form = make(SEED, RATE)
    names = []
    form.hovered.connect(names.append)
    qtbot.mouseMove(form.editor("seed"), QPoint(5, 5))
    qtbot.waitUntil(lambda: "seed" in names)
    before = form.grab().toImage()
    form.highlight("rate")
    lit = form.grab().toImage()
    assert lit.pixelColor(100, 51) == look.theme.color("raised")
    form.highlight(None)
    assert form.grab().toImage() == before


def test_others_can_say_that_a_value_is_wrong(make):
    form = make(SEED)
    form.set_error("seed", "taken already")
    assert form.reason("seed") == "taken already"
    form.set_values({"seed": 3})
    assert form.reason("seed") == ""


def test_rows_have_the_design_s_measures(make):
    form = make(FILTERS, PADDING)
    assert form.height() == 68
    editor = form.editor("padding")
    assert editor.mapTo(form, QPoint(0, 0)).x() == 104
    assert editor.width() == 176


def test_labels_of_options():
    assert choice_label("glorot_uniform") == "Glorot uniform"
    assert choice_label("relu") == "ReLU"
    assert choice_label("valid", short=True) == "valid"
