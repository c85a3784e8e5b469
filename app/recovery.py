"""Recovery: an autosave of unsaved edits one second after each, and what crashed windows left behind."""

import logging
import os
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from app.document import Document
from app.file_lock import FileLock
from app.settings import data_folder
from engine import project as projects
from engine.errors import UserError
from engine.project import Project
from engine.storage import atomic_write, explained, make_folder, read_bounded

log = logging.getLogger(__name__)


class _Autosave(msgspec.Struct):
    """The content of a recovery file. `project` is the text of a project file; a path need not be text."""

    path: bytes
    digest: str
    time: float
    project: str


@dataclass(frozen=True)
class Orphan:
    """Unsaved edits of a window that is gone.

    Args:
        file: the recovery file.
        path: the project's own file; None where it was never saved.
        digest: of the content of that file that the edits were made on.
        time: of the autosave, seconds since 1970.
        project: with the edits.
    """

    file: Path
    path: Path | None
    digest: str
    time: float
    project: Project

    @property
    def title(self) -> str:
        """Of the project."""
        return self.project.title


class Recovery(QObject):
    """Keeps the open document's unsaved edits in a file of this window's own, and finds those of dead windows.

    Args:
        document: whose edits are kept.
        folder: of the recovery files; in the user's data folder where none is given.
        delays: seconds from the last edit to the autosave, and from the first one not yet autosaved at most.

    Attributes:
        written: the path of the recovery file, after each autosave.
        failed: UserError, once, when an autosave cannot be written; again only after one could.
    """

    written = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        document: Document,
        folder: Path | None = None,
        delays: tuple[float, float] = (1.0, 5.0),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(document)
        self._document = document
        self._folder = folder or data_folder() / "recovery"
        self._delay, self._limit = delays
        self._clock = clock
        self._first_edit: float | None = None
        self._has_failed = False
        self._held: dict[Path, FileLock] = {}
        self.file = self._folder / f"{os.getpid()}-{uuid.uuid4().hex[:8]}.json"
        self._lock = FileLock(_lock_path(self.file))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.write)
        document.changed.connect(self._on_changed)
        document.file_changed.connect(self._on_file_changed)

    def write(self) -> None:
        """Autosave now; remove the autosave where everything is saved."""
        self._timer.stop()
        self._first_edit = None
        if self._document.is_clean:
            self._remove(self.file)
            return
        try:
            make_folder(self._folder)
            self._lock.take()
            atomic_write(self.file, _content(self._document))
        except UserError as error:
            self._complain(error)
            return
        self._has_failed = False
        self.written.emit(self.file)

    def orphans(self) -> list[Orphan]:
        """Return what dead windows left, newest first. They stay reserved for this window until it closes."""
        files = sorted(self._folder.glob("*.json")) if self._folder.is_dir() else []
        self._tidy_locks()
        found = [orphan for file in files if file != self.file and self._reserve(file) and (orphan := _read(file))]
        return sorted(found, key=lambda orphan: orphan.time, reverse=True)

    def restore(self, orphan: Orphan) -> None:
        """Open an orphan's project as unsaved edits, autosave it as this window's, and remove the orphan.

        Raises:
            UserError: the project is unsound; the orphan stays.
        """
        self._document.restore(orphan.project, orphan.path, orphan.digest)
        self.write()
        if not self._has_failed:
            self.discard(orphan)

    def discard(self, orphan: Orphan) -> None:
        """Remove an orphan for good."""
        self._remove(orphan.file)
        lock = self._held.pop(orphan.file, None)
        if lock is not None:
            lock.release()

    def close(self) -> None:
        """The window closes by the user's will: nothing of it needs to be recovered."""
        self._timer.stop()
        self._document.changed.disconnect(self._on_changed)
        self._document.file_changed.disconnect(self._on_file_changed)
        self._remove(self.file)
        for lock in (self._lock, *self._held.values()):
            lock.release()
        self._held.clear()

    def _on_changed(self, _before: Project, _after: Project) -> None:
        now = self._clock()
        if self._first_edit is None:
            self._first_edit = now
        if now - self._first_edit < self._limit - self._delay or not self._timer.isActive():
            self._timer.start(round(1000 * self._delay))  # else the running one ends in time

    def _on_file_changed(self) -> None:
        if self._document.is_clean:
            self.write()

    def _reserve(self, file: Path) -> bool:
        if file not in self._held:
            lock = FileLock(_lock_path(file))
            if lock.take():
                return False
            self._held[file] = lock
        return True

    def _tidy_locks(self) -> None:
        """Remove the locks of dead windows that left nothing else."""
        for path in self._folder.glob("*.lock"):
            if not path.with_suffix(".json").exists():
                lock = FileLock(path)
                lock.take()
                lock.release()

    def _remove(self, file: Path) -> None:
        try:
            explained(file, lambda: file.unlink(missing_ok=True))
        except UserError as error:
            log.warning("an autosave cannot be removed: %s", error)

    def _complain(self, error: UserError) -> None:
        log.warning("no autosave: %s", error)
        if not self._has_failed:
            self._has_failed = True
            self.failed.emit(error)


def _lock_path(file: Path) -> Path:
    return file.with_suffix(".lock")


def _content(document: Document) -> bytes:
    path = os.fsencode(document.path) if document.path else b""
    text = projects.encode(document.project).decode()
    return msgspec.json.encode(_Autosave(path, document.digest, time.time(), text))


def _read(file: Path) -> Orphan | None:
    try:
        kept = msgspec.json.decode(read_bounded(file, 2 * projects.MAX_FILE_BYTES), type=_Autosave)
        project = projects.decode(kept.project.encode(), file.name)
    except (UserError, msgspec.MsgspecError) as error:
        log.warning("the autosave %s cannot be read: %s", file, error)
        return None
    return Orphan(file, Path(os.fsdecode(kept.path)) if kept.path else None, kept.digest, kept.time, project)
