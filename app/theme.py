"""Theme and Look: the only source of colours, fonts and sizes, read from resources/tokens.json."""

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, cast

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QImage, QPalette
from PySide6.QtWidgets import QApplication

from app import color_maps
from app.focus_ring import FocusRing
from app.qss import style_sheet
from app.style import install_style

MODES = ("system", "dark", "light")
WEIGHTS = {400: QFont.Weight.Normal, 500: QFont.Weight.Medium, 600: QFont.Weight.DemiBold, 700: QFont.Weight.Bold}
EXTRA_TYPE = {
    "result": {"size": 12, "weight": 700, "line": 16, "family": "mono"},
    "code": {"size": 12, "weight": 400, "line": 18, "family": "mono"},
    "axis": {"size": 11, "weight": 500, "line": 14, "family": "mono"},
}
EXTRA_SIZE = {
    "thumb": 14,
    "track": 18,
    "chip": 22,
    "timeline": 45,
    "toast": 44,
    "popover": 392,
    "row": 34,
    "label": 104,
}
EXTRA_SIZE |= {"control": 176, "gallery": 248, "sidePanel": 264, "rail": 48}


class Theme:
    """One of the two themes; immutable once made.

    Args:
        name: "dark" or "light".
        tokens: the decoded content of tokens.json.
    """

    def __init__(self, name: str, tokens: Mapping[str, Any]) -> None:
        self.name = name
        colors = dict(tokens["themes"][name])
        self._series = [QColor(value) for value in colors.pop("series")]
        self._family = {key: QColor(value) for key, value in colors.pop("family").items()}
        signed_stops = [(float(at), str(value)) for at, value in colors.pop("diverging")]
        self._colors = {key: QColor(value) for key, value in colors.items()}
        self._colors["test"] = self._colors["ctl"]
        self._type = tokens["type"] | EXTRA_TYPE
        self._size = tokens["size"] | EXTRA_SIZE
        self._radius, self._motion = tokens["radius"], tokens["motion"]
        self._fonts = {role: _font(record) for role, record in self._type.items()}
        magnitude = color_maps.table(tokens["sequential"]["stops"], 0.0, 1.0)
        ends = [(0.0, self._colors["card"].name()), (1.0, self._colors["ink"].name())]
        self.signed: tuple[int, ...] = color_maps.table(signed_stops, -1.0, 1.0)
        self.overlay: tuple[int, ...] = magnitude
        self.magnitude: tuple[int, ...] = magnitude if name == "dark" else magnitude[::-1]
        self.grey: tuple[int, ...] = color_maps.table(ends, 0.0, 1.0)

    def color(self, token: str) -> QColor:
        """Return the colour of a token, e.g. "ink", "canvas", "train".

        Raises:
            KeyError: there is no such token.
        """
        return QColor(self._colors[token])

    def family(self, family: str) -> QColor:
        """Return the hue of a layer family, e.g. "convolution"; an unknown family gets ink2."""
        return QColor(self._family.get(family, self._colors["ink2"]))

    def series(self, index: int) -> QColor:
        """Return the colour of the index-th series, counted from 0; four colours, then again."""
        return QColor(self._series[index % len(self._series)])

    def any_color(self, token: str) -> QColor:
        """Return a token's colour, "series0" to "series3", "family:dense", or a colour in Qt's own notation."""
        found = self._colors.get(token)
        if found is not None:
            return QColor(found)
        if token.startswith("series"):
            return self.series(int(token[6:]))
        return self.family(token[7:]) if token.startswith("family:") else QColor(token)

    def font(self, role: str) -> QFont:
        """Return the font of a type role.

        The roles are display heading title tab body control caption number numberLarge result heat code axis.
        """
        return QFont(self._fonts[role])

    def line_height(self, role: str) -> int:
        """Return the line height of a type role in pixels."""
        return int(self._type[role].get("line", self._type[role]["size"] + 4))

    def size(self, name: str) -> int:
        """Return a size in pixels, e.g. "topBar", "inspectorW", "controlH"."""
        return int(self._size[name])

    def radius(self, name: str) -> int:
        """Return a corner radius in pixels: cell chip control card panel pill."""
        return int(self._radius[name])

    def motion(self, name: str) -> int:
        """Return a duration in milliseconds: hover press state panel camera scrubThrottle."""
        return int(self._motion[name])


def _font(record: Mapping[str, Any]) -> QFont:
    mono = record.get("family") == "mono"
    font = QFont()
    font.setFamilies(list(_families(mono)))
    font.setStyleHint(QFont.StyleHint.Monospace if mono else QFont.StyleHint.SansSerif)
    font.setPixelSize(int(record["size"]))
    font.setWeight(WEIGHTS[int(record["weight"])])
    for feature, value in (("tnum", 1), ("liga", 0), ("calt", 0)) if mono else (("tnum", 1),):
        font.setFeature(QFont.Tag(feature), value)
    return font


@lru_cache(maxsize=2)
def _families(mono: bool) -> tuple[str, ...]:
    kind = QFontDatabase.SystemFont.FixedFont if mono else QFontDatabase.SystemFont.GeneralFont
    system = QFontInfo(QFontDatabase.systemFont(kind)).family()
    wanted = ("JetBrains Mono", system, "DejaVu Sans Mono") if mono else ("Inter", system, "DejaVu Sans")
    installed = set(QFontDatabase.families())
    return tuple(dict.fromkeys(name for name in wanted if name in installed)) or (system,)


@lru_cache(maxsize=2)
def theme(name: str) -> Theme:
    """Return the theme "dark" or "light". Needs a QGuiApplication, for the fonts."""
    return Theme(name, json.loads(files("resources").joinpath("tokens.json").read_text("utf-8")))


class Look(QObject):
    """The current theme. Whatever draws is given it and repaints on `changed`.

    Args:
        mode: "system" follows the desktop, live; "dark" and "light" stay.
    """

    changed = Signal()

    def __init__(self, mode: str = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mode = mode
        self._theme = theme(self._wanted())
        install_style(_application())
        self._ring = FocusRing(_application(), self)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow)
        self._restyle()

    @property
    def theme(self) -> Theme:
        """The theme to draw with now."""
        return self._theme

    @property
    def mode(self) -> str:
        """What was chosen: "system", "dark" or "light"."""
        return self._mode

    def set_mode(self, mode: str) -> None:
        """Choose a mode; restyles the application and emits `changed` if the theme is another."""
        self._mode = mode if mode in MODES else "system"
        self._follow()

    def _wanted(self) -> str:
        if self._mode != "system":
            return self._mode
        light = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
        return "light" if light else "dark"

    def _follow(self) -> None:
        wanted = theme(self._wanted())
        if wanted is not self._theme:
            self._theme = wanted
            self._restyle()
            self.changed.emit()

    def _restyle(self) -> None:
        app = _application()
        app.setFont(self._theme.font("body"))
        app.setPalette(_palette(self._theme))
        app.setStyleSheet(style_sheet(self._theme))


def _application() -> QApplication:
    return cast(QApplication, QApplication.instance())


def _palette(theme: Theme) -> QPalette:
    roles = QPalette.ColorRole
    pairs = {
        roles.Window: "panel", roles.WindowText: "ink", roles.Base: "field", roles.AlternateBase: "card",
        roles.Text: "ink", roles.Button: "raised", roles.ButtonText: "ink", roles.ToolTipBase: "raised",
        roles.ToolTipText: "ink", roles.Highlight: "ink", roles.HighlightedText: "onink",
        roles.PlaceholderText: "ink3", roles.Link: "ink", roles.LinkVisited: "ink2", roles.Mid: "line2",
        roles.Light: "raised", roles.Dark: "line", roles.Shadow: "canvas", roles.BrightText: "ink",
    }  # fmt: skip
    palette = QPalette()
    for role, token in pairs.items():
        palette.setColor(role, theme.color(token))
    for role in (roles.Text, roles.WindowText, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, theme.color("off"))
    return palette


def _indexed(values: np.ndarray, low: float, high: float, colors: tuple[int, ...]) -> QImage:
    span = high - low if high > low else 1.0
    scaled = (np.asarray(values, float) - low) * (255.0 / span)
    levels = np.clip(np.rint(np.nan_to_num(scaled, nan=0.0, posinf=255.0, neginf=0.0)), 0, 255).astype(np.uint8)
    return level_image(levels, colors)


def level_image(levels: np.ndarray, colors: tuple[int, ...]) -> QImage:
    """Return an Indexed8 image of uint8 levels (height, width), coloured by a 256-entry table."""
    levels = np.ascontiguousarray(levels, np.uint8)
    height, width = levels.shape
    image = QImage(cast(Any, levels.data), width, height, width, QImage.Format.Format_Indexed8).copy()
    image.setColorTable(colors)
    return image


def signed_image(values: np.ndarray, limit: float, theme: Theme) -> QImage:
    """Return values (height, width) in −limit..limit through the signed map, as Indexed8."""
    values = np.nan_to_num(np.asarray(values, float))
    return _indexed(values, -limit, limit, theme.signed)


def magnitude_image(values: np.ndarray, low: float, high: float, theme: Theme) -> QImage:
    """Return values (height, width) in low..high through the magnitude map, as Indexed8."""
    return _indexed(values, low, high, theme.magnitude)


def grey_image(values: np.ndarray, low: float, high: float, theme: Theme) -> QImage:
    """Return one channel (height, width) in low..high: low is the surface, high is ink, as Indexed8."""
    return _indexed(values, low, high, theme.grey)


def color_image(values: np.ndarray) -> QImage:
    """Return a colour image of uint8 values (height, width, 3); no theme touches it."""
    values = np.ascontiguousarray(values, np.uint8)
    height, width = values.shape[:2]
    return QImage(cast(Any, values.data), width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def sample_image(x: np.ndarray, value_range: tuple[float, float], theme: Theme) -> QImage:
    """Return a sample (height, width), (height, width, 1) or (height, width, 3) with values in `value_range`."""
    low, high = value_range
    if x.ndim == 3 and x.shape[2] == 3:
        span = (high - low) or 1.0
        levels = np.rint((np.nan_to_num(x.astype(float)) - low) * (255.0 / span))
        return color_image(np.clip(levels, 0, 255).astype(np.uint8))
    return grey_image(x[..., 0] if x.ndim == 3 else x, low, high, theme)
