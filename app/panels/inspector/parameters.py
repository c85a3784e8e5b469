"""The page "Parameters": the form, the formulas, what the layer costs, and its kernels in small."""

from typing import Any

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.forms import Form
from app.formula.card import FormulaCard
from app.formula.opened import open_formula
from app.panels.inspector import facts
from app.panels.inspector.context import Subject, weights_of
from app.panels.inspector.tiles import TileGrid, kernel_tiles
from app.text import button_text, format_number
from app.theme import Look
from app.widgets.card import Card
from app.widgets.open_number import OpenNumber
from app.widgets.plain_label import PlainLabel
from engine.layers.spec import Formula
from engine.messages import Watched
from engine.shapes import Problem

MOST_KERNELS = 16


class ParametersPage(QWidget):
    """Everything about a layer that follows from its settings.

    Attributes:
        changed: (setting, new value).
        fix_requested: index of a repair of the layer's problem.
    """

    changed = Signal(str, object)
    fix_requested = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._kind = ""
        self._shown: tuple[Formula, ...] = ()
        self._problem: Problem | None = None
        self.form: Form | None = None
        self.cards: list[FormulaCard] = []
        self._form_place, self._card_place, self._problem_place = QVBoxLayout(), QVBoxLayout(), QVBoxLayout()
        self._no_settings = PlainLabel("This layer has no settings.", "body", look, "ink3")
        self.costs = CostRow(look)
        self._kernels_title = PlainLabel("", "caption", look, "ink3")
        self._kernels_limit = PlainLabel("", "axis", look, "ink3")
        self.kernels = TileGrid(look, "filter")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 16)
        column.setSpacing(10)
        for place in (self._problem_place, self._form_place):
            place.setContentsMargins(0, 0, 0, 0)
            column.addLayout(place)
        column.addWidget(self._no_settings)
        self._card_place.setContentsMargins(0, 2, 0, 0)
        self._card_place.setSpacing(8)
        column.addLayout(self._card_place)
        column.addWidget(self.costs)
        line = QHBoxLayout()
        line.addWidget(self._kernels_title)
        line.addStretch(1)
        line.addWidget(self._kernels_limit)
        column.addLayout(line)
        column.addWidget(self.kernels)
        column.addStretch(1)

    def show_subject(self, subject: Subject) -> None:
        """Show a layer; the form is only made anew for another kind, so that one can go on typing."""
        spec = subject.spec
        if spec is not None and subject.node.kind != self._kind:
            self._make_form(subject)
        if self.form is not None:
            self.form.set_values(_known_values(subject))
        self._show_problem(subject.problem)
        info = subject.info
        self._show_formulas(info.spec.formulas(info.values, info.inputs) if info else ())
        self.costs.show_subject(subject)

    def show_watched(self, subject: Subject, watched: Watched | None) -> None:
        """Show the kernels of one input channel."""
        kernel = weights_of(watched, subject.node.name).get("kernel")
        has_kernels = kernel is not None and kernel.ndim == 4
        for widget in (self.kernels, self._kernels_title, self._kernels_limit):
            widget.setVisible(has_kernels)
        if kernel is None or not has_kernels:
            return
        tiles, columns, gap, _ = kernel_tiles(kernel)
        limit = float(np.abs(kernel[:, :, 0]).max())
        more = f", {MOST_KERNELS} of {len(tiles)}" if len(tiles) > MOST_KERNELS else ""
        self._kernels_title.setText(f"Kernels, input channel 0{more}")
        self._kernels_limit.setText(f"±{format_number(limit, 2)}")
        self.kernels.set_tiles(tiles[:MOST_KERNELS], limit, columns, gap)

    def _make_form(self, subject: Subject) -> None:
        if self.form is not None:
            self._form_place.removeWidget(self.form)
            self.form.setParent(None)
            self.form.deleteLater()
        assert subject.spec is not None
        self._kind = subject.node.kind
        self._no_settings.setVisible(not subject.spec.params)
        self.form = Form(subject.spec.params, self._look)
        self.form.changed.connect(self.changed)
        self.form.hovered.connect(self._light_cards)
        self._form_place.addWidget(self.form)

    def _show_formulas(self, formulas: tuple[Formula, ...]) -> None:
        if formulas == self._shown:
            return
        self._shown = formulas
        _clear(self._card_place)
        self.cards = [FormulaCard(formula, self._look) for formula in formulas]
        for card in self.cards:
            self._card_place.addWidget(card)
            card.hovered.connect(self._light_form)
            card.field_requested.connect(self._light_form)

    def _show_problem(self, problem: Problem | None) -> None:
        if problem == self._problem:
            return
        self._problem = problem
        _clear(self._problem_place)
        if problem is not None:
            self._problem_place.addWidget(self._problem_card(problem))

    def _problem_card(self, problem: Problem) -> Card:
        card = Card("", self._look, "error")
        lines = (
            (problem.message, "title", "err"),
            (problem.arithmetic, "number", "ink2"),
            (problem.hint, "body", "ink2"),
        )
        for text, role, token in lines:
            if text:
                card.body.addWidget(PlainLabel(text, role, self._look, token).set_wrapped())
        for index, fix in enumerate(problem.fixes):
            button = QPushButton(button_text(fix.label))
            button.setProperty("kind", "outline" if index else "primary")
            button.clicked.connect(lambda _checked=False, index=index: self.fix_requested.emit(index))
            row = QHBoxLayout()
            row.addWidget(button)
            row.addWidget(PlainLabel(f"→ {fix.outcome}" if fix.outcome else "", "axis", self._look, "ink3"))
            row.addStretch(1)
            card.body.addLayout(row)
        return card

    def _light_cards(self, name: str) -> None:
        for card in self.cards:
            card.light_param(name)

    def _light_form(self, name: str) -> None:
        if self.form is not None:
            self.form.highlight(name or None)


class CostRow(QWidget):
    """Multiply-adds, receptive field and memory, each a number that opens."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._subject: Subject | None = None
        self._formulas: list[Formula | None] = [None, None, None]
        self._captions = [
            PlainLabel(text, "caption", look, "ink3") for text in ("Multiply-adds", "Receptive field", "Activations")
        ]
        self.numbers = [OpenNumber("", look) for _ in self._captions]
        self._units = [PlainLabel("", "number", look, "ink3") for _ in self._captions]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        for index, (caption, shown, unit) in enumerate(zip(self._captions, self.numbers, self._units, strict=True)):
            cell = QHBoxLayout()
            cell.setSpacing(5)
            cell.addWidget(shown)
            cell.addWidget(unit)
            cell.addStretch(1)
            grid.addWidget(caption, 0, index)
            grid.addLayout(cell, 1, index)
            grid.setColumnStretch(index, 1)
            shown.opened.connect(lambda index=index: self._open(index))

    def show_subject(self, subject: Subject) -> None:
        """Show what a layer costs; hidden where its input does not fit."""
        self._subject, info = subject, subject.info
        self.setVisible(info is not None)
        if info is None:
            return
        field = facts.field_of_view(subject.graph, subject.inference, subject.node.name)
        self._formulas = [facts.multiply_adds(info), field, facts.output_memory(info)]
        for index, formula in enumerate(self._formulas):
            value, _, unit = formula.result.partition(" ") if formula else ("", "", "")
            self._captions[index].setVisible(formula is not None)
            self.numbers[index].setVisible(formula is not None)
            self.numbers[index].set_text(value)
            self._units[index].setText(unit)

    def _open(self, index: int) -> None:
        formula = self._formulas[index]
        if formula is not None and self._subject is not None:
            open_formula(formula, (self._subject.node.name, formula.title), self.numbers[index], self._look)


def _known_values(subject: Subject) -> dict[str, Any]:
    """The settings the form knows, defaults where a file has none."""
    spec = subject.spec
    return {p.name: subject.node.values.get(p.name, p.default) for p in spec.params} if spec else {}


def _clear(place: QVBoxLayout) -> None:
    while (item := place.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
