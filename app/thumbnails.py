"""Small pictures of datasets: of the data themselves where they are loaded, else a drawn sign of their kind."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from app.theme import Theme, sample_image
from engine.messages import DataLoaded

POINT_TOKENS = ("family:recurrent", "family:pooling", "family:dense", "family:convolution")


def _noise(seed: int, count: int, scale: float) -> np.ndarray:
    return np.random.default_rng(seed).normal(0.0, scale, (count, 2))


def _moons() -> tuple[np.ndarray, np.ndarray]:
    turn = np.linspace(0, np.pi, 26)
    upper = np.stack([np.cos(turn), np.sin(turn)], 1)
    return np.concatenate([upper, [1, 0.4] - upper]) + _noise(1, 52, 0.06), np.repeat([0, 1], 26)


def _circles() -> tuple[np.ndarray, np.ndarray]:
    turn = np.linspace(0, 2 * np.pi, 30, endpoint=False)
    ring = np.stack([np.cos(turn), np.sin(turn)], 1)
    return np.concatenate([ring, ring[::2] * 0.45]) + _noise(2, 45, 0.04), np.repeat([0, 1], [30, 15])


def _spirals() -> tuple[np.ndarray, np.ndarray]:
    radius = np.linspace(0.1, 1, 32)
    arm = np.stack([radius * np.cos(radius * 8), radius * np.sin(radius * 8)], 1)
    return np.concatenate([arm, -arm]), np.repeat([0, 1], 32)


def _xor() -> tuple[np.ndarray, np.ndarray]:
    points = np.random.default_rng(3).uniform(-1, 1, (56, 2))
    return points, (points[:, 0] * points[:, 1] > 0).astype(int)


def _blobs() -> tuple[np.ndarray, np.ndarray]:
    centres = np.array([[-0.6, 0.5], [0.6, 0.4], [0.0, -0.6]])
    return np.repeat(centres, 16, axis=0) + _noise(4, 48, 0.18), np.repeat([0, 1, 2], 16)


TOYS: dict[str, Callable[[], tuple[np.ndarray, np.ndarray]]] = {
    "moons": _moons, "circles": _circles, "spiral": _spirals, "xor": _xor, "blobs": _blobs
}  # fmt: skip


def data_thumbnail(data: DataLoaded, theme: Theme, size: int) -> QImage | None:
    """Return a picture made of the loaded samples themselves, size × size px; None where there are none."""
    if not len(data.x):
        return None
    if data.description.kind == "image":
        return _framed(theme, size, lambda painter: _mosaic(painter, data, theme, size))
    if data.description.kind == "sequence":
        return _framed(theme, size, lambda painter: _steps(painter, data, theme, size))
    x = data.x.reshape(len(data.x), -1)[:120, :2]
    if x.shape[1] < 2:
        x = np.stack([x[:, 0], np.asarray(data.y[:120], float)], 1)
    labels = data.y[:120].astype(int) if data.description.target == "class" else np.full(len(x), -1)
    return _framed(theme, size, lambda painter: _scatter(painter, x.astype(float), labels, theme, size))


def kind_thumbnail(dataset: str, kind: str, theme: Theme, size: int) -> QImage:
    """Return a drawn sign of a dataset that is not loaded.

    Args:
        dataset: its id; a plane figure is drawn as itself.
        kind: "image", "points" or "table".
    """
    toy = next((make for name, make in TOYS.items() if dataset.startswith(name)), None)
    if toy is not None:
        points, labels = toy()
        return _framed(theme, size, lambda painter: _scatter(painter, points, labels, theme, size))
    if kind == "image":
        return _framed(theme, size, lambda painter: _pixel_grid(painter, theme, size))
    return _framed(theme, size, lambda painter: _rows(painter, theme, size))


def _framed(theme: Theme, size: int, draw: Callable[[QPainter], None]) -> QImage:
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(theme.color("canvas"))
    painter = QPainter(image)
    draw(painter)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(theme.color("line2"))
    painter.drawRect(0, 0, size - 1, size - 1)
    painter.end()
    return image


def _mosaic(painter: QPainter, data: DataLoaded, theme: Theme, size: int) -> None:
    half = size / 2
    for index in range(min(4, len(data.x))):
        box = QRectF(index % 2 * half, index // 2 * half, half, half)
        painter.drawImage(box, sample_image(data.x[index], data.value_range, theme))


def _scatter(painter: QPainter, points: np.ndarray, labels: np.ndarray, theme: Theme, size: int) -> None:
    low, high = points.min(axis=0), points.max(axis=0)
    placed = (points - low) / np.where(high > low, high - low, 1.0) * (size - 12) + 6
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for (x, y), label in zip(placed, labels, strict=True):
        painter.setBrush(theme.any_color("ink3" if label < 0 else POINT_TOKENS[int(label) % len(POINT_TOKENS)]))
        painter.drawEllipse(QPointF(x, size - y), 1.6, 1.6)


def _steps(painter: QPainter, data: DataLoaded, theme: Theme, size: int) -> None:
    """The first sample: a curve per feature, or where it is text its characters as dots, one row each."""
    x = np.asarray(data.x[0], float)  # (time, feature)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    across = np.linspace(5, size - 5, len(x))
    if data.description.symbols:
        steps, rows = np.nonzero(x)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("ink3"))
        for step, row in zip(steps, rows, strict=True):
            painter.drawEllipse(QPointF(across[step], 6 + row * (size - 12) / max(1, x.shape[1] - 1)), 1.4, 1.4)
        return
    low, span = x.min(), max(float(np.ptp(x)), 1e-12)
    for feature in range(x.shape[1]):
        painter.setPen(QPen(theme.any_color(POINT_TOKENS[feature % len(POINT_TOKENS)]), 1.2))
        heights = size - 6 - (x[:, feature] - low) / span * (size - 12)
        painter.drawPolyline([QPointF(a, b) for a, b in zip(across, heights, strict=True)])


def _pixel_grid(painter: QPainter, theme: Theme, size: int) -> None:
    cell = (size - 12) / 4
    for index, ink in enumerate((0, 1, 1, 0, 1, 0, 0, 1, 0, 0, 1, 0, 1, 1, 1, 1)):
        token = "ink3" if ink else "raised"
        painter.fillRect(QRectF(6 + index % 4 * cell, 6 + index // 4 * cell, cell - 1, cell - 1), theme.color(token))


def _rows(painter: QPainter, theme: Theme, size: int) -> None:
    painter.fillRect(QRectF(6, 8, size - 12, 5), theme.color("ink3"))
    painter.setPen(QPen(theme.color("ctl"), 1))
    for line in range(4):
        y = 18 + line * (size - 24) / 4
        for column in range(3):
            left = 6 + column * (size - 12) / 3
            painter.drawLine(QPointF(left, y), QPointF(left + (size - 12) / 3 - 4, y))
