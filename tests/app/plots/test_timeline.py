"""The timeline: curves, playhead, keys, hatch and the way back to the newest step."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from app.plots.timeline import Timeline

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
LEFT = Qt.MouseButton.LeftButton
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def fill(line, reached=800):
    steps = np.arange(1, reached + 1)
    line.set_total(1200, 40)
    line.set_curves(steps, 2 * np.exp(-steps / 200) + 0.05, np.arange(40, reached + 1, 40), np.full(reached // 40, 0.6))
    line.set_checkpoints([200, 400, 600, 800], 240)
    line.set_playhead(reached, f"step {reached}")


@pytest.fixture
def line(qtbot, look):
    made = Timeline(look)
    qtbot.addWidget(made)
    made.resize(602, made.sizeHint().height())
    made.show()
    qtbot.waitExposed(made)
    fill(made)
    made.heard = []
    made.scrubbed.connect(made.heard.append)
    return made


def x_of(step):
    return round(step / 1200 * 600 + 1)


def test_it_is_drawn_in_both_themes(look, pictures, colors_of):
    made = Timeline(look)
    made.resize(600, 51)
    fill(made)
    for picture, mode in zip(pictures(made), ("dark", "light"), strict=True):
        look.set_mode(mode)
        names = colors_of(picture)
        for token in ("canvas", "val", "ink", "line2"):
            assert look.theme.color(token).name() in names
    look.set_mode("dark")


def test_it_is_45_high_and_says_what_it_shows(line):
    assert line._box().height() == 45
    assert line.accessibleDescription() == "Step 800 of 1,200, train loss 0.08663, validation loss 0.6"
    headers, rows = line.table()
    assert headers == ["step", "loss", "part"]
    assert len(rows) <= 520
    assert rows[-1][2] == "validation"


def test_a_click_moves_the_playhead(qtbot, line):
    qtbot.mouseClick(line, LEFT, pos=QPoint(x_of(400), 25))
    assert line.heard == [400]
    assert line.is_scrubbed


def test_the_future_cannot_be_scrubbed_to(qtbot, line):
    qtbot.mouseClick(line, LEFT, pos=QPoint(x_of(1100), 25))
    assert line.heard == [800]
    assert not line.is_scrubbed


def test_dragging_is_throttled_and_the_last_position_wins(qtbot, line):
    qtbot.mousePress(line, LEFT, pos=QPoint(x_of(100), 25))
    for step in range(110, 500, 10):
        qtbot.mouseMove(line, QPoint(x_of(step), 25))
    qtbot.mouseRelease(line, LEFT, pos=QPoint(x_of(490), 25))
    assert line.heard[-1] == 490
    assert line.heard[0] == 100
    assert len(line.heard) < 39


@pytest.mark.parametrize(
    "key, modifiers, step",
    [
        (Qt.Key.Key_Left, None, 799),
        (Qt.Key.Key_Left, SHIFT, 760),
        (Qt.Key.Key_Left, CONTROL, 600),
        (Qt.Key.Key_Home, None, 0),
        (Qt.Key.Key_Right, None, 800),
        (Qt.Key.Key_Right, CONTROL, 800),
    ],
)
def test_keys_scrub(qtbot, line, key, modifiers, step):
    qtbot.keyClick(line, key, modifiers or Qt.KeyboardModifier.NoModifier)
    qtbot.waitUntil(lambda: line.heard == [step])


def test_checkpoints_are_reached_from_between(qtbot, line):
    line.set_playhead(450)
    qtbot.keyClick(line, Qt.Key.Key_Right, CONTROL)
    qtbot.waitUntil(lambda: line.heard == [600])


def test_live_and_end_lead_back_to_the_newest_step(qtbot, line):
    line.set_playhead(400, "epoch 10")
    qtbot.mouseClick(line, LEFT, pos=line._live_box().center().toPoint())
    assert line.heard == [800]
    line.set_playhead(400, "epoch 10")
    qtbot.keyClick(line, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: line.heard == [800, 800])


def test_what_comes_after_the_playhead_is_paler(look, line):
    line.set_playhead(799, "")
    bright = line.grab().toImage()
    line.set_playhead(400, "")
    pale = line.grab().toImage()
    place = QPoint(x_of(700), 46)
    ground = look.theme.color("canvas")

    def strength(picture):
        return picture.pixelColor(place).green() - ground.green()

    assert 0 < strength(pale) < strength(bright)


def test_the_idle_timeline_is_one_sentence(qtbot, line):
    line.set_idle("Train to fill the timeline")
    assert line.accessibleDescription() == "Train to fill the timeline"
    qtbot.mouseClick(line, LEFT, pos=QPoint(100, 25))
    qtbot.keyClick(line, Qt.Key.Key_Left)
    assert line.heard == []
    assert line.tip_at(QPoint(100, 25)) == ""
    assert line.table()[1] == []
    idle = line.grab().toImage()
    fill(line)
    assert line.grab().toImage() != idle


def test_tips_name_step_epoch_and_loss(line):
    assert line.tip_at(QPoint(x_of(400), 20)).startswith("step 400, epoch 10.00, train loss 0.")
    assert line.tip_at(QPoint(x_of(1100), 20)).endswith("not reached yet")


def test_a_long_run_is_thinned(qtbot, look):
    made = Timeline(look)
    qtbot.addWidget(made)
    made.resize(600, 51)
    made.set_total(2_000_000, 100)
    steps = np.arange(1, 1_000_001)
    made.set_curves(steps, 1 / np.sqrt(steps), np.zeros(0, int), np.zeros(0))
    made.set_checkpoints(range(0, 1_000_000, 100))
    assert not made.grab().isNull()


def test_losses_that_are_not_finite_are_left_out(qtbot, look):
    made = Timeline(look)
    qtbot.addWidget(made)
    made.resize(600, 51)
    made.set_total(10, 0)
    made.set_curves(np.arange(1, 5), np.array([1.0, np.nan, np.inf, 2.0]), np.array([2]), np.array([np.nan]))
    assert not made.grab().isNull()
