"""The page of a view whose own tools are not there yet: what it will hold, and what answers its question today."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.actions import Actions
from app.studio import Studio
from app.text import button_text
from app.theme import Look
from app.widgets.plain_label import PlainLabel

WIDTH = 760


@dataclass(frozen=True)
class Today:
    """Something that can be done today: what it shows, and the action that leads there."""

    heading: str
    sentence: str
    button: str
    action: str


@dataclass(frozen=True)
class Page:
    """What a view says of itself."""

    heading: str
    sentence: str
    today: tuple[Today, ...]


LAB = Page(
    "Lab: experiments beside a project",
    "This view will compare optimisers on a surface you can turn, and many trainings side by side. Its tools are not "
    "in this version. These questions can be asked today.",
    (
        Today(
            "Another optimiser", "Choose one of six and train again: every run keeps its curves.", "Train", "train_view"
        ),
        Today(
            "Another network",
            "Change a layer, see shapes and parameters at once, and train a new run.",
            "Build",
            "build",
        ),
        Today("Harder data", "Add noise to the points or change the split, and see what it costs.", "Data", "data"),
    ),
)


class ComingWorkspace(QWidget):
    """Heading, sentence, and a card for each thing that can be done today."""

    def __init__(self, page: Page, studio: Studio, look: Look, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._actions = look, actions
        look.changed.connect(self.update)
        block = QWidget()
        block.setFixedWidth(WIDTH)
        column = QVBoxLayout(block)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(PlainLabel(page.heading, "display", look, "ink"))
        column.addWidget(PlainLabel(page.sentence, "body", look).set_wrapped())
        column.addSpacing(12)
        row = QHBoxLayout()
        row.setSpacing(16)
        for today in page.today:
            row.addWidget(self._card(today))
        column.addLayout(row)
        whole = QVBoxLayout(self)
        whole.addStretch(2)
        whole.addWidget(block, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addStretch(3)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground."""
        QPainter(self).fillRect(self.rect(), self._look.theme.color("canvas"))

    def _card(self, today: Today) -> QFrame:
        card = QFrame()
        card.setProperty("card", "true")
        card.setFixedHeight(150)
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(6)
        column.addWidget(PlainLabel(today.heading, "title", self._look, "ink"))
        column.addWidget(PlainLabel(today.sentence, "body", self._look).set_wrapped())
        column.addStretch(1)
        button = QPushButton(button_text(today.button))
        button.setAccessibleName(f"{today.heading}: {today.button}")
        button.clicked.connect(lambda: self._actions.trigger(today.action))
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return card
