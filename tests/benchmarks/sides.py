"""Our sides of the step race: the training job as the engine drives it, and the bare loop within it."""

import time
from pathlib import Path

from engine.datasets.choice import LoadedData
from engine.inspect.inspector import Inspection
from engine.messages import Metrics, Train
from engine.project import DataChoice
from engine.runtime.jobs import Cancelled, Report, Turn
from engine.runtime.shelf import Shelf
from engine.runtime.training.job import TrainingJob
from engine.runtime.training.trainer import Trainer
from tests.benchmarks.networks import SLICE, Case

TURN = Turn()


class GivenShelf(Shelf):
    """A shelf on which given data lie, whatever is asked for."""

    def __init__(self, data: LoadedData) -> None:
        super().__init__()
        self._given = data

    def data(self, choice: DataChoice, inspection: Inspection | None = None) -> LoadedData:
        """Return the data that were given."""
        return self._given

    def holds(self, choice: DataChoice) -> bool:
        """There is no need to load."""
        return True


class JobSide:
    """A `TrainingJob` given its turns, writing its run folder; measured after its first second of steps."""

    def __init__(self, case: Case, folder: Path) -> None:
        self._job = TrainingJob(Train(project=case.project, folder=str(folder)), GivenShelf(case.data)).run()
        report = next(self._job)
        while not steps_in(report):
            report = self._job.send(TURN)
        self.measure(1.0)

    def measure(self, seconds: float = SLICE) -> float:
        """Steps per second over a slice of time."""
        began, steps = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            steps += steps_in(self._job.send(TURN))
        return steps / (time.perf_counter() - began)

    def close(self) -> None:
        """Stop the job, which saves its last state."""
        try:
            report = self._job.throw(Cancelled())
            while report is not None:
                report = next(self._job)
        except Cancelled:
            return


class BareSide:
    """The fused loop in turns of the same length, nothing written."""

    def __init__(self, case: Case) -> None:
        self._trainer = Trainer(case.project, case.data)
        self._trainer.compile()
        self.execution = self._trainer.execution
        self.measure(1.0)

    def measure(self, seconds: float = SLICE) -> float:
        """Steps per second over a slice of time."""
        trainer, first, began = self._trainer, self._trainer.step, time.perf_counter()
        while time.perf_counter() - began < seconds:
            trainer.do_steps(trainer.affordable(TURN.seconds))
        return (trainer.step - first) / (time.perf_counter() - began)


def steps_in(report: Report) -> int:
    """How many steps a report tells of."""
    return sum(len(event.loss) for event in report.events if isinstance(event, Metrics))
