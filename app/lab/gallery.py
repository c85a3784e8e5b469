"""Gallery: the lessons as picture cards, in the order for a beginner; any can be opened at any time."""

from collections.abc import Callable, Collection
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.home.card_grid import GAP, CardGrid
from app.lab.lesson_card import LessonCard
from app.lab.stage import Stage
from app.text import count
from app.theme import Look
from app.widgets.empty_state import EmptyState
from app.widgets.error_state import ErrorState
from app.widgets.plain_label import PlainLabel
from app.widgets.surface import Surface
from engine.errors import UserError
from engine.lab import Shelf

MARGIN, LEAST = 32, 236  # px around the cards, and of the narrowest card
MOST = 1760  # px of the content


class Gallery(Surface):
    """Cards, and below them what is wrong with files that hold no lesson.

    Args:
        make: makes a stage in a lesson's state, for its card's picture; raises UserError where it cannot.

    Attributes:
        chosen: name of the lesson to open.
    """

    chosen = Signal(str)

    def __init__(self, shelf: Shelf, make: Callable[[str], Stage], look: Look, parent: QWidget | None = None) -> None:
        super().__init__("canvas", look, parent=parent)
        self._make = make
        self.cards = [LessonCard(lesson, look) for lesson in shelf.lessons]
        self.grid = CardGrid(self.cards)
        self.progress = PlainLabel("", "body", look)
        self.problems: list[ErrorState] = []
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._draw_next)
        self._lay_out(look)
        for card in self.cards:
            card.clicked.connect(partial(self.chosen.emit, card.lesson.name))
        for problem in shelf.problems:
            self.add_problem(problem)
        look.changed.connect(self._later.start)

    def add_problem(self, problem: UserError) -> None:
        """List a file that is wrong, with its line."""
        made = ErrorState("", "", "", self._look)
        made.set_error(f"{problem.where}: {problem.message}", problem.hint, retry=False)
        self.problems.append(made)
        self._column.insertWidget(self._column.count() - 1, made)

    def show_progress(self, done: Collection[str]) -> None:
        """Mark what is done, and the first that is not."""
        first = next((card for card in self.cards if card.lesson.name not in done), None)
        for card in self.cards:
            card.set_progress(card.lesson.name in done, card is first)
        known = sum(card.lesson.name in done for card in self.cards)
        text = f"{count(known)} of {count(len(self.cards))} done."
        self.progress.setText(f"{text} The numbers are a beginner's order; every lesson stands on its own.")

    def focus_main(self) -> None:
        """Put the keyboard on the lesson to go on with."""
        if self.cards:
            self.cards[0].setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width among the cards."""
        super().resizeEvent(event)
        room = min(self.width(), MOST) - 2 * MARGIN - 12
        columns = max(1, (room + GAP) // (LEAST + GAP))
        width = (room - GAP * (columns - 1)) // columns
        for card in self.cards:
            card.set_width(width)
        self.grid.set_columns(columns)
        self._later.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw the pictures that are missing, one at a time."""
        super().showEvent(event)
        self._later.start()

    def _draw_next(self) -> None:
        card = next((card for card in self.cards if card.needs_picture), None)
        if card is None or not self.isVisible():
            return
        self.draw(card)
        self._later.start()

    def draw(self, card: LessonCard) -> None:
        """Draw one card's picture; what is wrong with its lesson is listed."""
        try:
            stage = self._make(card.lesson.name)
        except UserError as error:
            card.leave_blank()
            self.add_problem(error)
            return
        card.draw_picture(stage)
        stage.deleteLater()

    def _lay_out(self, look: Look) -> None:
        content = QWidget()
        content.setMaximumWidth(MOST)
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(MARGIN, 24, MARGIN, 32)
        self._column.setSpacing(12)
        head = QHBoxLayout()
        head.addWidget(PlainLabel("Lab", "display", look, "ink"))
        head.addSpacing(12)
        head.addWidget(self.progress, 1)
        self._column.addLayout(head)
        self._column.addWidget(PlainLabel(WORDS, "body", look).set_wrapped())
        self.empty = EmptyState("No lesson", "Put lesson files into resources/text/lab, named 01-name.md.", "", look)
        self.empty.setVisible(not self.cards)
        self._column.addWidget(self.grid)
        self._column.addWidget(self.empty)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)


WORDS = (
    "The foundations, seen moving. Each lesson sets something up, asks what it will do, runs it and says what "
    "happened; then everything in it can be dragged, and every number stands open."
)
