"""The metrics of a run on the disk: SQLite with a write-ahead log, one blob a turn; beyond a million steps, buckets."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from engine.buckets import LIMIT, bucket_ends, gathered
from engine.errors import UserError
from engine.messages import Metrics

if TYPE_CHECKING:
    from engine.run_folder import RunFolder

FIXED_COLUMNS = 3  # loss, metric, learning rate; then one column per layer's gradient norm
RAW_STEPS = 1 << 16  # so many steps beyond the limit are gathered into buckets at once
NAME = "metrics.db"
T = TypeVar("T")
Row = tuple[int, bytes]
BucketRow = tuple[int, bytes, bytes]
SCHEMA = """
CREATE TABLE IF NOT EXISTS turns (first_step INTEGER PRIMARY KEY, steps INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS buckets (first_step INTEGER PRIMARY KEY, ends BLOB NOT NULL, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS validations (step INTEGER PRIMARY KEY, loss REAL, metric REAL);
CREATE TABLE IF NOT EXISTS notes (step INTEGER NOT NULL, text TEXT NOT NULL);
"""


class RecordedMetrics(Metrics, frozen=True):
    """The metrics of a whole run: every step up to a million, then one point for each bucket of steps.

    `loss` and the like are the means of the buckets.

    Args:
        steps: int64 (point,), steps done at each point.
        low, high: float32 (point, column), smallest and largest value in the bucket; the columns are loss, metric,
            learning rate, then each layer's gradient norm.
    """

    steps: np.ndarray
    low: np.ndarray
    high: np.ndarray


def read_metrics(folder: Path, layers: int) -> RecordedMetrics:
    """Read the metrics of a run.

    Args:
        layers: how many gradient norms were recorded.

    Raises:
        UserError: the database is damaged or missing.
    """
    try:
        with closing(_connect_to_read(folder / NAME)) as db:
            db.execute("BEGIN")  # all that follows sees one moment, however the training goes on
            turns = db.execute("SELECT first_step, data FROM turns ORDER BY first_step").fetchall()
            known = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'buckets'").fetchone()
            buckets = db.execute("SELECT first_step, ends, data FROM buckets").fetchall() if known else []
            curve = db.execute("SELECT step, loss, metric FROM validations ORDER BY step").fetchall()
    except sqlite3.Error as error:
        raise UserError(f"{folder.name}/{NAME}: {error}.", "The run's curves cannot be read.") from error
    return _recorded(turns, buckets, np.array(curve, np.float64).reshape(-1, 3), FIXED_COLUMNS + layers)


def _recorded(turns: list[Row], buckets: list[BucketRow], curve: np.ndarray, width: int) -> RecordedMetrics:
    blocks = [(first + 1, np.frombuffer(data, "<f4").reshape(-1, 1, width)) for first, data in turns]
    pieces = [(first + np.arange(len(block)), np.repeat(block, 3, axis=1)) for first, block in blocks]
    for _, ends, data in buckets:
        pieces.append((np.frombuffer(ends, "<i8"), np.frombuffer(data, "<f4").reshape(-1, 3, width)))
    pieces.sort(key=lambda piece: int(piece[0][0]))
    steps = np.concatenate([np.zeros(0, np.int64), *(at for at, _ in pieces)])
    table = np.concatenate([np.zeros((0, 3, width), np.float32), *(values for _, values in pieces)])
    low, mean, high = table[:, 0], table[:, 1], table[:, 2]  # (point, column)
    return RecordedMetrics(
        first_step=min([first for first, _ in turns] + [first for first, _, _ in buckets], default=0),
        steps=steps,
        low=low,
        high=high,
        loss=mean[:, 0],
        metric=mean[:, 1],
        learning_rate=mean[:, 2],
        gradient_norms=mean[:, FIXED_COLUMNS:],
        samples_per_second=0.0,
        validation_steps=curve[:, 0].astype(np.int64),
        validation_loss=curve[:, 1].astype(np.float32),
        validation_metric=curve[:, 2].astype(np.float32),
    )


class MetricsLog:
    """Appends to a run's metrics database; what is committed survives a kill.

    Args:
        folder: of the run.
        from_step: later steps of an earlier attempt are forgotten, because they are done again. A bucket that reaches
            beyond is forgotten whole.
        limit: so many steps are kept one by one.
        raw_steps: of the steps beyond, so many are gathered at once; until then they too are kept one by one.
    """

    def __init__(self, folder: "RunFolder", from_step: int, limit: int = LIMIT, raw_steps: int = RAW_STEPS) -> None:
        self._path = folder.path / NAME
        self._limit, self._raw_steps = limit, raw_steps
        self._db = self._guarded(lambda: _connect(self._path))
        self._guarded(lambda: self._cut(from_step))
        self._raw = self._guarded(self._count_raw)

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
        self._raw += len(table) if metrics.first_step >= self._limit else 0
        if self._raw >= self._raw_steps:
            self._guarded(lambda: self._gather(metrics.first_step + len(table), table.shape[1]))

    def note(self, step: int, text: str) -> None:
        """Remember what the user changed at a step."""

        def write() -> None:
            with self._db:
                self._db.execute("INSERT INTO notes VALUES (?, ?)", (step, text))

        self._guarded(write)

    def close(self) -> None:
        """Fold the log into the database."""
        self._db.close()

    def _count_raw(self) -> int:
        query = "SELECT COALESCE(SUM(steps), 0) FROM turns WHERE first_step >= ?"
        return int(self._db.execute(query, (self._limit,)).fetchone()[0])

    def _gather(self, last: int, width: int) -> None:
        """Turn the steps beyond the limit that fill whole buckets into buckets, all at once or not at all."""
        query = "SELECT first_step, data FROM turns WHERE first_step >= ? ORDER BY first_step"
        turns = self._db.execute(query, (self._limit,)).fetchall()
        first = turns[0][0]
        ends = bucket_ends(first, last, self._limit)
        if not len(ends):
            return
        table = np.frombuffer(b"".join(data for _, data in turns), "<f4").reshape(-1, width)
        rest = table[ends[-1] - first :]
        with self._db:
            self._db.execute("DELETE FROM turns WHERE first_step >= ?", (self._limit,))
            row = (first, ends.astype("<i8").tobytes(), gathered(first, ends, table).astype("<f4").tobytes())
            self._db.execute("INSERT OR REPLACE INTO buckets VALUES (?, ?, ?)", row)
            if len(rest):
                self._db.execute("INSERT INTO turns VALUES (?, ?, ?)", (int(ends[-1]), len(rest), rest.tobytes()))
        self._raw = len(rest)

    def _cut(self, step: int) -> None:
        with self._db:
            self._db.execute("DELETE FROM validations WHERE step > ?", (step,))
            self._db.execute("DELETE FROM notes WHERE step > ?", (step,))
            for table in ("turns", "buckets"):
                self._db.execute(f"DELETE FROM {table} WHERE first_step >= ?", (step,))  # noqa: S608 - our two names
            self._cut_turn(step)
            self._cut_buckets(step)

    def _cut_turn(self, step: int) -> None:
        last = self._db.execute("SELECT first_step, steps, data FROM turns ORDER BY first_step DESC").fetchone()
        if last is not None and last[0] + last[1] > step:
            keep = len(last[2]) // last[1] * (step - last[0])
            self._db.execute("REPLACE INTO turns VALUES (?, ?, ?)", (last[0], step - last[0], last[2][:keep]))

    def _cut_buckets(self, step: int) -> None:
        last = self._db.execute("SELECT first_step, ends, data FROM buckets ORDER BY first_step DESC").fetchone()
        if last is None:
            return
        ends = np.frombuffer(last[1], "<i8")
        kept = int(np.searchsorted(ends, step, side="right"))
        if kept == 0:
            self._db.execute("DELETE FROM buckets WHERE first_step = ?", (last[0],))
        elif kept < len(ends):
            data = last[2][: len(last[2]) // len(ends) * kept]
            self._db.execute("REPLACE INTO buckets VALUES (?, ?, ?)", (last[0], ends[:kept].tobytes(), data))

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
