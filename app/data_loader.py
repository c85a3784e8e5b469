"""DataLoader: keeps the loaded data in step with the project's choice of data; the newest choice wins."""

from PySide6.QtCore import QObject, Signal

from app.engine_client import EngineClient
from app.job import Job, JobState
from app.newest_request import DEBOUNCE, NewestRequest
from engine.messages import DataLoaded, Failed, LoadData
from engine.project import DataChoice

GIVEN_UP = -1  # the engine was lost for reasons of its own
MAX_LOSSES = 2  # of the engine while loading the same data; then it is the data that kill it


class DataLoader(QObject):
    """Asks the engine for the data.

    Attributes:
        loaded: DataLoaded, or None while loading.
        failed: Failed.
    """

    loaded = Signal(object)
    failed = Signal(object)

    def __init__(self, engine: EngineClient, parent: QObject | None = None, debounce: int = DEBOUNCE) -> None:
        super().__init__(parent)
        self.data: DataLoaded | None = None
        self._engine = engine
        self._choice: DataChoice | None = None
        self._losses = 0
        self._request = NewestRequest(engine, self, debounce)
        self._request.said.connect(self._on_said)
        self._request.ended.connect(self._on_ended)
        engine.ready.connect(self._on_ready)

    def choose(self, choice: DataChoice, *, again: bool = False) -> None:
        """Load these data, unless they are loaded or being loaded.

        Args:
            again: load them even so, as after a failure or when files have changed.
        """
        if choice == self._choice and not again:
            return
        self._choice, self._losses = choice, 0
        self._request.drop()
        self.data = None
        self.loaded.emit(None)
        self._request.ask(LoadData(data=choice))

    def _on_ready(self, _event: object) -> None:
        """The engine is there again after it was given up."""
        if not self._request.is_open and self.data is None and self._losses == GIVEN_UP:
            self._losses = 0
            self._request.again()

    def _on_said(self, event: object) -> None:
        if isinstance(event, DataLoaded):
            self.data = event
            self.loaded.emit(event)

    def _on_ended(self, job: Job) -> None:
        if job.state is JobState.FAILED:
            self.failed.emit(job.failure)
        elif job.state is JobState.LOST and self.data is None and not self._engine.is_closed:
            self._on_lost()

    def _on_lost(self) -> None:
        self._losses += 1
        if self._engine.state == "down":
            self._losses = GIVEN_UP
        if 0 < self._losses < MAX_LOSSES:
            self._request.submit()
        else:
            self.failed.emit(
                Failed(
                    kind="user", message="The engine ended while loading the data.", hint="Choose other data, or retry."
                )
            )
