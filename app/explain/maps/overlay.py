"""The overlay of a map on a picture: up-sampled, coloured, and as opaque as its value says."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QImage, QPainterPath

from app.plots.contours import contour_lines
from app.theme import theme
from engine.explain.class_maps import resampled

FINEST = 320  # px along the longer side an overlay is computed at; Qt scales the rest
CONTOURS = (0.2, 0.5)
FINE = 80  # points along a side that contours are followed on, at least; at most twice as many


@dataclass(frozen=True)
class Style:
    """How a map lies on a picture.

    Args:
        opacity: 0 to 1, of the largest value.
        threshold: shares of the largest value below it are not drawn, 0 to 1.
        contours: whether lines at 0.2 and 0.5 are drawn.
        smooth: bilinear between the cells' centres; else every cell is one square.
    """

    opacity: float = 0.72
    threshold: float = 0.0
    contours: bool = True
    smooth: bool = True


def shares(values: np.ndarray) -> np.ndarray:
    """Values as shares of the one that is largest in size, −1 to 1, float64; 0 where it is 0 or not yet known."""
    known = np.nan_to_num(np.asarray(values, float), nan=0.0)
    limit = float(np.abs(known).max(initial=0.0))
    return known / limit if limit > 0 else np.zeros_like(known)


def alpha_of(values: np.ndarray, opacity: float) -> np.ndarray:
    """How opaque a share 0..1 is: opacity · min(1, 1.05 · v^0.55)."""
    return np.asarray(opacity * np.minimum(1.0, 1.05 * np.abs(values) ** 0.55))


def overlay_image(values: np.ndarray, style: Style, size: QSize, signed: bool = False) -> QImage:
    """Colour a map for a picture.

    Args:
        values: shares, −1..1 where signed, else 0..1 (row, column).
        size: on screen, px; the longer side is bounded.
        signed: through the signed map, else the magnitude map; both as on the dark ground, where photos lie.
    """
    scale = min(1.0, FINEST / max(1, size.width(), size.height()))
    rows, columns = max(1, round(size.height() * scale)), max(1, round(size.width() * scale))
    fine = resampled(values, rows, columns, style.smooth)
    alpha = np.where(np.abs(fine) < style.threshold, 0.0, alpha_of(fine, style.opacity))
    colored = (_colors(fine, signed) & np.uint32(0x00FFFFFF)) | (np.rint(alpha * 255).astype(np.uint32) << 24)
    return _argb(np.ascontiguousarray(colored, np.uint32))


def map_image(values: np.ndarray, signed: bool = False) -> QImage:
    """A map of shares alone, one pixel a cell, in the colours it has on photos."""
    return _argb(np.ascontiguousarray(_colors(values, signed)))


def contour_paths(values: np.ndarray, area: QRectF, level: float) -> list[QPainterPath]:
    """The lines of a level over an area that the map's cells fill, longest first."""
    rows, columns = values.shape
    if min(rows, columns) < 2:
        return []
    fine = resampled(values, min(max(4 * rows, FINE), 2 * FINE), min(max(4 * columns, FINE), 2 * FINE))
    step_x, step_y = area.width() / fine.shape[1], area.height() / fine.shape[0]
    paths = []
    for line in sorted(contour_lines(fine, level), key=len, reverse=True):
        points = [QPointF(area.left() + (x + 0.5) * step_x, area.top() + (y + 0.5) * step_y) for x, y in line]
        path = QPainterPath(points[0])
        for point in points[1:]:
            path.lineTo(point)
        paths.append(path)
    return paths


def _colors(values: np.ndarray, signed: bool) -> np.ndarray:
    """QRgb of shares, uint32 of the same shape."""
    dark = theme("dark")
    table = np.array(dark.signed if signed else dark.overlay, np.uint32)
    levels = np.clip(np.rint((values * 127.5 + 127.5) if signed else values * 255), 0, 255).astype(np.uint8)
    return np.asarray(table[levels])


def _argb(colors: np.ndarray) -> QImage:
    height, width = colors.shape
    return QImage(cast(Any, colors.data), width, height, 4 * width, QImage.Format.Format_ARGB32).copy()
