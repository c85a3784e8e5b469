"""ProjectFile: the file of the open project: its lock, whether it may be written, whether someone else changed it."""

import hashlib
import os
import stat
from pathlib import Path

from app.file_lock import FileLock
from engine import project as projects
from engine.errors import UserError
from engine.project import Project
from engine.storage import atomic_write, read_bounded


class FileChanged(UserError):
    """The file on the disk is no longer the one that was opened or saved here."""


class ProjectFile:
    """One project file, held open for writing where that is possible.

    Args:
        path: absolute, links resolved, so that two names of one file share one lock.
        digest: SHA-256 of the content this window knows; that on the disk now where empty.

    Attributes:
        read_only_reason: why saving here is refused; empty where it is allowed.
    """

    def __init__(self, path: Path, digest: str = "") -> None:
        self.path = path
        self.digest = digest or self._digest_on_disk()
        self._lock = FileLock(path.with_name(f".{path.name}.lock"))
        self.read_only_reason = self._permission() or self._lock_reason()

    def write(self, project: Project) -> None:
        """Replace the content of the file.

        Raises:
            FileChanged: another program wrote it since it was opened or saved here.
            UserError: it is read-only here, or the disk refuses; the old content is intact.
        """
        if self.read_only_reason:
            raise UserError(self.read_only_reason, "Use Save as to keep your changes in another file.", str(self.path))
        if self.is_changed():
            raise FileChanged(
                f"{self.path.name} was changed by another program since it was opened here; it was not overwritten.",
                "Use Save as to keep both, or open the file again.",
                where=str(self.path),
            )
        data = projects.encode(project)
        atomic_write(self.path, data)
        self.digest = digest_of(data)

    def is_changed(self) -> bool:
        """Whether the file on the disk is there and differs from what this window knows."""
        found = self._digest_on_disk()
        return bool(found) and found != self.digest

    def accept_disk(self) -> None:
        """The user has seen that the file changed and wants the next save to replace it."""
        self.digest = self._digest_on_disk()

    def take_by_force(self) -> bool:
        """Take the lock from whoever left it; True where saving is allowed now."""
        if not self._permission() and self._lock.take_by_force():
            self.read_only_reason = ""
        return not self.read_only_reason

    def close(self) -> None:
        """Let go of the lock."""
        self._lock.release()

    def _lock_reason(self) -> str:
        reason = self._lock.take()
        return f"{self.path.name} is read-only here: {reason}." if reason else ""

    def _permission(self) -> str:
        """Why the file system forbids writing; looks at the mode as well, which the superuser could override."""
        folder = self.path.parent
        if not folder.exists():
            return f"The folder {folder} does not exist."
        if not os.access(folder, os.W_OK | os.X_OK) or not _is_writable(folder):
            return f"The folder {folder} is read-only."
        if self.path.exists() and not (os.access(self.path, os.W_OK) and _is_writable(self.path)):
            return f"{self.path.name} is read-only."
        return ""

    def _digest_on_disk(self) -> str:
        """Of the file now; "" where there is none, and a word that no digest equals where it cannot be read."""
        try:
            self.path.stat()
            return digest_of(read_bounded(self.path, projects.MAX_FILE_BYTES))
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except (OSError, UserError):
            return "unreadable"


def resolved(path: Path) -> Path:
    """Return the absolute path with links followed.

    Raises:
        UserError: the path cannot be followed, e.g. links in a circle.
    """
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:
        raise UserError(f"{path} cannot be opened: {error}.", "Choose another file.", str(path)) from None


def digest_of(data: bytes) -> str:
    """Return the SHA-256 of a file's content."""
    return hashlib.sha256(data).hexdigest()


def _is_writable(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
