"""Shift: how a network's answer changes while what it looks at is moved about."""

from collections.abc import Generator

import numpy as np

from engine.errors import UserError
from engine.explain.shifting import shifted
from engine.params import Param
from engine.runtime.explain.spec import Answer, Explainer, Question
from engine.runtime.jobs import Report, Turn, in_thread

SLICE = 32  # shifted inputs answered in one turn's work
REACH = Param("reach", "int", 3, low=1, high=16, unit="px", help="How far it is moved, each way.")


def _run(question: Question) -> Generator[Report, Turn, Answer]:
    """Arrays: `outputs` (shift down, shift right, unit), from −reach to reach each: probabilities, or numbers; `input`,
    raw (height, width, channel).

    The background that comes in from the edges is the lowest raw value, 0 in the examples.
    Facts: `reach`; `label` of the sample, null for an own input; `class_names`; `background`.
    """
    if question.raw.ndim != 4:
        raise UserError("Only a picture can be moved; this network reads none.", "Open a network that reads pictures.")
    reach, raw = question.values["reach"], question.raw[0]
    low = float(question.moment.info.value_range[0]) if question.moment.info is not None else 0.0
    places = [(down, right) for down in range(-reach, reach + 1) for right in range(-reach, reach + 1)]
    moved = np.stack([shifted(raw, down, right, low) for down, right in places])
    scaling = question.moment.scaling((yield from question.data()).scaling)
    parts = []
    for start in range(0, len(moved), SLICE):
        part = scaling.apply(moved[start : start + SLICE])
        parts.append((yield from in_thread(lambda part=part: question.moment.answer(part))))  # type: ignore[misc]
    outputs = np.concatenate(parts).reshape(2 * reach + 1, 2 * reach + 1, -1)
    facts = {"reach": reach, "label": question.label, "class_names": list(question.class_names), "background": low}
    return Answer({"outputs": outputs, "input": raw}, facts)


SHIFT = Explainer("shift", "Shift", _run, (REACH,))
