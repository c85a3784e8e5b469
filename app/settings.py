"""What the program remembers between starts, typed, in one INI file in the user's configuration folder."""

from pathlib import Path
from typing import Any

import platformdirs
from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

APP = "glassbox"
MODES = ("system", "dark", "light")
MAX_RECENT = 12


def data_folder() -> Path:
    """Where autosaves and the runs of unsaved projects live."""
    return Path(platformdirs.user_data_dir(APP, appauthor=False))


def state_folder() -> Path:
    """Where log files live."""
    return Path(platformdirs.user_state_dir(APP, appauthor=False))


class Settings(QObject):
    """The user's choices. A value that cannot be read back counts as its default.

    Args:
        path: of the INI file; in the user's configuration folder where none is given.
    """

    recent_changed = Signal()

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        file = path or Path(platformdirs.user_config_dir(APP, appauthor=False)) / "settings.ini"
        self._store = QSettings(str(file), QSettings.Format.IniFormat, self)

    @property
    def theme_mode(self) -> str:
        """ "system", "dark" or "light"."""
        found = self._store.value("theme_mode", "system")
        return found if found in MODES else "system"

    @theme_mode.setter
    def theme_mode(self, mode: str) -> None:
        self._store.setValue("theme_mode", mode)

    @property
    def recent_files(self) -> list[Path]:
        """Project files opened or saved, newest first; some may be gone."""
        return [Path(text) for text in self._texts("recent_files")]

    def add_recent(self, path: Path) -> None:
        """Put `path` first among the recent files."""
        others = [str(other) for other in self.recent_files if other != path]
        self._set_recent([str(path), *others])

    def forget_recent(self, path: Path) -> None:
        """Take `path` off the recent files."""
        self._set_recent([str(other) for other in self.recent_files if other != path])

    def _set_recent(self, texts: list[str]) -> None:
        self._store.setValue("recent_files", texts[:MAX_RECENT])
        self.recent_changed.emit()

    @property
    def last_folder(self) -> Path:
        """The folder the file dialogs begin in."""
        found = Path(str(self._store.value("last_folder", "")) or Path.home())
        return found if found.is_dir() else Path.home()

    @last_folder.setter
    def last_folder(self, folder: Path) -> None:
        self._store.setValue("last_folder", str(folder))

    @property
    def window_geometry(self) -> QByteArray:
        """What `QWidget.saveGeometry` returned; empty at first."""
        return self._bytes("window_geometry")

    @window_geometry.setter
    def window_geometry(self, geometry: QByteArray) -> None:
        self._store.setValue("window_geometry", geometry)

    @property
    def workspace(self) -> str:
        """The workspace shown last."""
        return str(self._store.value("workspace", "home"))

    @workspace.setter
    def workspace(self, name: str) -> None:
        self._store.setValue("workspace", name)

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes or no of the window, e.g. whether the code drawer is open."""
        found = self._store.value(f"flags/{name}", default)
        return found == "true" if isinstance(found, str) else bool(found)

    def set_flag(self, name: str, value: bool) -> None:
        """Remember a yes or no of the window."""
        self._store.setValue(f"flags/{name}", value)

    @property
    def lessons_done(self) -> list[str]:
        """Names of the Lab's lessons that were completed."""
        return self._texts("lessons_done")

    def add_lesson_done(self, name: str) -> None:
        """Remember that a lesson was completed."""
        if name not in self.lessons_done:
            self._store.setValue("lessons_done", [*self.lessons_done, name])

    def save(self) -> bool:
        """Write to the disk now; False where that is not possible, and the program goes on with what it has."""
        self._store.sync()
        return self._store.status() is QSettings.Status.NoError

    def _texts(self, name: str) -> list[str]:
        found: Any = self._store.value(name, [])
        if isinstance(found, str):  # Qt reads a list of one as a bare text
            return [found] if found else []
        return [text for text in found if isinstance(text, str)] if isinstance(found, list) else []

    def _bytes(self, name: str) -> QByteArray:
        found = self._store.value(name)
        return found if isinstance(found, QByteArray) else QByteArray()
