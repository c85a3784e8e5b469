"""One cell of the map, taken apart; and the check that all cells make the logit, where they do."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.explain.maps.answers import MAPS
from app.explain.maps.channels import ChannelRow
from app.explain.maps.lines import cell_pieces, check_lines, opened_line, place_pieces
from app.icons import icon
from app.text import count
from app.theme import Look
from app.widgets.card import Card
from app.widgets.elided_label import ElidedLabel
from app.widgets.open_text import OpenText
from engine.explain.class_sums import open_check
from engine.explain.opened import Opened
from engine.messages import Explained

FORMULAS = {
    "cam": "M = Σₖ wₖ Aₖ / cells",
    "gradcam": "L = ReLU( Σₖ αₖ Aₖ )",
    "gradcam_plus_plus": "L = ReLU( Σₖ wₖ Aₖ )",
    "saliency": "S = max |∂z/∂x|",
    "integrated_gradients": "(x − x′) ∫ ∂z/∂x",
    "occlusion": "z(x) − z(hidden)",
}


class CellCard(Card):
    """The sum that makes a cell.

    Attributes:
        opened: a Place, or an Opened of the card's own, and the rectangle of the number on the screen.
    """

    opened = Signal(object, QRect)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__("Cell", look, parent=parent)
        self._look = look
        self.caption = ElidedLabel("", "body", look)
        self.head.insertWidget(1, self.caption, 1)
        self._value.set_role("number")
        self._value.set_token("ink3")
        self.channels = ChannelRow(look)
        self.lines = OpenText(look, "number", "ink", "result")
        self._tick = QLabel()
        self.check, self.reason = OpenText(look, "body", "ink", "result"), ElidedLabel("", "body", look)
        for part in (self.channels, self.lines, self.check):
            part.opened.connect(self.opened)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._tick, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.check, 1)
        for part in (self.channels, self.lines):
            self.body.addWidget(part)
        self.body.addLayout(row)
        self.body.addWidget(self.reason)
        self.body.addStretch(1)
        self._draw()
        look.changed.connect(self._draw)

    def show_cell(self, explained: Explained, cell: tuple[int, int] | None) -> None:
        """Show a cell of an answer.

        Args:
            cell: row and column; None where the map has none.
        """
        is_sum = explained.explainer in MAPS
        self.channels.setVisible(is_sum)
        self.set_value(FORMULAS[explained.explainer])
        if is_sum:
            parts = explained.facts["cell"]
            cell = (parts["row"], parts["column"])
            shown = len(parts["channels"])
            more = int(explained.facts["num_channels"]) - shown
            self.channels.set_channels(explained, more)
            self.caption.set_text(f"{shown} largest of {count(shown + more)} channels")
            self.lines.set_pieces(cell_pieces(explained))
        elif cell is not None:
            self.caption.set_text("")
            self.lines.set_pieces(place_pieces(explained, *cell))
        self.set_title(f"Cell row {cell[0]}, column {cell[1]}" if cell is not None else "Cell")
        self._show_check(check_lines(explained), explained)

    def _show_check(self, found: tuple[str, str] | None, explained: Explained) -> None:
        for part in (self._tick, self.check, self.reason):
            part.setVisible(found is not None)
        if found is not None:
            check: Opened = open_check(explained.explainer, explained.arrays, explained.facts)
            self.check.set_pieces(opened_line(found[0], check))
            self.reason.set_text(found[1])

    def _draw(self) -> None:
        self._tick.setPixmap(icon("check", self._look, "ok").pixmap(QSize(16, 16)))
