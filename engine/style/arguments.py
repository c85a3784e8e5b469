"""The arguments of `glassbox style`."""

import argparse
import math
from pathlib import Path
from typing import Any

from engine.errors import UserError
from engine.style.made import MADE_STYLES
from engine.style.settings import LARGEST, MOST_STYLES, SMALLEST

NAMES = ", ".join(style.id for style in MADE_STYLES)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    command.add_argument("content", metavar="CONTENT", help="an image file")
    command.add_argument(
        "styles", metavar="STYLE", nargs="+", help=f"an image file, or {NAMES}; up to {MOST_STYLES} are mixed"
    )
    command.add_argument("--out", required=True, type=Path, metavar="X.png")
    command.add_argument("--steps", type=int, metavar="N", help="of the optimiser, 200 without")
    command.add_argument("--content-weight", type=float, metavar="W", help="α, 1 without")
    command.add_argument("--style-weight", type=float, metavar="W", help="β, 1 without")
    command.add_argument("--total-variation", type=float, metavar="W", help="γ, 0.12 without")
    command.add_argument("--size", type=int, metavar="S", help=f"longer side, {SMALLEST} to {LARGEST} px, 384 without")
    command.add_argument("--style-scale", type=float, metavar="K", help="size of the style image, 1 without")
    command.add_argument("--mix", type=_shares, metavar="A,B,...", help="shares of the style images")
    command.add_argument("--backend", choices=("auto", "vgg19", "random"), help="what pictures are read with")
    command.add_argument("--weights", metavar="FILE", help="of VGG-19, .h5 or .safetensors")
    command.add_argument("--download", action="store_true", help="fetch the weights of VGG-19 (80 MB) first")
    command.add_argument("--optimizer", choices=("adam", "lbfgs"))
    command.add_argument("--keep-color", action="store_true", default=None, help="keep the content's colours")
    command.add_argument("--seed", type=int, metavar="S", help="of the noise to start with")


def values_of(options: argparse.Namespace) -> dict[str, Any]:
    """The settings that were given."""
    names = ["steps", "content_weight", "style_weight", "total_variation", "size", "style_scale", "backend", "weights"]
    names += ["optimizer", "keep_color", "seed"]
    return {name: value for name in names if (value := getattr(options, name)) is not None}


def shares_of(options: argparse.Namespace) -> dict[str, float]:
    """The weights of the style images that were given.

    Raises:
        UserError: there are more or fewer than images.
    """
    if options.mix is None:
        return {}
    if len(options.mix) != len(options.styles):
        raise UserError(
            f"--mix has {len(options.mix)} shares for {len(options.styles)} style images.", "Give one for each.", "mix"
        )
    return {f"image:{number}": share for number, share in enumerate(options.mix)}


def style_path(name: str) -> str:
    """The file of a style: one of the program's own by its name, where there is no such file."""
    own = next((style for style in MADE_STYLES if style.id == name), None)
    return str(own.path) if own is not None and not Path(name).exists() else str(Path(name).expanduser().absolute())


def _shares(text: str) -> tuple[float, ...]:
    try:
        found = tuple(float(part) for part in text.split(","))
    except ValueError:
        found = ()
    if not found or not all(math.isfinite(share) and share >= 0 for share in found):
        raise argparse.ArgumentTypeError(f"{text!r} found, expected shares such as 2,1")
    return found
