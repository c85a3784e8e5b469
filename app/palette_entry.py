"""PaletteEntry: one line of the command palette, and how lines are found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.fuzzy import Match, match


@dataclass(frozen=True)
class PaletteEntry:
    """Something the palette can do.

    Args:
        text: what it shows, plain.
        section: at its right, e.g. "Build".
        run: does it.
        shortcut: keys, e.g. "Ctrl+K"; may be empty.
        icon: name in `app.icons`; or family: a layer family, whose glyph is drawn.
        keywords: further words it is found by.
        note: why it cannot be done now; then it is shown in grey.
    """

    text: str
    section: str
    run: Callable[[], object]
    shortcut: str = ""
    icon: str = ""
    family: str = ""
    keywords: str = ""
    note: str = ""


def search(query: str, entries: Sequence[PaletteEntry]) -> list[tuple[PaletteEntry, Match]]:
    """The entries a query finds, best first; all of them, in their own order, for an empty query.

    What can be done now comes before what cannot.
    """
    if not query.strip():
        found = [(entry, Match(0)) for entry in entries]
    else:
        found = [(entry, hit) for entry in entries if (hit := _find(query, entry)) is not None]
        found.sort(key=lambda pair: -pair[1].score)
    return sorted(found, key=lambda pair: bool(pair[0].note))


def _find(query: str, entry: PaletteEntry) -> Match | None:
    hit = match(query, entry.text)
    if hit is not None:
        return hit
    elsewhere = match(query, f"{entry.section} {entry.keywords}")
    whole = query.casefold().strip() in f"{entry.section} {entry.keywords}".casefold()
    return Match(elsewhere.score - 30) if elsewhere is not None and whole else None
