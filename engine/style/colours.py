"""Colours of content and style: luminance, colours carried over or kept. Pictures are (height, width, 3), 0 to 1."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LUMA = np.array((0.299, 0.587, 0.114))  # ITU-R 601-2, as Pillow's "L"
FLAT = 1e-4  # added to variances, so that a picture of few colours can be carried over


@dataclass(frozen=True)
class Palette:
    """Mean (channel,) and covariance (channel, channel) of a picture's colours."""

    mean: np.ndarray
    covariance: np.ndarray


def luminance(picture: np.ndarray) -> np.ndarray:
    """(height, width, 3) to (height, width, 1)."""
    return np.asarray((picture @ LUMA.astype(picture.dtype))[..., None])


def grey(picture: np.ndarray) -> np.ndarray:
    """The luminance in all three channels."""
    return np.repeat(luminance(picture), 3, axis=-1)


def palette(picture: np.ndarray) -> Palette:
    """Mean and covariance of all pixels."""
    pixels = picture.reshape(-1, 3).astype(float)
    return Palette(pixels.mean(axis=0), np.cov(pixels.T))


def mixed(palettes: Sequence[Palette], shares: Sequence[float]) -> Palette:
    """The palette of pictures of which shares are taken, adding up to 1."""
    mean = sum(share * each.mean for share, each in zip(shares, palettes, strict=True))
    covariance = sum(share * each.covariance for share, each in zip(shares, palettes, strict=True))
    return Palette(np.asarray(mean), np.asarray(covariance))


def recoloured(picture: np.ndarray, wanted: Palette) -> np.ndarray:
    """A picture with the mean and covariance of other colours: x → W^½ C^−½ (x − mean) + wanted mean, float32.

    Light stays light and dark dark. (Gatys et al. 2016b, "Preserving color", section 5, in the other direction.)
    """
    own = palette(picture)
    turn = _root(wanted.covariance, 0.5) @ _root(own.covariance, -0.5)
    pixels = (picture.reshape(-1, 3) - own.mean) @ turn.T + wanted.mean
    return np.clip(pixels, 0, 1).reshape(picture.shape).astype(np.float32)


def _root(matrix: np.ndarray, power: float) -> np.ndarray:
    values, vectors = np.linalg.eigh(matrix + FLAT * np.eye(len(matrix)))
    return np.asarray((vectors * values**power) @ vectors.T)


def lit_like(style: np.ndarray, content: np.ndarray) -> np.ndarray:
    """A style's luminance with mean and deviation of the content's, in three channels (Gatys et al. 2016b, eq. 10)."""
    own, other = luminance(style), luminance(content)
    moved = (own - own.mean()) * (other.std() / max(float(own.std()), 1e-6)) + other.mean()
    return np.repeat(np.clip(moved, 0, 1), 3, axis=-1).astype(np.float32)


def with_colors_of(content: np.ndarray, result: np.ndarray) -> np.ndarray:
    """The result's luminance under the content's colours: I and Q of YIQ stay, so all channels move alike."""
    return np.clip(content + luminance(result) - luminance(content), 0, 1).astype(np.float32)
