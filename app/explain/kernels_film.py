"""`python -m app.explain.kernels_film RUN`: a trained kernel slides over a digit, as an animated GIF for the README."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import safetensors.numpy
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from app.explain.kernels.drawing import Step, draw
from app.explain.kernels.grids import Pictures
from app.explain.kernels.scene import Scene
from app.gif import gif
from app.theme import Theme, theme
from app.window_process import application
from engine.datasets.choice import load
from engine.errors import UserError
from engine.explain.activation_functions import FUNCTIONS
from engine.explain.convolution import correlate, window_of
from engine.recordings import run_named
from engine.run_folder import RunFolder
from engine.shapes import infer
from engine.storage import atomic_write

SIZE = (1060, 520)  # px
MARGIN = 16
COLOURS = 56
WRITING, FULL, LAST = 90, 320, 1500  # ms of a frame while products are written, of the finished step, of the last
ALPHAS = (0.34, 0.67, 1.0)


def main(argv: Sequence[str] | None = None) -> int:
    """Write the film.

    Raises:
        UserError: the run cannot be read, or has no convolution on its input.
    """
    options = _parsed(argv)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application()
    scene = run_scene(RunFolder(run_named(options.run)), options.sample)
    first = scene.position((options.row, 0))
    steps = range(first, min(first + options.steps, scene.count))
    data = film(scene, steps, theme(options.theme))
    atomic_write(options.out, data)
    print(f"{options.out}: {len(steps)} steps, {len(data) / 1e6:.2f} MB", file=sys.stderr)
    return 0


def _parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m app.explain.kernels_film", description=__doc__)
    parser.add_argument("run", metavar="RUN", help="a run folder, or an example's name for its recorded run")
    parser.add_argument("--out", type=Path, default=Path("resources/pictures/kernel-sliding.gif"))
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--row", type=int, default=1, help="of the map, where the film begins")
    parser.add_argument("--steps", type=int, default=18)
    parser.add_argument("--theme", choices=("dark", "light"), default="dark")
    return parser.parse_args(argv)


def run_scene(run: RunFolder, sample: int) -> Scene:
    """The first convolution of a run over a sample, with the weights of its last checkpoint.

    Raises:
        UserError: the run cannot be read, or no convolution reads its input.
    """
    project, info = run.project(), run.info()
    layers = infer(project.graph).layers
    inputs = {name for name, layer in layers.items() if not layer.inputs}
    found = [n for n, la in layers.items() if la.spec.id == "conv2d" and set(project.graph.sources(n)) & inputs]
    if not found:
        raise UserError("No convolution of this run reads its input.", "Give a run that begins with one.")
    name = found[0]
    weights = safetensors.numpy.load(run.newest_checkpoint()[1])
    raw = load(project.data).samples.x[sample : sample + 1]
    x = info.scaling.apply(raw)[0].astype(float)
    kernel, bias = weights[f"{name}/0_kernel"].astype(float), weights[f"{name}/1_bias"].astype(float)
    values = layers[name].values
    window = window_of("conv2d", values, x.shape)
    z = correlate(x, kernel, window, bias)
    a = FUNCTIONS[values["activation"]](z)
    names = tuple(f"Kernel {index}" for index in range(z.shape[-1]))
    best = int(a.mean(axis=(0, 1)).argmax())
    return Scene("convolution", x, window, z, a, kernel, bias, names, values["activation"], map=best)


def film(scene: Scene, steps: Sequence[int], look: Theme) -> bytes:
    """Draw steps of a scene as an animated GIF; the products of each are written one after the other."""
    pictures = Pictures()
    frames = [_frame(Step(scene, position), alpha, look, pictures) for position in steps for alpha in ALPHAS]
    times = [FULL if alpha == 1 else WRITING for _ in steps for alpha in ALPHAS]
    return gif(frames, [*times[:-1], LAST], COLOURS)


def _frame(step: Step, alpha: float, look: Theme, pictures: Pictures) -> QImage:
    image = QImage(*SIZE, QImage.Format.Format_RGB888)
    image.fill(look.color("canvas"))
    painter = QPainter(image)
    rect = QRectF(0, 0, *SIZE).adjusted(MARGIN, MARGIN / 2, -MARGIN, -MARGIN / 2)
    draw(painter, rect, step, alpha, look, pictures)
    painter.end()
    return image


if __name__ == "__main__":
    sys.exit(main())
