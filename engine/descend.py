"""`glassbox descend`: the path of an optimiser over a surface, as numbers."""

import argparse
import math
from collections.abc import Sequence
from typing import Any

from engine.printing import print_result, print_table

MOST_STEPS = 100_000
SURFACE_HELP = "himmelblau, rosenbrock, beale, saddle, ravine, plateau, many; of real data: cancer, diabetes"
SHOWN = 20  # rows without --json


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Declare the arguments; names are checked later, where what there is can be listed."""
    command.add_argument(
        "surface", metavar="SURFACE", help="himmelblau, rosenbrock, beale, saddle, ravine, plateau, many"
    )
    command.add_argument(
        "--optimizer", default="sgd", metavar="O", help="sgd, momentum, nesterov, rmsprop, adagrad, ..."
    )
    command.add_argument("--learning-rate", type=float, metavar="R", help="the surface's own for SGD, else Keras's")
    command.add_argument("--start", type=_point, metavar="X,Y", help="the surface's own without")
    command.add_argument("--steps", type=_steps, default=100, metavar="N", help="updates, 100 without")


def run(options: argparse.Namespace) -> int:
    """Descend and print.

    Raises:
        UserError: a wrong name or setting, a start outside the surface, or a path that diverges.
    """
    result = path(options)
    print_result(result, as_json=options.json, human=lambda: _print(result))
    return 0


def path(options: argparse.Namespace) -> dict[str, Any]:
    """What is printed: settings, and per step positions, losses, gradients and slots.

    Lists have one entry per moment, from the start (step 0); `gradients` one per update.

    Raises:
        UserError: as of `run`.
    """
    import numpy as np

    from engine.explain.descent import check_converged, check_optimizer, descend, reached
    from engine.explain.two_weight_data import any_surface

    surface = any_surface(options.surface)
    check_optimizer(options.optimizer)
    start = surface.start if options.start is None else options.start
    surface.check_start(*start)
    rate = options.learning_rate
    if rate is None and options.optimizer == "sgd":
        rate = surface.rate
    values = {} if rate is None else {"learning_rate": rate}
    found = descend(surface, options.optimizer, np.array([start]), options.steps, values)
    check_converged(surface, found)
    last = found.positions[-1]
    nearest = int(reached(surface, last)[0])
    return {
        "surface": surface.id,
        "optimizer": found.optimizer,
        "settings": dict(found.settings),
        "start": list(start),
        "steps": found.steps,
        "positions": found.positions[:, 0].tolist(),
        "losses": found.losses[:, 0].tolist(),
        "gradients": found.gradients[:, 0].tolist(),
        "slots": {name: slot[:, 0].tolist() for name, slot in found.slots.items()},
        "minimum": list(surface.minima[nearest]) if nearest >= 0 else None,
    }


def joined(words: Sequence[str]) -> list[str]:
    """The arguments with `--start -1.2,1` as one word: a negative point is no option."""
    found: list[str] = []
    for word in words:
        if found and found[-1] == "--start":
            found[-1] += f"={word}"
        else:
            found.append(word)
    return found


def _print(result: dict[str, Any]) -> None:
    """Some moments as a table, the last among them."""
    every = max(1, math.ceil(result["steps"] / SHOWN))
    moments = sorted({*range(0, result["steps"] + 1, every), result["steps"]})
    names = {"positions": "w", **{name: name for name in result["slots"]}}
    columns = {"positions": result["positions"], **result["slots"]}
    rows = [
        {
            "step": moment,
            **{f"{names[key]}{axis + 1}": f"{columns[key][moment][axis]:.5g}" for key in columns for axis in (0, 1)},
            "loss": f"{result['losses'][moment]:.5g}",
        }
        for moment in moments
    ]
    print_table(rows)
    reached = result["minimum"]
    where = f"reached the minimum at ({reached[0]:.4g}, {reached[1]:.4g})" if reached else "no minimum reached yet"
    print(
        f"{result['optimizer']} on {result['surface']}, learning rate {result['settings']['learning_rate']:g}: {where}"
    )


def _point(text: str) -> tuple[float, float]:
    parts = text.split(",")
    try:
        x, y = (float(part) for part in parts)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no point; expected two numbers, e.g. -1.2,1") from None
    if not (math.isfinite(x) and math.isfinite(y)):
        raise argparse.ArgumentTypeError(f"{text!r} is no point; expected finite numbers")
    return x, y


def _steps(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= MOST_STEPS:
        raise argparse.ArgumentTypeError(f"{text!r} found, expected 1 to {MOST_STEPS:,}")
    return int(text)
