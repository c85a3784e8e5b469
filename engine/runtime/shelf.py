"""What the engine keeps between jobs: data loaded lately, the trainer that is live, the networks in use."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import tensorflow as tf

from engine.datasets.choice import LoadedData, load
from engine.inspect.inspector import Inspection
from engine.project import DataChoice, Plan, Project
from engine.run_folder import Manifest, RunFolder, RunInfo
from engine.runtime.build import Network, build
from engine.runtime.evaluation import answers
from engine.runtime.moment import Moment, Sight, nearest, read_weights, values_of
from engine.runtime.training.checkpoints import layer_variables, restore
from engine.runtime.training.trainer import Trainer

KEPT_DATA = 2
KEPT_SIGHTS = 3
KEPT_PICTURES = 3
KEPT_WEIGHTS = 256 * 1024 * 1024  # bytes of checkpoints read lately


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
    style: dict[Hashable, Any] = field(default_factory=dict)  # of `engine.runtime.vision.style.workshop`
    _data: dict[bytes, LoadedData] = field(default_factory=dict)
    _pictures: dict[Hashable, np.ndarray] = field(default_factory=dict)
    _sights: dict[bytes, Sight] = field(default_factory=dict)
    _weights: dict[tuple[str, str], dict[str, tf.Tensor]] = field(default_factory=dict)

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

    def picture(self, key: Hashable, read: Callable[[], np.ndarray]) -> np.ndarray:
        """Return the pixels of an image file, from memory where they were read lately."""
        found = self._pictures.get(key)
        if found is None:
            found = self._pictures[key] = read()
            for old in list(self._pictures)[:-KEPT_PICTURES]:
                del self._pictures[old]
        return found

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

    def sight(self, project: Project) -> Sight:
        """The compiled functions of a network's structure.

        Raises:
            UserError: the graph has a problem.
        """
        plain = msgspec.structs.replace(_compiled_part(project), plan=Plan())
        key = msgspec.json.encode(plain)
        found = self._sights.pop(key, None) or Sight(project)
        self._sights[key] = found  # the newest last
        for old in list(self._sights)[:-KEPT_SIGHTS]:
            del self._sights[old]
        return found

    def moment(self, project: Project, folder: str = "", step: int = -1) -> Moment:
        """A network at one step.

        Args:
            project: its structure, where there is no run.
            folder: a run folder; its own network counts. Empty, or not begun, for the initial weights.
            step: the nearest checkpoint is taken; −1 for the newest weights, live while the run trains.

        Raises:
            UserError: the run is damaged, or the graph has a problem.
        """
        run = RunFolder(Path(folder)) if folder else None
        trainer = self.trainer_of(folder)
        if trainer is not None and run is not None and step in (-1, trainer.step):
            weights = values_of(layer_variables(trainer.network.model))
            return Moment(self.sight(trainer.project), trainer.step, weights, run.info(), is_live=True)
        if run is None or not run.exists:
            sight = self.sight(project)
            return Moment(sight, 0, sight.initial())
        sight, manifest = self.sight(run.project()), nearest(run.checkpoints(), step)
        return Moment(sight, manifest.step, self._read(run, manifest, sight), run.info())

    def _read(self, run: RunFolder, manifest: Manifest, sight: Sight) -> dict[str, tf.Tensor]:
        key = str(run.path), manifest.sha256
        weights = self._weights.pop(key, None) or read_weights(run, manifest, sight)
        self._weights[key] = weights  # the newest last
        size = sum(_bytes(kept) for kept in self._weights.values())
        for old in list(self._weights)[:-1]:
            if size <= KEPT_WEIGHTS:
                break
            size -= _bytes(self._weights.pop(old))
        return weights

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


def _bytes(weights: dict[str, tf.Tensor]) -> int:
    return sum(tensor.shape.num_elements() * tensor.dtype.size for tensor in weights.values())


def _compiled_part(project: Project) -> Project:
    """The project without what the compiled loop does not depend on: looks, length, learning rate."""
    nowhere = dict.fromkeys((node.name for node in project.graph.nodes), (0.0, 0.0))
    settings = {name: value for name, value in project.plan.optimizer_values.items() if name != "learning_rate"}
    plan = msgspec.structs.replace(project.plan, epochs=1, optimizer_values=settings)
    return project.replace(title="", summary="", plan=plan, graph=project.graph.with_positions(nowhere))
