"""Parts of the panel at the right of a stage: a titled section, rows of name and number, a filled-in formula."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.formula.card import clear
from app.formula.line import FormulaLine
from app.formula.markup import parse
from app.theme import Look
from app.widgets.plain_label import PlainLabel
from app.widgets.section_label import SectionLabel


class Section(QWidget):
    """A heading and what belongs to it, one below the other."""

    def __init__(self, title: str, look: Look, caption: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.head = SectionLabel(title, look, caption)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 12, 16, 14)
        self.column.setSpacing(8)
        self.column.addWidget(self.head)

    def add(self, widget: QWidget) -> None:
        """Put a widget below the others."""
        self.column.addWidget(widget)

    def labelled(self, label: str, control: QWidget) -> PlainLabel:
        """Put a control below the others, with its name at the left; returns the name, e.g. to hide both."""
        row = QHBoxLayout()
        row.setSpacing(8)
        name = PlainLabel(label, "body", self.look)
        name.setFixedWidth(84)
        control.setAccessibleName(label)
        row.addWidget(name)
        row.addWidget(control, 1)
        self.column.addLayout(row)
        return name


class Numbers(QWidget):
    """Rows of a name and a number; they keep their places while the numbers change."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._values: dict[str, PlainLabel] = {}
        self._tokens: dict[str, str] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)

    def show_rows(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """Show (name, value, colour token) rows."""
        if [name for name, _, _ in rows] != list(self._values):
            clear(self._column)
            self._values, self._tokens = {name: self._row(name) for name, _, _ in rows}, {}
        for name, value, token in rows:
            label = self._values[name]
            if label.text() != value:
                label.setText(value)
            if self._tokens.get(name) != token:  # setting a palette costs more than drawing the number
                self._tokens[name] = token
                label.set_token(token)

    def value(self, name: str) -> str:
        """The value of a row as written."""
        return self._values[name].text()

    def _row(self, name: str) -> PlainLabel:
        row = QHBoxLayout()
        row.addWidget(PlainLabel(name, "body", self._look))
        value = PlainLabel("", "number", self._look, "ink")
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(value, 1)
        self._column.addLayout(row)
        return value


class Formulas(QWidget):
    """Typeset lines that are set anew when their text changes."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.texts: list[str] = []
        self._lines: list[FormulaLine] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    def show_lines(self, texts: Sequence[str]) -> None:
        """Show lines in the markup of `app.formula.markup`; what follows the last = is bold where it is a number."""
        self.texts = list(texts)
        while len(self._lines) < len(self.texts):
            self._lines.append(FormulaLine((), self._look, numeric=True))
            self._column.addWidget(self._lines[-1])
        for place, line in enumerate(self._lines):
            line.setVisible(place < len(self.texts))
            if place < len(self.texts):
                line.set_parts(parse(self.texts[place]))
