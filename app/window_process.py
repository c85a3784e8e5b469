"""The process of the window: application, error door, signals of the system, timing."""

import os
import signal
import sys
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QApplication

from app.collector import Collector
from app.errors import ErrorDoor
from app.program import Program, assemble

AWAKE = 200  # ms; Python sees signals of the system only when its own code runs


def run(project: Path | None) -> int:
    """Open the window and stay until it closes.

    Args:
        project: the file to open, or None.

    Returns:
        exit code of the process.
    """
    app = application()
    door = ErrorDoor(parent=app)
    door.install()
    program = assemble()
    program.window.painted.connect(lambda: _say_time("first paint"))
    program.begin_after_first_paint(project, lambda: _say_time("first view"))
    program.window.show_as_left()
    _heed_signals(app, program)
    try:
        return app.exec()
    finally:
        door.uninstall()
        program.studio.engine.close()


def application() -> QApplication:
    """The application with its names set, collecting its garbage at safe moments."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    QCoreApplication.setApplicationName("glassbox")
    QCoreApplication.setOrganizationName("glassbox")
    assert isinstance(app, QApplication)
    if app.findChild(Collector) is None:
        Collector(app)
    return app


def _heed_signals(app: QApplication, program: Program) -> None:
    """Ctrl+C and a polite kill close the window as the user would, but ask nothing; autosaves stay."""
    awake = QTimer(app)
    awake.timeout.connect(lambda: None)
    awake.start(AWAKE)

    def leave(_number: int, _frame: object) -> None:
        program.studio.engine.close()
        app.exit(130)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave)


def _say_time(what: str) -> None:
    if os.environ.get("GLASSBOX_TIMING") == "1":
        age = 1000 * process_age()
        print(f"glassbox: {what} {age:.0f} ms after the start of the process", file=sys.stderr, flush=True)


def process_age() -> float:
    """Seconds since this process was started, interpreter and imports included.

    Linux says it to 10 ms; elsewhere the answer of psutil can be off by a second.
    """
    stat = Path("/proc/self/stat")
    if not stat.is_file():
        import psutil

        return time.time() - psutil.Process().create_time()
    ticks = int(stat.read_text().rpartition(")")[2].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
