"""The error gallery: the surest mistakes first, and the sample on a click."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.explain.errors_view import ErrorsView
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
    made = ErrorsView(studio, look)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    made.set_shown(True)
    return made


def job_of(qtbot, studio, count=1):
    def asked():
        return [job for job in studio.asked if isinstance(job.request, Explain)]

    qtbot.waitUntil(lambda: len(asked()) >= count)
    return asked()[-1]


def mistakes(count=3, total=270):
    arrays = {
        "samples": np.array([11, 5, 90])[:count],
        "labels": np.array([8, 3, 9], np.int32)[:count],
        "predicted": np.array([1, 5, 4], np.int32)[:count],
        "probabilities": np.array([0.99, 0.9, 0.6], np.float32)[:count],
        "label_probabilities": np.array([0.001, 0.05, 0.3], np.float32)[:count],
        "maps": np.random.default_rng(0).random((count, 4, 4)).astype(np.float32),
    }
    names = [str(digit) for digit in range(10)]
    facts = {"split": "validation", "wrong": count, "total": total, "layer": "conv2d_2", "class_names": names}
    facts["method"] = "Grad-CAM"
    return Explained(explainer="errors", step=100, arrays=arrays, facts=facts)


def test_mistakes_are_listed_and_the_first_is_shown(qtbot, studio, view):
    with qtbot.waitSignal(view.settled):
        answer(job_of(qtbot, studio), mistakes())
    assert view.facts.text == "3 of 270 wrong; Grad-CAM of the predicted class at conv2d_2"
    assert [row[1] for row in view.grid.table()[1]] == ["8→1 99%", "3→5 90%", "9→4 60%"]
    assert view.card._value.text() == "sample #11"


def test_a_click_shows_the_mistake_and_its_sample_everywhere(qtbot, studio, view):
    answer(job_of(qtbot, studio), mistakes())
    QTest.mouseClick(view.grid.viewport(), Qt.MouseButton.LeftButton, pos=view.grid.rect_of(1).center())
    assert view.card._value.text() == "sample #5"
    with qtbot.waitSignal(view.sample_wanted) as wanted:
        QTest.mouseClick(view.card.button, Qt.MouseButton.LeftButton)
    assert wanted.args == [5]


def test_no_mistake_is_said(qtbot, studio, view):
    answer(job_of(qtbot, studio), mistakes(0))
    assert view.content.is_empty and not view.card.isVisibleTo(view)


def test_another_part_is_asked_for(qtbot, studio, view):
    answer(job_of(qtbot, studio), mistakes())
    QTest.keyClick(view.split, Qt.Key.Key_Right)
    assert job_of(qtbot, studio, 2).request.values == {"split": "train"}


def test_progress_and_failure_are_shown(qtbot, studio, view):
    job = job_of(qtbot, studio)
    job.take(Progress(done=256, total=1000, text="samples"))
    assert view.progress.isVisibleTo(view)
    answer(job, Failed(kind="user", message="This network predicts numbers.", hint="See Train."))
    assert view.place.currentIndex() == 1 and not view.progress.isVisibleTo(view)


def test_maps_can_be_taken_off_and_both_themes_drawn(qtbot, studio, view, pictures):
    answer(job_of(qtbot, studio), mistakes())
    dark, light = pictures(view)
    assert dark != light
    with_maps = view.grab().toImage()
    view.maps.setChecked(False)
    assert view.grab().toImage() != with_maps
