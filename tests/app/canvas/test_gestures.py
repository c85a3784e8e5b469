"""The mouse on the canvas, by real events; each gesture is one step of undo."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from app.canvas import edits
from engine.graph import Edge, Graph, Node
from tests.app.canvas.conftest import chain

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
MIDDLE = Qt.MouseButton.MiddleButton


def place(board, name):
    node = board.graph.node(name)
    return node.x, node.y


def test_dragging_a_node_snaps_and_is_one_step(board):
    start = board.at("conv2d_1")
    board.drag(start, start + QPoint(37, 101))
    assert place(board, "conv2d_1") == (248, 168)
    assert board.undo.count() == 1
    assert board.undo.undoText() == "Move conv2d_1"
    board.undo.undo()
    assert place(board, "conv2d_1") == (210, 64)
    assert board.scene.nodes["conv2d_1"].pos() == QPointF(210, 64)


def test_a_click_moves_nothing(board):
    board.click(board.at("conv2d_1"))
    assert board.undo.count() == 0
    assert board.document.selection == {"conv2d_1"}


def test_several_nodes_keep_their_distance(board):
    board.document.select(["conv2d_1", "max_pool_1"])
    start = board.at("max_pool_1")
    board.drag(start, start + QPoint(0, 160))
    assert place(board, "max_pool_1")[1] - 64 == place(board, "conv2d_1")[1] - 64 == 160
    assert board.undo.undoText() == "Move 2 layers"


def test_esc_while_dragging_leaves_everything_as_it_was(board, qtbot):
    start = board.at("conv2d_1")
    board.press(start)
    board.move(start + QPoint(0, 120))
    assert board.scene.nodes["conv2d_1"].pos().y() == 184
    qtbot.keyClick(board.view, Qt.Key.Key_Escape)
    assert board.scene.nodes["conv2d_1"].pos().y() == 64
    board.move(start + QPoint(0, 200))
    board.release(start + QPoint(0, 200))
    assert board.undo.count() == 0


def test_the_rubber_band_selects_what_it_touches(board):
    corner = board.view.mapFromScene(QPointF(190, 300))
    board.drag(corner, board.view.mapFromScene(QPointF(400, 100)))
    assert board.document.selection == {"conv2d_1", "max_pool_1"}
    board.drag(board.view.mapFromScene(QPointF(540, 300)), board.view.mapFromScene(QPointF(600, 200)), modifiers=SHIFT)
    assert board.document.selection == {"conv2d_1", "max_pool_1", "flatten_1"}
    board.click(board.view.mapFromScene(QPointF(500, 500)))
    assert board.document.selection == frozenset()


def test_esc_in_the_rubber_band_brings_the_selection_back(board, qtbot):
    board.document.select(["output"])
    corner = board.view.mapFromScene(QPointF(190, 300))
    board.press(corner, modifiers=SHIFT)
    board.move(board.view.mapFromScene(QPointF(400, 100)))
    assert "conv2d_1" in board.scene.selection
    qtbot.keyClick(board.view, Qt.Key.Key_Escape)
    assert board.scene.selection == board.document.selection == {"output"}


def test_ctrl_click_adds_and_takes_away(board):
    board.click(board.at("conv2d_1"))
    board.click(board.at("output"), CTRL)
    assert board.document.selection == {"conv2d_1", "output"}
    board.click(board.at("conv2d_1"), CTRL)
    assert board.document.selection == {"output"}


def test_a_wire_onto_a_merge_joins(make_board):
    graph = chain().with_node(Node("add_1", "add", {}, 388, 340)).with_edge("conv2d_1", "add_1")
    board = make_board(graph)
    board.drag(board.port("max_pool_1", "out"), board.at("add_1"))
    assert board.graph.sources("add_1") == ("conv2d_1", "max_pool_1")
    assert board.undo.count() == 1
    board.undo.undo()
    assert board.graph == graph


def test_valid_ports_fill_and_invalid_ones_say_why_while_dragging(board):
    board.press(board.port("max_pool_1", "out"))
    board.move(board.port("max_pool_1", "out") + QPoint(20, 60))
    assert board.scene.nodes["output"].port_marks == {"in": "valid", "top": "valid"}
    assert board.scene.nodes["conv2d_1"].port_marks["in"] == "invalid"
    board.move(board.at("conv2d_1"))
    reason = board.view._reason
    assert reason.isVisible() and "one way" in reason.text()
    board.release(board.at("conv2d_1"))
    assert not reason.isVisible()
    assert board.scene.nodes["output"].port_marks == {}
    assert board.undo.count() == 0 and "one way" in board.notes[0][0]


def test_a_cycle_cannot_be_drawn(board):
    before = board.graph
    board.drag(board.port("max_pool_1", "out"), board.at("conv2d_1"))
    assert board.graph == before
    assert board.notes[-1][1] == "warn"


def test_a_wire_dropped_on_empty_space_offers_what_fits(board, qtbot):
    board.drag(board.port("max_pool_1", "out"), QPoint(500, 450))
    listed = board.view.quick_add
    assert listed.isVisible()
    names = [listed.list.item(row).text() for row in range(listed.list.count())]
    assert {"Conv2D", "Flatten", "GlobalAvg"} <= set(names)
    assert not {"Input", "LSTM", "Softmax"} & set(names)
    qtbot.keyClicks(listed.search, "conv")
    qtbot.keyClick(listed.search, Qt.Key.Key_Return)
    assert not listed.isVisible()
    assert board.graph.sources("conv2d_2") == ("max_pool_1",)
    assert board.document.selection == {"conv2d_2"}
    assert board.undo.count() == 1
    board.undo.undo()
    assert "conv2d_2" not in board.graph


def test_esc_in_the_list_adds_nothing(board, qtbot):
    board.drag(board.port("max_pool_1", "out"), QPoint(500, 450))
    qtbot.keyClick(board.view.quick_add.search, Qt.Key.Key_Escape)
    assert not board.view.quick_add.isVisible()
    assert board.undo.count() == 0


def test_double_click_on_empty_canvas_adds_there(board, qtbot):
    at = QPoint(500, 480)
    QTest.mouseDClick(board.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    qtbot.keyClicks(board.view.quick_add.search, "drop")
    qtbot.keyClick(board.view.quick_add.search, Qt.Key.Key_Return)
    assert board.graph.sources("dropout_1") == ()
    assert board.scene.nodes["dropout_1"].scene_box().contains(board.view.mapToScene(at))


def test_a_wire_picked_up_at_its_end_and_dropped_on_nothing_is_gone(board):
    board.drag(board.port("flatten_1", "in"), board.port("flatten_1", "in") + QPoint(-20, 200))
    assert board.graph.sources("flatten_1") == ()
    board.undo.undo()
    assert board.graph.sources("flatten_1") == ("max_pool_1",)


def test_a_wire_picked_up_goes_to_another_layer(make_board):
    graph = chain().with_node(Node("dense_1", "dense", {}, 388, 340))
    board = make_board(graph)
    board.drag(board.port("output", "in"), board.at("dense_1"))
    assert board.graph.sources("dense_1") == ("flatten_1",)
    assert board.graph.sources("output") == ()
    assert board.undo.count() == 1


def test_a_free_input_looks_for_what_feeds_it(make_board):
    board = make_board(chain().with_node(Node("dense_1", "dense", {}, 388, 340)))
    board.drag(board.port("dense_1", "in"), board.at("flatten_1"))
    assert board.graph.sources("dense_1") == ("flatten_1",)


def test_a_selected_wire_is_deleted(board):
    board.click(board.middle_of("conv2d_1", "max_pool_1"))
    assert board.view.chosen_edge == Edge("conv2d_1", "max_pool_1")
    board.editor.disconnect_edge(board.view.chosen_edge)
    assert board.graph.sources("max_pool_1") == ()


def test_the_fix_button_applies_its_graph_as_one_step(make_board):
    graph = chain().with_values("conv2d_1", {"kernel_size": [31, 31], "padding": "valid"})
    board = make_board(graph)
    item = board.scene.nodes["conv2d_1"]
    assert item.box().width() == 262
    assert "larger" in item.error_box.problem.message
    assert item.error_box.fixes[0].outcome == "28×28×6"
    board.click(board.view.mapFromScene(item.pos() + item.error_box.buttons[0].center()))
    assert board.graph.node("conv2d_1").values["padding"] == "same"
    assert board.scene.nodes["conv2d_1"].box().width() == 128
    assert board.undo.count() == 1
    board.undo.undo()
    assert board.graph == graph


def test_insert_flatten_is_offered_and_done(make_board):
    board = make_board(chain().without(["flatten_1"]).with_edge("max_pool_1", "output"))
    item = board.scene.nodes["output"]
    labels = [fix.label for fix in item.error_box.fixes]
    assert labels[0] == "Insert Flatten"
    board.click(board.view.mapFromScene(item.pos() + item.error_box.buttons[0].center()))
    assert board.document.inference.problems == ()
    assert board.graph.sources("output") == ("flatten_1",)


def test_the_middle_button_pans_and_ctrl_wheel_zooms(board):
    before = board.view.mapFromScene(QPointF(0, 0))
    board.drag(QPoint(300, 400), QPoint(360, 430), button=MIDDLE)
    after = board.view.mapFromScene(QPointF(0, 0))
    assert (after - before).x() == pytest.approx(60, abs=1) and (after - before).y() == pytest.approx(30, abs=1)
    place = board.view.mapToScene(QPoint(200, 200))
    board.view.zoom_by(1.5, QPointF(200, 200))
    assert board.view.zoom == pytest.approx(1.5)
    assert (board.view.mapFromScene(place) - QPoint(200, 200)).manhattanLength() <= 2
    for _ in range(40):
        board.view.zoom_by(2.0)
    assert board.view.zoom <= 3.0


def test_fit_shows_every_node(board):
    board.view.zoom_by(2.5)
    board.view.fit(animated=False)
    assert board.view.seen().contains(board.scene.bounds())
    assert board.view.zoom <= 1.0


def test_a_hostile_name_is_drawn_plain(make_board):
    graph = Graph((Node("b_bold_._-", "dense"), Node("x" * 64, "dense", {}, 0, 200)))
    board = make_board(graph)
    board.view.grab()
    assert "<" not in board.scene.nodes["b_bold_._-"].toolTip().replace("<span>", "").replace("</span>", "")


def test_reasons_are_asked_of_the_graph_without_the_picked_wire(board):
    base = board.graph.without_edge("flatten_1", "output")
    assert edits.reason_against(base, "flatten_1", "output") == ""
