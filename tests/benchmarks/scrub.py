"""From the playhead to the weights of any checkpoint: new thumbnails and the new prediction on screen."""

import random
import time

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from app.program import Program
from engine.examples import load_example
from engine.recordings import unpack
from engine.run_folder import runs_folder
from tests.benchmarks.open_window import open_window, turn
from tests.benchmarks.row import Row, percentile

TRIES = 120
WANTED = 100.0
REST = 0.06  # s between two scrubs, so that none waits for the pace of the one before


class Paints(QObject):
    """Counts the paints of some widgets."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self._widgets = widgets
        self._painted: set[QWidget] = set()
        for widget in widgets:
            widget.installEventFilter(self)

    def forget(self) -> None:
        """Count anew."""
        self._painted.clear()

    @property
    def are_all(self) -> bool:
        """Whether every widget was painted since."""
        return len(self._painted) == len(self._widgets)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note a paint."""
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            self._painted.add(watched)
        return False


def measure() -> list[Row]:
    """Scrub through the recorded run of the default example, in a random order."""
    project = load_example("digits")
    assert unpack("digits", runs_folder(None, project.title)) is not None, "the default example has no recorded run"
    with open_window(project, "build") as program:
        moments = _scrubbed(program)
    note = f"{TRIES} tries, median {percentile(moments, 0.5):.0f} ms, longest {max(moments):.0f} ms"
    name = "scrub to any checkpoint: thumbnails and prediction on screen, 95th percentile"
    return [Row(name, percentile(moments, 0.95), "ms", WANTED, "below", note=note)]


def _scrubbed(program: Program) -> list[float]:
    studio, build = program.studio, program.window.workspace("build")
    assert studio.run is not None
    steps, chance = studio.run.checkpoints[:-1], random.Random(0)  # the last one is the newest: no scrub
    paints = Paints(build.view.viewport(), build.probe_bar)
    found = []
    for _ in range(TRIES):
        step = chance.choice([other for other in steps if other != studio.shown_step])
        found.append(_scrub(program, paints, step))
        turn(REST)
    return found


def _scrub(program: Program, paints: Paints, step: int) -> float:
    """Milliseconds until everything that shows this step has been painted."""
    studio, build = program.studio, program.window.workspace("build")
    began = time.perf_counter()
    program.window.transport.timeline.scrubbed.emit(step)
    while studio.watched_now is None or studio.watched_now.step != step or build.canvas._has_news:
        QApplication.processEvents()
    while build.canvas._to_show:
        QApplication.processEvents()
    paints.forget()
    build.view.viewport().update()
    build.probe_bar.update()
    while not paints.are_all:
        QApplication.processEvents()
    return 1000 * (time.perf_counter() - began)
