"""What a unit looks for: the training patches that excite it most, and a picture made to excite it."""

from collections.abc import Callable
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.explain.maps.tile import MapTile
from app.explain.number_opener import NumberOpener, Subject
from app.explain.view import View
from app.explanation import Explanation
from app.plots.image_grid import ImageGrid
from app.studio import Studio
from app.text import count, format_number
from app.theme import Look, sample_image
from app.widgets.card import Card
from app.widgets.elided_label import ElidedLabel
from app.widgets.error_state import ErrorState
from app.widgets.number_field import NumberField
from app.widgets.open_text import Opening, OpenText
from app.widgets.plain_label import PlainLabel
from app.widgets.progress_line import ProgressLine
from engine.explain.opened import Place, What
from engine.messages import Explained, Failed, Progress
from engine.shapes import infer

MARGIN, TILE, MOST, SIDE, FIELD = 24, 132, 18, 360, 72


class UnitsView(View):
    """One unit of the chosen layer: patches at the left, the picture made for it at the right."""

    kinds: ClassVar[tuple[str, ...]] = ("conv2d", "dense", "output")
    what: ClassVar[str] = "a convolution or dense layer"

    def __init__(self, studio: Studio, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(studio, look, parent)
        self._layer, self._samples = "", np.zeros(0, np.int64)
        self.patches = Explanation(studio, "excite", self, is_live=False)
        self.ascent = Explanation(studio, "maximise", self, is_live=False)
        self.title, self.facts = PlainLabel("", "heading", look, "ink"), ElidedLabel("", "body", look)
        self.unit, self.units = NumberField(look, low=0), PlainLabel("", "number", look, "ink3")
        self.unit.setAccessibleName("Unit")
        self.opener = NumberOpener(studio, look, self)
        self.grid, self.made = ImageGrid(look), MapTile(look, has_title=False, lines=0)
        self.grid.setAccessibleName("Patches")
        self.grid.set_tile(TILE)
        self.grid.set_captions_open()
        self.reached = OpenText(look)
        self.made.setEnabled(False)
        self.card = Card("A picture made for this unit", look)
        self.progress, self.making = ProgressLine(look), ProgressLine(look)
        self.error, self.refused = ErrorState("", "", "", look), PlainLabel("", "body", look).set_wrapped()
        self._lay_out()
        self._connect()

    def set_layer(self, name: str) -> None:
        if name == self._layer:
            return
        self._layer = name
        info = infer(self.studio.seen_project.graph).layers.get(name)
        units = info.shape[-1] if info is not None else 1
        self.units.setText(f"of {count(units)}")
        self.unit.set_value(0)
        self._ask()

    def set_shown(self, is_shown: bool) -> None:
        for explanation in (self.patches, self.ascent):
            explanation.set_shown(is_shown)
        if not is_shown:
            self.opener.close()

    def regions(self) -> list[QWidget]:
        return [self.unit, self.place, self.card]

    def _lay_out(self) -> None:
        head, left, row = QHBoxLayout(), QVBoxLayout(), QHBoxLayout(self)
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(PlainLabel("Unit", "body", self.look))
        self.unit.setFixedWidth(FIELD)
        head.addWidget(self.unit)
        head.addWidget(self.units)
        failed = QWidget()
        column = QVBoxLayout(failed)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.error)
        column.addStretch(1)
        self.place = QStackedWidget()
        self.place.addWidget(self.grid)
        self.place.addWidget(failed)
        left.setSpacing(8)
        left.addLayout(head)
        left.addWidget(self.facts)
        left.addWidget(self.progress)
        left.addWidget(self.place, 1)
        self.card.setFixedWidth(SIDE)
        for part in (self.made, self.reached, self.making, self.refused):
            self.card.body.addWidget(part)
        row.setContentsMargins(MARGIN, 12, MARGIN, 12)
        row.setSpacing(MARGIN)
        row.addLayout(left, 1)
        row.addWidget(self.card, 0, Qt.AlignmentFlag.AlignTop)
        self.progress.hide()
        self.making.hide()
        self.refused.hide()

    def _connect(self) -> None:
        for explanation, line in ((self.patches, self.progress), (self.ascent, self.making)):
            explanation.busy_changed.connect(_shown_busy(line))
            explanation.progressed.connect(_shown_progress(line))
            line.cancelled.connect(explanation.stop)
        self.patches.explained.connect(self._on_patches)
        self.patches.failed.connect(self._on_failed)
        self.ascent.explained.connect(self._on_made)
        self.ascent.failed.connect(self._on_refused)
        self.error.retry.connect(self._ask)
        self.unit.changed.connect(lambda _unit: self._ask())
        self.grid.picked.connect(lambda index: self.sample_wanted.emit(int(self._samples[index])))
        self.grid.caption_opened.connect(self._open_patch)
        self.reached.opened.connect(self._open_reached)
        self.opener.layer_wanted.connect(self.layer_wanted)
        self.look.changed.connect(self._draw)

    def _open_patch(self, index: int, at: QRect) -> None:
        """Open the value of the unit for the sample that a patch is cut from."""
        found = self.patches.now
        if found is None:
            return
        facts = found.facts
        where = tuple(int(n) for n in found.arrays["places"][index] if n >= 0)
        place = Place("activation", facts["layer"], (*where, int(facts["unit"])))
        self.opener.open(place, at, self.grid, Subject(sample=int(self._samples[index])))

    def _open_reached(self, _key: object, at: QRect) -> None:
        """Open the mean value that the made picture reaches."""
        found = self.ascent.now
        if found is None:
            return
        info = infer(self.studio.seen_project.graph).layers.get(str(found.facts["layer"]))
        what: What = "mean" if info is not None and len(info.shape) == 3 else "activation"
        place = Place(what, str(found.facts["layer"]), (int(found.facts["unit"]),))
        self.opener.open(place, at, self.reached, Subject(x=np.asarray(found.arrays["image"], np.float32)))

    def _ask(self) -> None:
        unit = int(self.unit.value)
        self.patches.ask(layer=self._layer, unit=unit, count=MOST)
        self.ascent.ask(layer=self._layer, unit=unit)

    def _draw(self) -> None:
        if self.patches.now is not None:
            self._on_patches(self.patches.now)
        if self.ascent.now is not None:
            self._on_made(self.ascent.now)

    def _on_patches(self, explained: Explained) -> None:
        facts, arrays = explained.facts, explained.arrays
        self.progress.hide()
        self.place.setCurrentIndex(0)
        self.title.setText(f"What excites unit {facts['unit']} of {facts['layer']}")
        patches = arrays["patches"]
        size = f"{patches.shape[2]}×{patches.shape[1]} px, " if patches.ndim == 4 else ""
        looked = count(facts["looked"])
        self.facts.set_text(
            f"the {len(patches)} largest values, {size}one for each of {looked} training samples at most"
        )
        self._samples = arrays["samples"]
        captions = [format_number(float(value), 3) for value in arrays["values"]]
        self.grid.set_images([self._image(patch) for patch in patches], captions)
        self.settled.emit(explained.step)

    def _on_made(self, explained: Explained) -> None:
        facts, trace = explained.facts, explained.arrays["trace"]
        self.refused.hide()
        self.made.show()
        self.made.set_images(self._image(explained.arrays["image"]))
        first, last = format_number(float(trace[0]), 3), format_number(float(facts["value"]), 3)
        self.made.set_texts(f"A picture made for unit {facts['unit']}")
        end = Opening(last, "reached")
        self.reached.set_pieces([f"mean value {first} → ", end, f" after {facts['step']} steps of gradient ascent"])
        self.reached.show()

    def _on_failed(self, failed: Failed) -> None:
        self.progress.hide()
        self.error.set_error(failed.message, failed.hint, failed.details)
        self.place.setCurrentIndex(1)

    def _on_refused(self, failed: Failed) -> None:
        self.making.hide()
        self.made.hide()
        self.reached.hide()
        self.refused.setText(f"{failed.message} {failed.hint}")
        self.refused.show()

    def _image(self, x: np.ndarray) -> QImage:
        data = self.studio.data
        ends = data.value_range if data is not None else (float(x.min()), float(x.max()))
        return sample_image(x if x.ndim == 3 else x.reshape(len(x), -1).T, ends, self.look.theme)


def _shown_busy(line: ProgressLine) -> Callable[[str], None]:
    def show(text: str) -> None:
        line.setVisible(bool(text))
        line.set_busy(text)

    return show


def _shown_progress(line: ProgressLine) -> Callable[[Progress], None]:
    def show(progress: Progress) -> None:
        line.setVisible(progress.done < progress.total)
        line.set_count(progress.done, progress.total, progress.text)

    return show
