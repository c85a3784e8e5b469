"""The picture of a pipeline: boxes with the items that are in them, who works when, and what the trainer was given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from app.lab.batches_course import CoursePicture
from app.lab.batches_dots import Dots
from app.lab.batches_pipeline_layout import Column, Layout, position, stops_of
from app.lab.board import Board
from app.lab.ink import CENTRE, RIGHT, Ink
from app.text import format_number
from app.theme import Look
from engine.explain.pipeline import BOXES, SOURCE, TRAINER, Course, Item, Visit

TOP = 64.0  # px above the boxes
BOXES_SHARE, BAR_SHARE, BAR = 0.3, 0.065, 26.0  # of the height, for boxes and for a bar of time, px at least
WHAT = {
    SOURCE: "Source", "cache": "cache", "shuffle": "shuffle", "batch": "batch", "repeat": "repeat",
    "prefetch": "prefetch", TRAINER: "Trainer",
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """What is drawn.

    Args:
        order: every box, on or off.
        now: ms.
        settings: what stands below a box's name, by box.
        lit: index of a step of the trainer that is told of; −1 for none.
    """

    course: Course
    order: Sequence[str]
    now: float
    settings: Mapping[str, str]
    lit: int = -1


class PipelineBoard(Board):
    """Handles: a box's name; dragging one to another place changes the order.

    Attributes:
        toggled: a box was clicked.
        moved: a box, and the place it is to have among the five.
        picked: index of a step of the trainer.
    """

    toggled = Signal(str)
    moved = Signal(str, int)
    picked = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "A pipeline: items on their way from the source to the trainer")
        self._shown: Shown | None = None
        self._layout = Layout.of((), QRectF(0, 0, 1, 1))
        self._stops: dict[Item, list[Visit]] = {}
        self._dots, self._course = Dots(), CoursePicture()
        self._version = 0
        self.dragged.connect(self._drag)

    def show_course(self, shown: Shown) -> None:
        """Draw another moment; the ways of the items are worked out once for each course."""
        if self._shown is None or self._shown.course is not shown.course:
            self._stops, self._version = stops_of(shown.course), self._version + 1
        self._shown = shown
        done = sum(1 for training in shown.course.trainings if training.end <= shown.now)
        waits = any(training.asked <= shown.now < training.start for training in shown.course.trainings)
        busy = "waits" if waits else "works"
        total = len(shown.course.trainings)
        self.describe(f"{format_number(shown.now, 3)} ms: the trainer {busy}; {done} of {total} steps are done")

    def paint(self, ink: Ink) -> None:
        """Draw boxes, items, time and what was delivered."""
        shown = self._shown
        if shown is None:
            return
        high = max(120.0, self.height() * BOXES_SHARE)
        bar = max(BAR, self.height() * BAR_SHARE)
        self._layout = Layout.of(shown.order, QRectF(16, TOP, self.width() - 32, high))
        self.nudge = self.large = self._layout.pitch
        ink.at(QPointF(24, 22), f"t = {format_number(shown.now, 4)} ms", "number", "ink")
        words = "Click a box to switch it; pull it at its handle to another place."
        ink.at(QPointF(self.width() - 24, 22), words, "caption", "ink3", RIGHT)
        self._paint_boxes(ink, shown)
        self._paint_items(ink, shown)
        times = QRectF(92, TOP + high + 50, self.width() - 116, 2 * bar + 10)
        self._course.paint_times(ink, times, shown.course, shown.now, (self._version, shown.lit))
        room = QRectF(24, times.bottom() + 62, self.width() - 48, self.height() - times.bottom() - 62)
        self._course.paint_delivered(ink, room, shown.course, shown.now, shown.lit)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a handle, switch a box, or pick a step."""
        super().mousePressEvent(event)
        if self._held or not self.is_movable:
            return
        for column in self._layout.columns:
            if column.box in BOXES and column.area.contains(event.position()):
                self.toggled.emit(column.box)
                return
        for bar, index in self._course.bars:
            if bar.contains(event.position()):
                self.picked.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space switches the chosen box; left and right move it."""
        if event.key() == Qt.Key.Key_Space and self.current in self.handles and self.is_movable:
            self.toggled.emit(self.current)
        else:
            super().keyPressEvent(event)

    def tip_at(self, place: QPoint) -> str:
        """Say when the trainer had what, under the mouse."""
        shown = self._shown
        for bar, index in self._course.bars:
            if shown is not None and bar.contains(QPointF(place)):
                training = shown.course.trainings[index]
                ids = ", ".join(str(item.id) for item in training.element)
                waited = format_number(training.waited, 3)
                return f"Step {index}: items {ids}; asked for at {training.asked:g} ms, waited {waited} ms"
        return super().tip_at(place)

    def _drag(self, box: str, place: QPointF) -> None:
        if self._shown is not None:
            wanted = self._layout.place_at(place.x())
            if wanted != list(self._shown.order).index(box):
                self.moved.emit(box, wanted)

    def _paint_boxes(self, ink: Ink, shown: Shown) -> None:
        """What stays as long as the pipeline does is drawn once."""
        whole = QRectF(0, TOP - 2, self.width(), self._layout.columns[0].area.height() + 4)
        key = ("boxes", self._version, tuple(shown.order))
        ink.still(key, whole, lambda still: self._draw_boxes(still, shown))
        for column in self._layout.columns:
            is_on = column.box in (SOURCE, TRAINER) or column.box in shown.course.setup.boxes
            if is_on:
                self._paint_kept(ink, column, shown)
            if column.box in BOXES:
                says = f"{column.box}, {'on' if is_on else 'off'}, place {list(shown.order).index(column.box)}"
                self.place(ink, column.box, QPointF(column.area.center().x(), column.area.top() - 14), says)

    def _draw_boxes(self, ink: Ink, shown: Shown) -> None:
        for before, column in pairwise(self._layout.columns):
            y = column.area.center().y()
            ink.arrow(QPointF(before.area.right() + 1, y), QPointF(column.area.left() - 1, y), "edge", 1.5)
        for column in self._layout.columns:
            is_on = column.box in (SOURCE, TRAINER) or column.box in shown.course.setup.boxes
            self._draw_box(ink, column, shown, is_on=is_on)

    def _draw_box(self, ink: Ink, column: Column, shown: Shown, *, is_on: bool) -> None:
        area = column.area
        ink.fill(area, "card" if is_on else "canvas", radius=8)
        ink.pen("ink2" if is_on else "ctl", 1.5 if is_on else 1.0, () if is_on else (4.0, 3.0))
        ink.painter.drawRoundedRect(area, 8, 8)
        middle = area.center().x()
        ink.at(QPointF(middle, area.top() + 16), WHAT[column.box], "title", "ink" if is_on else "ink3", CENTRE)
        below = shown.settings.get(column.box, "") if is_on else "off"
        ink.text(QRectF(area.left(), area.top() + 24, area.width(), 18), below, "caption", "ink3", CENTRE)
        setup = shown.course.setup
        per = setup.batch if "batch" in self._before(setup.boxes, column.box) else 1
        room = {"shuffle": setup.buffer * per, "batch": setup.batch * per, "prefetch": setup.ahead * per}
        for slot in range(room.get(column.box, 0) if is_on else 0):
            ink.pen("line2", 1)
            ink.painter.drawRoundedRect(column.slot(slot), 3, 3)

    def _paint_kept(self, ink: Ink, column: Column, shown: Shown) -> None:
        """Which epoch repeats, what a cache keeps, what is left in the source."""
        if column.box == "repeat":
            begun = [stops[0].item.epoch for stops in self._stops.values() if stops[0].arrive <= shown.now]
            ink.at(column.area.center(), f"epoch {max(begun, default=0)}", "body", "ink2", CENTRE)
        elif column.box == "cache":
            for at, id in shown.course.cached:
                if at <= shown.now:
                    self._dots.paint(ink, column.slot(id), Item(id, 0), "kept")
        elif column.box == SOURCE:
            self._paint_source(ink, column, shown)

    def _before(self, boxes: Sequence[str], box: str) -> Sequence[str]:
        return boxes[: boxes.index(box)] if box in boxes else ()

    def _paint_source(self, ink: Ink, column: Column, shown: Shown) -> None:
        """Every item of the source; those of this pass that were read are faint."""
        now, reads = shown.now, shown.course.reads
        begun = [read for read in reads if read.start <= now]
        epoch = begun[-1].item.epoch if begun else 0
        gone = {read.item.id for read in begun if read.item.epoch == epoch}
        for id in range(shown.course.setup.items):
            self._dots.paint(ink, column.slot(id), Item(id, 0), "read" if id in gone else "waiting")

    def _paint_items(self, ink: Ink, shown: Shown) -> None:
        side = self._layout.columns[0].slot(0).width()
        for item, stops in self._stops.items():
            found = position(stops, shown.now, self._layout)
            if found is not None:
                self._dots.paint(ink, QRectF(found.x() - side / 2, found.y() - side / 2, side, side), item)
