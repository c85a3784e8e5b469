"""Perspective: a camera that looks at the middle of a box from a turn, a tilt and a distance."""

from dataclasses import dataclass, field, replace

import numpy as np
from PySide6.QtCore import QRectF

FAR = 4.6  # from the camera to the middle of the box, whose floor is 2 by 2
MIDDLE = -0.29  # height the camera looks at
WIDE, HIGH = 1.62, 1.52  # half of what must fit, at the middle's distance
STEEPEST, FLATTEST = 85.0, 8.0  # degrees
NEAREST, FARTHEST = 3.0, 0.5  # zoom


@dataclass(frozen=True)
class Perspective:
    """Where the camera stands.

    Args:
        turn: around the box, degrees.
        tilt: above the floor, degrees.
        zoom: 1 shows the whole box.
        area: on the screen, px.
    """

    turn: float = 35.0
    tilt: float = 33.0
    zoom: float = 1.0
    area: QRectF = field(default_factory=lambda: QRectF(0, 0, 400, 300))

    def turned(self, turn: float, tilt: float) -> "Perspective":
        """Return the camera moved around the box, by degrees."""
        return replace(self, turn=(self.turn + turn) % 360, tilt=min(max(self.tilt + tilt, FLATTEST), STEEPEST))

    def zoomed(self, factor: float) -> "Perspective":
        """Return the camera nearer or farther."""
        return replace(self, zoom=min(max(self.zoom * factor, FARTHEST), NEAREST))

    def within(self, area: QRectF) -> "Perspective":
        """Return the same camera for another place on the screen."""
        return replace(self, area=area)

    def project(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where points of the box appear.

        Args:
            points: (..., 3), first and second −1..1, height.

        Returns:
            Pixels (..., 2), and distances from the camera (...,).
        """
        right, forward, up = self._axes()
        seen = np.asarray(points, float) - [0.0, 0.0, MIDDLE]
        depth = FAR + seen @ forward
        scale = self._scale() / depth
        centre = self.area.center()
        x, y = centre.x() + seen @ right * scale, centre.y() - seen @ up * scale
        return np.stack([x, y], axis=-1), depth

    def on_floor(self, x: float, y: float, height: float) -> tuple[float, float] | None:
        """The point of a horizontal plane under a pixel; None where the plane is not met."""
        right, forward, up = self._axes()
        centre, scale = self.area.center(), self._scale()
        ray = forward + right * ((x - centre.x()) / scale) - up * ((y - centre.y()) / scale)
        start = np.array([0.0, 0.0, MIDDLE]) - FAR * forward
        if abs(ray[2]) < 1e-9 or (height - start[2]) / ray[2] <= 0:
            return None
        met = start + ray * ((height - start[2]) / ray[2])
        return float(met[0]), float(met[1])

    def _axes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        turn, tilt = np.radians(self.turn), np.radians(self.tilt)
        along = np.array([np.sin(turn), np.cos(turn), 0.0])
        right = np.array([np.cos(turn), -np.sin(turn), 0.0])
        up = np.array([0.0, 0.0, 1.0])
        return right, along * np.cos(tilt) - up * np.sin(tilt), along * np.sin(tilt) + up * np.cos(tilt)

    def _scale(self) -> float:
        return float(self.zoom * FAR * min(self.area.width() / 2 / WIDE, self.area.height() / 2 / HIGH))
