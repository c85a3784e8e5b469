"""Moment: a network at one step of its training, its weights as a value, so that looking never disturbs training."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import safetensors.numpy
import tensorflow as tf
from safetensors import SafetensorError

from engine.datasets.scaling import Scaling
from engine.errors import UserError
from engine.explain.averaged_head import takes_any_size
from engine.project import Project
from engine.run_folder import Manifest, RunFolder, RunInfo
from engine.runtime.build import Network, build
from engine.runtime.training.checkpoints import layer_variables

Weights = Mapping[str, tf.Tensor]


class Sight:
    """A network's functions, compiled once; its weights are an argument of every call.

    So one compiled function serves every step of a run, and a job in a thread keeps the weights it was given whatever
    others look at meanwhile.

    Args:
        project: built with its initial weights.
        any_size: for pictures of any height and width; only where `takes_any_size`.
        network: the project built already, in whatever way of Keras's; built here where None.
    """

    def __init__(self, project: Project, *, any_size: bool = False, network: Network | None = None) -> None:
        self.project = project
        self.network: Network = network or build(project, any_size=any_size)
        self.taps = self.network.taps()
        self.variables = layer_variables(self.network.model)
        names = {id(variable): name for name, variable in self.variables.items()}
        self._trainable = tuple(names[id(variable)] for variable in self.taps.trainable_variables)
        self._fixed = tuple(names[id(variable)] for variable in self.taps.non_trainable_variables)
        self._compiled: dict[Any, Callable[..., Any]] = {}

    @cached_property
    def free(self) -> "Sight | None":
        """The same network for pictures of any height and width; None where its head needs one size."""
        is_free = takes_any_size(self.project, self.network.inference)
        return Sight(self.project, any_size=True) if is_free else None

    @property
    def trainable(self) -> tuple[str, ...]:
        """Names of the trainable weights, "layer/index_variable"."""
        return self._trainable

    def run(self, weights: Weights, x: tf.Tensor, *, training: bool = False) -> dict[str, tf.Tensor]:
        """Every layer's output by name for normalised inputs (batch, *input_shape); heads give logits.

        Differentiable with respect to `x` and `weights`, and every output with respect to those before it.
        """
        trainable = [weights[name] for name in self._trainable]
        fixed = [weights[name] for name in self._fixed]
        outputs, _ = self.taps.stateless_call(trainable, fixed, x, training=training)
        return dict(outputs)

    def function(self, key: Any, make: Callable[[], Callable[..., Any]]) -> Callable[..., Any]:
        """The compiled function of this name; made by `make`, and traced for any batch, the first time only."""
        if key not in self._compiled:
            self._compiled[key] = tf.function(make(), autograph=False, reduce_retracing=True)
        return self._compiled[key]

    def outputs(self, weights: Weights, x: tf.Tensor) -> dict[str, tf.Tensor]:
        """`run`, compiled."""
        outputs: dict[str, tf.Tensor] = self.function("outputs", lambda: self.run)(dict(weights), x)
        return outputs

    def initial(self) -> dict[str, tf.Tensor]:
        """The weights that the project's seed gives."""
        return values_of(self.variables)


@dataclass(frozen=True)
class Moment:
    """A network at one step.

    Args:
        step: steps done at these weights; 0 where there is no run.
        weights: by "layer/index_variable".
        info: of the run; None where there is none.
        is_live: whether the run trains now and these are its newest weights.
    """

    sight: Sight
    step: int
    weights: dict[str, tf.Tensor]
    info: RunInfo | None = None
    is_live: bool = False

    @property
    def project(self) -> Project:
        """What was built."""
        return self.sight.project

    @property
    def free(self) -> "Moment | None":
        """The same moment for pictures of any height and width; None where its head needs one size."""
        sight = self.sight.free
        return None if sight is None else replace(self, sight=sight)

    @property
    def network(self) -> Network:
        """Its structure; not its weights, which are `weights`."""
        return self.sight.network

    def outputs(self, x: np.ndarray | tf.Tensor) -> dict[str, np.ndarray]:
        """Every layer's output for normalised inputs (batch, *input_shape), float32; heads give logits."""
        found = self.sight.outputs(self.weights, tf.convert_to_tensor(x, tf.float32))
        return {name: np.asarray(values) for name, values in found.items()}

    def logits(self, x: np.ndarray | tf.Tensor, head: int = 0) -> np.ndarray:
        """Logits (batch, unit) of one head for normalised inputs."""
        return self.outputs(x)[self.network.heads[head].node]

    def answer(self, x: np.ndarray | tf.Tensor, head: int = 0) -> np.ndarray:
        """Probabilities, or numbers, (batch, unit) of one head for normalised inputs."""
        return np.asarray(self.network.read_out(tf.constant(self.logits(x, head)), head))

    def of_layer(self, name: str) -> dict[str, np.ndarray]:
        """A layer's variables by Keras's own names, e.g. "kernel", "bias"; float32. An input has none."""
        if not self.network.inference.layers[name].inputs:
            return {}
        names = {id(variable): key for key, variable in self.sight.variables.items()}
        variables = self.network.layers[name].variables
        return {variable.name: np.asarray(self.weights[names[id(variable)]]) for variable in variables}

    def scaling(self, otherwise: Scaling) -> Scaling:
        """What the run learned of its data; `otherwise` where there is no run."""
        return self.info.scaling if self.info is not None else otherwise


def values_of(variables: Mapping[str, Any]) -> dict[str, tf.Tensor]:
    """Read Keras variables as tensors that later steps do not change."""
    return {name: tf.convert_to_tensor(variable.value) for name, variable in variables.items()}


def nearest(manifests: list[Manifest], step: int) -> Manifest:
    """The checkpoint nearest to a step, the earlier of two as near; the last one for −1.

    Raises:
        UserError: there is none.
    """
    if not manifests:
        raise UserError("This run has no checkpoint yet.", "Train at least one step.")
    if step < 0:
        return manifests[-1]
    return min(manifests, key=lambda manifest: (abs(manifest.step - step), manifest.step))


def read_weights(run: RunFolder, manifest: Manifest, sight: Sight) -> dict[str, tf.Tensor]:
    """A checkpoint's weights for a network.

    Raises:
        UserError: the checkpoint is damaged, or is another network's.
    """
    try:
        arrays = safetensors.numpy.load(run.read_checkpoint(manifest))
    except SafetensorError as error:
        raise UserError(f"The checkpoint of step {manifest.step:,} cannot be read: {error}.", "Use another.") from None
    for name, variable in sight.variables.items():
        found = arrays[name].shape if name in arrays else None
        if found != tuple(variable.shape):
            raise UserError(
                f"The checkpoint of step {manifest.step:,} does not fit the network: {name} is {found or 'missing'}, "
                f"expected {tuple(variable.shape)}.",
                "Show the run's own network, or train again.",
                name.partition("/")[0],
            )
    return {name: tf.constant(arrays[name]) for name in sight.variables}
