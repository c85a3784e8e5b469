"""Controls: what a race can be asked: surface, view, noise or batch, and who runs how fast."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.lab.descent.lanes import LaneList
from app.lab.descent.scene import VIEWS
from app.lab.descent.surface_choice import SurfaceChoice
from app.lab.parts import Section
from app.theme import Look
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from app.widgets.value_slider import ValueSlider
from engine.explain.race import Lane
from engine.explain.two_weight_data import any_surface

NOISIEST = 40.0
BATCHES = (("0", "All"), ("32", "32"), ("1", "1"))


class Controls(QObject):
    """The controls and where they stand.

    Attributes:
        surface_chosen: id of a surface.
        view_chosen: id of a view.
        noise_changed: deviation or batch.
    """

    surface_chosen = Signal(str)
    view_chosen = Signal(str)
    noise_changed = Signal()

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.chosen = 0
        self.surfaces, self.lanes = SurfaceChoice(look), LaneList(look)
        self.view = Segmented(list(VIEWS), look)
        self.view.setAccessibleName("View")
        self.deviation = ValueSlider(0.0, NOISIEST, look, decimals=1)
        self.batch = Segmented(list(BATCHES), look)
        self._make(look)
        self.surfaces.chosen.connect(self.surface_chosen)
        self.view.changed.connect(self.view_chosen)
        self.deviation.changed.connect(lambda _: self.noise_changed.emit())
        self.batch.changed.connect(lambda _: self.noise_changed.emit())

    @property
    def sections(self) -> Sequence[QWidget]:
        """The sections of the panel."""
        return self._place, self._runners

    @property
    def noise(self) -> tuple[float, int]:
        """Deviation of the noise, and samples of a batch, 0 for all."""
        return self.deviation.value, int(self.batch.value)

    @property
    def chosen_lane(self) -> Lane:
        """The lane whose numbers are open; the first one where that is empty."""
        lanes = dict(self.lanes.lanes)
        return lanes.get(self.chosen) or next(iter(lanes.values()))

    def set_surface(self, name: str, *, is_data: bool) -> None:
        """Show a surface; one of data has batches for noise."""
        self.surfaces.set_value(name)
        self.source.setText(any_surface(name).source)
        self._noise_row.setVisible(not is_data)
        self._batch_row.setVisible(is_data)

    def set_view(self, view: str) -> None:
        """Show a view."""
        self.view.set_value(view)

    def set_noise(self, deviation: float, batch: int) -> None:
        """Show noise and batch."""
        self.deviation.set_value(deviation)
        self.batch.set_value(str(batch))

    def set_lanes(self, lanes: Sequence[Lane], chosen: int) -> None:
        """Show who runs."""
        self.lanes.set_lanes(lanes)
        self.set_chosen(chosen)

    def set_chosen(self, place: int) -> None:
        """Light up the lane whose numbers are open."""
        self.chosen = place
        self.lanes.set_chosen(place)

    def _make(self, look: Look) -> None:
        self._place = Section("View", look)
        self._place.add(self.view)
        self._noise_row = _row("Noise σ", self.deviation, look)
        self._batch_row = _row("Batch", self.batch, look)
        self._place.add(self._noise_row)
        self._place.add(self._batch_row)
        self.source = PlainLabel("", "body", look).set_wrapped()
        hint = PlainLabel(
            "Click the surface, or drag the point, for another start.", "body", look, "ink3"
        ).set_wrapped()
        self._place.add(self.source)
        self._place.add(hint)
        self._runners = Section("Optimisers", look, "learning rate η")
        self._runners.add(self.lanes)


def _row(label: str, control: QWidget, look: Look) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    name = PlainLabel(label, "body", look)
    name.setFixedWidth(84)
    control.setAccessibleName(label)
    row.addWidget(name)
    row.addWidget(control, 1)
    return holder
