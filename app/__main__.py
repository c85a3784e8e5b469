"""The program `glassbox`: opens the window, or hands a subcommand to the engine's command line, without Qt."""

import importlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from engine import cli
from engine.errors import UserError
from engine.printing import held_stderr
from engine.project import SUFFIX

USAGE = f"""usage: glassbox [FILE{SUFFIX}]
       glassbox COMMAND ...

Without a command the window opens, with FILE where one is given.

commands:
  examples [--json]                                  list the examples
  describe P [--json]                                layers, shapes and parameters
  train P [--epochs N] [--seed S] [--out DIR] [--json]
  evaluate RUN [--json]                              measure a run on the test part
  predict RUN FILE... [--json]                       run a trained network on files
  export RUN --format keras|script --out PATH [--json]
  descend SURFACE --optimizer O --learning-rate R --start X,Y --steps N [--json]
  style CONTENT STYLE... --out X.png [--steps N] [--size S] [--backend auto|vgg19|random] [--json]
  nms FILE.json [--iou I] [--score S] [--across-classes] [--json]
  explain WHAT RUN [--layer L] [--sample I | --image F] [--step N] [--class C] [--json] [--out X.png]
  film RUN --view V --out X.gif [--play A-B]         a view of See over the run, or over its own steps
  doctor [--json]                                    what this machine has
  shot WORKSPACE --out X.png [--theme dark|light] [--size 1440x900] [--project P] [--train STEPS]
  lab [--json]                                       list the lessons of the Lab
  lab NAME --out X.png|X.gif [--state S.json] [--at T] [--every STEPS] [--theme dark|light] [--size 960x640]

P is a project file or an example's name; RUN is a run folder.
glassbox COMMAND --help says more."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program.

    Returns:
        0 done, 1 a bug, 2 the user's mistake, 130 interrupted.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    first = words[0] if words else ""
    if first in ("-h", "--help"):
        print(USAGE)
        return 0
    if first == "--version":
        from engine.doctor import APP, version

        print(f"glassbox {version(APP) or 'not installed'}")
        return 0
    if first in cli.COMMANDS:
        return cli.main(words, _heavy)
    if first == "explain":
        return cli.guarded(lambda: int(importlib.import_module("app.explain_command").main(words[1:])))
    if first == "film":
        return cli.guarded(lambda: int(importlib.import_module("app.film_command").main(words[1:])))
    if first == "shot":
        return cli.guarded(lambda: int(importlib.import_module("app.shot").main(words[1:])))
    if first == "lab":
        return cli.guarded(lambda: int(importlib.import_module("app.lab.command").main(words[1:])))
    return cli.guarded(lambda: _window(words))


def _heavy(name: str) -> Callable[..., dict[str, Any]]:
    """The function of a command that needs TensorFlow, which must not be imported by anything the window imports."""
    with held_stderr():
        module = importlib.import_module("engine.runtime.commands")
    function: Callable[..., dict[str, Any]] = getattr(module, name)
    return function


def _window(words: Sequence[str]) -> int:
    project = _project(words)
    _require_display()
    from app.window_process import run

    return run(project)


def _project(words: Sequence[str]) -> Path | None:
    """The project file on the command line.

    Raises:
        UserError: more than one word, an unknown option, or a file that does not exist.
    """
    if not words:
        return None
    if len(words) > 1 or words[0].startswith("-"):
        raise UserError(f"{' '.join(words)!r} is no command.", "Type glassbox --help.")
    path = Path(words[0])
    if not path.exists():
        commands = ", ".join((*cli.COMMANDS, "explain", "film", "shot", "lab"))
        raise UserError(f"{words[0]!r} is neither a file nor a command.", f"Commands: {commands}.", where=words[0])
    return path


def _require_display() -> None:
    """Say what is missing instead of letting Qt abort the process.

    Raises:
        UserError: there is no display, or system libraries of Qt are missing.
    """
    if not sys.platform.startswith("linux"):
        return
    from engine import system_libraries

    offscreen = os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] in ("offscreen", "minimal", "vnc")
    if not (offscreen or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise UserError(
            "There is no display to open a window on (DISPLAY and WAYLAND_DISPLAY are not set).",
            "Use the commands without a window (glassbox --help), or a virtual screen: xvfb-run glassbox.",
        )
    missing = system_libraries.missing("offscreen" if offscreen else "window")
    if missing:
        raise UserError(system_libraries.advice(missing))


if __name__ == "__main__":
    sys.exit(main())
