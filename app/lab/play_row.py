"""PlayRow: the row under a stage: back, play, forward, the time as a slider, speed."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.explain.scrubber import Scrubber
from app.lab.stage import Stage
from app.text import TIMES, count
from app.theme import Look
from app.widgets.icon_button import IconButton
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented

SPEEDS = ("0.25", "1", "4", "16")
KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Space)


class PlayRow(QWidget):
    """Plays, steps and scrubs one stage. Space plays, arrows step, Home and End go to the ends."""

    def __init__(self, stage: Stage, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage, self._look = stage, look
        self.first = IconButton("reset", "Back to the beginning (Home)", look, framed=True)
        self.back = IconButton("chevron_left", "One step back (←)", look, framed=True)
        self.play_button = IconButton("play", "Play (Space)", look, framed=True)
        self.forward = IconButton("step", "One step forward (→)", look, framed=True)
        self.what = PlainLabel(stage.what, "body", look)
        self.counter, self.total = PlainLabel("0", "result", look, "ink"), PlainLabel("", "number", look, "ink3")
        self.scrubber = Scrubber(look)
        self.speeds = Segmented([(speed, f"{speed}{TIMES}") for speed in SPEEDS], look)
        self.speeds.set_value("1")
        self.speeds.setAccessibleName("Speed")
        self.setAccessibleName("Play row")
        self._connect()
        self._lay_out()
        self._take_length()

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

    def press(self, key: int) -> bool:
        """Do what a key means here; returns whether it means anything."""
        if not self.isEnabled() or not self._stage.length:
            return False
        if key == Qt.Key.Key_Space:
            self.toggle()
        elif key == Qt.Key.Key_Left:
            self.step(-1)
        elif key == Qt.Key.Key_Right:
            self.step(1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._scrub(0 if key == Qt.Key.Key_Home else round(self._stage.length))
        else:
            return False
        return True

    def toggle(self) -> None:
        """Play or pause."""
        self._stage.pause() if self._stage.is_playing else self._stage.play()

    def step(self, by: int) -> None:
        """Pause and go to the next or the previous whole step."""
        now = self._stage.time
        self._stage.pause()
        self._stage.go(int(now) + by if by > 0 or now == int(now) else int(now))

    def _connect(self) -> None:
        stage = self._stage
        self.first.clicked.connect(lambda: self._scrub(0))
        self.back.clicked.connect(lambda: self.step(-1))
        self.play_button.clicked.connect(self.toggle)
        self.forward.clicked.connect(lambda: self.step(1))
        self.scrubber.scrubbed.connect(self._scrub)
        self.speeds.changed.connect(lambda speed: stage.set_speed(float(speed)))
        stage.moved.connect(self._show_time)
        stage.length_changed.connect(self._take_length)
        stage.playing_changed.connect(self._show_state)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(8)
        for part in (self.first, self.back, self.play_button, self.forward, self.what, self.counter, self.total):
            row.addWidget(part)
        row.addWidget(self.scrubber, 1)
        row.addWidget(self.speeds)

    def _scrub(self, position: int) -> None:
        self._stage.pause()
        self._stage.go(position)

    def _take_length(self) -> None:
        steps = round(self._stage.length)
        self.setVisible(steps > 0)
        self.scrubber.set_count(steps + 1)
        self.total.setText(f"of {count(steps)}")
        self.counter.setFixedWidth(QFontMetrics(self.counter.font()).horizontalAdvance(count(steps)) + 4)
        self._show_time(self._stage.time)

    def _show_time(self, time: float) -> None:
        self.counter.setText(count(int(time)))
        self.scrubber.set_value(round(time))

    def _show_state(self, playing: bool) -> None:
        self.play_button.set_icon_name("pause" if playing else "play", "ink" if playing else "ink2")
        self.play_button.set_hint("Pause (Space)" if playing else "Play (Space)")


def _is_ours(event: QKeyEvent) -> bool:
    return event.key() in KEYS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
