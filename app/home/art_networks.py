"""Pictures of whole networks: every layer a bar as high as its maps, in its family's hue, the input at the left."""

import math
from collections.abc import Callable
from functools import cache, partial

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from app.canvas.node import mixed
from app.theme import Theme
from engine.examples import load_example
from engine.shapes import LayerInfo, infer

LOW, HIGH = 0.10, 0.86  # of the picture's height: a bar of one place, and of the largest map
FAINT, FULL = 0.45, 1.0  # strength of the hue with one channel, and with as many as any layer has
MOST_GAP = 2.0  # px
Bar = tuple[float, float, str, float]  # place among those above one another, height, family, strength


def silhouette(name: str) -> Callable[[QPainter, QRectF, Theme], None]:
    """What paints an example's network."""
    return partial(_paint, name)


def _paint(name: str, painter: QPainter, rect: QRectF, theme: Theme) -> None:
    columns = _columns(name)
    room = rect.adjusted(14, 0, -14, 0)
    pitch = room.width() / len(columns)
    width = max(1.0, pitch - min(MOST_GAP, pitch * 0.3))
    ground = theme.color("canvas")
    painter.setPen(Qt.PenStyle.NoPen)
    for place, bars in enumerate(columns):
        left = room.left() + place * pitch + (pitch - width) / 2
        whole = room.height() / len(bars)
        for above, height, family, strength in bars:
            tall = height * whole * (0.94 if len(bars) > 1 else 1.0)
            middle = room.top() + (above + 0.5) * whole
            painter.setBrush(mixed(ground, theme.family(family), strength))
            radius = min(2.0, width / 3)
            painter.drawRoundedRect(QRectF(left, middle - tall / 2, width, tall), radius, radius)


@cache
def _columns(name: str) -> list[list[Bar]]:
    """The bars of each step from input to output; side by side where a step has several layers."""
    graph = load_example(name).graph
    layers = infer(graph).layers
    rank: dict[str, int] = {}
    for node in graph.in_order():
        rank[node.name] = 1 + max((rank[source] for source in graph.sources(node.name)), default=-1)
    most = max(_channels(info) for info in layers.values())
    largest = max(_side(info) for info in layers.values())
    columns: list[list[str]] = [[] for _ in range(1 + max(rank.values()))]
    for layer, at in rank.items():
        columns[at].append(layer)
    return [
        [(n, *_bar(layers[layer], largest, most)) for n, layer in enumerate(column)] for column in columns if column
    ]


def _bar(info: LayerInfo, largest: float, most: int) -> tuple[float, str, float]:
    share = math.log2(1 + _side(info)) / math.log2(1 + largest)
    strength = FAINT + (FULL - FAINT) * math.log2(1 + _channels(info)) / math.log2(1 + most)
    return LOW + (HIGH - LOW) * share, info.spec.family, strength


def _side(info: LayerInfo) -> float:
    """Rows of the maps; 1 for a vector."""
    return float(info.shape[0]) if len(info.shape) == 3 else 1.0


def _channels(info: LayerInfo) -> int:
    return int(info.shape[-1])
