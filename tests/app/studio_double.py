"""A studio without an engine: the real document and run model, jobs that the test answers, data loaded here."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from app.job import Job
from app.plan_edits import RATE, with_optimizer_value
from app.run_model import RunModel
from engine.datasets.choice import load
from engine.messages import (
    DataLoaded,
    Evaluate,
    Evaluated,
    Export,
    Failed,
    Finished,
    Metrics,
    Predict,
    PredictFiles,
    Started,
)

LAYERS = ("conv2d_1", "conv2d_2", "conv2d_3", "dense_1", "dense_2", "output")


class Channel:
    """Notes what jobs say."""

    def __init__(self):
        self.sent = []

    def send(self, message):
        self.sent.append(message)

    def withdraw(self, job):
        return True


class EngineDouble(QObject):
    """Takes requests and answers none; they are the open jobs in `asked` of the studio."""

    ready = Signal(object)
    is_closed = False
    state = "ready"

    def __init__(self, studio):
        super().__init__(studio)
        self._studio = studio

    def submit(self, request):
        return self._studio._job(request)


class StudioDouble(QObject):
    """What a workspace is given. `asked` holds the jobs it asked for; `calls` what else it did."""

    data_changed = Signal(object)
    data_failed = Signal(object)
    run_changed = Signal(object)
    watched = Signal(object)
    training_changed = Signal(str)
    phase_changed = Signal(str)
    probe_changed = Signal(int)
    failed = Signal(object)
    noted = Signal(str, str)
    offered = Signal(str, str, str, object)
    moment_changed = Signal(object)

    def __init__(self, document, data=None, run=None):
        super().__init__()
        self.document = document
        self.engine = EngineDouble(self)
        self.shown_step = None
        self.data, self.run, self.probe = data, run, 0
        self.training, self.phase, self.can_resume = "idle", "", False
        self.watched_now = None
        self.saved_runs = []
        self.asked, self.calls = [], []

    def __getattr__(self, name):
        if name in ("train_or_pause", "stop", "reset", "resume", "force_stop", "step", "reload_data"):
            return lambda *args: self.calls.append((name, *args))
        raise AttributeError(name)

    def set_learning_rate(self, value):
        self.calls.append(("set_learning_rate", value))
        self.document.edit("Learning rate", with_optimizer_value(self.document.project, RATE, value), "rate")

    def set_probe(self, index):
        self.probe = index
        self.probe_changed.emit(index)

    def set_data(self, data):
        self.data = data
        self.data_changed.emit(data)

    def set_training(self, state):
        self.training = state
        self.training_changed.emit(state)

    def show_run(self, run):
        self.run = run
        self.run_changed.emit(run)

    def show_step(self, step):
        self.shown_step = step
        self.moment_changed.emit(step)

    @property
    def seen_project(self):
        return self.run.project if self.run is not None else self.document.project

    @property
    def seen_folder(self):
        return str(self.run.folder) if self.run is not None else ""

    @property
    def seen_differs(self):
        return False

    def runs(self):
        return self.saved_runs

    def predict(self, x):
        return self._job(Predict(folder="run", x=x))

    def predict_files(self, paths):
        return self._job(PredictFiles(folder="run", paths=tuple(map(str, paths))))

    def evaluate(self, split):
        return self._job(Evaluate(folder="run", split=split))

    def export(self, format, path):
        return self._job(Export(folder="run", format=format, path=str(path)))

    def _job(self, request):
        job = Job(len(self.asked) + 1, request, Channel())
        job.mark_sent()
        self.asked.append(job)
        return job


def answer(job, *events):
    """Let the engine say events about a job and end it."""
    for event in events:
        job.take(event)
    if not any(isinstance(event, Finished | Failed) for event in events):
        job.take(Finished())


def loaded(choice, problems=()):
    """Load the data of a choice as the engine would."""
    found = load(choice)
    x, description = found.samples.x, found.samples.description
    split, y = found.split, found.samples.y
    classes = len(description.class_names)
    table = (
        np.array([np.bincount(y[split == part], minlength=classes) for part in range(3)])
        if classes
        else np.zeros((3, 0))
    )
    return DataLoaded(
        description=description,
        counts=tuple(int((split == part).sum()) for part in range(3)),
        class_counts=table.astype(np.int64),
        x=x,
        y=y,
        split=split,
        value_range=description.value_range or (float(x.min()), float(x.max())),
        problems=tuple(problems),
    )


def trained_run(folder, project, data, epochs=21, total=30, seed=0):
    """Return a run whose curves look like a training that begins to overfit; its evaluation is of the real data."""
    random = np.random.default_rng(seed)
    per_epoch = -(-data.counts[0] // project.plan.batch_size)
    steps = epochs * per_epoch
    t = np.arange(steps) / per_epoch
    loss = (2.3 * np.exp(-t * 1.1) + 0.35 * np.exp(-t / 12)) * random.gamma(4, 0.25, steps)
    at = np.arange(1, epochs + 1)
    validation = 2.0 * np.exp(-at * 1.1) + 0.55 + 0.012 * np.maximum(0, at - 7) + random.normal(0, 0.015, epochs)
    norms = 0.2 + np.exp(-t[:, None] / 3) * 3 * random.gamma(6, 1 / 6, (steps, len(LAYERS)))
    run = RunModel(Path(folder), project)
    run.take(
        Started(
            folder=str(folder), first_step=0, steps_per_epoch=per_epoch, total_steps=total * per_epoch,
            execution="graph", device="CPU", metric="accuracy", gradient_layers=LAYERS,
        )
    )  # fmt: skip
    run.take(
        Metrics(
            first_step=0, loss=loss.astype(np.float32), metric=(1 - np.exp(-t * 0.8) * 0.9 - 0.02).astype(np.float32),
            learning_rate=(0.001 + 0.001 * np.cos(t / total * np.pi)).astype(np.float32),
            gradient_norms=norms.astype(np.float32), samples_per_second=2410.0, validation_steps=at * per_epoch,
            validation_loss=validation.astype(np.float32),
            validation_metric=(0.95 - 0.9 * np.exp(-at * 0.8)).astype(np.float32),
        )
    )  # fmt: skip
    run.take(evaluation(data, steps, random))
    return run


def evaluation(data, step, random, wrong=0.08):
    """Return an Evaluated of the validation part in which some samples are taken for another class."""
    indices = np.flatnonzero(data.split == 1).astype(np.int32)
    if data.description.target == "number":
        outputs = (data.y[indices] + random.normal(0, 20, len(indices)))[:, None].astype(np.float32)
        return Evaluated(
            split="validation", step=step, values={"loss": 400.0, "mae": 16.0}, indices=indices, outputs=outputs,
            confusion=np.zeros((0, 0), np.int64),
        )  # fmt: skip
    classes = len(data.description.class_names)
    true = data.y[indices].astype(int)
    said = np.where(random.random(len(true)) < wrong, (true + random.integers(1, classes, len(true))) % classes, true)
    logits = random.normal(0, 0.6, (len(true), classes))
    logits[np.arange(len(true)), said] += random.uniform(2, 7, len(true))
    outputs = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    confusion = np.zeros((classes, classes), np.int64)
    np.add.at(confusion, (true, outputs.argmax(1)), 1)
    return Evaluated(
        split="validation", step=step, values={"loss": 0.6, "accuracy": float((said == true).mean())},
        indices=indices, outputs=outputs.astype(np.float32), confusion=confusion,
    )  # fmt: skip


def settle():
    """Let nested layouts, each of which asks the next one out in an event of its own, come to rest."""
    for _ in range(6):
        QApplication.processEvents()
