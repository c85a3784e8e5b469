"""Where the parts of the kernels picture lie, for any size of it."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from app.explain.kernels.cells import grid_area
from app.explain.kernels.crop import Crop, crop_around
from app.explain.kernels.scene import Place, Scene

TITLE = 26.0  # px of a title line
GAP = 27.0  # px between the columns
MIDDLE, RIGHT = 0.89, 0.95  # widths of the middle and the right column, as shares of the left one
SUM = 38.0  # px of the sum line
CHANNELS = 30.0  # px of the row with the sums of all channels
LARGEST_WINDOW = 0.464  # of the middle column: the side of window and kernel
EQUATION = (52.0, 84.0)  # px, lowest and highest card
BETWEEN = 16.0
TALLEST = 1.22  # of its width: the height of the middle column


@dataclass(frozen=True)
class Layout:
    """Rectangles in the picture's own pixels.

    Args:
        input: its grid, padding included; crop, in padded cells: what it shows.
        window, kernel, products, sums, total: of the middle column; kernel and products are empty for pooling.
        map: its grid; map_crop: what it shows.
        equation: the card.
        columns: left edges and widths of the three columns, for titles.
    """

    input: QRectF
    crop: Crop
    window: QRectF
    kernel: QRectF
    products: QRectF
    sums: QRectF
    total: QRectF
    map: QRectF
    map_crop: Crop
    equation: QRectF
    columns: tuple[QRectF, QRectF, QRectF]


def lay_out(rect: QRectF, scene: Scene, place: Place) -> Layout:
    """Lay the picture out for one place of the window."""
    equation_height = min(max(rect.height() * 0.17, EQUATION[0]), EQUATION[1])
    top, high = rect.top() + TITLE, rect.height() - TITLE - BETWEEN - equation_height
    side = max(60.0, min((rect.width() - 2 * GAP) / (1 + MIDDLE + RIGHT), high))
    spare = rect.width() - side * (1 + MIDDLE + RIGHT) - 2 * GAP
    middle, right = side * MIDDLE + spare * 0.5, side * RIGHT
    left = QRectF(rect.left(), top, side, high)
    centre = QRectF(left.right() + GAP, top, middle, high)
    far = QRectF(centre.right() + GAP + spare * 0.5, top, right, high)
    crop, map_crop = crops(scene, place)
    window, kernel = _windows(centre, scene)
    products, sums, total = _arithmetic(centre, scene, window)
    largest = QRectF(0, 0, min(side, 56.0 * crop.width), side)
    return Layout(
        input=grid_area(QRectF(left.left(), top, largest.width(), min(side, high)), crop.height, crop.width),
        crop=crop,
        window=window,
        kernel=kernel,
        products=products,
        sums=sums,
        total=total,
        map=grid_area(QRectF(far.left(), top, right, min(right, high)), map_crop.height, map_crop.width),
        map_crop=map_crop,
        equation=QRectF(rect.left(), rect.bottom() - equation_height, rect.width(), equation_height),
        columns=(left, centre, far),
    )


def crops(scene: Scene, place: Place) -> tuple[Crop, Crop]:
    """What is drawn of the padded input, and of the map, so that the window is in sight."""
    (above, below), (before, after) = scene.padding
    whole = (scene.x.shape[0] + above + below, scene.x.shape[1] + before + after)
    window = scene.window
    first = (place[0] * window.strides[0], place[1] * window.strides[1])
    last = (first[0] + window.span(0) - 1, first[1] + window.span(1) - 1)
    whole = (max(whole[0], last[0] + 1), max(whole[1], last[1] + 1))
    return crop_around(whole, first, last), crop_around(scene.out, place, place)


def _windows(centre: QRectF, scene: Scene) -> tuple[QRectF, QRectF]:
    """Window and kernel side by side; of pooling, the window alone."""
    rows, columns = scene.window.size
    high = min(centre.height() * 0.43, centre.width() * LARGEST_WINDOW)
    if scene.kind != "convolution":
        area = QRectF(centre.left(), centre.top(), min(centre.width(), high * 1.3), high * 1.3)
        return grid_area(area, rows, columns, 84.0), QRectF()
    area = QRectF(centre.left(), centre.top(), centre.width() * LARGEST_WINDOW, high)
    window = grid_area(area, rows, columns, 84.0)
    kernel = window.translated(max(centre.width() - window.width(), 0.0), 0)
    kernel.moveLeft(min(kernel.left(), window.right() + 28))
    return window, kernel


def _arithmetic(centre: QRectF, scene: Scene, window: QRectF) -> tuple[QRectF, QRectF, QRectF]:
    """Products, sums of the channels, and the line of the sum, below the window."""
    bottom = min(centre.bottom(), centre.top() + centre.width() * TALLEST)
    total = QRectF(centre.left(), bottom - SUM, centre.width(), SUM)
    if scene.kind != "convolution":
        top = window.bottom() + 12
        return QRectF(), QRectF(), QRectF(centre.left(), top, centre.width(), max(SUM, bottom - top))
    high = CHANNELS if scene.channels > 1 else 0.0
    sums = QRectF(centre.left(), total.top() - high, centre.width(), high)
    top = window.bottom() + TITLE + 6
    return QRectF(centre.left(), top, centre.width(), max(0.0, sums.top() - top - 6)), sums, total
