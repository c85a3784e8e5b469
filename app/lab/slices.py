"""Slices: arithmetic of some tenths of a second, a few milliseconds at a time, so that the window never waits."""

import time
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer, Signal

BUDGET = 0.005  # s of one turn of the event loop


class Slices(QObject):
    """Advances an iterator between other events; the newest one wins.

    Attributes:
        advanced: a slice was done, and there is more to do.
        finished: the iterator came to its end.
    """

    advanced = Signal()
    finished = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work: Iterator[object] | None = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._turn)

    @property
    def is_busy(self) -> bool:
        """Whether there is work left."""
        return self._work is not None

    def start(self, work: Iterator[object]) -> None:
        """Begin; what was under way is dropped."""
        self._work = work
        self._timer.start()

    def finish(self) -> None:
        """Do the rest at once, e.g. for a picture."""
        if self._work is not None:
            for _ in self._work:
                pass
            self._end()

    def drop(self) -> None:
        """Leave the rest undone."""
        self._work = None
        self._timer.stop()

    def _turn(self) -> None:
        until = time.perf_counter() + BUDGET
        while self._work is not None and time.perf_counter() < until:
            if next(self._work, _END) is _END:
                self._end()
                return
        self.advanced.emit()

    def _end(self) -> None:
        self.drop()
        self.finished.emit()


_END = object()


def rows_of(compute: Callable[[slice], None], count: int, at_once: int) -> Iterator[int]:
    """Call `compute` for slices of `count` rows, yielding how many are done."""
    for first in range(0, count, at_once):
        compute(slice(first, min(first + at_once, count)))
        yield min(first + at_once, count)
