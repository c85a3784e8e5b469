"""Style images that the program draws itself, one file each; `python -m engine.style.made` writes them as JPEG."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

HEIGHT, WIDTH = 288, 384
LARGEST = 60_000  # bytes of a file
QUALITIES = range(88, 40, -2)


@dataclass(frozen=True)
class MadeStyle:
    """A style image of the program's own.

    Args:
        id: name of its file and of the module that draws it.
        title: on screen.
        summary: what is seen, for the tooltip.
    """

    id: str
    title: str
    summary: str

    @property
    def path(self) -> Path:
        """Its file."""
        return Path(str(files("resources").joinpath("samples", "styles", f"{self.id}.jpg")))

    def draw(self) -> "np.ndarray":
        """Draw it anew, uint8 (height, width, 3); the same on every call."""
        drawer: Callable[[int, int], np.ndarray] = import_module(f"engine.style.made.{self.id}").draw
        return drawer(HEIGHT, WIDTH)


MADE_STYLES = (
    MadeStyle("swirls", "Swirls", "a night of blue brush strokes around bright discs"),
    MadeStyle("mosaic", "Mosaic", "small tiles of stone with grout between them"),
    MadeStyle("glass", "Stained glass", "bright panes in black lead"),
    MadeStyle("waves", "Waves", "a woodcut of scales in indigo and cream"),
    MadeStyle("ink", "Ink", "pen strokes, closer where it is darker, and a wash of red"),
    MadeStyle("petals", "Petals", "thick dabs of a palette knife in reds and golds"),
)


def jpeg(pixels: "np.ndarray") -> bytes:
    """Return a picture as JPEG in the best quality that fits into `LARGEST` bytes."""
    from PIL import Image

    for quality in QUALITIES:
        held = BytesIO()
        Image.fromarray(pixels).save(held, "JPEG", quality=quality, optimize=True)
        if held.tell() <= LARGEST:
            break
    return held.getvalue()
