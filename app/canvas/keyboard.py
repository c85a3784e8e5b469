"""What the keys do on the canvas, beyond the commands that have shortcuts of their own."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent

from app.canvas.node import NodeItem

if TYPE_CHECKING:
    from app.canvas.view import CanvasView

Key = Qt.Key
NUDGE = 24.0
ARROWS = {Key.Key_Left: (-1, 0), Key.Key_Right: (1, 0), Key.Key_Up: (0, -1), Key.Key_Down: (0, 1)}
ENTER = (Key.Key_Return, Key.Key_Enter)


def handle(view: "CanvasView", event: QKeyEvent) -> bool:
    """Do what a key means; False where it means nothing here."""
    key, modifiers = Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    error = focused_error(view)
    if error is not None and error.error_box is not None and error.error_box.focused is not None:
        return _in_fixes(view, error, key)
    if key in ARROWS and modifiers == Qt.KeyboardModifier.AltModifier:
        dx, dy = ARROWS[key]
        view.editor.nudge(dx * NUDGE, dy * NUDGE)
    elif key in ARROWS and not modifiers:
        go(view, *ARROWS[key])
    elif key in ENTER and not modifiers and (group := view.canvas.chosen_group(view.editor.document.selection)):
        view.canvas.toggle(group)
    elif key in ENTER and not modifiers and error is not None:
        error.focus_fix(0)
    elif key == Key.Key_X and modifiers == Qt.KeyboardModifier.ControlModifier:
        view.editor.cut()
    elif key == Key.Key_W and not modifiers:
        open_targets(view)
    elif key == Key.Key_Escape:
        view.choose_edge(None)
        view.editor.document.select([])
    else:
        return False
    return True


def focused_error(view: "CanvasView") -> NodeItem | None:
    """The selected node, where it is the only one, has an error and offers repairs."""
    selected = view.canvas.items_of(view.editor.document.selection)
    item = view.canvas.nodes[selected[0]] if len(selected) == 1 else None
    return item if item is not None and item.error_box is not None and item.error_box.fixes else None


def _in_fixes(view: "CanvasView", item: NodeItem, key: Qt.Key) -> bool:
    box = item.error_box
    assert box is not None and box.focused is not None
    if key in ENTER:
        index = box.focused
        item.leave_fixes()
        view.editor.apply_fix(box.problem.node, index)
    elif key in (Key.Key_Down, Key.Key_Right):
        item.focus_fix(1)
    elif key in (Key.Key_Up, Key.Key_Left):
        item.focus_fix(-1)
    elif key == Key.Key_Escape:
        item.leave_fixes()
    else:
        return False
    return True


def select_one(view: "CanvasView", name: str) -> None:
    """Select the card that shows a layer and bring it into view."""
    item = view.canvas.shown[name]
    view.editor.document.select(view.canvas.members_of(item))
    view.ensure_seen(view.canvas.nodes[item].scene_box())


def step_along_flow(view: "CanvasView", step: int) -> bool:
    """Select the next node in the order of the data flow; False past the last one."""
    canvas, selection = view.canvas, view.editor.document.selection
    order = list(dict.fromkeys(canvas.shown[node.name] for node in view.editor.graph.in_order()))
    selected = [index for index, item in enumerate(order) if canvas.members_of(item) <= selection]
    if not order:
        return False
    index = (selected[0] + step) if selected else (0 if step > 0 else len(order) - 1)
    if not 0 <= index < len(order):
        return False
    select_one(view, next(iter(canvas.members_of(order[index]))))
    return True


def go(view: "CanvasView", dx: int, dy: int) -> None:
    """Along the edges to the right and left; to the nearest node above and below."""
    selected = view.editor.selected()
    if not selected:
        step_along_flow(view, 1)
        return
    graph = view.editor.graph
    if dx:
        if dx > 0:
            around = [name for own in reversed(selected) for name in graph.targets(own)]
        else:
            around = [name for own in selected for name in graph.sources(own)]
        near = tuple(name for name in around if name not in selected)
    else:
        items = _in_direction(view.canvas.boxes(), view.canvas.shown[selected[0]], dy)
        near = tuple(next(iter(view.canvas.members_of(item))) for item in items)
    if near:
        select_one(view, near[0])


def _in_direction(boxes: dict[str, QRectF], name: str, dy: int) -> tuple[str, ...]:
    """The nearest node above (−1) or below (1), sideways distance counting double."""
    own = boxes[name].center()

    def distance(place: QPointF) -> float:
        return abs(place.y() - own.y()) + 2 * abs(place.x() - own.x())

    ahead = {n: distance(b.center()) for n, b in boxes.items() if (b.center().y() - own.y()) * dy > 8}
    return (min(ahead, key=lambda other: ahead[other]),) if ahead else ()


def open_targets(view: "CanvasView") -> None:
    """Offer the nodes that the selected one can feed: the keyboard's way to draw a wire."""
    selected = view.editor.selected()
    if selected:
        view.open_targets(selected[-1])
