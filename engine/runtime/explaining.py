"""Answering `Explain`: the moment, the input, the explainer; once, or again whenever the live weights change."""

import time
from collections.abc import Generator
from typing import Any

import numpy as np
import tensorflow as tf

from engine.errors import UserError
from engine.messages import Explain, Phase
from engine.params import check_values
from engine.runtime.explain import EXPLAINERS
from engine.runtime.explain.pictures import raw_picture
from engine.runtime.explain.spec import Explainer, Question
from engine.runtime.jobs import Job, Report, Turn
from engine.runtime.loading import loaded_data
from engine.runtime.moment import Moment
from engine.runtime.shelf import Shelf

SHARE = 0.1  # of the time, at most, goes to an explanation that follows a training
SHORTEST = 1 / 20  # seconds between two answers


def explain(request: Explain, shelf: Shelf) -> Job:
    """Answer a question about a network, and again while its training goes on, where that was asked."""
    if request.explainer not in EXPLAINERS:
        raise UserError(
            f"There is no explanation {request.explainer[:40]!r}.", f"Known: {', '.join(EXPLAINERS)}.", "explainer"
        )
    explainer = EXPLAINERS[request.explainer]
    values = check_values(explainer.params, request.values, explainer.name)
    due = 0.0
    while True:
        began = time.perf_counter()
        trainer = shelf.trainer_of(request.folder)
        seen = trainer.generation if trainer is not None else 0
        question = yield from ask(request, explainer, values, shelf)
        answer = yield from explainer.run(question)
        yield Report([Phase(text=""), question.explained(answer)])
        if trainer is None or not request.follow or request.step >= 0:
            return {}
        now = time.perf_counter()
        due = now + (max(SHORTEST, (now - began) / SHARE) if due else SHORTEST)  # the first answer compiled
        while trainer.generation == seen or time.perf_counter() < due:
            if shelf.trainer_of(request.folder) is not trainer:
                return {}
            yield Report(is_idle=True)


def ask(
    request: Explain, explainer: Explainer, values: dict[str, Any], shelf: Shelf
) -> Generator[Report, Turn, Question]:
    """Put the question: the weights of its moment and the input it is about.

    Raises:
        UserError: the run or its data cannot be read, there is no such sample, or the input does not fit.
    """
    moment = shelf.moment(request.project, request.folder, request.step)
    label: float | None = None
    sample = -1
    if not explainer.needs_input:
        raw = np.zeros((0, *moment.network.model.input_shape[1:]), np.float32)
    elif request.x.size:
        raw = _fitting(moment, request.x)
    elif request.picture:
        moment, raw = yield from raw_picture(moment, request.picture, explainer.keeps_size, shelf)
    else:
        data = yield from loaded_data(shelf, moment.project.data)
        sample, count = request.sample, len(data.samples.x)
        if not 0 <= sample < count:
            raise UserError(f"There is no sample {sample:,}; the data have {count:,}.", f"Give 0 to {count - 1:,}.")
        raw, label = _fitting(moment, data.samples.x[sample]), float(data.samples.y[sample])
    x = tf.constant((yield from _normalised(moment, raw, shelf)))
    return Question(explainer.id, moment, raw, x, label, sample, values, shelf, request.folder)


def _normalised(moment: Moment, raw: np.ndarray, shelf: Shelf) -> Generator[Report, Turn, np.ndarray]:
    if moment.info is not None:
        return moment.info.scaling.apply(raw)
    data = yield from loaded_data(shelf, moment.project.data)
    return data.scaling.apply(raw)


def _fitting(moment: Moment, x: np.ndarray) -> np.ndarray:
    """The raw input as a batch of one.

    Raises:
        UserError: its shape is not the network's, or it holds numbers that are not finite.
    """
    wanted = tuple(moment.network.model.input_shape[1:])
    if tuple(x.shape) != wanted:
        raise UserError(f"The network takes inputs {wanted}; found {tuple(x.shape)}.", "Choose another input.", "input")
    if not np.isfinite(x).all():
        raise UserError("The input holds NaN or infinite numbers.", "Check the values.", "input")
    return np.asarray(x, np.float32)[None]
