"""LessonText: a lesson's sentences and formulas, one below the other."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.formula.line import FormulaLine
from app.formula.markup import parse
from app.theme import Look
from app.widgets.plain_label import PlainLabel
from engine.lab.lesson import Block


class LessonText(QWidget):
    """Paragraphs, headings and typeset formulas; nothing in them is read as markup but the formulas' own."""

    def __init__(self, blocks: Sequence[Block], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        for block in blocks:
            column.addWidget(_made(block, look))


def _made(block: Block, look: Look) -> QWidget:
    if block.kind == "formula":
        return FormulaLine(parse(block.text), look, numeric=True)
    if block.kind == "heading":
        return PlainLabel(block.text, "title", look, "ink").set_wrapped()
    return PlainLabel(block.text, "body", look).set_wrapped()
