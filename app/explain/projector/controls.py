"""ProjectorControls: method, part and count; what the axes are; the classes; the neighbours of the chosen sample."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.explanation import moment_text
from app.forms import Form
from app.formula.opened import open_formula
from app.plots.image_grid import ImageGrid
from app.plots.paths import marker_path
from app.plots.point_cloud import class_marker
from app.run_model import RunModel
from app.text import count, format_number, percent
from app.theme import Look
from app.tiles import sample_painter
from app.widgets.open_number import OpenNumber
from app.widgets.plain_label import PlainLabel
from app.widgets.section_label import SectionLabel
from app.widgets.segmented import Segmented
from app.widgets.side_panel import SidePanel
from engine.layers.spec import Formula, Symbol
from engine.messages import DataLoaded, Explained
from engine.params import Param

METHODS = [("pca", "PCA"), ("tsne", "t-SNE")]
WIDTH = 280
TILE, COLUMNS = 52, 4
DATA = (
    Param("part", "choice", "train", choices=("train", "validation"), help="Part of the data."),
    Param("samples", "int", 500, low=5, high=5000, help="At most so many of them."),
)
TSNE = (
    Param("perplexity", "float", 30.0, low=1.0, high=500.0, help="About how many neighbours t-SNE keeps near."),
    Param("seed", "int", 0, low=0, high=1_000_000, help="Of t-SNE."),
)


class Legend(QWidget):
    """The classes with their colours and shapes, in two columns."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._names: Sequence[str] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def set_names(self, names: Sequence[str]) -> None:
        """Show other classes."""
        self._names = names
        self.setAccessibleName(f"Classes: {', '.join(names)}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return 18 px for every two classes."""
        return QSize(200, 18 * -(-len(self._names) // 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw markers and names."""
        painter, theme = QPainter(self), self._look.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("body"))
        rows, half = -(-len(self._names) // 2), self.width() // 2
        for index, name in enumerate(self._names):
            left, top = half * (index // max(1, rows)), 18 * (index % max(1, rows))
            color, marker = class_marker(index, theme)
            painter.setPen(QPen(theme.color("panel"), 0.8))
            painter.setBrush(color)
            painter.drawPath(marker_path(marker, QPointF(left + 6, top + 9), 4.5))
            painter.setPen(theme.color("ink2"))
            text = QFontMetrics(painter.font()).elidedText(name, Qt.TextElideMode.ElideRight, half - 22)
            painter.drawText(left + 18, top, half - 20, 18, Qt.AlignmentFlag.AlignVCenter, text)


class ProjectorControls(SidePanel):
    """Says what to ask the engine for, and lists what is near the chosen sample.

    Attributes:
        changed: another projection is wanted.
        sample_picked: index in the data of a neighbour that was clicked.
    """

    changed = Signal()
    sample_picked = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "right", parent)
        self._look = look
        self._near: list[int] = []
        self._facts: dict[str, Any] = {}
        self.setFixedWidth(WIDTH)
        self.method = Segmented(METHODS, look)
        self.method.setAccessibleName("Method")
        self.data, self.tsne = Form(DATA, look), Form(TSNE, look)
        self.legend, self.sentence = Legend(look), PlainLabel("", "caption", look, "ink3").set_wrapped()
        self.share = OpenNumber("–", look)
        self.near_title = PlainLabel("", "caption", look, "ink3").set_wrapped()
        self.tiles = ImageGrid(look)
        self.tiles.setAccessibleName("Nearest samples")
        self.tiles.set_tile(TILE)
        self.tiles.setFixedHeight(2 * (TILE + 23) + 8)
        self._lay_out()
        self.method.changed.connect(self._choose)
        self.share.opened.connect(self._open_share)
        for form in (self.data, self.tsne):
            form.changed.connect(lambda _name, _value: self.changed.emit())
        self.tiles.picked.connect(lambda index: self.sample_picked.emit(self._near[index]))

    def values(self) -> dict[str, Any]:
        """The settings of the explainer, but for the layer."""
        extra = self.tsne.values() if self.method.value == "tsne" else {}
        return {"method": self.method.value, **self.data.values(), **extra}

    def show_found(self, explained: Explained, run: RunModel | None) -> None:
        """Say what the axes are and which classes there are."""
        self._facts = facts = explained.facts
        basis = moment_text(run, int(facts["basis_step"]))
        self.share.set_text(percent(sum(facts["shares"])))
        sentences = [
            f"Axes: the two principal components of the {basis}, the same at every step, so that points move and do "
            "not jump."
        ]
        if facts["method"] == "tsne":
            sentences = [
                f"t-SNE of {count(facts['components'])} numbers a sample, perplexity "
                f"{format_number(facts['perplexity'])}; begun at the principal components and turned to lie like the "
                "picture before. Distances between groups say little."
            ]
        if facts["samples"] < facts["available"]:
            sentences.append(f"{count(facts['samples'])} of the part's {count(facts['available'])} samples.")
        self.sentence.setText(" ".join(sentences))
        self.legend.set_names(facts["class_names"] if facts["kind"] == "class" else ())

    def show_near(self, data: DataLoaded | None, near: Sequence[int], distances: np.ndarray, title: str) -> None:
        """List the neighbours of the chosen sample: indices in the data and how far they are."""
        known = [index for index in near if data is not None and index < len(data.x)]
        self._near = known
        self.near_title.setText(title)
        if data is None or data.description.kind != "image":
            captions = [f"#{index}" for index in known]
            self.tiles.set_items(len(known), lambda _painter, _index, _rect: None, captions)
            return
        captions = [format_number(float(away), 3) for away in distances[: len(known)]]
        self.tiles.set_items(len(known), sample_painter(data, np.array(known, int), self._look), captions)

    def _lay_out(self) -> None:
        look = self._look
        shares = QWidget()
        row = QHBoxLayout(shares)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(PlainLabel("Variance explained", "body", look), 1)
        row.addWidget(self.share)
        self.add(_section("Projection", look, self.method, self.data, self.tsne))
        self.add(_section("Axes", look, shares, self.sentence))
        self.add(_section("Classes", look, self.legend))
        self.add(_section("Nearest samples", look, self.near_title, self.tiles))
        self.tsne.hide()

    def _choose(self, method: str) -> None:
        self.tsne.setVisible(method == "tsne")
        self.changed.emit()

    def _open_share(self) -> None:
        if not self._facts:
            return
        shares = [format_number(share, 5) for share in self._facts["shares"]]
        result = percent(sum(self._facts["shares"]))
        formula = Formula(
            "Variance explained", result, "{λ_1 + λ_2|Σ λ}", f"{shares[0]} + {shares[1]} = {result}",
            (Symbol("λ_1", "share of the axis across", shares[0]), Symbol("λ_2", "share of the axis up", shares[1])),
            f"λ are the variances of {count(self._facts['features'])} numbers a sample along their principal axes.",
        )  # fmt: skip
        open_formula(formula, (self._facts["layer"], "Variance explained"), self.share, self._look)


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
