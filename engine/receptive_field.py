"""Receptive field: how much of the input one value of a layer's output can see."""

from dataclasses import dataclass

from engine.graph import Graph
from engine.shapes import Inference, LayerInfo

Pair = tuple[int, int]  # (height, width)
SPREADING = ("up_sampling2d", "conv2d_transpose")


@dataclass(frozen=True)
class Sight:
    """What one value of a layer's output sees.

    Args:
        field: height and width in px of the input image, its padding included.
        jump: px between two neighbouring values, down and to the right.
        terms: what each window on the way added to the height, as (window, dilation, jump), input first.
        sees_all: a layer on the way mixes all places, so the field is the whole image.
    """

    field: Pair
    jump: Pair
    terms: tuple[tuple[int, int, int], ...] = ()
    sees_all: bool = False


def receptive_field(graph: Graph, inference: Inference, name: str) -> Sight | None:
    """Work out what one output value of `name` depends on.

    Through every layer with a window, r_out = r_in + (k − 1)·d·j_in and j_out = j_in·s, with window k, dilation d,
    stride s and jump j (Araujo, Norris and Sim 2019, equation 2). Of several inputs the one that sees most counts.

    Returns:
        None where the network reads no image, the layer's own input does not fit, or a layer on the way makes maps
        larger, so that a step in them is less than a pixel.
    """
    sights: dict[str, Sight] = {}
    for node in graph.in_order():
        info, sources = inference.layers.get(node.name), graph.sources(node.name)
        if info is None:
            continue
        if not sources:
            if len(info.shape) == 3:
                sights[node.name] = Sight((1, 1), (1, 1))
        elif node.kind not in SPREADING and all(source in sights for source in sources):
            widest = max((sights[source] for source in sources), key=lambda sight: sight.field)
            sights[node.name] = _through(info, widest, _image(graph, inference, node.name))
    return sights.get(name)


def _image(graph: Graph, inference: Inference, name: str) -> Pair:
    """Height and width of the largest input image that reaches `name`."""
    shapes = [inference.layers[other].shape for other in graph.ancestors(name) if not graph.sources(other)]
    return max(shape[0] for shape in shapes), max(shape[1] for shape in shapes)


def _through(info: LayerInfo, before: Sight, image: Pair) -> Sight:
    window = info.values.get("kernel_size") or info.values.get("pool_size")
    if window is not None:
        steps = info.values.get("strides") or (window if "pool_size" in info.values else (1, 1))
        dilation = info.values.get("dilation_rate") or (1, 1)
        field = tuple(
            r + (k - 1) * d * j for r, k, d, j in zip(before.field, window, dilation, before.jump, strict=True)
        )
        jump = tuple(j * s for j, s in zip(before.jump, steps, strict=True))
        term = (window[0], dilation[0], before.jump[0])
        return Sight((field[0], field[1]), (jump[0], jump[1]), (*before.terms, term), before.sees_all)
    if mixes_places(info):
        field = (max(before.field[0], image[0]), max(before.field[1], image[1]))
        return Sight(field, before.jump, before.terms, sees_all=True)
    return before


def mixes_places(info: LayerInfo) -> bool:
    """Whether one output value may depend on every place: pooling over the whole, or dense behind a flat vector."""
    if info.spec.id.startswith("global_") or info.spec.family == "recurrent":
        return True
    return "units" in info.values and len(info.inputs[0]) == 1
