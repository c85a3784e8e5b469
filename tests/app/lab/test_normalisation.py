"""Normalising inputs: curvatures, the largest rate that converges on each side, what is said, bad states."""

import numpy as np
import pytest

from app.lab.normalisation import curvatures
from engine.errors import UserError
from engine.explain.two_weight_data import raw_columns, scaled, two_weights


@pytest.fixture
def stage(stage_of):
    return stage_of("normalisation")


def test_the_tables_are_those_of_the_datasets():
    from engine.datasets.breast_cancer import BREAST_CANCER
    from engine.datasets.diabetes import DIABETES

    cancer, diabetes = BREAST_CANCER.load({}, 0), DIABETES.load({}, 0)
    x, y = raw_columns("cancer")
    np.testing.assert_allclose(x, cancer.x[:, :2], rtol=1e-6)
    np.testing.assert_array_equal(y, cancer.y)
    x, y = raw_columns("diabetes")
    np.testing.assert_allclose(x, diabetes.x[:, [2, 8]], rtol=1e-6)
    np.testing.assert_allclose(y, diabetes.y)
    assert cancer.description.feature_names[:2] == ("mean radius", "mean texture")


def test_scalings_do_what_they_say():
    x = raw_columns("diabetes")[0]
    standard, centred, spread = (scaled(x, name) for name in ("standard", "centred", "range"))
    np.testing.assert_allclose([standard.mean(axis=0), centred.mean(axis=0)], 0, atol=1e-9)
    np.testing.assert_allclose(standard.std(axis=0), 1)
    assert spread.min() == 0 and spread.max() == 1
    with pytest.raises(UserError, match="no scaling 'log'"):
        scaled(x, "log")


@pytest.mark.parametrize("side", [0, 1])
def test_the_largest_rate_is_where_paths_begin_to_leave(stage, side):
    largest = 2 / curvatures("diabetes", ("centred", "standard")[side])[1]
    assert two_weights("diabetes", ("centred", "standard")[side]).largest_rate == pytest.approx(largest)
    for factor, leaves in ((0.97, False), (1.2, True)):
        stage.set_state({"rate": round(factor * largest, 4), "steps": 200})
        assert bool(stage.races[side].gone(0, 200)) is leaves


def test_the_lesson_comes_true(stage):
    heard = []
    stage.done.connect(heard.append)
    stage.go(60)
    assert heard == ["parted"] and stage.verdict.text().startswith("On scaled features it has arrived")
    stage.rate_of.set_value(0.06)
    stage.rate_of.changed.emit(0.06)
    stage.go(0)
    stage.go(60)
    gone = stage.races[0].gone(0, 60)
    assert heard[-1] == "diverged" and f"raw units after step {gone}" in stage.verdict.text()
    assert stage.rows.value("Raw units: loss now") == f"gone at step {gone}"
    stage.chart.flush()
    assert stage.chart.frame.x == (0, 60) and np.isfinite(stage.chart.frame.y).all()
    assert float(stage.rows.value("Raw units: condition number")) > 30 * float(
        stage.rows.value("Standardised: condition number")
    )


def test_a_state_comes_back_in_both_themes(stage, look):
    state = {"data": "cancer", "scaling": "range", "rate": 0.5, "steps": 30}
    stage.set_state(state)
    assert stage.state() == state and stage.titles[1].text() == "Min–max"
    stage.draw_at(30)
    dark = stage.grab().toImage()
    look.set_mode("light")
    assert stage.grab().toImage() != dark
    look.set_mode("dark")
    bad = [
        ({"data": "iris"}, "no data 'iris'"),
        ({"scaling": "log"}, "no scaling 'log'"),
        ({"rate": 0.0}, "rate is 0"),
        ({"steps": 2}, "steps is 2"),
    ]
    for values, said in bad:
        with pytest.raises(UserError) as error:
            stage.set_state(values)
        assert said in str(error.value)
