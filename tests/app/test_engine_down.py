"""An engine that dies at every start: the window says so, offers the log, and goes on without it."""

import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from app.panels.log_dialog import NOTHING, LogDialog
from app.theme import Look
from engine.examples import load_example
from engine.project import encode, read
from engine.storage import atomic_write
from tests.app.program_double import Answers, running_program

DYING = (sys.executable, "-m", "tests.bad_engine", "dies_at_start")


@pytest.fixture
def project_file(tmp_path):
    path = tmp_path / "iris.glassbox"
    atomic_write(path, encode(load_example("iris")))
    return path


@pytest.fixture
def program(tmp_path, qtbot):
    with running_program(tmp_path, Answers(), command=DYING) as program:
        program.window.show()
        program.studio.engine.start()
        qtbot.waitUntil(lambda: program.studio.engine.state == "down", timeout=20_000)
        yield program


def dialog_of(window):
    (dialog,) = window.findChildren(LogDialog)
    return dialog


def test_the_window_says_so_and_offers_the_log(program, qtbot):
    window = program.window
    toast = window.overlays.toast
    assert "is down" in toast.text and "edited and saved" in toast.text
    (button,) = toast.findChildren(QPushButton)
    assert button.text() == "Show its log"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = dialog_of(window)
    assert dialog.text.toPlainText().count("no module named something") == 4
    assert str(program.studio.engine.log_path) in dialog.place.text()
    states = []
    program.studio.engine.state_changed.connect(states.append)
    qtbot.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    assert states == ["starting"]
    qtbot.waitUntil(lambda: states[-1] == "down", timeout=20_000)


def test_the_window_stays_usable(program, project_file, qtbot):
    window, document = program.window, program.studio.document
    assert window.files.open_path(project_file)
    for view in ("home", "build", "data", "train_view", "use"):
        window.show_view(view)
    document.edit("Rename", document.project.replace(title="without an engine"))
    assert window.files.save() and read(project_file).title == "without an engine"
    document.undo_stack.undo()
    assert document.project.title == "iris"
    program.studio.train_or_pause()
    qtbot.waitUntil(lambda: program.studio.training in ("idle", "failed", "finished"), timeout=20_000)
    assert window.commands.is_enabled("start_engine") and "engine down" in window.top_bar.device.accessibleName()


def test_the_log_of_an_engine_that_runs(qtbot, tmp_path):
    dialog = LogDialog("", tmp_path / "engine.log", None, Look("dark"))
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.text.toPlainText() == NOTHING and not dialog.start_button.isVisible()
