"""Exports with proof: written by a disposable process, loaded by a second one, compared, then moved into place."""

import json
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

from engine.disposable import Disposable
from engine.errors import UserError
from engine.exporters import EXPORTERS
from engine.exporters.spec import Exporter
from engine.messages import Export, Exported, Phase
from engine.part_folders import make_part_folder
from engine.run_folder import RunFolder
from engine.runtime.jobs import Cancelled, Job, Report, in_thread
from engine.runtime.shelf import Shelf
from engine.storage import atomic_move

TIMEOUT_SECONDS = 600


def export_run(request: Export, shelf: Shelf) -> Job:
    """Write a run's last checkpoint in another format, and prove it."""
    exporter = exporter_of(request.format)
    target = Path(request.path).absolute()
    run = RunFolder(Path(request.folder).absolute())
    require_target(target, exporter)
    run.newest_checkpoint()
    folder = make_part_folder(target)
    children = _Children()
    try:
        part = folder / f"model{exporter.suffix}"
        yield Report([Phase(text=f"writing {target.name}")])
        yield from in_thread(lambda: children.run("make", exporter.id, str(run.path), str(part)))
        yield Report([Phase(text="loading it again in a fresh process")])
        proof = yield from in_thread(lambda: children.run("check", exporter.id, str(run.path), str(part)))
        require_equal(exporter, float(proof["max_difference"]))
        size = part.stat().st_size
        atomic_move(part, target)
        exported = Exported(
            path=str(target),
            format=exporter.id,
            max_difference=float(proof["max_difference"]),
            samples=int(proof["samples"]),
            size=size,
        )
        yield Report([Phase(text=""), exported])
    except Cancelled:
        children.kill()
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {}


def exporter_of(name: str) -> Exporter:
    """Return the record of a format.

    Raises:
        UserError: there is no such format.
    """
    if name not in EXPORTERS:
        raise UserError(f"There is no export format {name[:40]!r}.", f"Known: {', '.join(EXPORTERS)}.")
    return EXPORTERS[name]


def require_target(target: Path, exporter: Exporter) -> None:
    """Check where an export is to go.

    Raises:
        UserError: a folder stands there, its own folder is missing, or the suffix is another.
    """
    if target.is_dir():
        raise UserError(f"{target} is a folder; expected a file name.", f"Add a name ending in {exporter.suffix}.")
    if not target.parent.is_dir():
        raise UserError(f"The folder {target.parent} does not exist.", "Choose an existing folder.")
    if target.suffix != exporter.suffix:
        raise UserError(
            f"{target.name} ends in {target.suffix or 'nothing'}; a {exporter.name} ends in {exporter.suffix}.",
            f"Name it {target.stem}{exporter.suffix}.",
        )


def require_equal(exporter: Exporter, difference: float) -> None:
    """Check the proof.

    Raises:
        UserError: the exported model answers differently.
    """
    if not difference <= exporter.tolerance:
        raise UserError(
            f"The {exporter.name} answers differently: {difference:.3g} at most, {exporter.tolerance:g} allowed.",
            "It was not kept. Please report this with the project.",
        )


class _Children:
    """The disposable processes of one export, one at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: Disposable | None = None
        self._is_killed = False

    def run(self, *arguments: str) -> dict[str, Any]:
        """Run `engine.runtime.export_child` and return what it says.

        Raises:
            UserError: it says what is wrong, or died.
        """
        with self._lock:
            if self._is_killed:
                raise Cancelled
            self._process = Disposable("engine.runtime.export_child", arguments)
        try:
            return _answer(*self._process.result(TIMEOUT_SECONDS))
        except subprocess.TimeoutExpired:
            raise UserError(f"The export took longer than {TIMEOUT_SECONDS} s and was ended.", "Try again.") from None

    def kill(self) -> None:
        """End the present process, and start no other."""
        with self._lock:
            self._is_killed = True
            if self._process is not None:
                self._process.kill()


def _answer(code: int, out: str, err: str) -> dict[str, Any]:
    """What a child says in its last line.

    Raises:
        UserError: it says what is wrong, or died.
    """
    lines = out.strip().splitlines()
    try:
        answer = json.loads(lines[-1]) if lines else {}
    except ValueError:
        answer = {}
    if "error" in answer:
        raise UserError(answer["error"], answer.get("hint", ""))
    if code or not answer:
        last = (err.strip().splitlines() or ["it said nothing"])[-1]
        raise UserError(
            f"The exporting process ended with code {code}: {last[:300]}.",
            "Is the disk full? Nothing was changed at the target.",
        )
    return dict(answer)
