"""One line of plain text that gives way: what does not fit ends in an ellipsis and shows whole in the tooltip."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.text import tooltip
from app.theme import Look


class ElidedLabel(QWidget):
    """Plain text in a type role and an ink that never asks for more width than there is."""

    def __init__(self, text: str, role: str, look: Look, token: str = "ink3", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._role, self._look, self._token = "", role, look, token
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_text(text)
        look.changed.connect(self.update)

    @property
    def text(self) -> str:
        """The whole text."""
        return self._text

    def set_text(self, text: str, hint: str = "") -> None:
        """Show another text; `hint` is added to the tooltip."""
        self._text = text
        self.setAccessibleName(text)
        self.setToolTip(tooltip("\n".join(part for part in (text, hint) if part)))
        self.updateGeometry()
        self.update()

    def set_token(self, token: str) -> None:
        """Show the text in another ink."""
        self._token = token
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._metrics().horizontalAdvance(self._text) + 2, self._look.theme.line_height(self._role))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._look.theme.line_height(self._role))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._look.theme.font(self._role))
        painter.setPen(self._look.theme.any_color(self._token))
        shown = self._metrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(self._look.theme.font(self._role))
