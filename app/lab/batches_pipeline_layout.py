"""Where the boxes of a pipeline stand, and where an item is at a moment of its way."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from engine.explain.pipeline import SOURCE, TRAINER, Course, Item, Visit

GAP, HEAD, INSIDE = 12.0, 50.0, 7.0  # px between boxes, above the items in a box, and at its sides
ACROSS, CELL = 4, 26.0  # slots side by side in a box, and px of one at most
MOVE = 1.5  # ms that a move from box to box is drawn for
MOST = 24  # slots of a box that are told apart


@dataclass(frozen=True)
class Column:
    """A box on the screen."""

    box: str
    area: QRectF

    def slot(self, number: int) -> QRectF:
        """The place of an item, row by row; beyond the last row they lie on one another."""
        cell = min(CELL, (self.area.width() - 2 * INSIDE) / ACROSS)
        rows = max(1, int((self.area.height() - HEAD - INSIDE) / cell))
        row, column = divmod(number, ACROSS)
        left = self.area.center().x() - ACROSS * cell / 2
        top = self.area.top() + HEAD + min(row, rows - 1) * cell
        return QRectF(left + column * cell + 1, top + 1, cell - 2, cell - 2)


@dataclass(frozen=True)
class Layout:
    """All boxes, the source first and the trainer last.

    Args:
        pitch: px from one box to the next.
    """

    columns: tuple[Column, ...]
    pitch: float

    @classmethod
    def of(cls, order: Sequence[str], area: QRectF) -> "Layout":
        """Boxes of equal width side by side."""
        names = (SOURCE, *order, TRAINER)
        pitch = (area.width() + GAP) / len(names)
        columns = tuple(
            Column(name, QRectF(area.left() + place * pitch, area.top(), pitch - GAP, area.height()))
            for place, name in enumerate(names)
        )
        return cls(columns, pitch)

    def column(self, box: str) -> Column:
        """A box by its name."""
        return next(column for column in self.columns if column.box == box)

    def place_at(self, x: float) -> int:
        """The place among the boxes between source and trainer that a column of pixels belongs to."""
        nearest = min(range(len(self.columns)), key=lambda at: abs(self.columns[at].area.center().x() - x))
        return min(max(nearest - 1, 0), len(self.columns) - 3)


def stops_of(course: Course) -> dict[Item, list[Visit]]:
    """Where each item stays for a while, in order; the first stay counts even where it has no length."""
    found: dict[Item, list[Visit]] = {}
    for visit in course.visits:
        stops = found.setdefault(visit.item, [])
        if not stops or visit.leave > visit.arrive:
            stops.append(visit)
    return found


def position(stops: Sequence[Visit], now: float, layout: Layout) -> QPointF | None:
    """The middle of an item at a time, ms; None before it came and after it was trained on."""
    here = next((at for at in reversed(range(len(stops))) if stops[at].arrive <= now), -1)
    if here < 0 or now >= stops[-1].leave:
        return None
    place = middle_of(stops[here], layout)
    share = (now - stops[here].arrive) / MOVE
    if here == 0 or share >= 1:
        return place
    before = middle_of(stops[here - 1], layout)
    return before + (place - before) * share


def middle_of(visit: Visit, layout: Layout) -> QPointF:
    """The middle of the slot a stay takes; in the source that of its own number."""
    number = visit.item.id if visit.box in (SOURCE, "cache") else visit.slot
    return layout.column(visit.box).slot(min(number, MOST - 1)).center()
