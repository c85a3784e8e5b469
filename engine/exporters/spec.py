"""Exporter: what the program knows about one format a trained network can be written in. One record per file."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Exporter:
    """A format.

    Args:
        id: what the command line uses.
        name: what the screen shows.
        suffix: of the file.
        summary: what it is good for, one sentence.
        proof: what is compared after it was loaded again.
        tolerance: greatest absolute difference of outputs that counts as the same.
    """

    id: str
    name: str
    suffix: str
    summary: str
    proof: str
    tolerance: float = 1e-5
