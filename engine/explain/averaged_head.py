"""Whether a network ends in global average pooling and one dense output: then a map's cells add up to the logit."""

from dataclasses import dataclass

from engine.graph import Graph
from engine.project import Project
from engine.shapes import Inference

POOLING = "global_average_pooling2d"
PLACEWISE = frozenset(
    {
        "max_pooling2d",
        "average_pooling2d",
        "global_max_pooling2d",
        "up_sampling2d",
        "zero_padding2d",
        "batch_normalization",
        "activation",
        "dropout",
        "add",
        "concatenate",
        POOLING,
    }
)
INERT = frozenset({"dropout"})  # they pass on what they get, outside training


@dataclass(frozen=True)
class AveragedHead:
    """Where a head averages.

    Args:
        layer: whose maps are averaged.
        pooling: the global average pooling.
        output: the dense output behind it.
    """

    layer: str
    pooling: str
    output: str


def averaged_head(project: Project, inference: Inference, head: int = 0) -> AveragedHead | None:
    """Find global average pooling right before a head; dropout between them, which is idle when asked, does not count.

    Returns:
        None where the head is of another kind, e.g. flattened maps or two dense layers.
    """
    if not 0 <= head < len(project.heads) or project.heads[head].node not in inference.layers:
        return None
    output = project.heads[head].node
    pooling = _behind_idle(project.graph, inference, output)
    if pooling is None or inference.layers[pooling].spec.id != POOLING:
        return None
    layer = _behind_idle(project.graph, inference, pooling)
    return AveragedHead(layer, pooling, output) if layer is not None else None


def _behind_idle(graph: Graph, inference: Inference, name: str) -> str | None:
    """The layer that feeds `name`, looking through those that do nothing outside training."""
    while True:
        sources = graph.sources(name)
        if len(sources) != 1:
            return None
        name = sources[0]
        if inference.layers[name].spec.id not in INERT:
            return name


def takes_any_size(project: Project, inference: Inference) -> bool:
    """Whether the network works on a picture of any size.

    So it is where every layer up to a global average pooling treats all places alike (convolution, pooling, activation,
    normalisation, dropout, sums of those), and every head reads such averages.
    """
    graph, layers = project.graph, inference.layers
    free: dict[str, bool] = {}
    for node in graph.in_order():
        if node.name not in layers:
            return False
        info, sources = layers[node.name], graph.sources(node.name)
        if not sources:
            free[node.name] = len(info.shape) == 3
        else:
            known = len(info.inputs[0]) == 1 or info.spec.family == "convolution" or info.spec.id in PLACEWISE
            free[node.name] = known and all(free[source] for source in sources)
    return bool(project.heads) and all(free.get(head.node, False) for head in project.heads)
