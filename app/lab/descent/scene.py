"""Scene: the surface in one of its three views, its name over it, and loss against step below."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.lab.descent.marks import MARKERS, title, token
from app.lab.descent.swarm_map import SwarmMap
from app.plots.contour_map import ContourMap
from app.plots.height_field import logarithmic
from app.plots.line_chart import LineChart
from app.plots.paths import SurfacePath
from app.plots.perspective import Perspective
from app.plots.surface import Surface
from app.text import format_number
from app.theme import Look
from app.widgets.plain_label import PlainLabel
from app.widgets.section_label import SectionLabel
from app.widgets.side_panel import hairline
from engine.explain.race import Race
from engine.explain.surfaces import LossSurface

CAMERA = Perspective(turn=-52.0, tilt=31.0, zoom=0.88)
VIEWS = (("3d", "3-D"), ("contours", "Contours"), ("swarm", "Swarm"))
CHART, LOW_CHART, LOW = 150, 108, 620  # px: the chart, the chart of a low window, and what is low
DEEPEST = 1e-5  # of the highest loss: what is lower is off the scale


class Scene(QWidget):
    """Shows one race, or a swarm."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.surface, self.map, self.swarm = Surface(look), ContourMap(look), SwarmMap(look)
        self.surface.set_names("w₁", "w₂", "f")
        self.surface.set_camera(CAMERA)
        self.map.set_names("w₁", "w₂")
        self.chart = LineChart(look)
        self.chart.set_log(True)
        self.chart.set_x_label("step")
        self.chart.setAccessibleName("Loss against step")
        self._lay_out()

    @property
    def view(self) -> str:
        """Which view is shown."""
        return VIEWS[self._stack.currentIndex()][0]

    def set_view(self, view: str) -> None:
        """Show another view; the swarm has no chart."""
        self._stack.setCurrentIndex([name for name, _ in VIEWS].index(view))
        self._below.setVisible(view != "swarm")
        self._head.setVisible(view == "3d")

    def show_surface(self, surface: LossSurface, z: np.ndarray) -> None:
        """Show another surface.

        Args:
            z: its values (row, column), a square grid.
        """
        size = len(z)
        x, y = np.linspace(*surface.x, size), np.linspace(*surface.y, size)
        for view in (self.surface, self.map):
            view.set_paths(())
            view.set_values(z, x, y, logarithmic)
        self.swarm.set_surface(surface, z)
        self._name.setText(surface.name)
        self._equation.setText(surface.equation)
        self._place_head()

    def show_race(self, race: Race, places: Sequence[int], step: int) -> None:
        """Show a race as far as a step."""
        paths = [_path(race, lane, place, step) for lane, place in enumerate(places)]
        self.surface.set_point(race.start)
        if self.view == "3d":
            self.surface.set_paths(paths)
        elif self.view == "contours":
            self.map.set_paths(paths)
        self._show_losses(race, places, step)

    def set_scale(self, race: Race) -> None:
        """Fix the axes of the chart to a race that is computed, so that they stay while it plays."""
        self.chart.set_limits(0, race.steps)
        losses = np.concatenate([race.descent(lane).losses[:, 0] for lane in range(len(race.lanes))] or [np.zeros(0)])
        losses = losses[np.isfinite(losses) & (losses > 0)]
        if not len(losses):
            self.chart.set_value_limits(None)
            return
        high = min(float(losses.max()), 30 * float(race.surface.value(np.array(race.start))) + 1e-12)
        low = max(float(losses.min()), DEEPEST * high)
        self.chart.set_value_limits(low / 1.25, max(high, 4 * low) * 1.25)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the surface most of a low window."""
        self.chart.setFixedHeight(LOW_CHART if self.height() < LOW else CHART)
        self._place_head()

    def _show_losses(self, race: Race, places: Sequence[int], step: int) -> None:
        for place in range(len(MARKERS)):
            if place not in places:
                self.chart.remove(f"lane{place}")
        steps = np.arange(step + 1)
        for lane, place in enumerate(places):
            losses = race.descent(lane).losses[: step + 1, 0]
            last = (race.gone(lane, step) or step + 1) if len(losses) else 0
            name = title(race.lanes[lane].optimizer)
            label = f"{name}  {format_number(float(losses[last - 1]), 4)}"
            self.chart.set_series(f"lane{place}", steps[:last], losses[:last], token(place), "line", label)
        self.chart.set_marker("now", step, "", "ink")

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        for view in (self.surface, self.map, self.swarm):
            self._stack.addWidget(view)
        self._below = QWidget()
        below = QVBoxLayout(self._below)
        below.setContentsMargins(16, 8, 16, 4)
        below.setSpacing(2)
        below.addWidget(SectionLabel("Loss against step", self._look, "log scale"))
        below.addWidget(self.chart)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._stack, 1)
        column.addWidget(hairline())
        column.addWidget(self._below)
        self._make_head()

    def _make_head(self) -> None:
        """Name and equation lie over the surface's corner, where it leaves room."""
        self._head = QWidget(self.surface)
        self._head.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._name = PlainLabel("", "heading", self._look, "ink")
        self._equation = PlainLabel("", "number", self._look, "ink2")
        head = QVBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(2)
        for label in (self._name, self._equation, PlainLabel("height and colour: log₁₀(1 + f)", "body", self._look)):
            head.addWidget(label)

    def _place_head(self) -> None:
        self._head.move(20, 12)
        self._head.adjustSize()


def _path(race: Race, lane: int, place: int, step: int) -> SurfacePath:
    """The way of a lane up to a step; where it leaves the picture it runs along the edge."""
    gone = race.gone(lane, step)
    points = race.descent(lane).positions[: gone or step + 1, 0]
    x, y = np.clip(points[:, 0], *race.surface.x), np.clip(points[:, 1], *race.surface.y)
    return SurfacePath(x, y, token=token(place), name=title(race.lanes[lane].optimizer), marker=MARKERS[place])
