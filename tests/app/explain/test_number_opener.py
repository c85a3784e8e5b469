"""A number opens in a popover, its operands one level deeper; Backspace goes up, Esc closes."""

import msgspec
import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QWidget

from app.explain.number_card import NumberCard
from app.explain.number_opener import NumberOpener
from app.explain.number_text import latex_text, python_text, sum_line, title
from app.theme import Look
from app.widgets.open_number import OpenNumber
from engine.examples import load_example
from engine.explain.opened import Factor, Opened, Place, Term, Then
from engine.messages import Explain, Explained, Failed
from tests.app.studio_double import StudioDouble, answer

PLACE = Place("activation", "conv2d_1", (3, 2, 6))
INPUT = Place("activation", "input_1", (2, 1, 0))
OPENED = Opened(
    PLACE,
    result=0.5562,
    symbolic="z = Σ x·w + b",
    terms=tuple(
        Term(value, (Factor(value * 2, INPUT), Factor(0.5, Place("weight", "conv2d_1", (0, 0, 0, 6), "kernel"))))
        for value in (0.4606, -0.2155, 0.1438, 0.125, -0.0965, 0.069)
    ),
    rest=-0.1061,
    rest_count=3,
    sum=0.3803,
    bias=Factor(0.1759, Place("weight", "conv2d_1", (6,), "bias")),
    then=Then("max(0, {z})", "max(0.0, {z})"),
    also=(("its error ∂L/∂a", Factor(-0.02, Place("error", "conv2d_1", (3, 2, 6)))),),
)


def explained(opened):
    return Explained(explainer="number", step=5, arrays={}, facts={"opened": msgspec.to_builtins(opened)})


def test_the_lines_of_arithmetic_are_true():
    assert title(PLACE) == "a[3, 2, 6]"
    assert sum_line(OPENED) == "0.3803 + 0.1759 = 0.5562   →   max(0, 0.5562) = 0.5562"
    scope = {}
    exec(python_text(OPENED), scope)
    listed = sum(term.value for term in OPENED.terms) + OPENED.rest + OPENED.bias.value
    assert scope["z"] == pytest.approx(listed) and scope["result"] == pytest.approx(OPENED.result)
    assert latex_text(OPENED).endswith("= 0.5562")


@pytest.fixture
def look(qtbot):
    return Look("dark")


def test_five_terms_are_listed_and_the_rest_is_one_sum(qtbot, look):
    card = NumberCard(OPENED, look)
    qtbot.addWidget(card)
    operands = card.findChildren(OpenNumber)
    assert len(operands) == 5 * 2 + 1 + 1  # two factors of five terms, the bias, the error
    places = []
    card.opened.connect(lambda place, *_: places.append(place))
    for operand in operands:
        qtbot.mouseClick(operand, Qt.MouseButton.LeftButton)
    assert INPUT in places and len(places) == len(operands)


@pytest.fixture
def opener(qtbot, look, document):
    document.open_project(load_example("digits"))
    studio = StudioDouble(document)
    view = QWidget()
    qtbot.addWidget(view)
    view.resize(900, 700)
    view.show()
    made = NumberOpener(studio, look, view)
    made.open(PLACE, QRect(view.mapToGlobal(view.rect().center()), QSize(1, 1)), view)
    return made, studio


def newest(studio, qtbot, count):
    qtbot.waitUntil(lambda: len([job for job in studio.asked if isinstance(job.request, Explain)]) == count)
    return studio.asked[-1]


def test_a_number_is_asked_for_and_opens_level_under_level(opener, qtbot):
    opener, studio = opener
    job = newest(studio, qtbot, 1)
    assert msgspec.json.decode(job.request.values["place"], type=Place) == PLACE
    answer(job, explained(OPENED))
    assert opener.popover.isVisible()
    opener.deeper(INPUT)
    job = newest(studio, qtbot, 2)
    assert msgspec.json.decode(job.request.values["place"], type=Place) == INPUT
    answer(job, explained(Opened(INPUT, 0.5, "x")))
    card = opener.popover.findChildren(NumberCard)[-1]
    assert card.isVisible() and card.height() >= card.minimumSizeHint().height() > 0  # not folded to its head
    assert opener.popover.rect().contains(card.geometry())
    qtbot.keyClick(opener.popover, Qt.Key.Key_Backspace)
    assert msgspec.json.decode(newest(studio, qtbot, 3).request.values["place"], type=Place) == PLACE
    popover = opener.popover
    qtbot.keyClick(popover, Qt.Key.Key_Escape)
    assert opener.popover is None and not popover.isVisible()


def test_an_open_number_follows_the_playhead(opener, qtbot):
    opener, studio = opener
    answer(newest(studio, qtbot, 1), explained(OPENED))
    studio.show_step(12)
    assert newest(studio, qtbot, 2).request.step == 12


def test_what_cannot_be_opened_is_said(opener, qtbot):
    opener, studio = opener
    answer(newest(studio, qtbot, 1), Failed(kind="user", message="There is no layer 'x'.", hint="Choose another."))
    assert opener.popover.isVisible()


def test_the_arithmetic_is_copied_as_python(qtbot, look):
    card = NumberCard(OPENED, look)
    qtbot.addWidget(card)
    python = next(button for button in card.findChildren(QPushButton) if button.text() == "Python")
    python.click()
    assert QGuiApplication.clipboard().text() == python_text(OPENED)
