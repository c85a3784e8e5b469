"""Tiles of a grid of samples: how large they are so that rows fill its width, and how one is painted once seen."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from app.theme import Look, sample_image
from engine.messages import DataLoaded

GAP, SCROLL_BAR = 6, 10  # px


def fitted_tile(width: int, wanted: int) -> int:
    """Return the side of square tiles, px, nearest to `wanted` of those that fill a grid `width` px wide."""
    room = max(1, width - SCROLL_BAR)
    columns = max(1, round(room / (wanted + GAP)))
    return room // columns - GAP


def sample_painter(
    data: DataLoaded, samples: np.ndarray, look: Look, made: dict[tuple[int, str], QImage] | None = None
) -> Callable[[QPainter, int, QRect], None]:
    """Return what paints tile n: sample `samples[n]`, turned into a picture only when it comes into sight.

    Args:
        made: pictures of these data by sample and theme, where they are to be kept from one painter to the next.
    """
    pictures = {} if made is None else made

    def paint(painter: QPainter, index: int, rect: QRect) -> None:
        key = (int(samples[index]), look.theme.name)
        image = pictures.get(key)
        if image is None:
            image = pictures[key] = sample_image(data.x[key[0]], data.value_range, look.theme)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, image.width() > rect.width())
        painter.drawImage(rect, image)

    return paint
