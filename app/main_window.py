"""MainWindow: puts the frame and the workspaces together and connects them; it decides nothing."""

import importlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.actions import Actions
from app.dialogs import Dialogs
from app.dropped import meaning, promise
from app.file_commands import FileCommands
from app.frame.logo import window_icon
from app.overlays import Overlays
from app.palette_entry import PaletteEntry
from app.panels.top_bar import TopBar
from app.panels.transport import Transport
from app.recovery import Recovery
from app.regions import contains, move_focus
from app.studio import Studio
from app.theme import Look
from app.training_commands import allowed
from app.widgets.drop_zone import local_files
from app.widgets.surface import Surface
from engine.errors import UserError
from engine.messages import Failed

MINIMUM = QSize(1120, 640)
FIRST_SIZE = QSize(1440, 900)
TITLE_BAR = 40  # px at most that the system puts above a window
WORKSPACES = {
    "home": ("app.workspaces.home", "HomeWorkspace"),
    "build": ("app.workspaces.build", "BuildWorkspace"),
    "data": ("app.workspaces.data", "DataWorkspace"),
    "train_view": ("app.workspaces.train", "TrainWorkspace"),
    "see": ("app.workspaces.see", "SeeWorkspace"),
    "lab": ("app.workspaces.lab", "LabWorkspace"),
    "use": ("app.workspaces.use", "UseWorkspace"),
}
VIEWS = ("home", "build", "data", "train_view", "see", "lab", "use")
PLAIN_KEYS = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)


class MainWindow(QMainWindow):
    """The window.

    Args:
        studio: what every workspace is given.
        recovery: the autosaves; None where none are wanted.
        dialogs: the questions; replaceable.

    Attributes:
        painted: once, after the first frame is on screen.
        commands: every action.
        files: new, open, save and drop.
        overlays: palette, toast, dialogs.
    """

    painted = Signal()

    def __init__(self, studio: Studio, recovery: Recovery | None, look: Look, dialogs: Dialogs | None = None) -> None:
        super().__init__()
        self._studio, self._recovery, self._look = studio, recovery, look
        self._workspaces: dict[str, QWidget] = {}
        self._was_painted = False
        self.view = ""
        self.commands = Actions(self)
        self._dialogs = dialogs or Dialogs()
        self.files = FileCommands(studio, self._dialogs, look, self)
        self.overlays = Overlays(self, look, self._entries)
        self.top_bar = TopBar(self.commands, look)
        self.transport = Transport(studio, self.commands, look)
        self.stack = QStackedWidget()
        self.stack.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._lay_out()
        self._bind()
        self._connect()
        self.synchronize()

    def synchronize(self, _before: object = None, _after: object = None) -> None:
        """Bring title, top bar, transport and commands in step with the document."""
        document, has_project = self._studio.document, self.files.has_project
        name = document.project.title if has_project else ""
        place = str(document.path) if document.path else ""
        recent = [path for path in self._studio.settings.recent_files if path != document.path]
        self.top_bar.set_project(name, not document.is_clean, place, list(recent))
        self.transport.set_has_project(has_project)
        literal = name.replace("[*]", "[*][*]")  # Qt's own mark of a changed file, twice to be shown as it is
        self.setWindowTitle(f"{literal}[*] — Glassbox" if name else "Glassbox")
        self.setWindowModified(not document.is_clean)
        for id in ("save", "save_as", "duplicate_project"):
            self.commands.set_enabled(id, has_project)
        self._follow_training()

    def show_view(self, id: str) -> QWidget:
        """Show a view, made when it is first shown."""
        workspace = self.workspace(id)
        if self.stack.indexOf(workspace) < 0:
            self.stack.addWidget(workspace)
        keeps_focus = any(contains(bar, QApplication.focusWidget()) for bar in (self.top_bar, self.transport))
        self.stack.setCurrentWidget(workspace)
        if not keeps_focus:
            getattr(workspace, "focus_main", self.stack.setFocus)()  # else Qt picks some button, which takes Space
        self.view = id
        self.top_bar.set_view(id)
        self.commands.set_scope(id)
        self._studio.settings.workspace = id
        return workspace

    def workspace(self, id: str) -> QWidget:
        """A workspace, made where it is not yet."""
        if id not in self._workspaces:
            self._workspaces[id] = self._make(id)
        return self._workspaces[id]

    def say(self, text: str, kind: str = "ok", action: str = "", callback: Callable[[], object] | None = None) -> None:
        """Show a sentence at the bottom for a few seconds."""
        self.overlays.toast.say(text, kind, action, callback)

    def open_path(self, path: Path) -> None:
        """Open a project file and show it; what is wrong with it is said on Home."""
        if not self.files.open_path(path) and not self.view:
            self.show_view("home")

    def regions(self) -> list[QWidget]:
        """What F6 moves through, in the order of the screen."""
        shown = self.stack.currentWidget()
        inner = getattr(shown, "regions", None)
        middle = list(inner()) if callable(inner) else [shown] if shown is not None else []
        return [self.top_bar, *middle, self.transport]

    def event(self, event: QEvent) -> bool:
        """Keys without Ctrl that a button or list needs go there, not to a command."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            focused = QApplication.focusWidget()
            if event.modifiers() in PLAIN_KEYS and _needs_key(focused, event):
                event.accept()
                return True
        return super().event(event)

    def show_as_left(self) -> None:
        """Show the window as it was left; first at the size of the design, or maximised where that is too large."""
        room = self.screen().availableSize()
        fits = room.width() > FIRST_SIZE.width() and room.height() > FIRST_SIZE.height() + TITLE_BAR
        is_first = self._studio.settings.window_geometry.isEmpty()
        self.showMaximized() if is_first and not fits else self.show()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the keyboard on the view, not on the first button."""
        super().showEvent(event)
        if QApplication.focusWidget() is None or not self._was_painted:
            self.stack.setFocus(Qt.FocusReason.OtherFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Say when the first frame has gone to the screen."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)

    def changeEvent(self, event: QEvent) -> None:
        """Look at the project's file when the window is come back to."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and self.isActiveWindow():
            self.files.look_at_disk()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files, and say what dropping them does."""
        paths = local_files(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.overlays.drop_hint.say(promise(paths), bool(meaning(paths)))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The files went elsewhere."""
        self.overlays.drop_hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open, choose or recognise what was dropped."""
        event.acceptProposedAction()
        self.overlays.drop_hint.hide()
        self.files.drop(local_files(event.mimeData()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask what must be asked, then leave everything tidy."""
        if not self.files.may_leave("quit"):
            event.ignore()
            return
        settings = self._studio.settings
        settings.window_geometry = self.saveGeometry()
        settings.save()
        if self._recovery is not None:
            self._recovery.close()
        self._studio.engine.close()
        self._studio.document.undo_stack.blockSignals(True)  # it clears itself on the way out, when no one is left
        self._studio.document.close()
        event.accept()

    def _lay_out(self) -> None:
        self.setMinimumSize(MINIMUM)
        self.resize(FIRST_SIZE)
        self.restoreGeometry(self._studio.settings.window_geometry)
        self.setWindowIcon(window_icon(self._look))
        self.setAcceptDrops(True)
        centre = Surface("canvas", self._look)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addWidget(self.stack, 1)
        column.addWidget(self.transport)
        self.setCentralWidget(centre)

    def _bind(self) -> None:
        studio, files, over = self._studio, self.files, self.overlays
        stack = studio.document.undo_stack
        slots: dict[str, Callable[[], object]] = {
            "new": files.new, "open": files.open, "open_recent": self.open_recent, "save": files.save,
            "save_as": files.save_as, "duplicate_project": files.duplicate, "undo": stack.undo, "redo": stack.redo,
            "quit": self.close, "palette": over.open_palette, "shortcuts": over.open_shortcuts,
            "theme": self.switch_theme, "doctor": over.open_doctor, "start_engine": studio.engine.start,
            "engine_log": lambda: over.open_log(studio.engine),
            "data_table": lambda: over.open_data_table(self.stack.currentWidget()),
            "train_or_pause": studio.train_or_pause, "stop": studio.stop, "reset": studio.reset,
            "branch": self.branch, "keep_checkpoint": studio.keep_checkpoint,
            "resume": studio.resume, "step_batch": lambda: studio.step("batch"),
            "step_epoch": lambda: studio.step("epoch"),
            "next_region": lambda: move_focus(self.regions(), 1),
            "previous_region": lambda: move_focus(self.regions(), -1),
        }  # fmt: skip
        for id, slot in slots.items():
            self.commands.bind(id, slot)
        for id in VIEWS:
            self.commands.bind(id, partial(self.show_view, id))
        self.commands.view_wanted.connect(self.show_view)

    def _connect(self) -> None:
        document, studio, files = self._studio.document, self._studio, self.files
        stack = document.undo_stack
        stack.canUndoChanged.connect(self._follow_history)
        stack.canRedoChanged.connect(self._follow_history)
        self._follow_history()
        document.changed.connect(self.synchronize)
        document.file_changed.connect(self.synchronize)
        studio.settings.recent_changed.connect(self.synchronize)
        studio.training_changed.connect(self._follow_training)
        studio.run_changed.connect(self._follow_training)
        studio.noted.connect(self.say)
        studio.offered.connect(self.say)
        studio.failed.connect(self._tell_failure)
        studio.engine.state_changed.connect(self.top_bar.device.set_state)
        studio.engine.ready.connect(self.top_bar.device.take_ready)
        studio.engine.beat.connect(self.top_bar.device.take_pong)
        studio.engine.state_changed.connect(self._tell_engine)
        self.commands.set_enabled("start_engine", studio.engine.state == "down")
        files.opened.connect(lambda: self.show_view("build"))
        files.failed.connect(self._tell_error)
        files.said.connect(self.say)
        files.offered.connect(self.say)
        files.data_dropped.connect(lambda: self.show_view("data"))
        files.images_dropped.connect(self._recognise)
        self.top_bar.recent_chosen.connect(files.open_path)
        if self._recovery is not None:
            self._recovery.failed.connect(self._tell_error)

    def _make(self, id: str) -> QWidget:
        module, name = WORKSPACES[id]
        workspace = getattr(importlib.import_module(module), name)(self._studio, self._look, self.commands, self)
        if id == "home":
            self._connect_home(workspace)
        elif id == "build":
            workspace.see_wanted.connect(self._see_layer)
        elif id == "lab":
            workspace.project_wanted.connect(self.files.open_made)
        return workspace

    def _connect_home(self, home: QWidget) -> None:
        home.open_requested.connect(self._open_requested)  # type: ignore[attr-defined]
        home.new_requested.connect(self.files.new)  # type: ignore[attr-defined]
        if self._recovery is not None:
            home.offer_recovery(self._recovery)  # type: ignore[attr-defined]
            home.restored.connect(lambda: self.show_view("build"))  # type: ignore[attr-defined]

    def _open_requested(self, wanted: Path | str) -> None:
        if isinstance(wanted, Path):
            self.files.open_path(wanted)
        else:
            self.files.open_example(wanted)

    def branch(self) -> None:
        """Ask for the settings of a branch from the weights shown, and start it."""
        studio, run = self._studio, self._studio.run
        if run is None:
            return
        place = run.kept_step(studio.shown_step), run.steps_per_epoch
        runs = studio.training in ("starting", "training", "paused")
        plan = self._dialogs.branch(self, self._look, studio.document.project.plan, place, runs)
        if plan is not None:
            studio.branch(plan)

    def open_recent(self) -> None:
        """Show Home, where the recent projects are; from there, open the project's menu, which lists them all."""
        self.top_bar.open_menu() if self.view == "home" else self.show_view("home")

    def switch_theme(self) -> None:
        """From dark to light, or back; remembered."""
        self.set_theme("light" if self._look.theme.name == "dark" else "dark")

    def set_theme(self, mode: str) -> None:
        """Choose "system", "dark" or "light"; remembered."""
        self._look.set_mode(mode)
        self._studio.settings.theme_mode = mode
        self.setWindowIcon(window_icon(self._look))

    def _entries(self) -> list[PaletteEntry]:
        from app.palette_entries import entries

        return entries(self.commands, self.files, self._studio.document, self._look, self.set_theme)

    def _see_layer(self, name: str) -> None:
        self.show_view("see").open_layer(name)  # type: ignore[attr-defined]

    def _recognise(self, paths: list[Path]) -> None:
        if self.view == "see" and self.workspace("see").load_picture(paths[0]):  # type: ignore[attr-defined]
            return
        self.show_view("use").load_images(paths)  # type: ignore[attr-defined]

    def _follow_history(self, _can: bool = False) -> None:
        stack = self._studio.document.undo_stack
        self.commands.set_enabled("undo", stack.canUndo())
        self.commands.set_enabled("redo", stack.canRedo())

    def _follow_training(self, _news: object = None) -> None:
        """What the training allows now."""
        studio = self._studio
        now = allowed(
            studio.training,
            has_project=self.files.has_project,
            has_run=studio.run is not None,
            can_resume=studio.can_resume,
        )
        for id, is_allowed in now.items():
            self.commands.set_enabled(id, is_allowed)

    def _tell_error(self, error: UserError) -> None:
        self.say(str(error), "err")
        home = self._workspaces.get("home")
        if home is not None:
            home.show_error(error)  # type: ignore[attr-defined]

    def _tell_failure(self, failure: Failed) -> None:
        self.say(f"{failure.message} {failure.hint}".strip(), "err", "Show", lambda: self.show_view("train_view"))

    def _tell_engine(self, state: str) -> None:
        self.commands.set_enabled("start_engine", state == "down")
        if state == "restarting":
            self.say("The engine ended unexpectedly and is starting again. Nothing that was saved is lost.", "warn")
        elif state == "down":
            sentence = "The engine ended again and again, so it is down. The network can still be edited and saved."
            self.say(sentence, "err", "Show its log", lambda: self.overlays.open_log(self._studio.engine))


def _needs_key(focused: QWidget | None, event: QKeyEvent) -> bool:
    """Whether the focused control uses this key itself: Space presses buttons, letters search lists."""
    if isinstance(focused, QAbstractButton):
        return event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Select)
    return isinstance(focused, QComboBox | QAbstractItemView) and bool(event.text().strip() or event.text() == " ")
