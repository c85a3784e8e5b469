"""The titles of the kernels picture: what is shown, its size, channel and padding."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from app.explain.kernels.grids import Sheet
from app.explain.kernels.layout import TITLE
from app.explain.kernels.scene import Scene
from app.text import TIMES
from app.theme import Theme
from engine.layers.common import ACTIVATIONS

NUMERALS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def draw_titles(sheet: Sheet) -> None:
    """Draw the titles, painted once for as long as they say the same."""
    layout, scene = sheet.layout, sheet.scene
    top = layout.columns[0].top()
    line = QRectF(layout.input.left(), top - TITLE, layout.equation.width(), TITLE)
    columns = [(layout.columns[0].left(), *input_title(scene), False), (layout.window.left(), "Window", "x", True)]
    if scene.kind == "convolution":
        columns.append((layout.kernel.left(), scene.names[scene.map], "w", True))
        place = QRectF(layout.products.left(), layout.products.top() - TITLE, layout.products.width(), TITLE)
        _draw_line(sheet, "title of the products", place, [(place.left(), "Products", _products(scene), False)])
    columns.append((layout.columns[2].left(), *map_title(scene), False))
    _draw_line(sheet, "titles", line, columns)


Title = tuple[float, str, str, bool]  # left, title, what is said more, whether that is code


def _draw_line(sheet: Sheet, kind: str, line: QRectF, titles: list[Title]) -> None:
    """Draw titles beside each other."""
    theme = sheet.theme
    ends = [left for left, *_ in titles[1:]] + [line.right()]

    def paint(painter: QPainter, _area: QRectF) -> None:
        painter.translate(-line.topLeft())
        for (left, title, more, is_code), end in zip(titles, ends, strict=True):
            place = QRectF(left, line.top(), end - left - 4, TITLE - 6)
            _paint_title(painter, place, (title, more), theme, is_code)

    key = (*titles, line.width(), theme.name)
    sheet.painter.drawPixmap(line.topLeft(), sheet.pictures.picture(kind, key, line, paint))


def _products(scene: Scene) -> str:
    size = scene.window.size[0] * scene.window.size[1]
    words = f"{NUMERALS[size] if size < len(NUMERALS) else size} multiplication{'' if size == 1 else 's'}"
    return words + (f", channel {scene.channel} of {scene.channels}" if scene.channels > 1 else "")


def input_title(scene: Scene) -> tuple[str, str]:
    """The name of the input, and its size, channel and padding."""
    high, wide, channels = scene.x.shape
    parts = [f"{high}{TIMES}{wide}"]
    if channels > 1:
        parts.append(f"channel {scene.plane} of {channels}")
    sides = sorted({side for pair in scene.padding for side in pair})
    if any(sides):
        parts.append(f"zero padding {sides[0] if len(sides) == 1 else f'{sides[0]} to {sides[-1]}'}")
    if scene.kind != "convolution":
        parts = [part.replace("zero padding", "padding") for part in parts]
    return scene.source, ", ".join(parts)


def map_title(scene: Scene) -> tuple[str, str]:
    """The name of the map, and what it shows."""
    name = ACTIVATIONS.get(scene.activation, scene.activation)
    size = f"{scene.out[0]}{TIMES}{scene.out[1]}"
    if scene.kind != "convolution":
        return f"Map {scene.names[scene.map]}", f"after pooling, {size}"
    before = scene.shows_z or scene.activation == "linear"
    title = scene.names[scene.map].replace("Kernel", "Feature map")
    return title, f"{'z, before ' + name if scene.shows_z else 'z' if before else 'after ' + name}, {size}"


def _paint_title(painter: QPainter, line: QRectF, texts: tuple[str, str], theme: Theme, is_code: bool) -> None:
    title, more = texts
    middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.setFont(theme.font("title"))
    painter.setPen(theme.color("ink"))
    painter.drawText(line, middle | Qt.TextFlag.TextDontClip, title)
    room = line.adjusted(QFontMetricsF(painter.font()).horizontalAdvance(title) + 8, 0, 0, 0)
    painter.setFont(theme.font("axis" if is_code else "body"))
    painter.setPen(theme.color("ink3"))
    text = QFontMetricsF(painter.font()).elidedText(more, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, middle, text)
