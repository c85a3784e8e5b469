"""FrameClock: how much work of the event loop lies before each painting of the window, that painting included."""

import time

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject
from PySide6.QtWidgets import QWidget

NAP = 0.001  # s between two turns in which there was nothing to do


class FrameClock(QObject):
    """Turns the event loop itself, because the dispatcher's own signals do not enclose timers and painting.

    Work that is spread over several turns before it is painted counts as one frame, so that spreading alone wins
    nothing; and so does what was done in turns that painted nothing at all.

    Attributes:
        frames: ms of work for each frame: messages taken, curves laid out, pixels drawn; naps left out.
        turns: ms of each turn of the loop, painting or not: what a click may have to wait for.

    Args:
        window: whose painting is watched; all of its widgets are painted by its update request.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.frames: list[float] = []
        self.turns: list[float] = []
        self._has_painted = False
        window.installEventFilter(self)

    def run(self, seconds: float) -> None:
        """Measure for a time."""
        until, spent = time.perf_counter() + seconds, 0.0
        while (began := time.perf_counter()) < until:
            self._has_painted = False
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
            self.turns.append(1000 * (time.perf_counter() - began))
            spent += self.turns[-1]
            if self._has_painted:
                self.frames.append(spent)
                spent = 0.0
            else:
                time.sleep(NAP)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note that this turn paints."""
        if event.type() is QEvent.Type.UpdateRequest:
            self._has_painted = True
        return False
