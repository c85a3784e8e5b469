"""How soon the engine obeys pause and stop while it trains the default example."""

import random
import tempfile
import time

from engine.messages import Metrics, SetPaused, Stop, Train
from tests.benchmarks.networks import endless_digits
from tests.benchmarks.row import Row, percentile
from tests.engine_process import EngineProcess

TRIES = 40
WANTED = 100.0
QUIET = 0.3  # s without metrics after which the engine counts as paused
RUN = (0.05, 0.6)  # s of training before the next try, so that it comes at any moment of an epoch


def measure() -> list[Row]:
    """Measure both."""
    with EngineProcess() as engine:
        engine.ready()
        pauses = _pauses(engine)
        stops = [_stop(engine) for _ in range(TRIES)]
    return [_row("pause, to the last metrics", pauses), _row("stop, to Finished, all saved", stops)]


def _row(name: str, moments: list[float]) -> Row:
    note = f"{TRIES} tries, median {percentile(moments, 0.5):.0f} ms, longest {max(moments):.0f} ms"
    return Row(f"{name}, 95th percentile", percentile(moments, 0.95), "ms", WANTED, "below", note=note)


def _pauses(engine: EngineProcess) -> list[float]:
    """One training, paused again and again; ms each."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        job = engine.submit(Train(project=endless_digits(), folder=folder))
        found = [_pause(engine, job) for _ in range(TRIES)]
        engine.send(Stop(job=job))
        engine.until_end(job)
    return found


def _pause(engine: EngineProcess, job: int) -> float:
    engine.next(Metrics, job=job)
    time.sleep(random.uniform(*RUN))
    asked = time.perf_counter()
    engine.send(SetPaused(job=job, paused=True))
    time.sleep(QUIET)
    last = asked
    while not engine.events.empty():
        moment, event = engine.events.get()
        if isinstance(event, Metrics):
            last = max(last, moment)
    assert time.perf_counter() - last > QUIET / 2, "metrics arrive long after the pause"
    engine.send(SetPaused(job=job, paused=False))
    return 1000 * (last - asked)


def _stop(engine: EngineProcess) -> float:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        job = engine.submit(Train(project=endless_digits(), folder=folder))
        engine.next(Metrics, job=job)
        time.sleep(random.uniform(*RUN))
        asked = time.perf_counter()
        engine.send(Stop(job=job))
        engine.until_end(job)
        return 1000 * (engine.moment - asked)
