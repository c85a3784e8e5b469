"""A pipeline over time: when the source read and the trainer worked, and what the trainer was given."""

from collections.abc import Hashable

from PySide6.QtCore import QPointF, QRectF

from app.lab.batches_dots import TOKENS, Dots
from app.lab.ink import CENTRE, RIGHT, Ink
from app.text import count, format_number
from engine.explain.pipeline import Course, Item

DOT, LARGE, MUCH = 18.0, 22.0, 150.0  # px, side of an item, and where there is so much room
BETWEEN = 10.0  # px between the two rows of time
WORD, NUMBER = 34.0, 14.0  # px of a bar that has room for a word, and for a number


class CoursePicture:
    """Attributes:
    bars: where each step of the trainer is drawn, from its request to its end, and its index.
    """

    def __init__(self) -> None:
        self.bars: list[tuple[QRectF, int]] = []
        self._dots = Dots()

    def paint_times(self, ink: Ink, area: QRectF, course: Course, now: float, key: tuple[Hashable, int]) -> None:
        """Draw both rows over time; what has not come yet is dimmed.

        Args:
            key: what the course is known by, and the index of the step that is told of.
        """
        version, lit = key
        box = area.adjusted(-92, -30, 20, 30)
        ink.still((version, "times"), box, lambda still: _draw_times(still, area, course))
        self.bars = [
            (QRectF(_x(course, area, one.asked), _row(area, 1).top(),
                    _x(course, area, one.end) - _x(course, area, one.asked), _row(area, 1).height()), index)
            for index, one in enumerate(course.trainings)
        ]  # fmt: skip
        x = _x(course, area, now)
        ink.fill(QRectF(x, area.top() - 2, area.right() - x + 2, area.height() + 4), "canvas", 0.62)
        ink.fill(QRectF(round(x) - 1, area.top() - 4, 2, area.height() + 6), "ink")
        if 0 <= lit < len(self.bars):
            ink.pen("ink", 2)
            ink.painter.drawRoundedRect(self.bars[lit][0].adjusted(0, -1, 0, 1), 3, 3)

    def paint_delivered(self, ink: Ink, area: QRectF, course: Course, now: float, lit: int) -> None:
        """Draw every element that the trainer has begun with."""
        trainings = [training for training in course.trainings if training.start <= now]
        title = f"Given to the trainer: {count(len(trainings))} of {count(len(course.trainings))}"
        ink.at(QPointF(area.left(), area.top() - 16), title, "title", "ink")
        self._paint_legend(ink, QPointF(area.right(), area.top() - 16), course)
        dot = LARGE if area.height() > MUCH else DOT
        x, y = area.left(), area.top() + 6
        for index, training in enumerate(trainings):
            wide = len(training.element) * dot + 8
            if x + wide > area.right():
                x, y = area.left(), y + dot + 14
            if y > area.bottom() - dot:
                ink.at(QPointF(area.right(), y - 8), "…", "body", "ink3", RIGHT)
                return
            ink.pen("ink" if index == lit else "line2", 2 if index == lit else 1)
            ink.painter.drawRoundedRect(QRectF(x, y, wide, dot + 6), 4, 4)
            for place, item in enumerate(training.element):
                self._dots.paint(ink, QRectF(x + 4 + place * dot, y + 3, dot, dot), item)
            x += wide + 8

    def _paint_legend(self, ink: Ink, end: QPointF, course: Course) -> None:
        """The colours and shapes of the epochs."""
        epochs = 1 + max(item.epoch for element in course.elements for item in element)
        for epoch in range(epochs):
            x = end.x() - (epochs - epoch) * 76
            self._dots.paint(ink, QRectF(x, end.y() - DOT / 2, DOT, DOT), Item(epoch, epoch))
            ink.at(QPointF(x + DOT + 6, end.y()), f"epoch {epoch}", "caption", "ink2")


def _draw_times(ink: Ink, area: QRectF, course: Course) -> None:
    ink.at(QPointF(24, area.top() - 18), "Who works when", "title", "ink")
    for row, name in enumerate(("source", "trainer")):
        ink.at(QPointF(area.left() - 10, _row(area, row).center().y()), name, "caption", "ink2", RIGHT)
    for read in course.reads:
        left, right = _x(course, area, read.start), _x(course, area, read.end)
        bar = QRectF(left + 0.5, area.top(), right - left - 1, _row(area, 0).height())
        ink.fill(bar, TOKENS[read.item.epoch % len(TOKENS)], 0.75)
    for index in range(len(course.trainings)):
        _draw_step(ink, area, course, index)
    ink.at(QPointF(area.left(), area.bottom() + 12), "0", "axis", "ink3")
    ink.at(QPointF(area.right(), area.bottom() + 12), f"{format_number(course.length, 4)} ms", "axis", "ink3", RIGHT)


def _draw_step(ink: Ink, area: QRectF, course: Course, index: int) -> None:
    training, row = course.trainings[index], _row(area, 1)
    asked, start, end = (_x(course, area, at) for at in (training.asked, training.start, training.end))
    middle = row.center().y()
    if start > asked:
        ink.fill(QRectF(asked, middle - 9, start - asked, 18), "err", 0.28)
        if start - asked > WORD:
            ink.at(QPointF((asked + start) / 2, middle), "waits", "heat", "err", CENTRE)
    ink.fill(QRectF(start, row.top(), end - start - 1, row.height()), "train", 0.8, 2)
    if end - start > NUMBER:
        ink.at(QPointF((start + end) / 2, middle), str(index), "heat", "onink", CENTRE)


def _row(area: QRectF, number: int) -> QRectF:
    """The row of the source, 0, or of the trainer, 1."""
    high = (area.height() - BETWEEN) / 2
    return QRectF(area.left(), area.top() + number * (high + BETWEEN), area.width(), high)


def _x(course: Course, area: QRectF, at: float) -> float:
    return area.left() + at / course.length * area.width()
