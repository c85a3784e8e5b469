"""Graph, Node, Edge: the network as an immutable value. Every edit returns a new graph.

What the layers mean, and whether they fit together, is in `engine.shapes`.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import takewhile
from typing import Any

import msgspec

from engine.errors import UserError

MAX_NODES = 400
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\- ]{0,63}")
NAME_HINT = "Use 1 to 64 letters, digits, spaces, dots, dashes or underscores, starting with a letter or digit."
SEPARATOR = "/"  # between a group and one inside it
MAX_DEPTH = 8  # groups inside one another


class Node(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One layer of the network.

    Args:
        name: unique in the graph; also the name of the Keras layer.
        kind: the id of its LayerSpec, e.g. `conv2d`.
        values: settings that differ from the defaults or not; unknown ones are a problem, not a crash.
        x, y: top left corner on the canvas, px; of a layer in a group, where it stands once the group is dissolved.
        group: path of the group it belongs to, e.g. "stage2/block1"; left out of files where it belongs to none.
    """

    name: str
    kind: str
    values: dict[str, Any] = {}
    x: float = 0.0
    y: float = 0.0
    group: str | msgspec.UnsetType = msgspec.UNSET

    @property
    def path(self) -> str:
        """Path of the group it belongs to; empty where it belongs to none."""
        return self.group or ""


class Edge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The output of `source` feeds `target`. The order of a node's incoming edges is the order of its inputs."""

    source: str
    target: str


class Graph(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A directed acyclic graph of layers.

    A value read from outside may break the rules; `require_sound` says which. The edits below keep them.
    """

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()

    def node(self, name: str) -> Node:
        """Return the node called `name`.

        Raises:
            KeyError: there is none.
        """
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return any(node.name == name for node in self.nodes)

    def sources(self, name: str) -> tuple[str, ...]:
        """Names of the nodes that feed `name`, in input order."""
        return tuple(edge.source for edge in self.edges if edge.target == name)

    def targets(self, name: str) -> tuple[str, ...]:
        """Names of the nodes that `name` feeds."""
        return tuple(edge.target for edge in self.edges if edge.source == name)

    def free_name(self, stem: str) -> str:
        """Return `stem_n` with the smallest n ≥ 1 that no node has."""
        taken = {node.name for node in self.nodes}
        return next(name for n in range(1, len(taken) + 2) if (name := f"{stem}_{n}") not in taken)

    def with_node(self, node: Node) -> "Graph":
        """Add `node`, or replace the one of the same name.

        Raises:
            UserError: the name cannot be used, or the graph is full.
        """
        require_name(node.name)
        if node.name in self:
            return msgspec.structs.replace(self, nodes=tuple(node if n.name == node.name else n for n in self.nodes))
        if len(self.nodes) >= MAX_NODES:
            raise UserError(f"The graph already has {MAX_NODES} layers, the most there can be.", "Remove some first.")
        return msgspec.structs.replace(self, nodes=(*self.nodes, node))

    def with_values(self, name: str, values: Mapping[str, Any]) -> "Graph":
        """Change some settings of one node."""
        node = self.node(name)
        return self.with_node(msgspec.structs.replace(node, values={**node.values, **values}))

    def with_positions(self, positions: Mapping[str, tuple[float, float]]) -> "Graph":
        """Move nodes; those not named stay."""
        moved = (
            msgspec.structs.replace(n, x=positions[n.name][0], y=positions[n.name][1]) if n.name in positions else n
            for n in self.nodes
        )
        return msgspec.structs.replace(self, nodes=tuple(moved))

    def renamed(self, old: str, new: str) -> "Graph":
        """Give a node another name.

        Raises:
            UserError: the name is taken or cannot be used.
        """
        require_name(new)
        if new != old and new in self:
            raise UserError(f"A layer is already called {new!r}.", "Choose another name.", where=old)
        return Graph(
            tuple(msgspec.structs.replace(n, name=new) if n.name == old else n for n in self.nodes),
            tuple(Edge(new if e.source == old else e.source, new if e.target == old else e.target) for e in self.edges),
        )

    def without(self, names: Iterable[str], *, bridge: bool = False) -> "Graph":
        """Remove nodes and their edges.

        Args:
            bridge: join what stood before a removed node to what stood after it, as when one layer of a chain goes.
        """
        graph = self
        for name in names:
            edges: list[Edge] = []
            for edge in graph.edges:
                if edge.target == name:
                    continue
                if edge.source != name:
                    edges.append(edge)
                elif bridge:
                    edges += [Edge(source, edge.target) for source in graph.sources(name)]
            graph = Graph(tuple(n for n in graph.nodes if n.name != name), tuple(dict.fromkeys(edges)))
        return graph

    def with_edge(self, source: str, target: str) -> "Graph":
        """Join two nodes; the new edge becomes the last input of `target`.

        Raises:
            UserError: the edge would close a cycle, joins a node to itself, or has no node at one end.
        """
        missing = next((name for name in (source, target) if name not in self), None)
        if missing is not None:
            raise UserError(f"There is no layer called {missing[:64]!r}.", "Join layers that exist.")
        if Edge(source, target) in self.edges:
            return self
        if source == target or target in self.ancestors(source):
            raise UserError(
                f"{source} already depends on {target}; this edge would close a cycle.",
                "Data flows one way; start the edge at an earlier layer.",
                where=target,
            )
        return msgspec.structs.replace(self, edges=(*self.edges, Edge(source, target)))

    def without_edge(self, source: str, target: str) -> "Graph":
        """Remove one edge."""
        return msgspec.structs.replace(self, edges=tuple(e for e in self.edges if e != Edge(source, target)))

    def with_inserted(self, node: Node, source: str, target: str) -> "Graph":
        """Put a new `node` into the edge from `source` to `target`, keeping the order of the target's inputs.

        It joins the innermost group that holds both, unless it has one.

        Raises:
            UserError: the name is taken or cannot be used, or the graph is full.
        """
        if node.name in self:
            raise UserError(f"A layer is already called {node.name!r}.", "Choose another name.", where=node.name)
        around = shared_group(self.node(source).path, self.node(target).path)
        node = node if node.path or not around else msgspec.structs.replace(node, group=around)
        edges: list[Edge] = []
        for edge in self.edges:
            edges += [Edge(source, node.name), Edge(node.name, target)] if edge == Edge(source, target) else [edge]
        return msgspec.structs.replace(self.with_node(node), edges=tuple(edges))

    def ancestors(self, name: str) -> set[str]:
        """Every node whose output reaches `name`, not counting itself (unless it lies on a cycle)."""
        return self._reach(name, self.sources)

    def descendants(self, name: str) -> set[str]:
        """Every node that the output of `name` reaches."""
        return self._reach(name, self.targets)

    def _reach(self, name: str, step: Any) -> set[str]:
        found: set[str] = set()
        ahead = list(step(name))
        while ahead:
            other = ahead.pop()
            if other not in found:
                found.add(other)
                ahead += step(other)
        return found

    def in_order(self) -> tuple[Node, ...]:
        """The nodes so that each comes after those that feed it; nodes on a cycle are left out."""
        waiting = {node.name: 0 for node in self.nodes}
        feeds: dict[str, list[str]] = {node.name: [] for node in self.nodes}
        for edge in self.edges:
            if edge.target in waiting:
                waiting[edge.target] += 1
            if edge.source in feeds and edge.target in feeds:
                feeds[edge.source].append(edge.target)
        ready = [node.name for node in self.nodes if not waiting[node.name]]
        order: list[str] = []
        for name in ready:  # grows while it is walked
            order.append(name)
            for target in feeds[name]:
                waiting[target] -= 1
                if not waiting[target]:
                    ready.append(target)
        by_name = {node.name: node for node in self.nodes}
        return tuple(by_name[name] for name in order)

    def require_sound(self) -> None:
        """Check what a file from outside could break.

        Raises:
            UserError: a bad or double name, an edge to nowhere, a double edge, a cycle, or too many layers.
        """
        if len(self.nodes) > MAX_NODES:
            raise UserError(
                f"The graph has {len(self.nodes):,} layers; at most {MAX_NODES} are allowed.", "Use a smaller network."
            )
        names: set[str] = set()
        for node in self.nodes:
            require_name(node.name)
            require_path(node)
            if node.name in names:
                raise UserError(f"Two layers are called {node.name!r}.", "Every layer needs its own name.", node.name)
            names.add(node.name)
        for edge in self.edges:
            missing = next((end for end in (edge.source, edge.target) if end not in names), None)
            if missing is not None:
                raise UserError(f"An edge names {missing[:64]!r}, but no layer has that name.", "Remove that edge.")
        if len(set(self.edges)) != len(self.edges):
            raise UserError("The graph holds the same edge twice.", "Remove one of them.")
        stuck = sorted(names - {node.name for node in self.in_order()})
        if stuck:
            raise UserError(f"The graph has a cycle through or before {', '.join(stuck[:5])}.", "Data flows one way.")


def shared_group(one: str, other: str) -> str:
    """Path of the innermost group that holds both of two; empty where there is none."""
    pairs = zip(one.split(SEPARATOR), other.split(SEPARATOR), strict=False)
    return SEPARATOR.join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def require_path(node: Node) -> None:
    """Check the path of a layer's group.

    Raises:
        UserError: it is nested too deeply, or a part of it cannot be a name.
    """
    if node.group is msgspec.UNSET:
        return
    parts = node.path.split(SEPARATOR)
    if len(parts) > MAX_DEPTH:
        raise UserError(
            f"{node.name} lies in {len(parts)} groups, one inside the other; at most {MAX_DEPTH} are allowed.",
            "Ungroup some of them.",
            where=node.name,
        )
    for part in parts:
        if not NAME.fullmatch(part):
            raise UserError(f"{part[:40]!r} cannot be a group's name.", NAME_HINT, where=node.name)


def require_name(name: str) -> None:
    """Check a layer's name.

    Raises:
        UserError: it is empty, too long or holds characters Keras or a file could stumble over.
    """
    if not NAME.fullmatch(name):
        raise UserError(
            f"{name[:40]!r} cannot be a layer's name.",
            NAME_HINT,
            where=name[:64],
        )
