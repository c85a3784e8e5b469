"""The picture of costs: volumes as boxes along two ways, and their multiplications as areas."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF

from app.lab.board import Board
from app.lab.ink import CENTRE, Ink
from app.text import TIMES, count
from app.theme import Look
from engine.explain.volume_cost import Convolution, Route

MARGIN, TITLE = 32.0, 30.0  # px
WAY = (0.74, -0.36)  # px to the right and down for each px of depth
DEEPEST, WIDEST = 512, 56  # channels and side the scales are made for
SHARE, TALLEST = 0.27, 0.42  # of the height: a way, and the largest area


@dataclass(frozen=True)
class Shown:
    """What is drawn.

    Args:
        known: of the three layers, how many are counted already: the direct one, the 1×1, the one behind it.
    """

    route: Route
    known: int


class CostBoard(Board):
    """Handles: "side", "channels", "filters", "bottleneck"."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "Two ways from one volume to another, and what they cost")
        self._shown: Shown | None = None
        self._corners: dict[str, QPointF] = {}

    def show_cost(self, shown: Shown) -> None:
        """Draw other sizes, or what is counted now."""
        self._shown = shown
        direct, both = shown.route.direct.multiplications, shown.route.multiplications
        self.describe(f"Directly {count(direct)} multiplications, through the bottleneck {count(both)}")

    def value_at(self, id: str, place: QPointF) -> int:
        """What a handle means at a place."""
        way = place - self._corners[id]
        if id == "side":
            return round(way.x() / self._face)
        return max(1, round((way.x() * WAY[0] + way.y() * WAY[1]) / (WAY[0] ** 2 + WAY[1] ** 2) / self._depth))

    def paint(self, ink: Ink) -> None:
        """Draw both ways, then the areas."""
        shown = self._shown
        if shown is None:
            return
        route, high = shown.route, self.height() * SHARE
        self._paint_way(ink, 0, "Directly", (route.direct,))
        self._paint_way(ink, 1, f"Through a bottleneck of {route.bottleneck} channels", (route.squeeze, route.expand))
        self._paint_areas(ink, shown, 2 * high + 2 * TITLE)

    @property
    def _face(self) -> float:
        """px per row of a volume."""
        return self.height() * SHARE * 0.68 / WIDEST

    @property
    def _depth(self) -> float:
        """px per channel."""
        return self.height() * SHARE * 0.8 / DEEPEST

    def _paint_way(self, ink: Ink, row: int, title: str, layers: tuple[Convolution, ...]) -> None:
        top = row * (self.height() * SHARE + TITLE)
        ink.at(QPointF(MARGIN, top + 18), title, "title", "ink")
        base = top + TITLE + (self.height() * SHARE + layers[0].side * self._face) / 2
        columns = (0.0, 0.42, 0.72)
        stops = [columns[0], *columns[3 - len(layers) :]]
        xs = [MARGIN + stop * (self.width() - 2 * MARGIN) for stop in stops]
        volumes = [layers[0].channels, *(layer.filters for layer in layers)]
        ids = ("channels", "filters") if row == 0 else ("", "bottleneck", "")
        for x, channels, id in zip(xs, volumes, ids, strict=True):
            self._paint_box(ink, QPointF(x, base), layers[0].side, channels, id)
        if row == 0:
            self._place_side(ink, QPointF(xs[0], base), layers[0].side)
        for at, layer in enumerate(layers):
            right = xs[at] + layer.side * self._face + volumes[at] * self._depth * WAY[0] + 14
            place = QPointF(right, base - layer.side * self._face / 2)
            end = QPointF(xs[at + 1] - 12, place.y())
            ink.arrow(place, end, "ink3")
            size = f"{layer.kernel}{TIMES}{layer.kernel}{TIMES}{layer.channels}"
            ink.at((place + end) / 2 - QPointF(0, 12), size, "axis", "ink2", CENTRE)
            ink.at((place + end) / 2 + QPointF(0, 12), f"{layer.filters} filters", "axis", "ink2", CENTRE)

    def _paint_box(self, ink: Ink, corner: QPointF, side: int, channels: int, id: str) -> None:
        """A volume with its front at the lower left; its depth is its channels."""
        face = side * self._face
        back = QPointF(*WAY) * (channels * self._depth)
        front = QRectF(corner.x(), corner.y() - face, face, face)
        top = QPolygonF([front.topLeft(), front.topRight(), front.topRight() + back, front.topLeft() + back])
        right = QPolygonF([front.topRight(), front.bottomRight(), front.bottomRight() + back, front.topRight() + back])
        painter = ink.painter
        ink.pen("ctl", 1)
        for shape, fill in ((top, "raised"), (right, "pressed")):
            painter.setBrush(ink.color(fill))
            painter.drawPolygon(shape)
        painter.setBrush(ink.color("card"))
        painter.drawRect(front)
        ink.at(corner + QPointF(0, 14), f"{side}{TIMES}{side}{TIMES}{channels}", "number", "ink")
        if id:
            self._corners[id] = front.topRight()
            self.place(ink, id, front.topRight() + back, f"{channels} {'filters' if id == 'filters' else 'channels'}")

    def _place_side(self, ink: Ink, corner: QPointF, side: int) -> None:
        self._corners["side"] = corner
        self.place(ink, "side", corner + QPointF(side * self._face, 0), f"side {side}")

    def _paint_areas(self, ink: Ink, shown: Shown, top: float) -> None:
        """A square for each layer, its area the multiplications."""
        route = shown.route
        ink.at(QPointF(MARGIN, top + 8), "Multiplications for one picture, as areas", "title", "ink")
        layers = (route.direct, route.squeeze, route.expand)
        most = max(route.direct.multiplications, route.squeeze.multiplications, route.expand.multiplications)
        side = min(self.height() - top - 76, self.height() * TALLEST, self.width() * 0.24)
        base = top + 26 + side
        half = MARGIN + 0.42 * (self.width() - 2 * MARGIN)
        places = (MARGIN, half, half + max(150.0, side * (route.squeeze.multiplications / most) ** 0.5 + 24))
        names = ("directly", f"1{TIMES}1", f"{route.direct.kernel}{TIMES}{route.direct.kernel} behind it")
        for at, (layer, x, name) in enumerate(zip(layers, places, names, strict=True)):
            if at < shown.known:
                self._paint_area(ink, QPointF(x, base), side * (layer.multiplications / most) ** 0.5, at)
                ink.at(QPointF(x, base + 14), count(layer.multiplications), "result", "ink")
            ink.at(QPointF(x, base + 30), name, "caption", "ink3")

    def _paint_area(self, ink: Ink, corner: QPointF, side: float, at: int) -> None:
        square = QRectF(corner.x(), corner.y() - side, max(side, 1.0), max(side, 1.0))
        ink.fill(square, "series0" if at == 0 else "series2", 1.0 if at != 1 else 0.6)
