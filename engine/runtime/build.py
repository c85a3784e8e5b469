"""Project to keras.Model. The model ends in logits; what turns them into probabilities is applied outside.

A group of layers that can stand as one becomes a keras.Model inside the model, as in the code that is shown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import keras
import tensorflow as tf

from engine.datasets.scaling import Scaling
from engine.errors import UserError
from engine.graph import Graph
from engine.layers.spec import LayerSpec, Nested
from engine.nesting import Block, nesting
from engine.params import Values
from engine.project import Head, Project
from engine.runtime.nested import layers_by_name, outputs_by_name
from engine.shapes import Inference, infer

ACTIVATIONS: dict[str, Callable[[tf.Tensor], tf.Tensor]] = {
    "softmax": tf.nn.softmax,
    "sigmoid": tf.sigmoid,
    "linear": tf.identity,
}


@dataclass(frozen=True)
class Network:
    """A built project.

    Args:
        model: normalised inputs (batch, *input_shape) to the logits of every head, (batch, units) each; sequential,
            functional, or with models inside.
        inference: shapes and settings the model was built from.
        heads: in the order of the model's outputs.
    """

    model: keras.Model
    inference: Inference
    heads: tuple[Head, ...]

    @cached_property
    def layers(self) -> dict[str, keras.Layer]:
        """The Keras layer of every node but the input, wherever in the model it lies."""
        found = layers_by_name(self.model)
        return {name: found[name] for name, info in self.inference.layers.items() if info.inputs}

    @cached_property
    def tensors(self) -> dict[str, keras.KerasTensor]:
        """The symbolic output of every node, all made from the model's own input."""
        found = outputs_by_name(self.model)
        entry = self.model.inputs[0]
        return {name: found[name] if info.inputs else entry for name, info in self.inference.layers.items()}

    def activation(self, index: int = 0) -> str:
        """The activation of a head's output layer, e.g. "softmax"."""
        return str(self.inference.layers[self.heads[index].node].values["activation"])

    def read_out(self, logits: tf.Tensor, index: int = 0) -> tf.Tensor:
        """Turn logits (batch, units) into what is shown: probabilities, or numbers."""
        return ACTIVATIONS[self.activation(index)](logits)

    @cached_property
    def logits(self) -> Callable[[tf.Tensor], list[tf.Tensor]]:
        """Inference, compiled once for any batch: normalised inputs to the logits of every head."""
        inputs = tf.TensorSpec((None, *self.model.input_shape[1:]), tf.float32)

        def call(x: tf.Tensor) -> list[tf.Tensor]:
            outputs = self.model(x, training=False)
            return list(outputs) if isinstance(outputs, list | tuple) else [outputs]

        function: Callable[[tf.Tensor], list[tf.Tensor]] = tf.function(call, input_signature=[inputs], autograph=False)
        return function

    def taps(self) -> keras.Model:
        """A model on the same layers whose outputs are those of every layer, by name."""
        return keras.Model(self.model.inputs[0], self.tensors)


def build(project: Project, scaling: Scaling | None = None, *, any_size: bool = False) -> Network:
    """Build the network with the initial weights its seed gives.

    Args:
        scaling: put behind the input, so that the model takes raw inputs, as an exported one does.
        any_size: take pictures of any height and width; only where `takes_any_size`.

    Raises:
        UserError: the graph has a problem, no output, or is too large for this machine.
    """
    inference = infer(project.graph)
    if inference.problems:
        problem = inference.problems[0]
        message = problem.message.rstrip(".")
        raise UserError(f"{problem.node}: {message}.", problem.hint, problem.node)
    if not project.heads:
        raise UserError("The network has no output layer.", "Add an Output layer at its end.")
    keras.utils.set_random_seed(project.seed)
    try:
        return _connect(project, inference, scaling, any_size)
    except (tf.errors.ResourceExhaustedError, MemoryError) as error:
        size = inference.num_params * 4 / 1e9
        raise UserError(
            f"The weights alone need {size:.1f} GB, more than this machine has free.", "Make the largest layer smaller."
        ) from error


def _connect(project: Project, inference: Inference, scaling: Scaling | None, any_size: bool) -> Network:
    builder = _Builder(project.graph, inference, scaling, any_size)
    builder.build(nesting(project.graph))
    if len(builder.inputs) != 1:
        count = len(builder.inputs)
        raise UserError(f"The network has {count} inputs; training takes one.", "Remove the other Input layers.")
    model = keras.Model(builder.inputs[0], [builder.tensors[head.node] for head in project.heads])
    return Network(model, inference, project.heads)


class _Builder:
    """Makes layers and models in the order of the exported script, so that a seed gives the same weights.

    Args:
        scaling: put behind the input, if any.
        any_size: take pictures of any height and width.
    """

    def __init__(self, graph: Graph, inference: Inference, scaling: Scaling | None, any_size: bool) -> None:
        self._graph, self._inference, self._scaling, self._any_size = graph, inference, scaling, any_size
        self.inputs: list[keras.KerasTensor] = []
        self.tensors: dict[str, keras.KerasTensor] = {}

    def build(self, block: Block) -> None:
        """Make what is in a block, from the tensors there are."""
        for item in block.items:
            if isinstance(item, Block):
                self._nest(item)
            else:
                self._add(item.name)

    def _nest(self, block: Block) -> None:
        """Make a model of a block and call it; what it gives stands for the layers in it that feed others."""
        given = [self.tensors[name] for name in block.inputs]
        inner = [keras.Input(tensor.shape[1:], dtype=tensor.dtype) for tensor in given]
        around, self.tensors = self.tensors, dict(zip(block.inputs, inner, strict=True))
        self.build(block)
        outputs = [self.tensors[name] for name in block.outputs]
        model = keras.Model(_one_or_all(inner), _one_or_all(outputs), name=block.name)
        called = model(_one_or_all(given))
        self.tensors = around
        self.tensors |= zip(block.outputs, called if len(outputs) > 1 else [called], strict=True)

    def _add(self, name: str) -> None:
        info = self._inference.layers[name]
        if not info.inputs:
            shape = (None, None, info.shape[-1]) if self._any_size else info.shape
            self.inputs.append(keras.Input(shape, name=name))
            self.tensors[name] = _normalised(self.inputs[-1], self._scaling) if self._scaling else self.inputs[-1]
            return
        layer = keras_layer(info.spec, info.values, name=name)
        sources = [self.tensors[source] for source in self._graph.sources(name)]
        self.tensors[name] = layer(sources if info.spec.max_inputs > 1 else sources[0])


def _one_or_all(tensors: list[keras.KerasTensor]) -> keras.KerasTensor | list[keras.KerasTensor]:
    """Keras takes one tensor bare, several as a list."""
    return tensors if len(tensors) > 1 else tensors[0]


def keras_layer(spec: LayerSpec, values: Values, **more: str) -> keras.Layer:
    """Make the Keras layer of a record, and those that it takes as arguments.

    Args:
        values: checked, defaults filled in.
        more: arguments beside the settings, e.g. its name.
    """
    arguments = {
        name: keras_layer(value.spec, value.values) if isinstance(value, Nested) else value
        for name, value in spec.arguments(values).items()
    }
    return getattr(keras.layers, spec.keras)(**arguments, **more)


def _normalised(raw: keras.KerasTensor, scaling: Scaling) -> keras.KerasTensor:
    """(raw − offset) · scale, as Keras's Rescaling writes it: raw · scale + offset."""
    offset = [-o * s for o, s in zip(scaling.offset, scaling.scale, strict=True)]
    return keras.layers.Rescaling(list(scaling.scale), offset)(raw)
