"""A short message at the bottom of the window, with Undo where it applies."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from app.icons import icon
from app.text import button_text
from app.theme import Look
from app.widgets.plain_label import PlainLabel

SHOWN = 5000  # ms
ICONS = {"ok": "check", "warn": "warning", "err": "warning", "info": "info"}


class Toast(QFrame):
    """One message at a time, 5 s, centred above the transport; it stays while the mouse is over it.

    Args:
        parent: the window it floats over.
    """

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._kind, self._over = look, "ok", parent
        self._callback: Callable[[], object] | None = None
        self.setProperty("card", "toast")
        self.setFixedHeight(look.theme.size("toast"))
        self._picture = QLabel()
        self._text = PlainLabel("", "body", look, "ink")
        self._button = QPushButton()
        self._button.setProperty("kind", "outline")
        self._button.setProperty("compact", True)
        self._button.clicked.connect(self._act)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 9, 0)
        row.setSpacing(12)
        row.addWidget(self._picture)
        row.addWidget(self._text, 1)
        row.addWidget(self._button)
        self._timer = QTimer(self, singleShot=True, interval=SHOWN)
        self._timer.timeout.connect(self.hide)
        self.hide()
        parent.installEventFilter(self)
        look.changed.connect(self._draw)

    def say(self, text: str, kind: str = "ok", action: str = "", callback: Callable[[], object] | None = None) -> None:
        """Show a sentence.

        Args:
            text: plain text.
            kind: "ok", "warn", "err" or "info".
            action: the button's text, e.g. "Undo"; empty for none.
            callback: called when the button is pressed.
        """
        self._kind, self._callback = kind if kind in ICONS else "info", callback
        self._text.setText(text)
        self._button.setText(button_text(action))
        self._button.setVisible(bool(action))
        self.setAccessibleName(text)
        self._draw()
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    @property
    def text(self) -> str:
        """The sentence shown last."""
        return self._text.text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the bottom centre while the window changes size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def enterEvent(self, event: QEvent) -> None:  # type: ignore[override]
        """Stay while the mouse is here."""
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        """Count anew."""
        self._timer.start()

    def _act(self) -> None:
        self.hide()
        if self._callback is not None:
            self._callback()

    def _place(self) -> None:
        window = self._over
        self._row.activate()
        width = min(max(self.sizeHint().width(), 310), window.width() - 32)
        bottom = window.height() - self._look.theme.size("transport") - 12
        self.setGeometry((window.width() - width) // 2, max(0, bottom - self.height()), width, self.height())

    def _draw(self) -> None:
        token = self._kind if self._kind in ("ok", "warn", "err") else "ink2"
        self._picture.setPixmap(icon(ICONS[self._kind], self._look, token).pixmap(QSize(16, 16)))
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
