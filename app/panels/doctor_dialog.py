"""DoctorDialog: what this machine has, as `glassbox doctor` prints it; asked in another process, so nothing waits."""

import sys
from pathlib import Path

from PySide6.QtCore import QProcess, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.theme import Look
from app.widgets.progress_line import ProgressLine

COMMAND = (sys.executable, "-m", "app", "doctor")
ROOT = Path(__file__).resolve().parents[2]
NO_ANSWER = "The report could not be made. Type glassbox doctor in a terminal to see why."


class DoctorDialog(QDialog):
    """Versions, devices, libraries and folders, with a button to copy them."""

    def __init__(self, look: Look, parent: QWidget | None = None, command: tuple[str, ...] = COMMAND) -> None:
        super().__init__(parent)
        self.setWindowTitle("About this machine")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.busy = ProgressLine(look)
        self.busy.set_busy("looking at this machine")
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(look.theme.font("code"))
        self.text.setAccessibleName("Report")
        self.copy_button = QPushButton("Copy")
        self.copy_button.setEnabled(False)
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        close = QPushButton("Close")
        close.setProperty("kind", "primary")
        close.clicked.connect(self.accept)
        self._lay_out(close)
        self._process = QProcess(self)
        self._process.setWorkingDirectory(str(ROOT))
        self._process.finished.connect(self._show)
        self._process.errorOccurred.connect(lambda _: self._show())
        self._process.start(command[0], list(command[1:]))

    def done(self, result: int) -> None:
        """End the other process with the dialog."""
        self._process.blockSignals(True)
        if self._process.state() is not QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(1000)
        super().done(result)

    def _lay_out(self, close: QPushButton) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.busy)
        column.addWidget(self.text, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.copy_button)
        row.addWidget(close)
        column.addLayout(row)
        self.resize(620, 560)

    def _show(self) -> None:
        report = bytes(self._process.readAllStandardOutput().data()).decode("utf-8", "replace").strip()
        self.text.setPlainText(report or NO_ANSWER)
        self.copy_button.setEnabled(bool(report))
        self.busy.hide()
