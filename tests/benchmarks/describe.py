"""Wall time of `glassbox describe digits --json`, from starting the process to its end."""

import json
import subprocess
import sys
import time
from statistics import median

from tests.benchmarks.row import Row

REPEATS = 9
WANTED = 300.0


def measure() -> list[Row]:
    """Measure the command, and an interpreter that does nothing beside it."""
    _seconds("-m", "app", "describe", "digits", "--json")  # once for the disk cache
    ours, empty = [], []
    for _ in range(REPEATS):
        ours.append(1000 * _seconds("-m", "app", "describe", "digits", "--json"))
        empty.append(1000 * _seconds("-c", "print('{}')"))
    note = f"Python alone {median(empty):.0f} ms; {min(ours):.0f} to {max(ours):.0f} ms"
    return [Row("glassbox describe digits --json", median(ours), "ms", WANTED, "below", note=note)]


def _seconds(*words: str) -> float:
    began = time.perf_counter()
    done = subprocess.run([sys.executable, *words], capture_output=True, check=True)
    spent = time.perf_counter() - began
    json.loads(done.stdout.splitlines()[-1])
    return spent
