"""The curves of a run without a window: a table for a spreadsheet, and a picture drawn with Pillow."""

import csv
import io
import json
import math
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from engine.metrics_db import RecordedMetrics
from engine.run_folder import RunFolder
from engine.storage import atomic_write

SIZE = (960, 420)
LEFT, RIGHT, TOP, BOTTOM = 70, 110, 40, 48
SMOOTHING = 0.9
Point = tuple[float, float]


def write_curves(run: RunFolder) -> tuple[Path, Path]:
    """Write `metrics.csv` and `curves.png` into a run folder, and return their paths."""
    metrics, info = run.metrics(), run.info()
    table, picture = run.path / "metrics.csv", run.path / "curves.png"
    atomic_write(table, metrics_table(metrics, info.metric).encode())
    atomic_write(picture, _png(draw_curves(metrics, info.steps_per_epoch)))
    return table, picture


def metrics_table(metrics: RecordedMetrics, metric: str) -> str:
    """A row of CSV for every step, beyond a million for every bucket of steps.

    Its columns: step, loss, metric, learning rate, and the validation values where an epoch ended at or before it.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["step", "loss", metric, "learning_rate", "validation_loss", f"validation_{metric}"])
    losses, values = metrics.validation_loss.tolist(), metrics.validation_metric.tolist()
    rows = np.searchsorted(metrics.steps, metrics.validation_steps)
    ended = dict(zip(rows.tolist(), zip(losses, values, strict=True), strict=True))
    columns = (metrics.loss.tolist(), metrics.metric.tolist(), metrics.learning_rate.tolist())
    for number, row in enumerate(zip(metrics.steps.tolist(), *columns, strict=True)):
        writer.writerow([*row, *ended.get(number, ("", ""))])
    return text.getvalue()


def draw_curves(metrics: RecordedMetrics, steps_per_epoch: int) -> Image.Image:
    """Draw training loss (smoothed) and validation loss against epochs, on a logarithmic scale."""
    colours = _colours()
    image = Image.new("RGB", SIZE, colours["canvas"])
    draw = ImageDraw.Draw(image)
    train = _line(metrics.steps, _smoothed(metrics.loss), steps_per_epoch)
    validation = _line(metrics.validation_steps, metrics.validation_loss, steps_per_epoch)
    points = train + validation
    draw.text((LEFT, 14), "Loss, logarithmic, against epochs", fill=colours["ink"])
    if not points:
        return image
    frame = _Frame(max(x for x, _ in points), min(y for _, y in points), max(y for _, y in points))
    for exponent in range(math.floor(frame.low), math.ceil(frame.high) + 1):
        y = frame.place((0, exponent))[1]
        draw.line([(LEFT, y), (SIZE[0] - RIGHT, y)], fill=colours["line"])
        draw.text((14, y - 6), f"{10.0**exponent:g}", fill=colours["ink3"])
    for epoch in sorted({round(frame.epochs * part / 5) for part in range(6)}):
        draw.text((frame.place((epoch, 0))[0] - 4, SIZE[1] - BOTTOM + 14), str(epoch), fill=colours["ink3"])
    for line, colour, name in ((train, "train", "train"), (validation, "val", "validation")):
        _draw_line(draw, frame, line, colours[colour], name)
    return image


class _Frame:
    """Where epochs and log losses lie on the picture."""

    def __init__(self, epochs: float, low: float, high: float) -> None:
        self.epochs, self.low, self.high = max(epochs, 1e-9), math.floor(low), max(math.ceil(high), math.floor(low) + 1)

    def place(self, point: Point) -> Point:
        """From (epoch, log10 loss) to px."""
        x = LEFT + point[0] / self.epochs * (SIZE[0] - LEFT - RIGHT)
        share = (point[1] - self.low) / (self.high - self.low)
        return x, SIZE[1] - BOTTOM - share * (SIZE[1] - TOP - BOTTOM)


def _draw_line(draw: ImageDraw.ImageDraw, frame: _Frame, line: list[Point], colour: str, name: str) -> None:
    if line:
        placed = [frame.place(point) for point in line]
        draw.line(placed, fill=colour, width=2)
        draw.text((placed[-1][0] + 8, placed[-1][1] - 6), f"{name} {10 ** line[-1][1]:.4g}", fill=colour)


def _line(steps: np.ndarray, values: np.ndarray, steps_per_epoch: int) -> list[Point]:
    kept = np.isfinite(values) & (values > 0)
    stride = max(1, int(kept.sum()) // 2000)
    epochs, logs = steps[kept][::stride] / steps_per_epoch, np.log10(values[kept][::stride])
    return list(zip(epochs.tolist(), logs.tolist(), strict=True))


def _smoothed(values: np.ndarray) -> np.ndarray:
    """Exponentially weighted average, bias corrected (Kingma and Ba 2015, section 3)."""
    smooth, average = np.empty(len(values)), 0.0
    for index, value in enumerate(values.tolist()):
        average = SMOOTHING * average + (1 - SMOOTHING) * value
        smooth[index] = average / (1 - SMOOTHING ** (index + 1))
    return smooth


def _colours() -> dict[str, str]:
    tokens = Path(__file__).parent.parent / "resources" / "tokens.json"
    return dict(json.loads(tokens.read_text(encoding="utf-8"))["themes"]["light"])


def _png(image: Image.Image) -> bytes:
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()
