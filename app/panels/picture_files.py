"""Pictures from files: each read as the training data are, with what the network says about it."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.file_dialogs import IMAGES, ask_for_files
from app.plots.image_grid import ImageGrid
from app.reading import class_probabilities
from app.text import format_number, percent
from app.theme import Look, sample_image
from app.widgets.drop_zone import DropZone
from app.widgets.plain_label import PlainLabel
from app.widgets.progress_line import ProgressLine
from engine.messages import Predicted

TILE = 120
MOST_PROBLEMS = 6


class PictureFiles(QWidget):
    """Takes image files and shows the answers."""

    files_chosen = Signal(object)  # list[Path]
    picked = Signal(object)  # outputs of one picture, float32 (unit,)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._predicted: Predicted | None = None
        self._range = (0.0, 1.0)
        self.ask_for_files: Callable[[QWidget, str, str], list[Path]] = ask_for_files
        self.drop_zone = DropZone("Drop images here, or press to choose", "PNG, JPEG, BMP, GIF, WebP, TIFF", look)
        self.progress = ProgressLine(look)
        self.progress.set_cancellable(False)
        self.progress.hide()
        self.problems = PlainLabel("", "body", look, "warn").set_wrapped()
        self.problems.hide()
        self.grid = ImageGrid(look)
        self.grid.set_tile(TILE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for widget in (self.drop_zone, self.progress, self.problems):
            column.addWidget(widget)
        column.addWidget(self.grid, 1)
        self.drop_zone.dropped.connect(self.files_chosen)
        self.drop_zone.clicked.connect(self.choose)
        self.grid.picked.connect(self._pick)
        look.changed.connect(self._draw)

    def choose(self) -> None:
        """Ask for files."""
        paths = self.ask_for_files(self, "Images", IMAGES)
        if paths:
            self.files_chosen.emit(paths)

    def set_busy(self, text: str) -> None:
        """Show that files are being read; empty when that is over."""
        self.progress.set_busy(text)
        self.progress.setVisible(bool(text))

    def show_problems(self, problems: Sequence[str]) -> None:
        """Say which files were left out, and why."""
        more = [f"and {len(problems) - MOST_PROBLEMS} more"] if len(problems) > MOST_PROBLEMS else []
        self.problems.setText("\n".join([*problems[:MOST_PROBLEMS], *more]))
        self.problems.setVisible(bool(problems))

    def set_predicted(self, predicted: Predicted, value_range: tuple[float, float]) -> None:
        """Show the pictures as the network saw them, with its answers.

        Args:
            value_range: raw values of black and white.
        """
        self._predicted, self._range = predicted, value_range
        self.show_problems(predicted.problems)
        self._draw()
        if len(predicted.outputs):
            self.grid.current = 0
            self._pick(0)

    def _draw(self) -> None:
        shown = self._predicted
        if shown is None:
            return
        images = [sample_image(x, self._range, self._look.theme) for x in shown.x]
        self.grid.set_images(images, [self._caption(shown, at) for at in range(len(images))])

    def _caption(self, shown: Predicted, at: int) -> str:
        name = f"{shown.names[at]}: " if at < len(shown.names) else ""
        if not shown.class_names:
            return f"{name}{format_number(float(shown.outputs[at, 0]))}"
        shares = class_probabilities(np.asarray(shown.outputs), len(shown.class_names))[at]
        best = int(shares.argmax())
        return f"{shown.class_names[best]} {percent(float(shares[best]), 0)} {name.removesuffix(': ')}".strip()

    def _pick(self, position: int) -> None:
        if self._predicted is not None and position < len(self._predicted.outputs):
            self.picked.emit(self._predicted.outputs[position])
