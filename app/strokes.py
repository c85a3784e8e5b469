"""Strokes of a pen, and the picture a network gets from them: framed like the data, averaged to its input size."""

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QTransform

INK_FROM = 8  # of 255: paler than this is the smear of antialiasing, not the drawing
OVERSAMPLING = 8
MEASURED = 256  # px a side, to find where the drawing lies


@dataclass
class Stroke:
    """One line of the pen or the eraser.

    Args:
        width: of the pen, as a share of the pad's side.
        points: along the line, 0 to 1 of the pad's side, x right and y down.
    """

    width: float
    erases: bool = False
    points: list[tuple[float, float]] = field(default_factory=list)


def paint_strokes(painter: QPainter, strokes: list[Stroke], ink: QColor, ground: QColor) -> None:
    """Draw on a square of side 1; scale the painter first."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for stroke in strokes:
        pen = QPen(ground if stroke.erases else ink, stroke.width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(_path(stroke))


def _path(stroke: Stroke) -> QPainterPath:
    path = QPainterPath(QPointF(*stroke.points[0]))
    for point in stroke.points[1:]:
        path.lineTo(*point)
    if len(stroke.points) == 1:  # a dot: Qt draws no cap on a path of no length
        path.lineTo(stroke.points[0][0] + 1e-4, stroke.points[0][1])
    return path


def coverage(
    strokes: list[Stroke], height: int, width: int, frame: QTransform | None = None, fineness: int = OVERSAMPLING
) -> np.ndarray:
    """Return how much of each pixel is ink, 0 to 1, float64 (height, width), by averaging over its area.

    Args:
        frame: moves and scales the unit square before it is drawn.
        fineness: how many rows and columns are drawn for each one averaged.
    """
    tall, wide = height * fineness, width * fineness
    image = QImage(wide, tall, QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = QPainter(image)
    painter.scale(wide, tall)
    if frame is not None:
        painter.setTransform(frame, True)
    paint_strokes(painter, strokes, QColor(255, 255, 255), QColor(0, 0, 0))
    painter.end()
    fine = _pixels(image)
    return fine.reshape(height, fineness, width, fineness).mean(axis=(1, 3)) / 255.0


def _pixels(image: QImage) -> np.ndarray:
    raw = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return raw[:, : image.width()].astype(np.float64)


def frame_like_scans(strokes: list[Stroke]) -> QTransform | None:
    """Return the map that makes the drawing fill the square and puts its middle of mass in the middle across.

    So the handwritten digits were prepared: each fills the height of its 32 by 32 bitmap (Alpaydin and Kaynak 1998).

    Returns:
        None where nothing is drawn.
    """
    ink = coverage(strokes, MEASURED, MEASURED, fineness=1)
    rows, columns = np.flatnonzero(ink.max(axis=1) > INK_FROM / 255), np.flatnonzero(ink.max(axis=0) > INK_FROM / 255)
    if not len(rows):
        return None
    top, tall = rows[0] / MEASURED, (rows[-1] + 1 - rows[0]) / MEASURED
    left, wide = columns[0] / MEASURED, (columns[-1] + 1 - columns[0]) / MEASURED
    scale = 1.0 / max(tall, wide)
    middle = float((ink.sum(axis=0) * (np.arange(MEASURED) + 0.5)).sum() / ink.sum()) / MEASURED
    half = wide * scale / 2
    centre = float(np.clip(0.5 - (middle - left - wide / 2) * scale, half, 1 - half))
    box = QRectF(left, top, wide, tall)
    return QTransform().translate(centre, 0.5).scale(scale, scale).translate(-box.center().x(), -box.center().y())


def network_input(
    strokes: list[Stroke], shape: tuple[int, ...], value_range: tuple[float, float], framed: bool
) -> np.ndarray:
    """Return the raw input for the network, float32 (1, height, width, channels).

    Args:
        shape: (height, width, channels) of one sample.
        value_range: raw values of paper and ink, e.g. (0, 16); whole where the range is wider than 1.
        framed: centre and scale like the scans first.
    """
    height, width, channels = shape
    frame = frame_like_scans(strokes) if framed else None
    low, high = value_range
    values = low + coverage(strokes, height, width, frame) * (high - low)
    values = np.round(values) if high - low > 1 else values
    return np.repeat(values[None, :, :, None], channels, axis=3).astype(np.float32)
