"""Film: a view of See at every checkpoint of a run, frame by frame; and what files it makes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QPoint, QRect, QTimer, Signal, SignalInstance
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from app.gif import gif
from app.images import png_bytes
from app.run_model import RunModel
from app.studio import Studio
from engine.errors import UserError
from engine.storage import atomic_write, make_folder

PATIENCE = 20_000  # ms for one frame
REST = 40  # ms between what a view says it has drawn and the picture of it
FIRST_REST = 400  # ms before the first picture, while panels still find their places
FRAME, LAST = 300, 1500  # ms that a frame stays, and the last one
MP4 = "MP4 would need a video library that this program does not bring along."


class Shown(Protocol):
    """The frame around the view: says when it has settled, and on which step last."""

    settled_step: int

    @property
    def settled(self) -> SignalInstance:
        """Step whose weights are drawn."""


class Film(QObject):
    """Moves the playhead from checkpoint to checkpoint and takes a picture of each; the playhead ends where it was.

    Args:
        see: says when its view has settled.
        view: what is filmed.

    Attributes:
        progressed: frames taken, frames wanted.
        finished: list of (step, QImage).
        failed: a sentence; the frames until then are lost.
    """

    progressed = Signal(int, int)
    finished = Signal(object)
    failed = Signal(str)

    def __init__(self, see: Shown, view: QWidget, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._see, self._view, self._studio = see, view, studio
        self._steps: list[int] = []
        self._frames: list[tuple[int, QImage]] = []
        self._before: int | None = None
        self._settled = -1
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE)
        self._patience.timeout.connect(self._give_up)
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._take)

    @property
    def is_running(self) -> bool:
        """Whether frames are being taken."""
        return bool(self._steps)

    def start(self, steps: Sequence[int]) -> None:
        """Take a frame of each of these checkpoints."""
        self._before, self._frames, self._steps = self._studio.shown_step, [], list(steps)
        self._total, self._settled = len(self._steps), self._see.settled_step
        self._see.settled.connect(self._on_settled)
        self._rest.setInterval(FIRST_REST)
        self._next()

    def cancel(self) -> None:
        """Take no more; nothing is said."""
        if self.is_running:
            self._end()

    def _next(self) -> None:
        self.progressed.emit(len(self._frames), self._total)
        if not self._steps:
            frames = self._frames
            self._end()
            self.finished.emit(frames)
            return
        self._patience.start()
        before = self._studio.shown_step
        self._studio.show_step(self._steps[0])
        if self._studio.shown_step == before and self._settled == self._steps[0]:
            self._rest.start()  # the view shows it already, and has no reason to say so again

    def _on_settled(self, step: int) -> None:
        self._settled = step
        if self._steps and step == self._steps[0]:
            self._rest.start()

    def _take(self) -> None:
        if self._steps and self._settled == self._steps[0]:
            self._rest.setInterval(REST)
            self._frames.append((self._steps.pop(0), picture_of(self._view)))
            self._next()

    def _give_up(self) -> None:
        step = self._steps[0]
        self._end()
        self.failed.emit(f"The view did not show step {step:,} in {PATIENCE / 1000:.0f} s; the film was given up.")

    def _end(self) -> None:
        self._steps, self._frames = [], []
        self._patience.stop()
        self._rest.stop()
        self._see.settled.disconnect(self._on_settled)
        self._studio.show_step(self._before)


def picture_of(view: QWidget) -> QImage:
    """A view on the ground it lies on."""
    window = view.window()
    return window.grab(QRect(view.mapTo(window, QPoint(0, 0)), view.size())).toImage()


def film_steps(run: RunModel) -> list[int]:
    """The steps a film of a run shows: those of its checkpoints, rising."""
    return sorted(set(run.checkpoints))


def write_film(frames: Sequence[tuple[int, QImage]], out: Path) -> None:
    """Write a GIF, or where `out` has no suffix a folder of one PNG for each frame, named by its step.

    Raises:
        UserError: there are no frames, another kind of file is wanted, or the disk refuses.
    """
    if not frames:
        raise UserError("The run has no checkpoint to film.", "Train first.")
    if out.suffix.lower() == ".gif":
        times = [FRAME] * (len(frames) - 1) + [LAST]
        atomic_write(out, gif([frame for _, frame in frames], times))
    elif not out.suffix:
        folder = make_folder(out)
        for step, frame in frames:
            atomic_write(folder / f"step-{step:09d}.png", png_bytes(frame))
    else:
        reason = MP4 if out.suffix.lower() == ".mp4" else f"{out.suffix} is no kind of film."
        raise UserError(reason, "Give a name that ends in .gif, or a folder for PNG frames.")
