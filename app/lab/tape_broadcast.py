"""Broadcasting: two shapes aligned from the right, which axes are stretched, and where it is refused."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.lab.chapters import Chapter
from app.lab.parts import Formulas, Section
from app.lab.tape_blocks import Index
from app.lab.tape_broadcast_board import BroadcastBoard, Shown
from app.lab.tape_join import write_shape
from app.studio import Studio
from app.theme import Look
from app.widgets.choice_box import ChoiceBox
from app.widgets.plain_label import PlainLabel
from app.widgets.text_field import TextField
from engine.errors import UserError
from engine.explain.tensors import (
    STEP,
    Aligned,
    align,
    broadcast,
    check_cells,
    check_shape,
    numbered,
    read_shape,
    source_index,
)

HIGHEST = 3
STRETCH, ADD = 1, 2  # steps after the axes
EXAMPLES = (
    ("3, 1 + 4", "a column and a row"),
    ("2, 3 + 3", "a batch and a bias"),
    ("2, 3, 2 + 3, 1", "three axes and two"),
    ("2, 3 + ()", "a tensor and a scalar"),
    ("2, 3 + 2", "refused"),
)


class BroadcastChapter(Chapter):
    """Each step compares one axis, from the right; then the tensors are stretched, and added."""

    id: ClassVar[str] = "broadcast"
    name: ClassVar[str] = "Broadcasting"
    defaults: ClassVar[Mapping[str, Any]] = {"left": [3, 1], "right": [4]}
    rate: ClassVar[float] = 1.0

    def __init__(self, look: Look, studio: Studio | None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self.board = BroadcastBoard(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.board)
        self._left: Index = (3, 1)
        self._right: Index = (4,)
        self._axes: tuple[Aligned, ...] = ()
        self._result: Index | None = None
        self._lit: Index | None = None
        self._make_panel()

    @classmethod
    def check(cls, values: Mapping[str, Any]) -> None:
        """Two shapes; they need not fit.

        Raises:
            UserError: one cannot be drawn, or their sum is too large to be.
        """
        left, right = (check_shape(values[side], HIGHEST, side) for side in ("left", "right"))
        check_cells(tuple(axis.size or 1 for axis in align(left, right)), "left")

    @property
    def length(self) -> float:
        """The axes up to the one that is refused, and two steps more where none is."""
        return len(self._axes) + (ADD if self._result is not None else 0)

    def take(self, values: Mapping[str, Any]) -> None:
        """Begin with two shapes."""
        self._set(tuple(values["left"]), tuple(values["right"]))

    def values(self) -> dict[str, Any]:
        """The two shapes."""
        return {"left": list(self._left), "right": list(self._right)}

    def sections(self) -> Sequence[QWidget]:
        """The shapes, the rule, one element."""
        return (self._shapes, self._rule)

    def set_frozen(self, is_frozen: bool) -> None:
        """Let nothing be picked while a question is asked."""
        super().set_frozen(is_frozen)
        self.board.set_movable(not is_frozen)

    def draw(self) -> None:
        """Draw the axes compared, and the tensors as far as they are."""
        count = len(self._axes)
        shown = Shown(
            self._left, self._right, self._axes, min(self.at, count), self.at >= count + STRETCH,
            self.at >= count + ADD, self._result, self._lit,
        )  # fmt: skip
        self.board.show_shapes(shown)

    def write(self) -> None:
        """Write the element that is picked as its sum."""
        is_over = self.at >= self.length
        self.lines.show_lines(self._lines() if is_over and self._result is not None else [])
        if is_over:
            self.tell("broadcast" if self._result is not None else "unfit")

    def pick(self, index: Index) -> None:
        """Open one element of the sum."""
        self._lit = index
        self.refresh()

    def set_shapes(self, left: Index, right: Index) -> None:
        """Compare other shapes; what is too large to be drawn is said in its place."""
        try:
            self.check({"left": left, "right": right})
        except UserError as error:
            self._say(f"{error.message} {error.hint}")
            self._set(self._left, self._right)
            return
        self._say("")
        self._set(left, right)
        self.changed.emit()
        self.length_changed.emit()
        self.time_wanted.emit(self.length)
        self.refresh()

    def _lines(self) -> list[str]:
        result = self._result or ()
        index = self._lit if self._lit is not None else tuple(0 for _ in result)
        a, b = source_index(self._left, index), source_index(self._right, index)
        one, other = int(numbered(self._left)[a]), int(numbered(self._right, STEP)[b])
        here, first, second = (", ".join(map(str, found)) for found in (index, a, b))
        return [f"(a + b)[{here}] is a[{first}] + b[{second}]", f"{one} + {other} = {one + other}"]

    def _set(self, left: Index, right: Index) -> None:
        self._left, self._right, self._lit = left, right, None
        self._axes = align(left, right)
        is_fit = not any(axis.fit == "refused" for axis in self._axes)
        self._result = broadcast(left, right) if is_fit else None
        for field, shape in zip(self.fields, (left, right), strict=True):
            field.set_value(shape)

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def _make_panel(self) -> None:
        look = self.look
        self.fields = [TextField(look, read_shape, write_shape, "number") for _ in range(2)]
        self._shapes = Section("Two shapes", look)
        for name, field in zip("ab", self.fields, strict=True):
            self._shapes.labelled(f"Shape of {name}", field)
            field.changed.connect(lambda _: self.set_shapes(self.fields[0].value, self.fields[1].value))
            field.rejected.connect(lambda reason: self._say(f"No shape: {reason}." if reason else ""))
        self.samples = ChoiceBox([("", "Take an example …"), *((text, f"{text}   {w}") for text, w in EXAMPLES)], look)
        self.samples.setAccessibleName("Examples of shapes")
        self.samples.changed.connect(self._take_sample)
        self.problem = PlainLabel("", "body", look, "err", self._shapes).set_wrapped()
        for part in (self.samples, self.problem):
            self._shapes.add(part)
        self.problem.hide()
        self._rule = Section("The rule", look)
        words = (
            "Write the shapes so that their last axes stand below each other. Two sizes fit if they are equal, or if "
            "one of them is 1 or missing: that one is stretched. Nothing is copied in memory."
        )
        self._rule.add(PlainLabel(words, "body", look).set_wrapped())
        self.lines = Formulas(look)
        self._rule.add(self.lines)
        self._rule.add(PlainLabel("Click an element of the sum to open it.", "caption", look, "ink3").set_wrapped())
        self.board.picked.connect(self.pick)

    def _take_sample(self, text: str) -> None:
        self.samples.setCurrentIndex(0)
        if text:
            left, right = text.split("+")
            self.set_shapes(read_shape(left), read_shape(right))
