"""How a network with groups is put together: each group that can stand as one layer is a block with inputs and outputs.

Code, the model that is trained and the exported script follow the same order, so that a seed gives the same weights.
"""

from dataclasses import dataclass
from itertools import count

from engine.graph import Graph, Node
from engine.groups import blocks, enclosing, is_group, lies_in, parent_of, path_of, standing, title_of


@dataclass(frozen=True)
class Block:
    """A group as one layer, or the whole network.

    Args:
        path: of the group; empty for the whole network.
        name: of its Keras model, unlike any other beside it.
        items: its layers and the blocks in it, sources before targets, and each branch in one piece.
        inputs: layers outside that feed it, as they are first needed.
        outputs: its layers that feed others outside, in order.
    """

    path: str
    name: str
    items: tuple["Node | Block", ...]
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All layers in it, in order."""
        return tuple(n for item in self.items for n in (item.nodes if isinstance(item, Block) else (item,)))

    @property
    def is_nested(self) -> bool:
        """Whether there are blocks in it."""
        return any(isinstance(item, Block) for item in self.items)


def nesting(graph: Graph) -> Block:
    """The whole network with its blocks."""
    return Block("", "", _items(graph, blocks(graph), ""))


def reading_order(graph: Graph) -> tuple[Node, ...]:
    """Sources before targets, each branch in one piece, and each block too."""
    return nesting(graph).nodes


def _items(graph: Graph, closed: frozenset[str], level: str) -> tuple[Node | Block, ...]:
    nodes = {node.name: node for node in graph.nodes}
    top = standing(graph, closed, level)
    names = _names(graph, closed, level)
    return tuple(
        _block(graph, closed, path_of(item), names[path_of(item)]) if is_group(item) else nodes[item]
        for item in _branch_by_branch(top)
    )


def _block(graph: Graph, closed: frozenset[str], path: str, name: str) -> Block:
    items = _items(graph, closed, path)
    order = [node.name for node in Block(path, name, items).nodes]
    inside = set(order)
    inputs = dict.fromkeys(s for name in order for s in graph.sources(name) if s not in inside)
    outputs = [name for name in order if not inside.issuperset(graph.targets(name))]
    return Block(path, name, items, tuple(inputs), tuple(outputs))


def _names(graph: Graph, closed: frozenset[str], level: str) -> dict[str, str]:
    """A name for the model of each block at a level: its own where neither a layer nor another block has it."""
    around = {p: next((o for o in reversed(enclosing(parent_of(p))) if o in closed), "") for p in closed}
    taken = {node.name for node in graph.nodes if lies_in(node.path, level)}
    found: dict[str, str] = {}
    for path in sorted(path for path, outer in around.items() if outer == level):
        stem = title_of(path)[:58]
        found[path] = next(n for c in count() if (n := f"{stem}_{c}" if c else title_of(path)) not in taken)
        taken.add(found[path])
    return found


def _branch_by_branch(graph: Graph) -> list[str]:
    """Sources before targets, and each branch in one piece."""
    sources: dict[str, int] = {node.name: 0 for node in graph.nodes}
    targets: dict[str, list[str]] = {node.name: [] for node in graph.nodes}
    for edge in graph.edges:
        sources[edge.target] += 1
        targets[edge.source].append(edge.target)
    ready = [node.name for node in reversed(graph.in_order()) if not sources[node.name]]
    order: list[str] = []
    while ready:
        order.append(ready.pop())
        for target in reversed(targets[order[-1]]):
            sources[target] -= 1
            if not sources[target]:
                ready.append(target)
    return order
