"""MapsPage: the maps of all layers under one another, on one colour scale."""

import math
from typing import Any

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.explain.features.layer_maps import LayerMaps, LayerPicture
from app.explain.scale_bar import ScaleBar
from app.text import count, format_number, percent, shape
from app.theme import Look
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from engine.explain.counts import open_share
from engine.explain.opened import Opened, Place
from engine.layers import LAYERS
from engine.messages import Explained

APART = frozenset(("input", "output"))  # logits would drown the maps; they keep a scale of their own


class MapsPage(QWidget):
    """One row of tiles per layer.

    Attributes:
        unit_chosen: name of a layer, and index of the map or unit double-clicked.
        opened: Place or Opened of a number that was clicked, and its rectangle on the screen.
    """

    unit_chosen = Signal(str, int)
    opened = Signal(object, QRect)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._event: Explained | None = None
        self.layers: dict[str, LayerMaps] = {}
        self.scale = Segmented([("one", "One scale"), ("each", "Each layer its own")], look)
        self.scale.setAccessibleName("Colour scale")
        self.bar = ScaleBar("All layers but input and output", look)
        self.bar.setFixedWidth(220)
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(24, 4, 24, 12)
        self._rows.setSpacing(10)
        self._rows.addStretch(1)
        self._lay_out()
        self.scale.changed.connect(lambda _: self._show())

    def show_maps(self, event: Explained) -> None:
        """Show an answer of the explainer "features"."""
        self._event = event
        self._show()

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setLayout(self._rows)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        head = QHBoxLayout()
        head.setContentsMargins(24, 0, 24, 0)
        head.addWidget(
            PlainLabel(
                "Click a cell for its arithmetic; double-click a map to see how it is made.", "body", self._look, "ink3"
            ),
            1,
        )
        head.addWidget(self.scale)
        head.addWidget(self.bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(area, 1)

    def _show(self) -> None:
        event = self._event
        if event is None:
            return
        facts = event.facts["layers"]
        names = [layer["name"] for layer in facts]
        if names != list(self.layers):
            self._make_rows(names)
        hidden = [layer["limit"] for layer in facts if layer["kind"] not in APART]
        whole = max(hidden, default=1.0) or 1.0
        is_one = self.scale.value == "one"
        self.bar.set_range(-whole, whole)
        self.bar.setVisible(is_one)
        for layer in facts:
            limit = whole if is_one and layer["kind"] not in APART else layer["limit"] or 1.0
            self.layers[layer["name"]].show_layer(self._picture(event, layer, limit))

    def _picture(self, event: Explained, layer: dict[str, Any], limit: float) -> LayerPicture:
        name, spec = layer["name"], LAYERS[layer["kind"]]
        is_input = layer["kind"] == "input"
        values = event.arrays["input"] if is_input else event.arrays[name]
        if is_input and values.ndim == 3:
            known = event.facts["range"] or [float(values.min()), float(values.max())]
            return LayerPicture(name, spec.family, f"the input, {shape(layer['shape'])}", values, limit, tuple(known))
        is_sequence = values.ndim == 2
        values = values[..., None] if is_sequence else values
        text, by = _text(layer, values.shape[-1]), 1 if is_input else int(layer["shrunk"])
        return LayerPicture(name, spec.family, text, values, limit, None, _statistics(layer), by, is_sequence)

    def _open(self, name: str, what: Place | str, at: QRect) -> None:
        if self._event is None:
            return
        layer = next(layer for layer in self._event.facts["layers"] if layer["name"] == name)
        self.opened.emit(statistic(layer, what) if isinstance(what, str) else what, at)

    def _make_rows(self, names: list[str]) -> None:
        for row in self.layers.values():
            self._rows.removeWidget(row)
            row.deleteLater()
        self.layers = {}
        for name in names:
            row = LayerMaps(self._look)
            row.chosen.connect(lambda index, name=name: self.unit_chosen.emit(name, index))
            row.opened.connect(lambda what, at, name=name: self._open(name, what, at))
            self._rows.insertWidget(self._rows.count() - 1, row)
            self.layers[name] = row


def statistic(layer: dict[str, Any], key: str) -> Place | Opened:
    """What a statistic of a layer opens to: "limit", the number of largest magnitude, or "zeros", their share."""
    if key == "limit":
        return Place("activation", layer["name"], tuple(layer["largest_at"]))
    whole = math.prod(layer["shape"])
    return open_share(round(layer["zeros"] * whole), whole, layer["name"], "zeros")


def _statistics(layer: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    limit = ("limit", f"largest magnitude {format_number(layer['limit'], 3)}")
    return (limit, ("zeros", f"{percent(layer['zeros'], 0)} zeros")) if layer["zeros"] > 0 else (limit,)


def _text(layer: dict[str, Any], shown: int) -> str:
    """What a layer gives, e.g. "16 maps of 8×8"."""
    sizes = layer["shape"]
    what = f"{count(sizes[-1])} maps of {shape(sizes[:2])}" if len(sizes) == 3 else shape(sizes) + " values"
    part = f", the first {shown} shown" if len(sizes) != 2 and shown < sizes[-1] else ""
    shrunk = f", shrunk {layer['shrunk']} times" if layer["shrunk"] > 1 else ""
    return f"{what}{part}{shrunk}"
