"""Pictures of the screen as an animated GIF that repeats."""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

WIDEST = 1200  # px
SAMPLES = 6  # frames that the palette is made from, the last among them
COLOURS = 255  # one of 256 is left for what a frame takes over from the one before


def gif(frames: Sequence[QImage], times: Sequence[int], colours: int = COLOURS) -> bytes:
    """Return frames of one size as a GIF.

    All frames share one palette, without dithering: only so does a frame hold no more than what changed.

    Args:
        times: how long each frame stays, ms.
    """
    pictures = [_picture(frame) for frame in frames]
    several = [np.asarray(picture) for picture in pictures[:: -max(1, len(pictures) // SAMPLES)]]
    palette = Image.fromarray(np.concatenate(several)).quantize(colours, dither=Image.Dither.NONE)
    few = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    held = io.BytesIO()
    few[0].save(held, "GIF", save_all=True, append_images=few[1:], duration=list(times), loop=0, optimize=True)
    return held.getvalue()


def _picture(frame: QImage) -> Image.Image:
    if frame.width() > WIDEST:
        frame = frame.scaledToWidth(WIDEST, Qt.TransformationMode.SmoothTransformation)
    frame = frame.convertToFormat(QImage.Format.Format_RGB888)
    size = frame.width(), frame.height()
    return Image.frombuffer("RGB", size, bytes(frame.constBits()), "raw", "RGB", frame.bytesPerLine(), 1)
