"""The training job: data, network, compiling, then steps until the plan is done or it is stopped."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import UserError
from engine.messages import Message, Phase, SetLive, Train
from engine.optimizers import OPTIMIZERS
from engine.params import check_values
from engine.project import Project
from engine.run_folder import RunFolder
from engine.runtime.jobs import Cancelled, Job, Report, Turn, in_thread
from engine.runtime.loading import loaded_data
from engine.runtime.shelf import Shelf
from engine.runtime.training.branch import Branch
from engine.runtime.training.trainer import Recording, Trainer


class TrainingJob:
    """One `Train` request.

    Args:
        request: what to train and where.
        shelf: where the trainer is put while it is live.
    """

    def __init__(self, request: Train, shelf: Shelf) -> None:
        self._request, self._shelf = request, shelf
        self._branch: Branch | None = None
        self._recording: Recording | None = None
        self._learning_rate: float | None = None  # set while the run was not open yet

    @property
    def is_ready(self) -> bool:
        """Whether the run has begun, so that pausing it means not doing steps."""
        return self._recording is not None

    def set_live(self, request: SetLive) -> None:
        """Change a live setting from the next step on.

        Raises:
            UserError: the setting cannot change while training, or the value is out of range.
        """
        plan = self._request.project.plan
        params = {p.name: p for p in OPTIMIZERS[plan.optimizer].params if p.live}
        if request.name not in params:
            raise UserError(f"{request.name} cannot change while training.", f"Live settings: {', '.join(params)}.")
        value = params[request.name].check(float(request.value))
        self._learning_rate = value
        if self._recording is not None:
            self._recording.set_learning_rate(value)

    def keep(self) -> list[Message]:
        """Write a checkpoint now; nothing where the run is not open yet.

        Raises:
            UserError: the disk is full or gone.
        """
        return self._recording.keep() if self._recording is not None else []

    def run(self) -> Job:
        """The job's turns."""
        folder = RunFolder(Path(self._request.folder))
        trainer = yield from self._prepare(folder)
        yield Report([Phase(text="")])
        if self._branch is not None:
            self._branch.begin(trainer)
        recording = self._recording = Recording(
            trainer, folder, resume=self._request.resume, branched=self._branch.name if self._branch else ("", 0)
        )
        self._shelf.live, self._shelf.live_folder = trainer, self._request.folder
        if self._learning_rate is not None:
            recording.set_learning_rate(self._learning_rate)
        try:
            yield from self._steps(recording)
            yield Report(recording.end("finished"))
        except Cancelled:
            yield Report(recording.end("stopped"))
            raise
        except GeneratorExit:
            raise
        except BaseException:
            recording.abandon()
            raise
        return self._result(recording)

    def _prepare(self, folder: RunFolder) -> Generator[Report, Turn, Trainer]:
        request = self._request
        require_plan(request.project)
        self._branch = branch = Branch.of(request)
        if not request.resume:
            folder.write_project(request.project)
        project = folder.project() if request.resume else request.project
        if request.resume:  # the epochs to go may have changed; anything else would be another run
            plan = msgspec.structs.replace(project.plan, epochs=request.project.plan.epochs)
            project = project.replace(plan=plan)
        data = yield from loaded_data(self._shelf, project.data)
        execution = folder.info().execution if request.resume else branch.execution(project) if branch else ""
        warm = self._shelf.take_warm(project, execution)
        if warm is not None:
            return warm
        yield Report([Phase(text="building the network")])
        trainer = Trainer(project, data, execution)
        yield Report([Phase(text="first step compiles")])
        yield from in_thread(trainer.compile)
        return trainer

    def _steps(self, recording: Recording) -> Generator[Report, Turn, None]:
        turn = yield Report(recording.begin())
        while not recording.is_done:
            events, is_idle = recording.advance(turn)
            turn = yield Report(events, is_idle)

    def _result(self, recording: Recording) -> dict[str, Any]:
        trainer = recording.trainer
        return {"folder": self._request.folder, "steps": trainer.step, "samples_per_second": trainer.samples_per_second}


def require_plan(project: Project) -> None:
    """Check the plan of training.

    Raises:
        UserError: an unknown optimiser, or a number out of range.
    """
    plan = project.plan
    if plan.optimizer not in OPTIMIZERS:
        raise UserError(f"There is no optimiser {plan.optimizer[:40]!r}.", f"Known: {', '.join(OPTIMIZERS)}.")
    record = OPTIMIZERS[plan.optimizer]
    check_values(record.params, plan.optimizer_values, record.name)
    if not 1 <= plan.batch_size <= 1_000_000:
        raise UserError(f"The batch size is {plan.batch_size}; expected 1 to 1,000,000.", "32 is usual.", "batch_size")
    if not 1 <= plan.epochs <= 1_000_000:
        raise UserError(f"Epochs is {plan.epochs}; expected 1 to 1,000,000.", "30 is usual.", "epochs")
