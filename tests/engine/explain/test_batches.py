"""Steps of an epoch, which rows a step sees, and descent with batches of every size."""

import numpy as np
import pytest

from engine.errors import UserError
from engine.explain.batches import BatchPath, Epoch, batch_rows
from engine.explain.two_weight_data import data_surface, two_weights


@pytest.mark.parametrize(
    ("samples", "batch", "steps", "last", "is_even"),
    [
        (1257, 32, 40, 9, False),
        (569, 1, 569, 1, True),
        (569, 569, 1, 569, True),
        (10, 32, 1, 10, True),
        (64, 32, 2, 32, True),
    ],
)
def test_steps_of_an_epoch(samples, batch, steps, last, is_even):
    epoch = Epoch(samples, batch)
    assert (epoch.steps, epoch.last, epoch.is_even) == (steps, last, is_even)


def test_an_epoch_sees_every_sample_once_and_trains_the_last_batch():
    rows = [batch_rows(70, 16, 3, step) for step in range(10)]
    assert [len(found) for found in rows] == [16, 16, 16, 16, 6] * 2
    for first in (0, 5):
        assert sorted(np.concatenate(rows[first : first + 5])) == list(range(70))
    assert not np.array_equal(rows[0], rows[5])


@pytest.mark.parametrize("data", ["cancer", "diabetes"])
@pytest.mark.parametrize("size", [1, 32, 10**6])
def test_the_path_is_that_of_the_model_in_batches(data, size):
    model, surface = two_weights(data), data_surface(data)
    path = BatchPath(model, surface, size=size, rate=0.05, steps=40, seed=5)
    path.race.reach(40)
    source, w = model.batches(min(size, len(model.x)), 5), np.array([surface.start])
    for step in range(40):
        rows = batch_rows(len(model.x), path.size, 5, step)
        z = model.x[rows] @ w[0]
        cost = np.square(z - model.y[rows]) if data == "diabetes" else np.logaddexp(0, z) - model.y[rows] * z
        assert path.seen[step] == pytest.approx(cost.mean(), rel=1e-9)
        w = w - 0.05 * source(step, w)
        np.testing.assert_allclose(path.race.descent(0).positions[step + 1], w, rtol=1e-9)


def test_smaller_batches_are_noisier_and_all_samples_are_not_noisy():
    model, surface = two_weights("cancer"), data_surface("cancer")
    noise = []
    for size in (1, 32, 569):
        path = BatchPath(model, surface, size=size, rate=0.1, steps=Epoch(569, size).steps)
        path.race.reach(path.steps)
        noise.append(path.noise(path.steps))
    assert noise[0] > 3 * noise[1] > 0.05 and noise[2] < 1e-12


def test_samples_and_updates_count_each_other():
    path = BatchPath(two_weights("cancer"), data_surface("cancer"), size=32, rate=0.1, steps=40)
    assert path.samples_after(17) == 544 and path.samples_after(18) == 569 and path.samples_after(36) == 1138
    assert [path.steps_after(samples) for samples in (0, 31, 32, 544, 568, 569, 601, 1138)] == [
        0,
        0,
        1,
        17,
        17,
        18,
        19,
        36,
    ]
    with pytest.raises(UserError, match="batch size is 0"):
        BatchPath(two_weights("cancer"), data_surface("cancer"), size=0, rate=0.1, steps=4)
