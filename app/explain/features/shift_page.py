"""ShiftPage: the object is moved under two networks, and both answers are watched."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRect, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.explain.features.moved_picture import MovedPicture
from app.plots.bar_chart import BarChart
from app.plots.heat_map import HeatMap
from app.text import percent
from app.theme import Look
from app.widgets.choice_box import ChoiceBox
from app.widgets.open_text import Opening, OpenText, with_openings
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from engine.explain.counts import open_share
from engine.explain.shifting import both_classes, kept, sentence
from engine.messages import Explained, Failed

REACHES = ("1", "2", "3", "4", "6")
NOBODY = "No other trained network reads these pictures. Train a second one to compare, e.g. one without convolutions."


class ShiftPage(QWidget):
    """The picture on the left; for each network its answers over all shifts, and in full at the present one.

    Attributes:
        reach_changed: how far it is moved, px.
        other_chosen: index of the network to compare with.
        opened: whether of the network compared with, the class, and the place of its bar on the screen.
        shares_opened: an Opened of the sentence, and its place.
    """

    reach_changed = Signal(int)
    other_chosen = Signal(int)
    opened = Signal(bool, int, QRect)
    shares_opened = Signal(object, QRect)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.picture = MovedPicture(look)
        self.reach = Segmented([(reach, f"{reach} px") for reach in REACHES], look)
        self.reach.set_value("3")
        self.reach.setAccessibleName("How far")
        self.other = ChoiceBox([], look)
        self.other.setAccessibleName("Network to compare with")
        self.words = OpenText(look, "body", "ink", "body")
        self.words.opened.connect(self.shares_opened)
        self.ours, self.theirs = ShiftAnswers(look), ShiftAnswers(look, self.other)
        self._lay_out()
        self.reach.changed.connect(lambda value: self.reach_changed.emit(int(value)))
        self.other.changed.connect(lambda value: self.other_chosen.emit(int(value)))
        self.picture.moved.connect(lambda down, right: self._move((down, right)))
        for answers in (self.ours, self.theirs):
            answers.chosen.connect(self._take_cell)
            is_theirs = answers is self.theirs
            answers.opened.connect(lambda index, at, is_theirs=is_theirs: self.opened.emit(is_theirs, index, at))

    def show_ours(self, event: Explained, title: str) -> None:
        """Show the answers of the network on screen."""
        raw, facts = event.arrays["input"], event.facts
        high = max(float(raw.max()), facts["background"] + 1e-6)
        self.picture.set_input(raw, (facts["background"], high), facts["background"], facts["reach"])
        self.ours.show_answers(event, title)
        self._move(self.picture.shift)

    def show_theirs(self, event: Explained, title: str) -> None:
        """Show the answers of the network to compare with."""
        self.theirs.show_answers(event, title)
        self._move(self.picture.shift)

    def show_trouble(self, failure: Failed) -> None:
        """Say why the other network has no answer to this picture."""
        self.theirs.show_sentence(f"{failure.message} {failure.hint}".strip())
        self._write()

    def offer(self, titles: Sequence[str], why: str = NOBODY) -> None:
        """Offer other networks; where there is none, say why."""
        self.other.set_options([(str(index), title) for index, title in enumerate(titles)])
        self.other.setVisible(bool(titles))
        if not titles:
            self.theirs.show_sentence(why)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(PlainLabel("Drag the picture, or use the arrow keys", "body", self._look, "ink3"))
        left.addWidget(self.picture)
        left.addWidget(self.reach)
        left.addWidget(self.words)
        left.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.theirs, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 8, 24, 12)
        row.setSpacing(28)
        row.addLayout(left)
        row.addWidget(self.ours, 1)
        row.addLayout(right, 1)

    def _take_cell(self, row: int, column: int) -> None:
        reach = self.ours.reach
        self.picture.set_shift((row - reach, column - reach))
        self._move(self.picture.shift)

    def _move(self, shift: tuple[int, int]) -> None:
        for answers in (self.ours, self.theirs):
            answers.set_shift(shift)
        self._write()

    def _write(self) -> None:
        shown = [answers for answers in (self.ours, self.theirs) if answers.outputs is not None]
        found = {a.title.text(): kept(a.outputs, a.label) for a in shown if a.outputs is not None and a.is_classes}
        openings = [
            Opening(f"{one.same} of {one.places}", open_share(one.same, one.places, "", "places with the same answer"))
            for one in found.values()
        ]
        self.words.set_pieces(with_openings(sentence(self.ours.reach, found), openings))


class ShiftAnswers(QWidget):
    """One network: the probability of the class over all shifts, and all classes at the present one.

    Args:
        chooser: stands in the title's place, where the network can be chosen.

    Attributes:
        chosen: row and column of a shift that is clicked.
        opened: class of a bar that is clicked, and its place on the screen.
    """

    chosen = Signal(int, int)
    opened = Signal(int, QRect)

    def __init__(self, look: Look, chooser: QWidget | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.outputs: np.ndarray | None = None
        self.label: float | None = None
        self.reach, self.is_classes = 0, True
        self._names: list[str] = []
        self._best = np.zeros(0, int)
        self.title = PlainLabel("", "title", look, "ink")
        self.more = PlainLabel("", "body", look, "ink3").set_wrapped()
        self.map, self.bars = HeatMap(look), BarChart(look)
        self.map.set_largest_cell(34)
        self.map.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        head = chooser if chooser is not None else self.title
        head.setFixedHeight(look.theme.size("controlH"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(head)
        column.addWidget(self.more)
        column.addWidget(self.map)
        column.addSpacing(8)
        column.addWidget(self.bars)
        column.addStretch(1)
        self.map.clicked.connect(self.chosen)
        self.bars.opened.connect(lambda row, at: self.opened.emit(int(self._best[row]), at))

    def show_answers(self, event: Explained, title: str) -> None:
        """Show an answer of the explainer "shift"."""
        facts = event.facts
        self._names = [str(name) for name in facts["class_names"]]
        self.is_classes = bool(self._names)
        outputs = event.arrays["outputs"]
        self.outputs = both_classes(outputs) if self.is_classes else outputs
        self.label, self.reach = facts["label"], int(facts["reach"])
        self.title.setText(title)
        for part in (self.map, self.bars):
            part.show()
        index = kept(self.outputs, self.label).index if self.is_classes else 0
        values = self.outputs[..., index]
        low, high = (0.0, 1.0) if self.is_classes else (float(values.min()), float(values.max()))
        names = [f"{value:+d}".replace("-", "−") if value else "0" for value in range(-self.reach, self.reach + 1)]
        self.map.set_values(values, low, high, "magnitude", (names, names), numbers=True)
        what = f"probability of {self._names[index]}" if self.is_classes else "the number it gives"
        self.more.setText(f"{what}, moved down (rows) and right (columns) by so many px")

    def show_sentence(self, text: str) -> None:
        """Say why there are no answers."""
        self.outputs = None
        self.title.setText("")
        self.more.setText(text)
        for part in (self.map, self.bars):
            part.hide()

    def set_shift(self, shift: tuple[int, int]) -> None:
        """Show the answer at a shift."""
        if self.outputs is None:
            return
        place = (min(max(shift[0] + self.reach, 0), 2 * self.reach), min(max(shift[1] + self.reach, 0), 2 * self.reach))
        self.map.set_current(place)
        values = self.outputs[place]
        names = self._names or ["value"]
        self._best = best = np.argsort(-values)[:5]
        self.bars.set_values(
            [names[int(i)] if int(i) < len(names) else str(i) for i in best],
            values[best],
            0,
            1.0 if self.is_classes else None,
        )
        said = names[int(best[0])] if self.is_classes else ""
        self.bars.setAccessibleName(f"Says {said}, {percent(float(values[best[0]]))}" if said else "Answer")
