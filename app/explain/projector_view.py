"""Projector: the samples as points, by their inputs or by what a layer makes of them, at any moment of the run."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.canvas.face import label_text
from app.explain.projector.controls import ProjectorControls
from app.explain.view import View
from app.explanation import Explanation, moment_text
from app.plots.point_cloud import PointCloud
from app.studio import Studio
from app.text import count
from app.theme import Look, sample_image
from app.widgets.elided_label import ElidedLabel
from app.widgets.error_state import ErrorState
from app.widgets.plain_label import PlainLabel
from app.widgets.progress_line import ProgressLine
from engine.explain.projection import aligned
from engine.layers import LAYERS
from engine.messages import Explained, Failed, Progress


class ProjectorView(View):
    """Points to samples and back: a click chooses the sample everywhere, one chosen elsewhere is marked here."""

    kinds: ClassVar[Sequence[str]] = tuple(LAYERS)
    prefers_last: ClassVar[bool] = True

    def __init__(self, studio: Studio, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(studio, look, parent)
        self._layer = ""
        self._now: Explained | None = None
        self._points = np.zeros((0, 2))
        self._explanation = Explanation(studio, "project", self)
        self.controls, self.cloud = ProjectorControls(look), PointCloud(look)
        self.title, self.caption = PlainLabel("Projector", "heading", look, "ink"), ElidedLabel("", "body", look)
        self.progress, self.error = ProgressLine(look), ErrorState("", "", "", look)
        self.cloud.set_pictures(self._picture)
        self._lay_out()
        self._connect()

    def set_layer(self, name: str) -> None:
        if name != self._layer:
            self._layer = name
            self._ask()

    def set_shown(self, is_shown: bool) -> None:
        self._explanation.set_shown(is_shown)

    def regions(self) -> list[QWidget]:
        return [self.controls, self.cloud]

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.title)
        head.addWidget(self.caption, 1)
        failed = QWidget()
        around = QVBoxLayout(failed)
        around.setContentsMargins(0, 8, 0, 0)
        around.addWidget(self.error)
        around.addStretch(1)
        self.place = QStackedWidget()
        self.place.addWidget(self.cloud)
        self.place.addWidget(failed)
        column = QVBoxLayout()
        column.setContentsMargins(24, 12, 24, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.progress)
        column.addWidget(self.place, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.controls)
        whole.addLayout(column, 1)
        self.progress.hide()

    def _connect(self) -> None:
        self._explanation.explained.connect(self._take)
        self._explanation.failed.connect(self._fail)
        self._explanation.busy_changed.connect(self._be_busy)
        self._explanation.progressed.connect(self._go_on)
        self.controls.changed.connect(self._ask)
        self.controls.sample_picked.connect(self.sample_wanted)
        self.cloud.picked.connect(self._pick)
        self.progress.cancelled.connect(self._cancel)
        self.error.retry.connect(self._explanation.refresh)
        self.studio.probe_changed.connect(self._mark)
        self.studio.data_changed.connect(self._mark)

    def _ask(self) -> None:
        self._explanation.ask(layer=self._layer, **self.controls.values())

    def _take(self, explained: Explained) -> None:
        before, self._now = self._now, explained
        moves = before is not None and _same_points(before, explained)
        points = explained.arrays["points"].astype(float)
        if moves and explained.facts["method"] == "tsne":
            points = aligned(points, self._points)
        self._points = points
        self.place.setCurrentIndex(0)
        self.progress.hide()
        self.controls.show_found(explained, self.studio.run)
        facts = explained.facts
        self.caption.set_text(
            f"{facts['layer']}, {count(facts['features'])} numbers a sample, {count(facts['samples'])} samples of the "
            f"{facts['part']} part; {moment_text(self.studio.run, explained.step)}"
        )
        labels = explained.arrays["labels"]
        is_class = facts["kind"] == "class"
        kinds = labels.astype(int) if is_class else np.zeros(len(labels), int)
        tones = None if is_class else _shares(labels.astype(float))
        self.cloud.set_points(points, kinds, self._labels(explained), tones=tones, keeps_view=moves)
        self._mark()
        self.settled.emit(explained.step)

    def _labels(self, explained: Explained) -> list[str]:
        data = self.studio.data
        pairs = zip(explained.arrays["indices"], explained.arrays["labels"], strict=True)
        if data is None:
            return [f"#{index}" for index, _ in pairs]
        return [f"#{index}  {label_text(data.description, float(label))}" for index, label in pairs]

    def _mark(self, _news: object = None) -> None:
        """Mark the chosen sample, and list what is near it."""
        found = self._now
        if found is None:
            return
        indices, probe = found.arrays["indices"], self.studio.probe
        here = np.flatnonzero(indices == probe)
        if not len(here):
            self.cloud.set_current(-1)
            sentence = f"Sample #{probe} is not among these points: it lies in another part, or was left out."
            self.controls.show_near(self.studio.data, [], np.zeros(0), sentence)
            return
        point = int(here[0])
        near = found.arrays["neighbours"][point]
        self.cloud.set_current(point, near.tolist())
        title = f"To #{probe} by all {count(found.facts['features'])} numbers, with the distance"
        self.controls.show_near(self.studio.data, indices[near].tolist(), found.arrays["distances"][point], title)

    def _pick(self, point: int) -> None:
        if self._now is not None:
            self.sample_wanted.emit(int(self._now.arrays["indices"][point]))

    def _picture(self, point: int) -> QImage | None:
        data, found = self.studio.data, self._now
        if data is None or found is None or data.description.kind != "image":
            return None
        index = int(found.arrays["indices"][point])
        return sample_image(data.x[index], data.value_range, self.look.theme) if index < len(data.x) else None

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
        self._explanation.stop()
        self.progress.hide()


def _same_points(before: Explained, now: Explained) -> bool:
    same = all(before.facts[name] == now.facts[name] for name in ("layer", "method", "part"))
    return same and np.array_equal(before.arrays["indices"], now.arrays["indices"])


def _shares(values: np.ndarray) -> np.ndarray:
    low, high = float(np.min(values)), float(np.max(values))
    return np.asarray((values - low) / ((high - low) or 1.0))
