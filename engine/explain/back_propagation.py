"""Values forward and gradients backward through a computation graph, each gradient as upstream × local."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.errors import UserError
from engine.explain.expression import Graph, Node

STEP = 1e-5  # of the gradient check, relative to the size of the variable
GOOD, SUSPECT = 1e-7, 1e-4  # relative errors: below the first right, above the second wrong


@dataclass(frozen=True)
class Flow:
    """A gradient that goes from a node back to one of its inputs.

    Args:
        node, input: indices; a node that uses an input twice sends two flows.
        upstream: dL/d(node).
        local: d(node)/d(input).
        rule: the derivative rule, in symbols.
    """

    node: int
    input: int
    upstream: float
    local: float
    rule: str

    @property
    def value(self) -> float:
        """What it adds to the input's gradient."""
        return self.upstream * self.local


@dataclass(frozen=True)
class Check:
    """The gradient of one variable against a central difference.

    Args:
        relative: |a − n| / max(|a|, |n|), 0 where both are 0.
    """

    name: str
    analytic: float
    numeric: float
    relative: float

    @property
    def verdict(self) -> str:
        """ "right", "doubtful" or "wrong"."""
        return "right" if self.relative < GOOD else "doubtful" if self.relative < SUSPECT else "wrong"


def forward(graph: Graph, values: Mapping[str, float]) -> list[float]:
    """Compute every node, in order.

    Raises:
        UserError: a division by zero, a logarithm or root of what has none, or a result too large; `where` is the
            index of the node.
    """
    found: list[float] = []
    for index, node in enumerate(graph.nodes):
        inputs = [found[place] for place in node.inputs]
        try:
            value = _value(node, inputs, values)
        except ZeroDivisionError:
            text = f"{_written(graph, index)} divides by zero."
            raise UserError(text, "Change a value, so that the divisor is not 0.", where=str(index)) from None
        except (OverflowError, ValueError):
            value = math.nan
        if not math.isfinite(value):
            text = f"{_written(graph, index)} has no finite value for {', '.join(f'{x:.4g}' for x in inputs)}."
            raise UserError(text, "Change a value; log and sqrt need positive ones.", where=str(index))
        found.append(value)
    return found


def backward(graph: Graph, found: Sequence[float]) -> tuple[list[float], list[Flow]]:
    """Return dL/d(node) of every node, L being the last, and every flow in the order it goes: last node first.

    Raises:
        UserError: a local derivative is not finite, e.g. that of sqrt at 0; `where` is the index of the node.
    """
    gradients = [0.0] * len(graph.nodes)
    gradients[-1] = 1.0
    flows = []
    for index in reversed(range(len(graph.nodes))):
        node = graph.nodes[index]
        for place, (local, rule) in enumerate(_locals(graph, index, found)):
            flow = Flow(index, node.inputs[place], gradients[index], local, rule)
            gradients[flow.input] += flow.value
            flows.append(flow)
    return gradients, flows


def check(graph: Graph, values: Mapping[str, float]) -> list[Check]:
    """Compare every variable's gradient with (L(v + h) − L(v − h)) / 2 h.

    Raises:
        UserError: L has no value at or beside the point.
    """
    gradients, _ = backward(graph, forward(graph, values))
    checks = []
    for index, node in enumerate(graph.nodes):
        if node.kind != "variable":
            continue
        step = STEP * max(1.0, abs(values[node.name]))
        up = forward(graph, {**values, node.name: values[node.name] + step})[-1]
        down = forward(graph, {**values, node.name: values[node.name] - step})[-1]
        numeric = (up - down) / (2 * step)
        size = max(abs(gradients[index]), abs(numeric))
        relative = abs(gradients[index] - numeric) / size if size > 1e-10 else 0.0
        checks.append(Check(node.name, gradients[index], numeric, relative))
    return checks


def symbol(graph: Graph, index: int) -> str:
    """What a node is called: a variable's name, a number, else its letter and place, e.g. "n3"."""
    node = graph.nodes[index]
    if node.kind == "variable":
        return node.name
    return node.text if node.kind == "number" else f"n{index}"


def written(graph: Graph, index: int) -> str:
    """A node's operation with the names of its inputs, e.g. "a + b"."""
    return _written(graph, index)


def _sigmoid(x: float) -> float:
    small = math.exp(-abs(x))
    return 1 / (1 + small) if x >= 0 else small / (1 + small)


_UNARY: dict[str, Callable[[float], float]] = {
    "negate": lambda a: -a,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
    "sigmoid": _sigmoid,
    "relu": lambda a: max(a, 0.0),
    "abs": abs,
}
_BINARY: dict[str, Callable[[float, float], float]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "power": math.pow,
}
_SIGNS = {"add": "+", "subtract": "−", "multiply": "·", "divide": "/", "power": "^"}
# The local derivative of each function of a, given a and its value f. That of relu and abs at 0 is 0, as TensorFlow's.
_SLOPES: dict[str, tuple[Callable[[float, float], float], str]] = {
    "negate": (lambda a, f: -1.0, "d(−a) = −1"),
    "exp": (lambda a, f: f, "d eᵃ = eᵃ"),
    "log": (lambda a, f: 1 / a, "d ln a = 1 / a"),
    "sqrt": (lambda a, f: 0.5 / f, "d √a = 1 / (2 √a)"),
    "sin": (lambda a, f: math.cos(a), "d sin a = cos a"),
    "cos": (lambda a, f: -math.sin(a), "d cos a = −sin a"),
    "tanh": (lambda a, f: 1 - f * f, "d tanh a = 1 − tanh² a"),
    "sigmoid": (lambda a, f: f * (1 - f), "d σ(a) = σ (1 − σ)"),
    "relu": (lambda a, f: 1.0 if a > 0 else 0.0, "d relu a = 1 if a > 0, else 0"),
    "abs": (lambda a, f: math.copysign(1.0, a) if a else 0.0, "d |a| = sign a"),
}


def _value(node: Node, inputs: Sequence[float], values: Mapping[str, float]) -> float:
    if node.kind == "variable":
        return float(values[node.name])
    if node.kind == "number":
        return node.value
    if node.kind in _BINARY:
        return float(_BINARY[node.kind](*inputs))
    return float(_UNARY[node.kind](*inputs))


def _locals(graph: Graph, index: int, found: Sequence[float]) -> list[tuple[float, str]]:
    """The local derivative by each input, with its rule."""
    node = graph.nodes[index]
    if not node.inputs:
        return []
    inputs = [found[place] for place in node.inputs]
    try:
        made = (
            _binary_locals(graph, node, inputs, found[index])
            if len(inputs) == 2
            else _slope(node, inputs, found[index])
        )
    except (ZeroDivisionError, ValueError, OverflowError):
        made = [(math.nan, "")]
    if not all(math.isfinite(local) for local, _ in made):
        text = f"{_written(graph, index)} has no finite derivative at {inputs[0]:.4g}."
        raise UserError(text, "Change a value; the slope of a root at 0 is infinite.", where=str(index))
    return made


def _slope(node: Node, inputs: Sequence[float], value: float) -> list[tuple[float, str]]:
    slope, rule = _SLOPES[node.kind]
    return [(slope(inputs[0], value), rule)]


def _binary_locals(graph: Graph, node: Node, inputs: Sequence[float], value: float) -> list[tuple[float, str]]:
    a, b = inputs
    match node.kind:
        case "add":
            return [(1.0, "d(a + b) / da = 1"), (1.0, "d(a + b) / db = 1")]
        case "subtract":
            return [(1.0, "d(a − b) / da = 1"), (-1.0, "d(a − b) / db = −1")]
        case "multiply":
            return [(b, "d(a · b) / da = b"), (a, "d(a · b) / db = a")]
        case "divide":
            return [(1 / b, "d(a / b) / da = 1 / b"), (-a / (b * b), "d(a / b) / db = −a / b²")]
        case _:
            return _power_locals(graph, node, (a, b), value)


def _power_locals(graph: Graph, node: Node, inputs: tuple[float, float], value: float) -> list[tuple[float, str]]:
    a, b = inputs
    by_base = 0.0 if b == 0 else b * math.pow(a, b - 1)
    is_constant = graph.nodes[node.inputs[1]].kind in ("number", "negate")
    # a negative base has no logarithm; a constant exponent needs none
    by_exponent = 0.0 if (a <= 0 and is_constant) or a == 0 else value * math.log(a)
    return [(by_base, "d aᵇ / da = b aᵇ⁻¹"), (by_exponent, "d aᵇ / db = aᵇ ln a")]


def _written(graph: Graph, index: int) -> str:
    node = graph.nodes[index]
    names = [symbol(graph, place) for place in node.inputs]
    if node.kind in _SIGNS:
        return f"{names[0]} {_SIGNS[node.kind]} {names[1]}"
    if node.kind == "negate":
        return f"−{names[0]}"
    return f"{node.kind}({names[0]})" if names else symbol(graph, index)
