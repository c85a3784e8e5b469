"""ExampleCard: a starter project: its picture, title, size, and the families of its layers."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

from app.glyphs import paint_glyph
from app.home.art import ART
from app.home.card_button import CardButton
from app.home.curves import paint_curves
from app.text import count
from app.theme import Look
from engine.examples import Example
from engine.layers import LAYERS
from engine.recordings import recorded

FIRST_WIDTH, HEIGHT, PICTURE = 238, 232, 144
PADDING, CURVE = 14, 64
UNSHOWN = ("input", "output")


class ExampleCard(CardButton):
    """Pressed, it opens the example. The picture is drawn later, by `draw_picture`, so the first paint is quick."""

    def __init__(self, example: Example, look: Look) -> None:
        art = ART.get(example.name)
        summary, run = example.project.summary, recorded().get(example.name)
        result = f"Opens with a recorded run, {run.result}." if run else ""
        tip = "\n".join(part for part in (summary, art.says if art else "", result) if part)
        super().__init__(f"Open {example.title}", tip, QSize(FIRST_WIDTH, HEIGHT), look)
        self.example = example
        self._art = art
        self._picture: tuple[tuple[str, float, int], QPixmap] | None = None
        kinds = [LAYERS[node.kind].family for node in example.project.graph.in_order() if node.kind in LAYERS]
        self.families = [family for family in dict.fromkeys(kinds) if family not in UNSHOWN]
        self._recorded = run
        self._params = f"{count(example.total_params)} parameters"

    @property
    def needs_picture(self) -> bool:
        """Whether there is no picture for the theme and screen there are now."""
        return self._art is not None and (self._picture is None or self._picture[0] != self._wanted())

    def set_width(self, width: int) -> None:
        """Share the row; the picture is drawn anew when there is time."""
        self.setFixedSize(width, HEIGHT)

    def draw_picture(self) -> None:
        """Draw the picture for the theme and screen there are now."""
        if self._art is None:
            return
        theme, ratio = self.look.theme, self.devicePixelRatioF()
        pixmap = QPixmap(QSize(self.width(), PICTURE) * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(theme.color("canvas"))
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._art.paint(painter, QRectF(0, 0, self.width(), PICTURE), theme)
        painter.end()
        self._picture = self._wanted(), pixmap
        self.update()

    def paint_content(self, painter: QPainter) -> None:
        """Draw picture, title, parameters and glyphs; while lit, the word Open."""
        theme = self.look.theme
        painter.fillRect(QRectF(0, 0, self.width(), PICTURE), theme.color("canvas"))
        if self._picture is not None:
            painter.drawPixmap(QPointF(0, 0), self._picture[1])
        painter.fillRect(QRectF(0, PICTURE, self.width(), 1), theme.color("line"))
        self.write(painter, (PADDING, PICTURE + 12), self.example.title, "title", "ink")
        self.write(painter, (PADDING, PICTURE + 33), self._params, "number", "ink2")
        for place, family in enumerate(self.families):
            square = QRectF(PADDING + place * 21, HEIGHT - 30, 16, 16)
            paint_glyph(painter, family, square, theme.family(family))
        if self.is_lit:
            self._paint_open(painter)
        elif self._recorded is not None:
            rect = QRectF(self.width() - CURVE - PADDING, PICTURE + 36, CURVE, HEIGHT - PICTURE - 50)
            paint_curves(painter, rect, self._recorded.loss, self._recorded.validation_loss, theme)

    def _wanted(self) -> tuple[str, float, int]:
        return self.look.theme.name, self.devicePixelRatioF(), self.width()

    def _paint_open(self, painter: QPainter) -> None:
        theme = self.look.theme
        painter.setFont(theme.font("control"))
        width = painter.fontMetrics().horizontalAdvance("Open") + 20
        rect = QRectF(self.width() - width - 12, HEIGHT - 36, width, 24)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("ink"))
        painter.drawRoundedRect(rect, theme.radius("control"), theme.radius("control"))
        painter.setPen(theme.color("onink"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, "Open")
