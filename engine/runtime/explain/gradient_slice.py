"""The loss along the gradient: what the slope promises, what really happens, and where a step of SGD would land."""

from collections.abc import Generator

import numpy as np
import tensorflow as tf

from engine.errors import UserError
from engine.explain.directions import Vector
from engine.params import Param
from engine.runtime.explain.loss_along import LossAlong, in_chunks
from engine.runtime.explain.spec import Answer, Explainer, Question
from engine.runtime.explain.surface import PART, SAMPLES
from engine.runtime.jobs import Report, Turn
from engine.runtime.moment import Sight
from engine.runtime.training.objectives import objective

STEPS = 4.0  # of SGD, to either side, where no extent is given


def _slice(question: Question) -> Generator[Report, Turn, Answer]:
    """Arrays: `loss` (point,) over `distance` (point,), the way downhill along the gradient in the space of weights;
    `tangent` (point,), the line the gradient promises.

    Facts: `centre`, the loss here; `slope`, minus the gradient's length; `learning_rate` of the plan; `step`, the
    length of a step of plain SGD with it, and `landing`, the loss where it ends; `samples`, `part`.
    """
    data = yield from question.data()
    moment, values = question.moment, question.values
    x, y = data.first(values["part"], values["samples"])
    if not len(x):
        raise UserError(f"The {values['part']} part is empty.", "Choose another part, or give it a share in Data.")
    loss, gradients = _gradient(moment.sight, moment.weights, x, y)
    length = float(np.sqrt(sum(float(np.sum(np.square(g))) for g in gradients.values()))) or 1.0
    downhill = {name: -g / length for name, g in gradients.items()}
    along = LossAlong(moment.sight, x, y, moment.weights, [downhill])
    rate = float(moment.project.plan.optimizer_values.get("learning_rate", 0.001))
    extent = values["extent"] or STEPS * rate * length
    distance = np.linspace(-extent, extent, values["size"], dtype=np.float32)
    found = yield from in_chunks(along.at, distance[:, None], "slice along the gradient")
    arrays = {"loss": found, "distance": distance, "tangent": (loss - length * distance).astype(np.float32)}
    landing = float(along.at(np.array([[rate * length]], np.float32))[0])
    facts = {"centre": loss, "slope": -length, "learning_rate": rate, "step": rate * length, "landing": landing}
    return Answer(arrays, facts | {"samples": len(x), "part": values["part"]})


def _gradient(sight: Sight, weights: dict[str, tf.Tensor], x: np.ndarray, y: np.ndarray) -> tuple[float, Vector]:
    measured, heads = objective(sight.network), [head.node for head in sight.network.heads]
    trained = {name: weights[name] for name in sight.trainable}
    with tf.GradientTape() as tape:
        tape.watch(list(trained.values()))
        outputs = sight.run({**weights, **trained}, tf.constant(x))
        loss = tf.reduce_mean(measured.per_sample([outputs[name] for name in heads], tf.constant(y))[0])
    found = tape.gradient(loss, trained, unconnected_gradients="zero")
    return float(loss), {name: np.asarray(tf.convert_to_tensor(value)) for name, value in found.items()}


REACH = Param("extent", "float", 0.0, low=0.0, high=1e6, help="How far to go to either side; 0 for four steps of SGD.")
SLICE = Explainer(
    "slice",
    "Along the gradient",
    _slice,
    (Param("size", "int", 81, low=3, high=1001, help="Points along the line."), REACH, PART, SAMPLES),
    needs_input=False,
)
