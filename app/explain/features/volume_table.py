"""VolumeTable: parameters and multiplications of each layer, as table and areas, and of a dense layer in its place."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.plots.plot import Plot, Table
from app.text import TIMES, count, shape
from app.theme import Look
from app.widgets.open_number import dotted
from engine.explain.volumes import Volume

ROW, HEAD, BAR = 30, 34, 46  # px
MARGIN = 24
NARROWEST = 34  # px of a segment that is named
WEIGHTS = (0.2, 0.15, 0.15, 0.17, 0.18, 0.15)  # of the columns
OPENS = {2: "parameters", 3: "multiplications", 4: "dense", 5: "saved"}  # by column
HEADERS = ("Layer", "Output", "Parameters", "Multiplications", "Dense in its place", "Saved")


class VolumeTable(Plot):
    """Two bars whose areas are the layers' shares, and a table whose numbers open; arrows choose one, Enter opens it.

    Attributes:
        chosen: name of the layer clicked.
        opened: name of a layer, or nothing for the sum of all, one of `OPENS`, and the number's place on the screen.
    """

    chosen = Signal(str)
    opened = Signal(str, str, QRect)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._volumes: Sequence[Volume] = ()
        self._at_cell = (0, 2)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Parameters and multiplications")

    def show_volumes(self, volumes: Sequence[Volume]) -> None:
        """Show the layers of a network."""
        self._volumes = volumes
        parameters = sum(volume.parameters for volume in volumes)
        multiplications = sum(volume.multiplications for volume in volumes)
        self.setMinimumHeight(self.sizeHint().height())
        self.describe(f"{count(parameters)} parameters, {count(multiplications)} multiplications for one sample")

    def table(self) -> Table:
        """Return one row per layer."""
        rows = [
            [v.name, shape(v.shape), v.parameters, v.multiplications, v.dense_parameters, v.dense_multiplications]
            for v in self._volumes
        ]
        return ["layer", "output", "parameters", "multiplications", "dense parameters", "dense multiplications"], rows

    def tip_at(self, place: QPoint) -> str:
        """Return the exact numbers of a layer."""
        volume = self._at(place)
        if volume is None:
            return ""
        text = f"{volume.name}: {count(volume.parameters)} parameters, {count(volume.multiplications)} multiplications"
        if not volume.dense_parameters:
            return text
        return f"{text}; a dense layer from {shape(volume.inputs[0])} to {shape(volume.shape)}: " + (
            f"{count(volume.dense_parameters)} parameters, {count(volume.dense_multiplications)} multiplications"
        )

    def sizeHint(self) -> QSize:
        """Return the height of bars and rows."""
        return QSize(900, 2 * (BAR + HEAD) + HEAD + ROW * (len(self._volumes) + 1) + 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars and the table."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bars = (
            ("Parameters", [v.parameters for v in self._volumes]),
            ("Multiplications, one sample", [v.multiplications for v in self._volumes]),
        )
        for number, (title, values) in enumerate(bars):
            self._paint_bar(painter, self._bar(number), title, values)
        self._paint_table(painter, self._table_top(), event.rect())
        self._paint_underlines(painter, event.rect())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open the number clicked, or choose the layer."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        place = event.position().toPoint()
        for cell in self.cells():
            if self.box_of(*cell).contains(place):
                self._at_cell = cell
                self._open()
                return
        volume = self._at(place)
        if volume is not None:
            self.chosen.emit(volume.name)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at what opens."""
        place = event.position().toPoint()
        over = any(self.box_of(*cell).contains(place) for cell in self.cells()) or self._at(place) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a number with the arrows, open it with Enter."""
        moves = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
        move = moves.get(Qt.Key(event.key()))
        if move is not None:
            wanted = self._at_cell[0] + move[0], self._at_cell[1] + move[1]
            if wanted in self.cells():
                self._at_cell = wanted
                self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._at_cell in self.cells():
            self._open()
        else:
            super().keyPressEvent(event)

    def cells(self) -> list[tuple[int, int]]:
        """Row and column of every number that opens; row −1 holds the sums above the bars."""
        if not self._volumes:
            return []
        rows = enumerate(self._volumes)
        found = [(row, column) for row, volume in rows for column in OPENS if _number(volume, column)]
        return [(-1, 2), (-1, 3), *found]

    def box_of(self, row: int, column: int) -> QRect:
        """Where a number is written."""
        if row < 0:
            bar = self._bar(column - 2)
            return QRectF(bar.right() - 120, bar.top() - 22, 120, 18).toRect()
        room = self.width() - 2 * MARGIN
        left = MARGIN + room * sum(WEIGHTS[:column])
        top = self._table_top() + ROW * (row + 1)
        return QRectF(left, top + 5, room * WEIGHTS[column] - 4, ROW - 10).toRect()

    def _table_top(self) -> int:
        return 2 * (BAR + HEAD) + 12

    def _open(self) -> None:
        row, column = self._at_cell
        box = self.box_of(row, column)
        name = self._volumes[row].name if row >= 0 else ""
        self.opened.emit(name, OPENS[column], QRect(self.mapToGlobal(box.topLeft()), box.size()))

    def segments(self, number: int) -> list[QRectF]:
        """The areas of the layers in a bar: 0 parameters, 1 multiplications."""
        bar = self._bar(number)
        values = [v.multiplications if number else v.parameters for v in self._volumes]
        total, left, found = sum(values) or 1, bar.left(), []
        for value in values:
            wide = bar.width() * value / total
            found.append(QRectF(left, bar.top(), wide, bar.height()))
            left += wide
        return found

    def _bar(self, number: int) -> QRectF:
        return QRectF(MARGIN, number * (BAR + HEAD) + HEAD - 8, self.width() - 2 * MARGIN, BAR)

    def _paint_bar(self, painter: QPainter, bar: QRectF, title: str, values: Sequence[int]) -> None:
        theme = self.look.theme
        line = QRectF(bar.left(), bar.top() - 22, bar.width(), 18)
        painter.setFont(theme.font("title"))
        painter.setPen(theme.color("ink"))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, title)
        painter.setFont(theme.font("number"))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, count(sum(values)))
        number = 0 if title.startswith("Par") else 1
        for volume, part in zip(self._volumes, self.segments(number), strict=True):
            if part.width() < 0.5:
                continue
            painter.fillRect(part.adjusted(0, 0, -1, 0), self._tint(volume.family))
            if part.width() >= NARROWEST:
                self._paint_name(painter, part, volume.name)

    def _paint_name(self, painter: QPainter, part: QRectF, name: str) -> None:
        painter.setFont(self.look.theme.font("caption"))
        painter.setPen(self.look.theme.color("ink"))
        room = part.adjusted(6, 0, -6, 0)
        text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)

    def _tint(self, family: str) -> QColor:
        color = self.look.theme.family(family)
        color.setAlphaF(0.38)
        return color

    def _paint_table(self, painter: QPainter, top: float, exposed: QRect) -> None:
        theme = self.look.theme
        painter.setFont(theme.font("caption"))
        self._paint_row(painter, top, HEADERS, "ink3")
        painter.setFont(theme.font("number"))
        for index, volume in enumerate(self._volumes):
            y = top + ROW * (index + 1)
            if y > exposed.bottom() or y + ROW < exposed.top():
                continue
            painter.fillRect(QRectF(MARGIN, y, self.width() - 2 * MARGIN, 1), theme.color("line"))
            self._paint_row(painter, y, _cells(volume), "ink")

    def _paint_underlines(self, painter: QPainter, exposed: QRect) -> None:
        """Below every number that opens."""
        theme = self.look.theme
        metrics = QFontMetrics(theme.font("number"))
        for cell in self.cells():
            row, column = cell
            box, is_lit = self.box_of(*cell), self.hasFocus() and cell == self._at_cell
            if not box.intersects(exposed):
                continue
            text = (
                count(sum(_number(v, column) for v in self._volumes)) if row < 0 else _cells(self._volumes[row])[column]
            )
            painter.setPen(dotted(theme.color("ink" if is_lit else "ctl")))
            y = box.bottom() + 0.5
            painter.drawLine(QPointF(box.right() - metrics.horizontalAdvance(text), y), QPointF(box.right(), y))

    def _paint_row(self, painter: QPainter, top: float, texts: Sequence[str], token: str) -> None:
        painter.setPen(self.look.theme.color(token))
        left, room = float(MARGIN), self.width() - 2 * MARGIN
        for index, (text, weight) in enumerate(zip(texts, WEIGHTS, strict=True)):
            wide = weight * room
            side = Qt.AlignmentFlag.AlignLeft if index < 2 else Qt.AlignmentFlag.AlignRight
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(wide) - 8)
            painter.drawText(QRectF(left, top, wide - 4, ROW), side | Qt.AlignmentFlag.AlignVCenter, shown)
            left += wide

    def _at(self, place: QPoint) -> Volume | None:
        for number in (0, 1):
            for volume, part in zip(self._volumes, self.segments(number), strict=True):
                if part.contains(place):
                    return volume
        row = int((place.y() - self._table_top()) // ROW) - 1
        return self._volumes[row] if 0 <= row < len(self._volumes) else None


def _number(volume: Volume, column: int) -> int:
    """The number of a column; 0 where there is none to open."""
    dense = volume.dense_parameters
    return {2: volume.parameters, 3: volume.multiplications, 4: dense, 5: dense if volume.saved else 0}[column]


def _cells(volume: Volume) -> tuple[str, ...]:
    dense = count(volume.dense_parameters) if volume.dense_parameters else "–"
    saved = f"{volume.saved:,.0f} {TIMES} fewer" if volume.saved else "all of them" if volume.dense_parameters else "–"
    return volume.name, shape(volume.shape), count(volume.parameters), count(volume.multiplications), dense, saved
