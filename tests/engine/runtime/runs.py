"""Runs that hold the checkpoints a test needs, whatever the machine's pace."""

from engine.messages import Metrics, Train
from engine.run_folder import RunFolder
from engine.runtime.jobs import Turn
from engine.runtime.shelf import Shelf
from engine.runtime.training.job import TrainingJob


def run_with_checkpoints(project, folder, steps):
    """Train a project to the end of its plan, with checkpoints at these steps as well."""
    job = TrainingJob(Train(project=project, folder=str(folder)), Shelf())
    turns = job.run()
    report = next(turns)
    try:
        while True:
            metrics = [event for event in report.events if isinstance(event, Metrics)]
            if metrics and metrics[-1].first_step + 1 in steps:
                job.keep()
            report = turns.send(Turn(unit="batch"))
    except StopIteration:
        return RunFolder(folder)
