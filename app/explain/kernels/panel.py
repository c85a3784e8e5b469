"""KernelPanel: beside the kernels picture: what slides and how, the output's size, the kernel in training, scales."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.explain.kernels.field_picture import FieldPicture
from app.explain.kernels.history import KernelHistory
from app.explain.kernels.scene import Scene
from app.explain.kernels.settings import LEARNED, OWN, Settings
from app.explain.scale_bar import ScaleBar
from app.formula.card import FormulaCard
from app.theme import Look
from app.widgets.choice_box import ChoiceBox
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from app.widgets.side_panel import SidePanel
from engine.explain.kernel_words import kernel_sentence
from engine.explain.own_kernels import NAMES
from engine.layers.common import ACTIVATIONS
from engine.layers.spec import Formula

LABEL = 66  # px
STEPS = ("1", "2", "3")
FEW = ((LEARNED, "Learned"), ("sobel", "Sobel"))


class KernelPanel(SidePanel):
    """Settings and facts.

    Attributes:
        settings_changed: other Settings.
        channel_changed: the channel to show.
        shows_z_changed: whether the map is shown before the activation.
        step_chosen: the step to which the timeline is to go.
    """

    settings_changed = Signal(object)
    channel_changed = Signal(int)
    shows_z_changed = Signal(bool)
    step_chosen = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "left", parent)
        self._look = look
        self.settings = Settings()
        self._shown_size: Formula | None = None
        self._make_parts()
        self._lay_out()
        self._connect()

    def show_settings(self, settings: Settings) -> None:
        """Show these settings."""
        self.settings = settings
        self.weights.set_options([*FEW, _third(settings.weights)])
        self.weights.set_value(settings.weights)
        self.kernels.set_value(settings.weights)
        self.slide.set_value("convolve" if settings.flips else "correlate")

    def show_scene(self, scene: Scene, is_as_trained: bool) -> None:
        """Show what belongs to a scene; it says so where this is not what the network does."""
        window, is_convolution = scene.window, scene.kind == "convolution"
        for control, value in ((self.stride, window.strides[0]), (self.dilation, window.dilation[0])):
            extra = [str(value)] if str(value) not in STEPS else []
            control.set_options([(step, step) for step in (*STEPS, *extra)])
            control.set_value(str(value))
        self.padding.set_value(window.padding)
        name = ACTIVATIONS.get(scene.activation, scene.activation)
        self.show_z.set_options([("z", "z"), ("a", f"{name}(z)" if scene.activation != "linear" else "a = z")])
        self.show_z.set_value("z" if scene.shows_z else "a")
        self.channel.set_options([(str(index), f"{index} of {scene.channels}") for index in range(scene.channels)])
        self.channel.set_value(str(scene.channel))
        for row in (self.weights, self.kernels, self.slide, self.dilation, self.show_z):
            self._set_row(row, is_convolution)
        self._set_row(self.channel, scene.channels > 1)
        self._show_size(scene)
        self._show_scales(scene)
        self.words.setText(scene_sentence(scene))
        changed = "its own weights, changed settings." if self.settings.weights == LEARNED else "another kernel."
        self.note.setText(f"Not what the network does: {changed}")
        self.note.setVisible(not is_as_trained)

    def show_field(self, sentence: str) -> None:
        """Say what the unit sees."""
        if sentence != self.field_text.text():  # a label lays the panel out anew at each text
            self.field_text.setText(sentence)

    def show_history(self, kernels: np.ndarray, steps: list[int], epochs: list[int | None], title: str) -> None:
        """Show a kernel through its training."""
        self.history_title.setText(f"{title} in training")
        known = [epoch for epoch in epochs if epoch is not None]
        text = f"epoch {known[0]} to {known[-1]}" if len(known) > 1 else f"{len(steps)} moments"
        many = len(steps) > 1
        self.history_text.setText(f"{text}; click one to go there" if many else "Train to see how it is learned")
        self.history.set_kernels(kernels, steps, epochs)

    def set_history_shown(self, is_shown: bool) -> None:
        """Only learned kernels have a history."""
        self.set_shown(self.history_section, is_shown)

    def _make_parts(self) -> None:
        look = self._look
        self.weights = Segmented([*FEW, _third(LEARNED)], look)
        own = (OWN, "Own: click a weight to change it")
        self.kernels = ChoiceBox([(LEARNED, "Learned"), *NAMES.items(), own], look)
        self.slide = Segmented([("correlate", "as it is"), ("convolve", "flipped")], look)
        self.slide.setToolTip("Deep learning slides the kernel as it is: a cross-correlation. Flipped: convolution.")
        self.stride = Segmented([(step, step) for step in STEPS], look)
        self.padding = Segmented([("valid", "valid"), ("same", "same")], look)
        self.dilation = Segmented([(step, step) for step in STEPS], look)
        self.show_z = Segmented([("z", "z"), ("a", "a")], look)
        self.channel = ChoiceBox([], look)
        self.note = PlainLabel("", "caption", look, "warn").set_wrapped()
        self.size_place = QVBoxLayout()
        self.history, self.words = KernelHistory(look), PlainLabel("", "body", look).set_wrapped()
        self.history_title = PlainLabel("Kernel in training", "title", look, "ink")
        self.history_text = PlainLabel("", "caption", look, "ink3").set_wrapped()
        self.field, self.field_text = FieldPicture(look), PlainLabel("", "caption", look, "ink3").set_wrapped()
        self.weight_scale, self.map_scale = ScaleBar("Kernel weights", look), ScaleBar("Feature map", look)

    def _lay_out(self) -> None:
        self._rows = QGridLayout()
        self._rows.setContentsMargins(16, 12, 12, 12)
        self._rows.setVerticalSpacing(6)
        self._rows.setColumnMinimumWidth(0, LABEL)
        self._rows.setColumnStretch(1, 1)
        self._labels: dict[QWidget, PlainLabel] = {}
        controls: tuple[tuple[str, QWidget], ...] = (
            ("Weights", self.weights), ("Kernel", self.kernels), ("Slides", self.slide), ("Stride", self.stride),
            ("Padding", self.padding), ("Dilation", self.dilation), ("Show", self.show_z), ("Channel", self.channel),
        )  # fmt: skip
        for row, (title, control) in enumerate(controls):
            self._labels[control] = PlainLabel(title, "body", self._look)
            control.setAccessibleName(title)
            self._rows.addWidget(self._labels[control], row, 0)
            self._rows.addWidget(control, row, 1)
        top = QWidget()
        column = QVBoxLayout(top)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(0)
        column.addLayout(self._rows)
        self.size_place.setContentsMargins(12, 0, 12, 0)
        column.addLayout(self.size_place)
        self.note.setContentsMargins(16, 6, 12, 0)
        column.addWidget(self.note)
        self.add(top)
        self.history_section = _section(self.history_title, self.history_text, self.history)
        self.add(self.history_section)
        self.add(_section(self.weight_scale, self.map_scale))
        self.add(_section(self.words))
        self.field_section = _section(
            PlainLabel("Receptive field", "title", self._look, "ink"), self.field_text, self.field
        )
        self.add(self.field_section)

    def _connect(self) -> None:
        self.weights.changed.connect(self._take_weights)
        self.kernels.changed.connect(self._take_weights)
        self.slide.changed.connect(lambda value: self._change(flips=value == "convolve"))
        self.stride.changed.connect(lambda value: self._change(stride=int(value), dilation=self._alone(value)))
        self.dilation.changed.connect(lambda value: self._change(dilation=int(value), stride=self._alone(value)))
        self.padding.changed.connect(lambda value: self._change(padding=value))
        self.show_z.changed.connect(lambda value: self.shows_z_changed.emit(value == "z"))
        self.channel.changed.connect(lambda value: self.channel_changed.emit(int(value)))
        self.history.chosen.connect(self.step_chosen)

    def _take_weights(self, value: str) -> None:
        """A kernel of 3×3 goes over the whole picture; the layer's own stride, padding and dilation stay."""
        self._change(weights=value)

    def _alone(self, value: str) -> int | None:
        """Keras allows a stride or a dilation above 1, not both: the other one becomes 1."""
        return 1 if int(value) > 1 else None

    def _change(self, **values: object) -> None:
        kept = {name: value for name, value in values.items() if value is not None}
        self.settings = replace(self.settings, **kept)  # type: ignore[arg-type]
        self.settings_changed.emit(self.settings)

    def _set_row(self, control: QWidget, is_shown: bool) -> None:
        control.setVisible(is_shown)
        self._labels[control].setVisible(is_shown)

    def _show_size(self, scene: Scene) -> None:
        formula = size_formula(scene)
        if formula == self._shown_size:
            return
        self._shown_size = formula
        while (item := self.size_place.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.size_place.addWidget(FormulaCard(formula, self._look))

    def _show_scales(self, scene: Scene) -> None:
        self.weight_scale.setVisible(scene.kind == "convolution")
        self.weight_scale.set_range(-scene.kernel_limit, scene.kernel_limit)
        low = 0.0 if float(scene.maps.min()) >= 0 else -scene.limit
        word = "feature maps" if scene.kind == "convolution" else "maps"
        title = f"All {word}" if scene.is_shared else "This map"
        self.map_scale.set_range(low, scene.limit, title)


def _third(weights: str) -> tuple[str, str]:
    """The last of the three kernels at hand: the blur, or the one chosen from the list."""
    known = dict(FEW)
    if weights in known or weights == "blur":
        return ("blur", "Blur")
    return (weights, NAMES.get(weights, "Own").split(",")[0].split(" ")[0])


def size_formula(scene: Scene) -> Formula:
    """The output's size with the numbers, and below it the count of parameters."""
    maps = scene.a.shape[2] if scene.is_shared else 1
    result = f"{scene.out[0]} × {scene.out[1]} × {maps}"
    formula = scene.window.formula(scene.x.shape, result)
    note = formula.note
    if scene.kernel.size and scene.is_shared:
        high, wide, channels, filters = scene.kernel.shape
        biases = filters if scene.bias.any() else 0
        total = high * wide * channels * filters + biases
        note = f"{high}·{wide}·{channels}·{filters}" + (f" + {biases}" if biases else "") + f" = {total:,} parameters"
    return replace(formula, legend=(), note=note)


def scene_sentence(scene: Scene) -> str:
    """What the kernel answers to, or what the pooling keeps: said from the numbers shown."""
    if scene.kind == "convolution":
        return kernel_sentence(scene.names[scene.map], scene.kernel[..., scene.map], scene.channel)
    before, after = scene.x.shape[0] * scene.x.shape[1], scene.count
    kept = f"{after:,} of {before:,} values of each map remain ({after / before:.0%})"
    x, y = scene.x[..., scene.map], scene.shown
    if scene.kind == "max":
        return f"{kept}: the largest of each window. Mean of map {scene.names[scene.map]}: {_mean(x)} → {_mean(y)}."
    return f"{kept}: the mean of each window, so the mean of map {scene.names[scene.map]} is {_mean(x)} → {_mean(y)}."


def _mean(values: np.ndarray) -> str:
    return f"{float(values.mean()):.3g}".replace("-", "−")


def _section(*parts: QWidget) -> QWidget:
    section = QWidget()
    column = QVBoxLayout(section)
    column.setContentsMargins(16, 12, 12, 12)
    column.setSpacing(6)
    for part in parts:
        column.addWidget(part)
    return section
