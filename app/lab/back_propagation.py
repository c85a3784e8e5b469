"""Back-propagation: an expression of the user's as a graph; values forward, gradients backward, gradient check."""

import math
from collections.abc import Sequence
from typing import Any, ClassVar

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.lab.back_propagation_board import SPAN, BackPropagationBoard, Shown
from app.lab.parts import Formulas, Numbers, Section
from app.lab.stage import Stage
from app.studio import Studio
from app.text import format_number
from app.theme import Look
from app.widgets.choice_box import ChoiceBox
from app.widgets.plain_label import PlainLabel
from app.widgets.text_field import TextField
from engine.errors import UserError
from engine.explain.back_propagation import Check, Flow, backward, check, forward, symbol, written
from engine.explain.expression import FUNCTIONS, parse, start_values

SAMPLES = (
    ("(a + b) * (b + 1)", "one variable used twice"),
    ("sigmoid(w * x + b)", "a neuron"),
    ("(sigmoid(w * x + b) - y)^2", "a neuron and its squared error"),
    ("(v * tanh(w * x + b) + c - y)^2", "a net of two layers"),
    ("sqrt(a^2 + b^2)", "a length"),
    ("-(y * log(p) + (1 - y) * log(1 - p))", "binary cross-entropy"),
)
MOST_DIGITS = 1e6


class BackPropagationStage(Stage):
    """Playing computes one node after the other, then sends one gradient after the other back."""

    defaults: ClassVar[dict[str, Any]] = {"expression": "(a + b) * (b + 1)", "values": {"a": 2.0, "b": 1.0}}
    conditions: ClassVar[dict[str, str]] = {
        "checked": "every gradient came back and agrees with the finite difference",
        "typed": "an expression of one's own was taken apart",
    }
    rate: ClassVar[float] = 2.0

    def __init__(self, look: Look, studio: Studio | None = None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self.board = BackPropagationBoard(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.board)
        self._graph = parse(str(self.defaults["expression"]))
        self._values: dict[str, float] = start_values(self._graph)
        self._found: list[float] = []
        self._gradients: list[float] = []
        self._flows: list[Flow] = []
        self._checks: list[Check] = []
        self._problem = (-1, "")
        self._picked = -1
        self.board.dragged.connect(self._drag)
        self.board.picked.connect(self.pick)
        self._make_panel()

    def take_state(self, values: dict[str, Any]) -> None:
        """Begin with an expression and the values of its variables.

        Raises:
            UserError: the expression does not parse, or a value is no number.
        """
        for name, value in values["values"].items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < MOST_DIGITS:
                text = f"The value of {name} is {value!r}, expected a number within ±{MOST_DIGITS:g}."
                raise UserError(text, "Correct it.", where="values")
        graph = parse(values["expression"])
        self._graph = graph
        self._values = start_values(graph, {name: float(value) for name, value in values["values"].items()})
        self.field.set_value(graph.text)
        self._compute()

    def state(self) -> dict[str, Any]:
        """What is shown now."""
        return {"expression": self._graph.text, "values": dict(self._values)}

    def show_time(self, time: float) -> None:
        """Draw what is known after so many steps."""
        self._picked = -1
        self._show()
        if self.length and time >= self.length and all(found.verdict != "wrong" for found in self._checks):
            self.done.emit("checked")

    def sections(self) -> Sequence[QWidget]:
        """Expression, the newest step, gradient check."""
        return (self._typed, self._step, self._check)

    def set_frozen(self, is_frozen: bool) -> None:
        """Hold the handles while a question is asked."""
        super().set_frozen(is_frozen)
        self.board.set_movable(not is_frozen)

    def set_expression(self, text: str) -> None:
        """Take another expression apart; one that is wrong is said, and the old one stays."""
        try:
            graph = parse(text)
        except UserError as error:
            self.error.setText(f"{error.message} {error.hint}")
            self.error.show()
            return
        self.error.hide()
        self.pause()
        self._graph = graph
        self._values = start_values(graph, self._values)
        self.field.set_value(graph.text)
        self._compute()
        self.go(0)
        self.changed.emit()
        self.done.emit("typed")

    def pick(self, index: int) -> None:
        """Tell of one node."""
        self._picked = index
        self._show()

    def _compute(self) -> None:
        """Everything there is to show; where something has no value, that is the only thing shown."""
        nothing = [math.nan] * len(self._graph.nodes)
        self._problem, self._flows, self._checks = (-1, ""), [], []
        self._found = self._gradients = nothing
        try:
            self._found = forward(self._graph, self._values)
            self._gradients, self._flows = backward(self._graph, self._found)
        except UserError as error:
            self._problem = int(error.where), f"{error.message} {error.hint}"
        try:
            self._checks = [] if self._problem[1] else check(self._graph, self._values)
        except UserError as error:
            self._problem = int(error.where), f"No gradient check: beside this point {error.message}"
        self.set_length(0 if self._problem[1] else len(self._graph.nodes) + 1 + len(self._flows))

    def _drag(self, id: str, place: QPointF) -> None:
        name = self._graph.nodes[int(id)].name
        self._values[name] = round(min(max(self.board.value_of(id, place), SPAN[0]), SPAN[1]), 2)
        time = self.time
        self._compute()
        self.go(time)
        self.changed.emit()

    def _show(self) -> None:
        count, at = len(self._graph.nodes), int(self.time)
        variables = [node.kind in ("variable", "number") for node in self._graph.nodes]
        known = [value if place < at or variables[place] else math.nan for place, value in enumerate(self._found)]
        if self._problem[1]:
            known = [self._values.get(node.name, math.nan) for node in self._graph.nodes]
        flows = self._flows[: max(0, at - count - 1)]
        arrived = [math.nan] * count
        if at > count:
            arrived[-1] = 1.0
        for flow in flows:
            so_far = arrived[flow.input]
            arrived[flow.input] = flow.value + (so_far if math.isfinite(so_far) else 0.0)
        current = flows[-1].input if flows else min(at, count) - 1
        picked = self._picked if self._picked >= 0 else current
        self.board.show_graph(Shown(self._graph, known, arrived, flows, picked, self._problem))
        self._write(flows, picked)
        self._write_checks(at >= self.length > 0)

    def _write(self, flows: Sequence[Flow], index: int) -> None:
        self.problem.setText(self._problem[1])
        self.problem.setVisible(bool(self._problem[1]))
        lines: list[str] = []
        if self._problem[1] or index < 0:
            self.formulas.show_lines(lines)
            self.rules.setText("Press play.")
            self.rules.setVisible(not self._problem[1])
            return
        if self._graph.nodes[index].inputs:
            lines.append(f"{_name(symbol(self._graph, index))} = {_row(written(self._graph, index))}")
        if int(self.time) > index:
            lines.append(f"{_name(symbol(self._graph, index))} = {format_number(self._found[index], 5)}")
        back = [flow for flow in flows if flow.input == index]
        for flow in back:
            parts = f"{format_number(flow.upstream, 4)} × {format_number(flow.local, 4)}"
            lines.append(f"upstream × local = {parts} = {format_number(flow.value, 4)}")
        if len(back) > 1:
            lines.append(f"together = {format_number(sum(flow.value for flow in back), 5)}")
        self.formulas.show_lines(lines)
        rules = "\n".join(dict.fromkeys(flow.rule for flow in back))
        many = "It is used more than once: what comes back along each way is added." if len(back) > 1 else ""
        self.rules.setText("\n".join(part for part in (rules, many) if part))
        self.rules.setVisible(bool(rules))

    def _write_checks(self, is_over: bool) -> None:
        rows = []
        for found in self._checks:
            token = {"right": "ok", "doubtful": "warn", "wrong": "err"}[found.verdict]
            value = f"{format_number(found.analytic, 4)}  {found.verdict}, {_power(found.relative)}"
            rows.append((f"dL/d{found.name}", value if is_over else "…", token if is_over else "ink3"))
        self.checks.show_rows(rows)

    def _make_panel(self) -> None:
        look = self.look
        self._typed = Section("Expression", look, "type your own")
        self.field = TextField(look, role="code")
        self.field.setMaxLength(400)
        self.field.setAccessibleName("Expression")
        self.field.changed.connect(self.set_expression)
        self.error = PlainLabel("", "body", look, "err", self._typed).set_wrapped()
        self.error.hide()
        self.samples = ChoiceBox([(text, f"{text}   {words}") for text, words in SAMPLES], look)
        self.samples.setAccessibleName("Examples of expressions")
        self.samples.changed.connect(self.set_expression)
        known = f"Numbers, names, + − * / ^ and brackets; {', '.join(FUNCTIONS)}."
        for part in (self.field, self.error, self.samples, PlainLabel(known, "caption", look, "ink3").set_wrapped()):
            self._typed.add(part)
        self._step = Section("At this node", look)
        self.problem = PlainLabel("", "body", look, "err", self._step).set_wrapped()
        self.formulas, self.rules = Formulas(look), PlainLabel("", "body", look).set_wrapped()
        for widget in (self.problem, self.formulas, self.rules):
            self._step.add(widget)
        self._check = Section("Gradient check", look, "by central differences")
        self.checks = Numbers(look)
        self._check.add(self.checks)
        words = "Each gradient against (L(v + h) − L(v − h)) / 2h; the small number is the relative error."
        self._check.add(PlainLabel(words, "caption", look, "ink3").set_wrapped())


def _name(symbol: str) -> str:
    """A node's name for the markup of formulas: n3 becomes n with a subscript."""
    return f"n_{{{symbol[1:]}}}" if symbol[:1] == "n" and symbol[1:].isdigit() else symbol


def _power(relative: float) -> str:
    return format_number(relative, 1) if relative else "0"


def _row(text: str) -> str:
    return " ".join(_name(word) for word in text.split(" "))
