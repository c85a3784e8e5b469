"""What lies behind the things of a made scene: generated textures, or a piece of a photograph."""

from functools import cache

import numpy as np
from PIL import Image

PHOTOGRAPHS = ("china.jpg", "flower.jpg")
PATTERNS = ("clouds", "stripes", "checks", "dots", "slope")
WAVES = (2.0, 9.0)  # of a ground's pattern, over the side of the scene


@cache
def photographs() -> "tuple[Image.Image, ...]":
    """The two photographs of scikit-learn, 640 × 427 px."""
    from sklearn.datasets import load_sample_image

    return tuple(Image.fromarray(load_sample_image(name)) for name in PHOTOGRAPHS)


@cache
def plane(side: int) -> "tuple[np.ndarray, np.ndarray]":
    """Down and across from 0 to 1, float32 (side, 1) and (1, side)."""
    steps = ((np.arange(side) + 0.5) / side).astype(np.float32)
    return steps[:, None], steps[None]


def pattern(name: str, side: int, waves: float, random: "np.random.Generator") -> "np.ndarray":
    """A grey pattern that repeats `waves` times over the side, turned at random, float32 (side, side), 0 to 1."""
    down, across = plane(side)
    turn, shift = random.uniform(0, np.pi), random.uniform(0, 2 * np.pi, 2)
    sine, cosine = np.float32(np.sin(turn)), np.float32(np.cos(turn))
    along = (2 * np.pi * waves * (cosine * across + sine * down) + shift[0]).astype(np.float32)
    if name == "clouds":
        rough = [random.uniform(0, 1, (cells, cells)).astype(np.float32) for cells in (4, 11)]
        wide, fine = (Image.fromarray(cells).resize((side, side), Image.Resampling.BICUBIC) for cells in rough)
        return np.clip(0.65 * np.asarray(wide) + 0.35 * np.asarray(fine), 0, 1)
    if name == "stripes":
        return 0.5 + 0.5 * np.sin(along)
    if name == "slope":
        slope = cosine * across + sine * down
        return (slope - slope.min()) / max(float(np.ptp(slope)), 1e-6)
    beside = (2 * np.pi * waves * (cosine * down - sine * across) + shift[1]).astype(np.float32)
    product = np.sin(along) * np.sin(beside)
    if name == "checks":
        return (product > 0).astype(np.float32)
    return np.clip(3 * product - 1, 0, 1)


def texture(side: int, random: "np.random.Generator") -> "np.ndarray":
    """A pattern in two colours, float32 (side, side, 3), 0 to 1."""
    first, second = random.uniform(0.1, 0.9, (2, 3)).astype(np.float32)
    share = pattern(PATTERNS[random.integers(len(PATTERNS))], side, random.uniform(*WAVES), random)[..., None]
    strength = np.float32(random.uniform(0.3, 0.9))
    return first + (second - first) * share * strength


def photograph(side: int, random: "np.random.Generator") -> "np.ndarray":
    """A square piece of a photograph, half of them mirrored, float32 (side, side, 3), 0 to 1."""
    whole = photographs()[random.integers(len(PHOTOGRAPHS))]
    window = int(random.integers(min(whole.size) // 4, min(whole.size) + 1))
    left, top = (int(random.integers(room - window + 1)) for room in whole.size)
    box = (left, top, left + window, top + window)
    piece = whole.resize((side, side), Image.Resampling.BILINEAR, box=box, reducing_gap=2.0)
    pixels = np.asarray(piece, np.float32) / 255
    return pixels[:, ::-1] if random.random() < 0.5 else pixels


def ground(kind: str, side: int, random: "np.random.Generator") -> "np.ndarray":
    """What lies behind, float32 (side, side, 3), 0 to 1: a "texture", a "photograph", or as likely one as the other."""
    is_photograph = random.random() < 0.5 if kind == "both" else kind == "photograph"
    return photograph(side, random) if is_photograph else texture(side, random)
