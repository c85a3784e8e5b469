"""Recorded runs: what training an example gave, brought along in one zip each, so that it can be scrubbed at once.

`python -m engine.runtime.record` trains the examples and writes these files; the program only ever reads them.
"""

import hashlib
import io
import json
import shutil
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import platformdirs

from engine.errors import UserError
from engine.examples import FOLDER
from engine.storage import FileSystem, atomic_write, explained, make_folder, read_bounded

MAX_BYTES = 1_000_000  # of one recording
INDEX = "recordings.json"


@dataclass(frozen=True)
class Recorded:
    """What a card shows of a recorded run.

    Args:
        loss, validation_loss: at most sixty means each.
        result: e.g. "val accuracy 0.983".
    """

    loss: tuple[float, ...]
    validation_loss: tuple[float, ...]
    result: str


class Unflushed(FileSystem):
    """Writes without waiting for the disk: what is lost in a crash lies in the program's own files still."""

    def flush(self, descriptor: int) -> None:
        """Do not wait."""

    def flush_folder(self, folder: Path) -> None:
        """Do not wait."""


def recording(name: str) -> Path:
    """The zip of an example's recorded run; it need not exist."""
    return FOLDER / f"{name}.run.zip"


@cache
def recorded() -> dict[str, Recorded]:
    """What is known of the recorded runs, by the example's name."""
    path = FOLDER / INDEX
    if not path.is_file():
        return {}
    found = json.loads(read_bounded(path, MAX_BYTES))
    return {
        name: Recorded(tuple(entry["loss"]), tuple(entry["validation_loss"]), entry["result"])
        for name, entry in found.items()
    }


def unpack(name: str, runs: Path) -> Path | None:
    """Put an example's recorded run among the runs of a project that has none yet.

    Args:
        runs: the folder of the project's runs.

    Returns:
        The run folder; None where there is no recording, or this project has, or had, runs.

    Raises:
        UserError: the disk refuses.
    """
    path = recording(name)
    if runs.exists() or not path.is_file():
        return None
    with zipfile.ZipFile(io.BytesIO(read_bounded(path, MAX_BYTES))) as archive:
        files = {entry: archive.read(entry) for entry in archive.namelist()}
    (top,) = {Path(entry).parts[0] for entry in files}
    making = make_folder(runs.with_name(f".{runs.name}.unpacking"))
    try:
        for entry, data in files.items():
            target = making / entry
            make_folder(target.parent)
            atomic_write(target, data, Unflushed())
        explained(runs, lambda: making.rename(runs))
    except UserError:
        shutil.rmtree(making, ignore_errors=True)
        raise
    return runs / top


def lent(name: str) -> Path:
    """The recorded run of an example, unpacked apart from the user's runs, to be looked at beside them.

    Raises:
        UserError: there is none, or the disk refuses.
    """
    path = recording(name)
    if not path.is_file():
        raise UserError(f"The example {name[:40]!r} has no recorded run.", "Open it and train it.")
    version = hashlib.sha256(read_bounded(path, MAX_BYTES)).hexdigest()[:12]
    folder = Path(platformdirs.user_data_dir("glassbox", appauthor=False)) / "recorded" / f"{name} {version}"
    return unpack(name, folder) or next(folder.iterdir())


def run_named(text: str) -> Path:
    """A run folder as the command line names it: its path, or an example's name for its recorded run.

    Raises:
        UserError: it is neither.
    """
    if Path(text).is_dir():
        return Path(text).absolute()
    if not recording(text).is_file():
        known = ", ".join(sorted(recorded()))
        raise UserError(f"{text!r} is neither a run folder nor an example with a recorded run.", f"Known: {known}.")
    return lent(text)


def packed(run: Path) -> bytes:
    """A run folder as a zip, the same bytes for the same files."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(run.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(str(Path(run.name) / path.relative_to(run)), (2026, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
    return held.getvalue()
