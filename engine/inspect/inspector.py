"""The parent's side of one inspector process: start it, ask it, wait with a clock, end it."""

import logging
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import engine
from engine.inspect.limits import CPU_SECONDS
from engine.inspect.protocol import Answer, Broken, Opened, Question
from engine.wire import Decoder, WireError, encode

ROOT = Path(engine.__file__).parent.parent
# Neither the user's environment nor his site folder decides which code runs; -m finds the package in ROOT.
COMMAND = (sys.executable, "-E", "-s", "-B", "-X", "utf8", "-m", "engine.inspect")
KEPT_ENVIRONMENT = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "LD_LIBRARY_PATH")
START_SECONDS = 30.0
LOOK_SECONDS = 0.05
CHUNK = 1 << 20
log = logging.getLogger(__name__)


class Cancelled(Exception):
    """Whoever asked no longer wants the answer. Neither a mistake nor a bug."""


class ChildDied(Exception):
    """The inspector ended or was ended before it answered. `slow` means it was given up after the time allowed."""

    def __init__(self, slow: bool, code: int | None) -> None:
        super().__init__(f"slow {slow}, exit code {code}")
        self.slow = slow
        self.code = code

    @property
    def cause(self) -> str:
        """What happened, as the end of a sentence."""
        if self.slow:
            return "it took too long"
        if self.code == -24:  # SIGXCPU
            return f"it needed more than {CPU_SECONDS} s of computing"
        return f"the decoder crashed, exit code {self.code}"


def _ignore(done: int, total: int) -> None:
    """Progress that nobody watches."""


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Inspection:
    """How foreign files are opened.

    Args:
        progress: called with how many files are done, and of how many.
        cancelled: asked about 20 times a second; True stops with `Cancelled`.
        seconds: how long one picture may take by the clock on the wall.
        table_seconds: the same for a whole table.
        command: starts the inspector; the working folder is the one that holds the package.
    """

    progress: Callable[[int, int], None] = _ignore
    cancelled: Callable[[], bool] = _never
    seconds: float = 20.0
    table_seconds: float = 120.0
    command: tuple[str, ...] = COMMAND

    def check(self) -> None:
        """Raise Cancelled where the answer is no longer wanted."""
        if self.cancelled():
            raise Cancelled


class Inspector:
    """A running inspector process; a context manager that ends it.

    Args:
        seconds: how long one answer may take.

    Raises:
        RuntimeError: it does not start.
    """

    def __init__(self, inspection: Inspection, seconds: float) -> None:
        self._inspection = inspection
        self._seconds = seconds
        kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
        self._process = subprocess.Popen(
            inspection.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=kept,
            bufsize=0,
        )
        self._answers: queue.Queue[Answer | None] = queue.Queue(maxsize=64)
        self._ended = threading.Event()
        self._reader = threading.Thread(target=self._read, name="inspector", daemon=True)
        self._reader.start()

    def __enter__(self) -> "Inspector":
        try:
            first = self._next(START_SECONDS)
        except ChildDied as error:
            self.close()
            raise RuntimeError(f"The inspector does not start: {error}.") from error
        except Cancelled:
            self.close()
            raise
        assert isinstance(first, Opened)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def ask(self, question: Question, count: int) -> Iterator[Answer]:
        """Ask, and yield `count` answers.

        Raises:
            ChildDied: the process ended or took too long over an answer.
            Cancelled: the inspection is no longer wanted.
        """
        assert self._process.stdin is not None
        rest = memoryview(encode(question))
        try:
            while rest:
                rest = rest[self._process.stdin.write(rest) or 0 :]
        except OSError:
            raise self._died(slow=False) from None
        for _ in range(count):
            yield self.answer()

    def answer(self) -> Answer:
        """Wait for the next answer; raises as `ask`."""
        answer = self._next(self._seconds)
        if isinstance(answer, Broken):
            raise RuntimeError(f"The inspector failed:\n{answer.details}")
        return answer

    def close(self) -> None:
        """End the process at once."""
        self._ended.set()
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _next(self, seconds: float) -> Answer:
        end = time.monotonic() + seconds
        while True:
            self._inspection.check()
            try:
                answer = self._answers.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                if time.monotonic() > end:
                    raise self._died(slow=True) from None
                continue
            if answer is None:
                raise self._died(slow=False)
            return answer

    def _died(self, slow: bool) -> ChildDied:
        self._process.kill()
        return ChildDied(slow, self._process.wait())

    def _read(self) -> None:
        """Runs in a thread, because a pipe cannot be waited for with a clock on every system."""
        assert self._process.stdout is not None
        decoder = Decoder(Answer)
        try:
            while data := os.read(self._process.stdout.fileno(), CHUNK):
                for answer in decoder.feed(data):
                    self._put(answer)
        except WireError:
            log.exception("the inspector sent no frame")
        self._put(None)

    def _put(self, answer: Any) -> None:
        while not self._ended.is_set():
            try:
                self._answers.put(answer, timeout=LOOK_SECONDS)
                return
            except queue.Full:
                continue
