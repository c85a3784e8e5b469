"""Names from outside, made fit for a sentence."""

from collections.abc import Sequence
from pathlib import Path

LONGEST = 60


def shown(text: str) -> str:
    """`text` in one line without control characters, direction marks or undecodable bytes, at most 60 characters."""
    clean = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    return clean if len(clean) <= LONGEST else clean[: LONGEST - 1] + "…"


def listed(names: Sequence[str], most: int = 3) -> str:
    """The first few names, and how many more there are, e.g. "a, b, c and 4 more"."""
    first = ", ".join(shown(name) for name in names[:most])
    return f"{first} and {len(names) - most:,} more" if len(names) > most else first


def absolute(path: str) -> Path:
    """The path a user typed, with ~ for the home folder, made absolute."""
    return Path(path).expanduser().absolute()
