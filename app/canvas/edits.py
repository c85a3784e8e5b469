"""Edits of a graph that the canvas offers, as plain functions: graph in, graph out."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec

from engine.errors import UserError
from engine.graph import NAME, Edge, Graph, Node
from engine.groups import common, enclosing, free_path, members, parent_of, paths, title_of, with_group
from engine.layers import LAYERS
from engine.params import defaults
from engine.shapes import Inference

MIME = "application/x-glassbox-graph+json"
MAX_PASTE_BYTES = 4 * 1024 * 1024
COLUMN, ROW = 176.0, 232.0


def snippet(graph: Graph, names: Iterable[str]) -> bytes:
    """Return the named nodes and the edges among them as JSON, for the clipboard."""
    wanted = set(names)
    nodes = tuple(node for node in graph.nodes if node.name in wanted)
    edges = tuple(edge for edge in graph.edges if edge.source in wanted and edge.target in wanted)
    return msgspec.json.encode(Graph(nodes, edges))


def read_snippet(data: bytes) -> Graph:
    """Return the graph in clipboard JSON.

    Raises:
        UserError: the text is none of ours, too large, unsound, or names unknown layers.
    """
    hint = "Copy layers on a Glassbox canvas first."
    if len(data) > MAX_PASTE_BYTES:
        raise UserError(f"The clipboard holds {len(data):,} bytes; at most {MAX_PASTE_BYTES:,} are pasted.", hint)
    try:
        graph = msgspec.json.decode(data, type=Graph)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise UserError("The clipboard holds no layers.", hint) from None
    graph.require_sound()
    unknown = next((node.kind for node in graph.nodes if node.kind not in LAYERS), None)
    if unknown is not None:
        raise UserError(f"The clipboard holds a layer of unknown kind {unknown[:40]!r}.", hint)
    return graph


def pasted(graph: Graph, piece: Graph, dx: float, dy: float) -> tuple[Graph, tuple[str, ...]]:
    """Add a copy of `piece` moved by (dx, dy) px; names that are taken get the next free number.

    Returns:
        the new graph and the new nodes' names.

    Raises:
        UserError: the graph would hold too many layers.
    """
    names: dict[str, str] = {}
    groups = _own_groups(graph, piece)
    for node in piece.nodes:
        name = node.name if node.name not in graph else graph.free_name(stem(node.name))
        names[node.name] = name
        copy = msgspec.structs.replace(node, name=name, x=node.x + dx, y=node.y + dy)
        outer = next((path for path in enclosing(node.path) if path in groups), "")
        copy = with_group(copy, groups[outer] + node.path.removeprefix(outer)) if outer else copy
        graph = graph.with_node(copy)
    edges = tuple(Edge(names[edge.source], names[edge.target]) for edge in piece.edges)
    graph = msgspec.structs.replace(graph, edges=(*graph.edges, *edges))
    graph.require_sound()
    return graph, tuple(names.values())


def _own_groups(graph: Graph, piece: Graph) -> dict[str, str]:
    """New paths for the groups of a piece whose name is taken, so that a copy of a group is a group of its own.

    A piece of one group stays in it.
    """
    around = common(node.path for node in piece.nodes)
    if around and len(members(graph, around)) <= len(piece.nodes):
        around = parent_of(around)
    taken, found = set(paths(graph)), {}
    for path in paths(piece):
        if path in taken and parent_of(path) == around:
            found[path] = free_path(taken, around, stem(title_of(path)))
            taken.add(found[path])
    return found


def stem(name: str) -> str:
    """The name without its number: "conv2d" for "conv2d_3"."""
    head, _, tail = name.rpartition("_")
    return (head if head and tail.isdecimal() else name)[:58]


def usable_name(text: str) -> bool:
    """Whether Keras and our files take `text` as a layer's name."""
    return NAME.fullmatch(text) is not None


def deleted(graph: Graph, names: Iterable[str]) -> Graph:
    """Remove nodes; what stood before a removed one feeds what stood after it, where that is one node."""
    for name in names:
        graph = graph.without([name], bridge=len(graph.sources(name)) == 1)
    return graph


def new_node(graph: Graph, kind: str, values: dict[str, Any], place: tuple[float, float], group: str = "") -> Node:
    """A node of a kind with a free name; its settings are written out in full, so a file says what it means."""
    full = {**defaults(LAYERS[kind].params), **values}
    return with_group(Node(graph.free_name(kind), kind, full, *place), group)


def added_after(graph: Graph, node: Node, source: str) -> Graph:
    """Add `node` and feed it from `source`; where `source` fed exactly one layer, `node` goes in between.

    A layer that takes no input, or an output layer (which feeds nothing), is only added, or only fed.
    """
    if LAYERS[node.kind].max_inputs == 0 or not source or graph.node(source).kind == "output":
        return graph.with_node(node)
    targets = graph.targets(source)
    if len(targets) == 1 and node.kind != "output" and LAYERS[node.kind].max_inputs == 1:
        return graph.with_inserted(with_group(node, ""), source, targets[0])
    return graph.with_node(node).with_edge(source, node.name)


def moved(graph: Graph, names: Iterable[str], dx: float, dy: float) -> Graph:
    """Move layers by so many px."""
    nodes = [graph.node(name) for name in names]
    return graph.with_positions({node.name: (node.x + dx, node.y + dy) for node in nodes})


def alignment(boxes: Mapping[str, tuple[float, float, float]], axis: str) -> dict[str, tuple[float, float]]:
    """Return how far cards move to stand in one row (axis "row": same middle height) or column (same left edge).

    Args:
        boxes: left, top and height of each, px.
    """
    if axis == "column":
        left = min(x for x, _, _ in boxes.values())
        return {name: (left - x, 0.0) for name, (x, _, _) in boxes.items()}
    _, top, tall = min(boxes.values(), key=lambda box: box[0])
    line = top + tall / 2
    return {name: (0.0, line - height / 2 - y) for name, (_, y, height) in boxes.items()}


def fits_after(kind: str, values: dict[str, Any], source: str, inference: Inference) -> bool:
    """Whether a layer of this kind, with these settings over its defaults, accepts the output of `source`."""
    spec, info = LAYERS[kind], inference.layers.get(source)
    if spec.max_inputs == 0:
        return False
    if info is None:
        return True
    inputs = [info.shape] * max(1, spec.min_inputs)
    try:
        spec.output_shape({**defaults(spec.params), **values}, inputs)
    except UserError:
        return False
    return True


def reason_against(graph: Graph, source: str, target: str) -> str:
    """Why no edge can join two nodes; empty where one can."""
    if source == target:
        return "A layer cannot feed itself."
    if graph.node(source).kind == "output":
        return f"{source} is an output; nothing comes after it."
    spec = LAYERS.get(graph.node(target).kind)
    if spec is not None and spec.max_inputs == 0:
        return f"{target} takes no input."
    if Edge(source, target) in graph.edges:
        return f"{source} feeds {target} already."
    if target in graph.ancestors(source):
        return f"{source} depends on {target}; data flow one way."
    return ""


def end_of(graph: Graph, names: Collection[str], *, feeds: bool) -> str:
    """The layer of a group that stands for it at a wire's end.

    Args:
        names: of its layers.
        feeds: the last layer that feeds others, or may; else the first that takes what comes in.
    """
    inside = [node for node in graph.in_order() if node.name in names]
    if feeds:
        ends = [n for n in inside if not graph.targets(n.name) or set(graph.targets(n.name)) - set(names)]
        return (ends or inside)[-1].name
    takes = [n for n in inside if n.kind not in LAYERS or LAYERS[n.kind].max_inputs > 0]
    starts = [n for n in takes if not graph.sources(n.name) or set(graph.sources(n.name)) - set(names)]
    return (starts or takes or inside)[0].name


def connected(graph: Graph, source: str, target: str) -> Graph:
    """Join two nodes. A target with one input is fed from `source` instead of from what fed it before.

    Raises:
        UserError: the edge would close a cycle.
    """
    spec, sources = LAYERS.get(graph.node(target).kind), graph.sources(target)
    if spec is not None and spec.max_inputs == 1 and sources and sources != (source,):
        for old in sources:
            graph = graph.without_edge(old, target)
    return graph.with_edge(source, target)
