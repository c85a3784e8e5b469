"""Asking a trained network: predictions for given inputs, and the measure of one part of the data."""

from pathlib import Path

import msgspec
import numpy as np

from engine.datasets import DATASETS
from engine.datasets.choice import LoadedData
from engine.errors import UserError
from engine.inspect.client import read_pictures
from engine.messages import Evaluate, Evaluated, Predict, Predicted, PredictFiles
from engine.run_folder import RunFolder
from engine.runtime.evaluation import evaluate
from engine.runtime.jobs import Job, Report, in_thread
from engine.runtime.loading import loaded_data
from engine.runtime.shelf import Shelf, UsedNetwork
from engine.runtime.training.objectives import objective


def predict(request: Predict, shelf: Shelf) -> Job:
    """Answer for raw inputs."""
    used = shelf.used_network(request.folder)
    wanted = used.info.input_shape
    if request.x.shape[1:] != wanted:
        raise UserError(f"The network takes inputs {wanted}; found {request.x.shape[1:]}.", "Resize the input.")
    if not np.isfinite(request.x).all():
        raise UserError("The input holds NaN or infinite numbers.", "Check the values.")
    yield Report([_predicted(used, request.x.astype(np.float32))])
    return {}


def predict_files(request: PredictFiles, shelf: Shelf) -> Job:
    """Answer for picture files, opened in the inspector."""
    used = shelf.used_network(request.folder)
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
    return Predicted(outputs=used.answer(raw), x=raw, class_names=used.info.class_names)


def evaluate_run(request: Evaluate, shelf: Shelf) -> Job:
    """Measure a run on one part of its data; looks at the test part are counted in the run folder."""
    used = shelf.used_network(request.folder)
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
