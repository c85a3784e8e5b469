"""How long an epoch takes on this machine at several batch sizes: measured in the loop that trains projects."""

import time
from collections.abc import Generator
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import tensorflow as tf

from engine.checks import require_trainable
from engine.errors import UserError
from engine.explain.batches import Epoch
from engine.explain.two_weight_data import two_weights
from engine.graph import Edge, Graph, Node
from engine.messages import Phase, Progress
from engine.params import Param
from engine.project import Head, Plan, Project
from engine.runtime.build import build
from engine.runtime.device import device_name
from engine.runtime.evaluation import training_part
from engine.runtime.explain.spec import Answer, Explainer, Question
from engine.runtime.jobs import Report, Turn, in_thread
from engine.runtime.training.loop import DataOrder, FusedLoop, LoopSetting, Part
from engine.runtime.training.objectives import objective
from engine.runtime.training.optimizer import build_optimizer
from engine.runtime.training.streaming import LargePart
from engine.runtime.training.trainer import execution_of

MOST = 4  # sizes at once
SLICE = 0.05  # s of one call
SETTLING, LEAST = 0.1, 0.3  # s at each size: of steps that do not count, and measured at least
SAID = 0.1  # s between two words on progress


@dataclass(frozen=True)
class _Subject:
    """What is trained.

    Args:
        targets: the type of y.
    """

    project: Project
    part: Part | LargePart
    targets: tf.DType


@dataclass
class _Timed:
    """One batch size on its way.

    Args:
        steps: of an epoch.
        seconds: of an epoch, each time it was measured.
        epochs: that were measured.
    """

    size: int
    steps: int
    seconds: list[float] = field(default_factory=list)
    epochs: int = 0

    @property
    def median(self) -> float:
        """The middle one of the epochs; NaN before the first."""
        return float(np.median(self.seconds)) if self.seconds else float("nan")


class _Runner:
    """A network with one loop; does steps and says how long they took."""

    def __init__(self, subject: _Subject, size: int) -> None:
        project, part = subject.project, subject.part
        network = build(project)
        nothing = Part(tf.zeros((0, *network.model.input_shape[1:])), tf.zeros((0,), subject.targets))
        self.execution = execution_of(project, network)
        self.loop = FusedLoop(
            network,
            project.graph,
            build_optimizer(project.plan, network.model),
            objective(network),
            (part, nothing),
            LoopSetting(size, xla=self.execution == "xla"),
        )
        self._order = DataOrder(project.seed, part.count, self.loop.batch_size)
        self._done, self._per_step = 0, 0.0

    def affordable(self, epoch: int) -> int:
        """Steps for one call: what fits in a slice, and whole epochs where one of so many steps fits."""
        fits = max(1, min(self.loop.max_steps, int(SLICE / self._per_step))) if self._per_step else 1
        return fits - fits % epoch if fits > epoch else fits

    def steps(self, count: int) -> float:
        """Do some steps; return the seconds they took.

        Raises:
            UserError: the loss is not finite any more.
        """
        indices, ends = self._order.batches(self._done, count)
        began = time.perf_counter()
        found = self.loop.run(indices, ends)
        spent = time.perf_counter() - began
        if not found.finite:
            message = f"At batch size {self.loop.batch_size} the loss is no finite number any more."
            raise UserError(message, "Lower the learning rate in Train.", "sizes")
        self._done, self._per_step = self._done + count, spent / count
        return spent


def _run(question: Question) -> Generator[Report, Turn, Answer]:
    """Arrays: `sizes`, `steps` of an epoch, `epochs` measured, int64 (size,); `seconds` of an epoch, their median,
    float64 (size,), NaN where not measured yet. The largest batch is measured first.

    Facts: `samples` of the training part, `device`, `execution`.
    """
    subject = yield from _subject(question)
    samples = subject.part.count
    timed = [_Timed(size, Epoch(samples, size).steps) for size in _sizes(question.values["sizes"], samples)]
    facts = {"samples": samples, "device": device_name(), "execution": ""}
    for one in sorted(timed, key=lambda one: -one.size):
        yield Report([Phase(text=f"compiling batch {one.size:,}")])
        runner = _Runner(subject, one.size)
        yield from in_thread(runner.loop.compile)
        yield from _settled(runner)
        yield Report([Phase(text="")])
        yield from _measured(runner, one)
        facts["execution"] = runner.execution
        yield Report([question.explained(_answer(timed, facts))])
    return _answer(timed, facts)


def _settled(runner: _Runner) -> Generator[Report, Turn, None]:
    """The first steps are slower; what a call costs beside its steps hides the pace until calls are long."""
    spent = 0.0
    while spent < SETTLING:
        spent += yield from in_thread(partial(runner.steps, runner.affordable(runner.loop.max_steps)))


def _measured(runner: _Runner, one: _Timed) -> Generator[Report, Turn, None]:
    """Whole epochs until enough time is measured; several in one call where they are short, as in a training."""
    text, said, total = f"measuring batch {one.size:,}", time.perf_counter(), 0.0
    while total < LEAST:
        done, spent = 0, 0.0
        while not done or done % one.steps:
            count = runner.affordable(one.steps)
            if count < one.steps or done:
                count = min(count, one.steps - done)
            spent += yield from in_thread(partial(runner.steps, count))
            done += count
            if time.perf_counter() - said > SAID:
                said, share = time.perf_counter(), min(1.0, (total + spent) / LEAST, done / one.steps)
                yield Report([Progress(done=round(share * one.steps), total=one.steps, text=text)])
        epochs, total = done // one.steps, total + spent
        one.epochs += epochs
        one.seconds.append(spent / epochs)


def _answer(timed: list[_Timed], facts: dict[str, object]) -> Answer:
    whole = {"sizes": [one.size for one in timed], "steps": [one.steps for one in timed]}
    whole["epochs"] = [one.epochs for one in timed]
    arrays = {name: np.array(values, np.int64) for name, values in whole.items()}
    return Answer({**arrays, "seconds": np.array([one.median for one in timed])}, dict(facts))


def _subject(question: Question) -> Generator[Report, Turn, _Subject]:
    """The project's own network and training part, or one unit on a table of two columns.

    Raises:
        UserError: the project cannot be trained, or there is no such table.
    """
    name = question.values["table"]
    if name:
        yield Report()
        model = two_weights(name)
        targets = tf.int32 if model.kind == "logistic" else tf.float32
        part = Part(tf.constant(model.x, tf.float32), tf.cast(tf.constant(model.y), targets))
        return _Subject(_one_unit(model.kind), part, targets)
    data = yield from question.data()
    require_trainable(question.moment.project, data.samples.description)
    return _Subject(question.moment.project, training_part(data), tf.as_dtype(data.samples.y.dtype))


def _one_unit(kind: str) -> Project:
    """Linear or logistic regression on two features, by plain gradient descent."""
    activation, task = ("sigmoid", "classification") if kind == "logistic" else ("linear", "regression")
    nodes = (Node("input_1", "input", {"shape": [2]}), Node("output", "output", {"units": 1, "activation": activation}))
    graph = Graph(nodes, (Edge("input_1", "output"),))
    return Project(graph=graph, heads=(Head("output", task),), plan=Plan("sgd", {"learning_rate": 0.01}))


def _sizes(text: str, samples: int) -> list[int]:
    """The batch sizes of a question; 0, and more than there are, is all.

    Raises:
        UserError: the text holds no whole numbers, or too many.
    """
    try:
        found = [int(size) for size in text.split(",")]
    except ValueError:
        raise UserError(f"{text[:40]!r} are no batch sizes.", "E.g. 1,32,0; 0 is all.", "sizes") from None
    if not 1 <= len(found) <= MOST or min(found) < 0:
        raise UserError(f"{text[:40]!r}: expected 1 to {MOST} sizes of 0 or more.", "E.g. 1,32,0; 0 is all.", "sizes")
    return [min(size or samples, samples) for size in found]


EPOCH_TIMES = Explainer(
    "epoch_times",
    "Time per epoch",
    _run,
    (
        Param("sizes", "text", "1,32,0", help="Batch sizes with commas; 0 is all samples."),
        Param("table", "text", "", help="A table of two columns in place of the project's data, e.g. cancer."),
    ),
    needs_input=False,
)
