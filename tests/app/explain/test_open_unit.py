"""A map clicked in one view of See opens in the view that takes such layers apart."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from app.actions import Actions
from app.explain import ViewEntry
from app.workspaces.see import SeeWorkspace
from engine.examples import load_example
from tests.app.see_views import Kernels, Surface
from tests.app.studio_double import StudioDouble, loaded, trained_run

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
PROJECT = load_example("digits")


class Following(Kernels):
    """Notes the units it is told to follow."""

    def __init__(self, studio, look, parent=None):
        super().__init__(studio, look, parent)
        self.units = []

    def set_unit(self, index):
        self.units.append(index)


@pytest.fixture
def see(qtbot, look, document):
    window = QWidget()
    qtbot.addWidget(window)
    document.open_project(PROJECT)
    data = loaded(PROJECT.data)
    entries = (
        ViewEntry("whole", "Whole", "tests.app.see_views", Surface.__name__),
        ViewEntry("kernels", "Kernels", "tests.app.explain.test_open_unit", Following.__name__),
    )
    studio = StudioDouble(document, data, trained_run(Path("run"), PROJECT, data))
    made = SeeWorkspace(studio, look, Actions(window), views=entries)
    made.studio = studio
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_view_that_can_is_shown_and_follows_the_map(see):
    see.current.unit_wanted.emit("conv2d_2", 5)
    assert see.view_id == "kernels" and see.layer == "conv2d_2" and see.current.units == [5]


def test_of_a_layer_that_no_view_takes_apart_nothing_is_followed(see):
    said = []
    see.studio.noted.connect(lambda text, kind: said.append(text))
    see.current.unit_wanted.emit("flatten_1", 2)
    assert see.view_id == "whole" and "No view takes flatten_1 apart" in said[0]
