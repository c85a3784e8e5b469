"""Job: one request's life in the window, from asking to exactly one ending."""

from enum import Enum
from typing import Literal, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from engine.messages import Failed, Finished, KeepCheckpoint, Message, Phase, SetLive, SetPaused, Step, Stop

STOP_GRACE = 5.0  # seconds between asking a job to stop and calling it stuck
PHASE_GRACE = 12  # times as long while it is busy with something that cannot be cut, such as compiling


class JobState(Enum):
    """Where a job stands; the last four are endings."""

    PENDING = "pending"
    RUNNING = "running"
    PAUSED = "paused"
    SUCCEEDED = "succeeded"
    CANCELLED = "cancelled"
    FAILED = "failed"
    LOST = "lost"


OPEN = frozenset({JobState.PENDING, JobState.RUNNING, JobState.PAUSED})


class Channel(Protocol):
    """What a job needs of the engine client."""

    def send(self, message: Message) -> None:
        """Say something about a job that was submitted."""

    def withdraw(self, job: "Job") -> bool:
        """Take back a request that was not sent yet; False where it was."""


class Job(QObject):
    """One request and what became of it.

    Args:
        number: echoed by everything the engine says about it.
        request: what was asked.
        channel: the way to the engine.
        grace: seconds a stop may stay unanswered.

    Attributes:
        said: every event but the ending.
        ended: the Job itself, exactly once.
        stuck: a stop stayed unanswered.
    """

    said = Signal(object)
    ended = Signal(object)
    stuck = Signal()

    def __init__(self, number: int, request: Message, channel: Channel, grace: float = STOP_GRACE) -> None:
        super().__init__()
        self.number = number
        self.request = request
        self.state = JobState.PENDING
        self.failure: Failed | None = None
        self.result: Finished | None = None
        self.is_stopping = False
        self._channel = channel
        self._phase = ""
        self._grace = grace
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self.stuck)

    @property
    def is_open(self) -> bool:
        """Whether it has not ended yet."""
        return self.state in OPEN

    def pause(self) -> None:
        """Ask that the job gets no turns."""
        if self.is_open:
            self.state = JobState.PAUSED
            self._channel.send(SetPaused(job=self.number, paused=True))

    def resume(self) -> None:
        """Ask that the job gets turns again."""
        if self.state is JobState.PAUSED:
            self.state = JobState.RUNNING
            self._channel.send(SetPaused(job=self.number, paused=False))

    def step(self, unit: Literal["batch", "epoch"]) -> None:
        """Ask for one batch, or the rest of the epoch; the job is paused afterwards."""
        if self.state is not JobState.PAUSED:
            self.pause()
        if self.is_open:
            self._channel.send(Step(job=self.number, unit=unit))

    def keep_checkpoint(self) -> None:
        """Ask a training for a checkpoint of this very step."""
        if self.is_open:
            self._channel.send(KeepCheckpoint(job=self.number))

    def set_live(self, name: str, value: float) -> None:
        """Change a setting of a running training."""
        if self.is_open:
            self._channel.send(SetLive(job=self.number, name=name, value=value))

    def stop(self) -> None:
        """Ask the job to end. Where that stays unanswered, `stuck` says so; where it was never sent, it ends now."""
        if not self.is_open or self.is_stopping:
            return
        self.is_stopping = True
        if self._channel.withdraw(self):
            self.take(Finished(job=self.number, cancelled=True))
            return
        self._channel.send(Stop(job=self.number))
        self._be_patient()

    def mark_sent(self) -> None:
        """The request is on its way to the engine."""
        if self.state is JobState.PENDING:
            self.state = JobState.RUNNING

    def take(self, event: Message) -> None:
        """Note what the engine said. After the ending nothing is noted any more."""
        if not self.is_open:
            return
        match event:
            case Finished():
                self.result = event
                self._end(JobState.CANCELLED if event.cancelled else JobState.SUCCEEDED)
            case Failed():
                self.failure = event
                self._end(JobState.FAILED)
            case _:
                self._note_phase(event)
                self.said.emit(event)

    def lose(self) -> None:
        """The engine died before the job ended."""
        if self.is_open:
            self._end(JobState.LOST)

    def _note_phase(self, event: Message) -> None:
        if isinstance(event, Phase):
            self._phase = event.text
            if self.is_stopping:
                self._be_patient()

    def _be_patient(self) -> None:
        self._patience.start(round(1000 * self._grace * (PHASE_GRACE if self._phase else 1)))

    def _end(self, state: JobState) -> None:
        self.state = state
        self._patience.stop()
        self.ended.emit(self)
