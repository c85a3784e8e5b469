"""How lanes are told apart: a colour and a shape for each, the same in every view."""

from engine.optimizers import OPTIMIZERS

LANES = 4
MARKERS = ("circle", "square", "triangle", "diamond")
TOKENS = ("series0", "series1", "series3", "series2")
SHORT = {"momentum": "Momentum", "nesterov": "Nesterov"}


def token(lane: int) -> str:
    """The colour of a lane."""
    return TOKENS[lane]


def title(optimizer: str) -> str:
    """The name of an optimiser as it is written beside a marker."""
    return SHORT.get(optimizer, OPTIMIZERS[optimizer].name)
