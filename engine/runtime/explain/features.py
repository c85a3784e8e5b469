"""Feature maps: what every layer gives for one input, small enough to look at as a whole."""

from typing import Any

import numpy as np

from engine.runtime.explain.spec import Answer, Explainer, Question, at_once
from engine.shapes import LayerInfo

MOST_MAPS = 64  # of one layer
MOST_UNITS = 512  # of a layer whose output is a vector
LARGEST = 96  # px of a map's longer side; larger ones are shrunk by means


def _answer(question: Question) -> Answer:
    """Arrays: `input`, raw (*input_shape); by name of each layer its maps, (row, column, map) or (unit,). A sequence
    (time, unit) is one map. Heads give logits; their `probabilities/<name>` (unit,) come beside them.

    Facts: `layers`, each with `name`, `kind`, `shape`, `limit` (largest magnitude), `largest_at` (its
    index), `zeros` (share), `shrunk` (by).
    """
    outputs = question.moment.outputs(question.x)
    layers = question.moment.network.inference.layers
    arrays, facts = {"input": question.raw[0]}, []
    for name, info in layers.items():
        values = outputs[name][0]
        maps, by = small(values)
        arrays[name] = maps
        facts.append(_facts(name, info, values, by))
    for index, head in enumerate(question.moment.network.heads):
        arrays[f"probabilities/{head.node}"] = question.moment.answer(question.x, index)[0]
    value_range = list(question.moment.info.value_range) if question.moment.info is not None else []
    return Answer(arrays, {"layers": facts, "range": value_range})


def _facts(name: str, info: LayerInfo, values: np.ndarray, by: int) -> dict[str, Any]:
    return {
        "name": name,
        "kind": info.spec.id,
        "shape": list(info.shape),
        "limit": float(np.abs(values).max()),
        "largest_at": [int(n) for n in np.unravel_index(int(np.abs(values).argmax()), values.shape)],
        "zeros": float(np.mean(values == 0)),
        "shrunk": by,
    }


def small(values: np.ndarray) -> tuple[np.ndarray, int]:
    """A layer's output for one input, bounded.

    Args:
        values: (unit,), (time, unit) or (row, column, map).

    Returns:
        (unit,) or (row, column, map), and by how much its sides were shrunk, a mean for each square.
    """
    if values.ndim == 1:
        return values[:MOST_UNITS], 1
    maps = values[..., None] if values.ndim == 2 else values.reshape(*values.shape[:2], -1)
    maps = maps[..., :MOST_MAPS]
    by = max(1, -(-max(maps.shape[:2]) // LARGEST))
    if by == 1:
        return maps, 1
    starts = [np.arange(0, size, by) for size in maps.shape[:2]]
    total = np.add.reduceat(np.add.reduceat(maps, starts[0], axis=0), starts[1], axis=1)
    lengths = [np.diff(np.append(start, size)) for start, size in zip(starts, maps.shape[:2], strict=True)]
    return (total / np.outer(*lengths)[..., None]).astype(values.dtype), by


FEATURES = Explainer("features", "Feature maps", at_once(_answer))
