"""One number opened to its arithmetic, for the network, sample and moment in front of the user."""

import json
from typing import Any

import msgspec
import numpy as np
import tensorflow as tf

from engine.errors import UserError
from engine.explain.number import open_number
from engine.explain.opened import Numbers, Place
from engine.params import Param
from engine.runtime.explain.spec import Answer, Explainer, Question, at_once
from engine.runtime.moment import Moment, Sight
from engine.runtime.training.objectives import Objective, objective
from engine.tasks import TASKS


def collect(question: Question) -> Numbers:
    """Everything the sample makes in the network: activations, errors and gradients by the tape, weights, the loss."""
    moment, network = question.moment, question.moment.network
    label = question.label if question.label is not None else _predicted(question)
    measured = objective(network)
    function = moment.sight.function("numbers", lambda: measure_of(moment.sight, measured))
    loss, outputs, errors, gradients = function(moment.weights, question.x, _target(question, label))
    scaling = question.scaling
    answers = {head.node: moment.answer(question.x, n)[0] for n, head in enumerate(network.heads)}
    return Numbers(
        graph=moment.project.graph,
        inference=network.inference,
        activations={name: np.asarray(value)[0] for name, value in outputs.items()},
        errors={name: np.asarray(value)[0] for name, value in errors.items()},
        weights=_by_layer(moment, moment.weights),
        gradients=_by_layer(moment, gradients),
        initial=_by_layer(moment, moment.sight.initial()),
        answers=answers,
        raw=question.raw[0],
        offset=scaling.offset,
        scale=scaling.scale,
        loss=float(loss),
        loss_name=_loss_name(network.heads[0].task, network.heads[0].loss, network.activation()),
        label=float(label),
    )


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


def _by_layer(moment: Moment, values: dict[str, tf.Tensor]) -> dict[str, dict[str, np.ndarray]]:
    found: dict[str, dict[str, np.ndarray]] = {}
    for layer in moment.network.layers.values():
        for n, variable in enumerate(layer.variables):
            key = f"{layer.name}/{n}_{variable.name}"
            if key in values:
                found.setdefault(layer.name, {})[variable.name] = np.asarray(tf.convert_to_tensor(values[key]))
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


def _answer(question: Question) -> Answer:
    """Facts: `opened`, an `engine.explain.opened.Opened` as JSON values; `label`; `has_label`."""
    numbers = collect(question)
    opened = open_number(numbers, place_of(question.values["place"]))
    facts = {"opened": msgspec.to_builtins(opened), "label": numbers.label, "has_label": question.label is not None}
    return Answer(facts=json.loads(json.dumps(facts)))


PLACE = Param("place", "text", '{"what": "loss"}', help="Which number, as JSON: what, layer, index, variable.")
NUMBER = Explainer("number", "Arithmetic of a number", at_once(_answer), (PLACE,))
