"""The real window with a real engine, for benchmarks: open, turn its event loop, wait for what happens."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer

from app.dialogs import Dialogs
from app.program import Program, assemble
from app.settings import Settings
from app.window_process import application
from engine.project import Project

PATIENCE = 120.0
SIZE = (1440, 900)


@contextmanager
def open_window(project: Project, view: str) -> Iterator[Program]:
    """Show `project` in a view, its data loaded and its activations there."""
    application()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        settings = Settings(Path(folder) / "settings.ini")
        answers = Dialogs(unsaved=lambda *_: "discard", stop=lambda *_: True)
        program = assemble(settings, theme="dark", dialogs=answers, recover=False)
        try:
            program.window.resize(*SIZE)
            program.window.show()
            program.studio.engine.start()
            program.studio.document.open_project(project)
            program.window.show_view(view)
            wait_until(lambda: program.studio.watched_now is not None)
            yield program
        finally:
            program.studio.engine.close()
            program.studio.document.close()
            program.window.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert "tensorflow" not in sys.modules


def turn(seconds: float) -> None:
    """Run the event loop for a time."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def wait_until(happened: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Run the event loop until something has happened.

    Raises:
        TimeoutError: it has not.
    """
    until = time.monotonic() + patience
    while not happened():
        if time.monotonic() > until:
            raise TimeoutError("the window did not get there")
        turn(0.005)
