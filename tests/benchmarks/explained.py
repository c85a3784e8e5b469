"""What an open explanation costs a training that it follows: steps per second with one and without."""

import tempfile
import time
from pathlib import Path

import msgspec

from engine.messages import Explain, Explained, Metrics, Stop, Train
from tests.benchmarks.networks import endless_digits
from tests.benchmarks.row import Row, versus
from tests.engine_process import EngineProcess

WARM_UP = 6.0  # s, for compiling the explanation
SPAN = 4.0  # s of each measurement
REPEATS = 6
WANTED = 0.90
EXPLAINER = "gradcam"


def measure() -> list[Row]:
    """Train the default example in one engine, and open and close an explanation that refreshes with it."""
    with tempfile.TemporaryDirectory() as folder, EngineProcess() as engine:
        project = endless_digits()
        run = Path(folder) / "run"
        training = engine.submit(Train(project=project, folder=str(run)))
        engine.next(Metrics, job=training)
        question = Explain(explainer=EXPLAINER, project=project, folder=str(run), sample=5, follow=True)
        warm = engine.submit(question)
        engine.next(Explained, job=warm)
        _steps_per_second(engine, training, WARM_UP)
        engine.send(Stop(job=warm))
        alone, watched, answers = [], [], 0
        for _ in range(REPEATS):
            alone.append(_steps_per_second(engine, training, SPAN)[0])
            explaining = engine.submit(question)
            engine.next(Explained, job=explaining)
            pace, heard = _steps_per_second(engine, training, SPAN)
            watched.append(pace)
            answers += heard
            engine.send(Stop(job=explaining))
        engine.send(Stop(job=training))
    row = versus("training with an open explanation", watched, alone, "closed", WANTED)
    note = f"{row.note}; {answers / (REPEATS * SPAN):.1f} answers of {EXPLAINER} a second"
    return [msgspec.structs.replace(row, note=note)]


def _steps_per_second(engine: EngineProcess, training: int, seconds: float) -> tuple[float, int]:
    """Count the steps reported and the answers given over a span; what waited before it is not counted."""
    while not engine.events.empty():
        engine.events.get()
    engine.next(Metrics, job=training)
    began, done, heard = time.perf_counter(), 0, 0
    while time.perf_counter() - began < seconds:
        event = engine.next(Metrics, Explained)
        if isinstance(event, Explained):
            heard += 1
        else:
            done += len(event.loss)
    return done / (time.perf_counter() - began), heard
