"""Banks of random filters: oriented gratings under a Gaussian, all of whose numbers are drawn at random.

Ustyuzhaninov, Brendel, Gatys and Bethge (2017, "What does it take to generate natural textures?") showed that one layer
of random filters of several sizes is enough for textures. Filters of plain noise gave grain here instead of strokes;
gratings of random direction, wavelength, phase, length and colour follow the brush.
"""

import numpy as np

SIDE, COUNT = 9, 112  # of the filters that style is read with
CONTENT_SIDE, CONTENT_COUNT = 5, 32
WAVES = (0.06, 0.28)  # cycles per px
CHROMA = 2.5  # how much more colour counts than its share of the light: else ink on paper grows coloured grain
LEFT = 0.03  # of a filter's mean that is left in it, so that flat colours answer a little
CONSTANT = 0.1  # of the channel appended to the responses


def gratings(seed: int, side: int = SIDE, count: int = COUNT) -> np.ndarray:
    """Random colour filters, float32 (row, column, channel, filter), nearly of mean 0.

    Each is of L2 norm 1 before what its channels differ by is multiplied by `CHROMA`.
    """
    random = np.random.default_rng(seed)
    down, across = np.mgrid[:side, :side] - side // 2
    found = np.stack([_grating(down, across, side, random) for _ in range(count)], axis=-1)
    filters = _normalised(found, LEFT)
    light = filters.mean(axis=2, keepdims=True)
    return np.asarray(light + CHROMA * (filters - light), np.float32)


def _grating(down: np.ndarray, across: np.ndarray, side: int, random: np.random.Generator) -> np.ndarray:
    """One filter, (row, column, channel)."""
    turn, phase = random.uniform(0, np.pi), random.uniform(0, 2 * np.pi)
    wave = np.exp(random.uniform(*np.log(WAVES)))
    along = across * np.cos(turn) + down * np.sin(turn)
    aside = down * np.cos(turn) - across * np.sin(turn)
    width = min(side / 3.2, 0.45 / wave)
    length = width * random.uniform(1, 2)
    shape = np.exp(-(along**2) / (2 * width**2) - aside**2 / (2 * length**2)) * np.cos(2 * np.pi * wave * along + phase)
    color = 0.5 + 0.5 * random.standard_normal(3)
    return np.asarray(shape[..., None] * color)


def detail_bank(seed: int = 99, side: int = CONTENT_SIDE, count: int = CONTENT_COUNT) -> np.ndarray:
    """Random filters of plain noise for one channel, float32 (row, column, 1, filter), of norm 1 and mean 0."""
    return _normalised(np.random.default_rng(seed).standard_normal((side, side, 1, count)), 0.0)


def _normalised(filters: np.ndarray, left: float) -> np.ndarray:
    found = filters - (1 - left) * filters.mean(axis=(0, 1), keepdims=True)
    return np.asarray(found / np.sqrt((found**2).sum(axis=(0, 1, 2), keepdims=True)), np.float32)


def by_blocks(filters: np.ndarray) -> np.ndarray:
    """Filters for pictures whose 2×2 blocks lie behind one another as channels, as `tf.nn.space_to_depth` makes them.

    With them a stride of 2 becomes a stride of 1 over four times the channels: the same numbers, in a ninth of the
    time on two cores, because a convolution back into three channels is slow.

    Args:
        filters: (row, column, channel, filter).

    Returns:
        (⌈row / 2⌉, ⌈column / 2⌉, 4 · channel, filter).
    """
    rows, columns, channels, count = filters.shape
    padded = np.pad(filters, ((0, rows % 2), (0, columns % 2), (0, 0), (0, 0)))
    split = padded.reshape(padded.shape[0] // 2, 2, padded.shape[1] // 2, 2, channels, count)
    return np.ascontiguousarray(split.transpose(0, 2, 1, 3, 4, 5).reshape(*split.shape[::2][:2], 4 * channels, count))
