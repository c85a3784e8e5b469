"""SwarmMap: ten thousand descents from above, each start in the colour of the minimum it reaches."""

import math

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.lab.ink import CENTRE, Ink, Plane
from app.plots.plot import Plot, Table
from app.text import count, fixed, percent
from app.theme import Look, Theme, magnitude_image
from engine.explain.surfaces import LossSurface

TOKENS = (
    "series1", "series2", "series3", "train", "val", "neg", "pos", "family:recurrent", "family:pooling", "family:dense",
    "family:normalisation",
)  # fmt: skip
NOWHERE = "ctl"
FAINT = 0.30  # of the colour with which a start marks the ground
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LEFT, RIGHT_EDGE, TOP, FOOT = 48, 16, 52, 42
LISTED = 6  # minima in the legend


def token_of(minimum: int) -> str:
    """The colour of a minimum; that of none for −1."""
    return NOWHERE if minimum < 0 else TOKENS[minimum % len(TOKENS)]


class SwarmMap(Plot):
    """Attributes:
    look: as of every plot; the picture of a step is one image, so ten thousand dots cost little.
    """

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._surface: LossSurface | None = None
        self._heights = np.zeros((2, 2))
        self._positions = np.zeros((0, 0, 2), np.float32)
        self._reached = np.zeros(0, int)
        self._step, self._waiting = 0, ""
        self.setAccessibleName("Swarm")

    def set_surface(self, surface: LossSurface, z: np.ndarray) -> None:
        """Lie over another surface, without dots."""
        heights = np.log10(1 + z)
        self._surface, self._heights = surface, (heights - heights.min()) / (np.ptp(heights) or 1.0)
        self._positions = np.zeros((0, 0, 2), np.float32)
        self.update()

    def set_waiting(self, text: str) -> None:
        """Say what is being computed; empty for nothing."""
        self._waiting = text
        self.update()

    def set_swarm(self, positions: np.ndarray, reached: np.ndarray) -> None:
        """Show descents.

        Args:
            positions: (step, start, 2), the starts row by row from the bottom.
            reached: the minimum of each start, −1 for none.
        """
        self._positions, self._reached, self._waiting = positions, reached, ""
        found = ", ".join(f"{name}: {count(many)}" for name, _, many in self.counts())
        self.describe(f"{count(len(reached))} starts; {found}")

    def set_step(self, step: int) -> None:
        """Show where they are after so many updates."""
        self._step = step
        self.update()

    def counts(self) -> list[tuple[str, int, int]]:
        """Name, index and starts of each minimum that is reached, most first; then those that reach none."""
        many = [
            (index, int((self._reached == index).sum())) for index in range(-1, int(self._reached.max(initial=-1)) + 1)
        ]
        listed = sorted((pair for pair in many if pair[1]), key=lambda pair: (pair[0] < 0, -pair[1]))
        return [(_name(self._surface, index), index, starts) for index, starts in listed]

    def table(self) -> Table:
        """Return one row per minimum."""
        return ["minimum", "starts"], [[name, starts] for name, _, starts in self.counts()]

    def tip_at(self, place: QPoint) -> str:
        """Say where the start under the mouse ends."""
        if self._surface is None or not len(self._reached):
            return ""
        plane = self._plane(self._surface)
        if not plane.area.contains(QPointF(place)):
            return ""
        x, y = plane.back(QPointF(place))
        column, row = (
            min(self._side - 1, int((at - low) / (high - low) * self._side))
            for at, (low, high) in ((x, self._surface.x), (y, self._surface.y))
        )
        found = int(self._reached[row * self._side + column])
        return f"from ({fixed(x, 2)}, {fixed(y, 2)}): {_name(self._surface, found)}"

    @property
    def _side(self) -> int:
        return max(1, math.isqrt(len(self._reached)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, the dots, the minima and the legend."""
        painter, theme = QPainter(self), self.look.theme
        painter.fillRect(self.rect(), theme.color("canvas"))
        if self._surface is None:
            return
        ink, plane = Ink(painter, theme), self._plane(self._surface)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        ground = magnitude_image(self._heights[::-1], 0.0, 1.0, theme)
        painter.setOpacity(0.35)
        painter.drawImage(plane.area, ground.convertToFormat(QImage.Format.Format_RGB32))
        painter.setOpacity(1.0)
        plane.grid(ink, "w₁", "w₂")
        if len(self._positions):
            self._paint_dots(painter, plane, theme)
        self._paint_minima(ink, plane)
        self._paint_legend(ink)

    def _paint_dots(self, painter: QPainter, plane: Plane, theme: Theme) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        basins = self._reached.reshape(self._side, self._side)[::-1]
        painter.drawImage(plane.area, _image(_shades(basins, theme, FAINT)))
        ratio = self.devicePixelRatioF()
        wide, high = max(2, round(plane.area.width() * ratio)), max(2, round(plane.area.height() * ratio))
        points = self._positions[min(self._step, len(self._positions) - 1)]
        painter.drawImage(plane.area, _image(self._dots(points, plane, (high, wide), theme)))

    def _dots(self, points: np.ndarray, plane: Plane, size: tuple[int, int], theme: Theme) -> np.ndarray:
        """Squares of 2 by 2 px: ARGB uint32 (row, column)."""
        high, wide = size
        pixels = np.zeros((high, wide), np.uint32)
        with np.errstate(invalid="ignore"):
            x = (points[:, 0] - plane.x[0]) / (plane.x[1] - plane.x[0]) * wide
            y = (plane.y[1] - points[:, 1]) / (plane.y[1] - plane.y[0]) * high
            inside = (x >= 0) & (x < wide - 1) & (y >= 0) & (y < high - 1)
        column, row = x[inside].astype(int), y[inside].astype(int)
        shades = _shades(self._reached[inside], theme, 1.0)
        for down, right in ((0, 0), (0, 1), (1, 0), (1, 1)):
            pixels[row + down, column + right] = shades
        return pixels

    def _paint_minima(self, ink: Ink, plane: Plane) -> None:
        surface = self._surface
        if surface is None:
            return
        for index, (x, y) in enumerate(surface.minima):
            place = plane.at(x, y)
            ink.painter.setPen(ink.color("canvas"))
            ink.painter.setBrush(ink.color("ink"))
            ink.painter.drawEllipse(place, 9.0, 9.0)
            box = QRectF(place.x() - 9, place.y() - 9, 18, 18)
            ink.text(box, LETTERS[index], "caption", "onink", CENTRE)

    def _paint_legend(self, ink: Ink) -> None:
        left, total = float(LEFT), max(1, len(self._reached))
        if self._waiting:
            ink.text(QRectF(left, 8, self.width() - left, 20), self._waiting, "body", "ink2")
            return
        for name, index, starts in self.counts()[:LISTED]:
            ink.dot(QPointF(left + 5, 18), 5, token_of(index))
            text = f"{name}  {percent(starts / total)}"
            if left + 16 + QFontMetrics(self.look.theme.font("body")).horizontalAdvance(text) > self.width():
                return
            left += 16 + ink.text(QRectF(left + 16, 8, self.width() - left - 16, 20), text, "body", "ink2") + 20
        more = len(self.counts()) - LISTED
        if more > 0:
            ink.text(QRectF(left, 8, self.width() - left, 20), f"and {more} more", "body", "ink3")

    def _plane(self, surface: LossSurface) -> Plane:
        room = QRectF(self.rect()).adjusted(LEFT, TOP, -RIGHT_EDGE, -FOOT)
        side = min(room.width(), room.height() * 1.25)
        area = QRectF(room.left() + (room.width() - side) / 2, room.top(), side, room.height())
        return Plane(area, surface.x, surface.y)


def _name(surface: LossSurface | None, index: int) -> str:
    if index < 0 or surface is None:
        return "none reached"
    x, y = surface.minima[index]
    return f"{LETTERS[index]} ({fixed(x, 2)}, {fixed(y, 2)})"


def _shades(minima: np.ndarray, theme: Theme, alpha: float) -> np.ndarray:
    """Premultiplied ARGB uint32 of minima."""
    colors = [theme.any_color(token_of(index)) for index in range(-1, len(LETTERS))]
    parts = np.array([[round(alpha * part) for part in (c.red(), c.green(), c.blue())] for c in colors], np.uint32)
    table = np.uint32(round(255 * alpha)) << 24 | parts[:, 0] << 16 | parts[:, 1] << 8 | parts[:, 2]
    return np.asarray(table[minima + 1])


def _image(pixels: np.ndarray) -> QImage:
    pixels = np.ascontiguousarray(pixels, np.uint32)
    high, wide = pixels.shape
    return QImage(pixels.data, wide, high, 4 * wide, QImage.Format.Format_ARGB32_Premultiplied).copy()
