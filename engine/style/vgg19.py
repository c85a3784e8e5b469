"""VGG-19's convolutions (Simonyan and Zisserman 2014) as Keras names them, and where their weights may lie."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from platformdirs import user_data_path

from engine.download import Published, fetch
from engine.errors import UserError
from engine.inspect.inspector import Inspection
from engine.inspect.weights_client import read_weights
from engine.storage import atomic_write, make_folder
from engine.style.terms import WIDTHS

BLOCKS = (2, 2, 4, 4, 4)  # convolutions in each, a pooling of 2×2 behind each
NAME = "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5"
# The address and the MD5 are those of keras.applications 3.15; Keras publishes no SHA-256 of it.
OFFICIAL = Published(
    url=f"https://storage.googleapis.com/tensorflow/keras-applications/vgg19/{NAME}",
    md5="253f8cb515780f3b799900260a226db6",
    most=100_000_000,
)
HINT = "Choose a file of them (.h5 or .safetensors), download them, or take the random filters, which need none."


@dataclass(frozen=True)
class Stack:
    """The convolutions of a network of VGG-19's form.

    Args:
        widths: channels of the five blocks.
    """

    widths: tuple[int, ...] = WIDTHS

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Of every weight by "layer/variable", in the order in which the layers follow one another."""
        found: dict[str, tuple[int, ...]] = {}
        before = 3
        for block, (count, width) in enumerate(zip(BLOCKS, self.widths, strict=True), start=1):
            for number in range(1, count + 1):
                found[f"block{block}_conv{number}/kernel"] = (3, 3, before, width)
                found[f"block{block}_conv{number}/bias"] = (width,)
                before = width
        return found


def own_file() -> Path:
    """Where a download is kept."""
    return user_data_path("glassbox", appauthor=False) / "weights" / NAME


def known_file() -> Path | None:
    """The weights in the usual places: a download of ours, or the cache of Keras; None where there are none."""
    places = (own_file(), Path.home() / ".keras" / "models" / NAME)
    return next((path for path in places if path.is_file()), None)


def load_weights(path: str, stack: Stack, inspection: Inspection | None = None) -> dict[str, np.ndarray]:
    """Read the weights, float32 by "layer/variable".

    Args:
        path: a file; empty for the usual places.

    Raises:
        UserError: there is no such file, or what it holds is not this network.
    """
    file = Path(path).expanduser() if path else known_file()
    if file is None:
        raise UserError("The weights of VGG-19 are not on this machine.", HINT, "weights")
    return read_weights(str(file), stack.shapes, inspection)


def download(progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> Path:
    """Fetch the official weights and keep them.

    Args:
        progress: called with bytes done, and of how many.

    Raises:
        UserError: there is no connection, or what came is not what Keras published.
        Cancelled: they are no longer wanted.
    """
    data = fetch(OFFICIAL, "The weights of VGG-19", HINT, progress, cancelled)
    path = own_file()
    make_folder(path.parent)
    atomic_write(path, data)
    return path


def as_pairs(weights: Mapping[str, np.ndarray]) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Layer name, kernel, bias, in the order of the layers."""
    names = [name.removesuffix("/kernel") for name in weights if name.endswith("/kernel")]
    return [(name, weights[f"{name}/kernel"], weights[f"{name}/bias"]) for name in names]
