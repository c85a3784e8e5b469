"""The canvas's context menu: the commands of the palette, those that fit what is under the mouse."""

from collections.abc import Callable

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from app.actions import Actions
from app.canvas import keyboard
from app.canvas.view import CanvasView
from engine.groups import key_of

NODE = ("rename", "duplicate", "copy", "delete")
SEVERAL = ("group", "align_rows", "align_columns", "duplicate", "copy", "delete")
GROUP = ("toggle_group", "ungroup", "rename", "duplicate", "copy", "delete")
EMPTY = ("add_layer", "paste", "select_all", "auto_layout", "fit", "stages")
FOLDING = ("open_groups", "close_groups")


def canvas_menu(view: CanvasView, actions: Actions, at: QPoint) -> QMenu:
    """Make the menu for a place in the viewport."""
    menu = QMenu(view)
    selected = view.editor.selected()
    edge = view.chosen_edge
    place = view.mapToScene(at)
    under = view.canvas.node_at(place) or view.canvas.frame_at(place)
    if edge is not None and under is None:
        _add(menu, "Delete wire", lambda: view.editor.disconnect_edge(edge))
    elif under is not None and (path := view.canvas.chosen_group(view.editor.document.selection)):
        for name in sorted(view.canvas.members_of(key_of(path))):
            _add_fixes(menu, view, name)
        menu.addActions([actions.qaction(id) for id in GROUP])
    elif under is not None and len(selected) == 1:
        _add_fixes(menu, view, selected[0])
        _add(menu, "Add a layer after it…", lambda: view.open_quick_add(at, source=selected[0]))
        _add(menu, "Feed it into…\tW", lambda: keyboard.open_targets(view))
        menu.addSeparator()
        menu.addActions([actions.qaction(id) for id in NODE])
        if view.editor.graph.node(selected[0]).path:
            menu.addSeparator()
            menu.addActions([actions.qaction(id) for id in ("toggle_group", "ungroup")])
    elif under is not None:
        menu.addActions([actions.qaction(id) for id in SEVERAL])
    else:
        menu.addActions([actions.qaction(id) for id in EMPTY])
        if view.canvas.shown and any(node.path for node in view.canvas.graph.nodes):
            menu.addActions([actions.qaction(id) for id in FOLDING])
    return menu


def _add_fixes(menu: QMenu, view: CanvasView, name: str) -> None:
    problem = view.editor.document.inference.problem(name)
    for index, fix in enumerate(problem.fixes if problem else ()):
        _add(menu, fix.label, lambda index=index: view.editor.apply_fix(name, index))  # type: ignore[misc]
    if problem and problem.fixes:
        menu.addSeparator()


def _add(menu: QMenu, text: str, slot: Callable[[], object]) -> None:
    menu.addAction(text).triggered.connect(lambda: slot())
