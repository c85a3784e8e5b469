"""Where the nodes of a traced graph stand: rows by the longest way from the inputs, each in the order of its inputs."""

from collections.abc import Mapping, Sequence
from typing import Any

SWEEPS = 4
Node = Mapping[str, Any]


def rows_of(nodes: Sequence[Node]) -> list[int]:
    """The row of each node, 0 at the top: below all it is computed from; what has no input stands above its first user.

    Args:
        nodes: as the engine says them, each after its inputs.
    """
    rows: list[int] = []
    for node in nodes:
        before = (*node["inputs"], *node["control"])
        rows.append(1 + max((rows[place] for place in before), default=-1))
    for place in reversed(range(len(nodes))):
        if not nodes[place]["inputs"] and not nodes[place]["control"]:
            users = [rows[at] for at, node in enumerate(nodes) if place in (*node["inputs"], *node["control"])]
            rows[place] = max(0, min(users, default=rows[place] + 1) - 1)
    first = min(rows, default=0)
    return [row - first for row in rows]


def places_of(nodes: Sequence[Node]) -> list[tuple[int, float]]:
    """Row and share of the width, 0 to 1, of each node."""
    rows = rows_of(nodes)
    members: dict[int, list[int]] = {}
    for place, row in enumerate(rows):
        members.setdefault(row, []).append(place)
    across = [0.0] * len(nodes)
    for order in members.values():
        _spread(order, across)
    near = _neighbours(nodes)
    for sweep in range(SWEEPS):
        for row in sorted(members, reverse=sweep % 2 == 1):
            members[row].sort(key=lambda place: _wanted(near[place], across, across[place]))
            _spread(members[row], across)
    return [(row, across[place]) for place, row in enumerate(rows)]


def _neighbours(nodes: Sequence[Node]) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in nodes]
    for place, node in enumerate(nodes):
        for other in node["inputs"]:
            found[place].append(other)
            found[other].append(place)
    return found


def _wanted(near: Sequence[int], across: Sequence[float], now: float) -> float:
    return sum(across[place] for place in near) / len(near) if near else now


def _spread(order: Sequence[int], across: list[float]) -> None:
    for at, place in enumerate(order):
        across[place] = (at + 0.5) / len(order)
