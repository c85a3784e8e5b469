"""`glassbox shot`: the real window, rendered off screen into a PNG; the pictures of the README come from it."""

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.explain import VIEWS as SEE
from engine import cli
from engine.datasets.choice import wanted
from engine.errors import UserError
from engine.storage import atomic_write

if TYPE_CHECKING:
    from app.program import Program
    from app.run_model import RunModel

VIEWS = {name: name for name in ("home", "build", "data", "see", "lab", "use")} | {"train": "train_view"}
SIZES = ((1120, 640), (7680, 4320))
PATIENCE = 120.0  # s for the engine to answer
PER_STEP = 0.2  # s more for each step of training
SETTLE = 0.6  # s for pictures and animations to come to rest
PICTURES = 0.4
VIEW_PATIENCE = 20.0  # s for a view of See


@dataclass(frozen=True)
class Shot:
    """What is wanted.

    Args:
        view: id of the view.
        size: of the window, px.
        project: a file, or an example's name; empty for none (Home) or the default example.
        steps: of training before the picture is taken.
        tab: id of the view of See; empty for its first.
    """

    view: str
    out: Path
    theme: str
    size: tuple[int, int]
    project: str
    steps: int
    tab: str = ""


def main(argv: Sequence[str]) -> int:
    """Take one picture.

    Raises:
        UserError: wrong arguments, a bad project, the engine fails or does not answer in time, or the disk refuses.
    """
    shot = _parsed(argv)
    project = cli.find_project(shot.project) if shot.project else None
    with offscreen_program(shot.theme) as program:
        program.window.resize(*shot.size)
        if project is not None or shot.view != "home":
            from engine.examples import load_example

            program.studio.document.open_project(project or load_example("digits"))
        data = _take(program, shot)
    atomic_write(shot.out, data)
    print(f"{shot.out}: {shot.size[0]}×{shot.size[1]}, {shot.theme}", file=sys.stderr)
    return 0


@contextmanager
def offscreen_program(theme: str) -> "Iterator[Program]":
    """The whole program without a screen, its settings and runs in a folder that goes away with it.

    Raises:
        UserError: system libraries of Qt are missing.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from engine import system_libraries

    missing = system_libraries.missing("offscreen")
    if missing:
        raise UserError(system_libraries.advice(missing))
    with tempfile.TemporaryDirectory(prefix="glassbox-shot-") as folder:
        # runs and settings of a picture are nobody's: they must not appear among the user's
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
            os.environ[name] = folder
        from app.program import assemble
        from app.settings import Settings
        from app.window_process import application

        application()
        silence_the_platform()
        program = assemble(Settings(Path(folder) / "settings.ini"), theme=theme, recover=False)
        try:
            yield program
        finally:
            program.studio.engine.close()
            program.studio.document.close()


def _parsed(argv: Sequence[str]) -> Shot:
    parser = cli.Parser(prog="glassbox shot", description=__doc__)
    parser.add_argument("workspace", metavar="WORKSPACE", choices=tuple(VIEWS), help=", ".join(VIEWS))
    parser.add_argument("--out", type=Path, required=True, metavar="X.png")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark")
    parser.add_argument("--size", type=size_of, default=(1440, 900), metavar="1440x900")
    parser.add_argument("--project", default="", metavar="P", help="a project file, or an example's name")
    parser.add_argument("--train", type=cli.at_least(0), default=0, metavar="STEPS", help="train so many steps first")
    parser.add_argument("--view", default="", metavar="ID", choices=[entry.id for entry in SEE], help="the view of See")
    found = parser.parse_args(argv)
    if not found.out.parent.is_dir():
        raise UserError(f"The folder {found.out.parent} does not exist.", "Give --out a place that exists.")
    return Shot(VIEWS[found.workspace], found.out, found.theme, found.size, found.project, found.train, found.view)


def size_of(text: str) -> tuple[int, int]:
    """Read the size of a window, e.g. "1440x900".

    Raises:
        ArgumentTypeError: it is none, or too small or large.
    """
    matched = re.fullmatch(r"(\d{3,4})x(\d{3,4})", text)
    if not matched:
        raise argparse.ArgumentTypeError(f"{text!r} found, expected WIDTHxHEIGHT such as 1440x900")
    width, height = int(matched[1]), int(matched[2])
    (low_w, low_h), (high_w, high_h) = SIZES
    if not (low_w <= width <= high_w and low_h <= height <= high_h):
        raise argparse.ArgumentTypeError(f"{text} found, expected {low_w}x{low_h} to {high_w}x{high_h}")
    return width, height


def _take(program: "Program", shot: Shot) -> bytes:
    """Show the view, wait until it has what it shows, and return the PNG."""
    window = program.window
    shown = window.show_view(shot.view)
    window.show()
    needs_engine = shot.view in ("build", "data", "train_view", "see", "use") or shot.steps > 0
    if needs_engine:
        _wait_for_answers(program, shot)
    if shot.view == "see":
        _wait_for_view(shown, shot.tab)
    _settle(PICTURES if not needs_engine else SETTLE)
    return png(window.grab())


def _wait_for_answers(program: "Program", shot: Shot) -> None:
    studio = program.studio
    if wanted(studio.document.project.data):
        return  # no answer comes before the user has chosen the data
    problems: list[str] = []
    studio.data_failed.connect(lambda failed: problems.append(f"{failed.message} {failed.hint}"))
    studio.failed.connect(lambda failed: problems.append(f"{failed.message} {failed.hint}"))
    studio.engine.start()
    until = time.monotonic() + PATIENCE + PER_STEP * shot.steps
    wait = Waiting(until, problems, lambda: studio.engine.state)
    wait.for_("the data", lambda: studio.data is not None)
    if shot.steps:
        _train(program, shot.steps, wait)
    if not studio.document.inference.problems:
        step = studio.run.step if studio.run is not None else 0
        wait.for_("the activations", lambda: studio.watched_now is not None and studio.watched_now.step >= step)


def _wait_for_view(see: object, tab: str) -> None:
    """Show a view of See and wait until it has settled; one that only has a sentence to say never does."""
    from app.workspaces.see import SeeWorkspace

    assert isinstance(see, SeeWorkspace)
    settled: list[int] = []
    see.settled.connect(settled.append)
    if tab:
        see.show_view(tab)
    until = time.monotonic() + VIEW_PATIENCE
    while not settled and not see.content.is_empty and time.monotonic() < until:
        _settle(0.05)


def _train(program: "Program", steps: int, wait: "Waiting") -> None:
    """Train exactly `steps` steps, or to the end of the plan, and stay paused there."""
    studio = program.studio
    studio.step("batch")
    wait.for_("the first step", lambda: studio.run is not None and studio.run.step >= 1)
    run = studio.run
    assert run is not None
    last = min(steps, run.total_steps)
    while run.step < last:
        to_epoch = run.steps_per_epoch - run.step % run.steps_per_epoch
        aim = run.step + (to_epoch if to_epoch <= last - run.step else 1)
        studio.step("batch" if aim == run.step + 1 else "epoch")
        wait.for_(f"step {aim:,}", partial(_has_done, run, aim))
    wait.for_("the pause", lambda: studio.training in ("paused", "finished", "failed"))


def _has_done(run: "RunModel", step: int) -> bool:
    return run.step >= step


class Waiting:
    """Waits for one thing after the other, all before one moment.

    Args:
        until: of the monotonic clock.
        problems: what went wrong meanwhile; ends the waiting.
        state: says the engine's state.
    """

    def __init__(self, until: float, problems: list[str], state: Callable[[], str]) -> None:
        self._until, self._problems, self._state = until, problems, state

    def for_(self, what: str, is_there: Callable[[], bool]) -> None:
        """Wait until `is_there`.

        Raises:
            UserError: something failed, or time is up.
        """
        from PySide6.QtCore import QCoreApplication, QEventLoop

        while not is_there():
            if self._problems:
                raise UserError(self._problems[0].strip(), "Open the project in the window to see more.")
            if self._state() == "down":
                raise UserError("The engine does not start.", "Type glassbox doctor to see why.")
            if time.monotonic() > self._until:
                raise UserError(
                    f"The picture was not taken: waited {PATIENCE:.0f} s for {what}; the engine is {self._state()}.",
                    "Try again when the machine is less busy, or with fewer --train steps.",
                )
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
            time.sleep(0.005)


def silence_the_platform() -> None:
    """The off-screen platform complains on stderr about every minimum size it is told; nothing is wrong."""
    from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

    def tell(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if "propagateSizeHints" not in text:
            print(text, file=sys.stderr)

    qInstallMessageHandler(tell)


def _settle(seconds: float) -> None:
    from PySide6.QtCore import QCoreApplication, QEventLoop

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        time.sleep(0.005)


def png(picture: object) -> bytes:
    """Return a picture of the screen as PNG."""
    from PySide6.QtGui import QPixmap

    from app.images import png_bytes

    assert isinstance(picture, QPixmap)
    return png_bytes(picture.toImage())
