"""The commands of the command line that need TensorFlow: the same functions the window's engine uses."""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from engine.curves import write_curves
from engine.datasets.choice import load
from engine.errors import UserError
from engine.messages import Export, Exported, Message, Metrics, Phase, Train
from engine.printing import plain
from engine.project import Project
from engine.run_folder import RunFolder, new_run_path, runs_folder
from engine.runtime.asking import measure, pictures_for
from engine.runtime.device import device_name
from engine.runtime.exporting import export_run
from engine.runtime.jobs import Cancelled, Job, Turn
from engine.runtime.shelf import Shelf, UsedNetwork, load_network
from engine.runtime.training.job import TrainingJob
from engine.storage import make_folder

TURN = Turn(seconds=0.2)


def train(project: Project, options: argparse.Namespace) -> dict[str, Any]:
    """Train a project into a run folder, then evaluate its test part once.

    Raises:
        UserError: the project, its data or the folder are wrong.
    """
    if options.epochs is not None:
        project = project.replace(plan=msgspec.structs.replace(project.plan, epochs=options.epochs))
    if options.seed is not None:
        project = project.replace(seed=options.seed)
    folder = options.out or new_run_path(_runs_of(options.project, project))
    folder = make_folder(Path(folder).absolute())
    if any(folder.iterdir()):
        raise UserError(f"{folder} is not empty.", "Give --out a new or empty folder.")
    shelf = Shelf()
    result = _with_progress(TrainingJob(Train(project=project, folder=str(folder)), shelf).run())
    summary = _summary(shelf, folder, result)
    if options.export:
        summary["files"] = _exported(folder)
    return summary


def evaluate(options: argparse.Namespace) -> dict[str, Any]:
    """Measure a run on the test part.

    Raises:
        UserError: the folder holds no run, or its data are gone.
    """
    run = RunFolder(options.run.absolute())
    used = load_network(run)
    data = load(used.project.data)
    found = measure(used, data, "test" if len(data.indices("test")) else "validation")
    result = {"split": found.split, "step": found.step, "samples": len(found.indices), **_rounded(found.values)}
    if found.confusion.size:
        result["confusion"] = found.confusion.tolist()
        result["class_names"] = list(used.info.class_names)
    return result


def predict(options: argparse.Namespace) -> dict[str, Any]:
    """Run a trained network on files.

    Raises:
        UserError: no file could be read.
    """
    used = load_network(RunFolder(options.run.absolute()))
    x, names, problems = _inputs(used, tuple(str(path) for path in options.files))
    _warn(problems)
    outputs = used.answer(x)
    return {"predictions": [_prediction(used, n, out) for n, out in zip(names, outputs, strict=True)]}


def export(options: argparse.Namespace) -> dict[str, Any]:
    """Write a run in another format, and prove it.

    Raises:
        UserError: the target is wrong, or the proof failed.
    """
    request = Export(folder=str(options.run.absolute()), format=options.format, path=str(options.out.absolute()))
    exported = next(event for event in events_of(export_run(request, Shelf())) if isinstance(event, Exported))
    return {
        "path": exported.path,
        "format": exported.format,
        "max_difference": exported.max_difference,
        "samples": exported.samples,
        "bytes": exported.size,
    }


def style(options: argparse.Namespace) -> dict[str, Any]:
    """Paint one image in the style of others.

    Raises:
        UserError: an argument, a picture or the weights cannot be used.
    """
    from engine.runtime.vision.style.command import run

    return run(options, driven)


def _exported(folder: Path) -> list[str]:
    """Write the model, the metrics and a picture of the curves into a run folder; return their paths."""
    model = folder / "model.keras"
    events_of(export_run(Export(folder=str(folder), format="keras", path=str(model)), Shelf()))
    return [str(model), *(str(path) for path in write_curves(RunFolder(folder)))]


def _runs_of(given: str, project: Project) -> Path:
    path = Path(given)
    return make_folder(runs_folder(path.absolute() if path.is_file() else None, project.title))


def _with_progress(job: Job) -> dict[str, Any]:
    """Give a training its turns, drawing a bar on stderr; an interrupt ends it with its last words."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=False) as bar:
        task = bar.add_task("starting", total=None)

        def show(event: Message) -> None:
            if isinstance(event, Phase) and event.text:
                bar.update(task, description=event.text)
            elif isinstance(event, Metrics) and len(event.loss):
                bar.update(task, completed=event.first_step + len(event.loss), description=f"loss {event.loss[-1]:.4f}")
            elif hasattr(event, "total_steps"):
                bar.update(task, total=event.total_steps)

        return driven(job, show)


def driven(job: Job, show: Any) -> dict[str, Any]:
    """Run a job to its end, giving its events to `show`; an interrupt ends it with its last words.

    Raises:
        KeyboardInterrupt: it was interrupted.
    """
    interrupted: list[bool] = []
    before = signal.signal(signal.SIGINT, lambda *_: interrupted.append(True))
    try:
        report = next(job)
        while True:
            for event in report.events:
                show(event)
            report = job.throw(Cancelled()) if interrupted else job.send(TURN)
    except StopIteration as stop:
        return dict(stop.value or {})
    except Cancelled:
        raise KeyboardInterrupt from None
    finally:
        signal.signal(signal.SIGINT, before)


def events_of(job: Job) -> list[Message]:
    """Run a job to its end; return all it said."""
    events: list[Message] = []
    driven(job, events.append)
    return events


def _summary(shelf: Shelf, folder: Path, result: dict[str, Any]) -> dict[str, Any]:
    trainer = shelf.live
    assert trainer is not None
    _warn(trainer.data.samples.problems)
    run = RunFolder(folder)
    used = UsedNetwork(trainer.project, run.info(), trainer.network, trainer.step)
    parts = {
        name: _rounded(measure(used, trainer.data, name).values)
        for name in ("train", "validation", "test")
        if len(trainer.data.indices(name))
    }
    if "test" in parts:
        info = run.info()
        run.write_info(msgspec.structs.replace(info, test_evaluations=info.test_evaluations + 1))
    return {
        "epochs": trainer.step // trainer.steps_per_epoch,
        "steps": trainer.step,
        **parts,
        "total_params": used.network.inference.num_params,
        "samples_per_second": round(result["samples_per_second"], 1),
        "device": device_name(),
        "run": str(folder),
    }


def _warn(problems: Sequence[str]) -> None:
    """Say on stderr what was left out or looks wrong."""
    for problem in problems:
        print(plain(f"glassbox: {problem}"), file=sys.stderr)


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 6) for name, value in values.items()}


def _inputs(used: UsedNetwork, paths: tuple[str, ...]) -> tuple[np.ndarray, tuple[str, ...], tuple[str, ...]]:
    if len(used.info.input_shape) == 3:
        return pictures_for(used, paths)
    from engine.runtime.rows import rows_of

    return rows_of(used, paths)


def _prediction(used: UsedNetwork, name: str, outputs: np.ndarray) -> dict[str, Any]:
    names = used.info.class_names
    if not names:
        return {"file": name, "value": float(outputs[0])}
    probabilities = [1 - float(outputs[0]), float(outputs[0])] if len(outputs) == 1 else [float(p) for p in outputs]
    best = int(np.argmax(probabilities))
    shown = {label: round(p, 6) for label, p in zip(names, probabilities, strict=False)}
    return {"file": name, "class": names[best], "probability": round(probabilities[best], 6), "probabilities": shown}
