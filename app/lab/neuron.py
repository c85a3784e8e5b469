"""Neuron: inputs, weights and bias as handles; sum, activation and output; the line in the plane; logic gates."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.lab.neuron_board import NeuronBoard, Shown
from app.lab.parts import Formulas, Numbers, Section
from app.lab.stage import Stage
from app.studio import Studio
from app.text import fixed
from app.theme import Look
from app.widgets.choice_box import ChoiceBox
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from engine.errors import UserError
from engine.explain.neuron import (
    ACTIVATIONS,
    CORNERS,
    GATES,
    Line,
    activate,
    answers,
    fewest_mistakes,
    mistakes,
    perceptron,
    weighted_sum,
)

STEPS = 60
LARGEST = 4.0  # of weights and bias
INPUTS = (-0.5, 1.5)


class NeuronStage(Stage):
    """One neuron with two inputs. Playing lets Rosenblatt's rule move the line, one corner per step."""

    defaults: ClassVar[dict[str, Any]] = {
        "x": [1.0, 0.0],
        "w": [1.0, 1.0],
        "b": -0.5,
        "gate": "AND",
        "activation": "step",
    }
    conditions: ClassVar[dict[str, str]] = {
        "solved": "all four corners lie on the side the gate wants",
        "never": "the rule ran to the end and corners are still wrong",
    }
    what: ClassVar[str] = "Correction"
    rate: ClassVar[float] = 6.0
    in_steps: ClassVar[bool] = True

    def __init__(self, look: Look, studio: Studio | None = None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self.board = NeuronBoard(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.board)
        self._x, self._start = (1.0, 0.0), Line((1.0, 1.0), -0.5)
        self._gate, self._activation = "AND", "step"
        self._visits = perceptron(self._start, GATES["AND"], STEPS)
        self.board.dragged.connect(self._drag)
        self._make_panel()

    @property
    def line(self) -> Line:
        """The line at the time shown."""
        at = int(self.time)
        return self._visits[at - 1].line if at else self._start

    def take_state(self, values: dict[str, Any]) -> None:
        """Begin with weights, bias, input, gate and activation.

        Raises:
            UserError: a gate or activation there is not, or not two inputs and weights.
        """
        gate, activation = values["gate"], values["activation"]
        if gate not in GATES:
            raise UserError(f"There is no gate {gate!r}.", f"Gates: {', '.join(GATES)}.", where="gate")
        if activation not in ACTIVATIONS:
            known = f"Activations: {', '.join(ACTIVATIONS)}."
            raise UserError(f"There is no activation {activation!r} here.", known, where="activation")
        for name in ("x", "w"):
            if len(values[name]) != 2:
                found = f"{name} has {len(values[name])} values, expected 2."
                raise UserError(found, "The neuron has two inputs.", where=name)
        self._x = _within(values["x"], INPUTS)
        self._gate, self._activation = gate, activation
        self.gates.set_value(gate)
        self.activations.set_value(activation)
        self._begin(Line(_within(values["w"], (-LARGEST, LARGEST)), _clip(values["b"], -LARGEST, LARGEST)))

    def state(self) -> dict[str, Any]:
        """What is shown now."""
        line = self.line
        return {
            "x": list(self._x),
            "w": list(line.w),
            "b": line.b,
            "gate": self._gate,
            "activation": self._activation,
        }

    def show_time(self, time: float) -> None:
        """Draw the line as it is after so many corrections."""
        self._show()
        if time >= STEPS and mistakes(self.line, GATES[self._gate]):
            self.done.emit("never")

    def sections(self) -> Sequence[QWidget]:
        """Gate, activation, the sum written out, the four corners."""
        return (self._choices, self._sums, self._table)

    def set_frozen(self, is_frozen: bool) -> None:
        """Hold the handles while a question is asked, and do not give the answer away."""
        super().set_frozen(is_frozen)
        self.board.set_movable(not is_frozen)
        self._show()

    def set_gate(self, gate: str) -> None:
        """Ask for another truth table; the line stays where it is."""
        self._gate = gate
        self.gates.set_value(gate)
        self._begin(self.line)
        self.changed.emit()

    def set_activation(self, name: str) -> None:
        """Send the sum through another function."""
        self._activation = name
        self.activations.set_value(name)
        self._show()
        self.changed.emit()

    def _begin(self, start: Line) -> None:
        self.pause()
        self._start = start
        self._visits = perceptron(start, GATES[self._gate], STEPS)
        self.set_length(STEPS)
        self.go(0)

    def _drag(self, id: str, place: QPointF) -> None:
        value = self.board.value_of(id, place)
        line = self.line
        if id in ("x1", "x2", "x"):
            x1, x2 = self._x
            moved = {"x1": (value[0], x2), "x2": (x1, value[0])}.get(id, value)
            self._x = _within(moved, INPUTS)
            self._show()
        else:
            (w1, w2), b = line.w, line.b
            weights = {"w1": (value[0], w2), "w2": (w1, value[0]), "w": value}.get(id, (w1, w2))
            bias = value[0] if id == "b" else -float(np.dot(line.w, value)) if id == "line" else b
            self._begin(Line(_within(weights, (-LARGEST, LARGEST)), _clip(bias, -LARGEST, LARGEST)))
        self.changed.emit()

    def _show(self) -> None:
        line, at = self.line, int(self.time)
        x = np.array(self._x)
        z = float(weighted_sum(x, line))
        y = float(activate(self._activation, np.array(z)))
        visit = self._visits[at - 1] if at else None
        targets = GATES[self._gate]
        self.board.show_neuron(Shown(self._x, line, z, y, self._activation, self._gate, visit))
        self._write(line, z, y)
        self.corners.show_rows(_rows(line, targets))
        wrong = mistakes(line, targets)
        self.verdict.setText("Guess first." if self.is_frozen else self._verdict(wrong))
        if not wrong and not self.is_frozen:
            self.done.emit("solved")

    def _write(self, line: Line, z: float, y: float) -> None:
        (x1, x2), (w1, w2) = self._x, line.w
        parts = f"{fixed(w1, 2)} · {fixed(x1, 2)} + {_bracketed(w2)} · {fixed(x2, 2)} + {_bracketed(line.b)}"
        self.formulas.show_lines(
            ["z = w_1 · x_1 + w_2 · x_2 + b", f"= {parts}", f"z = {fixed(z, 3)}", f"y = g(z) = {fixed(y, 3)}"]
        )

    def _verdict(self, wrong: int) -> str:
        if not wrong:
            return f"All four corners are on the side that {self._gate} wants."
        least = fewest_mistakes(GATES[self._gate], 72)
        if least:
            never = f"No straight line gets below {least}: one neuron cannot do {self._gate}."
            return f"{wrong} of 4 corners wrong. {never}"
        return f"{wrong} of 4 corners wrong; there is a line that parts them."

    def _make_panel(self) -> None:
        look = self.look
        self.gates = Segmented([(gate, gate) for gate in GATES], look)
        self.gates.changed.connect(self.set_gate)
        self.activations = ChoiceBox([(name, name) for name in ACTIVATIONS], look)
        self.activations.changed.connect(self.set_activation)
        self._choices = Section("Logic gate", look)
        self.gates.setAccessibleName("Logic gate")
        self._choices.add(self.gates)
        self._choices.labelled("Activation", self.activations)
        self._sums = Section("The sum, written out", look)
        self.formulas = Formulas(look)
        self._sums.add(self.formulas)
        self._table = Section("The four corners", look, "z, and its side")
        self.corners = Numbers(look)
        self.verdict = PlainLabel("", "body", look).set_wrapped()
        self._table.add(self.corners)
        self._table.add(self.verdict)


def _rows(line: Line, targets: Sequence[int]) -> list[tuple[str, str, str]]:
    sums, sides = weighted_sum(CORNERS, line), answers(line)
    rows = []
    for place, (x1, x2) in enumerate(CORNERS):
        right = sides[place] == targets[place]
        verdict = "right" if right else f"wrong, wants {targets[place]}"
        text = f"{fixed(float(sums[place]), 2)}  →  {sides[place]}  {verdict}"
        rows.append((f"({x1:.0f}, {x2:.0f})", text, "ink" if right else "warn"))
    return rows


def _clip(value: float, low: float, high: float) -> float:
    return round(min(max(float(value), low), high), 2)


def _within(values: Sequence[float], span: tuple[float, float]) -> tuple[float, float]:
    return _clip(values[0], *span), _clip(values[1], *span)


def _bracketed(value: float) -> str:
    return f"({fixed(value, 2)})" if value < 0 else fixed(value, 2)
