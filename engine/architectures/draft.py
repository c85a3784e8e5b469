"""Draft: a network written down layer by layer, in groups; what the builders of this package draw with."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from engine.graph import Edge, Graph, Node
from engine.groups import joined, with_group
from engine.layers import LAYERS
from engine.layout import auto_layout
from engine.params import defaults
from engine.project import DataChoice, Head, Plan, Project

WIDTH = 940.0  # px of the canvas: five nodes in a row
PHOTOS = 224  # px, height and width of the photographs most of these networks were made for


class Draft:
    """Takes layers one after the other. Settings that are not named have their defaults.

    Attributes:
        last: name of the layer that was added last.
    """

    def __init__(self) -> None:
        self._nodes: list[Node] = []
        self._edges: list[Edge] = []
        self._path = ""
        self.last = ""

    def add(self, kind: str, name: str, after: str | Sequence[str] = "", **values: Any) -> str:
        """Add a layer and return its name.

        Args:
            after: what feeds it, in order; the layer before where empty.
        """
        sources = [after or self.last] if isinstance(after, str) else list(after)
        node = Node(name, kind, {**defaults(LAYERS[kind].params), **values})
        self._nodes.append(with_group(node, self._path))
        self._edges += [Edge(source, name) for source in sources if source]
        self.last = name
        return name

    def conv(self, name: str, filters: int, kernel: int, after: str = "", **values: Any) -> str:
        """A square convolution with "same" padding, where nothing else is said."""
        size = {"filters": filters, "kernel_size": [kernel, kernel], "padding": "same"}
        return self.add("conv2d", name, after, **{**size, **values})

    def pool(self, name: str, size: int, stride: int, after: str = "", **values: Any) -> str:
        """Square max pooling."""
        return self.add("max_pooling2d", name, after, pool_size=[size] * 2, strides=[stride] * 2, **values)

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """What is added meanwhile lies in a group, inside those that are open already."""
        before, self._path = self._path, joined(self._path, title)
        try:
            yield
        finally:
            self._path = before

    def project(self, title: str, summary: str, data: DataChoice, plan: Plan, **weights: float) -> Project:
        """The network laid out, with its data and how it is trained; every output learns the class.

        Args:
            weights: of the losses, by output; 1 where none is named.
        """
        graph = auto_layout(Graph(tuple(self._nodes), tuple(self._edges)), WIDTH)
        graph.require_sound()
        outputs = [node.name for node in graph.nodes if node.kind == "output"]
        heads = tuple(Head(name, weight=weights.get(name, 1.0)) for name in outputs)
        return Project(title=title, summary=summary, graph=graph, heads=heads, data=data, plan=plan)


def photographs(side: int = PHOTOS) -> DataChoice:
    """A folder of the user's own photographs, which is still to be chosen; one folder in it for each class."""
    values = {"path": "", "height": side, "width": side, "color": "rgb"}
    return DataChoice("image_folder", values, normalisation="standard")


def published_plan(rate: float = 0.01) -> Plan:
    """Momentum, as these networks were trained in their papers, in batches that a small machine can hold."""
    return Plan("momentum", {"learning_rate": rate}, batch_size=16, epochs=20)
