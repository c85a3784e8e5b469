"""What the open window costs the training, how smooth it stays meanwhile, and how much memory it takes."""

import tempfile
import time

import psutil

from app.program import Program
from engine.messages import Metrics, SetPaused, Stop, Train
from tests.benchmarks.frame_clock import FrameClock
from tests.benchmarks.networks import endless_digits
from tests.benchmarks.open_window import open_window, turn, wait_until
from tests.benchmarks.row import Row, percentile, versus
from tests.benchmarks.sides import interleaved
from tests.engine_process import EngineProcess

REPEATS = 6
SLICE = 3.0
SETTLE = 0.5  # s of training before a slice is counted


class OpenSide:
    """Training in the window: the Train workspace is shown, curves and pictures are drawn."""

    def __init__(self, program: Program) -> None:
        self._studio, self.clock = program.studio, FrameClock(program.window)
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
        self.clock.start()
        turn(SLICE)
        self.clock.stop()
        marks = list(self._marks)
        self._studio.train_or_pause()
        turn(0.3)
        return _pace(marks)


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
        memory = psutil.Process().memory_info().rss / 1e6
        alone.close()
        platform = program.window.windowHandle().screen().name() or "offscreen"
    rows = [versus("digits, window open", found["open"], found["alone"], "engine alone", 0.90)]
    return [*rows, *_frames(opened.clock, platform), Row("memory of the window", memory, "MB", 300.0, "below")]


def _frames(clock: FrameClock, screen: str) -> list[Row]:
    frames, delays = clock.frames, clock.delays
    seconds = REPEATS * SLICE
    note = (
        f"{len(frames) / seconds:.0f} frames a second on {screen}; median {percentile(frames, 0.5):.1f}, "
        f"longest {max(frames):.0f} ms; a 4 ms timer is {percentile(delays, 0.95):.1f} ms late at the 95th percentile"
    )
    return [Row("frame time while training, 95th percentile", percentile(frames, 0.95), "ms", 16.7, "below", note=note)]


def _pace(marks: list[tuple[float, int]]) -> float:
    (began, first), (ended, last) = marks[0], marks[-1]
    return (last - first) / (ended - began)
