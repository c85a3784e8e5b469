"""1-D and 3-D convolution: a kernel along a real series, and one over a clip that answers to motion one way only."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.lab.convolution_clip_view import ClipView
from app.lab.convolution_series_board import SeriesBoard, Shown
from app.lab.convolution_words import series_lines, series_rows, series_verdict
from app.lab.grids_board import GridsBoard
from app.lab.parts import Formulas, Numbers, Section
from app.lab.stage import Stage
from app.studio import Studio
from app.theme import Look
from app.throttle import Throttle
from app.widgets.choice_box import ChoiceBox
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from app.widgets.value_slider import ValueSlider
from engine.errors import UserError
from engine.explain.convolution_1d_3d import (
    KERNELS,
    PADDINGS,
    STRETCHED,
    WAYS,
    SeriesConvolution,
    clip,
    motion_kernel,
    series_kernel,
)
from engine.explain.nile import FLOW
from engine.explain.sample_digits import MOST, digits

VIEWS = {"series": "1-D, a series", "clip": "3-D, a clip"}
OWN, MOST_TAPS = "own", 20
CHOICES = {
    "view": tuple(VIEWS), "kernel": (*KERNELS, OWN), "padding": PADDINGS, "way": WAYS, "motion": WAYS[:2],
}  # fmt: skip
RANGES = {"taps": (2, MOST_TAPS), "digit": (0, 9), "bias": (-6.0, 0.0)}
PACES = {"series": 12.0, "clip": 16.0}
ROOM = 1.3  # of the largest weight: the end of the weights' axis
BELONGS = {
    "kernel": "series", "taps": "series", "padding": "series", "digit": "clip", "way": "clip", "motion": "clip",
    "bias": "clip",
}  # fmt: skip
Control = Segmented | ChoiceBox | ValueSlider


class Convolution1D3DStage(Stage):
    """Time counts outputs."""

    defaults: ClassVar[dict[str, Any]] = {
        "view": "series",
        "kernel": "step",
        "taps": 20,
        "padding": "valid",
        "weights": [],
        "digit": 4,
        "way": "right",
        "motion": "right",
        "bias": -3.0,
    }
    conditions: ClassVar[dict[str, str]] = {
        "slid": "the kernel slid along the whole series",
        "one-way": "the same kernel answered to one direction and was silent for the other",
    }
    what: ClassVar[str] = "Output"

    def __init__(self, look: Look, studio: Studio | None = None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self.series, self.grids = SeriesBoard(look), GridsBoard(look, "Frames, slices of the kernel, output")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.series)
        self.stack.addWidget(self.grids)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        self._values: dict[str, Any] = dict(self.defaults)
        self._slice, self._drawn, self._limit = 0, -1, 1.0
        self._answers: dict[str, int] = {}  # direction -> outputs above 0, of the kernel and bias in use
        self._make_panel()
        self._words_due = Throttle(self, self._write)  # while it plays, in a frame of their own
        self._connect()
        self._restart()

    @property
    def board(self) -> SeriesBoard | GridsBoard:
        """What is drawn on now."""
        return self.series if self._values["view"] == "series" else self.grids

    def take_state(self, values: dict[str, Any]) -> None:
        """Begin with a view, a kernel and settings; `weights` are those of the kernel "own".

        Raises:
            UserError: a value out of its range or not among the choices, or weights that are none.
        """
        for name, (low, high) in RANGES.items():
            if not low <= values[name] <= high:
                raise UserError(f"{name} is {values[name]}, expected {low:g} to {high:g}.", "Change it.", where=name)
        for name, known in CHOICES.items():
            if values[name] not in known:
                text = f"{name} is {values[name]!r}, expected {', '.join(known[:-1])} or {known[-1]}."
                raise UserError(text, "Change it.", where=name)
        _check_weights(values)
        self.go(0)  # what comes true at the end must come true of this state
        self._values, self._answers = {**values, "weights": list(values["weights"])}, {}
        self._set_limit()
        self._restart()

    def state(self) -> dict[str, Any]:
        """What is shown now."""
        return {**self._values, "weights": list(self._values["weights"])}

    def show_time(self, time: float) -> None:
        """Draw the moment after so many outputs."""
        if int(time) != self._drawn:
            self._show()

    def sections(self) -> Sequence[QWidget]:
        """View and settings; the arithmetic."""
        return (self._settings, self._now)

    def set_frozen(self, is_frozen: bool) -> None:
        """Hold the handles while a question is asked."""
        super().set_frozen(is_frozen)
        for board in (self.series, self.grids):
            board.set_movable(not is_frozen)

    def set_value(self, name: str, value: Any) -> None:
        """Change a setting and begin anew."""
        if value == self._values[name]:
            return
        self.pause()
        self.go(0)
        if name == "kernel" and value == OWN:
            self._values["weights"] = [round(float(weight), 3) for weight in self.weights]
        self._values[name] = value
        if name in ("motion", "bias", "digit"):
            self._answers = {}
        if name in ("kernel", "taps"):
            self._set_limit()
        self._restart()
        self.changed.emit()

    def set_weight(self, tap: int, weight: float) -> None:
        """Change one weight; the kernel is one's own from then on, and all outputs are known at once."""
        weights = [round(float(value), 3) for value in self.weights]
        weights[tap] = round(float(np.clip(weight, -self._limit, self._limit)), 3)
        self.pause()
        self._values.update(kernel=OWN, weights=weights)
        self._restart()
        self.go(self.length)
        self.changed.emit()

    @property
    def weights(self) -> np.ndarray:
        """Of the kernel on the series (tap,)."""
        values = self._values
        if values["kernel"] == OWN:
            return np.array(values["weights"], float)
        return series_kernel(values["kernel"], values["taps"])

    def _set_limit(self) -> None:
        self._limit = ROOM * float(np.abs(self.weights).max() or 1.0)

    def _restart(self) -> None:
        values = self._values
        self._convolution = SeriesConvolution(FLOW, self.weights, values["padding"])
        frames = clip(digits()[values["digit"]] / MOST, values["way"])
        self._clip = ClipView(frames, motion_kernel(values["motion"]), values["bias"], self._slice)
        self.stack.setCurrentWidget(self.board)
        self._synchronize()
        self.set_pace(PACES[values["view"]])
        self.set_length(len(self._convolution.z) if self.board is self.series else self._clip.length)
        self._show()

    def _show(self) -> None:
        self._drawn = done = int(self.time)
        if self.board is self.series:
            self.series.show_series(Shown(self._convolution, done, self._limit))
        else:
            self.grids.show_picture(self._clip.picture(done, {}))
        if 0 < done == self.length and not self.is_frozen:
            self._tell()
        self._words_due.request() if self.is_playing else self._write()

    def _write(self) -> None:
        self._words_due.forget()
        done, is_over = int(self.time), 0 < self.time == self.length
        if self.board is self.series:
            self.formulas.show_lines(series_lines(self._convolution, done))
            self.numbers.show_rows(series_rows(self._convolution, done))
            self.verdict.setText(series_verdict(self._convolution, self._values["kernel"]) if is_over else "")
            return
        self.formulas.show_lines(self._clip.lines(done))
        told = [(f"Answers, moving {way}", str(self._answers[way]), "ink") for way in WAYS if way in self._answers]
        self.numbers.show_rows([*self._clip.rows(done), *told])
        self.verdict.setText(self._clip_verdict() if is_over else "Click a frame or slice to write it out.")

    def _clip_verdict(self) -> str:
        motion, way = self._values["motion"], self._values["way"]
        if self._clip.answers:
            return (
                f"The bright column of the kernel goes {motion}, and so does the digit: {self._clip.answers} answers."
            )
        if way == "still":
            return "Over the frames the weights add up to 0 at every place: what stands still gives 0."
        return f"The kernel's column goes {motion} and the digit {way}: they meet once only, and b keeps it silent."

    def _tell(self) -> None:
        if self.board is self.series:
            self.done.emit("slid")
            return
        self._answers[self._values["way"]] = self._clip.answers
        right, left = self._answers.get("right"), self._answers.get("left")
        if right is not None and left is not None and bool(right) != bool(left):
            self.done.emit("one-way")

    def _drag(self, id: str, place: QPointF) -> None:
        self.set_weight(int(id[1:]), self.series.weight_at(place))

    def _press_series(self, place: QPointF) -> None:
        step = self.series.step_at(place)
        if 0 <= step < self.length:
            self.pause()
            self.go(step + 1)

    def _press(self, name: str, row: int, column: int) -> None:
        """Go to the moment of an output, or write a slice out."""
        number = int(name[1:])
        if name[0] == "z":
            self.pause()
            self.go(number * self._clip.a[0].size + row * self._clip.a.shape[2] + column + 1)
        else:
            self._slice = number
            self._restart()

    def _synchronize(self) -> None:
        for name, control in self.controls.items():
            value = self._values[name]
            control.set_value(value if isinstance(control, ValueSlider) else str(value))  # type: ignore[arg-type]
        for name, label in self._labels.items():
            is_shown = BELONGS[name] == self._values["view"]
            is_shown = is_shown and (name != "taps" or self._values["kernel"] in STRETCHED)
            for part in (label, self.controls[name]):
                part.setVisible(is_shown)

    def _make_panel(self) -> None:
        look = self.look
        self._settings = Section("Kernel and input", look)
        self._settings.add(view := Segmented(list(VIEWS.items()), look))
        view.setAccessibleName("View")
        self.controls: dict[str, Control] = {"view": view}
        self._labels: dict[str, QWidget] = {}
        kernels = [*((name, title) for name, (title, _) in KERNELS.items()), (OWN, "Own, dragged")]
        self._choose("kernel", "Kernel", ChoiceBox(kernels, look))
        self._choose("taps", "Weights", ValueSlider(*RANGES["taps"], look, decimals=0))
        self._choose("padding", "Padding", Segmented([(name, name) for name in PADDINGS], look))
        self._choose("way", "Moves", Segmented([(way, way) for way in WAYS], look))
        self._choose("motion", "Kernel for", Segmented([(way, way) for way in WAYS[:2]], look))
        self._choose("digit", "Digit", ChoiceBox([(str(digit), str(digit)) for digit in range(10)], look))
        self._choose("bias", "Bias b", ValueSlider(*RANGES["bias"], look, decimals=1))
        self._now = Section("Arithmetic", look)
        self.formulas, self.numbers = Formulas(look), Numbers(look)
        self.verdict = PlainLabel("", "body", look).set_wrapped()
        for part in (self.formulas, self.numbers, self.verdict):
            self._now.add(part)

    def _choose(self, name: str, label: str, control: Control) -> None:
        self.controls[name] = control
        self._labels[name] = self._settings.labelled(label, control)

    def _connect(self) -> None:
        for name, control in self.controls.items():
            control.changed.connect(lambda value, name=name: self.set_value(name, _typed(name, value)))
        self.series.dragged.connect(self._drag)
        self.series.pressed.connect(self._press_series)
        self.grids.cell_pressed.connect(self._press)


def _typed(name: str, value: Any) -> Any:
    if name == "bias":
        return round(float(value), 1)
    return int(value) if name in RANGES else value


def _check_weights(values: dict[str, Any]) -> None:
    weights = values["weights"]
    if not all(isinstance(weight, int | float) and np.isfinite(weight) for weight in weights):
        raise UserError("weights holds something that is no number.", "E.g. [1.0, -1.0].", where="weights")
    if values["kernel"] == OWN and not 1 <= len(weights) <= MOST_TAPS:
        found = f"weights has {len(weights)} numbers, expected 1 to {MOST_TAPS}."
        raise UserError(found, "The kernel “own” needs its weights.", where="weights")
