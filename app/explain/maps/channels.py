"""The channels that make one cell of a map: their maps, and weight times activation."""

from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from app.plots.plot import Plot, Table
from app.text import count, format_number, signed
from app.theme import Look, signed_image
from app.widgets.open_number import dotted
from engine.explain.opened import Factor, Opened, Place, opened, product
from engine.messages import Explained

GAP, LINE, MOST = 12, 16, 6
OPENS = ("alpha", "activation", "product")  # the numbers below each channel
STEPS = {Qt.Key.Key_Left: -len(OPENS), Qt.Key.Key_Right: len(OPENS), Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
WIDE = 82  # px of a tile, from which numbers have four digits
TALLEST = 64.0  # px of a channel's map


class ChannelRow(Plot):
    """Up to five channels side by side, and how many more there are. A number opens; arrows choose one, Enter opens it.

    Attributes:
        opened: Place or Opened of a number, and its rectangle on the screen.
    """

    opened = Signal(object, QRect)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._maps = np.zeros((0, 1, 1), np.float32)
        self._cell: dict[str, Any] = {}
        self._layer, self._method, self._class = "", "", -1
        self._more, self._chosen = 0, 0
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("Channels")

    def set_channels(self, explained: Explained, more: int) -> None:
        """Show the channels of an answer.

        Args:
            more: how many channels are not shown.
        """
        facts, cell = explained.facts, explained.facts["cell"]
        self._maps, self._cell, self._more = np.asarray(explained.arrays["channels"]), cell, more
        self._layer, self._method, self._class = str(facts["layer"]), explained.explainer, int(facts["class"])
        self._chosen = min(self._chosen, max(0, len(OPENS) * len(self._maps) - 1))
        self.updateGeometry()
        terms = zip(cell["channels"], cell["terms"], strict=True)
        self.describe("; ".join(f"channel {channel} adds {signed(term, 4)}" for channel, term in terms))

    def table(self) -> Table:
        names = ("channels", "alphas", "activations", "terms")
        columns = [self._cell.get(name, ()) for name in names]
        return ["channel", "alpha", "activation", "product"], [list(row) for row in zip(*columns, strict=True)]

    def heightForWidth(self, width: int) -> int:
        return round(self._picture_height(width)) + 4 * LINE + 10

    def hasHeightForWidth(self) -> bool:
        return True

    def sizeHint(self) -> QSize:
        return QSize(520, self.heightForWidth(520))

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(240))

    def number(self, number: int) -> Place | Opened:
        """What a number opens to: alpha, activation and product of each channel in turn."""
        at, which = divmod(number, len(OPENS))
        cell, channel = self._cell, int(self._cell["channels"][at])
        alpha = Place("alpha", self._layer, (channel,), self._method, self._class)
        activation = Place("activation", self._layer, (cell["row"], cell["column"], channel))
        if OPENS[which] != "product":
            return alpha if OPENS[which] == "alpha" else activation
        term = product(Factor(float(cell["alphas"][at]), alpha), Factor(float(cell["activations"][at]), activation))
        place = Place("held", self._layer, (), "product")
        return opened(place, term.value, "α·A", [term], name=f"term of channel {channel}")

    def box_of(self, number: int) -> QRect:
        """Where a number is written."""
        width = self._tile(self.width())
        tile, line = divmod(number, len(OPENS))
        top = self._picture_height(self.width()) + 4 + 12 + (line + 1) * LINE - 13
        return QRectF(tile * (width + GAP), top, width, LINE).toRect()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        hit = self._hit(event.position())
        if hit is not None and event.button() == Qt.MouseButton.LeftButton:
            self._chosen = hit
            self._open()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._hit(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step, count = STEPS.get(Qt.Key(event.key())), len(OPENS) * len(self._maps)
        if step is not None and count:
            self._chosen = min(max(self._chosen + step, 0), count - 1)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and count:
            self._open()
        else:
            super().keyPressEvent(event)

    def _hit(self, place: QPointF) -> int | None:
        numbers = range(len(OPENS) * len(self._maps))
        return next((n for n in numbers if self.box_of(n).contains(place.toPoint())), None)

    def _open(self) -> None:
        box = self.box_of(self._chosen)
        self.opened.emit(self.number(self._chosen), QRect(self.mapToGlobal(box.topLeft()), box.size()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        limit = float(np.abs(self._maps).max(initial=0.0)) or 1.0
        width, high = self._tile(self.width()), self._picture_height(self.width())
        for number, values in enumerate(self._maps):
            place = QRectF(number * (width + GAP), 0, width, high)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, values.shape[1] > 16)
            painter.drawImage(place, signed_image(values, limit, self.look.theme))
            self._ring(painter, place, values.shape)
            self._write(painter, place, number)
        if self._more:
            self._paint_more(painter, QRectF(len(self._maps) * (width + GAP), 0, width, high))

    def _tile(self, width: int) -> float:
        return (width - (MOST - 1) * GAP) / MOST

    def _picture_height(self, width: int) -> float:
        rows, columns = self._maps.shape[1:]
        return min(TALLEST, self._tile(width) * min(1.0, rows / max(1, columns)))

    def _ring(self, painter: QPainter, place: QRectF, shape: tuple[int, ...]) -> None:
        rows, columns = shape
        at = QPointF(
            place.left() + (self._cell["column"] + 0.5) * place.width() / columns,
            place.top() + (self._cell["row"] + 0.5) * place.height() / rows,
        )
        painter.setPen(QPen(self.look.theme.color("ink"), 1.5))
        painter.drawEllipse(at, 2.5, 2.5)

    def _write(self, painter: QPainter, place: QRectF, number: int) -> None:
        theme, cell = self.look.theme, self._cell
        alpha, term = float(cell["alphas"][number]), float(cell["terms"][number])
        top = place.bottom() + 4
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("ink3"))
        painter.drawText(QPointF(place.left(), top + 12), f"channel {cell['channels'][number]}")
        lines = (
            ("α ", format_number(alpha, 4 if place.width() > WIDE else 2), "pos" if alpha >= 0 else "neg", "number"),
            ("A ", format_number(float(cell["activations"][number]), 4), "ink", "number"),
            ("", signed(term, 4), "pos" if term >= 0 else "neg", "result"),
        )
        for line, (symbol, text, token, role) in enumerate(lines, 1):
            base = QPointF(place.left(), top + 12 + line * LINE)
            painter.setFont(theme.font("number"))
            painter.setPen(theme.color("ink3"))
            painter.drawText(base, symbol)
            step = QFontMetrics(painter.font()).horizontalAdvance(symbol)
            painter.setFont(theme.font(role))
            painter.setPen(theme.color(token))
            painter.drawText(base + QPointF(step, 0), text)
            if role != "result" or self._is_at(number, line):
                wide, y = QFontMetrics(painter.font()).horizontalAdvance(text), round(base.y()) + 3.5
                painter.setPen(dotted(theme.color("ink" if self._is_at(number, line) else "ctl")))
                painter.drawLine(QPointF(base.x() + step, y), QPointF(base.x() + step + wide, y))

    def _is_at(self, number: int, line: int) -> bool:
        """Whether the keyboard is at a line of a channel."""
        return self.hasFocus() and self._chosen == number * len(OPENS) + line - 1

    def _paint_more(self, painter: QPainter, place: QRectF) -> None:
        theme = self.look.theme
        pen = QPen(theme.color("ctl"), 1.0)
        pen.setDashPattern([3.0, 3.0])
        painter.setPen(pen)
        painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("ink3"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, f"{count(self._more)} more")
