"""MapStrip: all maps of a layer side by side with their kernels and biases; a click follows one."""

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.explain.kernels.cells import paint_gaps, paint_outline
from app.explain.kernels.scene import Scene
from app.plots.plot import Plot, Table
from app.text import fixed, format_number
from app.theme import Look, signed_image

WITH_KERNEL, ALONE, NARROWEST = 134.0, 92.0, 62.0  # px, widths of a card
HIGH, LOW = 112.0, 86.0  # px, heights of a card
GAP = 8.0
MARGIN = 24.0


class MapStrip(Plot):
    """Cards, one per map.

    Attributes:
        chosen: index of a map that is clicked or reached by an arrow.
    """

    chosen = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.scene: Scene | None = None
        self._is_low = False
        self._offset = 0.0
        self._cards: dict[int, QPixmap] = {}
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("All feature maps")

    def set_scene(self, scene: Scene) -> None:
        """Show other maps, or follow another one of the same."""
        before, self.scene = self.scene, scene
        same = before is not None and before.maps is scene.maps and before.kernel is scene.kernel
        if not same or before is None or before.channel != scene.channel:
            self._cards.clear()
        self._fit()
        names = scene.names[scene.map] if scene.names else "none"
        self.describe(f"{len(scene.names)} maps, {names} is followed")

    def set_low(self, is_low: bool) -> None:
        """Leave the kernels away and take less height, for small windows."""
        self._is_low = is_low
        self._cards.clear()
        self._fit()
        self.update()

    @property
    def shows_kernels(self) -> bool:
        """Whether the cards have room for the kernels."""
        return self._shows_kernels()

    def restyle(self) -> None:
        """Follow the theme."""
        self._cards.clear()
        self.update()

    def table(self) -> Table:
        """Return bias, smallest and largest value of every map."""
        if self.scene is None:
            return [], []
        rows = []
        for index, name in enumerate(self.scene.names):
            values = self.scene.maps[..., index]
            bias = float(self.scene.bias[index]) if self.scene.bias.size else None
            rows.append([name, bias, float(values.min()), float(values.max())])
        return ["map", "bias", "smallest", "largest"], rows

    def tip_at(self, place: QPoint) -> str:
        """Return what a map holds."""
        index, scene = self.index_at(place), self.scene
        if index is None or scene is None:
            return ""
        values = scene.maps[..., index]
        low, high = format_number(float(values.min())), format_number(float(values.max()))
        bias = f", bias {format_number(float(scene.bias[index]))}" if scene.bias.size else ""
        return f"{scene.names[index]}: {low} to {high}{bias}"

    def sizeHint(self) -> QSize:
        """Return the height of the cards."""
        return QSize(1176, int(HIGH) + 4)

    def index_at(self, place: QPoint) -> int | None:
        """The card under a point."""
        if self.scene is None:
            return None
        return next((i for i in range(len(self.scene.names)) if self.card_rect(i).contains(place)), None)

    def card_rect(self, index: int) -> QRectF:
        """Where a card lies."""
        width = self._card_width()
        return QRectF(MARGIN + index * (width + GAP) - self._offset, 2, width, self.height() - 4.0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the cards."""
        self._cards.clear()
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cards in sight, each painted once, and frame the one followed."""
        if self.scene is None:
            return
        painter = QPainter(self)
        for index in range(len(self.scene.names)):
            rect = self.card_rect(index)
            if rect.right() < 0 or rect.left() > self.width():
                continue
            painter.drawPixmap(rect.topLeft(), self._card(index, rect))
            if index == self.scene.map:
                paint_outline(painter, rect.adjusted(0.5, 0.5, -0.5, -0.5), self.look.theme.color("ink"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Follow the map clicked."""
        index = self.index_at(event.position().toPoint())
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(index)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Move along, where not all cards fit."""
        if self._longest() <= 0:
            event.ignore()
            return
        delta = event.angleDelta()
        self._offset = min(max(self._offset - (delta.y() or delta.x()), 0.0), self._longest())
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Follow the next or previous map."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -10_000, Qt.Key.Key_End: 10_000}
        if self.scene is None or event.key() not in steps:
            super().keyPressEvent(event)
            return
        wanted = min(max(self.scene.map + steps[Qt.Key(event.key())], 0), len(self.scene.names) - 1)
        if wanted != self.scene.map:
            self.chosen.emit(wanted)

    def _card_width(self) -> float:
        room = self._room()
        return min(room, WITH_KERNEL) if self._shows_kernels() else float(int(min(max(room, NARROWEST), ALONE)))

    def _room(self) -> float:
        """The width of a card if all are to fit."""
        count = len(self.scene.names) if self.scene is not None else 1
        return (self.width() - 2 * MARGIN + GAP) / max(1, count) - GAP

    def _shows_kernels(self) -> bool:
        is_convolution = self.scene is not None and self.scene.kind == "convolution"
        return is_convolution and not self._is_low and self._room() >= WITH_KERNEL * 0.94

    def _fit(self) -> None:
        """Take the height that the cards need, and bring the map followed into sight."""
        self.setFixedHeight(int(HIGH if self._shows_kernels() else LOW) + 4)
        self._reveal()

    def _longest(self) -> float:
        count = len(self.scene.names) if self.scene is not None else 0
        return max(0.0, count * (self._card_width() + GAP) - GAP + 2 * MARGIN - self.width())

    def _reveal(self) -> None:
        """Bring the map followed into sight."""
        if self.scene is None or not self.width():
            return
        pitch = self._card_width() + GAP
        left = self.scene.map * pitch
        low, high = left + pitch + 2 * MARGIN - self.width(), left
        self._offset = min(max(self._offset, low, 0.0), max(high, 0.0), self._longest())

    def _card(self, index: int, rect: QRectF) -> QPixmap:
        if index not in self._cards:
            scale = self.devicePixelRatioF()
            made = QPixmap(round(rect.width() * scale), round(rect.height() * scale))
            made.setDevicePixelRatio(scale)
            made.fill(Qt.GlobalColor.transparent)
            painter = QPainter(made)
            self._paint_card(painter, QRectF(0, 0, rect.width(), rect.height()), index)
            painter.end()
            self._cards[index] = made
        return self._cards[index]

    def _paint_card(self, painter: QPainter, rect: QRectF, index: int) -> None:
        scene, theme = self.scene, self.look.theme
        assert scene is not None
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color("line"))
        painter.setBrush(theme.color("card"))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        inner = rect.adjusted(9, 10, -9, -26)
        with_kernel = self._shows_kernels()
        if with_kernel:
            self._paint_kernel(painter, QRectF(inner.left(), inner.top(), 42, 42), index)
        area = inner.adjusted(48 if with_kernel else -3, 0, 0 if with_kernel else 3, 0)
        self._paint_picture(painter, area, scene.maps[..., index], scene.limit_of(index))
        self._paint_caption(painter, QRectF(rect.left() + 9, rect.bottom() - 22, rect.width() - 18, 16), index)

    def _paint_kernel(self, painter: QPainter, area: QRectF, index: int) -> None:
        scene, theme = self.scene, self.look.theme
        assert scene is not None
        self._paint_picture(painter, area, scene.kernel[:, :, scene.channel, index], scene.kernel_limit_of(index))
        bias = float(scene.bias[index])
        painter.setFont(theme.font("axis"))
        painter.setPen(theme.color("ink2"))
        text = ("+" if bias >= 0 else "") + fixed(bias, 2)
        painter.drawText(QRectF(area.left(), area.bottom() + 2, 46, 16), Qt.AlignmentFlag.AlignLeft, text)

    def _paint_picture(self, painter: QPainter, area: QRectF, values: np.ndarray, limit: float) -> None:
        theme = self.look.theme
        rows, columns = values.shape
        side = min(area.width() / columns, area.height() / rows)
        side = float(int(side)) if side >= 3 else side
        grid = QRectF(area.left(), area.top(), side * columns, side * rows)
        grid.moveLeft(area.right() - grid.width() if area.width() > 43 else area.left())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, side < 1)
        painter.drawImage(grid, signed_image(values, limit, theme))
        if side >= 9:
            paint_gaps(painter, grid, (rows, columns), theme.color("card"))

    def _paint_caption(self, painter: QPainter, line: QRectF, index: int) -> None:
        scene, theme = self.scene, self.look.theme
        assert scene is not None
        name = scene.names[index].removeprefix("Kernel ")
        painter.setFont(theme.font("axis"))
        largest = fixed(float(scene.maps[..., index].max()), 2)
        metrics = painter.fontMetrics()
        painter.setPen(theme.color("ink2"))
        text = f"max {largest}" if metrics.horizontalAdvance(f"{name}  max {largest}") < line.width() else largest
        is_both = metrics.horizontalAdvance(f"{name}  {text}") < line.width()
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(line.width()))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, shown)
        if is_both:
            painter.setPen(theme.color("ink3"))
            painter.drawText(line, Qt.AlignmentFlag.AlignRight, text)
