"""WeightEditor: a field over one cell of the kernel, to type another weight."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.explain.kernels.cells import cell_rect
from app.theme import Look
from app.widgets.number_field import NumberField

WIDTH = 76  # px at least


class WeightEditor(NumberField):
    """Appears over the cell; Enter sets the weight, Esc leaves it.

    Attributes:
        typed: row, column and the new weight.
    """

    typed = Signal(int, int, float)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, integer=False, low=-1000, high=1000, parent=parent)
        self._place = (0, 0)
        self.setAccessibleName("Weight")
        self.changed.connect(lambda value: self.typed.emit(*self._place, float(value)))
        self.editingFinished.connect(self.hide)
        self.hide()

    def open(self, grid: QRectF, shape: tuple[int, int], place: tuple[int, int], value: float) -> None:
        """Edit the weight at (row, column) of a kernel drawn at `grid`."""
        self._place = place
        self.set_value(round(value, 6))
        cell = cell_rect(grid, shape, *place)
        width = max(WIDTH, int(cell.width()))
        self.setGeometry(int(cell.center().x() - width / 2), int(cell.center().y() - self.height() / 2), width, 28)
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes the field."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)
