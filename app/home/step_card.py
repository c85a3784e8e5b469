"""StepCard: one of the first steps: picture, title, sentence, and a tick when it is done."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen

from app.home.card_button import CardButton
from app.home.cells import paint_cells
from app.home.first_steps import FirstStep
from app.home.sample_data import digit, resized
from app.icons import icon
from app.theme import Look, grey_image

WIDTH, HEIGHT = 328, 72
PICTURE = QRectF(10, 14, 64, 44)
TEXT = 90


class StepCard(CardButton):
    """Pressed, it leads to where the step is done."""

    def __init__(self, number: int, step: FirstStep, look: Look) -> None:
        super().__init__(step.title, step.sentence, QSize(WIDTH, HEIGHT), look)
        self.step = step
        self._number = number
        self._is_done = self._is_next = False

    def set_state(self, is_done: bool, is_next: bool) -> None:
        """Show whether it is done, or the one to do now."""
        self._is_done, self._is_next = is_done, is_next
        state = "done" if is_done else "next" if is_next else "to do"
        self.setAccessibleName(f"{self._number} {self.step.title}, {state}")
        self.update()

    def write_limit(self) -> float:
        """Text ends before the tick, where there is one."""
        return self.width() - (36 if self._is_done else 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground of the next step, or of the lit one, then the content."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self.look.theme
        if self._is_next or self.is_lit:
            painter.setPen(QPen(theme.color("line2")) if self._is_next else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("raised"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        self.paint_content(painter)

    def paint_content(self, painter: QPainter) -> None:
        """Draw picture, number, title, sentence, tick."""
        theme = self.look.theme
        painter.setPen(QPen(theme.color("line")))
        painter.setBrush(theme.color("canvas"))
        painter.drawRoundedRect(PICTURE.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.save()
        painter.setClipRect(PICTURE)
        self._paint_picture(painter)
        painter.restore()
        x = self.write(painter, (TEXT, 15), f"{self._number}", "title", "ink3")
        self.write(painter, (x + 8, 15), self.step.title, "title", "ink")
        self.write(painter, (TEXT, 37), self.step.sentence, "body", "ink2")
        if self._is_done:
            icon("check", self.look, "ok").paint(painter, self.width() - 28, 16, 16, 16)

    def _paint_picture(self, painter: QPainter) -> None:
        theme, centre = self.look.theme, PICTURE.center()
        image = digit(3, 1) if self.step.id == "draw" else digit(5, 3)
        if self.step.id == "open" and image is not None:
            paint_cells(painter, QPointF(centre.x() - 18, centre.y() - 18), image, 4.6, theme.grey, 0.6)
        elif self.step.id == "draw" and image is not None:
            square = QRectF(centre.x() - 20, centre.y() - 20, 40, 40)
            painter.drawImage(square, grey_image(resized(image, 40), 0, 1, theme))
        elif self.step.id == "train":
            self._paint_curve(painter, "train", 0.72, 15)
            self._paint_curve(painter, "val", 0.5, 11)
        else:
            icon(self.step.sign, self.look).paint(painter, int(centre.x()) - 10, int(centre.y()) - 10, 20, 20)

    def _paint_curve(self, painter: QPainter, token: str, depth: float, bend: float) -> None:
        rect = PICTURE.adjusted(8, 8, -8, -8)
        path = QPainterPath(rect.topLeft())
        bottom = rect.y() + rect.height() * (0.3 + depth)
        path.cubicTo(
            rect.x() + bend * 0.4, bottom - 4, rect.x() + bend, bottom, rect.right(), min(bottom, rect.bottom())
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.look.theme.color(token), 1.8))
        painter.drawPath(path)
