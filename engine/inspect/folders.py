"""What lies in a folder of pictures, by names only: one folder for each class, as Keras lays them out."""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from engine.errors import UserError
from engine.inspect.names import absolute, listed, shown

MAX_FILES = 200_000
MAX_CLASSES = 1000
MAX_DEPTH = 8
GLANCE = 20_000
LAYOUT = "Make one folder for each class, e.g. photos/cat/1.jpg and photos/dog/2.jpg, and choose photos."


@dataclass(frozen=True)
class Listing:
    """The files of each class, sorted by path, and how many entries were passed over for each reason."""

    root: Path
    class_names: tuple[str, ...]
    files: tuple[tuple[Path, ...], ...]
    ignored: dict[str, list[str]] = field(default_factory=dict)


def class_folders(path: str) -> tuple[Path, tuple[str, ...]]:
    """Return the folder and its class names, sorted; looks at the first 20,000 entries only.

    Raises:
        UserError: the path is no folder, cannot be read, or holds no or one class folder.
    """
    root = _require_folder(path)
    folders, files = [], 0
    for entry in islice(_entries(root), GLANCE):
        if entry.is_dir(follow_symlinks=False):
            folders.append(entry.name)
        else:
            files += 1
    _require_classes(root, folders, files)
    return root, tuple(sorted(folders))


def list_pictures(path: str, check: Callable[[], None]) -> Listing:
    """Walk the class folders; links to folders are not followed.

    Args:
        check: called for every folder; raises to stop.

    Raises:
        UserError: as `class_folders`, or more than 200,000 files.
    """
    root, names = class_folders(path)
    ignored: dict[str, list[str]] = {}
    files: list[tuple[Path, ...]] = []
    total = 0
    for name in names:
        found = sorted(islice(_walk(root / name, ignored, check), MAX_FILES + 1 - total))
        total += len(found)
        if total > MAX_FILES:
            raise UserError(
                f"{shown(root.name)} holds more than {MAX_FILES:,} files.", "Choose a smaller folder.", str(root)
            )
        files.append(tuple(found))
    return Listing(root, names, tuple(files), ignored)


def _walk(folder: Path, ignored: dict[str, list[str]], check: Callable[[], None]) -> Iterator[Path]:
    """Yield the regular files below `folder`, hidden ones left out."""
    ahead = [(folder, 1)]
    while ahead:
        check()
        here, depth = ahead.pop()
        try:
            entries = list(islice(_entries(here), MAX_FILES + 1))
        except OSError:
            ignored.setdefault("folders without permission", []).append(here.name)
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False) and depth < MAX_DEPTH:
                ahead.append((Path(entry.path), depth + 1))
            elif (reason := _reason_to_ignore(entry)) is None:
                yield Path(entry.path)
            else:
                ignored.setdefault(reason, []).append(entry.name)


def _reason_to_ignore(entry: os.DirEntry[str]) -> str | None:
    """Why an entry is passed over, in the plural; None for a regular file or a link to one."""
    try:
        mode = entry.stat().st_mode
    except OSError:
        return "broken or circular links"
    if stat.S_ISREG(mode):
        return None
    if stat.S_ISDIR(mode):
        return "links to folders" if entry.is_symlink() else "folders nested too deeply"
    return "pipes, sockets or devices"


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        yield from (entry for entry in entries if not entry.name.startswith("."))


def _require_folder(path: str) -> Path:
    if not path.strip():
        raise UserError("No folder is chosen yet.", LAYOUT, where="path")
    root = absolute(path)
    try:
        if not root.is_dir():
            found = "is a file, not a folder" if root.exists() else "does not exist"
            raise UserError(f"{shown(str(root))} {found}.", "Choose a folder of pictures.", where="path")
        with os.scandir(root) as entries:
            next(entries, None)
    except PermissionError:
        raise UserError(
            f"No permission to read {shown(str(root))}.", "Change the permission, or choose another.", "path"
        ) from None
    except (OSError, ValueError) as error:
        raise UserError(f"{shown(str(root))} cannot be read: {error}.", "Choose another folder.", "path") from None
    return root


def _require_classes(root: Path, folders: list[str], files: int) -> None:
    name = shown(root.name or str(root))
    if not folders:
        found = f"{files:,} files but no folders" if files else "nothing"
        raise UserError(f"{name} holds {found}; expected one folder for each class.", LAYOUT, where="path")
    if len(folders) == 1:
        raise UserError(
            f"{name} holds only one class folder, {shown(folders[0])}; expected at least two classes.",
            LAYOUT,
            where="path",
        )
    if len(folders) > MAX_CLASSES:
        raise UserError(
            f"{name} holds {len(folders):,} folders ({listed(sorted(folders))}); at most {MAX_CLASSES:,} classes.",
            LAYOUT,
            where="path",
        )
