"""Checkpoints: every variable of a training at one step, written by a thread, one at a time.

Every variable means weights, moving statistics, the state of the random generators and the optimiser's slots; with all
of them back, training goes on bit for bit (measured on CPU). Keras's own formats lose the random state.
"""

import time
from concurrent.futures import Future, ThreadPoolExecutor

import keras
import numpy as np
import safetensors.numpy
from safetensors import SafetensorError

from engine.errors import UserError
from engine.run_folder import RunFolder
from engine.runtime.nested import layers_by_name

GROWTH = 1.3  # between early checkpoints, so that the start of a run is dense
SHORTEST = 0.4  # seconds between checkpoints of a fast network
LONGEST = 30.0  # seconds of work that a kill may cost
SLOTS = "optimizer/"  # what their names begin with
MOST = 120  # kept in a run folder; the densest are thinned out


def named_variables(model: keras.Model, optimizer: keras.Optimizer) -> dict[str, keras.Variable]:
    """Every variable by a name that depends on the network only, not on what else the process has built."""
    return layer_variables(model) | {f"{SLOTS}{i:04d}_{v.name}": v for i, v in enumerate(optimizer.variables)}


def layer_variables(model: keras.Model) -> dict[str, keras.Variable]:
    """The variables of the layers alone, by the same names: what a network that is only used needs.

    A layer in a model inside the model counts by its own name, so grouping layers changes no checkpoint.
    """
    layers = layers_by_name(model)
    return {f"{name}/{i}_{v.name}": v for name, layer in layers.items() for i, v in enumerate(layer.variables)}


def snapshot(variables: dict[str, keras.Variable]) -> dict[str, np.ndarray]:
    """Copy the values off the device."""
    return {name: np.array(variable.value.numpy()) for name, variable in variables.items()}


def restore(variables: dict[str, keras.Variable], data: bytes) -> None:
    """Set variables from a checkpoint's bytes.

    Raises:
        UserError: the bytes are damaged, or belong to another network; nothing was changed.
    """
    try:
        arrays = safetensors.numpy.load(data)
    except SafetensorError as error:
        raise UserError(f"The checkpoint cannot be read: {error}.", "Use an earlier one.") from None
    for name, variable in variables.items():
        shape = tuple(variable.shape)
        found = arrays[name].shape if name in arrays else None
        if found != shape:
            raise UserError(
                f"The checkpoint does not fit the network: {name} is {found or 'missing'}, expected {shape}.",
                "Start a new run.",
                name.partition("/")[0],
            )
    for name, variable in variables.items():
        variable.assign(arrays[name])


def holds_slots(data: bytes) -> bool:
    """Whether a checkpoint holds the optimiser's variables; those of a recording hold the weights alone."""
    try:
        return any(name.startswith(SLOTS) for name in safetensors.numpy.load(data))
    except SafetensorError:
        return False  # restoring it says what is wrong


class CheckpointWriter:
    """Writes checkpoints in a thread, so that training does not wait for the disk.

    Args:
        folder: of the run.
    """

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="checkpoint")
        self._pending: Future[None] | None = None
        self._steps = {manifest.step for manifest in folder.checkpoints()}
        self._protected = {0}
        self._kept: set[int] = set()

    @property
    def is_busy(self) -> bool:
        """Whether a checkpoint is still being written."""
        return self._pending is not None and not self._pending.done()

    def write(self, step: int, arrays: dict[str, np.ndarray], validation_loss: float | None, *, best: bool) -> None:
        """Start writing; waits for the one before.

        Raises:
            UserError: the one before could not be written.
        """
        self.flush()
        if best:
            self._protected = {0, step}
        self._steps.add(step)
        thinned = self._thinned()
        self._pending = self._thread.submit(self._write, step, arrays, validation_loss, thinned)

    def keep(self, step: int) -> None:
        """Never thin out the checkpoint of this step."""
        self._kept.add(step)

    def flush(self) -> None:
        """Wait until what was given is on the disk.

        Raises:
            UserError: it could not be written.
        """
        if self._pending is not None:
            pending, self._pending = self._pending, None
            pending.result()

    def close(self) -> None:
        """Write what is left and end the thread."""
        try:
            self.flush()
        finally:
            self._thread.shutdown()

    def _write(self, step: int, arrays: dict[str, np.ndarray], loss: float | None, thinned: int | None) -> None:
        self._folder.write_checkpoint(step, safetensors.numpy.save(arrays), loss)
        if thinned is not None:
            self._folder.delete_checkpoint(thinned)

    def _thinned(self) -> int | None:
        """The step to give up when there are too many: the one closest to its neighbours in proportion."""
        if len(self._steps) <= MOST:
            return None
        steps = sorted(self._steps)
        inner = [i for i in range(1, len(steps) - 1) if steps[i] not in self._protected | self._kept]
        victim = steps[min(inner, key=lambda i: (steps[i + 1] - steps[i - 1]) / steps[i])]
        self._steps.discard(victim)
        return victim


class CheckpointPlan:
    """When to write: densely at the start, then at the end of epochs, and at least every half minute."""

    def __init__(self, steps_per_epoch: int, step: int) -> None:
        self._steps_per_epoch = steps_per_epoch
        self._next = self._after(step)
        self._last = time.monotonic()

    def milestone(self, step: int) -> int:
        """The step at which a turn should end because a checkpoint may be due there."""
        epoch_end = (step // self._steps_per_epoch + 1) * self._steps_per_epoch
        early = self._next if self._next > step else epoch_end
        waited = time.monotonic() - self._last >= SHORTEST
        return min(early, epoch_end) if waited or step < self._steps_per_epoch else step + (1 << 30)

    def is_due(self, step: int) -> bool:
        """Whether to write now."""
        waited = time.monotonic() - self._last
        early = step >= self._next and step <= self._steps_per_epoch
        return early or waited >= LONGEST or (step % self._steps_per_epoch == 0 and waited >= SHORTEST)

    def written(self, step: int) -> None:
        """A checkpoint of `step` is under way."""
        self._last = time.monotonic()
        self._next = self._after(step)

    def _after(self, step: int) -> int:
        return max(step + 1, int(step * GROWTH))
