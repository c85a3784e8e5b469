"""A project against its data: every misfit at its node, with a fix after which it is gone."""

import pytest

from engine.checks import check
from engine.datasets.choice import describe
from engine.examples import EXAMPLES, load_example
from engine.project import DataChoice


def repaired(project, problem):
    fix = problem.fixes[0]
    after = project.with_graph(fix.graph)
    return after.with_task(fix.task) if fix.task else after


def problems(project):
    return check(project, describe(project.data)).problems


@pytest.mark.parametrize("example", [e.name for e in EXAMPLES if not e.wants])
def test_examples_are_sound(example):
    assert not problems(load_example(example))


@pytest.mark.parametrize(
    "data, words",
    [
        (DataChoice("digits", {"size": "28"}), ["input"]),
        (DataChoice("iris"), ["input"]),
        (DataChoice("diabetes", normalisation="standard"), ["input", "number"]),
    ],
)
def test_other_data_are_followed_fix_by_fix(data, words):
    project = (
        load_example("iris").replace(data=data)
        if data.dataset != "digits"
        else load_example("digits").replace(data=data)
    )
    seen = []
    for _ in range(6):
        found = problems(project)
        if not found:
            break
        seen.append(found[0].message)
        project = repaired(project, found[0])
    assert not problems(project)
    if data.dataset != "iris":
        assert all(any(word in message for message in seen) for word in words)


def test_units_follow_the_classes():
    project = load_example("digits")
    wrong = project.with_graph(project.graph.with_values("output", {"units": 7}))
    (problem,) = problems(wrong)
    assert problem.node == "output" and problem.message == "7 units for 10 classes" and problem.arithmetic == "7 ≠ 10"
    assert problem.fixes[0].label == "Set units to 10" and problem.fixes[0].outcome == "10"
    assert not problems(repaired(wrong, problem))


def test_a_sigmoid_cannot_tell_ten_classes_apart():
    project = load_example("digits")
    wrong = project.with_graph(project.graph.with_values("output", {"activation": "sigmoid", "units": 1}))
    (problem,) = problems(wrong)
    assert "two classes" in problem.message
    assert not problems(repaired(wrong, problem))


def test_a_branch_that_leads_nowhere_is_named():
    from engine.graph import Node

    project = load_example("digits")
    graph = project.graph.with_node(Node("aside", "flatten")).with_edge("conv2d_1", "aside")
    found = problems(project.with_graph(graph))
    assert [p.node for p in found] == ["aside"] and "nowhere" in found[0].message


def test_a_network_without_an_output_says_so():
    project = load_example("digits")
    assert any("no output" in p.message for p in problems(project.with_graph(project.graph.without(["output"]))))
