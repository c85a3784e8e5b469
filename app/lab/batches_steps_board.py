"""The picture of an epoch in batches: every batch a field, the last as wide as it is full, then the validation part."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from app.lab.batches_times import Measured, time_text
from app.lab.board import Board
from app.lab.ink import CENTRE, RIGHT, Ink
from app.text import count
from app.theme import Look
from engine.explain.batches import Epoch

FIELD, GAP = 62.0, 4.0  # px of a batch at most, and between two
NUMBERED = 22.0  # px of a field that has room for its number
WORDS = 2  # fields behind the last that its words take
MOST = 4000  # batches that are drawn one by one


@dataclass(frozen=True)
class Shown:
    """What is drawn.

    Args:
        title: of the project.
        train, validation: the two parts in batches.
        done: batches that were gone through, of both parts together.
        measured: batch sizes whose epochs were timed.
    """

    title: str
    train: Epoch
    validation: Epoch
    done: int
    measured: Sequence[Measured] = ()


class StepsBoard(Board):
    """Draws one epoch; nothing is dragged."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "An epoch in batches")
        self._shown: Shown | None = None

    def show_epoch(self, shown: Shown) -> None:
        """Draw another moment."""
        self._shown = shown
        trained = min(shown.done, shown.train.steps)
        text = f"{shown.title}: {count(trained)} of {count(shown.train.steps)} training steps"
        validated = max(0, shown.done - shown.train.steps)
        self.describe(f"{text}, {count(validated)} of {count(shown.validation.steps)} validation steps")

    def paint(self, ink: Ink) -> None:
        """Draw the training part, the validation part, and the times."""
        shown = self._shown
        if shown is None:
            return
        ink.at(QPointF(24, 24), shown.title, "heading", "ink")
        low = 128.0 if any(one.is_known for one in shown.measured) else 24.0
        room = self.height() - 140 - low
        share = shown.validation.steps / max(1, shown.train.steps + shown.validation.steps)
        below = max(54.0, min(0.45, share) * room) if shown.validation.steps else 0.0
        top = QRectF(24, 84, self.width() - 48, room - below)
        used = self._paint_part(ink, top, shown.train, min(shown.done, shown.train.steps), "train", "Training")
        if shown.validation.steps:
            under = QRectF(24, top.top() + used + 56, self.width() - 48, below)
            done = max(0, shown.done - shown.train.steps)
            self._paint_part(ink, under, shown.validation, done, "val", "Validation")
        if low > 24:
            self._paint_times(ink, QRectF(24, self.height() - low + 14, self.width() - 48, low - 26), shown.measured)

    def _paint_part(self, ink: Ink, room: QRectF, epoch: Epoch, done: int, token: str, name: str) -> float:
        """Draw a part; return its height, px."""
        words = f"{name}: {count(epoch.samples)} samples, batch {count(done)} of {count(epoch.steps)}"
        ink.at(QPointF(room.left(), room.top() - 16), words, "title", "ink")
        if epoch.steps > MOST:
            bar = QRectF(room.left(), room.top(), room.width(), min(40.0, room.height()))
            ink.fill(bar, "raised", radius=4)
            bar.setWidth(room.width() * done / epoch.steps)
            ink.fill(bar, token, 0.8, 4)
            return bar.height()
        fields = Fields(room, epoch)
        box = room.adjusted(-2, -2, 2, 2)
        ink.still((name, epoch, "empty"), box, lambda still: fields.paint(still, "raised", "ink3"))
        ink.painter.save()
        ink.painter.setClipPath(fields.first(done))
        ink.still((name, epoch, "full"), box, lambda still: fields.paint(still, token, "onink"))
        ink.painter.restore()
        last = fields.field(epoch.steps - 1)
        self._paint_last(ink, last, epoch)
        return float(last.bottom() - room.top())

    def _paint_last(self, ink: Ink, field: QRectF, epoch: Epoch) -> None:
        """What the last batch holds, where it is smaller."""
        if epoch.is_even:
            return
        text = f"the last holds {count(epoch.last)}"
        ink.at(QPointF(field.right() + 8, field.center().y()), text, "caption", "ink2")

    def _paint_times(self, ink: Ink, room: QRectF, measured: Sequence[Measured]) -> None:
        """A bar for each size, as long as its epoch took."""
        ink.at(QPointF(room.left(), room.top()), "One epoch took, measured just now", "title", "ink")
        known = [one for one in measured if one.is_known]
        longest = max(one.seconds for one in known)
        for place, one in enumerate(known):
            y = room.top() + 24 + place * 24
            ink.at(QPointF(room.left() + 84, y), f"batch {count(one.size)}", "number", "ink2", RIGHT)
            wide = max(2.0, (room.width() - 200) * one.seconds / longest)
            ink.fill(QRectF(room.left() + 94, y - 7, wide, 14), "series2", 0.85, 2)
            ink.at(QPointF(room.left() + 102 + wide, y), time_text(one.seconds), "number", "ink")


class Fields:
    """The batches of a part as fields in rows, the last only as wide as it is full.

    Args:
        room: px.
    """

    def __init__(self, room: QRectF, epoch: Epoch) -> None:
        self.room, self.epoch = room, epoch
        self.side = FIELD + GAP
        while self.side > 3.0 and self.columns * int(room.height() / self.side) < epoch.steps + WORDS:
            self.side *= 0.93

    @property
    def columns(self) -> int:
        """How many stand side by side."""
        return max(1, int(self.room.width() / self.side))

    def field(self, number: int) -> QRectF:
        """Where a batch is drawn."""
        row, column = divmod(number, self.columns)
        wide = self.side - min(GAP, self.side * 0.15)
        found = QRectF(self.room.left() + column * self.side, self.room.top() + row * self.side, wide, wide)
        if number == self.epoch.steps - 1:
            found.setWidth(max(2.0, wide * self.epoch.last / self.epoch.batch))
        return found

    def first(self, number: int) -> QPainterPath:
        """What the first batches cover: whole rows, and the beginning of one."""
        rows, columns = divmod(number, self.columns)
        path = QPainterPath()
        path.addRect(QRectF(self.room.left() - 1, self.room.top() - 1, self.room.width() + 2, rows * self.side + 1))
        top = self.room.top() + rows * self.side
        path.addRect(QRectF(self.room.left() - 1, top - 1, columns * self.side + 1, self.side))
        return path

    def paint(self, ink: Ink, ground: str, text: str) -> None:
        """Draw all of them in one colour."""
        for number in range(self.epoch.steps):
            field = self.field(number)
            ink.fill(field, ground)
            if field.width() > NUMBERED:
                ink.at(field.center(), str(number), "heat", text, CENTRE)
