"""How the data are split and scaled: the bar with its handles, stratified, seed, normalisation."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.theme import Look
from app.widgets.elided_label import ElidedLabel
from app.widgets.number_field import NumberField
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from app.widgets.split_bar import SplitBar
from app.widgets.toggle import Toggle
from engine.project import DataChoice

SCALINGS = [("none", "None"), ("minmax", "0 to 1"), ("standard", "Standard")]
HELP, MORE_HELP = "Drag a handle to change", "The test part stays closed until the final evaluation."
SCALING_HELP = "Learned on the training part only. Standard: mean 0 and standard deviation 1."


class SplitSettings(QWidget):
    """Says what should change; edits nothing itself."""

    changed = Signal(str, object, str)  # text of the undo step, fields of DataChoice, merge key

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = SplitBar(look)
        self.stratified = Toggle(look, "Stratified by class")
        self.stratified.setToolTip("Keep every class's share in each part.")
        self.seed = NumberField(look, integer=True, low=0, high=2**31 - 1)
        self.seed.setFixedWidth(64)
        self.seed.setAccessibleName("Seed of the split")
        self.scaling = Segmented(SCALINGS, look)
        self.scaling.setToolTip(SCALING_HELP)
        self.scaling.setAccessibleName("Normalisation")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.stratified)
        row.addSpacing(8)
        row.addWidget(PlainLabel("Seed", "body", look))
        row.addWidget(self.seed)
        row.addSpacing(8)
        row.addWidget(PlainLabel("Scale", "body", look))
        row.addWidget(self.scaling)
        row.addSpacing(8)
        self.help = ElidedLabel("", "body", look)
        self.help.set_text(HELP, MORE_HELP)
        row.addWidget(self.help, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.bar)
        column.addLayout(row)
        self._connect()

    def set_choice(self, choice: DataChoice, counts: Sequence[int]) -> None:
        """Show a choice.

        Args:
            counts: samples in train, validation and test.
        """
        self.bar.set_split(choice.validation, choice.test, counts)
        self.seed.set_value(choice.seed)
        self.scaling.set_value(choice.normalisation)
        self.stratified.blockSignals(True)
        self.stratified.setChecked(choice.stratified)
        self.stratified.blockSignals(False)

    def _connect(self) -> None:
        self.bar.changed.connect(self._move)
        self.stratified.toggled.connect(lambda on: self._say("Change stratification", {"stratified": on}))
        self.seed.changed.connect(lambda seed: self._say("Change the split's seed", {"seed": seed}, "data.seed"))
        self.scaling.changed.connect(lambda name: self._say("Change normalisation", {"normalisation": name}))

    def _move(self, validation: float, test: float) -> None:
        self._say("Change the split", {"validation": validation, "test": test}, "data.split")

    def _say(self, text: str, changes: dict[str, Any], merge: str = "") -> None:
        self.changed.emit(text, changes, merge)
