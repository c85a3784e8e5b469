"""KernelStage: the kernels picture as a widget: hover says values, a click moves the window."""

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.explain.kernels.cells import cell_at
from app.explain.kernels.drawing import Step, draw, draw_written
from app.explain.kernels.grids import Pictures
from app.explain.kernels.layout import Layout
from app.explain.kernels.middle import channel_grid
from app.explain.kernels.scene import Place, Scene
from app.plots.plot import Plot, Table
from app.text import format_number
from app.theme import Look

MARGIN = (24.0, 4.0, 24.0, 4.0)


class KernelStage(Plot):
    """Input, window, kernel, products, sum and map of one step.

    Attributes:
        place_chosen: the position of a clicked cell, or of the window around a clicked cell of the input.
        channel_chosen: the channel whose sum was clicked.
        weight_chosen: row and column of a clicked weight.
        number_chosen: "value" or "bias", and where it stands, in the widget's own pixels.
    """

    place_chosen = Signal(int)
    channel_chosen = Signal(int)
    weight_chosen = Signal(int, int)
    number_chosen = Signal(str, QRect)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.scene: Scene | None = None
        self.position = 0
        self._alpha = 1.0
        self._layout: Layout | None = None
        self._pictures = Pictures()
        self._begun: tuple[int, QPixmap] | None = None  # position, and the picture before its products are written
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(560, 250)
        self.setAccessibleName("Kernel sliding over the input")

    def set_scene(self, scene: Scene) -> None:
        """Show other numbers; the position stays where it exists."""
        self.scene = scene
        self._forget()
        self.set_position(min(self.position, scene.count - 1))

    def set_position(self, position: int) -> None:
        """Move the window."""
        self.position = position
        if self.scene is not None:
            self.describe(self._sentence(self.scene))

    def set_alpha(self, alpha: float) -> None:
        """How far the step is done, 0..1."""
        self._alpha = alpha
        self.update()

    def _forget(self) -> None:
        """Nothing that was painted before holds any more."""
        self._pictures, self._begun = Pictures(self.devicePixelRatioF()), None

    @property
    def layout_now(self) -> Layout | None:
        """Where everything was drawn last."""
        return self._layout

    def restyle(self) -> None:
        """Follow the theme."""
        self._forget()
        self.update()

    def table(self) -> Table:
        """Return the map, one row per row."""
        if self.scene is None:
            return [], []
        headers = ["row", *(str(column) for column in range(self.scene.out[1]))]
        return headers, [[str(row), *values] for row, values in enumerate(self.scene.shown.tolist())]

    def sizeHint(self) -> QSize:
        """Return the size of the design."""
        return QSize(1176, 530)

    def tip_at(self, place: QPoint) -> str:
        """Return the exact value of the cell under the mouse."""
        scene, layout = self.scene, self._layout
        if scene is None or layout is None:
            return ""
        point = QPointF(place)
        cell = cell_at(layout.map, (layout.map_crop.height, layout.map_crop.width), point)
        if cell is not None:
            row, column = cell[0] + layout.map_crop.top, cell[1] + layout.map_crop.left
            return f"row {row}, column {column}: {format_number(float(scene.shown[row, column]), 7)}"
        return self._input_tip(scene, layout, point) or self._window_tip(scene, layout, point)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint anew what was painted for another size."""
        self._forget()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the step; while its products are written, only these are drawn anew."""
        if self.scene is None:
            return
        painter, step = QPainter(self), Step(self.scene, self.position)
        if self._alpha >= 1:
            self._begun = None
            self._layout = draw(painter, self._area(), step, 1.0, self.look.theme, self._pictures)
            return
        if self._begun is None or self._begun[0] != self.position:
            self._begun = self.position, self._drawn_at_zero(step)
        painter.drawPixmap(0, 0, self._begun[1])
        assert self._layout is not None
        draw_written(painter, self._layout, step, self._alpha, self.look.theme, self._pictures)

    def _drawn_at_zero(self, step: Step) -> QPixmap:
        """The picture of a step of which nothing is written yet."""
        scale = self.devicePixelRatioF()
        made = QPixmap(self.size() * scale)
        made.setDevicePixelRatio(scale)
        made.fill(self.look.theme.color("canvas"))
        painter = QPainter(made)
        self._layout = draw(painter, self._area(), step, 0.0, self.look.theme, self._pictures)
        painter.end()
        return made

    def _area(self) -> QRectF:
        left, top, right, bottom = MARGIN
        return QRectF(self.rect()).adjusted(left, top, -right, -bottom)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to what is clicked."""
        scene, layout = self.scene, self._layout
        if event.button() != Qt.MouseButton.LeftButton or scene is None or layout is None:
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        point = event.position()
        cell = cell_at(layout.map, (layout.map_crop.height, layout.map_crop.width), point)
        if cell is not None:
            self.place_chosen.emit(scene.position((cell[0] + layout.map_crop.top, cell[1] + layout.map_crop.left)))
            return
        around = self._around(scene, layout, point)
        if around is not None:
            self.place_chosen.emit(scene.position(around))
            return
        self._press_weights(scene, layout, point)

    def _press_weights(self, scene: Scene, layout: Layout, point: QPointF) -> None:
        weight = cell_at(layout.kernel, scene.window.size, point)
        channel = cell_at(channel_grid(layout.sums, scene.channels), (1, scene.channels), point)
        if weight is not None:
            self.weight_chosen.emit(*weight)
        elif channel is not None and scene.channels > 1:
            self.channel_chosen.emit(channel[1])
        elif layout.total.contains(point):
            half = layout.total.width() / 2
            is_bias = scene.kind == "convolution" and point.x() > layout.total.left() + half
            part = layout.total.adjusted(half if is_bias else 0, 0, 0 if is_bias else -half, 0)
            self.number_chosen.emit("bias" if is_bias else "value", part.toRect())
        elif layout.equation.contains(point):
            self.number_chosen.emit("value", layout.equation.toRect())

    def _around(self, scene: Scene, layout: Layout, point: QPointF) -> Place | None:
        """The window whose middle is nearest to a clicked cell of the input."""
        cell = cell_at(layout.input, (layout.crop.height, layout.crop.width), point)
        if cell is None:
            return None
        window, out = scene.window, scene.out
        row = round((cell[0] + layout.crop.top - (window.span(0) - 1) / 2) / window.strides[0])
        column = round((cell[1] + layout.crop.left - (window.span(1) - 1) / 2) / window.strides[1])
        return min(max(row, 0), out[0] - 1), min(max(column, 0), out[1] - 1)

    def _input_tip(self, scene: Scene, layout: Layout, point: QPointF) -> str:
        cell = cell_at(layout.input, (layout.crop.height, layout.crop.width), point)
        if cell is None:
            return ""
        row = cell[0] + layout.crop.top - scene.padding[0][0]
        column = cell[1] + layout.crop.left - scene.padding[1][0]
        if not (0 <= row < scene.x.shape[0] and 0 <= column < scene.x.shape[1]):
            return "padding: 0" if scene.kind == "convolution" else "padding: takes no part"
        return f"row {row}, column {column}: {format_number(float(scene.x[row, column, scene.plane]), 7)}"

    def _window_tip(self, scene: Scene, layout: Layout, point: QPointF) -> str:
        weight = cell_at(layout.kernel, scene.window.size, point)
        if weight is not None:
            value = float(scene.kernel[(*weight, scene.channel, scene.map)])
            return f"weight at row {weight[0]}, column {weight[1]}: {format_number(value, 7)}"
        channel = cell_at(channel_grid(layout.sums, scene.channels), (1, scene.channels), point)
        if channel is not None and scene.channels > 1:
            sums = scene.convolution_cell(scene.place(self.position)).sums
            return f"channel {channel[1]} adds {format_number(float(sums[channel[1]]), 7)}"
        return ""

    def _sentence(self, scene: Scene) -> str:
        row, column = scene.place(self.position)
        value = format_number(float(scene.shown[row, column]), 5)
        return f"Window {self.position + 1} of {scene.count}: row {row}, column {column} of the map is {value}"
