"""SurfaceChoice: the surfaces as small pictures, one of them chosen."""

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.lab.ink import Ink
from app.lab.slices import Slices
from app.plots.contours import contour_lines
from app.plots.height_field import logarithmic
from app.plots.paths import lines_path
from app.plots.plot import Plot
from app.theme import Look, magnitude_image
from engine.explain.surfaces import SURFACES, LossSurface
from engine.explain.two_weight_data import TABLES, any_surface

EDGE, GAP = 16, 8  # px at the sides and between
TOP, PICTURE, CAPTION = 8, 36, 18  # px high
WIDEST = 92  # px of a picture
GRID = 33  # points along a side of a picture
LEVELS = np.linspace(0.1, 0.9, 6)
NAMES = (*SURFACES, *TABLES)


class SurfaceChoice(Plot):
    """Click, or arrows.

    Attributes:
        chosen: id of a surface.
    """

    chosen = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._value = NAMES[0]
        self._surfaces: dict[str, LossSurface] = {}
        self._pictures: dict[str, QPixmap] = {}
        self._slices = Slices(self)
        self._slices.advanced.connect(self.update)
        self._slices.finished.connect(self.update)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Surface")

    @property
    def value(self) -> str:
        """The chosen surface."""
        return self._value

    def set_value(self, name: str) -> None:
        """Choose without emitting `chosen`."""
        self._value = name
        self.describe(f"{any_surface(name).name} chosen of {len(NAMES)}")

    def finish(self) -> None:
        """Make the pictures that are missing at once."""
        self._slices.start(self._make())
        self._slices.finish()

    def sizeHint(self) -> QSize:
        """One row."""
        return QSize(640, TOP + PICTURE + CAPTION + 4)

    def restyle(self) -> None:
        """Paint the pictures anew."""
        self._pictures.clear()
        self.update()

    def tip_at(self, place: QPoint) -> str:
        """Say what a surface teaches."""
        name = self._at(QPointF(place))
        return f"{any_surface(name).equation}\n{any_surface(name).source}" if name else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the one under the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self._at(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a neighbour."""
        ways = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -len(NAMES), Qt.Key.Key_End: len(NAMES)}
        if event.key() in ways:
            at = NAMES.index(self._value) + ways[Qt.Key(event.key())]
            self._choose(NAMES[min(max(at, 0), len(NAMES) - 1)])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pictures there are; the others are made a few milliseconds at a time."""
        if len(self._pictures) < len(NAMES) and not self._slices.is_busy:
            self._slices.start(self._make())
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.look.theme.color("canvas"))
        ink = Ink(painter, self.look.theme)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for name in NAMES:
            self._paint_one(ink, name)

    def _paint_one(self, ink: Ink, name: str) -> None:
        place, is_chosen = self._place(name), name == self._value
        if name in self._pictures:
            outline = QPainterPath()
            outline.addRoundedRect(place, 4, 4)
            ink.painter.save()
            ink.painter.setClipPath(outline)
            ink.painter.drawPixmap(place, self._pictures[name], QRectF(self._pictures[name].rect()))
            ink.painter.restore()
        ink.pen("ink" if is_chosen else "line2", 2 if is_chosen else 1)
        ink.painter.drawRoundedRect(place.adjusted(-1, -1, 1, 1) if is_chosen else place, 5, 5)
        line = QRectF(place.left(), place.bottom() + 2, place.width(), CAPTION - 2)
        caption = {"cancer": "Tumours", "diabetes": "Patients"}.get(name) or any_surface(name).name
        ink.text(line, caption, "caption", "ink" if is_chosen else "ink2")

    def _make(self) -> Iterator[str]:
        for name in NAMES:
            if name not in self._pictures:
                self._pictures[name] = self._painted(any_surface(name))
                yield name

    def _painted(self, surface: LossSurface) -> QPixmap:
        heights = logarithmic(surface.grid(GRID)[0])
        heights = (heights - heights.min()) / (np.ptp(heights) or 1.0)
        image = magnitude_image(heights[::-1], 0.0, 1.0, self.look.theme)
        picture = QPixmap.fromImage(image.convertToFormat(image.Format.Format_RGB32)).scaled(
            180, 2 * PICTURE, mode=Qt.TransformationMode.SmoothTransformation
        )
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(11, 13, 17, 130), 1.5))
        step = np.array([180, 2 * PICTURE]) / (GRID - 1)
        for level in LEVELS:
            painter.drawPath(lines_path([line * step for line in contour_lines(heights[::-1], level)]))
        painter.end()
        return picture

    def _place(self, name: str) -> QRectF:
        wide = min(WIDEST, (self.width() - 2 * EDGE + GAP) / len(NAMES) - GAP)
        return QRectF(EDGE + NAMES.index(name) * (wide + GAP), TOP, wide, PICTURE)

    def _at(self, place: QPointF) -> str:
        return next((name for name in NAMES if self._place(name).adjusted(0, 0, 0, CAPTION).contains(place)), "")

    def _choose(self, name: str) -> None:
        if name and name != self._value:
            self.set_value(name)
            self.chosen.emit(name)
