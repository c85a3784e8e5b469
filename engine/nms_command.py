"""`glassbox nms`: non-max suppression of the boxes in a JSON file, with who killed whom."""

import argparse
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import UserError
from engine.inspect.names import shown
from engine.printing import plain, print_result, print_table
from engine.storage import read_bounded

MAX_BYTES = 64 * 1024 * 1024
MOST_BOXES = 100_000
FORM = '{"boxes": [[x0, y0, x1, y1], ...], "scores": [s, ...], "classes": [c, ...]}, classes only where there are some'


class Boxes(msgspec.Struct, forbid_unknown_fields=True):
    """What a file holds: boxes (x0, y0, x1, y1) in px, a score for each, and a class for each where there are some."""

    boxes: list[tuple[float, float, float, float]]
    scores: list[float]
    classes: list[int | str] | None = None


class Box(msgspec.Struct, forbid_unknown_fields=True):
    """The same of one box, in a file that is a list of them."""

    box: tuple[float, float, float, float]
    score: float
    label: int | str | None = msgspec.field(name="class", default=None)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    command.add_argument("file", type=Path, metavar="FILE.json", help=FORM)
    command.add_argument("--iou", type=float, default=0.5, metavar="I", help="a box falls above this; 0.5 without")
    command.add_argument(
        "--score", type=float, default=None, metavar="S", help="look only at boxes with a higher score"
    )
    command.add_argument("--across-classes", action="store_true", help="let boxes of all classes kill each other")


def run(options: argparse.Namespace) -> int:
    """Suppress and print.

    Raises:
        UserError: the file cannot be used, or a threshold is out of its range.
    """
    result = suppressed(read_boxes(options.file), options.iou, options.score, options.across_classes)
    print_result(result, as_json=options.json, human=lambda: _print(result))
    return 0


def read_boxes(path: Path) -> Boxes:
    """Read boxes from a file.

    Raises:
        UserError: the file is missing, too large, no JSON, or not of a form that is known.
    """
    name = shown(path.name)
    data = read_bounded(path, MAX_BYTES)
    if not data.strip():
        raise UserError(f"{name} is empty ({len(data)} bytes).", f"Expected {FORM}.", str(path))
    try:
        found = _decoded(data)
    except (msgspec.DecodeError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else _reason(error)
        raise UserError(f"{name} holds no list of boxes: {reason}.", f"Expected {FORM}.", str(path)) from None
    if len(found.scores) != len(found.boxes) or (found.classes is not None and len(found.classes) != len(found.boxes)):
        counts = f"{len(found.boxes):,} boxes, {len(found.scores):,} scores"
        counts += "" if found.classes is None else f" and {len(found.classes):,} classes"
        raise UserError(f"{name} holds {counts}.", "Give every box one of each.", str(path))
    if len(found.boxes) > MOST_BOXES:
        raise UserError(
            f"{name} holds {len(found.boxes):,} boxes; at most {MOST_BOXES:,} are compared.",
            "Leave out those with the lowest scores.",
            str(path),
        )
    return found


def suppressed(found: Boxes, iou: float, score: float | None, across_classes: bool) -> dict[str, Any]:
    """What is printed: the boxes kept, killed (by which, with which IoU) and left out for their score.

    Raises:
        UserError: a number is out of its range.
    """
    import numpy as np

    from engine.vision.suppression import non_max_suppression

    names = [] if found.classes is None or across_classes else [str(name) for name in found.classes]
    classes = np.unique(names, return_inverse=True)[1] if names else None
    boxes, scores = np.array(found.boxes, float).reshape(-1, 4), np.array(found.scores, float)
    done = non_max_suppression(boxes, scores, iou, classes, -np.inf if score is None else score)
    overlaps = done.overlaps.tolist()
    killers = zip(done.by.tolist(), overlaps, strict=True)
    return {
        "iou": iou,
        "score": score,
        "across_classes": across_classes or found.classes is None,
        "kept": [_entry(found, place) for place in done.kept.tolist()],
        "killed": [
            {**_entry(found, place), "by": by, "iou": overlap}
            for place, (by, overlap) in zip(done.killed.tolist(), killers, strict=True)
        ],
        "left": [_entry(found, place) for place in done.left.tolist()],
    }


def _reason(error: Exception) -> str:
    """What the decoder complains about, in one line, as the end of a sentence."""
    text = plain(str(error).rstrip("."))[:200]
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _decoded(data: bytes) -> Boxes:
    if data.lstrip()[:1] != b"[":
        return msgspec.json.decode(data, type=Boxes)
    rows = msgspec.json.decode(data, type=list[Box])
    labels = [row.label for row in rows if row.label is not None]
    if labels and len(labels) < len(rows):
        raise msgspec.ValidationError(f"only {len(labels):,} of {len(rows):,} boxes have a class")
    return Boxes([row.box for row in rows], [row.score for row in rows], labels or None)


def _entry(found: Boxes, place: int) -> dict[str, Any]:
    entry = {"index": place, "box": list(found.boxes[place]), "score": found.scores[place]}
    return entry if found.classes is None else {**entry, "class": found.classes[place]}


def _print(result: dict[str, Any]) -> None:
    """A table of all boxes by falling score, each with its fate."""
    fates = [("kept", "", "")] * len(result["kept"])
    fates += [("killed", f"by {row['by']}", f"{row['iou']:.3f}") for row in result["killed"]]
    fates += [("left", "score", "")] * len(result["left"])
    entries = [*result["kept"], *result["killed"], *result["left"]]
    rows = [
        {
            "box": entry["index"],
            "score": f"{entry['score']:.4g}",
            "class": str(entry.get("class", "")),
            "corners": ", ".join(f"{side:g}" for side in entry["box"]),
            "fate": fate,
            "why": why,
            "IoU": overlap,
        }
        for entry, (fate, why, overlap) in zip(entries, fates, strict=True)
    ]
    print_table(sorted(rows, key=lambda row: -float(row["score"])))
    print(f"{len(result['kept']):,} kept, {len(result['killed']):,} killed, {len(result['left']):,} left out")
