"""Workspaces of the Lab without an engine, with the program's lessons or the test's own; single stages."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from app.actions import Actions
from app.lab import BY_ID
from app.workspaces.lab import LabWorkspace, make_stage
from engine.lab import FOLDER, read_shelf
from tests.app.studio_double import StudioDouble


@pytest.fixture(autouse=True)
def closed_widgets_are_gone(qapp):
    """Closed widgets wait for an event loop to delete them; left alive, each is restyled with every new look."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def shelf():
    return read_shelf(FOLDER, BY_ID)


@pytest.fixture
def open_lab(qtbot, look, settings, document):
    """Return a function that opens the Lab at a size, with the lessons of a folder or the program's own."""

    def make(folder=None, size=(1440, 792)):
        shelf = read_shelf(folder, BY_ID) if folder is not None else None
        studio = StudioDouble(document)
        studio.settings = settings
        made = LabWorkspace(studio, look, Actions(None), shelf=shelf)
        qtbot.addWidget(made)
        made.resize(*size)
        made.show()
        return made

    return make


@pytest.fixture
def stage_of(qtbot, look, shelf):
    """Return a function that makes a lesson's stage, on screen."""

    def make(name, size=(800, 640), **state):
        stage = make_stage(shelf.find(name), look, None)
        if state:
            stage.set_state({**shelf.find(name).state, **state})
        qtbot.addWidget(stage)
        stage.resize(*size)
        stage.show()
        stage.grab()  # handles exist once they are drawn
        return stage

    return make
