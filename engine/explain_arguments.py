"""The arguments of `glassbox explain`: which explainer, of which run and input, with which settings; no TensorFlow."""

import argparse
from collections.abc import Container, Sequence
from pathlib import Path
from typing import Any

from engine.cli import Parser, at_least
from engine.errors import UserError

IDS = {"gradcam++": "gradcam_plus_plus"}  # else a word's hyphens are the id's underscores
METHODS = (
    "activations", "kernels", "receptive-field", "cam", "gradcam", "gradcam++", "saliency", "integrated-gradients",
    "occlusion", "gates", "gradient-check", "surface", "project",
)  # fmt: skip
SETTINGS = ("layer", "class", "directions", "method", "size")


def parser() -> argparse.ArgumentParser:
    """The arguments."""
    made = Parser(prog="glassbox explain", description="Numbers and pictures of what a network did.")
    made.add_argument("what", choices=METHODS, metavar="WHAT", help=", ".join(METHODS))
    made.add_argument("target", metavar="RUN", help="a run folder; or a project, whose initial weights are explained")
    inputs = made.add_mutually_exclusive_group()
    inputs.add_argument(
        "--sample", type=at_least(0), metavar="I", help="number of the sample in the data; 0 if not given"
    )
    inputs.add_argument("--image", type=Path, metavar="F", help="an image file instead of a sample")
    made.add_argument(
        "--step", type=at_least(0), metavar="N", help="the nearest checkpoint to this step; else the last"
    )
    made.add_argument("--layer", metavar="L", help="name of a layer")
    made.add_argument("--class", metavar="C", help="number or name of a class; else the predicted one")
    made.add_argument("--directions", choices=("random", "pca", "weights"), help="of a surface")
    made.add_argument("--method", choices=("pca", "tsne"), help="of a projection")
    made.add_argument("--size", type=at_least(3), metavar="N", help="points of a surface in each direction")
    made.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="any other setting")
    made.add_argument("--out", type=Path, metavar="X.png", help="draw a picture there")
    made.add_argument("--theme", choices=("dark", "light"), default="dark", help="of the picture")
    made.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    return made


def parsed(words: Sequence[str]) -> argparse.Namespace:
    """Read the arguments.

    Raises:
        UserError: they are wrong, or the picture has no folder to go to.
    """
    options = parser().parse_args(words)
    if options.out is not None and not options.out.absolute().parent.is_dir():
        raise UserError(f"The folder {options.out.parent} does not exist.", "Give --out a place that exists.")
    if options.out is not None and options.out.suffix.lower() != ".png":
        raise UserError(f"{options.out.name!r} is no PNG file.", "Give --out a name that ends in .png.")
    if options.image is not None and not options.image.is_file():
        raise UserError(f"There is no file {options.image}.", "Give --image an image file.")
    return options


def explainer_id(word: str, known: Container[str]) -> str:
    """The id of the explainer a word means, whether known or not."""
    return word if word in known else IDS.get(word, word.replace("-", "_"))


def given_settings(options: argparse.Namespace) -> dict[str, Any]:
    """The settings on the command line by name, `class` as it was typed.

    Raises:
        UserError: a --set without a name.
    """
    values = {name: getattr(options, name) for name in SETTINGS if getattr(options, name) is not None}
    for pair in options.set:
        name, sign, value = pair.partition("=")
        if not sign or not name:
            raise UserError(f"{pair!r} found after --set, expected NAME=VALUE.", "For example --set filter=3.")
        values[name] = value
    return values
