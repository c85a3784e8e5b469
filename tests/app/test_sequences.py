"""Sequences on screen: written as text, shown in Data, typed in Use."""

import numpy as np
import pytest

from app.panels.data_header import form_of
from app.panels.sample_browser import SampleBrowser
from app.panels.sample_view import SampleView
from app.panels.sequence_input import SequenceInput
from app.sequence_text import characters, one_hot, step_names, written
from app.theme import theme
from app.thumbnails import data_thumbnail
from engine.datasets.choice import describe
from engine.project import DataChoice
from tests.app.studio_double import loaded

CHOICES = {
    "brackets": DataChoice("brackets", {"count": 1000}, normalisation="none"),
    "adding": DataChoice("adding", {"count": 100, "length": 6}, normalisation="none", stratified=False),
    "series": DataChoice("series", {"count": 100}, normalisation="standard", stratified=False),
}


@pytest.fixture(scope="module", params=list(CHOICES))
def data(request):
    return loaded(CHOICES[request.param])


@pytest.fixture(scope="module")
def text():
    return loaded(CHOICES["brackets"])


def test_text_to_steps_and_back():
    symbols = tuple("ab;")
    x = one_hot("ba", symbols, 4)
    assert x.dtype == np.float32 and characters(x, symbols) == ["·", "·", "b", "a"] and written(x, symbols) == "ba"
    assert written(one_hot("aabba;", symbols, 4), symbols) == "bba;"
    with pytest.raises(ValueError, match="'z' is none of the characters: ab;"):
        one_hot("az", symbols, 4)


def test_the_form_of_sequences_is_said():
    assert form_of(describe(CHOICES["brackets"])) == "Texts of up to 32 characters, 18 classes"
    assert form_of(describe(CHOICES["adding"])).startswith("Sequences of 6 × 2 values")
    assert step_names(describe(CHOICES["adding"]))[:3] == ("value 0", "marked 0", "value 1")


def test_data_shows_sequences(data, look, qtbot):
    browser, sample = SampleBrowser(look), SampleView(look)
    for widget in (browser, sample):
        qtbot.addWidget(widget)
        widget.show()
    browser.set_data(data)
    sample.set_data(data, "none")
    sample.show_sample(3)
    assert browser.views.currentWidget() is browser.table and browser.table.model().rowCount() == len(data.x)
    cells = [str(browser.table.model().index(0, column).data()) for column in range(3)]
    first = int(browser.shown[0])
    if data.description.symbols:
        assert cells[2] == written(data.x[first], data.description.symbols)
    assert sample.place.text.startswith("Step ")
    assert data_thumbnail(data, theme("dark"), 38) is not None


def test_a_typed_sequence_is_asked_about(text, look, qtbot):
    editor = SequenceInput(look)
    qtbot.addWidget(editor)
    editor.set_data(text)
    editor.show()
    editor.typed.clear()
    with qtbot.waitSignal(editor.input_changed) as changed:
        qtbot.keyClicks(editor.typed, "(")
    assert changed.args[0].shape == (1, 32, 18) and written(changed.args[0][0], text.description.symbols) == "("
    qtbot.keyClicks(editor.typed, "?")
    assert editor.problem.isVisible() and "'?' is none of the characters" in editor.problem.text()
    editor.start_from(len(text.x))
    assert editor.sample.value == 0 and not editor.problem.isVisible()
