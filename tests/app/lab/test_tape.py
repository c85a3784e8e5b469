"""Tape and tensors: six pictures, what they tell, what is said in place of errors, and what the engine is asked."""

import json

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from app.lab.tape import CHAPTERS, TapeStage
from app.lab.tape_blocks import Sheets, cell_for, middle_of
from app.lab.tape_graph_layout import places_of, rows_of
from app.lab.tape_trace import ALONE, ASKED
from engine.errors import UserError
from engine.messages import Explain, Explained, Failed
from tests.app.studio_double import StudioDouble, answer

VIEWS = [chapter.id for chapter in CHAPTERS]
NODES = [
    {"name": name, "op": op, "inputs": inputs, "control": control, "shape": "()" if dtype else "", "dtype": dtype,
     "constant": 3.0 if op == "Const" else None, "variable": "w" if op == "Placeholder" else ""}
    for name, op, inputs, control, dtype in (
        ("in", "Placeholder", [], [], "resource"),
        ("read", "ReadVariableOp", [0], [], "float64"),
        ("x", "Const", [], [], "float64"),
        ("mul", "Mul", [1, 2], [], "float64"),
        ("no", "NoOp", [], [1], ""),
        ("out", "Identity", [3], [4], "float64"),
    )
]  # fmt: skip
FACTS = {"nodes": NODES, "value": 25.0, "gradients": {"w": 30.0, "x": None, "b": 10.0, "y": None}}


@pytest.fixture
def told():
    """What came true, in order: `told(stage)` begins to listen."""
    found = []

    def listen(stage):
        stage.done.connect(found.append)
        return found

    return listen


@pytest.fixture
def studio(document):
    return StudioDouble(document)


@pytest.fixture
def in_window(qtbot, look, studio):
    """Return a function that makes the stage as the window does, with an engine that the test answers for."""

    def make(**state):
        stage = TapeStage(look, studio)
        qtbot.addWidget(stage)
        stage.adopt_sections()
        stage.resize(800, 640)
        stage.show()
        stage.set_state(state)
        return stage

    return make


def asked(studio, qtbot):
    qtbot.waitUntil(lambda: any(isinstance(job.request, Explain) for job in studio.asked))
    return studio.asked[-1]


def click(board, place):
    QTest.mouseClick(board, Qt.MouseButton.LeftButton, pos=QPointF(place).toPoint())


@pytest.mark.parametrize("view", VIEWS)
def test_a_state_comes_back_in_every_view(stage_of, view):
    state = {
        "view": view, "tensor": [2, 2, 3, 4], "lines": ["v.assign([1, 1, 1])", "c[0] = 2"], "operation": "concat",
        "parts": [[2, 3], [1, 3], [2, 3]], "axis": 0, "left": [2, 1], "right": [], "expression": "sigmoid(a * b)",
        "values": {"a": 1.5, "b": -2.0}, "constants": ["b"], "with_gradients": True,
    }  # fmt: skip
    stage = stage_of("tape")
    stage.set_state(state)
    assert stage.state() == state and stage.chapter.values().items() <= state.items()


@pytest.mark.parametrize("view", [view for view in VIEWS if view != "graph"])
def test_a_moment_is_always_the_same_picture_and_both_themes_are_drawn(stage_of, look, view):
    stage = stage_of("tape", view=view)
    stage.draw_at(stage.length // 2)
    half = stage.grab().toImage()
    stage.draw_at(stage.length)
    whole = stage.grab().toImage()
    assert half != whole
    look.set_mode("light")
    assert stage.grab().toImage() != whole
    look.set_mode("dark")
    stage.draw_at(stage.length // 2)
    assert stage.grab().toImage() == half


BAD = [
    ({"view": "cube"}, "no view 'cube'"),
    ({"tensor": [2, 3]}, "tensor has 2 sizes, expected 4"),
    ({"tensor": [2, 3, 4, 9]}, "a size outside 1 to 6"),
    ({"tensor": [6, 6, 6, 6]}, "1296 elements, more than the 300"),
    ({"lines": ["v.assign("]}, "is no line that is known here"),
    ({"lines": ["c[0] = 1"] * 13}, "13 lines, more than 12"),
    ({"operation": "glue"}, "no operation 'glue'"),
    ({"parts": [[2, 3]]}, "1 parts, expected 2 to 3"),
    ({"parts": [[2, 2, 2, 2], [2]]}, "has rank 4, expected 0 to 3"),
    ({"axis": 7}, "axis is 7"),
    ({"left": [2, 9]}, "a size outside"),
    ({"expression": "w *", "values": {}, "constants": []}, "Expected a number"),
    ({"expression": "2 + 3", "values": {}, "constants": []}, "0 names, expected 1 to 10"),
    ({"constants": ["q"]}, "'q' is no name"),
    ({"values": {"w": "x"}}, "The value of w is 'x'"),
]


@pytest.mark.parametrize(("state", "said"), BAD)
def test_bad_states_are_refused_and_change_nothing(stage_of, state, said):
    stage = stage_of("tape")
    before = stage.state()
    with pytest.raises(UserError) as error:
        stage.set_state(state)
    assert said in error.value.message and error.value.hint
    assert stage.state() == before


def test_each_step_puts_an_axis_in_front(stage_of, told):
    stage = stage_of("tape", view="rank", tensor=[2, 3, 4, 3])
    heard, chapter = told(stage), stage.chapter
    shapes = []
    for rank in range(5):
        stage.go(rank)
        shapes.append(chapter.rows.value("Shape"))
    assert shapes == ["()", "(3,)", "(4, 3)", "(3, 4, 3)", "(2, 3, 4, 3)"] and heard == ["ranked"]
    assert chapter.formulas.texts == ["elements = 2 × 3 × 4 × 3 = 72"]
    assert "sample 2, row 3, column 4, channel 3" in chapter.board.accessibleDescription()


def test_an_element_opens_to_its_place_in_memory(stage_of):
    stage = stage_of("tape", view="rank", tensor=[2, 3, 4, 3])
    stage.go(3)
    board = stage.chapter.board
    board.grab()
    click(board, board._sheets.rect((2, 1, 0)).center())
    assert stage.chapter.place_lines.texts == ["strides = (12, 3, 1)", "t[2, 1, 0] at 2 · 12 + 1 · 3 + 0 · 1 = 27"]
    stage.go(1)
    assert stage.chapter.place_lines.texts == []


def test_an_axis_is_pulled_and_moved_with_the_keyboard(stage_of):
    stage = stage_of("tape", view="rank", tensor=[2, 3, 4, 3])
    stage.go(2)
    board = stage.chapter.board
    board.grab()
    start = board.handles["1"].place
    QTest.mousePress(board, Qt.MouseButton.LeftButton, pos=start.toPoint())
    QTest.mouseMove(board, (start + QPointF(board._sheets.cell, 0)).toPoint())
    QTest.mouseRelease(board, Qt.MouseButton.LeftButton)
    assert stage.state()["tensor"] == [2, 3, 4, 4]
    board.grab()
    board.setFocus()
    board.current = "0"
    QTest.keyClick(board, Qt.Key.Key_Up)
    assert stage.state()["tensor"] == [2, 3, 3, 4]
    stage.go(4)
    stage.chapter._resize(0, 6)
    stage.chapter._resize(1, 6)
    assert "more than the 300 that are drawn" in stage.chapter.problem.text()
    assert stage.state()["tensor"] == [6, 3, 3, 4]


def test_a_constant_refuses_and_a_variable_keeps_its_memory(stage_of, told):
    stage = stage_of("tape", view="assign")
    heard, chapter = told(stage), stage.chapter
    stage.go(4)
    assert chapter.board.memory.v.tolist() == [5.0, 10.0, 7.0] and heard == []
    stage.go(5)
    assert heard == ["refused"] and chapter.rows.value("Lines refused") == "2 of 5"
    stage.go(8)
    assert not chapter.board.memory.is_variable and chapter.rows.value("Variable written") == "3 times"


def test_lines_of_ones_own(stage_of, qtbot):
    stage = stage_of("tape", view="assign", lines=["v[0].assign(4)"])
    chapter = stage.chapter
    chapter.field.setFocus()
    QTest.keyClicks(chapter.field, "v.assign_sub([1, 1, 1])")
    QTest.keyClick(chapter.field, Qt.Key.Key_Return)
    assert stage.state()["lines"][-1] == "v.assign_sub([1, 1, 1])" and stage.length == stage.time == 2
    assert chapter.board.memory.v.tolist() == [3.0, 1.0, 2.0]
    chapter.add_line("v.append(3)")
    assert "no line that is known here" in chapter.problem.text() and stage.length == 2
    chapter.remove.click()
    assert stage.state()["lines"] == ["v[0].assign(4)"] and not chapter.problem.text()


def test_stack_and_concat_write_their_shapes(stage_of, told):
    stage = stage_of("tape", view="join", operation="stack", parts=[[2, 3], [2, 3]], axis=1)
    heard, chapter = told(stage), stage.chapter
    assert chapter.lines.texts[-1] == "new axis 1: (2, 2, 3)" and stage.length == 2
    stage.go(2)
    assert heard == ["joined"]
    chapter.operation.set_value("concat")
    chapter.operation.changed.emit("concat")
    assert chapter.lines.texts == ["axis 1: 3 + 3 = 6", "result: (2, 6)"] and stage.state()["operation"] == "concat"
    chapter.board.grab()
    click(chapter.board, chapter.board._result.rect((1, 4)).center())
    assert chapter.origin.texts == ["R[1, 4] is B[1, 1] = 14"]


def test_parts_that_do_not_fit_are_said_where_they_stand(stage_of):
    stage = stage_of("tape", view="join")
    chapter = stage.chapter
    chapter.fields[1].setFocus()
    chapter.fields[1].selectAll()
    QTest.keyClicks(chapter.fields[1], "2, 4")
    QTest.keyClick(chapter.fields[1], Qt.Key.Key_Return)
    assert "Axis 1 has 3 in tensor 0 and 4 in tensor 1: stack needs equal shapes" in chapter.problem.text()
    assert stage.length == 0 and "stack needs equal shapes" in chapter.board.accessibleDescription()
    chapter.fields[1].selectAll()
    QTest.keyClicks(chapter.fields[1], "2, x")
    assert chapter.reason.text() == "No shape: whole numbers, e.g. 2, 3."
    assert not chapter.board.grab().isNull()


def test_axes_are_compared_from_the_right(stage_of, told):
    stage = stage_of("tape", view="broadcast", left=[3, 1], right=[4])
    heard, chapter = told(stage), stage.chapter
    stage.go(1)
    assert chapter.board.accessibleDescription() == "(3, 1) + (4,). axis −1 a is stretched"
    stage.go(stage.length)
    assert "(3, 4)" in chapter.board.accessibleDescription() and heard == ["broadcast"]
    chapter.board.grab()
    click(chapter.board, chapter.board._sum.rect((2, 1)).center())
    assert chapter.lines.texts == ["(a + b)[2, 1] is a[2, 0] + b[1]", "2 + 11 = 13"]


def test_shapes_that_do_not_fit_are_refused_at_their_axis(stage_of, told):
    stage = stage_of("tape", view="broadcast", left=[2, 3], right=[2])
    heard, chapter = told(stage), stage.chapter
    assert stage.length == 1
    stage.go(1)
    assert heard == ["unfit"] and "axis −1 refused" in chapter.board.accessibleDescription()
    chapter.set_shapes((6, 6, 6), (6, 6, 6))
    assert chapter.problem.text() == "" and stage.length == 5
    chapter.set_shapes((6, 6, 6), (1,) * 4)
    assert "has rank 4" in chapter.problem.text() and stage.state()["right"] == [6, 6, 6]


def test_the_tape_is_read_back_from_its_end(stage_of, told):
    stage = stage_of("tape")
    heard, chapter = told(stage), stage.chapter
    assert stage.length == 9
    stage.go(4)
    assert "4 of 4 operations recorded, 0 read back" in chapter.board.accessibleDescription()
    stage.go(6)
    assert chapter.formulas.texts[-1] == "to n_{6}: 1 × 10 = 10" and heard == []
    stage.go(9)
    assert heard == ["read"] and chapter.rows.value("dL/dw") == "30" and chapter.rows.value("dL/dx") == "None"
    assert chapter.words.text() == ALONE
    chapter.board.grab()
    click(chapter.board, chapter.board._rows[1][0].center())
    assert chapter.formulas.texts[0] == "n_{4} = n_{2} + b"


def test_a_variable_made_constant_leaves_the_tape(stage_of):
    stage = stage_of("tape")
    program = stage.chapter.program
    program.kinds["w"].set_value("constant")
    program.kinds["w"].changed.emit("constant")
    assert stage.state()["constants"] == ["w", "x", "y"] and stage.length == 7
    program.kinds["b"].changed.emit("constant")
    assert stage.length == 1 and not stage.chapter.board.grab().isNull()
    program.fields["b"].changed.emit(4.0)
    assert stage.state()["values"]["b"] == 4.0


def test_a_program_of_ones_own_and_a_wrong_one(stage_of, told):
    stage = stage_of("tape")
    heard, program = told(stage), stage.chapter.program
    program.field.setFocus()
    program.field.selectAll()
    QTest.keyClicks(program.field, "log(u) + v")
    QTest.keyClick(program.field, Qt.Key.Key_Return)
    assert heard == ["typed"] and set(stage.state()["values"]) == {"u", "v"} and stage.state()["constants"] == []
    program.set_expression("log(u")
    assert "Expected a closing bracket" in program.error.text() and stage.state()["expression"] == "log(u) + v"
    program.fields["u"].changed.emit(-1.0)
    assert stage.length == 0 and "has no finite value" in stage.chapter.problem.text()
    assert not stage.chapter.board.grab().isNull()


def test_gradients_stand_beside_those_of_tensorflow(in_window, studio, qtbot):
    stage = in_window(view="tape")
    job = asked(studio, qtbot)
    values = job.request.values
    assert job.request.explainer == "traced" and not values["gradients"]
    assert values["expression"] == "(w * x + b - y)^2" and values["constants"] == "x,y"
    assert json.loads(values["values"]) == {"w": 2.0, "x": 3.0, "b": 1.0, "y": 2.0}
    stage.go(9)
    assert stage.chapter.words.text() == ASKED and stage.chapter.rows.value("dL/dw") == "30"
    answer(job, Explained(explainer="traced", step=0, arrays={}, facts={**FACTS, "gradients": {"w": 30, "b": 11}}))
    rows = stage.chapter.rows
    assert rows.value("dL/dw") == "30, the same" and rows.value("dL/dx") == "None, the same"
    assert rows.value("dL/db") == "10, not 11" and not stage.chapter.words.text()


def test_a_failure_of_the_engine_is_said(in_window, studio, qtbot):
    stage = in_window(view="graph")
    answer(asked(studio, qtbot), Failed(kind="user", message="It is gone.", hint="Look for it."))
    assert stage.chapter.board.accessibleDescription() == "It is gone. Look for it."


def test_the_traced_graph_is_drawn_and_gone_through(in_window, studio, qtbot, told):
    stage = in_window(view="graph", with_gradients=True)
    heard, chapter = told(stage), stage.chapter
    assert stage.length == 0 and chapter.board.accessibleDescription() == ASKED
    job = asked(studio, qtbot)
    assert job.request.values["gradients"]
    answer(job, Explained(explainer="traced", step=0, arrays={}, facts=FACTS))
    assert stage.length == 6 and stage.time == 0 and heard == []
    stage.go(6)
    assert heard == ["traced"]
    assert chapter.rows.value("Operations") == "6" and chapter.rows.value("L, computed by it") == "25"
    stage.go(4)
    assert chapter.details.value("operation") == "Mul" and chapter.details.value("input 1") == "x"
    board = chapter.board
    board.grab()
    click(board, board._boxes[0].center())
    assert chapter.details.value("brings in") == "variable w"
    QTest.keyClick(board, Qt.Key.Key_Right)
    assert chapter.details.value("operation") == "ReadVariableOp"
    assert board.tip_at(board._boxes[2].center().toPoint()) == "x: Const, float64 ()"


def test_another_program_is_traced_anew(in_window, studio, qtbot):
    stage = in_window(view="graph")
    answer(asked(studio, qtbot), Explained(explainer="traced", step=0, arrays={}, facts=FACTS))
    stage.chapter.program.set_expression("a * b")
    assert stage.length == 0
    qtbot.waitUntil(lambda: studio.asked[-1].request.values["expression"] == "a * b")
    stage.chapter.contents.set_value("full")
    stage.chapter.contents.changed.emit("full")
    qtbot.waitUntil(lambda: studio.asked[-1].request.values["gradients"])


def test_rows_of_a_graph_lie_below_what_they_need():
    rows = rows_of(NODES)
    assert rows == [0, 1, 1, 2, 2, 3]
    places = places_of(NODES)
    assert [row for row, _ in places] == rows
    for row in set(rows):
        across = [share for at, share in places if at == row]
        assert len(set(across)) == len(across) and all(0 < share < 1 for share in across)
    assert rows_of([]) == []


def test_cells_of_a_tensor_are_found_where_they_are_drawn():
    sheets = Sheets((2, 3, 2, 4), QPointF(20, 30), 12.0)
    for index in ((0, 0, 0, 0), (1, 2, 1, 3), (0, 1, 1, 0)):
        assert sheets.index_at(sheets.rect(index).center()) == index
    between = sheets.rect((0, 0, 0, 3)).center() + QPointF(12, 0)
    assert sheets.index_at(between) is None and sheets.index_at(QPointF(0, 0)) is None
    assert middle_of((), sheets.area).index_at(sheets.area.center()) == ()
    assert cell_for((6, 6), sheets.area.size()) < cell_for((2, 2), sheets.area.size())


def test_nothing_moves_while_a_question_is_asked(stage_of):
    stage = stage_of("tape", view="rank")
    stage.set_frozen(True)
    stage.go(2)
    board = stage.chapter.board
    board.grab()
    click(board, board._sheets.rect((1, 1)).center())
    assert stage.chapter.place_lines.texts == []
