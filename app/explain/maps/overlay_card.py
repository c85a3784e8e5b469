"""How the map lies on the picture: opacity, threshold, contours, up-sampling, and what the colours mean."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from app.explain.maps.overlay import CONTOURS, Style
from app.text import format_number
from app.theme import Look, theme
from app.widgets.card import Card
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from app.widgets.toggle import Toggle
from app.widgets.value_slider import ValueSlider

BAR, STOPS = 9, 16


class ColorBar(QWidget):
    """The colours from the smallest to the largest value, with the values they stand for."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._is_signed, self._limit = False, 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def set_scale(self, limit: float, signed: bool) -> None:
        """Say what the full colours stand for."""
        self._limit, self._is_signed = limit or 1.0, signed
        self.setAccessibleName(f"Colours from {'minus ' if signed else ''}{limit if signed else 0:g} to {limit:g}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, BAR + 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, dark = QPainter(self), theme("dark")
        colors = dark.signed if self._is_signed else dark.overlay
        gradient = QLinearGradient(0, 0, self.width(), 0)
        for stop in range(STOPS + 1):
            gradient.setColorAt(stop / STOPS, QColor.fromRgba(colors[min(255, stop * 256 // STOPS)]))
        painter.fillRect(QRectF(0, 0, self.width(), BAR), gradient)
        painter.setFont(self._look.theme.font("axis"))
        painter.setPen(self._look.theme.color("ink3"))
        line = QRectF(0, BAR + 3, self.width(), QFontMetrics(painter.font()).height())
        ends = (-self._limit, 0.0) if self._is_signed else (0.0, self._limit / 2)
        for value, side in zip(
            (*ends, self._limit),
            (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight),
            strict=True,
        ):
            painter.drawText(line, side, format_number(value, 3))


class OverlayCard(Card):
    """Settings of the overlay.

    Attributes:
        changed: the Style.
    """

    changed = Signal(object)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__("Overlay", look, parent=parent)
        start = Style()
        self.opacity, self.threshold = ValueSlider(0, 1, look, decimals=2), ValueSlider(0, 1, look, decimals=2)
        self.contours = Toggle(look)
        self.sampling = Segmented([("bilinear", "Bilinear"), ("none", "None")], look)
        self.bar = ColorBar(look)
        rows = QGridLayout()
        rows.setHorizontalSpacing(12)
        rows.setVerticalSpacing(3)
        rows.setColumnStretch(1, 1)
        self._levels = PlainLabel(", ".join(f"{level:g}" for level in CONTOURS), "number", look, "ink2")
        parts = (("Opacity", self.opacity), ("Threshold", self.threshold))
        for row, (name, part) in enumerate(parts):
            rows.addWidget(PlainLabel(name, "body", look), row, 0)
            rows.addWidget(part, row, 1, 1, 2)
            part.setAccessibleName(name)
            part.changed.connect(self._say)
        rows.addWidget(PlainLabel("Contours", "body", look), 2, 0)
        rows.addWidget(self._levels, 2, 1)
        rows.addWidget(self.contours, 2, 2, Qt.AlignmentFlag.AlignRight)
        rows.addWidget(PlainLabel("Up-sampling", "body", look), 3, 0)
        rows.addWidget(self.sampling, 3, 1, 1, 2, Qt.AlignmentFlag.AlignLeft)
        self.contours.setAccessibleName("Contours")
        self.sampling.setAccessibleName("Up-sampling")
        self.opacity.set_value(start.opacity)
        self.opacity.set_default(start.opacity)
        self.threshold.set_default(0.0)
        self.contours.setChecked(start.contours)
        self.contours.toggled.connect(self._say)
        self.sampling.changed.connect(self._say)
        self.body.addLayout(rows)
        self.body.addWidget(self.bar)
        self.body.addStretch(1)

    @property
    def style_now(self) -> Style:
        """What is set."""
        return Style(
            self.opacity.value, self.threshold.value, self.contours.isChecked(), self.sampling.value == "bilinear"
        )

    def _say(self, _value: object) -> None:
        self.changed.emit(self.style_now)
