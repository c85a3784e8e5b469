"""Our update of every optimiser against Keras's own, one step at a time from the same state."""

import numpy as np
import pytest

from engine.explain.descent import descend
from engine.explain.surfaces import SURFACES
from engine.explain.update_rules import RULES
from engine.optimizers import OPTIMIZERS

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]
STEPS = 200
KERAS_SLOT = {"adam": {"m": "momentum", "v": "velocity"}, "rmsprop": {"s": "velocity"}, "adagrad": {"s": "accumulator"}}
KERAS_SLOT |= {"adamw": KERAS_SLOT["adam"], "momentum": {"v": "momentum"}, "nesterov": {"v": "momentum"}, "sgd": {}}
SETTINGS = {
    "sgd": {"learning_rate": 0.004},
    "momentum": {"learning_rate": 0.002, "momentum": 0.85},
    "nesterov": {"learning_rate": 0.002, "momentum": 0.9},
    "rmsprop": {"learning_rate": 0.04, "rho": 0.8},
    "adagrad": {"learning_rate": 0.5, "initial_accumulator_value": 0.2},
    "adam": {"learning_rate": 0.12, "beta_1": 0.8},
    "adamw": {"learning_rate": 0.12, "weight_decay": 0.05},
}


def test_every_optimiser_is_compared():
    assert set(SETTINGS) == set(OPTIMIZERS) == set(RULES)


@pytest.mark.parametrize("name", SETTINGS)
def test_each_update_is_that_of_keras(name):
    import keras

    surface, record = SURFACES["himmelblau"], OPTIMIZERS[name]
    found = descend(surface, name, np.array([surface.start, (1.5, 0.5)]), STEPS, SETTINGS[name])
    w = keras.Variable(np.zeros((2, 2)), dtype="float64", name="w")
    optimizer = getattr(keras.optimizers, record.keras)(**SETTINGS[name], **record.fixed)
    optimizer.build([w])
    slots = {
        ours: next(v for v in optimizer.variables if v.path.endswith(f"w_{theirs}"))
        for ours, theirs in KERAS_SLOT[name].items()
    }
    for step in range(STEPS):
        w.assign(found.positions[step])
        optimizer.iterations.assign(step)
        for ours, variable in slots.items():
            variable.assign(found.slots[ours][step])
        optimizer.apply([found.gradients[step]], [w])
        np.testing.assert_allclose(found.positions[step + 1], np.asarray(w), rtol=1e-6, atol=1e-6)
        for ours, variable in slots.items():
            theirs = np.asarray(variable)
            np.testing.assert_allclose(found.slots[ours][step + 1], theirs, rtol=1e-6, atol=1e-6)
    assert found.losses[-1, 0] < 0.1 * found.losses[0, 0]


@pytest.mark.parametrize("name", ["adam", "rmsprop"])
def test_defaults_are_those_of_keras(name):
    import keras

    optimizer = getattr(keras.optimizers, OPTIMIZERS[name].keras)()
    config = optimizer.get_config()
    for param in OPTIMIZERS[name].params:
        assert config[param.name] == pytest.approx(param.default), param.name
    assert config["epsilon"] == 1e-7
