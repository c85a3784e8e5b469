"""The arithmetic of the first lessons against hand-worked and published numbers."""

import numpy as np
import pytest

from engine.explain import activation_stack, feed_forward, losses, neuron, one_weight

ZERO = neuron.Line((0.0, 0.0), 0.0)


@pytest.mark.parametrize("gate, least", [("AND", 0), ("OR", 0), ("NAND", 0), ("NOR", 0), ("XOR", 1)])
def test_which_gates_a_line_can_do(gate, least):
    assert neuron.fewest_mistakes(neuron.GATES[gate]) == least


@pytest.mark.parametrize("gate", ["AND", "OR", "NAND", "NOR"])
def test_the_rule_comes_to_rest_where_a_line_exists(gate):
    visits = neuron.perceptron(neuron.Line((-1.0, 0.5), 0.3), neuron.GATES[gate], 200)
    assert neuron.mistakes(visits[-1].line, neuron.GATES[gate]) == 0
    assert visits[-1].line == visits[-5].line


def test_the_rule_never_rests_on_xor():
    visits = neuron.perceptron(ZERO, neuron.GATES["XOR"], 400)
    for start in range(0, 396, 4):
        assert any(visit.output != visit.target for visit in visits[start : start + 4])


def test_one_correction_by_hand():
    visit = neuron.perceptron(neuron.Line((1.0, 1.0), -0.5), (1, 1, 1, 0), 1, rate=0.5)[0]
    assert (visit.output, visit.target) == (0, 1)
    assert visit.line == neuron.Line((1.0, 1.0), 0.0)


def test_where_the_line_crosses_the_picture():
    ends = neuron.crossing(neuron.Line((1.0, 1.0), -1.0), 0.0, 1.0)
    assert {tuple(np.round(end, 9)) for end in ends} == {(0.0, 1.0), (1.0, 0.0)}
    assert neuron.crossing(neuron.Line((1.0, 1.0), 9.0), 0.0, 1.0) is None
    assert neuron.crossing(ZERO, 0.0, 1.0) is None


def test_the_published_descent_on_the_parabola():
    """w² − 10 w + 25 from 0 at 0.01: 0.1 after one step, 5.0 after 1,001 (shared goldens)."""
    path = one_weight.descend(one_weight.BY_ID["parabola"], 0.0, 0.01, 1001)
    assert path.w[1] == pytest.approx(0.1)
    assert path.w[1001] == pytest.approx(5.0, abs=1e-6)
    assert path.left_at == -1


@pytest.mark.parametrize("rate, verdict", [(0.01, "slow"), (0.5, "arrived"), (0.99, "bounces"), (1.05, "diverged")])
def test_what_a_rate_does(rate, verdict):
    curve = one_weight.BY_ID["parabola"]
    assert one_weight.judged(curve, one_weight.descend(curve, 0.0, rate, 60), 60) == verdict


def test_a_diverging_path_ends_where_it_leaves():
    curve = one_weight.BY_ID["parabola"]
    path = one_weight.descend(curve, 3.5, 1.05, 60)
    assert path.left_at == len(path.w) - 1
    assert not curve.span[0] <= path.w[-1] <= curve.span[1]
    assert all(curve.span[0] <= w <= curve.span[1] for w in path.w[:-1])


@pytest.mark.parametrize("curve", one_weight.CURVES, ids=lambda curve: curve.id)
def test_the_largest_rate_parts_rest_from_flight(curve):
    minimum = one_weight.minimum_near(curve, curve.start)
    largest = one_weight.largest_rate(curve, minimum)
    near = one_weight.descend(curve, minimum + 0.01, 0.97 * largest, 400)
    assert abs(near.w[-1] - minimum) < 1e-4
    far = one_weight.descend(curve, minimum + 0.01, 1.03 * largest, 40)
    assert abs(far.w[-1] - minimum) > 0.02


def test_the_published_cross_entropies():
    found = losses.sparse(np.array([0, 0]), np.array([[0.3, 0.7], [0.5, 0.5]]))
    assert np.round(found, 2).tolist() == [1.20, 0.69]


def test_the_constant_that_makes_each_loss_least():
    target = np.array([1.0, 2.0, 3.0, 4.0, 90.0])
    best = losses.best_constant(target, delta=1.0)
    assert (best["mse"], best["mae"]) == (20.0, 3.0)
    tried = np.linspace(0, 90, 9001)
    sums = [float(np.sum(losses.huber(value - target, 1.0))) for value in tried]
    assert best["huber"] == pytest.approx(tried[int(np.argmin(sums))], abs=0.011)


def test_an_outlier_by_hand():
    found = losses.regression(np.array([0.0, 0.0]), np.array([0.0, 4.0]), delta=1.0)
    assert found == {"mse": 8.0, "mae": 2.0, "rmse": pytest.approx(8**0.5), "huber": pytest.approx(1.75)}


def test_the_published_softmax():
    found = activation_stack.tempered(np.array([1.2, 0.9, 0.4]), 1.0)
    assert found == pytest.approx([0.4566, 0.3383, 0.2052], abs=5e-5)
    assert activation_stack.tempered(np.array([3.0, 1.0, 0.0]), 1e3) == pytest.approx([1 / 3] * 3, abs=1e-3)
    assert activation_stack.tempered(np.array([3.0, 1.0, 0.0]), 0.05) == pytest.approx([1, 0, 0], abs=1e-6)


def test_what_the_lesson_says_of_deep_stacks():
    assert activation_stack.through("sigmoid").arriving < 1e-9
    assert activation_stack.through("step").arriving == 0
    assert activation_stack.through("relu", "he").arriving > 0.1


def test_the_order_of_a_pass():
    layers = feed_forward.make_layers((3, 2, 1))
    cells = feed_forward.moments(layers, 2)
    assert len(cells) == 2 * 2 + 1 + 2 * 1 + 1
    assert cells[:5] == [
        feed_forward.Cell(0, 0, 0), feed_forward.Cell(0, 0, 1), feed_forward.Cell(0, 1, 0),
        feed_forward.Cell(0, 1, 1), feed_forward.Cell(0, -1, -1),
    ]  # fmt: skip
    assert feed_forward.products(layers, 2) == 2 * (3 * 2 + 2 * 1)


def test_many_batches_are_the_batches_one_by_one():
    targets = np.random.default_rng(0).normal(0, 3, (5, 7))
    prediction = np.linspace(-1, 1, 7)
    rows = losses.regression_rows(targets, prediction, delta=0.7)
    for target, row in zip(targets, rows, strict=True):
        found = losses.regression(target, prediction, delta=0.7)
        assert row == pytest.approx([found["mse"], found["rmse"], found["mae"], found["huber"]])
