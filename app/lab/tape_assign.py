"""Constant against variable: lines that write to both, what each does to the memory, and what is refused."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.lab.board import Board
from app.lab.chapters import Chapter
from app.lab.ink import CENTRE, RIGHT, Ink
from app.lab.parts import Numbers, Section
from app.lab.tape_blocks import wrapped
from app.studio import Studio
from app.text import count, format_number
from app.theme import Look
from app.widgets.choice_box import ChoiceBox
from app.widgets.plain_label import PlainLabel
from app.widgets.text_field import TextField
from engine.errors import UserError
from engine.explain.tensors_variable import MOST_LINES, START, Done, Line, Memory, parse_line, run_lines

LINES = (
    "v.assign([4, 5, 6])",
    "v[1].assign(9)",
    "v.assign_add([1, 1, 1])",
    "v.assign([0, 0])",
    "c.assign([4, 5, 6])",
    "c[0] = 7",
    "v = v + 1",
    "v.assign([1, 2, 3])",
)
FIRST = ("c = tf.constant([1., 2., 3.])", "v = tf.Variable([1., 2., 3.])")
ROW, CELL, CARD = 58.0, 92.0, 150.0  # px: of a line, of a number, and of what a name stands for


class AssignBoard(Board):
    """The lines at the left, with what came of them; at the right what the two names stand for."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "Lines that write to a constant and a variable")
        self._done: Sequence[Done] = ()
        self._at = 0

    def show_lines(self, done: Sequence[Done], at: int) -> None:
        """Draw the lines, of which so many ran."""
        self._done, self._at = done, at
        now = self.memory
        self.describe(f"After {at} lines c is {_list(now.c)} and v is {_list(now.v)}")

    @property
    def memory(self) -> Memory:
        """What the names stand for now."""
        first = np.array(START, np.float32)
        return self._done[self._at - 1].memory if self._at else Memory(first, first)

    def paint(self, ink: Ink) -> None:
        """Draw both halves."""
        wide = self.width() * 0.5
        ink.at(QPointF(24, 24), "Lines, one after the other", "title", "ink")
        pitch = min(ROW, (self.height() - 130) / max(1, len(self._done)))
        y = 62.0
        for text in FIRST:
            ink.at(QPointF(48, y), text, "code", "ink3")
            y += 20
        y += 14
        for number, done in enumerate(self._done):
            self._paint_line(ink, QRectF(24, y + number * pitch, wide - 40, pitch), number, done)
        left = wide + 12
        room = QRectF(left, 50, self.width() - left - 24, CARD)
        now, before = self.memory, self._before()
        ink.at(QPointF(left, 24), "What the names stand for", "title", "ink")
        self._paint_name(ink, room, "c", now, before)
        self._paint_name(ink, room.translated(0, CARD + 20), "v", now, before)
        self._paint_reason(ink, room.translated(0, 2 * CARD + 40))

    def _before(self) -> Memory | None:
        if not self._at:
            return None
        first = np.array(START, np.float32)
        return self._done[self._at - 2].memory if self._at > 1 else Memory(first, first)

    def _paint_line(self, ink: Ink, row: QRectF, number: int, done: Done) -> None:
        is_now, is_done = number == self._at - 1, number < self._at
        if is_now:
            ink.fill(row.adjusted(0, 1, 0, -1), "raised", radius=4)
        middle = row.center().y()
        ink.at(QPointF(row.left() + 18, middle), str(number), "axis", "ink3", RIGHT)
        ink.at(QPointF(row.left() + 28, middle), done.line.text, "code", "ink" if is_done else "ink3")
        if is_done:
            text, token = (done.refusal, "err") if done.refusal else ("done", "ok")
            ink.at(QPointF(row.right() - 8, middle), text, "caption", token, RIGHT)

    def _paint_name(self, ink: Ink, card: QRectF, name: str, now: Memory, before: Memory | None) -> None:
        is_variable = name == "v" and now.is_variable
        values = now.c if name == "c" else now.v
        ink.box(card, "card", "ink2" if is_variable else "line2", 8, 2 if is_variable else 1)
        kind = "tf.Variable" if is_variable else "tf.Tensor, constant"
        ink.at(QPointF(card.left() + 14, card.top() + 18), name, "heading", "ink")
        ink.at(QPointF(card.left() + 34, card.top() + 18), kind, "code", "ink2")
        ink.at(QPointF(card.right() - 14, card.top() + 18), _promise(now, is_variable), "caption", "ink3", RIGHT)
        old = None if before is None else (before.c if name == "c" else before.v)
        cell = min(CELL, (card.width() - 28) / len(values))
        for at, value in enumerate(values):
            box = QRectF(card.left() + 14 + at * cell, card.top() + 44, cell, 62)
            is_new = old is not None and float(old[at]) != float(value)
            ink.box(box.adjusted(0, 0, -6, 0), "canvas", "ink" if is_new else "line2", 4, 2 if is_new else 1)
            ink.text(box.adjusted(0, 0, -6, 0), format_number(float(value), 4), "result", "ink", CENTRE)
            ink.at(QPointF(box.center().x() - 3, box.bottom() + 12), str(at), "axis", "ink3", CENTRE)

    def _paint_reason(self, ink: Ink, room: QRectF) -> None:
        if not self._at:
            return
        done = self._done[self._at - 1]
        token = "err" if done.refusal else "ink2"
        head = f"{done.refusal}" if done.refusal else "Done"
        ink.at(QPointF(room.left(), room.top() + 8), head, "title", token)
        wrapped(ink, QRectF(room.left(), room.top() + 20, room.width(), 80), done.reason)


class AssignChapter(Chapter):
    """Each step runs one line."""

    id: ClassVar[str] = "assign"
    name: ClassVar[str] = "Constant and variable"
    defaults: ClassVar[Mapping[str, Any]] = {"lines": list(LINES)}
    rate: ClassVar[float] = 1.0

    def __init__(self, look: Look, studio: Studio | None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self.board = AssignBoard(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.board)
        self._lines: list[Line] = []
        self._done: list[Done] = []
        self._make_panel()

    @classmethod
    def check(cls, values: Mapping[str, Any]) -> None:
        """Lines that can be read.

        Raises:
            UserError: there are too many, or one of them is no line.
        """
        if len(values["lines"]) > MOST_LINES:
            found = len(values["lines"])
            raise UserError(f"There are {found} lines, more than {MOST_LINES}.", "Leave some out.", "lines")
        for text in values["lines"]:
            parse_line(text)

    @property
    def length(self) -> float:
        """How many lines there are."""
        return len(self._lines)

    def take(self, values: Mapping[str, Any]) -> None:
        """Begin with these lines."""
        self._set([parse_line(text) for text in values["lines"]])

    def values(self) -> dict[str, Any]:
        """The lines."""
        return {"lines": [line.text for line in self._lines]}

    def sections(self) -> Sequence[QWidget]:
        """A line of one's own, and the difference in numbers."""
        return (self._typed, self._facts)

    def draw(self) -> None:
        """Draw the moment after so many lines."""
        self.board.show_lines(self._done, min(self.at, len(self._done)))

    def write(self) -> None:
        """Count what was written and what was refused."""
        done = self._done[: self.at]
        refused = [one for one in done if one.refusal]
        memory = self.board.memory
        self.rows.show_rows(
            [
                ("Variable written", f"{count(memory.writes)} times", "ink"),
                ("Constant written", "never", "ink"),
                ("Lines refused", f"{len(refused)} of {len(done)}", "err" if refused else "ink"),
            ]
        )
        if any(one.line.name == "c" for one in refused):
            self.tell("refused")

    def add_line(self, text: str) -> None:
        """Put a line at the end and run it; a wrong one is said in its place."""
        try:
            line = parse_line(text)
            if len(self._lines) >= MOST_LINES:
                raise UserError(f"There are {MOST_LINES} lines already.", "Remove one first.", "lines")
        except UserError as error:
            self._say(f"{error.message} {error.hint}")
            return
        self._say("")
        self.field.set_value("")
        self._change([*self._lines, line])

    def _remove(self) -> None:
        self._say("")
        self._change(self._lines[:-1])

    def _change(self, lines: list[Line]) -> None:
        self._set(lines)
        self.changed.emit()
        self.length_changed.emit()
        self.time_wanted.emit(float(len(lines)))
        self.refresh()

    def _set(self, lines: list[Line]) -> None:
        self._lines, self._done = lines, run_lines(lines)
        self.remove.setEnabled(bool(lines))

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def _make_panel(self) -> None:
        look = self.look
        self._typed = Section("Lines", look, "type your own")
        self.field = TextField(look, role="code")
        self.field.setMaxLength(80)
        self.field.setAccessibleName("A line")
        self.field.setPlaceholderText("v.assign([7, 8, 9])")
        self.samples = ChoiceBox([("", "Add an example …"), *((line, line) for line in LINES)], look)
        self.samples.setAccessibleName("Examples of lines")
        self.problem = PlainLabel("", "body", look, "err", self._typed).set_wrapped()
        self.remove = QPushButton("Remove the last")
        row = QHBoxLayout()
        row.addWidget(self.remove)
        row.addStretch(1)
        for part in (self.field, self.problem, self.samples):
            self._typed.add(part)
        self._typed.column.addLayout(row)
        self.problem.hide()
        self._facts = Section("The difference", look)
        self.rows = Numbers(look)
        self._facts.add(self.rows)
        words = (
            "A constant's numbers never change. A variable owns memory that assign writes into, and every tape "
            "watches it. An operation never writes: it makes a new tensor."
        )
        self._facts.add(PlainLabel(words, "body", look).set_wrapped())
        self.field.changed.connect(lambda text: self.add_line(text) if text.strip() else None)
        self.samples.changed.connect(self._add_sample)
        self.remove.clicked.connect(self._remove)

    def _add_sample(self, text: str) -> None:
        self.samples.setCurrentIndex(0)
        if text:
            self.add_line(text)


def _promise(now: Memory, is_variable: bool) -> str:
    return f"written {count(now.writes)} times" if is_variable else "cannot be written"


def _list(values: np.ndarray) -> str:
    return f"[{', '.join(format_number(float(value)) for value in values)}]"
