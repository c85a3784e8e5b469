"""Activations: curve and derivative with a point to drag, softmax with temperature, a stack where gradients die."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.lab.activations_board import LOGITS, SPAN, ActivationsBoard, Shown
from app.lab.parts import Formulas, Numbers, Section
from app.lab.stage import Stage
from app.studio import Studio
from app.text import fixed, format_number
from app.theme import Look
from app.throttle import Throttle
from app.widgets.choice_box import ChoiceBox
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from app.widgets.value_slider import ValueSlider
from engine.errors import UserError
from engine.explain.activation_functions import WRITTEN
from engine.explain.activation_stack import INITIALISATIONS, NAMES, SATURATED, slope, tempered, through, value

DEPTH = 20
TEMPERATURES = (0.1, 10.0)
SURVIVES = 0.1  # share of the gradient that counts as having arrived
ALIVE = 1e-3
USES = (
    ("hidden layers", "relu", "cheap, and its slope is 1 for half of all inputs; gelu and silu are its smooth kin"),
    ("two classes", "sigmoid", "one number in 0..1: the probability of class 1"),
    ("several classes", "softmax", "probabilities that add up to 1"),
    ("a number", "linear", "any value can come out"),
)


class ActivationsStage(Stage):
    """Playing sends a batch up through 20 layers, then a gradient down again."""

    defaults: ClassVar[dict[str, Any]] = {
        "activation": "sigmoid",
        "z": 1.0,
        "logits": [2.0, 1.0, 0.0, -1.0],
        "temperature": 1.0,
        "initialisation": "glorot",
    }
    conditions: ClassVar[dict[str, str]] = {
        "saturated": "the point is where the derivative is below 0.05",
        "survived": "at least a tenth of the gradient arrived at the first layer",
        "vanished": "less than a thousandth of the gradient arrived at the first layer",
    }
    what: ClassVar[str] = "Layer"
    rate: ClassVar[float] = 10.0
    in_steps: ClassVar[bool] = True

    def __init__(self, look: Look, studio: Studio | None = None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self.board = ActivationsBoard(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.board)
        self._values = dict(self.defaults)
        self.board.dragged.connect(self._drag)
        self._make_panel()
        self._numbers_due = Throttle(self, self._write)  # while it plays, in a frame of their own

    def take_state(self, values: dict[str, Any]) -> None:
        """Begin with an activation, a point, logits, a temperature and an initialisation.

        Raises:
            UserError: a name there is not, fewer than two logits, or a temperature out of range.
        """
        for name, known in (("activation", NAMES), ("initialisation", INITIALISATIONS)):
            if values[name] not in known:
                found = f"There is no {name} {values[name]!r} here."
                raise UserError(found, f"Choose one of {', '.join(known)}.", where=name)
        if not 2 <= len(values["logits"]) <= 6:
            raise UserError(f"{len(values['logits'])} logits found, expected 2 to 6.", "One per class.", where="logits")
        if not TEMPERATURES[0] <= values["temperature"] <= TEMPERATURES[1]:
            found = f"temperature is {values['temperature']}, expected {TEMPERATURES[0]} to {TEMPERATURES[1]}."
            raise UserError(found, "At 0 softmax would divide by zero.", where="temperature")
        self._values = {**values, "logits": [float(np.clip(logit, *LOGITS)) for logit in values["logits"]]}
        self._values["z"] = float(np.clip(values["z"], *SPAN))
        self.names.set_value(values["activation"])
        self.initialisations.set_value(values["initialisation"])
        self.temperature.set_value(values["temperature"])
        self.set_length(2 * DEPTH)

    def state(self) -> dict[str, Any]:
        """What is shown now."""
        return {**self._values, "logits": list(self._values["logits"])}

    def show_time(self, time: float) -> None:
        """Draw the signal after so many layers."""
        self._show()
        arriving = self._stack().arriving
        if time >= self.length:
            if arriving >= SURVIVES:
                self.done.emit("survived")
            elif arriving < ALIVE:
                self.done.emit("vanished")

    def sections(self) -> Sequence[QWidget]:
        """Function, its numbers at the point, softmax, stack, and what to use where."""
        return (self._function, self._soft, self._deep, self._uses)

    def set_frozen(self, is_frozen: bool) -> None:
        """Hold the handles while a question is asked."""
        super().set_frozen(is_frozen)
        self.board.set_movable(not is_frozen)

    def set_value(self, name: str, value: Any) -> None:
        """Change one of the settings in `defaults`."""
        self._values[name] = value
        self._show()
        self.changed.emit()

    def _drag(self, id: str, place: QPointF) -> None:
        found = round(self.board.value_of(id, place), 2)
        if id == "z":
            self.set_value("z", found)
            if abs(float(slope(self._values["activation"], np.array(found)))) < SATURATED:
                self.done.emit("saturated")
        else:
            logits = list(self._values["logits"])
            logits[int(id)] = found
            self.set_value("logits", logits)

    def _stack(self) -> Any:
        return through(self._values["activation"], self._values["initialisation"], DEPTH)

    def _show(self) -> None:
        now = self._values
        passed = int(self.time)
        # other activations are compared once the gradient comes down; until then only the chosen one is computed
        names = NAMES if passed > DEPTH else (now["activation"],)
        stacks = {name: through(name, now["initialisation"], DEPTH) for name in names}
        logits = tuple(now["logits"])
        self.board.show_activation(Shown(now["activation"], now["z"], logits, now["temperature"], stacks, passed))
        self._numbers_due.request() if self.is_playing else self._write()

    def _write(self) -> None:
        self._numbers_due.forget()
        now = self._values
        name, z = now["activation"], np.array(now["z"])
        y, d = float(value(name, z)), float(slope(name, z))
        formula = WRITTEN.get(name, "1 if z > 0 else 0")
        self.formulas.show_lines(
            [
                f"g(z) = {formula}",
                f"g({fixed(now['z'], 2)}) = {fixed(y, 4)}",
                f"g′({fixed(now['z'], 2)}) = {fixed(d, 4)}",
            ]
        )
        flat = abs(d) < SATURATED
        self.slope_words.setText(_slope_words(name, d))
        self.slope_words.set_token("warn" if flat else "ink2")
        self._write_softmax(now["logits"], now["temperature"])
        stack, arrived = self._stack(), self.time >= self.length
        arriving = format_number(stack.arriving, 3) if arrived else "play to see"
        last = format_number(float(stack.values[-1]), 3) if self.time >= DEPTH else "play to see"
        dead = arrived and stack.arriving < ALIVE
        self.deep_rows.show_rows(
            [
                ("gradient entering above", "1", "ink"),
                ("arriving at layer 1", arriving, "warn" if dead else "ink"),
                ("size of the last outputs", last, "ink"),
            ]
        )

    def _write_softmax(self, logits: Sequence[float], temperature: float) -> None:
        powers = np.exp(np.array(logits) / temperature - np.max(logits) / temperature)
        top = int(np.argmax(powers))
        shares = tempered(np.array(logits), temperature)
        total = format_number(float(powers.sum()), 5)
        self.soft_lines.show_lines(
            [
                "p_i = {e^(z_i / T)|Σ_j e^(z_j / T)}",
                f"p_{top} = {{1|{total}}} = {fixed(float(shares[top]), 4)}",
            ]
        )

    def _make_panel(self) -> None:
        look = self.look
        self.names = ChoiceBox([(name, name) for name in NAMES], look)
        self.names.changed.connect(lambda name: self.set_value("activation", name))
        self._function = Section("Activation", look)
        self._function.labelled("Function", self.names)
        self.formulas, self.slope_words = Formulas(look), PlainLabel("", "body", look).set_wrapped()
        self._function.add(self.formulas)
        self._function.add(self.slope_words)
        self._soft = Section("Softmax", look)
        self.temperature = ValueSlider(*TEMPERATURES, look, log=True)
        self.temperature.set_default(1.0)
        self.temperature.changed.connect(lambda value: self.set_value("temperature", value))
        self._soft.labelled("Temperature", self.temperature)
        self.soft_lines = Formulas(look)
        self._soft.add(self.soft_lines)
        note = "The largest power is divided out of top and bottom, so that none overflows: p stays the same."
        self._soft.add(PlainLabel(note, "caption", look, "ink3").set_wrapped())
        self._deep = Section("Deep stack", look, f"{DEPTH} layers of 32 units")
        self.initialisations = Segmented([("glorot", "Glorot, 1/n"), ("he", "He, 2/n")], look)
        self.initialisations.setAccessibleName("Variance of the weights")
        self.initialisations.changed.connect(lambda value: self.set_value("initialisation", value))
        self._deep.add(self.initialisations)
        self.deep_rows = Numbers(look)
        self._deep.add(self.deep_rows)
        self._uses = Section("Which one where", look)
        for where, name, why in USES:
            self._uses.add(PlainLabel(f"{where}: {name}", "title", look, "ink"))
            self._uses.add(PlainLabel(why, "body", look).set_wrapped())


def _slope_words(name: str, slope: float) -> str:
    if name == "step":
        return "The slope is 0 everywhere: no gradient passes, so nothing below it can learn by descent."
    if abs(slope) < SATURATED:
        return f"Saturated: of a gradient of 1, {format_number(abs(slope), 2)} passes on."
    return f"Of a gradient of 1, {format_number(slope, 3)} passes on to z."
