"""Class activation: which parts of the picture made this class win, by six methods side by side."""

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.explain.maps.answers import LABELS, MAPS, Answers
from app.explain.maps.cell_card import CellCard
from app.explain.maps.classes_card import ClassesCard
from app.explain.maps.layer_strip import LayerStrip
from app.explain.maps.method_strip import MethodStrip
from app.explain.maps.overlay_card import OverlayCard
from app.explain.maps.picture import MapPicture
from app.explain.maps.titles import caption_of, title_of
from app.explain.view import View
from app.studio import Studio
from app.theme import Look, sample_image
from app.widgets.elided_label import ElidedLabel
from app.widgets.empty_or import EmptyOr
from app.widgets.error_state import ErrorState
from app.widgets.plain_label import PlainLabel
from app.widgets.progress_line import ProgressLine
from app.widgets.segmented import Segmented
from engine.datasets import DATASETS
from engine.explain.averaged_head import takes_any_size
from engine.messages import Explained, Failed, Progress
from engine.project import Project
from engine.shapes import infer

SIGNED = ("cam", "integrated_gradients", "occlusion")
MARGIN = 24


class MapsView(View):
    """The picture with a map over it, the same by other methods, the classes, the layers, and one cell taken apart."""

    takes_pictures: ClassVar[bool] = True

    def __init__(self, studio: Studio, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(studio, look, parent)
        self._class, self._layer, self._cell = -1, "", (-1, -1)
        self._method, self._is_own = "gradcam", False
        self._given: tuple[Path | None, np.ndarray | None] = (None, None)
        self._photos: dict[str, Path] = {}
        self._offered_for: Project | None = None
        self.answers = Answers(studio, self)
        self.title, self.caption = PlainLabel("", "heading", look, "ink"), ElidedLabel("", "body", look)
        self.methods = Segmented(list(LABELS.items()), look)
        self.methods.set_value(self._method)
        self.methods.setAccessibleName("Method")
        self.whole = Segmented([], look)
        self.whole.setAccessibleName("Whole picture")
        self.picture, self.strip, self.progress = MapPicture(look), MethodStrip(look), ProgressLine(look)
        self.error = ErrorState("", "", "", look)
        self.classes, self.overlay = ClassesCard(look), OverlayCard(look)
        self.layers, self.cell = LayerStrip(look), CellCard(look)
        self._lay_out()
        self._connect()
        self.synchronize()

    def set_layer(self, name: str) -> None:
        if name != self._layer:
            self._layer, self._cell = name, (-1, -1)
            self._ask()

    def set_shown(self, is_shown: bool) -> None:
        self.answers.set_shown(is_shown)
        if is_shown:
            self.synchronize()
            self._ask()

    def set_input(self, picture: Path | None = None, x: np.ndarray | None = None) -> None:
        self._is_own, self._given = picture is not None, (picture, x)
        self.whole.setVisible(self._is_offered and not self._has_input)
        self._give_input()

    @property
    def _has_input(self) -> bool:
        return any(part is not None for part in self._given)

    @property
    def _is_offered(self) -> bool:
        return bool(self._photos)

    def _give_input(self) -> None:
        """Explain what the frame gave; else the whole picture chosen here; else the sample."""
        picture, x = self._given
        if not self._has_input and self._is_offered:
            picture = self._photos.get(self.whole.value)
        now = self.answers.input
        if picture != now[0] or x is not now[1]:
            self.answers.set_input(picture, x)
        self._start_anew()

    def regions(self) -> list[QWidget]:
        return [self.content] if self.content.is_empty else [self.picture, self.right]

    def synchronize(self) -> None:
        """Say why there is nothing to see, where the network reads no pictures."""
        project = self.studio.seen_project
        shapes = [node.values.get("shape") or () for node in project.graph.nodes if node.kind == "input"]
        self._offer_pictures(project)
        if shapes and all(len(shape) == 3 for shape in shapes):
            self.content.show_view()
        elif shapes:
            numbers = "×".join(str(size) for size in shapes[0])
            self.content.show_empty(
                "No picture to explain",
                f"This network reads {numbers} numbers, which have no places. Open a project that reads pictures.",
            )
        else:
            self.content.show_empty("No network", "Draw one in Build, or open an example from Home.")

    def _lay_out(self) -> None:
        self.title.setMinimumWidth(1)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.methods)
        self.place = QStackedWidget()
        self.place.addWidget(self.picture)
        failed = QWidget()
        column = QVBoxLayout(failed)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.error)
        column.addStretch(1)
        self.place.addWidget(failed)
        left = QVBoxLayout()
        left.setSpacing(6)
        left.addLayout(head)
        line = QHBoxLayout()
        line.addWidget(self.caption, 1)
        line.addWidget(self.whole)
        left.addLayout(line)
        left.addWidget(self.progress)
        left.addWidget(self.place, 1)
        left.addWidget(self.strip)
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(MARGIN, 12, MARGIN, 12)
        row.setSpacing(MARGIN)
        row.addLayout(left, 55)
        row.addWidget(self._right(), 45)
        self.content = EmptyOr(both, self.look, MARGIN)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.content)
        self.progress.hide()

    def _right(self) -> QScrollArea:
        cards = QHBoxLayout()
        cards.setSpacing(16)
        cards.addWidget(self.classes, 1)
        cards.addWidget(self.overlay, 1)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addLayout(cards)
        column.addWidget(self.layers)
        column.addWidget(self.cell)
        column.addStretch(1)
        self.right = QScrollArea()
        self.right.setWidget(body)
        self.right.setWidgetResizable(True)
        self.right.setFrameShape(QScrollArea.Shape.NoFrame)
        self.right.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return self.right

    def _connect(self) -> None:
        self.answers.explained.connect(self._on_explained)
        self.answers.failed.connect(self._on_failed)
        self.answers.busy_changed.connect(self._on_busy)
        self.answers.progressed.connect(self._on_progress)
        self.methods.changed.connect(self.choose_method)
        self.whole.changed.connect(lambda _name: self._give_input())
        self.strip.picked.connect(self.choose_method)
        self.classes.picked.connect(self.choose_class)
        self.layers.picked.connect(self._choose_layer)
        self.picture.cell_picked.connect(self._choose_cell)
        self.overlay.changed.connect(self._restyle)
        self.error.retry.connect(self._ask)
        self.progress.cancelled.connect(lambda: self.answers.stop(self._method))
        self.studio.probe_changed.connect(lambda _index: self._on_sample())
        self.studio.run_changed.connect(lambda _run: self._on_other_network())
        self.studio.document.changed.connect(lambda _before, _after: self.synchronize())
        self.look.changed.connect(self._draw)

    def choose_method(self, method: str) -> None:
        """Show another method's map large."""
        if method == self._method:
            return
        self._method, self._cell = method, (-1, -1)
        self.methods.set_value(method)
        self._hide_progress()
        self._ask()
        self._draw()

    def choose_class(self, index: int) -> None:
        """Ask why another class."""
        self._class = index
        self._ask()

    def _choose_layer(self, name: str) -> None:
        self._layer, self._cell = name, (-1, -1)
        if self._method not in ("gradcam", "gradcam_plus_plus"):
            self._method = "gradcam"
            self.methods.set_value(self._method)
        self._ask()

    def _choose_cell(self, row: int, column: int) -> None:
        self._cell = (row, column)
        if self._method in MAPS:
            self._ask()
        else:
            self._draw_cell()

    def _start_anew(self) -> None:
        """Another input: its own class, and the largest cell."""
        self._class, self._cell = -1, (-1, -1)
        self._ask()

    def _on_sample(self) -> None:
        self.whole.set_value("")
        self._give_input()

    def _on_other_network(self) -> None:
        self._layer = ""
        self.synchronize()
        self._give_input()

    def _offer_pictures(self, project: Project) -> None:
        """Offer the whole pictures that the samples are parts of, where the network takes any size."""
        if project is self._offered_for:
            return
        self._offered_for = project
        dataset = DATASETS.get(project.data.dataset)
        paths = dataset.pictures() if dataset is not None else ()
        takes_them = bool(paths) and takes_any_size(project, infer(project.graph))
        self._photos = {path.name: path for path in paths} if takes_them else {}
        self.whole.set_options([*((name, name) for name in self._photos), ("", "Sample")] if takes_them else [])
        self.whole.setVisible(takes_them and not self._has_input)
        if takes_them:
            self.whole.set_value(next(iter(self._photos)))
            self._give_input()

    def _ask(self) -> None:
        if not self.content.is_empty:
            self.answers.ask(self._method, self._class, self._layer, self._cell)

    def _on_explained(self, explained: Explained) -> None:
        self._draw(explained.explainer)
        if explained.explainer == self._method:
            self._hide_progress()
            self.settled.emit(explained.step)

    def _on_failed(self, method: str, failed: Failed) -> None:
        if method == self._method:
            self.error.set_error(failed.message, failed.hint, failed.details)
            self.place.setCurrentIndex(1)
            self._hide_progress()
        self.strip.show_failed(method, failed.message)

    def _on_busy(self, method: str, text: str) -> None:
        if method == self._method:
            self.progress.setVisible(bool(text))
            self.progress.set_busy(text)

    def _on_progress(self, method: str, progress: Progress) -> None:
        self.strip.show_progress(method, progress.done, progress.total)
        if method == self._method:
            self.progress.setVisible(progress.done < progress.total)
            self.progress.set_count(progress.done, progress.total, progress.text)

    def _hide_progress(self) -> None:
        self.progress.hide()

    def _draw(self, news: str = "") -> None:
        """Draw what is known; `news` is the method that said something, empty for all."""
        main = self.answers.now(self._method)
        if main is not None and news in ("", self._method):
            self._draw_main(main)
        for method in [news] if news else LABELS:
            found = self.answers.now(method)
            if found is not None:
                self.strip.show_map(found, self._image(found), method in SIGNED, self._method)
                if method in ("gradcam", "gradcam_plus_plus"):
                    self.layers.show_layers(found, self._image(found), self.overlay.style_now)
        self.strip.choose(self._method)

    def _draw_main(self, main: Explained) -> None:
        self.place.setCurrentIndex(0)
        self.title.setText(title_of(main))
        self.caption.set_text(caption_of(main, self._is_own, self.studio.seen_project))
        image = self._image(main)
        self.picture.set_image(image)
        self.picture.set_map(main.arrays["map"], self._method in SIGNED)
        self.overlay.bar.set_scale(float(np.nanmax(np.abs(main.arrays["map"]), initial=0.0)), self._method in SIGNED)
        self.classes.show_classes(main)
        self._draw_cell()

    def _draw_cell(self) -> None:
        main = self.answers.now(self._method)
        if main is None:
            return
        values = np.nan_to_num(main.arrays["map"])
        cell: Any = self._cell
        if self._method in MAPS:
            cell = (main.facts["cell"]["row"], main.facts["cell"]["column"])
        elif cell[0] < 0 or cell[0] >= values.shape[0] or cell[1] >= values.shape[1]:
            cell = np.unravel_index(int(np.abs(values).argmax()), values.shape)
        cell = int(cell[0]), int(cell[1])
        self.picture.set_cell(cell)
        self.cell.show_cell(main, cell)

    def _restyle(self, _style: object) -> None:
        self.picture.set_style(self.overlay.style_now)
        for method in ("gradcam", "gradcam_plus_plus"):
            found = self.answers.now(method)
            if found is not None:
                self.layers.show_layers(found, self._image(found), self.overlay.style_now)

    def _image(self, explained: Explained) -> QImage:
        low, high = explained.facts["value_range"]
        return sample_image(explained.arrays["input"], (float(low), float(high)), self.look.theme)
