"""The pictures of the starter projects: computed from real data, drawn in the colours of the theme.

Where a network takes part it is untrained, or its kernels are fixed ones; the description of each picture says so.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from app.home.art_networks import silhouette
from app.home.art_pictures import paint_regions, paint_scenes
from app.home.art_points import paint_boundary, paint_flowers, paint_regression
from app.home.art_sequences import paint_adding, paint_series, paint_text
from app.home.cells import from_signed, paint_cells, paint_frame, paint_lines
from app.home.sample_data import correlated, digit, resized
from app.theme import Theme, grey_image, signed_image

EDGE = np.array([[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]]) / 4  # Sobel's kernel for vertical edges
WINDOW = (2, 3)  # row and column of the window outlined in the picture of the convolution
Artist = Callable[[QPainter, QRectF, Theme], None]


@dataclass(frozen=True)
class Art:
    """A picture.

    Args:
        paint: draws it into a rectangle of about 5:3.
        says: what is to be seen, for those who cannot, and for the tooltip.
    """

    paint: Artist
    says: str


def paint_convolution(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """A digit, the window on it, the kernel, and the map that comes out."""
    image = digit(5, 3)
    if image is None:
        return
    pitch = rect.height() * 0.088
    middle, left = rect.center().y(), rect.x() + rect.width() * 0.05
    source = paint_cells(painter, QPointF(left, middle - 4 * pitch), image, pitch, theme.grey)
    kernel_at = QPointF(rect.x() + rect.width() * 0.505, middle - 1.5 * pitch)
    kernel = paint_cells(painter, kernel_at, from_signed(EDGE), pitch, theme.signed)
    result = correlated(image, EDGE)
    small = pitch * 0.8
    map_at = QPointF(rect.right() - rect.width() * 0.05 - 6 * small, middle - 3 * small)
    paint_cells(painter, map_at, from_signed(result), small, theme.signed)
    row, column = WINDOW
    window = QRectF(source.x() + column * pitch - 1.5, source.y() + row * pitch - 1.5, 3 * pitch + 2, 3 * pitch + 2)
    cell = QRectF(map_at.x() + column * small - 1.5, map_at.y() + row * small - 1.5, small + 2, small + 2)
    corners = [(window.topRight(), kernel.topLeft()), (window.bottomRight(), kernel.bottomLeft())]
    corners += [(kernel.topRight(), cell.topLeft()), (kernel.bottomRight(), cell.bottomLeft())]
    paint_lines(painter, corners, theme)
    paint_frame(painter, window, theme)
    paint_frame(painter, cell, theme)


def paint_layers(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """A digit, and the units of an untrained dense network that reads it."""
    image = digit(8, 0)
    if image is None:
        return
    pitch = rect.height() * 0.075
    source = paint_cells(painter, QPointF(rect.x() + 14, rect.center().y() - 4 * pitch), image, pitch, theme.grey)
    outputs = forward(image.ravel(), (16, 12, 10), seed=1)
    x = [source.right() + (rect.right() - 18 - source.right()) * share for share in (0.28, 0.64, 1.0)]
    columns = [_column(rect, at, len(values)) for at, values in zip(x, outputs, strict=True)]
    inputs = [QPointF(source.right() + 1, source.y() + (k + 0.5) * pitch) for k in range(8)]
    line = theme.color("edge")
    for before, after in zip([inputs, *columns[:-1]], columns, strict=True):
        line.setAlphaF(0.32)
        painter.setPen(QPen(line, 0.8))
        for start in before:
            for end in after:
                painter.drawLine(start, end)
    for places, values in zip(columns, outputs, strict=True):
        _paint_units(painter, places, values, theme)


def paint_maps(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """A digit enlarged to 28×28, and six maps of fixed kernels of 5×5."""
    small = digit(3, 1)
    if small is None:
        return
    image = resized(small, 28)
    side = rect.height() * 0.60
    square = QRectF(rect.x() + rect.width() * 0.06, rect.center().y() - side / 2, side, side)
    painter.drawImage(square, grey_image(image, 0, 1, theme))
    maps = [np.maximum(correlated(image, _stripes(k * np.pi / 6), pad=2), 0) for k in range(6)]
    limit = max(float(values.max()) for values in maps)
    tile = rect.height() * 0.29
    for number, values in enumerate(maps):
        x = rect.right() - rect.width() * 0.04 - (3 - number % 3) * (tile + 3)
        y = rect.center().y() - tile - 1.5 + number // 3 * (tile + 3)
        painter.drawImage(QRectF(x, y, tile, tile), signed_image(values, limit, theme))


def paint_shortcut(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """x, F(x) and x + F(x): two fixed kernels in a row, and the way around them."""
    image = digit(6, 0)
    if image is None:
        return
    first = np.maximum(correlated(image, EDGE, pad=1), 0)
    second = correlated(first, EDGE.T, pad=1)
    total = image + second
    limit = float(np.abs(total).max())
    pitch = rect.height() * 0.040
    side, y = 8 * pitch, rect.center().y() - 4 * pitch + rect.height() * 0.06
    lefts = [rect.x() + rect.width() * share for share in (0.04, 0.265, 0.49, 0.96)]
    lefts[-1] -= side
    for x, values in zip(lefts, (image, first, second, total), strict=True):
        paint_cells(painter, QPointF(x, y), from_signed(values, limit), pitch, theme.signed, gap=0.8)
    middle, plus = y + side / 2, QPointF((lefts[2] + side + lefts[3]) / 2, y + side / 2)
    painter.setPen(QPen(theme.color("edge"), 1.5))
    for start, end in ((lefts[0], lefts[1]), (lefts[1], lefts[2])):
        painter.drawLine(QPointF(start + side + 2, middle), QPointF(end - 3, middle))
    painter.drawLine(QPointF(lefts[2] + side + 2, middle), QPointF(lefts[3] - 3, middle))
    _paint_detour(painter, QPointF(lefts[0] + side / 2, y - 3), plus, rect.y() + rect.height() * 0.14)
    _paint_plus(painter, plus, theme)


def paint_wide(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """A digit of 28×28 and the 512, 512 and 10 units of an untrained dense network that reads it."""
    small = digit(9, 0)
    if small is None:
        return
    image = resized(small, 28)
    outputs = forward(image.ravel(), (512, 512, 10), seed=0)
    side = rect.height() * 0.44
    top = rect.center().y()
    painter.drawImage(QRectF(rect.x() + 12, top - side / 2, side, side), grey_image(image, 0, 1, theme))
    pitch = rect.height() * 0.74 / 32
    right = rect.right() - 16
    limit = float(np.quantile(np.abs(outputs[1]), 0.995))
    last = from_signed(outputs[2][:, None])
    paint_cells(painter, QPointF(right - 8, top - 5 * pitch * 3.1), last, pitch * 3.1, theme.signed, gap=1.2)
    room = right - 20 - (rect.x() + 12 + side)
    for share, values in zip((0.30, 0.76), outputs[:2], strict=True):
        x = rect.x() + 12 + side + room * share - 8 * pitch
        paint_cells(
            painter, QPointF(x, top - 16 * pitch), from_signed(values.reshape(32, 16), limit), pitch, theme.signed, 0.6
        )


def forward(x: np.ndarray, sizes: tuple[int, ...], seed: int) -> list[np.ndarray]:
    """Outputs of dense layers with Glorot's uniform weights (Glorot and Bengio 2010, eq. 16) and ReLU but for the last.

    Args:
        x: float (input,).
        sizes: units of each layer.
    """
    random = np.random.default_rng(seed)
    outputs = []
    for number, size in enumerate(sizes, start=1):
        limit = np.sqrt(6 / (x.size + size))
        x = x @ random.uniform(-limit, limit, (x.size, size))  # (size,)
        x = np.maximum(x, 0) if number < len(sizes) else x
        outputs.append(x)
    return outputs


def _stripes(angle: float) -> np.ndarray:
    """A kernel of 5×5 that answers to edges at one angle: a Gaussian times its way across."""
    y, x = np.mgrid[-2:3, -2:3]
    across = x * np.cos(angle) + y * np.sin(angle)
    kernel = across * np.exp(-(x**2 + y**2) / 3.0)
    return np.asarray(kernel / np.abs(kernel).sum())


def _column(rect: QRectF, x: float, count: int) -> list[QPointF]:
    pitch = min(rect.height() * 0.82 / count, 13)
    return [QPointF(x, rect.center().y() + (k - (count - 1) / 2) * pitch) for k in range(count)]


def _paint_units(painter: QPainter, places: list[QPointF], values: np.ndarray, theme: Theme) -> None:
    levels = np.clip(np.rint(from_signed(values) * 255), 0, 255).astype(int)
    painter.setPen(QPen(theme.color("ctl"), 1))
    for place, level in zip(places, levels, strict=True):
        painter.setBrush(Qt.BrushStyle.SolidPattern)
        painter.setBrush(_rgb(theme.signed[level]))
        painter.drawEllipse(place, 3.6, 3.6)


def _rgb(value: int) -> QColor:
    return QColor.fromRgb(value)


def _paint_detour(painter: QPainter, start: QPointF, end: QPointF, y: float) -> None:
    path = QPainterPath(start)
    path.lineTo(start.x(), y + 8)
    path.quadTo(start.x(), y, start.x() + 8, y)
    path.lineTo(end.x() - 8, y)
    path.quadTo(end.x(), y, end.x(), y + 8)
    path.lineTo(end.x(), end.y() - 8)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


def _paint_plus(painter: QPainter, centre: QPointF, theme: Theme) -> None:
    painter.setPen(QPen(theme.family("merge"), 1.5))
    painter.setBrush(theme.color("canvas"))
    painter.drawEllipse(centre, 8, 8)
    painter.drawLine(centre - QPointF(4, 0), centre + QPointF(4, 0))
    painter.drawLine(centre - QPointF(0, 4), centre + QPointF(0, 4))


BARS = "Every layer as a bar, as high as its maps, from the input to the output"
NETWORKS = {
    "vgg-small": "a small VGG",
    "resnet-small": "a small residual network",
    "inception-small": "a small Inception network",
    "alexnet": "AlexNet",
    "vgg-16": "VGG-16",
    "vgg-19": "VGG-19",
    "resnet-18": "ResNet-18",
    "resnet-50": "ResNet-50",
    "inception-v1": "Inception v1",
}
ART: dict[str, Art] = {
    "digits": Art(paint_convolution, "A scanned digit, a window of 3×3, a kernel for vertical edges, and the result."),
    "digits-dense": Art(paint_layers, "A scanned digit and the units of an untrained dense network that reads it."),
    "spiral": Art(paint_boundary, "The points of two spirals, and the plane coloured by the nearest ones."),
    "iris": Art(paint_flowers, "Petal length and width of 150 flowers of three kinds."),
    "diabetes": Art(paint_regression, "Body mass index and disease progression of 442 patients, with the best line."),
    "residual": Art(
        paint_shortcut, "A scanned digit, two fixed kernels in a row, and their result added to the digit."
    ),
    "lenet-5": Art(paint_maps, "A scanned digit of 28×28 and six maps of fixed kernels for edges of six angles."),
    "photo-regions": Art(paint_regions, "A photograph of a pagoda with the outlines of its hand-labelled regions."),
    "scenes": Art(paint_scenes, "Three scenes: a digit or a shape on textured ground, each with its box."),
    "brackets": Art(paint_text, "An expression, character by character, and how many brackets are open after each."),
    "adding": Art(paint_adding, "Random numbers in a row; two of them are marked, and their sum is asked for."),
    "series": Art(paint_series, "A series with trend, season and noise; its next value is asked for."),
    "mlp": Art(paint_wide, "A scanned digit of 28×28 and 512, 512 and 10 units of an untrained network."),
    **{name: Art(silhouette(name), f"{BARS} of {title}.") for name, title in NETWORKS.items()},
}
