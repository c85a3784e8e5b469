"""QuestionCard: what is asked before the stage runs, and what is said after it ran."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.text import button_text
from app.theme import Look
from app.widgets.card import Card
from app.widgets.plain_label import PlainLabel
from engine.lab.lesson import Lesson


class AnswerButton(QPushButton):
    """An answer, over as many lines as it needs."""

    def __init__(self, text: str, look: Look) -> None:
        super().__init__()
        self._text = text
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._label = PlainLabel(text, "body", look, "ink").set_wrapped()
        self._label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 10, 6)
        row.addWidget(self._label)

    def fit(self, width: int) -> None:
        """Be as high as the text is at a width."""
        self.setFixedHeight(max(28, self._label.heightForWidth(width - 20) + 12))

    def set_mark(self, ink: str, word: str = "") -> None:
        """Show the answer in the ink of what became of it, with a word for those who do not see the ink."""
        self._label.set_token(ink)
        self._label.setText(f"{word}: {self._text}" if word else self._text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if ink == "ink" and not word else Qt.FocusPolicy.NoFocus)


class QuestionCard(QWidget):
    """A question with its answers.

    Attributes:
        answered: index of the answer; the stage is to run.
        skipped: the user wants to explore without answering.
        again: the user wants to be asked again.
    """

    answered = Signal(int)
    skipped = Signal()
    again = Signal()

    def __init__(self, lesson: Lesson, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lesson, self._look, self._chosen = lesson, look, -1
        self.card = Card("Before it runs", look)
        self.question = PlainLabel(lesson.question, "body", look, "ink").set_wrapped()
        self.buttons = [AnswerButton(answer.text, look) for answer in lesson.answers]
        self.verdict = PlainLabel("", "title", look, "ink").set_wrapped()
        self.explained = PlainLabel("", "body", look).set_wrapped()
        self.other = QPushButton()
        self.other.setProperty("kind", "outline")
        self.other.clicked.connect(self._press_other)
        self._lay_out()
        self.ask()

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self._chosen == -1

    @property
    def is_right(self) -> bool:
        """Whether the answer given is the right one."""
        return self._chosen >= 0 and self._lesson.answers[self._chosen].is_right

    def ask(self) -> None:
        """Ask, as at first."""
        self._chosen = -1
        self._show("", "", "Explore without answering")
        for button in self.buttons:
            button.set_mark("ink")

    def skip(self) -> None:
        """Stand back; it can be asked again."""
        self._chosen = -2
        for button in self.buttons:
            button.set_mark("ink3")
        self._show("", "", "Ask me")

    def choose(self, index: int) -> None:
        """Take an answer."""
        if not self.is_open:
            return
        self._chosen = index
        for place, button in enumerate(self.buttons):
            button.set_mark(*(("ink", "You") if place == index else ("ink3", "")))
        self._fit()
        self._show("", "Your answer is kept while it runs.", "")
        self.answered.emit(index)

    def tell(self) -> None:
        """Say what happened, once it ran."""
        if self._chosen < 0 or self.verdict.text():
            return
        right = next(place for place, answer in enumerate(self._lesson.answers) if answer.is_right)
        self.buttons[right].set_mark("ok", "Right" if self._chosen != right else "You, rightly")
        self._show("As you said." if self._chosen == right else "It went otherwise.", self._lesson.explain, "Ask again")
        self._fit()

    def _lay_out(self) -> None:
        body = self.card.body
        body.addWidget(self.question)
        for place, button in enumerate(self.buttons):
            button.clicked.connect(partial(self._on_clicked, place))
            body.addWidget(button)
        for part in (self.verdict, self.explained, self.other):
            body.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.addWidget(self.card)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button in focus, as Space does."""
        button = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(button, QPushButton):
            button.click()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: object) -> None:
        """Let the answers be as high as their texts."""
        self._fit()

    def _fit(self) -> None:
        for button in self.buttons:
            button.fit(self.width() - 32 - 26)

    def _on_clicked(self, place: int, _checked: bool = False) -> None:
        self.choose(place)

    def _press_other(self) -> None:
        if self.is_open:
            self.skip()
            self.skipped.emit()
        else:
            self.again.emit()

    def _show(self, verdict: str, explained: str, other: str) -> None:
        for label, text in ((self.verdict, verdict), (self.explained, explained)):
            label.setText(text)
            label.setVisible(bool(text))
        self.other.setText(button_text(other))
        self.other.setVisible(bool(other))
