"""Standings: the lanes by their loss, with the minimum each is near, and what that means in a sentence."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.lab.descent.marks import MARKERS, title, token
from app.lab.ink import RIGHT, Ink
from app.plots.paths import marker_path
from app.plots.plot import Plot, Table
from app.text import fixed, format_number
from app.theme import Look
from engine.explain.race import Race

ROW = 28


@dataclass(frozen=True)
class Standing:
    """One line.

    Args:
        place: of the lane in the list.
        loss: NaN once it has diverged.
        where: the minimum it is near, or when it was gone.
        is_gone: whether it has diverged.
    """

    place: int
    name: str
    loss: float
    where: str
    is_gone: bool


class Standings(Plot):
    """Attributes:
    chosen: place of a lane that was clicked.
    """

    chosen = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._lines: list[Standing] = []
        self._chosen = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Standings")

    def show_lines(self, lines: list[Standing], chosen: int) -> None:
        """Show the lanes, the best first."""
        if len(lines) != len(self._lines):
            self._lines = lines
            self.updateGeometry()
        self._lines, self._chosen = lines, chosen
        self.describe("; ".join(f"{line.name} {_loss(line)}, {line.where}" for line in lines))

    def table(self) -> Table:
        """Return one row per lane."""
        return ["optimiser", "loss", "where"], [[line.name, line.loss, line.where] for line in self._lines]

    def sizeHint(self) -> QSize:
        """One row per lane."""
        return QSize(280, ROW * max(1, len(self._lines)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the lane under the mouse."""
        at = int(event.position().y() // ROW)
        if event.button() == Qt.MouseButton.LeftButton and 0 <= at < len(self._lines):
            self.chosen.emit(self._lines[at].place)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw every line."""
        painter = QPainter(self)
        ink = Ink(painter, self.look.theme)
        wide = self.width()
        for at, line in enumerate(self._lines):
            box = QRectF(0, at * ROW, wide, ROW)
            if line.place == self._chosen:
                ink.fill(box.adjusted(0, 1, 0, -1), "raised", radius=6)
            shape = marker_path(MARKERS[line.place], QPointF(12, box.center().y()), 5.0)
            painter.fillPath(shape, ink.color(token(line.place)))
            ink.text(box.adjusted(26, 0, 0, 0), line.name, "body", "ink")
            loss = QRectF(90, box.top(), wide - 90 - 108, ROW)
            ink.text(loss, _loss(line), "result" if at == 0 and not line.is_gone else "number", "ink", RIGHT)
            where = QRectF(wide - 104, box.top(), 98, ROW)
            ink.text(where, line.where, "caption" if line.is_gone else "axis", "err" if line.is_gone else "ink3", RIGHT)


def standings(race: Race, places: list[int], step: int) -> list[Standing]:
    """The lanes of a race at a step.

    Args:
        places: of the lanes in the list.
    """
    lines = []
    for lane in race.order(step):
        gone, nearest = race.gone(lane, step), race.minimum(lane, step)
        where = _point(race.surface.minima[nearest]) if nearest >= 0 else "none yet"
        name = title(race.lanes[lane].optimizer)
        where = f"gone at step {gone}" if gone else where
        lines.append(Standing(places[lane], name, race.loss(lane, step), where, bool(gone)))
    return lines


def remark(race: Race, step: int) -> str:
    """What the race shows at a step, in a sentence or two."""
    lanes = range(len(race.lanes))
    gone = [(title(race.lanes[lane].optimizer), race.gone(lane, step)) for lane in lanes if race.gone(lane, step)]
    if gone:
        who = ", ".join(f"{name} after step {at}" for name, at in gone)
        return f"Diverged: {who}. Each step overshot further than the one before; a smaller learning rate helps."
    found = {race.minimum(lane, step) for lane in lanes} - {-1}
    if len(found) > 1:
        many = len(race.surface.minima)
        return (
            f"One start, {len(found)} of the {many} minima: optimiser, learning rate and noise decide which is found."
        )
    if step and not found:
        return "None is near a minimum yet."
    return ""


def _loss(line: Standing) -> str:
    return "–" if line.is_gone else format_number(line.loss, 4)


def _point(minimum: tuple[float, float]) -> str:
    return f"({fixed(minimum[0], 2)}, {fixed(minimum[1], 2)})"
