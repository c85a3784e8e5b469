"""FileLock: who may write a file, when several windows or machines have it open."""

import logging
import time
from pathlib import Path

from PySide6.QtCore import QLockFile

GARBAGE_AGE = 10.0  # seconds; a younger unreadable lock may be one that is just being written
log = logging.getLogger(__name__)


class FileLock:
    """A lock file. It names the process and the machine that hold it; that of a dead process is taken over.

    Args:
        path: of the lock file itself.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = QLockFile(str(path))
        self._lock.setStaleLockTime(0)

    def take(self) -> str:
        """Try to get the lock; return why not, or an empty text on success."""
        if self._lock.isLocked() or self._lock.tryLock(0):
            return ""
        if self._lock.error() is not QLockFile.LockError.LockFailedError:
            return f"{self._path.parent} cannot be written to"
        holder = self.holder()
        if holder:
            return holder
        return "" if self._clear_garbage() and self._lock.tryLock(0) else "another window is just opening it"

    def take_by_force(self) -> bool:
        """Remove whatever lock there is and take it, because the user says that nobody holds it."""
        self._unlink()
        return self._lock.tryLock(0)

    def holder(self) -> str:
        """Who holds the lock, e.g. "process 4711 on ada has it open"; empty where the lock cannot be read."""
        process, machine, _ = self._lock.getLockInfo()
        return f"process {process} on {machine or 'another machine'} has it open" if process else ""

    def release(self) -> None:
        """Let go of the lock; does nothing where it is not held."""
        if self._lock.isLocked():
            self._lock.unlock()

    def _clear_garbage(self) -> bool:
        try:
            if time.time() - self._path.stat().st_mtime < GARBAGE_AGE:
                return False
        except OSError as error:
            log.info("the lock %s cannot be looked at: %s", self._path, error)
            return False
        log.warning("removed the unreadable lock %s", self._path)
        return self._unlink()

    def _unlink(self) -> bool:
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("the lock %s cannot be removed: %s", self._path, error)
            return False
        return True
