"""Text that wraps, in which some numbers open to their arithmetic."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import Look, Theme
from app.widgets.open_number import dotted

STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
PRESS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
BREAK = "\n"


class Opening(NamedTuple):
    """A number that opens: how it is written, and what tells its owner which it is."""

    text: str
    key: object


Piece = str | Opening


def with_openings(text: str, openings: Sequence[Opening]) -> list[Piece]:
    """A sentence whose numbers open: each is looked for behind the one before."""
    found: list[Piece] = []
    for opening in openings:
        before, number, text = text.partition(opening.text)
        found += [before] if before else []
        found += [opening] if number else []
    return [*found, text] if text else found


@dataclass(frozen=True)
class Word:
    """A word at its place; `opening` counts the numbers that open, None for other words."""

    text: str
    box: QRectF
    opening: int | None


class OpenText(QWidget):
    """Words with openable numbers among them; a click, or Enter on the one chosen with the arrows, opens it.

    Args:
        role, token: of the words; numbers are in `number_role`, in ink.

    Attributes:
        opened: key of the number, and its rectangle on the screen.
    """

    opened = Signal(object, QRect)

    def __init__(
        self,
        look: Look,
        role: str = "body",
        token: str = "ink2",
        number_role: str = "number",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._role, self._token, self._number_role = look, role, token, number_role
        self._pieces: tuple[Piece, ...] = ()
        self._words: list[Word] = []
        self._laid_for, self._chosen = -1, 0
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMouseTracking(True)
        self.setProperty("focusRing", look.theme.radius("chip"))
        look.changed.connect(self._restyle)

    @property
    def text(self) -> str:
        """All of it, plain."""
        return "".join(piece if isinstance(piece, str) else piece.text for piece in self._pieces)

    @property
    def openings(self) -> list[Opening]:
        """The numbers that open, in order."""
        return [piece for piece in self._pieces if isinstance(piece, Opening)]

    def set_pieces(self, pieces: Sequence[Piece]) -> None:
        """Show other words and numbers; a line break is a new line."""
        if tuple(pieces) == self._pieces:
            return
        self._pieces = tuple(pieces)
        self._chosen = min(self._chosen, max(0, len(self.openings) - 1))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self.openings else Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.text)
        self.setAccessibleDescription("Numbers in it open to their arithmetic" if self.openings else "")
        self._laid_for = -1
        self.updateGeometry()
        self.update()

    def set_token(self, token: str) -> None:
        """Show the words in another ink."""
        self._token = token
        self.update()

    def box_of(self, key: object) -> QRect:
        """Where a number stands, for those that click it."""
        place = next(n for n, opening in enumerate(self.openings) if opening.key == key)
        return next(word.box for word in self._laid_out(self.width()) if word.opening == place).toAlignedRect()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        words = self._laid_out(width)
        return round(words[-1].box.bottom()) + 2 if words else self._line()

    def sizeHint(self) -> QSize:
        widest = max((sum(wide for _, wide, _ in line) for line in self._lines()), default=0.0)
        return QSize(int(widest) + 2, self.heightForWidth(int(widest) + 2))

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self._line())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._look.theme
        for word in self._laid_out(self.width()):
            is_open = word.opening is not None
            painter.setFont(theme.font(self._number_role if is_open else self._role))
            painter.setPen(theme.any_color("ink" if is_open else self._token))
            painter.drawText(word.box, Qt.AlignmentFlag.AlignVCenter, word.text)
            if is_open:
                is_lit = self.hasFocus() and word.opening == self._chosen
                painter.setPen(dotted(theme.color("ink" if is_lit else "ctl")))
                left, right, y = word.box.left(), word.box.right(), word.box.bottom() + 0.5
                painter.drawLine(QPointF(left, y), QPointF(right, y))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._hit(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        hit = self._hit(event.position())
        if hit is not None and event.button() == Qt.MouseButton.LeftButton:
            self._chosen = hit
            self._open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = STEPS.get(Qt.Key(event.key()))
        if step is not None and self.openings:
            self._chosen = min(max(self._chosen + step, 0), len(self.openings) - 1)
            self.update()
        elif event.key() in PRESS and self.openings:
            self._open()
        else:
            super().keyPressEvent(event)

    def _open(self) -> None:
        opening = self.openings[self._chosen]
        box = self.box_of(opening.key)
        self.opened.emit(opening.key, QRect(self.mapToGlobal(box.topLeft()), box.size()))

    def _hit(self, place: QPointF | QPoint) -> int | None:
        words = self._laid_out(self.width())
        found = (word.opening for word in words if word.opening is not None and word.box.contains(QPointF(place)))
        return next(found, None)

    def _restyle(self) -> None:
        self._laid_for = -1
        self.updateGeometry()
        self.update()

    def _line(self) -> int:
        return self._look.theme.line_height(self._role) + 2

    def _lines(self) -> Iterator[list[tuple[str, float, int | None]]]:
        """Words of each line as written, with their widths; spaces are words of their own."""
        line: list[tuple[str, float, int | None]] = []
        opening = 0
        for piece in self._pieces:
            if isinstance(piece, Opening):
                line.append((piece.text, self._wide(piece.text, self._number_role), opening))
                opening += 1
                continue
            for at, part in enumerate(piece.split(BREAK)):
                if at:
                    yield line
                    line = []
                line += [(word, self._wide(word, self._role), None) for word in _words(part)]
        yield line

    def _wide(self, text: str, role: str) -> float:
        return _width(self._look.theme, role, text)

    def _laid_out(self, width: int) -> list[Word]:
        if width != self._laid_for:
            self._laid_for, self._words = width, list(self._places(width))
        return self._words

    def _places(self, width: int) -> Iterator[Word]:
        high, y = self._line(), 0.0
        for line in self._lines():
            x, is_after_space = 0.0, False
            for text, wide, opening in line:
                if is_after_space and x + wide > width and text.strip():
                    x, y = 0.0, y + high
                is_after_space = not text.strip()
                if text.strip() or x:
                    yield Word(text, QRectF(x, y, wide, high - 2), opening)
                    x += wide
            y += high


def _words(text: str) -> Iterator[str]:
    """Words and the spaces between them."""
    word = ""
    for character in text:
        if (character == " ") != (word[-1:] == " ") and word:
            yield word
            word = ""
        word += character
    if word:
        yield word


@lru_cache(maxsize=4096)
def _width(theme: Theme, role: str, text: str) -> float:
    return QFontMetricsF(theme.font(role)).horizontalAdvance(text)
