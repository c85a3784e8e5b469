"""`python -m tests.benchmarks`: measure, print the table, write the figures as JSON.

Every group runs in a process of its own with an empty home, so that none disturbs another and a crash costs one group.
"""

import argparse
import importlib.metadata
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec
import psutil
from rich.console import Console

from engine.storage import atomic_write
from tests.benchmarks.row import Row, not_measured
from tests.benchmarks.table import table_of

ROOT = Path(__file__).resolve().parents[2]
GROUPS = {
    "steps": "tests.benchmarks.steps",
    "torch": "tests.benchmarks.eager_torch",
    "window": "tests.benchmarks.window",
    "start": "tests.benchmarks.start",
    "click": "tests.benchmarks.click",
    "answer": "tests.benchmarks.answer",
    "curve": "tests.benchmarks.curve",
    "scrub": "tests.benchmarks.scrub",
    "accuracy": "tests.benchmarks.accuracy",
    "describe": "tests.benchmarks.describe",
    "descent": "tests.benchmarks.descent",
    "lab": "tests.benchmarks.lab_frames",
    "explained": "tests.benchmarks.explained",
    "gradcam": "tests.benchmarks.gradcam",
    "pointing": "tests.benchmarks.pointing",
    "surface": "tests.benchmarks.surface",
    "surface_frames": "tests.benchmarks.surface_frames",
    "gates": "tests.benchmarks.gates_frames",
    "kernels": "tests.benchmarks.kernel_frames",
    "suppression": "tests.benchmarks.suppression",
}
HOMES = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
LIMIT = 1800  # s for one group


def main() -> int:
    """Measure what was asked for.

    Returns:
        0, or 1 where a group could not be measured; a figure that is not met is no failure of the command.
    """
    options = _parsed()
    names = options.only or list(GROUPS)
    console = Console(stderr=True)
    groups, began = {}, time.perf_counter()
    for name in names:
        console.print(f"measuring {name} ...", style="dim")
        groups[name] = _measured(name)
    report = {**_machine(), "seconds": round(time.perf_counter() - began, 1), "groups": _as_json(groups)}
    atomic_write(options.json.absolute(), msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n")
    title = f"{report['cores']} cores, {report['processor']}, load {report['load']}"
    Console(width=None if sys.stdout.isatty() else 200).print(table_of(groups, title))
    print(f"written to {options.json}")
    return int(any(row.figure is None and "failed" in row.note for rows in groups.values() for row in rows))


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=tuple(GROUPS), metavar="NAME", help=", ".join(GROUPS))
    parser.add_argument("--json", type=Path, default=Path("bench.json"), metavar="FILE")
    return parser.parse_args()


def _measured(name: str) -> list[Row]:
    """Run one group in its own process."""
    with tempfile.TemporaryDirectory(prefix="glassbox-bench-", ignore_cleanup_errors=True) as folder:
        out = Path(folder) / "rows.json"
        command = [sys.executable, "-m", "tests.benchmarks.child", GROUPS[name], str(out)]
        try:
            done = subprocess.run(command, cwd=ROOT, env=_environment(folder), timeout=LIMIT, check=False)
        except subprocess.TimeoutExpired:
            return [not_measured("all", f"failed: not done after {LIMIT} s")]
        if done.returncode or not out.exists():
            return [not_measured("all", f"failed: the process ended with status {done.returncode}")]
        return msgspec.json.decode(out.read_bytes(), type=list[Row])


def _environment(folder: str) -> dict[str, str]:
    environment = {"QT_QPA_PLATFORM": "offscreen", "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "2"}
    environment |= os.environ
    if environment.get("DISPLAY"):
        environment["QT_QPA_PLATFORM"] = "xcb"
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
    return environment | {name: folder for name in HOMES} | {"PYTHONPATH": path}


def _machine() -> dict[str, Any]:
    packages = ("tensorflow", "keras", "numpy", "PySide6-Essentials", "pyqtgraph")
    return {
        "cores": psutil.cpu_count(),
        "processor": _processor(),
        "load": " ".join(f"{load:.1f}" for load in psutil.getloadavg()),
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": {name: importlib.metadata.version(name) for name in packages},
        "date": time.strftime("%Y-%m-%d %H:%M:%S %z"),
    }


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text().splitlines() if listed.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _as_json(groups: dict[str, list[Row]]) -> dict[str, list[dict[str, Any]]]:
    return {name: [{**msgspec.to_builtins(row), "met": row.is_met} for row in rows] for name, rows in groups.items()}


if __name__ == "__main__":
    sys.exit(main())
