"""Edits of a graph that the canvas offers, as plain functions: graph in, graph out."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from engine.errors import UserError
from engine.graph import NAME, Edge, Graph, Node
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
    for node in piece.nodes:
        name = node.name if node.name not in graph else graph.free_name(stem(node.name))
        names[node.name] = name
        graph = graph.with_node(msgspec.structs.replace(node, name=name, x=node.x + dx, y=node.y + dy))
    edges = tuple(Edge(names[edge.source], names[edge.target]) for edge in piece.edges)
    graph = msgspec.structs.replace(graph, edges=(*graph.edges, *edges))
    graph.require_sound()
    return graph, tuple(names.values())


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


def new_node(graph: Graph, kind: str, values: dict[str, Any], x: float, y: float) -> Node:
    """A node of a kind with a free name; its settings are written out in full, so a file says what it means."""
    full = {**defaults(LAYERS[kind].params), **values}
    return Node(graph.free_name(kind), kind, full, x, y)


def added_after(graph: Graph, node: Node, source: str) -> Graph:
    """Add `node` and feed it from `source`; where `source` fed exactly one layer, `node` goes in between.

    A layer that takes no input, or an output layer (which feeds nothing), is only added, or only fed.
    """
    if LAYERS[node.kind].max_inputs == 0 or not source or graph.node(source).kind == "output":
        return graph.with_node(node)
    targets = graph.targets(source)
    if len(targets) == 1 and node.kind != "output" and LAYERS[node.kind].max_inputs == 1:
        return graph.with_inserted(node, source, targets[0])
    return graph.with_node(node).with_edge(source, node.name)


def aligned(graph: Graph, names: Sequence[str], axis: str, heights: dict[str, float]) -> Graph:
    """Put nodes in one row (axis "row": same middle height) or one column (axis "column": same left edge).

    Args:
        heights: px of each node, by name.
    """
    nodes = [graph.node(name) for name in names]
    if axis == "column":
        left = min(node.x for node in nodes)
        return graph.with_positions({node.name: (left, node.y) for node in nodes})
    middle = min(nodes, key=lambda node: node.x)
    line = middle.y + heights[middle.name] / 2
    return graph.with_positions({node.name: (node.x, line - heights[node.name] / 2) for node in nodes})


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
