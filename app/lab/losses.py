"""Losses: predictions dragged, every loss answering; outliers; one-hot labels against integers."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.lab.losses_board import HISTORY, VALUES, LossesBoard, Shown
from app.lab.parts import Formulas, Numbers, Section
from app.lab.stage import Stage
from app.studio import Studio
from app.text import fixed, format_number
from app.theme import Look
from app.throttle import Throttle
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from app.widgets.value_slider import ValueSlider
from engine.errors import UserError
from engine.explain import losses
from engine.explain.activation_functions import softmax

STEPS = 40
AWAY = 0.2  # that the last target moves in a step
DELTAS = (0.1, 5.0)
CLOSE = 0.25  # an error this small counts as met
KINDS = {"regression": "Values", "binary": "Two classes", "categorical": "Several"}
LEAST = 1e-3  # the smallest probability that can be dragged


class LossesStage(Stage):
    """Playing moves one target away (values), makes one sample surer and wrong, or sharpens the softmax."""

    defaults: ClassVar[dict[str, Any]] = {
        "kind": "regression",
        "target": [1.0, 2.0, 1.5, 3.0, 2.5, 2.0],
        "prediction": [1.5, 1.4, 2.2, 2.4, 2.8, 1.7],
        "labels": [1, 0, 1, 0, 1],
        "probability": [0.9, 0.2, 0.6, 0.7, 0.3],
        "logits": [2.0, 1.0, 0.2, -0.5],
        "label": 0,
        "delta": 1.0,
    }
    conditions: ClassVar[dict[str, str]] = {
        "outlier": "the target has run away to the end",
        "met": f"every prediction is within {CLOSE} of its target",
        "sure": "the label got a probability of 0.99 or more",
    }
    rate: ClassVar[float] = 10.0
    in_steps: ClassVar[bool] = True

    def __init__(self, look: Look, studio: Studio | None = None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self.board = LossesBoard(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.board)
        self._values = dict(self.defaults)
        self.board.dragged.connect(self._drag)
        self.board.pressed.connect(self._press)
        self._make_panel()
        self._numbers_due = Throttle(self, self._write)  # while it plays, in a frame of their own

    def take_state(self, values: dict[str, Any]) -> None:
        """Begin with targets and predictions of one kind.

        Raises:
            UserError: a kind there is not, lists of different lengths, a probability or label out of range.
        """
        _check(values)
        self._values = {key: list(value) if isinstance(value, list) else value for key, value in values.items()}
        self.kinds.set_value(values["kind"])
        self.delta.set_value(values["delta"])
        self.set_length(STEPS)

    def state(self) -> dict[str, Any]:
        """What is shown now."""
        return {key: list(value) if isinstance(value, list) else value for key, value in self._values.items()}

    def show_time(self, time: float) -> None:
        """Draw the state after so many steps away."""
        self._show()
        if time >= STEPS:
            self.done.emit("outlier")

    def sections(self) -> Sequence[QWidget]:
        """Kind, losses, one of them written out."""
        return (self._kind, self._found, self._written)

    def set_frozen(self, is_frozen: bool) -> None:
        """Hold the handles while a question is asked."""
        super().set_frozen(is_frozen)
        self.board.set_movable(not is_frozen)

    def set_kind(self, kind: str) -> None:
        """Show values, two classes or several."""
        self._values["kind"] = kind
        self.kinds.set_value(kind)
        self.pause()
        self.go(0)
        self.changed.emit()

    def set_label(self, label: int) -> None:
        """Make another class the true one."""
        self._values["label"] = label
        self._show()
        self.changed.emit()

    @property
    def shown(self) -> Shown:
        """Targets and predictions at the time shown."""
        now, kind, step = self._values, self._values["kind"], int(self.time)
        if kind == "regression":
            target, prediction = np.array(now["target"], float), np.array(now["prediction"], float)
            moved = np.array([self._away(target, at) for at in range(step + 1)])
            history = losses.regression_rows(moved, prediction, now["delta"])
            return Shown(kind, self._away(target, step), prediction, now["delta"], len(target) - 1, history)
        if kind == "binary":
            return Shown(kind, np.array(now["labels"]), self._pushed(step))
        logits = np.array(now["logits"]) * (1 + step / 5)
        return Shown(kind, np.array([now["label"]]), softmax(logits))

    def _away(self, target: np.ndarray, step: int) -> np.ndarray:
        moved = target.copy()
        moved[-1] += AWAY * step
        return moved

    def _pushed(self, step: int) -> np.ndarray:
        """The last sample grows surer of the wrong class."""
        p = np.array(self._values["probability"], float)
        label, sure = self._values["labels"][-1], p[-1] * (1 - step / STEPS)
        wrong = sure if label else 1 - (1 - p[-1]) * (1 - step / STEPS)
        p[-1] = np.clip(wrong, LEAST, 1 - LEAST) if step else p[-1]
        return p

    def _drag(self, id: str, place: QPointF) -> None:
        found, at, now = self.board.value_of(place), int(id), self._values
        if now["kind"] == "regression":
            now["prediction"][at] = round(min(max(found, VALUES[0]), VALUES[1]), 2)
        elif now["kind"] == "binary":
            self.pause()
            now["probability"] = [round(float(p), 4) for p in self._pushed(int(self.time))]
            now["probability"][at] = round(min(max(found, LEAST), 1 - LEAST), 3)
            self._rewind()
        else:
            self._drag_class(at, found)
        self._show()
        self.changed.emit()
        shown = self.shown
        if shown.kind == "regression" and float(np.max(np.abs(shown.prediction - shown.target))) <= CLOSE:
            self.done.emit("met")

    def _drag_class(self, at: int, share: float) -> None:
        """Set the logit so that softmax gives this class the share, the other logits as they are."""
        self.pause()
        logits = np.array(self._values["logits"]) * (1 + int(self.time) / 5)
        share = min(max(share, LEAST), 1 - LEAST)
        others = np.log(np.sum(np.exp(np.delete(logits, at))))
        logits[at] = others + np.log(share / (1 - share))
        self._values["logits"] = [round(float(logit), 3) for logit in logits]
        self._rewind()
        if float(self.shown.prediction[self._values["label"]]) >= 0.99:
            self.done.emit("sure")

    def _rewind(self) -> None:
        if self.time:
            self.go(0)

    def _press(self, place: QPointF) -> None:
        if self._values["kind"] == "categorical":
            found = self.board.class_at(place)
            if found >= 0:
                self.set_label(found)

    def _show(self) -> None:
        shown = self.shown
        self.board.show_losses(shown)
        self.delta_row.setVisible(shown.kind == "regression")
        self._numbers_due.request() if self.is_playing else self._write()

    def _write(self) -> None:
        self._numbers_due.forget()
        shown = self.shown
        {"regression": self._write_values, "binary": self._write_binary, "categorical": self._write_classes}[
            shown.kind
        ](shown)

    def _write_values(self, shown: Shown) -> None:
        found = losses.regression(shown.target, shown.prediction, shown.delta)
        best = losses.best_constant(shown.target, shown.delta)
        names = [(text, fixed(found[id], 3), token) for id, text, token in HISTORY]
        centres = [(f"constant best for {text}", fixed(best[id], 2), "ink2") for id, text, _ in HISTORY if id != "rmse"]
        self.rows.show_rows([*names, *centres])
        errors = shown.prediction - shown.target
        worst = int(np.argmax(np.abs(errors)))
        e = fixed(float(errors[worst]), 2)
        share = float(errors[worst] ** 2 / max(np.sum(errors**2), 1e-12))
        flat = float(abs(errors[worst]) / max(np.abs(errors).sum(), 1e-12))
        self.lines.show_lines(
            ["MSE = {1|m} Σ (ŷ_i − y_i)²", "MAE = {1|m} Σ |ŷ_i − y_i|", "RMSE = √MSE", f"largest error e_{worst} = {e}"]
        )
        self.note.setText(
            f"That one sample makes {share:.0%} of MSE, and {flat:.0%} of MAE. "
            "RMSE has the unit of the target. Huber is a parabola up to δ and a line beyond."
        )

    def _write_binary(self, shown: Shown) -> None:
        costs = losses.binary(shown.target, shown.prediction)
        right = (shown.prediction > 0.5) == (shown.target == 1)
        self.rows.show_rows(
            [
                ("binary cross-entropy", fixed(float(costs.mean()), 3), "ink"),
                ("accuracy", f"{int(right.sum())} of {len(right)}", "ink"),
                ("dearest sample", f"{int(np.argmax(costs))}: {fixed(float(costs.max()), 3)}", "ink2"),
            ]
        )
        terms = " + ".join(fixed(float(cost), 2) for cost in costs)
        self.lines.show_lines(
            ["l = −(t ln p + (1 − t) ln(1 − p))", f"L = {{{terms}|{len(costs)}}} = {fixed(float(costs.mean()), 3)}"]
        )
        self.note.setText(
            "Being sure and wrong is dear without limit: at p = 0.01 for the truth it costs 4.61, at 0.001 it costs "
            "6.91. Keras keeps p a ten-millionth away from 0 and 1, so no loss is infinite."
        )

    def _write_classes(self, shown: Shown) -> None:
        label, p = int(shown.target[0]), shown.prediction
        one_hot = np.eye(len(p))[label]
        dense = float(losses.categorical(one_hot[None], p[None])[0])
        index = float(losses.sparse(np.array([label]), p[None])[0])
        vector = ", ".join(f"{value:.0f}" for value in one_hot)
        self.rows.show_rows(
            [
                (f"categorical, t = [{vector}]", fixed(dense, 4), "ink"),
                (f"sparse categorical, t = {label}", fixed(index, 4), "ink"),
                ("probability of the label", format_number(float(p[label]), 4), "ink2"),
            ]
        )
        logs = " + ".join(
            f"{value:.0f}·{fixed(-float(np.log(max(q, 1e-7))), 2)}" for value, q in zip(one_hot, p, strict=True)
        )
        self.lines.show_lines(["L = −Σ_k t_k ln p_k", f"= {logs}", f"L = {fixed(dense, 4)}"])
        self.note.setText(
            "All terms but the label's are 0, so the integer says the same as the one-hot vector: sparse categorical "
            "cross-entropy skips the zeros: 10,000 samples of 1,000 classes are 10,000 numbers then, not ten million."
        )

    def _make_panel(self) -> None:
        look = self.look
        self._kind = Section("What is predicted", look)
        self.kinds = Segmented(list(KINDS.items()), look)
        self.kinds.setAccessibleName("What is predicted")
        self.kinds.changed.connect(self.set_kind)
        self._kind.add(self.kinds)
        self.delta = ValueSlider(*DELTAS, look, log=True)
        self.delta.set_default(1.0)
        self.delta.changed.connect(self._set_delta)
        self.delta_row = Section("Huber's δ", look)
        self.delta_row.column.setContentsMargins(0, 0, 0, 0)
        self.delta.setAccessibleName("Huber's δ")
        self.delta_row.add(self.delta)
        self._kind.add(self.delta_row)
        self._found = Section("Losses now", look)
        self.rows = Numbers(look)
        self._found.add(self.rows)
        self._written = Section("Written out", look)
        self.lines, self.note = Formulas(look), PlainLabel("", "body", look).set_wrapped()
        self._written.add(self.lines)
        self._written.add(self.note)

    def _set_delta(self, delta: float) -> None:
        self._values["delta"] = delta
        self._show()
        self.changed.emit()


def _check(values: dict[str, Any]) -> None:
    if values["kind"] not in KINDS:
        raise UserError(f"There is no kind {values['kind']!r}.", f"Kinds: {', '.join(KINDS)}.", where="kind")
    for one, other in (("target", "prediction"), ("labels", "probability")):
        if len(values[one]) != len(values[other]) or not 1 <= len(values[one]) <= 12:
            found = (
                f"{one} has {len(values[one])} values and {other} {len(values[other])}; expected equally many, 1 to 12."
            )
            raise UserError(found, "Give every sample both.", where=other)
    if not all(0 < p < 1 for p in values["probability"]):
        found = f"probability is {values['probability']}, expected numbers between 0 and 1."
        raise UserError(found, "Both ends excluded: ln 0 is not finite.", where="probability")
    if not all(label in (0, 1) for label in values["labels"]):
        raise UserError(f"labels is {values['labels']}, expected 0 and 1.", "Two classes.", where="labels")
    if not 2 <= len(values["logits"]) <= 8 or not 0 <= values["label"] < len(values["logits"]):
        found = f"label is {values['label']} of {len(values['logits'])} logits."
        raise UserError(found, "Give 2 to 8 logits and a label among them, counted from 0.", where="label")
    if not DELTAS[0] <= values["delta"] <= DELTAS[1]:
        raise UserError(
            f"delta is {values['delta']}, expected {DELTAS[0]} to {DELTAS[1]}.", "Correct it.", where="delta"
        )
