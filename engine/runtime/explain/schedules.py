"""The project's network trained from its first weights under several schedules, and the range test."""

import json
from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import tensorflow as tf

from engine.errors import UserError
from engine.explain.schedules import Plan, Plateau, check, range_rates, rates
from engine.params import Param
from engine.runtime.explain.slices import in_slices
from engine.runtime.explain.spec import Answer, Explainer, Question
from engine.runtime.jobs import Report, Turn
from engine.runtime.moment import Sight
from engine.runtime.training.objectives import objective

MOST = 4  # schedules at once
MEASURED = 512  # samples whose loss is drawn
BATCH = 32
MOMENTUM = 0.9
AT_ONCE = 10  # steps in one slice
LOW, HIGH = 1e-4, 10.0  # rates of a range test
Step = Callable[..., Any]


class _Lane:
    """One copy of the network on its way."""

    def __init__(self, question: Question, x: np.ndarray, y: np.ndarray, wanted: np.ndarray, plan: Plan | None) -> None:
        sight = question.moment.sight
        first = sight.initial()
        self.rates, self.losses = wanted.astype(np.float32), np.full(len(wanted), np.nan, np.float32)
        self._x, self._y = x, y
        self._trained = {name: first[name] for name in sight.trainable}
        self._fixed = {name: value for name, value in first.items() if name not in self._trained}
        self._velocity = {name: tf.zeros_like(value) for name, value in self._trained.items()}
        self._plateau = Plateau(plan) if plan is not None and plan.kind == "plateau" else None
        self._step: Step = sight.function("schedules", lambda: _step_of(sight))
        self._measured = tf.constant(x[:MEASURED]), tf.constant(y[:MEASURED])
        self._gone = False

    def go(self, step: int) -> None:
        """Do one step; a copy whose loss is no number stands still."""
        if self._gone:
            return
        order = np.random.default_rng((0, step)).integers(0, len(self._x), BATCH)
        batch = tf.constant(self._x[order]), tf.constant(self._y[order])
        rate = tf.constant(self.rates[step])
        found = self._step(self._trained, self._fixed, self._velocity, batch, self._measured, rate)
        self._trained, self._velocity, loss = found
        self.losses[step] = loss = float(loss)
        self._gone = not np.isfinite(loss)
        if self._plateau is not None and step + 1 < len(self.rates):
            self.rates[step + 1] = self._plateau.next(loss)


def _step_of(sight: Sight) -> Step:
    """SGD with momentum, in Keras's form; the loss is that before the update."""
    measured, heads = objective(sight.network), [head.node for head in sight.network.heads]

    def loss_of(weights: Any, x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        outputs = sight.run(weights, x)
        return tf.reduce_mean(measured.per_sample([outputs[name] for name in heads], y)[0])

    def step(trained: Any, fixed: Any, velocity: Any, batch: Any, shown: Any, rate: tf.Tensor) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(list(trained.values()))
            loss = loss_of({**fixed, **trained}, *batch)
        gradients = tape.gradient(loss, trained, unconnected_gradients="zero")
        moved = {name: MOMENTUM * velocity[name] - rate * gradients[name] for name in trained}
        after = {name: trained[name] + moved[name] for name in trained}
        return after, moved, loss_of({**fixed, **trained}, *shown)

    return step


def _run(question: Question) -> Generator[Report, Turn, Answer]:
    """Arrays: `rates`, `losses` float32 (schedule, step): the loss of up to 512 training samples before each update;
    NaN from where it was no number, or is not computed yet.

    Facts: `steps` computed so far; `samples` measured; `batch`, `momentum`.
    """
    data = yield from question.data()
    x, y = data.part("train")
    plans = _plans(question.values["plans"])
    wanted: list[tuple[np.ndarray, Plan | None]]
    if question.values["range"]:
        wanted = [(range_rates(LOW, HIGH, question.values["steps"]), None)]
    else:
        wanted = [(rates(plan), plan) for plan in plans]
    lanes = [_Lane(question, x, y, found, plan) for found, plan in wanted]
    total = len(lanes[0].rates)

    def work(done: int) -> int:
        after = min(done + AT_ONCE, total)
        for step in range(done, after):
            for lane in lanes:
                lane.go(step)
        return after

    def answer(done: int) -> Answer:
        arrays = {name: np.stack([getattr(lane, name) for lane in lanes]) for name in ("rates", "losses")}
        return Answer(arrays, {"steps": done, "samples": min(MEASURED, len(x)), "batch": BATCH, "momentum": MOMENTUM})

    yield from in_slices(question, total, "training under each schedule", work, answer)
    return answer(total)


def _plans(text: str) -> list[Plan]:
    """The plans of a question.

    Raises:
        UserError: the text is no list of plans, or one of them cannot be.
    """
    try:
        found = [Plan(**{**record, "points": tuple(record.get("points", ()))}) for record in json.loads(text)]
        for plan in found:
            check(plan)
    except (TypeError, ValueError, AttributeError) as error:
        raise UserError(f"The schedules cannot be read: {error}.", "Choose them again.", "plans") from None
    if not 1 <= len(found) <= MOST or len({plan.steps for plan in found}) != 1:
        raise UserError(f"{len(found)} schedules, expected 1 to {MOST} of one length.", "Choose them again.", "plans")
    return found


SCHEDULES = Explainer(
    "schedules",
    "Learning-rate schedules",
    _run,
    (
        Param("plans", "text", '[{"kind": "constant", "rate": 0.1, "steps": 100}]', help="A list of plans as JSON."),
        Param("range", "bool", False, help="Whether it is the range test, whatever the plans are."),
        Param("steps", "int", 120, low=10, high=1000, help="Of the range test."),
    ),
    needs_input=False,
)
