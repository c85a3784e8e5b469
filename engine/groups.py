"""Groups of layers: the graph stays flat, a layer only says by a path such as "stage2/block1" where it belongs.

So a group costs nothing in shapes, training or checkpoints. A *level* is the path of a group, or empty for the whole
network; its *items* are the layers that lie directly in it, by their names, and the groups, by their path and a slash.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import reduce
from itertools import count

import msgspec

from engine.errors import UserError
from engine.graph import MAX_DEPTH, NAME, NAME_HINT, SEPARATOR, Edge, Graph, Node, shared_group

KIND = "group"  # of a group among layers
STEM = "block"  # what a new group is called


def key_of(path: str) -> str:
    """The item of a group; no layer has such a name."""
    return path + SEPARATOR


def is_group(item: str) -> bool:
    """Whether an item stands for a group."""
    return item.endswith(SEPARATOR)


def path_of(item: str) -> str:
    """Path of the group that an item stands for."""
    return item.removesuffix(SEPARATOR)


def parent_of(path: str) -> str:
    """Path of the group around a group; empty where there is none."""
    return path.rpartition(SEPARATOR)[0]


def title_of(path: str) -> str:
    """A group's own name, e.g. "block1" of "stage2/block1"."""
    return path.rpartition(SEPARATOR)[2]


def enclosing(path: str) -> tuple[str, ...]:
    """A group and those around it, the outermost first; empty for no group."""
    parts = path.split(SEPARATOR) if path else []
    return tuple(SEPARATOR.join(parts[: n + 1]) for n in range(len(parts)))


def lies_in(path: str, level: str) -> bool:
    """Whether a group is `level`, or is inside it; every group is inside the whole network."""
    return not level or path == level or path.startswith(level + SEPARATOR)


def common(paths: Iterable[str]) -> str:
    """The innermost group that holds all of these; empty where there is none."""
    found = list(paths)
    return reduce(shared_group, found) if found else ""


def paths(graph: Graph) -> tuple[str, ...]:
    """Every group, each before those inside it, in the order of the graph's nodes."""
    return tuple(dict.fromkeys(path for node in graph.nodes for path in enclosing(node.path)))


def members(graph: Graph, path: str) -> tuple[str, ...]:
    """Names of the layers of a group, those of groups inside it too, in the order of the graph's nodes."""
    return tuple(node.name for node in graph.nodes if node.path and lies_in(node.path, path))


def item_at(node: Node, level: str) -> str:
    """The item of a level that a layer in it is, or lies in."""
    if node.path == level:
        return node.name
    depth = level.count(SEPARATOR) + 1 if level else 0
    return key_of(enclosing(node.path)[depth])


def shown_items(graph: Graph, is_open: Collection[str]) -> dict[str, str]:
    """By layer, the item that shows it: its own name, or the outermost group around it that is closed."""
    closed = {node.name: next((p for p in enclosing(node.path) if p not in is_open), "") for node in graph.nodes}
    return {name: key_of(path) if path else name for name, path in closed.items()}


def whole_group(graph: Graph, is_open: Collection[str], names: Collection[str]) -> str:
    """The group in sight whose layers are just these, a closed one before an open one; empty where there is none."""
    in_sight = [path for path in paths(graph) if set(enclosing(parent_of(path))) <= set(is_open)]
    alike = [path for path in in_sight if set(members(graph, path)) == set(names)]
    return min(alike, key=lambda path: path in is_open, default="")


def contracted(graph: Graph, level: str) -> Graph:
    """The items of a level as a graph: each group one node of kind "group" at its corner.

    Of two groups that feed one another, the edges against the order of the layers are left out.
    """
    inside = tuple(node for node in graph.nodes if lies_in(node.path, level))
    items = {node.name: item_at(node, level) for node in inside}
    joined_inside = tuple(e for e in graph.edges if e.source in items and e.target in items)
    order = [node.name for node in Graph(inside, joined_inside).in_order()]
    first: dict[str, int] = {}
    for name in (*order, *items):
        first.setdefault(items[name], len(first))
    pairs = dict.fromkeys((items[e.source], items[e.target]) for e in joined_inside)
    edges = tuple(Edge(a, b) for a, b in pairs if first[a] < first[b])
    return Graph(tuple(_items(inside, items).values()), edges)


def _items(inside: Iterable[Node], items: Mapping[str, str]) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for node in inside:
        item = items[node.name]
        if not is_group(item):
            found[item] = msgspec.structs.replace(node, group=msgspec.UNSET)
        elif item in found:
            known = found[item]
            found[item] = Node(item, KIND, {}, min(known.x, node.x), min(known.y, node.y))
        else:
            found[item] = Node(item, KIND, {}, node.x, node.y)
    return found


def blocks(graph: Graph) -> frozenset[str]:
    """The groups that can stand as one layer: no way leads out of them and back, and no input or output lies in them.

    Each is checked with those before it standing as one, so that all of them can be built together.
    """
    ends = {path for node in graph.nodes if node.kind in ("input", "output") for path in enclosing(node.path)}
    found: set[str] = set()
    for path in paths(graph):
        level = next((outer for outer in reversed(enclosing(path)) if outer in found), "")
        if path not in ends and not _runs_in_circles(graph, {*found, path}, level):
            found.add(path)
    return frozenset(found)


def _runs_in_circles(graph: Graph, closed: Collection[str], level: str) -> bool:
    """Whether data run in a circle at a level once these groups stand as one layer each."""
    quotient = standing(graph, closed, level)
    return len(quotient.in_order()) < len(quotient.nodes)


def standing(graph: Graph, closed: Collection[str], level: str) -> Graph:
    """What lies at a level, with the outermost of some groups in it as one node each; it may hold a cycle."""
    items = {}
    for node in graph.nodes:
        if lies_in(node.path, level):
            inner = (path for path in enclosing(node.path) if path in closed and path not in enclosing(level))
            items[node.name] = next(map(key_of, inner), node.name)
    pairs = ((items[e.source], items[e.target]) for e in graph.edges if e.source in items and e.target in items)
    edges = dict.fromkeys(Edge(a, b) for a, b in pairs if a != b)
    return Graph(tuple(Node(item, KIND) for item in dict.fromkeys(items.values())), tuple(edges))


def between(graph: Graph, names: Collection[str]) -> list[str]:
    """The layers outside `names` through which a way leads out of them and back."""
    before: set[str] = set()
    after: set[str] = set()
    for name in names:
        before |= graph.ancestors(name)
        after |= graph.descendants(name)
    return [node.name for node in graph.in_order() if node.name in before & after and node.name not in names]


def free_path(taken: Collection[str], level: str, stem: str = STEM) -> str:
    """A path for a new group at a level: `stem_n` with the smallest n ≥ 1 that is not taken."""
    return next(path for n in count(1) if (path := joined(level, f"{stem}_{n}")) not in taken)


def joined(*parts: str) -> str:
    """A path of parts, without the empty ones."""
    return SEPARATOR.join(part for part in parts if part)


def grouped(graph: Graph, names: Collection[str]) -> tuple[Graph, str]:
    """Put layers into a new group; groups that lie wholly among them come along whole.

    Returns:
        the new graph and the group's path.

    Raises:
        UserError: fewer than two layers, a group already, others between them, or groups nested too deeply.
    """
    chosen = {node.name: node.path for node in graph.nodes if node.name in names}
    if len(chosen) < 2:
        raise UserError("A group holds two layers or more.", "Select the layers that belong together.")
    level = common(chosen.values())
    if level and len(members(graph, level)) == len(chosen):
        raise UserError(f"These layers are the group {title_of(level)} already.", "Select other layers as well.")
    if stray := between(graph, chosen):
        raise UserError(
            f"{stray[0]} lies between these layers, so they cannot stand as one.", f"Select {stray[0]} as well."
        )
    path = free_path(paths(graph), level)
    whole = {inner for inner in paths(graph) if inner != level and set(members(graph, inner)) <= chosen.keys()}
    moved = {}
    for name, own in chosen.items():
        kept = next((inner for inner in enclosing(own) if inner in whole), "")
        moved[name] = joined(path, title_of(kept) + own.removeprefix(kept) if kept else "")
    return _moved(graph, moved), path


def ungrouped(graph: Graph, path: str) -> Graph:
    """Dissolve a group; its layers, and the groups in it, then lie where the group lay."""
    level, inside = parent_of(path), members(graph, path)
    others = paths(_moved(graph, dict.fromkeys(inside, "")))
    moved = {}
    for node in graph.nodes:
        if node.name in inside:
            head, _, tail = node.path.removeprefix(path).removeprefix(SEPARATOR).partition(SEPARATOR)
            wanted = joined(level, head)
            is_taken = bool(head) and wanted in others
            moved[node.name] = joined(free_path(others, level, head[:58]) if is_taken else wanted, tail)
    return _moved(graph, moved)


def renamed_group(graph: Graph, path: str, title: str) -> Graph:
    """Give a group another name.

    Raises:
        UserError: the name is taken at its level, or cannot be used.
    """
    if not NAME.fullmatch(title):
        raise UserError(f"{title[:40]!r} cannot be a group's name.", NAME_HINT)
    wanted = joined(parent_of(path), title)
    if wanted != path and wanted in paths(graph):
        raise UserError(f"A group is already called {title!r}.", "Choose another name.")
    inside = [node for node in graph.nodes if node.path and lies_in(node.path, path)]
    return _moved(graph, {node.name: wanted + node.path.removeprefix(path) for node in inside})


def with_group(node: Node, path: str) -> Node:
    """A layer in another group; in none where the path is empty."""
    return msgspec.structs.replace(node, group=path or msgspec.UNSET)


def _moved(graph: Graph, places: Mapping[str, str]) -> Graph:
    """Put layers into other groups, by name.

    Raises:
        UserError: they would be nested too deeply.
    """
    deepest = max((path.count(SEPARATOR) + 1 for path in places.values() if path), default=0)
    if deepest > MAX_DEPTH:
        raise UserError(f"At most {MAX_DEPTH} groups lie one inside the other.", "Ungroup some of them first.")
    nodes = tuple(with_group(node, places[node.name]) if node.name in places else node for node in graph.nodes)
    return msgspec.structs.replace(graph, nodes=nodes)
