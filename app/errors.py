"""The second door for errors: what nobody expected. The work is safe, the report can be copied, the program goes on."""

import platform
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from PySide6 import __version__ as qt_version
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from engine.errors import UserError

QUIET_SECONDS = 60.0  # a bug that goes on happening is shown once
QUIET_MISTAKE = 1.0  # a user's mistake may be made, and told, again
SAFE = "Something went wrong inside Glassbox. Your work is safe: nothing was closed and unsaved edits are kept."


@dataclass(frozen=True)
class Report:
    """An error as the user sees it.

    Args:
        heading: one sentence, plain text.
        hint: what to do, one sentence.
        details: the report to copy; empty for a user's mistake, which needs none.
    """

    heading: str
    hint: str
    details: str = ""


def show_report(report: Report) -> None:
    """Open a dialog that does not block: the program goes on behind it."""
    box = QMessageBox(QApplication.activeWindow())
    box.finished.connect(lambda _: box.deleteLater())  # the connection also keeps the box alive until then
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle("Glassbox")
    box.setText(report.heading)
    box.setInformativeText(report.hint)
    if report.details:
        box.setDetailedText(report.details)
        copy = box.addButton("Copy report", QMessageBox.ButtonRole.ActionRole)
        copy.clicked.disconnect()  # copying does not close the dialog
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report.details))
    box.setDefaultButton(box.addButton("Continue", QMessageBox.ButtonRole.AcceptRole))
    box.open()


class ErrorDoor(QObject):
    """Catches what no one caught, on every thread, and shows it once.

    Args:
        show: opens the dialog; replaceable, so that a test or a command line can do without one.
        clock: seconds that only grow.
    """

    _caught = Signal(object)

    def __init__(
        self,
        show: Callable[[Report], None] = show_report,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._show = show
        self._clock = clock
        self._shown: dict[tuple[object, ...], float] = {}
        self._is_showing = False
        self._caught.connect(self._open)

    def install(self) -> None:
        """Become the hook of this process, for all threads."""
        sys.excepthook = self.catch
        threading.excepthook = self._catch_in_thread

    def uninstall(self) -> None:
        """Give the hooks back to Python."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def catch(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Take one error, from any thread."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        if not isinstance(error, UserError):
            sys.__excepthook__(kind, error, trace)
        if self._is_new(error, trace):
            self._caught.emit(_report(error))

    def _catch_in_thread(self, hook: threading.ExceptHookArgs) -> None:
        if hook.exc_value is not None:
            self.catch(hook.exc_type, hook.exc_value, hook.exc_traceback)

    def _is_new(self, error: BaseException, trace: TracebackType | None) -> bool:
        key = _key(error, trace)
        now = self._clock()
        last = self._shown.get(key)
        self._shown[key] = now
        quiet = QUIET_MISTAKE if isinstance(error, UserError) else QUIET_SECONDS
        return last is None or now - last > quiet

    def _open(self, report: Report) -> None:
        if self._is_showing:  # an error while the dialog is being made would open dialogs without end
            return
        self._is_showing = True
        try:
            self._show(report)
        finally:
            self._is_showing = False


def _key(error: BaseException, trace: TracebackType | None) -> tuple[object, ...]:
    """What makes two errors the same: the kind and the place; for a user's mistake also the words."""
    if isinstance(error, UserError):
        return (UserError, error.message)
    frames = traceback.extract_tb(trace)
    return (type(error), frames[-1].filename, frames[-1].lineno) if frames else (type(error), str(error))


def _report(error: BaseException) -> Report:
    if isinstance(error, UserError):
        return Report(error.message, error.hint)
    return Report(SAFE, "Please copy the report and send it to the developers.", report_text(error))


def report_text(error: BaseException) -> str:
    """Return versions and traceback, with the user's home folder written as ~."""
    trace = "".join(traceback.format_exception(error))
    versions = f"Python {platform.python_version()}, Qt for Python {qt_version}, {platform.platform()}"
    return f"Glassbox\n{versions}\n\n{trace}".replace(str(Path.home()), "~")
