"""LessonCard: one lesson in the gallery: a picture its own stage drew, number, title, and whether it is done."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPixmap

from app.home.card_button import CardButton
from app.icons import icon
from app.lab.stage import Stage
from app.theme import Look
from engine.lab.lesson import Lesson

HEIGHT, PICTURE, FIRST_WIDTH = 236, 164, 250
PADDING = 14


class LessonCard(CardButton):
    """Pressed, it opens the lesson."""

    def __init__(self, lesson: Lesson, look: Look) -> None:
        super().__init__(f"Open the lesson {lesson.title}", _first_sentence(lesson), QSize(FIRST_WIDTH, HEIGHT), look)
        self.lesson = lesson
        self._is_done = self._is_next = False
        self._picture: QPixmap | None = None
        self._drawn_for: tuple[str, int, float] | None = None

    @property
    def needs_picture(self) -> bool:
        """Whether there is no picture for the theme and the width there are now."""
        return self._drawn_for != self._wanted()

    def set_width(self, width: int) -> None:
        """Share the row."""
        self.setFixedSize(width, HEIGHT)

    def set_progress(self, is_done: bool, is_next: bool) -> None:
        """Show whether the lesson is done, or the one to go on with."""
        self._is_done, self._is_next = is_done, is_next
        state = "done" if is_done else "next" if is_next else "not done"
        self.setAccessibleDescription(f"Lesson {self.lesson.number}, {state}")
        self.update()

    def draw_picture(self, stage: Stage) -> None:
        """Let the lesson's stage draw."""
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(QSize(self.width(), PICTURE) * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(self.look.theme.color("canvas"))
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        stage.paint_picture(painter, QRect(0, 0, self.width(), PICTURE))
        painter.end()
        self._picture, self._drawn_for = pixmap, self._wanted()
        self.update()

    def leave_blank(self) -> None:
        """There is no picture to be had."""
        self._picture, self._drawn_for = None, self._wanted()

    def paint_content(self, painter: QPainter) -> None:
        """Draw picture, number, title and state."""
        theme = self.look.theme
        painter.fillRect(QRectF(0, 0, self.width(), PICTURE), theme.color("canvas"))
        if self._picture is not None:
            painter.drawPixmap(QPointF(0, 0), self._picture)
        painter.fillRect(QRectF(0, PICTURE, self.width(), 1), theme.color("line"))
        number = self.write(painter, (PADDING, PICTURE + 12), str(self.lesson.number), "number", "ink3")
        self.write(painter, (number + 8, PICTURE + 11), self.lesson.title, "title", "ink")
        self._paint_state(painter)

    def _paint_state(self, painter: QPainter) -> None:
        y = PICTURE + 38
        if self._is_done:
            painter.drawPixmap(QPointF(PADDING, y + 2), icon("check", self.look, "ok").pixmap(QSize(14, 14)))
            self.write(painter, (PADDING + 20, y), "done", "body", "ok")
        elif self._is_next:
            self.write(painter, (PADDING, y), "Go on here", "title", "ink")
        else:
            self.write(painter, (PADDING, y), "with a question" if self.lesson.question else "", "body", "ink3")

    def _wanted(self) -> tuple[str, int, float]:
        return self.look.theme.name, self.width(), self.devicePixelRatioF()


def _first_sentence(lesson: Lesson) -> str:
    text = next((block.text for block in lesson.text if block.kind == "text"), lesson.title)
    return text.split(". ")[0].rstrip(".") + "."
