"""A gradient tape: the operations of a program as they are recorded, and the tape read back from its end."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from engine.explain.back_propagation import Flow, backward, forward
from engine.explain.expression import Graph

# the types that TensorFlow gives these operations in a traced graph
OPERATIONS = {
    "add": "AddV2", "subtract": "Sub", "multiply": "Mul", "divide": "RealDiv", "power": "Pow", "negate": "Neg",
    "exp": "Exp", "log": "Log", "sqrt": "Sqrt", "sin": "Sin", "cos": "Cos", "tanh": "Tanh", "sigmoid": "Sigmoid",
    "relu": "Relu", "abs": "Abs",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """An operation on the tape.

    Args:
        node: index in the program's graph.
        operation: its type, e.g. "Mul".
        value: what it computed.
    """

    node: int
    operation: str
    value: float


@dataclass(frozen=True)
class Popped:
    """An operation taken off the tape.

    Args:
        upstream: dL/d(its result), complete by then.
        flows: what it hands to each of its inputs that is watched: upstream × local.
    """

    entry: Entry
    upstream: float
    flows: tuple[Flow, ...]


@dataclass(frozen=True)
class Tape:
    """What happened under a `tf.GradientTape`, and what `tape.gradient` then does.

    Args:
        values: of each node of the graph.
        entries: as recorded.
        popped: as read back: the last entry first.
        gradients: dL/d(name) by name; None for a constant, which no tape watches.
        watched: nodes that depend on a variable.
    """

    graph: Graph
    values: tuple[float, ...]
    entries: tuple[Entry, ...]
    popped: tuple[Popped, ...]
    gradients: Mapping[str, float | None]
    watched: frozenset[int]

    def arrived(self, pops: int) -> dict[int, float]:
        """What has come back to each node, dL/dL = 1 included, after so many entries were read back."""
        found = {len(self.graph.nodes) - 1: 1.0}
        for done in self.popped[:pops]:
            for flow in done.flows:
                found[flow.input] = found.get(flow.input, 0.0) + flow.value
        return found

    def known(self, pops: int) -> dict[str, float]:
        """The gradients of the variables that anything has come back to, after so many entries were read back."""
        nodes, back = self.graph.nodes, self.arrived(pops) if pops else {}
        return {nodes[place].name: value for place, value in back.items() if nodes[place].name}


def record(graph: Graph, values: Mapping[str, float], constants: Collection[str] = ()) -> Tape:
    """Run a program under a tape and read the tape back.

    Args:
        values: of every name.
        constants: names that are `tf.constant`; the others are variables. Operations on constants alone are not
            recorded.

    Raises:
        UserError: something has no finite value or derivative; `where` is the index of the node.
    """
    found = forward(graph, values)
    gradients, flows = backward(graph, found)
    watched = _watched(graph, constants)
    entries = tuple(
        Entry(index, OPERATIONS[node.kind], found[index])
        for index, node in enumerate(graph.nodes)
        if node.inputs and index in watched
    )
    popped = tuple(Popped(entry, gradients[entry.node], _of(entry.node, flows, watched)) for entry in reversed(entries))
    by_name = {
        node.name: gradients[index] if index in watched else None
        for index, node in enumerate(graph.nodes)
        if node.kind == "variable"
    }
    return Tape(graph, tuple(found), entries, popped, by_name, watched)


def _watched(graph: Graph, constants: Collection[str]) -> frozenset[int]:
    found: set[int] = set()
    for index, node in enumerate(graph.nodes):
        is_variable = node.kind == "variable" and node.name not in constants
        if is_variable or any(place in found for place in node.inputs):
            found.add(index)
    return frozenset(found)


def _of(node: int, flows: Sequence[Flow], watched: frozenset[int]) -> tuple[Flow, ...]:
    return tuple(flow for flow in flows if flow.node == node and flow.input in watched)
