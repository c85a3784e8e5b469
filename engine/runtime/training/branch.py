"""Branch: a new training that begins with a checkpoint of another run; the other run is left as it is."""

from dataclasses import dataclass
from pathlib import Path

from engine.errors import UserError
from engine.messages import Train
from engine.project import Project
from engine.run_folder import Manifest, RunFolder
from engine.runtime.moment import nearest
from engine.runtime.training.checkpoints import holds_slots, layer_variables, restore
from engine.runtime.training.trainer import Trainer


@dataclass(frozen=True)
class Branch:
    """Where a training begins.

    Args:
        source: the other run.
        manifest: of its checkpoint.
    """

    source: RunFolder
    manifest: Manifest

    @classmethod
    def of(cls, request: Train) -> "Branch | None":
        """The branch a request asks for; None where it starts afresh.

        Raises:
            UserError: the other run has no checkpoint.
        """
        if not request.start_folder:
            return None
        source = RunFolder(Path(request.start_folder))
        source.info()
        return cls(source, nearest(source.checkpoints(), request.start_step))

    @property
    def name(self) -> tuple[str, int]:
        """What the new run remembers: the other run's folder and the step."""
        return self.source.path.name, self.manifest.step

    def execution(self, project: Project) -> str:
        """How the loop is compiled: as the other run's, because the two ways round differently; empty for the rule."""
        return self.source.info().execution if project.plan.execution == self.source.project().plan.execution else ""

    def begin(self, trainer: Trainer) -> None:
        """Give a new trainer the checkpoint's weights, random state and optimiser slots, and its place in the data.

        Another optimiser starts with fresh slots, and so does one whose slots were not kept. Another batch size makes
        other steps: the place in the epoch is kept, to the nearest step. A learning rate that is not the other run's
        own takes force at once.

        Raises:
            UserError: the checkpoint is damaged, it is another network's, or the plan ends before it.
        """
        before, after = self.source.project().plan, trainer.project.plan
        step = round(self.manifest.step * trainer.steps_per_epoch / self.source.info().steps_per_epoch)
        if step >= trainer.total_steps:
            raise UserError(
                f"The branch begins at epoch {step / trainer.steps_per_epoch:g}, and the plan has {after.epochs}.",
                "Raise the number of epochs, or branch from an earlier checkpoint.",
                "epochs",
            )
        rate = trainer.learning_rate
        data = self.source.read_checkpoint(self.manifest)
        keeps_slots = before.optimizer == after.optimizer and holds_slots(data)
        restore(trainer.variables if keeps_slots else layer_variables(trainer.network.model), data)
        if before.optimizer_values.get("learning_rate") != after.optimizer_values.get("learning_rate"):
            trainer.optimizer.learning_rate.assign(rate)
        trainer.step = step
