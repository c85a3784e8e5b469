"""The picture of an explanation without its view: arrays in the colour maps of the design, scaled up unsmoothed."""

import math

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter

from app.explain.maps.overlay import Style, overlay_image, shares
from app.theme import Theme, magnitude_image, sample_image, signed_image
from engine.messages import Explained

SIDE = 512  # px of the longer side at least
GAP = 8
MAPS = ("map", "footprint")
SIGNED = ("cam", "integrated_gradients", "occlusion")
STRIPS = ("forget", "update", "reset", "input", "candidate", "output", "cell", "hidden")
GATES = ("forget", "update", "reset", "input", "output")  # between 0 and 1
MOST_TILES = 64


def picture_of(explained: Explained, theme: Theme) -> QImage:
    """Draw what an explanation found.

    Raises:
        ValueError: it holds no array that has a picture.
    """
    arrays, tiles = explained.arrays, []
    if "input" in arrays and arrays["input"].ndim == 3 and any(name in arrays for name in MAPS):
        tiles.append(_input(arrays["input"], theme))
        if "map" in arrays and arrays["map"].ndim == 2:
            tiles.append(_over(tiles[0], arrays["map"], explained.explainer in SIGNED))
    tiles += _strips(arrays, theme) if explained.explainer == "gates" else _maps(explained, theme)
    if not tiles:
        raise ValueError(f"{explained.explainer} has no picture")
    return _beside(tiles, theme, below=explained.explainer == "gates")


def _maps(explained: Explained, theme: Theme) -> list[QImage]:
    arrays = explained.arrays
    name = next((name for name in MAPS if name in arrays), "")
    if name:
        values = arrays[name] if arrays[name].ndim == 2 else np.abs(arrays[name]).sum(-1)
        return [_scaled(_drawn(values, explained.explainer in SIGNED, theme))]
    if "loss" in arrays and arrays["loss"].ndim == 2:
        return [_scaled(_drawn(np.log10(np.maximum(arrays["loss"], 1e-6)), False, theme))]
    if "points" in arrays:
        return [_scatter(arrays["points"][:, :2], arrays.get("labels"), theme)]
    if "kernel" in arrays:
        kernels = arrays["kernel"].mean(axis=2)
        return _tiles([kernels[..., n] for n in range(kernels.shape[-1])], theme)
    values = arrays.get("activation")
    if values is None:
        return []
    return _tiles(
        [values[..., n] for n in range(values.shape[-1])] if values.ndim == 3 else [np.atleast_2d(values)], theme
    )


def _tiles(maps: list[np.ndarray], theme: Theme) -> list[QImage]:
    """All maps on one scale in a grid, as one picture."""
    maps = maps[:MOST_TILES]
    limit = max(float(np.abs(values).max()) for values in maps) or 1.0
    columns = math.ceil(math.sqrt(len(maps)))
    rows = [maps[n : n + columns] for n in range(0, len(maps), columns)]
    high, wide = maps[0].shape
    factor = max(1, round(SIDE / max(columns * wide, len(rows) * high)))
    whole = _ground(columns * (wide * factor + GAP) - GAP, len(rows) * (high * factor + GAP) - GAP, theme)
    painter = QPainter(whole)
    for row, held in enumerate(rows):
        for column, values in enumerate(held):
            place = QRect(column * (wide * factor + GAP), row * (high * factor + GAP), wide * factor, high * factor)
            painter.drawImage(place, signed_image(values, limit, theme))
    painter.end()
    return [whole]


def _strips(arrays: dict[str, np.ndarray], theme: Theme) -> list[QImage]:
    """One strip for each gate and state: rows are units, columns are steps."""
    return [
        _scaled(_drawn(arrays[name].T, name not in GATES, theme, 1.0 if name in GATES else 0.0))
        for name in STRIPS
        if name in arrays and arrays[name].ndim == 2
    ]


def _drawn(values: np.ndarray, is_signed: bool, theme: Theme, high: float = 0.0) -> QImage:
    finite = values[np.isfinite(values)]
    if is_signed:
        return signed_image(np.nan_to_num(values), float(np.abs(finite).max(initial=0)) or 1.0, theme)
    low = 0.0 if high or finite.min(initial=0) >= 0 else float(finite.min())
    return magnitude_image(np.nan_to_num(values), low, high or float(finite.max(initial=0)) or 1.0, theme)


def _input(x: np.ndarray, theme: Theme) -> QImage:
    return _scaled(sample_image(x, (float(x.min()), float(x.max()) or 1.0), theme))


def _over(picture: QImage, values: np.ndarray, is_signed: bool) -> QImage:
    """The map on the picture it is about."""
    whole = picture.convertToFormat(QImage.Format.Format_RGB32)
    painter = QPainter(whole)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(whole.rect(), overlay_image(shares(values), Style(), whole.size(), is_signed))
    painter.end()
    return whole


def _scatter(points: np.ndarray, labels: np.ndarray | None, theme: Theme) -> QImage:
    whole = _ground(SIDE, SIDE, theme)
    painter = QPainter(whole)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    low, high = points.min(axis=0), points.max(axis=0)
    at = 12 + (points - low) / np.where(high > low, high - low, 1) * (SIDE - 24)
    for n, (x, y) in enumerate(at):
        painter.setBrush(theme.series(int(labels[n]) % 4 if labels is not None else 0))
        painter.drawEllipse(int(x) - 2, int(SIDE - y) - 2, 5, 5)
    painter.end()
    return whole


def _scaled(image: QImage) -> QImage:
    factor = max(1, math.ceil(SIDE / max(image.width(), image.height())))
    return image.scaled(image.width() * factor, image.height() * factor)


def _beside(tiles: list[QImage], theme: Theme, below: bool) -> QImage:
    wide = max(t.width() for t in tiles) if below else sum(t.width() + GAP for t in tiles) - GAP
    high = sum(t.height() + GAP for t in tiles) - GAP if below else max(t.height() for t in tiles)
    whole = _ground(wide, high, theme)
    painter, at = QPainter(whole), 0
    for tile in tiles:
        painter.drawImage(0 if below else at, at if below else 0, tile)
        at += (tile.height() if below else tile.width()) + GAP
    painter.end()
    return whole


def _ground(wide: int, high: int, theme: Theme) -> QImage:
    image = QImage(wide, high, QImage.Format.Format_RGB32)
    image.fill(theme.color("canvas"))
    return image
