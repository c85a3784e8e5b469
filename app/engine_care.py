"""EngineCare: starts the engine afresh, quietly, when another number of threads suits it better, or when it is worn.

TensorFlow takes its threads when it is imported, and keeps 3 to 6 MB of every network it has built.
"""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from app.engine_client import EngineClient
from engine.messages import Pong

REST = 1500  # ms without a change of the wanted threads before an engine is started for them
SETTLING = 30.0  # s after its start until an engine's memory counts as what the work needs
IDLE = 60.0  # s without work before a worn engine is renewed
WORN = 3 * 2**29  # bytes that an engine may always have
GROWTH = 2  # times what it had when it had settled


class EngineCare(QObject):
    """Looks after one engine.

    Args:
        engine: started or not.
        clock: seconds, never going back.
    """

    def __init__(
        self, engine: EngineClient, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._engine, self._clock = engine, clock
        self._threads = engine.threads
        self._ready_since = self._busy_until = clock()
        self._settled = 0  # bytes; 0 until it has settled
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._follow_threads)
        engine.training_asked.connect(self._follow_threads)
        engine.ready.connect(self._on_ready)
        engine.beat.connect(self._on_beat)

    def want_threads(self, count: int) -> None:
        """Use so many threads from the next training on; an idle engine is started for them in a moment."""
        if not self._engine.process_id:
            self._engine.threads = count
        if count != self._threads:
            self._threads = count
            self._rest.start()

    def _follow_threads(self) -> None:
        if self._threads != self._engine.threads:
            self._engine.renew(self._threads)

    def _on_ready(self, _event: object) -> None:
        self._ready_since = self._busy_until = self._clock()
        self._settled = 0

    def _on_beat(self, event: Pong) -> None:
        now = self._clock()
        if not self._engine.is_idle:
            self._busy_until = now
        elif not self._rest.isActive():
            self._follow_threads()  # where work stood in the way before
        if not self._settled and now - self._ready_since >= SETTLING:
            self._settled = event.memory
        is_worn = self._settled and event.memory > max(WORN, GROWTH * self._settled)
        if is_worn and now - self._busy_until >= IDLE:
            self._engine.renew(self._threads)
