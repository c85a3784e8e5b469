"""Watcher: keeps the engine showing what the network does with the probe sample; the newest request wins."""

from PySide6.QtCore import QObject, Signal

from app.engine_client import EngineClient
from app.job import Job, JobState
from app.newest_request import DEBOUNCE, NewestRequest
from engine.messages import Watch, Watched

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
        self._losses = 0
        self._request = NewestRequest(engine, self, debounce)
        self._request.said.connect(self._on_said)
        self._request.ended.connect(self._on_ended)
        engine.ready.connect(self._on_ready)

    def want(self, request: Watch | None, key: object, delay: int | None = None) -> None:
        """Show this from now on; None shows nothing new.

        Args:
            key: what the pictures depend on; a request of the same key changes nothing.
            delay: ms, as in `NewestRequest.ask`.
        """
        if key == self._key:
            return
        self._wanted, self._key, self._losses = request, key, 0
        if request is None:
            self._request.drop()
        else:
            self._request.ask(request, delay)

    def _on_ready(self, _event: object) -> None:
        """The engine is there again after it was given up."""
        if not self._request.is_open and self._wanted is not None and self._losses:
            self._losses = 0
            self._request.again()

    def _on_said(self, event: object) -> None:
        if isinstance(event, Watched):
            self._losses = 0
            self.now = event
            self.watched.emit(event)

    def _on_ended(self, job: Job) -> None:
        if job.state is JobState.FAILED:
            self.failed.emit(job.failure)
        elif job.state is JobState.LOST and not self._engine.is_closed:
            self._losses += 1
            if self._losses < MAX_LOSSES and self._engine.state != "down":
                self._request.again()
