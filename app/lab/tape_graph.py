"""The traced graph: what `tf.function` makes of the same program, as the engine reads it from the real function."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.lab.chapters import Chapter
from app.lab.parts import Numbers, Section
from app.lab.tape_graph_board import GraphBoard, Shown
from app.lab.tape_program import PROGRAM, Program, check_program
from app.lab.tape_trace import Trace
from app.studio import Studio
from app.text import count, format_number
from app.theme import Look
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented

CONTENTS = [("plain", "Forward"), ("full", "With gradients")]


class GraphChapter(Chapter):
    """Each step runs one node, in the order in which they were traced."""

    id: ClassVar[str] = "graph"
    name: ClassVar[str] = "The traced graph"
    defaults: ClassVar[Mapping[str, Any]] = {**PROGRAM, "with_gradients": False}
    rate: ClassVar[float] = 3.0

    def __init__(self, look: Look, studio: Studio | None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self.board = GraphBoard(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.board)
        self.nodes: Sequence[Mapping[str, Any]] = ()
        self._picked = -1
        self._make_panel()

    @classmethod
    def check(cls, values: Mapping[str, Any]) -> None:
        """A program that can be shown.

        Raises:
            UserError: as `check_program`.
        """
        check_program(values)

    @property
    def length(self) -> float:
        """How many nodes the graph has; 0 while it is not known."""
        return len(self.nodes)

    def take(self, values: Mapping[str, Any]) -> None:
        """Begin with a program, and whether its gradients are traced too."""
        self.program.take(values)
        self.contents.set_value("full" if values["with_gradients"] else "plain")
        self._ask()

    def values(self) -> dict[str, Any]:
        """The program, and whether its gradients are traced."""
        return {**self.program.values(), "with_gradients": self.contents.value == "full"}

    def sections(self) -> Sequence[QWidget]:
        """The program, what was traced, one node of it."""
        return (self.program, self._traced, self._node)

    def set_frozen(self, is_frozen: bool) -> None:
        """Let nothing be picked while a question is asked."""
        super().set_frozen(is_frozen)
        self.board.set_movable(not is_frozen)

    def leave(self) -> None:
        """Drop the question to the engine."""
        self.trace.leave()

    def show_time(self, time: float, *, is_playing: bool) -> None:
        """Show another moment; what was picked gives way to the newest node."""
        self._picked = -1
        super().show_time(time, is_playing=is_playing)

    def draw(self) -> None:
        """Draw the nodes that have run."""
        self.board.show_graph(Shown(self.nodes, self.trace.words, self.at, self._current()))

    def write(self) -> None:
        """Count what was traced, and tell of one node."""
        nodes = self.nodes
        edges, kinds = sum(len(node["inputs"]) for node in nodes), {node["op"] for node in nodes}
        self.rows.show_rows(
            [
                ("Operations", count(len(nodes)) if nodes else "…", "ink"),
                ("Kinds of operations", count(len(kinds)) if nodes else "…", "ink"),
                ("Edges", count(edges) if nodes else "…", "ink"),
                ("L, computed by it", format_number(self.trace.facts["value"], 6) if nodes else "…", "ink"),
            ]
        )
        current = self._current()
        self.hint.setVisible(current < 0)
        self.details.show_rows(node_rows(nodes, current) if current >= 0 else [])
        if nodes and self.at == len(nodes):
            self.tell("traced")

    def pick(self, place: int) -> None:
        """Tell of one node."""
        self._picked = place
        self.refresh()

    def _current(self) -> int:
        if 0 <= self._picked < len(self.nodes):
            return self._picked
        return min(self.at, len(self.nodes)) - 1

    def _ask(self) -> None:
        self.trace.ask(self.program.values(), gradients=self.contents.value == "full")
        self._take_nodes()

    def _take_nodes(self) -> None:
        self.nodes = self.trace.facts.get("nodes", ())

    def _on_answered(self) -> None:
        self._take_nodes()
        self.length_changed.emit()
        self.refresh()

    def _on_changed(self, _value: object = None) -> None:
        self._picked = -1
        self._ask()
        self.changed.emit()
        self.length_changed.emit()
        self.refresh()

    def _make_panel(self) -> None:
        look = self.look
        self.program = Program(look)
        self.program.changed.connect(self._on_changed)
        self._traced = Section("Traced", look, "by tf.function")
        self.contents = Segmented(CONTENTS, look)
        self.contents.setAccessibleName("What is traced")
        self.contents.changed.connect(self._on_changed)
        self.rows = Numbers(look)
        words = (
            "The Python code runs once, with symbols in place of numbers, and leaves this graph. From then on only "
            "the graph runs."
        )
        for part in (self.contents, self.rows, PlainLabel(words, "body", look).set_wrapped()):
            self._traced.add(part)
        self._node = Section("One operation", look)
        self.hint = PlainLabel("Click an operation, or press play.", "body", look).set_wrapped()
        self.details = Numbers(look)
        self._node.add(self.hint)
        self._node.add(self.details)
        self.trace = Trace(self.studio, self)
        self.trace.answered.connect(self._on_answered)
        self.board.picked.connect(self.pick)


def node_rows(nodes: Sequence[Mapping[str, Any]], place: int) -> list[tuple[str, str, str]]:
    """What is known of a node."""
    node = nodes[place]
    rows = [("name", node["name"]), ("operation", node["op"])]
    if node["variable"]:
        rows.append(("brings in", f"variable {node['variable']}"))
    rows += [(f"input {number}", nodes[other]["name"]) for number, other in enumerate(node["inputs"])]
    rows += [(f"waits for, {number}", nodes[other]["name"]) for number, other in enumerate(node["control"])]
    if node["dtype"]:
        rows.append(("gives", f"{node['dtype']}, shape {node['shape']}"))
    return [(name, value, "ink") for name, value in rows]
