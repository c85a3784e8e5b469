"""What the open window costs the training, how smooth it stays meanwhile, and how much memory it takes."""

import tempfile
import time
from statistics import median

import msgspec
import psutil
from PySide6.QtGui import QGuiApplication

from app.program import Program
from engine.messages import Metrics, SetPaused, Stop, Train
from tests.benchmarks.frame_clock import FrameClock
from tests.benchmarks.interleaved import interleaved
from tests.benchmarks.networks import endless_digits
from tests.benchmarks.open_window import open_window, turn, wait_until
from tests.benchmarks.row import Row, percentile, versus
from tests.engine_process import EngineProcess

REPEATS = 6
SLICE = 3.0
WATCHED = 12.0  # s of training in which frames are timed
VIEWS = {"Train": "train_view", "Build": "build"}
SETTLE = 0.5  # s of training before a slice is counted


class OpenSide:
    """Training in the window: a workspace is shown, curves and pictures are drawn.

    Attributes:
        shares: of one core that the window took for itself, one per slice.
    """

    def __init__(self, program: Program) -> None:
        self._studio, self._window = program.studio, program.window
        self._process = psutil.Process()
        self.shares: list[float] = []
        self._studio.train_or_pause()
        wait_until(lambda: self._studio.run is not None and self._studio.run.step > 0)
        run = self._studio.run
        assert run is not None
        self._marks: list[tuple[float, int]] = []
        run.grown.connect(lambda: self._marks.append((time.perf_counter(), run.step)))
        turn(2.0)
        self._studio.train_or_pause()

    def measure(self) -> float:
        """Steps per second over a slice of time."""
        self._studio.train_or_pause()
        turn(SETTLE)
        self._marks.clear()
        self._process.cpu_percent()
        turn(SLICE)
        self.shares.append(self._process.cpu_percent() / 100)
        marks = list(self._marks)
        self._studio.train_or_pause()
        turn(0.3)
        return _pace(marks)

    def frames(self) -> FrameClock:
        """How long the frames took over some time of training."""
        self._studio.train_or_pause()
        turn(SETTLE)
        clock = FrameClock(self._window)
        clock.run(WATCHED)
        self._studio.train_or_pause()
        turn(0.3)
        return clock


class AloneSide:
    """The same training in an engine that has no window."""

    def __init__(self, engine: EngineProcess, folder: str) -> None:
        self._engine = engine
        engine.ready()
        self._job = engine.submit(Train(project=endless_digits(), folder=folder))
        engine.next(Metrics, job=self._job)
        time.sleep(2.0)
        self._pause(True)

    def measure(self) -> float:
        """Steps per second over a slice of time."""
        self._pause(False)
        time.sleep(SETTLE)
        self._drain()
        time.sleep(SLICE)
        marks = self._drain()
        self._pause(True)
        time.sleep(0.3)
        return _pace(marks)

    def close(self) -> None:
        """End the training."""
        self._engine.send(Stop(job=self._job))
        self._engine.until_end(self._job)

    def _pause(self, paused: bool) -> None:
        self._engine.send(SetPaused(job=self._job, paused=paused))

    def _drain(self) -> list[tuple[float, int]]:
        marks = []
        while not self._engine.events.empty():
            moment, event = self._engine.events.get()
            if isinstance(event, Metrics):
                marks.append((moment, event.first_step + len(event.loss)))
        return marks


def measure() -> list[Row]:
    """Measure with and without the window in turns."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        EngineProcess() as engine,
        open_window(endless_digits(), "train_view") as program,
    ):
        alone, opened = AloneSide(engine, folder), OpenSide(program)
        found = interleaved({"open": opened.measure, "alone": alone.measure}, REPEATS)
        clocks = {}
        for name, view in VIEWS.items():
            program.window.show_view(view)
            clocks[name] = opened.frames()
        memory = psutil.Process().memory_info().rss / 1e6
        alone.close()
    row = versus("digits, window open", found["open"], found["alone"], "engine alone", 0.90)
    share = f"{row.note}; the window takes {median(opened.shares):.2f} of a core"
    return [
        msgspec.structs.replace(row, note=share),
        *(_frames(name, clock) for name, clock in clocks.items()),
        Row("memory of the window", memory, "MB", 300.0, "below"),
    ]


def _frames(name: str, clock: FrameClock) -> Row:
    frames = clock.frames
    note = f"{len(frames) / WATCHED:.0f} frames a second on {QGuiApplication.platformName()}"
    spread = f"median {percentile(frames, 0.5):.1f} ms, longest {max(frames):.0f} ms"
    waiting = f"the longest turn of the event loop {max(clock.turns):.0f} ms"
    figure = percentile(frames, 0.95)
    title = f"frame time while training, {name}, 95th percentile"
    return Row(title, figure, "ms", 16.7, "below", note=f"{note}; {spread}; {waiting}")


def _pace(marks: list[tuple[float, int]]) -> float:
    (began, first), (ended, last) = marks[0], marks[-1]
    return (last - first) / (ended - began)
