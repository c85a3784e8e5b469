"""What the engine keeps between jobs: data loaded lately, the trainer that is live, the networks in use."""

from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np

from engine.datasets.choice import LoadedData, load
from engine.inspect.inspector import Inspection
from engine.project import DataChoice, Project
from engine.run_folder import RunFolder, RunInfo
from engine.runtime.build import Network, build
from engine.runtime.evaluation import answers
from engine.runtime.training.checkpoints import layer_variables, restore
from engine.runtime.training.trainer import Trainer

KEPT_DATA = 2


@dataclass
class UsedNetwork:
    """A trained network to ask: its run, the step of its weights."""

    project: Project
    info: RunInfo
    network: Network
    step: int

    def answer(self, raw: np.ndarray) -> np.ndarray:
        """Outputs (sample, unit) for raw inputs (sample, *input_shape)."""
        return answers(self.network, self.info.scaling.apply(raw))


@dataclass
class Shelf:
    """Shared by the jobs of one session."""

    live: Trainer | None = None
    live_folder: str = ""
    warm: Trainer | None = None
    _data: dict[bytes, LoadedData] = field(default_factory=dict)

    def data(self, choice: DataChoice, inspection: Inspection | None = None) -> LoadedData:
        """Return loaded data, from memory where they were loaded before.

        Raises:
            UserError: the data are wrong.
        """
        key = msgspec.json.encode(choice)
        if key not in self._data:
            loaded = load(choice, inspection)
            self._data[key] = loaded
            for old in list(self._data)[:-KEPT_DATA]:
                del self._data[old]
        return self._data[key]

    def holds(self, choice: DataChoice) -> bool:
        """Whether these data are in memory."""
        return msgspec.json.encode(choice) in self._data

    def trainer_of(self, folder: str) -> Trainer | None:
        """The live trainer of a run folder, if it is the live one."""
        return self.live if folder and folder == self.live_folder else None

    def take_warm(self, project: Project, execution: str) -> Trainer | None:
        """Hand over the trainer compiled ahead of time, if it is that of this very project; it is new and untouched."""
        warm, self.warm = self.warm, None
        if warm is None or warm.step or execution not in ("", warm.execution):
            return None
        if _compiled_part(warm.project) != _compiled_part(project):
            return None
        warm.set_plan(project.plan)
        return warm

    def used_network(self, folder: str) -> UsedNetwork:
        """The network of a run: live where it is in memory, else from its last checkpoint.

        Raises:
            UserError: the folder holds no run or no whole checkpoint.
        """
        run = RunFolder(Path(folder))
        trainer = self.trainer_of(folder)
        if trainer is not None:
            return UsedNetwork(trainer.project, run.info(), trainer.network, trainer.step)
        return load_network(run)


def load_network(run: RunFolder) -> UsedNetwork:
    """Build a run's network with the weights of its last whole checkpoint.

    Raises:
        UserError: the folder holds no run or no whole checkpoint.
    """
    project, info = run.project(), run.info()
    network = build(project)
    manifest, data = run.newest_checkpoint()
    restore(layer_variables(network.model), data)
    return UsedNetwork(project, info, network, manifest.step)


def _compiled_part(project: Project) -> Project:
    """The project without what the compiled loop does not depend on: looks, length, learning rate."""
    nowhere = dict.fromkeys((node.name for node in project.graph.nodes), (0.0, 0.0))
    settings = {name: value for name, value in project.plan.optimizer_values.items() if name != "learning_rate"}
    plan = msgspec.structs.replace(project.plan, epochs=1, optimizer_values=settings)
    return project.replace(title="", summary="", plan=plan, graph=project.graph.with_positions(nowhere))
