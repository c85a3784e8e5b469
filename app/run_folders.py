"""The runs of the open project on the disk: where a new one goes, and which old ones there are."""

import itertools
import logging
import time
from pathlib import Path

from app.run_model import RunModel
from engine.errors import UserError
from engine.project import Project
from engine.storage import make_folder

MAX_RUNS = 50
log = logging.getLogger(__name__)


def new_folder(path: Path | None, project: Project) -> Path:
    """Make the folder of a new run.

    Args:
        path: of the project's file; beside it lie its runs. Where that place is read-only, or without a file, they lie
            in the user's data folder.

    Raises:
        UserError: no folder can be made anywhere.
    """
    from engine.run_folder import runs_folder

    try:
        parent = make_folder(runs_folder(path, project.title))
    except UserError:
        if path is None:
            raise
        parent = make_folder(runs_folder(None, project.title))
    stamp = time.strftime("%Y-%m-%d %H.%M.%S")
    names = itertools.chain([stamp], (f"{stamp} {n}" for n in itertools.count(2)))
    return make_folder(next(parent / name for name in names if not (parent / name).exists()))


def folders(path: Path | None, project: Project) -> list[Path]:
    """Return the run folders of a project, newest first, at most fifty."""
    from engine.run_folder import runs_folder

    parents = (
        {runs_folder(path, project.title), runs_folder(None, project.title)}
        if path
        else {runs_folder(None, project.title)}
    )
    found = [folder for parent in parents if parent.is_dir() for folder in parent.iterdir() if folder.is_dir()]
    return sorted(found, key=lambda folder: folder.stat().st_mtime, reverse=True)[:MAX_RUNS]


def load_runs(path: Path | None, project: Project) -> list[RunModel]:
    """Read the runs of a project, newest first; damaged ones are logged and left out."""
    return [run for folder in folders(path, project) if (run := load_or_none(folder)) is not None]


def load_or_none(folder: Path) -> RunModel | None:
    """Read one run; None where it is damaged."""
    try:
        return load_run(folder)
    except UserError as error:
        log.warning("the run %s cannot be read: %s", folder, error)
        return None


def load_run(folder: Path) -> RunModel:
    """Read one run.

    Raises:
        UserError: the folder is no run, or is damaged.
    """
    from engine.run_folder import RunFolder

    found = RunFolder(folder)
    run = RunModel(folder, found.project())
    run.fill(found.metrics(), saved_steps(folder))
    return run


def saved_steps(folder: Path) -> list[int]:
    """Return the steps of the checkpoints in a run folder, rising; none where it cannot be read."""
    from engine.run_folder import RunFolder

    try:
        return sorted({manifest.step for manifest in RunFolder(folder).checkpoints()})
    except UserError as error:
        log.warning("the checkpoints of %s cannot be read: %s", folder, error)
        return []
