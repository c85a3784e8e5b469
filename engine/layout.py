"""Automatic layout: data flow from left to right in rows that wrap, with branches below and above the main path.

A group takes the place of one layer; what is in it is laid out by itself, from the group's own corner on.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from engine.graph import Graph
from engine.groups import contracted, is_group, path_of

HEIGHT = 152.0
WIDTH = 128.0
NARROW = {"dense": 112.0, "flatten": 84.0, "add": 72.0, "concatenate": 72.0}
GAP = 50.0  # between neighbours in a row
SMALL_GAP = 40.0  # where it lets one more node stay in its row
LANE_GAP = 34.0  # between a branch and the path it leaves
ROW_GAP = 82.0  # room for the edge that runs back to the left
MAX_COLUMNS = 5
LEFT, TOP = 32.0, 64.0

Sizes = Mapping[str, tuple[float, float]]


def node_size(kind: str) -> tuple[float, float]:
    """Width and height of a node on the canvas, px, at 100 % zoom."""
    return NARROW.get(kind, WIDTH), HEIGHT


@dataclass
class _Column:
    """Nodes one above the other: lane 0 is the main path, 1 the lane below it, −1 the lane above."""

    lanes: dict[int, str] = field(default_factory=dict)

    def width(self, sizes: Sizes) -> float:
        return max(sizes[name][0] for name in self.lanes.values())


class _Flow:
    """The edges of a graph both ways, and every node's rank: the length of the longest way to it."""

    def __init__(self, graph: Graph) -> None:
        self.order = [node.name for node in graph.in_order()]
        known = set(self.order)
        self.sources: dict[str, list[str]] = {name: [] for name in self.order}
        self.targets: dict[str, list[str]] = {name: [] for name in self.order}
        for edge in graph.edges:
            if edge.source in known and edge.target in known:
                self.sources[edge.target].append(edge.source)
                self.targets[edge.source].append(edge.target)
        self.rank: dict[str, int] = {}
        for name in self.order:
            self.rank[name] = 1 + max((self.rank[source] for source in self.sources[name]), default=-1)

    def parts(self) -> Iterator[list[str]]:
        """The nodes of each connected part with at least one edge, in order."""
        seen: set[str] = set()
        for start in self.order:
            if start in seen or not (self.sources[start] or self.targets[start]):
                continue
            part, ahead = {start}, [start]
            while ahead:
                name = ahead.pop()
                near = [other for other in self.sources[name] + self.targets[name] if other not in part]
                part.update(near)
                ahead += near
            seen |= part
            yield [name for name in self.order if name in part]

    def main_path(self, part: Sequence[str]) -> list[str]:
        """A longest way through a connected part, from its start to its end."""
        path = [max(part, key=lambda name: self.rank[name])]
        while self.sources[path[-1]]:
            path.append(max(self.sources[path[-1]], key=lambda name: self.rank[name]))
        return path[::-1]

    def branches(self, part: Sequence[str]) -> Iterator[list[str]]:
        """The nodes beside the main path, cut into chains without forks."""
        placed = set(self.main_path(part))
        for start in part:
            if start in placed:
                continue
            chain = [start]
            while (after := self._only_target(chain[-1], placed | set(chain))) is not None:
                chain.append(after)
            placed.update(chain)
            yield chain

    def _only_target(self, name: str, placed: set[str]) -> str | None:
        targets = self.targets[name]
        return targets[0] if len(targets) == 1 and targets[0] not in placed else None


def auto_layout(graph: Graph, width: float) -> Graph:
    """Place every node so that none overlap, as long as groups are closed.

    Args:
        width: of the canvas, px; decides how many nodes stand in a row, five at most of full width.
    """
    columns = min(max(int((width - LEFT + GAP) // (WIDTH + GAP)), 1), MAX_COLUMNS)
    room = columns * (WIDTH + GAP) - GAP
    if not any(node.path for node in graph.nodes):
        return graph.with_positions(_places(graph, room, (LEFT, TOP)))
    return graph.with_positions(_level_places(graph, "", room, (LEFT, TOP)))


Places = dict[str, tuple[float, float]]


def _level_places(graph: Graph, level: str, room: float, corner: tuple[float, float]) -> Places:
    """Where the layers of a level stand, and those of the groups in it."""
    found: Places = {}
    for item, place in _places(contracted(graph, level), room, corner).items():
        found |= _level_places(graph, path_of(item), room, place) if is_group(item) else {item: place}
    return found


def _places(graph: Graph, room: float, corner: tuple[float, float]) -> Places:
    """Where each node stands, in rows no wider than `room`, the first at `corner`."""
    sizes = {node.name: node_size(node.kind) for node in graph.nodes}
    left, top = corner
    positions: Places = {}
    for part in _columns_of_parts(graph):
        for row in _rows(part, sizes, room):
            positions.update(_placed(row, sizes, room, (left, top)))
            low, high = _lanes(row)
            top += (high - low + 1) * (HEIGHT + LANE_GAP) - LANE_GAP + ROW_GAP
    return positions


def _columns_of_parts(graph: Graph) -> Iterator[list[_Column]]:
    """Each connected part as columns; the single nodes last, side by side."""
    flow = _Flow(graph)
    joined: set[str] = set()
    for part in flow.parts():
        joined.update(part)
        yield _columns(flow, part)
    single = [_Column({0: node.name}) for node in graph.nodes if node.name not in joined]
    if single:
        yield single


def _columns(flow: _Flow, part: Sequence[str]) -> list[_Column]:
    columns = [_Column() for _ in range(1 + max(flow.rank[name] for name in part))]
    for name in flow.main_path(part):
        columns[flow.rank[name]].lanes[0] = name
    for chain in flow.branches(part):
        span = columns[flow.rank[chain[0]] : flow.rank[chain[-1]] + 1]
        lane = next(lane for lane in _lane_numbers() if all(lane not in column.lanes for column in span))
        for name in chain:
            columns[flow.rank[name]].lanes[lane] = name
    return [column for column in columns if column.lanes]


def _lane_numbers() -> Iterator[int]:
    """1, −1, 2, −2, ...: below first, then above."""
    for number in count(1):
        yield from (number, -number)


def _rows(columns: Iterable[_Column], sizes: Sizes, room: float) -> Iterator[list[_Column]]:
    """Break the columns into rows no wider than `room`."""
    row: list[_Column] = []
    used = -SMALL_GAP
    for column in columns:
        width = column.width(sizes)
        if row and used + SMALL_GAP + width > room:
            yield row
            row, used = [], -SMALL_GAP
        row.append(column)
        used += SMALL_GAP + width
    if row:
        yield row


def _placed(
    row: Sequence[_Column], sizes: Sizes, room: float, corner: tuple[float, float]
) -> Iterator[tuple[str, tuple[float, float]]]:
    widths = [column.width(sizes) for column in row]
    gap = min(GAP, (room - sum(widths)) / (len(row) - 1)) if len(row) > 1 else GAP
    low, _ = _lanes(row)
    left, top = corner
    for column, width in zip(row, widths, strict=True):
        for lane, name in column.lanes.items():
            x = left + (width - sizes[name][0]) / 2
            yield name, (float(round(x)), float(round(top + (lane - low) * (HEIGHT + LANE_GAP))))
        left += width + gap


def _lanes(row: Sequence[_Column]) -> tuple[int, int]:
    lanes = [lane for column in row for lane in column.lanes]
    return min(0, *lanes), max(0, *lanes)
