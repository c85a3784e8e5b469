"""What an empty place shows: one heading, one sentence, one button."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.text import button_text
from app.theme import Look
from app.widgets.plain_label import PlainLabel


class EmptyState(QWidget):
    """A dashed box that says what will be here and how it comes about; no button text, no button."""

    pressed = Signal()

    def __init__(self, heading: str, sentence: str, button: str, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._heading = PlainLabel(heading, "title", look, "ink").set_wrapped()
        self._sentence = PlainLabel(sentence, "body", look).set_wrapped()
        self.button = QPushButton(button_text(button), self)
        self.button.setProperty("kind", "primary")
        self.button.setProperty("compact", True)
        self.button.clicked.connect(self.pressed)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(4)
        column.addWidget(self._heading)
        column.addWidget(self._sentence)
        column.addSpacing(8)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self.button.setVisible(bool(button))
        look.changed.connect(self.update)

    def set_texts(self, heading: str, sentence: str, button: str = "") -> None:
        """Say something else."""
        self._heading.setText(heading)
        self._sentence.setText(sentence)
        self.button.setText(button_text(button))
        self.button.setVisible(bool(button))

    @property
    def texts(self) -> tuple[str, str]:
        """Heading and sentence."""
        return self._heading.text(), self._sentence.text()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dashed border."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self._look.theme.color("ctl"), 1.0)
        pen.setDashPattern([3.0, 3.0])
        painter.setPen(pen)
        radius = self._look.theme.radius("control")
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
