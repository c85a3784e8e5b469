"""Stage: the moving part of a lesson; the frame around it owns text, question, play row and progress."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from PySide6.QtCore import QElapsedTimer, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter
from PySide6.QtWidgets import QWidget

from app.studio import Studio
from app.theme import Look
from engine.errors import UserError
from engine.project import Project

FRAME = 16  # ms between two frames
LONGEST = 0.25  # s that one frame may advance, e.g. after the machine slept
CARD = (720, 440)  # px a stage is drawn at for its card


class Stage(QWidget):
    """Base of the stages. Its time counts steps from 0 to `length`; at the same time it always shows the same.

    A subclass sets the class attributes, builds itself in `__init__`, and answers `take_state`, `state`, `show_time`
    and `sections`.

    Args:
        studio: for what the engine must compute; None where there is no engine, as in `glassbox lab NAME --out`.

    Attributes:
        defaults: the state it begins with; a lesson's state may hold these keys, with values of the same kind.
        conditions: what can complete a lesson: id -> what has to come true, in words.
        what: what one step is, e.g. "Step"; the play row reads "Step 12 of 60".
        rate: steps per second at normal speed.
        in_steps: nothing moves between two whole steps, so that playing draws only those.
        done: id of a condition that came true.
        noted: a sentence for a toast, and its kind: "ok", "warn" or "err".
        changed: the user changed something that belongs to the state.
        moved: the time, whoever moved it.
        length_changed: there are more or fewer steps.
        playing_changed: whether it plays.
    """

    defaults: ClassVar[Mapping[str, Any]] = {}
    conditions: ClassVar[Mapping[str, str]] = {}
    what: ClassVar[str] = "Step"
    rate: ClassVar[float] = 4.0
    in_steps: ClassVar[bool] = False
    done = Signal(str)
    noted = Signal(str, str)
    changed = Signal()
    moved = Signal(float)
    length_changed = Signal()
    playing_changed = Signal(bool)

    def __init__(self, look: Look, studio: Studio | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look, self.studio = look, studio
        self._time, self._length, self._speed, self._frozen = 0.0, 0.0, 1.0, False
        self._rate = self.rate
        self._clock = QElapsedTimer()
        self._timer = QTimer(self, interval=FRAME, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        look.changed.connect(self.restyle)

    def take_state(self, values: dict[str, Any]) -> None:
        """Show a state: every key of `defaults`, checked for its kind.

        Raises:
            UserError: a value is out of its range or not among the choices.
        """
        raise NotImplementedError

    def state(self) -> dict[str, Any]:
        """What is shown now, with the keys of `defaults`, as JSON can hold it."""
        raise NotImplementedError

    def show_time(self, time: float) -> None:
        """Draw the moment `time` steps after the beginning."""

    def sections(self) -> Sequence[QWidget]:
        """The controls and open numbers at the right, made once, each a section of the panel."""
        return ()

    def adopt_sections(self) -> None:
        """Let the sections live and die with the stage until a panel takes them."""
        for section in self.sections():
            section.hide()
            section.setParent(self)

    def project(self) -> Project | None:
        """The network shown as a project for "Take it to Build"; None where it is none."""
        return None

    def run(self) -> None:
        """Do what the lesson's question asks about: play from the beginning, unless a stage knows better."""
        self.go(0)
        self.play()

    def picture(self) -> QWidget:
        """What its card in the gallery shows."""
        return self

    def restyle(self) -> None:
        """Follow the theme."""
        self.update()

    @property
    def time(self) -> float:
        """Steps from the beginning."""
        return self._time

    @property
    def length(self) -> float:
        """Steps there are to play; 0 where nothing plays."""
        return self._length

    @property
    def is_playing(self) -> bool:
        """Whether time moves by itself."""
        return self._timer.isActive()

    @property
    def is_frozen(self) -> bool:
        """Whether it waits for the answer to a question; handles do not move then."""
        return self._frozen

    def set_frozen(self, is_frozen: bool) -> None:
        """Stand still while a question is asked."""
        self._frozen = is_frozen
        if is_frozen:
            self.pause()

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Begin with a state; what it does not name is as in `defaults`. Time goes to 0.

        Raises:
            UserError: an unknown name, a value of the wrong kind, or one out of its range.
        """
        self.pause()
        self.take_state(checked(state, self.defaults))
        self.go(0)

    def set_length(self, length: float) -> None:
        """There are so many steps now; a later time falls back to the end."""
        if length != self._length:
            self._length = length
            self.length_changed.emit()
            if self._time > length:
                self.go(length)

    def set_speed(self, speed: float) -> None:
        """Play at a multiple of `rate`."""
        self._speed = speed

    def set_pace(self, rate: float) -> None:
        """Play so many steps per second at normal speed, from now on."""
        self._rate = rate

    def go(self, time: float) -> None:
        """Show the moment nearest to `time`."""
        before, self._time = self._time, min(max(0.0, float(time)), self._length)
        if not (self.in_steps and self.is_playing and int(before) == int(self._time)):
            self.show_time(self._time)
        self.moved.emit(self._time)

    def advance(self, steps: float) -> None:
        """Move on by some steps; at the end it pauses."""
        self.go(self._time + steps)
        if self._time >= self._length:
            self.pause()

    def draw_at(self, time: float) -> None:
        """Stand at a moment, for a picture."""
        self.pause()
        self.go(time)

    def play(self) -> None:
        """Move by itself, from the beginning where it stands at the end."""
        if self._length <= 0 or self.is_playing or self._frozen:
            return
        if self._time >= self._length:
            self.go(0)
        self._clock.start()
        self._timer.start()
        self.playing_changed.emit(True)

    def pause(self) -> None:
        """Stand still."""
        if self.is_playing:
            self._timer.stop()
            self.playing_changed.emit(False)

    def paint_picture(self, painter: QPainter, place: QRect) -> None:
        """Draw what its card shows into a rectangle, covering it."""
        shown = self.picture()
        if shown is self or not shown.isVisible():
            shown.resize(*CARD)
        scale = max(place.width() / shown.width(), place.height() / shown.height())
        painter.save()
        painter.setClipRect(place)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        picture = shown.grab()
        width, height = round(shown.width() * scale), round(shown.height() * scale)
        painter.drawPixmap(QRect(place.x() - (width - place.width()) // 2, place.y(), width, height), picture)
        painter.restore()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing plays where nobody sees it."""
        super().hideEvent(event)
        self.pause()

    def _tick(self) -> None:
        passed = min(self._clock.restart() / 1000, LONGEST)
        self.advance(passed * self._rate * self._speed)


def checked(state: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return `defaults` with the values of `state` over them.

    Raises:
        UserError: a name that is not among the defaults, or a value of another kind; `where` is the name.
    """
    for name, value in state.items():
        if name not in defaults:
            known = f"It knows: {', '.join(defaults)}." if defaults else "It takes none."
            raise UserError(f"This stage has no setting {name!r}.", known, where=name)
        if not _is_like(value, defaults[name]):
            expected = f"expected something like {defaults[name]!r}"
            raise UserError(f"{name} is {value!r}, {expected}.", "Correct the lesson's state.", where=name)
    return {**defaults, **state}


def _is_like(value: Any, example: Any) -> bool:
    if isinstance(example, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(example, bool)
    if isinstance(example, int | float):
        whole = isinstance(example, float) or isinstance(value, int)
        return isinstance(value, int | float) and math.isfinite(value) and whole
    if isinstance(example, list) and isinstance(value, list) and example:
        return all(_is_like(item, example[0]) for item in value)
    return isinstance(value, type(example))
