"""SeeBar: the bar over the views of See: which view, which weights, which layer, which sample."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.theme import Look
from app.widgets.choice_box import ChoiceBox
from app.widgets.icon_button import IconButton
from app.widgets.plain_label import PlainLabel
from app.widgets.surface import Surface

NARROW = 1400  # px of the window below which the tabs past the fifth lie in a menu
LAYER, NARROW_LAYER = 196, 164  # px


class SeeBar(Surface):
    """44 px high.

    Args:
        tabs: of the views, with `set_narrow`.
        chip: names the weights.
        samples: chooses the sample.

    Attributes:
        film_wanted: a film of the view is wanted.
        narrow_changed: whether the window is narrow.
    """

    film_wanted = Signal()
    narrow_changed = Signal(bool)

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
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(6)
        row.addWidget(tabs)
        row.addStretch(1)
        row.addWidget(chip)
        row.addSpacing(8)
        for widget in (self._layer_word, self.layer):
            row.addWidget(widget)
        row.addSpacing(8)
        row.addWidget(PlainLabel("Probe", "body", look, "ink3"))
        row.addWidget(samples)
        row.addWidget(self.film)

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
        is_narrow = self.width() < NARROW
        self.layer.setFixedWidth(NARROW_LAYER if is_narrow else LAYER)
        self.narrow_changed.emit(is_narrow)
