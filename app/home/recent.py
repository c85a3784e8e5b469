"""What Home knows about a recent project: read from its file and its newest run."""

import logging
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.run_folders import folders
from app.run_model import RunModel
from app.text import count, fixed, format_number
from engine.errors import UserError
from engine.project import Project, read
from engine.shapes import infer
from engine.tasks import TASKS

POINTS = 60
DAY = 86400.0
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Recent:
    """A recent project.

    Args:
        path: its file.
        title: of the project, or the file's name where it cannot be read.
        size: e.g. "64,026 parameters".
        result: of the newest run, e.g. "val accuracy 0.915"; empty without one.
        when: e.g. "2 min ago".
        problem: why it cannot be opened; empty where it can.
        loss: of training, at most 60 points; validation_loss likewise. Empty without a run.
    """

    path: Path
    title: str
    size: str = ""
    result: str = ""
    when: str = ""
    problem: str = ""
    loss: tuple[float, ...] = ()
    validation_loss: tuple[float, ...] = ()


def look_up(path: Path, now: float | None = None) -> Recent:
    """Read what is needed of a project file and its newest run; a problem is part of the answer."""
    try:
        project = read(path)
        changed = path.stat().st_mtime
    except (UserError, OSError) as error:
        gone = not path.exists()
        return Recent(path, path.stem, problem="the file is gone" if gone else str(error))
    size = f"{count(infer(project.graph).num_params)} parameters"
    when = ago((time.time() if now is None else now) - changed)
    run = _newest_run(path, project)
    if run is None or not run.step:
        return Recent(path, project.title, size, "", when)
    result = ""
    if len(run.validation_metric):
        task = TASKS.get(project.heads[0].task) if project.heads else None
        result = f"val {_name(task.metric_name) if task else 'metric'} {_short(float(run.validation_metric[-1]))}"
    return Recent(path, project.title, size, result, when, "", thinned(run.loss), thinned(run.validation_loss))


def _newest_run(path: Path, project: Project) -> RunModel | None:
    """The newest run; none where it is damaged, which Train says in full."""
    found = folders(path, project)
    try:
        return RunModel.load(found[0].path) if found else None
    except UserError as error:
        log.warning("the newest run of %s cannot be read: %s", path, error)
        return None


def thinned(values: np.ndarray, points: int = POINTS) -> tuple[float, ...]:
    """Means of at most `points` equal parts of the finite values, so that a short curve stands for a long one."""
    finite = np.asarray(values, float)
    finite = finite[np.isfinite(finite)]
    if not finite.size:
        return ()
    return tuple(float(part.mean()) for part in np.array_split(finite, min(points, finite.size)))


def ago(seconds: float) -> str:
    """A span of time in words, e.g. "2 min ago"."""
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min ago"
    if seconds < DAY:
        hours = int(seconds // 3600)
        return f"{hours} hour{'' if hours == 1 else 's'} ago"
    days = int(seconds // DAY)
    return "yesterday" if days == 1 else f"{days} days ago"


def _name(metric: str) -> str:
    return {"accuracy": "acc"}.get(metric.lower(), metric)


def _short(value: float) -> str:
    return fixed(value, 3) if abs(value) < 100 else format_number(value, 4)
