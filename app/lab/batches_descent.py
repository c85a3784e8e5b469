"""Batch sizes: the same data one at a time, in mini-batches and all at once, on the loss of a model of two weights."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.lab.batches_times import Times
from app.lab.chapters import Chapter
from app.lab.descent.lanes import Marker
from app.lab.descent.marks import LANES, MARKERS, token
from app.lab.parts import Numbers, Section
from app.lab.slices import Slices
from app.plots.contour_map import ContourMap
from app.plots.height_field import logarithmic
from app.plots.line_chart import LineChart
from app.plots.paths import SurfacePath
from app.studio import Studio
from app.text import count, format_number
from app.theme import Look
from app.widgets.plain_label import PlainLabel
from app.widgets.section_label import SectionLabel
from app.widgets.segmented import Segmented
from app.widgets.text_field import TextField
from app.widgets.value_slider import ValueSlider
from engine.errors import UserError
from engine.examples import load_example
from engine.explain.batches import BatchPath, Epoch
from engine.explain.two_weight_data import TABLES, data_surface, two_weights

FRAMES = 240  # steps of the play row, and updates where those are counted
AT_ONCE = 24  # updates in one slice
GRID = {"cancer": 30, "diabetes": 61}  # points along a side; logistic regression takes longer
RATES, EPOCHS = (0.001, 10.0), (1, 4)
DATA = [("cancer", "Tumours"), ("diabetes", "Patients")]
COUNTED = [("samples", "Samples seen"), ("updates", "Updates")]
CHART = 170  # px
PROJECT = "iris"  # any small one: a table takes its place
MOST_POINTS = 300  # of a path as drawn
LEAST = 1e-9  # noise that is not rounding


class DescentChapter(Chapter):
    """Up to four batch sizes, at the same rate and from the same start."""

    id: ClassVar[str] = "descent"
    name: ClassVar[str] = "Batch size"
    defaults: ClassVar[Mapping[str, Any]] = {
        "data": "cancer", "sizes": [1, 32, 0], "rate": 0.5, "passes": 2, "by": "samples", "order_seed": 3,
    }  # fmt: skip
    rate: ClassVar[float] = 24.0

    def __init__(self, look: Look, studio: Studio | None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self.map, self.chart = ContourMap(look), LineChart(look)
        self.paths: list[tuple[int, BatchPath]] = []
        self._data, self._seed = "", 0
        self._drawn: list[tuple[int, int]] = []
        self._work = Slices(self)
        self._work.advanced.connect(self._on_known)
        self._work.finished.connect(self._on_whole)
        self._make_panel()
        self._lay_out()

    @classmethod
    def check(cls, values: Mapping[str, Any]) -> None:
        """Data, sizes, a rate, epochs.

        Raises:
            UserError: data that there are not, or a number out of its range.
        """
        if values["data"] not in TABLES:
            raise UserError(f"There are no data {values['data']!r}.", f"Data: {', '.join(TABLES)}.", "data")
        if values["by"] not in dict(COUNTED):
            raise UserError(f"There is no count {values['by']!r}.", f"Counts: {', '.join(dict(COUNTED))}.", "by")
        if not 1 <= len(values["sizes"]) <= LANES or min(values["sizes"]) < 0:
            message = f"sizes is {values['sizes']}, expected 1 to {LANES} numbers of 0 or more."
            raise UserError(message, "0 is all samples.", "sizes")
        for name, (low, high) in (("rate", RATES), ("passes", EPOCHS), ("order_seed", (0, 10**6))):
            if not low <= values[name] <= high:
                raise UserError(f"{name} is {values[name]:g}, expected {low:g} to {high:g}.", "Change it.", name)

    @property
    def length(self) -> float:
        """The same however much is computed in a step."""
        return FRAMES

    def take(self, values: Mapping[str, Any]) -> None:
        """Begin with data, sizes, a rate and epochs."""
        self.data.set_value(values["data"])
        self.by.set_value(values["by"])
        self.rate_of.set_value(values["rate"])
        self.passes.set_value(values["passes"])
        self._seed = values["order_seed"]
        for lane, field in enumerate(self.fields):
            field.set_value(values["sizes"][lane] if lane < len(values["sizes"]) else None)
        self._restart()

    def values(self) -> dict[str, Any]:
        """What is set now."""
        return {
            "data": self.data.value,
            "sizes": [field.value for field in self.fields if field.value is not None],
            "rate": float(f"{self.rate_of.value:.3g}"),
            "passes": round(self.passes.value),
            "by": self.by.value,
            "order_seed": self._seed,
        }

    def sections(self) -> Sequence[QWidget]:
        """Sizes and settings, the numbers now, time per epoch."""
        return (self._settings, self._now, self.times)

    def finish(self) -> None:
        """Compute the rest at once, e.g. for a picture."""
        self._work.finish()

    def leave(self) -> None:
        """Stop measuring."""
        self.times.cancel()

    def draw(self) -> None:
        """Draw every path as far as the time shown, and as far as it is known."""
        paths, steps = [], []
        for lane, path in self.paths:
            step = min(self._step_of(path), path.race.known)
            steps.append((lane, step))
            paths.append(_drawn(path, lane, step))
        if steps != self._drawn:
            self._drawn = steps
            self.map.set_paths(paths)
            self._draw_losses(steps)

    def write(self) -> None:
        """Write updates, loss and noise of each size."""
        rows = []
        for lane, path in self.paths:
            step = min(self._step_of(path), path.race.known)
            gone = path.race.gone(0, step)
            loss = f"gone at {count(gone)}" if gone else format_number(path.race.loss(0, step), 3)
            noise, name = path.noise(step), f"Batch {_size(path)}"
            rows += [
                (f"{name}: updates", count(step), token(lane)),
                (f"{name}: loss", loss, "ink"),
                (f"{name}: a batch is off by", _off(noise), "ink"),
            ]
        self.rows.show_rows(list({row[0]: row for row in rows}.values()))
        self.verdict.setText(self._verdict() if self.at >= FRAMES else "")
        if self.at >= FRAMES and len(self.paths) > 1 and not self._work.is_busy:
            self.tell("compared")

    def _verdict(self) -> str:
        ends = {lane: path.race.loss(0, self._step_of(path)) for lane, path in self.paths}
        gone = [_size(path) for _, path in self.paths if path.race.gone(0, path.steps)]
        if gone:
            return f"At batch {' and '.join(gone)} the path left the picture: the rate is too large for so much noise."
        if len(self.paths) < 2:
            return ""
        best = min(self.paths, key=lambda one: ends[one[0]])[1]
        calm = min(self.paths, key=lambda one: one[1].noise(one[1].steps))[1]
        counted = "samples" if self.by.value == "samples" else "updates"
        return f"After as many {counted}, batch {_size(best)} is the lowest, and batch {_size(calm)} the calmest."

    def _step_of(self, path: BatchPath) -> int:
        """Updates a size has done at the time shown."""
        share = min(self.at / FRAMES, 1.0)
        if self.by.value == "updates":
            return round(share * path.steps)
        return min(path.steps_after(share * round(self.passes.value) * path.epoch.samples), path.steps)

    def _restart(self) -> None:
        """Begin every path anew; they are computed a slice at a time."""
        name, passes = self.data.value, round(self.passes.value)
        model, surface = two_weights(name), data_surface(name)
        if name != self._data:
            self._data = name
            self.map.set_values(*grid_of(name), logarithmic)
        self.paths, self._drawn = [], []
        for lane, field in enumerate(self.fields):
            if field.value is None:
                continue
            size = min(field.value or len(model.x), len(model.x))
            steps = FRAMES if self.by.value == "updates" else passes * Epoch(len(model.x), size).steps
            rate = float(f"{self.rate_of.value:.3g}")
            made = BatchPath(model, surface, size=size, rate=rate, steps=steps, seed=self._seed)
            self.paths.append((lane, made))
        for lane in range(LANES):
            for key in (f"batch{lane}", f"all{lane}"):
                self.chart.remove(key)
        self.chart.set_x_label("epoch" if self.by.value == "samples" else "update")
        self.chart.set_limits(0, passes if self.by.value == "samples" else FRAMES)
        self._work.start(self._computed())
        what = f"{TABLES[name].source} One unit on two features, in the loop that trains projects."
        self.times.set_question(load_example(PROJECT), [path.size for _, path in self.paths], name, what)

    def _computed(self) -> Iterator[int]:
        for _, path in sorted(self.paths, key=lambda one: one[1].steps):
            while path.race.known < path.steps:
                path.race.reach(path.race.known + AT_ONCE)
                yield path.race.known

    def _on_known(self) -> None:
        if self.at:
            self.refresh()

    def _on_whole(self) -> None:
        seen = [path.seen[np.isfinite(path.seen) & (path.seen > 0)] for _, path in self.paths]
        whole = [path.race.descent(0).losses[:, 0] for _, path in self.paths]
        known = np.concatenate([found[np.isfinite(found)] for found in (*seen, *whole)])
        first = float(whole[0][0])
        self.chart.set_value_limits(max(float(known.min()), 0.02 * first), min(float(known.max()), 12 * first))
        self.refresh()

    def _draw_losses(self, steps: Sequence[tuple[int, int]]) -> None:
        for (lane, path), (_, step) in zip(self.paths, steps, strict=True):
            x = self._x(path, step)
            losses = path.race.descent(0).losses[: step + 1, 0]
            last = path.race.gone(0, step) or step + 1
            label = f"{_size(path)}  {format_number(float(losses[last - 1]), 3)}"
            self.chart.set_series(f"batch{lane}", x[1 : last + 1], path.seen[: last - 1], token(lane), "raw")
            self.chart.set_series(f"all{lane}", x[:last], losses[:last], token(lane), "line", label)
        now = self.at / FRAMES * (round(self.passes.value) if self.by.value == "samples" else FRAMES)
        self.chart.set_marker("now", now, "", "ink")

    def _x(self, path: BatchPath, step: int) -> np.ndarray:
        """Where each update stands: in epochs, or by its number."""
        steps = np.arange(step + 1)
        if self.by.value == "updates":
            return steps
        epochs, rest = np.divmod(steps, path.epoch.steps)
        return np.asarray(epochs + np.minimum(rest * path.epoch.batch / path.epoch.samples, 1.0))

    def _lay_out(self) -> None:
        self.map.set_names("w₁", "w₂")
        self.chart.set_log(True)
        self.chart.setFixedHeight(CHART)
        self.chart.setAccessibleName("Loss on all samples, and faint that of each batch")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 4)
        column.addWidget(self.map, 1)
        column.addWidget(SectionLabel("Loss on all samples", self.look, "faint: the loss of each batch, log scale"))
        column.addWidget(self.chart)

    def _make_panel(self) -> None:
        look = self.look
        self._settings = Section("Batch sizes", look, "all, or a number")
        self.fields = [TextField(look, _read_size, _write_size, "number") for _ in range(LANES)]
        for lane, field in enumerate(self.fields):
            field.setAccessibleName(f"Batch size {lane + 1}")
            field.setPlaceholderText("–")
            self._settings.add(_row(Marker(lane, look), field))
        self.reason = PlainLabel("", "caption", look, "err", self._settings).set_wrapped()
        self._settings.add(self.reason)
        self.reason.hide()
        self.data, self.by = Segmented(DATA, look), Segmented(COUNTED, look)
        self.rate_of = ValueSlider(*RATES, look, log=True)
        self.passes = ValueSlider(*EPOCHS, look, decimals=0)
        for label, control in (
            ("Data", self.data), ("Compared by", self.by), ("Rate η", self.rate_of), ("Epochs", self.passes),
        ):  # fmt: skip
            self._settings.labelled(label, control)
        self._now = Section("Now", look)
        self.rows = Numbers(look)
        self.verdict = PlainLabel("", "body", look).set_wrapped()
        self._now.add(self.rows)
        self._now.add(self.verdict)
        self.times = Times(self.studio, look)
        self.times.measured.connect(lambda: self.tell("measured") if self.times.found else None)
        for field in self.fields:
            field.changed.connect(lambda _: self._on_changed())
            field.rejected.connect(self._say)
        for control in (self.data, self.by, self.rate_of, self.passes):
            control.changed.connect(lambda _: self._on_changed())

    def _say(self, reason: str) -> None:
        self.reason.setText(f"No batch size: {reason}." if reason else "")
        self.reason.setVisible(bool(reason))

    def _on_changed(self) -> None:
        if all(field.value is None for field in self.fields):
            self.fields[0].set_value(1)
        self._restart()
        self.refresh()
        self.changed.emit()


@cache
def grid_of(data: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The loss above its minimum over the surface (row, column), and both axes."""
    surface = data_surface(data)
    z, x, y = surface.grid(GRID[data])
    return z - float(surface.value(np.array(surface.minima[0]))), x, y


def _drawn(path: BatchPath, lane: int, step: int) -> SurfacePath:
    """The way of a size up to a step, along the edge where it leaves; long ones are drawn with fewer points."""
    surface, gone = path.race.surface, path.race.gone(0, step)
    points = path.race.descent(0).positions[: gone or step + 1, 0]
    every = -(-len(points) // MOST_POINTS)
    points = np.concatenate([points[:-1:every], points[-1:]])
    x, y = np.clip(points[:, 0], *surface.x), np.clip(points[:, 1], *surface.y)
    return SurfacePath(x, y, token(lane), name=_size(path), marker=MARKERS[lane])


def _off(noise: float) -> str:
    """How far a batch's loss is from that on all samples; what is left of rounding is 0."""
    return "–" if not np.isfinite(noise) else f"±{format_number(noise, 2)}" if noise > LEAST else "0"


def _size(path: BatchPath) -> str:
    return "all" if path.size == path.epoch.samples else count(path.size)


def _read_size(text: str) -> int | None:
    """A batch size; 0 for all, None for none.

    Raises:
        ValueError: the text is neither.
    """
    plain = text.strip().lower()
    if plain in ("", "–", "-"):
        return None
    if plain == "all":
        return 0
    if not plain.isdigit() or not 1 <= int(plain) <= 10**6:
        raise ValueError("1 or more, or all")
    return int(plain)


def _write_size(value: int | None) -> str:
    return "" if value is None else str(value) if value else "all"


def _row(marker: QWidget, field: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    row.addWidget(marker)
    row.addWidget(field, 1)
    return holder
