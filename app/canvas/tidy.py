"""Room for what is new: a network that stands as the layout put it is laid out again; else its row moves aside."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF

from engine.graph import Graph
from engine.groups import contracted, item_at, lies_in
from engine.layout import GAP, LEFT, MAX_COLUMNS, WIDTH, auto_layout, node_size

TOLERANCE = 1.0  # px; files round
ASIDE = 40.0  # px between an error's card and the layers that make room for it


def tidy_width(graph: Graph) -> float | None:
    """Return the canvas width, px, for which the layout places every node where it stands; None where a hand did."""
    if len(graph.nodes) < 2:
        return None
    for columns in range(MAX_COLUMNS, 0, -1):
        width = LEFT + columns * (WIDTH + GAP)
        if _stands_like(graph, auto_layout(graph, width)):
            return width
    return None


def with_room(before: Graph, after: Graph, added: str = "") -> Graph:
    """Return `after` with room for what changed.

    Args:
        before: the graph as it was; where it was tidy, `after` is laid out the same way.
        added: the new node, from which its neighbours to the right step aside where they are in its way.
    """
    width = tidy_width(before)
    if width is not None:
        return auto_layout(after, width)
    return _stepped_aside(after, added) if added else after


def aside(boxes: Mapping[str, QRectF], wide: Mapping[str, float]) -> dict[str, float]:
    """Return how far right each node is shown of its place, px, so that no card that grew covers its neighbours.

    Args:
        boxes: every node's card at its place.
        wide: how wide each grown card was before, px; further right stands what must make room.
    """
    steps = dict.fromkeys(boxes, 0.0)
    for name in sorted(wide, key=lambda name: boxes[name].left()):
        own = boxes[name].translated(steps[name], 0)
        later = [other for other in boxes if other != name and _is_right_of(boxes[other], boxes[name], wide[name])]
        covered = [boxes[other].left() + steps[other] for other in later]
        step = own.right() + ASIDE - min(covered, default=own.right() + ASIDE)
        for other in later if step > 0 else []:
            steps[other] += step
    return {name: step for name, step in steps.items() if step}


def _is_right_of(other: QRectF, box: QRectF, width: float) -> bool:
    in_row = other.top() < box.bottom() and other.bottom() > box.top()
    return in_row and other.left() >= box.left() + width


def _stands_like(graph: Graph, laid: Graph) -> bool:
    return all(
        abs(node.x - other.x) <= TOLERANCE and abs(node.y - other.y) <= TOLERANCE
        for node, other in zip(graph.nodes, laid.nodes, strict=True)
    )


def _stepped_aside(graph: Graph, added: str) -> Graph:
    level = graph.node(added).path
    top, boxes = contracted(graph, level), level_boxes(graph, level)
    own = QRectF(boxes[added])
    sources = [boxes[source].right() for source in top.sources(added)]
    own.moveLeft(max([own.left(), *(right + GAP for right in sources if _in_one_row(boxes, top, added))]))
    later = [name for name in boxes if name in top.descendants(added) and _shares_row(boxes[name], own)]
    step = own.right() + GAP - min((boxes[name].left() for name in later), default=own.right() + GAP)
    moves = {added: own.left() - boxes[added].left()}
    if step > 0 and any(boxes[name].adjusted(-8, -8, 8, 8).intersects(own) for name in boxes if name != added):
        moves |= dict.fromkeys(later, step)
    across = {node.name: moves.get(item_at(node, level), 0.0) for node in graph.nodes if lies_in(node.path, level)}
    return graph.with_positions({n.name: (n.x + across[n.name], n.y) for n in graph.nodes if across.get(n.name)})


def level_boxes(graph: Graph, level: str) -> dict[str, QRectF]:
    """The card of every item of a level, where the file has it."""
    return {node.name: QRectF(node.x, node.y, *node_size(node.kind)) for node in contracted(graph, level).nodes}


def _in_one_row(boxes: Mapping[str, QRectF], graph: Graph, name: str) -> bool:
    return all(_shares_row(boxes[source], boxes[name]) for source in graph.sources(name))


def _shares_row(one: QRectF, other: QRectF) -> bool:
    return one.top() < other.bottom() and one.bottom() > other.top()
