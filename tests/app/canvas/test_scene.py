"""Items in step with the graph; states, zoom levels, live pictures; 400 nodes."""

import time

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from app.canvas.face import faces, prediction_of, probe_of
from app.canvas.node import NodeItem
from app.canvas.scene import PORTION
from engine.datasets.spec import Description
from engine.graph import Edge, Graph, Node
from engine.messages import DataLoaded, Watched
from engine.shapes import infer
from tests.app.canvas.conftest import chain

DIGITS = Description("image", (28, 28, 1), "class", tuple("0123456789"), 20)


def data(description=DIGITS, x=None, y=None):
    x = np.random.default_rng(0).uniform(0, 16, (20, *description.input_shape)).astype(np.float32) if x is None else x
    y = np.arange(len(x)) % 10 if y is None else y
    empty = np.zeros((0, 0), np.int64)
    split = np.arange(len(x), dtype=np.int8) % 3
    return DataLoaded(
        description=description, counts=(7, 7, 6), class_counts=empty, x=x, y=y, split=split, value_range=(0.0, 16.0)
    )


def watched(graph, seed=0, step=5):
    inference = infer(graph)
    rng = np.random.default_rng(seed)
    activations = {name: rng.normal(size=info.shape).astype(np.float32) for name, info in inference.layers.items()}
    return Watched(step=step, activations=activations, weights={}, boundary=np.zeros((0, 0, 0), np.float32))


def picture(scene, item):
    image = QImage(int(item.box().width()), int(item.box().height()), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    scene.render(painter, QRectF(image.rect()), item.scene_box())
    painter.end()
    return image


def test_undo_and_redo_keep_the_items_in_step(board):
    board.editor.select_all()
    board.editor.delete()
    assert not board.scene.nodes and not board.scene.edges
    board.undo.undo()
    assert set(board.scene.nodes) == {node.name for node in board.graph.nodes}
    assert set(board.scene.edges) == set(board.graph.edges)
    assert len([item for item in board.scene.items() if isinstance(item, NodeItem)]) == 5


def test_a_node_behind_an_error_is_stale_and_the_rest_stays_live(make_board):
    board = make_board(chain().with_values("max_pool_1", {"pool_size": [40, 40]}))
    states = {name: item.face.state for name, item in board.scene.nodes.items()}
    assert states == {
        "input_1": "ok", "conv2d_1": "ok", "max_pool_1": "error", "flatten_1": "stale", "output": "stale"
    }  # fmt: skip
    assert board.scene.edges[Edge("conv2d_1", "max_pool_1")].is_error
    assert not board.scene.edges[Edge("input_1", "conv2d_1")].is_error


def test_edges_carry_shape_and_size(board):
    edge = board.scene.edges[Edge("conv2d_1", "max_pool_1")]
    assert edge.text == "28×28×6"
    assert edge.values == 28 * 28 * 6


def test_an_identity_shortcut_is_named(make_board):
    graph = chain().with_node(Node("conv2d_2", "conv2d", {"filters": 6, "padding": "same"}, 388, 300))
    graph = graph.with_node(Node("add_1", "add", {}, 566, 300))
    for pair in (("conv2d_1", "conv2d_2"), ("conv2d_1", "add_1"), ("conv2d_2", "add_1")):
        graph = graph.with_edge(*pair)
    board = make_board(graph)
    assert board.scene.edges[Edge("conv2d_1", "add_1")].is_shortcut
    assert not board.scene.edges[Edge("conv2d_2", "add_1")].is_shortcut


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_every_state_paints_differently(make_board, look, theme):
    board = make_board(chain())
    look.set_mode(theme)
    item = board.scene.nodes["conv2d_1"]
    pictures = [picture(board.scene, item)]
    item.set_activation(np.random.default_rng(1).normal(size=(28, 28, 6)).astype(np.float32))
    pictures.append(picture(board.scene, item))
    item.set_state(hovered=True)
    pictures.append(picture(board.scene, item))
    item.set_state(selected=True)
    pictures.append(picture(board.scene, item))
    for index, one in enumerate(pictures):
        assert all(one != other for other in pictures[index + 1 :])


@pytest.mark.parametrize("zoom", [0.2, 0.5, 1.0, 2.0])
def test_every_zoom_paints(board, zoom):
    board.scene.show_activations(watched(board.graph))
    board.view.fly_to(QPointF(400, 140), zoom, animated=False)
    assert not board.view.grab().isNull()


def test_pictures_follow_the_news_at_most_30_times_a_second(board, qtbot, monkeypatch):
    shown = []
    monkeypatch.setattr(NodeItem, "set_activation", lambda self, values: shown.append(self.name))
    for step in range(50):
        board.scene.show_activations(watched(board.graph, step, step))
    assert len(shown) == PORTION
    qtbot.waitUntil(lambda: len(shown) == 10, timeout=1000)
    assert len(shown) == 10


def test_the_probe_is_drawn_with_its_label(board):
    item = board.scene.nodes["input_1"]
    before = picture(board.scene, item)
    board.scene.set_probe(probe_of(data(), 3))
    assert picture(board.scene, item) != before


def test_predictions_are_read():
    assert prediction_of(np.array([0.1, 0.7, 0.2]), Description("table", (4,), "class", ("a", "b", "c"))).text == "b"
    single = prediction_of(np.array([0.2]), Description("points", (2,), "class", ("a", "b")))
    assert (single.text, single.probability) == ("a", pytest.approx(0.8))
    assert prediction_of(np.array([-3.25]), Description("table", (4,), "number")).text == "−3.25"
    assert prediction_of(np.array([np.nan]), Description("table", (4,), "number")) is None


@pytest.mark.parametrize(
    "description, output",
    [
        (Description("table", (4,), "class", ("setosa", "versicolor", "virginica")), (3,)),
        (Description("table", (4,), "class", tuple(f"class number {i}" for i in range(40))), (40,)),
        (Description("points", (2,), "class", ("<b>in</b>", "out")), (1,)),
        (Description("table", (4,), "number", target_unit="mg/dl"), (1,)),
        (Description("image", (8, 8, 3), "class", ("x" * 500, "y")), (2,)),
    ],
)
def test_any_kind_of_data_paints(make_board, description, output):
    units = output[0]
    graph = Graph(
        (
            Node("in", "input", {"shape": list(description.input_shape)}, 32, 64),
            Node("flat", "flatten", {}, 200, 64),
            Node("out", "output", {"units": units, "activation": "softmax"}, 330, 64),
        ),
        (Edge("in", "flat"), Edge("flat", "out")),
    )
    board = make_board(graph)
    board.scene.set_probe(probe_of(data(description, y=np.zeros(20)), 1))
    board.scene.show_activations(watched(graph))
    assert picture(board.scene, board.scene.nodes["out"]) != QImage()
    board.view.grab()


def test_a_probe_beyond_what_was_sent_is_still_a_probe():
    probe = probe_of(data(), 500)
    assert probe.x is None and probe.label == "" and probe.split == ""
    assert probe_of(None, 0) is None


def test_unknown_kinds_and_settings_are_errors_not_crashes(make_board):
    graph = Graph((Node("a", "no_such_kind"), Node("b", "dense", {"units": -4, "colour": "red"}, 0, 200)))
    board = make_board(graph)
    assert {name: face.state for name, face in faces(graph, infer(graph)).items()} == {"a": "error", "b": "error"}
    board.view.grab()


@pytest.mark.parametrize("value", [1e308, -1e308, 5e9])
def test_a_place_beyond_the_canvas_is_brought_back(make_board, value):
    board = make_board(Graph((Node("a", "dense", {}, value, 0), Node("b", "dense", {}, 0, value))))
    board.view.fit(animated=False)
    board.view.grab()


def test_four_hundred_nodes_are_usable(make_board):
    nodes = [Node("n0", "input", {"shape": [16]}, 0, 0)]
    nodes += [Node(f"n{i}", "dense", {"units": 16}, i % 20 * 178, i // 20 * 234) for i in range(1, 400)]
    graph = Graph(tuple(nodes), tuple(Edge(f"n{i}", f"n{i + 1}") for i in range(399)))
    board = make_board(graph)
    start = time.perf_counter()
    board.scene.synchronize(graph, board.document.inference)
    board.scene.place({"n200": QPointF(5, 5)})
    board.scene.show_activations(watched(graph))
    board.view.grab()
    assert time.perf_counter() - start < 2.0
