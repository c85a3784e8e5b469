"""Labels against predictions, counted."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from app.plots.plot import Plot, Table, text_on
from app.text import count, fixed
from app.theme import Look

CELL, GAP = 28, 2
TITLE = 16  # px for the words "label" and "predicted"
MOST_PICTURES = 600  # of cells that are kept
LOWEST, HIGHEST = 0.18, 0.9  # part of the magnitude map used for the counts from 1 to the largest


class ConfusionMatrix(Plot):
    """Counts (label, prediction): rows are labels, columns predictions, zero cells stay empty."""

    picked = Signal(int, int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._counts = np.zeros((0, 0), np.int64)
        self._totals, self._most = np.zeros(0, np.int64), 1
        self._pictures: dict[tuple[str, int], QPixmap] = {}
        self._pictured: tuple[float, float, str] = (0.0, 1.0, "")
        self._names: list[str] = []
        self._grid_of: tuple[object, tuple[int, int, float]] = (None, (0, 0, 4.0))
        self._rates = False
        self._current: tuple[int, int] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Confusion matrix")

    def set_counts(self, counts: np.ndarray, names: Sequence[str]) -> None:
        """Show other counts, shape (label, prediction), and the names of the classes."""
        self._counts = np.asarray(counts, np.int64)
        self._totals, self._most = self._counts.sum(axis=1), int(self._counts.max(initial=1))
        self._names = [str(name) for name in names]
        if self._current is not None and max(self._current) >= len(self._counts):
            self._current = None
        self.updateGeometry()
        self.describe(self._sentence())

    def set_rates(self, rates: bool) -> None:
        """Show each cell as a share of its row instead of a count."""
        self._rates = rates
        self.update()

    @property
    def current(self) -> tuple[int, int] | None:
        """The selected cell as (label, prediction), or None."""
        return self._current

    def set_current(self, cell: tuple[int, int] | None) -> None:
        """Select a cell without emitting `picked`."""
        self._current = cell if cell is not None and max(cell) < len(self._counts) else None
        self.update()

    def table(self) -> Table:
        """Return one row per label."""
        headers = ["label \\ predicted", *(self._name(i) for i in range(len(self._counts)))]
        return headers, [[self._name(i), *row.tolist()] for i, row in enumerate(self._counts)]

    def tip_at(self, place: QPoint) -> str:
        """Return label, prediction, count and rate of a cell."""
        cell = self.cell_at(place)
        if cell is None:
            return ""
        row, column = cell
        value, total = int(self._counts[row, column]), int(self._counts[row].sum())
        rate = f", {count(value)} / {count(total)} = {fixed(value / total, 3)}" if total else ""
        return f"label {self._name(row)}, predicted {self._name(column)}: {count(value)}{rate}"

    def cell_at(self, place: QPoint) -> tuple[int, int] | None:
        """Return the (label, prediction) under a point, or None."""
        left, top, pitch = self._grid()
        if not len(self._counts) or place.x() < left or place.y() < top:
            return None
        row, column = int((place.y() - top) / pitch), int((place.x() - left) / pitch)
        return (row, column) if max(row, column) < len(self._counts) else None

    def sizeHint(self) -> QSize:
        """Return the size with cells of 28 px."""
        left, top = self._margins()
        side = len(self._counts) * (CELL + GAP)
        return QSize(left + side, top + side)

    def minimumSizeHint(self) -> QSize:
        """Return the size with the smallest cells that can be hit."""
        left, top = self._margins()
        side = min(len(self._counts), 12) * 16
        return QSize(left + side, top + side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw titles, labels, cells and the selected cell."""
        if not len(self._counts):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_words(painter)
        for row in range(len(self._counts)):
            for column in range(len(self._counts)):
                self._paint_cell(painter, row, column)
        if self._current is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.look.theme.color("ink"), 2.0))
            painter.drawRoundedRect(self._cell(*self._current).adjusted(-1, -1, 1, 1), 4, 4)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the cell under the mouse."""
        cell = self.cell_at(event.position().toPoint())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pick(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with arrows, pick with Enter."""
        moves = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
        last = len(self._counts) - 1
        if event.key() in moves and last >= 0:
            down, right = moves[Qt.Key(event.key())] if self._current else (0, 0)
            row, column = self._current or (0, 0)
            self._pick((min(max(row + down, 0), last), min(max(column + right, 0), last)))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current:
            self.picked.emit(*self._current)
        else:
            super().keyPressEvent(event)

    def _pick(self, cell: tuple[int, int]) -> None:
        self._current = cell
        self.update()
        self.picked.emit(*cell)

    def _name(self, index: int) -> str:
        return self._names[index] if index < len(self._names) else str(index)

    def _margins(self) -> tuple[int, int]:
        metrics = QFontMetrics(self.look.theme.font("axis"))
        widest = max((metrics.horizontalAdvance(self._name(i)) for i in range(len(self._counts))), default=0)
        return TITLE + 4 + min(widest, 72) + 6, 2 * TITLE + 2

    def _grid(self) -> tuple[int, int, float]:
        """Left, top and pitch of the cells, px; kept, because every cell asks for them."""
        key = (self.width(), self.height(), self._names, len(self._counts), self.look.theme.name)
        if self._grid_of[0] != key:
            self._grid_of = (key, self._measured())
        return self._grid_of[1]

    def _measured(self) -> tuple[int, int, float]:
        left, top = self._margins()
        room = min(self.width() - left, self.height() - top)
        return left, top, float(min(max(4.0, room / max(1, len(self._counts))), 42.0)) // 1

    def _cell(self, row: int, column: int) -> QRectF:
        left, top, pitch = self._grid()
        gap = GAP if pitch >= 12 else 0
        return QRectF(left + column * pitch, top + row * pitch, pitch - gap, pitch - gap)

    def color_of(self, row: int, column: int) -> QColor:
        """Return the ground of a cell."""
        value = int(self._counts[row, column])
        if not value:
            return self.look.theme.color("card" if self.look.theme.name == "dark" else "raised")
        share = value / self._most if not self._rates else value / max(1, int(self._totals[row]))
        level = LOWEST + (HIGHEST - LOWEST) * share
        return QColor.fromRgb(self.look.theme.magnitude[round(level * 255)])

    def _paint_cell(self, painter: QPainter, row: int, column: int) -> None:
        cell, value = self._cell(row, column), int(self._counts[row, column])
        text = count(value) if value else ""
        if value and self._rates:
            text = fixed(value / max(1, int(self._totals[row])), 2).lstrip("0")
        painter.drawPixmap(cell.topLeft(), self._cell_picture(text, self.color_of(row, column), cell.width()))

    def _cell_picture(self, text: str, ground: QColor, side: float) -> QPixmap:
        """The picture of a cell; most cells of a matrix look the same as others, and as they did before."""
        drawn_for = (side, self.devicePixelRatio(), self.look.theme.name)
        if drawn_for != self._pictured or len(self._pictures) > MOST_PICTURES:
            self._pictured, self._pictures = drawn_for, {}
        key = (text, ground.rgba())
        if key not in self._pictures:
            self._pictures[key] = self._drawn_cell(text, ground, QRectF(0, 0, side, side))
        return self._pictures[key]

    def _drawn_cell(self, text: str, ground: QColor, cell: QRectF) -> QPixmap:
        picture = QPixmap(cell.size().toSize() * self.devicePixelRatio())
        picture.setDevicePixelRatio(self.devicePixelRatio())
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(cell, 2, 2)
        font = self.look.theme.font("heat" if self._rates or len(text) > 3 else "axis")
        if text and QFontMetrics(font).horizontalAdvance(text) <= cell.width() - 1 and cell.height() >= 12:
            painter.setFont(font)
            painter.setPen(text_on(ground))
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()
        return picture

    def _paint_words(self, painter: QPainter) -> None:
        theme = self.look.theme
        left, top, pitch = self._grid()
        side = pitch * len(self._counts)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("ink3"))
        painter.drawText(QRectF(left, 0, side, TITLE), Qt.AlignmentFlag.AlignCenter, "predicted")
        painter.save()
        painter.translate(0, top + side)
        painter.rotate(-90)
        painter.drawText(QRectF(0, 0, side, TITLE), Qt.AlignmentFlag.AlignCenter, "label")
        painter.restore()
        painter.setFont(theme.font("axis"))
        painter.setPen(theme.color("ink2"))
        every = 1 if pitch >= 14 else int(np.ceil(14 / pitch))
        for index in range(0, len(self._counts), every):
            self._paint_name(painter, index)

    def _paint_name(self, painter: QPainter, index: int) -> None:
        left, top, pitch = self._grid()
        metrics = QFontMetrics(painter.font())
        row = QRectF(TITLE + 2, top + index * pitch, left - TITLE - 8, pitch - GAP)
        name = metrics.elidedText(self._name(index), Qt.TextElideMode.ElideRight, int(row.width()))
        painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
        column = QRectF(left + index * pitch, TITLE, pitch - GAP, TITLE)
        name = metrics.elidedText(self._name(index), Qt.TextElideMode.ElideRight, int(column.width() + GAP))
        painter.drawText(column, Qt.AlignmentFlag.AlignCenter, name)

    def _sentence(self) -> str:
        total = int(self._counts.sum())
        if not total:
            return "No predictions yet"
        right = int(np.trace(self._counts))
        return f"{count(right)} of {count(total)} samples lie on the diagonal, {count(total - right)} do not"
