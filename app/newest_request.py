"""NewestRequest: one request to the engine at a time, asked after a short rest; a newer one takes its place."""

from PySide6.QtCore import QObject, QTimer, Signal

from app.engine_client import EngineClient
from app.job import Job
from engine.messages import Message

DEBOUNCE = 150  # ms


class NewestRequest(QObject):
    """Asks, and says what is answered to the newest request only.

    Attributes:
        said: every event about the newest request but its ending.
        ended: its Job. A request that was replaced or dropped says nothing any more.
    """

    said = Signal(object)
    ended = Signal(object)

    def __init__(self, engine: EngineClient, parent: QObject | None = None, debounce: int = DEBOUNCE) -> None:
        super().__init__(parent)
        self._engine = engine
        self._wanted: Message | None = None
        self._job: Job | None = None
        self._rest = debounce
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.submit)

    @property
    def is_open(self) -> bool:
        """Whether a request is with the engine."""
        return self._job is not None

    def ask(self, request: Message, delay: int | None = None) -> None:
        """Ask this once nothing newer has come for a moment; what is under way goes on until then.

        Args:
            delay: ms to wait, where it is not the usual rest. What moves by a dragged hand is asked at that pace, and
                not put off by what comes next.
        """
        self._wanted = request
        if delay is None:
            self._timer.start(self._rest)
        elif not self._timer.isActive() or self._timer.remainingTime() > delay:
            self._timer.start(delay)

    def again(self) -> None:
        """Ask the same in a moment."""
        self._timer.start(self._rest)

    def submit(self) -> None:
        """Ask at once, in place of what is under way."""
        self._timer.stop()
        self._let_go()
        if self._wanted is not None:
            self._job = self._engine.submit(self._wanted)
            self._job.said.connect(self.said)
            self._job.ended.connect(self._end)

    def drop(self) -> None:
        """Take back what is wanted, and stop what is under way."""
        self._timer.stop()
        self._wanted = None
        self._let_go()

    def _let_go(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.said.disconnect(self.said)
            job.ended.disconnect(self._end)
            job.stop()

    def _end(self, job: Job) -> None:
        self._job = None
        self.ended.emit(job)
