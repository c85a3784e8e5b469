"""ProbeBar: the sample that runs through the network, its label, and what the network says."""

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.canvas.face import Prediction, Probe, class_probabilities, prediction_of
from app.formula.opened import open_widget
from app.plots.bar_chart import BarChart
from app.text import fixed
from app.theme import Look, sample_image
from app.widgets.icon_button import IconButton
from app.widgets.open_number import OpenNumber
from app.widgets.plain_label import PlainLabel

TEXT = 18  # longest class name shown whole


class ProbeBar(QFrame):
    """A bar over the canvas.

    Attributes:
        stepped: −1 or 1: the previous or next sample is wanted.
    """

    stepped = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._probe: Probe | None = None
        self._output: np.ndarray | None = None
        self.setProperty("card", "popover")
        self.setFixedHeight(32)
        self.previous = IconButton("chevron_left", "Previous sample", look)
        self.next = IconButton("chevron_right", "Next sample", look)
        self.previous.clicked.connect(lambda: self.stepped.emit(-1))
        self.next.clicked.connect(lambda: self.stepped.emit(1))
        self._picture = SamplePicture(look)
        self._split = PlainLabel("", "number", look, "ink")
        self._label_word, self._label = PlainLabel("label", "body", look, "ink3"), PlainLabel("", "number", look, "ink")
        self._says, self._said = PlainLabel("predicts", "body", look, "ink3"), PlainLabel("", "number", look, "ink")
        self._p = PlainLabel("p =", "body", look, "ink3")
        self.probability = OpenNumber("", look)
        self.probability.opened.connect(self._open)
        self._probe_word = PlainLabel("Probe", "body", look)
        self._lay_out()
        self.show_probe(None, None)

    def show_probe(self, probe: Probe | None, output: np.ndarray | None) -> None:
        """Show a sample and, where there is one, the output layer's answer."""
        self._probe, self._output = probe, output
        self._picture.show_probe(probe)
        self._split.setText(f"{probe.split} #{probe.index}".strip() if probe else "no data yet")
        for button in (self.previous, self.next):
            button.setEnabled(probe is not None)
        label = probe.label if probe else ""
        self._label.setText(_short(label))
        for widget in (self._label_word, self._label):
            widget.setVisible(bool(label))
        said = prediction_of(output, probe.description) if probe is not None and output is not None else None
        self._show_prediction(said)
        self.adjustSize()

    def _show_prediction(self, said: Prediction | None) -> None:
        probable = said is not None and said.probability is not None
        self._said.setText(_short(said.text) + ("," if probable else "") if said else "")
        self.probability.set_text(fixed(said.probability, 3) if said and said.probability is not None else "")
        for widget in (self._says, self._said):
            widget.setVisible(said is not None)
        self._p.setVisible(probable)
        self.probability.setVisible(probable)

    def _open(self) -> None:
        if self._probe is None or self._output is None:
            return
        values = class_probabilities(np.asarray(self._output, np.float64).reshape(-1))
        known = self._probe.description.class_names
        names = [known[i] if i < len(known) else str(i) for i in range(len(values))]
        chart = BarChart(self._look)
        chart.set_values(names, values, int(values.argmax()))
        path = (f"{self._probe.split} #{self._probe.index}".strip(), "output", "probabilities")
        text = "\n".join(f"{name}\t{value:.6f}" for name, value in zip(names, values, strict=True))
        open_widget(chart, path, text, self.probability, self._look)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 1, 2, 1)
        row.setSpacing(6)
        groups: tuple[tuple[QWidget, ...], ...] = (
            (self.previous, self._picture, self._probe_word, self._split),
            (self._label_word, self._label),
            (self._says, self._said),
        )
        for group in groups:
            for widget in group:
                row.addWidget(widget)
            row.addSpacing(0 if group[0] is self._says else 6)
        row.addWidget(self._p)
        row.addWidget(self.probability)
        row.addWidget(self.next)


class SamplePicture(QWidget):
    """The sample, 24 px high; nothing for tables."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._probe: Probe | None = None
        self.setFixedSize(QSize(24, 24))
        look.changed.connect(self.update)

    def show_probe(self, probe: Probe | None) -> None:
        """Show another sample."""
        self._probe = probe
        self.setVisible(probe is not None and probe.description.kind == "image" and probe.x is not None)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it, nearest neighbour."""
        probe = self._probe
        if probe is None or probe.x is None or probe.x.ndim not in (2, 3):
            return
        painter = QPainter(self)
        image = sample_image(probe.x, probe.value_range, self._look.theme)
        scaled = image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        box = QRectF((24 - scaled.width()) / 2, (24 - scaled.height()) / 2, scaled.width(), scaled.height())
        painter.drawImage(box, image)


def _short(text: str) -> str:
    return text if len(text) <= TEXT else text[: TEXT - 1] + "…"
