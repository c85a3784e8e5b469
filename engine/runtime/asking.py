"""Asking a trained network, at any moment of its run: predictions, and the measure of one part of the data."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np
import tensorflow as tf

from engine.datasets import DATASETS
from engine.datasets.choice import LoadedData
from engine.errors import UserError
from engine.inspect.client import read_pictures
from engine.messages import Evaluate, Evaluated, Predict, Predicted, PredictFiles
from engine.run_folder import RunFolder
from engine.runtime.build import Network
from engine.runtime.evaluation import evaluate
from engine.runtime.jobs import Job, Report, in_thread
from engine.runtime.loading import loaded_data
from engine.runtime.moment import Moment, Sight, Weights
from engine.runtime.shelf import Shelf, UsedNetwork
from engine.runtime.training.objectives import objective


@dataclass(frozen=True)
class NetworkAt(Network):
    """A network that answers with the weights of a moment; those of its `model` stay the initial ones.

    Args:
        sight: its compiled functions.
        weights: of the moment.
    """

    sight: Sight
    weights: Weights

    @classmethod
    def of(cls, moment: Moment) -> "NetworkAt":
        """The network of a moment."""
        known = moment.network
        return cls(known.model, known.inference, known.heads, moment.sight, moment.weights)

    @cached_property
    def logits(self) -> Callable[[tf.Tensor], list[tf.Tensor]]:
        """Inference: normalised inputs to the logits of every head."""
        run, heads = self.sight.run, [head.node for head in self.heads]

        def call(weights: Weights, x: tf.Tensor) -> list[tf.Tensor]:
            outputs = run(weights, x)
            return [outputs[node] for node in heads]

        function = self.sight.function("logits", lambda: call)
        return lambda x: list(function(dict(self.weights), x))


def network_at(shelf: Shelf, folder: str, step: int) -> UsedNetwork:
    """The network of a run at one step.

    Args:
        step: the nearest checkpoint is taken; −1 for the newest weights, live while the run trains.

    Raises:
        UserError: the folder holds no run, or the checkpoint is damaged.
    """
    trainer = shelf.trainer_of(folder)
    if step < 0 or (trainer is not None and trainer.step == step):
        return shelf.used_network(folder)
    run = RunFolder(Path(folder))
    info, project = run.info(), run.project()
    moment = shelf.moment(project, folder, step)
    return UsedNetwork(project, info, NetworkAt.of(moment), moment.step)


def predict(request: Predict, shelf: Shelf) -> Job:
    """Answer for raw inputs."""
    used = network_at(shelf, request.folder, request.step)
    wanted = used.info.input_shape
    if request.x.shape[1:] != wanted:
        raise UserError(f"The network takes inputs {wanted}; found {request.x.shape[1:]}.", "Resize the input.")
    if not np.isfinite(request.x).all():
        raise UserError("The input holds NaN or infinite numbers.", "Check the values.")
    yield Report([_predicted(used, request.x.astype(np.float32))])
    return {}


def predict_files(request: PredictFiles, shelf: Shelf) -> Job:
    """Answer for picture files, opened in the inspector."""
    used = network_at(shelf, request.folder, request.step)
    x, names, problems = yield from in_thread(lambda: pictures_for(used, request.paths))
    yield Report([msgspec.structs.replace(_predicted(used, x), names=names, problems=problems)])
    return {}


def pictures_for(used: UsedNetwork, paths: tuple[str, ...]) -> tuple[np.ndarray, tuple[str, ...], tuple[str, ...]]:
    """Read picture files as the network's raw inputs.

    Returns:
        x (file, height, width, channels) in the raw range of the run's data, names, problems.

    Raises:
        UserError: the network takes no pictures, or no file could be read.
    """
    shape = used.info.input_shape
    if len(shape) != 3:
        raise UserError(f"The network takes inputs {shape}, not pictures.", "Give it rows of numbers.")
    x, names, problems = read_pictures(paths, (shape[0], shape[1]), "grey" if shape[2] == 1 else "rgb")
    low, high = used.info.value_range
    return (low + x / 255 * (high - low)).astype(np.float32), names, problems


def _predicted(used: UsedNetwork, raw: np.ndarray) -> Predicted:
    return Predicted(outputs=used.answer(raw), x=raw, step=used.step, class_names=used.info.class_names)


def evaluate_run(request: Evaluate, shelf: Shelf) -> Job:
    """Measure a run on one part of its data; looks at the test part are counted in the run folder."""
    used = network_at(shelf, request.folder, request.step)
    data = yield from loaded_data(shelf, used.project.data)
    run = RunFolder(Path(request.folder))
    yield Report([measure(used, data, request.split)])
    info = run.info()
    if request.split == "test":
        info = msgspec.structs.replace(info, test_evaluations=info.test_evaluations + 1)
        run.write_info(info)
    return {"test_evaluations": info.test_evaluations}


def measure(used: UsedNetwork, data: LoadedData, split: str) -> Evaluated:
    """Evaluate a used network on one part of its data.

    Raises:
        UserError: the part is empty.
    """
    if not len(data.indices(split)):
        raise UserError(f"The {split} part of {DATASETS[used.project.data.dataset].name} is empty.", "Give it a share.")
    found = evaluate(used.network, objective(used.network), data, split)
    return msgspec.structs.replace(found, step=used.step)
