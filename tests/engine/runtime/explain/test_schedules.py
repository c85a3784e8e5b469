"""The same network under several schedules: rates as planned, losses as Keras's SGD gives them, the range test."""

import json

import numpy as np
import pytest

from engine.errors import UserError
from engine.explain.schedules import Plan, range_rates, rates, suggested
from engine.messages import Explain, Explained
from engine.runtime.build import build
from engine.runtime.explain.schedules import BATCH, MOMENTUM
from engine.runtime.explaining import explain
from engine.runtime.shelf import Shelf
from engine.runtime.training.objectives import objective
from tests.engine.runtime.networks import tiny
from tests.engine.runtime.test_watching import all_of

pytestmark = pytest.mark.tensorflow


def asked(shelf, **values):
    request = Explain(explainer="schedules", project=tiny(), values=values)
    return [event for event in all_of(explain(request, shelf)) if isinstance(event, Explained)][-1]


def plan(kind, steps=24, **settings):
    return {"kind": kind, "rate": 0.2, "steps": steps, "span": 6, **settings}


def test_every_copy_is_trained_as_keras_would():
    import keras
    import tensorflow as tf

    shelf = Shelf()
    kinds = ("constant", "cosine", "plateau")
    found = asked(shelf, plans=json.dumps([plan(kind) for kind in kinds]))
    assert found.arrays["losses"].shape == (3, 24) and found.facts["steps"] == 24
    np.testing.assert_allclose(found.arrays["rates"][1], rates(Plan(**plan("cosine"))), rtol=1e-6)
    network, data = build(tiny()), shelf.data(tiny().data)
    x, y = data.part("train")
    measured, variables = objective(network), network.model.trainable_variables
    optimizer = keras.optimizers.SGD(0.2, momentum=MOMENTUM)
    optimizer.build(variables)
    for step in range(24):
        loss = tf.reduce_mean(measured.per_sample([network.model(x[:512])], tf.constant(y[:512]))[0])
        assert found.arrays["losses"][1, step] == pytest.approx(float(loss), rel=1e-3)
        order = np.random.default_rng((0, step)).integers(0, len(x), BATCH)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(measured.per_sample([network.model(x[order])], tf.constant(y[order]))[0])
        optimizer.learning_rate = float(found.arrays["rates"][1, step])
        optimizer.apply(tape.gradient(loss, variables), variables)


def test_the_range_test_goes_through_the_decades():
    found = asked(Shelf(), range=True, steps=60)
    tried, losses = found.arrays["rates"][0], found.arrays["losses"][0]
    np.testing.assert_allclose(tried, range_rates(1e-4, 10.0, 60), rtol=1e-5)
    best = int(np.nanargmin(losses))
    assert losses[best] < 0.9 * losses[0] and not losses[-1] < losses[best]
    assert 1e-4 <= suggested(tried, losses) <= 1.0


@pytest.mark.parametrize(
    "plans",
    [
        "no list",
        "[]",
        "[1]",
        json.dumps([plan("sine")]),
        json.dumps([plan("constant", steps=5), plan("constant", steps=6)]),
        json.dumps([plan("constant", speed=1)]),
        json.dumps([plan("constant")] * 5),
        json.dumps([{**plan("constant"), "rate": 0}]),
    ],
)
def test_bad_plans_are_refused(plans):
    with pytest.raises(UserError):
        asked(Shelf(), plans=plans)
