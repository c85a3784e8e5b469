"""One number opened to its arithmetic, for the network, sample and moment in front of the user."""

from collections.abc import Generator, Mapping
from typing import Any

import msgspec
import numpy as np
import tensorflow as tf

from engine.errors import UserError
from engine.explain.averaged_head import averaged_head
from engine.explain.number import open_number
from engine.explain.opened import Learned, Numbers, Opened, Place
from engine.explain.unrolled import variable_names
from engine.params import Param
from engine.runtime.build import Network
from engine.runtime.explain.class_score import binary, score_of
from engine.runtime.explain.picture_numbers import OF_PICTURES, open_of_picture
from engine.runtime.explain.spec import Answer, Explainer, Question
from engine.runtime.jobs import Report, Turn
from engine.runtime.moment import Sight
from engine.runtime.training.objectives import Objective, objective
from engine.tasks import TASKS


def collect(question: Question, of: int = -1) -> Numbers:
    """Everything the sample makes in the network: activations, errors and gradients by the tape, weights, the loss.

    Args:
        of: class whose logit is the goal of errors and gradients; −1 for the loss.
    """
    moment, network = question.moment, question.moment.network
    label = question.label if question.label is not None else _predicted(question)
    loss, outputs, errors, gradients = _measured(question, label, of)
    scaling = question.scaling
    return Numbers(
        graph=moment.project.graph,
        inference=network.inference,
        activations={name: np.asarray(value)[0] for name, value in outputs.items()},
        errors={name: np.asarray(value)[0] for name, value in errors.items()},
        weights=by_layer(network, moment.weights),
        gradients=by_layer(network, gradients),
        initial=by_layer(network, moment.sight.initial()),
        answers={head.node: moment.answer(question.x, n)[0] for n, head in enumerate(network.heads)},
        raw=question.raw[0],
        offset=scaling.offset,
        scale=scaling.scale,
        loss=float(loss),
        learned=learned(network),
        label=float(label),
        of=of,
        class_names=question.class_names,
        feature_names=feature_names(question),
    )


def _measured(question: Question, label: float, of: int) -> Any:
    sight, measured = question.moment.sight, objective(question.moment.network)
    if of < 0:
        function = sight.function("numbers", lambda: measure_of(sight, measured))
        return function(question.moment.weights, question.x, _target(question, label))
    function = sight.function("numbers of a score", lambda: measure_score(sight, binary(question.moment)))
    return function(question.moment.weights, question.x, tf.constant([of]))


def feature_names(question: Question) -> tuple[str, ...]:
    """Of the data, where they are in memory; empty otherwise."""
    choice = question.moment.project.data
    return question.shelf.data(choice).samples.description.feature_names if question.shelf.holds(choice) else ()


def learned(network: Network, part: float = 1.0) -> dict[str, Learned]:
    """What each head is taught; `part` of the whole goes to the sample."""
    return {
        head.node: Learned(_loss_name(head.task, head.loss, network.activation(n)), head.weight, part)
        for n, head in enumerate(network.heads)
    }


def _predicted(question: Question) -> float:
    """Where the input has no label, what the network itself says, so that there is a loss to explain."""
    answer = question.moment.answer(question.x)[0]
    if not question.class_names:
        return float(answer[0])
    return float(answer[0] > 0.5) if len(answer) == 1 else float(answer.argmax())


def _target(question: Question, label: float) -> tf.Tensor:
    """The label as the loss takes it, (1,)."""
    return tf.constant([int(label)]) if question.class_names else tf.constant([label], tf.float32)


def _loss_name(task: str, loss: str, activation: str) -> str:
    return TASKS[task].losses[activation][0] if loss == "auto" else loss


def measure_of(sight: Sight, measured: Objective) -> Any:
    """(weights, x, y) to the loss, all outputs, their errors and the gradients, of a batch of one."""
    heads = [head.node for head in sight.network.heads]

    def measure(weights: dict[str, tf.Tensor], x: tf.Tensor, y: tf.Tensor) -> Any:
        trained = {name: weights[name] for name in sight.trainable}
        with tf.GradientTape() as tape:
            tape.watch([x, *trained.values()])
            outputs = sight.run(weights, x)
            losses, _ = measured.per_sample([outputs[name] for name in heads], y)
            loss = tf.reduce_sum(losses)
        errors, gradients = tape.gradient(loss, (outputs, trained), unconnected_gradients="zero")
        return loss, outputs, errors, gradients

    return measure


def measure_score(sight: Sight, is_binary: bool) -> Any:
    """(weights, x, class) to that class's score, all outputs, their gradients and those of the weights."""
    head = sight.network.heads[0].node

    def measure(weights: dict[str, tf.Tensor], x: tf.Tensor, index: tf.Tensor) -> Any:
        trained = {name: weights[name] for name in sight.trainable}
        with tf.GradientTape() as tape:
            tape.watch([x, *trained.values()])
            outputs = sight.run(weights, x)
            score = tf.reduce_sum(score_of(outputs[head], index, is_binary))
        errors, gradients = tape.gradient(score, (outputs, trained), unconnected_gradients="zero")
        return score, outputs, errors, gradients

    return measure


def by_layer(network: Network, values: Mapping[str, Any]) -> dict[str, dict[str, np.ndarray]]:
    """Weights, or what belongs to them, by layer and Keras's names of their variables; see `variable_names`.

    Args:
        values: by "layer/index_variable".
    """
    found: dict[str, dict[str, np.ndarray]] = {}
    for layer in network.layers.values():
        names = [variable.name for variable in layer.variables]
        for n, (name, shown) in enumerate(zip(names, variable_names(names), strict=True)):
            key = f"{layer.name}/{n}_{name}"
            if key in values:
                found.setdefault(layer.name, {})[shown] = np.asarray(tf.convert_to_tensor(values[key]))
    return found


def place_of(text: str) -> Place:
    """Read a place from JSON, e.g. {"what": "activation", "layer": "conv2d_1", "index": [3, 4, 0]}.

    Raises:
        UserError: it is none.
    """
    try:
        return msgspec.json.decode(text, type=Place)
    except msgspec.MsgspecError as error:
        raise UserError(f"{text[:80]!r} names no number: {error}.", "Give what, layer and index.", "place") from None


def _run(question: Question) -> Generator[Report, Turn, Answer]:
    """Facts: `opened`, an `engine.explain.opened.Opened` as JSON values; `label`; `has_label`."""
    place = place_of(question.values["place"])
    if place.of >= 0:
        place = msgspec.structs.replace(place, of=question.class_index(place.of))
    yield Report()
    if place.what in OF_PICTURES:
        opened = yield from open_of_picture(question, place)
    else:
        numbers = collect(question, place.of)
        head = averaged_head(question.moment.project, question.moment.network.inference)
        opened = open_number(numbers, place, head)
    return answer_of(opened, question.label)


def answer_of(opened: Opened, label: float | None) -> Answer:
    """An opened number as an answer."""
    return Answer(facts={"opened": msgspec.to_builtins(opened), "label": label, "has_label": label is not None})


PLACE = Param("place", "text", '{"what": "loss"}', help="Which number, as JSON: what, layer, index, variable.")
NUMBER = Explainer("number", "Arithmetic of a number", _run, (PLACE,))
PICTURE_NUMBER = Explainer(
    "picture_number", "Arithmetic of a number, pictures in their own size", _run, (PLACE,), keeps_size=True
)
