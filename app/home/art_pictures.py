"""The pictures of the starter projects that learn from photographs and scenes."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen, QPolygonF

from app.home.sample_data import digit
from app.plots.plot import ON_DARK, ON_LIGHT
from app.theme import Theme, grey_image
from engine.datasets.photo_regions import photographs, regions
from engine.datasets.scenes import SHAPES, drawn_shape, enlarged_digit, placed, textured_ground

SCENES, SIDE, GAP = 3, 48, 6.0


def paint_regions(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """The photograph of a pagoda, with the outlines of its labelled regions."""
    path = next(iter(photographs()), None)
    image = QImage(str(path)) if path is not None else QImage()
    if image.isNull():
        return
    scale = max(rect.width() / image.width(), rect.height() / image.height())
    shown = QRectF(0, 0, rect.width() / scale, rect.height() / scale)
    clip = QPainterPath()
    clip.addRoundedRect(rect, 6, 6)
    painter.save()
    painter.setClipPath(clip)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(rect, image, shown)
    for region in regions():
        if path is not None and region["photo"] == path.name:
            points = [QPointF(rect.left() + x * scale, rect.top() + y * scale) for x, y in region["polygon"]]
            for color, width in ((ON_LIGHT, 3.0), (ON_DARK, 1.2)):
                painter.setPen(QPen(color, width))
                painter.drawPolygon(QPolygonF(points))
    painter.restore()


def paint_scenes(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """Scenes of a digit or a shape on textured ground, each with its box."""
    random = np.random.default_rng(2)
    scanned = digit(5, 3)
    side = min((rect.width() * 0.92 - GAP * (SCENES - 1)) / SCENES, rect.height() * 0.8)
    left = rect.center().x() - (SCENES * side + GAP * (SCENES - 1)) / 2
    for number in range(SCENES):
        if number == 1 and scanned is not None:
            drawn = enlarged_digit(16 * scanned, 24)
        else:
            drawn = drawn_shape(SHAPES[number + 1], 22, random)
        scene, box = placed(drawn, textured_ground(SIDE, 0.25, random), random)
        place = QRectF(left + number * (side + GAP), rect.center().y() - side / 2, side, side)
        painter.drawImage(place, grey_image(scene, 0, 255, theme))
        _frame(painter, place, box, theme)


def _frame(painter: QPainter, place: QRectF, box: tuple[int, int, int, int], theme: Theme) -> None:
    """The box of a scene's object."""
    scale = place.width() / SIDE
    top, left, bottom, right = (scale * edge for edge in box)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("val"), 1.5))
    painter.drawRect(QRectF(place.left() + left, place.top() + top, right - left, bottom - top))
