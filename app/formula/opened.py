"""What a clicked number opens: its formula in a popover."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.formula.card import FormulaCard
from app.theme import Look
from app.widgets.popover import Popover
from engine.layers.spec import Formula


def open_formula(formula: Formula, path: Sequence[str], opener: QWidget, look: Look) -> Popover:
    """Open a formula beside the number that was clicked.

    Args:
        path: where the number is, e.g. ("conv2d_1", "Multiply-adds").
        opener: the clicked widget.
    """
    card = FormulaCard(formula, look)
    card.setProperty("card", "")
    text = f"{formula.title}: {formula.symbolic}\n{formula.numeric}"
    return open_widget(card, path, text, opener, look)


def open_widget(content: QWidget, path: Sequence[str], text: str, opener: QWidget, look: Look) -> Popover:
    """Open anything in a popover that deletes itself when closed.

    Args:
        text: what its copy button copies.
    """
    popover = Popover(look, opener)
    popover.set_breadcrumb(list(path))
    popover.body.addWidget(content)
    popover.copy_requested.connect(lambda: QGuiApplication.clipboard().setText(text))
    popover.up_requested.connect(popover.close_popover)
    popover.closed.connect(popover.deleteLater)
    popover.open_at(QRect(opener.mapToGlobal(QPoint(0, 0)), opener.size()), opener)
    return popover
