"""BoundaryCard: for points in the plane, what the network says everywhere, live over the canvas."""

import numpy as np
from PySide6.QtWidgets import QWidget

from app.plots.boundary_plot import BoundaryPlot
from app.theme import Look
from app.widgets.card import Card
from engine.messages import DataLoaded, Watched

SIDE = 232


class BoundaryCard(Card):
    """Hidden for data of other kinds."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__("Decision boundary", look, parent=parent)
        self.plot = BoundaryPlot(look)
        self.plot.setFixedSize(SIDE - 26, SIDE - 26)
        self.body.addWidget(self.plot)
        self._is_wanted = False
        self.adjustSize()
        self.hide()

    def show_data(self, data: DataLoaded | None, probe: int) -> None:
        """Show the points, and which of them is the probe."""
        self._is_wanted = data is not None and data.description.kind == "points"
        self.setVisible(self._is_wanted)
        if data is not None and self._is_wanted:
            names = data.description.class_names
            self.plot.set_points(np.asarray(data.x, float), data.y, data.split[: len(data.x)], names)
            self.plot.set_current(probe)

    def show_watched(self, watched: Watched | None) -> None:
        """Show the field of this moment."""
        if not self._is_wanted:
            return
        field = watched.boundary if watched is not None and watched.boundary.size else None
        self.plot.set_field(field, watched.extent if watched is not None and field is not None else None)
        self.set_value(f"step {watched.step:,}" if watched is not None else "")
