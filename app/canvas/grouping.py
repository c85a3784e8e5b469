"""Grouping: the commands that make, dissolve, name, open and close groups of layers."""

from app.canvas.editor import Editor
from app.canvas.scene import GraphScene
from app.canvas.tidy import tidy_width
from app.canvas.unfolding import Level
from engine.errors import UserError
from engine.graph import Graph
from engine.groups import (
    enclosing,
    grouped,
    item_at,
    joined,
    key_of,
    lies_in,
    members,
    parent_of,
    paths,
    renamed_group,
    title_of,
    ungrouped,
    whole_group,
)
from engine.layout import auto_layout


class Grouping:
    """What menus, keys and the inspector call.

    Args:
        editor: makes each edit one step of undo.
        scene: knows which groups are open.
    """

    def __init__(self, editor: Editor, scene: GraphScene) -> None:
        self._editor, self._scene = editor, scene

    @property
    def chosen(self) -> str:
        """Path of the group in sight that is selected as a whole; empty where none is."""
        return whole_group(self._editor.graph, self._scene.open_groups, self._editor.document.selection)

    def is_open(self, path: str) -> bool:
        """Whether the layers of a group are in sight."""
        return path in self._scene.open_groups

    def group(self) -> None:
        """Put the selected layers into a new group, which is closed."""
        names = self._editor.selected()
        try:
            graph, path = grouped(self._editor.graph, names)
        except UserError as error:
            self._editor.noted.emit(str(error), "warn")
            return
        width = tidy_width(self._editor.graph)
        graph = auto_layout(graph, width) if width is not None else graph
        self._editor.apply(f"Group {len(names)} layers as {title_of(path)}", graph, names)

    def dissolve(self) -> None:
        """Dissolve the selected groups; of layers inside an open group, the group round them."""
        wanted = self._to_dissolve()
        if not wanted:
            self._editor.noted.emit("Select a group to dissolve it.", "warn")
            return
        names = self._editor.selected()
        before, width = self._editor.graph, tidy_width(self._editor.graph)
        graph = before
        for path in wanted:
            graph = ungrouped(graph if width is not None else _spread_out(graph, path), path)
        graph = auto_layout(graph, width) if width is not None else graph
        said = title_of(wanted[0]) if len(wanted) == 1 else f"{len(wanted)} groups"
        self._editor.apply(f"Ungroup {said}", graph, names)

    def toggle(self) -> None:
        """Open or close the selected group; of layers inside an open group, close the group round them."""
        path = self.chosen or next(iter(self._to_dissolve()), "")
        if path:
            self._scene.toggle(path)
        else:
            self._editor.noted.emit("Select a group to open or close it.", "warn")

    def open_all(self) -> None:
        """Open every group."""
        self._scene.set_open(paths(self._editor.graph))

    def close_all(self) -> None:
        """Close every group."""
        self._scene.set_open(())

    def rename(self, path: str, title: str) -> str:
        """Give a group another name; returns why that cannot be, or nothing."""
        if title == title_of(path):
            return ""
        try:
            graph = renamed_group(self._editor.graph, path, title)
        except UserError as error:
            return str(error)
        renamed = joined(parent_of(path), title)
        still_open = {renamed + known.removeprefix(path) for known in self._scene.open_groups if lies_in(known, path)}
        names = members(graph, renamed)
        self._editor.apply(f"Rename {title_of(path)} to {title}", graph, names)
        self._scene.set_open(self._scene.open_groups | still_open)
        return ""

    def _to_dissolve(self) -> list[str]:
        """The outermost groups that are selected as a whole, else the innermost one round the selection."""
        graph, selection = self._editor.graph, self._editor.document.selection
        if self.chosen:
            return [self.chosen]
        whole = [path for path in paths(graph) if self._scene.members_of(key_of(path)) <= selection]
        outermost = [path for path in whole if not set(enclosing(parent_of(path))) & set(whole)]
        if outermost or not selection:
            return outermost
        around = self._scene.open_level(self._editor.selected()[0])
        return [around] if around else []


def _spread_out(graph: Graph, path: str) -> Graph:
    """Room in the file for the layers of a group that is about to be dissolved, as it is seen while it is open."""
    level = parent_of(path)
    steps = Level(graph, level, {path}, {}).steps
    inside = [node for node in graph.nodes if lies_in(node.path, level)]
    moved = {node.name: steps[item_at(node, level)] for node in inside}
    return graph.with_positions(
        {node.name: (node.x + moved[node.name].x(), node.y + moved[node.name].y()) for node in inside}
    )
