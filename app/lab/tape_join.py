"""Stack against concatenate: tensors of one's own shapes become one, along an axis that is chosen."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.lab.chapters import Chapter
from app.lab.parts import Formulas, Section
from app.lab.tape_blocks import Index
from app.lab.tape_join_board import NAMES, JoinBoard, Shown
from app.studio import Studio
from app.theme import Look
from app.widgets.number_field import NumberField
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from app.widgets.text_field import TextField
from engine.errors import UserError
from engine.explain.tensors import OPERATIONS, PARTS, Joined, check_shape, join, read_shape, written

HIGHEST = 3  # rank of a part
AXES = (-4, 3)


class JoinChapter(Chapter):
    """Each step puts one tensor into the result."""

    id: ClassVar[str] = "join"
    name: ClassVar[str] = "Stack and concatenate"
    defaults: ClassVar[Mapping[str, Any]] = {"operation": "stack", "parts": [[2, 3], [2, 3]], "axis": 0}
    rate: ClassVar[float] = 1.0

    def __init__(self, look: Look, studio: Studio | None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self.board = JoinBoard(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.board)
        self._parts: list[Index] = []
        self._joined: Joined | None = None
        self._problem = ""
        self._lit: Index | None = None
        self._make_panel()

    @classmethod
    def check(cls, values: Mapping[str, Any]) -> None:
        """An operation, two or three shapes, and an axis; shapes that do not fit each other may be shown.

        Raises:
            UserError: an operation there is not, too many shapes, one that cannot be drawn, or no such axis.
        """
        if values["operation"] not in OPERATIONS:
            known = ", ".join(OPERATIONS)
            raise UserError(f"There is no operation {values['operation']!r}.", f"Operations: {known}.", "operation")
        if not PARTS[0] <= len(values["parts"]) <= PARTS[1]:
            found = len(values["parts"])
            raise UserError(f"{found} parts, expected {PARTS[0]} to {PARTS[1]}.", "Give more or fewer.", "parts")
        for shape in values["parts"]:
            check_shape(shape, HIGHEST, "parts")
        if not AXES[0] <= values["axis"] <= AXES[1]:
            found = values["axis"]
            raise UserError(f"axis is {found}, expected {AXES[0]} to {AXES[1]}.", "Change it.", "axis")

    @property
    def length(self) -> float:
        """One step for each part; nothing plays where they do not fit."""
        return len(self._parts) if self._joined is not None else 0

    def take(self, values: Mapping[str, Any]) -> None:
        """Begin with an operation, shapes and an axis."""
        self.operation.set_value(values["operation"])
        self.axis.set_value(values["axis"])
        for number, field in enumerate(self.fields):
            has = number < len(values["parts"])
            field.set_value(tuple(values["parts"][number]) if has else None)
        self._compute()

    def values(self) -> dict[str, Any]:
        """Operation, shapes and axis."""
        parts = [list(shape) for shape in self._parts]
        return {"operation": self.operation.value, "parts": parts, "axis": int(self.axis.value)}

    def sections(self) -> Sequence[QWidget]:
        """What is joined, and how the shape comes about."""
        return (self._choices, self._rule)

    def set_frozen(self, is_frozen: bool) -> None:
        """Let nothing be picked while a question is asked."""
        super().set_frozen(is_frozen)
        self.board.set_movable(not is_frozen)

    def draw(self) -> None:
        """Draw the parts that are in their places."""
        shown = Shown(
            self.operation.value, self._parts, int(self.axis.value), self._joined, self._problem, self.at, self._lit
        )
        self.board.show_parts(shown)

    def write(self) -> None:
        """Write the rule with its numbers, and where the picked element comes from."""
        joined = self._joined
        self.problem.setText(self._problem)
        self.problem.setVisible(joined is None)
        self.lines.show_lines(rule_lines(self.operation.value, self._parts, joined) if joined is not None else [])
        self.words.setText(WORDS[self.operation.value])
        self.origin.show_lines(origin_lines(self._parts, joined, self._lit) if joined and self._lit else [])
        if joined is not None and self.at == len(self._parts):
            self.tell("joined")

    def pick(self, index: Index) -> None:
        """Say where an element of the result comes from."""
        self._lit = index
        self.refresh()

    def _compute(self) -> None:
        self._parts = [field.value for field in self.fields if field.value is not None]
        self._joined, self._problem, self._lit = None, "", None
        try:
            self._joined = join(self.operation.value, self._parts, int(self.axis.value))
        except UserError as error:
            self._problem = f"{error.message} {error.hint}"

    def _on_changed(self, _value: object = None) -> None:
        self._compute()
        self.changed.emit()
        self.length_changed.emit()
        self.time_wanted.emit(self.length)
        self.refresh()

    def _make_panel(self) -> None:
        look = self.look
        self.operation = Segmented([(name, name) for name in OPERATIONS], look)
        self.fields = [TextField(look, _reader(number), write_shape, "number") for number in range(PARTS[1])]
        self.axis = NumberField(look, integer=True, low=AXES[0], high=AXES[1])
        self._choices = Section("What is joined", look)
        self._choices.labelled("Operation", self.operation)
        for number, field in enumerate(self.fields):
            self._choices.labelled(f"Shape of {NAMES[number]}", field)
            field.changed.connect(self._on_changed)
        self.fields[2].setPlaceholderText("not there")
        self._choices.labelled("Axis", self.axis)
        self.problem = PlainLabel("", "body", look, "err", self._choices).set_wrapped()
        self.reason = PlainLabel("", "caption", look, "err", self._choices).set_wrapped()
        for part in (self.reason, self.problem):
            self._choices.add(part)
            part.hide()
        for field in self.fields:
            field.rejected.connect(self._reject)
        self._rule = Section("The shape", look)
        self.lines, self.origin = Formulas(look), Formulas(look)
        self.words = PlainLabel("", "body", look).set_wrapped()
        for widget in (self.lines, self.words, self.origin):
            self._rule.add(widget)
        self.operation.changed.connect(self._on_changed)
        self.axis.changed.connect(self._on_changed)
        self.board.picked.connect(self.pick)

    def _reject(self, reason: str) -> None:
        self.reason.setText(f"No shape: {reason}." if reason else "")
        self.reason.setVisible(bool(reason))


WORDS = {
    "stack": "stack makes a new axis: the rank grows by one, and every shape must be equal. Click an element of the "
    "result to see where it comes from.",
    "concat": "concat makes an axis longer: the rank stays, and only this axis may differ. Click an element of the "
    "result to see where it comes from.",
}


def rule_lines(operation: str, parts: Sequence[Index], joined: Joined) -> list[str]:
    """How the shape of the result comes about, written out."""
    if operation == "stack":
        return [f"{len(parts)} tensors of {written(parts[0])}", f"new axis {joined.axis}: {written(joined.shape)}"]
    sizes = " + ".join(str(shape[joined.axis]) for shape in parts)
    return [f"axis {joined.axis}: {sizes} = {joined.shape[joined.axis]}", f"result: {written(joined.shape)}"]


def origin_lines(parts: Sequence[Index], joined: Joined, index: Index) -> list[str]:
    """Which element of which part stands at a place of the result."""
    part = int(joined.part[index])
    own = np.unravel_index(int(joined.origin[index]), parts[part]) if parts[part] else ()
    here, there = (", ".join(str(int(at)) for at in found) for found in (index, own))
    return [f"R[{here}] is {NAMES[part]}[{there}] = {int(joined.values[index])}"]


def _reader(number: int) -> Any:
    """Reads a shape; the third may be left out."""

    def read(text: str) -> Index | None:
        return None if number == 2 and not text.strip() else read_shape(text)

    return read


def write_shape(value: Index | None) -> str:
    """A shape as it is typed; empty for none."""
    return "" if value is None else written(value) if not value else ", ".join(map(str, value))
