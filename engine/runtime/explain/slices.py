"""Long explanations in slices: each in a worker thread, progress between them, and an end to it whenever asked."""

import time
from collections.abc import Callable, Generator
from typing import Any

from engine.messages import Progress
from engine.runtime.explain.spec import Answer, Question
from engine.runtime.jobs import Report, Turn, in_thread

QUIET = 0.25  # s before the first word on progress, and between two coarse answers at least


def in_slices(
    question: Question,
    total: int,
    text: str,
    work: Callable[[int], int],
    coarse: Callable[[int], Answer] | None = None,
) -> Generator[Report, Turn, None]:
    """Do `total` units of work.

    Args:
        text: what is being done, for the progress line.
        work: takes how much is done, does a slice of about 50 ms, returns how much is done then.
        coarse: what can be shown so far; asked for now and then.
    """
    done, began = 0, time.perf_counter()
    said = began
    while done < total:
        done = yield from in_thread(_once(work, done))
        now = time.perf_counter()
        if now - said < QUIET:
            continue
        said = now
        events: list[Any] = [Progress(done=done, total=total, text=text)]
        if coarse is not None and done < total:
            events.append(question.explained(coarse(done)))
        yield Report(events)


def _once(work: Callable[[int], int], done: int) -> Callable[[], int]:
    return lambda: work(done)


def per_slice(pixels: int, budget: int = 1 << 20) -> int:
    """How many copies of an input of so many values make a slice, 1 to 64."""
    return max(1, min(64, budget // max(1, pixels)))
