"""The two grids of the kernels picture: the input with its padding, and the map that fills in scan order."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QPixmap

from app.explain.kernels.cells import GAP_FROM, NUMBER_FROM, cell_rect, paint_dashed, paint_grid, paint_outline
from app.explain.kernels.crop import Crop
from app.explain.kernels.layout import Layout
from app.explain.kernels.scene import Place, Scene
from app.text import fixed
from app.theme import Theme, grey_image, signed_image

Paint = Callable[[QPainter, QRectF], None]
OVERVIEW = 76.0  # px, the small whole picture beside a part


@dataclass
class Pictures:
    """What was painted once and stays while the window slides: of each kind of picture, the newest."""

    scale: float = 1.0
    _kept: dict[str, tuple[tuple[object, ...], QPixmap]] = field(default_factory=dict)

    def picture(self, kind: str, key: tuple[object, ...], rect: QRectF, paint: Paint) -> QPixmap:
        """The pixmap of this kind, painted by `paint(painter, rect)` where the newest one has another key."""
        known = self._kept.get(kind)
        if known is None or known[0] != key:
            known = self._kept[kind] = key, self._painted(rect, paint)
        return known[1]

    def _painted(self, rect: QRectF, paint: Paint) -> QPixmap:
        width, height = max(1, round(rect.width() * self.scale)), max(1, round(rect.height() * self.scale))
        made = QPixmap(width, height)
        made.setDevicePixelRatio(self.scale)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        paint(painter, QRectF(0, 0, rect.width(), rect.height()))
        painter.end()
        return made


@dataclass(frozen=True)
class Sheet:
    """What everything is drawn on, with and from.

    Args:
        painter: active.
        theme: colours and fonts.
        layout: where.
        scene: what.
        pictures: painted before.
    """

    painter: QPainter
    theme: Theme
    layout: Layout
    scene: Scene
    pictures: Pictures


def input_image(scene: Scene, values: np.ndarray, theme: Theme) -> QImage:
    """Values of the input (row, column) on its scale: grey for a picture, else signed."""
    low, high = scene.input_range
    return grey_image(values, low, high, theme) if scene.is_picture else signed_image(values, high, theme)


def draw_input(sheet: Sheet) -> None:
    """Draw the cells of the input; padding is dashed and holds 0."""
    scene, theme, grid, crop = sheet.scene, sheet.theme, sheet.layout.input, sheet.layout.crop
    key = (id(scene.x), scene.plane, crop, grid.width(), theme.name, scene.window)
    picture = sheet.pictures.picture("input", key, grid, lambda p, area: _paint_input(p, area, scene, crop, theme))
    sheet.painter.drawPixmap(grid.topLeft(), picture)


def _paint_input(painter: QPainter, grid: QRectF, scene: Scene, crop: Crop, theme: Theme) -> None:
    plane = scene.x[..., scene.plane]
    above, before = scene.padding[0][0], scene.padding[1][0]
    shape = (crop.height, crop.width)
    top, left = max(0, above - crop.top), max(0, before - crop.left)
    rows = plane[max(0, crop.top - above) :][: crop.height - top]
    part = rows[:, max(0, crop.left - before) :][:, : crop.width - left]
    if part.size:
        inner = cell_rect(grid, shape, top, left).united(
            cell_rect(grid, shape, top + part.shape[0] - 1, left + part.shape[1] - 1)
        )
        paint_grid(painter, inner, input_image(scene, part, theme), theme, part)
    side = grid.width() / crop.width
    painter.setFont(theme.font("heat"))
    for row in range(crop.height):
        for column in range(crop.width):
            if top <= row < top + part.shape[0] and left <= column < left + part.shape[1]:
                continue
            _paint_padding(painter, cell_rect(grid, shape, row, column), side, theme)


def _paint_padding(painter: QPainter, cell: QRectF, side: float, theme: Theme) -> None:
    if side >= NUMBER_FROM:
        paint_dashed(painter, cell, theme.color("line2"))
    else:
        painter.fillRect(cell.adjusted(0, 0, -1, -1) if side >= GAP_FROM else cell, theme.color("panel"))
    if side >= NUMBER_FROM:
        painter.setPen(theme.color("ink3"))
        painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, "0")


def window_rect(layout: Layout, scene: Scene, place: Place) -> QRectF:
    """The outline of the window on the input, dilation included."""
    window, crop = scene.window, layout.crop
    row, column = place[0] * window.strides[0] - crop.top, place[1] * window.strides[1] - crop.left
    shape = (crop.height, crop.width)
    last = cell_rect(layout.input, shape, row + window.span(0) - 1, column + window.span(1) - 1)
    return cell_rect(layout.input, shape, row, column).united(last)


def tap_rects(layout: Layout, scene: Scene, place: Place) -> list[QRectF]:
    """The cells that a dilated window really reads."""
    window, crop = scene.window, layout.crop
    row, column = place[0] * window.strides[0] - crop.top, place[1] * window.strides[1] - crop.left
    shape = (crop.height, crop.width)
    return [
        cell_rect(layout.input, shape, row + down * window.dilation[0], column + right * window.dilation[1])
        for down in range(window.size[0])
        for right in range(window.size[1])
    ]


def draw_map(sheet: Sheet, position: int, is_full: bool = False) -> None:
    """Draw the map as far as the window has come; the cells to come are empty, unless all of it `is_full`."""
    scene, theme, pictures = sheet.scene, sheet.theme, sheet.pictures
    grid, crop, painter = sheet.layout.map, sheet.layout.map_crop, sheet.painter
    base = (id(scene.maps), scene.map, crop, grid.width(), theme.name, scene.limit)
    whole = pictures.picture("map", base, grid, lambda p, area: _paint_map(p, area, scene, crop, theme))
    if is_full:
        painter.drawPixmap(grid.topLeft(), whole)
        return
    empty = pictures.picture("empty", base, grid, lambda p, area: _paint_empty(p, area, crop, theme))
    painter.drawPixmap(grid.topLeft(), empty)
    for part in _filled(grid, crop, scene.place(position)):
        painter.drawPixmap(part, whole, _in_pixels(part.translated(-grid.topLeft()), pictures.scale))


def _filled(grid: QRectF, crop: Crop, place: Place) -> list[QRectF]:
    """The rows that are done, and the part of the row under way."""
    row, column = place[0] - crop.top, min(place[1] - crop.left, crop.width - 1)
    high, wide = grid.height() / crop.height, grid.width() / crop.width
    parts = []
    if row > 0:
        parts.append(QRectF(grid.left(), grid.top(), grid.width(), min(row, crop.height) * high))
    if 0 <= row < crop.height and column >= 0:
        parts.append(QRectF(grid.left(), grid.top() + row * high, (column + 1) * wide, high))
    return parts


def _in_pixels(part: QRectF, scale: float) -> QRectF:
    return QRectF(part.left() * scale, part.top() * scale, part.width() * scale, part.height() * scale)


def _paint_map(painter: QPainter, grid: QRectF, scene: Scene, crop: Crop, theme: Theme) -> None:
    part = scene.shown[crop.top : crop.top + crop.height, crop.left : crop.left + crop.width]
    paint_grid(painter, grid, signed_image(part, scene.limit, theme), theme, part, write_output)


def write_output(value: float) -> str:
    """A value of a map: two decimals, 0 as such."""
    return "0" if value == 0 else fixed(value, 2 if abs(value) < 100 else 0)


def _paint_empty(painter: QPainter, grid: QRectF, crop: Crop, theme: Theme) -> None:
    shape = (crop.height, crop.width)
    if grid.width() / crop.width < GAP_FROM:
        painter.setPen(theme.color("line2"))
        painter.drawRect(grid.adjusted(0.5, 0.5, -0.5, -0.5))
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(theme.color("line2"))
    for row in range(crop.height):
        for column in range(crop.width):
            painter.drawRoundedRect(cell_rect(grid, shape, row, column).adjusted(0.5, 0.5, -1.5, -1.5), 2, 2)


def output_rect(layout: Layout, place: Place) -> QRectF:
    """The cell of the map that the window fills."""
    crop = layout.map_crop
    return cell_rect(layout.map, (crop.height, crop.width), place[0] - crop.top, place[1] - crop.left)


def draw_overview(sheet: Sheet, kind: str, grid: QRectF, crop: Crop, make: Callable[[], QImage]) -> None:
    """Where only a part is drawn: the whole picture, small, at the bottom right, with a frame around that part.

    Args:
        kind: "input" or "map".
        make: gives the whole picture, one pixel per cell.
    """
    painter, theme, scene = sheet.painter, sheet.theme, sheet.scene
    times = OVERVIEW / max(crop.whole)
    size = QRectF(0, 0, crop.whole[1] * times, crop.whole[0] * times)
    place = size.translated(grid.right() - size.width() - 6, grid.bottom() - size.height() - 6)
    key = (id(scene.x), id(scene.maps), scene.plane, scene.map, theme.name)
    small = sheet.pictures.picture(f"overview of the {kind}", key, place, lambda p, area: p.drawImage(area, make()))
    painter.fillRect(place.adjusted(-3, -3, 3, 3), theme.color("canvas"))
    painter.drawPixmap(place.topLeft(), small)
    painter.setPen(QPen(theme.color("line2"), 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(place.adjusted(-1.5, -1.5, 0.5, 0.5))
    part = QRectF(crop.left * times, crop.top * times, crop.width * times, crop.height * times)
    paint_outline(painter, part.translated(place.topLeft()), theme.color("ink"), 1.5)
