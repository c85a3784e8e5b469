"""Pooling and up-sampling: windows and their winners, gradients back, larger pictures, stamps that overlap."""

from collections.abc import Sequence
from typing import Any, ClassVar

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.lab.grids_board import GridsBoard
from app.lab.grids_view import Cell, GridsView
from app.lab.parts import Formulas, Numbers, Section
from app.lab.pooling_settings import (
    KINDS,
    PACES,
    RANGES,
    VIEWS,
    check,
    make_view,
    matters,
    options,
    picture_of,
    written,
)
from app.lab.pooling_transposed import TransposedView
from app.lab.pooling_windows import PoolingView
from app.lab.pooling_words import verdict
from app.lab.stage import Stage
from app.studio import Studio
from app.theme import Look
from app.throttle import Throttle
from app.widgets.choice_box import ChoiceBox
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from engine.explain.sample_digits import MOST, digits


class PoolingStage(Stage):
    """Time counts windows there and back, values of the output, or stamps."""

    defaults: ClassVar[dict[str, Any]] = {
        "view": "pool",
        "kind": "max",
        "digit": 3,
        "pixels": "",
        "size": 2,
        "stride": 2,
        "padding": "valid",
        "factor": 2,
        "source": "ones",
        "weights": "ones",
        "kernel": 3,
        "step": 2,
        "spread": "valid",
    }
    conditions: ClassVar[dict[str, str]] = {
        "returned": "gradients went back through a maximum and through an average",
        "uneven": "stamps were laid down unevenly",
        "even": "after that, they were laid down evenly",
    }
    what: ClassVar[str] = "Step"

    def __init__(self, look: Look, studio: Studio | None = None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self.board = GridsBoard(look, "Grids of pooling and up-sampling")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.board)
        self._values: dict[str, Any] = dict(self.defaults)
        self._x = digits()[3]
        self._cells: dict[str, Cell] = {}
        self._seen: set[str] = set()
        self._drawn, self._brush = -1, MOST
        self._make_panel()
        self._words_due = Throttle(self, self._write)  # while it plays, in a frame of their own
        self._connect()
        self._restart()

    def take_state(self, values: dict[str, Any]) -> None:
        """Begin with a view, a picture and settings; `pixels` is empty for a digit, else what was painted.

        Raises:
            UserError: a value out of its range, or pixels that are none.
        """
        check(values)
        x = picture_of(values)
        self.go(0)  # what comes true at the end must come true of this state
        self._values, self._x, self._seen = dict(values), x, set()
        self._restart()

    def state(self) -> dict[str, Any]:
        """What is shown now."""
        return dict(self._values)

    def show_time(self, time: float) -> None:
        """Draw the moment after so many steps."""
        if int(time) != self._drawn:
            self._show()

    def sections(self) -> Sequence[QWidget]:
        """Settings, the newest moment written out, one cell opened."""
        return (self._settings, self._now, self._opened)

    def set_frozen(self, is_frozen: bool) -> None:
        """Hold the picture while a question is asked."""
        super().set_frozen(is_frozen)
        self.board.set_movable(not is_frozen)

    def set_value(self, name: str, value: int | str) -> None:
        """Change a setting and begin anew."""
        if value == self._values[name]:
            return
        self.go(0)
        self._values[name] = value
        if name == "digit":
            self._x, self._values["pixels"] = digits()[int(value)].copy(), ""
        self._restart()
        self.changed.emit()

    def paint_pixel(self, row: int, column: int, value: float) -> None:
        """Paint one pixel of the picture that is pooled."""
        if self._x[row, column] == value:
            return
        self._x[row, column] = value
        self._values["pixels"] = written(self._x)
        self._restart()
        self.changed.emit()

    @property
    def view(self) -> GridsView:
        """What is shown now."""
        return self._view

    def _restart(self) -> None:
        self._view = make_view(self._values, self._x)
        self._synchronize()
        self.set_pace(PACES[self._values["view"]])
        self.set_length(self._view.length)
        self._cells = {name: cell for name, cell in self._cells.items() if name in self._walkable()}
        for name in self._walkable():
            self._cells.setdefault(name, (0, 0))
        self._show()

    def _walkable(self) -> tuple[str, ...]:
        return {"pool": ("input", "gradient"), "up": (), "transposed": ("sums",)}[self._values["view"]]

    def _show(self) -> None:
        self._drawn = done = int(self.time)
        self.board.show_picture(self._view.picture(done, self._cells))
        self._words_due.request() if self.is_playing else self._write()
        if 0 < done == self.length and not self.is_frozen:
            self._tell()

    def _write(self) -> None:
        self._words_due.forget()
        done = int(self.time)
        self.formulas.show_lines(self._view.lines(done))
        self.numbers.show_rows(self._view.rows(done))
        name = next(iter(self._walkable()[-1:]), "")
        self.terms.show_lines(self._view.opened(name, self._cells[name], done) if name else [])
        self.verdict.setText(verdict(self._view) if 0 < done == self.length else "")

    def _tell(self) -> None:
        if isinstance(self._view, PoolingView):
            self._seen.add(self._view.mode)
            if {"max", "average"} <= self._seen:
                self.done.emit("returned")
        elif isinstance(self._view, TransposedView):
            is_even = self._view.scatter.is_even
            if is_even and "uneven" in self._seen:
                self.done.emit("even")
            if not is_even:
                self._seen.add("uneven")
                self.done.emit("uneven")

    def _press(self, name: str, row: int, column: int) -> None:
        """Paint the input, go to the moment of an output, or open a sum."""
        if name == "input":
            self._brush = MOST if self._x[row, column] < MOST / 2 else 0.0
            self._paint(row, column)
        elif name in self._walkable() or name == "overlaps":
            self._walk("sums" if name == "overlaps" else name, (row, column))
        elif name in ("output", "upstream", "values", "nearest", "bilinear"):
            grid = next(grid for grid in self._view.picture(0, {}).grids if grid.name == name)
            self.pause()
            before = grid.values.size if name == "upstream" else 0
            self.go(before + row * grid.shape[1] + column + 1)

    def _go_on(self, name: str, row: int, column: int) -> None:
        if name == "input":
            self._paint(row, column)

    def _paint(self, row: int, column: int) -> None:
        self._cells["input"] = (row, column)
        self.paint_pixel(row, column, self._brush)
        self._show()

    def _drag(self, name: str, place: QPointF) -> None:
        self._walk(name, self.board.cell_of(name, place))

    def _walk(self, name: str, cell: Cell) -> None:
        self._cells[name] = cell
        self._show()

    def _synchronize(self) -> None:
        for name, control in self.controls.items():
            control.set_value(str(self._values[name]))
        for name, label in self._labels.items():
            for part in (label, self.controls[name]):
                part.setVisible(matters(self._values, name))

    def _make_panel(self) -> None:
        look = self.look
        self._settings = Section("Picture", look)
        self._settings.add(view := Segmented(list(VIEWS.items()), look))
        view.setAccessibleName("View")
        self.controls: dict[str, Segmented | ChoiceBox] = {"view": view}
        self._labels: dict[str, QWidget] = {}
        self._choose("digit", "Digit", [(str(digit), str(digit)) for digit in range(10)])
        self._choose("kind", "Pooling", list(KINDS.items()))
        for name, label in (("size", "Window"), ("stride", "Stride"), ("factor", "Factor")):
            self._choose(name, label, options(name))
        self._choose("padding", "Padding", [("valid", "valid"), ("same", "same")])
        self._choose("source", "Input", [("ones", "All ones"), ("digit", "Digit")])
        self._choose("weights", "Kernel", [("ones", "All ones"), ("tent", "Tent")])
        for name, label in (("kernel", "Size"), ("step", "Stride")):
            self._choose(name, label, options(name))
        self._choose("spread", "Padding", [("valid", "valid"), ("same", "same")])
        self._now = Section("Now", look)
        self.formulas, self.numbers = Formulas(look), Numbers(look)
        self.verdict = PlainLabel("", "body", look).set_wrapped()
        for part in (self.formulas, self.numbers, self.verdict):
            self._now.add(part)
        self._opened = Section("One cell", look, "click a gradient or a sum")
        self.terms = Formulas(look)
        self._opened.add(self.terms)

    def _choose(self, name: str, label: str, options: list[tuple[str, str]]) -> None:
        is_long = len(options) > 5 or sum(len(text) for _, text in options) > 24
        control = ChoiceBox(options, self.look) if is_long else Segmented(options, self.look)
        self.controls[name] = control
        self._labels[name] = self._settings.labelled(label, control)

    def _connect(self) -> None:
        for name, control in self.controls.items():
            control.changed.connect(
                lambda value, name=name: self.set_value(name, int(value) if name in RANGES else value)
            )
        self.board.cell_pressed.connect(self._press)
        self.board.cell_dragged.connect(self._go_on)
        self.board.cell_chosen.connect(self._press)
        self.board.dragged.connect(self._drag)
