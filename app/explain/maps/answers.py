"""What each method says about the same picture, class and moment; only the methods on screen are asked."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.explanation import Explanation
from app.studio import Studio
from engine.messages import Explained

LABELS = {
    "cam": "CAM",
    "gradcam": "Grad-CAM",
    "gradcam_plus_plus": "Grad-CAM++",
    "saliency": "Saliency",
    "integrated_gradients": "Integrated",
    "occlusion": "Occlusion",
}
LAYERED = ("gradcam", "gradcam_plus_plus")  # for any convolution
MAPS = ("cam", *LAYERED)  # sums over channels
SIGNED = ("cam", "integrated_gradients", "occlusion")
# One of each stands beside the others; the one chosen last.
FAMILIES = (MAPS, ("saliency", "integrated_gradients"), ("occlusion",))


class Answers(QObject):
    """One explanation for each method; of each family the one chosen last is kept up to date.

    Attributes:
        explained: Explained.
        failed: the method, Failed.
        busy_changed: the method, a sentence or nothing.
        progressed: the method, Progress.
    """

    explained = Signal(object)
    failed = Signal(str, object)
    busy_changed = Signal(str, str)
    progressed = Signal(str, object)

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._made: dict[str, Explanation] = {}
        self._current = ["gradcam", "saliency", "occlusion"]
        self._is_shown = False
        self._input: tuple[Path | None, np.ndarray | None] = (None, None)

    def now(self, method: str) -> Explained | None:
        """The newest answer of a method; None where its family shows another, or it has none."""
        made = self._made.get(method)
        return made.now if made is not None and method in self._current else None

    def ask(self, main: str, index: int, layer: str, cell: tuple[int, int]) -> None:
        """Ask all methods on screen.

        Args:
            main: the method shown large; it comes first, and follows a training.
            index: of the class; −1 for the predicted one.
            layer: for Grad-CAM; empty for the last convolution.
            cell: row and column taken apart; −1 for the largest.
        """
        for place, family in enumerate(FAMILIES):
            if main in family and self._current[place] != main:
                self._explanation(self._current[place]).set_shown(False)
                self._current[place] = main
        for method in sorted(self._current, key=lambda method: method != main):
            explanation = self._explanation(method)
            explanation.set_shown(self._is_shown)
            explanation.ask(**_values(method, index, layer, cell if method == main else (-1, -1)))

    def set_shown(self, is_shown: bool) -> None:
        """Whether anybody looks."""
        self._is_shown = is_shown
        for method in self._current:
            self._explanation(method).set_shown(is_shown)

    @property
    def input(self) -> tuple[Path | None, np.ndarray | None]:
        """What is explained in place of the sample."""
        return self._input

    def set_input(self, picture: Path | None, x: np.ndarray | None) -> None:
        """Explain something else than the sample."""
        self._input = picture, x
        for made in self._made.values():
            made.now = None
            made.set_input(picture=picture, x=x)

    def stop(self, method: str) -> None:
        """Take back what is asked of a method."""
        self._explanation(method).stop()

    def _explanation(self, method: str) -> Explanation:
        if method not in self._made:
            made = Explanation(self._studio, method, self, is_live=method in MAPS)
            made.set_input(picture=self._input[0], x=self._input[1])
            made.explained.connect(self.explained)
            made.failed.connect(_with(method, self.failed.emit))
            made.busy_changed.connect(_with(method, self.busy_changed.emit))
            made.progressed.connect(_with(method, self.progressed.emit))
            self._made[method] = made
        return self._made[method]


def _with(method: str, say: Callable[[str, object], None]) -> Callable[[object], None]:
    return lambda what: say(method, what)


def _values(method: str, index: int, layer: str, cell: tuple[int, int]) -> dict[str, object]:
    if method not in MAPS:
        return {"class": index}
    values: dict[str, object] = {"class": index, "row": cell[0], "column": cell[1]}
    return values if method == "cam" else values | {"layer": layer, "strip": True}
