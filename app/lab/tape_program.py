"""The program of the tape and of the traced graph: an expression, its values, and which names are variables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.formula.card import clear
from app.lab.parts import Section
from app.theme import Look
from app.widgets.choice_box import ChoiceBox
from app.widgets.number_field import NumberField
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from app.widgets.text_field import TextField
from engine.errors import UserError
from engine.explain.expression import FUNCTIONS, Graph, parse, start_values


@dataclass(frozen=True)
class Sample:
    """A program to begin with."""

    text: str
    words: str
    values: Mapping[str, float]
    constants: tuple[str, ...] = ()

    @property
    def program(self) -> dict[str, Any]:
        """As the settings of a chapter."""
        return {"expression": self.text, "values": dict(self.values), "constants": list(self.constants)}


SAMPLES = (
    Sample("(w * x + b - y)^2", "an error, squared", {"w": 2.0, "x": 3.0, "b": 1.0, "y": 2.0}, ("x", "y")),
    Sample("(sigmoid(w * x + b) - y)^2", "a neuron", {"w": 0.5, "x": 2.0, "b": -0.5, "y": 1.0}, ("x", "y")),
    Sample("relu(w * x) + relu(-w * x)", "w used twice", {"w": 1.5, "x": 2.0}, ("x",)),
    Sample("-(y * log(p) + (1 - y) * log(1 - p))", "cross-entropy", {"y": 1.0, "p": 0.3}, ("y",)),
    Sample("a * b + exp(a)", "a along two ways", {"a": 0.5, "b": 2.0}),
    Sample("2 * 3 * w + x * x", "a part not recorded", {"w": 2.0, "x": 3.0}, ("x",)),
)
MOST_DIGITS = 1e6
MOST_NAMES = 10
KINDS = [("variable", "variable"), ("constant", "constant")]
PROGRAM: dict[str, Any] = SAMPLES[0].program


def check_program(values: Mapping[str, Any]) -> None:
    """Refuse a program that cannot be shown.

    Raises:
        UserError: the expression does not parse or has too many names, a value is no number, or a constant no name.
    """
    for name, value in values["values"].items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < MOST_DIGITS:
            text = f"The value of {name} is {value!r}, expected a number within ±{MOST_DIGITS:g}."
            raise UserError(text, "Correct it.", "values")
    names = _names(parse(values["expression"]))
    for name in values["constants"]:
        if name not in names:
            raise UserError(f"{name!r} is no name of the expression.", f"Names: {', '.join(names)}.", "constants")


def _names(graph: Graph) -> tuple[str, ...]:
    """The names of an expression.

    Raises:
        UserError: there are none, or too many.
    """
    found = graph.variables
    if not 1 <= len(found) <= MOST_NAMES:
        message = f"The expression has {len(found)} names, expected 1 to {MOST_NAMES}."
        raise UserError(message, "A tape needs something to watch." if not found else "Use fewer.", "expression")
    return found


class Program(Section):
    """Shows and changes one program.

    Attributes:
        changed: it is another one, or has other values.
        typed: an expression of the user's own was taken.
    """

    changed = Signal()
    typed = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__("Program", look, "type your own", parent)
        self.graph = parse(PROGRAM["expression"])
        self.numbers: dict[str, float] = dict(PROGRAM["values"])
        self.constants: set[str] = set(PROGRAM["constants"])
        self.field = TextField(look, role="code")
        self.field.setMaxLength(400)
        self.field.setAccessibleName("Expression")
        self.error = PlainLabel("", "body", look, "err", self).set_wrapped()
        self.samples = ChoiceBox([(one.text, f"{one.text}   {one.words}") for one in SAMPLES], look)
        self.samples.setAccessibleName("Examples of programs")
        known = f"Numbers, names, + − * / ^ and brackets; {', '.join(FUNCTIONS)}."
        for part in (self.field, self.error, self.samples, PlainLabel(known, "caption", look, "ink3").set_wrapped()):
            self.add(part)
        self.error.hide()
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        self.column.addLayout(self._rows)
        self.fields: dict[str, NumberField] = {}
        self.kinds: dict[str, Segmented] = {}
        self.field.changed.connect(self.set_expression)
        self.samples.changed.connect(self._take_sample)

    def take(self, values: Mapping[str, Any]) -> None:
        """Show a program that was checked."""
        self.graph = parse(values["expression"])
        self.numbers = start_values(self.graph, {name: float(value) for name, value in values["values"].items()})
        self.constants = set(values["constants"])
        self.error.hide()
        self._show()

    def values(self) -> dict[str, Any]:
        """The program, with the keys of PROGRAM."""
        names = [name for name in self.graph.variables if name in self.constants]
        return {"expression": self.graph.text, "values": dict(self.numbers), "constants": names}

    def set_expression(self, text: str) -> None:
        """Take another expression; one that is wrong is said, and the old one stays."""
        try:
            graph = parse(text)
            names = _names(graph)
        except UserError as error:
            self.error.setText(f"{error.message} {error.hint}")
            self.error.show()
            return
        self.error.hide()
        self.graph = graph
        self.numbers = start_values(graph, self.numbers)
        self.constants &= set(names)
        if self.constants == set(names):
            self.constants = set()
        self._show()
        self.changed.emit()
        self.typed.emit()

    def _take_sample(self, text: str) -> None:
        self.take(next(sample.program for sample in SAMPLES if sample.text == text))
        self.changed.emit()

    def _show(self) -> None:
        self.field.set_value(self.graph.text)
        self.samples.set_value(self.graph.text)
        names = self.graph.variables
        if list(self.fields) != list(names):
            clear(self._rows)
            self.fields, self.kinds = {}, {}
            for name in names:
                self._rows.addLayout(self._row(name))
        for name in names:
            self.fields[name].set_value(self.numbers[name])
            self.kinds[name].set_value("constant" if name in self.constants else "variable")

    def _row(self, name: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        label = PlainLabel(name, "code", self.look, "ink")
        label.setFixedWidth(36)
        field = NumberField(self.look, integer=False, low=-MOST_DIGITS, high=MOST_DIGITS)
        field.setFixedWidth(78)
        kind = Segmented(KINDS, self.look)
        field.setAccessibleName(f"Value of {name}")
        kind.setAccessibleName(f"Whether {name} is a variable")
        field.changed.connect(lambda value, name=name: self._set_value(name, float(value)))
        kind.changed.connect(lambda chosen, name=name: self._set_kind(name, chosen))
        self.fields[name], self.kinds[name] = field, kind
        row.addWidget(label)
        row.addWidget(field)
        row.addWidget(kind, 1)
        return row

    def _set_value(self, name: str, value: float) -> None:
        self.numbers[name] = value
        self.changed.emit()

    def _set_kind(self, name: str, kind: str) -> None:
        self.constants = self.constants | {name} if kind == "constant" else self.constants - {name}
        self.changed.emit()
