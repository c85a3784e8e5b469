"""Feature maps: what every layer makes of the sample, what each layer costs, and what a shift does to the answer."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.explain.asking import Asking
from app.explain.features.maps_page import MapsPage
from app.explain.features.others import Compared, find_others
from app.explain.features.shift_page import NOBODY, ShiftPage
from app.explain.features.volume_table import VolumeTable
from app.explain.number_opener import NumberOpener, Subject
from app.explain.view import View
from app.explanation import Explanation
from app.studio import Studio
from app.theme import Look
from app.widgets.error_state import ErrorState
from app.widgets.progress_line import ProgressLine
from app.widgets.segmented import Segmented
from engine.errors import UserError
from engine.explain.opened import Opened, Place, What
from engine.explain.shifting import shifted
from engine.explain.volume_numbers import (
    open_dense,
    open_multiplications,
    open_parameters,
    open_saved,
    open_total,
)
from engine.explain.volumes import Volume, volumes
from engine.messages import Explained, Failed
from engine.shapes import LayerInfo, infer

MAPS, COSTS, SHIFT = "maps", "costs", "shift"
PAGES = [(MAPS, "Feature maps"), (COSTS, "Parameters and multiplications"), (SHIFT, "Shift experiment")]

COSTS_OPEN: dict[str, Callable[[Volume, LayerInfo], Opened]] = {
    "parameters": open_parameters,
    "multiplications": open_multiplications,
    "dense": lambda volume, _info: open_dense(volume),
    "saved": lambda volume, _info: open_saved(volume),
}


class FeaturesView(View):
    """The whole network, layer by layer."""

    takes_pictures = True

    def __init__(self, studio: Studio, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(studio, look, parent)
        self._is_shown = False
        self._others: list[Compared] = []
        self._other = 0
        self._maps, self._shift = Explanation(studio, "features", self), Explanation(studio, "shift", self)
        self._compared = Asking(studio, "shift", self)
        self.opener = NumberOpener(studio, look, self, resolve=self._cost)
        self.choice = Segmented(PAGES, look)
        self.choice.setAccessibleName("What is shown")
        self.maps, self.costs, self.shift = MapsPage(look), VolumeTable(look), ShiftPage(look)
        self.progress, self.error = ProgressLine(look), ErrorState("", "", "", look)
        self._lay_out()
        self._connect()
        self._maps.ask()
        self._shift.ask(reach=int(self.shift.reach.value))

    def set_shown(self, is_shown: bool) -> None:
        """Ask only while somebody looks, and only what is looked at."""
        self._is_shown = is_shown
        page = self.choice.value
        self._maps.set_shown(is_shown and page == MAPS)
        self._shift.set_shown(is_shown and page == SHIFT)
        if is_shown and page == COSTS:
            self._show_costs()
        elif is_shown and page == SHIFT:
            self._find_others()
        if not is_shown:
            self._compared.drop()
            self.opener.close()

    def show_without_data(self) -> bool:
        """Sizes and costs are plain arithmetic."""
        self.show_page(COSTS)
        return True

    def set_input(self, picture: Path | None = None, x: np.ndarray | None = None) -> None:
        """Explain another input."""
        for explanation in (self._maps, self._shift):
            explanation.set_input(picture=picture, x=x)
        self.opener.set_input(picture=picture, x=x)

    def show_page(self, page: str) -> None:
        """Show the maps, the costs or the shift experiment."""
        self.choice.set_value(page)
        self._turn(page)

    def regions(self) -> list[QWidget]:
        """The choice, and the page."""
        return [self.choice, self._pages]

    def _lay_out(self) -> None:
        scroll = QScrollArea()
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.costs)
        trouble = QWidget()
        inner = QVBoxLayout(trouble)
        inner.setContentsMargins(24, 24, 24, 24)
        inner.addWidget(self.error)
        inner.addStretch(1)
        self._pages = QStackedWidget()
        for page in (self.maps, scroll, self.shift, trouble):
            self._pages.addWidget(page)
        row = QHBoxLayout()
        row.setContentsMargins(24, 12, 24, 8)
        row.addWidget(self.choice)
        row.addStretch(1)
        row.addWidget(self.progress)
        self.progress.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._pages, 1)

    def _connect(self) -> None:
        self.choice.changed.connect(self._turn)
        self._maps.explained.connect(self._take_maps)
        self._shift.explained.connect(self._take_shift)
        for explanation in (self._maps, self._shift):
            explanation.failed.connect(self._fail)
            explanation.busy_changed.connect(self._be_busy)
            self.progress.cancelled.connect(explanation.stop)
        self._compared.explained.connect(self._take_compared)
        self._compared.failed.connect(self.shift.show_trouble)
        self.maps.unit_chosen.connect(self.unit_wanted)
        self.maps.opened.connect(lambda number, at: self.opener.open(number, at, self.maps))
        self.opener.layer_wanted.connect(self.layer_wanted)
        self.costs.chosen.connect(lambda name: self.unit_wanted.emit(name, 0))
        self.costs.opened.connect(self._open_cost)
        self.shift.reach_changed.connect(lambda reach: self._shift.ask(reach=reach))
        self.shift.other_chosen.connect(self._compare)
        self.shift.opened.connect(self._open_shifted)
        self.shift.shares_opened.connect(lambda number, at: self.opener.open(number, at, self.shift))
        self.error.retry.connect(self._retry)
        for signal in (self.studio.run_changed, self.studio.document.checked):
            signal.connect(self._on_other_network)

    def _open_cost(self, name: str, what: str, at: QRect) -> None:
        """Open what a layer costs, or all of them."""
        graph = self.studio.seen_project.graph
        found = self._cost(Place("held", name, (), what)) if name else open_total(volumes(graph, infer(graph)), what)
        if found is not None:
            self.opener.open(found, at, self.costs)

    def _cost(self, place: Place) -> Opened | None:
        """Open what a layer costs; None for any other number."""
        graph = self.studio.seen_project.graph
        inference = infer(graph)
        volume = next((one for one in volumes(graph, inference) if one.name == place.layer), None)
        if place.what != "held" or volume is None:
            return None
        return COSTS_OPEN[place.variable](volume, inference.layers[place.layer])

    def _open_shifted(self, is_theirs: bool, index: int, at: QRect) -> None:
        """Open what a network says about the picture where it is moved to now."""
        found = self._shift.now
        if found is None:
            return
        other = self._others[self._other] if is_theirs else None
        project = self.studio.seen_project if other is None else other.project
        x = shifted(found.arrays["input"], *self.shift.picture.shift, float(found.facts["background"]))
        what: What = "probability" if found.facts["class_names"] else "activation"
        of = None if other is None else (other.project, str(other.folder))
        self.opener.open(Place(what, project.heads[0].node, (index,)), at, self.shift, Subject(x=x, of=of))

    def _turn(self, page: str) -> None:
        self._pages.setCurrentIndex([MAPS, COSTS, SHIFT].index(page))
        self.set_shown(self._is_shown)

    def _on_other_network(self, _news: object = None) -> None:
        if self._is_shown and self.choice.value == COSTS:
            self._show_costs()

    def _show_costs(self) -> None:
        graph = self.studio.seen_project.graph
        self.costs.show_volumes(volumes(graph, infer(graph)))
        self.settled.emit(self.studio.shown_step or 0)

    def _take_maps(self, event: Explained) -> None:
        if self.choice.value == MAPS:
            self._pages.setCurrentIndex(0)
        self.maps.show_maps(event)
        self.settled.emit(event.step)

    def _take_shift(self, event: Explained) -> None:
        if self.choice.value == SHIFT:
            self._pages.setCurrentIndex(2)
        self.shift.show_ours(event, self.studio.seen_project.title or "this network")
        self._compare(self._other)
        self.settled.emit(event.step)

    def _find_others(self) -> None:
        """Look for networks to compare with."""
        self._others, self._other, why = [], 0, NOBODY
        try:
            self._others = find_others(self.studio)
        except UserError as error:
            why = str(error)
        self.shift.offer([other.title for other in self._others], why)

    def _compare(self, index: int) -> None:
        """Ask another network about the same picture."""
        self._other = index
        if index < len(self._others) and self._shift.now is not None:
            other = self._others[index]
            values = {"reach": int(self._shift.now.facts["reach"])}
            self._compared.ask(values, x=self._shift.now.arrays["input"], of=(other.project, other.folder))

    def _take_compared(self, event: Explained) -> None:
        label = self._shift.now.facts["label"] if self._shift.now is not None else None
        event.facts["label"] = label  # an own input has none; the sample's is that of the first network
        theirs = self._others[self._other].project.title
        self.shift.show_theirs(event, theirs if theirs != self.studio.seen_project.title else "the other")

    def _retry(self) -> None:
        (self._maps if self.choice.value == MAPS else self._shift).refresh()

    def _fail(self, failure: Failed) -> None:
        self.error.set_error(failure.message, failure.hint, failure.details)
        self._pages.setCurrentIndex(3)

    def _be_busy(self, text: str) -> None:
        self.progress.setVisible(bool(text))
        if text:
            self.progress.set_busy(text)
