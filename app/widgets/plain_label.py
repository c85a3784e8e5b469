"""A label that never reads markup and follows the theme."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.theme import Look


class PlainLabel(QLabel):
    """Plain text in a type role and an ink.

    Args:
        text: shown literally, whatever it holds.
        role: a type role of the theme, e.g. "body", "number".
        token: a colour token.
    """

    def __init__(self, text: str, role: str, look: Look, token: str = "ink2", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._role, self._token = look, role, token
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self._restyle()
        look.changed.connect(self._restyle)

    def set_token(self, token: str) -> None:
        """Show the text in another ink."""
        self._token = token
        self._restyle()

    def set_role(self, role: str) -> None:
        """Show the text in another type role."""
        self._role = role
        self._restyle()

    def set_wrapped(self) -> "PlainLabel":
        """Let the text take several lines; returns itself."""
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        return self

    def _restyle(self) -> None:
        palette = self.palette()
        color = self._look.theme.any_color(self._token)
        for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
            palette.setColor(group, QPalette.ColorRole.WindowText, color)
        palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText, self._look.theme.color("off"))
        self.setPalette(palette)
        self.setFont(self._look.theme.font(self._role))
