"""CardGrid: cards of one size in as many columns as fit."""

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QWidget

GAP = 16


class CardGrid(QWidget):
    """Lays out the cards that are wanted, in order; the others are hidden."""

    def __init__(self, cards: Sequence[QWidget]) -> None:
        super().__init__()
        self.cards = list(cards)
        self._shown = list(cards)
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP)
        for card in self.cards:
            card.setParent(self)

    def show_only(self, wanted: Sequence[QWidget]) -> None:
        """Show these cards."""
        self._shown = [card for card in self.cards if card in wanted]
        self._place()

    def set_columns(self, columns: int) -> None:
        """Use so many columns."""
        if columns != self._columns:
            self._columns = columns
            self._place()

    def _place(self) -> None:
        for card in self.cards:
            self._grid.removeWidget(card)
            card.setVisible(card in self._shown)
        for place, card in enumerate(self._shown):
            self._grid.addWidget(card, place // max(self._columns, 1), place % max(self._columns, 1))
        for column in range(self._grid.columnCount() + 1):
            self._grid.setColumnStretch(column, 1 if column == self._columns else 0)
