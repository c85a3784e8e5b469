"""The inspector for a group: its name, what its layers hold together, the layers, and what can be done with it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.canvas.face import faces
from app.panels.inspector.summary import LayerTable
from app.text import count
from app.theme import Look
from app.widgets.plain_label import PlainLabel
from app.widgets.section_label import SectionLabel
from engine.graph import Graph
from engine.groups import members, title_of
from engine.layers.spec import shape_text
from engine.shapes import Inference

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
FACTS = ("Layers", "Input", "Output", "Parameters", "Multiply-adds")


class GroupPage(QWidget):
    """One group.

    Attributes:
        renamed: the group's path, and the name that was typed.
        picked: name of a layer that was clicked.
        asked: id of an action.
    """

    renamed = Signal(str, str)
    picked = Signal(str)
    asked = Signal(str)
    BUTTONS = (
        ("toggle_group", "Open"),
        ("ungroup", "Ungroup"),
        ("duplicate", "Duplicate"),
        ("delete", "Delete"),
    )

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._path = look, ""
        self.name = QLineEdit()
        self.name.setMaxLength(64)
        self.name.setFont(look.theme.font("heading"))
        self.name.setAccessibleName("Name of the group")
        self.name.editingFinished.connect(self._finish)
        self._reason = PlainLabel("", "caption", look, "err").set_wrapped()
        self._facts = [PlainLabel("", "number", look, "ink") for _ in FACTS]
        self.table = LayerTable(look)
        self.table.picked.connect(self.picked)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(self.name)
        column.addWidget(self._reason)
        column.addLayout(self._fact_grid())
        self._buttons = {id: self._button(id, text) for id, text in self.BUTTONS}
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, button in enumerate(self._buttons.values()):
            grid.addWidget(button, place // 2, place % 2)
        column.addLayout(grid)
        column.addWidget(SectionLabel("Layers", look, "output shape, parameters"))
        column.addWidget(self.table)
        column.addStretch(1)

    def show_group(self, path: str, graph: Graph, inference: Inference, *, is_open: bool) -> None:
        """Show a group; a name being typed is kept."""
        if path != self._path or not self.name.hasFocus():
            self._path = path
            self.name.setText(title_of(path))
            self.show_reason("")
        names = set(members(graph, path))
        ordered = [node.name for node in graph.in_order() if node.name in names]
        self._show_facts(graph, inference, ordered)
        self._buttons["toggle_group"].setText("Close" if is_open else "Open")
        known = faces(graph, inference)
        self.table.show_faces([known[name] for name in ordered])

    def show_reason(self, reason: str) -> None:
        """Say why the name cannot be used; empty where it can."""
        self._reason.setText(reason)
        self._reason.setVisible(bool(reason))

    def _show_facts(self, graph: Graph, inference: Inference, names: Sequence[str]) -> None:
        infos = [inference.layers[name] for name in names if name in inference.layers]
        outside = dict.fromkeys(s for name in names for s in graph.sources(name) if s not in names)
        ends = [name for name in names if set(graph.targets(name)) - set(names)] or list(names[-1:])
        texts = (
            f"{len(names):,}",
            _shapes(inference, outside),
            _shapes(inference, ends),
            count(sum(info.num_params for info in infos)),
            count(sum(info.multiply_adds for info in infos)),
        )
        for label, text in zip(self._facts, texts, strict=True):
            label.setText(text)

    def _fact_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, name in enumerate(FACTS):
            grid.addWidget(PlainLabel(name, "body", self._look, "ink3"), row, 0)
            grid.addWidget(self._facts[row], row, 1, RIGHT)
        return grid

    def _button(self, id: str, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("kind", "outline")
        button.clicked.connect(lambda: self.asked.emit(id))
        return button

    def _finish(self) -> None:
        if self.name.text() != title_of(self._path):
            self.renamed.emit(self._path, self.name.text())


def _shapes(inference: Inference, names: Sequence[str] | dict[str, None]) -> str:
    """The output shapes of some layers, each once."""
    shapes = [shape_text(inference.layers[name].shape) for name in names if name in inference.layers]
    return ", ".join(dict.fromkeys(shapes)) or "none"
