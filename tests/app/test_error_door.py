"""What nobody expected: told once, with a report, and the program goes on."""

import sys
import threading

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from app.errors import ErrorDoor, Report, show_report
from engine.errors import UserError


@pytest.fixture
def shown():
    return []


@pytest.fixture
def clock():
    return [0.0]


@pytest.fixture
def door(qtbot, shown, clock, capsys):
    door = ErrorDoor(shown.append, clock=lambda: clock[0])
    door.install()
    yield door
    door.uninstall()


def fail(door, error):
    try:
        raise error
    except type(error):
        door.catch(*sys.exc_info())


def test_a_bug_says_that_the_work_is_safe_and_gives_a_report(door, shown, own_home, monkeypatch):
    fail(door, KeyError(f"{own_home}/secret"))
    assert "work is safe" in shown[0].heading
    assert "KeyError" in shown[0].details
    assert "test_error_door.py" in shown[0].details
    assert str(own_home) not in shown[0].details


def test_the_same_bug_is_told_once_a_minute(door, shown, clock):
    for _ in range(100):
        fail(door, ValueError("again"))
    assert len(shown) == 1
    clock[0] = 61.0
    fail(door, ValueError("again"))
    assert len(shown) == 2


def test_another_bug_is_told_at_once(door, shown):
    fail(door, ValueError("one"))
    door.catch(TypeError, TypeError("two"), None)
    assert len(shown) == 2


def test_a_mistake_of_the_user_needs_no_report(door, shown, clock):
    fail(door, UserError("The disk is full.", "Free some space."))
    assert shown == [Report("The disk is full.", "Free some space.")]
    clock[0] = 2.0
    fail(door, UserError("The disk is full.", "Free some space."))
    assert len(shown) == 2


def test_an_error_while_showing_opens_no_second_dialog(qtbot, clock):
    opened = []

    def show(report):
        opened.append(report)
        door.catch(TypeError, TypeError("while showing"), None)

    door = ErrorDoor(show, clock=lambda: clock[0])
    door.catch(ValueError, ValueError("first"), None)
    assert len(opened) == 1


@pytest.mark.qt_no_exception_capture
def test_an_error_in_a_slot_does_not_end_the_program(qtbot, door, shown):
    def slot():
        raise RuntimeError("in a slot")

    QTimer.singleShot(0, slot)
    qtbot.waitUntil(lambda: len(shown) == 1)
    assert "in a slot" in shown[0].details


def test_an_error_on_a_thread_is_shown_on_the_main_one(qtbot, door, shown, clock):
    threads = []
    door._show = lambda report: (shown.append(report), threads.append(threading.current_thread()))

    def work():
        raise RuntimeError("on a thread")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(shown) == 1)
    assert threads == [threading.main_thread()]


def test_the_hooks_are_given_back(door):
    door.uninstall()
    assert sys.excepthook is sys.__excepthook__
    assert threading.excepthook is threading.__excepthook__


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_the_dialog_shows_markup_as_text_and_copies_the_report(qtbot):
    show_report(Report("<b>bold</b>", "hint", "the report"))
    (box,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox)]
    assert box.isVisible()
    assert box.textFormat().name == "PlainText"
    (copy,) = [button for button in box.buttons() if button.text() == "Copy report"]
    copy.click()
    assert QGuiApplication.clipboard().text() == "the report"
    assert box.isVisible()
    (go_on,) = [button for button in box.buttons() if button.text() == "Continue"]
    go_on.click()
    qtbot.waitUntil(lambda: not [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox)])
