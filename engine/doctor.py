"""What this machine has: versions, devices, libraries, folders. Answers even where TensorFlow cannot be imported."""

import importlib.metadata
import os
import platform
import shutil
import subprocess
from pathlib import Path
from typing import Any

import platformdirs
import psutil

from engine import system_libraries

PACKAGES = (
    "PySide6-Essentials",
    "pyqtgraph",
    "tensorflow",
    "keras",
    "numpy",
    "msgspec",
    "safetensors",
    "scikit-learn",
    "Pillow",
    "platformdirs",
    "psutil",
    "rich",
    "qtawesome",
)
FONTS = ("Inter", "JetBrains Mono")
APP = "glassbox"


def report() -> dict[str, Any]:
    """Everything as one JSON object; `problems` holds one sentence for each thing that needs the user."""
    found: dict[str, Any] = {
        "glassbox": version(APP) or "not installed",
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": usable_cores(),
        "memory_bytes": psutil.virtual_memory().total,
        "devices": ["CPU", *gpus()],
        "packages": {name: version(name) for name in PACKAGES},
        "qt_libraries": _qt_libraries(),
        "folders": _folders(),
        "fonts": _fonts(),
        "display": bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")),
    }
    return {**found, "problems": _problems(found)}


def version(package: str) -> str | None:
    """The installed version of a package, or None."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def usable_cores() -> int:
    """CPU cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def gpus() -> list[str]:
    """Names of NVIDIA GPUs the driver shows, without asking TensorFlow."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return ["NVIDIA GPU"] * len(list(Path("/proc/driver/nvidia/gpus").glob("*")))
    try:
        done = subprocess.run(
            [tool, "--query-gpu=name", "--format=csv,noheader"], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return [line.strip() for line in done.stdout.splitlines() if line.strip()] if done.returncode == 0 else []


def _qt_libraries() -> dict[str, list[str]]:
    offscreen = system_libraries.missing("offscreen")
    window = system_libraries.missing("window")
    return {
        "missing_offscreen": [library.soname for library in offscreen],
        "missing_window": [library.soname for library in window],
        "packages": system_libraries.packages(window),
    }


def _folders() -> dict[str, dict[str, Any]]:
    folders = {
        "data": platformdirs.user_data_path(APP),
        "state": platformdirs.user_state_path(APP),
        "cache": platformdirs.user_cache_path(APP),
    }
    return {name: {"path": str(path), "writable": _is_writable(path)} for name, path in folders.items()}


def _is_writable(path: Path) -> bool:
    """Whether `path` is, or could be made, a folder to write in; nothing is written."""
    existing = next((folder for folder in (path, *path.parents) if folder.exists()), path)
    return existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)


def _fonts() -> dict[str, bool] | None:
    """Whether the fonts the design is drawn in are there; None where the system cannot be asked."""
    tool = shutil.which("fc-list")
    if tool is None:
        return None
    try:
        done = subprocess.run([tool, ":", "family"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    families = {name.strip() for line in done.stdout.splitlines() for name in line.split(",")}
    return {font: font in families for font in FONTS}


def _problems(found: dict[str, Any]) -> list[str]:
    problems = [f"The package {name} is not installed; run make run." for name, v in found["packages"].items() if not v]
    missing = system_libraries.missing("window")
    if missing:
        problems.append(system_libraries.advice(missing))
    for name, folder in found["folders"].items():
        if not folder["writable"]:
            problems.append(f"The {name} folder {folder['path']} cannot be written; check its permission.")
    if found["fonts"] and not all(found["fonts"].values()):
        problems.append("The fonts Inter and JetBrains Mono are missing; install fonts-inter and fonts-jetbrains-mono.")
    return problems
