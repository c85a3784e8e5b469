"""A toggle: on or off."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.theme import Look

TRACK = QSize(30, 18)
GAP = 8


class Toggle(QAbstractButton):
    """A switch with an optional text at its right; Space switches it."""

    def __init__(self, look: Look, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setCheckable(True)
        self.setText(text)
        self.setProperty("focusRing", TRACK.height() // 2)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return the track's and the text's size, at least the minimum target."""
        text = QFontMetrics(self._look.theme.font("body")).horizontalAdvance(self.text())
        return QSize(TRACK.width() + (GAP + text if text else 0), self._look.theme.size("hitMin"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw track, knob and text."""
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(0, (self.height() - TRACK.height()) / 2, TRACK.width(), TRACK.height())
        self._paint_track(painter, track)
        painter.setPen(theme.color(self._token("ink2")))
        painter.setFont(theme.font("body"))
        place = QRectF(self.rect()).adjusted(TRACK.width() + GAP, 0, 0, 0)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())

    def _paint_track(self, painter: QPainter, track: QRectF) -> None:
        theme, on = self._look.theme, self.isChecked()
        half = track.height() / 2
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(self._token("ink")))
            painter.drawRoundedRect(track, half, half)
        else:
            painter.setPen(theme.color("ink2" if self.underMouse() and self.isEnabled() else self._token("ctl")))
            painter.setBrush(theme.color("field"))
            painter.drawRoundedRect(track.adjusted(0.5, 0.5, -0.5, -0.5), half - 0.5, half - 0.5)
        knob = QPointF(track.right() - half if on else track.left() + half, track.center().y())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("onink" if on else self._token("ctl")))
        painter.drawEllipse(knob, 5, 5)

    def _token(self, token: str) -> str:
        return token if self.isEnabled() else "off"
