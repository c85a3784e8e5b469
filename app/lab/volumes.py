"""Volumes: filters with a slice per channel, 1×1 filters as a dense layer at each place, what a bottleneck saves."""

from collections.abc import Sequence
from typing import Any, ClassVar

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.lab.grids_board import GridsBoard
from app.lab.parts import Formulas, Numbers, Section
from app.lab.stage import Stage
from app.lab.volumes_cost_board import CostBoard, Shown
from app.lab.volumes_filters import FilterView
from app.lab.volumes_point import PointView
from app.lab.volumes_words import cost_lines, cost_rows, cost_verdict
from app.studio import Studio
from app.text import fixed
from app.theme import Look
from app.throttle import Throttle
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from app.widgets.value_slider import ValueSlider
from engine.errors import UserError
from engine.explain.small_volume import MOST_CHANNELS, MOST_FILTERS, make_filters, make_volume
from engine.explain.volume_cost import Convolution, Route

VIEWS = {"cost": "Cost", "filters": "Filters", "point": "1×1"}
KERNELS = (1, 3, 5, 7)
RANGES = {
    "side": (4, 56), "channels": (1, 512), "filters": (1, 512), "bottleneck": (1, 256),
    "depth": (1, MOST_CHANNELS), "maps": (1, MOST_FILTERS), "digit": (0, 9),
}  # fmt: skip
LABELS = {
    "side": "Side", "channels": "Channels", "kernel": "Kernel", "filters": "Filters", "bottleneck": "Bottleneck",
    "depth": "Channels", "maps": "Filters", "digit": "Digit",
}  # fmt: skip
COST = ("side", "channels", "kernel", "filters", "bottleneck")
PACES = {"cost": 1.0, "filters": 6.0, "point": 4.0}
LAYERS = 3


class VolumesStage(Stage):
    """Time counts layers, values of the output volume, or places."""

    defaults: ClassVar[dict[str, Any]] = {
        "view": "cost",
        "side": 28,
        "channels": 192,
        "kernel": 5,
        "filters": 32,
        "bottleneck": 16,
        "depth": 3,
        "maps": 2,
        "digit": 3,
    }
    conditions: ClassVar[dict[str, str]] = {
        "counted": "both ways were counted",
        "wasted": "a bottleneck was found that costs more than it saves",
        "filtered": "every value of the output volume was computed",
        "dense": "the dense layer was applied at every place",
    }
    what: ClassVar[str] = "Step"

    def __init__(self, look: Look, studio: Studio | None = None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self.costs, self.grids = CostBoard(look), GridsBoard(look, "Slices of volumes and filters")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.costs)
        self.stack.addWidget(self.grids)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        self._values: dict[str, Any] = dict(self.defaults)
        self._part, self._drawn = 0, -1  # the channel, or the filter, that is written out
        self._view: FilterView | PointView | None = None
        self._make_panel()
        self._words_due = Throttle(self, self._write)  # while it plays, in a frame of their own
        self._connect()
        self._restart()

    @property
    def board(self) -> CostBoard | GridsBoard:
        """What is drawn on now."""
        return self.costs if self._values["view"] == "cost" else self.grids

    @property
    def route(self) -> Route:
        """Both ways of the view of costs."""
        values = self._values
        direct = Convolution(values["side"], values["channels"], values["kernel"], values["filters"])
        return Route(direct, values["bottleneck"])

    def take_state(self, values: dict[str, Any]) -> None:
        """Begin with a view and sizes.

        Raises:
            UserError: a size out of its range, a kernel or view that is not offered.
        """
        for name, (low, high) in RANGES.items():
            if not low <= values[name] <= high:
                raise UserError(f"{name} is {values[name]}, expected {low} to {high}.", "Change it.", where=name)
        if values["view"] not in VIEWS:
            raise UserError(f"There is no view {values['view']!r}.", f"Views: {', '.join(VIEWS)}.", where="view")
        if values["kernel"] not in KERNELS:
            found = f"kernel is {values['kernel']}, expected one of {', '.join(map(str, KERNELS))}."
            raise UserError(found, "Change it.", where="kernel")
        self.go(0)  # what comes true at the end must come true of this state
        self._values = dict(values)
        self._restart()

    def state(self) -> dict[str, Any]:
        """What is shown now."""
        return dict(self._values)

    def show_time(self, time: float) -> None:
        """Draw the moment after so many steps."""
        if int(time) != self._drawn:
            self._show()

    def sections(self) -> Sequence[QWidget]:
        """View and sizes; the arithmetic."""
        return (self._settings, self._now)

    def set_frozen(self, is_frozen: bool) -> None:
        """Hold the handles while a question is asked."""
        super().set_frozen(is_frozen)
        for board in (self.costs, self.grids):
            board.set_movable(not is_frozen)

    def set_value(self, name: str, value: int | str) -> None:
        """Change a setting: sizes of the view of costs are counted at once, the others begin anew."""
        if isinstance(value, int) and name in RANGES:
            low, high = RANGES[name]
            value = min(max(value, low), high)
        if value == self._values[name]:
            return
        self.pause()
        self.go(0)
        self._values[name] = value
        self._restart()
        if name in COST:
            self.go(LAYERS)
        self.changed.emit()

    def _restart(self) -> None:
        values = self._values
        if values["view"] == "cost":
            self._view = None
        else:
            self._view = self._taken_apart()
        limit = values["depth"] if values["view"] == "filters" else values["maps"]
        self._part = min(self._part, limit - 1)
        self.stack.setCurrentWidget(self.board)
        self._synchronize()
        self.set_pace(PACES[values["view"]])
        self.set_length(LAYERS if self._view is None else self._view.length)
        self._show()

    def _taken_apart(self) -> FilterView | PointView:
        values = self._values
        x = make_volume(values["depth"], values["digit"])
        if values["view"] == "filters":
            return FilterView(x, *make_filters(3, values["depth"], values["maps"]), self._part)
        kernels, biases = make_filters(1, values["depth"], values["maps"])
        return PointView(x[1:5, 1:5], kernels[0, 0], biases, self._part)

    def _show(self) -> None:
        self._drawn = done = int(self.time)
        if self._view is None:
            self.costs.show_cost(Shown(self.route, done))
        else:
            self.grids.show_picture(self._view.picture(done, {}))
        self._words_due.request() if self.is_playing else self._write()
        if done == self.length and not self.is_frozen:
            self._tell()

    def _write(self) -> None:
        self._words_due.forget()
        done, view = int(self.time), self._view
        self.formulas.show_lines(cost_lines(self.route, done) if view is None else view.lines(done))
        self.numbers.show_rows(cost_rows(self.route, done) if view is None else view.rows(done))
        self.verdict.setText(self._verdict() if done == self.length else self._hint(done))

    def _hint(self, done: int) -> str:
        if self._view is None or not done:
            return ""
        return f"Click a {'channel or slice' if isinstance(self._view, FilterView) else 'map'} to write it out."

    def _verdict(self) -> str:
        view = self._view
        if view is None:
            return cost_verdict(self.route)
        if isinstance(view, PointView):
            return "Every place went through the same dense layer: a 1×1 convolution mixes channels, never neighbours."
        count = self._values["maps"]
        maps = "One filter gave one map" if count == 1 else f"{count} filters gave {count} maps"
        return f"{maps}. The depth of a filter is that of its input; its number of slices never shows in the output."

    def _tell(self) -> None:
        if self._view is None:
            self.done.emit("counted")
            if self.route.multiplications > self.route.direct.multiplications:
                self.done.emit("wasted")
        else:
            self.done.emit("dense" if isinstance(self._view, PointView) else "filtered")

    def _drag(self, id: str, place: QPointF) -> None:
        self.set_value(id, self.costs.value_at(id, place))

    def _press(self, name: str, row: int, column: int) -> None:
        """Go to the moment of a value, or write a slice or a map out."""
        view = self._view
        kind, number = name[0], int(name[1:]) if name[1:].isdigit() else -1
        if view is None:
            return
        if kind == "z" and number >= 0:
            each = view.z.shape[0] * view.z.shape[1]
            first = number * each if isinstance(view, FilterView) else 0
            self.pause()
            self._write_out(number) if isinstance(view, PointView) else None
            self.go(first + row * view.z.shape[1] + column + 1)
        elif isinstance(view, FilterView) and number >= 0:
            self._write_out(number)
        elif name in ("weights", "sums"):
            self._write_out(column)

    def _write_out(self, part: int) -> None:
        self._part = part
        self._view = self._taken_apart()
        self._show()

    def _synchronize(self) -> None:
        for name, control in self.controls.items():
            value = self._values[name]
            control.set_value(value if isinstance(control, ValueSlider) else str(value))  # type: ignore[arg-type]
        is_cost = self._values["view"] == "cost"
        for name, label in self._labels.items():
            for part in (label, self.controls[name]):
                part.setVisible((name in COST) == is_cost)

    def _make_panel(self) -> None:
        look = self.look
        self._settings = Section("Sizes", look)
        self._settings.add(view := Segmented(list(VIEWS.items()), look))
        view.setAccessibleName("View")
        self.controls: dict[str, Segmented | ValueSlider] = {"view": view}
        self._labels: dict[str, QWidget] = {}
        for name, label in LABELS.items():
            if name == "kernel":
                control: Segmented | ValueSlider = Segmented([(str(k), f"{k}×{k}") for k in KERNELS], look)
            else:
                control = ValueSlider(*RANGES[name], look, log=RANGES[name][1] > 100)
                control.set_format(lambda value: fixed(round(value), 0))
            self.controls[name] = control
            self._labels[name] = self._settings.labelled(label, control)
        self._now = Section("Arithmetic", look)
        self.formulas, self.numbers = Formulas(look), Numbers(look)
        self.verdict = PlainLabel("", "body", look).set_wrapped()
        for part in (self.formulas, self.numbers, self.verdict):
            self._now.add(part)

    def _connect(self) -> None:
        for name, control in self.controls.items():
            if isinstance(control, ValueSlider):
                control.changed.connect(lambda value, name=name: self.set_value(name, round(value)))
            else:
                control.changed.connect(
                    lambda value, name=name: self.set_value(name, int(value) if value.isdigit() else value)
                )
        self.costs.dragged.connect(self._drag)
        self.grids.cell_pressed.connect(self._press)
        self.grids.cell_chosen.connect(self._press)
