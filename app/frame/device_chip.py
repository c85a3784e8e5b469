"""DeviceChip: what the engine computes on, and how much memory it has taken."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from app.frame.button import FrameButton
from app.icons import icon
from app.text import tooltip
from app.theme import Look
from engine.messages import Pong, Ready

GIGA = 1024**3
ICON, BAR, GAP, PADDING = 16, 36, 8, 10
WORDS = {"starting": "engine starting", "restarting": "engine restarting", "down": "engine down"}


class DeviceChip(FrameButton):
    """Icon, device, memory bar, used and total memory in GB; pressed, it says what this machine has."""

    def __init__(self, look: Look) -> None:
        super().__init__("Device", look, bordered=True)
        self._state = "starting"
        self._device = ""
        self._used = self._total = 0.0
        self._compact = False
        self._say()

    def set_state(self, state: str) -> None:
        """Show the engine's state: starting, ready, restarting or down."""
        self._state = state
        self._say()

    def take_ready(self, ready: Ready) -> None:
        """Show the engine's device."""
        cores = f"{ready.cores} core{'' if ready.cores == 1 else 's'}"
        self._device = ready.device if ready.device.startswith("GPU") else f"{ready.device}, {cores}"
        self._total = ready.memory / GIGA
        self._say()

    def take_pong(self, pong: Pong) -> None:
        """Show the memory the engine has taken."""
        self._used = pong.memory / GIGA
        self._say()

    def set_compact(self, compact: bool) -> None:
        """Leave out the memory in figures, where the window is narrow."""
        self._compact = compact
        self._say()

    @property
    def is_down(self) -> bool:
        """Whether the engine ended and is not started again by itself."""
        return self._state == "down"

    @property
    def sentence(self) -> str:
        """The whole state in words."""
        if self._state != "ready" or not self._device:
            return WORDS.get(self._state, "engine starting")
        return f"{self._device}; the engine has taken {self._memory()} of memory"

    def content_width(self) -> int:
        """Icon, words, and the memory where it is known."""
        width = 2 * PADDING + ICON + GAP + self.metrics("control").horizontalAdvance(self._words())
        if self._shows_memory():
            width += GAP + BAR
            width += 0 if self._compact else GAP + self.metrics("number").horizontalAdvance(self._memory(widest=True))
        return width

    def paint_content(self, painter: QPainter) -> None:
        """Draw icon, words, bar and figures."""
        theme, middle = self.look.theme, self.height() / 2
        icon("chip", self.look, "err" if self.is_down else "ink2").paint(
            painter, PADDING, int(middle - ICON / 2), ICON, ICON
        )
        x = PADDING + ICON + GAP
        words = self._words()
        painter.setFont(theme.font("control"))
        painter.setPen(theme.color("err" if self.is_down else "ink"))
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(x, 0, self.width(), self.height()), left, words)
        if self._shows_memory():
            x += self.metrics("control").horizontalAdvance(words) + GAP
            self._paint_bar(painter, QRectF(x, middle - 2.5, BAR, 5))
            if not self._compact:
                painter.setFont(theme.font("number"))
                painter.setPen(theme.color("ink2"))
                rect = QRectF(x, 0, self.width() - x - PADDING, self.height())
                painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._memory())

    def _paint_bar(self, painter: QPainter, rect: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.theme.color("raised"))
        painter.drawRoundedRect(rect, 2, 2)
        share = min(self._used / self._total, 1.0) if self._total else 0.0
        painter.setBrush(self.look.theme.color("ink"))
        painter.drawRoundedRect(QRectF(rect.x(), rect.y(), max(rect.width() * share, 2.0), rect.height()), 1, 1)

    def _words(self) -> str:
        return self._device if self._state == "ready" and self._device else WORDS.get(self._state, "engine starting")

    def _memory(self, widest: bool = False) -> str:
        used = max(self._used, 0.0)
        text = f"{used:.1f}/{self._total:.0f} GB"
        return text.replace(f"{used:.1f}", "0" * len(f"{self._total:.1f}"), 1) if widest else text

    def _shows_memory(self) -> bool:
        return self._state == "ready" and self._total > 0 and self._used > 0

    def _say(self) -> None:
        self.setAccessibleName(f"Device: {self.sentence}")
        leads_to = "Press to start it again." if self.is_down else "Press for versions, libraries and folders."
        self.setToolTip(tooltip(f"{self.sentence}. {leads_to}"))
        self.updateGeometry()
        self.update()
