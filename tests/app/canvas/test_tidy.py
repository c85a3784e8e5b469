"""Room for what is new: a tidy network stays tidy, a hand-made one steps aside, and errors cover nothing."""

import msgspec
import pytest
from PySide6.QtCore import QRectF

from app.canvas.choices import CHOICES
from app.canvas.tidy import aside, tidy_width, with_room
from engine.examples import EXAMPLES
from engine.graph import Edge, Node
from engine.layout import auto_layout
from tests.app.canvas.conftest import chain

DROPOUT = next(choice for choice in CHOICES if choice.kind == "dropout")


def overlapping(board):
    boxes = list(board.scene.boxes().items())
    return [(a, b) for i, (a, one) in enumerate(boxes) for b, other in boxes[i + 1 :] if one.intersects(other)]


def moved(graph, name, dx, dy):
    node = graph.node(name)
    return graph.with_positions({name: (node.x + dx, node.y + dy)})


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_every_example_stands_as_the_layout_puts_it(example):
    graph = example.project.graph
    assert auto_layout(graph, tidy_width(graph)) == graph
    assert tidy_width(moved(graph, graph.nodes[1].name, 0, 40)) is None


def test_a_tidy_network_is_laid_out_again():
    before = auto_layout(chain(), 876)
    after = before.with_inserted(Node("dropout_1", "dropout", {}, 0, 0), "conv2d_1", "max_pool_1")
    assert with_room(before, after, "dropout_1") == auto_layout(after, 876)
    assert with_room(before, before.without(["max_pool_1"])) == auto_layout(before.without(["max_pool_1"]), 876)


def test_what_a_hand_moved_stays_and_the_rest_of_the_row_steps_aside(make_board):
    board = make_board(moved(chain(), "input_1", 0, 24))
    board.editor.insert(DROPOUT, Edge("conv2d_1", "max_pool_1"), board.view.mapToScene(board.at("conv2d_1")))
    assert overlapping(board) == []
    assert board.graph.node("conv2d_1") == chain().node("conv2d_1")
    assert board.graph.node("input_1").y == 88
    assert board.undo.count() == 1


def test_a_layer_added_by_name_is_brought_into_view(make_board):
    board = make_board(moved(chain(), "input_1", 0, 24))
    board.document.select(["flatten_1"])
    board.editor.add(DROPOUT)
    box = board.scene.nodes["dropout_1"].scene_box()
    assert board.view.seen().contains(box)
    assert overlapping(board) == []


def test_duplicates_cover_nothing(board):
    board.document.select(["conv2d_1"])
    board.editor.duplicate()
    board.editor.duplicate()
    assert len(board.graph.nodes) == 7
    assert overlapping(board) == []


def test_an_error_covers_no_neighbour_and_moves_nothing_in_the_file(make_board):
    board = make_board(chain())
    node = board.graph.node("conv2d_1")
    wrong = msgspec.structs.replace(node, values={**node.values, "kernel_size": [40, 40], "padding": "valid"})
    nodes = tuple(wrong if other.name == node.name else other for other in board.graph.nodes)
    board.editor.apply("Break it", msgspec.structs.replace(board.graph, nodes=nodes))
    assert board.scene.nodes["conv2d_1"].error_box is not None
    assert overlapping(board) == []
    assert board.scene.nodes["max_pool_1"].pos().x() > board.graph.node("max_pool_1").x == 388
    board.undo.undo()
    assert board.scene.nodes["max_pool_1"].pos().x() == 388


def test_grown_cards_push_one_after_the_other():
    boxes = {name: QRectF(x, 0, width, 150) for name, x, width in (("a", 0, 262), ("b", 178, 262), ("c", 356, 128))}
    steps = aside(boxes, {"a": 128, "b": 128})
    places = {name: box.translated(steps.get(name, 0), 0) for name, box in boxes.items()}
    assert places["b"].left() == 302
    assert places["c"].left() == 604
    assert aside({**boxes, "d": QRectF(178, 400, 128, 150)}, {"a": 128}).get("d") is None


def test_a_click_on_one_of_several_selected_selects_it_alone(board):
    board.editor.select_all()
    board.click(board.at("max_pool_1"))
    assert board.document.selection == {"max_pool_1"}
    assert board.undo.count() == 0


def test_the_list_shrinks_to_what_is_found(board, qtbot):
    board.view.open_quick_add()
    whole = board.view.quick_add.height()
    qtbot.keyClicks(board.view.quick_add.search, "batchnorm")
    assert board.view.quick_add.list.count() == 1
    assert board.view.quick_add.height() == board.view.quick_add.sizeHint().height() < whole
