"""A recurrent layer of a network at one moment: its cell, what it reads, and what follows from its state."""

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from engine.errors import UserError
from engine.explain.recurrent import Cell, Replay, cell_of, replay
from engine.runtime.explain.spec import Question
from engine.runtime.moment import Moment
from engine.runtime.training.objectives import objective
from engine.shapes import LayerInfo

KINDS = ("lstm", "gru", "simple_rnn", "bidirectional")
VARIABLES = 3  # kernel, recurrent kernel, bias of each direction


@dataclass(frozen=True)
class Recurrent:
    """One direction of a recurrent layer.

    Args:
        source: the layer it reads.
        is_second: the backward direction of a bidirectional layer.
    """

    name: str
    info: LayerInfo
    source: str
    cell: Cell
    is_second: bool

    @property
    def is_backwards(self) -> bool:
        """Whether it reads the sequence from its end."""
        return self.is_second or bool(self.info.values.get("go_backwards", False))

    @property
    def gives_all(self) -> bool:
        """Whether it gives out the state of every step."""
        return bool(self.info.values["return_sequences"])

    def read(self, sequence: np.ndarray) -> np.ndarray:
        """Sequences (..., time, feature) in the order in which it reads them; its own inverse."""
        return np.flip(sequence, axis=-2) if self.is_backwards else sequence

    def replay(self, sequence: np.ndarray) -> Replay:
        """Replay sequences given in the order of the input."""
        return replay(self.cell, self.read(sequence))


def recurrent(question: Question) -> Recurrent:
    """The layer and direction asked for.

    Raises:
        UserError: the network has no such layer, or the layer has one direction only.
    """
    moment, direction = question.moment, question.values["direction"]
    name, info = question.layer_and_name(question.values["layer"], KINDS, "recurrent")
    is_double = info.spec.id == "bidirectional"
    if direction == "backward" and not is_double:
        raise UserError(f"{name} has one direction only.", "Choose forward, or a bidirectional layer.", "direction")
    second = direction == "backward"
    weights = _weights(moment, name)[VARIABLES if second else 0 :][:VARIABLES]
    kind = info.values["cell"] if is_double else info.spec.id
    values = {} if is_double else info.values
    source = moment.project.graph.sources(name)[0]
    return Recurrent(name, info, source, cell_of(kind, values, tuple(weights)), second)


def _weights(moment: Moment, name: str) -> list[np.ndarray]:
    wanted = ("kernel", "recurrent_kernel", "bias")
    layer = moment.network.layers[name]
    names = {id(variable): key for key, variable in moment.sight.variables.items()}
    return [np.asarray(moment.weights[names[id(v)]]) for v in layer.variables if v.name in wanted]


def last_of(question: Question) -> str:
    """The recurrent layer after which no other comes and whose last state alone goes on; empty where there is none."""
    layers = question.moment.network.inference.layers
    names = [name for name, info in layers.items() if info.spec.id in KINDS]
    info = layers[names[-1]]
    is_plain = info.spec.id != "bidirectional" and not info.values["return_sequences"]
    return names[-1] if is_plain and not info.values["go_backwards"] else ""


def tail(moment: Moment, name: str) -> Callable[[np.ndarray], np.ndarray] | None:
    """From the state of a layer (batch, unit) to the logits of the first head; None where other ways lead there too."""
    network, sight = moment.network, moment.sight
    head = network.tensors[network.heads[0].node]
    try:
        model = keras.Model(network.tensors[name], head)
    except ValueError:  # Keras: the head cannot be reached from this layer alone
        return None
    names = {id(variable): key for key, variable in sight.variables.items()}
    trainable = [names[id(variable)] for variable in model.trainable_variables]
    fixed = [names[id(variable)] for variable in model.non_trainable_variables]

    def make() -> Callable[..., tf.Tensor]:
        def call(weights: dict[str, tf.Tensor], state: tf.Tensor) -> tf.Tensor:
            given = [weights[key] for key in trainable], [weights[key] for key in fixed]
            return model.stateless_call(*given, state, training=False)[0]

        return call

    compiled = sight.function(("tail", name), make)
    return lambda state: np.asarray(compiled(dict(moment.weights), tf.constant(state, tf.float32)))


@dataclass(frozen=True)
class Pull:
    """How the loss of one sample pulls.

    Args:
        loss: of the sample.
        upstream: dL/d(output of the layer), as the layer's output.
        norms: of the gradient of each trainable variable, by name.
    """

    loss: float
    upstream: np.ndarray
    norms: dict[str, float]

    @property
    def norm(self) -> float:
        """Of all gradients together."""
        return float(np.sqrt(sum(norm**2 for norm in self.norms.values())))


def pull(question: Question, name: str) -> Pull:
    """Gradients of the loss of the sample in question, whose label is known."""
    moment = question.moment
    goal = objective(moment.network)
    label = question.label or 0.0
    is_class = moment.project.heads[0].task == "classification"
    y = tf.constant([int(label)], tf.int32) if is_class else tf.constant([label], tf.float32)

    def make() -> Callable[..., tuple[tf.Tensor, tf.Tensor, list[tf.Tensor]]]:
        def call(
            weights: dict[str, tf.Tensor], x: tf.Tensor, y: tf.Tensor
        ) -> tuple[tf.Tensor, tf.Tensor, list[tf.Tensor]]:
            keys = moment.sight.trainable
            with tf.GradientTape() as tape:
                tape.watch([weights[key] for key in keys])
                outputs = moment.sight.run(weights, x)
                loss, _ = goal.per_sample([outputs[head.node] for head in moment.network.heads], y)
            aims = [outputs[name], *(weights[key] for key in keys)]
            first, *others = tape.gradient(loss, aims, unconnected_gradients=tf.UnconnectedGradients.ZERO)
            return loss[0], first, [tf.norm(gradient) for gradient in others]

        return call

    function = moment.sight.function(("pull", name), make)
    loss, upstream, norms = function(dict(moment.weights), tf.convert_to_tensor(question.x), y)
    return Pull(float(loss), np.asarray(upstream)[0], dict(zip(moment.sight.trainable, map(float, norms), strict=True)))
