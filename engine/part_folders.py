"""Hidden folders beside a target in which it is made, and the sweeping of those whose maker was killed."""

import contextlib
import os
import platform
import re
import shutil
import tempfile
import zlib
from pathlib import Path

import psutil

from engine.storage import PART_PREFIX, explained

NAME = re.compile(re.escape(PART_PREFIX) + r"(?P<machine>[0-9a-f]{8})-(?P<process>\d+)-(?P<began>\d+)-.+")
CLOCK_SECONDS = 5  # a process's start is told from the boot time, which moves with the clock


def make_part_folder(target: Path) -> Path:
    """Make a hidden folder beside `target`, marked with this process; folders of processes that are gone are removed.

    Raises:
        UserError: the folder cannot be made.
    """
    sweep(target.parent)
    process = psutil.Process()
    prefix = f"{PART_PREFIX}{_machine()}-{process.pid}-{int(process.create_time())}-"
    return Path(explained(target, lambda: tempfile.mkdtemp(prefix=prefix, dir=target.parent)))


def sweep(folder: Path) -> None:
    """Remove part folders in `folder` that a process of this machine made which no longer runs."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in list(entries):
            if entry.is_dir(follow_symlinks=False) and _is_left(entry.name):
                shutil.rmtree(entry.path, ignore_errors=True)


def _is_left(name: str) -> bool:
    """Whether `name` carries our mark and its maker is gone; on another machine that cannot be told."""
    mark = NAME.fullmatch(name)
    if mark is None or mark["machine"] != _machine():
        return False
    try:
        return abs(psutil.Process(int(mark["process"])).create_time() - int(mark["began"])) > CLOCK_SECONDS
    except psutil.NoSuchProcess:
        return True
    except (psutil.Error, OverflowError):
        return False


def _machine() -> str:
    return f"{zlib.crc32(platform.node().encode(errors='surrogateescape')):08x}"
