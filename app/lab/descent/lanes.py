"""LaneList: who races: an optimiser and its learning rate per lane."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.lab.descent.marks import LANES, MARKERS, title, token
from app.plots.paths import marker_path
from app.theme import Look
from app.widgets.choice_box import ChoiceBox
from app.widgets.value_slider import ValueSlider
from engine.explain.race import Lane
from engine.explain.update_rules import RULES

RATES = (1e-5, 100.0)
NOBODY = "–"


class Marker(QWidget):
    """The sign of a lane; a click chooses it."""

    pressed = Signal()

    def __init__(self, lane: int, look: Look) -> None:
        super().__init__()
        self._lane, self._look = lane, look
        self.setFixedSize(24, 24)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        look.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the shape."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = marker_path(MARKERS[self._lane], QPointF(12, 12), 5.5)
        painter.fillPath(shape, self._look.theme.any_color(token(self._lane)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the lane."""
        self.pressed.emit()


class LaneRow(QWidget):
    """One lane.

    Attributes:
        changed: optimiser or rate.
        renamed: another optimiser, whose rate is to be suggested.
        chosen: its numbers are wanted.
    """

    changed = Signal()
    renamed = Signal()
    chosen = Signal()

    def __init__(self, lane: int, look: Look) -> None:
        super().__init__()
        self._look, self._is_chosen = look, False
        self.marker = Marker(lane, look)
        self.optimizer = ChoiceBox([("", NOBODY), *((name, title(name)) for name in RULES)], look)
        self.optimizer.setFixedWidth(104)
        self.optimizer.setAccessibleName(f"Optimiser {lane + 1}")
        self.rate = ValueSlider(*RATES, look, log=True)
        self.rate.setAccessibleName(f"Learning rate {lane + 1}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 4, 2)
        row.setSpacing(4)
        row.addWidget(self.marker)
        row.addWidget(self.optimizer)
        row.addWidget(self.rate, 1)
        self.marker.pressed.connect(self.chosen)
        self.optimizer.changed.connect(self._rename)
        self.rate.changed.connect(self._slide)

    @property
    def lane(self) -> Lane | None:
        """Who runs; None for nobody."""
        return Lane(self.optimizer.value, float(f"{self.rate.value:.3g}")) if self.optimizer.value else None

    def set_lane(self, lane: Lane | None) -> None:
        """Show a lane without saying so."""
        self.optimizer.set_value(lane.optimizer if lane is not None else "")
        if not (lane is not None and lane.optimizer):
            self.optimizer.setCurrentIndex(0)
        self.rate.setEnabled(lane is not None)
        if lane is not None:
            self.rate.set_value(lane.rate)
            self.rate.set_default(lane.rate)

    def set_chosen(self, is_chosen: bool) -> None:
        """Light up the lane whose numbers are open."""
        if is_chosen != self._is_chosen:
            self._is_chosen = is_chosen
            self.rate.slider.ground = "raised" if is_chosen else "panel"
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground of the chosen lane."""
        if self._is_chosen:
            painter, theme = QPainter(self), self._look.theme
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("raised"))
            painter.drawRoundedRect(QRectF(self.rect()), theme.radius("control"), theme.radius("control"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the lane."""
        self.chosen.emit()

    def _rename(self) -> None:
        self.rate.setEnabled(bool(self.optimizer.value))
        self.renamed.emit()

    def _slide(self) -> None:
        self.chosen.emit()
        self.changed.emit()


class LaneList(QWidget):
    """Four lanes, some of them empty.

    Attributes:
        changed: who runs, or how fast.
        renamed: place of a lane that has another optimiser now.
        chosen: place of a lane whose numbers are wanted.
    """

    changed = Signal()
    renamed = Signal(int)
    chosen = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = [LaneRow(lane, look) for lane in range(LANES)]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for place, row in enumerate(self.rows):
            column.addWidget(row)
            row.changed.connect(self.changed)
            row.renamed.connect(lambda place=place: self.renamed.emit(place))
            row.chosen.connect(lambda place=place: self.chosen.emit(place))

    @property
    def lanes(self) -> list[tuple[int, Lane]]:
        """Place and lane of those that run."""
        return [(place, row.lane) for place, row in enumerate(self.rows) if row.lane is not None]

    def set_lanes(self, lanes: Sequence[Lane]) -> None:
        """Show lanes from the first place on."""
        for place, row in enumerate(self.rows):
            row.set_lane(lanes[place] if place < len(lanes) else None)

    def set_chosen(self, place: int) -> None:
        """Light up one place."""
        for at, row in enumerate(self.rows):
            row.set_chosen(at == place)
