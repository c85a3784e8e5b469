"""EngineClient: the window's end of the pipe: starts the engine, sends requests, hands events to jobs, restarts it."""

import itertools
import logging
import os
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from app.engine_log import EngineLog
from app.job import STOP_GRACE, Job
from app.settings import state_folder
from engine.messages import PROTOCOL_VERSION, Explain, Failed, Finished, Hello, Message, Ping, Pong, Ready, Train, Watch
from engine.threads import VARIABLE
from engine.wire import WireError, encode, event_decoder

ENGINE = (sys.executable, "-m", "engine")
ROOT = Path(__file__).resolve().parent.parent
LOOKS = (Watch, Explain)  # what only looks, and can be asked again of another engine
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """How patient the client is. All in seconds but for the number of restarts.

    Args:
        restarts: so many within `window`, then the client gives up.
        ping: between two pings.
        start: from the start of the process to `Ready`.
        stall: without an answer to a ping before `stalled` is emitted.
        stop: from a job's stop to `stuck`.
        close: for each step of end-of-file, terminate, kill.
    """

    restarts: int = 3
    window: float = 60.0
    ping: float = 1.0
    start: float = 120.0
    stall: float = 10.0
    stop: float = STOP_GRACE
    close: float = 2.0


class EngineClient(QObject):
    """The engine as the window sees it.

    Args:
        command: what starts the engine.
        limits: how patient to be.

    Attributes:
        state_changed: "starting", "ready", "restarting" or "down".
        ready: the engine's Ready.
        beat: Pong, about once a second.
        stalled: True when pings stay unanswered, False when the engine answers again.
        training_asked: a `Train` is about to be sent.
        threads: of the engine.
    """

    state_changed = Signal(str)
    ready = Signal(object)
    beat = Signal(object)
    stalled = Signal(bool)
    training_asked = Signal()

    def __init__(
        self, command: Sequence[str] = ENGINE, parent: QObject | None = None, limits: Limits | None = None
    ) -> None:
        super().__init__(parent)
        self.state = "starting"
        self.is_closed = False
        self.greeting: Ready | None = None
        self.threads = 1
        self._command = tuple(command)
        self._limits = limits or Limits()
        self._log = EngineLog(state_folder())
        self._process: QProcess | None = None
        self._leaving: list[QProcess] = []
        self._decoder = event_decoder()
        self._numbers = itertools.count(1)
        self._jobs: dict[int, Job] = {}
        self._waiting: list[tuple[int, bytes]] = []
        self._restarts: deque[float] = deque()
        self._asked: float | None = None
        self._is_stalled = False
        self._is_broken = False
        self._pulse = self._timer(self._limits.ping, self._ping)
        self._late = self._timer(self._limits.start, self._start_took_too_long, single=True)

    @property
    def log_tail(self) -> str:
        """The last lines of the engine's error stream."""
        return self._log.tail

    @property
    def log_path(self) -> Path:
        """The log file."""
        return self._log.path

    @property
    def process_id(self) -> int:
        """Of the engine; 0 where none runs."""
        return int(self._process.processId()) if self._process else 0

    @property
    def is_idle(self) -> bool:
        """Whether the engine is there and at most shows something."""
        return self._is_ready() and all(isinstance(job.request, LOOKS) for job in self._sent())

    def start(self) -> None:
        """Start the engine; after "down" this tries afresh."""
        if self._process is None:
            self._restarts.clear()
            self._spawn("starting")

    def submit(self, request: Message) -> Job:
        """Ask the engine for something; sent as soon as it is ready.

        Returns:
            The job, which ends after this call has returned, even where nothing can be done.
        """
        if isinstance(request, Train):
            self.training_asked.emit()
        number = next(self._numbers)
        job = Job(number, msgspec.structs.replace(request, job=number), self, self._limits.stop)
        self._jobs[number] = job
        try:
            frame = encode(job.request)
        except WireError as error:
            self._refuse(job, str(error))
            return job
        if self.state == "down":
            QTimer.singleShot(0, self, lambda: self._lose([job]))
        elif self._is_ready():
            self._write(frame)
            job.mark_sent()
        else:
            self._waiting.append((number, frame))
        return job

    def refused(self, request: Message, failure: Failed) -> Job:
        """Return a job that fails at once, for what can be seen to be impossible without asking the engine."""
        job = Job(next(self._numbers), request, self, self._limits.stop)
        QTimer.singleShot(0, self, lambda: job.take(failure))
        return job

    def send(self, message: Message) -> None:
        """Say something about a submitted job; follows its request where that still waits."""
        if message.job not in self._jobs:
            return
        if self._is_ready():
            self._write(encode(message))
        elif self.state != "down":
            self._waiting.append((message.job, encode(message)))

    def withdraw(self, job: Job) -> bool:
        """Take back a request that was not sent yet; False where it was."""
        kept = [(number, frame) for number, frame in self._waiting if number != job.number]
        taken_back = len(kept) < len(self._waiting)
        if taken_back:
            self._waiting = kept
            self._jobs.pop(job.number, None)
        return taken_back

    def kill(self) -> None:
        """Force the engine to end now; its jobs are lost, and it is started again."""
        if self._process is not None:
            self._process.kill()

    def renew(self, threads: int) -> None:
        """Let an engine that works at nothing go and start another with so many threads.

        What the first showed is asked of the other again; what it had not been sent yet goes to the other.
        """
        process, sent = self._process, self._sent()
        if process is None or not all(isinstance(job.request, LOOKS) for job in sent):
            return
        self._log.say(f"[window] the engine is started afresh, with {threads} thread{'s' if threads > 1 else ''}")
        self._dismiss(process)
        shown = [(job.number, encode(job.request)) for job in sent if not job.is_stopping]
        self._waiting = [*shown, *self._waiting]
        self.threads = threads
        self._spawn("starting")
        for job in sent:
            if job.is_stopping:
                self._hand_over(Finished(job=job.number, cancelled=True))

    def close(self) -> None:
        """End the engine for good: end-of-file, wait, terminate, kill. Open jobs are lost."""
        self.is_closed = True
        self.state = "down"
        process, self._process = self._process, None
        self._pulse.stop()
        self._late.stop()
        if process is not None:
            self._let_go(process)
            self._end(process)
            process.deleteLater()
        for process in self._leaving[:]:
            self._end(process)
        self._log.close()
        self._lose(list(self._jobs.values()))

    def _spawn(self, state: str) -> None:
        self._decoder = event_decoder()
        self._asked, self.greeting, self._is_broken = None, None, False
        process = self._process = QProcess(self)
        process.setProcessEnvironment(_environment(self.threads))
        process.started.connect(self._on_started)
        process.readyReadStandardOutput.connect(self._on_output)
        process.readyReadStandardError.connect(self._on_log)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        self._set_state(state)
        self._late.start()
        process.start(self._command[0], list(self._command[1:]))

    def _on_started(self) -> None:
        self._write(encode(Hello()))
        self._pulse.start()

    def _on_output(self) -> None:
        process = self._process
        if process is None or self._is_broken:
            return
        try:
            for event in self._decoder.feed(bytes(process.readAllStandardOutput().data())):
                self._take(event)
                if self._process is not process:  # a slot has closed or restarted the engine
                    return
        except WireError as error:
            self._log.say(f"[window] the engine's bytes cannot be read: {error}; it is started again")
            self._is_broken = True
            process.kill()

    def _on_log(self) -> None:
        if self._process is not None:
            self._log.write(bytes(self._process.readAllStandardError().data()))

    def _take(self, event: Message) -> None:
        match event:
            case Ready():
                self._on_ready(event)
            case Pong():
                self._asked = None
                self._set_stalled(False)
                self.beat.emit(event)
            case _:
                self._hand_over(event)

    def _on_ready(self, event: Ready) -> None:
        if event.version != PROTOCOL_VERSION:
            self._give_up(f"the engine speaks protocol {event.version}, this window {PROTOCOL_VERSION}")
            return
        self._late.stop()
        self.greeting = event
        self._set_state("ready")
        waiting, self._waiting = self._waiting, []
        for number, frame in waiting:
            self._write(frame)
            if number in self._jobs:
                self._jobs[number].mark_sent()
        self.ready.emit(event)

    def _hand_over(self, event: Message) -> None:
        job = self._jobs.get(event.job)
        if job is None:
            log.debug("dropped a %s for job %d, which is not open", type(event).__name__, event.job)
            return
        job.take(event)
        if not job.is_open:
            self._jobs.pop(event.job, None)

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart and self._process is not None:
            self._log.say(f"[window] the engine cannot be started: {self._process.errorString()}")
            self._on_finished(-1, QProcess.ExitStatus.CrashExit)

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._on_output()  # its last words may hold an ending
        self._on_log()
        process, self._process = self._process, None
        if process is None:
            return
        self._let_go(process)
        process.deleteLater()
        self._pulse.stop()
        self._late.stop()
        self._set_stalled(False)
        how = "crashed or was killed" if status is QProcess.ExitStatus.CrashExit else f"ended with status {code}"
        self._log.say(f"[window] the engine {how}")
        self._restart_or_give_up()

    def _restart_or_give_up(self) -> None:
        lost = self._sent()
        now = time.monotonic()
        while self._restarts and now - self._restarts[0] > self._limits.window:
            self._restarts.popleft()
        if len(self._restarts) < self._limits.restarts:
            self._restarts.append(now)
            self._spawn("restarting")
            self._lose(lost)
        else:
            self._give_up("the engine ended too often and is not started again")

    def _give_up(self, reason: str) -> None:
        self._log.say(f"[window] {reason}")
        process, self._process = self._process, None
        if process is not None:
            self._let_go(process)
            process.kill()
            process.waitForFinished(round(1000 * self._limits.close))
            process.deleteLater()
        self._pulse.stop()
        self._late.stop()
        self._waiting.clear()
        self._set_state("down")
        self._lose(list(self._jobs.values()))

    def _start_took_too_long(self) -> None:
        self._log.say(f"[window] the engine was not ready after {self._limits.start:g} s; it is started again")
        self.kill()

    def _ping(self) -> None:
        now = time.monotonic()
        if self._asked is None:
            self._asked = now
            self._write(encode(Ping(sent=now)))
        elif now - self._asked > self._limits.stall:
            self._set_stalled(True)

    def _set_stalled(self, is_stalled: bool) -> None:
        if is_stalled != self._is_stalled:
            self._is_stalled = is_stalled
            self.stalled.emit(is_stalled)

    def _set_state(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _sent(self) -> list[Job]:
        """The open jobs that the engine knows of."""
        waiting = {number for number, _ in self._waiting}
        return [job for number, job in self._jobs.items() if number not in waiting]

    def _is_ready(self) -> bool:
        return self.state == "ready" and self._process is not None

    def _write(self, frame: bytes) -> None:
        if self._process is not None:
            self._process.write(frame)

    def _lose(self, jobs: list[Job]) -> None:
        for job in jobs:
            self._jobs.pop(job.number, None)
            job.lose()

    def _refuse(self, job: Job, reason: str) -> None:
        failure = Failed(job=job.number, kind="user", message=reason + ".", hint="Ask for less at once.")
        QTimer.singleShot(0, self, lambda: self._hand_over(failure))

    def _let_go(self, process: QProcess) -> None:
        """Hear no more of a process: late words of a dead engine are dropped here."""
        process.started.disconnect(self._on_started)
        process.readyReadStandardOutput.disconnect(self._on_output)
        process.readyReadStandardError.disconnect(self._on_log)
        process.finished.disconnect(self._on_finished)
        process.errorOccurred.disconnect(self._on_error)

    def _dismiss(self, process: QProcess) -> None:
        """Let a process leave in its own time, which end-of-file asks for; killed where it takes too long."""
        self._process = None
        self._let_go(process)
        self._pulse.stop()
        self._set_stalled(False)
        self._leaving.append(process)
        process.finished.connect(self._forget_left)
        process.closeWriteChannel()
        patience = QTimer(process, singleShot=True, interval=round(2000 * self._limits.close))  # ends with the process
        patience.timeout.connect(process.kill)
        patience.start()

    def _forget_left(self) -> None:
        for process in self._leaving[:]:
            if process.state() is QProcess.ProcessState.NotRunning:
                self._leaving.remove(process)
                process.deleteLater()

    def _end(self, process: QProcess) -> None:
        patience = round(1000 * self._limits.close)
        if process.state() is QProcess.ProcessState.NotRunning:
            return
        process.closeWriteChannel()
        for harder in (process.terminate, process.kill, process.kill):
            if process.waitForFinished(patience):
                return
            harder()

    def _timer(self, seconds: float, slot: object, *, single: bool = False) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(round(1000 * seconds))
        timer.setSingleShot(single)
        timer.timeout.connect(slot)
        return timer


def _environment(threads: int) -> QProcessEnvironment:
    """The window's own, so that the package is found from any folder and nothing there is taken for it."""
    environment = QProcessEnvironment.systemEnvironment()
    environment.insert(VARIABLE, str(threads))
    others = environment.value("PYTHONPATH")
    environment.insert("PYTHONPATH", f"{ROOT}{os.pathsep + others if others else ''}")
    environment.insert("PYTHONSAFEPATH", "1")
    environment.insert("PYTHONFAULTHANDLER", "1")
    return environment
