"""Averages: an exponentially weighted average over a noisy series, β as a handle, bias correction, the window."""

from collections.abc import Sequence
from typing import Any, ClassVar

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.lab.averages_board import AveragesBoard, Shown
from app.lab.parts import Formulas, Numbers, Section
from app.lab.stage import Stage
from app.studio import Studio
from app.text import fixed, percent, superscript
from app.theme import Look
from app.throttle import Throttle
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from app.widgets.toggle import Toggle
from app.widgets.value_slider import ValueSlider
from engine.errors import UserError
from engine.explain.averages import LENGTH, beta_of, corrected, noisy_series, weighted_average, window

MOST_BETA, NOISIEST = 0.995, 0.5
LONG, SHORT = 45.0, 3.0  # values of a window that is wide, and of one that is narrow
NAMES = (("year", "Year"), ("loss", "Loss"), ("jump", "Jump"))


class AveragesStage(Stage):
    """Time counts the values taken."""

    defaults: ClassVar[dict[str, Any]] = {
        "series": "year",
        "noise": 0.12,
        "beta": 0.9,
        "corrected": True,
        "seed": 1,
    }
    conditions: ClassVar[dict[str, str]] = {
        "both": "a window of 45 values or more and one of 3 or less were seen",
        "corrected": "the bias correction was switched on while the first values are shown",
    }
    what: ClassVar[str] = "Value"
    rate: ClassVar[float] = 24.0

    def __init__(self, look: Look, studio: Studio | None = None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self.board = AveragesBoard(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.board)
        self._seed, self._was_long, self._was_short = 1, False, False
        self._shown = -1
        self._make_panel()
        self._numbers_due = Throttle(self, self._write)  # while it plays, in a frame of their own
        self._take_series()
        self.board.dragged.connect(self._drag)

    def take_state(self, values: dict[str, Any]) -> None:
        """Begin with a series, its noise, β and correction.

        Raises:
            UserError: there is no such series, or a number is out of its range.
        """
        for name, high in (("beta", MOST_BETA), ("noise", NOISIEST)):
            if not 0 <= values[name] <= high:
                raise UserError(f"{name} is {values[name]:g}, expected 0 to {high:g}.", "Change it.", name)
        if values["seed"] < 0:
            raise UserError(f"seed is {values['seed']}, expected 0 or more.", "Change it.", "seed")
        noisy_series(values["series"], 0.0)
        self.go(0)  # what comes true later must come true of this state
        self._seed = values["seed"]
        self.series.set_value(values["series"])
        self.noise.set_value(values["noise"])
        self.beta.set_value(values["beta"])
        self.correction.setChecked(values["corrected"])
        self._was_long = self._was_short = False
        self._take_series()

    def state(self) -> dict[str, Any]:
        """What is shown now."""
        return {
            "series": self.series.value,
            "noise": self.noise.value,
            "beta": self.beta.value,
            "corrected": self.correction.isChecked(),
            "seed": self._seed,
        }

    def show_time(self, time: float) -> None:
        """Draw the average after so many values."""
        if int(time) != self._shown:
            self._show()

    def sections(self) -> Sequence[QWidget]:
        """The average's settings, and the newest value worked out."""
        return (self._settings, self._newest)

    def set_frozen(self, is_frozen: bool) -> None:
        """Hold the handle while a question is asked."""
        super().set_frozen(is_frozen)
        self.board.set_movable(not is_frozen)

    def _make_panel(self) -> None:
        look = self.look
        self.series, self.correction = Segmented(list(NAMES), look), Toggle(look, "Bias correction")
        self.beta = ValueSlider(0.0, MOST_BETA, look, decimals=3)
        self.noise = ValueSlider(0.0, NOISIEST, look, decimals=2)
        self.beta.set_default(0.9)
        self.correction.setChecked(True)
        self._settings = Section("Average", look)
        self._settings.labelled("Series", self.series)
        self._settings.labelled("Noise", self.noise)
        self._settings.labelled("β", self.beta)
        self._settings.add(self.correction)
        self._settings.add(
            PlainLabel("Drag the left end of the window to change β.", "body", look, "ink3").set_wrapped()
        )
        self._newest = Section("The newest value", look)
        self.formulas, self.rows = Formulas(look), Numbers(look)
        self._newest.add(self.formulas)
        self._newest.add(self.rows)
        self.series.changed.connect(lambda _: self._on_series())
        self.noise.changed.connect(lambda _: self._on_series())
        self.beta.changed.connect(lambda _: self._on_beta())
        self.correction.toggled.connect(self._on_correction)

    def _take_series(self) -> None:
        self._values = noisy_series(self.series.value, self.noise.value, self._seed)
        self.set_length(LENGTH)
        self._average()

    def _average(self) -> None:
        self._raw = weighted_average(self._values, self.beta.value)
        self._corrected = corrected(self._raw, self.beta.value)
        self._show()

    def _show(self) -> None:
        at, beta = int(self.time), self.beta.value
        self._shown = at
        shown = Shown(self._values, self._raw, self._corrected, at, beta, self.correction.isChecked())
        self.board.show_average(shown)
        self._numbers_due.request() if self.is_playing else self._write()
        self._tell()

    def _write(self) -> None:
        self._numbers_due.forget()
        at, beta = int(self.time), self.beta.value
        self.formulas.show_lines(self._lines(at))
        within = 1 - beta ** window(beta)
        self.rows.show_rows(
            [
                ("Window 1/(1 − β)", f"{fixed(window(beta), 1)} values", "ink"),
                ("Weight inside it", percent(within), "ink"),
                ("All weights, 1 − βᵗ", fixed(1 - beta**at, 4), "ink" if at else "ink3"),
            ]
        )

    def _lines(self, at: int) -> list[str]:
        if not at:
            return ["v_0 = 0"]
        beta, value, after = self.beta.value, self._values[at - 1], self._raw[at - 1]
        before = self._raw[at - 2] if at > 1 else 0.0
        b, rest = fixed(beta, 3), fixed(1 - beta, 3)
        return [
            "v_t = β · v_{t−1} + (1 − β) · y_t",
            f"= {b} · {_bracketed(before)} + {rest} · {_bracketed(value)}",
            f"= {fixed(after, 3)}",
            f"v̂ = {{{fixed(after, 3)}|1 − {b}{superscript(at)}}} = {fixed(self._corrected[at - 1], 3)}",
        ]

    def _tell(self) -> None:
        self._was_long |= self.time > 0 and window(self.beta.value) >= LONG
        self._was_short |= self.time > 0 and window(self.beta.value) <= SHORT
        if self._was_long and self._was_short and not self.is_frozen:
            self.done.emit("both")

    def _drag(self, _id: str, place: QPointF) -> None:
        self.beta.set_value(min(round(beta_of(self.board.window_at(place)), 3), MOST_BETA))
        self._on_beta()

    def _on_beta(self) -> None:
        self._average()
        self.changed.emit()

    def _on_series(self) -> None:
        self._take_series()
        self.changed.emit()

    def _on_correction(self, is_on: bool) -> None:
        self._show()
        if is_on and 0 < self.time <= window(self.beta.value):
            self.done.emit("corrected")
        self.changed.emit()


def _bracketed(value: float) -> str:
    return f"({fixed(value, 3)})" if value < 0 else fixed(value, 3)
