"""Content and style images as the optimisation takes them: read by the inspector, refused where they are useless."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from engine.errors import UserError
from engine.inspect.client import read_whole_picture
from engine.inspect.inspector import Inspection
from engine.inspect.names import absolute, shown
from engine.style.settings import MOST_STYLES

LEAST = 32  # px of the shorter side
ONE_COLOR = 4.0  # of 255: a style whose channels all span less has no texture
LARGEST_READ = 2048  # px of the longer side, read of a style image


@dataclass(frozen=True)
class Pictures:
    """What a style transfer works on.

    Args:
        content: float32 (height, width, 3), 0 to 1.
        styles: the same, of sizes of their own.
    """

    content: np.ndarray
    styles: tuple[np.ndarray, ...]


def read_content(path: str, size: int, inspection: Inspection | None = None) -> np.ndarray:
    """Read a content image, shrunk to `size` px on its longer side, float32 (height, width, 3), 0 to 1.

    Raises:
        UserError: it cannot be read, or is too small or too thin.
    """
    pixels, original = read_whole_picture(path, size, "rgb", inspection)
    height, width = pixels.shape[:2]
    if min(height, width) < LEAST:
        has = f"has {original[0]:,}×{original[1]:,} px"
        made = f", which makes {width:,}×{height:,} here" if (width, height) != original else ""
        raise UserError(
            f"The content image {shown(absolute(path).name)} {has}{made}; both sides need at least {LEAST} px.",
            "Choose a larger picture, or one that is less thin.",
            "content",
        )
    return pixels / np.float32(255)


def read_style(path: str, longer: int, inspection: Inspection | None = None) -> np.ndarray:
    """Read a style image, resized to `longer` px on its longer side, float32 (height, width, 3), 0 to 1.

    Raises:
        UserError: it cannot be read, is too thin, or has one colour only.
    """
    pixels, original = read_whole_picture(path, LARGEST_READ, "rgb", inspection)
    name = shown(absolute(path).name)
    if float(np.ptp(pixels.reshape(-1, 3), axis=0).max()) < ONE_COLOR:
        raise UserError(
            f"The style image {name} has one colour only, so it has no texture to take.",
            "Choose a picture with strokes, grain or a pattern.",
            "style",
        )
    resized = _resized(pixels, longer)
    if min(resized.shape[:2]) < LEAST or min(original) < LEAST:
        raise UserError(
            f"The style image {name} has {original[0]:,}×{original[1]:,} px, which makes {resized.shape[1]:,}×"
            f"{resized.shape[0]:,} here; both sides need at least {LEAST} px.",
            "Choose a larger picture, one that is less thin, or a larger scale.",
            "style",
        )
    return resized / np.float32(255)


def read_all(content: str, styles: Sequence[str], values: dict[str, Any], inspection: Inspection) -> Pictures:
    """Read the pictures of a style transfer.

    Args:
        values: its checked settings.

    Raises:
        UserError: there is none or too many styles, or one of the pictures cannot be used.
    """
    if not 1 <= len(styles) <= MOST_STYLES:
        raise UserError(
            f"{len(styles)} style images were given; 1 to {MOST_STYLES} can be mixed.", "Choose others.", "style"
        )
    found = read_content(content, values["size"], inspection)
    longer = round(max(found.shape[:2]) * values["style_scale"])
    return Pictures(found, tuple(read_style(path, longer, inspection) for path in styles))


def _resized(pixels: np.ndarray, longer: int) -> np.ndarray:
    share = longer / max(pixels.shape[:2])
    height, width = (max(1, round(side * share)) for side in pixels.shape[:2])
    picture = Image.fromarray(pixels.astype(np.uint8))
    return np.asarray(picture.resize((width, height), Image.Resampling.BICUBIC), np.float32)


def as_bytes(picture: np.ndarray) -> np.ndarray:
    """A picture of 0 to 1 as uint8, 0 to 255."""
    return np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8)
