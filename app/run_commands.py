"""RunCommands: renames and deletes the runs of the table, never the one that trains."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from app import run_files
from app.dialogs import choose
from app.panels.runs_table import RunsTable
from app.run_model import RunModel
from app.run_rows import run_name
from app.studio import Studio
from engine.errors import UserError

LIVE = ("starting", "training", "paused")
DELETE = "Delete"
KEPT = "Its curves and checkpoints are put away. Undo brings them back; after a week they are gone."


class RunCommands(QObject):
    """Does what the table asks for.

    Args:
        reload: shows the runs as they are on the disk now.

    Attributes:
        ask: the question before a run is deleted; replaceable, so that a test can answer.
    """

    def __init__(self, studio: Studio, table: RunsTable, reload: Callable[[], object]) -> None:
        super().__init__(table)
        self._studio, self._table, self._reload = studio, table, reload
        self.ask: Callable[..., str] = choose
        table.rename_requested.connect(self.rename)
        table.delete_requested.connect(self.delete)

    def rename(self, run: RunModel, name: str) -> None:
        """Give a run another name; empty for the time it began."""
        if self._is_free(run, "renamed"):
            self._guarded(lambda: self._move(run, run_files.rename(run.folder, name)))

    def delete(self, run: RunModel) -> None:
        """Ask, and put a run away."""
        if not self._is_free(run, "deleted"):
            return
        name = run_name(run)
        if self.ask(self._table, f"Delete the run {name}?", KEPT, (DELETE, "Keep it")) == DELETE:
            self._guarded(lambda: self._delete(run, name))

    def _delete(self, run: RunModel, name: str) -> None:
        folder, was_shown = run.folder, run is self._studio.run
        lying = run_files.put_away(folder)
        if was_shown:
            self._studio.show_run(None)
        self._reload()
        back = lambda: self._guarded(lambda: self._bring_back(run, lying, was_shown))  # noqa: E731
        self._studio.offered.emit(f"Run {name} deleted", "ok", "Undo", back)

    def _bring_back(self, run: RunModel, lying: Path, was_shown: bool) -> None:
        run_files.bring_back(lying, run.folder)
        if was_shown and self._studio.run is None:
            self._studio.show_run(run)
        self._reload()

    def _move(self, run: RunModel, folder: Path) -> None:
        self._table.model.eyes = {folder if eye == run.folder else eye for eye in self._table.model.eyes}
        run.folder = folder
        if run is self._studio.run:
            self._studio.show_run(run)
        self._reload()

    def _is_free(self, run: RunModel, what: str) -> bool:
        shown = self._studio.run
        if shown is None or shown.folder != run.folder or self._studio.training not in LIVE:
            return True
        self._studio.noted.emit(f"This run is training; it can be {what} once it is stopped.", "warn")
        return False

    def _guarded(self, action: Callable[[], None]) -> None:
        try:
            action()
        except UserError as error:
            self._studio.noted.emit(str(error), "err")
            self._reload()
