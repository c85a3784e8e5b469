"""Output size: handles by mouse and keyboard, what is counted and said, what does not fit, bad states."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from engine.errors import UserError


@pytest.fixture
def stage(stage_of):
    return stage_of("output-size")


def drag(board, id, way):
    board.grab()
    start = board.handles[id].place
    QTest.mousePress(board, Qt.MouseButton.LeftButton, pos=start.toPoint())
    QTest.mouseMove(board, (start + way).toPoint())
    QTest.mouseRelease(board, Qt.MouseButton.LeftButton, pos=(start + way).toPoint())


def test_every_setting_is_a_handle_of_the_row(stage):
    cell = stage.board._layout.cell
    drag(stage.board, "n", QPointF(2 * cell, 0))
    assert stage.state()["size"] == 10 and stage.length == 16
    drag(stage.board, "k", QPointF(cell, 0))
    assert stage.state()["kernel"] == 4
    drag(stage.board, "s", QPointF(-cell, 0))
    assert stage.state()["stride"] == 1
    drag(stage.board, "d", QPointF(cell, 0))
    assert stage.state() == {"size": 10, "kernel": 4, "stride": 1, "padding": "valid", "dilation": 2}
    assert stage.numbers.value("Window spans d(k − 1) + 1") == "7"
    assert stage.time == stage.length == 16


def test_the_keyboard_moves_a_handle_by_a_cell(stage):
    board = stage.board
    board.setFocus()
    board.current = "n"
    QTest.keyClick(board, Qt.Key.Key_Right)
    assert stage.state()["size"] == 9
    board.grab()
    board.current = "pixel"
    stage.go(stage.length)
    before = stage._pixel
    QTest.keyClick(board, Qt.Key.Key_Up)
    assert stage._pixel == (before[0] - 1, before[1])


def test_pixels_are_counted_while_the_window_slides(stage):
    stage.set_state({"size": 5, "kernel": 3, "stride": 1})
    stage.go(4)
    seen = stage._slide.seen(4)
    assert seen[1].tolist() == [2, 3, 4, 2, 1] and seen[4].tolist() == [0] * 5
    drag(stage.board, "pixel", QPointF(0, 0))
    place = stage.board._layout.pixel(2, 2).center().toPoint()
    QTest.mouseClick(stage.board, Qt.MouseButton.LeftButton, pos=place)
    assert stage.pixel.texts[-1] == "3 · 3 = 9"
    cell = stage.board._layout.output.topLeft() + QPointF(4, 4)
    QTest.mouseClick(stage.board, Qt.MouseButton.LeftButton, pos=cell.toPoint())
    assert stage.time == 1


def test_what_completes_the_lesson_is_a_size_that_leaves_nothing_over(stage):
    heard = []
    stage.done.connect(heard.append)
    stage.go(stage.length)
    assert heard == ["slid"] and stage.verdict.text().startswith("The last row and column are never read")
    assert stage.formulas.texts[-1] == "= ⌊2.5⌋ + 1 = 3"
    stage.set_value("size", 9)
    assert heard[-1] == "covered" and stage.verdict.text().startswith("The edge counts less")
    heard.clear()
    stage.set_value("padding", "same")
    assert "covered" not in heard


def test_same_padding_is_told_as_tensorflow_puts_it(stage):
    stage.set_state({"padding": "same"})
    stage.go(stage.length)
    assert stage.numbers.value("Zeros before, after") == "0, 1"
    assert stage.formulas.texts[1] == "= ⌈{8|2}⌉ = ⌈4⌉ = 4"
    assert stage.verdict.text() == "An odd number of zeros: TensorFlow puts 0 above and left, 1 below and right."


def test_what_does_not_fit_is_refused_in_a_sentence_with_a_way_out(stage):
    stage.set_state({"size": 4, "kernel": 5, "stride": 1})
    assert stage.length == 0 and not stage.board.grab().isNull()
    assert stage.verdict.text().startswith("Kernel 5×5 is larger than its 4×4 input.")
    assert stage.formulas.texts == ["(4 + 2·0 − 5)/1 + 1 = 0"]
    assert [button.text() for button in stage.fixes] == ["Set padding to same: 4×4", "Set kernel to 4×4: 1×1"]
    stage.fixes[1].click()
    assert stage.state()["kernel"] == 4 and stage.length == 1 and not stage.fixes[0].isVisible()
    stage.set_state({"stride": 2, "dilation": 2})
    assert "cannot go together" in stage.verdict.text()
    stage.fixes[0].click()
    assert stage.state()["dilation"] == 1 and stage.length == 9


def test_nothing_is_told_while_the_question_is_open(stage):
    stage.set_frozen(True)
    told = " ".join(stage.formulas.texts) + stage.verdict.text()
    assert "= 3" not in told and "Windows" not in stage.numbers._values
    open_picture = stage.board.grab().toImage()
    stage.set_frozen(False)
    stage.go(1)
    assert stage.board.grab().toImage() != open_picture


def test_a_state_comes_back_and_time_is_the_picture(stage, look):
    state = {"size": 7, "kernel": 3, "stride": 1, "padding": "same", "dilation": 2}
    stage.set_state(state)
    assert stage.state() == state and stage.length == 49
    stage.draw_at(20)
    first = stage.board.grab().toImage()
    stage.draw_at(49)
    assert stage.board.grab().toImage() != first
    look.set_mode("light")
    stage.draw_at(20)
    assert stage.board.grab().toImage() != first
    look.set_mode("dark")
    stage.draw_at(20)
    assert stage.board.grab().toImage() == first


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"size": 1}, "size is 1, expected 2 to 16"),
        ({"kernel": 8}, "kernel is 8"),
        ({"padding": "full"}, "expected valid or same"),
    ],
)
def test_bad_states(stage, values, said):
    before = stage.state()
    with pytest.raises(UserError) as error:
        stage.set_state(values)
    assert said in error.value.message and stage.state() == before
