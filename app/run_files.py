"""Run folders given another name, put away, and brought back. What is put away stays for a week."""

import logging
import os
import shutil
import time
from pathlib import Path

from app.run_rows import STAMP, given_name
from engine.errors import UserError
from engine.storage import explained, make_folder

PUT_AWAY = ".deleted"
KEPT_SECONDS = 7 * 24 * 3600
LONGEST = 60
ALLOWED = frozenset(" -_.,()+=%#@'")
log = logging.getLogger(__name__)


def rename(folder: Path, name: str) -> Path:
    """Give a run a name; the time it began stays in front of its folder's name, so that runs keep their order.

    Args:
        name: empty to call it by its time again.

    Returns:
        The folder as it is now.

    Raises:
        UserError: the name cannot be a folder's, another run has it, or the folder cannot be renamed.
    """
    name = name.strip()
    wrong = "".join(sorted({c for c in name if not (c.isalnum() or c in ALLOWED)}))
    if wrong or len(name) > LONGEST:
        found = f"{wrong!r} cannot be in it" if wrong else f"it has {len(name)} characters, at most {LONGEST} are kept"
        raise UserError(f"A run cannot be called {name[:LONGEST]!r}: {found}.", "Use letters, digits and - _ . , ( ).")
    stamp = folder.name[:STAMP] if given_name(folder.name) is not None else ""
    wanted = " ".join(filter(None, [stamp, name]))
    target = folder.with_name(wanted or folder.name)
    if target == folder:
        return folder
    others = (given_name(other.name) for other in folder.parent.iterdir() if other != folder)
    if target.exists() or name.startswith(".") or (name and name in others):
        raise UserError(f"A run cannot be called {name!r}: the name is taken.", "Choose another name.")
    return explained(folder, lambda: folder.rename(target))


def put_away(folder: Path) -> Path:
    """Take a run out of the project; it lies in a hidden folder beside the others until a week has passed.

    Returns:
        Where it lies now.

    Raises:
        UserError: it cannot be moved.
    """
    bin_folder = make_folder(folder.parent / PUT_AWAY)
    _empty(bin_folder)
    target = bin_folder / f"{folder.name}~{time.time_ns()}"
    moved = explained(folder, lambda: folder.rename(target))
    explained(moved, lambda: os.utime(moved))
    return moved


def bring_back(lying: Path, folder: Path) -> None:
    """Put a run back where it was.

    Raises:
        UserError: it is gone, or another run lies there.
    """
    if folder.exists():
        raise UserError(f"{folder} is taken.", f"The run lies in {lying}; move it by hand.")
    explained(lying, lambda: lying.rename(folder))


def _empty(bin_folder: Path) -> None:
    for run in bin_folder.iterdir():
        try:
            if time.time() - run.stat().st_mtime > KEPT_SECONDS:
                shutil.rmtree(run)
        except OSError as error:
            log.warning("the deleted run %s is still there: %s", run, error)
