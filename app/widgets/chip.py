"""A chip: a short fact in a small box."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from app.icons import icon as themed_icon
from app.theme import Look
from app.widgets.plain_label import PlainLabel


class Chip(QFrame):
    """A fact of a few words, 22 px high.

    Args:
        icon: a name of `app.icons.NAMES`, or nothing.
        token: the icon's colour token.
        tone: "raised" as usual, "ink" for what is here and now.
    """

    def __init__(
        self, text: str, look: Look, icon: str | None = None, token: str = "ok", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._icon, self._token = look, icon, token
        self.setProperty("chip", "raised")
        self.setFixedHeight(look.theme.size("chip"))
        self._picture = QLabel(self)
        self._picture.setVisible(icon is not None)
        self._label = PlainLabel(text, "caption", look)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(6)
        row.addWidget(self._picture)
        row.addWidget(self._label)
        self._draw()
        look.changed.connect(self._draw)

    def set_text(self, text: str) -> None:
        """Show another fact."""
        self._label.setText(text)

    def set_icon(self, icon: str | None, token: str = "ok") -> None:
        """Show another icon, or none."""
        self._icon, self._token = icon, token
        self._picture.setVisible(icon is not None)
        self._draw()

    def set_tone(self, tone: str) -> None:
        """Change between "raised" and "ink"."""
        self.setProperty("chip", tone)
        self._label.set_token("onink" if tone == "ink" else "ink2")
        self.style().unpolish(self)
        self.style().polish(self)

    def _draw(self) -> None:
        if self._icon is not None:
            self._picture.setPixmap(themed_icon(self._icon, self._look, self._token).pixmap(QSize(12, 12)))
