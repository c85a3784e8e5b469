"""The decision boundary in the plane, live while it trains."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.plots.boundary_plot import BoundaryPlot
from app.theme import Look
from app.throttle import Throttle
from app.widgets.plain_label import PlainLabel
from engine.messages import DataLoaded, Watched


class BoundaryPanel(QWidget):
    """The plane of 2-D data with what the network says about every place of it, live."""

    sample_picked = Signal(int)  # index in the dataset

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.moment = PlainLabel("", "caption", look, "ink3")
        self.plot = BoundaryPlot(look)
        self._watched: Watched | None = None
        self._throttle = Throttle(self, self._draw)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(PlainLabel("Decision boundary", "title", look, "ink"))
        column.addWidget(self.moment)
        column.addWidget(self.plot, 1)
        self.plot.picked.connect(self.sample_picked)

    def set_data(self, data: DataLoaded) -> None:
        """Show the points of these data."""
        self.plot.set_field(None)
        self.plot.set_points(data.x, data.y, data.split[: len(data.x)], data.description.class_names)

    def set_watched(self, watched: Watched) -> None:
        """Show what the network says about the plane, where it was asked."""
        if watched.boundary.size:
            self._watched = watched
            self._throttle.request()

    def _draw(self) -> None:
        watched = self._watched
        if watched is not None:
            self.plot.set_field(watched.boundary[::-1], watched.extent)
            self.moment.setText(f"weights of step {watched.step:,}")
