"""Blocks that are wired alike: which can share one function, and the variables that such a function needs."""

from collections import Counter
from collections.abc import Callable, Iterator

from engine.graph import Graph, Node
from engine.keras_code import TAKEN, identifier
from engine.nesting import Block

Structure = tuple[object, ...]
ENDS = {"input": "inp", "output": "out"}
Place = tuple[str | int, int]  # ("in", n) for the n-th input, else (number of the item, number of its output)


def inner_first(block: Block) -> Iterator[Block]:
    """Every block in a block, each after those inside it."""
    for item in block.items:
        if isinstance(item, Block):
            yield from inner_first(item)
            yield item


def structure_of(graph: Graph, block: Block) -> Structure:
    """The kinds of layers in a block and how they are joined; equal for blocks that differ in settings only."""
    places = places_of(block)
    rows = []
    for item in block.items:
        if isinstance(item, Block):
            rows.append((structure_of(graph, item), tuple(places[name] for name in item.inputs)))
        else:
            rows.append(((item.kind,), tuple(places[name] for name in graph.sources(item.name))))
    return tuple(rows), tuple(places[name] for name in block.outputs)


def places_of(block: Block) -> dict[str, Place]:
    """Where in a block each layer's output is made, by the layer's name."""
    places: dict[str, Place] = {name: ("in", n) for n, name in enumerate(block.inputs)}
    for number, item in enumerate(block.items):
        names = item.outputs if isinstance(item, Block) else (item.name,)
        places |= {name: (number, n) for n, name in enumerate(names)}
    return places


def variables_of(graph: Graph, block: Block, called: Callable[[Node], str], taken: set[str]) -> dict[str, str]:
    """A variable for each layer's output: `x` for what only the next line needs, `inp` for what comes in.

    Args:
        called: what a variable of its own is called after.
        taken: names that cannot be used.
    """
    nodes = {node.name: node for node in block.nodes}
    users = _users(graph, block)
    many = len(block.inputs) > 1
    found = {name: f"inp_{n + 1}" if many else "inp" for n, name in enumerate(block.inputs)}
    kinds = Counter(node.kind for node in nodes.values())
    for number, item in enumerate(block.items):
        outputs = item.outputs if isinstance(item, Block) else (item.name,)
        for name in outputs:
            kind = nodes[name].kind
            if kind in ENDS and kinds[kind] == 1:
                found[name] = ENDS[kind]
            elif users[name] == [number + 1] and len(outputs) == 1 and kind not in ENDS:
                found[name] = "x"
            else:
                found[name] = identifier(called(nodes[name]), taken | set(found.values()) | TAKEN)
    return found


def _users(graph: Graph, block: Block) -> dict[str, list[int]]:
    """By layer, the numbers of the items that need its output; that after the last stands for the outside."""
    found: dict[str, list[int]] = {name: [] for name in places_of(block)}
    for number, item in enumerate(block.items):
        for name in item.inputs if isinstance(item, Block) else graph.sources(item.name):
            found[name].append(number)
    for name in block.outputs:
        found[name].append(len(block.items))
    return found
