"""The default example over five seeds: accuracy on its test part, and the time a training takes."""

import tempfile
import time
from pathlib import Path
from statistics import mean

from engine.examples import load_example
from engine.messages import Train
from engine.run_folder import RunFolder
from engine.runtime.asking import measure as measure_part
from engine.runtime.shelf import Shelf, UsedNetwork
from engine.runtime.training.job import TrainingJob
from tests.benchmarks.row import Row
from tests.benchmarks.sides import TURN

SEEDS = range(5)


def measure() -> list[Row]:
    """Train five times."""
    found = [_trained(seed) for seed in SEEDS]
    accuracies, seconds = [accuracy for accuracy, _ in found], [spent for _, spent in found]
    each = ", ".join(f"{accuracy:.3f}" for accuracy in accuracies)
    times = ", ".join(f"{spent:.1f}" for spent in seconds)
    return [
        Row("digits, mean test accuracy of five seeds", mean(accuracies), "", 0.97, note=each),
        Row("digits, longest training of five", max(seconds), "s", 60.0, "below", note=f"{times}; compiling included"),
    ]


def _trained(seed: int) -> tuple[float, float]:
    """Return accuracy on the test part, and seconds of training with compiling and writing."""
    project, shelf = load_example("digits").replace(seed=seed), Shelf()
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        job = TrainingJob(Train(project=project, folder=folder), shelf).run()
        next(job)
        try:
            while True:
                job.send(TURN)
        except StopIteration:
            seconds = time.perf_counter() - began
        trainer = shelf.live
        assert trainer is not None and trainer.step == trainer.total_steps
        used = UsedNetwork(project, RunFolder(Path(folder)).info(), trainer.network, trainer.step)
        return measure_part(used, trainer.data, "test").values["accuracy"], seconds
