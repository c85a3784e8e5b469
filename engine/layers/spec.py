"""LayerSpec: what the program knows about one kind of layer. One record per file in this package.

A record is plain arithmetic. The contract tests hold it against the real Keras layer, so it cannot drift.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import UserError
from engine.params import Param, Values

Shape = tuple[int, ...]  # without the batch axis, e.g. (height, width, channels)
Shapes = Sequence[Shape]

FAMILIES = ("input", "convolution", "pooling", "dense", "normalisation", "merge", "recurrent", "output")


@dataclass(frozen=True)
class SetValues:
    """A repair: change settings of the layer itself."""

    label: str
    values: dict[str, Any]


@dataclass(frozen=True)
class InsertBefore:
    """A repair: put a new layer between this one and what feeds it."""

    label: str
    kind: str
    values: dict[str, Any]


class ShapeProblem(UserError):
    """The inputs do not fit the layer.

    Args:
        message: the cause in one line.
        arithmetic: the calculation that fails, e.g. "(5 + 2·0 − 7)/1 + 1 = −1".
        repairs: the smallest repairs, best first.
    """

    def __init__(
        self, message: str, hint: str = "", *, arithmetic: str = "", repairs: tuple[SetValues | InsertBefore, ...] = ()
    ) -> None:
        super().__init__(message, hint)
        self.arithmetic = arithmetic
        self.repairs = repairs


@dataclass(frozen=True)
class Symbol:
    """One letter of a formula: what it stands for, its value, and the setting it comes from, if any."""

    letter: str
    meaning: str
    value: str
    param: str = ""


@dataclass(frozen=True)
class Formula:
    """A calculation written out.

    `{a|b}` in a line is a fraction; a `_x` or `_{xy}` behind a letter is a subscript.

    Args:
        title: what is calculated, e.g. "Output size".
        result: the value at the card's right, e.g. "10 × 10 × 16".
        symbolic: the formula in letters, e.g. "{n+2p−f|s} + 1".
        numeric: the same with numbers, ending in the result, e.g. "{14+2·0−5|1} + 1 = 10".
        legend: every letter with its value.
        note: a remark below, e.g. "rounded down; width is the same".
    """

    title: str
    result: str
    symbolic: str
    numeric: str
    legend: tuple[Symbol, ...] = ()
    note: str = ""


def none_of(values: Values, inputs: Shapes) -> int:
    """Zero: for layers without parameters, or without multiplications."""
    return 0


def no_formulas(values: Values, inputs: Shapes) -> tuple[Formula, ...]:
    """No formula beyond the shape itself."""
    return ()


def as_they_are(values: Values) -> dict[str, Any]:
    """Keras takes our settings by the same names."""
    return dict(values)


@dataclass(frozen=True)
class LayerSpec:
    """A kind of layer.

    All functions take checked settings with defaults filled in, and input shapes without the batch axis.

    Args:
        id: Keras's class name in snake case; what files and code use.
        name: the short name on chips and nodes, e.g. "MaxPool".
        family: one of `FAMILIES`; gives colour and glyph.
        keras: the class in `keras.layers`.
        params: its settings, by Keras's names.
        output_shape: the shape of the output; raises ShapeProblem where the inputs do not fit.
        num_params: parameters, trained or not.
        multiply_adds: multiplications with addition for one sample.
        formulas: output size and parameters written out with the numbers.
        summary: the node's second line, e.g. "16 filters, 5×5, valid".
        outcome: says more from the output shape, where that is known and more telling; else empty.
        arguments: settings to keyword arguments of the Keras class.
        min_inputs, max_inputs: how many edges may come in.
        text: its page in `resources/text`.
    """

    id: str
    name: str
    family: str
    keras: str
    params: tuple[Param, ...]
    output_shape: Callable[[Values, Shapes], Shape]
    num_params: Callable[[Values, Shapes], int] = none_of
    multiply_adds: Callable[[Values, Shapes], int] = none_of
    formulas: Callable[[Values, Shapes], tuple[Formula, ...]] = no_formulas
    summary: Callable[[Values], str] = lambda values: ""
    outcome: Callable[[Shape], str] = lambda shape: ""
    arguments: Callable[[Values], dict[str, Any]] = as_they_are
    min_inputs: int = 1
    max_inputs: int = 1

    @property
    def text(self) -> str:
        """The page of this layer, relative to `resources/text`."""
        return f"layers/{self.id}.md"


@dataclass(frozen=True)
class Nested:
    """A layer given to another one as an argument, such as the LSTM inside a Bidirectional.

    Args:
        spec: its kind.
        values: its settings, defaults filled in.
    """

    spec: LayerSpec
    values: Values


def require_rank(inputs: Shapes, rank: int, axes: str, repairs: tuple[SetValues | InsertBefore, ...] = ()) -> Shape:
    """Return the only input shape, which must have `rank` axes.

    Args:
        axes: their names for the message, e.g. "(height, width, channels)".

    Raises:
        ShapeProblem: another number of axes.
    """
    shape = inputs[0]
    if len(shape) != rank:
        raise ShapeProblem(
            f"Expected {axes}, found {shape_text(shape)}", arithmetic=f"{len(shape)} axes ≠ {rank}", repairs=repairs
        )
    return shape


def shape_text(shape: Shape) -> str:
    """A shape as the screen shows it, e.g. "28×28×6"."""
    return "×".join(str(size) for size in shape)
