"""`glassbox lab`: lists the lessons, or draws one: at a moment into a PNG, all of it into a GIF; only that needs Qt."""

import argparse
import json
import math
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.lab import BY_ID
from engine import cli
from engine.errors import UserError
from engine.lab import FOLDER, Shelf, read_shelf
from engine.lab.lesson import Lesson
from engine.printing import plain, print_result, print_table
from engine.storage import atomic_write

if TYPE_CHECKING:
    from app.lab.stage import Stage

SIZES = ((320, 240), (7680, 4320))
LARGEST = 1 << 20  # bytes of a state's file
FRAMES = 60  # of a GIF, unless it is said how many steps lie between two
BEGIN, BETWEEN, END = 500, 90, 2500  # ms that the first frame stays, one of the others, the last


def main(argv: Sequence[str]) -> int:
    """List the lessons, or draw one.

    Raises:
        UserError: wrong arguments, an unknown lesson, a bad state or file, or the disk refuses.
    """
    options = _parser().parse_args(argv)
    shelf = read_shelf(FOLDER, BY_ID)
    if not options.name:
        return _list(shelf, as_json=options.json)
    if options.out is None:
        raise UserError("There is no --out.", f"Type glassbox lab {options.name[:40]} --out X.png.")
    lesson = shelf.find(options.name)
    state = _read_state(options.state) if options.state is not None else None
    data = _drawn(lesson, state, options)
    atomic_write(options.out, data)
    print(f"{options.out}: {options.size[0]}×{options.size[1]}, {options.theme}", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = cli.Parser(prog="glassbox lab", description=__doc__)
    parser.add_argument("name", metavar="NAME", nargs="?", default="", help="a lesson, to draw it")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument("--out", type=Path, metavar="X.png|X.gif")
    parser.add_argument("--state", metavar="S.json|{...}", help="settings of the stage, over the lesson's own")
    parser.add_argument("--at", type=float, default=None, metavar="T", help="steps from the beginning; of a PNG")
    parser.add_argument("--every", type=cli.at_least(1), metavar="STEPS", help="between two frames of a GIF")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark")
    parser.add_argument("--size", type=_size, default=(960, 640), metavar="960x640")
    return parser


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    (least_w, least_h), (most_w, most_h) = SIZES
    if not (width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is no size; expected e.g. 960x640")
    found = int(width), int(height)
    if not (least_w <= found[0] <= most_w and least_h <= found[1] <= most_h):
        raise argparse.ArgumentTypeError(f"{text} found, expected {least_w}x{least_h} to {most_w}x{most_h}")
    return found


def _list(shelf: Shelf, *, as_json: bool) -> int:
    rows = [
        {"number": lesson.number, "name": lesson.name, "title": lesson.title, "stage": lesson.stage}
        for lesson in shelf.lessons
    ]
    problems = [{"where": error.where, "message": error.message, "hint": error.hint} for error in shelf.problems]
    print_result({"lessons": rows, "problems": problems}, as_json=as_json, human=lambda: print_table(rows))
    for error in shelf.problems:
        print(plain(f"glassbox: {error.where}: {error}"), file=sys.stderr)
    return 2 if shelf.problems else 0


def _read_state(text: str) -> Mapping[str, Any]:
    """Read a state: JSON itself, or the name of a file that holds it.

    Raises:
        UserError: the file cannot be read, or there is no JSON object.
    """
    where = "--state" if text.lstrip().startswith("{") else text
    try:
        found = json.loads(text if where == "--state" else Path(text).read_bytes()[: LARGEST + 1].decode("utf-8"))
    except OSError as error:
        raise UserError(f"{where} cannot be read: {error.strerror}.", "Check the path.", where=where) from error
    except ValueError as error:
        raise UserError(f"{where} is no JSON: {error}.", 'E.g. {"w": [1, 2]}.', where=where) from None
    if not isinstance(found, dict):
        raise UserError(f"{where} holds {type(found).__name__}, expected an object.", 'E.g. {"w": [1, 2]}.')
    return found


def _drawn(lesson: Lesson, state: Mapping[str, Any] | None, options: argparse.Namespace) -> bytes:
    """The stage as PNG, or its whole time as GIF.

    Raises:
        UserError: the state does not suit the stage, or the time is not there.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from engine import system_libraries

    missing = system_libraries.missing("offscreen")
    if missing:
        raise UserError(system_libraries.advice(missing))
    from app.shot import png, silence_the_platform
    from app.theme import Look
    from app.window_process import application
    from app.workspaces.lab import make_stage

    application()
    silence_the_platform()
    stage = make_stage(lesson, Look(options.theme), None)
    if state is not None:
        stage.set_state({**lesson.state, **state})
    stage.resize(*options.size)
    if options.out.suffix.lower() == ".gif":
        return _played(stage, options)
    at = 0.0 if options.at is None else options.at
    if not 0 <= at <= stage.length:
        raise UserError(f"--at {at:g} is not there.", f"This stage has 0 to {stage.length:g} steps.")
    stage.draw_at(at)
    return png(stage.grab())


def _played(stage: "Stage", options: argparse.Namespace) -> bytes:
    """A stage from its first step to its last.

    Raises:
        UserError: nothing moves on it, or one moment is asked for.
    """
    from app.gif import gif

    if options.at is not None:
        raise UserError("A GIF shows a stage from its first step to its last.", "Leave --at away, or write a PNG.")
    last = math.floor(stage.length)
    if not last:
        raise UserError("Nothing moves on this stage.", "Write a PNG.")
    every = options.every or math.ceil(last / FRAMES)
    frames = []
    for at in [*range(0, last, every), last]:
        stage.draw_at(float(at))
        frames.append(stage.grab().toImage())
    return gif(frames, [BEGIN, *[BETWEEN] * (len(frames) - 2), END])
