"""What the gates tell: units that follow something, steps that light the same units, and how the loss pulls."""

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QStackedWidget, QVBoxLayout, QWidget

from app.explain.gates.reading import Reading
from app.sequence_text import characters
from app.text import fixed, format_number
from app.theme import Look
from app.widgets.card import Card
from app.widgets.number_field import NumberField
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from engine.explain.recurrent_gradient import clipped
from engine.explain.recurrent_memory import DEPTH, STRONG, likeness, lit

PAGES = [("found", "Found"), ("like", "Like steps"), ("pull", "Gradient")]
MOST_LIKE = 12
BEFORE = 14  # characters shown before a like step
VANISHED, EXPLODED = 1e-3, 1e3


def finding_lines(reading: Reading) -> tuple[str, str]:
    """The first finding's heading and sentences; where nothing is strong enough, that."""
    if not reading.findings:
        return "No unit stands out", (
            f"No unit's {reading.state} state follows anything counted here with a correlation beyond ±{STRONG} both "
            "in this sequence and in the others. Train longer, or look at a later moment."
        )
    found = reading.findings[0]
    least, most = found["ends"]
    rises = "up" if most > least else "down"
    sentence = (
        f"Each ( pulls its {reading.state} state {rises}, each ) pushes it back. " if found["quantity"] == DEPTH else ""
    )
    return found["title"], (
        f"{sentence}Correlation with the {found['quantity']}: {fixed(found['correlation'], 3)} over "
        f"{found['steps']} steps here, {fixed(found['everywhere'], 3)} over {found['all_steps']:,} steps of many."
    )


def gradient_lines(reading: Reading, limit: float) -> list[str]:
    """How the gradient fares on its way back, and what clipping would do."""
    norms = reading.arrays.get("gradient_norm")
    if norms is None:
        return ["A sequence of one's own has no label, so there is no loss to follow. Choose a sample."]
    last, first = (
        (float(norms[0]), float(norms[-1])) if reading.facts["backwards"] else (float(norms[-1]), float(norms[0]))
    )
    ratio = first / last if last else 0.0
    word = "It vanishes on the way." if ratio < VANISHED else "It explodes." if ratio > EXPLODED else "It survives."
    norm = float(reading.facts["clip"]["norm"])
    factor = clipped(norm, limit)
    effect = (
        "nothing is clipped"
        if factor == 1
        else f"every gradient would be shortened to {format_number(factor, 3)} of it"
    )
    return [
        f"‖∂L/∂h‖ is {format_number(last, 3)} at the step read last and {format_number(first, 3)} at the first: "
        f"{format_number(ratio, 3)} of it. {word}",
        f"All weights together: ‖∂L/∂w‖ = {format_number(norm, 4)} for this sample; {effect}.",
    ]


def like_steps(reading: Reading, sample: int, step: int) -> list[tuple[int, int, float]]:
    """Sample, step and likeness of the steps that light the same units as this one, the most alike first."""
    others = reading.arrays.get("lit")
    if others is None:
        return []
    now = lit(reading.arrays["hidden"][step])
    if not now.any():
        return []
    alike = likeness(now, others)  # (sample, time)
    order = np.argsort(-alike, axis=None, kind="stable")[: 4 * MOST_LIKE]
    places = [(int(place // alike.shape[1]), int(place % alike.shape[1])) for place in order]
    found = [(other, at, float(alike[other, at])) for other, at in places if (other, at) != (sample, step)]
    return [entry for entry in found if entry[2] > 0][:MOST_LIKE]


class FoundCard(Card):
    """Three small pages: findings, like steps, gradient.

    Attributes:
        unit_wanted: the unit of the finding was asked for.
        place_wanted: (sample, step) of a like step.
    """

    unit_wanted = Signal(int)
    place_wanted = Signal(int, int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__("", look, parent=parent)
        self._reading: Reading | None = None
        self._raw: np.ndarray | None = None
        self._step, self._sample = 0, -1
        self.pages = Segmented(PAGES, look)
        self.pages.setAccessibleName("What the gates tell")
        self.heading = PlainLabel("", "title", look, "ink").set_wrapped()
        self.sentence = PlainLabel("", "body", look).set_wrapped()
        self.lit = PlainLabel("", "caption", look, "ink3").set_wrapped()
        self.list = QListWidget()
        self.list.setAccessibleName("Like steps")
        self.list.setFont(look.theme.font("number"))
        self.list.itemActivated.connect(self._activate)
        self.list.itemClicked.connect(self._activate)
        self.pull = PlainLabel("", "body", look).set_wrapped()
        self.limit = NumberField(look, integer=False, low=1e-6, high=1e6)
        self.limit.setAccessibleName("Norm to clip at")
        self.limit.set_value(1.0)
        self.limit.setFixedWidth(84)
        self._lay_out(look)
        self.pages.changed.connect(lambda _: self._turn())
        self.limit.changed.connect(lambda _: self._write_pull())

    def set_reading(self, reading: Reading, raw: np.ndarray | None, sample: int) -> None:
        """Tell of another sequence.

        Args:
            raw: samples in memory (sample, time, feature), for the words of like steps.
            sample: which one is in view; −1 for none of them.
        """
        self._reading, self._raw, self._sample = reading, raw, sample
        heading, sentence = finding_lines(reading)
        self.heading.setText(heading)
        self.sentence.setText(sentence)
        self._write_pull()
        self.set_step(min(self._step, reading.steps - 1))

    def set_step(self, step: int) -> None:
        """Search for steps like this one, where they are on screen."""
        self._step = step
        if self.pages.value == "like" and self._reading is not None:
            self._write_like(self._reading)

    def _turn(self) -> None:
        self.stack.setCurrentIndex([page for page, _ in PAGES].index(self.pages.value))
        self.set_step(self._step)

    def _write_pull(self) -> None:
        if self._reading is not None:
            self.pull.setText("\n".join(gradient_lines(self._reading, float(self.limit.value))))

    def _write_like(self, reading: Reading) -> None:
        now = lit(reading.arrays["hidden"][self._step])
        up, down = np.flatnonzero(now > 0), np.flatnonzero(now < 0)
        units = ", ".join([f"+{n}" for n in up] + [f"−{n}" for n in down])
        self.lit.setText(f"Units beyond ±0.5 at step {self._step}: {units or 'none, so nothing can be searched for'}")
        self.list.clear()
        for sample, step, alike in like_steps(reading, self._sample, self._step):
            item = QListWidgetItem(f"{fixed(alike, 2)}  #{sample} step {step}  {self._context(reading, sample, step)}")
            item.setData(Qt.ItemDataRole.UserRole, (sample, step))
            self.list.addItem(item)

    def _context(self, reading: Reading, sample: int, step: int) -> str:
        if self._raw is None or sample >= len(self._raw) or not reading.symbols:
            return ""
        words = characters(self._raw[sample], reading.symbols)
        return "".join(words[max(0, step - BEFORE) : step + 1]).lstrip("·")

    def _activate(self, item: QListWidgetItem) -> None:
        self.place_wanted.emit(*item.data(Qt.ItemDataRole.UserRole))

    def _lay_out(self, look: Look) -> None:
        self.body.addWidget(self.pages)
        clip = QHBoxLayout()
        clip.addWidget(PlainLabel("Clip at norm", "body", look))
        clip.addWidget(self.limit)
        clip.addStretch(1)
        self.stack = QStackedWidget()
        for parts in ((self.heading, self.sentence), (self.lit, self.list), (self.pull, clip)):
            self.stack.addWidget(_page(*parts))
        self.body.addWidget(self.stack, 1)


def _page(*parts: QWidget | QHBoxLayout) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(6)
    for part in parts:
        if isinstance(part, QHBoxLayout):
            column.addLayout(part)
        else:
            column.addWidget(part, 1 if isinstance(part, QListWidget) else 0)
    column.addStretch(0 if any(isinstance(part, QListWidget) for part in parts) else 1)
    return page
