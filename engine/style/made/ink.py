"""Ink: cross-hatching with a pen on cream paper, closer where it is darker, and a wash of red."""

import numpy as np
from PIL import Image, ImageDraw

from engine.style.made.fields import smooth_noise

PAPER = np.array((242, 234, 214), float)
WASH = np.array((186, 66, 48), float)
INK = (26, 24, 34)
SCALE = 3
LAYERS = ((0.9, 0.30), (-0.7, 0.48), (0.1, 0.66), (1.6, 0.8))  # direction, radians; darkness from which it is drawn
STROKES = 2300  # of a layer


def draw(height: int, width: int, seed: int = 4) -> np.ndarray:
    """Return uint8 (height, width, 3)."""
    random = np.random.default_rng(seed)
    dark = (
        smooth_noise(height, width, width / 4.5, random) * 0.8 + smooth_noise(height, width, width / 14, random) * 0.3
    )
    wash = np.clip((smooth_noise(height, width, width / 4, random) - 0.62) * 5, 0, 0.75)[..., None]
    ground = PAPER * (1 - wash) + WASH * wash + 6 * (smooth_noise(height, width, 2.5, random) - 0.5)[..., None]
    picture = Image.fromarray(np.clip(ground, 0, 255).astype(np.uint8)).resize((width * SCALE, height * SCALE))
    pen = ImageDraw.Draw(picture)
    for turn, least in LAYERS:
        for _ in range(STROKES):
            row, column = random.uniform(0, height), random.uniform(0, width)
            if dark[int(row), int(column)] > least:
                _hatch(pen, row, column, turn + random.normal(0, 0.07), random.uniform(9, 20))
    return np.asarray(picture.resize((width, height), Image.Resampling.BOX))


def _hatch(pen: ImageDraw.ImageDraw, row: float, column: float, turn: float, length: float) -> None:
    """One slightly bent line."""
    across, down = length * np.cos(turn), length * np.sin(turn)
    bend = 0.06 * length
    middle = column + across / 2 - bend * np.sin(turn), row + down / 2 + bend * np.cos(turn)
    path = [(column, row), middle, (column + across, row + down)]
    pen.line([(x * SCALE, y * SCALE) for x, y in path], fill=INK, width=round(1.2 * SCALE), joint="curve")
