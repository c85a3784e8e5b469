"""Redraws: many askings once, one view in a turn of the event loop, none that nobody sees."""

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from app.throttle import Throttle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


class Paintings(QObject):
    """Notes each painting of a view in the same list as the redraws."""

    def __init__(self, view, heard):
        super().__init__(view)
        self._name, self._heard = view.objectName(), heard
        view.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() is QEvent.Type.Paint:
            self._heard.append(f"{self._name} painted")
        return False


@pytest.fixture
def views(qtbot):
    made = []
    for name in ("one", "two", "three"):
        view = QWidget()
        view.setObjectName(name)
        qtbot.addWidget(view)
        view.show()
        qtbot.waitExposed(view)
        made.append(view)
    return made


def test_views_that_are_due_together_are_painted_one_after_the_other(qtbot, views):
    heard, throttles = [], []
    for view in views:
        Paintings(view, heard)
        throttles.append(Throttle(view, lambda view=view: (heard.append(view.objectName()), view.update()), 0))
    heard.clear()
    for throttle in throttles:
        throttle.request()
    qtbot.waitUntil(lambda: heard[-1:] == ["three painted"])
    assert heard == ["one", "one painted", "two", "two painted", "three", "three painted"]


def test_what_was_drawn_otherwise_is_not_drawn_again(qtbot, views):
    drawn = []
    first, last = Throttle(views[0], lambda: drawn.append("first"), 0), Throttle(views[1], lambda: drawn.append("last"))
    first.request()
    first.forget()
    last.request()
    qtbot.waitUntil(lambda: drawn == ["last"])
    assert not first.fire()


def test_a_view_that_is_closed_while_it_waits_holds_nobody_up(qtbot, views):
    drawn = []
    gone = Throttle(views[0], lambda: drawn.append("gone"), 0)
    last = Throttle(views[1], lambda: drawn.append("last"), 5)
    gone.request()
    last.request()
    views[0].hide()
    qtbot.waitUntil(lambda: drawn == ["last"])
    views[0].show()
    qtbot.waitUntil(lambda: drawn == ["last", "gone"])
