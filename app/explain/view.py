"""View: one picture of the network's own numbers in See; the frame around it chooses sample, layer and moment."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.studio import Studio
from app.theme import Look


class View(QWidget):
    """Base of the views of See.

    Args:
        studio: what is shown: sample (`probe`), run, playhead (`shown_step`).

    Attributes:
        kinds: ids of the layers this view can take apart; the frame offers them and hands one over by `set_layer`.
            Empty for a view of the whole network.
        what: those kinds in words, for the sentence where the network has none, e.g. "a convolution or pooling layer".
        prefers_last: whether the frame first offers the last of those layers, not the first.
        takes_pictures: whether an image file of the user's own can take the sample's place.
        settled: the view has drawn what belongs to this step; films are taken then.
        sample_wanted: index of a sample that the frame should show.
        layer_wanted: name of a layer that the frame should show, in this view where it can.
        unit_wanted: name of a layer and index of a map or unit that the frame should open in the view that takes
            such layers apart.
        noted: a sentence for a toast, and its kind.
    """

    kinds: ClassVar[Sequence[str]] = ()
    what: ClassVar[str] = ""
    prefers_last: ClassVar[bool] = False
    takes_pictures: ClassVar[bool] = False
    settled = Signal(int)
    sample_wanted = Signal(int)
    layer_wanted = Signal(str)
    unit_wanted = Signal(str, int)
    noted = Signal(str, str)

    def __init__(self, studio: Studio, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio, self.look = studio, look

    def set_layer(self, name: str) -> None:
        """Take another layer apart; one of `kinds`."""

    def set_unit(self, index: int) -> None:
        """Follow one map or unit of the layer."""

    def set_shown(self, is_shown: bool) -> None:
        """Whether the view is on screen; one that is not asks the engine for nothing."""

    def show_without_data(self) -> bool:
        """Turn to what the view can show of a network whose data are not chosen yet; False where it needs them."""
        return False

    def set_input(self, picture: Path | None = None, x: np.ndarray | None = None) -> None:
        """Explain an image file, or a raw input (*input_shape), in place of the sample; neither for the sample."""

    def regions(self) -> list[QWidget]:
        """What F6 moves through."""
        return [self]
