"""What a network says about one input: the winner large, every class as a bar, and the arithmetic of a probability."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.plots.bar_chart import BarChart
from app.reading import class_probabilities
from app.text import fixed, format_number
from app.theme import Look
from app.widgets.elided_label import ElidedLabel
from app.widgets.open_number import OpenNumber
from app.widgets.plain_label import PlainLabel
from app.widgets.popover import Popover

NOTHING = "–"


def probability_lines(names: Sequence[str], shares: np.ndarray) -> tuple[str, ...]:
    """Return the arithmetic behind the largest probability, each line true of the numbers given.

    The network gives probabilities p = e^z / Σ e^z; the logits z are known from them up to one common number, so their
    differences are shown: z(a) − z(b) = ln p(a) − ln p(b).

    Args:
        shares: probabilities (class,), summing to 1.
    """
    order = np.argsort(-shares)
    first = int(order[0])
    p = float(shares[first])
    lines = [f"−ln p({names[first]}) = −ln {fixed(p, 6)} = {fixed(-math.log(p), 4)}" if p > 0 else ""]
    if len(order) > 1 and shares[order[1]] > 0:
        second = int(order[1])
        q = float(shares[second])
        lines.append(f"z({names[first]}) − z({names[second]}) = ln {fixed(p, 6)} − ln {format_number(q, 4)}")
        lines.append(f"= {fixed(math.log(p) - math.log(q), 4)}")
    total = " + ".join(fixed(float(shares[at]), 4) for at in order[:3])
    rest = float(shares[order[3:]].sum())
    more = f" + {format_number(rest, 3)} of {len(order) - 3} others" if len(order) > 3 else ""
    lines.append(f"Σ p = {total}{more} = {fixed(float(shares.sum()), 4)}")
    return tuple(line for line in lines if line)


class PredictionCard(QWidget):
    """Shows the newest prediction, or that there is none."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._names: tuple[str, ...] = ()
        self._shares = np.zeros(0)
        self.heading = PlainLabel("Prediction", "title", look, "ink")
        self.winner = ElidedLabel(NOTHING, "display", look, "ink")
        self.share = OpenNumber("", look, "numberLarge")
        self.share.hide()
        self.facts = PlainLabel("", "body", look, "ink3").set_wrapped()
        self.bars = BarChart(look)
        self.bars.setAccessibleName("Probability of each class")
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.winner)
        row.addWidget(self.share)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.heading)
        column.addLayout(row)
        column.addWidget(self.facts)
        column.addWidget(self.bars)
        column.addStretch(1)
        self.share.opened.connect(self.open_arithmetic)

    def set_outputs(self, outputs: np.ndarray, names: Sequence[str], unit: str = "") -> None:
        """Show the outputs for one input.

        Args:
            outputs: float32 (unit,): probabilities, or one number.
            names: of the classes; empty for a number.
            unit: of a number.
        """
        if not names:
            self._show_number(float(outputs[0]), unit)
            return
        self._names = tuple(names)
        self._shares = class_probabilities(np.asarray(outputs, float)[None], len(names))[0]
        best = int(self._shares.argmax())
        self.winner.set_text(self._names[best])
        self.share.set_text(fixed(float(self._shares[best]), 4))
        self.share.show()
        second = int(np.argsort(-self._shares)[1]) if len(self._shares) > 1 else best
        self.facts.setText(f"then {self._names[second]} with {fixed(float(self._shares[second]), 4)}")
        self.bars.set_values(self._names, self._shares, best)
        self.bars.show()

    def clear(self, sentence: str = "") -> None:
        """Show that there is nothing to predict."""
        self._names, self._shares = (), np.zeros(0)
        self.winner.set_text(NOTHING)
        self.share.hide()
        self.facts.setText(sentence)
        self.bars.hide()

    def open_arithmetic(self) -> None:
        """Open the probability of the winner."""
        if not self._names:
            return
        best = self._names[int(self._shares.argmax())]
        popover = Popover(self._look, self)
        popover.set_breadcrumb(["this input", "output", f"p({best})"])
        popover.body.addWidget(PlainLabel("p = eᶻ / Σ eᶻ", "number", self._look, "ink3"))
        for line in probability_lines(self._names, self._shares):
            popover.body.addWidget(PlainLabel(line, "number", self._look, "ink"))
        note = "−ln p is the loss if this class were the label. Shown rounded, computed in full precision."
        popover.body.addWidget(PlainLabel(note, "body", self._look).set_wrapped())
        popover.closed.connect(popover.deleteLater)
        popover.open_at(QRect(self.share.mapToGlobal(self.share.rect().topLeft()), self.share.size()), self.share)

    def _show_number(self, value: float, unit: str) -> None:
        self._names, self._shares = (), np.zeros(0)
        self.winner.set_text(f"{format_number(value)} {unit}".strip())
        self.share.hide()
        self.facts.setText("")
        self.bars.hide()
