"""FilmDialog: takes a film of a view over the run, shows how far it is, and writes it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.file_dialogs import ask_for_target
from app.film import MP4, Film, write_film
from app.text import count
from app.theme import Look
from app.widgets.plain_label import PlainLabel
from app.widgets.progress_line import ProgressLine
from engine.errors import UserError

Frames = list[tuple[int, QImage]]


def ask_for_place(parent: QWidget) -> Path | None:
    """Ask in which folder the frames' own folder is made; None when cancelled."""
    name = QFileDialog.getExistingDirectory(parent, "Folder for the frames")
    return Path(name) / "frames" if name else None


class FilmDialog(QDialog):
    """Closing it ends the film; the playhead goes back to where it was.

    Args:
        film: not started yet.
        steps: of the checkpoints it shows.
        title: of the view.

    Attributes:
        ask_for_target, ask_for_place: replaceable, so that a test can answer.
    """

    def __init__(self, film: Film, steps: list[int], title: str, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Film: {title}")
        self._film, self._steps = film, steps
        self._frames: Frames = []
        self.ask_for_target: Callable[[QWidget, str, str, str], Path | None] = ask_for_target
        self.ask_for_place: Callable[[QWidget], Path | None] = ask_for_place
        sentence = (
            f"One frame for each of the {count(len(steps))} checkpoints of this run, {title.lower()} as it is set."
        )
        self.sentence = PlainLabel(sentence, "body", look).set_wrapped()
        self.note = PlainLabel(MP4, "caption", look, "ink3").set_wrapped()
        self.progress = ProgressLine(look)
        self.gif, self.png = QPushButton("Save as GIF…"), QPushButton("Save PNG frames…")
        self.gif.setProperty("kind", "primary")
        self._lay_out()
        self._connect()
        self._show_frames([])

    def start(self) -> None:
        """Take the frames."""
        self.show()
        self._film.start(self._steps)

    def done(self, result: int) -> None:
        """The film ends with the dialog."""
        self._film.cancel()
        super().done(result)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.png)
        row.addWidget(self.gif)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 18)
        column.setSpacing(12)
        for widget in (self.sentence, self.progress, self.note):
            column.addWidget(widget)
        column.addLayout(row)
        self.setFixedWidth(400)

    def _connect(self) -> None:
        self.progress.cancelled.connect(self.reject)
        self._film.progressed.connect(lambda done, total: self.progress.set_count(done, total, "taking frames"))
        self._film.finished.connect(self._show_frames)
        self._film.failed.connect(self._fail)
        self.gif.clicked.connect(
            lambda: self._save(self.ask_for_target(self, "Save the film", "film.gif", "GIF (*.gif)"))
        )
        self.png.clicked.connect(lambda: self._save(self.ask_for_place(self)))

    def _show_frames(self, frames: Frames) -> None:
        self._frames = frames
        for button in (self.gif, self.png):
            button.setEnabled(bool(frames))
        self.progress.set_cancellable(not frames)

    def _fail(self, sentence: str) -> None:
        self.progress.hide()
        self.sentence.setText(sentence)
        self.sentence.set_token("err")

    def _save(self, out: Path | None) -> None:
        if out is None:
            return
        try:
            write_film(self._frames, out)
        except UserError as error:
            self.sentence.setText(str(error))
            self.sentence.set_token("err")
            return
        self.accept()
