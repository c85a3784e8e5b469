"""Every stage: its state, its times, both themes, what bad states get; and each one's handles under the mouse."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from app.lab import STAGES, stage_class
from app.lab.stage import checked
from engine.errors import UserError
from engine.explain.neuron import GATES, mistakes
from engine.lab import FOLDER, read_shelf
from engine.shapes import infer

LESSONS = [lesson.name for lesson in read_shelf(FOLDER).lessons]
MINE = ("neuron", "activations", "feed-forward", "losses", "one-weight", "back-propagation", "shallow-net")


def drag(board, id, to):
    """Drag a handle with the mouse to a place."""
    board.grab()
    start = board.handles[id].place.toPoint()
    QTest.mousePress(board, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(board, QPointF(to).toPoint())
    QTest.mouseRelease(board, Qt.MouseButton.LeftButton, pos=QPointF(to).toPoint())
    board.grab()


def place_of(board, id):
    board.grab()
    return board.handles[id].place


@pytest.mark.parametrize("name", MINE)
def test_a_state_comes_back_as_it_was_set(stage_of, name):
    stage = stage_of(name)
    state = stage.state()
    stage.set_state(state)
    assert stage.state() == state
    assert set(state) == set(stage.defaults)


@pytest.mark.parametrize("name", MINE)
def test_the_same_time_is_the_same_picture(stage_of, name):
    stage = stage_of(name)
    half = stage.length // 2
    stage.draw_at(half)
    first = stage.grab().toImage()
    stage.draw_at(stage.length)
    last = stage.grab().toImage()
    stage.draw_at(half)
    assert stage.grab().toImage() == first
    assert first != last


@pytest.mark.parametrize("name", MINE)
def test_both_themes_are_drawn(stage_of, look, name):
    stage = stage_of(name)
    stage.draw_at(stage.length)
    dark = stage.grab().toImage()
    look.set_mode("light")
    light = stage.grab().toImage()
    look.set_mode("dark")
    canvas = look.theme.color("canvas").rgb()
    assert dark.pixel(1, dark.height() - 2) == canvas
    assert dark != light and light.pixel(1, light.height() - 2) != canvas


@pytest.mark.parametrize("name", MINE)
def test_playing_ends_at_the_end(stage_of, qtbot, name):
    stage = stage_of(name)
    stage.set_speed(100)
    with qtbot.waitSignal(stage.playing_changed, check_params_cb=lambda playing: not playing):
        stage.play()
    assert stage.time == stage.length


@pytest.mark.parametrize("entry", [e for e in STAGES if e.id in MINE], ids=lambda entry: entry.id)
def test_unknown_and_misshapen_settings_are_refused(qtbot, look, entry):
    stage = stage_class(entry.id)(look)
    stage.adopt_sections()
    qtbot.addWidget(stage)
    with pytest.raises(UserError, match="has no setting 'nonsense'") as caught:
        stage.set_state({"nonsense": 1})
    assert all(name in caught.value.hint for name in stage.defaults)
    for name, value in stage.defaults.items():
        wrong = [1, "x"] if isinstance(value, str | list | dict) else "x"
        wrong = "x" if isinstance(value, list | dict) else wrong
        with pytest.raises(UserError) as caught:
            stage.set_state({name: wrong})
        assert caught.value.where == name


def test_kinds_of_settings():
    assert checked({"a": 2}, {"a": 1.5}) == {"a": 2}
    for state, defaults in (
        ({"a": 1.5}, {"a": 1}),
        ({"a": True}, {"a": 1}),
        ({"a": float("nan")}, {"a": 1.0}),
        ({"a": [1, "b"]}, {"a": [1.0]}),
        ({"a": None}, {"a": ""}),
    ):
        with pytest.raises(UserError):
            checked(state, defaults)


BAD = [
    ("neuron", {"gate": "MAYBE"}, "no gate 'MAYBE'"),
    ("neuron", {"w": [1.0]}, "w has 1 values, expected 2"),
    ("activations", {"activation": "swosh"}, "no activation 'swosh'"),
    ("activations", {"temperature": 0.0}, "temperature is 0.0, expected 0.1"),
    ("activations", {"logits": [1.0]}, "1 logits found, expected 2 to 6"),
    ("feed-forward", {"sizes": [3]}, "sizes is [3], expected 2 to 4 numbers"),
    ("feed-forward", {"sizes": [3, 0]}, "expected 2 to 4 numbers"),
    ("feed-forward", {"samples": 9}, "samples is 9, expected 1 to 5"),
    ("feed-forward", {"notation": "diagonal"}, "notation is 'diagonal'"),
    ("losses", {"kind": "guess"}, "no kind 'guess'"),
    ("losses", {"target": [1.0]}, "target has 1 values and prediction 6"),
    ("losses", {"probability": [0.0, 0.2, 0.6, 0.7, 0.3]}, "expected numbers between 0 and 1"),
    ("losses", {"label": 7}, "label is 7 of 4 logits"),
    ("one-weight", {"curve": "loop"}, "no curve 'loop'"),
    ("one-weight", {"rate": 50.0}, "rate is 50.0, expected 0.001 to 2"),
    ("back-propagation", {"expression": "a +"}, "Expected a number, a name or a bracket"),
    ("back-propagation", {"values": {"a": "x"}}, "The value of a is 'x'"),
    ("shallow-net", {"data": "cheese"}, "no points 'cheese'"),
    ("shallow-net", {"units": 99}, "units is 99, expected 0 to 12"),
    ("shallow-net", {"rate": 0.0}, "rate is 0.0, expected 0.01 to 20"),
    ("shallow-net", {"detail": "atom"}, "detail is 'atom'"),
    ("shallow-net", {"points": [[0, 0, 2]]}, "is no point"),
    ("shallow-net", {"points": [[0, 9, 1]]}, "is no point"),
    ("one-weight", {"start": 99.0}, "start is 99.0, expected -2 to 12"),
]


@pytest.mark.parametrize("name, state, words", BAD)
def test_values_out_of_range_are_refused(stage_of, name, state, words):
    stage = stage_of(name)
    before = stage.state()
    with pytest.raises(UserError) as caught:
        stage.set_state(state)
    assert words in caught.value.message and caught.value.hint
    assert stage.state() == before


def test_dragging_the_tracks_of_a_neuron(stage_of):
    stage = stage_of("neuron")
    board = stage.board
    for id, read in (("x1", lambda s: s["x"][0]), ("w2", lambda s: s["w"][1]), ("b", lambda s: s["b"])):
        before = read(stage.state())
        drag(board, id, place_of(board, id) + QPointF(0, -12))
        assert read(stage.state()) > before, id


def test_dragging_the_line_changes_the_bias_alone(stage_of):
    stage = stage_of("neuron", gate="AND")
    before = stage.state()
    drag(stage.board, "line", place_of(stage.board, "line") + QPointF(40, -40))
    after = stage.state()
    assert after["w"] == before["w"] and after["b"] < before["b"]


def test_a_gate_is_solved_by_hand(stage_of, qtbot):
    stage = stage_of("neuron", gate="AND")
    assert mistakes(stage.line, GATES["AND"]) > 0
    with qtbot.waitSignal(stage.done, check_params_cb=lambda id: id == "solved"):
        drag(stage.board, "line", place_of(stage.board, "line") + QPointF(70, -70))
    assert "All four corners" in stage.verdict.text()


def test_the_keyboard_moves_handles(stage_of):
    stage = stage_of("neuron")
    board = stage.board
    board.setFocus()
    board.current = "b"
    before = stage.state()["b"]
    QTest.keyClick(board, Qt.Key.Key_Up)
    assert stage.state()["b"] > before
    board.grab()
    QTest.keyClick(board, Qt.Key.Key_Return)
    assert board.current != "b" and board.current in board.handles


def test_xor_is_said_to_be_impossible(stage_of, qtbot):
    stage = stage_of("neuron", gate="XOR")
    with qtbot.waitSignal(stage.done, check_params_cb=lambda id: id == "never"):
        stage.go(stage.length)
    assert "one neuron cannot do XOR" in stage.verdict.text()


def test_dragging_the_point_into_saturation(stage_of, qtbot):
    stage = stage_of("activations")
    with qtbot.waitSignal(stage.done, check_params_cb=lambda id: id == "saturated"):
        drag(stage.board, "z", place_of(stage.board, "z") + QPointF(150, 0))
    assert stage.state()["z"] > 3
    assert stage.slope_words.text().startswith("Saturated")


def test_dragging_a_logit_and_the_temperature(stage_of):
    stage = stage_of("activations")
    before = stage.state()["logits"]
    drag(stage.board, "3", place_of(stage.board, "3") + QPointF(0, -30))
    after = stage.state()["logits"]
    assert after[3] > before[3] and after[:3] == before[:3]
    stage.temperature.changed.emit(5.0)
    assert stage.state()["temperature"] == 5.0


def test_the_stack_does_not_tell_before_it_was_played(stage_of):
    stage = stage_of("activations")
    assert stage.deep_rows.value("arriving at layer 1") == "play to see"
    stage.go(stage.length)
    assert stage.deep_rows.value("arriving at layer 1") == "1.41e−13"


def test_a_sum_opens_to_its_products(stage_of, qtbot):
    stage = stage_of("feed-forward")
    area = stage.board._sums
    with qtbot.waitSignal(stage.done, check_params_cb=lambda id: id == "opened"):
        QTest.mouseClick(stage.board, Qt.MouseButton.LeftButton, pos=area.center().toPoint())
    assert stage.which.text() == "Layer 1, unit 2, sample 2"
    assert stage.time == stage._moments.index(stage._opened) + 1


def test_an_input_of_feed_forward_is_dragged(stage_of):
    stage = stage_of("feed-forward")
    stage.go(3)
    before = stage.products.value("z_2")
    drag(stage.board, "x0", place_of(stage.board, "x0") + QPointF(0, 25))
    assert stage.products.value("z_2") != before


def test_the_notation_turns_every_shape(stage_of):
    stage = stage_of("feed-forward")
    assert "(4×3) · (3×5) + (4×1) → (4×5)" in stage.equation.texts
    stage.set_notation("rows")
    assert "(5×3) · (3×4) + (1×4) → (5×4)" in stage.equation.texts
    stage.set_frozen(True)
    assert "(5×3) · (3×4) + (1×4) → ?" in stage.equation.texts


def test_predictions_are_dragged_onto_their_targets(stage_of, qtbot):
    stage = stage_of("losses", target=[1.0, 2.0], prediction=[3.0, 2.1])
    board = stage.board
    wanted = board._plane.at(0.5, 1.0)
    with qtbot.waitSignal(stage.done, check_params_cb=lambda id: id == "met"):
        drag(board, "0", wanted)
    assert stage.rows.value("MSE") == "0.005"


def test_probabilities_stay_inside(stage_of):
    stage = stage_of("losses", kind="binary")
    drag(stage.board, "0", place_of(stage.board, "0") + QPointF(0, -500))
    drag(stage.board, "1", place_of(stage.board, "1") + QPointF(0, 900))
    p = stage.state()["probability"]
    assert p[0] == 0.999 and p[1] == 0.001


def test_another_class_becomes_the_label(stage_of):
    stage = stage_of("losses", kind="categorical")
    place = place_of(stage.board, "2")
    below = QPointF(place.x(), stage.board._plane.area.bottom() + 28).toPoint()
    QTest.mouseClick(stage.board, Qt.MouseButton.LeftButton, pos=below)
    assert stage.state()["label"] == 2
    assert stage.rows.value("categorical, t = [0, 0, 1, 0]") == stage.rows.value("sparse categorical, t = 2")


def test_a_class_is_dragged_to_a_share(stage_of, qtbot):
    stage = stage_of("losses", kind="categorical")
    with qtbot.waitSignal(stage.done, check_params_cb=lambda id: id == "sure"):
        drag(stage.board, "0", QPointF(place_of(stage.board, "0").x(), stage.board._plane.py(0.995)))
    assert stage.shown.prediction[0] == pytest.approx(0.995, abs=0.01)
    assert float(np.sum(stage.shown.prediction)) == pytest.approx(1)


def test_a_rate_that_diverges_is_said_with_its_step_and_the_axes_stay(stage_of, qtbot):
    stage = stage_of("one-weight")
    axes = stage.board._plane
    with qtbot.waitSignal(stage.done, check_params_cb=lambda id: id == "diverged"):
        stage.go(stage.length)
    stage.grab()
    assert f"At step {stage.path.left_at} the weight is" in stage.verdict.text()
    assert stage.board._plane == axes


def test_the_start_is_dragged_along_the_curve(stage_of):
    stage = stage_of("one-weight")
    stage.go(5)
    drag(stage.board, "w", stage.board._plane.at(1.0, 16.0))
    assert stage.state()["start"] == pytest.approx(1.0, abs=0.2)
    assert stage.time == 0


def test_a_small_picture_gives_its_rate(stage_of):
    stage = stage_of("one-weight")
    box, rate = stage.board._small[1]
    QTest.mouseClick(stage.board, Qt.MouseButton.LeftButton, pos=box.center().toPoint())
    assert stage.state()["rate"] == rate == 0.4


def test_an_expression_of_ones_own_is_taken_apart(stage_of, qtbot):
    stage = stage_of("back-propagation")
    stage.field.setFocus()
    stage.field.selectAll()
    with qtbot.waitSignal(stage.done, check_params_cb=lambda id: id == "typed"):
        QTest.keyClicks(stage.field, "sqrt(u^2 + v^2)")
        QTest.keyClick(stage.field, Qt.Key.Key_Return)
    assert set(stage.state()["values"]) == {"u", "v"}
    with qtbot.waitSignal(stage.done, check_params_cb=lambda id: id == "checked"):
        stage.go(stage.length)
    assert "right" in stage.checks.value("dL/du")


def test_a_wrong_expression_is_said_and_the_old_one_stays(stage_of):
    stage = stage_of("back-propagation")
    before = stage.state()
    stage.set_expression("a * (b")
    assert stage.error.text().startswith("Position 7: Expected a closing bracket")
    assert stage.state() == before and stage.length > 0
    stage.set_expression("a * b")
    assert not stage.error.isVisibleTo(stage._typed)


def test_a_division_by_zero_is_said_at_its_node(stage_of):
    stage = stage_of("back-propagation")
    stage.set_expression("a / (b - b)")
    assert "divides by zero" in stage.problem.text() and stage.length == 0
    assert "divides by zero" in stage.board.accessibleDescription()
    stage.set_expression("a / b")
    drag(stage.board, "1", place_of(stage.board, "1") + QPointF(0, 8))
    assert stage.state()["values"]["b"] < 1


def test_a_variable_dragged_keeps_the_gradients_in_sight(stage_of):
    stage = stage_of("back-propagation")
    stage.go(stage.length)
    before = stage.checks.value("dL/db")
    drag(stage.board, "0", place_of(stage.board, "0") + QPointF(0, -10))
    assert stage.time == stage.length
    assert stage.state()["values"]["a"] > 2 and stage.checks.value("dL/db") != before


def test_logistic_regression_stays_short_of_the_moons_and_units_reach_them(stage_of, qtbot):
    stage = stage_of("shallow-net")
    stage.draw_at(1500)
    assert float(stage.rows.value("on their side").rstrip("%")) < 97
    stage.set_value("units", 4)
    with qtbot.waitSignal(stage.done, check_params_cb=lambda id: id == "learned"):
        stage.draw_at(1500)


def test_the_five_steps_come_one_at_a_time(stage_of):
    stage = stage_of("shallow-net", detail="phase", units=3)
    assert stage.name.text() == "Before the first step"
    seen = []
    for time in range(1, 10):
        stage.draw_at(time)
        seen.append(stage.name.text().split()[-1])
    assert seen == ["initialise", *(["forward", "cost", "backward", "update"] * 2)]
    assert stage.rows.value("iteration") == "2"


def test_going_back_shows_the_same_weights(stage_of):
    stage = stage_of("shallow-net", units=2)
    stage.draw_at(40)
    cost = stage.rows.value("cost J")
    stage.draw_at(300)
    stage.draw_at(40)
    assert stage.rows.value("cost J") == cost


def test_points_are_painted_with_the_mouse_and_learned(stage_of, qtbot):
    stage = stage_of("shallow-net", data="own", units=2)
    assert "No points yet" in stage.message.text() and stage.length == 0
    area = stage.board._plane.area
    left, right = area.center() - QPointF(90, 0), area.center() + QPointF(90, 0)
    for step in range(4):
        QTest.mouseClick(stage.board, Qt.MouseButton.LeftButton, pos=(left + QPointF(0, 30 * step)).toPoint())
    assert "All points are of class 0" in stage.message.text() and stage.length == 0
    stage.tools.set_value("1")
    QTest.mousePress(stage.board, Qt.MouseButton.LeftButton, pos=right.toPoint())
    QTest.mouseMove(stage.board, (right + QPointF(0, 40)).toPoint())
    QTest.mouseRelease(stage.board, Qt.MouseButton.LeftButton, pos=(right + QPointF(0, 40)).toPoint())
    assert len(stage.state()["points"]) == 6 and stage.length > 0
    with qtbot.waitSignal(stage.done, check_params_cb=lambda id: id == "painted"):
        stage.draw_at(stage.length)
    stage.tools.set_value("erase")
    QTest.mouseClick(stage.board, Qt.MouseButton.LeftButton, pos=left.toPoint())
    assert len(stage.state()["points"]) == 5
    stage.clear.click()
    assert stage.state()["points"] == []


def test_painting_on_given_points_is_refused_with_a_sentence(stage_of, qtbot):
    stage = stage_of("shallow-net")
    with qtbot.waitSignal(stage.noted, check_params_cb=lambda text, kind: "Own points" in text and kind == "warn"):
        QTest.mouseClick(stage.board, Qt.MouseButton.LeftButton, pos=stage.board._plane.area.center().toPoint())


def test_the_net_becomes_a_project(stage_of):
    stage = stage_of("shallow-net", units=4)
    project = stage.project()
    assert project.data.dataset == "moons" and not infer(project.graph).problems
    assert [node.kind for node in project.graph.in_order()] == ["input", "dense", "output"]
    assert infer(project.graph).num_params == int(stage.rows.value("weights and biases")) == 17
    stage.set_value("data", "own")
    assert stage.project() is None
