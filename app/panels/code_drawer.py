"""CodeDrawer: the project as Keras code below the canvas, line by line in step with it."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.icons import icon
from app.theme import Look, Theme
from app.widgets.icon_button import IconButton
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from app.widgets.surface import Surface
from engine.keras_code import CodeLine, code_text

LINE = 17
STRIP_HEIGHT, SIDE_WIDTH = 168, 600  # px below the canvas, and at its right
QWIDGETSIZE_MAX = 16_777_215  # Qt's own, which PySide6 does not name
GUTTER = 40
STYLES = [("functions", "Groups as functions"), ("flat", "Layer by layer")]
TOKENS = {"string": "ink", "number": "ink", "keyword": "ink3", "comment": "ink3"}


class CodeView(QWidget):
    """The lines. A click, or up and down, picks the layer of a line.

    Attributes:
        picked: name of the layer that a line writes out.
    """

    picked = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._lines: Sequence[CodeLine] = ()
        self._marked: frozenset[str] = frozenset()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Keras code")
        look.changed.connect(self.update)

    def show_lines(self, lines: Sequence[CodeLine]) -> None:
        """Show other code."""
        self._lines = lines
        metrics = QFontMetricsF(self._look.theme.font("code"))
        width = max((metrics.horizontalAdvance(line.text) for line in lines), default=0.0)
        self.setMinimumSize(QSize(int(width) + GUTTER + 24, len(lines) * LINE + 8))
        self.setAccessibleDescription(code_text(lines))
        self.update()

    def mark(self, names: frozenset[str]) -> int | None:
        """Mark the lines of the selected layers; returns the first one's y, px."""
        self._marked = names
        self.update()
        return next((i * LINE for i, line in enumerate(self._lines) if line.nodes & names), None)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines in sight."""
        painter, theme = QPainter(self), self._look.theme
        first, last = event.rect().top() // LINE, event.rect().bottom() // LINE + 1
        for index in range(first, min(last, len(self._lines))):
            self._paint_line(painter, theme, index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the layer of a line."""
        index = int(event.position().y() - 4) // LINE
        if 0 <= index < len(self._lines) and self._lines[index].node:
            self.picked.emit(self._lines[index].node)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next or previous layer."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        names = list(dict.fromkeys(line.node for line in self._lines if line.node))
        if step is None or not names:
            super().keyPressEvent(event)
            return
        now = next((i for i, name in enumerate(names) if name in self._marked), -1 if step > 0 else len(names))
        self.picked.emit(names[min(max(now + step, 0), len(names) - 1)])

    def _paint_line(self, painter: QPainter, theme: Theme, index: int) -> None:
        line = self._lines[index]
        box = QRectF(0, 4 + index * LINE, self.width(), LINE)
        marked = bool(line.nodes & self._marked)
        if marked:
            painter.fillRect(box, theme.color("raised"))
            painter.fillRect(QRectF(0, box.top(), 3, LINE), theme.color("ink"))
        painter.setFont(theme.font("code"))
        painter.setPen(theme.color("ink" if marked else "ink3"))
        number = QRectF(0, box.top(), GUTTER - 16, LINE)
        painter.drawText(number, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(index + 1))
        metrics = QFontMetricsF(painter.font())
        base = box.top() + (LINE + metrics.ascent() - metrics.descent()) / 2
        for start, text, kind in _pieces(line):
            token = TOKENS.get(kind, "ink2")
            painter.setPen(theme.family(kind) if kind and kind not in TOKENS else theme.color(token))
            painter.drawText(QPointF(GUTTER + metrics.horizontalAdvance(line.text[:start]), base), text)


class CodeDrawer(Surface):
    """The drawer with its head.

    Attributes:
        picked: name of a layer.
        fold_requested: the drawer is to be closed.
        style_changed: groups are to be written as functions, or layer by layer; see `style`.
        copied: the code is on the clipboard.
    """

    picked = Signal(str)
    fold_requested = Signal()
    copied = Signal()
    style_changed = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__("panel", look, "top", parent)
        self._look = look
        self._lines: Sequence[CodeLine] = ()
        self.view = CodeView(look)
        self.view.picked.connect(self.picked)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(self.view)
        ground = Surface("canvas", look, "top")
        inside = QVBoxLayout(ground)
        inside.setContentsMargins(0, 1, 0, 0)
        inside.addWidget(self._area)
        self.styles = Segmented(STYLES, look)
        self.styles.setAccessibleName("How groups are written")
        self.styles.changed.connect(lambda _: self.style_changed.emit())
        self.styles.hide()
        self.fold = IconButton("chevron_down", "Close the code (Ctrl+E)", look)
        self.fold.clicked.connect(self.fold_requested)
        self._check = QLabel()
        self._state = PlainLabel("in step with the canvas", "caption", look, "ink3")
        self.copy = QPushButton(icon("copy", look), "Copy")
        self.copy.setProperty("kind", "quiet")
        self.copy.setProperty("compact", True)
        self.copy.clicked.connect(self.copy_code)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addLayout(self._head())
        self._column.addWidget(ground, 1)
        self.set_beside(False)
        look.changed.connect(self._restyle)
        self._restyle()

    @property
    def code_style(self) -> str:
        """How groups are written: as "functions", or layer by layer as if there were none ("flat")."""
        return self.styles.value

    def show_lines(self, lines: Sequence[CodeLine], problems: int, *, has_groups: bool = False) -> None:
        """Show the code of the present graph.

        Args:
            problems: how many there are; layers with problems are comments.
            has_groups: whether there is a choice of style.
        """
        self._lines = lines
        self.styles.setVisible(has_groups)
        self.view.show_lines(lines)
        unit = "problem" if problems == 1 else "problems"
        self._state.setText(f"in step with the canvas, {problems} {unit}" if problems else "in step with the canvas")

    def set_beside(self, beside: bool) -> None:
        """Stand as a column at the right of the canvas, or lie as a strip below it."""
        self.setFixedSize(QWIDGETSIZE_MAX, QWIDGETSIZE_MAX)
        self.setMinimumSize(0, 0)
        self.setFixedWidth(SIDE_WIDTH) if beside else self.setFixedHeight(STRIP_HEIGHT)
        self.set_edges("left" if beside else "top")
        self._column.setContentsMargins(1 if beside else 0, 0 if beside else 1, 0, 0)

    def mark(self, names: frozenset[str]) -> None:
        """Mark the selected layers' lines and bring the first into sight."""
        y = self.view.mark(names)
        if y is not None:
            self._area.ensureVisible(0, y + LINE // 2, 0, 2 * LINE)
            bar = self._area.verticalScrollBar()
            bar.setValue(round(bar.value() / LINE) * LINE)

    def copy_code(self) -> None:
        """Put all lines on the clipboard."""
        QGuiApplication.clipboard().setText(code_text(self._lines))
        self.copied.emit()

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(8, 2, 12, 2)
        row.setSpacing(8)
        row.addWidget(self.fold)
        row.addWidget(PlainLabel("Keras code", "title", self._look, "ink"))
        row.addWidget(PlainLabel("functional API", "body", self._look, "ink3"))
        row.addSpacing(8)
        row.addWidget(self._check)
        row.addWidget(self._state)
        row.addStretch(1)
        row.addWidget(self.styles)
        row.addWidget(self.copy)
        return row

    def _restyle(self) -> None:
        self._check.setPixmap(icon("check", self._look, "ok").pixmap(QSize(14, 14)))
        self.copy.setIcon(icon("copy", self._look))


def _pieces(line: CodeLine) -> list[tuple[int, str, str]]:
    """The line cut into (start, text, kind), plain text between the coloured spans."""
    pieces, at = [], 0
    for start, length, kind in sorted(line.spans):
        if start > at:
            pieces.append((at, line.text[at:start], ""))
        pieces.append((start, line.text[start : start + length], kind))
        at = start + length
    if at < len(line.text):
        pieces.append((at, line.text[at:], ""))
    return pieces
