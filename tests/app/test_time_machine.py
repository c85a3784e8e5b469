"""The playhead sets the weights that every workspace shows, and each says whose they are."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from app.actions import Actions
from app.shown_evaluation import ShownEvaluation
from app.workspaces.train import TrainWorkspace
from app.workspaces.use import UseWorkspace, weights_sentence
from engine.examples import load_example
from engine.messages import CheckpointSaved, Evaluate, Failed
from tests.app.studio_double import StudioDouble, answer, evaluation, loaded, trained_run

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
PROJECT = load_example("digits")


@pytest.fixture(scope="module")
def digits():
    return loaded(PROJECT.data)


@pytest.fixture
def run(digits):
    made = trained_run(Path("2026-11-21 04.15.31"), PROJECT, digits)
    for epoch in (0, 2, 4, 21):
        made.take(CheckpointSaved(step=epoch * made.steps_per_epoch, best=False))
    return made


@pytest.fixture
def studio(document, digits, run):
    document.open_project(PROJECT)
    return StudioDouble(document, digits, run)


@pytest.fixture
def actions(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    yield Actions(window)


def evaluations(studio):
    return [job for job in studio.asked if isinstance(job.request, Evaluate)]


@pytest.mark.parametrize("wanted, shown", [(None, 90), (0, 0), (14, 10), (15, 10), (16, 20), (1000, 80)])
def test_the_nearest_checkpoint_is_named_the_earlier_of_two_as_near(run, wanted, shown):
    run.checkpoints = [0, 10, 20, 80]
    assert run.kept_step(wanted) == (run.step if shown == 90 else shown)


def test_the_past_is_measured_and_the_present_comes_back(studio, run, digits, qtbot):
    shown = ShownEvaluation(studio)
    shown.set_shown(True)
    assert shown.now is run.evaluation
    studio.show_step(2 * run.steps_per_epoch)
    qtbot.waitUntil(lambda: len(evaluations(studio)) == 1)
    request = evaluations(studio)[0].request
    assert (request.step, request.split) == (2 * run.steps_per_epoch, "validation")
    past = evaluation(digits, request.step, np.random.default_rng(1), wrong=0.5)
    with qtbot.waitSignal(shown.changed):
        answer(evaluations(studio)[0], past)
    assert shown.now is past and run.evaluation is not past
    with qtbot.waitSignal(shown.changed):
        studio.show_step(None)
    assert shown.now is run.evaluation


def test_only_the_newest_moment_is_heard(studio, run, digits, qtbot):
    shown = ShownEvaluation(studio)
    shown.set_shown(True)
    studio.show_step(10)
    qtbot.waitUntil(lambda: len(evaluations(studio)) == 1)
    studio.show_step(20)
    qtbot.waitUntil(lambda: len(evaluations(studio)) == 2)
    first, second = evaluations(studio)
    newest = evaluation(digits, 20, np.random.default_rng(2))
    answer(second, newest)
    answer(first, evaluation(digits, 10, np.random.default_rng(3)))
    assert shown.now is newest


def test_nothing_is_measured_for_nobody(studio, qtbot):
    shown = ShownEvaluation(studio)
    studio.show_step(10)
    assert not shown._request.is_open and not evaluations(studio)


def test_a_moment_that_cannot_be_measured_is_said(studio, qtbot):
    shown = ShownEvaluation(studio)
    shown.set_shown(True)
    studio.show_step(10)
    qtbot.waitUntil(lambda: len(evaluations(studio)) == 1)
    with qtbot.waitSignal(shown.failed) as failed:
        answer(evaluations(studio)[0], Failed(kind="user", message="The checkpoint is damaged."))
    assert failed.args[0].message == "The checkpoint is damaged."


def test_train_shows_the_matrix_of_the_past_and_says_so(studio, run, digits, look, actions, qtbot):
    train = TrainWorkspace(studio, look, actions)
    qtbot.addWidget(train)
    train.resize(1440, 792)
    train.show()
    assert train.chip.isHidden()
    step = 2 * run.steps_per_epoch
    studio.show_step(step)
    assert train.chip.text == "weights of epoch 2" and train.chip.isVisible()
    qtbot.waitUntil(lambda: len(evaluations(studio)) == 1)
    answer(evaluations(studio)[0], evaluation(digits, step, np.random.default_rng(1), wrong=0.5))
    assert train.confusion.moment.text == "epoch 2"
    studio.show_step(None)
    assert train.confusion.moment.text == "epoch 21" and train.chip.isHidden()


def test_use_asks_again_and_names_the_checkpoint(studio, run, look, actions, qtbot):
    use = UseWorkspace(studio, look, actions)
    qtbot.addWidget(use)
    use.resize(1440, 792)
    use.show()
    studio.show_step(2 * run.steps_per_epoch + 1)
    assert f"step {2 * run.steps_per_epoch:,}" in use.weights.text
    assert use.chip.text == "weights of epoch 2"


def test_the_past_is_never_called_live(run):
    assert weights_sentence(run, is_live=True, step=0).startswith("Weights of run")
    assert weights_sentence(run, is_live=True).startswith("Live weights of run")
