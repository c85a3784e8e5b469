"""RunFolder: a training that happened. The folder is the truth; what the screen shows is its picture.

project.json    what was trained
run.json        how: device, execution, scaling, test evaluations
metrics.db      every step's metrics (SQLite, write-ahead log), and what was changed on the way
checkpoints/    step-000000123.safetensors with every variable, and .json, written last
"""

import hashlib
import itertools
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
import platformdirs

from engine.datasets.scaling import Scaling
from engine.errors import UserError
from engine.messages import Metrics
from engine.project import Project, decode, encode
from engine.storage import REAL, FileSystem, atomic_write, explained, make_folder, read_bounded

MAX_JSON_BYTES = 16 * 1024 * 1024
MAX_CHECKPOINT_BYTES = 8 * 1024**3
FIXED_COLUMNS = 3  # loss, metric, learning rate; then one column per layer's gradient norm
T = TypeVar("T")
SCHEMA = """
CREATE TABLE IF NOT EXISTS turns (first_step INTEGER PRIMARY KEY, steps INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS validations (step INTEGER PRIMARY KEY, loss REAL, metric REAL);
CREATE TABLE IF NOT EXISTS notes (step INTEGER NOT NULL, text TEXT NOT NULL);
"""


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

    def metrics(self) -> Metrics:
        """Every step's metrics in one report, read from the disk.

        Raises:
            UserError: the database is damaged.
        """
        layers = len(self.info().gradient_layers)
        turns, validations = self._query(
            lambda db: (
                db.execute("SELECT first_step, data FROM turns ORDER BY first_step").fetchall(),
                db.execute("SELECT step, loss, metric FROM validations ORDER BY step").fetchall(),
            )
        )
        width = FIXED_COLUMNS + layers
        blocks = [np.frombuffer(data, "<f4").reshape(-1, width) for _, data in turns]
        table = np.concatenate(blocks) if blocks else np.zeros((0, width), np.float32)
        curve = np.array(validations, np.float64).reshape(-1, 3)
        return Metrics(
            first_step=turns[0][0] if turns else 0,
            loss=table[:, 0],
            metric=table[:, 1],
            learning_rate=table[:, 2],
            gradient_norms=table[:, FIXED_COLUMNS:],
            samples_per_second=0.0,
            validation_steps=curve[:, 0].astype(np.int64),
            validation_loss=curve[:, 1].astype(np.float32),
            validation_metric=curve[:, 2].astype(np.float32),
        )

    def _query(self, ask: Callable[[sqlite3.Connection], T]) -> T:
        try:
            with closing(_connect_to_read(self.path / "metrics.db")) as db:
                return ask(db)
        except sqlite3.Error as error:
            raise UserError(f"{self.path.name}/metrics.db: {error}.", "The run's curves cannot be read.") from error

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


class MetricsLog:
    """Appends to a run's metrics database; what is committed survives a kill.

    Args:
        folder: of the run.
        from_step: later steps of an earlier attempt are forgotten, because they are done again.
    """

    def __init__(self, folder: RunFolder, from_step: int) -> None:
        self._path = folder.path / "metrics.db"
        self._db = self._guarded(lambda: _connect(self._path))
        self._guarded(lambda: self._cut(from_step))

    def append(self, metrics: Metrics) -> None:
        """Add a report as one row.

        Raises:
            UserError: the disk is full or gone.
        """
        columns = [metrics.loss, metrics.metric, metrics.learning_rate]
        table = np.concatenate([np.stack(columns, axis=1), metrics.gradient_norms], axis=1).astype("<f4")
        curve = zip(
            metrics.validation_steps.tolist(),
            metrics.validation_loss.tolist(),
            metrics.validation_metric.tolist(),
            strict=True,
        )

        def write() -> None:
            with self._db:
                if len(table):
                    row = (metrics.first_step, len(table), table.tobytes())
                    self._db.execute("INSERT OR REPLACE INTO turns VALUES (?, ?, ?)", row)
                self._db.executemany("INSERT OR REPLACE INTO validations VALUES (?, ?, ?)", list(curve))

        self._guarded(write)

    def note(self, step: int, text: str) -> None:
        """Remember what the user changed at a step."""

        def write() -> None:
            with self._db:
                self._db.execute("INSERT INTO notes VALUES (?, ?)", (step, text))

        self._guarded(write)

    def close(self) -> None:
        """Fold the log into the database."""
        self._db.close()

    def _cut(self, step: int) -> None:
        with self._db:
            self._db.execute("DELETE FROM validations WHERE step > ?", (step,))
            self._db.execute("DELETE FROM notes WHERE step > ?", (step,))
            self._db.execute("DELETE FROM turns WHERE first_step >= ?", (step,))
            last = self._db.execute("SELECT first_step, steps, data FROM turns ORDER BY first_step DESC").fetchone()
            if last is not None and last[0] + last[1] > step:
                keep = len(last[2]) // last[1] * (step - last[0])
                self._db.execute("REPLACE INTO turns VALUES (?, ?, ?)", (last[0], step - last[0], last[2][:keep]))

    def _guarded(self, action: Callable[[], T]) -> T:
        try:
            return action()
        except sqlite3.Error as error:
            full = "full" in str(error)
            raise UserError(
                f"The metrics could not be written to {self._path}: {error}.",
                "Free some space on its disk, then resume." if full else "Check the disk, then resume.",
                str(self._path),
            ) from error


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


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=5, check_same_thread=False)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=NORMAL")
    db.executescript(SCHEMA)
    return db


def _connect_to_read(path: Path) -> sqlite3.Connection:
    """Open without writing; in a read-only folder the log of a finished run is empty, so nothing is missed."""
    uri = path.absolute().as_uri()
    try:
        db = sqlite3.connect(f"{uri}?mode=ro", timeout=5, uri=True)
        db.execute("SELECT 1 FROM turns LIMIT 1")
        return db
    except sqlite3.OperationalError:
        return sqlite3.connect(f"{uri}?immutable=1", timeout=5, uri=True)


def _stem(step: int) -> str:
    return f"step-{step:09d}"
