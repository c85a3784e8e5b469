"""The picture of a closed group: the glyphs of its layers in the order of the data flow, and cards behind its own."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from app.icons import paint_glyph
from app.theme import Theme

COLUMNS, ROWS = 6, 3
SIDE, PITCH, ROW = 14.0, 18.6, 24.0
BEHIND = (6.0, 3.0)  # px by which the cards behind stand out, the last first
CENTRE = Qt.AlignmentFlag.AlignCenter
Glyphs = Sequence[tuple[str, str]]


def paint_glyphs(painter: QPainter, box: QRectF, glyphs: Glyphs, theme: Theme) -> None:
    """Paint (glyph, family) in rows; where they do not all fit, the last place says how many more there are."""
    room = COLUMNS * ROWS
    shown = len(glyphs) if len(glyphs) <= room else room - 1
    top = box.top() + (ROW - SIDE) / 2
    for place, (glyph, family) in enumerate(glyphs[:shown]):
        square = QRectF(box.left() + place % COLUMNS * PITCH + 2, top + place // COLUMNS * ROW, SIDE, SIDE)
        paint_glyph(painter, glyph, square, theme.family(family))
    if shown < len(glyphs):
        painter.setFont(theme.font("heat"))
        painter.setPen(theme.color("ink3"))
        corner = QRectF(box.left() + (COLUMNS - 1) * PITCH, top + (ROWS - 1) * ROW, PITCH + 4, SIDE)
        painter.drawText(corner, CENTRE, f"+{len(glyphs) - shown}")


def paint_stack(painter: QPainter, box: QRectF, theme: Theme, token: str) -> None:
    """Paint the edges of two cards behind a card."""
    for step in BEHIND:
        painter.setPen(QPen(theme.color(token), 1))
        painter.setBrush(theme.color("card"))
        painter.drawRoundedRect(box.translated(step, step).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
