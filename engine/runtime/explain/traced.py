"""An expression as a `tf.function`: the graph that TensorFlow traces of it, its value, and the tape's gradients."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import tensorflow as tf

from engine.errors import UserError
from engine.explain.expression import Graph, parse
from engine.params import Param
from engine.runtime.explain.spec import Answer, Explainer, Question, at_once

OPERATIONS: dict[str, Callable[..., tf.Tensor]] = {
    "add": tf.add, "subtract": tf.subtract, "multiply": tf.multiply, "divide": tf.divide, "power": tf.pow,
    "negate": tf.negative, "exp": tf.exp, "log": tf.math.log, "sqrt": tf.sqrt, "sin": tf.sin, "cos": tf.cos,
    "tanh": tf.tanh, "sigmoid": tf.sigmoid, "relu": tf.nn.relu, "abs": tf.abs,
}  # fmt: skip
LARGEST = 1e12


def trace(text: str, values: Mapping[str, float], constants: set[str], *, gradients: bool) -> dict[str, Any]:
    """Trace an expression and run it.

    Args:
        values: of every name.
        constants: names that are `tf.constant`; the others are variables.
        gradients: whether the function also reads a tape back.

    Returns:
        `nodes` of the concrete function's graph, each after all it needs, with name, op, the indices of its inputs
        and control inputs, shape and dtype of its first output ("" where it has none), its constant (None where it is
        none) and the variable it brings in ("" where it is none); `value`; `gradients` by name, None for constants.

    Raises:
        UserError: the expression does not parse.
    """
    graph = parse(text)
    leaves = {
        name: tf.constant(values[name], tf.float64)
        if name in constants
        else tf.Variable(values[name], dtype=tf.float64)
        for name in graph.variables
    }
    variables = {name: leaf for name, leaf in leaves.items() if name not in constants}

    def program() -> tf.Tensor:
        return _computed(graph, leaves)

    def with_gradients() -> tuple[tf.Tensor, list[tf.Tensor | None]]:
        with tf.GradientTape() as tape:
            result = program()
        return result, tape.gradient(result, list(variables.values()))

    made = tf.function(with_gradients if gradients else program, autograph=False).get_concrete_function()
    result, slopes = with_gradients()
    found = dict.fromkeys(graph.variables, None)
    known = {name: float(slope) for name, slope in zip(variables, slopes, strict=True) if slope is not None}
    return {"nodes": _nodes(made.graph, variables), "value": float(result), "gradients": {**found, **known}}


def _computed(graph: Graph, leaves: Mapping[str, Any]) -> tf.Tensor:
    found: list[Any] = []
    for node in graph.nodes:
        if node.kind == "variable":
            found.append(leaves[node.name])
        elif node.kind == "number":
            found.append(tf.constant(node.value, tf.float64))
        else:
            found.append(OPERATIONS[node.kind](*(found[place] for place in node.inputs)))
    return tf.convert_to_tensor(found[-1])


def _nodes(graph: Any, variables: Mapping[str, tf.Variable]) -> list[dict[str, Any]]:
    operations = _in_order(graph.get_operations())
    captured = {
        inner.op.name: name
        for outer, inner in graph.captures
        for name, variable in variables.items()
        if outer is variable.handle
    }
    places = {operation.name: place for place, operation in enumerate(operations)}
    return [
        {
            "name": operation.name,
            "op": operation.type,
            "inputs": [places[tensor.op.name] for tensor in operation.inputs],
            "control": [places[other.name] for other in operation.control_inputs],
            "shape": _shape(operation),
            "dtype": operation.outputs[0].dtype.name if operation.outputs else "",
            "constant": _constant(operation),
            "variable": captured.get(operation.name, ""),
        }
        for operation in operations
    ]


def _in_order(operations: Sequence[Any]) -> list[Any]:
    """Operations as they were traced, but each after its inputs and after those it has to wait for."""
    found: dict[str, Any] = {}
    waiting = list(operations)
    while waiting:
        left = []
        for operation in waiting:
            needs = (*(tensor.op.name for tensor in operation.inputs), *(one.name for one in operation.control_inputs))
            if all(name in found for name in needs):
                found[operation.name] = operation
            else:
                left.append(operation)
        waiting = left
    return list(found.values())


def _shape(operation: Any) -> str:
    if not operation.outputs:
        return ""
    shape = operation.outputs[0].shape
    return "unknown" if shape.rank is None else str(tuple(shape))


def _constant(operation: Any) -> float | None:
    if operation.type != "Const":
        return None
    value = tf.make_ndarray(operation.get_attr("value"))
    return float(value) if value.ndim == 0 and value.dtype.kind == "f" else None


def _answer(question: Question) -> Answer:
    """Facts: as `trace` returns."""
    values = question.values
    try:
        given = json.loads(values["values"])
        numbers = {str(name): float(value) for name, value in given.items()}
    except (TypeError, ValueError, AttributeError) as error:
        raise UserError(f"The values cannot be read: {error}.", 'E.g. {"w": 2}.', "values") from None
    missing = [name for name in parse(values["expression"]).variables if name not in numbers]
    if missing:
        raise UserError(f"There is no value for {', '.join(missing)}.", "Give each name one.", "values")
    if not all(abs(value) <= LARGEST for value in numbers.values()):
        raise UserError(f"A value is not within ±{LARGEST:g}.", "Give smaller ones.", "values")
    constants = {name for name in values["constants"].split(",") if name}
    return Answer(facts=trace(values["expression"], numbers, constants, gradients=values["gradients"]))


TRACED = Explainer(
    "traced",
    "Traced graph of an expression",
    at_once(_answer),
    (
        Param("expression", "text", "(w * x + b - y)^2", help="As in the lesson of back-propagation."),
        Param("values", "text", '{"w": 2, "x": 3, "b": 1, "y": 2}', help="A number for each name, as JSON."),
        Param("constants", "text", "x,y", help="Names that are constants, with commas; the others are variables."),
        Param("gradients", "bool", False, help="Whether the graph also holds what the tape adds."),
    ),
    needs_input=False,
)
