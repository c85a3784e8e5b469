"""Initialisation: signals and gradients through twenty layers, and units that begin alike and stay alike."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.lab.initialisation_board import InitialisationBoard, Shown
from app.lab.parts import Formulas, Numbers, Section
from app.lab.stage import Stage
from app.studio import Studio
from app.text import count, format_number
from app.theme import Look
from app.widgets.choice_box import ChoiceBox
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from engine.errors import UserError
from engine.explain.initialisation import (
    ACTIVATIONS,
    DEPTH,
    SCHEMES,
    STEPS,
    WIDTH,
    check_activation,
    first_weights,
    signals,
    spread,
    training,
)

VIEWS = (("stack", "20 layers"), ("symmetry", "Symmetry"))
EQUATIONS = {
    "zeros": "w = 0",
    "constant": "w = 0.1",
    "small": "w ~ N(0, 0.01²)",
    "large": "w ~ N(0, 1²)",
    "xavier": "w ~ N(0, 2/(n_{in} + n_{out}))",
    "he": "w ~ N(0, 2/n_{in})",
}
LIVELY = 0.05  # spread of the outputs below which they have faded
EVEN = 100.0  # times that gradients of first and last layer may differ in size
TALL = {"tanh": 1.0, "sigmoid": 1.0}
SATURATED = 0.98  # of the largest output: beyond it the slope is nearly 0


class InitialisationStage(Stage):
    """In the stack time counts layers, up and then down; in the view of symmetry steps of training."""

    defaults: ClassVar[dict[str, Any]] = {"scheme": "xavier", "activation": "tanh", "view": "stack", "seed": 0}
    conditions: ClassVar[dict[str, str]] = {
        "alive": "outputs and gradients kept their size through all layers",
        "equal": "the units of a symmetric beginning were equal to the end",
        "parted": "after training all hidden units differ",
    }
    what: ClassVar[str] = "Step"
    rate: ClassVar[float] = 10.0

    def __init__(self, look: Look, studio: Studio | None = None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self.board = InitialisationBoard(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.board)
        self._seed, self._shown = 0, -1
        self._make_panel()
        self._restart()

    def take_state(self, values: dict[str, Any]) -> None:
        """Begin with a scheme, an activation and a view.

        Raises:
            UserError: one of them does not exist.
        """
        first_weights(values["scheme"], 1, 1, np.random.default_rng(0))
        check_activation(values["activation"])
        if values["view"] not in dict(VIEWS):
            raise UserError(f"There is no view {values['view']!r}.", f"Views: {', '.join(dict(VIEWS))}.", "view")
        if values["seed"] < 0:
            raise UserError(f"seed is {values['seed']}, expected 0 or more.", "Change it.", "seed")
        self.go(0)  # what comes true at the end must come true of this state
        self._seed = values["seed"]
        self.scheme.set_value(values["scheme"])
        self.activation.set_value(values["activation"])
        self.view.set_value(values["view"])
        self._restart()

    def state(self) -> dict[str, Any]:
        """What is shown now."""
        return {
            "scheme": self.scheme.value,
            "activation": self.activation.value,
            "view": self.view.value,
            "seed": self._seed,
        }

    def show_time(self, time: float) -> None:
        """Draw the moment after so many layers, or steps."""
        if int(time) != self._shown:
            self._show()

    def sections(self) -> Sequence[QWidget]:
        """What can be chosen, and its numbers."""
        return (self._choices, self._facts)

    def _make_panel(self) -> None:
        look = self.look
        self.view, self.activation = Segmented(list(VIEWS), look), Segmented([(a, a) for a in ACTIVATIONS], look)
        self.view.setAccessibleName("View")
        self.scheme = ChoiceBox(list(SCHEMES.items()), look)
        self._choices = Section("First weights", look)
        self._choices.add(self.view)
        self._choices.labelled("Weights", self.scheme)
        self._choices.labelled("Activation", self.activation)
        self.formulas, self.rows = Formulas(look), Numbers(look)
        self.verdict = PlainLabel("", "body", look).set_wrapped()
        self._facts = Section("In numbers", look)
        for part in (self.formulas, self.rows, self.verdict):
            self._facts.add(part)
        for control in (self.view, self.scheme, self.activation):
            control.changed.connect(lambda _: self._on_changed())

    def _on_changed(self) -> None:
        self._restart()
        self.changed.emit()

    def _restart(self) -> None:
        self.set_length(2 * DEPTH if self.view.value == "stack" else STEPS)
        self._show()

    def _show(self) -> None:
        self._shown = at = int(self.time)
        scheme, activation = self.scheme.value, self.activation.value
        if self.view.value == "stack":
            found = signals(scheme, activation, self._seed)
            tall = TALL.get(activation) or max(1.0, float(np.percentile(np.abs(found.values[0]), 99.5)))
            self.board.show_moment(Shown(found, None, at, tall))
            self._write_stack(at)
        else:
            self.board.show_moment(Shown(None, training(scheme, activation, self._seed), at))
            self._write_units(at)

    def _write_stack(self, at: int) -> None:
        found, scheme = signals(self.scheme.value, self.activation.value, self._seed), self.scheme.value
        sizes = spread(found.values)
        slopes = np.sqrt(np.mean(np.square(found.gradients), axis=(1, 2)))
        self.formulas.show_lines([EQUATIONS[scheme], f"n_{{in}} = n_{{out}} = {WIDTH}"])
        self.rows.show_rows(
            [
                ("Outputs, layer 1", f"σ = {format_number(float(sizes[0]), 3)}", "ink"),
                (f"Outputs, layer {DEPTH}", f"σ = {format_number(float(sizes[-1]), 3)}", "ink"),
                (f"Gradient, layer {DEPTH}", format_number(float(slopes[-1]), 3), "ink"),
                ("Gradient, layer 1", format_number(float(slopes[0]), 3), "ink"),
            ]
        )
        is_done = at >= 2 * DEPTH
        text, is_alive = _judged(found.values, sizes, slopes, self.activation.value)
        self.verdict.setText(text if is_done else "")
        if is_done and is_alive and not self.is_frozen:
            self.done.emit("alive")

    def _write_units(self, at: int) -> None:
        found = training(self.scheme.value, self.activation.value, self._seed)
        kinds, units = found.kinds(at), found.units.shape[1]
        self.formulas.show_lines([EQUATIONS[self.scheme.value]])
        self.rows.show_rows(
            [
                ("Hidden units", count(units), "ink"),
                ("Different ones", count(kinds), "ink" if kinds == units else "warn"),
                ("Loss", format_number(float(found.losses[at]), 4), "ink"),
            ]
        )
        moved = not np.allclose(found.units[at], found.units[0], atol=1e-12)
        self.verdict.setText(_told(kinds, units, at, moved))
        if at == STEPS and not self.is_frozen:
            self.done.emit("equal" if kinds == 1 else "parted" if kinds == units else "")


def _judged(values: np.ndarray, sizes: np.ndarray, slopes: np.ndarray, activation: str) -> tuple[str, bool]:
    """What became of the signals, in a sentence, and whether they are alive."""
    if not slopes.any():
        return "Every gradient is 0: nothing can be learned.", False
    if _saturated(values[-1], activation) > 0.5:
        return "Most outputs are saturated: the slope is nearly 0 there, and so are the gradients.", False
    if sizes[-1] > 100 * sizes[0]:
        return "The outputs explode: they grow with every layer, and so do the gradients.", False
    ratio = float(slopes[0] / slopes[-1]) if slopes[-1] else 0.0
    if sizes[-1] < LIVELY or ratio < 1 / EVEN:
        return "The signal fades: the last layers hardly tell inputs apart, the first ones get no gradient.", False
    return "Outputs and gradients keep their size: every layer can learn.", ratio <= EVEN


def _saturated(values: np.ndarray, activation: str) -> float:
    """The share of a layer's outputs that lie near an end of the activation's range."""
    middle, half = {"tanh": (0.0, 1.0), "sigmoid": (0.5, 0.5)}.get(activation, (0.0, np.inf))
    return float(np.mean(np.abs(values - middle) > SATURATED * half))


def _told(kinds: int, units: int, at: int, moved: bool) -> str:
    if kinds == 1 and at and not moved:
        return "No hidden weight has moved: with zeros in the output layer the hidden gradients are zero."
    if kinds == 1 and at:
        return f"All {units} units are one and the same: equal weights get equal gradients, and stay equal for ever."
    if kinds == units and at:
        return "The units began differently, so each gets a gradient of its own and they part."
    return ""
