"""Bidirectional: two recurrent layers, one of which reads the sequence from its end (Schuster and Paliwal 1997)."""

from typing import Any

from engine.layers.common import spaced, units
from engine.layers.gru import GRU
from engine.layers.lstm import LSTM
from engine.layers.recurrent import SEQUENCES, legend, sequence_shape
from engine.layers.simple_rnn import SIMPLE_RNN
from engine.layers.spec import Formula, LayerSpec, Nested, Shape, Shapes, Symbol
from engine.params import Param, Values, defaults

CELLS = {spec.id: spec for spec in (LSTM, GRU, SIMPLE_RNN)}
MERGES = {"concat": "joined", "sum": "added", "mul": "multiplied", "ave": "averaged"}
CELL = Param(
    "cell", "choice", "lstm", choices=tuple(CELLS), help="The recurrent layer that is used in both directions."
)
MERGE = Param(
    "merge_mode",
    "choice",
    "concat",
    label="Merge",
    choices=tuple(MERGES),
    help="How the two directions become one output: joined, or combined value by value.",
)


def inner_values(values: Values) -> dict[str, Any]:
    """The settings of the layer inside, with its other settings at their defaults."""
    inner = defaults(CELLS[values["cell"]].params)
    return {**inner, "units": values["units"], "return_sequences": values["return_sequences"]}


def _output_shape(values: Values, inputs: Shapes) -> Shape:
    time, _ = sequence_shape(inputs)
    size = values["units"] * (2 if values["merge_mode"] == "concat" else 1)
    return (time, size) if values["return_sequences"] else (size,)


def _num_params(values: Values, inputs: Shapes) -> int:
    return 2 * CELLS[values["cell"]].num_params(inner_values(values), inputs)


def _multiply_adds(values: Values, inputs: Shapes) -> int:
    return 2 * CELLS[values["cell"]].multiply_adds(inner_values(values), inputs)


def _formulas(values: Values, inputs: Shapes) -> tuple[Formula, ...]:
    (time, x), u = inputs[0], values["units"]
    shape, inner = spaced(_output_shape(values, inputs)), CELLS[values["cell"]]
    one, both = inner.num_params(inner_values(values), inputs), _num_params(values, inputs)
    out = "2·u" if values["merge_mode"] == "concat" else "u"
    size = Formula(
        "Output size",
        shape,
        f"t × x → t × {out}" if values["return_sequences"] else f"t × x → {out}",
        f"{time:,} × {x:,} → {shape}",
        (Symbol("t", "steps", f"{time:,}"), *legend(u, x)),
        f"the two directions {MERGES[values['merge_mode']]}",
    )
    parameters = Formula(
        "Parameters",
        f"{both:,}",
        "2·p",
        f"2·{one:,} = {both:,}",
        (Symbol("p", f"of one {inner.name}", f"{one:,}"),),
        "each direction has weights of its own",
    )
    return size, parameters


def _summary(values: Values) -> str:
    sequences = ", sequences" if values["return_sequences"] else ""
    return f"2 × {CELLS[values['cell']].name} {values['units']:,}, {MERGES[values['merge_mode']]}{sequences}"


def _arguments(values: Values) -> dict[str, Any]:
    inner = CELLS[values["cell"]]
    return {"layer": Nested(inner, inner_values(values)), "merge_mode": values["merge_mode"]}


BIDIRECTIONAL = LayerSpec(
    id="bidirectional",
    name="BiRNN",
    family="recurrent",
    keras="Bidirectional",
    params=(CELL, units(32), SEQUENCES, MERGE),
    output_shape=_output_shape,
    num_params=_num_params,
    multiply_adds=_multiply_adds,
    formulas=_formulas,
    summary=_summary,
    arguments=_arguments,
)
