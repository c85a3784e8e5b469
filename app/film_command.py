"""`glassbox film`: a view of See over the checkpoints of a run, or over its own play row, into a GIF or PNG frames."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.explain import VIEWS
from app.shot import Waiting, offscreen_program, size_of
from engine import cli
from engine.errors import UserError
from engine.recordings import run_named

if TYPE_CHECKING:
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QWidget

    from app.program import Program
    from app.workspaces.see import SeeWorkspace

PATIENCE = 600.0  # s for data and frames


def main(argv: Sequence[str]) -> int:
    """Take a film.

    Raises:
        UserError: wrong arguments, no run, or the view has nothing to show of it.
    """
    parser = cli.Parser(prog="glassbox film", description=__doc__)
    parser.add_argument("run", metavar="RUN", help="a run folder, or an example's name for its recorded run")
    views = [entry.id for entry in VIEWS]
    parser.add_argument("--view", required=True, choices=views, metavar="V", help=", ".join(views))
    parser.add_argument("--out", type=Path, required=True, metavar="X.gif", help="a GIF, or a folder for PNG frames")
    parser.add_argument("--layer", default="", metavar="L", help="name of a layer")
    parser.add_argument("--sample", type=cli.at_least(0), default=0, metavar="I")
    parser.add_argument("--play", type=_range, metavar="A-B", help="not the run: these steps of the view's play row")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark")
    parser.add_argument("--size", type=size_of, default=(1200, 800), metavar="1200x800", help="of the window")
    options = parser.parse_args(argv)
    if not options.out.absolute().parent.is_dir():
        raise UserError(f"The folder {options.out.parent} does not exist.", "Give --out a place that exists.")
    if options.out.suffix.lower() not in ("", ".gif"):
        raise UserError(f"{options.out.name!r} is no film.", "End it in .gif, or give a folder for PNG frames.")
    with offscreen_program(options.theme) as program:
        program.window.resize(*options.size)
        frames = _filmed(program, options)
        from app.film import write_film

        write_film(frames, options.out)
    print(f"{options.out}: {len(frames)} frames", file=sys.stderr)
    return 0


def _filmed(program: "Program", options: argparse.Namespace) -> "list[tuple[int, QImage]]":
    from app.film import Film, film_steps
    from app.run_model import RunModel

    studio, run = program.studio, RunModel.load(run_named(options.run))
    studio.document.open_project(run.project)
    studio.show_run(run)
    problems: list[str] = []
    studio.data_failed.connect(lambda failed: problems.append(f"{failed.message} {failed.hint}"))
    studio.engine.start()
    wait = Waiting(time.monotonic() + PATIENCE, problems, lambda: studio.engine.state)
    wait.for_("the data", lambda: studio.data is not None)
    studio.set_probe(options.sample)
    see, view = _view(program, options)
    if options.play is not None:
        wait.for_("the view", lambda: see.settled_step >= 0)
        return _played(view, options.play, wait)
    taken: list[list[tuple[int, QImage]]] = []
    film = Film(see, view, studio)
    film.finished.connect(taken.append)
    film.failed.connect(problems.append)
    film.start(film_steps(run))
    wait.for_("the frames", lambda: bool(taken))
    return taken[0]


def _played(view: "QWidget", steps: range, wait: Waiting) -> "list[tuple[int, QImage]]":
    """A frame of each of these steps of the play row.

    Raises:
        UserError: the view has none, or not so many.
    """
    from app.explain.player import Player
    from app.film import FIRST_REST, REST, picture_of

    player = view.findChild(Player)
    if not isinstance(player, Player):
        raise UserError("This view has no play row.", "Leave --play away to film the run's checkpoints.")
    if steps[-1] >= player.count:
        raise UserError(f"The play row has no step {steps[-1]}.", f"Its steps are 0 to {player.count - 1}.")
    frames: list[tuple[int, QImage]] = []
    for step in steps:
        player.go(step)
        until = time.monotonic() + (REST if frames else FIRST_REST) / 1000
        wait.for_("the picture", lambda until=until: time.monotonic() >= until)  # type: ignore[misc]
        frames.append((step, picture_of(view)))
    return frames


def _range(text: str) -> range:
    """Read "4-27".

    Raises:
        ArgumentTypeError: it is no range.
    """
    first, _, last = text.partition("-")
    if not (first.isdecimal() and last.isdecimal() and int(first) <= int(last)):
        raise argparse.ArgumentTypeError(f"{text!r} found, expected the first and the last step, e.g. 4-27")
    return range(int(first), int(last) + 1)


def _view(program: "Program", options: argparse.Namespace) -> "tuple[SeeWorkspace, QWidget]":
    """Show the view that is filmed.

    Raises:
        UserError: it has nothing to show of this network.
    """
    from app.workspaces.see import SeeWorkspace

    see = program.window.show_view("see")
    assert isinstance(see, SeeWorkspace)
    program.window.show()
    see.show_view(options.view)
    if options.layer:
        see.choose_layer(options.layer)
    if see.content.is_empty or see.current is None:
        heading, sentence = see.content.empty.texts
        raise UserError(f"{heading}: {sentence}", "Choose another view, or another run.")
    return see, see.current
