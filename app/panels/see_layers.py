"""Which layers of a network a view of See can take apart, and how they are called in its box."""

from collections.abc import Sequence

from engine.graph import Graph
from engine.shapes import Inference

MOST_WORDS = 2  # of a layer's settings; the box has no room for more


def fitting_layers(graph: Graph, inference: Inference, kinds: Sequence[str]) -> list[tuple[str, str]]:
    """Return (name, words) of the sound layers of these kinds, in the order of the data flow.

    The words are e.g. "conv2d_1, 8 filters, 3×3".
    """
    found = []
    for node in graph.in_order():
        info = inference.layers.get(node.name)
        if info is not None and node.kind in kinds:
            summary = info.spec.outcome(info.shape) or info.spec.summary(info.values)
            said = summary.split(", ")[:MOST_WORDS] if summary else []
            found.append((node.name, ", ".join([node.name, *said])))
    return found


def chosen_layer(names: Sequence[str], wanted: str, prefers_last: bool) -> str:
    """Return the layer to show: the wanted one where it is there, else the first, or the last."""
    if wanted in names or not names:
        return wanted if names else ""
    return names[-1] if prefers_last else names[0]
