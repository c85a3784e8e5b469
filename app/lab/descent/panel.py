"""The open numbers of a race: one update written out, and the standings."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.lab.descent.marks import title
from app.lab.descent.standings import Standings, remark, standings
from app.lab.descent.update_numbers import UpdateNumbers, filled_in
from app.lab.parts import Formulas, Numbers, Section
from app.text import count, fixed, percent
from app.theme import Look
from app.widgets.card import Card
from app.widgets.plain_label import PlainLabel
from app.widgets.side_panel import hairline
from engine.explain.descent_numbers import Quantity, moved, update_numbers
from engine.explain.race import Race

WAITING = "No update yet: play, or press → for the first step."
WEIGHTS = ("first", "second")


class UpdatePanel(Section):
    """One optimiser at one step, and the arithmetic of the number that is open."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__("", look, parent=parent)
        self.numbers = UpdateNumbers(look)
        self.words = PlainLabel("", "body", look, "ink3").set_wrapped()
        self.card = Card("", look)
        self.formulas = Formulas(look)
        self.card.body.addWidget(self.formulas)
        self.card.body.addWidget(PlainLabel("Shown rounded, computed in full precision.", "caption", look, "ink3"))
        for part in (self.words, self.numbers, self.card):
            self.add(part)
        self._lines: Sequence[Quantity] = ()
        self._move = ["", ""]
        self.numbers.chosen.connect(lambda _line, _weight: self._open())

    def show_step(self, race: Race, lane: int, step: int, gradient_is: str) -> None:
        """Show the update that led to a step.

        Args:
            lane: −1 where nobody runs.
            gradient_is: how the gradient came about, in symbols.
        """
        gone = race.gone(lane, step) if lane >= 0 else 0
        has_numbers = lane >= 0 and 0 < step <= race.known and not gone
        self.head.set_text(f"{title(race.lanes[lane].optimizer)}, step {step}" if lane >= 0 else "No optimiser")
        self.words.setVisible(not has_numbers)
        self.numbers.setVisible(has_numbers)
        self.card.setVisible(has_numbers)
        if not has_numbers:
            self.words.setText(_words(lane, gone))
            return
        found = race.descent(lane)
        slope = found.gradients[step - 1, 0]
        gradient = Quantity("Gradient", gradient_is, slope, "{}", (slope,))
        self._lines = (gradient, *update_numbers(found, step))
        before, after = moved(found, step)
        self._move = [f"w_{n + 1}: {fixed(before[n], 5)} → {fixed(after[n], 5)}" for n in (0, 1)]
        self.numbers.show_lines(self._lines)
        self._open()

    def _open(self) -> None:
        at, weight = self.numbers.open_number
        line = self._lines[at]
        self.card.set_title(f"{line.name}, {WEIGHTS[weight]} weight")
        self.formulas.show_lines([*filled_in(line, weight), self._move[weight]])


class SwarmPanel(Section):
    """How many starts reach which minimum."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__("Minimum reached", look, "of all starts", parent)
        self.rows = Numbers(look)
        self.words = PlainLabel("", "body", look).set_wrapped()
        self.add(self.rows)
        self.add(self.words)

    def show_counts(self, counts: Sequence[tuple[str, int, int]], who: str) -> None:
        """Show the minima, most starts first.

        Args:
            counts: as of `SwarmMap.counts`.
            who: the optimiser and its rate, in words.
        """
        total = sum(starts for _, _, starts in counts)
        shown = [(name, f"{count(starts)}  {percent(starts / total)}", "ink") for name, _, starts in counts]
        self.rows.show_rows(shown)
        self.words.setText(f"{who}. Each start has the colour of the minimum it reaches; the ground shows where from.")


class StandingsPanel(Section):
    """Who is where.

    Attributes:
        chosen: place of a lane.
    """

    chosen = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__("Standings", look, "loss, nearest minimum", parent)
        self.standings = Standings(look)
        self.remark = PlainLabel("", "body", look).set_wrapped()
        self.remark.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.add(self.standings)
        self.add(self.remark)
        self.standings.chosen.connect(self.chosen)

    def show_step(self, race: Race, places: list[int], step: int, chosen: int) -> None:
        """Show the lanes at a step."""
        self.standings.show_lines(standings(race, places, step), chosen)
        text = remark(race, step)
        if text != self.remark.text():
            self.remark.setText(text)
        self.remark.setVisible(bool(text))


class NumbersPanel(QWidget):
    """The open numbers of the view that is shown."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.update_step, self.standings, self.swarm = UpdatePanel(look), StandingsPanel(look), SwarmPanel(look)
        self._line = hairline()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.update_step, self._line, self.standings, self.swarm):
            column.addWidget(part)
        self.set_swarm(is_swarm=False)

    def set_swarm(self, is_swarm: bool) -> None:
        """Show what belongs to a swarm, or to a race."""
        for part in (self.update_step, self._line, self.standings):
            part.setVisible(not is_swarm)
        self.swarm.setVisible(is_swarm)


def _words(lane: int, gone: int) -> str:
    if lane < 0:
        return "Choose an optimiser in one of the four lanes."
    if gone:
        return f"It has diverged: after step {gone} it is far outside the picture. Choose a smaller learning rate."
    return WAITING
