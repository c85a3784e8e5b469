"""FrameClock: how long the turns of the event loop last in which something is painted, and how late a timer comes."""

import time

from PySide6.QtCore import QAbstractEventDispatcher, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

TICK = 4  # ms


class FrameClock(QObject):
    """Measures while it runs.

    Attributes:
        frames: ms from waking up to going to sleep again, of the turns that painted the window.
        delays: ms that a timer of 4 ms came late.

    Args:
        window: whose painting is watched; all of its widgets are painted by its update request.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.frames: list[float] = []
        self.delays: list[float] = []
        self._awake = self._ticked = time.perf_counter()
        self._has_painted = self._is_running = False
        dispatcher = QAbstractEventDispatcher.instance()
        dispatcher.awake.connect(self._wake)
        dispatcher.aboutToBlock.connect(self._sleep)
        window.installEventFilter(self)
        self._timer = QTimer(self, interval=TICK, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Measure from now on."""
        self._is_running, self._ticked = True, time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        """Measure no more."""
        self._is_running = False
        self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note that this turn paints."""
        if event.type() is QEvent.Type.UpdateRequest:
            self._has_painted = True
        return False

    def _wake(self) -> None:
        self._awake = time.perf_counter()

    def _sleep(self) -> None:
        if self._has_painted and self._is_running:
            self.frames.append(1000 * (time.perf_counter() - self._awake))
        self._has_painted = False

    def _tick(self) -> None:
        now = time.perf_counter()
        self.delays.append(max(0.0, 1000 * (now - self._ticked) - TICK))
        self._ticked = now
