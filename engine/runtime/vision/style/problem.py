"""A style transfer as a problem to solve: its pictures in several sizes, and what the result is compared with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from engine.runtime.vision.style.features import Features
from engine.runtime.vision.style.measure import Measurer, Targets
from engine.style import colours
from engine.style.dials import Dials
from engine.style.pictures import Pictures

COARSEST = 48  # px of the shorter side of the smallest picture that is worth a stage
LARGE = 640  # px; from here on three sizes instead of two
SHARES = {1: (1.0,), 2: (0.5, 0.5), 3: (0.4, 0.3, 0.3)}  # of the steps


@dataclass(frozen=True)
class Stage:
    """One size of the pictures.

    Args:
        content: float32 (height, width, 3), 0 to 1.
        styles: the same, each of its own size.
        steps: done at this size.
    """

    content: np.ndarray
    styles: tuple[np.ndarray, ...]
    steps: int

    @property
    def shortest(self) -> int:
        """The shortest side of any of its pictures, px."""
        return min(min(picture.shape[:2]) for picture in (self.content, *self.styles))


class Problem:
    """What is optimised.

    Args:
        pictures: in the size of the result.
        measurer: takes px of the shortest side of a stage, because small pictures have fewer style maps.
        values: checked settings.
    """

    def __init__(self, pictures: Pictures, measurer: Callable[[int], Measurer], values: Mapping[str, Any]) -> None:
        self.pictures = pictures
        self.stages = _stages(pictures, values)
        self._seed = int(values["seed"])
        self._measurers = [measurer(stage.shortest) for stage in self.stages]
        self._grams: dict[tuple[int, int, bool], list[tf.Tensor]] = {}
        self._targets: dict[int, tuple[tuple[Any, ...], Targets]] = {}

    @property
    def features(self) -> Features:
        """How the result is read at its full size."""
        return self._measurers[-1].features

    def measurer(self, stage: int) -> Measurer:
        """What measures pictures of a stage."""
        return self._measurers[stage]

    def stage_of(self, picture: np.ndarray) -> int:
        """The stage whose size a picture has; −1 where it is of none."""
        shapes = [stage.content.shape for stage in self.stages]
        return shapes.index(picture.shape) if picture.shape in shapes else -1

    def targets(self, stage: int, dials: Dials) -> Targets:
        """What a picture of a stage is compared with, as the dials stand."""
        key = (dials.mix, dials.keeps_color)
        known = self._targets.get(stage)
        if known is None or known[0] != key:
            known = self._targets[stage] = key, self._made(stage, dials)
        return known[1]

    def start(self, dials: Dials) -> np.ndarray:
        """Half the content in the style's colours, half noise of the style's pixels; in the smallest size."""
        stage, random = self.stages[0], np.random.default_rng(self._seed)
        content = self._content(0, dials)
        pixels = np.concatenate([style.reshape(-1, 3) for style in self.lit(0, dials)])
        drawn = random.integers(0, len(pixels), content.shape[0] * content.shape[1])
        return np.asarray(0.5 * content + 0.5 * pixels[drawn].reshape(stage.content.shape), np.float32)

    def enlarged(self, picture: np.ndarray, stage: int) -> np.ndarray:
        """A picture in the size of a stage."""
        shape = self.stages[stage].content.shape[:2]
        return np.clip(np.asarray(tf.image.resize(picture, shape, "bicubic")), 0, 1).astype(np.float32)

    def shown(self, picture: np.ndarray, dials: Dials) -> np.ndarray:
        """The picture as it is meant to be seen: in the content's colours where they are kept."""
        stage = self.stage_of(picture)
        return colours.with_colors_of(self.stages[stage].content, picture) if dials.keeps_color else picture

    def _made(self, stage: int, dials: Dials) -> Targets:
        measurer, keep = self._measurers[stage], dials.keeps_color
        each = [self._gram(stage, number, keep) for number in range(len(self.stages[stage].styles))]
        grams = [
            tf.add_n([share * gram for share, gram in zip(dials.mix, level, strict=True)])
            for level in zip(*each, strict=True)
        ]
        return Targets(grams, measurer.contents(self._content(stage, dials)), keep)

    def _gram(self, stage: int, style: int, keep: bool) -> list[tf.Tensor]:
        key = stage, style, keep
        if key not in self._grams:
            found = self.stages[stage]
            picture = colours.lit_like(found.styles[style], found.content) if keep else found.styles[style]
            self._grams[key] = self._measurers[stage].grams(picture)
        return self._grams[key]

    def lit(self, stage: int, dials: Dials) -> list[np.ndarray]:
        """The style images as they are read: in the light of the content where its colours are kept."""
        found = self.stages[stage]
        if not dials.keeps_color:
            return list(found.styles)
        return [colours.lit_like(style, found.content) for style in found.styles]

    def _content(self, stage: int, dials: Dials) -> np.ndarray:
        """The content as the result is compared with it: grey where colours are kept, else in the style's colours."""
        content = self.stages[stage].content
        if dials.keeps_color:
            return colours.grey(content)
        palettes = [colours.palette(style) for style in self.pictures.styles]
        return colours.recoloured(content, colours.mixed(palettes, dials.mix))


def _stages(pictures: Pictures, values: Mapping[str, Any]) -> list[Stage]:
    height, width = pictures.content.shape[:2]
    count = (3 if max(height, width) >= LARGE else 2) if values["coarse_to_fine"] else 1
    while count > 1 and (min(height, width) / 2 ** (count - 1) < COARSEST or values["steps"] < count):
        count -= 1
    steps = _split(values["steps"], SHARES[count])
    scales = [2 ** (count - 1 - number) for number in range(count)]
    return [
        Stage(_shrunk(pictures.content, scale), tuple(_shrunk(style, scale) for style in pictures.styles), number)
        for scale, number in zip(scales, steps, strict=True)
    ]


def _split(steps: int, shares: tuple[float, ...]) -> list[int]:
    """Whole numbers in these shares that add up to `steps`."""
    ends = [round(steps * sum(shares[: number + 1])) for number in range(len(shares))]
    return [end - before for before, end in zip([0, *ends], ends, strict=False)]


def _shrunk(picture: np.ndarray, scale: int) -> np.ndarray:
    if scale == 1:
        return picture
    size = [max(1, round(side / scale)) for side in picture.shape[:2]]
    return np.clip(np.asarray(tf.image.resize(picture, size, "bicubic", antialias=True)), 0, 1).astype(np.float32)
