"""FrameClock: how long the turns of the event loop last in which the window is painted."""

import time

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject
from PySide6.QtWidgets import QWidget

NAP = 0.001  # s between two turns in which there was nothing to do


class FrameClock(QObject):
    """Turns the event loop itself, because the dispatcher's own signals do not enclose timers and painting.

    Attributes:
        frames: ms of each turn that painted: messages taken, curves laid out, pixels drawn.

    Args:
        window: whose painting is watched; all of its widgets are painted by its update request.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.frames: list[float] = []
        self._has_painted = False
        window.installEventFilter(self)

    def run(self, seconds: float) -> None:
        """Measure for a time."""
        until = time.perf_counter() + seconds
        while (began := time.perf_counter()) < until:
            self._has_painted = False
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
            if self._has_painted:
                self.frames.append(1000 * (time.perf_counter() - began))
            else:
                time.sleep(NAP)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note that this turn paints."""
        if event.type() is QEvent.Type.UpdateRequest:
            self._has_painted = True
        return False
