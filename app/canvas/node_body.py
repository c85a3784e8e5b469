"""The middle of a node: thumbnails, probability bars, or the sample itself. Functions that paint into a box."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from app.canvas.face import Probe, class_probabilities
from app.canvas.thumbnails import BODY_HEIGHT, Mosaic, mosaic
from app.text import number
from app.theme import Theme, sample_image, signed_image

LABEL_HEIGHT = 16
MOST_BARS = 16
CENTRE = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
LABEL_ROLES = ("numberLarge", "axis", "heat")  # the largest that fits


class Body:
    """The picture of one layer's output, made when first painted and kept until the values or the theme change."""

    def __init__(self) -> None:
        self.activation: np.ndarray | None = None
        self.probe: Probe | None = None
        self._made: tuple[Mosaic, QImage] | None = None

    def forget_picture(self) -> None:
        """The values, the width or the theme are others now."""
        self._made = None

    def paint(self, painter: QPainter, box: QRectF, kind: str, theme: Theme) -> None:
        """Paint into `box`; paints nothing where nothing is known yet."""
        if kind == "input" and self.probe is not None and self.probe.description.kind == "image":
            self._paint_sample(painter, box, theme, self.probe)
        elif self.activation is None:
            return
        elif kind == "output" and self.probe is not None:
            paint_output(painter, box, self.activation, self.probe, theme)
        elif kind == "input" and self.probe is not None:
            self._paint_mosaic(painter, box, theme)
            paint_label_line(painter, QRectF(box.left(), box.bottom() - 15, box.width(), 16), self.probe.label, theme)
        else:
            self._paint_mosaic(painter, box, theme)

    def _paint_mosaic(self, painter: QPainter, box: QRectF, theme: Theme) -> None:
        assert self.activation is not None
        if self._made is None:
            arranged = mosaic(self.activation, box.width())
            self._made = (arranged, signed_image(arranged.values, arranged.limit, theme))
        arranged, image = self._made
        if self.activation.ndim == 1 and len(arranged.pieces) > 1:
            box = box.translated(0, -2)
        for ground in arranged.grounds:
            painter.fillRect(ground.translated(box.topLeft()), theme.color("canvas"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        for piece in arranged.pieces:
            painter.drawImage(piece.target.translated(box.topLeft()), image, QRectF(piece.source))
        _paint_bars(painter, arranged, box.topLeft(), theme)

    def _paint_sample(self, painter: QPainter, box: QRectF, theme: Theme, probe: Probe) -> None:
        side = BODY_HEIGHT
        tile = QRectF(box.left(), box.top(), side, side)
        painter.fillRect(tile, theme.color("canvas"))
        if probe.x is not None and probe.x.ndim in (2, 3):
            image = sample_image(probe.x, probe.value_range, theme)
            scale = side / max(image.width(), image.height())
            target = QRectF(0, 0, image.width() * scale, image.height() * scale)
            target.moveCenter(tile.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(target, image)
        paint_label(painter, QRectF(box.left() + side + 8, box.top(), box.width() - side - 8, side), probe.label, theme)


def paint_label(painter: QPainter, box: QRectF, label: str, theme: Theme) -> None:
    """The sample's true label: a caption, and the label itself as large as it fits."""
    if not label:
        return
    painter.setPen(theme.color("ink3"))
    painter.setFont(theme.font("caption"))
    painter.drawText(QRectF(box.left(), box.top() + 10, box.width() + 6, 16), LEFT, "label")
    fitting = (role for role in LABEL_ROLES if QFontMetricsF(theme.font(role)).horizontalAdvance(label) <= box.width())
    painter.setPen(theme.color("ink"))
    painter.setFont(theme.font(next(fitting, LABEL_ROLES[-1])))
    painter.drawText(QRectF(box.left(), box.top() + 26, box.width(), 24), LEFT, elided(painter, label, box.width()))


def paint_label_line(painter: QPainter, box: QRectF, label: str, theme: Theme) -> None:
    """The sample's true label on one line."""
    if not label:
        return
    painter.setFont(theme.font("caption"))
    painter.setPen(theme.color("ink3"))
    painter.drawText(box, LEFT, "label")
    used = QFontMetricsF(painter.font()).horizontalAdvance("label ") + 3
    painter.setFont(theme.font("axis"))
    painter.setPen(theme.color("ink"))
    painter.drawText(box.adjusted(used, 0, 0, 0), LEFT, elided(painter, label, box.width() - used))


def elided(painter: QPainter, text: str, width: float) -> str:
    """`text`, shortened with an ellipsis where it is too wide for the painter's font."""
    return QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, width)


def _paint_bars(painter: QPainter, arranged: Mosaic, origin: QPointF, theme: Theme) -> None:
    if arranged.bar_box is None:
        return
    box = arranged.bar_box.translated(origin)
    pitch = box.height() / len(arranged.bars)
    for row, (length, value) in enumerate(zip(arranged.bars, arranged.bar_values, strict=True)):
        level = min(255, max(0, round((value + 1) * 127.5)))
        bar = QRectF(box.left(), box.top() + row * pitch, max(1.0 if length else 0.0, length * box.width()), pitch - 1)
        color = QColor.fromRgb(theme.signed[level])
        painter.fillRect(bar, color if abs(value) > 0.18 else theme.color("line2"))


def paint_output(painter: QPainter, box: QRectF, activation: np.ndarray, probe: Probe, theme: Theme) -> None:
    """Probabilities as bars with the classes' names, or the predicted number."""
    values = np.nan_to_num(np.asarray(activation, np.float64).reshape(-1))
    if probe.description.target == "number":
        _paint_number(painter, box, float(values[0]) if values.size else 0.0, probe, theme)
        return
    values = class_probabilities(values)
    names = [
        probe.description.class_names[i] if i < len(probe.description.class_names) else str(i)
        for i in range(values.size)
    ]
    metrics = QFontMetricsF(theme.font("heat"))
    pitch = box.width() / values.size
    if values.size <= MOST_BARS and all(metrics.horizontalAdvance(name) <= pitch for name in names):
        _paint_columns(painter, box.adjusted(0, 0, 0, -LABEL_HEIGHT), values, theme)
        _paint_column_names(painter, box, names, int(values.argmax()), theme)
    elif values.size <= 4:
        _paint_rows(painter, box, values, names, theme)
    else:
        best = int(values.argmax())
        _paint_columns(painter, box.adjusted(0, 0, 0, -LABEL_HEIGHT), values, theme)
        painter.setPen(theme.color("ink"))
        painter.setFont(theme.font("heat"))
        line = QRectF(box.left(), box.bottom() - LABEL_HEIGHT + 2, box.width(), LABEL_HEIGHT)
        painter.drawText(line, CENTRE, elided(painter, f"{names[best]} {values[best]:.3f}", box.width()))


def _paint_columns(painter: QPainter, box: QRectF, values: np.ndarray, theme: Theme) -> None:
    pitch = box.width() / values.size
    gap = 2.0 if pitch >= 5 else 0.0
    best = int(values.argmax())
    for index, value in enumerate(values):
        slot = QRectF(box.left() + index * pitch + gap / 2, box.top(), max(pitch - gap, 0.5), box.height())
        painter.fillRect(slot, theme.color("raised"))
        height = max(1.5, min(1.0, float(value)) * box.height())
        bar = QRectF(slot.left(), box.bottom() - height, slot.width(), height)
        painter.fillRect(bar, _bar_color(theme, index == best))


def _bar_color(theme: Theme, best: bool) -> QColor:
    return theme.color("pos") if best else QColor.fromRgb(theme.signed[197])


def _paint_column_names(painter: QPainter, box: QRectF, names: Sequence[str], best: int, theme: Theme) -> None:
    pitch = box.width() / len(names)
    painter.setFont(theme.font("heat"))
    for index, name in enumerate(names):
        painter.setPen(theme.color("ink" if index == best else "ink3"))
        slot = QRectF(box.left() + index * pitch, box.bottom() - LABEL_HEIGHT + 2, pitch, LABEL_HEIGHT)
        painter.drawText(slot, CENTRE, name)


def _paint_rows(painter: QPainter, box: QRectF, values: np.ndarray, names: Sequence[str], theme: Theme) -> None:
    pitch = min(25.0, box.height() / len(names))
    best = int(values.argmax())
    painter.setFont(theme.font("heat"))
    for index, (name, value) in enumerate(zip(names, values, strict=True)):
        row = QRectF(box.left(), box.top() + index * pitch, box.width(), pitch)
        painter.setPen(theme.color("ink" if index == best else "ink3"))
        text = QRectF(row.left(), row.top(), row.width(), pitch - 6)
        painter.drawText(text, LEFT, elided(painter, name, row.width() - 34))
        painter.drawText(text, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{value:.2f}")
        track = QRectF(row.left(), row.bottom() - 5, row.width(), 3)
        painter.fillRect(track, theme.color("raised"))
        width = max(1.5, min(1.0, float(value)) * track.width())
        painter.fillRect(QRectF(track.left(), track.top(), width, 3), _bar_color(theme, index == best))


def _paint_number(painter: QPainter, box: QRectF, value: float, probe: Probe, theme: Theme) -> None:
    unit = probe.description.target_unit
    painter.setPen(theme.color("ink"))
    painter.setFont(theme.font("numberLarge"))
    painter.drawText(
        QRectF(box.left(), box.top() + 8, box.width(), 28), LEFT, elided(painter, number(value), box.width())
    )
    painter.setPen(theme.color("ink3"))
    painter.setFont(theme.font("caption"))
    painter.drawText(
        QRectF(box.left(), box.top() + 38, box.width(), 16), LEFT, elided(painter, unit or "predicted", box.width())
    )
    painter.drawText(
        QRectF(box.left(), box.top() + 56, box.width(), 16), LEFT, elided(painter, f"label {probe.label}", box.width())
    )
