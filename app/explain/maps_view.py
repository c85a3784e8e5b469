"""Class activation: which parts of the picture made this class win, by six methods side by side."""

from pathlib import Path
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.explain.maps.answers import LABELS, LAYERED, MAPS, SIGNED, Answers
from app.explain.maps.page import MARGIN, MapsPage
from app.explain.maps.titles import caption_of, title_of
from app.explain.number_opener import NumberOpener
from app.explain.view import View
from app.studio import Studio
from app.theme import Look, sample_image
from app.widgets.empty_or import EmptyOr
from engine.explain.opened import Factor, Opened, Place, opened, product
from engine.messages import Explained, Failed, Progress

LARGEST = (-1, -1)  # the cell that the engine is to choose
PREDICTED = -1  # the class likewise


class MapsView(View):
    """The picture with a map over it, the same by other methods, the classes, the layers, and one cell taken apart."""

    takes_pictures: ClassVar[bool] = True

    def __init__(self, studio: Studio, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(studio, look, parent)
        self.method = "gradcam"
        self._class, self._layer, self._cell = PREDICTED, "", LARGEST
        self._given: tuple[Path | None, np.ndarray | None] = (None, None)
        self.answers, self.page = Answers(studio, self), MapsPage(look)
        self.opener = NumberOpener(studio, look, self, "picture_number")
        self.page.methods.set_value(self.method)
        self.content = EmptyOr(self.page, look, MARGIN)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.content)
        self._connect()
        self.synchronize()

    def set_layer(self, name: str) -> None:
        if name != self._layer:
            self._layer, self._cell = name, LARGEST
            self._ask()

    def set_shown(self, is_shown: bool) -> None:
        self.answers.set_shown(is_shown)
        if not is_shown:
            self.opener.close()
        else:
            self.synchronize()
            self._ask()

    def set_input(self, picture: Path | None = None, x: np.ndarray | None = None) -> None:
        self._given = picture, x
        self._give_input()

    def regions(self) -> list[QWidget]:
        return [self.content] if self.content.is_empty else [self.page.picture, self.page.right]

    def synchronize(self) -> None:
        """Say why there is nothing to see, where the network reads no pictures; offer the pictures of its data."""
        project = self.studio.seen_project
        if self.page.whole.offer(project):
            self._give_input()
        shapes = [node.values.get("shape") or () for node in project.graph.nodes if node.kind == "input"]
        if not shapes:
            self.content.show_empty("No network", "Draw one in Build, or open an example from Home.")
        elif any(len(shape) == 3 for shape in shapes):
            self.content.show_view()
        else:
            numbers = "×".join(str(size) for size in shapes[0])
            self.content.show_empty(
                "No picture to explain",
                f"This network reads {numbers} numbers, which have no places. Open a project that reads pictures.",
            )

    def choose_method(self, method: str) -> None:
        """Show another method's map large."""
        if method == self.method:
            return
        self.method, self._cell = method, LARGEST
        self.page.methods.set_value(method)
        self.page.progress.hide()
        self._ask()
        self._draw()

    def choose_class(self, index: int) -> None:
        """Ask why another class."""
        self._class = index
        self._ask()

    def _connect(self) -> None:
        page, answers = self.page, self.answers
        answers.explained.connect(self._on_explained)
        answers.failed.connect(self._on_failed)
        answers.busy_changed.connect(self._on_busy)
        answers.progressed.connect(self._on_progress)
        page.methods.changed.connect(self.choose_method)
        page.whole.changed.connect(lambda _name: self._give_input())
        page.strip.picked.connect(self.choose_method)
        page.classes.picked.connect(self.choose_class)
        page.classes.opened.connect(self._open_class)
        page.cell.opened.connect(self._open)
        self.opener.layer_wanted.connect(self.layer_wanted)
        page.layers.picked.connect(self._choose_layer)
        page.picture.cell_picked.connect(self._choose_cell)
        page.picture.cell_opened.connect(self._open_cell)
        page.overlay.changed.connect(self._restyle)
        page.error.retry.connect(self._ask)
        page.progress.cancelled.connect(lambda: answers.stop(self.method))
        self.studio.probe_changed.connect(lambda _index: self._on_sample())
        self.studio.run_changed.connect(lambda _run: self._on_other_network())
        self.studio.document.changed.connect(lambda _before, _after: self.synchronize())
        self.look.changed.connect(self._draw)

    def _choose_layer(self, name: str) -> None:
        self._layer, self._cell = name, LARGEST
        if self.method not in LAYERED:
            self.method = LAYERED[0]
            self.page.methods.set_value(self.method)
        self._ask()

    def _choose_cell(self, row: int, column: int) -> None:
        self._cell = (row, column)
        if self.method in MAPS:
            self._ask()
        else:
            self._draw_cell()

    def _open(self, number: Place | Opened, at: QRect) -> None:
        self.opener.open(number, at, self.page)

    def _open_class(self, what: str, index: int, at: QRect) -> None:
        """Open a class's probability, or its logit; that of the first of two classes is the other one's, negated."""
        main, head = self.answers.now(self.method), self.studio.seen_project.heads[0].node
        if main is None or what == "probability":
            self._open(Place("probability", head, (index,)), at)
            return
        logits = np.asarray(main.arrays["logits"], float)
        if len(logits) > 1:
            self._open(Place("activation", head, (index,)), at)
            return
        z = Factor(float(logits[0]), Place("activation", head, (0,)))
        term = product(Factor(-1.0), z) if index == 0 else product(z)
        self._open(opened(Place("held", head, (), "logit"), term.value, "logit of the class", [term]), at)

    def _open_cell(self, row: int, column: int) -> None:
        """Open the value of the chosen cell."""
        main = self.answers.now(self.method)
        key = next((opening.key for opening in self.page.cell.lines.openings), None) if main is not None else None
        if isinstance(key, Place):
            box = self.page.picture.rect_of(row, column).toRect()
            self._open(key, QRect(self.page.picture.mapToGlobal(box.topLeft()), box.size()))

    def _give_input(self) -> None:
        """Explain what the frame gave; else the whole picture chosen here; else the sample."""
        picture, x = self._given
        is_given = picture is not None or x is not None
        self.page.whole.setVisible(self.page.whole.is_offered and not is_given)
        if not is_given:
            picture = self.page.whole.path
        now = self.answers.input
        if picture != now[0] or x is not now[1]:
            self.answers.set_input(picture, x)
            self.opener.close()
            self.opener.set_input(picture=picture, x=x)
        self._class, self._cell = PREDICTED, LARGEST
        self._ask()

    def _on_sample(self) -> None:
        self.page.whole.set_value("")
        self._give_input()

    def _on_other_network(self) -> None:
        self._layer = ""
        self.synchronize()
        self._give_input()

    def _ask(self) -> None:
        if not self.content.is_empty:
            self.answers.ask(self.method, self._class, self._layer, self._cell)

    def _on_explained(self, explained: Explained) -> None:
        self._draw(explained.explainer)
        if explained.explainer == self.method:
            self.page.progress.hide()
            self.settled.emit(explained.step)

    def _on_failed(self, method: str, failed: Failed) -> None:
        if method == self.method:
            self.page.error.set_error(failed.message, failed.hint, failed.details)
            self.page.show_error(True)
            self.page.progress.hide()
        self.page.strip.show_failed(method, failed.message)

    def _on_busy(self, method: str, text: str) -> None:
        if method == self.method:
            self.page.progress.setVisible(bool(text))
            self.page.progress.set_busy(text)

    def _on_progress(self, method: str, progress: Progress) -> None:
        self.page.strip.show_progress(method, progress.done, progress.total)
        if method == self.method:
            self.page.progress.setVisible(progress.done < progress.total)
            self.page.progress.set_count(progress.done, progress.total, progress.text)

    def _draw(self, news: str = "") -> None:
        """Draw what is known; `news` is the method that said something, empty for all."""
        main = self.answers.now(self.method)
        if main is not None and news in ("", self.method):
            self._draw_main(main)
        for method in [news] if news else LABELS:
            found = self.answers.now(method)
            if found is not None:
                self.page.strip.show_map(found, self._image(found), main.step if main is not None else found.step)
                if method in LAYERED:
                    self.page.layers.show_layers(found, self._image(found), self.page.overlay.style_now)
        self.page.strip.choose(self.method)

    def _draw_main(self, main: Explained) -> None:
        page, signed = self.page, self.method in SIGNED
        page.show_error(False)
        page.title.setText(title_of(main))
        page.caption.set_text(caption_of(main, self._given[0] is not None, self.studio.seen_project))
        page.picture.set_image(self._image(main))
        page.picture.set_map(main.arrays["map"], signed)
        page.overlay.bar.set_scale(float(np.nanmax(np.abs(main.arrays["map"]), initial=0.0)), signed)
        page.classes.show_classes(main)
        self._draw_cell()

    def _draw_cell(self) -> None:
        main = self.answers.now(self.method)
        if main is not None:
            cell = shown_cell(main, self._cell)
            self.page.picture.set_cell(cell)
            self.page.cell.show_cell(main, cell)

    def _restyle(self, _style: object) -> None:
        style = self.page.overlay.style_now
        self.page.picture.set_style(style)
        for method in LAYERED:
            found = self.answers.now(method)
            if found is not None:
                self.page.layers.show_layers(found, self._image(found), style)

    def _image(self, explained: Explained) -> QImage:
        low, high = explained.facts["value_range"]
        return sample_image(explained.arrays["input"], (float(low), float(high)), self.look.theme)


def shown_cell(explained: Explained, wanted: tuple[int, int]) -> tuple[int, int]:
    """The cell that is taken apart: the engine's own for a sum over channels; else the one wanted, or the largest."""
    if explained.explainer in MAPS:
        cell = explained.facts["cell"]
        return int(cell["row"]), int(cell["column"])
    values = np.abs(np.nan_to_num(explained.arrays["map"]))
    if 0 <= wanted[0] < values.shape[0] and 0 <= wanted[1] < values.shape[1]:
        return wanted
    row, column = np.unravel_index(int(values.argmax()), values.shape)
    return int(row), int(column)
