"""The facts of a run as one row: for the table of runs, and as CSV that no spreadsheet runs as a formula."""

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from app.run_model import RunModel
from engine.optimizers import OPTIMIZERS
from engine.params import defaults
from engine.tasks import TASKS

STAMP = len("2026-01-31 12.00.00")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
HEADERS = ("run", "optimiser", "learning rate", "batch size", "best validation loss", "best epoch", "validation {}",
           "last validation loss", "epochs", "steps", "execution", "seed", "branch")  # fmt: skip


@dataclass(frozen=True)
class RunRow:
    """What the table shows of one run; NaN where there is no value yet.

    Args:
        branch: of which run, and at which step, e.g. "branch of 04:15:31 at step 120"; empty where it began afresh.
    """

    name: str
    optimizer: str
    learning_rate: float
    batch_size: int
    best_loss: float
    best_epoch: float
    metric: float
    last_loss: float
    curve: np.ndarray
    branch: str = ""


def run_name(run: RunModel, today: date | None = None) -> str:
    """Return how a run is called.

    Its given name, else when it began: "04:15:31", or "21 Nov 04:15" on another day; else its folder.
    """
    return _called(run.folder.name, today)


def _called(name: str, today: date | None) -> str:
    began = _began(name)
    if began is None:
        return name
    given = given_name(name)
    if given:
        return given
    is_today = began.date() == (today or date.today())
    return (f"{began:%H:%M:%S}" if is_today else f"{began.day} {began:%b %H:%M}") + name[STAMP:]


def branch_text(run: RunModel, today: date | None = None) -> str:
    """Return what a run is a branch of, e.g. "branch of 04:15:31 at step 120"; empty where it began afresh."""
    if not run.branched_from:
        return ""
    return f"branch of {_called(run.branched_from, today)} at step {run.branched_step:,}"


def given_name(folder: str) -> str | None:
    """The name behind the time in a run folder's name, empty where there is none; None where it begins with no time."""
    if _began(folder) is None:
        return None
    name = folder[STAMP:].strip()
    return "" if name.isdecimal() else name  # a number tells runs of one second apart


def _began(folder: str) -> datetime | None:
    try:
        return datetime.strptime(folder[:STAMP], "%Y-%m-%d %H.%M.%S")
    except ValueError:
        return None


def metric_name(run: RunModel) -> str:
    """Return the name of the metric beside the loss, e.g. "Accuracy"."""
    heads = run.project.heads
    return TASKS[heads[0].task].metric_name if heads and heads[0].task in TASKS else "Metric"


def in_sentence(name: str) -> str:
    """Return a metric's name as it stands inside a sentence; abbreviations keep their capitals."""
    return name if name.isupper() else name.lower()


def run_row(run: RunModel) -> RunRow:
    """Return the facts of a run; the metric is that at the best validation loss."""
    plan, loss = run.project.plan, np.asarray(run.validation_loss, float)
    record = OPTIMIZERS.get(plan.optimizer)
    values = {**(defaults(record.params) if record else {}), **plan.optimizer_values}
    best = int(np.nanargmin(loss)) if np.isfinite(loss).any() else -1
    per_epoch = run.steps_per_epoch or 1
    return RunRow(
        name=run_name(run),
        optimizer=record.name if record else plan.optimizer,
        learning_rate=float(values.get("learning_rate", math.nan)),
        batch_size=plan.batch_size,
        best_loss=float(loss[best]) if best >= 0 else math.nan,
        best_epoch=float(run.validation_steps[best]) / per_epoch if best >= 0 else math.nan,
        metric=float(run.validation_metric[best]) if best >= 0 else math.nan,
        last_loss=float(loss[-1]) if len(loss) else math.nan,
        curve=loss,
        branch=branch_text(run),
    )


def runs_csv(runs: Sequence[RunModel]) -> bytes:
    """Return the runs as CSV in UTF-8, one row each; texts a spreadsheet would run get a leading apostrophe."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    metric = in_sentence(metric_name(runs[0])) if runs else "metric"
    writer.writerow([header.format(metric) for header in HEADERS])
    for run in runs:
        row, project = run_row(run), run.project
        writer.writerow(
            [
                safe_cell(row.name),
                safe_cell(row.optimizer),
                _written(row.learning_rate),
                row.batch_size,
                _written(row.best_loss),
                _written(row.best_epoch),
                _written(row.metric),
                _written(row.last_loss),
                project.plan.epochs,
                run.step,
                safe_cell(run.execution),
                project.seed,
                safe_cell(row.branch),
            ]
        )
    return text.getvalue().encode()


def safe_cell(text: str) -> str:
    """Return `text` so that a spreadsheet shows it and does not run it."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _written(value: float) -> str:
    return f"{value:.9g}" if math.isfinite(value) else ""
