"""The tape: a program recorded operation by operation, and read back from its end."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.lab.chapters import Chapter
from app.lab.parts import Formulas, Numbers, Section
from app.lab.tape_program import PROGRAM, Program, check_program
from app.lab.tape_roll_board import RollBoard, Shown
from app.lab.tape_trace import Trace
from app.studio import Studio
from app.text import TIMES, format_number
from app.theme import Look
from app.widgets.plain_label import PlainLabel
from engine.errors import UserError
from engine.explain.back_propagation import symbol, written
from engine.explain.tape import Popped, Tape, record

CLOSE = 1e-9  # relative difference up to which our gradient and TensorFlow's are called equal


class RollChapter(Chapter):
    """Time counts what is recorded, then the start of the way back, then what is read back."""

    id: ClassVar[str] = "tape"
    name: ClassVar[str] = "The tape"
    defaults: ClassVar[Mapping[str, Any]] = PROGRAM
    rate: ClassVar[float] = 1.5

    def __init__(self, look: Look, studio: Studio | None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self.board = RollBoard(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.board)
        self.tape: Tape | None = None
        self._problem, self._picked = "", -1
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
        """Every operation once forward and once back, and dL/dL between them; 0 where the program has no value."""
        return 2 * len(self.tape.entries) + 1 if self.tape is not None else 0

    def take(self, values: Mapping[str, Any]) -> None:
        """Begin with a program."""
        self.program.take(values)
        self._compute()

    def values(self) -> dict[str, Any]:
        """The program."""
        return self.program.values()

    def sections(self) -> Sequence[QWidget]:
        """The program, the newest step, the gradients beside TensorFlow's."""
        return (self.program, self._step, self._gradients)

    def set_frozen(self, is_frozen: bool) -> None:
        """Let nothing be picked while a question is asked."""
        super().set_frozen(is_frozen)
        self.board.set_movable(not is_frozen)

    def leave(self) -> None:
        """Drop the question to the engine."""
        self.trace.leave()

    def draw(self) -> None:
        """Draw the tape as far as it is recorded, and read back."""
        recorded, started, popped = self._phase()
        shown = Shown(self.tape, self._problem, self.program.graph.text, recorded, popped, started, self._current())
        self.board.show_tape(shown)

    def write(self) -> None:
        """Write the newest step, and the gradients once they are back."""
        tape = self.tape
        self.problem.setText(self._problem)
        self.problem.setVisible(bool(self._problem))
        if tape is None:
            self.formulas.show_lines([])
            self.rules.setText("")
            self.rows.show_rows([])
            return
        self._write_step(tape)
        is_over = self.at >= self.length
        self._write_gradients(tape, is_over)
        if is_over and any(value is not None for value in tape.gradients.values()):
            self.tell("read")

    def pick(self, node: int) -> None:
        """Open one entry."""
        self._picked = node
        self.refresh()

    def show_time(self, time: float, *, is_playing: bool) -> None:
        """Show another moment; what was picked gives way to the newest step."""
        self._picked = -1
        super().show_time(time, is_playing=is_playing)

    def _phase(self) -> tuple[int, bool, int]:
        """Operations recorded, whether the way back has begun, and operations read back."""
        total = len(self.tape.entries) if self.tape is not None else 0
        return min(self.at, total), self.at > total, max(0, self.at - total - 1)

    def _current(self) -> int:
        """The node that is told of: the picked one, else that of the newest step; −1 for none."""
        if self._picked >= 0 or self.tape is None:
            return self._picked
        recorded, _, popped = self._phase()
        if popped:
            return self.tape.popped[popped - 1].entry.node
        return self.tape.entries[recorded - 1].node if recorded else -1

    def _write_step(self, tape: Tape) -> None:
        _, started, popped = self._phase()
        node, graph = self._current(), tape.graph
        done = next((one for one in tape.popped[:popped] if one.entry.node == node), None)
        if node < 0:
            words = "Press play: each operation is recorded as it runs." if tape.entries else ""
            self.formulas.show_lines([])
            self.rules.setText(words)
            return
        name = _name(symbol(graph, node))
        lines = [f"{name} = {_row(written(graph, node))}", f"{name} = {format_number(tape.values[node], 5)}"]
        if done is None and started and not popped:
            lines.append("dL/dL = 1")
        self.formulas.show_lines([*lines, *_back(tape, done)])
        rules = dict.fromkeys(flow.rule for flow in done.flows) if done is not None else {}
        self.rules.setText("\n".join(rules))

    def _write_gradients(self, tape: Tape, is_over: bool) -> None:
        rows = []
        for name, value in tape.gradients.items():
            theirs = self.trace.gradient(name, self.program.values())
            text, token = _compared(value, theirs) if is_over else ("…", "ink3")
            rows.append((f"dL/d{name}", text, token))
        self.rows.show_rows(rows)
        self.words.setText(self.trace.words)
        self.words.setVisible(bool(self.trace.words))

    def _compute(self) -> None:
        program = self.program
        self.tape, self._problem, self._picked = None, "", -1
        try:
            self.tape = record(program.graph, program.numbers, program.constants)
        except UserError as error:
            self._problem = f"{error.message} {error.hint}"
        if self.tape is not None:
            self.trace.ask(program.values(), gradients=False)

    def _on_program(self) -> None:
        before = self.at >= self.length > 0
        self._compute()
        self.changed.emit()
        self.length_changed.emit()
        self.time_wanted.emit(self.length if before else 0.0)
        self.refresh()

    def _make_panel(self) -> None:
        look = self.look
        self.program = Program(look)
        self.program.changed.connect(self._on_program)
        self.program.typed.connect(lambda: self.tell("typed"))
        self._step = Section("At this operation", look)
        self.problem = PlainLabel("", "body", look, "err", self._step).set_wrapped()
        self.formulas, self.rules = Formulas(look), PlainLabel("", "body", look).set_wrapped()
        for part in (self.problem, self.formulas, self.rules):
            self._step.add(part)
        self._gradients = Section("tape.gradient", look, "beside TensorFlow's own tape")
        self.rows = Numbers(look)
        self.words = PlainLabel("", "caption", look, "ink3").set_wrapped()
        self._gradients.add(self.rows)
        self._gradients.add(self.words)
        self.trace = Trace(self.studio, self)
        self.trace.answered.connect(self.refresh)
        self.board.picked.connect(self.pick)


def _back(tape: Tape, done: Popped | None) -> list[str]:
    """What an operation hands on, as upstream × local."""
    if done is None:
        return []
    lines = [f"upstream dL/d{_name(symbol(tape.graph, done.entry.node))} = {format_number(done.upstream, 5)}"]
    for flow in done.flows:
        local = format_number(flow.local, 4)
        product = f"{format_number(flow.upstream, 4)} {TIMES} {f'({local})' if flow.local < 0 else local}"
        lines.append(f"to {_name(symbol(tape.graph, flow.input))}: {product} = {format_number(flow.value, 4)}")
    return lines


def _compared(ours: float | None, theirs: float | str | None) -> tuple[str, str]:
    """Our gradient beside TensorFlow's; "" where that is not known."""
    text = "None" if ours is None else format_number(ours, 5)
    if isinstance(theirs, str):
        return text, "ink"
    if ours is None or theirs is None:
        return (f"{text}, the same", "ok") if ours is theirs else (f"{text}, not {theirs}", "err")
    if abs(ours - theirs) <= CLOSE * max(1.0, abs(ours)):
        return f"{text}, the same", "ok"
    return f"{text}, not {format_number(theirs, 5)}", "err"


def _name(text: str) -> str:
    """A node's name for the markup of formulas: n3 becomes n with a subscript."""
    return f"n_{{{text[1:]}}}" if text[:1] == "n" and text[1:].isdigit() else text


def _row(text: str) -> str:
    return " ".join(_name(word) for word in text.split(" "))
