"""Watcher: keeps the engine showing what the network does with the probe sample; the newest request wins."""

from PySide6.QtCore import QObject, QTimer, Signal

from app.engine_client import EngineClient
from app.job import Job, JobState
from engine.messages import Watch, Watched

DEBOUNCE = 150  # ms
MAX_LOSSES = 2  # of the engine while watching the same thing; then it is the network that kills it


class Watcher(QObject):
    """Asks the engine for activations.

    Attributes:
        watched: Watched, of the newest request only.
        failed: Failed of the newest request.
    """

    watched = Signal(object)
    failed = Signal(object)

    def __init__(self, engine: EngineClient, parent: QObject | None = None, debounce: int = DEBOUNCE) -> None:
        super().__init__(parent)
        self.now: Watched | None = None
        self._engine = engine
        self._wanted: Watch | None = None
        self._key: object = None
        self._job: Job | None = None
        self._losses = 0
        engine.ready.connect(self._on_ready)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(debounce)
        self._timer.timeout.connect(self._restart)

    def want(self, request: Watch | None, key: object) -> None:
        """Show this from now on; None shows nothing new.

        Args:
            key: what the pictures depend on; a request of the same key changes nothing.
        """
        if key == self._key:
            return
        self._wanted, self._key, self._losses = request, key, 0
        if request is None:
            self._timer.stop()
            self._let_go()
        else:
            self._timer.start()

    def _restart(self) -> None:
        self._let_go()
        if self._wanted is not None:
            self._job = self._engine.submit(self._wanted)
            self._job.said.connect(self._on_said)
            self._job.ended.connect(self._on_ended)

    def _let_go(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.said.disconnect(self._on_said)
            job.ended.disconnect(self._on_ended)
            job.stop()

    def _on_ready(self, _event: object) -> None:
        """The engine is there again after it was given up."""
        if self._job is None and self._wanted is not None and self._losses:
            self._losses = 0
            self._timer.start()

    def _on_said(self, event: object) -> None:
        if isinstance(event, Watched):
            self._losses = 0
            self.now = event
            self.watched.emit(event)

    def _on_ended(self, job: Job) -> None:
        self._job = None
        if job.state is JobState.FAILED:
            self.failed.emit(job.failure)
        elif job.state is JobState.LOST and not self._engine.is_closed:
            self._losses += 1
            if self._losses < MAX_LOSSES and self._engine.state != "down":
                self._timer.start()
