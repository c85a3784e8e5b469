"""The view of recurrent cells: strips, choice, equations, findings, like steps, typed sequences, errors."""

import re

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from app.explain.gates.diagram import draw_cell
from app.explain.gates.drawing import gradient_shares, short
from app.explain.gates.equations import equations
from app.explain.gates.found import finding_lines, gradient_lines, like_steps
from app.explain.gates.reading import Reading
from app.explain.gates.trace import fitted
from app.explain.gates_view import GatesView
from app.explain.number_card import NumberCard
from app.text import fixed
from app.widgets.popover import Popover
from engine.examples import load_example
from engine.messages import Explain, Failed
from engine.project import DataChoice
from tests.app.studio_double import StudioDouble, loaded
from tests.app.studio_double import answer as reply
from tests.recurrent_cells import SYMBOLS, TEXT, answer

PROJECT = load_example("brackets")
DATA = DataChoice("brackets", {"count": 1000}, normalisation="none")


@pytest.fixture(scope="module")
def data():
    return loaded(DATA)


@pytest.fixture
def studio(document, data):
    document.open_project(PROJECT)
    return StudioDouble(document, data)


@pytest.fixture
def view(studio, look, qtbot):
    made = GatesView(studio, look)
    qtbot.addWidget(made)
    made.resize(1440, 748)
    made.show()
    made.set_shown(True)
    made.set_layer("lstm_1")
    return made


def asked(studio):
    return [job for job in studio.asked if isinstance(job.request, Explain)]


def answered(view, studio, qtbot, kind="lstm"):
    qtbot.waitUntil(lambda: bool(asked(studio)))
    reply(asked(studio)[-1], answer(kind))
    return view


def test_the_engine_is_asked_for_the_layer(view, studio, qtbot):
    qtbot.waitUntil(lambda: bool(asked(studio)))
    assert asked(studio)[-1].request.values == {"layer": "lstm_1", "direction": "forward"}


def test_an_answer_is_drawn_from_the_unit_that_was_found(view, studio, qtbot):
    with qtbot.waitSignal(view.settled) as settled:
        answered(view, studio, qtbot)
    assert settled.args == [7]
    assert view.strips.unit == 2 and view.player.count == len(TEXT)
    assert view.found.heading.text() == "Unit 2 counts open brackets"
    assert view.head.numbers == "4·((4 + 5)·5 + 5) = 200"
    assert view.head.title.startswith("Unit 2 at t = ")


@pytest.mark.parametrize("kind", ["lstm", "gru", "simple_rnn"])
def test_every_kind_of_cell_is_drawn_in_both_themes(view, studio, look, qtbot, kind):
    answered(view, studio, qtbot, kind)
    for mode in ("dark", "light"):
        look.set_mode(mode)
        picture = view.grab().toImage()
        seen = {picture.pixelColor(x, y).name() for x in range(120, 1400, 9) for y in range(100, 700, 9)}
        assert len(seen) > 40


def test_mouse_and_keys_choose_step_and_unit(view, studio, qtbot):
    answered(view, studio, qtbot)
    strips, layout = view.strips, view.strips.layout_now
    box = layout.strip(1)
    x, y = layout.column(4).center().x(), box.top() + box.height() * 3.5 / 5
    qtbot.mouseClick(strips, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    assert (strips.step, strips.unit, view.player.position) == (4, 3, 4)
    tip = strips.tip_at(QPoint(round(x), round(y)))
    value = view.reading.value("input", 4, 3)
    assert "Input gate, unit 3" in tip and "step 4" in tip and fixed(value, 3)[:5] in tip
    qtbot.keyClick(strips, Qt.Key.Key_Right)
    qtbot.keyClick(strips, Qt.Key.Key_Up)
    assert (strips.step, strips.unit) == (5, 2)
    qtbot.keyClick(strips, Qt.Key.Key_End)
    assert strips.step == len(TEXT) - 1 and view.diagram.accessibleDescription()


def test_the_printed_equations_are_true(view, studio, qtbot):
    for kind in ("lstm", "gru", "simple_rnn"):
        lines = equations(Reading(answer(kind)), 6, 3)
        for line in lines:
            text = "".join(piece.text for piece in line.pieces).replace("−", "-").replace("·", "*")
            if "=" not in text or "ₜ" in text:
                continue
            left, right = text.split(" = ")
            left = re.sub(r"^(σ|tanh)", r"f_\1", left)
            functions = {"f_σ": lambda z: 1 / (1 + np.exp(-z)), "f_tanh": np.tanh}
            assert eval(left, {"__builtins__": {}}, functions) == pytest.approx(float(right), abs=2e-4), text


def test_a_term_opens_to_its_sum(view, studio, qtbot):
    answered(view, studio, qtbot)
    shown = view.equations
    qtbot.mouseClick(shown, Qt.MouseButton.LeftButton, pos=shown.box_of(("forget", 1)).center())
    (popover,) = view.findChildren(Popover)
    assert popover.isVisible() and popover.findChild(NumberCard) is not None
    assert "U·h of the forget" in shown.tip_at(shown.box_of(("forget", 1)).center())


def test_the_steps_play_through_the_sequence(view, studio, qtbot):
    answered(view, studio, qtbot)
    view.player.go(0)
    view.player.set_speed(8)
    view.player.play()
    qtbot.waitUntil(lambda: view.strips.step >= 2)
    view.player.pause()
    assert view.strips.step == view.player.position


def test_units_in_the_order_of_their_correlation():
    found = answer()
    found.arrays["correlations"] = np.array([[0.1, -0.9, 0.3, 0.5, -0.2], [1, 1, 1, 1, 1]])
    assert Reading(found).order("correlation").tolist() == [1, 3, 2, 4, 0]
    assert Reading(found).order("index").tolist() == [0, 1, 2, 3, 4]


def test_what_is_said_of_findings_and_gradients():
    reading = Reading(answer())
    heading, sentence = finding_lines(reading)
    assert heading == "Unit 2 counts open brackets"
    assert "pulls its cell state down" in sentence and "−0.954 over 13 steps" in sentence
    assert finding_lines(Reading(answer(finding=False)))[0] == "No unit stands out"
    lines = gradient_lines(reading, 1.0)
    assert "0.25 of it" in lines[1] and "4" in lines[1]
    assert "nothing is clipped" in gradient_lines(reading, 10.0)[1]


def test_like_steps_leave_out_the_step_itself(view, studio, qtbot):
    reading = Reading(answer(units=8))
    step = int(np.abs(reading.arrays["lit"][0]).sum(axis=1).argmax())
    found = like_steps(reading, 0, step)
    assert found and (0, step) not in [(sample, at) for sample, at, _ in found]
    assert [alike for _, _, alike in found] == sorted((alike for _, _, alike in found), reverse=True)


def test_a_like_step_asks_for_its_sample(view, studio, qtbot):
    answered(view, studio, qtbot)
    with qtbot.waitSignal(view.sample_wanted) as wanted:
        view.found.place_wanted.emit(6, 2)
    assert wanted.args == [6]


def test_typed_characters_take_the_samples_place(view, studio, qtbot):
    answered(view, studio, qtbot)
    before = len(asked(studio))
    qtbot.keyClicks(view.typed, "x(")
    qtbot.waitUntil(lambda: len(asked(studio)) > before and asked(studio)[-1].request.x.size > 0)
    x = asked(studio)[-1].request.x
    assert x.shape == (len(TEXT), len(SYMBOLS)) and x[-1].argmax() == 1 and not x[:-2].any()
    with qtbot.waitSignal(view.noted) as noted:
        qtbot.keyClicks(view.typed, "?")
    assert "'?' is none of the characters" in noted.args[0]


def test_two_sequences_side_by_side(view, studio, qtbot):
    answered(view, studio, qtbot)
    view.compare.click()
    qtbot.waitUntil(lambda: asked(studio)[-1].request.x.shape == studio.data.x[1].shape)
    reply(asked(studio)[-1], answer())
    assert view.beside.isVisible() and view.beside.reading is not None
    view.show_place(3, 1)
    assert (view.beside.step, view.beside.unit) == (3, 1)


def test_a_failure_takes_the_views_place(view, studio, qtbot):
    qtbot.waitUntil(lambda: bool(asked(studio)))
    reply(asked(studio)[-1], Failed(kind="user", message="This network has no recurrent layer.", hint="Add one."))
    assert view.error.isVisible() and "no recurrent layer" in view.error.accessibleName()


def test_the_cell_is_drawn_stage_by_stage(look, qtbot):
    """At alpha 0 everything is dim, at 1 nothing is: the picture brightens as the step is worked out."""
    ink = []
    for alpha in (0.0, 0.5, 1.0):
        image = QImage(425, 276, QImage.Format.Format_RGB32)
        image.fill(look.theme.color("card"))
        painter = QPainter(image)
        draw_cell(painter, QRectF(image.rect()), Reading(answer()), (4, 2), alpha, look.theme)
        painter.end()
        ink.append(np.frombuffer(image.constBits(), np.uint8).astype(float).std())
    assert ink[0] < ink[1] < ink[2]


def test_small_numbers_and_scales():
    assert [short(v) for v in (0.14, 0.999, -0.5, 1.24, 12.3)] == [".14", "1", "−.5", "1.2", "12"]
    np.testing.assert_allclose(gradient_shares(np.array([1.0, 0.01, 1e-9])), [1, 0.5, 0])
    np.testing.assert_allclose(fitted(np.array([0.0, 1, 2]), np.array([1.0, 3, 5])), [1, 3, 5])
