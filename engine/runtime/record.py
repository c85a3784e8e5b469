"""`python -m engine.runtime.record [NAME...]`: train the examples and write their recorded runs into `resources`.

A recording keeps few checkpoints: float32 weights alone, but for the last one, which has the optimiser's slots where
they fit, so that a training can be resumed or branched from it bit for bit.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import safetensors.numpy

from engine import recordings
from engine.examples import EXAMPLES, FOLDER, load_example
from engine.messages import Metrics, Started, Train
from engine.project import Project
from engine.recordings import INDEX, MAX_BYTES, packed, recording
from engine.run_folder import RunFolder
from engine.runtime.jobs import Turn
from engine.runtime.shelf import Shelf
from engine.runtime.training.checkpoints import SLOTS
from engine.runtime.training.job import TrainingJob
from engine.storage import atomic_write
from engine.tasks import TASKS

LEFT_OUT = frozenset({"mlp"})  # its weights alone are larger than a recording may be
STAMP = "2026-01-01 12.00.00 recorded"
POINTS = 60
MOST, FEWEST = 24, 2  # checkpoints


def record(name: str) -> bytes:
    """Train an example by its own plan; return its recording.

    Raises:
        UserError: it cannot be trained.
        ValueError: not even two checkpoints fit.
    """
    project = load_example(name)
    with tempfile.TemporaryDirectory(prefix="glassbox-record-") as parent:
        folder = Path(parent) / STAMP
        _train(project, folder)
        run = RunFolder(folder)
        wanted = _chosen([manifest.step for manifest in run.checkpoints()], _best(run), MOST)
        for keeps_slots in (True, False):
            for most in range(MOST, FEWEST - 1, -1):
                steps = _chosen(wanted, _best(run), most)
                if keeps_slots and most < 4:
                    break
                data = _thinned(run, Path(parent) / f"{keeps_slots}{most}", steps, keeps_slots)
                if len(data) < MAX_BYTES:
                    return data
    raise ValueError(f"{name}: {FEWEST} checkpoints are larger than {MAX_BYTES:,} bytes")


def _train(project: Project, folder: Path) -> None:
    """Train to the end, with a checkpoint at the end of every epoch."""
    job = TrainingJob(Train(project=project, folder=str(folder)), Shelf())
    turns, started = job.run(), None
    report = next(turns)
    try:
        while True:
            for event in report.events:
                started = event if isinstance(event, Started) else started
                if isinstance(event, Metrics) and started is not None:
                    step = event.first_step + len(event.loss)
                    if step % started.steps_per_epoch == 0 and step < started.total_steps:
                        job.keep()
            report = turns.send(Turn(unit="epoch"))
    except StopIteration:
        return


def _best(run: RunFolder) -> int:
    curve = run.metrics()
    known = curve.validation_loss
    return int(curve.validation_steps[int(np.nanargmin(known))]) if len(known) and np.isfinite(known).any() else 0


def _chosen(steps: Sequence[int], best: int, most: int) -> list[int]:
    """The first, the best and the last step, and others: dense at the start, where most happens."""
    steps = sorted(steps)
    needed = {steps[0], steps[-1]} | ({best} & set(steps) if most > FEWEST else set())
    targets = np.concatenate([np.geomspace(1, steps[-1], most), np.linspace(0, steps[-1], most)])
    ranked = [min(steps, key=lambda step: abs(step - target)) for target in targets[_spread(len(targets))]]
    for step in ranked:
        if len(needed) < most:
            needed.add(step)
    return sorted(needed)


def _spread(count: int) -> list[int]:
    """0 .. count − 1 in an order in which any beginning lies spread over the whole."""
    return sorted(range(count), key=lambda n: int(f"{n:010b}"[::-1], 2))


def _thinned(run: RunFolder, parent: Path, steps: Sequence[int], keeps_slots: bool) -> bytes:
    """A zip of the run with these checkpoints only."""
    thin = RunFolder(parent / STAMP)
    thin.write_project(run.project())
    thin.write_info(run.info())
    atomic_write(thin.path / "metrics.db", (run.path / "metrics.db").read_bytes())
    for manifest in run.checkpoints():
        if manifest.step not in steps:
            continue
        data = run.read_checkpoint(manifest)
        if not (keeps_slots and manifest.step == steps[-1]):
            arrays = safetensors.numpy.load(data)
            data = safetensors.numpy.save({key: arrays[key] for key in arrays if not key.startswith(SLOTS)})
        thin.write_checkpoint(manifest.step, data, manifest.validation_loss)
    return packed(thin.path)


def _entry(name: str, folder: Path) -> dict[str, object]:
    """What a card shows."""
    run = recordings.unpack(name, folder / name)
    assert run is not None
    curve, project = RunFolder(run).metrics(), load_example(name)
    metric = TASKS[project.heads[0].task].metric_name
    return {
        "loss": _means(curve.loss),
        "validation_loss": _means(curve.validation_loss),
        "result": f"val {metric if metric.isupper() else metric.lower()} {curve.validation_metric[-1]:.3f}",
    }


def _means(values: np.ndarray) -> list[float]:
    finite = values[np.isfinite(values)].astype(float)
    return [float(f"{part.mean():.4g}") for part in np.array_split(finite, min(POINTS, len(finite)))]


def main(argv: Sequence[str] | None = None) -> int:
    """Record the examples named, or all that fit, and bring the index in step."""
    known = [example.name for example in EXAMPLES if example.name not in LEFT_OUT and not example.wants]
    parser = argparse.ArgumentParser(prog="python -m engine.runtime.record", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(known)}; all where none is given")
    for name in parser.parse_args(argv).names or known:
        data = record(name)
        atomic_write(recording(name), data)
        print(f"{name}: {len(data):,} bytes")
    with tempfile.TemporaryDirectory(prefix="glassbox-record-") as folder:
        index = {name: _entry(name, Path(folder)) for name in known if recording(name).is_file()}
    atomic_write(FOLDER / INDEX, json.dumps(index).encode())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
