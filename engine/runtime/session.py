"""Session: takes requests, gives jobs their turns one after another, and turns errors into messages."""

import importlib.metadata
import logging
import queue
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import msgspec
import psutil
import tensorflow as tf

from engine.errors import UserError
from engine.inspect.inspector import Cancelled as InspectionCancelled
from engine.messages import (
    PROTOCOL_VERSION,
    Evaluate,
    Explain,
    Export,
    Failed,
    FetchWeights,
    Finished,
    Hello,
    KeepCheckpoint,
    LoadData,
    Message,
    Predict,
    PredictFiles,
    ReadStyle,
    Ready,
    SetLive,
    SetPaused,
    Step,
    Stop,
    Stylise,
    Train,
    Watch,
)
from engine.runtime.asking import evaluate_run, predict, predict_files
from engine.runtime.device import THREADS, device_name
from engine.runtime.explaining import explain
from engine.runtime.exporting import export_run
from engine.runtime.jobs import Cancelled, Job, Turn
from engine.runtime.loading import load_data
from engine.runtime.shelf import Shelf
from engine.runtime.training.job import TrainingJob
from engine.runtime.vision.style.job import StyleJob
from engine.runtime.vision.style.reading import read_style
from engine.runtime.vision.style.weights import fetch_weights
from engine.runtime.watching import watch

IDLE_SECONDS = 0.03  # between looks at idle jobs
Start = Callable[[Message, Shelf], Job]
HANDLERS: dict[type[Message], Start] = {
    LoadData: load_data,  # type: ignore[dict-item]
    Watch: watch,  # type: ignore[dict-item]
    Explain: explain,  # type: ignore[dict-item]
    Predict: predict,  # type: ignore[dict-item]
    PredictFiles: predict_files,  # type: ignore[dict-item]
    Evaluate: evaluate_run,  # type: ignore[dict-item]
    Export: export_run,  # type: ignore[dict-item]
    ReadStyle: read_style,  # type: ignore[dict-item]
    FetchWeights: fetch_weights,  # type: ignore[dict-item]
}
log = logging.getLogger(__name__)


@dataclass
class _Running:
    """A job in progress: its generator, and what was granted to it."""

    turns: Job
    training: TrainingJob | None = None
    style: StyleJob | None = None
    is_started: bool = False
    is_paused: bool = False
    is_idle: bool = False
    unit: Literal["batch", "epoch"] | None = None

    @property
    def wants_turn(self) -> bool:
        """Whether it may work now; a paused job still gets ready, up to its first step."""
        return not self.is_paused or self.unit is not None or not self.is_ready

    @property
    def is_ready(self) -> bool:
        """Whether pausing means anything yet: a training is ready once its folder is open."""
        steered = self.steered
        return steered is None or steered.is_ready

    @property
    def steered(self) -> TrainingJob | StyleJob | None:
        """What takes changes while it runs; None where it is none of that kind."""
        return self.training or self.style


class Session:
    """One engine process's work.

    Args:
        inbox: requests from the reader thread; None when the window is gone.
        send: takes every message for the window.
    """

    def __init__(self, inbox: "queue.SimpleQueue[Message | None]", send: Callable[[Message], None]) -> None:
        self._inbox, self._send = inbox, send
        self._jobs: dict[int, _Running] = {}
        self._shelf = Shelf()

    def run(self) -> None:
        """Serve until the window is gone; running jobs save and end."""
        self._send(_ready())
        while self._take_requests():
            for number, running in list(self._jobs.items()):
                if running.wants_turn:
                    self._give_turn(number, running)
        for number in list(self._jobs):
            self._stop(number)

    def _take_requests(self) -> bool:
        """Take what waits; sleep on the queue while no job has anything to do. False at the end."""
        busy = any(job.wants_turn and not job.is_idle for job in self._jobs.values())
        watching = any(job.wants_turn for job in self._jobs.values())
        timeout = 0.0 if busy else IDLE_SECONDS if watching else None
        while True:
            try:
                message = self._inbox.get(timeout=timeout) if timeout != 0.0 else self._inbox.get_nowait()
            except queue.Empty:
                return True
            if message is None:
                return False
            self._handle(message)
            timeout = 0.0

    def _handle(self, message: Message) -> None:
        match message:
            case Hello():
                if message.version != PROTOCOL_VERSION:
                    log.error("the window speaks protocol %d, this engine %d", message.version, PROTOCOL_VERSION)
            case SetPaused():
                self._with_job(message.job, lambda job: self._set_paused(job, message.paused))
            case Step():
                self._with_job(message.job, lambda job: setattr(job, "unit", message.unit))
            case Stop():
                self._stop(message.job)
            case KeepCheckpoint():
                self._with_job(message.job, lambda job: self._keep(message.job, job))
            case SetLive():
                self._with_job(message.job, lambda job: self._set_live(message, job))
            case Train() | Stylise():
                self._start_steered(message)
            case _ if type(message) in HANDLERS:
                self._jobs[message.job] = _Running(HANDLERS[type(message)](message, self._shelf))
            case _:
                log.warning("no handler for %s", type(message).__name__)

    def _start_steered(self, message: Train | Stylise) -> None:
        if isinstance(message, Train):
            training = TrainingJob(message, self._shelf)
            running = _Running(training.run(), training, is_paused=message.paused)
        else:
            style = StyleJob(message, self._shelf)
            running = _Running(style.run(), style=style, is_paused=message.paused)
        self._jobs[message.job] = running

    def _with_job(self, number: int, action: Callable[[_Running], None]) -> None:
        if number in self._jobs:
            action(self._jobs[number])

    def _set_paused(self, job: _Running, paused: bool) -> None:
        job.is_paused, job.unit = paused, None

    def _set_live(self, message: SetLive, job: _Running) -> None:
        if job.steered is None:
            return
        try:
            job.steered.set_live(message)
        except UserError as error:
            log.warning("refused a live change: %s", error)

    def _keep(self, number: int, job: _Running) -> None:
        training = job.training

        def keep() -> None:
            for event in training.keep() if training is not None else []:
                self._say(number, event)

        self._guarded(number, keep)

    def _give_turn(self, number: int, job: _Running) -> None:
        def turn() -> None:
            report = job.turns.send(Turn(unit=job.unit)) if job.is_started else next(job.turns)
            job.is_started = True
            job.is_idle = report.is_idle
            if report.is_idle:
                job.unit = None
            for event in report.events:
                self._say(number, event)

        self._guarded(number, turn)

    def _stop(self, number: int) -> None:
        """Throw `Cancelled` into a job; it may say last words before it ends."""
        job = self._jobs.get(number)
        if job is None:
            return

        def end() -> None:
            if not job.is_started:
                raise Cancelled
            report = job.turns.throw(Cancelled())
            while True:
                for event in report.events:
                    self._say(number, event)
                report = next(job.turns)

        self._guarded(number, end)

    def _guarded(self, number: int, action: Callable[[], None]) -> None:
        """Run part of a job; whatever ends it becomes its one ending."""
        try:
            action()
            return
        except StopIteration as stop:
            ending: Message = Finished(result=stop.value or {})
        except (Cancelled, InspectionCancelled):
            ending = Finished(cancelled=True)
        except UserError as error:
            ending = Failed(kind="user", message=error.message, hint=error.hint, where=error.where)
        except (tf.errors.ResourceExhaustedError, MemoryError) as error:
            ending = _out_of_memory(error)
        except Exception as error:
            log.exception("job %d", number)
            ending = Failed(
                kind="bug", message=f"{type(error).__name__}: {error}"[:500], details=traceback.format_exc()
            )
        self._say(number, ending)
        self._jobs.pop(number, None)

    def _say(self, number: int, event: Message) -> None:
        self._send(msgspec.structs.replace(event, job=number))


def _out_of_memory(error: BaseException) -> Failed:
    free = psutil.virtual_memory().available / 1e9
    return Failed(
        kind="user",
        message=f"The memory does not suffice for a step of this network ({free:.1f} GB free).",
        hint="Make the batch smaller, or the largest layer.",
        details=str(error)[:2000],
    )


def _ready() -> Ready:
    names = ("tensorflow", "keras", "numpy", "scikit-learn")
    return Ready(
        version=PROTOCOL_VERSION,
        device=device_name(),
        cores=psutil.cpu_count() or THREADS,
        memory=psutil.virtual_memory().total,
        packages={name: importlib.metadata.version(name) for name in names},
    )
