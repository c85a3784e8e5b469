"""Our schedules against those of `keras.optimizers.schedules`, step by step."""

import numpy as np
import pytest

from engine.explain.schedules import Plan, Plateau, rates

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]
STEPS = 120
PLAN = {"rate": 0.3, "steps": STEPS, "span": 20, "factor": 0.4}


def _theirs():
    from keras.optimizers import schedules as keras

    halves = [STEPS // 2, 3 * STEPS // 4]
    return {
        "linear": keras.PolynomialDecay(0.3, STEPS, end_learning_rate=0.0),
        "step": keras.PiecewiseConstantDecay(halves, [0.3, 0.3 * 0.4, 0.3 * 0.16]),
        "exponential": keras.ExponentialDecay(0.3, 20, 0.4),
        "staircase": keras.ExponentialDecay(0.3, 20, 0.4, staircase=True),
        "inverse": keras.InverseTimeDecay(0.3, 20, 0.4),
        "cosine": keras.CosineDecay(0.3, STEPS),
        "warm_up": keras.CosineDecay(0.0, STEPS - 20, warmup_target=0.3, warmup_steps=20),
    }


def test_each_rate_is_that_of_keras():
    for kind, schedule in _theirs().items():
        ours = rates(Plan(kind, **PLAN))
        theirs = [float(schedule(step)) for step in range(STEPS)]
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-7, err_msg=kind)


def test_the_plateau_is_that_of_keras():
    import keras

    losses = [1.0, 0.9, 0.95, 0.91, 0.92, 0.8, 0.85, 0.85, 0.85, 0.85, 0.85, 0.85, 0.7]
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(0.3), loss="mse")
    callback = keras.callbacks.ReduceLROnPlateau(monitor="loss", factor=0.4, patience=3, min_delta=0.0)
    callback.set_model(model)
    callback.on_train_begin()
    ours = Plateau(Plan("plateau", 0.3, STEPS, 3, 0.4))
    for epoch, loss in enumerate(losses):
        callback.on_epoch_end(epoch, {"loss": loss})
        assert ours.next(loss) == pytest.approx(float(model.optimizer.learning_rate), rel=1e-6), epoch


@pytest.mark.parametrize("kind", ["constant", "root", "drawn"])
def test_those_that_keras_has_not_follow_their_equations(kind):
    points = tuple(np.linspace(1, 0, 5))
    found = rates(Plan(kind, **PLAN, points=points))
    step = np.arange(STEPS)
    wanted = {"constant": 0.3 + 0 * step, "root": 0.3 / np.sqrt(1 + step / 20), "drawn": 0.3 * (1 - step / (STEPS - 1))}
    np.testing.assert_allclose(found, wanted[kind], atol=1e-12)
