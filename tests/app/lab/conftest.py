"""A studio that has only what the Lab asks for, and workspaces with lessons of the test's own."""

import pytest
from PySide6.QtCore import QObject, Signal

from app.actions import Actions
from app.lab import BY_ID
from app.workspaces.lab import LabWorkspace, make_stage
from engine.lab import FOLDER, read_shelf


class LabStudio(QObject):
    noted = Signal(str, str)

    def __init__(self, settings):
        super().__init__()
        self.settings = settings


@pytest.fixture
def shelf():
    return read_shelf(FOLDER, BY_ID)


@pytest.fixture
def open_lab(qtbot, look, settings):
    """Return a function that opens the Lab at a size, with the lessons of a folder or the program's own."""

    def make(folder=None, size=(1440, 792)):
        shelf = read_shelf(folder, BY_ID) if folder is not None else None
        made = LabWorkspace(LabStudio(settings), look, Actions(None), shelf=shelf)
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
