"""Receptive field: how much of the input one value of a layer's output can see."""

from engine.graph import Graph
from engine.shapes import Inference, LayerInfo

Pair = tuple[int, int]  # (height, width)


def receptive_field(graph: Graph, inference: Inference, name: str) -> Pair | None:
    """Return the height and width, in px of the input image, that one output value of `name` depends on.

    Through every layer with a window, r_out = r_in + (k − 1)·d·j_in and j_out = j_in·s, with window k, dilation d,
    stride s and jump j (Araujo, Norris and Sim 2019, equation 2). A layer that mixes all places sees the whole image;
    the padding beyond the border counts too, as usual.

    Returns:
        None where the network reads no image, or the layer's own input does not fit.
    """
    fields: dict[str, tuple[Pair, Pair]] = {}
    for node in graph.in_order():
        info = inference.layers.get(node.name)
        sources = graph.sources(node.name)
        if info is None:
            continue
        if not sources:
            if len(info.shape) == 3:
                fields[node.name] = ((1, 1), (1, 1))
        elif all(source in fields for source in sources):
            fields[node.name] = _through(
                info, [fields[source] for source in sources], _image(graph, inference, node.name)
            )
    return fields[name][0] if name in fields else None


def _image(graph: Graph, inference: Inference, name: str) -> Pair:
    """Height and width of the largest input image that reaches `name`."""
    shapes = [inference.layers[n].shape for n in graph.ancestors(name) if not graph.sources(n)]
    return max(s[0] for s in shapes), max(s[1] for s in shapes)


def _through(info: LayerInfo, before: list[tuple[Pair, Pair]], image: Pair) -> tuple[Pair, Pair]:
    field = _most([pair[0] for pair in before])
    jump = _most([pair[1] for pair in before])
    window = info.values.get("kernel_size") or info.values.get("pool_size")
    if window is not None:
        steps = info.values.get("strides") or (window if "pool_size" in info.values else (1, 1))
        dilation = info.values.get("dilation_rate") or (1, 1)
        grown = [f + (k - 1) * d * j for f, k, d, j in zip(field, window, dilation, jump, strict=True)]
        jumps = [j * s for j, s in zip(jump, steps, strict=True)]
        return (grown[0], grown[1]), (jumps[0], jumps[1])
    if _mixes_places(info):
        return (max(field[0], image[0]), max(field[1], image[1])), jump
    return field, jump


def _mixes_places(info: LayerInfo) -> bool:
    """Whether one output value may depend on every place: pooling over the whole, or dense behind a flat vector."""
    if info.spec.id.startswith("global_") or info.spec.family == "recurrent":
        return True
    return info.spec.family in ("dense", "output") and len(info.inputs[0]) == 1


def _most(pairs: list[Pair]) -> Pair:
    return max(p[0] for p in pairs), max(p[1] for p in pairs)
