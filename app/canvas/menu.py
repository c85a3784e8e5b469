"""The canvas's context menu: the commands of the palette, those that fit what is under the mouse."""

from collections.abc import Callable

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from app.actions import Actions
from app.canvas import keyboard
from app.canvas.view import CanvasView

NODE = ("rename", "duplicate", "copy", "delete")
SEVERAL = ("align_rows", "align_columns", "duplicate", "copy", "delete")
EMPTY = ("add_layer", "paste", "select_all", "auto_layout", "fit")


def canvas_menu(view: CanvasView, actions: Actions, at: QPoint) -> QMenu:
    """Make the menu for a place in the viewport."""
    menu = QMenu(view)
    selected = view.editor.selected()
    edge = view.chosen_edge
    under = view.canvas.node_at(view.mapToScene(at))
    if edge is not None and under is None:
        _add(menu, "Delete wire", lambda: view.editor.disconnect_edge(edge))
    elif under is not None and len(selected) == 1:
        _add_fixes(menu, view, selected[0])
        _add(menu, "Add a layer after it…", lambda: view.open_quick_add(at, source=selected[0]))
        _add(menu, "Feed it into…\tW", lambda: keyboard.open_targets(view))
        menu.addSeparator()
        menu.addActions([actions.qaction(id) for id in NODE])
    elif under is not None:
        menu.addActions([actions.qaction(id) for id in SEVERAL])
    else:
        menu.addActions([actions.qaction(id) for id in EMPTY])
    return menu


def _add_fixes(menu: QMenu, view: CanvasView, name: str) -> None:
    problem = view.editor.document.inference.problem(name)
    for index, fix in enumerate(problem.fixes if problem else ()):
        _add(menu, fix.label, lambda index=index: view.editor.apply_fix(name, index))  # type: ignore[misc]
    if problem and problem.fixes:
        menu.addSeparator()


def _add(menu: QMenu, text: str, slot: Callable[[], object]) -> None:
    menu.addAction(text).triggered.connect(lambda: slot())
