"""Gates: what a recurrent layer does at every step of one sequence, and how the loss pulls at every step."""

from collections.abc import Generator
from dataclasses import replace
from typing import Any

import numpy as np

from engine.datasets.choice import LoadedData
from engine.datasets.spec import Description
from engine.explain.recurrent import GATES, Replay
from engine.explain.recurrent_gradient import clipped, through_time
from engine.explain.recurrent_memory import Finding, Sequences, findings, is_filled, lit, quantities
from engine.params import Param
from engine.runtime.explain.recurrent_layer import Recurrent, last_of, pull, recurrent, tail
from engine.runtime.explain.spec import LAYER, Answer, Explainer, Question
from engine.runtime.jobs import Report, Turn, in_thread

MOST_VALUES = 400_000  # numbers of the state of other sequences
MOST_SEQUENCES = 200
STATES = ("cell", "hidden")
Found = tuple[dict[str, np.ndarray], dict[str, Any]]


def _run(question: Question) -> Generator[Report, Turn, Answer]:
    """Arrays over the steps of the input, first step first:

    * by gate (`forget`, `input`, `candidate`, `output`; `update`, `reset`, `candidate`), and `cell`, `hidden`:
      (time, unit);
    * `hidden_before`, `cell_before`: the state it read at that step, (time, unit);
    * `<gate>_terms`: W·x, U·h and b, whose sum goes into the gate, (time, 3, unit);
    * `sequence` (time, feature), what the layer reads; `raw` (time, feature), the sample;
    * `kernel` (features, gates·units), `recurrent_kernel` (units, gates·units), `bias`;
    * `next` (time, class or 1): the answer of the network had the sequence ended there, where a step leads to one;
    * `gradient` (time, unit): dL/dh after each step, and `gradient_norm` (time,);
    * `quantities` (quantity, time) and `correlations` (quantity, unit) over all sequences looked at;
    * `lit` int8 (sequence, time, unit) of other samples, for the search of like steps.

    Facts: `layer`, `kind`, `direction`, `backwards`, `gates` in Keras's order, `symbols`, `names` of features, `filled`
    steps, `following` (index of the true next symbol after each step), `findings`, `quantities`, `loss`,
    `gradient_norms` by variable, `clip`.
    """
    yield Report()
    layer = recurrent(question)
    arrays, facts, seen = _replayed(question, layer)
    arrays |= _answers(question, layer, seen)
    if question.label is not None:
        pulled, said = _pulled(question, layer, seen)
        arrays, facts = arrays | pulled, facts | said
    data = yield from question.data()
    description = data.samples.description
    facts |= _described(question, description)
    more, said = yield from in_thread(lambda: _remembered(question, layer, seen, data))
    return Answer(arrays | more, facts | said)


def _replayed(question: Question, layer: Recurrent) -> tuple[dict[str, np.ndarray], dict[str, Any], Replay]:
    sequence = question.moment.outputs(question.x)[layer.source][0]
    seen = layer.replay(sequence)
    found = {name: layer.read(values) for name, values in seen.gates.items()}
    found |= {f"{name}_before": layer.read(values) for name, values in seen.before.items()}
    for gate, terms in seen.terms.items():
        found[f"{gate}_terms"] = terms[::-1] if layer.is_backwards else terms
    found |= {"sequence": sequence, "kernel": layer.cell.kernel, "recurrent_kernel": layer.cell.recurrent}
    found["bias"] = layer.cell.bias
    facts = {
        "layer": layer.name,
        "kind": layer.cell.kind,
        "gates": list(GATES[layer.cell.kind]),
        "direction": "backward" if layer.is_second else "forward",
        "backwards": layer.is_backwards,
        "reset_after": layer.cell.reset_after,
        "activation": layer.cell.activation,
        "bidirectional": layer.info.spec.id == "bidirectional",
        "num_params": layer.info.num_params,
    }
    return {name: np.asarray(values, np.float32) for name, values in found.items()}, facts, seen


def _answers(question: Question, layer: Recurrent, seen: Replay) -> dict[str, np.ndarray]:
    """What the network would answer had the sequence ended at each step: the rest of it, given each step's state."""
    last = last_of(question)
    if not last:
        return {}
    onward = tail(question.moment, last)
    if onward is None:
        return {}
    if last != layer.name:
        above = recurrent(_with(question, layer=last, direction="forward"))
        seen = above.replay(question.moment.outputs(question.x)[above.source][0])
    logits = onward(seen.gates["hidden"])
    return {"next": np.asarray(question.moment.network.read_out(logits))}


def _with(question: Question, **values: str) -> Question:
    return replace(question, values={**question.values, **values})


def _pulled(question: Question, layer: Recurrent, seen: Replay) -> Found:
    pulled = pull(question, layer.name)
    upstream = np.zeros_like(seen.gates["hidden"])
    own = _own_share(question, layer, pulled.upstream)
    if layer.gives_all:
        # a bidirectional layer puts the backward outputs into the order of the input, a single one leaves them reversed
        upstream[:] = own[::-1] if layer.is_second else own
    else:
        upstream[-1] = own
    through = through_time(layer.cell, seen, upstream)
    gradient = layer.read(through.hidden).astype(np.float32)
    limit = question.values["clip"]
    facts = {
        "loss": pulled.loss,
        "gradient_norms": pulled.norms,
        "clip": {"limit": limit, "norm": pulled.norm, "factor": clipped(pulled.norm, limit)},
    }
    return {"gradient": gradient, "gradient_norm": np.linalg.norm(gradient, axis=-1)}, facts


def _own_share(question: Question, layer: Recurrent, upstream: np.ndarray) -> np.ndarray:
    """The error of this direction's output, of that of the merged ones."""
    if layer.info.spec.id != "bidirectional":
        return upstream
    units, mode = layer.cell.units, layer.info.values["merge_mode"]
    if mode == "concat":
        return upstream[..., units:] if layer.is_second else upstream[..., :units]
    if mode == "mul":
        other = recurrent(_with(question, direction="forward" if layer.is_second else "backward"))
        states = other.replay(question.moment.outputs(question.x)[other.source][0]).gates["hidden"]
        return upstream * (other.read(states) if layer.gives_all else states[-1])
    return upstream / 2 if mode == "ave" else upstream


def _described(question: Question, description: Description) -> dict[str, Any]:
    raw = question.raw[0]
    symbols = description.symbols
    filled = is_filled(raw, symbols)
    facts: dict[str, Any] = {
        "symbols": list(symbols),
        "names": list(description.feature_names),
        "target": description.target_name,
        "class_names": list(question.class_names),
        "filled": [bool(value) for value in filled],
        "label": question.label,
    }
    if symbols and tuple(question.class_names) == tuple(symbols):
        after = [int(step.argmax()) if step.any() else -1 for step in raw[1:]]
        facts["following"] = [*after, -1 if question.label is None else int(question.label)]
    return facts


def _remembered(question: Question, layer: Recurrent, seen: Replay, data: LoadedData) -> Found:
    """Which units follow what can be counted, and which of them are lit in other samples."""
    description = data.samples.description
    raw = question.raw[0]
    if raw.ndim != 2 or len(raw) != len(seen.inputs):
        return {"raw": np.asarray(raw)}, {"findings": [], "quantities": []}
    room = MOST_VALUES // max(1, len(raw) * layer.cell.units)
    others = data.samples.x[: max(1, min(MOST_SEQUENCES, room))]
    sequences = question.moment.outputs(data.scaling.apply(others))[layer.source]
    gates = layer.replay(sequences).gates
    state = "cell" if "cell" in gates else "hidden"
    here = _sequences(layer, raw, seen.gates[state], description)
    everywhere = _sequences(layer, others, gates[state], description)
    found = findings(here, everywhere)
    known = list(here.known)
    arrays = {
        "raw": np.asarray(raw),
        "quantities": np.stack([here.known[name] for name in known]).astype(np.float32),
        "correlations": np.stack([everywhere.correlations(name) for name in known]).astype(np.float32),
        "lit": lit(layer.read(gates["hidden"])),
    }
    return arrays, {"state": state, "quantities": known, "findings": [_said(finding) for finding in found]}


def _sequences(layer: Recurrent, raw: np.ndarray, states: np.ndarray, description: Description) -> Sequences:
    known = quantities(raw, description.feature_names, description.symbols)
    return Sequences(known, layer.read(states), is_filled(raw, description.symbols))


def _said(finding: Finding) -> dict[str, Any]:
    return {
        "title": finding.title,
        "quantity": finding.quantity,
        "unit": finding.unit,
        "correlation": finding.correlation,
        "steps": finding.steps,
        "everywhere": finding.everywhere,
        "all_steps": finding.all_steps,
        "ends": list(finding.ends),
    }


DIRECTION = Param(
    "direction",
    "choice",
    "forward",
    choices=("forward", "backward"),
    help="Of a bidirectional layer: which of the two.",
)
CLIP = Param("clip", "float", 1.0, low=1e-6, high=1e6, log=True, help="Norm to which the gradients would be clipped.")
RECURRENT_GATES = Explainer("gates", "Gates", _run, (LAYER, DIRECTION, CLIP))
