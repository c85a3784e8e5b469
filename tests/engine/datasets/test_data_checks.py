"""What looks wrong in loaded data."""

import numpy as np

from engine.datasets.checks import class_problems, duplicate_problem


def test_imbalance():
    labels = np.repeat([0, 1], [2000, 2])
    (problem,) = class_problems(labels, ("cat", "dog"))
    assert "cat has 2,000" in problem and "dog only 2" in problem
    assert not list(class_problems(np.repeat([0, 1], [30, 10]), ("cat", "dog")))


def test_names_that_look_alike():
    labels = np.arange(4)
    problems = list(class_problems(labels, ("Cat", "cat ", "e\u0301", "\u00e9")))
    assert len(problems) == 2 and "'Cat'" in problems[0] and "'cat '" in problems[0]


def test_duplicates_across_the_split_only():
    x = np.arange(12, dtype=np.float32).reshape(6, 2)
    split = np.array([0, 0, 0, 1, 1, 2], np.int8)
    assert duplicate_problem(x, split) == ""
    x[1] = x[0]  # both train
    x[4] = x[3]  # both validate
    assert duplicate_problem(x, split) == ""
    x[5] = x[0]
    assert duplicate_problem(x, split).startswith("1 sample for validation or test is equal")
    x[3] = x[0]
    assert duplicate_problem(x, split).startswith("2 samples")
