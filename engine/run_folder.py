"""RunFolder: a training that happened. The folder is the truth; what the screen shows is its picture.

project.json    what was trained
run.json        how: device, execution, scaling, test evaluations
metrics.db      every step's metrics, and what was changed on the way
checkpoints/    step-000000123.safetensors with every variable, and .json, written last
"""

import hashlib
import itertools
import time
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec
import platformdirs

from engine.datasets.scaling import Scaling
from engine.errors import UserError
from engine.metrics_db import RecordedMetrics, read_metrics
from engine.project import Project, decode, encode
from engine.storage import REAL, FileSystem, atomic_write, explained, make_folder, read_bounded

MAX_JSON_BYTES = 16 * 1024 * 1024
MAX_CHECKPOINT_BYTES = 8 * 1024**3
T = TypeVar("T")


class RunInfo(msgspec.Struct, frozen=True):
    """How a run was made.

    Args:
        steps_per_epoch, total_steps: of the plan it was started with.
        execution: "graph" or "xla"; kept on resume, because the two round differently.
        metric: id of the metric beside the loss.
        gradient_layers: names of the layers whose gradient norms were recorded, in order.
        scaling: learned on the training part; part of the exported model.
        input_shape, class_names, feature_names: of the data, without loading them again.
        value_range: of the raw data.
        status: "training", "finished", "stopped" or "failed".
        test_evaluations: how often the test part was looked at.
        branched_from, branched_step: name of the run folder and step this run began with; empty where it began afresh.
    """

    steps_per_epoch: int
    total_steps: int
    execution: str
    device: str
    metric: str
    gradient_layers: tuple[str, ...]
    scaling: Scaling
    input_shape: tuple[int, ...]
    class_names: tuple[str, ...]
    value_range: tuple[float, float]
    status: str = "training"
    test_evaluations: int = 0
    samples_per_second: float = 0.0
    feature_names: tuple[str, ...] = ()
    branched_from: str = ""
    branched_step: int = 0


class Manifest(msgspec.Struct, frozen=True):
    """What lies beside a checkpoint's weights; without a whole manifest a checkpoint does not exist.

    Args:
        step: steps done.
        sha256: of the weights file.
        validation_loss: at this step, where it was measured.
    """

    step: int
    sha256: str
    validation_loss: float | None = None


class RunFolder:
    """The files of one run.

    Args:
        path: the folder; need not exist yet.
        fs: file operations, injectable so that a test can fail the n-th of them.
    """

    def __init__(self, path: Path, fs: FileSystem = REAL) -> None:
        self.path = path
        self._fs = fs

    @property
    def exists(self) -> bool:
        """Whether a run was started here."""
        return (self.path / "run.json").is_file()

    def project(self) -> Project:
        """What was trained.

        Raises:
            UserError: the folder is no run, or is damaged.
        """
        return decode(self._read("project.json"), f"{self.path.name}/project.json")

    def info(self) -> RunInfo:
        """How it was trained.

        Raises:
            UserError: the folder is no run, or is damaged.
        """
        return self._decoded("run.json", RunInfo)

    def write_project(self, project: Project) -> None:
        """Remember what is trained."""
        make_folder(self.path / "checkpoints")
        atomic_write(self.path / "project.json", encode(project), self._fs)

    def write_info(self, info: RunInfo) -> None:
        """Remember how it is trained."""
        make_folder(self.path / "checkpoints")
        atomic_write(self.path / "run.json", msgspec.json.format(msgspec.json.encode(info)), self._fs)

    def checkpoints(self) -> list[Manifest]:
        """Manifests of all checkpoints, by step, rising; unreadable ones are left out."""
        found = []
        for path in sorted((self.path / "checkpoints").glob("step-*.json")):
            try:
                found.append(self._decoded(f"checkpoints/{path.name}", Manifest))
            except UserError:
                continue
        return sorted(found, key=lambda manifest: manifest.step)

    def write_checkpoint(self, step: int, weights: bytes, validation_loss: float | None) -> None:
        """Write a checkpoint: the weights first, then the manifest that makes it exist."""
        folder = make_folder(self.path / "checkpoints")
        atomic_write(folder / f"{_stem(step)}.safetensors", weights, self._fs)
        manifest = Manifest(step, hashlib.sha256(weights).hexdigest(), validation_loss)
        atomic_write(folder / f"{_stem(step)}.json", msgspec.json.encode(manifest), self._fs)

    def delete_checkpoint(self, step: int) -> None:
        """Remove one checkpoint: the manifest first."""
        for suffix in (".json", ".safetensors"):
            path = self.path / "checkpoints" / (_stem(step) + suffix)
            explained(path, partial(path.unlink, missing_ok=True))

    def read_checkpoint(self, manifest: Manifest) -> bytes:
        """Return the weights of a checkpoint.

        Raises:
            UserError: they are missing or not those that were written.
        """
        name = f"checkpoints/{_stem(manifest.step)}.safetensors"
        data = read_bounded(self.path / name, MAX_CHECKPOINT_BYTES)
        if hashlib.sha256(data).hexdigest() != manifest.sha256:
            raise UserError(f"The checkpoint of step {manifest.step:,} is damaged.", "An earlier one can be used.")
        return data

    def newest_checkpoint(self) -> tuple[Manifest, bytes]:
        """Return the last checkpoint that is whole.

        Raises:
            UserError: there is none.
        """
        for manifest in reversed(self.checkpoints()):
            try:
                return manifest, self.read_checkpoint(manifest)
            except UserError:
                continue
        raise UserError(f"{self.path.name} holds no whole checkpoint.", "Train the network first.", str(self.path))

    def metrics(self) -> RecordedMetrics:
        """The metrics of the whole run, read from the disk: every step, beyond a million in buckets.

        Raises:
            UserError: the database is damaged.
        """
        return read_metrics(self.path, len(self.info().gradient_layers))

    def _read(self, name: str) -> bytes:
        if not (self.path / name).exists():
            raise UserError(
                f"{self.path} is not a run folder: it holds no {name}.", "Give the folder that a training wrote."
            )
        return read_bounded(self.path / name, MAX_JSON_BYTES)

    def _decoded(self, name: str, kind: type[T]) -> T:
        try:
            return msgspec.json.decode(self._read(name), type=kind)
        except msgspec.MsgspecError as error:
            raise UserError(f"{self.path.name}/{name} is damaged: {error}.", "Train again.", str(self.path)) from None


def runs_folder(project_path: Path | None, title: str) -> Path:
    """Where the runs of a project lie: beside its file, or in the user's data folder while it has none."""
    if project_path is not None:
        return project_path.with_suffix(".runs")
    safe = "".join(c if c.isalnum() or c in "-_ " else "_" for c in title).strip()[:60] or "untitled"
    return Path(platformdirs.user_data_dir("glassbox", appauthor=False)) / "runs" / safe


def new_run_path(parent: Path) -> Path:
    """A name for a new run that no run has: the local time, counted up where two begin in one second."""
    stamp = time.strftime("%Y-%m-%d %H.%M.%S")
    names = itertools.chain([stamp], (f"{stamp} {n}" for n in itertools.count(2)))
    return next(parent / name for name in names if not (parent / name).exists())


def _stem(step: int) -> str:
    return f"step-{step:09d}"
