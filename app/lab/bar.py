"""LabBar: the row over a lesson: back to the gallery, its title, previous and next, begin again, take it to Build."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.theme import Look
from app.widgets.chip import Chip
from app.widgets.elided_label import ElidedLabel
from app.widgets.icon_button import IconButton
from app.widgets.surface import Surface
from engine.lab.lesson import Lesson


class LabBar(Surface):
    """Attributes:
    gallery_wanted, reset_wanted, take_wanted: a button was pressed.
    lesson_wanted: name of another lesson.
    """

    gallery_wanted = Signal()
    reset_wanted = Signal()
    take_wanted = Signal()
    lesson_wanted = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__("panel", look, "bottom", parent)
        self.setFixedHeight(look.theme.size("subBar"))
        self.gallery = QPushButton("All lessons")
        self.title = ElidedLabel("", "heading", look, "ink")
        self.done = Chip("done", look, icon="check")
        self.back = IconButton("chevron_left", "Previous lesson", look, framed=True)
        self.next = QPushButton("Next")
        self.reset = QPushButton("Begin again")
        self.take = QPushButton("Take it to Build")
        self._names = "", ""
        self.gallery.clicked.connect(self.gallery_wanted)
        self.reset.clicked.connect(self.reset_wanted)
        self.take.clicked.connect(self.take_wanted)
        self.back.clicked.connect(lambda: self.lesson_wanted.emit(self._names[0]))
        self.next.clicked.connect(lambda: self.lesson_wanted.emit(self._names[1]))
        self._lay_out()

    def show_lesson(self, lesson: Lesson, before: str, after: str) -> None:
        """Name a lesson and its neighbours; empty names have no button."""
        self.title.set_text(f"{lesson.number}  {lesson.title}")
        self._names = before, after
        self.back.setEnabled(bool(before))
        self.next.setEnabled(bool(after))

    def show_state(self, is_done: bool, can_take: bool) -> None:
        """Show whether it is done, and whether there is a network to take along."""
        self.done.setVisible(is_done)
        self.next.setProperty("kind", "primary" if is_done else "")
        self.next.style().unpolish(self.next)
        self.next.style().polish(self.next)
        self.take.setVisible(can_take)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        row.addWidget(self.gallery)
        row.addSpacing(8)
        row.addWidget(self.title, 1)
        for part in (self.done, self.take, self.reset, self.back, self.next):
            row.addWidget(part)
