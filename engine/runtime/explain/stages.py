"""One optimiser step of the user's network, stage by stage: the very step that training does next from this moment."""

import math
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import safetensors.numpy
import tensorflow as tf

from engine.datasets.choice import LoadedData
from engine.datasets.scaling import Scaling
from engine.errors import UserError
from engine.explain.unrolled import variable_names
from engine.messages import Progress
from engine.optimizers import OPTIMIZERS
from engine.params import Param, check_values
from engine.run_folder import RunFolder
from engine.runtime.build import Network, build
from engine.runtime.explain.numbers import answer_of, by_layer, place_of
from engine.runtime.explain.spec import Answer, Explainer, Question
from engine.runtime.explain.step_numbers import StepSeen, open_of_step
from engine.runtime.jobs import Report, Turn, in_thread
from engine.runtime.moment import nearest
from engine.runtime.training.checkpoints import holds_slots, layer_variables, named_variables, restore, snapshot
from engine.runtime.training.loop import DataOrder
from engine.runtime.training.objectives import Objective, objective
from engine.runtime.training.optimizer import build_optimizer, learning_rate

MAX_VALUES = 65_536  # of one array, sent to the screen
LOOK_EVERY = 20  # steps between two reports while it searches for the step to stop at
FRESH = "This checkpoint kept the weights alone: the optimiser starts with fresh slots."


@dataclass(frozen=True)
class Stop:
    """When a walk over several steps ends.

    Args:
        reason: "none", "norm", "rise" or "nan".
        above: gradient norm.
    """

    reason: str
    above: float

    def holds(self, loss: float, before: float, norm: float) -> str:
        """What happened, as a sentence; empty where nothing did."""
        if not math.isfinite(loss) or not math.isfinite(norm):
            return "The loss or a gradient is no longer finite."
        if self.reason == "norm" and norm > self.above:
            return f"The gradient norm is {norm:.4g}, above {self.above:g}."
        if self.reason == "rise" and loss > before:
            return f"The loss of the batch rose from {before:.4g} to {loss:.4g}."
        return ""


class Stepper:
    """A copy of the network and its optimiser at one moment, that does single steps without touching the run.

    Args:
        question: about a run, or about a network that is not trained yet.
        data: of the run.
    """

    def __init__(self, question: Question, data: LoadedData) -> None:
        project = question.moment.project
        self.step = question.moment.step
        self.network: Network = build(project)
        self.objective: Objective = objective(self.network)
        self.optimizer = build_optimizer(project.plan, self.network.model)
        self.variables = named_variables(self.network.model, self.optimizer)
        self.note = self._bring_to(question)
        self._data, self._rows = data, data.indices("train")
        count = len(self._rows)
        size = min(project.plan.batch_size, count)
        self._order = DataOrder(project.seed, count, size)
        self._last = count - (math.ceil(count / size) - 1) * size
        self._taps = self.network.taps()
        self._heads = [head.node for head in self.network.heads]
        # Compiled as the run is: XLA and plain graphs draw different dropout masks from one seed.
        execution = question.moment.info.execution if question.moment.info is not None else "graph"
        self._measure = tf.function(self._measured, autograph=False, jit_compile=execution == "xla")

    def _bring_to(self, question: Question) -> str:
        """Set weights, random state and optimiser slots to those of the moment; return what the moment lacks."""
        moment, trainer = question.moment, question.shelf.live
        if moment.is_live and trainer is not None and trainer.step == moment.step:
            restore(self.variables, safetensors.numpy.save(snapshot(trainer.variables)))
        elif moment.info is not None:
            folder = RunFolder(Path(question.folder))
            data = folder.read_checkpoint(nearest(folder.checkpoints(), moment.step))
            keeps_slots = holds_slots(data)
            restore(self.variables if keeps_slots else layer_variables(self.network.model), data)
            return "" if keeps_slots else FRESH
        return ""

    def batch(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of the next step: normalised inputs, targets, and which samples of the data they are."""
        indices, ends = self._order.batches(self.step, 1)
        chosen = indices[0][: self._last] if ends[0] else indices[0]
        return *self._data.rows(self._rows[chosen]), self._rows[chosen]

    @property
    def scaling(self) -> Scaling:
        """What turned the raw inputs into normalised ones."""
        return self._data.scaling

    def raw(self, indices: np.ndarray) -> np.ndarray:
        """Samples as the data have them."""
        return np.asarray(self._data.samples.x[indices])

    def _measured(self, x: tf.Tensor, y: tf.Tensor) -> Any:
        variables = [variable.value for variable in self.network.model.trainable_variables]
        with tf.GradientTape() as tape:
            tape.watch(x)  # the error of the inputs too
            outputs = self._taps(x, training=True)
            losses, metrics = self.objective.per_sample([outputs[name] for name in self._heads], y)
            loss = tf.reduce_mean(losses)
        errors, gradients = tape.gradient(loss, (outputs, variables))
        sent = {name: error for name, error in errors.items() if error is not None}
        zeros = [tf.zeros_like(variable) for variable in variables]
        learnt = [
            zero if found is None else tf.convert_to_tensor(found) for found, zero in zip(gradients, zeros, strict=True)
        ]
        return loss, losses, metrics, outputs, sent, learnt

    def measure(self) -> Any:
        """Forward and backward for the next batch; the loss, per sample, outputs, errors, gradients."""
        x, y, _ = self.batch()
        return self._measure(tf.constant(x), tf.constant(y))

    def apply(self, gradients: list[tf.Tensor]) -> None:
        """Update the copy's weights."""
        self.optimizer.apply(gradients, self.network.model.trainable_variables)
        self.step += 1


def _run(question: Question) -> Generator[Report, Turn, Answer]:
    """Arrays, of the step's batch; `sample` is its position in the batch:

    `batch/x` (sample, *input_shape) normalised, `batch/y`, `batch/indices`; `forward/{layer}` (*output_shape) of the
    sample, heads as logits; `loss` (sample,); `backward/{layer}` ∂loss/∂output of the sample, where the loss depends on
    it; and by variable
    `gradient/{layer}/{variable}`, `slot/{layer}/{variable}/{slot}` before and after as `…/before`, `…/after`,
    `weight/{layer}/{variable}/before` and `/after`.

    Facts: `stages`, in order: kind, layer, title, sentence, arrays; `step`; `stopped`, why a walk ended;
    `note`, what the moment lacks; `loss`; `norm`.
    """
    data = yield from question.data()
    stepper = Stepper(question, data)
    stop = Stop(question.values["until"], question.values["above"])
    for _ in range(question.values["ahead"]):
        stepper.apply(stepper.measure()[5])
        yield Report()
    measured, stopped = yield from _walked(stepper, stop, question.values["steps"])
    yield Report()
    if question.values["place"]:
        seen = _seen(stepper, question, measured)
        opened = yield from in_thread(lambda: open_of_step(seen, place_of(question.values["place"])))
        return answer_of(opened, None)
    return _answer(stepper, measured, stopped, question.values["sample"])


def _walked(stepper: Stepper, stop: Stop, most: int) -> Generator[Report, Turn, tuple[Any, str]]:
    """Do steps until the condition holds; return what was measured for the step it holds at, and the sentence."""
    before, measured = math.inf, stepper.measure()
    for n in range(most if stop.reason != "none" else 0):
        loss, norm = float(measured[0]), _norm(measured[5])
        happened = stop.holds(loss, before, norm)
        if happened:
            return measured, happened
        before = loss
        stepper.apply(measured[5])
        measured = stepper.measure()
        if n % LOOK_EVERY == 0:
            yield Report([Progress(done=n, total=most, text="looking for the step")])
    return measured, f"Nothing of it happened in {most:,} steps." if stop.reason != "none" else ""


def _norm(gradients: list[tf.Tensor]) -> float:
    return float(tf.linalg.global_norm(gradients))


def _answer(stepper: Stepper, measured: Any, stopped: str, sample: int) -> Answer:
    loss, losses, _, outputs, errors, gradients = measured
    x, y, indices = stepper.batch()
    if not 0 <= sample < len(x):
        raise UserError(f"There is no sample {sample} in the batch; it has {len(x)}.", "Choose another.", "sample")
    arrays = {"batch/x": _bounded(x), "batch/y": np.asarray(y), "batch/indices": indices, "loss": np.asarray(losses)}
    arrays |= {f"forward/{name}": _bounded(np.asarray(value)[sample]) for name, value in outputs.items()}
    arrays |= {f"backward/{name}": _bounded(np.asarray(value)[sample]) for name, value in errors.items()}
    step, rate = stepper.step, learning_rate(stepper.optimizer)
    before = snapshot(stepper.variables)
    stepper.apply(gradients)
    after = snapshot(stepper.variables)
    layers = _changes(stepper, gradients, before, after, arrays)
    facts = {
        "step": step,
        "loss": float(loss),
        "norm": _norm(gradients),
        "learning_rate": rate,
        "stopped": stopped,
        "note": stepper.note,
        "samples": len(x),
        "stages": _stages(stepper, layers, arrays, float(loss)),
    }
    return Answer(arrays, facts)


def _changes(
    stepper: Stepper,
    gradients: list[tf.Tensor],
    before: dict[str, np.ndarray],
    after: dict[str, np.ndarray],
    arrays: dict[str, np.ndarray],
) -> list[str]:
    """Add gradients, slots and weights of every trained variable to the arrays; return the layers that learn."""
    paths = _paths(stepper)
    names = {id(v): name for name, v in stepper.variables.items()}
    layers = []
    for n, variable in enumerate(stepper.network.model.trainable_variables):
        layer, name = paths[id(variable)]
        layers.append(layer)
        arrays[f"gradient/{layer}/{name}"] = _bounded(gradients[n].numpy())
        for when, values in (("before", before), ("after", after)):
            arrays[f"weight/{layer}/{name}/{when}"] = _bounded(values[names[id(variable)]])
            for slot, kept in _slots(stepper.optimizer, variable).items():
                arrays[f"slot/{layer}/{name}/{slot}/{when}"] = _bounded(values[names[id(kept)]])
    return list(dict.fromkeys(layers))


def _paths(stepper: Stepper) -> dict[int, tuple[str, str]]:
    """Layer and name of every variable, by its identity."""
    found: dict[int, tuple[str, str]] = {}
    for name, layer in stepper.network.layers.items():
        shown = variable_names([variable.name for variable in layer.variables])
        found |= {id(variable): (name, own) for variable, own in zip(layer.variables, shown, strict=True)}
    return found


def _seen(stepper: Stepper, question: Question, measured: Any) -> StepSeen:
    """The step with what its update does, for opening its numbers."""
    _, losses, _, outputs, errors, gradients = measured
    _, y, indices = stepper.batch()
    rate, updates = learning_rate(stepper.optimizer), int(stepper.optimizer.iterations.numpy()) + 1
    initial = question.moment.sight.initial()
    before, slots_before = by_layer(stepper.network, snapshot(stepper.variables)), _all_slots(stepper)
    stepper.apply(gradients)
    learnt: dict[str, dict[str, np.ndarray]] = {}
    for variable, gradient in zip(stepper.network.model.trainable_variables, gradients, strict=True):
        layer, name = _paths(stepper)[id(variable)]
        learnt.setdefault(layer, {})[name] = gradient.numpy()
    plan = question.moment.project.plan
    record = OPTIMIZERS[plan.optimizer]
    return StepSeen(
        network=stepper.network,
        graph=question.moment.project.graph,
        plan=plan,
        outputs={name: np.asarray(value) for name, value in outputs.items()},
        errors={name: np.asarray(value) for name, value in errors.items()},
        gradients=learnt,
        before=before,
        initial=by_layer(question.moment.network, initial),
        slots_before=slots_before,
        slots_after=_all_slots(stepper),
        losses=np.asarray(losses, np.float64),
        y=np.asarray(y),
        raw=stepper.raw(indices),
        scaling=stepper.scaling,
        settings={**check_values(record.params, plan.optimizer_values, record.name), "learning_rate": rate},
        updates=updates,
        class_names=question.class_names,
    )


def _all_slots(stepper: Stepper) -> dict[str, np.ndarray]:
    """What the optimiser remembers of every trained variable, by "layer/variable/slot"."""
    paths, found = _paths(stepper), {}
    for variable in stepper.network.model.trainable_variables:
        for slot, kept in _slots(stepper.optimizer, variable).items():
            found["/".join((*paths[id(variable)], slot))] = kept.numpy()
    return found


def _slots(optimizer: keras.Optimizer, variable: keras.Variable) -> dict[str, keras.Variable]:
    """An optimiser's slots of one variable, by their Keras names: its own path, then the name of the slot."""
    prefix = variable.path.replace("/", "_")
    kept = [v for v in optimizer.variables if v.name.startswith(f"{prefix}_")]
    return {v.name[len(prefix) + 1 :]: v for v in kept if v.shape == variable.shape}


def _stages(stepper: Stepper, layers: list[str], arrays: dict[str, np.ndarray], loss: float) -> list[dict[str, Any]]:
    order = [name for name in stepper.network.inference.layers if f"forward/{name}" in arrays]
    batch = len(arrays["loss"])
    stages = [_stage("batch", "", "Batch", f"{batch} training samples, in the order of this epoch.", ["batch/x"])]
    stages += [
        _stage("forward", n, n, "Its output for the chosen sample of the batch.", [f"forward/{n}"]) for n in order
    ]
    stages.append(_stage("loss", "", "Loss", f"One for each sample; their mean is {loss:.4f}.", ["loss"]))
    for name in (name for name in reversed(order) if f"backward/{name}" in arrays):
        own = [key for key in arrays if key.startswith(f"gradient/{name}/")]
        said = "Error sent back to it, and the gradients of its weights." if own else "Error sent back to it."
        stages.append(_stage("backward", name, name, said, [f"backward/{name}", *own]))
    for name in layers:
        slots = [key for key in arrays if key.startswith(f"slot/{name}/")]
        if slots:
            stages.append(_stage("slots", name, name, "What the optimiser remembers, before and after.", slots))
    for name in layers:
        weights = [key for key in arrays if key.startswith(f"weight/{name}/")]
        stages.append(_stage("update", name, name, "The weights before and after the step.", weights))
    return stages


def _stage(kind: str, layer: str, title: str, sentence: str, arrays: list[str]) -> dict[str, Any]:
    return {"kind": kind, "layer": layer, "title": title, "sentence": sentence, "arrays": arrays}


def _bounded(values: np.ndarray) -> np.ndarray:
    """The first rows of what is too large for the screen."""
    values = np.asarray(values)
    if values.size <= MAX_VALUES or values.ndim == 0:
        return values
    rows = max(1, MAX_VALUES // max(1, values[0].size))
    return values[:rows]


STAGES = Explainer(
    "stages",
    "One optimiser step",
    _run,
    (
        Param("sample", "int", 0, low=0, help="Position in the batch of the sample that is shown."),
        Param("ahead", "int", 0, low=0, high=100_000, help="Steps done before the one that is shown."),
        Param("until", "choice", "none", choices=("none", "norm", "rise", "nan"), help="Walk on until this happens."),
        Param("above", "float", 1.0, low=0.0, label="Gradient norm above", help="For the condition on the norm."),
        Param("place", "text", "", help="A number of the step to open, as JSON; then `opened` alone is answered."),
        Param("steps", "int", 500, low=1, high=100_000, help="Give up the walk after as many steps."),
    ),
    needs_input=False,
)
