"""Embedding: every token number is looked up as a row of a trained matrix."""

from engine.layers.common import spaced
from engine.layers.spec import Formula, InsertBefore, LayerSpec, Shape, Shapes, Symbol, require_rank
from engine.params import Param, Values


def _output_shape(values: Values, inputs: Shapes) -> Shape:
    flat = InsertBefore("Insert Flatten", "flatten", {})
    return (*require_rank(inputs, 1, "a row of token numbers (time)", (flat,)), values["output_dim"])


def _num_params(values: Values, inputs: Shapes) -> int:
    return values["input_dim"] * values["output_dim"]


def _formulas(values: Values, inputs: Shapes) -> tuple[Formula, ...]:
    tokens, size = values["input_dim"], values["output_dim"]
    shape = _output_shape(values, inputs)
    legend = (Symbol("v", "tokens known", f"{tokens:,}", "input_dim"), Symbol("d", "size", f"{size:,}", "output_dim"))
    steps = Symbol("t", "tokens per sample", f"{shape[0]:,}")
    return (
        Formula("Output size", spaced(shape), "t → t × d", f"{shape[0]:,} → {spaced(shape)}", (steps, legend[1])),
        Formula("Parameters", f"{tokens * size:,}", "v·d", f"{tokens:,}·{size:,} = {tokens * size:,}", legend),
    )


EMBEDDING = LayerSpec(
    id="embedding",
    name="Embed",
    family="dense",
    keras="Embedding",
    params=(
        Param(
            "input_dim", "int", 1000, low=1, high=10_000_000, log=True, label="Tokens", help="Tokens are 0 to this − 1."
        ),
        Param("output_dim", "int", 32, low=1, high=16384, log=True, label="Size", help="Numbers per token."),
    ),
    output_shape=_output_shape,
    num_params=_num_params,
    formulas=_formulas,
    summary=lambda values: f"{values['input_dim']:,} tokens, size {values['output_dim']:,}",
)
