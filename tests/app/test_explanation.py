"""Explanations follow the sample, the playhead and the run, and only while somebody looks."""

from pathlib import Path

import numpy as np
import pytest

from app.explanation import Explanation, moment_text
from engine.examples import load_example
from engine.messages import Explain, Explained, Failed
from tests.app.studio_double import StudioDouble, answer, loaded, trained_run

PROJECT = load_example("digits")


@pytest.fixture(scope="module")
def digits():
    return loaded(PROJECT.data)


@pytest.fixture
def run(digits):
    return trained_run(Path("run"), PROJECT, digits)


@pytest.fixture
def studio(document, digits, run):
    document.open_project(PROJECT)
    return StudioDouble(document, digits, run)


@pytest.fixture
def explanation(studio, qtbot):
    made = Explanation(studio, "activations", studio)
    made.set_shown(True)
    return made


def asked(studio):
    return [job for job in studio.asked if isinstance(job.request, Explain)]


def wait_for(qtbot, studio, count):
    qtbot.waitUntil(lambda: len(asked(studio)) == count)
    return asked(studio)[-1]


def test_nothing_is_asked_for_a_view_nobody_sees(studio, qtbot):
    hidden = Explanation(studio, "activations", studio)
    hidden.ask(layer="conv2d_1")
    studio.set_probe(3)
    assert not asked(studio)
    hidden.set_shown(True)
    job = wait_for(qtbot, studio, 1)
    assert job.request.sample == 3 and job.request.values == {"layer": "conv2d_1"}


def test_the_playhead_and_the_sample_ask_again(explanation, studio, qtbot):
    explanation.ask()
    assert wait_for(qtbot, studio, 1).request.step == -1
    studio.show_step(40)
    assert wait_for(qtbot, studio, 2).request.step == 40
    studio.set_probe(5)
    assert wait_for(qtbot, studio, 3).request.sample == 5


def test_an_own_input_takes_the_samples_place(explanation, studio, qtbot):
    x = np.ones((8, 8, 1))
    explanation.ask()
    explanation.set_input(x=x)
    np.testing.assert_array_equal(wait_for(qtbot, studio, 1).request.x, x)


def test_only_the_newest_answer_is_heard(explanation, studio, qtbot):
    explanation.ask()
    first = wait_for(qtbot, studio, 1)
    studio.set_probe(2)
    second = wait_for(qtbot, studio, 2)
    heard = []
    explanation.explained.connect(heard.append)
    answer(first, Explained(explainer="activations", step=1, arrays={}))
    answer(second, Explained(explainer="activations", step=2, arrays={}))
    assert [event.step for event in heard] == [2]


def test_a_failure_is_said(explanation, studio, qtbot):
    explanation.ask()
    job = wait_for(qtbot, studio, 1)
    with qtbot.waitSignal(explanation.failed) as failed:
        answer(job, Failed(kind="user", message="There is no layer 'x'."))
    assert failed.args[0].message == "There is no layer 'x'."


def test_the_moment_is_named(run):
    assert moment_text(None, 0) == "initial weights"
    assert moment_text(run, 2 * run.steps_per_epoch) == "weights of epoch 2"
    assert moment_text(run, run.steps_per_epoch + 1).startswith("weights of step")


@pytest.mark.parametrize("state", ["starting", "restarting"])
def test_while_the_engine_starts_it_is_said(explanation, studio, qtbot, state):
    studio.engine.state = state
    with qtbot.waitSignal(explanation.busy_changed) as said:
        explanation.ask()
    assert said.args == ["the engine starts"]
    studio.engine.state = "ready"
    job = wait_for(qtbot, studio, 1)
    with qtbot.waitSignal(explanation.busy_changed) as said:
        answer(job, Explained(explainer="activations", step=1, arrays={}, facts={}))
    assert said.args == [""]
