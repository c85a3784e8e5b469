"""Where the rows of the gates' picture stand: input, answer, one strip per gate, the trace of a unit, the gradient."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

LABEL = 88.0  # px for the names at the left
AXIS, INPUT, ANSWER, GAP, GRADIENT = 16.0, 34.0, 18.0, 9.0, 18.0
TRACE = (56.0, 150.0)  # least and greatest height
SLIM_INPUT = 26.0
LEAST_STRIP = 22.0


@dataclass(frozen=True)
class Layout:
    """Rectangles of one sequence.

    Args:
        width, height: px of the whole picture.
        steps, units, strips: how many there are.
        has_answer, has_gradient: whether these rows are there.
        has_labels: whether the names stand at the left.
    """

    width: float
    height: float
    steps: int
    units: int
    strips: int
    has_answer: bool = True
    has_gradient: bool = True
    has_labels: bool = True

    @property
    def left(self) -> float:
        """Where the first column begins."""
        return LABEL if self.has_labels else 0.0

    @property
    def pitch(self) -> float:
        """Px from one step to the next."""
        return max(1.0, self.width - self.left - 2) / max(1, self.steps)

    @property
    def input(self) -> QRectF:
        """The row of inputs."""
        return self._row(AXIS, INPUT if self.height > 520 else SLIM_INPUT)

    @property
    def answer(self) -> QRectF:
        """The row of answers."""
        return self._row(self.input.bottom() + 6, ANSWER if self.has_answer else -6)

    @property
    def gradient(self) -> QRectF:
        """The row of gradient norms, at the bottom."""
        high = GRADIENT if self.has_gradient else 0.0
        return self._row(self.height - high - 2, high)

    @property
    def trace(self) -> QRectF:
        """The chart of one unit."""
        room = self.height - self.answer.bottom()
        high = min(TRACE[1], max(TRACE[0], 0.2 * room))
        return self._row(self.gradient.top() - high - (GAP if self.has_gradient else 2), high)

    def strip(self, place: int) -> QRectF:
        """The strip at this place from the top."""
        top = self.answer.bottom() + GAP
        pitch = (self.trace.top() - top) / max(1, self.strips)
        return self._row(top + place * pitch, max(8.0, pitch - GAP))

    def column(self, step: int) -> QRectF:
        """The column of a step through all rows."""
        return QRectF(self.left + step * self.pitch, AXIS, self.pitch, self.height - AXIS)

    def cell(self, row: QRectF, step: int) -> QRectF:
        """The cell of a step in a row."""
        gap = 2.0 if self.pitch > 8 else 0.0
        return QRectF(row.left() + step * self.pitch, row.top(), self.pitch - gap, row.height())

    def step_at(self, place: QPointF) -> int:
        """The step under a point; −1 beside the columns."""
        step = int((place.x() - self.left) // self.pitch)
        return step if 0 <= step < self.steps and place.y() >= 0 else -1

    def strip_at(self, place: QPointF) -> tuple[int, int] | None:
        """Strip and row of units under a point."""
        for number in range(self.strips):
            box = self.strip(number)
            if box.top() <= place.y() < box.bottom():
                return number, min(self.units - 1, int((place.y() - box.top()) / box.height() * self.units))
        return None

    def _row(self, top: float, height: float) -> QRectF:
        return QRectF(self.left, top, self.pitch * self.steps, height)
