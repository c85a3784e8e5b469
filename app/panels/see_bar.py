"""SeeBar: the bar over the views of See: which view, which weights, which layer, which sample."""

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.theme import Look
from app.widgets.choice_box import ChoiceBox
from app.widgets.icon_button import IconButton
from app.widgets.plain_label import PlainLabel
from app.widgets.surface import Surface

NARROW = 1400  # px of the window below which the tabs past the fifth lie in a menu
MARGIN, GAP = 16, 6
MOST_NARROW, MOST = 5, 99
LAYER, NARROW_LAYER = 196, 164  # px


class SeeBar(Surface):
    """44 px high.

    Args:
        tabs: of the views.
        chip: names the weights.
        samples: chooses the sample.

    Attributes:
        film_wanted: a film of the view is wanted.
        room_changed: px that the tabs may fill, and how many there may be.
    """

    film_wanted = Signal()
    room_changed = Signal(int, int)

    def __init__(self, tabs: QWidget, chip: QWidget, samples: QWidget, look: Look) -> None:
        super().__init__("panel", look, "bottom")
        self.setAccessibleName("See")
        self.setFixedHeight(look.theme.size("subBar"))
        self.layer = ChoiceBox([], look)
        self.layer.setAccessibleName("Layer")
        self._layer_word = PlainLabel("Layer", "body", look, "ink3")
        self.film = IconButton("film", "Film of this view over the run…", look)
        self.film.clicked.connect(self.film_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN - 5, 0, MARGIN, 0)
        row.setSpacing(GAP)
        probe = PlainLabel("Probe", "body", look, "ink3")
        self._others = (chip, self._layer_word, self.layer, probe, samples, self.film)
        row.addWidget(tabs)
        row.addStretch(1)
        for widget in self._others:
            row.addWidget(widget)

    def set_layers(self, options: list[tuple[str, str]], current: str) -> None:
        """Offer layers, as (name, words); none hides the box."""
        self.layer.set_options(options)
        self.layer.set_value(current)
        for widget in (self.layer, self._layer_word):
            widget.setVisible(bool(options))

    def minimumSizeHint(self) -> QSize:
        """It never keeps the window from becoming narrower."""
        return QSize(1, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room."""
        super().resizeEvent(event)
        self.layer.setFixedWidth(NARROW_LAYER if self.width() < NARROW else LAYER)
        self.fit()

    def event(self, event: QEvent) -> bool:
        """A chip or a name may have become longer."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return super().event(event)

    def fit(self) -> None:
        """Say how much room the tabs have."""
        taken = sum(widget.sizeHint().width() + GAP for widget in self._others if not widget.isHidden())
        self.room_changed.emit(self.width() - 4 * MARGIN - taken, MOST_NARROW if self.width() < NARROW else MOST)
