"""A whole training, for what is measured of trained networks."""

from engine.messages import Train
from engine.project import Project
from engine.runtime.shelf import Shelf
from engine.runtime.training.job import TrainingJob
from tests.benchmarks.sides import TURN


def trained(project: Project, folder: str) -> Shelf:
    """Train a project to its end; the shelf keeps its data."""
    shelf = Shelf()
    job = TrainingJob(Train(project=project, folder=folder), shelf).run()
    next(job)
    try:
        while True:
            job.send(TURN)
    except StopIteration:
        return shelf
