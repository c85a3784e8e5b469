"""Loss surface: the loss around the network's weights, with the way the run went, and the slope it goes down."""

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.explain.surface.controls import SurfaceControls
from app.explain.surface.slice_card import SliceCard
from app.explain.view import View
from app.explanation import Explanation, moment_text
from app.plots.contour_map import ContourMap
from app.plots.height_field import as_it_is, logarithmic
from app.plots.paths import SurfacePath
from app.plots.surface import Surface
from app.studio import Studio
from app.text import format_number
from app.theme import Look
from app.widgets.elided_label import ElidedLabel
from app.widgets.error_state import ErrorState
from app.widgets.plain_label import PlainLabel
from app.widgets.progress_line import ProgressLine
from engine.messages import Explained, Failed, Progress

SLICE_HEIGHT = 188
PATH = "series1"
FEWEST = 3  # checkpoints of a path that spans a plane
SHORT = {"random": ("direction 1", "direction 2"), "pca": ("component 1", "component 2")}


class SurfaceView(View):
    """The surface from the side and from above; a click on a checkpoint of the path takes the playhead there."""

    def __init__(self, studio: Studio, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(studio, look, parent)
        self._now: Explained | None = None
        self._surface = Explanation(studio, "surface", self, is_live=False)
        self._slice = Explanation(studio, "slice", self, is_live=False)
        self.controls = SurfaceControls(look)
        self.surface, self.map, self.slice = Surface(look), ContourMap(look), SliceCard(look)
        self.title, self.caption = PlainLabel("Loss surface", "heading", look, "ink"), ElidedLabel("", "body", look)
        self.progress, self.error = ProgressLine(look), ErrorState("", "", "", look)
        self.reset = QPushButton("Reset camera")
        if studio.run is not None and len(studio.run.checkpoints) >= FEWEST:
            self.controls.choose("pca")
        self._lay_out()
        self._connect()
        self._ask()

    def set_shown(self, is_shown: bool) -> None:
        self._surface.set_shown(is_shown)
        self._slice.set_shown(is_shown)

    def regions(self) -> list[QWidget]:
        return [self.controls, self.surface, self.map, self.slice]

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.title)
        head.addWidget(self.caption, 1)
        head.addWidget(self.reset)
        pictures = QWidget()
        both = QHBoxLayout(pictures)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(8)
        both.addWidget(self.surface, 60)
        both.addWidget(self.map, 40)
        failed = QWidget()
        around = QVBoxLayout(failed)
        around.setContentsMargins(0, 8, 0, 0)
        around.addWidget(self.error)
        around.addStretch(1)
        self.place = QStackedWidget()
        self.place.addWidget(pictures)
        self.place.addWidget(failed)
        column = QVBoxLayout()
        column.setContentsMargins(24, 12, 24, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.progress)
        column.addWidget(self.place, 1)
        column.addWidget(self.slice)
        self.slice.setFixedHeight(SLICE_HEIGHT)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.controls)
        whole.addLayout(column, 1)
        self.progress.hide()

    def _connect(self) -> None:
        self._surface.explained.connect(self._take)
        self._surface.failed.connect(self._fail)
        self._surface.busy_changed.connect(self._be_busy)
        self._surface.progressed.connect(self._go_on)
        self._slice.explained.connect(self.slice.show_slice)
        self._slice.failed.connect(lambda failed: self.slice.show_problem(f"{failed.message} {failed.hint}".strip()))
        self.controls.changed.connect(self._ask)
        self.controls.restyled.connect(self._draw)
        self.slice.changed.connect(self._ask_slice)
        self.progress.cancelled.connect(self._cancel)
        self.error.retry.connect(self._surface.refresh)
        self.reset.clicked.connect(self.surface.reset_camera)
        for plot in (self.surface, self.map):
            plot.path_picked.connect(self._go_to)
        self.studio.moment_changed.connect(self._mark)
        self.studio.run_changed.connect(self._forget)

    def _ask(self) -> None:
        self._surface.ask(**self.controls.values())
        self._ask_slice()

    def _ask_slice(self) -> None:
        self._slice.ask(**self.controls.data.values(), extent=self.slice.extent)

    def _take(self, explained: Explained) -> None:
        if explained.facts["is_coarse"] and _same_plane(self._now, explained):
            return  # the fine picture of this very plane is on screen
        self._now = explained
        self.place.setCurrentIndex(0)
        self.controls.show_found(explained)
        self._draw()
        if not explained.facts["is_coarse"]:
            self.progress.hide()
            self.settled.emit(explained.step)

    def _draw(self) -> None:
        found = self._now
        if found is None:
            return
        arrays = found.arrays
        first, second = SHORT.get(found.facts["directions"], found.facts["labels"])
        to_height = logarithmic if self.controls.has_log_height else as_it_is
        self.surface.set_names(first, second, "loss")
        self.map.set_names(first, second)
        for plot in (self.surface, self.map):
            plot.set_values(arrays["loss"], arrays["first"], arrays["second"], to_height)
        height = "height and colour: log₁₀(1 + loss)" if self.controls.has_log_height else "height and colour: loss"
        centre = moment_text(self.studio.run, int(found.facts["centre_step"]))
        coarse = ", first coarse picture" if found.facts["is_coarse"] else ""
        loss = format_number(float(found.facts["centre"]))
        self.caption.set_text(f"around the {centre} (0, 0), loss {loss}{coarse}; {height}")
        self._mark()

    def _mark(self, _step: object = None) -> None:
        """Show the path with the playhead's checkpoint marked."""
        found = self._now
        if found is None:
            return
        paths = []
        if "path" in found.arrays and len(found.arrays["path"]):
            steps = found.arrays["path_steps"]
            shown = self.studio.shown_step
            current = len(steps) - 1 if shown is None else int(np.abs(steps - shown).argmin())
            losses = found.arrays["path_loss"]
            labels = [
                f"{moment_text(self.studio.run, int(step))}, loss in this plane {format_number(float(loss), 5)}; "
                "click to go there"
                for step, loss in zip(steps, losses, strict=True)
            ]
            x, y = found.arrays["path"].T
            name = f"step {int(steps[current]):,}"
            paths.append(SurfacePath(x, y, PATH, losses, name=name, labels=labels, current=current))
        for plot in (self.surface, self.map):
            plot.set_paths(paths)

    def _go_to(self, _path: int, point: int) -> None:
        if self._now is not None:
            self.studio.show_step(int(self._now.arrays["path_steps"][point]))

    def _forget(self, _run: object) -> None:
        self._now = None

    def _fail(self, failure: Failed) -> None:
        self.error.set_error(failure.message, failure.hint, failure.details)
        self.place.setCurrentIndex(1)
        self.progress.hide()

    def _be_busy(self, text: str) -> None:
        self.progress.setVisible(bool(text))
        self.progress.set_busy(text)

    def _go_on(self, progress: Progress) -> None:
        self.progress.setVisible(progress.done < progress.total)
        self.progress.set_count(progress.done, progress.total, progress.text)

    def _cancel(self) -> None:
        self._surface.stop()
        self.progress.hide()


def _same_plane(before: Explained | None, now: Explained) -> bool:
    """Whether a fine picture shows the plane that another begins to show."""
    if before is None or before.facts["is_coarse"]:
        return False
    corners = np.ix_((0, -1), (0, -1))
    return bool(np.allclose(before.arrays["loss"][corners], now.arrays["loss"][corners], rtol=1e-4))
