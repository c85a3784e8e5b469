"""SliceCard: the loss along the gradient, the line the slope promises, and where a step of plain SGD would land."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.formula.opened import open_formula
from app.plots.line_chart import LineChart
from app.text import count, format_number
from app.theme import Look
from app.widgets.open_number import OpenNumber
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from engine.layers.spec import Formula, Symbol
from engine.messages import Explained

REACHES = [("0", "4 steps"), ("0.1", "0.1"), ("1", "1"), ("10", "10")]
NUMBERS_WIDTH = 236


class SliceCard(QWidget):
    """A chart with its numbers, each of which opens.

    Attributes:
        changed: another reach is wanted.
    """

    changed = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._facts: dict[str, Any] = {}
        self.chart = LineChart(look)
        self.chart.set_x_label("way downhill along the gradient, in the space of weights")
        self.chart.setAccessibleName("Loss along the gradient")
        self.reach = Segmented(REACHES, look)
        self.reach.setAccessibleName("How far to either side")
        self.reach.changed.connect(lambda _: self.changed.emit())
        self.note = PlainLabel("", "body", look, "ink3")
        self.numbers: dict[str, OpenNumber] = {}
        self._lay_out()

    @property
    def extent(self) -> float:
        """How far to go to either side; 0 for four steps."""
        return float(self.reach.value)

    def show_slice(self, explained: Explained) -> None:
        """Show another answer of the explainer "slice"."""
        arrays, self._facts = explained.arrays, explained.facts
        self.chart.set_series("tangent", arrays["distance"], arrays["tangent"], "ink3", "line", "tangent", True)
        self.chart.set_series("loss", arrays["distance"], arrays["loss"], "train", "line", "loss")
        self.chart.set_marker("here", 0.0, "here", "ink2", "line")
        if self._facts["step"] <= float(arrays["distance"][-1]):
            self.chart.set_marker("landing", self._facts["step"], "SGD step", "ink", "dashed")
        else:
            self.chart.remove("landing")
        self.note.setText("")
        for name, formula in formulas(self._facts).items():
            self.numbers[name].set_text(formula.result)

    def show_problem(self, sentence: str) -> None:
        """Say why there is no slice."""
        self.note.setText(sentence)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(PlainLabel("Along the gradient", "title", self._look, "ink"))
        head.addWidget(self.note, 1)
        head.addWidget(PlainLabel("reach", "caption", self._look, "ink3"))
        head.addWidget(self.reach)
        body = QHBoxLayout()
        body.setSpacing(24)
        body.addWidget(self.chart, 1)
        body.addLayout(self._numbers())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(body, 1)

    def _numbers(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, NUMBERS_WIDTH - 76)
        for row, (name, title) in enumerate(TITLES.items()):
            shown = OpenNumber("–", self._look)
            shown.opened.connect(self._opener(name, shown))
            self.numbers[name] = shown
            grid.addWidget(PlainLabel(title, "body", self._look), row, 0)
            grid.addWidget(shown, row, 1, Qt.AlignmentFlag.AlignRight)
        grid.setRowStretch(len(TITLES), 1)
        return grid

    def _opener(self, name: str, shown: OpenNumber) -> Callable[[], None]:
        def open_it() -> None:
            if self._facts:
                open_formula(formulas(self._facts)[name], ("Along the gradient", TITLES[name]), shown, self._look)

        return open_it


TITLES = {
    "loss": "Loss here",
    "slope": "Slope downhill",
    "step": "Length of an SGD step",
    "promised": "Loss the tangent promises",
    "landing": "Loss where it lands",
}


def formulas(facts: dict[str, Any]) -> dict[str, Formula]:
    """The arithmetic of each number of a slice, by its name in `TITLES`."""
    loss, slope, rate = facts["centre"], facts["slope"], facts["learning_rate"]
    step, landing, samples = facts["step"], facts["landing"], count(facts["samples"])
    written = {name: format_number(value, 6) for name, value in (("L", loss), ("s", slope), ("d", step))}
    norm, promised = format_number(-slope, 6), format_number(loss + slope * step, 6)
    eta = Symbol("η", "the plan's learning rate", format_number(rate, 6))
    length = Symbol("g", "length of the gradient", norm)
    plain = "A step of plain SGD, whatever the plan's optimiser is."
    of_samples = f"The {facts['part']} part, at the moment shown."
    return {
        "loss": Formula(
            TITLES["loss"], written["L"], "{1|n} Σ_i loss_i", f"{{1|{samples}}} Σ = {written['L']}",
            (Symbol("n", "samples", samples),), of_samples,
        ),
        "slope": Formula(
            TITLES["slope"], written["s"], "−g", f"−{norm} = {written['s']}", (length,),
            "g is the square root of the sum of all squared partial derivatives of the loss, one for each weight.",
        ),
        "step": Formula(
            TITLES["step"], written["d"], "η · g", f"{eta.value} · {norm} = {written['d']}", (eta, length), plain
        ),
        "promised": Formula(
            TITLES["promised"], promised, "L − g · d", f"{written['L']} − {norm} · {written['d']} = {promised}",
            (Symbol("L", "loss here", written["L"]), length, Symbol("d", "length of the step", written["d"])),
        ),
        "landing": Formula(
            TITLES["landing"], format_number(landing, 6), "L(w − η ∇L)",
            f"L(w − {eta.value} ∇L) = {format_number(landing, 6)}", (eta,),
            f"Worked out with the moved weights over the {samples} samples, not read off the curve.",
        ),
    }  # fmt: skip
