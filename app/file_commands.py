"""FileCommands: new, open, save, drop and leave, with the questions they need. What went wrong is said, not raised."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.data_files import choice_from_files
from app.dialogs import Dialogs
from app.dropped import meaning
from app.file_dialogs import file_stem
from app.project_file import FileChanged
from app.studio import Studio
from app.theme import Look
from engine import recordings
from engine.errors import UserError
from engine.examples import load_example
from engine.project import SUFFIX, Project
from engine.run_folder import runs_folder

RUNNING = ("starting", "training", "paused", "stopping", "stuck")


class FileCommands(QObject):
    """The commands about the project as a file.

    Args:
        studio: whose document they act on.
        window: the parent of the questions.

    Attributes:
        opened: another project is open.
        failed: UserError.
        said: a sentence for a toast.
        offered: a sentence, its kind, the text of a button, and what the button does.
        images_dropped: list of paths.
        data_dropped: the document's data were changed by a drop.
    """

    opened = Signal()
    failed = Signal(object)
    said = Signal(str)
    offered = Signal(str, str, str, object)
    images_dropped = Signal(object)
    data_dropped = Signal()

    def __init__(self, studio: Studio, dialogs: Dialogs, look: Look, window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._dialogs, self._look, self._window = studio, dialogs, look, window
        self._document, self._settings = studio.document, studio.settings
        self.last_error: UserError | None = None
        self._told_of: object = None
        self.failed.connect(self._note)

    @property
    def has_project(self) -> bool:
        """Whether anything is open: a window that has just started shows an empty project that nobody made."""
        return self._document.path is not None or self._document.project != Project() or not self._document.is_clean

    @property
    def suggested(self) -> Path:
        """Where Save as begins."""
        if self._document.path is not None:
            return self._document.path
        return self._settings.last_folder / f"{file_stem(self._document.project.title)}{SUFFIX}"

    def new(self) -> None:
        """Ask for data, and open a first network for them."""
        project = self._dialogs.new(self._window, self._look)
        if project is not None and self.may_leave("open another project"):
            self._take(lambda: self._document.open_project(project))

    def open(self) -> None:
        """Ask for a project file and open it."""
        path = self._dialogs.open(self._window, self._settings.last_folder)
        if path is not None:
            self.open_path(path)

    def open_path(self, path: Path) -> bool:
        """Open a project file; False where it could not be, or the user stayed."""
        if not self.may_leave("open another project") or not self._take(lambda: self._document.open(path)):
            return False
        self._remember(self._document.path or path)
        self._tell_read_only()
        return True

    def open_example(self, name: str) -> bool:
        """Open an example as a project without a file."""
        if not self.may_leave("open another project"):
            return False
        return self._take(lambda: self._open_example(name))

    def _open_example(self, name: str) -> None:
        """With its recorded run, where there has been no run of it yet."""
        project = load_example(name)
        try:
            recordings.unpack(name, runs_folder(None, project.title))
        except UserError as error:
            self.said.emit(f"The recorded run of this example cannot be shown: {error}")
        self._document.open_project(project)

    def open_made(self, project: Project) -> bool:
        """Open a project that the program made as one without a file."""
        if not self.may_leave("open another project"):
            return False
        return self._take(lambda: self._document.open_project(project))

    def save(self) -> bool:
        """Save to the project's file, or ask for one; False where it is not saved."""
        if self._document.path is None or self._document.read_only_reason:
            return self.save_as()
        return self._write(None)

    def save_as(self) -> bool:
        """Ask where to save; False where it is not saved."""
        path = self._dialogs.save(self._window, self.suggested)
        if path is None:
            return False
        return self._write(path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX))

    def look_at_disk(self) -> None:
        """Say once when another program changed the project's file; saving would ask before it is replaced."""
        path = self._document.path
        if path is None or not self._document.is_changed_on_disk():
            return
        change = (path, path.stat().st_mtime_ns)
        if change != self._told_of:
            self._told_of = change
            sentence = f"{path.name} was changed by another program. Saving asks before it is replaced."
            self.offered.emit(sentence, "warn", "Open it again", lambda: self.open_path(path))

    def duplicate(self) -> None:
        """Open a copy of the project without a file."""
        project = self._document.project
        copy = project.replace(title=f"{project.title} copy")
        if self.may_leave("open the copy"):
            self._take(lambda: self._document.open_project(copy))

    def drop(self, paths: list[Path]) -> None:
        """Take files that were dropped on the window: a project, images, a folder or a table."""
        match meaning(paths):
            case "project":
                self.open_path(paths[0])
            case "images":
                self.images_dropped.emit(paths)
            case _ if len(paths) == 1 and not paths[0].is_dir():
                self._choose_or_refuse(paths[0])
            case _:
                self._tried(lambda: self._choose_data(paths))

    def may_leave(self, reason: str) -> bool:
        """Whether the open project may be left: what runs is stopped and what is unsaved is saved, if wanted."""
        if self._studio.training in RUNNING:
            if not self._dialogs.stop(self._window, reason):
                return False
            self._studio.stop()
        if self._document.is_clean:
            return True
        answer = self._dialogs.unsaved(self._window, self._document.project.title)
        return self.save() if answer == "save" else answer == "discard"

    def _tell_read_only(self) -> None:
        reason = self._document.read_only_reason
        if reason:
            self.offered.emit(f"Open for reading only: {reason.rstrip('.')}.", "warn", "Save as…", self.save_as)

    def _note(self, error: UserError) -> None:
        self.last_error = error

    def _choose_or_refuse(self, path: Path) -> None:
        if meaning([path]):
            self._tried(lambda: self._choose_data([path]))
            return
        kinds = f"a project ({SUFFIX}), an image, a CSV file or a folder"
        self.failed.emit(UserError(f"{path.name} is none of what can be dropped here: {kinds}.", "Drop one of these."))

    def _choose_data(self, paths: list[Path]) -> None:
        project = self._document.project
        self._document.edit("Choose data", project.replace(data=choice_from_files(paths, project.data)))
        self.data_dropped.emit()
        sentence = f"{paths[0].name} is what the network learns from now."
        self.offered.emit(sentence, "ok", "Undo", self._document.undo_stack.undo)

    def _write(self, path: Path | None) -> bool:
        try:
            self._document.save(path)
        except FileChanged as error:
            return self._settle(error)
        except UserError as error:
            self.failed.emit(error)
            return False
        if self._document.path is not None:
            self._remember(self._document.path)
            self.said.emit(f"Saved {self._document.path.name}")
        return True

    def _settle(self, error: FileChanged) -> bool:
        answer = self._dialogs.changed(self._window, error.message)
        if answer == "replace":
            self._document.keep_mine()
            return self._write(None)
        return self.save_as() if answer == "save as" else False

    def _take(self, action: Callable[[], None]) -> bool:
        if not self._tried(action):
            return False
        self.opened.emit()
        return True

    def _tried(self, action: Callable[[], None]) -> bool:
        try:
            action()
        except UserError as error:
            self.failed.emit(error)
            return False
        return True

    def _remember(self, path: Path) -> None:
        self._settings.add_recent(path)
        self._settings.last_folder = path.parent
