"""ErrorBox: the inside of a node that does not fit: cause, failing arithmetic, and its repairs as buttons."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from app.canvas.geometry import ERROR_WIDTH, HEADER
from app.theme import Theme
from engine.shapes import Fix, Problem

INSET = 11.0
INNER = ERROR_WIDTH - 2 * INSET
MOST_FIXES = 3
BUTTON_HEIGHT, BUTTON_PITCH = 24.0, 29.0
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
WRAPPED = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


class ErrorBox:
    """Where each part of a problem stands in the node's box; made anew with every problem.

    Args:
        problem: what is wrong.
        theme: its fonts decide the line breaks.
    """

    def __init__(self, problem: Problem, theme: Theme) -> None:
        self.problem = problem
        self.fixes: tuple[Fix, ...] = problem.fixes[:MOST_FIXES]
        self.focused: int | None = None
        self.hovered: int | None = None
        y = HEADER + 7.0
        self._cause, y = _text_box(problem.message, cause_font(theme), y)
        self._arithmetic, y = _text_box(problem.arithmetic, theme.font("axis"), y)
        hint = "" if self.fixes else problem.hint
        self._hint, y = _text_box(hint, theme.font("caption"), y + (4 if hint else 0))
        self.buttons: list[QRectF] = []
        for fix in self.fixes:
            width = QFontMetricsF(button_font(theme)).horizontalAdvance(fix.label) + 20
            self.buttons.append(QRectF(INSET, y + 8, min(width, INNER - 20), BUTTON_HEIGHT))
            y += BUTTON_PITCH
        self.height = y + (14.0 if self.fixes else 10.0)

    def fix_at(self, place: QPointF) -> int | None:
        """Index of the button under a point in the node's coordinates."""
        return next((i for i, button in enumerate(self.buttons) if button.contains(place)), None)

    def paint(self, painter: QPainter, theme: Theme) -> None:
        """Draw everything below the header."""
        painter.setPen(theme.color("err"))
        painter.setFont(cause_font(theme))
        painter.drawText(self._cause, WRAPPED, self.problem.message)
        if self.problem.arithmetic:
            self._paint_arithmetic(painter, theme)
        if not self._hint.isEmpty():
            painter.setPen(theme.color("ink2"))
            painter.setFont(theme.font("caption"))
            painter.drawText(self._hint, WRAPPED, self.problem.hint)
        for index in range(len(self.buttons)):
            self._paint_button(painter, theme, index)

    def _paint_arithmetic(self, painter: QPainter, theme: Theme) -> None:
        """The result, behind the last equals sign, is what fails."""
        painter.setFont(theme.font("axis"))
        painter.setPen(theme.color("ink2"))
        line = self.problem.arithmetic
        head, sign, result = line.rpartition(" = ")
        metrics = QFontMetricsF(painter.font())
        if not sign or metrics.horizontalAdvance(line) > INNER:
            painter.drawText(self._arithmetic, WRAPPED, line)
            return
        painter.drawText(self._arithmetic, WRAPPED, head + sign)
        painter.setPen(theme.color("err"))
        painter.drawText(self._arithmetic.translated(metrics.horizontalAdvance(head + sign), 0), WRAPPED, result)

    def _paint_button(self, painter: QPainter, theme: Theme, index: int) -> None:
        box, fix = self.buttons[index], self.fixes[index]
        primary = index == 0
        painter.setPen(Qt.PenStyle.NoPen if primary else QPen(theme.color("line2"), 1))
        fill: QColor | Qt.BrushStyle = Qt.BrushStyle.NoBrush
        if primary:
            fill = theme.color("ink2" if self.hovered == index else "ink")
        elif self.hovered == index:
            fill = theme.color("raised")
        painter.setBrush(fill)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setPen(theme.color("onink" if primary else "ink"))
        painter.setFont(button_font(theme))
        room = box.width() - 18
        label = QFontMetricsF(painter.font()).elidedText(fix.label, Qt.TextElideMode.ElideRight, room)
        painter.drawText(box.adjusted(10, 0, -4, 0), LEFT, label)
        if self.focused == index:
            painter.setPen(QPen(theme.color("ink"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), 9, 9)
        self._paint_outcome(painter, theme, box, fix.outcome)

    def _paint_outcome(self, painter: QPainter, theme: Theme, button: QRectF, outcome: str) -> None:
        font = theme.font("axis")
        text = f"→ {outcome}"
        if outcome and QFontMetricsF(font).horizontalAdvance(text) <= ERROR_WIDTH - button.right() - 14:
            painter.setPen(theme.color("ink3"))
            painter.setFont(font)
            painter.drawText(QRectF(button.right() + 7, button.top(), 120, button.height()), LEFT, text)


def cause_font(theme: Theme) -> QFont:
    """12 px, 600."""
    font = theme.font("control")
    font.setWeight(QFont.Weight.DemiBold)
    return font


def button_font(theme: Theme) -> QFont:
    """11 px, 600."""
    font = theme.font("caption")
    font.setWeight(QFont.Weight.DemiBold)
    return font


def _text_box(text: str, font: QFont, y: float) -> tuple[QRectF, float]:
    """Where wrapped text stands from `y` on, and where the next line begins."""
    if not text:
        return QRectF(), y
    bounds = QFontMetricsF(font).boundingRect(QRectF(0, 0, INNER, 400), WRAPPED, text)
    height = min(bounds.height(), 96.0)
    return QRectF(INSET, y, INNER, height + 1), y + height + 2
