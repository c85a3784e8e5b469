"""The timeline: the whole training as one strip, with the losses as its ground and a playhead to drag."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.buckets import Buckets
from app.plots.plot import Plot, Table
from app.plots.thinning import thin
from app.plots.timeline_picture import Curve, Empty, Strip, TimelinePicture, x_of
from app.text import count, format_number
from app.theme import Look
from app.throttle import Throttle

ABOVE = 3  # px the handle stands out
LIVE = "Live"
REDRAW = 66  # ms between two drawings while a training runs; the playhead moves less than a pixel in that time


class Timeline(Plot):
    """Train loss as a filled curve, validation loss as a line; log scale unless that makes them flat.

    `scrubbed` is emitted with a step while the playhead is dragged (at most every 33 ms, the last position always)
    and for keys: arrows one step, Shift one epoch, Ctrl the next checkpoint, Home the start, End the newest step.
    """

    scrubbed = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._train: Curve = (Empty, Empty)
        self._validation: Curve = (Empty, Empty)
        self._buckets: Buckets | None = None
        self._drawer = TimelinePicture(look)
        self._picture: QPixmap | None = None
        self._drawn_as: object = None
        self._total, self._per_epoch, self._reached = 0, 0, 0
        self._checkpoints: tuple[int, ...] = ()
        self._best: int | None = None
        self._playhead, self._label = 0, ""
        self._idle = "Train to fill the timeline"
        self._waiting: int | None = None
        self._timer = QTimer(self, singleShot=True, interval=look.theme.motion("scrubThrottle"))
        self._timer.timeout.connect(self._say)
        self._soon = Throttle(self, self.update, REDRAW)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("focusRing", look.theme.radius("control"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Timeline")
        self.setAccessibleDescription(self._idle)

    def set_curves(
        self,
        steps: np.ndarray,
        loss: np.ndarray,
        val_steps: np.ndarray,
        val_loss: np.ndarray,
        buckets: Buckets | None = None,
    ) -> None:
        """Show other losses.

        Args:
            steps, loss: (steps,) of the training part, one per optimiser step.
            val_steps, val_loss: (evaluations,) of the validation part.
            buckets: summary of `loss`, for very long runs.
        """
        self._idle = ""
        self._train, self._buckets = (np.asarray(steps), np.asarray(loss)), buckets
        self._validation = np.asarray(val_steps), np.asarray(val_loss)
        self._reached = int(steps[-1]) if len(steps) else 0
        self.setAccessibleDescription(self._sentence())
        self._change()

    def set_total(self, steps: int, steps_per_epoch: int) -> None:
        """Set the planned steps, and how many of them make an epoch."""
        if (steps, steps_per_epoch) != (self._total, self._per_epoch):
            self._total, self._per_epoch = int(steps), int(steps_per_epoch)
            self._change()

    def set_checkpoints(self, steps: Sequence[int], best: int | None = None) -> None:
        """Show the steps that are stored, and where the validation loss was best."""
        stored = tuple(sorted(int(step) for step in steps))
        if (stored, best) != (self._checkpoints, self._best):
            self._checkpoints, self._best = stored, best
            self._change()

    def set_playhead(self, step: int, text: str = "") -> None:
        """Move the playhead, unless it is being dragged."""
        if (step, text) != (self._playhead, self._label):
            self._playhead, self._label = int(step), text
            self._soon.request()

    def set_idle(self, sentence: str) -> None:
        """Show one sentence on a hatched ground, until curves come."""
        self._idle = sentence
        self._train = self._validation = (Empty, Empty)
        self._reached = self._playhead = 0
        self._picture = None
        self.describe(sentence)

    def restyle(self) -> None:
        """Follow the theme."""
        self._picture = None
        self.update()

    @property
    def is_scrubbed(self) -> bool:
        """Whether the playhead stands before the newest step."""
        return not self._idle and self._playhead < self._reached

    def table(self) -> Table:
        """Return step, loss and part, thinned to 500 points."""
        rows = [[int(step), float(loss), "train"] for step, loss in zip(*thin(*self._train, 500), strict=True)]
        rows += [[int(step), float(loss), "validation"] for step, loss in zip(*self._validation, strict=False)]
        return ["step", "loss", "part"], rows

    def tip_at(self, place: QPoint) -> str:
        """Return step, epoch and loss under a point."""
        if self._idle or not len(self._train[0]):
            return ""
        step = self._step_at(place.x())
        epoch = f", epoch {step / self._per_epoch:.2f}" if self._per_epoch else ""
        index = int(np.searchsorted(self._train[0], step))
        if index >= len(self._train[1]):
            return f"step {count(step)}{epoch}, not reached yet"
        return f"step {count(step)}{epoch}, train loss {format_number(float(self._train[1][index]), 5)}"

    def sizeHint(self) -> QSize:
        """Return the height of the strip with the handle."""
        return QSize(480, self._look_height())

    def minimumSizeHint(self) -> QSize:
        """Return the least useful width."""
        return QSize(160, self._look_height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the playhead, or press Live."""
        if event.button() != Qt.MouseButton.LeftButton or self._idle:
            return
        live = self.is_scrubbed and self._live_box().contains(event.position())
        self._scrub(self._reached if live else self._step_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the playhead."""
        if event.buttons() & Qt.MouseButton.LeftButton and not self._idle:
            self._scrub(self._step_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Say the last position."""
        self._say()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the playhead."""
        target = None if self._idle else self._target(Qt.Key(event.key()), event.modifiers())
        if target is None:
            super().keyPressEvent(event)
        else:
            self._scrub(target)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the strip."""
        box, painter = self._box(), QPainter(self)
        painter.drawPixmap(box.topLeft(), self._strip_picture(box))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._idle:
            self._paint_sentence(painter, box)
        else:
            self._paint_playhead(painter, box)

    def _change(self) -> None:
        self._picture = None
        self._soon.request()

    def _strip_picture(self, box: QRectF) -> QPixmap:
        """What lies behind the playhead, drawn anew where it changed."""
        scrubbed = self._playhead if self.is_scrubbed else None
        key = (box.width(), self.devicePixelRatio(), scrubbed)
        if self._picture is None or key != self._drawn_as:
            self._drawn_as = key
            reached = None if self._idle else self._reached
            ends, marks = (self._end(), self._per_epoch), (self._checkpoints, self._best)
            strip = Strip(self._train, self._validation, self._buckets, *ends, reached, scrubbed, *marks)
            self._picture = self._drawer.drawn(strip, box.size().toSize(), self.devicePixelRatio())
        return self._picture

    def _target(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> int | None:
        if key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            return 0 if key == Qt.Key.Key_Home else self._reached
        if key not in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            return None
        forward = key == Qt.Key.Key_Right
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            later = [step for step in self._checkpoints if step > self._playhead]
            earlier = [step for step in self._checkpoints if step < self._playhead]
            return (later or [self._reached])[0] if forward else (earlier or [0])[-1]
        size = max(1, self._per_epoch) if modifiers & Qt.KeyboardModifier.ShiftModifier else 1
        return self._playhead + (size if forward else -size)

    def _scrub(self, step: int) -> None:
        step = min(max(step, 0), self._reached)
        self._playhead = step
        if self._per_epoch and step % self._per_epoch == 0:
            self._label = f"epoch {step // self._per_epoch}"
        else:
            self._label = f"step {count(step)}"
        self._waiting = step
        self.update()
        if not self._timer.isActive():
            self._say()

    def _say(self) -> None:
        if self._waiting is not None:
            step, self._waiting = self._waiting, None
            self._timer.start()
            self.scrubbed.emit(step)

    def _look_height(self) -> int:
        return self.look.theme.size("timeline") + 2 * ABOVE

    def _box(self) -> QRectF:
        return QRectF(0, ABOVE, self.width(), self.look.theme.size("timeline"))

    def _end(self) -> int:
        return max(self._total, self._reached, 1)

    def _x_of(self, step: float) -> float:
        return x_of(step, self._end(), self.width())

    def _step_at(self, x: float) -> int:
        return round((x - 1) / max(1, self.width() - 2) * self._end())

    def _paint_playhead(self, painter: QPainter, box: QRectF) -> None:
        theme = self.look.theme
        ink = theme.color("ink")
        x = float(min(max(round(self._x_of(self._playhead)), 1), self.width() - 1))
        painter.fillRect(QRectF(x - 1, box.top(), 2, box.height() - 1), ink)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        top = box.top() - ABOVE + 0.5
        middle = min(max(x, 6.5), self.width() - 6.5)
        corners = [(-6.5, 0.0), (6.5, 0.0), (6.5, 4.5), (0.0, 10.0), (-6.5, 4.5)]
        painter.drawPolygon(QPolygonF([QPointF(middle + dx, top + dy) for dx, dy in corners]))
        if self._label:
            self._paint_label(painter, box, x)
        if self.is_scrubbed:
            self._paint_live(painter)

    def _paint_label(self, painter: QPainter, box: QRectF, x: float) -> None:
        theme = self.look.theme
        painter.setFont(theme.font("axis"))
        wide = QFontMetrics(painter.font()).horizontalAdvance(self._label) + 13
        end = self._live_box().left() if self.is_scrubbed else self.width()
        left = x + 8 if x + 8 + wide <= end - 4 else x - 8 - wide
        place = QRectF(left, box.top() + 22, wide, 17)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("ink"))
        painter.drawRoundedRect(place, 3, 3)
        painter.setPen(theme.color("onink"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._label)

    def _live_box(self) -> QRectF:
        wide = QFontMetrics(self.look.theme.font("control")).horizontalAdvance(LIVE) + 32
        box = self._box()
        return QRectF(box.right() - wide - 6, box.top() + 4, wide, 22)

    def _paint_live(self, painter: QPainter) -> None:
        theme, place = self.look.theme, self._live_box()
        painter.setPen(theme.color("line2"))
        painter.setBrush(theme.color("card"))
        painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("train"))
        painter.drawEllipse(QPointF(place.left() + 13, place.center().y()), 3.5, 3.5)
        painter.setPen(theme.color("ink"))
        painter.setFont(theme.font("control"))
        painter.drawText(place.adjusted(22, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, LIVE)

    def _paint_sentence(self, painter: QPainter, box: QRectF) -> None:
        theme = self.look.theme
        painter.setFont(theme.font("body"))
        wide = QFontMetrics(painter.font()).horizontalAdvance(self._idle) + 48
        painter.fillRect(QRectF(box.center().x() - wide / 2, box.top() + 11, wide, 23), theme.color("canvas"))
        painter.setPen(theme.color("ink3"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._idle)

    def _sentence(self) -> str:
        loss, validation = self._train[1], self._validation[1]
        words = f"Step {count(self._reached)} of {count(self._end())}"
        words += f", train loss {format_number(float(loss[-1]))}" if len(loss) else ""
        return words + (f", validation loss {format_number(float(validation[-1]))}" if len(validation) else "")
