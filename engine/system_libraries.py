"""The shared libraries Qt needs from the system: which are missing, and how to get them. Standard library only."""

import argparse
import ctypes
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["offscreen", "window"]
FIRST_T64 = {"debian": 13.0, "ubuntu": 24.04}


@dataclass(frozen=True)
class Library:
    """A shared library and the Debian package that brings it.

    Args:
        soname: what the loader looks for.
        package: its name up to Debian 12.
        package_t64: its name since the 64-bit time transition (Debian 13, Ubuntu 24.04), where it differs.
    """

    soname: str
    package: str
    package_t64: str = ""


OFFSCREEN = (
    Library("libGL.so.1", "libgl1"),
    Library("libEGL.so.1", "libegl1"),
    Library("libglib-2.0.so.0", "libglib2.0-0", "libglib2.0-0t64"),
    Library("libxkbcommon.so.0", "libxkbcommon0"),
    Library("libdbus-1.so.3", "libdbus-1-3"),
    Library("libfontconfig.so.1", "libfontconfig1"),
    Library("libgssapi_krb5.so.2", "libgssapi-krb5-2"),
)
WINDOW = (
    *OFFSCREEN,
    Library("libxcb-cursor.so.0", "libxcb-cursor0"),
    Library("libxcb-icccm.so.4", "libxcb-icccm4"),
    Library("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    Library("libxcb-shape.so.0", "libxcb-shape0"),
    Library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
)


def missing(kind: Kind = "offscreen") -> list[Library]:
    """The libraries that cannot be loaded; always none on systems whose Qt brings its own.

    Args:
        kind: "offscreen" for tests and pictures, "window" for a real or virtual X screen.
    """
    if not sys.platform.startswith("linux"):
        return []
    return [library for library in (WINDOW if kind == "window" else OFFSCREEN) if not _loads(library.soname)]


def packages(libraries: list[Library], os_release: str | None = None) -> list[str]:
    """The Debian packages that bring `libraries`, by the names of this machine's release.

    Args:
        os_release: text of /etc/os-release, for tests.
    """
    t64 = _has_t64_names(_os_release() if os_release is None else os_release)
    return sorted({(t64 and library.package_t64) or library.package for library in libraries})


def install_command(libraries: list[Library]) -> list[str]:
    """The command that installs what is missing, without sudo."""
    return ["apt-get", "install", "-y", "--no-install-recommends", *packages(libraries)]


def install(kind: Kind) -> int:
    """Install what is missing, where the user may; else print the command to type.

    Returns:
        0 where nothing is missing any more, else 1.
    """
    libraries = missing(kind)
    if not libraries:
        return 0
    prefix = _privilege()
    if prefix is not None and shutil.which("apt-get"):
        _apt([*prefix, "apt-get", "update", "-q"])
        _apt([*prefix, *install_command(libraries)])
        libraries = missing(kind)
    if libraries:
        print(advice(libraries), file=sys.stderr)
    return 1 if libraries else 0


def advice(libraries: list[Library]) -> str:
    """One sentence that says what is missing and what to type."""
    names = ", ".join(library.soname for library in libraries)
    if shutil.which("apt-get"):
        return f"Qt needs system libraries that are missing: {names}. Type: sudo {' '.join(install_command(libraries))}"
    return f"Qt needs system libraries that are missing: {names}. Install them with your system's package manager."


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def _os_release() -> str:
    path = Path("/etc/os-release")
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _has_t64_names(os_release: str) -> bool:
    fields = dict(re.findall(r'^(\w+)="?([^"\n]*)"?$', os_release, re.MULTILINE))
    first = FIRST_T64.get(fields.get("ID", ""))
    version = re.match(r"\d+(\.\d+)?", fields.get("VERSION_ID", ""))
    return first is not None and version is not None and float(version.group()) >= first


def _privilege() -> list[str] | None:
    """What stands before a command of the administrator: nothing for root, sudo where it asks no password."""
    if os.name == "posix" and os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def _apt(command: list[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, env=environment, stdout=sys.stderr, check=False)


def main(argv: list[str] | None = None) -> int:
    """Check, or install with --install. Exit 0 where nothing is missing."""
    parser = argparse.ArgumentParser(prog="python -m engine.system_libraries", description=__doc__)
    parser.add_argument("--kind", choices=("offscreen", "window"), default="offscreen")
    parser.add_argument("--install", action="store_true", help="install what is missing, where allowed")
    options = parser.parse_args(argv)
    if options.install:
        return install(options.kind)
    libraries = missing(options.kind)
    if libraries:
        print(advice(libraries), file=sys.stderr)
    return 1 if libraries else 0


if __name__ == "__main__":
    sys.exit(main())
