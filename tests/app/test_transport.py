"""The transport: buttons, numbers and words for every state of a training."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.frame.figure import Figure
from app.frame.run_numbers import numbers_of
from app.frame.step_button import StepButton
from app.run_model import RunModel
from app.theme import Look
from engine.examples import load_example
from engine.messages import Metrics, Started
from tests.app.program_double import running_program

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


@pytest.fixture
def program(tmp_path, qtbot):
    with running_program(tmp_path) as program:
        program.studio.document.open_project(load_example("digits"))
        program.window.show()
        yield program


@pytest.fixture
def run():
    run = RunModel(Path("run"), load_example("digits"))
    run.take(Started(folder="run", first_step=0, steps_per_epoch=10, total_steps=40, execution="graph", device="CPU",
                     metric="accuracy", gradient_layers=()))  # fmt: skip
    steps = np.arange(15, dtype=np.float32)
    run.take(Metrics(first_step=0, loss=2 - steps / 10, metric=steps / 15, learning_rate=steps * 0 + 0.1,
                     gradient_norms=np.zeros((15, 0), np.float32), samples_per_second=1234.4,
                     validation_steps=np.array([10]), validation_loss=np.array([1.25], np.float32),
                     validation_metric=np.array([0.5], np.float32)))  # fmt: skip
    return run


def test_the_numbers_of_the_newest_step(run, qtbot):
    numbers = numbers_of(run, None, is_training=True)
    assert (numbers.epoch, numbers.epochs, numbers.step, numbers.steps) == ("1", "4", "15", "40")
    assert (numbers.loss, numbers.validation_loss, numbers.metric) == ("0.600", "1.250", "0.500")
    assert numbers.rate == "1,234"


def test_the_numbers_of_an_earlier_step_are_those_of_that_step(run, qtbot):
    numbers = numbers_of(run, 5, is_training=True)
    assert (numbers.step, numbers.loss) == ("5", "1.600")
    assert numbers.validation_loss == ""
    assert numbers.rate == numbers.left == ""


def test_without_a_project_there_is_nothing_to_press(tmp_path, qtbot):
    with running_program(tmp_path) as program:
        transport = program.window.transport
        assert not transport.play.isEnabled()
        assert not transport.step.isEnabled()
        assert transport.stop.isHidden() and transport.resume.isHidden() and transport.force.isHidden()


def test_train_pause_go_on_and_stop(program, qtbot):
    transport, studio = program.window.transport, program.studio
    qtbot.mouseClick(transport.play, Qt.MouseButton.LeftButton)
    assert studio.training == "starting"
    assert transport.counters.currentIndex() == 1
    assert transport.busy.text.startswith("engine")
    studio.engine.start()
    qtbot.waitUntil(lambda: studio.training in ("training", "finished"), timeout=10_000)
    qtbot.waitUntil(lambda: studio.training == "finished", timeout=10_000)
    assert transport.steps.text == "40/40"
    assert transport.epoch.text == "4/4"
    assert transport.figures["validation_loss"].text == "0.050"
    assert transport.play.isEnabled() and transport.stop.isHidden()


def test_stepping_a_batch_and_an_epoch(program, qtbot):
    transport, studio = program.window.transport, program.studio
    studio.engine.start()
    transport.step.click()
    qtbot.waitUntil(lambda: studio.run is not None and studio.run.step == 1, timeout=10_000)
    qtbot.waitUntil(lambda: studio.training == "paused")
    assert transport.play.accessibleName() == "Go on training"
    transport.step.set_unit("epoch")
    transport.step.click()
    qtbot.waitUntil(lambda: studio.run.step == 10)
    qtbot.waitUntil(lambda: transport.epoch.text == "1/4")
    assert not transport.stop.isHidden()
    assert transport.reset.isEnabled()
    transport.stop.click()
    qtbot.waitUntil(lambda: studio.training in ("idle", "finished"))
    assert transport.stop.isHidden()


def test_the_phase_is_named_while_it_lasts(program, qtbot):
    transport = program.window.transport
    program.studio.phase_changed.emit("first step compiles")
    assert transport.busy.text == "first step compiles"
    assert transport.counters.currentIndex() == 1
    assert transport.play.is_busy
    program.studio.phase_changed.emit("")
    assert transport.counters.currentIndex() == 0


def test_scrubbing_shows_the_numbers_of_the_step_and_says_so(program, run, qtbot):
    transport = program.window.transport
    program.studio.show_run(run)
    transport.timeline.scrubbed.emit(5)
    assert transport.scrubbed == program.studio.shown_step == 5
    assert transport.figures["loss"].text == "1.600"
    assert "scrubbed" in transport.steps.accessibleName()
    transport.timeline.scrubbed.emit(15)
    assert transport.scrubbed is None
    assert transport.figures["loss"].text == "0.600"


@pytest.mark.parametrize("width", [1120, 1280, 1440, 2560])
def test_the_timeline_keeps_its_least_width(program, run, width, qtbot):
    window = program.window
    window.resize(width, 720)
    window.transport.show_run(run)
    qtbot.waitUntil(lambda: window.transport.width() == width)
    assert window.transport.timeline.width() >= 320
    assert not window.transport.figures["loss"].isHidden()
    assert not window.transport.figures["validation_loss"].isHidden()


def test_what_is_dropped_first_is_the_least_important(program, run, qtbot):
    transport = program.window.transport
    transport.show_run(run)
    transport.resize(880, 60)
    shown = [name for name, figure in transport.figures.items() if not figure.isHidden()]
    order = ["loss", "validation_loss", "metric", "rate", "left"]
    assert shown == order[: len(shown)]
    assert len(shown) < 5


def test_a_figure_keeps_its_width_whatever_it_shows(qtbot):
    figure = Figure("Train loss", "−0.000", Look("dark"))
    qtbot.addWidget(figure)
    before = figure.sizeHint()
    figure.set_value("0.1", "/30")
    assert figure.sizeHint() == before
    assert figure.text == "0.1/30"
    figure.set_value("")
    assert figure.text == "–"


def test_the_right_part_of_the_step_button_opens_its_menu(qtbot):
    button = StepButton(Look("dark"))
    qtbot.addWidget(button)
    opened, stepped = [], []
    button.open_menu = lambda: opened.append(1)
    button.stepped.connect(stepped.append)
    button.resize(button.sizeHint())
    left, right = button.rect().center(), button.rect().center()
    left.setX(10)
    right.setX(button.width() - 10)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=left)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=right)
    qtbot.keyClick(button, Qt.Key.Key_Down)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert stepped == ["batch", "batch"]
    assert len(opened) == 2
    assert [entry.text() for entry in button.menu().actions()] == ["one batch", "one epoch"]
