"""What lies in a made scene: handwritten digits and drawn shapes, plain or textured. Plain NumPy, Pillow, scikit-learn.

A thing has its own frame: x to the right and y down, its middle at 0, its longer side 1. Its key points are the
outermost points in its own frame: top (of several the rightmost), right (the lowest), bottom (the leftmost), left (the
highest); they turn with it.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

TURNS = {"circle": 0, "square": 45, "triangle": 60, "star": 36, "cross": 45, "hexagon": 30}  # °, until it looks alike
GLYPH = 64  # px, side of an enlarged digit
SMALL_GLYPH = 32  # px, from which small digits are made
FINE = 4  # shapes are drawn so many times larger, then averaged


class Patch(NamedTuple):
    """A thing drawn into a scene.

    Args:
        top, left: of its corner, px.
        cover: float32 (height, width), how much of each pixel it covers, 0 to 1.
        keypoints: float64 (point, 2), x and y in the scene, px.
    """

    top: int
    left: int
    cover: "np.ndarray"
    keypoints: "np.ndarray"


@cache
def outline(shape: str) -> "np.ndarray":
    """The corners of a shape in its own frame, (corner, 2)."""
    if shape == "circle":
        points = around(64)
    elif shape == "square":
        points = around(4, 45)
    elif shape == "triangle":
        points = around(3)
    elif shape == "hexagon":
        points = around(6)
    elif shape == "star":
        points = np.stack([around(5), 0.4 * around(5, 36)], axis=1).reshape(-1, 2)
    elif shape == "cross":
        arm = np.array([[-1, -3], [1, -3], [1, -1], [3, -1], [3, 1], [1, 1]]) / 6
        points = np.concatenate([arm, -arm])
    elif shape == "arrow":
        points = np.array([[0, -4], [3, 0], [1, 0], [1, 4], [-1, 4], [-1, 0], [-3, 0]]) / 8
    else:
        turn = np.linspace(0, 2 * np.pi, 64, endpoint=False)
        heights = 13 * np.cos(turn) - 5 * np.cos(2 * turn) - 2 * np.cos(3 * turn) - np.cos(4 * turn)
        points = np.stack([16 * np.sin(turn) ** 3, -heights], axis=1)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    return (points - middle) / np.ptp(points, axis=0).max()


def around(count: int, start: float = 0.0) -> "np.ndarray":
    """Points on a circle, clockwise, the first at the top or `start` degrees on, (count, 2)."""
    turn = np.deg2rad(start) + 2 * np.pi * np.arange(count) / count
    return np.stack([np.sin(turn), -np.cos(turn)], axis=1)


def outermost(points: "np.ndarray") -> "np.ndarray":
    """The key points among some points (point, 2), by the rule of this module."""
    x, y = np.round(points.T, 9)
    places = []
    for first, second in ((y, -x), (-x, -y), (-y, x), (x, y)):
        ties = np.flatnonzero(first == first.min())
        places.append(ties[second[ties].argmin()])
    return points[places]


@cache
def shape_keypoints(shape: str) -> "np.ndarray":
    """The key points of a shape in its own frame, (point, 2)."""
    return outermost(outline(shape))


@cache
def digit_scans() -> "tuple[np.ndarray, tuple[np.ndarray, ...]]":
    """The scans, float (scan, 8, 8) from 0 to 1, and which scans show each digit."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    return bunch.images / 16, tuple(np.flatnonzero(bunch.target == digit) for digit in range(10))


@cache
def glyph(scan: int) -> "tuple[Image.Image, Image.Image, tuple[float, float], np.ndarray]":
    """A digit's ink in two sizes, its width and height in its own frame, and its key points there."""
    pixels = np.pad(digit_scans()[0][scan].astype(np.float32), 1)
    large = np.asarray(Image.fromarray(pixels).resize((5 * GLYPH // 4, 5 * GLYPH // 4), Image.Resampling.BICUBIC))
    ink = np.clip((large - 0.25) / 0.4, 0, 1)
    rows, columns = np.flatnonzero((ink > 0.5).any(axis=1)), np.flatnonzero((ink > 0.5).any(axis=0))
    box = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    size = np.array([box[2] - box[0], box[3] - box[1]])
    wide, high = size / size.max()
    cut = Image.fromarray((255 * ink).astype(np.uint8)).crop(box)
    inked = np.argwhere(np.asarray(cut) > 127)[:, ::-1]  # (pixel, 2), x and y
    points = (outermost(inked.astype(float)) + 0.5 - size / 2) / size.max()
    small = (max(1, round(SMALL_GLYPH * wide)), max(1, round(SMALL_GLYPH * high)))
    return cut, cut.resize(small, Image.Resampling.BOX), (float(wide), float(high)), points


def turned(points: "np.ndarray", size: float, angle: float) -> "np.ndarray":
    """Points of a thing's own frame (point, 2) around the middle of a thing of this size, clockwise by degrees; px."""
    sine, cosine = np.sin(np.deg2rad(angle)), np.cos(np.deg2rad(angle))
    return size * points @ np.array([[cosine, sine], [-sine, cosine]])


def drawn_shape(shape: str, size: float, angle: float, middle: "np.ndarray") -> Patch:
    """A filled shape around a middle (x, y), px, antialiased."""
    corners = turned(outline(shape), size, angle) + middle
    low, high = np.floor(corners.min(axis=0)).astype(int), np.ceil(corners.max(axis=0)).astype(int)
    wide, tall = np.maximum(high - low, 1)
    picture = Image.new("L", (int(wide) * FINE, int(tall) * FINE))
    ImageDraw.Draw(picture).polygon(((corners - low) * FINE - 0.5).ravel().tolist(), fill=255)
    cover = np.asarray(picture.reduce(FINE), np.float32) / 255
    return Patch(int(low[1]), int(low[0]), cover, turned(shape_keypoints(shape), size, angle) + middle)


def drawn_digit(scan: int, size: float, angle: float, middle: "np.ndarray") -> Patch:
    """A handwritten digit around a middle (x, y), px."""
    large, small, (wide, high), points = glyph(scan)
    source = large if size > SMALL_GLYPH else small
    corners = turned(np.array([[-wide, -high], [wide, -high], [wide, high], [-wide, high]]) / 2, size, angle) + middle
    low, end = np.floor(corners.min(axis=0)).astype(int), np.ceil(corners.max(axis=0)).astype(int)
    across, down = (int(side) for side in np.maximum(end - low, 1))
    scale = np.array(source.size) / (np.array([wide, high]) * size)
    inverse = turned(np.eye(2), 1.0, -angle).T * scale[:, None]  # scene to glyph, about both middles
    shift = np.array(source.size) / 2 - inverse @ (middle - low)
    data = (inverse[0, 0], inverse[0, 1], shift[0], inverse[1, 0], inverse[1, 1], shift[1])
    picture = source.transform((across, down), Image.Transform.AFFINE, data, Image.Resampling.BILINEAR)
    cover = np.asarray(picture, np.float32) / 255
    return Patch(int(low[1]), int(low[0]), cover, turned(points, size, angle) + middle)
