"""Every command of the window as a record: menus, the command palette and the shortcut list are made from this list."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.explain import VIEWS


@dataclass(frozen=True)
class Action:
    """One command.

    Args:
        id: what code uses.
        text: what menus and the palette show.
        shortcut: keys; alternatives are parted by a space, the one to show first.
        icon: name in `app.icons`, or empty.
        section: heading in the shortcut list.
        keywords: further words the palette finds it by.
        scope: the workspace it needs to be on screen, or empty where it works everywhere.
        view: the workspace it leads to before it is done; empty where it stays.
    """

    id: str
    text: str
    shortcut: str = ""
    icon: str = ""
    section: str = ""
    keywords: str = ""
    scope: str = ""
    view: str = ""

    @property
    def keys(self) -> list[QKeySequence]:
        """The shortcuts, the one to show first."""
        return [QKeySequence(keys) for keys in self.shortcut.split()]


_FILE = (
    Action("new", "New project…", "Ctrl+N", "plus", "Project", "create start blank dataset"),
    Action("open", "Open…", "Ctrl+O", "open", "Project", "load file"),
    Action("open_recent", "Open recent…", "Ctrl+Shift+O", "open", "Project", "last project"),
    Action("save", "Save", "Ctrl+S", "save", "Project", "write file"),
    Action("save_as", "Save as…", "Ctrl+Shift+S", "save", "Project", "copy rename"),
    Action("duplicate_project", "Duplicate the project", "", "copy", "Project", "copy again"),
    Action("undo", "Undo", "Ctrl+Z", "undo", "Edit", "back"),
    Action("redo", "Redo", "Ctrl+Shift+Z Ctrl+Y", "redo", "Edit", "again forward"),
    Action("quit", "Quit", "Ctrl+Q", "close", "Project", "exit close"),
)
_VIEWS = (
    Action("home", "Home", "Alt+Home", "", "Views", "start examples recent"),
    Action("build", "Build", "Ctrl+1", "", "Views", "canvas layers network graph"),
    Action("data", "Data", "Ctrl+2", "", "Views", "dataset samples split"),
    Action("train_view", "Train", "Ctrl+3", "", "Views", "curves loss runs"),
    Action("see", "See", "Ctrl+4", "eye", "Views", "explain activations"),
    Action("lab", "Lab", "Ctrl+5", "", "Views", "lessons explorables learn course optimiser race"),
    Action("use", "Use", "Ctrl+6", "", "Views", "draw predict export"),
    Action("palette", "Command palette", "Ctrl+K", "search", "Window", "find search commands"),
    Action("shortcuts", "Keyboard shortcuts", "F1 ?", "", "Window", "help keys"),
    Action("theme", "Switch between dark and light", "Ctrl+Shift+T", "sun", "Window", "theme colours appearance"),
    Action("code_drawer", "Show or hide the Keras code", "Ctrl+E", "", "Window", "code drawer python", "build"),
    Action("right_panel", "Show or hide the right panel", "Ctrl+\\", "", "Window", "inspector side fold"),
    Action("data_table", "Data table of the chart in focus", "Ctrl+Shift+D", "", "Window", "numbers accessible values"),
    Action("next_region", "Next region", "F6", "", "Window", "focus keyboard"),
    Action("previous_region", "Previous region", "Shift+F6", "", "Window", "focus keyboard"),
    Action("start_engine", "Start the engine again", "", "reset", "Window", "restart tensorflow down process"),
    Action("engine_log", "The engine's log", "", "", "Window", "messages errors crash output tensorflow"),
    Action("doctor", "About this machine", "", "chip", "Window", "versions doctor libraries device report help"),
)
_TRAINING = (
    Action("train_or_pause", "Train or pause", "Ctrl+Return Ctrl+Enter Space", "play", "Training", "run fit start"),
    Action("step_batch", "Step one batch", ".", "step", "Training", "single"),
    Action("step_epoch", "Step one epoch", "Shift+. >", "step", "Training", "single pass"),
    Action("stop", "Stop training", "Ctrl+.", "stop", "Training", "end cancel force"),
    Action("reset", "Reset to the untrained network", "Ctrl+Shift+R", "reset", "Training", "start again initialise"),
    Action("resume", "Resume from the last checkpoint", "Ctrl+R", "play", "Training", "continue go on"),
    Action("branch", "Branch from here…", "Ctrl+B", "branch", "Training", "fork new run checkpoint weights moment"),
    Action("keep_checkpoint", "Checkpoint now", "M", "save", "Training", "keep weights moment"),
    Action("evaluate_test", "Evaluate on the test part", "", "lock", "Training", "final measure accuracy", view="use"),
)
_CANVAS = (
    Action("add_layer", "Add a layer…", "/", "plus", "Canvas", "search insert", "build"),
    Action("rename", "Rename the layer", "F2", "pencil", "Canvas", "name", "build"),
    Action("delete", "Delete", "Del Backspace", "trash", "Canvas", "remove", "build"),
    Action("duplicate", "Duplicate", "Ctrl+D", "copy", "Canvas", "copy again", "build"),
    Action("copy", "Copy", "Ctrl+C", "copy", "Canvas", "clipboard", "build"),
    Action("paste", "Paste", "Ctrl+V", "", "Canvas", "clipboard insert", "build"),
    Action("select_all", "Select all", "Ctrl+A", "", "Canvas", "everything", "build"),
    Action("align_rows", "Align in a row", "", "", "Canvas", "horizontal tidy", "build"),
    Action("align_columns", "Align in a column", "", "", "Canvas", "vertical tidy", "build"),
    Action("auto_layout", "Auto layout", "Ctrl+L", "", "Canvas", "arrange tidy", "build"),
    Action("group", "Group the layers", "Ctrl+G", "", "Canvas", "block stage nested collapse", "build"),
    Action("ungroup", "Ungroup", "Ctrl+Shift+G", "", "Canvas", "dissolve group block", "build"),
    Action("toggle_group", "Open or close the group", "", "", "Canvas", "expand collapse fold block", "build"),
    Action("open_groups", "Open all groups", "", "", "Canvas", "expand unfold blocks", "build"),
    Action("close_groups", "Close all groups", "", "", "Canvas", "collapse fold blocks", "build"),
    Action("stages", "One step in stages", "", "stages", "Canvas", "debugger optimiser forward backward loss", "build"),
    Action("fit", "Fit the network into view", "F", "fit", "Canvas", "zoom whole", "build"),
    Action("zoom_in", "Zoom in", "Ctrl++ Ctrl+=", "plus", "Canvas", "larger", "build"),
    Action("zoom_out", "Zoom out", "Ctrl+-", "minus", "Canvas", "smaller", "build"),
    Action("zoom_100", "Zoom to 100 %", "Ctrl+0", "", "Canvas", "actual size", "build"),
)
_USE = (
    Action("load_image", "Load an image…", "Ctrl+I", "image", "Use", "file predict", "use"),
    Action("clear_drawing", "Clear the drawing", "Ctrl+Backspace", "trash", "Use", "empty erase", "use"),
    Action("export_keras", "Export as .keras…", "Ctrl+Shift+E", "export", "Use", "save model", view="use"),
    Action("export_script", "Export as a Python script…", "", "export", "Use", "code keras", view="use"),
)
_SEE = tuple(
    Action(
        f"see_{entry.id}",
        f"See: {entry.title.lower()}",
        f"Alt+{n % 10}" if n <= 10 else "",
        "eye",
        "See",
        "explain view",
        view="see",
    )
    for n, entry in enumerate(VIEWS, start=1)
)
ACTIONS: tuple[Action, ...] = (*_FILE, *_VIEWS, *_TRAINING, *_CANVAS, *_SEE, *_USE)
BY_ID: dict[str, Action] = {action.id: action for action in ACTIONS}


class Actions(QObject):
    """The commands as QActions. One that nobody has bound, or that is out of scope, is disabled.

    Several views may bind the same command; the one on screen answers.

    Attributes:
        view_wanted: id of the view a command leads to; whoever hears it shows it at once, and so binds the command.
    """

    view_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slots: dict[str, list[Callable[[], object]]] = {action.id: [] for action in ACTIONS}
        self._enabled = {action.id: True for action in ACTIONS}
        self._scope = ""
        self._qactions = {action.id: self._make(action, parent) for action in ACTIONS}
        self.set_scope("")

    def _make(self, action: Action, window: QWidget | None) -> QAction:
        made = QAction(action.text, self)
        made.setObjectName(action.id)
        made.setShortcuts(action.keys)
        made.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        made.setEnabled(False)
        made.triggered.connect(lambda: self.trigger(action.id))
        if window is not None:
            window.addAction(made)
        return made

    def bind(self, id: str, slot: Callable[[], object], enabled: bool = True) -> None:
        """Let `slot`, which takes no arguments, answer the command."""
        self._slots[id].append(slot)
        self.set_enabled(id, enabled)

    def set_enabled(self, id: str, enabled: bool) -> None:
        """Say whether the command makes sense now."""
        self._enabled[id] = enabled
        self._refresh(id)

    def set_scope(self, scope: str) -> None:
        """Say which workspace is on screen; commands of the others are disabled."""
        self._scope = scope
        for action in ACTIONS:
            self._refresh(action.id)

    def qaction(self, id: str) -> QAction:
        """The QAction of a command, e.g. for a menu."""
        return self._qactions[id]

    def is_bound(self, id: str) -> bool:
        """Whether something answers the command."""
        return bool(self._slots[id])

    def is_enabled(self, id: str) -> bool:
        """Whether the command can be given now."""
        return self._qactions[id].isEnabled()

    def is_in_scope(self, id: str) -> bool:
        """Whether the workspace the command needs is on screen."""
        return BY_ID[id].scope in ("", self._scope)

    def trigger(self, id: str) -> None:
        """Give the command, if it can be given now."""
        if not self.is_enabled(id):
            return
        if BY_ID[id].view:
            self.view_wanted.emit(BY_ID[id].view)
        if self.is_bound(id):
            slots = self._slots[id]
            next((slot for slot in reversed(slots) if _on_screen(slot)), slots[-1])()

    def _refresh(self, id: str) -> None:
        can_run = self.is_bound(id) or bool(BY_ID[id].view)
        self._qactions[id].setEnabled(self.is_in_scope(id) and self._enabled[id] and can_run)


def _on_screen(slot: Callable[[], object]) -> bool:
    owner = getattr(slot, "__self__", None)
    return isinstance(owner, QWidget) and owner.isVisible()


def key_text(keys: str) -> str:
    """How a key is written on screen: "Ctrl Plus" for "Ctrl++"."""
    return keys.replace("Return", "Enter").replace("++", "+Plus").replace("+", " ") if len(keys) > 1 else keys
