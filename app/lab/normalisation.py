"""Normalising inputs: one loss on raw and on scaled features, ellipse against circle, and the largest rate."""

from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar

import numpy as np
from PySide6.QtWidgets import QGridLayout, QWidget

from app.lab.parts import Formulas, Numbers, Section
from app.lab.stage import Stage
from app.plots.contour_map import ContourMap
from app.plots.height_field import logarithmic
from app.plots.line_chart import LineChart
from app.plots.paths import SurfacePath
from app.studio import Studio
from app.text import format_number
from app.theme import Look
from app.throttle import Throttle
from app.widgets.plain_label import PlainLabel
from app.widgets.section_label import SectionLabel
from app.widgets.segmented import Segmented
from app.widgets.value_slider import ValueSlider
from engine.errors import UserError
from engine.explain.race import Lane, Race
from engine.explain.two_weight_data import TABLES, data_surface, two_weights

RATES = (1e-4, 100.0)
GRID = 61  # points along a side
NEAR = 0.005  # loss above the minimum: with less a path has arrived
CHART = 150  # px high
SIDES = (("centred", "Raw units", "series1"), ("", "Scaled", "series2"))
SCALINGS = (("standard", "Standardised"), ("range", "Min–max"))
LOWEST = 1e-6  # of the first loss above the minimum: what is lower is off the scale


class NormalisationStage(Stage):
    """Gradient descent at one rate on the same data, twice."""

    defaults: ClassVar[dict[str, Any]] = {"data": "diabetes", "scaling": "standard", "rate": 0.04, "steps": 60}
    conditions: ClassVar[dict[str, str]] = {
        "parted": "on scaled features the path has arrived, on raw ones it has not",
        "diverged": "on raw features the path has left the picture, on scaled ones it has not",
    }
    what: ClassVar[str] = "Step"
    rate: ClassVar[float] = 10.0

    def __init__(self, look: Look, studio: Studio | None = None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self.maps = [ContourMap(look), ContourMap(look)]
        self.titles = [PlainLabel("", "title", look, token) for _, _, token in SIDES]
        self.chart = LineChart(look)
        self.chart.set_log(True)
        self.chart.set_x_label("step")
        self.chart.setFixedHeight(CHART)
        self.chart.setAccessibleName("Loss above the minimum against step")
        self._steps, self._shown = 60, -1
        self._races: list[Race] = []
        self._make_panel()
        self._lay_out()
        self._numbers_due = Throttle(self, self._write)
        self._restart()

    @property
    def races(self) -> Sequence[Race]:
        """On raw and on scaled features."""
        return self._races

    def take_state(self, values: dict[str, Any]) -> None:
        """Begin with data, a scaling, a rate and a number of steps.

        Raises:
            UserError: data or scaling that there are not, or a number out of its range.
        """
        if values["data"] not in TABLES:
            raise UserError(f"There are no data {values['data']!r}.", f"Data: {', '.join(TABLES)}.", "data")
        if values["scaling"] not in dict(SCALINGS):
            known = ", ".join(dict(SCALINGS))
            raise UserError(f"There is no scaling {values['scaling']!r}.", f"Scalings: {known}.", "scaling")
        if not RATES[0] <= values["rate"] <= RATES[1]:
            raise UserError(f"rate is {values['rate']:g}, expected {RATES[0]:g} to {RATES[1]:g}.", "Change it.", "rate")
        if not 5 <= values["steps"] <= 500:
            raise UserError(f"steps is {values['steps']}, expected 5 to 500.", "Change it.", "steps")
        self.go(0)  # what comes true at the end must come true of this state
        self._steps = values["steps"]
        self.data.set_value(values["data"])
        self.scaling.set_value(values["scaling"])
        self.rate_of.set_value(values["rate"])
        self._restart()

    def state(self) -> dict[str, Any]:
        """What is shown now."""
        rate = float(f"{self.rate_of.value:.3g}")
        return {"data": self.data.value, "scaling": self.scaling.value, "rate": rate, "steps": self._steps}

    def show_time(self, time: float) -> None:
        """Draw both paths after so many steps."""
        if int(time) != self._shown:
            self._show()

    def draw_at(self, time: float) -> None:
        """Stand at a moment, its chart drawn."""
        super().draw_at(time)
        self.chart.flush()

    def sections(self) -> Sequence[QWidget]:
        """Data, scaling and rate; curvature and the largest rate of both."""
        return (self._settings, self._facts)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 12, 12, 4)
        for column, (title, shown) in enumerate(zip(self.titles, self.maps, strict=True)):
            shown.set_names("w₁", "w₂")
            grid.addWidget(title, 0, column)
            grid.addWidget(shown, 1, column)
            grid.setColumnStretch(column, 1)
        grid.addWidget(SectionLabel("Loss above the minimum", self.look, "log scale"), 2, 0, 1, 2)
        grid.addWidget(self.chart, 3, 0, 1, 2)
        grid.setRowStretch(1, 1)

    def _make_panel(self) -> None:
        look = self.look
        self.data = Segmented([("diabetes", "Patients"), ("cancer", "Tumours")], look)
        self.scaling = Segmented(list(SCALINGS), look)
        self.rate_of = ValueSlider(*RATES, look, log=True)
        self._settings = Section("Features", look)
        for label, control in (("Data", self.data), ("Scaling", self.scaling), ("Rate η", self.rate_of)):
            self._settings.labelled(label, control)
        self.source = PlainLabel("", "body", look, "ink3").set_wrapped()
        self._settings.add(self.source)
        self._facts = Section("Curvature, and the largest rate", look)
        self.formulas, self.rows = Formulas(look), Numbers(look)
        self.verdict = PlainLabel("", "body", look).set_wrapped()
        for part in (self.formulas, self.rows, self.verdict):
            self._facts.add(part)
        for control in (self.data, self.scaling, self.rate_of):
            control.changed.connect(lambda _: self._on_changed())

    def _on_changed(self) -> None:
        self._restart()
        self.changed.emit()

    def _restart(self) -> None:
        """Compute both paths; the loss of linear regression is quick to compute, that of logistic on a coarser grid."""
        lane = Lane("sgd", float(f"{self.rate_of.value:.3g}"))
        self._races = []
        for (scaling, name, _), title, shown in zip(SIDES, self.titles, self.maps, strict=True):
            kind = scaling or self.scaling.value
            surface = data_surface(self.data.value, kind)
            z, x, y = _grid(self.data.value, kind)
            title.setText(name if scaling else dict(SCALINGS)[kind])
            shown.set_values(z, x, y, logarithmic)
            race = Race(surface, [lane], surface.start, self._steps)
            race.reach(self._steps)
            self._races.append(race)
        self.source.setText(TABLES[self.data.value].source)
        self._set_scale()
        self.set_length(self._steps)
        self._show()

    def _set_scale(self) -> None:
        above = np.concatenate([_above(race) for race in self._races])
        first = max(float(_above(race)[0]) for race in self._races)
        known = above[np.isfinite(above) & (above > LOWEST * first)]
        self.chart.set_limits(0, self._steps)
        self.chart.set_value_limits(float(known.min()) / 1.3, min(float(known.max()), 30 * first) * 1.3)

    def _show(self) -> None:
        self._shown = step = int(self.time)
        steps = np.arange(step + 1)
        for race, shown, title, (_, _, token) in zip(self._races, self.maps, self.titles, SIDES, strict=True):
            last = race.gone(0, step) or step + 1
            points = race.descent(0).positions[:last, 0]
            x, y = np.clip(points[:, 0], *race.surface.x), np.clip(points[:, 1], *race.surface.y)
            shown.set_paths([SurfacePath(x, y, token)])
            name = title.text()
            above = np.maximum(_above(race)[:last], 0)
            label = f"{name}  {format_number(float(above[-1]), 3)}"
            self.chart.set_series(token, steps[:last], above, token, "line", label)
        self.chart.set_marker("now", step, "", "ink")
        self._numbers_due.request() if self.is_playing else self._write()
        self._tell(step)

    def _write(self) -> None:
        self._numbers_due.forget()
        rows, step = [], int(self.time)
        for (scaling, _, token), race, title in zip(SIDES, self._races, self.titles, strict=True):
            low, high = curvatures(self.data.value, scaling or self.scaling.value)
            name = title.text()
            rows += [
                (f"{name}: curvature", f"{format_number(low, 3)} to {format_number(high, 3)}", token),
                (f"{name}: condition number", format_number(high / low, 3), "ink"),
                (f"{name}: largest rate", format_number(2 / high, 3), "ink"),
                (f"{name}: loss now", _loss(race, step), "ink"),
            ]
        self.rows.show_rows(rows)
        high = curvatures(self.data.value, "centred")[1]
        self.formulas.show_lines([f"η < 2/λ_{{max}} = 2 / {format_number(high, 4)} = {format_number(2 / high, 3)}"])
        self.verdict.setText(self._verdict(step))

    def _verdict(self, step: int) -> str:
        raw, scaled = (race.gone(0, step) for race in self._races)
        if raw or scaled:
            who = " and ".join(
                f"{title.text().lower()} after step {gone}"
                for title, gone in zip(self.titles, (raw, scaled), strict=True)
                if gone
            )
            return f"Diverged: {who}. The rate is over 2/λmax there."
        if step and self._arrived(1, step) and not self._arrived(0, step):
            return "On scaled features it has arrived; on raw ones it still creeps along the long axis of the ellipse."
        return ""

    def _arrived(self, side: int, step: int) -> bool:
        return bool(_above(self._races[side])[step] < NEAR)

    def _tell(self, step: int) -> None:
        if self.is_frozen or not step:
            return
        raw, scaled = (race.gone(0, step) for race in self._races)
        if raw and not scaled:
            self.done.emit("diverged")
        if step == self._steps and not raw and self._arrived(1, step) and not self._arrived(0, step):
            self.done.emit("parted")


def curvatures(data: str, scaling: str) -> tuple[float, float]:
    """The smallest and the largest curvature of the loss at its minimum: eigenvalues of the Hessian."""
    model = two_weights(data, scaling)
    low, high = np.linalg.eigvalsh(model.curvature(model.minimum))
    return float(low), float(high)


@cache
def _grid(data: str, scaling: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The loss above its minimum over the surface (row, column), and both axes."""
    surface = data_surface(data, scaling)
    z, x, y = surface.grid(GRID if data == "diabetes" else GRID // 2)
    return z - float(surface.value(np.array(surface.minima[0]))), x, y


def _above(race: Race) -> np.ndarray:
    """The loss above the minimum at each step (step + 1,)."""
    least = float(race.surface.value(np.array(race.surface.minima[0])))
    return np.asarray(race.descent(0).losses[:, 0] - least)


def _loss(race: Race, step: int) -> str:
    return f"gone at step {race.gone(0, step)}" if race.gone(0, step) else format_number(race.loss(0, step), 4)
