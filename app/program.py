"""Program: the parts of the window put together: settings, look, document, engine, studio, recovery, window."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QTimer

from app.dialogs import Dialogs
from app.document import Document
from app.engine_client import ENGINE, EngineClient
from app.home.first_steps import DEFAULT_EXAMPLE
from app.main_window import MainWindow
from app.recovery import Recovery
from app.settings import Settings
from app.studio import Studio
from app.theme import Look


@dataclass
class Program:
    """Everything that lives as long as the window."""

    settings: Settings
    look: Look
    studio: Studio
    recovery: Recovery | None
    window: MainWindow

    def begin(self, project: Path | None) -> None:
        """Show the first view: the project asked for; Home for whoever was here before; the digits for a newcomer."""
        orphans = self.recovery.orphans() if self.recovery is not None else []
        if project is not None:
            self._open(project)
        elif orphans or self.settings.recent_files:
            self.window.show_view("home")
        else:
            self.window.files.open_example(DEFAULT_EXAMPLE)

    def begin_after_first_paint(self, project: Path | None, then: Callable[[], object] = lambda: None) -> None:
        """Let the window appear before its first view is made; meanwhile the engine, which takes seconds, starts."""

        def begin() -> None:
            self.studio.engine.start()
            self.begin(project)
            then()

        self.window.painted.connect(lambda: QTimer.singleShot(0, begin))

    def _open(self, project: Path) -> None:
        if not self.window.files.open_path(project):
            self.window.show_view("home")
            problem = self.window.files.last_error
            if problem is not None:
                print(f"glassbox: {problem}", file=sys.stderr)


def assemble(
    settings: Settings | None = None,
    *,
    theme: str = "",
    command: Sequence[str] = ENGINE,
    dialogs: Dialogs | None = None,
    recover: bool = True,
) -> Program:
    """Make the parts. A QApplication must exist.

    Args:
        theme: "dark" or "light" instead of what the settings say.
        command: what starts the engine.
        recover: keep autosaves, and offer those of crashed windows.
    """
    settings = settings or Settings()
    look = Look(theme or settings.theme_mode)
    document = Document()
    engine = EngineClient(command)
    studio = Studio(document, engine, settings)
    recovery = Recovery(document) if recover else None
    window = MainWindow(studio, recovery, look, dialogs)
    return Program(settings, look, studio, recovery, window)
