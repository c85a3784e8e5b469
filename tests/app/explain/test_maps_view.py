"""Class activation: what is asked, what is shown, and what is said where there is nothing to show."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.explain.maps_view import MapsView
from engine.examples import load_example
from engine.messages import Explain, Failed, Progress
from tests.app.explain.answers import gradcam, integrated, occlusion, saliency
from tests.app.studio_double import StudioDouble, answer, loaded, trained_run

PROJECT = load_example("digits")
ANSWERS = {"gradcam": gradcam, "saliency": saliency, "occlusion": occlusion, "integrated_gradients": integrated}


@pytest.fixture(scope="module")
def digits():
    return loaded(PROJECT.data)


@pytest.fixture
def studio(document, digits):
    document.open_project(PROJECT)
    return StudioDouble(document, digits, trained_run(Path("run"), PROJECT, digits))


@pytest.fixture
def view(qtbot, studio, look):
    made = MapsView(studio, look)
    qtbot.addWidget(made)
    made.resize(1440, 748)
    made.show()
    made.set_shown(True)
    return made


def asked(studio, explainer=""):
    found = [job for job in studio.asked if isinstance(job.request, Explain)]
    return [job for job in found if job.request.explainer == explainer] if explainer else found


def newest(qtbot, studio, explainer, count=1):
    qtbot.waitUntil(lambda: len(asked(studio, explainer)) >= count)
    return asked(studio, explainer)[-1]


@pytest.fixture
def filled(qtbot, studio, view):
    for name in ("gradcam", "saliency", "occlusion"):
        answer(newest(qtbot, studio, name), ANSWERS[name]())
    return view


def test_three_methods_are_asked_and_the_large_one_first(qtbot, studio, view):
    qtbot.waitUntil(lambda: len(asked(studio)) == 3)
    assert [job.request.explainer for job in asked(studio)] == ["gradcam", "saliency", "occlusion"]
    assert asked(studio)[0].request.values == {"class": -1, "row": -1, "column": -1, "layer": "", "strip": True}


def test_the_question_names_the_class_and_the_layer(filled):
    assert filled.page.title.text() == "Why “pagoda”?"
    assert filled.page.caption.text == "Grad-CAM at conv2d_2, 2×4 cells of 10×10 px"
    assert filled.page.layers.names == ["conv2d_1", "conv2d_2"]
    assert [tile.is_chosen for tile in filled.page.layers.tiles] == [False, True]
    assert filled.page.cell.check.text.endswith("= 6.820")


def test_what_is_settled_is_said_with_its_step(qtbot, studio, view):
    with qtbot.waitSignal(view.settled) as settled:
        answer(newest(qtbot, studio, "gradcam"), gradcam(step=40))
    assert settled.args == [40]


def test_a_class_a_layer_and_a_cell_are_asked_for(qtbot, studio, filled):
    filled.choose_class(2)
    assert newest(qtbot, studio, "gradcam", 2).request.values["class"] == 2
    assert newest(qtbot, studio, "occlusion", 2).request.values["class"] == 2
    QTest.mouseClick(filled.page.layers.tiles[0], Qt.MouseButton.LeftButton)
    assert newest(qtbot, studio, "gradcam", 3).request.values["layer"] == "conv2d_1"
    QTest.mouseClick(
        filled.page.picture, Qt.MouseButton.LeftButton, pos=filled.page.picture.rect_of(0, 1).center().toPoint()
    )
    values = newest(qtbot, studio, "gradcam", 4).request.values
    assert (values["row"], values["column"]) == (0, 1)


def test_another_sample_asks_for_its_own_class(qtbot, studio, filled):
    filled.choose_class(2)
    newest(qtbot, studio, "gradcam", 2)
    studio.set_probe(7)
    request = newest(qtbot, studio, "gradcam", 3).request
    assert request.sample == 7 and request.values["class"] == -1


def test_another_method_takes_its_familys_place(qtbot, studio, filled):
    filled.choose_method("integrated_gradients")
    answer(newest(qtbot, studio, "integrated_gradients"), integrated())
    assert filled.page.caption.text.startswith("Integrated")
    assert "Completeness" in filled.page.cell.reason.text
    assert not filled.page.cell.channels.isVisibleTo(filled)
    QTest.mouseClick(filled.page.strip.tiles[0], Qt.MouseButton.LeftButton, pos=QPoint(20, 40))
    assert filled.page.caption.text.startswith("Grad-CAM")


def test_a_method_that_does_not_fit_says_why_in_the_pictures_place(qtbot, studio, filled):
    filled.choose_method("cam")
    sentence = "CAM needs global average pooling and one dense layer at the end; this network ends otherwise."
    answer(newest(qtbot, studio, "cam"), Failed(kind="user", message=sentence, hint="Choose Grad-CAM."))
    assert filled.page.place.currentIndex() == 1
    filled.choose_method("gradcam")
    assert filled.page.place.currentIndex() == 0


def test_progress_is_shown_and_can_be_cancelled(qtbot, studio, filled):
    filled.choose_method("occlusion")
    job = newest(qtbot, studio, "occlusion", 2)
    job.take(Progress(done=16, total=64, text="hidden patches"))
    assert filled.page.progress.isVisibleTo(filled)
    answer(job, occlusion())
    assert not filled.page.progress.isVisibleTo(filled)


def test_an_own_picture_takes_the_samples_place(qtbot, studio, filled):
    filled.set_input(picture=Path("dog.png"))
    assert newest(qtbot, studio, "gradcam", 2).request.picture == "dog.png"
    filled.set_input()
    assert newest(qtbot, studio, "gradcam", 3).request.picture == ""


def test_a_network_without_pictures_is_told(qtbot, document, look):
    document.open_project(load_example("spiral"))
    made = MapsView(StudioDouble(document), look)
    qtbot.addWidget(made)
    made.set_shown(True)
    assert made.content.is_empty and "2 numbers" in made.content.empty._sentence.text()


def test_whole_photographs_are_offered_where_the_network_takes_them(qtbot, document, look):
    document.open_project(load_example("photo-regions"))
    studio = StudioDouble(document)
    made = MapsView(studio, look)
    qtbot.addWidget(made)
    made.set_shown(True)
    assert newest(qtbot, studio, "gradcam").request.picture.endswith("china.jpg")
    studio.set_probe(4)
    request = newest(qtbot, studio, "gradcam", 2).request
    assert request.picture == "" and request.sample == 4


def test_both_themes_draw_everything(filled, pictures):
    dark, light = pictures(filled)
    assert dark != light
