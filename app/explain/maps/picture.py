"""The picture under explanation, with a map over it: contours, and one cell that says its value."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)

from app.explain.maps.overlay import CONTOURS, Style, contour_paths, overlay_image, shares
from app.plots.plot import ON_DARK, ON_LIGHT, Plot, Table
from app.text import format_number
from app.theme import Look, theme

STEPS = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
LABEL_ALPHA = 212  # 83 % of the ground under labels on photos


class MapPicture(Plot):
    """A picture and a map over it. Click, or arrows, choose a cell; a double click, or Enter, opens its value.

    Attributes:
        cell_picked, cell_opened: row and column.
    """

    cell_picked = Signal(int, int)
    cell_opened = Signal(int, int)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._image, self._overlay = QImage(), QImage()
        self._values, self._shares = np.zeros((0, 0)), np.zeros((0, 0))
        self._is_signed, self._style = False, Style()
        self._cell: tuple[int, int] | None = None
        self._key: tuple[object, ...] = ()
        self._paths: list[tuple[float, list[QPainterPath]]] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Picture with its map")
        self.setMinimumSize(160, 120)

    def set_image(self, image: QImage) -> None:
        """Show another picture."""
        self._image = image
        self.updateGeometry()
        self.restyle()

    def set_map(self, values: np.ndarray, signed: bool = False) -> None:
        """Lay another map over it, (row, column); empty for none; NaN where not yet known."""
        self._values, self._is_signed = np.asarray(values, float), signed
        self._shares = shares(self._values) if values.size else np.zeros((0, 0))
        self.describe(self._sentence())
        self.restyle()

    def set_style(self, style: Style) -> None:
        """Draw the map another way."""
        self._style = style
        self.restyle()

    def set_cell(self, cell: tuple[int, int] | None) -> None:
        """Point at a cell, without a word."""
        self._cell = cell
        self.update()

    @property
    def area(self) -> QRectF:
        """Where the picture lies: as large as fits, in its ratio, at the top."""
        if self._image.isNull():
            return QRectF(self.rect())
        scale = min(self.width() / self._image.width(), self.height() / self._image.height())
        width, height = round(self._image.width() * scale), round(self._image.height() * scale)
        return QRectF((self.width() - width) // 2, 0, width, height)

    def rect_of(self, row: int, column: int) -> QRectF:
        """Where a cell lies."""
        area, (rows, columns) = self.area, self._values.shape
        wide, high = area.width() / columns, area.height() / rows
        return QRectF(area.left() + column * wide, area.top() + row * high, wide, high)

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """The cell under a point."""
        area = self.area
        if not self._values.size or not area.contains(place):
            return None
        rows, columns = self._values.shape
        row, column = (
            (place.y() - area.top()) / area.height() * rows,
            (place.x() - area.left()) / area.width() * columns,
        )
        return min(int(row), rows - 1), min(int(column), columns - 1)

    def tip_at(self, place: QPoint) -> str:
        cell = self.cell_at(QPointF(place))
        if cell is None:
            return ""
        value = self._values[cell]
        said = "not yet known" if np.isnan(value) else format_number(float(value), 6)
        return f"cell row {cell[0]}, column {cell[1]}: {said}"

    def table(self) -> Table:
        headers = ["row", *(str(column) for column in range(self._values.shape[1]))]
        return headers, [[row, *map(float, values)] for row, values in enumerate(self._values)]

    def sizeHint(self) -> QSize:
        return QSize(752, 488)

    def restyle(self) -> None:
        self._key = ()
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pick(*cell)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if cell is not None and cell == self._cell and event.button() == Qt.MouseButton.LeftButton:
            self.cell_opened.emit(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cell is not None:
            self.cell_opened.emit(*self._cell)
            return
        step = STEPS.get(Qt.Key(event.key()))
        if step is None or not self._values.size:
            super().keyPressEvent(event)
            return
        row, column = self._cell or (0, 0)
        rows, columns = self._values.shape
        self._pick(min(max(row + step[0], 0), rows - 1), min(max(column + step[1], 0), columns - 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        area = self.area
        clip = QPainterPath()
        clip.addRoundedRect(area, 4, 4)
        painter.setClipPath(clip)
        painter.fillRect(area, self.look.theme.color("canvas"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._image.width() > 96)
        painter.drawImage(area, self._image)
        if self._values.size:
            self._prepare(area)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._style.smooth)
            painter.drawImage(area, self._overlay)
            self._paint_contours(painter)
            self._paint_cell(painter, area)

    def _prepare(self, area: QRectF) -> None:
        key = (area.width(), area.height(), self._style)
        if key == self._key:
            return
        self._key = key
        self._overlay = overlay_image(self._shares, self._style, area.size().toSize(), self._is_signed)
        levels = CONTOURS if self._style.contours and not self._is_signed else ()
        self._paths = [(level, contour_paths(self._shares, area, level)) for level in levels]

    def _paint_contours(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for level, paths in self._paths:
            pen = QPen(ON_DARK, 1.4 if level >= 0.5 else 1.0)
            if level < 0.5:
                pen.setDashPattern([4.0, 3.0])
            casing = QPen(seen_through(110), pen.widthF() + 1.4)
            for path in paths:
                painter.strokePath(path, casing)
                painter.strokePath(path, pen)
            if paths:
                self._paint_level(painter, paths[0], level)

    def _paint_level(self, painter: QPainter, path: QPainterPath, level: float) -> None:
        dark = theme("dark")
        painter.setFont(dark.font("heat"))
        text = f"{level:g}"
        width = QFontMetrics(painter.font()).horizontalAdvance(text) + 6
        at = path.pointAtPercent(0.35 if level >= 0.5 else 0.6)
        box = QRectF(at.x() - width / 2, at.y() - 7, width, 14).intersected(self.area)
        _label_ground(painter, box, 3)
        painter.setPen(ON_DARK)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_cell(self, painter: QPainter, area: QRectF) -> None:
        if self._cell is None or not self._inside(*self._cell):
            return
        cell = self.rect_of(*self._cell)
        side = max(cell.width(), cell.height(), 12.0)
        frame = QRectF(cell.center().x() - side / 2, cell.center().y() - side / 2, side, side)
        painter.setPen(QPen(ON_LIGHT, 4))
        painter.drawRoundedRect(frame, 3, 3)
        painter.setPen(QPen(ON_DARK, 2))
        painter.drawRoundedRect(frame, 3, 3)
        self._paint_callout(painter, frame, area)

    def _paint_callout(self, painter: QPainter, frame: QRectF, area: QRectF) -> None:
        dark, (row, column) = theme("dark"), self._cell or (0, 0)
        first, value, more = f"cell row {row}, column {column}", *self._said(row, column)
        small, bold = QFontMetrics(dark.font("caption")), QFontMetrics(dark.font("result"))
        mono = QFontMetrics(dark.font("number"))
        needed = max(small.horizontalAdvance(first), bold.horizontalAdvance(value) + 8 + mono.horizontalAdvance(more))
        box = callout_box(frame, area, QSize(needed + 20, 44))
        painter.setPen(QPen(ON_DARK, 1))
        near = box.bottomLeft() if box.center().y() < frame.center().y() else box.topLeft()
        if box.center().x() < frame.center().x():
            near += QPointF(box.width(), 0)
        painter.drawLine(frame.center(), near)
        _label_ground(painter, box, 4)
        painter.setFont(dark.font("caption"))
        painter.setPen(dark.color("ink2"))
        painter.drawText(QPointF(box.left() + 10, box.top() + 17), first)
        painter.setFont(dark.font("result"))
        painter.setPen(ON_DARK)
        painter.drawText(QPointF(box.left() + 10, box.top() + 35), value)
        painter.setFont(dark.font("number"))
        painter.setPen(dark.color("ink3"))
        painter.drawText(QPointF(box.left() + 18 + bold.horizontalAdvance(value), box.top() + 35), more)

    def _said(self, row: int, column: int) -> tuple[str, str]:
        value = float(self._values[row, column])
        if np.isnan(value):
            return "…", "not yet known"
        share = float(self._shares[row, column])
        more = "= map maximum" if share >= 1 else f"{format_number(share, 2)} of the largest"
        return format_number(value, 3), more

    def _pick(self, row: int, column: int) -> None:
        self.set_cell((row, column))
        self.cell_picked.emit(row, column)

    def _inside(self, row: int, column: int) -> bool:
        return 0 <= row < self._values.shape[0] and 0 <= column < self._values.shape[1]

    def _sentence(self) -> str:
        if not self._values.size or np.isnan(self._values).all():
            return "No map."
        row, column = np.unravel_index(int(np.nanargmax(np.abs(self._values))), self._values.shape)
        rows, columns = self._values.shape
        return f"A map of {rows} by {columns} cells, largest at row {row}, column {column}."


def callout_box(frame: QRectF, area: QRectF, size: QSize) -> QRectF:
    """A place for a note of `size` beside a framed cell, inside the picture."""
    width, height, gap = min(float(size.width()), area.width()), float(size.height()), 36.0
    left = frame.right() + gap if frame.right() + gap + width <= area.right() else frame.left() - gap - width
    top = frame.top() - height - 12 if frame.top() - height - 12 >= area.top() else frame.bottom() + 12
    left = min(max(left, area.left() + 4), area.right() - width - 4)
    top = min(max(top, area.top() + 4), area.bottom() - height - 4)
    return QRectF(left, top, width, height)


def seen_through(alpha: int) -> QColor:
    """The ground of labels on photos, 0 to 255 opaque."""
    ground = QColor(ON_LIGHT)
    ground.setAlpha(alpha)
    return ground


def _label_ground(painter: QPainter, box: QRectF, radius: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(seen_through(LABEL_ALPHA))
    painter.drawRoundedRect(box, radius, radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)
