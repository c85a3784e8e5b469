"""One picture file to pixels, by the only decoder of this program. Runs in the inspector.

The rule: decided by content, first frame, EXIF orientation applied, transparency laid over white, 16-bit values
divided by 257, floats times 255 where none exceeds 1, colours to grey by ITU-R 601-2, then the whole picture resized
to (height, width) with Pillow's antialiased bilinear filter, whatever its ratio, as Keras's
image_dataset_from_directory does.
"""

import re
import struct
import warnings
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from engine.errors import UserError
from engine.inspect.names import shown
from engine.storage import read_bounded

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF")
MAX_FILE_BYTES = 256 * 1024 * 1024
MAX_PIXELS = 64_000_000
# What Pillow's decoders have been seen to raise for damaged files.
DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    EOFError,
    ArithmeticError,
    RuntimeError,
    struct.error,
)


class NotAPicture(UserError):
    """The content is of none of the formats."""


def limit_pixels() -> None:
    """Make Pillow refuse more than 64 megapixels before it decodes anything."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def read_picture(
    path: Path, shape: tuple[int, int], color: str, keeps_ratio: bool = False
) -> tuple[np.ndarray, tuple[int, int], bool]:
    """Decode and resize one file.

    Args:
        shape: (height, width) wanted.
        color: "grey" or "rgb".
        keeps_ratio: `shape` only bounds the picture; it keeps its ratio and is never enlarged.

    Returns:
        uint8 (height, width, channels); the size (width, height) it had; whether it has further frames.

    Raises:
        UserError: the file cannot be used, with the reason in a few words; `NotAPicture` where it is no image.
    """
    data = read_bounded(path, MAX_FILE_BYTES)
    if not data:
        raise NotAPicture("empty, 0 bytes")
    try:
        return _decoded(data, shape, color, keeps_ratio)
    except UnidentifiedImageError:
        raise NotAPicture(f"not an image, {_beginning(data)}") from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise UserError(f"{_megapixels(error)} megapixels; at most {MAX_PIXELS // 1_000_000} are read") from None
    except MemoryError:
        raise UserError("needs more memory than allowed") from None
    except DAMAGE as error:
        raise UserError(f"damaged or truncated ({str(error)[:80] or type(error).__name__})") from None


def _decoded(
    data: bytes, shape: tuple[int, int], color: str, keeps_ratio: bool
) -> tuple[np.ndarray, tuple[int, int], bool]:
    with Image.open(BytesIO(data), formats=FORMATS) as image:
        image.load()
        first = ImageOps.exif_transpose(image)
        size = first.size
        flat = _flattened(first).convert("L" if color == "grey" else "RGB")
        high, wide = _bounded(size, shape) if keeps_ratio else shape
        flat = flat.resize((wide, high), Image.Resampling.BILINEAR)
        pixels = np.asarray(flat, np.uint8).reshape(high, wide, -1)
        return pixels, size, bool(getattr(image, "is_animated", False))


def _bounded(size: tuple[int, int], shape: tuple[int, int]) -> tuple[int, int]:
    """Height and width of a picture of `size` (width, height), shrunk until it fits into `shape` (height, width)."""
    share = min(1.0, shape[0] / size[1], shape[1] / size[0])
    return max(1, round(size[1] * share)), max(1, round(size[0] * share))


def _flattened(image: Image.Image) -> Image.Image:
    """To "L" or "RGB" by the rule of this module."""
    if image.mode == "F":
        return Image.fromarray(_from_floats(np.asarray(image)))
    if image.mode.startswith("I"):
        return Image.fromarray(_from_deep(np.asarray(image).astype(np.int64)))
    if "transparency" in image.info or image.mode in ("RGBA", "LA", "PA"):
        opaque = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", opaque.size, "white"), opaque).convert("RGB")
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def _from_floats(values: np.ndarray) -> np.ndarray:
    if not np.isfinite(values).all():
        raise UserError("holds NaN or infinite pixels")
    low, high = float(values.min()), float(values.max())
    if low < 0 or high > 255:
        raise UserError(f"pixels from {low:g} to {high:g}; expected 0 to 1 or 0 to 255")
    return np.rint(values * 255 if high <= 1 else values).astype(np.uint8)


def _from_deep(values: np.ndarray) -> np.ndarray:
    low, high = int(values.min()), int(values.max())
    if low < 0 or high > 65535:
        raise UserError(f"pixels from {low:,} to {high:,}; expected 0 to 65,535")
    return np.rint(values / 257).astype(np.uint8)


def _beginning(data: bytes) -> str:
    """How a file starts: its first word where it is text, else its first bytes."""
    line = data[:64].decode("ascii", errors="replace").strip().split("\n")[0].strip()
    if line.isascii() and line.isprintable() and line:
        return f"starts with the text “{shown(line[:20])}”"
    return f"starts with the bytes {data[:8].hex(' ')}"


def _megapixels(error: Exception) -> str:
    found = re.search(r"(\d+) pixels", str(error))
    return f"{int(found[1]) / 1e6:,.0f}" if found else "far more"
