"""The command line without a window: arguments, exit codes, and the commands that need no TensorFlow."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from engine.descend import add_arguments as add_descend_arguments
from engine.descend import joined
from engine.descend import run as run_descend
from engine.errors import UserError
from engine.nms_command import add_arguments as add_nms_arguments
from engine.nms_command import run as run_nms
from engine.printing import plain, print_result, print_table, print_values
from engine.project import SUFFIX, Project, read
from engine.style.arguments import add_arguments as add_style_arguments

COMMANDS = ("examples", "describe", "train", "evaluate", "predict", "export", "descend", "nms", "style", "doctor")
Heavy = Callable[[str], Callable[..., dict[str, Any]]]


class Parser(argparse.ArgumentParser):
    """Wrong arguments are the user's mistake like any other: one sentence and a hint."""

    def error(self, message: str) -> NoReturn:
        """Refuse the arguments.

        Raises:
            UserError: always.
        """
        raise UserError(f"{message[:1].upper()}{message[1:].rstrip('.')}.", f"Type {self.prog} --help.")


def parser() -> argparse.ArgumentParser:
    """The arguments of every command."""
    top = Parser(prog="glassbox", description="Neural networks you can see through.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    add = commands.add_parser
    _json(add("examples", help="list the examples"))
    describe = _json(add("describe", help="layers, shapes and parameters of a project"))
    describe.add_argument("project", metavar="P", help="a project file, or an example's name")
    train = _json(add("train", help="train a project, then evaluate its test part once"))
    train.add_argument("project", metavar="P", help="a project file, or an example's name")
    train.add_argument("--epochs", type=at_least(1), help="passes over the training part")
    train.add_argument("--seed", type=at_least(0), help="of the weights, the order of the data and dropout")
    train.add_argument("--out", type=Path, metavar="DIR", help="the run folder")
    train.add_argument("--export", action="store_true", help="also write model.keras, metrics.csv and curves.png there")
    evaluate = _json(add("evaluate", help="measure a run on the test part"))
    evaluate.add_argument("run", type=Path, metavar="RUN", help="a run folder")
    predict = _json(add("predict", help="run a trained network on image files or a CSV file"))
    predict.add_argument("run", type=Path, metavar="RUN", help="a run folder")
    predict.add_argument("files", type=Path, nargs="+", metavar="FILE")
    export = _json(add("export", help="write a run in another format, and prove it"))
    export.add_argument("run", type=Path, metavar="RUN", help="a run folder")
    export.add_argument("--format", required=True, choices=("keras", "script"))
    export.add_argument("--out", required=True, type=Path, metavar="PATH")
    descend = _json(add("descend", help="the path of an optimiser over a surface"))
    add_descend_arguments(descend)
    add_nms_arguments(_json(add("nms", help="non-max suppression of boxes in a JSON file, with who killed whom")))
    style = _json(add("style", help="paint one image in the style of others"))
    add_style_arguments(style)
    _json(add("doctor", help="versions, devices, Qt libraries, writable folders"))
    return top


def main(argv: Sequence[str], heavy: Heavy) -> int:
    """Run one command.

    Args:
        argv: the arguments, the command first.
        heavy: gives the function of a command that needs TensorFlow: "train" takes (project, options), the
            others (options); each returns the JSON object.

    Returns:
        0 done, 1 a bug, 2 the user's mistake, 130 interrupted.
    """
    return guarded(lambda: _run(argv, heavy))


def guarded(action: Callable[[], int]) -> int:
    """Run `action`; turn what it raises into the exit code and what stands on stderr."""
    try:
        return action()
    except UserError as error:
        print(plain(f"glassbox: {error}"), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("glassbox: interrupted.", file=sys.stderr)
        return 130
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    except BrokenPipeError:
        return 0
    except Exception:
        import traceback

        traceback.print_exc()
        return 1


def find_project(name: str) -> Project:
    """Read a project file, or take an example by name.

    Raises:
        UserError: it is neither.
    """
    from engine.examples import EXAMPLES, load_example

    path = Path(name)
    names = [example.name for example in EXAMPLES]
    if name in names and not path.is_file():
        return load_example(name)
    if path.suffix != SUFFIX and not path.exists():
        raise UserError(f"{name!r} is neither a file nor an example.", f"Examples: {', '.join(names)}.")
    return read(path)


def _run(argv: Sequence[str], heavy: Heavy) -> int:
    options = parser().parse_args(joined(argv))
    light = {"examples": _examples, "describe": _describe, "descend": run_descend, "nms": run_nms, "doctor": _doctor}
    if options.command in light:
        return light[options.command](options)
    arguments: tuple[Any, ...] = (options,)
    if options.command == "style":
        from engine import threads

        os.environ[threads.VARIABLE] = str(threads.chosen() or threads.every_core())
    if options.command == "train":
        from engine import threads

        project = find_project(options.project)
        os.environ[threads.VARIABLE] = str(threads.wanted(project))  # read when TensorFlow is imported
        arguments = (project, options)
    result = heavy(options.command)(*arguments)
    print_result(result, as_json=options.json, human=lambda: print_values(result))
    return 0


def _examples(options: argparse.Namespace) -> int:
    from engine.examples import EXAMPLES, load_example
    from engine.shapes import infer

    rows = []
    for example in EXAMPLES:
        project = load_example(example.name)
        task = project.heads[0].task if project.heads else ""
        params = infer(project.graph).num_params
        rows.append({"name": example.name, "title": example.title, "task": task, "total_params": params})
    print_result({"examples": rows}, as_json=options.json, human=lambda: print_table(rows))
    return 0


def _describe(options: argparse.Namespace) -> int:
    from engine.checks import as_error, check

    project = find_project(options.project)
    inference = check(project, _description(project))
    rows = [
        {
            "name": node.name,
            "kind": node.kind,
            "output_shape": list(inference.layers[node.name].shape),
            "params": inference.layers[node.name].num_params,
        }
        for node in project.graph.in_order()
        if node.name in inference.layers
    ]
    result = {"layers": rows, "total_params": inference.num_params}
    print_result(result, as_json=options.json, human=lambda: print_table(rows, total=inference.num_params))
    if inference.problems:
        raise as_error(inference.problems[0])
    return 0


def _description(project: Project) -> Any:
    """Facts about the data for the checks, or None where they are not to be had: the layers can still be described."""
    from engine.datasets.choice import describe, wanted

    if what := wanted(project.data):
        print(plain(f"glassbox: training it takes {what}; choose them first."), file=sys.stderr)
        return None
    try:
        return describe(project.data)
    except UserError as error:
        print(plain(f"glassbox: the data cannot be described: {error}"), file=sys.stderr)
        return None


def _doctor(options: argparse.Namespace) -> int:
    from engine.doctor import report

    found = report()
    print_result(found, as_json=options.json, human=lambda: print_values(found))
    return 0


def _json(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    return command


def at_least(low: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `low` up, for an argument."""

    def whole(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
        if not low <= value < 2**31:
            raise argparse.ArgumentTypeError(f"{value} found, expected {low} to {2**31 - 1:,}")
        return value

    return whole
