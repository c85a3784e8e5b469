"""The parts of class activation and where they lie: the picture and the methods at the left, cards at the right."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.explain.maps.answers import LABELS
from app.explain.maps.cell_card import CellCard
from app.explain.maps.classes_card import ClassesCard
from app.explain.maps.layer_strip import LayerStrip
from app.explain.maps.method_strip import MethodStrip
from app.explain.maps.overlay_card import OverlayCard
from app.explain.maps.picture import MapPicture
from app.explain.maps.whole_pictures import WholePictures
from app.theme import Look
from app.widgets.elided_label import ElidedLabel
from app.widgets.error_state import ErrorState
from app.widgets.plain_label import PlainLabel
from app.widgets.progress_line import ProgressLine
from app.widgets.segmented import Segmented

MARGIN = 24
LEFT, RIGHT = 55, 45  # shares of the width


class MapsPage(QWidget):
    """The widgets, without what they do."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.caption = PlainLabel("", "heading", look, "ink"), ElidedLabel("", "body", look)
        self.methods, self.whole = Segmented(list(LABELS.items()), look), WholePictures(look)
        self.methods.setAccessibleName("Method")
        self.picture, self.strip, self.progress = MapPicture(look), MethodStrip(look), ProgressLine(look)
        self.error = ErrorState("", "", "", look)
        self.classes, self.overlay = ClassesCard(look), OverlayCard(look)
        self.layers, self.cell = LayerStrip(look), CellCard(look)
        self.place, self.right = QStackedWidget(), QScrollArea()
        self.title.setMinimumWidth(1)
        self.progress.hide()
        self._fill_place()
        self._fill_right()
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 12, MARGIN, 12)
        row.setSpacing(MARGIN)
        row.addLayout(self._left(), LEFT)
        row.addWidget(self.right, RIGHT)

    def show_error(self, is_shown: bool) -> None:
        """Put the error in the picture's place, or take it away."""
        self.place.setCurrentIndex(1 if is_shown else 0)

    def _left(self) -> QVBoxLayout:
        head, line, left = QHBoxLayout(), QHBoxLayout(), QVBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.methods)
        line.addWidget(self.caption, 1)
        line.addWidget(self.whole)
        left.setSpacing(6)
        left.addLayout(head)
        left.addLayout(line)
        left.addWidget(self.progress)
        left.addWidget(self.place, 1)
        left.addWidget(self.strip)
        return left

    def _fill_place(self) -> None:
        failed = QWidget()
        column = QVBoxLayout(failed)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.error)
        column.addStretch(1)
        self.place.addWidget(self.picture)
        self.place.addWidget(failed)

    def _fill_right(self) -> None:
        cards, body = QHBoxLayout(), QWidget()
        cards.setSpacing(16)
        cards.addWidget(self.classes, 1)
        cards.addWidget(self.overlay, 1)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addLayout(cards)
        column.addWidget(self.layers)
        column.addWidget(self.cell)
        column.addStretch(1)
        self.right.setWidget(body)
        self.right.setWidgetResizable(True)
        self.right.setFrameShape(QScrollArea.Shape.NoFrame)
        self.right.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
