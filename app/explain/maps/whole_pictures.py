"""Which picture is explained: the sample, or one of the whole pictures that the samples are parts of."""

from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.theme import Look
from app.widgets.segmented import Segmented
from engine.datasets import DATASETS
from engine.explain.averaged_head import takes_any_size
from engine.project import Project
from engine.shapes import infer

SAMPLE = ""


class WholePictures(Segmented):
    """Offers whole pictures where the data have them and the network takes any size; the first is chosen then."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__([], look, parent)
        self._paths: dict[str, Path] = {}
        self._project: Project | None = None
        self.setAccessibleName("Whole picture")
        self.hide()

    @property
    def path(self) -> Path | None:
        """The whole picture chosen; None for the sample."""
        return self._paths.get(self.value)

    @property
    def is_offered(self) -> bool:
        """Whether there are any."""
        return bool(self._paths)

    def offer(self, project: Project) -> bool:
        """Offer those of a project; says whether that changed anything."""
        if project is self._project:
            return False
        self._project = project
        dataset = DATASETS.get(project.data.dataset)
        paths = dataset.pictures() if dataset is not None else ()
        takes_them = bool(paths) and takes_any_size(project, infer(project.graph))
        found = {path.name: path for path in paths} if takes_them else {}
        if found == self._paths:
            return False
        self._paths = found
        self.set_options([*((name, name) for name in found), (SAMPLE, "Sample")] if found else [])
        self.set_value(next(iter(found), SAMPLE))
        return True
