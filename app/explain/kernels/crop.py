"""Crop: the part of a large picture that is drawn, so that its cells can be told apart."""

from dataclasses import dataclass

MOST = 100  # cells on a side that are drawn at once
PAGE = 24  # the part moves by this many cells, so that what was painted lasts for a while


@dataclass(frozen=True)
class Crop:
    """Rows top .. top + height and columns left .. left + width of a picture of `whole` rows and columns."""

    top: int
    left: int
    height: int
    width: int
    whole: tuple[int, int]

    @property
    def is_part(self) -> bool:
        """Whether something lies outside."""
        return (self.height, self.width) != self.whole


def crop_around(whole: tuple[int, int], low: tuple[int, int], high: tuple[int, int]) -> Crop:
    """The part that holds rows and columns `low` .. `high`, ends included."""
    (top, height), (left, width) = (_along(*axis) for axis in zip(whole, low, high, strict=True))
    return Crop(top, left, height, width, whole)


def _along(whole: int, low: int, high: int) -> tuple[int, int]:
    if whole <= MOST:
        return 0, whole
    size = max(MOST, high - low + 1)
    first = (low + high) // 2 - size // 2
    first = first // PAGE * PAGE
    first = min(max(first, high - size + 1), low)
    return min(max(first, 0), max(0, whole - size)), min(size, whole)
