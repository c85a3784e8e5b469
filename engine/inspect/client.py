"""Foreign pictures and tables as arrays and sentences, read by a disposable inspector process."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.datasets.large import empty_rows, keep_rows
from engine.datasets.spec import Samples
from engine.errors import UserError
from engine.inspect.dialect import TableOptions
from engine.inspect.folders import Listing, list_pictures
from engine.inspect.inspector import ChildDied, Inspection, Inspector
from engine.inspect.names import absolute, listed, shown
from engine.inspect.protocol import (
    Answer,
    Color,
    PictureRead,
    PictureRefused,
    ReadPictures,
    ReadTable,
    Refused,
    TableRead,
    TableRows,
)

BATCH = 256
MAX_DEATHS = 20
MOST_UNREADABLE = 0.05
SUFFIXES = frozenset({".png", ".apng", ".jpg", ".jpeg", ".jfif", ".bmp", ".gif", ".webp", ".tif", ".tiff"})


@dataclass(frozen=True)
class Pictures:
    """Pictures of a folder.

    Args:
        x: uint8 (sample, height, width, channel); in a file where they do not fit into memory.
        labels: int32 (sample,).
    """

    x: np.ndarray
    labels: np.ndarray
    class_names: tuple[str, ...]
    problems: tuple[str, ...]


def load_images(path: str, shape: tuple[int, int], color: Color, inspection: Inspection | None = None) -> Pictures:
    """Read a folder with one folder of pictures for each class.

    Args:
        shape: (height, width) all are resized to; the rule is in `engine.inspect.pictures`.

    Raises:
        UserError: wrong layout, a class without a readable picture, too many unreadable ones, or too much memory.
        Cancelled: the inspection was cancelled.
    """
    inspection = inspection or Inspection()
    listing = list_pictures(path, inspection.check)
    paths = [file for files in listing.files for file in files]
    labels = np.repeat(np.arange(len(listing.files), dtype=np.int32), [len(files) for files in listing.files])
    if not paths:
        raise UserError(
            f"The folders of {shown(listing.root.name)} hold no files; expected pictures.",
            "PNG, JPEG, BMP, GIF, WebP and TIFF are read.",
            where="path",
        )
    stack = _read(paths, shape, color, inspection)
    stack.require_mostly_readable(listing.root.name)
    labels = labels[stack.kept]
    _require_every_class(listing, labels)
    problems = (*stack.problems(), *_ignored(listing))
    return Pictures(stack.x, labels, tuple(shown(name) for name in listing.class_names), problems)


def read_pictures(
    paths: Sequence[str], shape: tuple[int, int], color: Color, inspection: Inspection | None = None
) -> tuple[np.ndarray, tuple[str, ...], tuple[str, ...]]:
    """Read single picture files, for predictions.

    Returns:
        x float32 (file, height, width, channel), 0..255; names of the files read; a sentence for each problem.

    Raises:
        UserError: none of them could be read.
        Cancelled: the inspection was cancelled.
    """
    files = [absolute(path) for path in paths]
    stack = _read(files, shape, color, inspection or Inspection())
    names = tuple(shown(file.name) for file, kept in zip(files, stack.kept, strict=True) if kept)
    if not names:
        raise UserError(
            f"No picture could be read: {_why_none(stack)}." if files else "No picture was given.",
            "Choose PNG, JPEG, BMP, GIF, WebP or TIFF files.",
            where="path",
        )
    return stack.x.astype(np.float32), names, tuple(stack.problems())


def read_whole_picture(
    path: str, longest: int, color: Color, inspection: Inspection | None = None
) -> tuple[np.ndarray, tuple[int, int]]:
    """Read one picture file in its own ratio.

    Args:
        longest: its longer side is shrunk to this, px, where it is longer.

    Returns:
        float32 (height, width, channel), 0..255; the size (width, height) it had.

    Raises:
        UserError: it could not be read.
        Cancelled: the inspection was cancelled.
    """
    file = absolute(path)
    (answer,) = _answers([file], (longest, longest), color, inspection or Inspection(), keeps_ratio=True)
    if isinstance(answer, PictureRefused):
        raise UserError(
            f"{shown(file.name)} could not be read: {answer.reason}.",
            "Choose a PNG, JPEG, BMP, GIF, WebP or TIFF file.",
            where="path",
        )
    return answer.pixels.astype(np.float32), answer.size


def load_table(path: str, options: TableOptions, inspection: Inspection | None = None) -> Samples:
    """Read a CSV file.

    Raises:
        UserError: the file or the table in it is wrong.
        Cancelled: the inspection was cancelled.
    """
    inspection = inspection or Inspection()
    file = absolute(path)
    inspection.progress(0, 1)
    try:
        with Inspector(inspection, inspection.table_seconds) as inspector:
            (answer,) = inspector.ask(ReadTable(path=os.fsencode(file), options=options), 1)
            samples = _samples(answer, inspector.answer)
    except ChildDied as death:
        raise UserError(
            f"{shown(file.name)} could not be read: {death.cause}.", "Use a smaller file.", where="path"
        ) from death
    inspection.progress(1, 1)
    return samples


def _samples(first: Answer, following: Callable[[], Answer]) -> Samples:
    if isinstance(first, Refused):
        raise UserError(first.message, first.hint, first.where)
    assert isinstance(first, TableRead)
    x: list[np.ndarray] = []
    y: list[np.ndarray] = []
    while sum(map(len, y)) < first.rows:
        rows = following()
        assert isinstance(rows, TableRows)
        x.append(rows.x)
        y.append(rows.y)
    return Samples(np.concatenate(x), np.concatenate(y), first.description, first.problems)


@dataclass
class _Stack:
    """The readable pictures of a list of files, and what was found in the others."""

    x: np.ndarray
    kept: np.ndarray  # bool (file,)
    sizes: set[tuple[int, int]]
    animated: list[str]
    refused: list[tuple[str, str]]  # name, reason
    foreign: list[str]

    def require_mostly_readable(self, folder: str) -> None:
        count = len(self.refused) + int(self.kept.sum())
        if len(self.refused) > MOST_UNREADABLE * count:
            raise UserError(
                f"{len(self.refused):,} of {count:,} pictures in {shown(folder)} cannot be read: "
                f"{_reasons(self.refused)}.",
                "Repair or remove them; up to 5 % may be unreadable.",
                where="path",
            )

    def problems(self) -> list[str]:
        found = []
        if self.refused:
            found.append(f"{_files(len(self.refused))} unreadable and left out: {_reasons(self.refused)}.")
        if self.foreign:
            found.append(f"{_files(len(self.foreign))} no picture and left out: {listed(self.foreign)}.")
        if self.animated:
            found.append(f"Only the first frame was taken of {listed(self.animated)}.")
        if len(self.sizes) > 1:
            widths, heights = zip(*self.sizes, strict=True)
            found.append(
                f"The pictures have {len(self.sizes):,} different sizes, {min(widths)} to {max(widths)} px wide and "
                f"{min(heights)} to {max(heights)} px high; each was resized without keeping its ratio."
            )
        return found


def _read(paths: Sequence[Path], shape: tuple[int, int], color: Color, inspection: Inspection) -> _Stack:
    x = empty_rows((len(paths), *shape, 1 if color == "grey" else 3))
    stack = _Stack(x, np.zeros(len(paths), bool), set(), [], [], [])
    for number, answer in enumerate(_answers(paths, shape, color, inspection)):
        _take(stack, number, paths[number], answer)
        inspection.progress(number + 1, len(paths))
    stack.x = keep_rows(x, stack.kept)
    return stack


def _take(stack: _Stack, number: int, path: Path, answer: Answer) -> None:
    if isinstance(answer, PictureRead):
        stack.x[number] = answer.pixels
        stack.kept[number] = True
        stack.sizes.add(answer.size)
        if answer.animated:
            stack.animated.append(path.name)
        return
    assert isinstance(answer, PictureRefused)
    if answer.foreign and path.suffix.lower() not in SUFFIXES:
        stack.foreign.append(path.name)
    else:
        stack.refused.append((path.name, answer.reason))


def _answers(
    paths: Sequence[Path], shape: tuple[int, int], color: Color, inspection: Inspection, *, keeps_ratio: bool = False
) -> Iterator[PictureRead | PictureRefused]:
    """Yield one answer for each path; a file that ends the inspector is refused, and a new one goes on behind it."""
    done = deaths = 0
    while done < len(paths):
        try:
            with Inspector(inspection, inspection.seconds) as inspector:
                while done < len(paths):
                    batch = tuple(os.fsencode(path) for path in paths[done : done + BATCH])
                    question = ReadPictures(
                        paths=batch, height=shape[0], width=shape[1], color=color, keeps_ratio=keeps_ratio
                    )
                    for answer in inspector.ask(question, len(batch)):
                        assert isinstance(answer, PictureRead | PictureRefused)
                        yield answer
                        done += 1
        except ChildDied as death:
            deaths += 1
            if deaths > MAX_DEATHS:
                raise UserError(
                    f"More than {MAX_DEATHS} pictures ended the inspector, the last one {shown(paths[done].name)}.",
                    "Check where these files come from, and remove the damaged ones.",
                    where="path",
                ) from death
            yield PictureRefused(reason=death.cause)
            done += 1


def _require_every_class(listing: Listing, labels: np.ndarray) -> None:
    counts = np.bincount(labels, minlength=len(listing.class_names))
    empty = [name for name, count in zip(listing.class_names, counts, strict=True) if not count]
    if empty:
        raise UserError(
            f"No readable picture in {listed(empty)}; every class needs some.",
            "Add pictures to these folders, or remove them.",
            where="path",
        )


def _ignored(listing: Listing) -> Iterator[str]:
    for reason, names in listing.ignored.items():
        yield f"Passed over {reason} ({len(names):,}): {listed(names)}."


def _reasons(refused: Sequence[tuple[str, str]]) -> str:
    first = "; ".join(f"{shown(name)} ({reason})" for name, reason in refused[:3])
    return f"{first}; and {len(refused) - 3:,} more" if len(refused) > 3 else first


def _why_none(stack: _Stack) -> str:
    foreign = f"{listed(stack.foreign)} {'is' if len(stack.foreign) == 1 else 'are'} no picture"
    return "; ".join([_reasons(stack.refused)] * bool(stack.refused) + [foreign] * bool(stack.foreign))


def _files(count: int) -> str:
    return "1 file is" if count == 1 else f"{count:,} files are"
