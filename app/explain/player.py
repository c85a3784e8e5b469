"""Player: the play row of a view that goes step by step: play, pause, step, scrub, speed, direction."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.explain.scrubber import Scrubber
from app.text import TIMES, count
from app.theme import Look
from app.widgets.icon_button import IconButton
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented

SPEEDS = (1, 2, 4, 8)  # steps per second
PAGES = 10  # Page keys cross everything in this many steps
KEYS = frozenset(
    (
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Space,
    )
)


class Player(QWidget):
    """A position 0 .. count − 1 that plays, steps and is dragged.

    Space plays and pauses, arrows step, Home and End go to the ends; the view around it may pass its own keys to
    `press`. Playing stops at the end it runs towards; pressed there, it begins at the other one.

    Args:
        what: what a step is, e.g. "Window"; the row reads "Window 27 of 64".
        speeds: steps per second on offer.

    Attributes:
        moved: the position, whoever moved it but `set_position`.
        playing_changed: whether it plays.
    """

    moved = Signal(int)
    playing_changed = Signal(bool)

    def __init__(self, what: str, look: Look, speeds: Sequence[int] = SPEEDS, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._what, self._look = what, look
        self._count, self._position, self._direction = 0, 0, 1
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._advance)
        self._make_parts(speeds)
        self._connect_parts()
        self._lay_out()
        self.set_count(0)

    @property
    def position(self) -> int:
        """The step shown, from 0."""
        return self._position

    @property
    def count(self) -> int:
        """How many steps there are."""
        return self._count

    @property
    def is_playing(self) -> bool:
        """Whether it moves by itself."""
        return self._timer.isActive()

    @property
    def speed(self) -> int:
        """Steps per second."""
        return int(self.speeds.value)

    @property
    def direction(self) -> int:
        """1 forward, −1 backward."""
        return self._direction

    def set_count(self, count: int, every: int = 0) -> None:
        """Take another number of steps; the position stays where it exists.

        Args:
            every: a tick on the slider at every so many steps, e.g. where a row begins.
        """
        self._count = count
        self.scrubber.set_count(count, every)
        for part in (self.back, self.play_button, self.forward, self.scrubber, self.turn):
            part.setEnabled(count > 1)
        if count < 2:
            self.pause()
        self.set_position(self._position)

    def set_position(self, position: int) -> None:
        """Show a step without saying `moved`; one that does not exist becomes the nearest."""
        self._position = min(max(position, 0), max(0, self._count - 1))
        self.scrubber.set_value(self._position)
        self._write()

    def set_place(self, text: str) -> None:
        """Say where the step is, e.g. "row 3, column 2"."""
        self._fit(self.place, text)

    def set_speed(self, speed: int) -> None:
        """Choose one of the speeds."""
        self.speeds.set_value(str(speed))
        self._pace()

    def set_direction(self, direction: int) -> None:
        """Play forward (1) or backward (−1)."""
        self._direction = 1 if direction > 0 else -1
        self.turn.set_icon_name("chevron_right" if direction > 0 else "chevron_left")
        word, other = ("forward", "backward") if direction > 0 else ("backward", "forward")
        self.turn.set_hint(f"Plays {word}; press to play {other}")

    def play(self) -> None:
        """Move by itself, from the other end where it stands at the last step."""
        if self._count < 2 or self.is_playing:
            return
        if not 0 <= self._position + self._direction < self._count:
            self.go(0 if self._direction > 0 else self._count - 1)
        self._pace()
        self._timer.start()
        self._show_state()

    def pause(self) -> None:
        """Stand still."""
        if self.is_playing:
            self._timer.stop()
            self._show_state()

    def toggle(self) -> None:
        """Play or pause."""
        self.pause() if self.is_playing else self.play()

    def step(self, by: int) -> None:
        """Pause and move by some steps."""
        self.pause()
        self.go(self._position + by)

    def go(self, position: int) -> None:
        """Move to a step and say so."""
        before = self._position
        self.set_position(position)
        if self._position != before:
            self.moved.emit(self._position)

    def press(self, key: int) -> bool:
        """Do what a key means here; returns whether it means anything."""
        page = max(1, self._count // PAGES)
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -self._count,
            Qt.Key.Key_End: self._count,
        }
        if key == Qt.Key.Key_Space:
            self.toggle()
        elif key in steps:
            self.step(steps[Qt.Key(key)])
        else:
            return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Play, step and jump."""
        if not _is_ours(event) or not self.press(event.key()):
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the row from the window's own shortcuts."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and _is_ours(event):
            event.accept()
            return True
        return super().event(event)

    def hideEvent(self, event: object) -> None:
        """Nothing plays where nobody sees it."""
        self.pause()

    def _make_parts(self, speeds: Sequence[int]) -> None:
        look = self._look
        self.back = IconButton("reset", "One step back (←)", look, framed=True)
        self.play_button = IconButton("play", "Play (Space)", look, framed=True)
        self.forward = IconButton("step", "One step forward (→)", look, framed=True)
        self.turn = IconButton("chevron_right", "", look, framed=True)
        self.what = PlainLabel(self._what, "body", look)
        self.counter = PlainLabel("", "result", look, "ink")
        self.total = PlainLabel("", "number", look, "ink3")
        self.scrubber = Scrubber(look)
        self.place = PlainLabel("", "body", look)
        self.speeds = Segmented([(f"{speed}", f"{speed}{TIMES}") for speed in speeds], look)
        self.speeds.set_value("4")
        self.speeds.setAccessibleName("Steps per second")
        self.set_direction(1)
        self.setAccessibleName(f"Player, {self._what.lower()} by {self._what.lower()}")

    def _connect_parts(self) -> None:
        self.back.clicked.connect(lambda: self.step(-1))
        self.play_button.clicked.connect(self.toggle)
        self.forward.clicked.connect(lambda: self.step(1))
        self.turn.clicked.connect(lambda: self.set_direction(-self._direction))
        self.scrubber.scrubbed.connect(self._on_scrubbed)
        self.speeds.changed.connect(self._pace)
        self._look.changed.connect(self._write)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in (self.back, self.play_button, self.forward, self.turn):
            row.addWidget(part)
        row.addSpacing(4)
        for label in (self.what, self.counter, self.total):
            row.addWidget(label)
        row.addSpacing(8)
        row.addWidget(self.scrubber, 1)
        row.addSpacing(8)
        row.addWidget(self.place)
        row.addWidget(self.speeds)

    def _write(self) -> None:
        self._fit(self.counter, count(self._position + 1) if self._count else "–", count(max(1, self._count)))
        self.total.setText(f"of {count(self._count)}")

    def _fit(self, label: PlainLabel, text: str, longest: str = "") -> None:
        """Write a text; a label of fixed size, which only grows, costs no new layout at each step."""
        metrics = QFontMetrics(label.font())
        width = max(metrics.horizontalAdvance(text), metrics.horizontalAdvance(longest)) + 2
        if width > label.minimumWidth():
            label.setFixedSize(width, self._look.theme.size("controlH"))
        label.setText(text)

    def _show_state(self) -> None:
        playing = self.is_playing
        self.play_button.set_icon_name("pause" if playing else "play", "ink" if playing else "ink2")
        self.play_button.set_hint("Pause (Space)" if playing else "Play (Space)")
        self.playing_changed.emit(playing)

    def _pace(self) -> None:
        self._timer.setInterval(round(1000 / self.speed))

    def _advance(self) -> None:
        following = self._position + self._direction
        if 0 <= following < self._count:
            self.go(following)
        if not 0 <= following + self._direction < self._count:
            self.pause()

    def _on_scrubbed(self, position: int) -> None:
        self.pause()
        self.go(position)


def _is_ours(event: QKeyEvent) -> bool:
    return event.key() in KEYS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
