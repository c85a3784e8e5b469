"""Which other trained networks can be asked about the same picture: the user's runs, recorded runs of examples."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from app import run_folders, structure
from app.studio import Studio
from engine.errors import UserError
from engine.examples import EXAMPLES
from engine.layers import LAYERS
from engine.project import Project
from engine.recordings import lent, recording
from engine.run_folder import RunFolder
from engine.shapes import infer

MOST = 6  # runs offered of each project


class Compared(NamedTuple):
    """Another trained network to compare with; its title says whose run it is."""

    title: str
    project: Project
    folder: Path


def find_others(studio: Studio) -> list[Compared]:
    """Return the networks that read the same data in the same shape, those of the other kind first.

    With convolutions and without are the two kinds. Of an example that the user has no run of, its recorded run is
    offered.

    Raises:
        UserError: a recorded run cannot be unpacked.
    """
    seen = studio.seen_project
    found = [other for other in _all(studio) if _reads(other.project) == _reads(seen)]
    own = {other.folder: other for other in found if str(other.folder) != studio.seen_folder}
    return sorted(own.values(), key=lambda other: convolves(other.project) == convolves(seen))


def convolves(project: Project) -> bool:
    """Whether the network has a convolution."""
    return any(node.kind in LAYERS and LAYERS[node.kind].family == "convolution" for node in project.graph.nodes)


def _all(studio: Studio) -> Iterator[Compared]:
    document, seen = studio.document, structure.network(studio.seen_project)
    yield from _runs(document.path, document.project)
    for example in EXAMPLES:
        if _reads(example.project) != _reads(studio.seen_project):
            continue
        runs = list(_runs(None, example.project))
        yield from runs
        if not runs and recording(example.name).is_file() and structure.network(example.project) != seen:
            yield Compared(f"{example.name}, the example's recorded run", example.project, lent(example.name))


def _runs(path: Path | None, project: Project) -> Iterator[Compared]:
    for run in run_folders.folders(path, project)[:MOST]:
        if run.checkpoints():
            name = "the example's recorded run" if run.path.name.endswith("recorded") else f"your run {run.path.name}"
            yield Compared(f"{project.title}, {name}", _trained(run, project), run.path)


def _reads(project: Project) -> object:
    """What a network is fed: the dataset, and the shape of each input."""
    layers = infer(project.graph).layers.values()
    return project.data.dataset, tuple(layer.shape for layer in layers if not layer.inputs)


def _trained(run: RunFolder, project: Project) -> Project:
    """The network of a run; where its file is damaged, the project's own: the engine then says what is wrong."""
    try:
        return run.project()
    except UserError:
        return project
