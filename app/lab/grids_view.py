"""What a stage of grids shows: a picture and words for every moment of what it computes."""

from typing import Protocol

from app.lab.grids_board import Mark, Picture
from app.text import format_number

Cell = tuple[int, int]
Rows = list[tuple[str, str, str]]  # name, value, colour token


class GridsView(Protocol):
    """What the stage shows: a picture and words for every moment."""

    @property
    def length(self) -> int:
        """Moments there are."""

    def picture(self, done: int, cells: dict[str, Cell]) -> Picture:
        """What is drawn after so many moments.

        Args:
            cells: where the user is on grids that can be walked over.
        """

    def lines(self, done: int) -> list[str]:
        """The newest moment, written out."""

    def rows(self, done: int) -> Rows:
        """Numbers."""

    def opened(self, name: str, cell: Cell, done: int) -> list[str]:
        """The arithmetic of a cell of a grid."""


def mark(found: Mark, when: object) -> tuple[Mark, ...]:
    """The mark where something is true, else none."""
    return (found,) if when else ()


def in_sum(value: float) -> str:
    """A number as a term or factor: in brackets where it is negative."""
    text = format_number(value)
    return f"({text})" if value < 0 else text
