"""The window's way to what can be said about a project at once: shapes, sizes and problems, without the engine."""

from engine import shapes
from engine.datasets.spec import Description
from engine.project import Project
from engine.shapes import Inference


def infer(project: Project, description: Description | None) -> Inference:
    """Work the project's graph through, and check it against the data where they are known."""
    return shapes.infer(project.graph)
