"""Atomic writes and bounded reads: the only module that opens a file for writing.

A reader of the final path sees the old content or the new, never a mixture: the bytes go to a temporary file in the
same folder, are flushed to the disk, and take the final name in one step.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from engine.errors import UserError

PART_PREFIX = ".glassbox-part-"
T = TypeVar("T")


class FileSystem:
    """The operations a write is made of, in one place so that a test can fail the n-th of them."""

    def create(self, folder: Path) -> tuple[int, str]:
        """Create a temporary file beside the target; return its descriptor and path."""
        path = str(folder / f"{PART_PREFIX}{os.urandom(8).hex()}")
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        return os.open(path, flags, 0o666), path  # not mkstemp: the user's umask decides who may read it

    def copy_mode(self, descriptor: int, existing: Path) -> None:
        """Give the temporary file the permissions of the file it replaces, if there is one."""
        if hasattr(os, "fchmod") and existing.exists():
            os.fchmod(descriptor, stat.S_IMODE(existing.stat().st_mode))

    def write(self, descriptor: int, data: memoryview) -> int:
        """Write some of `data`; return how many bytes were taken."""
        return os.write(descriptor, data)

    def flush(self, descriptor: int) -> None:
        """Wait until the file is on the disk."""
        os.fsync(descriptor)

    def rename(self, source: str, target: Path) -> None:
        """Give the temporary file its final name in one step."""
        os.replace(source, target)  # noqa: PTH105 - the path may hold bytes that are not text

    def flush_folder(self, folder: Path) -> None:
        """Wait until the new name is on the disk; not every system can."""
        if os.name == "posix":
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


REAL = FileSystem()


def atomic_write(path: Path, data: bytes, fs: FileSystem = REAL) -> None:
    """Replace the content of `path` by `data`, wholly or not at all. A link stays one; what it leads to is replaced.

    Raises:
        UserError: the disk is full, the folder is read-only or gone; the old content is intact.
    """
    target = _followed(path)
    try:
        descriptor, temporary = fs.create(target.parent)
    except OSError as error:
        raise _explain(error, path) from error
    try:
        try:
            fs.copy_mode(descriptor, target)
            rest = memoryview(data)
            while rest:
                rest = rest[fs.write(descriptor, rest) :]
            fs.flush(descriptor)
        finally:
            os.close(descriptor)
        fs.rename(temporary, target)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise _explain(error, path) from error
    _flush_name(target.parent, fs)


def atomic_move(source: Path, target: Path, fs: FileSystem = REAL) -> None:
    """Move a finished file that a library wrote beside `target` into its place, flushed to the disk first.

    Raises:
        UserError: the move failed; the old target is intact and the source is gone.
    """
    try:
        descriptor = os.open(source, os.O_RDONLY)
        try:
            fs.flush(descriptor)
        finally:
            os.close(descriptor)
        fs.rename(str(source), _followed(target))
    except OSError as error:
        source.unlink(missing_ok=True)
        raise _explain(error, target) from error
    _flush_name(target.parent, fs)


def _followed(path: Path) -> Path:
    """Where a link leads; any other path as it is."""
    return Path(os.path.realpath(path)) if os.path.islink(path) else path  # noqa: PTH114 - never raises


def _flush_name(folder: Path, fs: FileSystem) -> None:
    # A failure is no loss: the file is in place and whole; only its name may need a moment to reach the disk.
    with contextlib.suppress(OSError):
        fs.flush_folder(folder)


def read_bounded(path: Path, limit: int) -> bytes:
    """Return the content of a regular file of at most `limit` bytes.

    Raises:
        UserError: the file is missing, not a regular file, unreadable or larger than `limit`.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise UserError(f"{path.name} is not a regular file.", "Choose a file.", where=str(path))
            if found.st_size > limit:
                raise UserError(
                    f"{path.name} has {found.st_size:,} bytes; at most {limit:,} are read.",
                    "Is it the right file?",
                    where=str(path),
                )
            return file.read(limit)
    except OSError as error:
        raise _explain(error, path) from error


def make_folder(path: Path) -> Path:
    """Create `path` and its parents where missing, and return it.

    Raises:
        UserError: the folder cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _explain(error, path) from error
    return path


def explained(path: Path, action: Callable[[], T]) -> T:
    """Run `action`, which appends to or deletes `path`, and turn a failure of the system into a UserError."""
    try:
        return action()
    except OSError as error:
        raise _explain(error, path) from error


def _explain(error: OSError, path: Path) -> UserError:
    folder = path.parent
    sentences = {
        errno.ENOSPC: (f"The disk is full; {path.name} was not written.", f"Free some space on the disk of {folder}."),
        errno.EDQUOT: (f"Your disk quota is used up; {path.name} was not written.", "Free some space."),
        errno.EROFS: (f"{folder} is read-only; {path.name} was not written.", "Save somewhere else."),
        errno.EACCES: (f"No permission for {path}.", "Choose another place, or change the permission."),
        errno.EPERM: (f"No permission for {path}.", "Choose another place, or change the permission."),
        errno.ENOENT: (f"{path} does not exist.", "Check the path."),
        errno.EISDIR: (f"{path} is a folder, not a file.", "Choose a file."),
        errno.ENOTDIR: (f"{folder} is not a folder.", "Check the path."),
        errno.ENAMETOOLONG: (f"The name {path.name[:40]}... is too long.", "Choose a shorter name."),
    }
    reason = os.strerror(error.errno) if error.errno else str(error)
    message, hint = sentences.get(error.errno or 0, (f"{path}: {reason}.", "Try again, or choose another place."))
    return UserError(message, hint, where=str(path))
