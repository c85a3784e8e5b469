"""Project to keras.Model. The model ends in logits; what turns them into probabilities is applied outside."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import keras
import tensorflow as tf

from engine.datasets.scaling import Scaling
from engine.errors import UserError
from engine.keras_code import reading_order
from engine.layers.spec import LayerSpec, Nested
from engine.params import Values
from engine.project import Head, Project
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
        model: normalised inputs (batch, *input_shape) to the logits of every head, (batch, units) each.
        inference: shapes and settings the model was built from.
        heads: in the order of the model's outputs.
        tensors: the symbolic output of every layer by name, for `taps`.
    """

    model: keras.Model
    inference: Inference
    heads: tuple[Head, ...]
    tensors: dict[str, keras.KerasTensor]

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
    tensors: dict[str, keras.KerasTensor] = {}
    inputs = []
    for node in reading_order(project.graph):  # that of the exported script, so that a seed gives the same weights
        info = inference.layers[node.name]
        if not info.inputs:
            inputs.append(keras.Input((None, None, info.shape[-1]) if any_size else info.shape, name=node.name))
            tensors[node.name] = _normalised(inputs[-1], scaling) if scaling else inputs[-1]
            continue
        layer = keras_layer(info.spec, info.values, name=node.name)
        sources = [tensors[name] for name in project.graph.sources(node.name)]
        tensors[node.name] = layer(sources if info.spec.max_inputs > 1 else sources[0])
    if len(inputs) != 1:
        raise UserError(f"The network has {len(inputs)} inputs; training takes one.", "Remove the other Input layers.")
    model = keras.Model(inputs[0], [tensors[head.node] for head in project.heads])
    return Network(model, inference, project.heads, tensors)


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
