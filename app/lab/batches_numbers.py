"""How many samples there are and how they are trained: of the project that is open, or of the digits example."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from app.studio import Studio
from engine.datasets.choice import describe
from engine.datasets.split import split_codes
from engine.examples import load_example
from engine.project import Project

EXAMPLE = "digits"


@dataclass(frozen=True)
class Numbers:
    """What steps per epoch follow from.

    Args:
        train, validation: samples.
        is_example: whether the open project has no data yet.
    """

    project: Project
    train: int
    validation: int
    is_example: bool

    @property
    def batch(self) -> int:
        """The batch size of the plan."""
        return self.project.plan.batch_size

    @property
    def epochs(self) -> int:
        """The epochs of the plan."""
        return self.project.plan.epochs


def numbers_of(studio: Studio | None) -> Numbers:
    """The numbers of the project that is open; those of the digits example while no data are loaded for it."""
    if studio is None or studio.data is None or not studio.data.counts[0]:
        return _example()
    train, validation, _ = studio.data.counts
    return Numbers(studio.document.project, train, validation, is_example=False)


@cache
def _example() -> Numbers:
    project = load_example(EXAMPLE)
    data = project.data
    codes = split_codes(describe(data).count, data.validation, data.test, False, data.seed)
    train, validation = (int(np.sum(codes == code)) for code in (0, 1))
    return Numbers(project, train, validation, is_example=True)
