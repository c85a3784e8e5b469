"""What a unit looks for: patches, and the picture made for it."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.explain.units_view import UnitsView
from engine.examples import load_example
from engine.messages import Explain, Explained, Failed, Progress
from tests.app.studio_double import StudioDouble, answer, loaded, trained_run

PROJECT = load_example("digits")


@pytest.fixture(scope="module")
def digits():
    return loaded(PROJECT.data)


@pytest.fixture
def studio(document, digits):
    document.open_project(PROJECT)
    return StudioDouble(document, digits, trained_run(Path("run"), PROJECT, digits))


@pytest.fixture
def view(qtbot, studio, look):
    made = UnitsView(studio, look)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    made.set_layer("conv2d_2")
    made.set_shown(True)
    return made


def job_of(qtbot, studio, explainer, count=1):
    def asked():
        found = [job for job in studio.asked if isinstance(job.request, Explain)]
        return [job for job in found if job.request.explainer == explainer]

    qtbot.waitUntil(lambda: len(asked()) >= count)
    return asked()[-1]


def patches():
    arrays = {
        "patches": np.arange(3 * 5 * 5, dtype=np.float32).reshape(3, 5, 5, 1) % 16,
        "values": np.array([3.25, 2.0, 1.5], np.float32),
        "samples": np.array([40, 7, 9]),
        "places": np.zeros((3, 2), np.int32),
        "boxes": np.zeros((3, 4), np.int32),
    }
    facts = {"layer": "conv2d_2", "unit": 0, "units": 16, "looked": 1257}
    return Explained(explainer="excite", step=100, arrays=arrays, facts=facts)


def made(step=96):
    arrays = {"image": np.full((8, 8, 1), 7, np.float32), "trace": np.linspace(0.1, 5, step, dtype=np.float32)}
    facts = {"layer": "conv2d_2", "unit": 0, "units": 16, "step": step, "value": 5.0}
    return Explained(explainer="maximise", step=100, arrays=arrays, facts=facts)


def test_patches_are_shown_with_their_values_and_lead_to_their_samples(qtbot, studio, view):
    with qtbot.waitSignal(view.settled):
        answer(job_of(qtbot, studio, "excite"), patches())
    assert view.title.text() == "What excites unit 0 of conv2d_2" and view.units.text() == "of 16"
    assert "5×5 px" in view.facts.text and "1,257" in view.facts.text
    assert [row[1] for row in view.grid.table()[1]] == ["3.25", "2", "1.5"]
    with qtbot.waitSignal(view.sample_wanted) as wanted:
        QTest.mouseClick(view.grid.viewport(), Qt.MouseButton.LeftButton, pos=view.grid.rect_of(1).center())
    assert wanted.args == [7]


def test_frames_of_the_ascent_are_shown_on_the_way(qtbot, studio, view):
    job = job_of(qtbot, studio, "maximise")
    job.take(Progress(done=8, total=96, text="steps of ascent"))
    job.take(made(8))
    assert view.making.isVisibleTo(view) and "after 8 steps" in view.reached.text
    answer(job, Progress(done=96, total=96), made())
    assert not view.making.isVisibleTo(view) and "0.1 → 5 after 96" in view.reached.text


def test_another_unit_and_layer_are_asked_for(qtbot, studio, view):
    job_of(qtbot, studio, "excite")
    view.unit.setFocus()
    QTest.keyClick(view.unit, Qt.Key.Key_Up)
    assert job_of(qtbot, studio, "excite", 2).request.values["unit"] == 1
    view.set_layer("conv2d_1")
    assert job_of(qtbot, studio, "maximise", 3).request.values == {"layer": "conv2d_1", "unit": 0}


def test_what_cannot_be_made_is_said_in_its_place(qtbot, studio, view):
    answer(job_of(qtbot, studio, "excite"), Failed(kind="user", message="There is no unit 99.", hint="Give 0 to 15."))
    answer(job_of(qtbot, studio, "maximise"), Failed(kind="user", message="No pictures here.", hint="Open others."))
    assert view.place.currentIndex() == 1
    assert view.refused.text() == "No pictures here. Open others."


def test_both_themes_draw_it(qtbot, studio, view, pictures):
    answer(job_of(qtbot, studio, "excite"), patches())
    answer(job_of(qtbot, studio, "maximise"), made())
    dark, light = pictures(view)
    assert dark != light
