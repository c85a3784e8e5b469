"""WalkBar: from one step to the next on a copy, or on until something happens."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.explain.number_text import number
from app.theme import Look
from app.widgets.choice_box import ChoiceBox
from app.widgets.elided_label import ElidedLabel
from app.widgets.number_field import NumberField
from app.widgets.plain_label import PlainLabel
from engine.messages import Explained

CONDITIONS = [("norm", "gradient norm above"), ("rise", "the loss rises"), ("nan", "a number is not finite")]
CONDITION_WIDTH = 176


class WalkBar(QWidget):
    """The buttons, the condition, and what the step was.

    Attributes:
        next_wanted, back_wanted: a button was pressed.
        walk_wanted: until which condition.
    """

    next_wanted = Signal()
    back_wanted = Signal()
    walk_wanted = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.next, self.again, self.run = QPushButton("Next step"), QPushButton("Back to the moment"), QPushButton()
        self.run.setText("Run until")
        self.next.setToolTip("Do this step on a copy, and show the one after it; the run is not touched")
        self.run.setToolTip("Do steps on a copy until this happens, at most 500")
        self.condition = ChoiceBox(CONDITIONS, look)
        self.condition.setMinimumWidth(CONDITION_WIDTH)
        self.above = NumberField(look, integer=False, low=0.0)
        self.above.set_value(1.0)
        self.above.setFixedWidth(72)
        self.above.setAccessibleName("Gradient norm")
        self.stopped = ElidedLabel("", "body", look, "ink")
        self.summary = PlainLabel("", "number", look, "ink2")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.next, self.again, self.run, self.condition, self.above):
            row.addWidget(widget)
        row.addWidget(self.stopped, 1)
        row.addWidget(self.summary)
        self.next.clicked.connect(self.next_wanted)
        self.again.clicked.connect(self.back_wanted)
        self.run.clicked.connect(lambda: self.walk_wanted.emit(self.condition.value))
        self.condition.changed.connect(lambda value: self.above.setVisible(value == "norm"))

    def show_step(self, event: Explained) -> None:
        """Say which step it is, and why a walk ended there."""
        facts = event.facts
        self.stopped.set_text(facts["stopped"] or facts.get("note", ""))
        self.summary.setText(
            f"step {facts['step']:,}   loss {number(facts['loss'])}   gradient norm {number(facts['norm'])}"
        )
