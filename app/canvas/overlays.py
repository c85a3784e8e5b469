"""What lies over the canvas: the tools at the top right, and the totals at the bottom left."""

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QWidget

from app.text import bytes_text, count
from app.theme import Look
from app.widgets.icon_button import IconButton
from app.widgets.open_number import OpenNumber
from app.widgets.plain_label import PlainLabel

FLOAT_BYTES = 4
GROUND = (8, 4, 8, 4)  # px round the totals


class ZoomTools(QFrame):
    """The zoom, and buttons to change it.

    Attributes:
        asked: id of an action.
    """

    asked = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", "popover")
        self.percent = QPushButton("100%")
        self.percent.setProperty("kind", "quiet")
        self.percent.setProperty("compact", True)
        self.percent.setFixedWidth(50)
        self.percent.setToolTip("Zoom to 100 % (Ctrl+0)")
        self.percent.clicked.connect(lambda: self.asked.emit("zoom_100"))
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        row.addWidget(_button("minus", "zoom_out", "Zoom out (Ctrl+−)", self.asked, look))
        row.addWidget(self.percent)
        row.addWidget(_button("plus", "zoom_in", "Zoom in (Ctrl++)", self.asked, look))
        row.addWidget(_button("fit", "fit", "Fit the network into view (F)", self.asked, look))

    def show_zoom(self, zoom: float) -> None:
        """Show the zoom in per cent."""
        self.percent.setText(f"{round(zoom * 100)}%")


class CanvasTools(QWidget):
    """Undo, one step in stages, auto layout, and the zoom.

    Attributes:
        asked: id of an action.
    """

    asked = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._undo = _button("undo", "undo", "Undo (Ctrl+Z)", self.asked, look)
        self.layout_button = QPushButton("Auto layout")
        self.layout_button.clicked.connect(lambda: self.asked.emit("auto_layout"))
        self._zoom = ZoomTools(look)
        self._zoom.asked.connect(self.asked)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        stages = _button(
            "stages", "stages", "One step in stages: the network forward, backward, updated", self.asked, look
        )
        for widget in (_framed(self._undo), _framed(stages), self.layout_button, self._zoom):
            line.addWidget(widget)

    def show_zoom(self, zoom: float) -> None:
        """Show the zoom in per cent."""
        self._zoom.show_zoom(zoom)

    def set_can_undo(self, can: bool, text: str) -> None:
        """Say what undo would take back."""
        self._undo.setEnabled(can)
        self._undo.set_hint(f"Undo: {text} (Ctrl+Z)" if can and text else "Undo (Ctrl+Z)")


def _framed(button: QWidget) -> QFrame:
    frame = QFrame()
    frame.setProperty("card", "popover")
    row = QHBoxLayout(frame)
    row.setContentsMargins(1, 1, 1, 1)
    row.addWidget(button)
    return frame


def _button(icon: str, id: str, hint: str, asked: SignalInstance, look: Look) -> IconButton:
    button = IconButton(icon, hint, look)
    button.clicked.connect(lambda: asked.emit(id))
    return button


class Totals(QWidget):
    """Parameters of the whole network, and how large its weights are.

    Attributes:
        opened: the count was clicked.
    """

    opened = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        look.changed.connect(self.update)
        self.count = OpenNumber("0", look, "numberLarge")
        self.count.opened.connect(self.opened)
        self._size = PlainLabel("0", "numberLarge", look, "ink")
        self._unit = PlainLabel("KiB", "number", look, "ink3")
        grid = QGridLayout(self)
        grid.setContentsMargins(*GROUND)
        grid.setVerticalSpacing(4)
        grid.setHorizontalSpacing(56)
        grid.addWidget(self.count, 0, 0, Qt.AlignmentFlag.AlignLeft)
        size = QHBoxLayout()
        size.setSpacing(6)
        size.addWidget(self._size)
        size.addWidget(self._unit, 0, Qt.AlignmentFlag.AlignBottom)
        size.addStretch(1)
        grid.addLayout(size, 0, 1)
        grid.addWidget(PlainLabel("parameters", "caption", look, "ink3"), 1, 0)
        grid.addWidget(PlainLabel("weights, float32", "caption", look, "ink3"), 1, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a ground, so that the numbers can be read over a node."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = self._look.theme.color("canvas")
        ground.setAlphaF(0.88)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(self.rect(), 6, 6)

    def show_params(self, params: int) -> None:
        """Show another network's size."""
        self.count.set_text(count(params))
        self.count.setFixedSize(self.count.sizeHint())
        value, _, unit = bytes_text(params * FLOAT_BYTES).partition(" ")
        self._size.setText(value)
        self._unit.setText(unit)
        self.adjustSize()
