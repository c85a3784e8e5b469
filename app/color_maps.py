"""Colour maps as 256-entry tables, interpolated in OKLab so that equal steps look equal."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtGui import QColor

Stops = Sequence[tuple[float, str]]

# Björn Ottosson, "A perceptual color space for image processing", 2020.
_TO_CONE = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def _linear(encoded: np.ndarray) -> np.ndarray:
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def _encoded(linear: np.ndarray) -> np.ndarray:
    linear = np.clip(linear, 0.0, 1.0)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def oklab(rgb: np.ndarray) -> np.ndarray:
    """Return OKLab (lightness, a, b) of sRGB values in 0..1, shape (..., 3)."""
    return np.cbrt(_linear(np.asarray(rgb, float)) @ _TO_CONE.T) @ _TO_LAB.T


def srgb(lab: np.ndarray) -> np.ndarray:
    """Return sRGB in 0..1 of OKLab values, shape (..., 3); out-of-gamut values are clipped."""
    cone = (np.asarray(lab, float) @ np.linalg.inv(_TO_LAB).T) ** 3
    return _encoded(cone @ np.linalg.inv(_TO_CONE).T)


def luminance(color: QColor) -> float:
    """Return WCAG 2 relative luminance, 0..1."""
    rgb = _linear(np.array([color.redF(), color.greenF(), color.blueF()]))
    return float(rgb @ np.array([0.2126, 0.7152, 0.0722]))


def contrast(first: QColor, second: QColor) -> float:
    """Return the WCAG 2 contrast ratio, 1..21."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def table(stops: Stops, low: float, high: float) -> tuple[int, ...]:
    """Return 256 QRgb values for `low`..`high`, interpolated in OKLab between the stops (position, "#RRGGBB")."""
    places = [place for place, _ in stops]
    labs = oklab(np.array([_rgb(name) for _, name in stops]))  # (stops, 3)
    at = np.linspace(low, high, 256)
    mixed = np.stack([np.interp(at, places, labs[:, axis]) for axis in range(3)], axis=1)  # (256, 3)
    levels = np.rint(srgb(mixed) * 255).astype(np.uint32)
    return tuple(int(value) for value in 0xFF000000 | levels[:, 0] << 16 | levels[:, 1] << 8 | levels[:, 2])


def _rgb(name: str) -> tuple[float, float, float]:
    return int(name[1:3], 16) / 255, int(name[3:5], 16) / 255, int(name[5:7], 16) / 255
