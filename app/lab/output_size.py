"""Output size: side, kernel, stride, padding and dilation as handles; a window slides and counts what it reads."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.lab.output_size_board import OutputSizeBoard, Shown
from app.lab.output_size_words import formula_lines, pixel_lines, rows, verdict
from app.lab.parts import Formulas, Numbers, Section
from app.lab.stage import Stage
from app.studio import Studio
from app.text import TIMES
from app.theme import Look
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from app.widgets.value_slider import ValueSlider
from engine.errors import UserError
from engine.explain.output_size import Slide
from engine.layers.spec import SetValues, ShapeProblem

RANGES = {"size": (2, 16), "kernel": (1, 7), "stride": (1, 5), "dilation": (1, 3)}
NAMES = {"size": "Input n", "kernel": "Kernel k", "stride": "Stride s", "dilation": "Dilation d"}
HANDLES = {"n": "size", "k": "kernel", "s": "stride", "d": "dilation"}
KERAS = {"kernel_size": "kernel", "strides": "stride", "dilation_rate": "dilation", "padding": "padding"}
PADDINGS = ("valid", "same")
SLOWEST, FASTEST, WHOLE = 3.0, 16.0, 14.0  # windows per second, and seconds a whole pass shall take


class OutputSizeStage(Stage):
    """Time counts windows, in scan order."""

    defaults: ClassVar[dict[str, Any]] = {"size": 8, "kernel": 3, "stride": 2, "padding": "valid", "dilation": 1}
    conditions: ClassVar[dict[str, str]] = {
        "slid": "the window slid over the whole input",
        "covered": "with a stride of 2 or more, and no padding, every pixel was read",
    }
    what: ClassVar[str] = "Window"

    def __init__(self, look: Look, studio: Studio | None = None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self.board = OutputSizeBoard(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.board)
        self._values: dict[str, Any] = dict(self.defaults)
        self._slide = Slide(**self._values)
        self._problem: ShapeProblem | None = None
        self._pixel, self._drawn = (4, 4), -1
        self._repairs: list[SetValues] = []
        self._make_panel()
        self.board.dragged.connect(self._drag)
        self.board.window_picked.connect(self._go_to)
        self._restart()

    def take_state(self, values: dict[str, Any]) -> None:
        """Begin with a side, a kernel, a stride, a padding and a dilation; they need not fit.

        Raises:
            UserError: a number out of its range, or another padding.
        """
        for name, (low, high) in RANGES.items():
            if not low <= values[name] <= high:
                raise UserError(f"{name} is {values[name]}, expected {low} to {high}.", "Change it.", where=name)
        if values["padding"] not in PADDINGS:
            found = f"padding is {values['padding']!r}, expected valid or same."
            raise UserError(found, "These are the names of Keras.", where="padding")
        self._values = dict(values)
        self._restart()

    def state(self) -> dict[str, Any]:
        """What is shown now."""
        return dict(self._values)

    def show_time(self, time: float) -> None:
        """Draw the moment after so many windows."""
        if int(time) != self._drawn:
            self._show()

    def sections(self) -> Sequence[QWidget]:
        """Settings, the output's side written out, one pixel."""
        return (self._settings, self._sizes, self._one)

    def set_frozen(self, is_frozen: bool) -> None:
        """Tell nothing of the output while a question is asked."""
        super().set_frozen(is_frozen)
        self.board.set_movable(not is_frozen)
        self._write()

    def set_value(self, name: str, value: int | str) -> None:
        """Change a setting, and show all windows at once."""
        if isinstance(value, int):
            low, high = RANGES[name]
            value = min(max(value, low), high)
        if value == self._values[name]:
            return
        self.pause()
        self._values[name] = value
        self._restart()
        self.go(self.length)
        self.changed.emit()

    def _restart(self) -> None:
        self._slide = slide = Slide(**self._values)
        try:
            slide.check()
            self._problem = None
        except ShapeProblem as problem:
            self._problem = problem
        self._pixel = (min(self._pixel[0], slide.size - 1), min(self._pixel[1], slide.size - 1))
        for name, slider in self.sliders.items():
            slider.set_value(self._values[name])
        self.padding.set_value(self._values["padding"])
        windows = 0 if self._problem else slide.out**2
        self.set_pace(min(FASTEST, max(SLOWEST, windows / WHOLE)))
        self.set_length(windows)
        self._write()

    def _drag(self, id: str, place: QPointF) -> None:
        if id == "pixel":
            self._pixel = self.board.pixel_at(place)
            self._write()
        else:
            self.set_value(HANDLES[id], self.board.value_at(id, place))

    def _go_to(self, windows: int) -> None:
        self.pause()
        self.go(windows)

    def _repair(self, repair: SetValues) -> None:
        for name, value in _own(repair).items():
            self.set_value(name, value)

    def _show(self) -> None:
        """Draw the moment; what does not change with it is written only where settings change."""
        self._drawn = done = int(self.time)
        problem = str(self._problem.message) if self._problem else ""
        self.board.show_slide(Shown(self._slide, done, self._pixel, self.is_frozen, problem))
        is_over = self._problem is None and done == self.length and not self.is_frozen
        told = f"{problem}. {self._problem.hint}" if self._problem else verdict(self._slide) if is_over else ""
        if told != self.verdict.text():
            self.verdict.setText(told)
        if is_over:
            self.done.emit("slid")
            if self._slide.stride > 1 and self._slide.padding == "valid" and self._slide.counts(self._slide.out).all():
                self.done.emit("covered")

    def _write(self) -> None:
        slide, problem = self._slide, self._problem
        self.formulas.show_lines(formula_lines(slide, self.is_frozen, problem))
        self.numbers.show_rows([] if problem else rows(slide, self.is_frozen))
        self.verdict.set_token("err" if problem else "ink2")
        self._offer([] if problem is None else [r for r in problem.repairs if isinstance(r, SetValues)])
        self.pixel.show_lines([] if problem or self.is_frozen else pixel_lines(slide, self._pixel))
        self._show()

    def _offer(self, repairs: Sequence[SetValues]) -> None:
        self._repairs[:] = repairs
        for place, button in enumerate(self.fixes):
            button.setVisible(place < len(repairs))
            if place < len(repairs):
                button.setText(self._labelled(repairs[place]))

    def _labelled(self, repair: SetValues) -> str:
        """What a repair does, with the size that comes out where it is all that is needed."""
        mended = replace(self._slide, **_own(repair))
        try:
            mended.check()
        except ShapeProblem:
            return repair.label
        return f"{repair.label}: {mended.out}{TIMES}{mended.out}"

    def _make_panel(self) -> None:
        look = self.look
        self._settings = Section("Window", look)
        self.sliders = {name: ValueSlider(*RANGES[name], look, decimals=0) for name in RANGES}
        for name, slider in self.sliders.items():
            self._settings.labelled(NAMES[name], slider)
            slider.changed.connect(lambda value, name=name: self.set_value(name, round(value)))
        self.padding = Segmented([(name, name) for name in PADDINGS], look)
        self.padding.changed.connect(lambda value: self.set_value("padding", value))
        self._settings.labelled("Padding", self.padding)
        self._sizes = Section("Side of the output, o", look)
        self.formulas, self.numbers = Formulas(look), Numbers(look)
        self.verdict = PlainLabel("", "body", look).set_wrapped()
        self.fixes = [QPushButton() for _ in range(2)]
        for place, button in enumerate(self.fixes):
            button.clicked.connect(lambda _=False, place=place: self._repair(self._repairs[place]))
        for part in (self.formulas, self.numbers, self.verdict, *self.fixes):
            self._sizes.add(part)
        self._one = Section("One pixel", look, "click one of the input")
        self.pixel = Formulas(look)
        self._one.add(self.pixel)


def _own(repair: SetValues) -> dict[str, Any]:
    """A repair of Conv2D in the settings of the stage."""
    return {KERAS[name]: value if isinstance(value, str) else int(value[0]) for name, value in repair.values.items()}
