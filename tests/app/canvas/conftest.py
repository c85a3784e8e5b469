"""A canvas with a small network on it, and a hand that moves the mouse."""

import itertools
from dataclasses import dataclass

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication

from app.canvas.editor import Editor
from app.canvas.scene import GraphScene
from app.canvas.view import CanvasView
from app.theme import Look
from engine.graph import Edge, Graph, Node
from engine.project import Project

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


def chain():
    """Input 28×28×1, conv, pool, flatten, output in one row, as the layout would place them."""
    nodes = (
        Node("input_1", "input", {"shape": [28, 28, 1]}, 32, 64),
        Node("conv2d_1", "conv2d", {"filters": 6, "kernel_size": [5, 5], "padding": "same"}, 210, 64),
        Node("max_pool_1", "max_pooling2d", {}, 388, 64),
        Node("flatten_1", "flatten", {}, 566, 64),
        Node("output", "output", {"units": 10}, 700, 64),
    )
    names = [node.name for node in nodes]
    return Graph(nodes, tuple(Edge(a, b) for a, b in itertools.pairwise(names)))


def mouse(widget, kind, at, button=LEFT, modifiers=NONE):
    """Send one real mouse event."""
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
    event = QMouseEvent(kind, QPointF(at), QPointF(widget.mapToGlobal(at)), button, held, modifiers)
    QApplication.sendEvent(widget, event)


@dataclass
class Board:
    """The canvas under test."""

    document: object
    scene: GraphScene
    editor: Editor
    view: CanvasView
    notes: list

    @property
    def graph(self):
        return self.document.project.graph

    @property
    def undo(self):
        return self.document.undo_stack

    def at(self, name):
        return self.view.mapFromScene(self.scene.nodes[name].scene_box().center())

    def port(self, name, port):
        return self.view.mapFromScene(self.scene.nodes[name].ports()[port])

    def press(self, at, button=LEFT, modifiers=NONE):
        mouse(self.view.viewport(), QEvent.Type.MouseButtonPress, at, button, modifiers)

    def move(self, at, button=LEFT, modifiers=NONE):
        mouse(self.view.viewport(), QEvent.Type.MouseMove, at, button, modifiers)

    def release(self, at, button=LEFT, modifiers=NONE):
        mouse(self.view.viewport(), QEvent.Type.MouseButtonRelease, at, button, modifiers)

    def click(self, at, modifiers=NONE):
        self.press(at, modifiers=modifiers)
        self.release(at, modifiers=modifiers)

    def drag(self, start, end, button=LEFT, modifiers=NONE):
        self.press(start, button, modifiers)
        for step in range(1, 5):
            self.move(start + (end - start) * step / 4, button, modifiers)
        self.release(end, button, modifiers)

    def middle_of(self, source, target):
        path = self.scene.edges[Edge(source, target)].path
        return self.view.mapFromScene(path.pointAtPercent(0.5))


@pytest.fixture
def look(qtbot):
    return Look("dark")


@pytest.fixture
def make_board(qtbot, document, look):
    views = []

    def make(graph):
        document.open_project(Project(title="test").with_graph(graph))
        scene = GraphScene(look)
        editor = Editor(document, scene)
        view = CanvasView(scene, editor, look)
        views.append(view)

        def synchronize():
            scene.synchronize(document.project.graph, document.inference)

        document.checked.connect(synchronize)
        document.selection_changed.connect(scene.set_selection)
        notes = []
        editor.noted.connect(lambda text, kind: notes.append((text, kind)))
        synchronize()
        view.resize(1000, 640)
        view.show()
        qtbot.waitExposed(view)
        view.fly_to(QPointF(500, 320), 1.0, animated=False)
        return Board(document, scene, editor, view, notes)

    yield make
    QGuiApplication.clipboard().clear()
    for view in views:
        shiboken6.delete(view)


@pytest.fixture
def board(make_board):
    return make_board(chain())
