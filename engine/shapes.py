"""Shapes, sizes and problems of a whole graph, by plain arithmetic: what the canvas shows without the engine."""

import math
from dataclasses import dataclass, field
from typing import Any

from engine.errors import UserError
from engine.graph import Graph, Node
from engine.layers import LAYERS
from engine.layers.limits import require_affordable
from engine.layers.spec import InsertBefore, LayerSpec, SetValues, Shape, ShapeProblem, shape_text
from engine.params import check_values


@dataclass(frozen=True)
class Fix:
    """A repair ready to apply.

    Args:
        label: what the button says.
        graph: the graph after it.
        outcome: the shape that results, e.g. "5×5×32".
        task: the task the network's heads get as well; empty where they keep theirs.
    """

    label: str
    graph: Graph
    outcome: str = ""
    task: str = ""


@dataclass(frozen=True)
class Problem:
    """Something that keeps a graph from training. A half-drawn graph has many; that is normal.

    Args:
        node: where it belongs; empty for the graph as a whole.
        message: the cause in one line.
        hint: what to do.
        arithmetic: the calculation that fails; may be empty.
        fixes: repairs, best first.
    """

    node: str
    message: str
    hint: str = ""
    arithmetic: str = ""
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True)
class LayerInfo:
    """What is known about one node whose inputs fit: settings with defaults, shapes, counts."""

    spec: LayerSpec
    values: dict[str, Any]
    inputs: tuple[Shape, ...]
    shape: Shape
    num_params: int
    multiply_adds: int

    @property
    def num_values(self) -> int:
        """How many numbers one sample's output has."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class Inference:
    """The graph worked through: info of every sound node, and the problems of the others."""

    layers: dict[str, LayerInfo] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def num_params(self) -> int:
        """Parameters of all sound layers."""
        return sum(layer.num_params for layer in self.layers.values())

    @property
    def multiply_adds(self) -> int:
        """Multiplications with addition for one sample, all sound layers."""
        return sum(layer.multiply_adds for layer in self.layers.values())

    def problem(self, node: str) -> Problem | None:
        """The first problem of a node, if it has one."""
        return next((problem for problem in self.problems if problem.node == node), None)


def infer(graph: Graph) -> Inference:
    """Work out every node's shape and size. Never raises for a graph that is sound as a graph.

    A node behind a broken one is stale: it appears neither in `layers` nor in `problems`.
    """
    layers: dict[str, LayerInfo] = {}
    problems: list[Problem] = []
    for node in graph.in_order():
        sources = graph.sources(node.name)
        if any(source not in layers for source in sources):
            continue
        try:
            layers[node.name] = _layer_info(node, tuple(layers[source].shape for source in sources))
        except ShapeProblem as error:
            fixes = _fixes(graph, node, error)
            problems.append(Problem(node.name, error.message, error.hint, error.arithmetic, fixes))
        except UserError as error:
            problems.append(Problem(node.name, error.message, error.hint))
    return Inference(layers, tuple(problems))


def layer_spec(kind: str) -> LayerSpec:
    """Return the record of a kind of layer.

    Raises:
        UserError: there is no such kind.
    """
    if kind not in LAYERS:
        raise UserError(f"There is no layer of kind {kind[:40]!r}.", f"Known: {', '.join(LAYERS)}.")
    return LAYERS[kind]


def _layer_info(node: Node, inputs: tuple[Shape, ...]) -> LayerInfo:
    spec = layer_spec(node.kind)
    values = check_values(spec.params, node.values, node.name)
    if len(inputs) < spec.min_inputs:
        wanted = "an input" if spec.min_inputs == 1 else f"{spec.min_inputs} inputs"
        raise UserError(f"{node.name} needs {wanted}, found {len(inputs)}", "Drag a wire from the layer that feeds it.")
    if len(inputs) > spec.max_inputs:
        raise UserError(
            f"{node.name} takes {spec.max_inputs} input{'' if spec.max_inputs == 1 else 's'}, found {len(inputs)}",
            "Join the branches with Add or Concat first." if spec.max_inputs else "Remove the wire.",
        )
    shape, num_params = spec.output_shape(values, inputs), spec.num_params(values, inputs)
    require_affordable(node.name, shape, num_params)
    return LayerInfo(spec, values, inputs, shape, num_params, spec.multiply_adds(values, inputs))


def _fixes(graph: Graph, node: Node, error: ShapeProblem) -> tuple[Fix, ...]:
    """Turn a layer's repairs into graphs, keeping those after which the node is sound."""
    fixes = []
    for repair in error.repairs:
        repaired = _repaired(graph, node, repair)
        shape = _shape_after(repaired, node.name)
        if shape is not None:
            fixes.append(Fix(repair.label, repaired, shape_text(shape)))
    return tuple(fixes)


def _repaired(graph: Graph, node: Node, repair: SetValues | InsertBefore) -> Graph:
    if isinstance(repair, SetValues):
        return graph.with_values(node.name, repair.values)
    source = graph.sources(node.name)[0]
    new = Node(graph.free_name(repair.kind), repair.kind, repair.values, node.x - 20, node.y + 40)
    return graph.with_inserted(new, source, node.name)


def _shape_after(graph: Graph, name: str) -> Shape | None:
    """The shape of one node, working through its ancestors only once and without asking for further fixes."""
    shapes: dict[str, Shape] = {}
    wanted = graph.ancestors(name) | {name}
    for node in graph.in_order():
        if node.name in wanted:
            try:
                shapes[node.name] = _layer_info(node, tuple(shapes[s] for s in graph.sources(node.name))).shape
            except (UserError, KeyError):
                return None
    return shapes.get(name)
