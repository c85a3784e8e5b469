"""Overlays: what opens above the window: palette, toast, list of keys, report on the machine; made when needed."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.palette_entry import PaletteEntry
from app.theme import Look

if TYPE_CHECKING:
    from app.engine_client import EngineClient
    from app.frame.drop_hint import DropHint
    from app.panels.command_palette import CommandPalette
    from app.widgets.toast import Toast


class Overlays:
    """The overlays of one window.

    Args:
        window: they float above it.
        provide: gives the palette's entries.
    """

    def __init__(self, window: QWidget, look: Look, provide: Callable[[], Sequence[PaletteEntry]]) -> None:
        self._window, self._look, self._provide = window, look, provide
        self._palette: CommandPalette | None = None
        self._toast: Toast | None = None
        self._drop_hint: DropHint | None = None

    @property
    def palette(self) -> "CommandPalette":
        """The command palette."""
        if self._palette is None:
            from app.panels.command_palette import CommandPalette

            self._palette = CommandPalette(self._provide, self._look, self._window)
        return self._palette

    @property
    def toast(self) -> "Toast":
        """The sentence at the bottom."""
        if self._toast is None:
            from app.widgets.toast import Toast

            self._toast = Toast(self._look, self._window)
        return self._toast

    @property
    def drop_hint(self) -> "DropHint":
        """What dropping the files that hover over the window does."""
        if self._drop_hint is None:
            from app.frame.drop_hint import DropHint

            self._drop_hint = DropHint(self._look, self._window)
        return self._drop_hint

    def open_palette(self) -> None:
        """Open the command palette."""
        self.palette.open()

    def open_shortcuts(self) -> None:
        """Open the list of keys."""
        from app.panels.shortcut_list import ShortcutList

        dialog = ShortcutList(self._look, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def open_doctor(self) -> None:
        """Open the report on this machine."""
        from app.panels.doctor_dialog import DoctorDialog

        DoctorDialog(self._look, self._window).open()

    def open_log(self, engine: "EngineClient") -> None:
        """Open the end of the engine's log."""
        from app.panels.log_dialog import LogDialog

        start = engine.start if engine.state == "down" else None
        LogDialog(engine.log_tail, engine.log_path, start, self._look, self._window).open()

    def open_data_table(self, view: QWidget | None) -> None:
        """Open the numbers behind the picture in focus; say so where there is none.

        Args:
            view: the workspace on screen.
        """
        from app.panels.data_table import DataTable, subject_in

        subject = subject_in(view)
        if subject is None:
            self.toast.say("No chart, heat map or canvas is on screen here, so there is no table of numbers.", "warn")
            return
        DataTable(subject, self._look, self._window).open()
