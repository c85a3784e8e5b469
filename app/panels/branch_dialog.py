"""BranchDialog: with which settings a new run goes on from a checkpoint."""

from typing import Any

import msgspec
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.forms import Form
from app.text import count
from app.theme import Look
from app.widgets.plain_label import PlainLabel
from engine.optimizers import OPTIMIZERS
from engine.params import Param
from engine.project import Plan

RATE = "learning_rate"


class BranchDialog(QDialog):
    """Learning rate, optimiser, batch size and epochs; what that means for the branch in a sentence.

    Args:
        plan: of the run.
        step: of the checkpoint.
        steps_per_epoch: of the run.
        stops: a training runs, which the branch would end.

    Attributes:
        chosen: the plan of the branch; None until Start is pressed.
    """

    def __init__(
        self, plan: Plan, place: tuple[int, int], look: Look, parent: QWidget | None = None, stops: bool = False
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Branch from here")
        self._plan, (self._step, self._per_epoch), self._stops = plan, place, stops
        self.chosen: Plan | None = None
        self.form = Form(_params(plan), look)
        self.form.set_values(
            {"optimizer": plan.optimizer, "batch_size": plan.batch_size, "epochs": plan.epochs, RATE: _rate(plan)}
        )
        self.sentence = PlainLabel("", "body", look).set_wrapped()
        self.sentence.setMinimumHeight(64)
        self.start_button = QPushButton("Start the branch")
        self.start_button.setProperty("kind", "primary")
        self.start_button.setDefault(True)
        self.start_button.clicked.connect(self._start)
        self._lay_out(look)
        self.form.changed.connect(self._on_changed)
        self._show()

    @property
    def plan(self) -> Plan:
        """The plan as the form has it."""
        values = self.form.values()
        same = values["optimizer"] == self._plan.optimizer
        kept = self._plan.optimizer_values if same else {}
        if not same or values[RATE] != _rate(self._plan):
            kept = {**kept, RATE: values[RATE]}
        changed = {name: values[name] for name in ("optimizer", "batch_size", "epochs")}
        return msgspec.structs.replace(self._plan, **changed, optimizer_values=kept)

    def _lay_out(self, look: Look) -> None:
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.start_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 18)
        column.setSpacing(12)
        column.addWidget(PlainLabel(f"A new run from step {count(self._step)}", "heading", look, "ink"))
        column.addWidget(self.form)
        column.addWidget(self.sentence)
        column.addLayout(buttons)
        self.setFixedWidth(360)

    def _on_changed(self, name: str, value: Any) -> None:
        if name == "optimizer":
            rates = {param.name: param.default for param in OPTIMIZERS[value].params}
            own = _rate(self._plan) if value == self._plan.optimizer else rates[RATE]
            self.form.set_values({**self.form.values(), RATE: own})
        self._show()

    def _show(self) -> None:
        reason = self._refusal()
        self.sentence.setText(reason or self._promise())
        self.sentence.set_token("err" if reason else "ink2")
        self.start_button.setEnabled(not reason)

    def _refusal(self) -> str:
        begins = self._step / self._per_epoch if self._per_epoch else 0.0
        epochs = self.form.values()["epochs"]
        if epochs > begins:
            return ""
        return f"The branch begins at epoch {round(begins, 2):g} and the plan has {epochs}: raise the number of epochs."

    def _promise(self) -> str:
        values = self.form.values()
        words = ["Weights, random state and place in the data are those of the checkpoint; the old run stays."]
        if values["optimizer"] != self._plan.optimizer:
            words.append("Another optimiser remembers nothing yet: its slots start fresh.")
        if values["batch_size"] != self._plan.batch_size:
            words.append("Steps are counted in the new batches, from the same place in the epoch.")
        if self._stops:
            words.append("The training that runs is stopped first.")
        return " ".join(words)

    def _start(self) -> None:
        self.chosen = self.plan
        self.accept()


def _rate(plan: Plan) -> float:
    defaults = {param.name: param.default for param in OPTIMIZERS[plan.optimizer].params}
    return float(plan.optimizer_values.get(RATE, defaults[RATE]))


def _params(plan: Plan) -> tuple[Param, ...]:
    rate = next(param for param in OPTIMIZERS[plan.optimizer].params if param.name == RATE)
    return (
        Param("optimizer", "choice", plan.optimizer, choices=tuple(OPTIMIZERS), label="Optimiser"),
        rate,
        Param("batch_size", "int", plan.batch_size, low=1, high=1_000_000, label="Batch size"),
        Param("epochs", "int", plan.epochs, low=1, high=1_000_000, label="Epochs"),
    )
