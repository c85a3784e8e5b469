"""A dashed box that takes files dropped on it, or opens a dialog when pressed."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.theme import Look


def local_files(mime: QMimeData) -> list[Path]:
    """Return the local files and folders a drag carries."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]


class DropZone(QAbstractButton):
    """Takes files.

    Args:
        heading: first line, e.g. "Drop files to add a dataset".
        sentence: which files are meant.
    """

    dropped = Signal(object)  # list[Path]

    def __init__(self, heading: str, sentence: str, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heading, self._sentence, self._look, self._over = heading, sentence, look, False
        self.setAcceptDrops(True)
        self.setAccessibleName(heading)
        self.setAccessibleDescription(sentence)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(160, 72)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()):
            self._over = True
            event.acceptProposedAction()
            self.update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._over = False
        self.update()
        event.acceptProposedAction()
        self.dropped.emit(local_files(event.mimeData()))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, box = self._look.theme, QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lively = self._over or self.hasFocus()
        pen = QPen(theme.color("ink" if lively else "ctl"), 2 if lively else 1)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(theme.color("raised") if self._over or self.underMouse() else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, theme.radius("card"), theme.radius("card"))
        middle = box.center().y()
        self._line(painter, "control", "ink", self._heading, QRectF(box.x() + 8, middle - 20, box.width() - 16, 18))
        self._line(painter, "caption", "ink3", self._sentence, QRectF(box.x() + 8, middle + 2, box.width() - 16, 16))

    def _line(self, painter: QPainter, role: str, token: str, text: str, box: QRectF) -> None:
        font = self._look.theme.font(role)
        painter.setFont(font)
        painter.setPen(self._look.theme.color(token))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)
