"""The player moves by buttons, keys, its slider and by itself, and stops at its ends."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from app.explain.player import Player


@pytest.fixture
def player(qtbot, look):
    made = Player("Window", look, speeds=(1, 4, 16))
    qtbot.addWidget(made)
    made.resize(900, 32)
    made.set_count(64, every=8)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def moves(player):
    heard = []
    player.moved.connect(heard.append)
    return heard


def test_steps_and_ends(player, moves, qtbot):
    qtbot.mouseClick(player.forward, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(player.forward, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(player.back, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(player.back, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(player.back, Qt.MouseButton.LeftButton)
    assert moves == [1, 2, 1, 0]


def test_keys(player, moves, qtbot):
    player.scrubber.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Home):
        qtbot.keyClick(player.scrubber, key)
    qtbot.keyClick(player.scrubber, Qt.Key.Key_PageDown)
    assert moves == [1, 63, 62, 0, 6]


def test_a_position_set_from_outside_is_not_said(player, moves):
    player.set_position(26)
    assert (player.position, moves) == (26, [])
    assert (player.counter.text(), player.total.text()) == ("27", "of 64")
    player.set_position(900)
    assert player.position == 63


def test_the_slider_scrubs_whole_steps(player, moves, qtbot):
    middle = QPoint(player.scrubber.width() // 2, player.scrubber.height() // 2)
    player.play()
    qtbot.mousePress(player.scrubber, Qt.MouseButton.LeftButton, pos=middle)
    assert moves[-1] in (31, 32) and not player.is_playing


def test_it_plays_to_its_end_and_begins_anew(player, moves, qtbot):
    player.set_count(3)
    player.set_speed(16)
    with qtbot.waitSignal(player.playing_changed, check_params_cb=lambda on: not on):
        qtbot.keyClick(player, Qt.Key.Key_Space)
    assert moves == [1, 2]
    player.play()
    assert moves[-1] == 0 and player.is_playing


def test_it_plays_backward(player, moves, qtbot):
    player.set_count(3)
    player.set_speed(16)
    qtbot.mouseClick(player.turn, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(player.playing_changed, check_params_cb=lambda on: not on):
        player.play()
    assert player.direction == -1 and moves == [2, 1, 0]


def test_what_is_hidden_or_has_one_step_does_not_play(player, qtbot):
    player.play()
    player.hide()
    assert not player.is_playing
    player.set_count(1)
    player.play()
    assert not player.is_playing and not player.play_button.isEnabled()


def test_ticks_stay_apart(player):
    assert player.scrubber.ticks() == list(range(0, 64, 8))
    player.set_count(10_000, every=10)
    ticks = player.scrubber.ticks()
    assert len(ticks) * 6 <= player.scrubber.width() + 6 and ticks[1] % 10 == 0


def test_it_is_drawn_in_both_themes(pictures, look):
    frame = QWidget()
    made = Player("Window", look)
    made.setParent(frame)
    made.resize(700, 32)
    made.set_count(20, every=5)
    made.set_position(10)
    made.set_place("row 2, column 0")
    dark, light = pictures(frame)
    assert dark != light
