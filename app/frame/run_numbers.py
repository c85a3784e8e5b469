"""The numbers of a run at one step, as the transport shows them: plain text, worked out without any widget."""

from dataclasses import dataclass

import numpy as np

from app.run_model import RunModel
from app.text import count, fixed, format_number, seconds


@dataclass(frozen=True)
class RunNumbers:
    """What stands in the transport.

    Args:
        epoch, epochs: epochs begun and planned, e.g. "20" and "30".
        step, steps: steps done and planned.
        loss: of the last batch; validation_loss and metric: of the last evaluation at or before the step.
        rate: samples per second; left: time to go. Both only while it trains.
    """

    epoch: str = ""
    epochs: str = ""
    step: str = ""
    steps: str = ""
    loss: str = ""
    validation_loss: str = ""
    metric: str = ""
    rate: str = ""
    left: str = ""


def numbers_of(run: RunModel, step: int | None, is_training: bool) -> RunNumbers:
    """The numbers of `run` at `step`, or at its newest step.

    Args:
        step: steps done at the moment shown; None for the newest.
        is_training: whether speed and time left mean anything.
    """
    at = run.step if step is None else max(0, min(step, run.step))
    per_epoch = max(run.steps_per_epoch, 1)
    epochs = -(-run.total_steps // per_epoch)
    live = step is None and is_training
    return RunNumbers(
        epoch=count(at // per_epoch),
        epochs=count(epochs),
        step=count(at),
        steps=count(run.total_steps),
        loss=_at(run.steps, run.loss, at),
        validation_loss=_at(run.validation_steps, run.validation_loss, at),
        metric=_at(run.validation_steps, run.validation_metric, at),
        rate=count(round(run.samples_per_second)) if live and run.samples_per_second else "",
        left=seconds(run.seconds_left) if live and run.seconds_left is not None else "",
    )


def short(value: float) -> str:
    """A number of at most seven characters: three decimals below 100."""
    return fixed(value, 3) if abs(value) < 100 else format_number(value, 4)


def _at(steps: np.ndarray, values: np.ndarray, step: int) -> str:
    """The last value at or before `step`; empty where there is none."""
    position = int(np.searchsorted(np.asarray(steps), step, side="right")) - 1
    return short(float(values[position])) if 0 <= position < len(values) else ""
