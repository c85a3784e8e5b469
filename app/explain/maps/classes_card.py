"""The classes with their probabilities and logits; a click asks why that class."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.plots.plot import Plot, Table
from app.text import fixed, format_number
from app.theme import Look
from app.widgets.card import Card
from app.widgets.open_number import OpenNumber, dotted
from app.widgets.plain_label import PlainLabel
from engine.messages import Explained

ROW, MOST, NAMES = 29, 5, 62
NUMBERS = ("probability", "logit")


class ClassList(Plot):
    """The likeliest classes, one row each: name, bar, probability, logit.

    Click or arrows choose one; its numbers open with a click, the chosen one's probability with Enter.

    Attributes:
        picked: the class to explain.
        opened: "probability" or "logit", the class, and the number's rectangle on the screen.
    """

    picked = Signal(int)
    opened = Signal(str, int, QRect)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._names: list[str] = []
        self._order: list[int] = []
        self._probabilities, self._logits = np.zeros(0), np.zeros(0)
        self._chosen = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Classes")

    def set_classes(self, names: list[str], probabilities: np.ndarray, logits: np.ndarray, chosen: int) -> None:
        """Show other numbers.

        Args:
            probabilities, logits: (class,).
            chosen: the class that is explained; always in sight.
        """
        self._names, self._chosen = names, chosen
        self._probabilities, self._logits = np.asarray(probabilities, float), np.asarray(logits, float)
        order = [int(index) for index in np.argsort(-self._probabilities, kind="stable")[:MOST]]
        if chosen >= 0 and chosen not in order:
            order[-1] = chosen
        self._order = order
        self.updateGeometry()
        self.describe("; ".join(f"{names[at]} {fixed(self._probabilities[at], 3)}" for at in order))

    @property
    def order(self) -> list[int]:
        """Classes as listed."""
        return self._order

    def table(self) -> Table:
        rows = [[self._names[at], float(self._probabilities[at]), float(self._logits[at])] for at in self._order]
        return ["class", "probability", "logit"], list(rows)

    def tip_at(self, place: QPoint) -> str:
        row = place.y() // ROW
        if not 0 <= row < len(self._order):
            return ""
        at = self._order[row]
        share, logit = format_number(self._probabilities[at], 6), format_number(self._logits[at], 6)
        return f"{self._names[at]}: {share}, logit {logit}"

    def sizeHint(self) -> QSize:
        return QSize(264, ROW * max(1, len(self._order)))

    def minimumSizeHint(self) -> QSize:
        return QSize(180, ROW * max(1, len(self._order)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = int(event.position().y()) // ROW
        if event.button() != Qt.MouseButton.LeftButton or not 0 <= row < len(self._order):
            return
        hit = next((what for what in NUMBERS if self.box_of(what, row).contains(event.position().toPoint())), "")
        if hit:
            self._open(hit, row)
        else:
            self.picked.emit(self._order[row])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = int(event.position().y()) // ROW
        place = event.position().toPoint()
        over = 0 <= row < len(self._order) and any(self.box_of(what, row).contains(place) for what in NUMBERS)
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def box_of(self, what: str, row: int) -> QRect:
        """Where a number of a row is written."""
        logit, share = self._widths()
        right = self.width() - (8 if what == "logit" else logit)
        left = self.width() - logit + 6 if what == "logit" else right - share + 6
        return QRect(left, row * ROW + 4, right - left, ROW - 8)

    def _widths(self) -> tuple[int, int]:
        """Of the columns of logits and probabilities."""
        numbers = QFontMetrics(self.look.theme.font("number"))
        return numbers.horizontalAdvance("-00.00") + 14, numbers.horizontalAdvance("<0.001") + 10

    def _open(self, what: str, row: int) -> None:
        box = self.box_of(what, row)
        self.opened.emit(what, self._order[row], QRect(self.mapToGlobal(box.topLeft()), box.size()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._chosen in self._order:
            self._open("probability", self._order.index(self._chosen))
            return
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None or not self._order:
            super().keyPressEvent(event)
            return
        at = self._order.index(self._chosen) if self._chosen in self._order else 0
        self.picked.emit(self._order[min(max(at + step, 0), len(self._order) - 1)])

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row, index in enumerate(self._order):
            self._paint_row(painter, QRectF(0, row * ROW, self.width(), ROW), index)

    def _paint_row(self, painter: QPainter, row: QRectF, index: int) -> None:
        theme, chosen = self.look.theme, index == self._chosen
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen:
            painter.setBrush(theme.color("raised"))
            painter.drawRoundedRect(row.adjusted(0, 0.5, 0, -0.5), 4, 4)
        logit_wide, share_wide = self._widths()
        bar = QRectF(8 + NAMES, row.center().y() - 4, row.width() - NAMES - logit_wide - share_wide - 12, 8)
        painter.setBrush(theme.color("line"))
        painter.drawRoundedRect(bar, 1.5, 1.5)
        painter.setBrush(theme.color("pos" if chosen else "ink3"))
        share = float(self._probabilities[index])
        painter.drawRoundedRect(QRectF(bar.left(), bar.top(), max(1.5, bar.width() * share), 8), 1.5, 1.5)
        painter.setFont(theme.font("title" if chosen else "control"))
        painter.setPen(theme.color("ink"))
        name = QFontMetrics(painter.font()).elidedText(self._names[index], Qt.TextElideMode.ElideRight, NAMES - 4)
        painter.drawText(row.adjusted(8, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(theme.font("result"))
        self._number(painter, row.adjusted(0, 0, -logit_wide, 0), share_text(share))
        painter.setFont(theme.font("number"))
        painter.setPen(theme.color("ink3"))
        self._number(painter, row.adjusted(0, 0, -8, 0), fixed(float(self._logits[index]), 2))

    def _number(self, painter: QPainter, box: QRectF, text: str) -> None:
        """Write a number at the right, with the underline that says that it opens."""
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
        wide, y = QFontMetrics(painter.font()).horizontalAdvance(text), round(box.center().y()) + 8.5
        painter.setPen(dotted(self.look.theme.color("ctl")))
        painter.drawLine(QPointF(box.right() - wide, y), QPointF(box.right(), y))


class ClassesCard(Card):
    """The classes, and where the chosen one's probability comes from.

    Attributes:
        picked: the class to explain.
        opened: as `ClassList.opened`.
    """

    picked = Signal(int)
    opened = Signal(str, int, QRect)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__("Top classes", look, parent=parent)
        self._chosen = -1
        self.list = ClassList(look)
        self.list.picked.connect(self.picked)
        self._line = PlainLabel("", "number", look, "ink3")
        self.result = OpenNumber("", look)
        self.list.opened.connect(self.opened)
        self.result.opened.connect(self._open)
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self._line)
        line.addWidget(self.result)
        line.addStretch(1)
        self.body.addWidget(self.list)
        self.body.addLayout(line)
        self.body.addStretch(1)

    def show_classes(self, explained: Explained) -> None:
        """Show the classes of an answer."""
        facts, arrays = explained.facts, explained.arrays
        logits, shares = np.asarray(arrays["logits"], float), np.asarray(arrays["probabilities"], float)
        names = [str(name) for name in facts["class_names"]] or [f"output {at}" for at in range(len(shares))]
        if facts["activation"] == "sigmoid" and len(logits) == 1:
            logits = np.array([-logits[0], logits[0]])
        chosen = int(facts["class"])
        self.list.set_classes(names, np.clip(shares, 0, 1), logits, chosen)
        shown = min(MOST, len(names))
        self.set_title(f"Top {shown} of {len(names)} classes" if len(names) > shown else f"{len(names)} classes")
        self.set_value("logit")
        self._chosen = chosen
        words = {"softmax": f"softmax: exp({fixed(logits[chosen], 2)}) / Σ exp(z) =",
                 "sigmoid": f"sigmoid: 1 / (1 + exp({fixed(-logits[chosen], 2)})) ="}  # fmt: skip
        self._line.setText(words.get(str(facts["activation"]), "output ="))
        self.result.set_text(share_text(float(shares[chosen])))

    def _open(self) -> None:
        at = QRect(self.result.mapToGlobal(QPoint(0, 0)), self.result.size())
        self.opened.emit("probability", self._chosen, at)


def share_text(share: float) -> str:
    """A probability with three decimals; "<0.001" where it would read as none."""
    return "<0.001" if 0 < share < 0.0005 else fixed(share, 3)
