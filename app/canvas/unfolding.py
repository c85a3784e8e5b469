"""Where the items of a canvas stand while some groups are open: an open group takes room, and the rest makes it.

The file keeps where everything stands with all groups closed; what follows here is for the eye only.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF

from app.canvas.tidy import aside
from engine.graph import Graph
from engine.groups import contracted, is_group, path_of
from engine.layout import node_size

PAD, HEAD = 20.0, 40.0  # px round the layers of an open group, and above them
NEAR = 1.0  # px by which an item may reach up and still count as below another

Sizes = Mapping[str, tuple[float, float]]


@dataclass
class Unfolded:
    """What is in sight.

    Args:
        places: top left corner of every layer and closed group, by item.
        frames: of every open group, by path, outer before inner.
    """

    places: dict[str, QPointF] = field(default_factory=dict)
    frames: dict[str, QRectF] = field(default_factory=dict)


def unfolded(graph: Graph, is_open: Collection[str], grown: Sizes) -> Unfolded:
    """Return where everything stands.

    Args:
        is_open: paths of the groups that are open; one inside a closed group is not in sight.
        grown: width and height of cards that are larger than their kind's, as with an error, by item.
    """
    if not grown and not any(node.path for node in graph.nodes):
        return Unfolded({node.name: QPointF(node.x, node.y) for node in graph.nodes})
    found = Unfolded()
    Level(graph, "", is_open, grown).spread(found, QPointF())
    return found


class Level:
    """The items of one group, or of the whole network.

    Args:
        graph: all of it.
        level: path of the group; empty for the whole network.
        is_open, grown: as in `unfolded`.

    Attributes:
        steps: how far each item stands from its place in the file, because others need room.
    """

    def __init__(self, graph: Graph, level: str, is_open: Collection[str], grown: Sizes) -> None:
        self._top = contracted(graph, level)
        groups = [node.name for node in self._top.nodes if is_group(node.name) and path_of(node.name) in is_open]
        self._inner = {item: Level(graph, path_of(item), is_open, grown) for item in groups}
        self._sizes = {node.name: grown.get(node.name, node_size(node.kind)) for node in self._top.nodes}
        self._sizes |= {item: inner.frame_size() for item, inner in self._inner.items()}
        self.steps = self._make_room([name for name in self._sizes if name in grown or name in self._inner])

    def frame_size(self) -> tuple[float, float]:
        """Width and height of the frame round all items."""
        boxes = [self._box(node.name) for node in self._top.nodes]
        width = max(box.right() for box in boxes) - min(node.x for node in self._top.nodes)
        height = max(box.bottom() for box in boxes) - min(node.y for node in self._top.nodes)
        return width + 2 * PAD, height + HEAD + PAD

    def spread(self, found: Unfolded, step: QPointF) -> None:
        """Write down where all stands.

        Args:
            step: how far the group itself stands from its place in the file.
        """
        for node in self._top.nodes:
            box = self._box(node.name).translated(step)
            inner = self._inner.get(node.name)
            if inner is None:
                found.places[node.name] = box.topLeft()
                continue
            found.frames[path_of(node.name)] = box
            inner.spread(found, step + self.steps[node.name] + QPointF(PAD, HEAD))

    def _box(self, item: str) -> QRectF:
        node = self._top.node(item)
        return QRectF(node.x, node.y, *self._sizes[item]).translated(self.steps[item])

    def _make_room(self, grown: Iterable[str]) -> dict[str, QPointF]:
        """To the right of what grew wider its neighbours in the row step aside; below an open group all move down."""
        plain = {node.name: QRectF(node.x, node.y, *node_size(node.kind)) for node in self._top.nodes}
        wide, boxes = {name: plain[name].width() for name in grown}, dict(plain)
        for name in wide:
            height = plain[name].height() if name in self._inner else self._sizes[name][1]
            boxes[name] = QRectF(plain[name].topLeft(), QRectF(0, 0, self._sizes[name][0], height).size())
        across = aside(boxes, wide)
        down = _down(plain, {name: self._sizes[name][1] - plain[name].height() for name in self._inner})
        return {name: QPointF(across.get(name, 0.0), down[name]) for name in plain}


def _down(boxes: Mapping[str, QRectF], taller: Mapping[str, float]) -> dict[str, float]:
    """How far each box moves down so that what stood below a box that became taller still does."""
    found: dict[str, float] = {}
    for name in sorted(boxes, key=lambda name: boxes[name].top()):
        above = [g for g in taller if g in found and boxes[g].bottom() <= boxes[name].top() + NEAR]
        found[name] = max((found[g] + taller[g] for g in above), default=0.0)
    return found
