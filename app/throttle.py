"""Throttle: a view that is redrawn at most so often, never in one turn with others, and not while nobody sees it."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

INTERVAL = 33  # ms, thirty times a second
BREATH = 6  # ms between two redraws, in which the first is painted and clicks are heard


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
        self._timer.timeout.connect(self._queue)
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
            self.fire()

    def forget(self) -> None:
        """It was drawn otherwise; what was asked for is done."""
        self._is_due = False
        self._timer.stop()

    def fire(self) -> bool:
        """Redraw if that was asked for and anybody sees it; returns whether."""
        if not (self._is_due and self._view.isVisible()):
            return False
        self.forget()
        self._redraw()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Catch up when the view is shown."""
        if event.type() == QEvent.Type.Show and self._is_due:
            QTimer.singleShot(0, self, self.fire)
        return False

    def _queue(self) -> None:
        _turns.ask(self)


class _Turns:
    """Who is to be redrawn, in the order of asking: one at a time, so that no frame has to wait for all of them."""

    def __init__(self) -> None:
        self._waiting: deque[Throttle] = deque()
        self._timer: QTimer | None = None

    def ask(self, throttle: Throttle) -> None:
        """Give `throttle` its turn once those before it had theirs."""
        if throttle not in self._waiting:
            self._waiting.append(throttle)
        self._go_on()

    def _go_on(self) -> None:
        if self._timer is None or not isValid(self._timer):
            self._timer = QTimer(QCoreApplication.instance(), singleShot=True, interval=BREATH)
            self._timer.timeout.connect(self._next)
        if not self._timer.isActive():
            self._timer.start()

    def _next(self) -> None:
        """Redraw one; those that were closed or drawn meanwhile take no time."""
        while self._waiting:
            throttle = self._waiting.popleft()
            if isValid(throttle) and throttle.fire():
                break
        if self._waiting:
            self._go_on()


_turns = _Turns()
