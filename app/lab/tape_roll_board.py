"""The picture of the tape: a row for each recorded operation; read back, each hands gradients on and is taken off."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QMouseEvent

from app.lab.board import Board
from app.lab.ink import CENTRE, RIGHT, Ink
from app.text import TIMES, format_number
from app.theme import Look
from engine.explain.back_propagation import symbol, written
from engine.explain.tape import Entry, Popped, Tape

TOP, FOOT, NAMES = 96.0, 56.0, 74.0  # px above the rows, below the names, and of the names
FILM = 34.0  # px, its width
ROW, LINE, LOW = 68.0, 18.0, 15.0  # px of a row at most, of a line in it, and below which its holes are left out
OP, WHAT, VALUE, UPSTREAM, HANDS = 0.07, 0.19, 0.40, 0.53, 0.66  # where columns begin, as shares of the width


@dataclass(frozen=True)
class Shown:
    """What is drawn.

    Args:
        tape: None where the program has no value.
        problem: why; empty where it has.
        text: of the program.
        recorded, popped: entries that are on the tape, and that were taken off again.
        is_started: whether dL/dL = 1 was put in.
        lit: node of the entry that is told of; −1 for none.
    """

    tape: Tape | None
    problem: str
    text: str
    recorded: int
    popped: int
    is_started: bool
    lit: int = -1


class RollBoard(Board):
    """Attributes:
    picked: node of an entry that was clicked.
    """

    picked = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "The tape: operations as recorded, and gradients as it is read back")
        self._shown: Shown | None = None
        self._rows: list[tuple[QRectF, int]] = []

    def show_tape(self, shown: Shown) -> None:
        """Draw another moment."""
        self._shown = shown
        tape = shown.tape
        total = len(tape.entries) if tape is not None else 0
        told = f"{shown.recorded} of {total} operations recorded, {shown.popped} read back"
        self.describe(shown.problem or f"{shown.text}: {told}")

    def paint(self, ink: Ink) -> None:
        """Draw program, tape and the gradients that have come back."""
        shown = self._shown
        if shown is None:
            return
        ink.at(QPointF(24, 24), f"L = {shown.text}", "code", "ink")
        self._rows = []
        if shown.tape is None:
            ink.at(QPointF(24, 60), shown.problem, "title", "err")
            return
        self._paint_heads(ink)
        self._paint_rows(ink, shown, shown.tape)
        self._paint_names(ink, shown, shown.tape)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick an entry."""
        super().mousePressEvent(event)
        for box, node in self._rows:
            if self.is_movable and box.contains(event.position()):
                self.picked.emit(node)

    def _x(self, share: float) -> float:
        return 24 + share * (self.width() - 48)

    def _paint_heads(self, ink: Ink) -> None:
        ink.at(QPointF(self._x(OP), TOP - 36), "recorded, forward", "caption", "ink3")
        ink.at(QPointF(self._x(UPSTREAM), TOP - 36), "read back, from the last", "caption", "series1")
        heads = ((OP, "operation"), (WHAT, "of"), (VALUE, "value"), (UPSTREAM, "upstream"))
        for share, text in (*heads, (HANDS, f"hands on: upstream {TIMES} local")):
            ink.at(QPointF(self._x(share), TOP - 16), text, "caption", "ink3")

    def _paint_rows(self, ink: Ink, shown: Shown, tape: Tape) -> None:
        total = len(tape.entries)
        arrived = tape.arrived(shown.popped) if shown.is_started else {}
        pitch = min(ROW, (self.height() - TOP - FOOT - NAMES) / max(1, total))
        self._paint_film(ink, QRectF(24, TOP, self.width() - 48, pitch * total), shown, pitch)
        for number, entry in enumerate(tape.entries[: shown.recorded]):
            row = QRectF(24, TOP + number * pitch, self.width() - 48, pitch)
            self._rows.append((row, entry.node))
            back = total - 1 - number
            done = tape.popped[back] if back < shown.popped else None
            if entry.node == shown.lit:
                ink.fill(row.adjusted(FILM + 2, 1, 0, -1), "raised", radius=4)
            self._paint_entry(ink, row, tape, entry, done)
            if entry.node in arrived:
                text = format_number(arrived[entry.node], 4)
                ink.at(QPointF(self._x(UPSTREAM), row.center().y()), text, "result", "series1")
        self._paint_flows(ink, shown, tape)
        if total == 0:
            words = "Nothing is recorded: no operation depends on a variable."
            ink.at(QPointF(self._x(OP), TOP + 20), words, "body", "warn")

    def _paint_film(self, ink: Ink, area: QRectF, shown: Shown, pitch: float) -> None:
        """The edge of the tape with its holes; what was taken off is drawn empty."""
        total = len(shown.tape.entries) if shown.tape is not None else 0
        for number in range(total):
            is_on = number < shown.recorded and number < total - shown.popped
            frame = QRectF(area.left(), area.top() + number * pitch, FILM, pitch)
            ink.fill(frame, "pressed" if is_on else "raised", 1.0 if is_on else 0.6)
            ink.fill(frame.adjusted(8, 3, -8, -3), "canvas", 1.0 if is_on else 0.4, 3)
            if pitch > LOW:
                self._paint_holes(ink, frame)
        if shown.recorded > 0 and shown.is_started and shown.popped < total:
            y = area.top() + (total - shown.popped - 0.5) * pitch
            ink.arrow(QPointF(area.left() - 14, y), QPointF(area.left() - 1, y), "series1", 2)

    def _paint_holes(self, ink: Ink, frame: QRectF) -> None:
        for at in range(max(1, int(frame.height() / 14))):
            y = frame.top() + (at + 0.5) * frame.height() / max(1, int(frame.height() / 14))
            for x in (frame.left() + 4, frame.right() - 4):
                ink.fill(QRectF(x - 2, y - 2.5, 4, 5), "canvas", radius=1)

    def _paint_entry(self, ink: Ink, row: QRectF, tape: Tape, entry: Entry, done: Popped | None) -> None:
        y, ink_of = row.center().y(), "ink3" if done is not None else "ink"
        name = symbol(tape.graph, entry.node)
        ink.at(QPointF(row.left() + FILM / 2, y), name, "axis", "ink3" if done is not None else "ink", CENTRE)
        ink.at(QPointF(self._x(OP), y), entry.operation, "code", ink_of)
        what = QRectF(self._x(WHAT), row.top(), self._x(VALUE) - self._x(WHAT) - 8, row.height())
        ink.text(what, written(tape.graph, entry.node), "code", "ink2")
        ink.at(QPointF(self._x(VALUE), y), format_number(entry.value, 4), "result", ink_of)
        if done is None:
            return
        texts = [_handed(tape, flow.input, flow.upstream, flow.local, flow.value) for flow in done.flows]
        if row.height() < 2 * LINE:
            texts = ["   ".join(texts)]
        high = min(LINE, row.height())
        for line, text in enumerate(texts):
            top = y + (line - len(texts) / 2) * high
            ink.text(QRectF(self._x(HANDS), top, self.width() - 28 - self._x(HANDS), high), text, "number", "ink2")

    def _paint_flows(self, ink: Ink, shown: Shown, tape: Tape) -> None:
        """Arrows from the entry that was read back last to those that it handed something."""
        rows = {node: box.center().y() for box, node in self._rows}
        if not shown.popped:
            return
        done = tape.popped[shown.popped - 1]
        for flow in done.flows:
            if flow.input in rows:
                start = QPointF(self._x(HANDS) - 8, rows[done.entry.node] - 6)
                ink.arrow(start, QPointF(self._x(UPSTREAM) + 34, rows[flow.input] + 10), "series1", 1.5)

    def _paint_names(self, ink: Ink, shown: Shown, tape: Tape) -> None:
        """A box for every name: what it holds, and the gradient that has come back to it."""
        names = list(tape.gradients)
        known: Mapping[str, float] = tape.known(shown.popped)
        newest = tape.popped[shown.popped - 1].flows if shown.popped else ()
        lit = {tape.graph.nodes[flow.input].name for flow in newest}
        wide = min(150.0, (self.width() - 48) / len(names))
        top = self.height() - NAMES - 16
        for place, name in enumerate(names):
            box = QRectF(24 + place * wide, top, wide - 10, NAMES)
            is_variable = tape.gradients[name] is not None
            edge = "series1" if name in lit else "ink2" if is_variable else "line"
            ink.box(box, "card", edge, 6, 2 if name in lit else 1)
            node = next(at for at, one in enumerate(tape.graph.nodes) if one.name == name)
            ink.at(QPointF(box.left() + 10, box.top() + 16), name, "code", "ink")
            ink.at(
                QPointF(box.right() - 8, box.top() + 16), format_number(tape.values[node], 4), "number", "ink", RIGHT
            )
            kind = "variable" if is_variable else "constant"
            ink.at(QPointF(box.left() + 10, box.top() + 36), kind, "caption", "ink3")
            value = format_number(known[name], 4) if name in known else "None" if not is_variable else "…"
            token = "series1" if name in known else "ink3"
            ink.at(QPointF(box.left() + 10, box.top() + 57), f"dL/d{name}", "caption", "ink2")
            ink.at(QPointF(box.right() - 8, box.top() + 57), value, "result", token, RIGHT)


def _handed(tape: Tape, node: int, upstream: float, local: float, value: float) -> str:
    product = f"{format_number(upstream, 3)} {TIMES} {_bracketed(local)}"
    return f"{symbol(tape.graph, node)}: {product} = {format_number(value, 4)}"


def _bracketed(value: float) -> str:
    text = format_number(value, 3)
    return f"({text})" if value < 0 else text
