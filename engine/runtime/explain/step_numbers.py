"""A number of one optimiser step opened: the batch's, a sample's, what the optimiser remembers, the new weight."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import tensorflow as tf

from engine.datasets.scaling import Scaling
from engine.errors import UserError
from engine.explain.number import open_number
from engine.explain.number_update import Stepped, open_root, open_slot, open_step_size, open_update
from engine.explain.opened import Batch, Factor, Numbers, Opened, Place, Term, opened
from engine.explain.unrolled import variable_names
from engine.graph import Graph
from engine.project import Plan
from engine.runtime.build import Network
from engine.runtime.explain.numbers import learned

Arrays = Mapping[str, np.ndarray]
OF_WEIGHTS = ("slot", "update", "step_size", "root")


@dataclass(frozen=True)
class StepSeen:
    """What one step made, before and after its update.

    Args:
        outputs, errors: by layer (sample, *output_shape); errors are those of the mean loss.
        gradients, before, after, initial: by layer and variable.
        slots_before, slots_after: by "layer/variable/slot".
        losses: (sample,); y: targets; raw: inputs as the data have them.
        updates: that the optimiser has done with this one.
        rate: of this step.
    """

    network: Network
    graph: Graph
    plan: Plan
    outputs: Arrays
    errors: Arrays
    gradients: Mapping[str, Arrays]
    before: Mapping[str, Arrays]
    initial: Mapping[str, Arrays]
    slots_before: Arrays
    slots_after: Arrays
    losses: np.ndarray
    y: np.ndarray
    raw: np.ndarray
    scaling: Scaling
    settings: Mapping[str, float]
    updates: int
    class_names: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Samples of the batch."""
        return len(self.losses)

    def numbers(self, sample: int) -> Numbers:
        """Everything one sample of the batch made."""
        outputs = {name: values[sample] for name, values in self.outputs.items()}
        heads = self.network.heads
        return Numbers(
            graph=self.graph,
            inference=self.network.inference,
            activations=outputs,
            errors={name: values[sample] for name, values in self.errors.items()},
            weights=self.before,
            gradients=self.gradients,
            initial=self.initial,
            answers={
                head.node: np.asarray(self.network.read_out(tf.constant(outputs[head.node][None]), n))[0]
                for n, head in enumerate(heads)
            },
            raw=self.raw[sample],
            offset=self.scaling.offset,
            scale=self.scaling.scale,
            loss=float(self.losses[sample]),
            learned=learned(self.network, 1 / self.size),
            label=float(self.y[sample]),
            class_names=self.class_names,
            batch=Batch(self.outputs, self.errors, sample),
        )


def open_of_step(seen: StepSeen, place: Place) -> Opened:
    """Open a number of a step.

    Raises:
        UserError: there is no such number.
    """
    if place.sample >= seen.size:
        raise UserError(
            f"There is no sample {place.sample} in the batch; it has {seen.size}.", "Choose another.", "place"
        )
    if place.what in OF_WEIGHTS:
        return _of_weight(seen, place)
    if place.what == "loss" and place.sample < 0:
        return _mean_loss(seen, place)
    numbers = seen.numbers(max(place.sample, 0))
    if place.what == "gradient":
        found = open_number(numbers, place)  # refuses what does not exist
        return _of_batch(seen, place) if place.sample < 0 else _of_sample(seen, place) or found
    return open_number(numbers, place)


def _mean_loss(seen: StepSeen, place: Place) -> Opened:
    share = Factor(1 / seen.size)
    terms = [
        Term(float(loss) / seen.size, (Factor(float(loss), Place("loss", sample=n)), share), f"sample {n}")
        for n, loss in enumerate(seen.losses)
    ]
    return opened(place, float(seen.losses.mean()), "L = (1/n) Σ loss", terms)


def _of_batch(seen: StepSeen, place: Place) -> Opened:
    """Over the samples of the batch; what each adds opens to its own upstream times local."""
    result = float(seen.gradients[place.layer][place.variable][place.index])
    parts = [gradient[place.index] for gradient in sample_gradients(seen, place.layer, place.variable)]
    terms = [
        Term(float(part), (Factor(float(part), replace_sample(place, n)),), f"sample {n}")
        for n, part in enumerate(parts)
    ]
    note = f"L is the mean loss of the batch, so every sample counts 1/{seen.size}."
    return opened(place, result, "∂L/∂w = Σ over samples", terms, note=note)


def _of_sample(seen: StepSeen, place: Place) -> Opened:
    """What one sample adds to the gradient of the batch."""
    parts = sample_gradients(seen, place.layer, place.variable)
    numbers = seen.numbers(place.sample)
    own = {**seen.gradients[place.layer], place.variable: parts[place.sample]}
    return open_number(replace(numbers, gradients={**seen.gradients, place.layer: own}), place)


def replace_sample(place: Place, sample: int) -> Place:
    """The same number of one sample of the batch."""
    return Place(place.what, place.layer, place.index, place.variable, place.of, sample)


def sample_gradients(seen: StepSeen, name: str, variable: str) -> list[np.ndarray]:
    """What each sample of the batch adds to the gradient of a layer's variable.

    The layer alone is run on what it read and sent back the errors it was sent, so nothing random is drawn anew.
    """
    if seen.network.inference.layers[name].spec.id == "batch_normalization":
        return _of_normalisation(seen, name, variable)
    layer, held = seen.network.layers[name], _held(seen, name)
    sources = [tf.constant(seen.outputs[source]) for source in seen.graph.sources(name)]
    errors, target = tf.constant(seen.errors[name]), held[variable]
    names = dict(zip(map(id, layer.variables), held, strict=True))
    weights = [held[names[id(v)]] for v in layer.trainable_variables]
    fixed = [held[names[id(v)]] for v in layer.non_trainable_variables]
    found = []
    for n in range(seen.size):
        inputs = [source[n : n + 1] for source in sources]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(target)
            output, _ = layer.stateless_call(weights, fixed, inputs if len(inputs) > 1 else inputs[0])
        gradient = tape.gradient(output, target, output_gradients=errors[n : n + 1])
        found.append(np.asarray(tf.convert_to_tensor(gradient)))
    return found


def _held(seen: StepSeen, name: str) -> dict[str, tf.Tensor]:
    """A layer's variables before the step, in Keras's order."""
    names = variable_names([variable.name for variable in seen.network.layers[name].variables])
    return {variable: tf.constant(seen.before[name][variable]) for variable in names}


def _of_normalisation(seen: StepSeen, name: str, variable: str) -> list[np.ndarray]:
    """Of γ and β: Σ δ·x̂ and Σ δ over the places of each sample, with the mean and variance of the batch."""
    x = np.asarray(seen.outputs[seen.graph.sources(name)[0]], float)
    error = np.asarray(seen.errors[name], float)
    axes, places = tuple(range(x.ndim - 1)), tuple(range(x.ndim - 2))
    if variable == "gamma":
        epsilon = seen.network.inference.layers[name].values["epsilon"]
        error = error * (x - x.mean(axis=axes)) / np.sqrt(x.var(axis=axes) + epsilon)
    return [part.sum(axis=places) if places else part for part in error]


def _of_weight(seen: StepSeen, place: Place) -> Opened:
    variable, _, name = place.variable.partition("/")
    held = seen.gradients.get(place.layer, {})
    if variable not in held or not _fits(place.index, held[variable].shape):
        raise UserError(
            f"{place.layer[:60]} learns no weight {variable!r} {list(place.index)}.", "Choose another.", "place"
        )
    prefix = f"{place.layer}/{variable}/"
    slots = [key.removeprefix(prefix) for key in seen.slots_before if key.startswith(prefix)]
    stepped = Stepped(
        optimizer=seen.plan.optimizer,
        settings=seen.settings,
        step=seen.updates,
        layer=place.layer,
        variable=variable,
        index=place.index,
        weight=float(seen.before[place.layer][variable][place.index]),
        gradient=float(held[variable][place.index]),
        before={slot: float(seen.slots_before[prefix + slot][place.index]) for slot in slots},
        after={slot: float(seen.slots_after[prefix + slot][place.index]) for slot in slots},
    )
    if place.what in ("slot", "root") and name.partition("/")[0] not in slots:
        raise UserError(
            f"The optimiser remembers no {name!r}.", f"It remembers: {', '.join(slots) or 'nothing'}.", "place"
        )
    if place.what == "step_size" and "beta_1" not in seen.settings:
        raise UserError(f"{seen.plan.optimizer} corrects no bias.", "Its step is the learning rate.", "place")
    match place.what:
        case "slot":
            return open_slot(stepped, name)
        case "root":
            return open_root(stepped, name)
        case "step_size":
            return open_step_size(stepped)
    return open_update(stepped)


def _fits(index: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    return len(index) == len(shape) and all(0 <= n < size for n, size in zip(index, shape, strict=True))
