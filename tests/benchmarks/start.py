"""From starting the process of the window to its first painted frame, and that TensorFlow is not in it."""

import os
import re
import signal
import subprocess
import sys
import time
from statistics import median

import psutil

from tests.benchmarks.row import Row

REPEATS = 5
WANTED = 1.0
PATIENCE = 30.0
PAINTED = re.compile(r"(first \w+) (\d+) ms")


def measure() -> list[Row]:
    """Start the window some times; once before, for the disk cache."""
    _started()
    starts = [_started() for _ in range(REPEATS)]
    paints, views = [start["first paint"] for start in starts], [start["first view"] for start in starts]
    note = f"{min(paints):.2f} to {max(paints):.2f} s; no file of TensorFlow is mapped into the process"
    return [
        Row("process start to first painted frame", median(paints), "s", WANTED, "below", note=note),
        Row("process start to the first view made", median(views), "s", note="the default example in Build"),
    ]


def _started() -> dict[str, float]:
    """Seconds from the start of the process, as it says itself, by what had happened then."""
    environment = os.environ | {"GLASSBOX_TIMING": "1"}
    process = subprocess.Popen([sys.executable, "-m", "app"], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        found = _heard(process)
        _require_no_tensorflow(process.pid)
        return found
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)


def _heard(process: "subprocess.Popen[str]") -> dict[str, float]:
    assert process.stderr is not None
    found: dict[str, float] = {}
    until = time.monotonic() + PATIENCE
    while "first view" not in found:
        line = process.stderr.readline()
        matched = PAINTED.search(line)
        if matched:
            found[matched[1]] = int(matched[2]) / 1000
        assert line and time.monotonic() < until, "the window ended, or did not say when it was painted"
    return found


def _require_no_tensorflow(pid: int) -> None:
    mapped = {entry.path for entry in psutil.Process(pid).memory_maps()}
    assert any("PySide6" in path for path in mapped), "this is not the window"
    guests = sorted(path for path in mapped if "tensorflow" in path.lower())
    assert not guests, guests
