"""Where the picture of output sizes has its row, its staircase of windows and its two grids."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF

from engine.explain.output_size import Slide

MARGIN, GAP = 24.0, 56.0  # px round everything, and between the two grids
ROW_TOP, LARGEST, ROOMY = 50.0, 36.0, 18  # px above the row, px of its cells, cells there is room for
STEP, LEAST = 22.0, 6.0  # px between the first windows below one another, and at least between the others
TALL_CELL = 54.0  # px, of the grids
BAR, RESULT = 6.0, 34.0  # px: height of a window's cells below the row; width of the output beside them


@dataclass(frozen=True)
class Layout:
    """Places, px.

    Args:
        cell: side of a cell of the row.
        row: the input's cells, without padding.
        stairs: of each window of the row, where it stands (top of its bar).
        results: where the output's cells stand, one beside each of the stairs.
        input: the grid of the input with its padding.
        output: the grid of the output.
        side: of a cell of the grids.
        before: cells of padding above and left of the input.
    """

    cell: float
    row: QRectF
    stairs: tuple[float, ...]
    results: tuple[QRectF, ...]
    input: QRectF
    output: QRectF
    side: float
    before: int

    def column(self, position: float) -> float:
        """The left end of a position of the row; padding lies outside of 0..n."""
        return self.row.left() + position * self.cell

    def position(self, place: QPointF) -> float:
        """The inverse of `column`."""
        return (place.x() - self.row.left()) / self.cell

    def pixel(self, row: float, column: float) -> QRectF:
        """A pixel in the input's grid; negative rows and columns, and those from n on, are padding or lie outside."""
        corner = QPointF((column + self.before) * self.side, (row + self.before) * self.side)
        return QRectF(self.input.topLeft() + corner, QSizeF(self.side, self.side))


def layout(slide: Slide, width: float, height: float, is_refused: bool = False) -> Layout:
    """Share the area; a window that cannot slide has no padding and no output."""
    before, after = (0, 0) if is_refused else slide.padded
    out = 0 if is_refused else slide.out
    across = max(before + slide.size + after, slide.span, ROOMY)
    cell = min(LARGEST, (width - 2 * MARGIN - 3 * RESULT) / across)
    row = QRectF(MARGIN + before * cell, ROW_TOP, slide.size * cell, cell)
    upper = max(228.0, height * 0.31)
    stairs = _stairs(max(1, out), row.bottom() + 14, upper - 14)
    beside = max(row.right() + after * cell, row.left() + 9 * cell) + 60
    results = _results(stairs, min(beside, width - MARGIN - RESULT))
    top = upper + 36
    area = QRectF(MARGIN, top, width - 2 * MARGIN - GAP, height - top - 12)
    whole = before + slide.size + after
    side = min(TALL_CELL, area.width() / (whole + out), area.height() / max(whole, out, slide.span))
    side = float(int(side)) if side >= 8 else side
    left = QRectF(area.left(), area.top(), whole * side, whole * side)
    right = QRectF(left.right() + GAP, area.top(), out * side, out * side)
    return Layout(cell, row, stairs, results, left, right, side, before)


def _stairs(windows: int, top: float, bottom: float) -> tuple[float, ...]:
    """The first three have room for handles and their names; the others share what is left."""
    pitch = min(STEP, max(LEAST, (bottom - top - 2 * STEP) / max(1, windows - 1)))
    return tuple(top + STEP * min(place, 2) + pitch * max(0, place - 2) for place in range(windows))


def _results(stairs: tuple[float, ...], left: float) -> tuple[QRectF, ...]:
    pitch = min(18.0, stairs[-1] - stairs[-2] if len(stairs) > 3 else STEP) - 2
    return tuple(QRectF(left, top + BAR / 2 - pitch / 2, RESULT, pitch) for top in stairs)
