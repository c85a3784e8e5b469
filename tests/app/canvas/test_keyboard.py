"""Everything on the canvas by keys alone."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QGuiApplication

from app.actions import Actions
from app.canvas import edits
from app.canvas.menu import canvas_menu
from engine.graph import Edge, Node
from tests.app.canvas.conftest import chain

Key, Mod = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def keys(board, qtbot):
    """Press keys on the canvas."""
    board.view.setFocus()

    def press(key, modifier=Mod.NoModifier):
        qtbot.keyClick(board.view, key, modifier)

    return press


def test_tab_goes_along_the_data_flow(board, keys):
    seen = []
    for _ in range(5):
        keys(Key.Key_Tab)
        seen += board.document.selection
    assert seen == ["input_1", "conv2d_1", "max_pool_1", "flatten_1", "output"]
    keys(Key.Key_Backtab, Mod.ShiftModifier)
    assert board.document.selection == {"flatten_1"}


def test_arrows_go_along_edges_and_between_rows(make_board, qtbot):
    board = make_board(chain().with_node(Node("below", "dense", {}, 210, 400)))
    board.document.select(["conv2d_1"])
    steps = (
        (Key.Key_Right, "max_pool_1"),
        (Key.Key_Left, "conv2d_1"),
        (Key.Key_Down, "below"),
        (Key.Key_Up, "conv2d_1"),
    )
    for key, expected in steps:
        qtbot.keyClick(board.view, key)
        assert board.document.selection == {expected}


def test_alt_arrows_move_by_24_px_and_merge(board, keys):
    board.document.select(["conv2d_1"])
    for _ in range(3):
        keys(Key.Key_Right, Mod.AltModifier)
    keys(Key.Key_Down, Mod.AltModifier)
    node = board.graph.node("conv2d_1")
    assert (node.x, node.y) == (210 + 72, 64 + 24)
    board.undo.undo()
    assert board.graph.node("conv2d_1").x == 210


def test_delete_bridges_and_comes_back(board):
    board.document.select(["max_pool_1"])
    board.editor.delete()
    assert Edge("conv2d_1", "flatten_1") in board.graph.edges
    assert board.undo.undoText() == "Delete max_pool_1"
    board.undo.undo()
    assert board.graph == chain()
    assert set(board.scene.nodes) == {node.name for node in chain().nodes}
    assert set(board.scene.edges) == set(chain().edges)


def test_copy_and_paste(board):
    board.document.select(["conv2d_1", "max_pool_1"])
    board.editor.copy()
    board.editor.paste()
    assert board.document.selection == {"conv2d_2", "max_pool_2"}
    assert Edge("conv2d_2", "max_pool_2") in board.graph.edges
    assert board.undo.count() == 1
    board.editor.paste()
    boxes = list(board.scene.boxes().values())
    assert not any(one.intersects(other) for i, one in enumerate(boxes) for other in boxes[i + 1 :])
    board.undo.undo()
    board.undo.undo()
    assert board.graph == chain()


def test_cut_leaves_a_gap_and_paste_fills_the_clipboard_in(board, keys):
    board.document.select(["max_pool_1"])
    keys(Key.Key_X, Mod.ControlModifier)
    assert "max_pool_1" not in board.graph
    assert board.graph.sources("flatten_1") == ()
    board.editor.paste()
    assert "max_pool_1" in board.graph


@pytest.mark.parametrize("text", ["import this", "", "{}", "x" * 100_000])
def test_pasted_text_is_ignored_with_a_note(board, text):
    QGuiApplication.clipboard().setText(text)
    board.editor.paste()
    assert board.graph == chain()
    assert bool(board.notes) == bool(text)


def test_a_forged_clipboard_is_refused_with_a_note(board):
    data = QMimeData()
    data.setData(edits.MIME, b'{"nodes": [{"name": "a", "kind": "lambda"}]}')
    QGuiApplication.clipboard().setMimeData(data)
    board.editor.paste()
    assert board.graph == chain()
    assert "lambda" in board.notes[0][0]


def test_duplicate_keeps_the_clipboard(board):
    board.document.select(["flatten_1"])
    board.editor.copy()
    board.document.select(["conv2d_1"])
    board.editor.duplicate()
    assert board.document.selection == {"conv2d_2"}
    board.editor.paste()
    assert "flatten_2" in board.graph


def test_select_all_and_align(board):
    board.editor.select_all()
    assert len(board.document.selection) == 5
    board.document.select(["conv2d_1", "output"])
    board.editor.align("column")
    assert board.graph.node("output").x == 210
    board.document.select(["output"])
    board.editor.align("row")
    assert "two or more" in board.notes[-1][0]


def test_enter_focuses_the_fix_and_applies_it(make_board, qtbot):
    board = make_board(chain().with_values("conv2d_1", {"kernel_size": [31, 31], "padding": "valid"}))
    board.document.select(["conv2d_1"])
    qtbot.keyClick(board.view, Key.Key_Return)
    box = board.scene.nodes["conv2d_1"].error_box
    assert box.focused == 0
    qtbot.keyClick(board.view, Key.Key_Down)
    assert box.focused == 1
    qtbot.keyClick(board.view, Key.Key_Up)
    qtbot.keyClick(board.view, Key.Key_Return)
    assert board.graph.node("conv2d_1").values["padding"] == "same"


def test_esc_leaves_the_fixes_then_the_selection(make_board, qtbot):
    board = make_board(chain().with_values("conv2d_1", {"kernel_size": [31, 31], "padding": "valid"}))
    board.document.select(["conv2d_1"])
    qtbot.keyClick(board.view, Key.Key_Return)
    qtbot.keyClick(board.view, Key.Key_Escape)
    assert board.scene.nodes["conv2d_1"].error_box.focused is None
    assert board.document.selection == {"conv2d_1"}
    qtbot.keyClick(board.view, Key.Key_Escape)
    assert board.document.selection == frozenset()


def test_a_wire_by_keys(make_board, qtbot):
    board = make_board(chain().with_node(Node("add_1", "add", {}, 388, 340)))
    board.document.select(["conv2d_1"])
    qtbot.keyClick(board.view, Key.Key_W)
    listed = board.view.quick_add
    names = [listed.list.item(row).text() for row in range(listed.list.count())]
    assert "add_1" in names and "input_1" not in names and "max_pool_1" not in names
    qtbot.keyClicks(listed.search, "add")
    qtbot.keyClick(listed.search, Key.Key_Return)
    assert board.graph.sources("add_1") == ("conv2d_1",)


def test_the_list_adds_after_the_selected_node(board, qtbot):
    board.document.select(["flatten_1"])
    board.view.open_quick_add()
    qtbot.keyClicks(board.view.quick_add.search, "dense")
    qtbot.keyClick(board.view.quick_add.search, Key.Key_Return)
    assert board.graph.sources("dense_1") == ("flatten_1",)
    assert board.graph.sources("output") == ("dense_1",)
    boxes = board.scene.boxes()
    others = [box for name, box in boxes.items() if name != "dense_1"]
    assert not any(boxes["dense_1"].intersects(box) for box in others)


def test_rename_says_why_not(board):
    assert board.editor.rename("conv2d_1", "first") == ""
    assert board.graph.sources("max_pool_1") == ("first",)
    assert "already called" in board.editor.rename("first", "output")
    assert board.editor.rename("first", "<img src=x>")
    assert "first" in board.graph


def test_renaming_the_output_keeps_its_head(board):
    board.editor.rename("output", "classes")
    assert [head.node for head in board.document.project.heads] == ["classes"]


def test_the_menu_offers_what_fits_the_place(make_board, qtbot):
    board = make_board(chain().with_values("conv2d_1", {"kernel_size": [31, 31], "padding": "valid"}))
    actions = Actions()

    def texts(at):
        return [action.text() for action in canvas_menu(board.view, actions, at).actions()]

    board.document.select(["conv2d_1"])
    assert "Set padding to same" in texts(board.at("conv2d_1"))
    assert "Rename the layer" in texts(board.at("conv2d_1"))
    board.document.select(["input_1", "conv2d_1"])
    assert "Align in a row" in texts(board.at("conv2d_1"))
    board.document.select([])
    assert "Paste" in texts(QPoint(500, 500))
    board.view.choose_edge(Edge("max_pool_1", "flatten_1"))
    assert texts(QPoint(500, 500)) == ["Delete wire"]
