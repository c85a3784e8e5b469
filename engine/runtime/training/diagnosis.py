"""Why a training stopped being finite: the step, the layer where it began, and what to try."""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from engine.errors import UserError
from engine.runtime.build import Network


@dataclass(frozen=True)
class Failure:
    """The step that was not finite.

    Args:
        x: its batch, normalised (sample, *input_shape).
        step: steps done before it.
        steps_per_epoch: to name the epoch.
        learning_rate: in force.
    """

    x: np.ndarray
    step: int
    steps_per_epoch: int
    learning_rate: float


def explain_not_finite(network: Network, failure: Failure) -> UserError:
    """Repeat the batch that failed, layer by layer, and say where the first number stopped being finite."""
    layer, what = _first_not_finite(network, failure.x)
    epoch, position = divmod(failure.step, failure.steps_per_epoch)
    return UserError(
        f"The loss stopped being finite at step {failure.step + 1:,} (epoch {epoch + 1}, batch {position}): "
        f"it began in {layer}, {what}.",
        f"The learning rate is {failure.learning_rate:g}; try a tenth of it or less, or normalise the inputs. "
        "The last finite weights are kept.",
        layer,
    )


def _first_not_finite(network: Network, x: np.ndarray) -> tuple[str, str]:
    largest = 0.0
    for name, values in network.taps()(tf.constant(x), training=False).items():
        array = np.asarray(values)
        if not np.isfinite(array).all():
            return name, f"whose output is {'NaN' if np.isnan(array).any() else 'infinite'}"
        largest = max(largest, float(np.abs(array).max(initial=0)))
    return network.heads[0].node, f"whose loss or gradient is not finite (layer outputs reach {largest:.3g})"
