"""Throttle: a view that is redrawn at most so often, and not at all while nobody sees it."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

INTERVAL = 33  # ms, thirty times a second


class Throttle(QObject):
    """Calls `redraw` soon after it was asked for, many askings once.

    Args:
        view: while it is hidden nothing is drawn; it is drawn when it is shown again.
        redraw: takes no arguments.
        interval: least time between two redraws, ms.
    """

    def __init__(self, view: QWidget, redraw: Callable[[], object], interval: int = INTERVAL) -> None:
        super().__init__(view)
        self._view, self._redraw = view, redraw
        self._is_due = False
        self._timer = QTimer(self, singleShot=True, interval=interval)
        self._timer.timeout.connect(self._fire)
        view.installEventFilter(self)

    def request(self) -> None:
        """Ask for a redraw."""
        self._is_due = True
        if self._view.isVisible() and not self._timer.isActive():
            self._timer.start()

    def now(self) -> None:
        """Redraw at once, e.g. after another run was chosen; a hidden view is drawn when it is shown."""
        self._is_due = True
        if self._view.isVisible():
            self._timer.stop()
            self._fire()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Catch up when the view is shown."""
        if event.type() == QEvent.Type.Show and self._is_due:
            QTimer.singleShot(0, self, self._fire)
        return False

    def _fire(self) -> None:
        if self._is_due and self._view.isVisible():
            self._is_due = False
            self._redraw()
