"""Trainer: one training from its project to its run folder, a turn at a time."""

import time
from collections import deque

import msgspec
import numpy as np

from engine.checks import require_trainable
from engine.datasets.choice import LoadedData
from engine.errors import UserError
from engine.messages import CheckpointSaved, Evaluated, Message, Metrics, Started
from engine.metrics_db import MetricsLog
from engine.optimizers import OPTIMIZERS
from engine.params import check_values
from engine.project import Plan, Project
from engine.run_folder import RunFolder, RunInfo
from engine.runtime.build import Network, build
from engine.runtime.device import device_name
from engine.runtime.evaluation import evaluate, logits_of, part_of, training_part
from engine.runtime.jobs import Turn
from engine.runtime.training.checkpoints import CheckpointPlan, CheckpointWriter, named_variables, restore, snapshot
from engine.runtime.training.diagnosis import Failure, explain_not_finite
from engine.runtime.training.loop import DataOrder, FusedLoop, LoopSetting, Steps
from engine.runtime.training.objectives import Objective, objective
from engine.runtime.training.optimizer import build_optimizer, learning_rate

EVALUATION_SPACING = 0.4  # seconds between looks at the validation part sample by sample, at least
EVALUATION_SHARE = 0.05  # of the time, at most, goes to them, as long as none is older than LONGEST_SPACING
LONGEST_SPACING = 5.0
XLA_FAMILIES = ("dense", "recurrent", "input", "output", "normalisation", "merge")


def execution_of(project: Project, network: Network) -> str:
    """Choose how the loop is compiled: "graph" or "xla".

    The rule is fixed by what was measured on CPUs: XLA is many times faster for dense and recurrent networks and many
    times slower for convolutions.
    """
    if project.plan.execution != "auto":
        return project.plan.execution
    fits = all(info.spec.family in XLA_FAMILIES for info in network.inference.layers.values())
    return "xla" if fits else "graph"


class Trainer:
    """A network, its data and its optimiser, ready to do steps.

    Args:
        project: what is trained.
        data: loaded, split and scaled.
        execution: "graph" or "xla" as a resumed run kept it; chosen by the rule where empty.

    Raises:
        UserError: the project cannot be trained with these data.
    """

    def __init__(self, project: Project, data: LoadedData, execution: str = "") -> None:
        require_trainable(project, data.samples.description)
        self.project, self.data = project, data
        self.network: Network = build(project)
        self.objective: Objective = objective(self.network)
        self.optimizer = build_optimizer(project.plan, self.network.model)
        self.execution = execution or execution_of(project, self.network)
        self._parts = training_part(data), part_of(data, "validation")
        if not self._parts[0].count:
            raise UserError("The training part is empty.", "Give validation and test smaller shares.")
        self.loop = FusedLoop(
            self.network,
            project.graph,
            self.optimizer,
            self.objective,
            self._parts,
            LoopSetting(project.plan.batch_size, xla=self.execution == "xla"),
        )
        self.variables = named_variables(self.network.model, self.optimizer)
        self.order = DataOrder(project.seed, self._parts[0].count, self.loop.batch_size)
        self.steps_per_epoch = self.loop.steps_per_epoch
        self.total_steps = self.steps_per_epoch * project.plan.epochs
        self.step = 0
        self.generation = 0  # grows whenever the weights change, so that a watcher knows to look again
        self._seconds_per_step = 0.0
        self._pace: deque[tuple[float, int]] = deque(maxlen=200)

    def compile(self) -> None:
        """Trace and compile the loop, and inference; no step is done."""
        self.loop.compile()
        logits_of(self.network, self.data.first("train", 1)[0])

    def set_plan(self, plan: Plan) -> None:
        """Take over a plan that differs in its length and learning rate only, before the first step."""
        self.project = self.project.replace(plan=plan)
        self.total_steps = self.steps_per_epoch * plan.epochs
        record = OPTIMIZERS[plan.optimizer]
        values = check_values(record.params, plan.optimizer_values, record.name)
        self.optimizer.learning_rate.assign(values["learning_rate"])

    def do_steps(self, count: int) -> Steps:
        """Do up to `count` steps, at most what one call can, and count them."""
        indices, ends = self.order.batches(self.step, min(count, self.loop.max_steps))
        began = time.perf_counter()
        steps = self.loop.run(indices, ends)
        spent = time.perf_counter() - began
        if steps.done:
            latest = spent / steps.done
            self._seconds_per_step = latest if not self._seconds_per_step else 0.5 * (self._seconds_per_step + latest)
            self._pace.append((spent, int(steps.done)))
        self.step += steps.done
        self.generation += 1
        self.loop.expect(self.order.batches(self.step, min(count, self.loop.max_steps))[0])
        return steps

    def affordable(self, seconds: float) -> int:
        """How many steps fit in `seconds`, one at least; careful until the pace is known."""
        if not self._seconds_per_step:
            return 1
        grown = 4 * (self._pace[-1][1] if self._pace else 1)
        return max(1, min(int(seconds / self._seconds_per_step), grown, self.loop.max_steps))

    @property
    def samples_per_second(self) -> float:
        """Training samples per second of work, over the last turns."""
        spent = sum(seconds for seconds, _ in self._pace)
        return sum(steps for _, steps in self._pace) * self.loop.batch_size / spent if spent else 0.0

    @property
    def learning_rate(self) -> float:
        """The rate the next step uses."""
        return learning_rate(self.optimizer)

    def next_batch(self) -> np.ndarray:
        """Normalised inputs of the next step's batch, float32 (batch, *input_shape)."""
        indices, ends = self.order.batches(self.step, 1)
        left = self._parts[0].count - (self.steps_per_epoch - 1) * self.loop.batch_size
        return self.data.rows(self.data.indices("train")[indices[0][:left] if ends[0] else indices[0]])[0]


class Recording:
    """A trainer whose steps go to a run folder: metrics, checkpoints, evaluations.

    Args:
        trainer: compiled.
        folder: where the run lies.
        resume: go on from the folder's last checkpoint.
        branched: name and step of the run whose checkpoint the trainer holds already; empty where it begins afresh.
    """

    def __init__(
        self, trainer: Trainer, folder: RunFolder, *, resume: bool, branched: tuple[str, int] = ("", 0)
    ) -> None:
        self.trainer, self.folder, self._branched = trainer, folder, branched
        if resume:
            manifest, data = folder.newest_checkpoint()
            restore(trainer.variables, data)
            trainer.step = manifest.step
        self._writer = CheckpointWriter(folder)
        self._write_info("training")
        self._log = MetricsLog(folder, trainer.step)
        self._best_step = self._best_so_far() if resume else None
        self._saved_best = self._best_step
        self._plan = CheckpointPlan(trainer.steps_per_epoch, trainer.step)
        self._evaluation_due = 0.0
        self._unsaid: list[Message] = []

    def begin(self) -> list[Message]:
        """Write the first checkpoint and say how long the training is."""
        trainer = self.trainer
        if not self.folder.checkpoints():
            self._save(best=False)
        return [
            Started(
                folder=str(self.folder.path),
                first_step=trainer.step,
                steps_per_epoch=trainer.steps_per_epoch,
                total_steps=trainer.total_steps,
                execution=trainer.execution,
                device=device_name(),
                metric=trainer.objective.metric_id,
                gradient_layers=trainer.loop.layers,
            ),
            *self._said(),
        ]

    @property
    def is_done(self) -> bool:
        """Whether every step of the plan is done."""
        return self.trainer.step >= self.trainer.total_steps

    def advance(self, turn: Turn) -> tuple[list[Message], bool]:
        """Do one turn's steps; return what there is to say, and whether the turn's unit is complete.

        Raises:
            UserError: the loss or a gradient stopped being finite; the last finite state is saved.
        """
        trainer, first = self.trainer, self.trainer.step
        rate = trainer.learning_rate
        steps = trainer.do_steps(self._count(turn))
        metrics = self._metrics(first, steps, rate)
        self._log.append(metrics)
        self._note_best(metrics)
        if not steps.finite:
            self._save(best=False)
            failure = Failure(trainer.next_batch(), trainer.step, trainer.steps_per_epoch, rate)
            raise explain_not_finite(trainer.network, failure)
        at_epoch_end = trainer.step % trainer.steps_per_epoch == 0
        events: list[Message] = [metrics, *self._checkpoint(), *self._evaluate(at_epoch_end)]
        return events, turn.unit == "batch" or (turn.unit == "epoch" and at_epoch_end)

    def set_learning_rate(self, value: float) -> None:
        """Use another learning rate from the next step on."""
        self.trainer.optimizer.learning_rate.assign(value)
        self._log.note(self.trainer.step, f"learning_rate = {value:g}")

    def keep(self) -> list[Message]:
        """Write a checkpoint of this very step, and never thin it out.

        Raises:
            UserError: the disk is full or gone.
        """
        self._writer.keep(self.trainer.step)
        self._save(best=False)
        return self._said()

    def end(self, status: str) -> list[Message]:
        """Measure and save the last state, and close the folder's files.

        Raises:
            UserError: the disk is full or gone.
        """
        try:
            self._save_best()
            self._save(best=False)
            self._writer.flush()
            self._write_info(status)
        finally:
            self._close()
        self._evaluation_due = 0.0
        return [*self._said(), *self._evaluate(at_epoch_end=status == "finished")]

    def _close(self) -> None:
        try:
            self._writer.close()
        finally:
            self._log.close()

    def abandon(self) -> None:
        """Close the files after a failure, saving no more."""
        try:
            self._write_info("failed")
        finally:
            self._close()

    def _count(self, turn: Turn) -> int:
        trainer = self.trainer
        step = trainer.step
        left_of_epoch = trainer.steps_per_epoch - step % trainer.steps_per_epoch
        wants_evaluation = time.monotonic() >= self._evaluation_due
        limits = [trainer.affordable(turn.seconds), trainer.total_steps - step, self._plan.milestone(step) - step]
        if turn.unit == "batch":
            limits.append(1)
        if turn.unit == "epoch" or wants_evaluation:
            limits.append(left_of_epoch)
        return max(1, min(limits))

    def _metrics(self, first: int, steps: Steps, rate: float) -> Metrics:
        ended = np.flatnonzero(~np.isnan(steps.validation_loss) | ~np.isnan(steps.validation_metric))
        return Metrics(
            first_step=first,
            loss=steps.loss,
            metric=steps.metric,
            learning_rate=np.full(steps.done, rate, np.float32),
            gradient_norms=steps.norms,
            samples_per_second=self.trainer.samples_per_second,
            validation_steps=(first + 1 + ended).astype(np.int64),
            validation_loss=steps.validation_loss[ended],
            validation_metric=steps.validation_metric[ended],
        )

    def _note_best(self, metrics: Metrics) -> None:
        best = float(self.trainer.loop.best_loss)
        hits = metrics.validation_steps[metrics.validation_loss == np.float32(best)]
        if len(hits):
            self._best_step = int(hits[0])

    def _checkpoint(self) -> list[Message]:
        if self._plan.is_due(self.trainer.step) and not self._writer.is_busy:
            self._save_best()
            self._save(best=False)
        return self._said()

    def _evaluate(self, at_epoch_end: bool) -> list[Evaluated]:
        began = time.monotonic()
        if not at_epoch_end or began < self._evaluation_due or not self.data_has_validation:
            return []
        found = evaluate(self.trainer.network, self.trainer.objective, self.trainer.data, "validation")
        spent = time.monotonic() - began
        self._evaluation_due = began + min(LONGEST_SPACING, max(EVALUATION_SPACING, spent / EVALUATION_SHARE))
        return [msgspec.structs.replace(found, step=self.trainer.step)]

    @property
    def data_has_validation(self) -> bool:
        """Whether there is a validation part at all."""
        return bool((self.trainer.data.split == 1).any())

    def _save(self, *, best: bool) -> None:
        step = self.trainer.step
        loss = float(self.trainer.loop.best_loss) if step == self._best_step else None
        self._writer.write(step, snapshot(self.trainer.variables), loss, best=best)
        self._plan.written(step)
        self._unsaid.append(CheckpointSaved(step=step, best=best))

    def _save_best(self) -> None:
        """Write the weights the loop kept at the lowest validation loss, unless they are on the disk."""
        if self._best_step is None or self._best_step == self._saved_best:
            return
        loop = self.trainer.loop
        arrays = dict(zip(self.trainer.variables, (np.asarray(slot) for slot in loop.best), strict=True))
        self._writer.write(self._best_step, arrays, float(loop.best_loss), best=True)
        self._saved_best = self._best_step
        self._unsaid.append(CheckpointSaved(step=self._best_step, best=True))

    def _said(self) -> list[Message]:
        said, self._unsaid = self._unsaid, []
        return said

    def _best_so_far(self) -> int | None:
        curve = self.folder.metrics()
        known = curve.validation_loss[curve.validation_steps <= self.trainer.step]
        if not len(known) or not np.isfinite(known).any():
            return None
        best = int(np.nanargmin(known))
        self.trainer.loop.best_loss.assign(known[best])
        return int(curve.validation_steps[best])

    def _write_info(self, status: str) -> None:
        trainer, description = self.trainer, self.trainer.data.samples.description
        kept = self.folder.info() if self.folder.exists else None
        x = trainer.data.samples.x
        self.folder.write_info(
            RunInfo(
                steps_per_epoch=trainer.steps_per_epoch,
                total_steps=trainer.total_steps,
                execution=trainer.execution,
                device=device_name(),
                metric=trainer.objective.metric_id,
                gradient_layers=trainer.loop.layers,
                scaling=trainer.data.scaling,
                input_shape=description.input_shape,
                class_names=description.class_names,
                value_range=description.value_range or (float(x.min()), float(x.max())),
                status=status,
                test_evaluations=kept.test_evaluations if kept else 0,
                samples_per_second=trainer.samples_per_second,
                feature_names=description.feature_names,
                branched_from=kept.branched_from if kept else self._branched[0],
                branched_step=kept.branched_step if kept else self._branched[1],
            )
        )
