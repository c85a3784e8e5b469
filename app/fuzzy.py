"""Fuzzy search: whether the letters of a query occur in a text in order, where, and how well."""

from dataclasses import dataclass

WORD_START, IN_A_ROW, FIRST = 8, 5, 10
GAP = -1


@dataclass(frozen=True)
class Match:
    """How a query was found in a text.

    Args:
        score: higher is better.
        positions: indices of the matched letters, for bold print.
    """

    score: int
    positions: tuple[int, ...] = ()


def match(query: str, text: str) -> Match | None:
    """Find `query` in `text`, ignoring case and spaces of the query; None where a letter is missing.

    A run of letters beats scattered ones, and the start of a word beats its middle.
    """
    letters, found = query.casefold().replace(" ", ""), text.casefold()
    if len(found) != len(text):  # a few letters change length when folded; positions would be off
        found = text.lower() if len(text.lower()) == len(text) else text
    whole = query.casefold().strip()
    at = _best_start(whole, found)
    if whole and at >= 0:
        return Match(_score(range(at, at + len(whole)), found) + 20, tuple(range(at, at + len(whole))))
    positions: list[int] = []
    for letter in letters:
        place = found.find(letter, positions[-1] + 1 if positions else 0)
        if place < 0:
            return None
        positions.append(place)
    return Match(_score(positions, found), tuple(positions))


def _best_start(whole: str, text: str) -> int:
    """Where `whole` begins, at the start of a word if it does anywhere; −1 where it does not occur."""
    at = first = text.find(whole)
    while at >= 0:
        if not at or not text[at - 1].isalnum():
            return at
        at = text.find(whole, at + 1)
    return first


def _score(positions: range | list[int], text: str) -> int:
    score, before = 0, -2
    for position in positions:
        score += IN_A_ROW if position == before + 1 else GAP
        if not position:
            score += FIRST
        elif not text[position - 1].isalnum():
            score += WORD_START
        before = position
    return score - len(text) // 16
