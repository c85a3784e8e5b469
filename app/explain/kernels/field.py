"""FieldReader: keeps the receptive field of the unit on screen in the panel: the box at once, its footprint at rest."""

import numpy as np
from PySide6.QtCore import QObject

from app.explain.asking import Asking
from app.explain.kernels.panel import KernelPanel
from app.explain.kernels.scene import Place
from app.studio import Studio
from app.text import TIMES
from engine.explain.field_box import Box, boxes
from engine.messages import Explained
from engine.project import Project
from engine.shapes import Inference, infer


class FieldReader(QObject):
    """Works the box out here, by plain arithmetic, and asks the engine how much each pixel in it counts.

    Args:
        panel: shows both.
    """

    def __init__(self, studio: Studio, panel: KernelPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._studio, self._panel = studio, panel
        self._inferred: tuple[Project, Inference] | None = None
        self._raw: np.ndarray | None = None
        self._unit: tuple[str, Place, int] | None = None
        self._is_shown = False
        self._asking = Asking(studio, "receptive-field", self)
        self._asking.explained.connect(self._take)

    def set_shown(self, is_shown: bool) -> None:
        """Whether the view is on screen."""
        self._is_shown = is_shown
        if not is_shown:
            self._asking.drop()

    def set_input(self, event: Explained) -> None:
        """Show the input of an answer of the explainer "kernels"."""
        self._raw, self._unit = event.arrays["raw"], None
        known = event.facts["range"] or [float(self._raw.min()), float(self._raw.max())]
        self._panel.field.set_input(self._raw, (float(known[0]), float(known[1])))

    def set_unit(self, layer: str, place: Place, unit: int, ask: bool) -> None:
        """Show what another unit sees.

        Args:
            ask: whether to ask for the footprint too; not while the window runs.
        """
        is_other, self._unit = self._unit != (layer, place, unit), (layer, place, unit)
        if self._raw is None or not (is_other or ask):
            return
        if is_other:
            self._show_box(layer, place)
        if ask and self._is_shown:
            values = {"layer": layer, "row": place[0], "column": place[1], "unit": unit}
            self._asking.ask(values, x=self._raw)

    def _show_box(self, layer: str, place: Place) -> None:
        project = self._studio.seen_project
        if self._inferred is None or self._inferred[0] is not project:
            self._inferred = project, infer(project.graph)
        inference = self._inferred[1]
        if layer not in inference.layers:
            return
        found = boxes(project.graph, inference, layer, place)
        source = next((name for name in found if not inference.layers[name].inputs), "")
        box = found.get(source)
        self._panel.field.set_box(box)
        self._panel.show_field(self._sentence(box))

    def _sentence(self, box: Box | None) -> str:
        assert self._raw is not None
        if box is None:
            return "Nothing of the input has rows and columns."
        high, wide = box.size
        part = box.inside(*self._raw.shape[:2])
        over = "" if part == box else ", over the edge into padding"
        return f"This value sees {high}{TIMES}{wide} px of the input{over}."

    def _take(self, event: Explained) -> None:
        row, column, unit = event.facts["place"]
        if self._unit != (event.facts["layer"], (row, column), unit):
            return
        footprint = event.arrays["footprint"]
        self._panel.field.set_footprint(footprint)
        if not footprint.any():
            self._panel.show_field(f"{self._panel.field_text.text()} It is off (ReLU gives 0): nothing moves it now.")
