"""LessonPage: one lesson open: its text and question at the left, the stage, its controls at the right."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.lab.lesson_text import LessonText
from app.lab.play_row import PlayRow
from app.lab.question_card import QuestionCard
from app.lab.stage import Stage
from app.theme import Look
from app.widgets.notice import Notice
from app.widgets.side_panel import SidePanel, hairline
from app.widgets.surface import Surface
from engine.lab.lesson import Lesson

SIDE, NARROW_SIDE = 320, 288  # px of the panels at both sides
NARROW = 1380  # px of the page, below which they are narrower
WAITS = "The stage waits: answer the question at the left first, or explore without answering."


class LessonPage(QWidget):
    """Puts a lesson and its stage together, and runs the question.

    Attributes:
        completed: what completes the lesson came true.
        answered: whether the answer was right.
    """

    completed = Signal()
    answered = Signal(bool)

    def __init__(self, lesson: Lesson, stage: Stage, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lesson, self.stage, self._look = lesson, stage, look
        self.question = QuestionCard(lesson, look) if lesson.question else None
        self.text = LessonText(lesson.text, look)
        self.play_row = PlayRow(stage, look, self)
        self.notice = Notice(WAITS, look, self)
        self._is_complete = False
        self._lay_out()
        self._connect()

    def begin(self) -> None:
        """Set the lesson's state and ask.

        Raises:
            UserError: the lesson's state does not suit its stage.
        """
        self.stage.set_frozen(False)
        self.stage.set_state(self.lesson.state)
        if self.question is not None:
            self.question.ask()
            self._freeze(True)

    def regions(self) -> list[QWidget]:
        """What F6 moves through."""
        return [self.left, self.stage, self.play_row, self.right]

    def resizeEvent(self, event: object) -> None:
        """Let the stage have the room in small windows."""
        side = NARROW_SIDE if self.width() < NARROW else SIDE
        self.left.setFixedWidth(side)
        self.right.setFixedWidth(side)

    def _lay_out(self) -> None:
        self.left, self.right = SidePanel(self._look, "right"), SidePanel(self._look, "left")
        self.left.add(self.text)
        if self.question is not None:
            self.left.set_foot(self.question)
        for section in self.stage.sections():
            self.right.add(section)
            section.show()
        self.right.setVisible(bool(self.stage.sections()))
        centre = Surface("canvas", self._look)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        column.addWidget(self.stage, 1)
        column.addWidget(hairline())
        column.addWidget(self.play_row)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.left)
        row.addWidget(centre, 1)
        row.addWidget(self.right)
        self.notice.hide()

    def _connect(self) -> None:
        self.stage.done.connect(self._on_done)
        self.stage.playing_changed.connect(self._on_playing)
        if self.question is not None:
            self.question.answered.connect(self._on_answered)
            self.question.skipped.connect(lambda: self._freeze(False))
            self.question.again.connect(self.begin)

    def _freeze(self, is_frozen: bool) -> None:
        self.stage.set_frozen(is_frozen)
        self.play_row.setEnabled(not is_frozen)
        self.right.setEnabled(not is_frozen)
        self.notice.setVisible(is_frozen)

    def _on_answered(self, _index: int) -> None:
        self._freeze(False)
        self.play_row.play_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.stage.run()
        if not self.stage.is_playing:
            self._tell()

    def _on_playing(self, playing: bool) -> None:
        if not playing:
            self._tell()

    def _tell(self) -> None:
        question = self.question
        if question is None or question.is_open or question.verdict.text():
            return
        question.tell()
        if question.verdict.text():
            self.answered.emit(question.is_right)
            if not self.lesson.done:
                self._complete()

    def _on_done(self, condition: str) -> None:
        if condition == self.lesson.done and not (self.question is not None and self.question.is_open):
            self._complete()

    def _complete(self) -> None:
        if not self._is_complete:
            self._is_complete = True
            self.completed.emit()
