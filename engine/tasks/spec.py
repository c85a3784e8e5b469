"""Task: what is learned: which outputs fit, which loss, which metric, how a prediction is read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from engine.datasets.spec import Description


@dataclass(frozen=True)
class Task:
    """A kind of learning problem.

    Args:
        id: what files and code use.
        name: what the screen shows.
        target: the kind of target it needs.
        losses: for each activation the output layer may have, the losses that fit, the default first.
        metric: the id of the metric reported beside the loss.
        metric_name: its name on screen.
        higher_is_better: the metric's direction.
        num_units: how many output units the data ask for, given the activation.
    """

    id: str
    name: str
    target: Literal["class", "number"]
    losses: dict[str, tuple[str, ...]]
    metric: str
    metric_name: str
    higher_is_better: bool
    num_units: Callable[[Description, str], int]
