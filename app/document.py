"""Document: the open project, the only door to change it; undo, selection, file."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from app.project_file import ProjectFile, digest_of, resolved
from engine import project as projects
from engine.checks import check
from engine.datasets.spec import Description
from engine.errors import UserError
from engine.graph import Graph
from engine.project import Project
from engine.storage import read_bounded

MERGE_PAUSE = 2.0  # seconds without an edit after which the next one of the same key is a step of its own
Show = Callable[[Project], None]


class Edit(QUndoCommand):
    """One step of the undo history: the project before and after. The only undo command there is.

    Args:
        show: called with the project to show.
        values: the project before and after.
        text: what the menu says, e.g. "Move layer".
        merge: steps of the same key that follow one another become one, as while a slider is dragged; may be empty.
        at: when it was made, s.
    """

    def __init__(self, show: Show, values: tuple[Project, Project], text: str, merge: str, at: float) -> None:
        super().__init__(text)
        self._show = show
        self._before, self._after = values
        self._merge = merge
        self._at = at

    def id(self) -> int:
        """The same for all, so that Qt offers every next step to `mergeWith`."""
        return 1

    def redo(self) -> None:
        """Show the project after the edit."""
        self._show(self._after)

    def undo(self) -> None:
        """Show the project before the edit."""
        self._show(self._before)

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Join a later edit of the same thing."""
        if not isinstance(other, Edit) or not self._merge or other._merge != self._merge:
            return False
        if other._at - self._at > MERGE_PAUSE:
            return False
        self._after, self._at = other._after, other._at
        self.setObsolete(self._after == self._before)
        return True


class Document(QObject):
    """The open project.

    Args:
        clock: seconds that only grow; decides which edits merge.

    Attributes:
        changed: (before, after), both Project; the inference and the selection are already those of `after`.
        checked: the new Inference.
        selection_changed: the new frozenset of node names.
        file_changed: path, title or clean state changed.
        left: another project is about to take the place of this one; not said for edits.
        opened: another project has taken the place of the last one.
    """

    changed = Signal(object, object)
    checked = Signal(object)
    selection_changed = Signal(object)
    file_changed = Signal()
    left = Signal()
    opened = Signal()

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self.project = Project()
        self.selection: frozenset[str] = frozenset()
        self.description: Description | None = None
        self.inference = check(self.project, None)
        self.undo_stack = QUndoStack(self)
        self.undo_stack.cleanChanged.connect(self._say_file_changed)
        self.undo_stack.indexChanged.connect(self._say_new_title)
        self._said_title = self.project.title
        self._file: ProjectFile | None = None
        self._clock = clock

    @property
    def path(self) -> Path | None:
        """The project's file; None where it was never saved."""
        return self._file.path if self._file else None

    @property
    def digest(self) -> str:
        """SHA-256 of the file's content as this window knows it; empty without a file."""
        return self._file.digest if self._file else ""

    @property
    def is_clean(self) -> bool:
        """Whether everything is saved."""
        return self.undo_stack.isClean()

    @property
    def read_only_reason(self) -> str:
        """Why Save is refused and only Save as is possible; empty where it is allowed."""
        return self._file.read_only_reason if self._file else ""

    def edit(self, text: str, project: Project, merge: str = "") -> None:
        """Make `project` the open one, as one step of undo.

        Args:
            text: what the undo menu says.
            merge: key under which edits that follow one another within two seconds become one step; may be empty.

        Raises:
            UserError: the graph is unsound as a graph; nothing is changed.
        """
        if project == self.project:
            return
        project.graph.require_sound()
        self.undo_stack.push(Edit(self._show, (self.project, project), text, merge, self._clock()))

    def edit_graph(self, text: str, graph: Graph, merge: str = "") -> None:
        """Change the graph; the heads follow its output layers.

        Raises:
            UserError: the graph is unsound as a graph; nothing is changed.
        """
        self.edit(text, self.project.with_graph(graph), merge)

    def select(self, names: Iterable[str]) -> None:
        """Select the nodes of these names; unknown ones are left out."""
        chosen = frozenset(name for name in names if name in self.project.graph)
        if chosen != self.selection:
            self.selection = chosen
            self.selection_changed.emit(chosen)

    def set_description(self, description: Description | None) -> None:
        """Tell the facts about the data that checks of the graph need; None while they are not known."""
        if description != self.description:
            self.description = description
            self.inference = check(self.project, description)
            self.checked.emit(self.inference)

    def open(self, path: Path) -> None:
        """Open a project file in place of what is open now.

        Raises:
            UserError: the file cannot be read or is not a sound project; what was open stays open.
        """
        path = resolved(path)
        data = read_bounded(path, projects.MAX_FILE_BYTES)
        self._take(projects.decode(data, path.name), self._hold(path, digest_of(data)))

    def open_project(self, project: Project, path: Path | None = None) -> None:
        """Open a project that is already in memory, e.g. an example.

        Raises:
            UserError: the graph is unsound.
        """
        project.graph.require_sound()
        self._take(project, self._hold(resolved(path)) if path else None)

    def restore(self, project: Project, path: Path | None, digest: str = "") -> None:
        """Open a project left by a crash; it counts as not saved.

        Args:
            path: the file it belongs to, if any.
            digest: of the file's content that the edits were made on; saving over anything else is refused.

        Raises:
            UserError: the graph is unsound.
        """
        project.graph.require_sound()
        self._take(project, self._hold(resolved(path), digest) if path else None, is_clean=False)

    def save(self, path: Path | None = None) -> None:
        """Save to the project's file, or to `path`, which becomes the project's file.

        Raises:
            FileChanged: another program changed the project's file since it was opened or saved here.
            UserError: there is no path, the file is read-only here, or the disk refuses. Nothing is lost.
        """
        target = resolved(path) if path else self.path
        if target is None:
            raise UserError("This project has no file yet.", "Use Save as and choose a place.")
        if self._file and target == self._file.path:
            self._file.write(self.project)
        else:
            self._save_as(target)
        self.undo_stack.setClean()
        self.file_changed.emit()

    def is_changed_on_disk(self) -> bool:
        """Whether another program changed the project's file since it was opened or saved here."""
        return self._file is not None and self._file.is_changed()

    def keep_mine(self) -> None:
        """The user has seen that the file changed and wants the next save to replace it."""
        if self._file:
            self._file.accept_disk()

    def take_lock(self) -> bool:
        """Take over the lock because the user says that no other window holds it; True where Save is allowed now."""
        taken = self._file is None or self._file.take_by_force()
        self.file_changed.emit()
        return taken

    def close(self) -> None:
        """Let go of the file's lock."""
        if self._file:
            self._file.close()

    def _save_as(self, target: Path) -> None:
        file = ProjectFile(target)
        try:
            file.write(self.project)
        except UserError:
            file.close()
            raise
        self.close()
        self._file = file

    def _hold(self, path: Path, digest: str = "") -> ProjectFile:
        """Lock a file for this window; its own lock, if it is the same file, is let go first."""
        if self._file and path == self._file.path:
            self._file.close()
        return ProjectFile(path, digest)

    def _take(self, project: Project, file: ProjectFile | None, is_clean: bool = True) -> None:
        self.left.emit()
        self.undo_stack.clear()
        if not is_clean:
            self.undo_stack.resetClean()
        self.close()
        self._file = file
        self.description = None
        self._said_title = project.title
        self._show(project)
        self.opened.emit()
        self.file_changed.emit()

    def _show(self, project: Project) -> None:
        before, self.project = self.project, project
        self.inference = check(project, self.description)
        kept = frozenset(name for name in self.selection if name in project.graph)
        lost, self.selection = kept != self.selection, kept
        self.changed.emit(before, project)
        if lost:
            self.selection_changed.emit(kept)
        self.checked.emit(self.inference)

    def _say_file_changed(self, _is_clean: bool) -> None:
        self.file_changed.emit()

    def _say_new_title(self, _index: int) -> None:
        """Said when the undo stack has its new state, so that `is_clean` is right for whoever listens."""
        if self.project.title != self._said_title:
            self._said_title = self.project.title
            self.file_changed.emit()
