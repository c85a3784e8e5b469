"""Contours: the lines along which a grid of numbers has one value, by marching squares (Lorensen and Cline 1987)."""

from collections import defaultdict

import numpy as np

Edge = tuple[int, int, int]  # row, column, and 0 for the edge to the right, 1 for the edge down
# Which edges of a square a line joins, by the corners above the level: top left 1, top right 2, bottom right 4,
# bottom left 8. Edges: top 0, right 1, bottom 2, left 3.
JOINED: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((3, 0),), 2: ((0, 1),), 3: ((3, 1),), 4: ((1, 2),), 5: ((3, 0), (1, 2)), 6: ((0, 2),), 7: ((3, 2),),
    8: ((2, 3),), 9: ((2, 0),), 10: ((0, 1), (2, 3)), 11: ((2, 1),), 12: ((1, 3),), 13: ((1, 0),), 14: ((0, 3),),
}  # fmt: skip


def contour_lines(values: np.ndarray, level: float) -> list[np.ndarray]:
    """Find the lines at a level.

    Args:
        values: (row, column), finite; grid point [i, j] lies at x = j, y = i.

    Returns:
        Lines float64 (point, 2) of x and y; a closed one ends where it begins.
    """
    values = np.asarray(values, float)
    links: dict[Edge, list[Edge]] = defaultdict(list)
    high = values > level
    case = high[:-1, :-1] + 2 * high[:-1, 1:] + 4 * high[1:, 1:] + 8 * high[1:, :-1]
    for row, column in np.argwhere((case > 0) & (case < 15)):
        for first, second in JOINED[int(case[row, column])]:
            a, b = _edge(int(row), int(column), first), _edge(int(row), int(column), second)
            links[a].append(b)
            links[b].append(a)
    return [np.array([_point(values, level, edge) for edge in line]) for line in _followed(links)]


def _edge(row: int, column: int, side: int) -> Edge:
    return ((row, column, 0), (row, column + 1, 1), (row + 1, column, 0), (row, column, 1))[side]


def _point(values: np.ndarray, level: float, edge: Edge) -> tuple[float, float]:
    """Where the level is crossed on an edge, by straight interpolation."""
    row, column, down = edge
    first, second = values[row, column], values[row + down, column + 1 - down]
    share = (level - first) / (second - first)
    return (column, row + share) if down else (column + share, row)


def _followed(links: dict[Edge, list[Edge]]) -> list[list[Edge]]:
    """Lines from edge to edge: open ones from their ends first, then the closed ones."""
    lines: list[list[Edge]] = []
    for start in sorted(links, key=lambda edge: (len(links[edge]), edge)):
        if links[start]:
            lines.append(_follow(links, start))
    return lines


def _follow(links: dict[Edge, list[Edge]], start: Edge) -> list[Edge]:
    line = [start]
    while links[line[-1]]:
        last = line[-1]
        following = links[last].pop(0)
        links[following].remove(last)
        line.append(following)
    return line
