"""SurfaceControls: what spans the plane, which samples the loss is of, and how the picture is drawn."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.explain.surface.weight_chooser import WeightChooser
from app.forms import Form
from app.text import count, percent
from app.theme import Look
from app.widgets.plain_label import PlainLabel
from app.widgets.section_label import SectionLabel
from app.widgets.segmented import Segmented
from app.widgets.side_panel import SidePanel
from engine.messages import Explained
from engine.params import Param

DIRECTIONS = [("random", "Random"), ("pca", "Run's path"), ("weights", "Weights")]
SENTENCES = {
    "random": "Two random directions; each filter's part is as long as the filter itself (Li et al. 2018).",
    "pca": "The two directions in which the run's own path spreads most, around its last checkpoint.",
    "weights": "Two weights of the network; all others stay.",
}
WIDTH = 280
PARAMS = (
    Param("part", "choice", "train", choices=("train", "validation"), help="Part of the data the loss is of."),
    Param("samples", "int", 512, low=1, high=65_536, help="At most so many of them."),
)
PICTURE = (
    Param("size", "int", 51, low=11, high=101, help="Points along each direction."),
    Param("extent", "float", 1.0, low=1e-6, high=1e6, help="How far to go along each direction."),
    Param("seed", "int", 0, low=0, high=1_000_000, help="Of the random directions."),
    Param("log_height", "bool", True, "Log height", help="Height and colour are log10(1 + loss)."),
)


class SurfaceControls(SidePanel):
    """Says what to ask the engine for.

    Attributes:
        changed: another surface is wanted.
        restyled: the same surface is wanted with another height.
    """

    changed = Signal()
    restyled = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "right", parent)
        self.setFixedWidth(WIDTH)
        self.directions = Segmented(DIRECTIONS, look)
        self.directions.setAccessibleName("Directions")
        self.sentence = PlainLabel(SENTENCES["random"], "caption", look, "ink3").set_wrapped()
        self.weights = WeightChooser("First weight", 0, look), WeightChooser("Second weight", 1, look)
        self.data, self.picture = Form(PARAMS, look), Form(PICTURE, look)
        self.found = PlainLabel("", "body", look).set_wrapped()
        self.add(_section("Directions", look, self.directions, self.sentence, *self.weights))
        self.add(_section("Loss of", look, self.data))
        self.add(_section("Picture", look, self.picture))
        self.add(_section("Plane", look, self.found))
        self.directions.changed.connect(self._choose)
        self.data.changed.connect(lambda _name, _value: self.changed.emit())
        self.picture.changed.connect(self._take)
        for chooser in self.weights:
            chooser.changed.connect(lambda _: self.changed.emit())
        self._fit()

    @property
    def has_log_height(self) -> bool:
        """Whether heights are logarithms."""
        return bool(self.picture.values()["log_height"])

    def values(self) -> dict[str, Any]:
        """The settings of the explainer."""
        picture = self.picture.values()
        picture.pop("log_height")
        found = {"directions": self.directions.value, **self.data.values(), **picture}
        if self.directions.value == "weights":
            found |= {"first": self.weights[0].value, "second": self.weights[1].value}
        return found

    def choose(self, kind: str) -> None:
        """Choose what spans the plane, without emitting `changed`."""
        self.directions.set_value(kind)
        self.sentence.setText(SENTENCES[kind])
        self._fit()

    def show_found(self, explained: Explained) -> None:
        """Say what is known of the plane."""
        facts = explained.facts
        variables = [(str(name), tuple(shape)) for name, shape in facts["variables"]]
        for chooser in self.weights:
            chooser.set_variables(variables)
        sentences = [f"Mean loss of {count(facts['samples'])} samples of the {facts['part']} part."]
        if facts["shares"]:
            first, second = facts["shares"]
            sentences.append(f"The path's variance: {percent(first)} across, {percent(second)} up.")
        steps = explained.arrays.get("path_steps")
        if steps is not None and len(steps):
            sentences.append(f"The path has {count(len(steps))} checkpoints, projected onto the plane.")
        self.found.setText(" ".join(sentences))

    def _choose(self, kind: str) -> None:
        self.choose(kind)
        self.changed.emit()

    def _take(self, name: str, _value: object) -> None:
        (self.restyled if name == "log_height" else self.changed).emit()

    def _fit(self) -> None:
        kind = self.directions.value
        for chooser in self.weights:
            chooser.setVisible(kind == "weights")
        self.picture.set_row_visible("seed", kind == "random")
        self.picture.set_row_visible("extent", kind != "pca")


def _section(title: str, look: Look, *parts: QWidget) -> QWidget:
    made = QWidget()
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    made.setSizePolicy(policy)
    column = QVBoxLayout(made)
    column.setContentsMargins(16, 12, 16, 12)
    column.setSpacing(8)
    column.addWidget(SectionLabel(title, look))
    for part in parts:
        column.addWidget(part)
    return made
