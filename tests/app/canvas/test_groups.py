"""Groups on the canvas: made, opened, moved, wired, dissolved; always one step of undo."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt

from app.actions import Actions
from app.canvas.grouping import Grouping
from app.canvas.menu import canvas_menu
from engine.graph import Edge, Node
from tests.app.canvas.conftest import chain, mouse

INSIDE = ["conv2d_1", "max_pool_1"]
KEY = "block_1/"


@pytest.fixture
def grouping(board):
    return Grouping(board.editor, board.scene)


@pytest.fixture
def grouped(board, grouping):
    """The board with convolution and pooling in one closed group."""
    board.document.select(INSIDE)
    grouping.group()
    return board


def double_click(board, at):
    board.click(at)
    mouse(board.view.viewport(), QEvent.Type.MouseButtonDblClick, at)


def test_grouping_shows_one_card_and_undo_brings_the_layers_back(grouped):
    face = grouped.scene.nodes[KEY].face
    assert set(grouped.scene.nodes) == {"input_1", KEY, "flatten_1", "output"}
    assert (face.heading, face.settings, face.shape, face.params) == ("block_1", "2 layers", "14×14×6", 156)
    assert (face.family, face.glyphs) == ("convolution", (("convolution",) * 2, ("pooling",) * 2))
    assert grouped.document.selection == set(INSIDE)
    assert grouped.scene.nodes[KEY].is_selected
    assert grouped.undo.count() == 1
    grouped.undo.undo()
    assert set(grouped.scene.nodes) == {node.name for node in chain().nodes}
    assert grouped.graph == chain()


def test_wires_end_at_the_card(grouped):
    assert set(grouped.scene.edges) == {
        Edge("input_1", "conv2d_1"), Edge("max_pool_1", "flatten_1"), Edge("flatten_1", "output")
    }  # fmt: skip
    box = grouped.scene.nodes[KEY].scene_box()
    assert grouped.scene.edges[Edge("input_1", "conv2d_1")].path.pointAtPercent(1).x() == box.left()
    assert grouped.scene.edges[Edge("max_pool_1", "flatten_1")].path.pointAtPercent(0).x() == box.right()


def test_a_tidy_network_stays_tidy(make_board):
    from app.canvas.tidy import tidy_width
    from engine.layout import auto_layout

    board = make_board(auto_layout(chain(), 876))
    grouping = Grouping(board.editor, board.scene)
    board.document.select(INSIDE)
    grouping.group()
    assert tidy_width(board.graph) is not None
    assert board.graph.node("flatten_1").x < chain().node("flatten_1").x
    grouping.dissolve()
    assert board.graph == auto_layout(chain(), 876)


def test_a_double_click_opens_and_closes_without_an_edit(grouped):
    double_click(grouped, grouped.at(KEY))
    assert {"conv2d_1", "max_pool_1"} <= set(grouped.scene.nodes)
    frame = grouped.scene.frames["block_1"]
    assert all(frame.scene_box().contains(grouped.scene.nodes[name].scene_box()) for name in INSIDE)
    assert grouped.undo.count() == 1
    double_click(grouped, grouped.view.mapFromScene(frame.title_box().center()))
    assert KEY in grouped.scene.nodes and not grouped.scene.frames
    assert grouped.undo.count() == 1


def test_enter_opens_and_closes_the_selected_group(grouped, qtbot):
    qtbot.keyClick(grouped.view, Qt.Key.Key_Return)
    assert list(grouped.scene.frames) == ["block_1"]
    qtbot.keyClick(grouped.view, Qt.Key.Key_Return)
    assert not grouped.scene.frames


def test_the_mark_in_the_title_closes(grouped):
    grouped.scene.set_open(["block_1"])
    mark = grouped.scene.frames["block_1"].close_box().center()
    grouped.click(grouped.view.mapFromScene(mark))
    assert not grouped.scene.frames


def test_moving_a_closed_group_moves_its_layers(grouped):
    graph = grouped.graph
    before = {name: (graph.node(name).x, graph.node(name).y) for name in INSIDE}
    grouped.drag(grouped.at(KEY), grouped.at(KEY) + QPoint(0, 240))
    after = {name: (grouped.graph.node(name).x, grouped.graph.node(name).y) for name in INSIDE}
    steps = {(after[n][0] - before[n][0], after[n][1] - before[n][1]) for n in INSIDE}
    assert len(steps) == 1
    assert abs(next(iter(steps))[1] - 240) <= 8
    assert grouped.graph.node("flatten_1") == graph.node("flatten_1")
    assert grouped.undo.count() == 2


def test_dragging_the_title_moves_the_open_group(grouped):
    grouped.scene.set_open(["block_1"])
    frame = grouped.scene.frames["block_1"]
    title = grouped.view.mapFromScene(frame.title_box().center())
    grouped.drag(title, title + QPoint(0, 240))
    assert {grouped.graph.node(name).y for name in INSIDE} == {64 + 240}
    assert grouped.scene.frames["block_1"].pos().y() == 64 + 240


def test_what_is_put_beside_an_open_group_stays_where_it_was_put(make_board):
    board = make_board(chain())
    grouping = Grouping(board.editor, board.scene)
    board.document.select(INSIDE)
    grouping.group()
    board.scene.set_open(["block_1"])
    start = board.at("output")
    end = board.view.mapFromScene(board.scene.frames["block_1"].scene_box().bottomLeft()) + QPoint(80, 140)
    board.drag(start, end)
    shown = board.scene.nodes["output"].scene_box().center()
    assert (board.view.mapFromScene(shown) - end).manhattanLength() <= 16


def test_a_wire_into_a_closed_group_feeds_its_first_input(make_board):
    graph = chain().with_node(Node("input_2", "input", {"shape": [28, 28, 1]}, 32, 300))
    board = make_board(graph)
    board.document.select(INSIDE)
    Grouping(board.editor, board.scene).group()
    board.drag(board.port("input_2", "out"), board.at(KEY))
    assert board.graph.sources("conv2d_1") == ("input_2",)
    assert Edge("input_2", "conv2d_1") in board.scene.edges


def test_a_wire_out_of_a_closed_group_comes_from_its_last_output(grouped):
    grouped.drag(grouped.port(KEY, "out"), grouped.at("output"))
    assert grouped.graph.sources("output") == ("max_pool_1",)


def test_the_wire_into_a_closed_group_can_be_picked_up(grouped):
    grouped.drag(grouped.port(KEY, "in"), grouped.port(KEY, "in") + QPoint(-10, 200))
    assert grouped.graph.sources("conv2d_1") == ()
    assert grouped.undo.count() == 2


def test_problems_inside_show_on_the_card_and_their_fix_works_there(grouped):
    grouped.editor.apply("Break it", grouped.graph.with_values("max_pool_1", {"pool_size": [40, 40]}))
    item = grouped.scene.nodes[KEY]
    assert item.face.state == "error"
    assert item.error_box is not None
    assert item.face.problem.message.startswith("max_pool_1: ")
    assert grouped.scene.nodes["flatten_1"].face.state == "stale"
    button = item.error_box.buttons[0].center() + item.pos()
    grouped.click(grouped.view.mapFromScene(button))
    assert not grouped.document.inference.problems
    assert grouped.scene.nodes[KEY].error_box is None


def test_a_layer_dropped_on_a_wire_inside_joins_the_group(grouped):
    from app.canvas.choices import CHOICES

    dropout = next(choice for choice in CHOICES if choice.kind == "dropout")
    grouped.scene.set_open(["block_1"])
    wire = grouped.scene.edges[Edge("conv2d_1", "max_pool_1")].path.pointAtPercent(0.5)
    grouped.editor.insert(dropout, Edge("conv2d_1", "max_pool_1"), wire)
    assert grouped.graph.node("dropout_1").path == "block_1"
    grouped.scene.set_open([])
    grouped.document.select(INSIDE)
    grouped.editor.add(dropout)
    assert grouped.graph.node("dropout_2").path == ""
    grouped.scene.set_open(["block_1"])
    centre = grouped.scene.frames["block_1"].scene_box().center()
    grouped.editor.add(dropout, centre)
    assert grouped.graph.node("dropout_3").path == "block_1"


def test_copies_of_a_group_are_groups_of_their_own(grouped):
    grouped.document.select(INSIDE)
    grouped.editor.duplicate()
    assert {grouped.graph.node(name).path for name in ("conv2d_2", "max_pool_2")} == {"block_2"}
    assert "block_2/" in grouped.scene.nodes
    grouped.scene.set_open(["block_1"])
    grouped.document.select(["conv2d_1"])
    grouped.editor.duplicate()
    assert grouped.graph.node("conv2d_3").path == "block_1"


def test_dissolving_keeps_what_was_moved_by_hand_apart(grouped, grouping):
    grouped.editor.move(["output"], QPoint(0, 24).toPointF())
    assert grouped.graph.node("flatten_1").x == grouped.graph.node("max_pool_1").x
    grouped.document.select(INSIDE)
    grouping.dissolve()
    boxes = list(grouped.scene.boxes().values())
    assert not any(a.intersects(b) for n, a in enumerate(boxes) for b in boxes[n + 1 :])
    assert all(node.path == "" for node in grouped.graph.nodes)
    grouped.undo.undo()
    assert grouped.graph.node("conv2d_1").path == "block_1"


def test_what_cannot_be_grouped_says_why(board, grouping):
    board.document.select(["conv2d_1", "flatten_1"])
    grouping.group()
    assert "max_pool_1 lies between" in board.notes[-1][0]
    board.document.select(["conv2d_1"])
    grouping.group()
    assert "two layers or more" in board.notes[-1][0]
    grouping.dissolve()
    assert "Select a group" in board.notes[-1][0]
    assert board.undo.count() == 0


def test_renaming_keeps_it_open(grouped, grouping):
    grouped.scene.set_open(["block_1"])
    assert grouping.rename("block_1", "stem") == ""
    assert grouped.graph.node("conv2d_1").path == "stem"
    assert list(grouped.scene.frames) == ["stem"]
    assert "cannot be a group's name" in grouping.rename("stem", "a/b")


def test_tab_and_arrows_take_a_closed_group_as_one(grouped, qtbot):
    grouped.document.select(["input_1"])
    qtbot.keyClick(grouped.view, Qt.Key.Key_Right)
    assert grouped.document.selection == set(INSIDE)
    qtbot.keyClick(grouped.view, Qt.Key.Key_Right)
    assert grouped.document.selection == {"flatten_1"}
    qtbot.keyClick(grouped.view, Qt.Key.Key_Backtab)
    assert grouped.document.selection == set(INSIDE)


def test_a_click_selects_all_of_it_and_a_rectangle_too(grouped):
    grouped.document.select([])
    grouped.click(grouped.at(KEY))
    assert grouped.document.selection == set(INSIDE)
    grouped.document.select([])
    box = grouped.scene.nodes[KEY].scene_box()
    corner = grouped.view.mapFromScene(box.bottomRight()) + QPoint(20, 60)
    grouped.drag(corner, grouped.view.mapFromScene(box.center()))
    assert grouped.document.selection == set(INSIDE)


def test_the_table_lists_layers_in_closed_groups_too(grouped):
    _, rows = grouped.view.table()
    assert [row[0] for row in rows] == [node.name for node in chain().nodes]


def test_the_menu_of_a_group(grouped, qtbot):
    actions = Actions()
    grouped.document.select(INSIDE)
    texts = [entry.text() for entry in canvas_menu(grouped.view, actions, grouped.at(KEY)).actions()]
    assert texts[:2] == ["Open or close the group", "Ungroup"]
    empty = [entry.text() for entry in canvas_menu(grouped.view, actions, QPoint(5, 600)).actions()]
    assert "Open all groups" in empty


@pytest.mark.parametrize("zoom", [0.2, 0.5, 1.0])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_every_zoom_paints(grouped, look, zoom, theme):
    look.set_mode(theme)
    closed = grouped.view.grab().toImage()
    grouped.scene.set_open(["block_1"])
    grouped.view.fly_to(grouped.scene.bounds().center(), zoom, animated=False)
    assert grouped.view.grab().toImage() != closed


def test_a_group_goes_with_its_layers(grouped):
    grouped.scene.set_open(["block_1"])
    grouped.document.select(INSIDE)
    grouped.editor.delete()
    assert not grouped.scene.frames
    assert set(grouped.scene.nodes) == {"input_1", "flatten_1", "output"}
