"""The error gallery: the most confident mistakes, each with the map of the class it was taken for."""

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.explain.maps.mistake_card import MistakeCard
from app.explain.maps.overlay import Style, overlay_image, shares
from app.explain.number_opener import NumberOpener, Subject
from app.explain.view import View
from app.explanation import Explanation
from app.plots.image_grid import ImageGrid
from app.studio import Studio
from app.text import count, percent
from app.theme import Look, sample_image
from app.widgets.elided_label import ElidedLabel
from app.widgets.empty_or import EmptyOr
from app.widgets.error_state import ErrorState
from app.widgets.plain_label import PlainLabel
from app.widgets.progress_line import ProgressLine
from app.widgets.segmented import Segmented
from app.widgets.toggle import Toggle
from engine.explain.opened import Place
from engine.messages import DataLoaded, Explained, Failed, Progress

MARGIN, TILE = 24, 108
OVERLAY = Style(opacity=0.8)


class ErrorsView(View):
    """Mistakes, the surest first; a click shows the sample and why."""

    what: ClassVar[str] = ""

    def __init__(self, studio: Studio, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(studio, look, parent)
        self._pictures: dict[tuple[int, str, bool], QImage] = {}
        self._index = 0
        self.explanation = Explanation(studio, "errors", self, is_live=False)
        self.opener = NumberOpener(studio, look, self)
        self.facts = ElidedLabel("", "body", look)
        self.split = Segmented([("validation", "Validation"), ("train", "Train")], look)
        self.split.setAccessibleName("Part")
        self.maps = Toggle(look, "Maps")
        self.maps.setChecked(True)
        self.grid, self.card, self.progress = ImageGrid(look), MistakeCard(look), ProgressLine(look)
        self.grid.set_tile(TILE)
        self.grid.setAccessibleName("Mistakes")
        self.content, self.error = EmptyOr(self.grid, look), ErrorState("", "", "", look)
        self._lay_out()
        self._connect()

    def set_shown(self, is_shown: bool) -> None:
        self.explanation.set_shown(is_shown)
        if is_shown:
            self._ask()
        else:
            self.opener.close()

    def regions(self) -> list[QWidget]:
        return [self.place, self.card]

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(PlainLabel("Most confident mistakes", "heading", self.look, "ink"))
        head.addWidget(self.facts, 1)
        head.addWidget(self.maps)
        head.addWidget(self.split)
        self.place = QStackedWidget()
        self.place.addWidget(self.content)
        failed = QWidget()
        column = QVBoxLayout(failed)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.error)
        column.addStretch(1)
        self.place.addWidget(failed)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addLayout(head)
        left.addWidget(self.progress)
        left.addWidget(self.place, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 12, MARGIN, 12)
        row.setSpacing(MARGIN)
        row.addLayout(left, 1)
        self.card.setFixedWidth(self.look.theme.size("inspectorW"))
        row.addWidget(self.card, 0, Qt.AlignmentFlag.AlignTop)
        self.progress.hide()

    def _connect(self) -> None:
        self.explanation.explained.connect(self._on_explained)
        self.explanation.failed.connect(self._on_failed)
        self.explanation.busy_changed.connect(self._on_busy)
        self.explanation.progressed.connect(self._on_progress)
        self.progress.cancelled.connect(self.explanation.stop)
        self.error.retry.connect(self.explanation.refresh)
        self.split.changed.connect(lambda _part: self._ask())
        self.maps.toggled.connect(lambda _on: self._draw())
        self.grid.picked.connect(self._pick)
        self.card.sample_wanted.connect(self.sample_wanted)
        self.card.opened.connect(self._open)
        self.opener.layer_wanted.connect(self.layer_wanted)
        self.studio.data_changed.connect(lambda _data: self._draw())
        self.look.changed.connect(self._draw)

    def _open(self, sample: int, index: int, at: QRect) -> None:
        """Open the probability of a class for the chosen mistake."""
        head = self.studio.seen_project.heads[0].node
        self.opener.open(Place("probability", head, (index,)), at, self.card, Subject(sample=sample))

    def _ask(self) -> None:
        self.explanation.ask(split=self.split.value)

    def _on_explained(self, explained: Explained) -> None:
        self._pictures = {}
        self._index = 0
        self.progress.hide()
        self._draw()
        self.settled.emit(explained.step)

    def _on_failed(self, failed: Failed) -> None:
        self.progress.hide()
        self.error.set_error(failed.message, failed.hint, failed.details)
        self.place.setCurrentIndex(1)
        self.card.hide()

    def _on_busy(self, text: str) -> None:
        self.progress.setVisible(bool(text))
        self.progress.set_busy(text)

    def _on_progress(self, progress: Progress) -> None:
        self.progress.setVisible(progress.done < progress.total)
        self.progress.set_count(progress.done, progress.total, progress.text)

    def _draw(self) -> None:
        found, data = self.explanation.now, self.studio.data
        if found is None or data is None:
            return
        self.place.setCurrentIndex(0)
        wrong, total = int(found.facts["wrong"]), int(found.facts["total"])
        shown = len(found.arrays["samples"])
        some = f", the {shown} surest shown" if shown < wrong else ""
        layer = (
            f"; {found.facts['method']} of the predicted class at {found.facts['layer']}"
            if found.facts["layer"]
            else ""
        )
        self.facts.set_text(f"{count(wrong)} of {count(total)} wrong{some}{layer}")
        self.maps.setVisible(bool(found.facts["layer"]))
        self.card.setVisible(wrong > 0)
        if wrong == 0:
            self.content.show_empty("No mistake", f"All {count(total)} samples of this part are classified rightly.")
            return
        self.content.show_view()
        names = [str(name) for name in found.facts["class_names"]]
        captions = [
            f"{names[label]}→{names[predicted]} {percent(float(share), 0)}"
            for label, predicted, share in zip(
                found.arrays["labels"], found.arrays["predicted"], found.arrays["probabilities"], strict=True
            )
        ]
        self.grid.set_items(shown, self._paint, captions, ["err"] * shown)
        self._pick(min(self._index, shown - 1))

    def _pick(self, index: int) -> None:
        found, data = self.explanation.now, self.studio.data
        if found is None or data is None or not 0 <= index < len(found.arrays["samples"]):
            return
        self._index = self.grid.current = index
        sample = int(found.arrays["samples"][index])
        picture = self._picture(index, False, data)
        over = self._overlay(index, data) if self.maps.isChecked() else QImage()
        self.card.show_mistake(found, index, sample, picture, over)

    def _paint(self, painter: QPainter, index: int, rect: QRect) -> None:
        data = self.studio.data
        if data is None:
            return
        picture = self._picture(index, self.maps.isChecked(), data)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, picture.width() > rect.width())
        painter.drawImage(rect, picture)

    def _picture(self, index: int, has_map: bool, data: DataLoaded) -> QImage:
        """A sample as a picture, made when it comes into sight; numbers as grey cells; null for one not sent."""
        key = (index, self.look.theme.name, has_map)
        if key not in self._pictures:
            self._pictures[key] = self._made(index, has_map, data)
        return self._pictures[key]

    def _made(self, index: int, has_map: bool, data: DataLoaded) -> QImage:
        found = self.explanation.now
        sample = int(found.arrays["samples"][index]) if found is not None else -1
        if not 0 <= sample < len(data.x):
            return QImage()
        x = data.x[sample]
        image = sample_image(x if x.ndim == 3 else x.reshape(len(x), -1).T, data.value_range, self.look.theme)
        if not has_map:
            return image
        large = image.convertToFormat(QImage.Format.Format_ARGB32).scaled(TILE, TILE)
        painter = QPainter(large)
        painter.drawImage(QRect(0, 0, TILE, TILE), self._overlay(index, data))
        painter.end()
        return large

    def _overlay(self, index: int, data: DataLoaded) -> QImage:
        found = self.explanation.now
        if found is None or not np.size(found.arrays["maps"]):
            return QImage()
        size = data.x.shape[1:3]
        scale = max(1, TILE // max(size))
        image = QImage(size[1] * scale, size[0] * scale, QImage.Format.Format_ARGB32)
        return overlay_image(shares(found.arrays["maps"][index]), OVERLAY, image.size())
