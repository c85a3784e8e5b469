"""A square button that shows an icon."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QToolButton, QWidget

from app.icons import icon
from app.text import tooltip
from app.theme import Look


class IconButton(QToolButton):
    """An icon button of 28 by 28 pixels.

    Args:
        name: a name of `app.icons.NAMES`.
        hint: the tooltip and accessible name, plain text.
        framed: whether it has a border at rest.
    """

    def __init__(self, name: str, hint: str, look: Look, framed: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._name, self._token = look, name, "ink2"
        self.setProperty("frame", framed)
        side = look.theme.size("controlH")
        self.setFixedSize(side, side)
        self.setIconSize(QSize(16, 16))
        self.setToolTip(tooltip(hint))
        self.setAccessibleName(hint)
        self._draw()
        look.changed.connect(self._draw)

    def set_icon_name(self, name: str, token: str = "ink2") -> None:
        """Show another icon."""
        self._name, self._token = name, token
        self._draw()

    def set_hint(self, hint: str) -> None:
        """Say something else in the tooltip."""
        self.setToolTip(tooltip(hint))
        self.setAccessibleName(hint)

    def _draw(self) -> None:
        self.setIcon(icon(self._name, self._look, self._token))
