"""The pages "Weights" and "Activations": all values as tiles on one scale, with their statistics."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.panels.inspector.context import Subject, weights_of
from app.panels.inspector.tiles import TileGrid, activation_tiles, kernel_tiles
from app.plots.histogram import Histogram
from app.text import format_number, percent
from app.theme import Look
from app.widgets.number_field import NumberField
from app.widgets.plain_label import PlainLabel
from engine.layers.spec import shape_text
from engine.messages import Watched


class ValueBlock(QWidget):
    """One array: its name and scale, its tiles, its histogram and its statistics.

    Args:
        word: what one tile is.
        channels: input channels to choose from; 0 where there is no choice.
    """

    channel_chosen = Signal(object)

    def __init__(self, look: Look, word: str, channels: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = PlainLabel("", "title", look, "ink")
        self._shape = PlainLabel("", "axis", look, "ink3")
        self._limit = PlainLabel("", "axis", look, "ink3")
        self.tiles = TileGrid(look, word)
        self._hidden = PlainLabel("", "caption", look, "ink3")
        self.histogram = Histogram(look)
        self.statistics = Statistics(look)
        self.channel = NumberField(look, True, 0, max(0, channels - 1))
        self.channel.setFixedWidth(64)
        self.channel.set_value(0)
        self.channel.changed.connect(self.channel_chosen)
        self._channel_label = PlainLabel("input channel", "caption", look, "ink3")
        head = QHBoxLayout()
        head.setSpacing(8)
        for widget in (self._title, self._shape):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self._limit)
        chooser = QHBoxLayout()
        chooser.addWidget(self._channel_label)
        chooser.addWidget(self.channel)
        chooser.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addLayout(chooser)
        for part in (self.tiles, self._hidden, self.histogram, self.statistics):
            column.addWidget(part)
        self.channel.setVisible(channels > 1)
        self._channel_label.setVisible(channels > 1)

    def show_values(self, title: str, values: np.ndarray, tiles: tuple[np.ndarray, int, int, float]) -> None:
        """Show an array.

        Args:
            values: all of it, for histogram and statistics.
            tiles: what is drawn, with columns, gap and aspect.
        """
        finite = values[np.isfinite(values)]
        limit = float(np.abs(finite).max()) if finite.size else 0.0
        self._title.setText(title)
        self._shape.setText(shape_text(values.shape))
        self._limit.setText(f"±{format_number(limit, 2)}")
        self.tiles.set_tiles(tiles[0], limit, *tiles[1:])
        self._hidden.setText(f"and {self.tiles.hidden:,} more" if self.tiles.hidden else "")
        self._hidden.setVisible(bool(self.tiles.hidden))
        self.histogram.set_values(values, bins=40)
        self.histogram.setVisible(values.size >= 8)
        self.statistics.show_values(values)


class Statistics(QWidget):
    """Smallest, largest, mean, deviation, and the share of zeros."""

    NAMES = ("min", "max", "mean", "deviation", "zeros")

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        self._values = [PlainLabel("", "axis", look, "ink") for _ in self.NAMES]
        for index, name in enumerate(self.NAMES):
            grid.addWidget(PlainLabel(name, "caption", look, "ink3"), 0, index)
            grid.addWidget(self._values[index], 1, index)
            grid.setColumnStretch(index, 1)

    def show_values(self, values: np.ndarray) -> None:
        """Work them out; values that are not finite are counted instead."""
        finite = values[np.isfinite(values)]
        if not finite.size:
            texts: Sequence[str] = ("–",) * 5
        else:
            numbers = (finite.min(), finite.max(), finite.mean(), finite.std())
            zeros = percent(float((finite == 0).mean()), 0)
            texts = (*(format_number(float(value), 3) for value in numbers), zeros)
        for label, text in zip(self._values, texts, strict=True):
            label.setText(text)


class WeightsPage(QWidget):
    """Every variable of the selected layer."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._blocks: dict[str, ValueBlock] = {}
        self._channel = 0
        self._layer = ""
        self._weights: dict[str, np.ndarray] = {}
        self._none = PlainLabel("", "body", look, "ink3").set_wrapped()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 16)
        self._column.setSpacing(20)
        self._column.addWidget(self._none)
        self._column.addStretch(1)

    def show_watched(self, subject: Subject, watched: Watched | None) -> None:
        """Show the weights as they are now."""
        weights = weights_of(watched, subject.node.name)
        if subject.node.name != self._layer or set(weights) != set(self._blocks):
            self._make_blocks(subject.node.name, weights)
        info = subject.info
        nothing = info is not None and info.num_params == 0
        self._none.setText("This layer has no weights." if nothing else "The engine has not sent the weights yet.")
        self._none.setVisible(not weights)
        self._weights = weights
        for name, values in weights.items():
            channel = min(self._channel, values.shape[2] - 1) if values.ndim == 4 else 0
            self._blocks[name].show_values(name, values, kernel_tiles(values, channel))

    def _make_blocks(self, layer: str, weights: dict[str, np.ndarray]) -> None:
        for block in self._blocks.values():
            block.hide()
            block.deleteLater()
        self._layer, self._channel = layer, 0
        self._blocks = {name: self._block_for(values) for name, values in weights.items()}
        for index, block in enumerate(self._blocks.values()):
            block.channel_chosen.connect(self._choose_channel)
            self._column.insertWidget(1 + index, block)

    def _block_for(self, values: np.ndarray) -> ValueBlock:
        return (
            ValueBlock(self._look, "filter", values.shape[2]) if values.ndim == 4 else ValueBlock(self._look, "value")
        )

    def _choose_channel(self, channel: object) -> None:
        self._channel = int(str(channel))
        for name, values in self._weights.items():
            if values.ndim == 4:
                self._blocks[name].show_values(name, values, kernel_tiles(values, self._channel))


class ActivationsPage(QWidget):
    """Everything the selected layer gives out for the probe sample."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._block = ValueBlock(look, "channel")
        self._none = PlainLabel("The engine has not sent the activations yet.", "body", look, "ink3").set_wrapped()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.addWidget(self._none)
        column.addWidget(self._block)
        column.addStretch(1)

    def show_watched(self, subject: Subject, watched: Watched | None) -> None:
        """Show the activations of this moment."""
        values = watched.activations.get(subject.node.name) if watched is not None else None
        self._none.setVisible(values is None)
        self._block.setVisible(values is not None)
        if values is not None:
            self._block.show_values("Output", values, activation_tiles(values))
