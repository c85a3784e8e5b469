"""Weights of a foreign file, read by a disposable inspector process."""

import os
from collections.abc import Mapping

import numpy as np

from engine.errors import UserError
from engine.inspect.inspector import ChildDied, Inspection, Inspector
from engine.inspect.names import absolute, shown
from engine.inspect.protocol import ReadWeights, Refused, WeightRead


def read_weights(
    path: str, shapes: Mapping[str, tuple[int, ...]], inspection: Inspection | None = None
) -> dict[str, np.ndarray]:
    """Read weights by name, float32; the rules are those of `engine.inspect.weights`.

    Args:
        shapes: of every weight wanted, by "layer/variable".

    Raises:
        UserError: the file is missing, damaged, or holds another network.
        Cancelled: the inspection was cancelled.
    """
    inspection = inspection or Inspection()
    file = absolute(path)
    question = ReadWeights(path=os.fsencode(file), shapes={name: list(shape) for name, shape in shapes.items()})
    found: dict[str, np.ndarray] = {}
    try:
        with Inspector(inspection, inspection.table_seconds) as inspector:
            for answer in inspector.ask(question, len(shapes)):
                if isinstance(answer, Refused):
                    raise UserError(answer.message, answer.hint, answer.where)
                assert isinstance(answer, WeightRead)
                found[answer.name] = answer.values
    except ChildDied as death:
        raise UserError(
            f"{shown(file.name)} could not be read: {death.cause}.", "Choose another file.", "weights"
        ) from death
    return found
