"""Trainer: one training at a time, from the Train button to its ending, and what edits mean for it meanwhile."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from app import structure
from app.document import Document
from app.engine_client import EngineClient
from app.job import Job, JobState
from app.run_folders import new_folder, saved_steps
from app.run_model import RunModel
from engine.errors import UserError
from engine.messages import Message, Phase, Started, Train
from engine.project import Project

Unit = Literal["batch", "epoch"]
ACTIVE = frozenset({"starting", "training", "paused"})


class Trainer(QObject):
    """Training of the open project.

    Attributes:
        state_changed: "idle", "starting", "training", "paused", "stopping", "stuck", "finished" or "failed".
        phase_changed: what keeps the training busy, e.g. "first step compiles"; empty when that is over.
        run_changed: another RunModel, or None, is shown.
        failed: the Failed of a training.
        noted: a sentence and its kind.
    """

    state_changed = Signal(str)
    phase_changed = Signal(str)
    run_changed = Signal(object)
    failed = Signal(object)
    noted = Signal(str, str)

    def __init__(self, document: Document, engine: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = "idle"
        self.phase = ""
        self.run: RunModel | None = None
        self.starts = 0  # how often the engine has begun to train; each time it has the weights in new hands
        self._document = document
        self._engine = engine
        self._job: Job | None = None
        self._then: Callable[[], None] | None = None
        self._is_forced = False
        self._told: dict[str, float] = {}
        document.changed.connect(self._on_changed)
        document.left.connect(self._leave)

    @property
    def can_resume(self) -> bool:
        """Whether the shown run can go on from its last checkpoint."""
        return self._job is None and not self._why_not_resume()

    def train_or_pause(self) -> None:
        """Start a run; pause the running one; let the paused one go on, or start afresh where the network changed."""
        if self._job is None:
            self._begin()
        elif self.state in ("starting", "training"):
            self._pause()
        elif self.state == "paused" and self._has_other_structure():
            self._stop_then(self._begin)
        elif self.state == "paused":
            self._go_on(self._job)

    def step(self, unit: Unit) -> None:
        """Do one batch, or the rest of the epoch, and pause; starts a run where there is none."""
        if self._job is None:
            self._begin(unit)
        elif self.state == "paused" and self._has_other_structure():
            self._stop_then(lambda: self._begin(unit))
        elif self.state in ACTIVE:
            self._job.step(unit)
            if self.state == "training":
                self._set_state("paused")

    def stop(self) -> None:
        """End the training at its next turn; where that was asked and stays unanswered, by force."""
        if self._job is not None and self.state in ACTIVE:
            self._then = None
            self._set_state("stopping")
            self._job.stop()
        elif self.state == "stuck":
            self.force_stop()

    def force_stop(self) -> None:
        """Kill the engine; the run keeps its last checkpoint."""
        if self._job is not None:
            self._is_forced = True
            self._engine.kill()

    def reset(self) -> None:
        """Go back to the untrained network; the run stays on the disk."""
        self.when_free(lambda: self.show(None))

    def branch(self, source: RunModel, step: int) -> None:
        """Start a run that begins with a checkpoint of another one; no training may be running."""
        self._begin(start=(source.folder, step))

    def keep_checkpoint(self) -> None:
        """Write a checkpoint of this very step, and never thin it out."""
        if self._job is not None and self.state in ("training", "paused"):
            self._job.keep_checkpoint()

    def when_free(self, action: Callable[[], None]) -> None:
        """Do it at once, or when the training that runs has been stopped."""
        if self._job is None:
            action()
        else:
            self._stop_then(action)

    def resume(self) -> None:
        """Go on with the shown run from its last checkpoint, for the epochs the plan has now."""
        if self._job is not None:
            if self.state == "paused":
                self.train_or_pause()
            return
        reason = self._why_not_resume()
        if reason or self.run is None:
            self.noted.emit(reason, "warn")
            return
        self.run.project = self._document.project
        self._submit(Train(project=self._document.project, folder=str(self.run.folder), resume=True))

    def show(self, run: RunModel | None) -> None:
        """Show a run that does not train now."""
        self.run = run
        self._set_state("idle")
        self.run_changed.emit(run)

    def _leave(self) -> None:
        """Another project is opened: the running training, which belongs to this one, is stopped and forgotten."""
        job, self._job = self._job, None
        self._then = None
        if job is not None:
            self._disconnect(job)
            job.stuck.connect(self._engine.kill)
            job.stop()
        self._set_phase("")
        self._set_state("idle")

    def _begin(self, unit: Unit | None = None, start: tuple[Path, int] | None = None) -> None:
        if not self._is_sound():
            return
        project = self._document.project
        try:
            folder = new_folder(self._document.path, project)
        except UserError as error:
            self.noted.emit(str(error), "err")
            return
        source, step = start or ("", -1)
        self.run = RunModel(folder, project)
        if isinstance(source, Path):
            self.run.branched_from, self.run.branched_step, self.run.first_step = source.name, step, step
        self.run_changed.emit(self.run)
        paused = unit is not None
        job = self._submit(
            Train(project=project, folder=str(folder), paused=paused, start_folder=str(source), start_step=step)
        )
        if unit is not None:
            job.step(unit)

    def _submit(self, request: Train) -> Job:
        job = self._job = self._engine.submit(request)
        self._is_forced = False
        self._told = {} if request.resume else structure.live_values(request.project)
        job.said.connect(self._on_said)
        job.ended.connect(self._on_ended)
        job.stuck.connect(self._on_stuck)
        self._set_state("starting")
        return job

    def _is_sound(self) -> bool:
        if not self._document.project.graph.nodes:
            self.noted.emit("Not trained yet: the network is empty. Add an Input layer first.", "err")
            return False
        problems = self._document.inference.problems
        if problems:
            first = problems[0]
            self._document.select([first.node] if first.node else [])
            others = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
            sentence = f"Not trained yet: {first.message.rstrip('.')}. {first.hint}".strip()
            self.noted.emit(sentence + others, "err")
        return not problems

    def _pause(self) -> None:
        if self._job is not None:
            self._job.pause()
            self._set_state("paused")

    def _go_on(self, job: Job) -> None:
        if self.run is not None:
            self.run.forget_pace()
        job.resume()
        self._set_state("training" if self.run is not None and self.run.total_steps else "starting")

    def _stop_then(self, action: Callable[[], None]) -> None:
        self.stop()
        self._then = action

    def _why_not_resume(self) -> str:
        run, project = self.run, self._document.project
        if run is None or not run.checkpoints:
            return "There is no checkpoint to go on from; Train starts a run."
        if structure.training(run.project) != structure.training(project):
            return "The network, data or plan changed since this run; Train starts a new one."
        if run.steps_per_epoch and run.checkpoints[-1] >= run.steps_per_epoch * project.plan.epochs:
            return f"This run has done its {project.plan.epochs} epochs; raise the number of epochs to go on."
        return ""

    def _has_other_structure(self) -> bool:
        if self.run is None:
            return False
        return bool(structure.training(self.run.project) != structure.training(self._document.project))

    def _on_changed(self, _before: Project, _after: Project) -> None:
        if self._job is None or self.state not in ACTIVE:
            return
        if self.state != "starting":
            self._tell_live_values()
        if self.state != "paused" and self._has_other_structure():
            self._pause()
            self.noted.emit("Training is paused: the network changed; the next run starts fresh.", "warn")

    def _on_said(self, event: Message) -> None:
        if isinstance(event, Phase):
            self._set_phase(event.text)
        elif self.run is not None:
            self.run.take(event)
        if isinstance(event, Started):
            self._on_started()

    def _on_started(self) -> None:
        self.starts += 1
        self._tell_live_values()
        if self._job is not None and self.state == "starting":
            self._set_state("paused" if self._job.state is JobState.PAUSED else "training")

    def _tell_live_values(self) -> None:
        """Tell the engine the live settings that it does not have; a resumed run has those of its checkpoint."""
        if self._job is None or self._has_other_structure():
            return
        for name, value in structure.live_values(self._document.project).items():
            if self._told.get(name) != value:
                self._told[name] = value
                self._job.set_live(name, float(value))

    def _on_stuck(self) -> None:
        self._set_state("stuck")

    def _on_ended(self, job: Job) -> None:
        self._job = None
        then, self._then = self._then, None
        self._set_phase("")
        self._set_state({JobState.SUCCEEDED: "finished", JobState.CANCELLED: "idle"}.get(job.state, "failed"))
        if job.state is JobState.FAILED:
            self.failed.emit(job.failure)
        elif job.state is JobState.LOST:
            self._on_lost()
        if then is not None and job.state is not JobState.FAILED:
            then()

    def _on_lost(self) -> None:
        if self._engine.is_closed:
            return
        saved = self._saved_step()
        kept = f"Resume goes on from step {saved:,}." if saved else "It had no checkpoint yet; Train starts again."
        if self._is_forced:
            self._set_state("idle")
            self.noted.emit(f"The training was stopped by force. {kept}", "warn")
        else:
            self.noted.emit(f"The engine ended unexpectedly while training. {kept}", "err")

    def _saved_step(self) -> int:
        """Step of the last checkpoint; the folder knows of one that was saved but no longer reported."""
        if self.run is None:
            return 0
        self.run.checkpoints = saved_steps(self.run.folder) or self.run.checkpoints
        return self.run.checkpoints[-1] if self.run.checkpoints else 0

    def _disconnect(self, job: Job) -> None:
        job.said.disconnect(self._on_said)
        job.ended.disconnect(self._on_ended)
        job.stuck.disconnect(self._on_stuck)

    def _set_state(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _set_phase(self, phase: str) -> None:
        if phase != self.phase:
            self.phase = phase
            self.phase_changed.emit(phase)
