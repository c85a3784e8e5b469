"""The small controls answer to mouse and keyboard, and are drawn in both themes."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from app.widgets.busy_ring import BusyRing
from app.widgets.card import Card
from app.widgets.chip import Chip
from app.widgets.empty_state import EmptyState
from app.widgets.error_state import ErrorState
from app.widgets.icon_button import IconButton
from app.widgets.key_box import KeyBox
from app.widgets.number_field import NumberField
from app.widgets.open_number import OpenNumber
from app.widgets.plain_label import PlainLabel
from app.widgets.popover import Popover
from app.widgets.progress_line import ProgressLine
from app.widgets.section_label import SectionLabel
from app.widgets.segmented import Segmented
from app.widgets.slider import Slider
from app.widgets.toast import Toast
from app.widgets.toggle import Toggle
from app.widgets.value_slider import ValueSlider

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
MARKUP = "<b>bold</b> & <img src=x>"


def shown(qtbot, widget, width=320, height=200):
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    qtbot.waitExposed(widget)
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)
    return widget


MAKERS = {
    "segmented": lambda look: Segmented([("a", "valid"), ("b", "same")], look),
    "toggle": lambda look: Toggle(look, "text"),
    "slider": lambda look: Slider(0, 1, look),
    "log slider": lambda look: ValueSlider(1e-5, 1e-1, look, log=True),
    "number field": lambda look: NumberField(look, unit="px"),
    "card": lambda look: Card("Output size", look),
    "chip": lambda look: Chip("No duplicates", look, "check"),
    "key": lambda look: KeyBox("Ctrl+K", look),
    "number": lambda look: OpenNumber("926.2", look),
    "empty": lambda look: EmptyState("No runs", "Train once.", "Train", look),
    "error": lambda look: ErrorState("No images.", "Choose another folder.", "Traceback", look),
    "progress": lambda look: ProgressLine(look),
    "ring": lambda look: BusyRing(look),
    "icon": lambda look: IconButton("play", "Play", look),
    "label": lambda look: PlainLabel("text", "body", look),
    "section": lambda look: SectionLabel("Section", look, "caption"),
}


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_every_widget_is_drawn_in_both_themes(look, pictures, colors_of, name):
    dark, light = pictures(MAKERS[name](look))
    assert len(colors_of(dark)) > 1
    assert len(colors_of(light)) > 1
    assert dark != light


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_making_a_widget_opens_no_window(qtbot, look, name):
    before = {id(window) for window in QApplication.topLevelWidgets() if window.isVisible()}
    widget = MAKERS[name](look)
    qtbot.addWidget(widget)
    assert {id(window) for window in QApplication.topLevelWidgets() if window.isVisible()} <= before


def test_labels_never_read_markup(qtbot, look):
    holders = [
        Card(MARKUP, look),
        ErrorState(MARKUP, MARKUP, MARKUP, look),
        EmptyState(MARKUP, MARKUP, "Go", look),
        Chip(MARKUP, look),
        SectionLabel(MARKUP, look, MARKUP),
        ProgressLine(look),
    ]
    for holder in holders:
        qtbot.addWidget(holder)
        texts = [label for label in holder.findChildren(QLabel) if label.pixmap().isNull()]
        assert all(label.textFormat() == Qt.TextFormat.PlainText for label in texts if label.text())


def test_plain_labels_follow_the_theme(qtbot, look):
    label = PlainLabel("text", "number", look, "train")
    qtbot.addWidget(label)
    assert label.palette().windowText().color() == look.theme.color("train")
    look.set_mode("light")
    assert label.palette().windowText().color() == look.theme.color("train")
    assert label.font().pixelSize() == 12
    look.set_mode("dark")


def test_segments(qtbot, look):
    control = shown(qtbot, Segmented([("16", "16"), ("32", "32"), ("64", "64")], look), 180, 28)
    heard = []
    control.changed.connect(heard.append)
    qtbot.keyClick(control, Qt.Key.Key_End)
    qtbot.keyClick(control, Qt.Key.Key_Right)
    qtbot.keyClick(control, Qt.Key.Key_Left)
    qtbot.mouseClick(control, Qt.MouseButton.LeftButton, pos=QPoint(20, 14))
    assert heard == ["64", "32", "16"]
    control.set_value("64")
    control.set_value("unheard of")
    assert (control.value, heard) == ("64", ["64", "32", "16"])
    assert control.accessibleDescription() == "64 chosen of 16, 32, 64"
    control.set_options([("64", "64"), ("128", "128")])
    assert control.value == "64"


def test_the_active_segment_is_raised(qtbot, look):
    control = shown(qtbot, Segmented([("a", "a"), ("b", "b")], look), 120, 28)
    picture = control.grab().toImage()
    assert picture.pixelColor(12, 14) == look.theme.color("raised")
    assert picture.pixelColor(108, 14) == look.theme.color("field")


def test_toggles_have_the_design_s_colours(qtbot, look):
    toggle = shown(qtbot, Toggle(look), 30, 24)
    assert toggle.grab().toImage().pixelColor(20, 12) == look.theme.color("field")
    qtbot.keyClick(toggle, Qt.Key.Key_Space)
    assert toggle.isChecked()
    picture = toggle.grab().toImage()
    assert picture.pixelColor(8, 12) == look.theme.color("ink")
    assert picture.pixelColor(21, 12) == look.theme.color("onink")


def test_sliders(qtbot, look):
    slider = shown(qtbot, Slider(0, 1, look), 216, 24)
    heard = []
    slider.changed.connect(heard.append)
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(58, 12))
    assert slider.value == pytest.approx(0.25, abs=0.01)
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    assert slider.value == pytest.approx(0.36, abs=0.01)
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert slider.value == 0
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    assert len(heard) == 4
    slider.set_default(0.75)
    qtbot.mouseDClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(100, 12))
    assert slider.value == 0.75


def test_the_thumb_is_a_dot_in_a_ring_of_the_ground(qtbot, look):
    slider = shown(qtbot, Slider(0, 1, look), 216, 24)
    slider.set_value(0.5)
    picture = slider.grab().toImage()
    at = [picture.pixelColor(108 + dx, 12) for dx in (0, 5, 7)]
    assert at[0] == look.theme.color("ink")
    assert at[1] == look.theme.color("panel")
    assert picture.pixelColor(20, 12) == look.theme.color("ink2")
    assert picture.pixelColor(200, 12) == look.theme.color("line2")


def test_log_sliders_give_each_decade_the_same_way(qtbot, look):
    slider = shown(qtbot, Slider(1e-5, 1e-1, look, log=True), 216, 24)
    for decade in range(5):
        qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(8 + 50 * decade, 12))
        assert slider.value == pytest.approx(10.0 ** (decade - 5), rel=0.03)


def test_the_value_beside_a_slider_can_be_typed(qtbot, look):
    slider = shown(qtbot, ValueSlider(0, 1, look, decimals=2), 300, 28)
    heard = []
    slider.changed.connect(heard.append)
    slider.field.setFocus()
    slider.field.selectAll()
    qtbot.keyClicks(slider.field, "0.35")
    qtbot.keyClick(slider.field, Qt.Key.Key_Return)
    assert heard == [0.35]
    slider.field.selectAll()
    qtbot.keyClicks(slider.field, "nonsense")
    qtbot.keyClick(slider.field, Qt.Key.Key_Return)
    assert (heard, slider.field.text()) == ([0.35], "0.35")
    slider.field.selectAll()
    qtbot.keyClicks(slider.field, "7")
    qtbot.keyClick(slider.field, Qt.Key.Key_Return)
    assert slider.value == 1.0


def test_a_slider_s_value_has_its_own_words(qtbot, look):
    slider = shown(qtbot, ValueSlider(0, 30, look, decimals=0), 300, 28)
    slider.set_format(lambda value: f"±{value:.0f}°")
    slider.set_value(12)
    assert slider.field.text() == "±12°"


def test_opened_numbers_open_by_mouse_and_keyboard(qtbot, look):
    number = shown(qtbot, OpenNumber("0.9743", look), 60, 18)
    for act in (
        lambda: qtbot.mouseClick(number, Qt.MouseButton.LeftButton),
        lambda: qtbot.keyClick(number, Qt.Key.Key_Return),
        lambda: qtbot.keyClick(number, Qt.Key.Key_Space),
    ):
        with qtbot.waitSignal(number.opened, timeout=500):
            act()
    number.set_text("1")
    assert number.accessibleName() == "1"


def test_an_opened_number_has_a_dotted_underline(qtbot, look, colors_of):
    number = shown(qtbot, OpenNumber("0.97", look), 60, 18)
    image = number.grab().toImage()
    row = [image.pixelColor(x, image.height() - 1).name() for x in range(40)]
    dots = look.theme.color("ink" if number.underMouse() else "ctl").name()
    assert 15 <= row.count(dots) <= 25


def test_icon_buttons_are_named(qtbot, look):
    button = shown(qtbot, IconButton("undo", "Undo <i>", look), 28, 28)
    assert button.accessibleName() == "Undo <i>"
    assert "<i>" not in button.toolTip()
    assert (button.width(), button.height()) == (28, 28)
    button.set_icon_name("redo")
    button.set_hint("Redo")
    assert button.accessibleName() == "Redo"


def test_buttons_have_the_design_s_measures_and_colours(qtbot, look):
    for kind, token in (("primary", "ink"), ("default", "raised"), ("outline", "panel")):
        button = QPushButton("Train")
        button.setProperty("kind", kind)
        holder = QWidget()
        holder.setProperty("surface", "panel")
        button.setParent(holder)
        shown(qtbot, holder, 100, 60)
        button.adjustSize()
        assert button.height() == 28
        assert holder.grab().toImage().pixelColor(5, 14) == look.theme.color(token)


def test_the_progress_line_counts(qtbot, look):
    line = shown(qtbot, ProgressLine(look), 300, 60)
    line.set_count(61, 1096, "Computing Grad-CAM")
    texts = [label.text() for label in line.findChildren(QLabel) if label.isVisible()]
    assert texts == ["Computing Grad-CAM", "61", "of 1,096"]
    assert line.accessibleName() == "Computing Grad-CAM, 61 of 1,096"
    with qtbot.waitSignal(line.cancelled):
        qtbot.mouseClick(line.findChild(IconButton), Qt.MouseButton.LeftButton)
    line.set_busy("First step compiles")
    assert line.findChild(BusyRing).isVisible()
    assert [label.text() for label in line.findChildren(QLabel) if label.isVisible()] == ["First step compiles"]
    line.set_count(0, 0, "Nothing to do")


def test_the_ring_turns_only_while_it_is_seen(qtbot, look):
    ring = shown(qtbot, BusyRing(look), 16, 16)
    before = ring.grab().toImage()
    qtbot.waitUntil(lambda: ring.grab().toImage() != before, timeout=2000)
    ring.hide()
    still = ring._angle
    qtbot.wait(80)
    assert ring._angle == still


def test_toasts_say_act_and_leave(qtbot, look):
    window = shown(qtbot, QWidget(), 800, 500)
    toast = Toast(look, window)
    undone = []
    toast.say("Weights of epoch 6 restored", "ok", "Undo", lambda: undone.append(True))
    assert toast.isVisible()
    assert toast.height() == 44
    assert abs(toast.geometry().center().x() - 400) <= 1
    assert toast.geometry().bottom() < 500 - 60
    qtbot.mouseClick(toast.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert undone == [True]
    assert not toast.isVisible()
    toast.say("Saved")
    assert not toast.findChild(QPushButton).isVisible()
    window.resize(600, 400)
    qtbot.waitUntil(lambda: abs(toast.geometry().center().x() - 300) <= 1)
    toast._timer.setInterval(20)
    toast.say("Gone soon", "err")
    qtbot.waitUntil(lambda: not toast.isVisible(), timeout=2000)


def test_empty_states_offer_one_button(qtbot, look):
    empty = shown(qtbot, EmptyState("No runs yet", "Train once.", "Train", look))
    with qtbot.waitSignal(empty.pressed):
        qtbot.mouseClick(empty.button, Qt.MouseButton.LeftButton)
    empty.set_texts("Nothing", "To do.")
    assert not empty.button.isVisible()


def test_error_states_offer_retry_details_and_copy(qtbot, look):
    error = shown(qtbot, ErrorState("The folder holds no images.", "Choose another.", "Traceback", look), 400, 300)
    buttons = {button.text(): button for button in error.findChildren(QPushButton)}
    with qtbot.waitSignal(error.retry):
        qtbot.mouseClick(buttons["Retry"], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(buttons["Copy"], Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "The folder holds no images.\nChoose another.\nTraceback"
    assert not error._details.isVisible()
    qtbot.mouseClick(buttons["Details"], Qt.MouseButton.LeftButton)
    assert error._details.isVisible()
    error.set_error("Other", retry=False)
    assert not buttons["Retry"].isVisible()
    assert not buttons["Copy"].isVisible()


def test_cards_show_title_and_value(qtbot, look):
    card = shown(qtbot, Card("Output size", look))
    card.set_value("10 × 10 × 16")
    assert [label.text() for label in card.findChildren(QLabel) if label.isVisible()] == ["Output size", "10 × 10 × 16"]
    assert card.grab().toImage().pixelColor(6, 100) == look.theme.color("card")


def test_chips_are_22_high_and_can_turn_ink(qtbot, look):
    chip = shown(qtbot, Chip("weights of epoch 3", look), 140, 22)
    assert chip.height() == 22
    assert chip.grab().toImage().pixelColor(3, 11) == look.theme.color("raised")
    chip.set_tone("ink")
    assert chip.grab().toImage().pixelColor(3, 11) == look.theme.color("ink")


def test_keys_are_written_with_spaces(qtbot, look):
    box = shown(qtbot, KeyBox("Ctrl+Shift+Z", look), 100, 20)
    assert box.findChild(QLabel).text() == "Ctrl Shift Z"


@pytest.fixture
def popover(qtbot, look):
    window = shown(qtbot, QWidget(), 800, 500)
    opener = OpenNumber("0.9743", look, parent=window)
    opener.show()
    made = Popover(look, opener)
    made.set_breadcrumb(["test #469", "output", "p(3)"])
    made.body.addWidget(PlainLabel("p = 0.9743", "number", look))
    made.window_of, made.opener_of = window, opener
    return made


def _open(popover, x=200, y=100):
    corner = popover.window_of.mapToGlobal(QPoint(x, y))
    popover.open_at(QRect(corner.x(), corner.y(), 40, 16), popover.opener_of)


def test_popovers_open_below_and_take_the_focus(qtbot, look, popover):
    _open(popover)
    qtbot.waitUntil(popover.hasFocus)
    assert popover.width() == 392
    assert popover.y() == pytest.approx(118, abs=2)
    assert popover.accessibleName() == "test #469 › output › p(3)"
    assert popover.grab().toImage().pixelColor(300, 60) == look.theme.color("card")


def test_popovers_stay_inside_the_window(qtbot, popover):
    _open(popover, 780, 480)
    assert popover.geometry().right() < 800
    assert popover.geometry().bottom() < 500
    assert popover.geometry().bottom() <= 480


def test_escape_closes_and_gives_the_focus_back(qtbot, popover):
    _open(popover)
    qtbot.waitUntil(popover.hasFocus)
    with qtbot.waitSignal(popover.closed):
        qtbot.keyClick(popover, Qt.Key.Key_Escape)
    assert not popover.isVisible()
    qtbot.waitUntil(popover.opener_of.hasFocus)


def test_backspace_goes_up_and_copy_copies(qtbot, popover):
    _open(popover)
    with qtbot.waitSignal(popover.up_requested):
        qtbot.keyClick(popover, Qt.Key.Key_Backspace)
    copy, close = popover.findChildren(IconButton)
    with qtbot.waitSignal(popover.copy_requested):
        qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(popover.closed):
        qtbot.mouseClick(close, Qt.MouseButton.LeftButton)


def test_popovers_can_be_dragged_off(qtbot, popover):
    _open(popover)
    before = popover.pos()
    qtbot.mousePress(popover, Qt.MouseButton.LeftButton, pos=QPoint(200, 20))
    qtbot.mouseMove(popover, QPoint(230, 40))
    qtbot.mouseRelease(popover, Qt.MouseButton.LeftButton, pos=QPoint(230, 40))
    assert popover.pos() == before + QPoint(30, 20)
