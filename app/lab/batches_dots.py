"""Items of a pipeline as small pictures: drawn once for each look, since there are dozens of them in every frame."""

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from app.lab.ink import CENTRE, Ink
from engine.explain.pipeline import Item

TOKENS = ("series1", "series2", "series3", "ink2")  # of the epochs
FULL = 2  # epochs whose items are filled; later ones have a frame only
MOST = 600  # pictures
Kind = Literal["moving", "kept", "waiting", "read"]


class Dots:
    """Draws items: on their way, kept by a cache, waiting in the source, or read from it."""

    def __init__(self) -> None:
        self._pictures: dict[tuple[object, ...], QPixmap] = {}

    def paint(self, ink: Ink, box: QRectF, item: Item, kind: Kind = "moving") -> None:
        """Draw an item into a box."""
        ratio = ink.painter.device().devicePixelRatioF()
        side = max(4, round(box.width()))
        key = (item, kind, side, ratio, ink.theme.name)
        if key not in self._pictures:
            if len(self._pictures) >= MOST:
                self._pictures.clear()
            self._pictures[key] = _made(ink, side, ratio, item, kind)
        ink.painter.drawPixmap(QPointF(round(box.left()), round(box.top())), self._pictures[key])


def _made(ink: Ink, side: int, ratio: float, item: Item, kind: Kind) -> QPixmap:
    picture = QPixmap(round(side * ratio), round(side * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    made, box = Ink(painter, ink.theme), QRectF(0, 0, side, side)
    if kind in ("waiting", "read"):
        made.fill(box, "raised", 0.4 if kind == "read" else 1.0, 3)
        made.text(box, str(item.id), "heat", "off" if kind == "read" else "ink2", CENTRE)
    else:
        _paint_item(made, box, item, alpha=0.35 if kind == "kept" else 1.0)
    painter.end()
    return picture


def _paint_item(ink: Ink, box: QRectF, item: Item, alpha: float) -> None:
    """An item in the colour and shape of its pass: round, square, then round and square with a frame only."""
    inner, token = box.adjusted(1, 1, -1, -1), TOKENS[item.epoch % len(TOKENS)]
    radius, is_full = inner.width() / 2 if item.epoch % 2 == 0 else 3.0, item.epoch < FULL
    ink.fill(inner, token if is_full else "canvas", alpha, radius)
    if not is_full:
        ink.pen(token, 2.0)
        ink.painter.drawRoundedRect(inner.adjusted(1, 1, -1, -1), radius - 1, radius - 1)
    shade = "ink" if not is_full else "onink" if alpha == 1.0 else "ink2"
    ink.text(box, str(item.id), "heat", shade, CENTRE)
