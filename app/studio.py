"""Studio: what every workspace is given: the document, the engine, the shown run, the loaded data."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, cast

import numpy as np
from PySide6.QtCore import QObject, Signal

from app import run_folders, structure
from app.data_loader import DataLoader
from app.document import Document
from app.engine_care import EngineCare
from app.engine_client import EngineClient
from app.job import Job
from app.run_model import RunModel
from app.settings import Settings
from app.trainer import Trainer, Unit
from app.watcher import Watcher
from engine import threads
from engine.messages import DataLoaded, Evaluate, Export, Failed, Message, Predict, PredictFiles, Watch, Watched
from engine.project import Plan, Project
from engine.shapes import Inference

SCRUB_PACE = 33  # ms between two moments asked for while the playhead is dragged
Split = Literal["train", "validation", "test"]


class Studio(QObject):
    """The open project with everything around it.

    Attributes:
        data_changed: DataLoaded, or None while loading.
        data_failed: Failed.
        run_changed: another RunModel, or None, is shown.
        watched: Watched, newest only.
        training_changed: "idle", "starting", "training", "paused", "stopping", "stuck", "finished" or "failed".
        phase_changed: what the training is busy with, e.g. "first step compiles"; empty when that is over.
        probe_changed: index of the probe sample.
        failed: the Failed of a training.
        noted: a sentence for a toast, and its kind: "ok", "warn" or "err".
        offered: a sentence, its kind, the text of a button, and what the button does.
        asked: the Job of a prediction, an evaluation or an export.
        moment_changed: the step whose weights every view shows, or None for the newest.
    """

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
    asked = Signal(object)
    moment_changed = Signal(object)

    def __init__(
        self, document: Document, engine: EngineClient, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.document = document
        self.engine = engine
        self.settings = settings
        self.probe = 0
        self.shown_step: int | None = None
        self._weights_of: tuple[str, ...] = ()
        self._loader = DataLoader(engine, self)
        self._watcher = Watcher(engine, self)
        self._trainer = Trainer(document, engine, self)
        self._care = EngineCare(engine, self)
        self._connect_parts()
        document.opened.connect(self._on_opened)
        document.changed.connect(self._on_changed)
        document.checked.connect(self._on_checked)
        document.file_changed.connect(self._on_file_changed)
        self._loader.choose(document.project.data)
        self._follow_work()

    @property
    def run(self) -> RunModel | None:
        """The run shown; it trains now or is an old one."""
        return self._trainer.run

    @property
    def data(self) -> DataLoaded | None:
        """The data; None while they are loading."""
        return self._loader.data

    @property
    def watched_now(self) -> Watched | None:
        """The newest activations."""
        return self._watcher.now

    @property
    def training(self) -> str:
        """State of the training, as in `training_changed`."""
        return self._trainer.state

    @property
    def phase(self) -> str:
        """What the training is busy with, as in `phase_changed`."""
        return self._trainer.phase

    @property
    def can_resume(self) -> bool:
        """Whether the shown run can go on from its last checkpoint."""
        return self._trainer.can_resume

    def train_or_pause(self) -> None:
        """Start a run, pause it, or let it go on."""
        self._trainer.train_or_pause()

    def step(self, unit: Unit) -> None:
        """Do one "batch", or the rest of the "epoch", and pause."""
        self._trainer.step(unit)

    def stop(self) -> None:
        """End the training at its next turn."""
        self._trainer.stop()

    def reset(self) -> None:
        """Go back to the untrained network; the run stays on the disk."""
        self._trainer.reset()

    def resume(self) -> None:
        """Go on with the shown run from its last checkpoint."""
        self._trainer.resume()

    def branch(self, plan: Plan) -> None:
        """Start a run that begins with the checkpoint shown, by this plan; a training that runs is stopped first."""
        run, document = self.run, self.document
        if run is None or not run.checkpoints:
            self.noted.emit("There is no checkpoint to branch from; train first.", "warn")
            return
        if structure.network(run.project) != structure.network(document.project):
            sentence = "The network drawn is not that of this run any more, so its weights do not fit it. Undo the "
            self.noted.emit(f"{sentence}changes, then branch.", "warn")
            return
        step = run.kept_step(self.shown_step if self.shown_step is not None else run.checkpoints[-1])

        def start() -> None:
            document.edit("Settings of the branch", document.project.replace(plan=plan))
            self._trainer.branch(run, step)

        self._trainer.when_free(start)

    def keep_checkpoint(self) -> None:
        """Write a checkpoint of the step that the training has reached."""
        self._trainer.keep_checkpoint()

    def force_stop(self) -> None:
        """Kill the engine; the run keeps its last checkpoint."""
        self._trainer.force_stop()

    def show_run(self, run: RunModel | None) -> None:
        """Show an old run, unless one is training."""
        if self.training in ("idle", "finished", "failed"):
            self._trainer.show(run)

    def show_step(self, step: int | None) -> None:
        """Show the weights of this step of the run, the nearest that was kept, in every view; None for the newest."""
        run = self.run
        if step is not None and (run is None or step >= run.step):
            step = None
        if step != self.shown_step:
            self.shown_step = step
            self.moment_changed.emit(step)
            self._watch(delay=SCRUB_PACE)

    @property
    def seen_project(self) -> Project:
        """The network that See takes apart: the shown run's own, or the drawn one where nothing is trained yet."""
        return self.run.project if self.run is not None and self._has_weights(self.run) else self.document.project

    @property
    def seen_folder(self) -> str:
        """The folder its weights come from; empty for the initial weights."""
        return str(self.run.folder) if self.run is not None and self._has_weights(self.run) else ""

    @property
    def seen_differs(self) -> bool:
        """Whether the network that See takes apart is no longer the one that is drawn."""
        return bool(structure.network(self.seen_project) != structure.network(self.document.project))

    def set_learning_rate(self, value: float) -> None:
        """Change the plan's learning rate, and that of the running training with it; one step of undo per drag.

        Raises:
            UserError: it is out of range.
        """
        project = structure.with_live_value(self.document.project, "learning_rate", value)
        self.document.edit("Learning rate", project, merge="learning_rate")

    def set_probe(self, index: int) -> None:
        """Choose the sample that activations are shown of; out of range counts as the nearest."""
        last = len(self.data.x) - 1 if self.data is not None else max(0, index)
        index = max(0, min(index, last))
        if index != self.probe:
            self.probe = index
            self.probe_changed.emit(index)
            self._watch()

    def watch_weights(self, names: Sequence[str]) -> None:
        """Ask for the weights of these layers with every `watched`."""
        self._weights_of = tuple(names)
        self._watch()

    def reload_data(self) -> None:
        """Load the data again, as after a failure."""
        self._loader.choose(self.document.project.data, again=True)

    def predict(self, x: np.ndarray) -> Job:
        """Run the shown run's network, at the moment shown, on raw inputs, float32 (sample, *input_shape).

        The job says `Predicted`.
        """
        return self._ask(lambda folder: Predict(folder=folder, x=np.asarray(x, np.float32), step=self._asked_step()))

    def predict_files(self, paths: Sequence[Path]) -> Job:
        """Run the shown run's network, at the moment shown, on image files; the job says `Predicted`."""
        names = tuple(str(path) for path in paths)
        return self._ask(lambda folder: PredictFiles(folder=folder, paths=names, step=self._asked_step()))

    def evaluate(self, split: str) -> Job:
        """Measure the shown run on one part of the data; the job says `Evaluated`.

        The test part is measured with the newest weights, whatever moment is shown: it is looked at once, at the end.
        """
        step = -1 if split == "test" else self._asked_step()
        return self._ask(lambda folder: Evaluate(folder=folder, split=cast(Split, split), step=step))

    def export(self, format: str, path: Path) -> Job:
        """Write the shown run's network in another format and prove it; the job says `Exported`."""
        return self._ask(lambda folder: Export(folder=folder, format=format, path=str(path)))

    def runs(self) -> list[RunModel]:
        """The runs of this project on the disk, newest first; the one shown is the same object."""
        shown = self.run
        found = run_folders.load_runs(self.document.path, self.document.project)
        return [shown if shown is not None and run.folder == shown.folder else run for run in found]

    def _connect_parts(self) -> None:
        self._loader.loaded.connect(self._on_loaded)
        self._loader.failed.connect(self.data_failed)
        self._watcher.watched.connect(self.watched)
        self._watcher.failed.connect(self._on_watch_failed)
        self._trainer.state_changed.connect(self._on_training_changed)
        self._trainer.phase_changed.connect(self.phase_changed)
        self._trainer.run_changed.connect(self._on_run_changed)
        self._trainer.failed.connect(self.failed)
        self._trainer.noted.connect(self.noted)

    def _asked_step(self) -> int:
        return -1 if self.shown_step is None else self.shown_step

    def _ask(self, request: Callable[[str], Message]) -> Job:
        run = self.run
        if run is None or not (run.checkpoints or run.step):
            failure = Failed(kind="user", message="Nothing is trained yet.", hint="Press Train first.")
            return self.engine.refused(request(""), failure)
        job = self.engine.submit(request(str(run.folder)))
        self.asked.emit(job)
        return job

    def _on_opened(self) -> None:
        self._weights_of = ()
        self.set_probe(0)
        self._loader.choose(self.document.project.data, again=True)
        self._trainer.show(run_folders.newest_of_network(self.document.path, self.document.project))

    def _on_changed(self, _before: Project, after: Project) -> None:
        self._loader.choose(after.data)
        self._follow_work()

    def _on_checked(self, _inference: Inference) -> None:
        self._follow_work()
        self._watch()

    def _follow_work(self) -> None:
        self._care.want_threads(threads.wanted(self.document.project, self.document.inference))

    def _on_file_changed(self) -> None:
        if self.document.path is not None and self.document.is_clean:
            self.settings.add_recent(self.document.path)

    def _on_loaded(self, data: DataLoaded | None) -> None:
        self.document.set_description(data.description if data is not None else None)
        if data is not None:
            self.set_probe(self.probe)
        self.data_changed.emit(data)
        self._watch()

    def _on_run_changed(self, run: RunModel | None) -> None:
        self.show_step(None)
        self.run_changed.emit(run)
        self._watch()

    def _on_training_changed(self, state: str) -> None:
        self.training_changed.emit(state)
        self._watch()

    def _on_watch_failed(self, failure: Failed) -> None:
        self.noted.emit(f"No live view: {failure.message} {failure.hint}".strip(), "warn")

    def _watch(self, delay: int | None = None) -> None:
        if self.training == "starting":
            return  # what is shown changes hands in a moment
        project = self.document.project
        if self.data is None or self.document.inference.problems or not project.graph.nodes:
            self._watcher.want(None, None)
            return
        folder = self._weights_folder()
        names = tuple(name for name in self._weights_of if name in project.graph)
        boundary = self.data.description.kind == "points"
        step = -1 if self.shown_step is None or not folder else self.shown_step
        request = Watch(
            project=project, folder=folder, sample=self.probe, boundary=boundary, weights_of=names, step=step
        )
        key = structure.network(project), project.data, project.seed, folder, self.probe, names, step
        self._watcher.want(request, (*key, self._trainer.starts), delay)

    def _weights_folder(self) -> str:
        """The run's folder where its weights fit the network as it is drawn now; else the network's initial weights."""
        run = self.run
        if run is None or not self._has_weights(run):
            return ""
        fits = structure.network(run.project) == structure.network(self.document.project)
        return str(run.folder) if fits else ""

    def _has_weights(self, run: RunModel) -> bool:
        return bool(run.total_steps or run.checkpoints)
