"""The inspector process: opens foreign files for one question after another, until its input ends."""

import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.errors import UserError
from engine.inspect.given_rows import read_given_rows
from engine.inspect.limits import limit_cpu, limit_process
from engine.inspect.names import shown
from engine.inspect.protocol import (
    Answer,
    Broken,
    NumberedRows,
    Opened,
    PictureRead,
    PictureRefused,
    Question,
    ReadPictures,
    ReadRows,
    ReadTable,
    ReadWeights,
    Refused,
    RowsRead,
    TableRead,
    TableRows,
    WeightRead,
)
from engine.inspect.tables import read_table
from engine.inspect.text import MAX_BYTES
from engine.storage import read_bounded
from engine.wire import Decoder, encode

CHUNK = 1 << 20
ROWS_BYTES = 16 * 1024 * 1024


def answers(question: Question) -> Iterator[Answer]:
    """Answer one question; each yield is one frame."""
    try:
        if isinstance(question, ReadPictures):
            yield from _pictures(question)
        elif isinstance(question, ReadRows):
            yield from _rows(question)
        elif isinstance(question, ReadWeights):
            yield from _weights(question)
        else:
            yield from _table(question)
    except UserError as error:
        yield Refused(message=error.message, hint=error.hint, where=error.where)
    except MemoryError:
        yield Refused(message="The file needs more than 4 GB of memory.", hint="Use a smaller file.", where="path")


def _pictures(question: ReadPictures) -> Iterator[Answer]:
    from engine.inspect.pictures import NotAPicture, limit_pixels, read_picture

    limit_pixels()
    for path in question.paths:
        try:
            shape = (question.height, question.width)
            pixels, size, animated = read_picture(Path(os.fsdecode(path)), shape, question.color, question.keeps_ratio)
            yield PictureRead(pixels=pixels, size=size, animated=animated)
        except UserError as error:
            yield PictureRefused(reason=error.message.rstrip("."), foreign=isinstance(error, NotAPicture))


def _table(question: ReadTable) -> Iterator[Answer]:
    path = Path(os.fsdecode(question.path))
    samples = read_table(read_bounded(path, MAX_BYTES), shown(path.name), question.options)
    yield TableRead(description=samples.description, rows=len(samples.y), problems=samples.problems)
    for some in _blocks(samples.x):
        yield TableRows(x=samples.x[some], y=samples.y[some])


def _rows(question: ReadRows) -> Iterator[Answer]:
    path = Path(os.fsdecode(question.path))
    data = read_bounded(path, MAX_BYTES)
    given = read_given_rows(data, shown(path.name), question.feature_names, question.options)
    yield RowsRead(rows=len(given.lines), problems=given.problems)
    for some in _blocks(given.x):
        yield NumberedRows(x=given.x[some], lines=given.lines[some])


def _weights(question: ReadWeights) -> Iterator[Answer]:
    from engine.inspect.weights import read_weights

    shapes = {name: tuple(shape) for name, shape in question.shapes.items()}
    for name, values in read_weights(Path(os.fsdecode(question.path)), shapes):
        yield WeightRead(name=name, values=values)


def _blocks(x: np.ndarray) -> Iterator[slice]:
    step = max(1, ROWS_BYTES // (x.shape[1] * x.itemsize))
    yield from (slice(start, start + step) for start in range(0, len(x), step))


def main() -> None:
    """Serve standard input and output; anything printed by a library goes to standard error."""
    channel = os.dup(1)
    os.dup2(2, 1)
    limit_process()
    _send(channel, Opened())
    decoder = Decoder(Question)
    while data := os.read(0, CHUNK):
        for question in decoder.feed(data):
            try:
                limit_cpu()
                for answer in answers(question):  # type: ignore[arg-type]
                    _send(channel, answer)
                    limit_cpu()
            except Exception:  # The border of this process: a bug is told to whoever asked.
                _send(channel, Broken(details=traceback.format_exc()))


def _send(channel: int, answer: Answer) -> None:
    rest = memoryview(encode(answer))
    while rest:
        rest = rest[os.write(channel, rest) :]


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        sys.exit(0)  # Whoever asked is gone.
