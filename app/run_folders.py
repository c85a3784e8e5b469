"""The runs of the open project on the disk: where a new one goes, and which old ones there are."""

import logging
from collections.abc import Iterator
from pathlib import Path

from app import structure
from app.run_model import RunModel
from engine.errors import UserError
from engine.project import Project
from engine.run_folder import RunFolder, new_run_path, runs_folder
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
    try:
        return make_folder(new_run_path(make_folder(runs_folder(path, project.title))))
    except UserError as error:
        if path is None:
            raise
        log.warning("runs go to the user's data folder: %s", error)
        return make_folder(new_run_path(make_folder(runs_folder(None, project.title))))


def folders(path: Path | None, project: Project) -> list[RunFolder]:
    """Return the run folders of a project, newest first, at most fifty."""
    parents = {runs_folder(place, project.title) for place in (path, None)}
    found = [RunFolder(folder) for parent in parents for folder in _subfolders(parent)]
    runs = [run for run in found if run.exists]
    return sorted(runs, key=lambda run: run.path.name, reverse=True)[:MAX_RUNS]


def load_runs(path: Path | None, project: Project) -> list[RunModel]:
    """Read the runs of a project, newest first; damaged ones are logged and left out."""
    return list(_readable(folders(path, project)))


def newest_of_network(path: Path | None, project: Project) -> RunModel | None:
    """Read the newest run whose weights fit the project's network."""
    network = structure.network(project)
    fitting = (folder for folder in folders(path, project) if structure.network(_project(folder)) == network)
    return next(_readable(fitting), None)


def saved_steps(folder: Path) -> list[int]:
    """Return the steps of the checkpoints in a run folder, rising."""
    return [manifest.step for manifest in RunFolder(folder).checkpoints()]


def _subfolders(parent: Path) -> list[Path]:
    try:
        return [path for path in parent.iterdir() if path.is_dir()]
    except OSError as error:
        log.debug("no runs in %s: %s", parent, error)
        return []


def _readable(found: Iterator[RunFolder] | list[RunFolder]) -> Iterator[RunModel]:
    for folder in found:
        try:
            yield RunModel.load(folder.path)
        except UserError as error:
            log.warning("the run %s cannot be read: %s", folder.path, error)


def _project(folder: RunFolder) -> Project:
    try:
        return folder.project()
    except UserError as error:
        log.warning("the run %s cannot be read: %s", folder.path, error)
        return Project()
