"""The ground of the timeline as a picture: hatch of what is to come, curves, ticks; drawn anew where it changed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from app.buckets import Buckets
from app.plots.hatch import paint_hatch
from app.plots.scale import unit_heights
from app.plots.star import star
from app.plots.thinning import averaged
from app.theme import Look

FILL_ALPHA, LATER_ALPHA = 0.22, 0.45
FINEST = 3  # px between two points of a curve; one 45 px high has no finer detail
Curve = tuple[np.ndarray, np.ndarray]
Empty = np.zeros(0)


@dataclass(frozen=True)
class Strip:
    """What the timeline shows behind its playhead.

    Args:
        train, validation: (steps, loss), each (points,).
        buckets: summary of the training loss.
        end: the last step of the axis.
        per_epoch: steps of an epoch, 0 where that is not known.
        reached: the newest step; None while there are no curves.
        scrubbed: the step from which on the curves are paler; None where they are not.
        checkpoints: steps that are stored, ascending.
        best: step of the lowest validation loss.
    """

    train: Curve = (Empty, Empty)
    validation: Curve = (Empty, Empty)
    buckets: Buckets | None = None
    end: int = 1
    per_epoch: int = 0
    reached: int | None = None
    scrubbed: int | None = None
    checkpoints: tuple[int, ...] = ()
    best: int | None = None


def x_of(step: float, end: int, width: float) -> float:
    """Return the pixel column of a step on an axis `width` px wide that ends at step `end`."""
    return step / end * (width - 2) + 1


class TimelinePicture:
    """Draws strips of one size, and keeps the hatch and the ticks from one to the next."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._kept: dict[str, tuple[object, QPixmap]] = {}

    def drawn(self, strip: Strip, size: QSize, ratio: float) -> QPixmap:
        """Return the strip, rounded, as large as `size` px.

        Args:
            ratio: device pixels per pixel.
        """
        theme, box = self._look.theme, QRectF(0, 0, size.width(), size.height())
        picture = _blank(size, ratio)
        painter = QPainter(picture)
        painter.fillRect(box, theme.color("canvas"))
        reached = 0.0 if strip.reached is None else x_of(strip.reached, strip.end, box.width())
        painter.setClipRect(box.adjusted(reached, 0, 0, 0))
        painter.drawPixmap(0, 0, self._layer("hatch", (), size, ratio, lambda p: paint_hatch(p, box, theme)))
        painter.setClipping(False)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if strip.reached is not None:
            self._paint_curves(painter, strip, box)
            key = (strip.end, strip.per_epoch, strip.checkpoints, strip.best)
            ticks = self._layer("ticks", key, size, ratio, lambda p: self._paint_ticks(p, strip, box))
            painter.drawPixmap(0, 0, ticks)
        self._round(painter, size, ratio)
        painter.end()
        return picture

    def _layer(self, name: str, key: object, size: QSize, ratio: float, paint: Callable[[QPainter], None]) -> QPixmap:
        """A transparent picture that is kept until what it depends on changes."""
        key = (key, size.width(), size.height(), ratio, self._look.theme.name)
        kept = self._kept.get(name)
        if kept is None or kept[0] != key:
            picture = _blank(size, ratio)
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint(painter)
            painter.end()
            kept = self._kept[name] = (key, picture)
        return kept[1]

    def _round(self, painter: QPainter, size: QSize, ratio: float) -> None:
        """Round the corners off and draw the outline; cheaper than to clip all that is drawn."""
        outline, radius = QPainterPath(), self._look.theme.radius("control")
        outline.addRoundedRect(QRectF(0.5, 0.5, size.width() - 1, size.height() - 1), radius, radius)
        mask = self._layer("mask", (), size, ratio, lambda p: p.fillPath(outline, Qt.GlobalColor.black))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
        painter.drawPixmap(0, 0, mask)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setPen(self._look.theme.color("line2"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(outline)

    def _paint_curves(self, painter: QPainter, strip: Strip, box: QRectF) -> None:
        most = max(64, round(box.width()) // FINEST)
        curves = [averaged(*strip.train, most, strip.buckets), averaged(*strip.validation, most)]
        heights = unit_heights([np.asarray(loss, float) for _, loss in curves])
        train, validation = (
            _polygon(strip, box, steps, height) for (steps, _), height in zip(curves, heights, strict=True)
        )
        if strip.scrubbed is None:
            self._paint_part(painter, train, validation, 1.0, box)
            return
        now = x_of(strip.scrubbed, strip.end, box.width())
        for left, right, alpha in ((0.0, now, 1.0), (now, box.right(), LATER_ALPHA)):
            painter.setClipRect(QRectF(left, 0.0, right - left, box.height()))
            self._paint_part(painter, train, validation, alpha, box)
        painter.setClipping(False)

    def _paint_part(
        self, painter: QPainter, train: QPolygonF, validation: QPolygonF, alpha: float, box: QRectF
    ) -> None:
        theme = self._look.theme
        if train.size():
            filled = QPolygonF(train)
            filled.append(QPointF(train.last().x(), box.bottom()))
            filled.append(QPointF(train.first().x(), box.bottom()))
            fill = theme.color("train")
            fill.setAlphaF(FILL_ALPHA * alpha)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawPolygon(filled)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for curve, token in ((train, "train"), (validation, "val")):
            color = theme.color(token)
            color.setAlphaF(alpha)
            painter.setPen(QPen(color, 1.5))
            painter.drawPolyline(curve)

    def _paint_ticks(self, painter: QPainter, strip: Strip, box: QRectF) -> None:
        theme, width = self._look.theme, box.width()
        if strip.per_epoch:
            pitch = strip.per_epoch / strip.end * width
            every = max(1, int(np.ceil(6 / max(pitch, 1e-9))))
            for epoch in range(every, strip.end // strip.per_epoch + 1, every):
                x = round(x_of(epoch * strip.per_epoch, strip.end, width))
                painter.fillRect(QRectF(x, box.bottom() - 5, 1, 4), theme.color("ctl"))
        taken: set[int] = set()
        for step in strip.checkpoints:
            x = round(x_of(step, strip.end, width))
            if not taken & {x - 2, x - 1, x, x + 1, x + 2}:
                taken.add(x)
                painter.fillRect(QRectF(x - 1, box.top() + 1, 2, 6), theme.color("ink2"))
        if strip.best is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("val"))
            painter.drawPolygon(star(QPointF(x_of(strip.best, strip.end, width), box.top() + 9), 5.5))


def _polygon(strip: Strip, box: QRectF, steps: np.ndarray, heights: np.ndarray) -> QPolygonF:
    kept = np.isfinite(heights)
    across = steps[kept] * (x_of(1, strip.end, box.width()) - 1) + 1
    up = box.bottom() - 3 - heights[kept] * (box.height() - 9)
    return QPolygonF([QPointF(x, y) for x, y in zip(across.tolist(), up.tolist(), strict=True)])


def _blank(size: QSize, ratio: float) -> QPixmap:
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    return picture
