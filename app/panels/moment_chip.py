"""MomentChip: names the weights that are shown, e.g. "weights of epoch 3", while the playhead stands in the past."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.actions import Actions
from app.explanation import moment_text
from app.studio import Studio
from app.theme import Look
from app.widgets.chip import Chip
from app.widgets.icon_button import IconButton


class MomentChip(QWidget):
    """An ink chip while a past moment is shown, and a button to branch from it; nothing, or a quiet chip, while the
    newest is.

    Args:
        names_newest: say which weights these are also where they are the newest.
    """

    def __init__(
        self,
        studio: Studio,
        look: Look,
        actions: Actions,
        names_newest: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._studio, self._names_newest = studio, names_newest
        self._step: int | None = None
        self.chip = Chip("", look)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.chip)
        self.branch = IconButton("branch", "Branch from here… (Ctrl+B)", look)
        self.branch.clicked.connect(lambda: actions.trigger("branch"))
        row.addWidget(self.branch)
        studio.moment_changed.connect(self._forget)
        studio.run_changed.connect(self._forget)
        studio.watched.connect(lambda watched: self.set_step(watched.step) if studio.seen_folder else None)
        self.synchronize()

    @property
    def text(self) -> str:
        """What it says; empty while it is not there."""
        return self._words() if self._is_wanted() else ""

    def set_step(self, step: int) -> None:
        """The weights on screen are those of this step; it may be the nearest checkpoint to the one asked for."""
        self._step = step
        self.synchronize()

    def synchronize(self) -> None:
        """Bring it in step with the playhead."""
        self.chip.set_text(self._words())
        self.chip.set_tone("ink" if self._studio.shown_step is not None else "raised")
        self.branch.setVisible(self._studio.shown_step is not None)
        self.setVisible(self._is_wanted())

    def _forget(self, _news: object) -> None:
        self._step = None
        self.synchronize()

    def _is_wanted(self) -> bool:
        return self._studio.shown_step is not None or self._names_newest

    def _words(self) -> str:
        studio = self._studio
        run = studio.run if studio.seen_folder else None
        if run is None:
            return "initial weights"
        step = self._step if self._step is not None else run.kept_step(studio.shown_step)
        return moment_text(run, step)
