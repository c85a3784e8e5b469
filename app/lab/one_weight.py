"""One weight: the error curve, the tangent, the steps; learning rates too small, right and too large."""

from collections.abc import Sequence
from typing import Any, ClassVar

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.lab.one_weight_board import OneWeightBoard, Shown
from app.lab.parts import Formulas, Numbers, Section
from app.lab.stage import Stage
from app.studio import Studio
from app.text import fixed, format_number
from app.theme import Look
from app.throttle import Throttle
from app.widgets.choice_box import ChoiceBox
from app.widgets.plain_label import PlainLabel
from app.widgets.value_slider import ValueSlider
from engine.errors import UserError
from engine.explain.one_weight import BY_ID, CURVES, Path, descend, judged, largest_rate, minimum_near

STEPS = 60
RATES = (0.001, 2.0)
SHARES = (("too small", 0.02), ("right", 0.4), ("too large", 1.06))  # of the largest rate that still converges
ARRIVED = 1e-3


class OneWeightStage(Stage):
    """Playing takes one step of gradient descent after the other."""

    defaults: ClassVar[dict[str, Any]] = {"curve": "parabola", "rate": 0.1, "start": 0.0}
    conditions: ClassVar[dict[str, str]] = {
        "arrived": "the weight came to rest in a minimum",
        "diverged": "the weight left the picture",
    }
    rate: ClassVar[float] = 5.0
    in_steps: ClassVar[bool] = True

    def __init__(self, look: Look, studio: Studio | None = None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self.board = OneWeightBoard(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.board)
        self._curve, self._rate, self._start = CURVES[0], 0.1, 0.0
        self._others: tuple[tuple[str, float, Path], ...] = ()
        self._path = descend(self._curve, 0.0, 0.1, STEPS)
        self._verdict = ""
        self.board.dragged.connect(self._drag)
        self.board.rate_wanted.connect(self.set_rate)
        self._make_panel()
        self._numbers_due = Throttle(self, self._write)  # while it plays, in a frame of their own

    @property
    def path(self) -> Path:
        """Every step with the rate chosen."""
        return self._path

    def take_state(self, values: dict[str, Any]) -> None:
        """Begin with a curve, a rate and a start.

        Raises:
            UserError: a curve there is not, a rate or a start out of range.
        """
        if values["curve"] not in BY_ID:
            known = f"Curves: {', '.join(BY_ID)}."
            raise UserError(f"There is no curve {values['curve']!r}.", known, where="curve")
        curve = BY_ID[values["curve"]]
        for name, (low, high) in (("rate", RATES), ("start", curve.span)):
            if not low <= values[name] <= high:
                found = f"{name} is {values[name]}, expected {low:g} to {high:g}."
                raise UserError(found, "The picture shows no more.", where=name)
        self._curve, self._rate, self._start = curve, float(values["rate"]), float(values["start"])
        self.curves.set_value(curve.id)
        self.rates.set_value(self._rate)
        self._restart()

    def state(self) -> dict[str, Any]:
        """What is shown now."""
        return {"curve": self._curve.id, "rate": self._rate, "start": self._start}

    def show_time(self, time: float) -> None:
        """Draw the weight after so many steps."""
        step = int(time)
        shown = Shown(self._curve, self._path, self._rate, self._others, step, STEPS)
        self.board.show_path(shown)
        self._numbers_due.request() if self.is_playing else self._write()
        if self._path.left_at >= 0 and step >= self._path.left_at:
            self.done.emit("diverged")
        elif step and abs(float(self._path.slope[min(step, len(self._path.w) - 1)])) < ARRIVED:
            self.done.emit("arrived")

    def sections(self) -> Sequence[QWidget]:
        """Curve, rate, the step written out, what becomes of it."""
        return (self._choices, self._written, self._judged)

    def set_frozen(self, is_frozen: bool) -> None:
        """Hold the handles while a question is asked, and do not give the answer away."""
        super().set_frozen(is_frozen)
        self.board.set_movable(not is_frozen)
        self._tell()

    def set_rate(self, rate: float) -> None:
        """Take another learning rate, from the same start."""
        self._rate = min(max(rate, RATES[0]), RATES[1])
        self.rates.set_value(self._rate)
        self._begin_anew()

    def set_curve(self, id: str) -> None:
        """Show another curve, from its own start."""
        self._curve = BY_ID[id]
        self._start = self._curve.start
        self.curves.set_value(id)
        self._begin_anew()

    def _begin_anew(self) -> None:
        self.pause()
        self._restart()
        self.go(0)
        self.changed.emit()

    def _restart(self) -> None:
        self._path = descend(self._curve, self._start, self._rate, STEPS)
        minimum = minimum_near(self._curve, self._start)
        self._largest = largest_rate(self._curve, minimum)
        rates = [(name, float(f"{share * self._largest:.3g}")) for name, share in SHARES]
        self._others = tuple((name, rate, descend(self._curve, self._start, rate, STEPS)) for name, rate in rates)
        self._verdict = _sentence(judged(self._curve, self._path, STEPS), self._path)
        self.set_length(STEPS)
        self._tell()

    def _drag(self, _id: str, place: QPointF) -> None:
        self._start = round(self.board.value_of(place), 2)
        self._begin_anew()

    def _tell(self) -> None:
        self.verdict.setText("Guess first." if self.is_frozen else self._verdict)
        limit = format_number(self._largest, 3) if hasattr(self, "_largest") else "–"
        self.limits.show_rows([("largest rate that converges, 2 / J″", "?" if self.is_frozen else limit, "ink")])

    def _write(self) -> None:
        self._numbers_due.forget()
        path = self._path
        at = min(int(self.time), len(path.w) - 1)
        w, slope, loss = float(path.w[at]), float(path.slope[at]), float(path.loss[at])
        lines = [self._curve.written, f"{{dJ|dw}} = {self._curve.slope_written}", "w ← w − η · {dJ|dw}"]
        self.formulas.show_lines(lines)
        rows = [("step", str(at), "ink"), ("w", fixed(w, 4), "ink"), ("J(w)", format_number(loss, 5), "ink")]
        rows += [("slope dJ/dw", fixed(slope, 4), "pos" if slope >= 0 else "neg")]
        self.rows.show_rows([*rows, ("η · slope", fixed(self._rate * slope, 4), "ink2")])
        following = w - self._rate * slope
        sign = f"− {fixed(self._rate * slope, 4)}" if slope >= 0 else f"+ {fixed(-self._rate * slope, 4)}"
        self.next_line.show_lines([f"w ← {fixed(w, 4)} {sign} = {fixed(following, 4)}"])

    def _make_panel(self) -> None:
        look = self.look
        self._choices = Section("Error curve", look)
        self.curves = ChoiceBox([(curve.id, curve.title) for curve in CURVES], look)
        self.curves.changed.connect(self.set_curve)
        self.curves.setAccessibleName("Error curve")
        self._choices.add(self.curves)
        self.rates = ValueSlider(*RATES, look, log=True)
        self.rates.set_default(0.1)
        self.rates.changed.connect(self.set_rate)
        self._choices.labelled("Rate η", self.rates)
        self._choices.add(PlainLabel("Drag the point on the curve to start elsewhere.", "caption", look, "ink3"))
        self._written = Section("One step, written out", look)
        self.formulas, self.rows, self.next_line = Formulas(look), Numbers(look), Formulas(look)
        for part in (self.formulas, self.rows, self.next_line):
            self._written.add(part)
        self._judged = Section("What becomes of it", look)
        self.verdict, self.limits = PlainLabel("", "body", look).set_wrapped(), Numbers(look)
        self._judged.add(self.verdict)
        self._judged.add(self.limits)


def _sentence(verdict: str, path: Path) -> str:
    last = format_number(float(path.w[-1]), 4)
    return {
        "diverged": f"Too large: every step lands farther away than it came from. At step {path.left_at} the weight is "
        f"{last} and has left the picture.",
        "bounces": f"It bounces from one side to the other; after {len(path.w) - 1} steps w = {last}.",
        "slow": f"Too small: after {STEPS} steps it is still on its way, at w = {last}.",
        "arrived": f"It comes to rest: w = {last} after {len(path.w) - 1} steps.",
    }[verdict]
