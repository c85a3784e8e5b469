"""A job is a generator: it is given a turn, does at most that much work, and yields what it has to say.

Pause is not giving it a turn; step is giving it one; stop is throwing `Cancelled` into it, upon which it may still save
and say last words.
"""

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from engine.messages import Message

T = TypeVar("T")


class Cancelled(Exception):
    """Thrown into a job that is to end."""


@dataclass(frozen=True)
class Turn:
    """What a job may do before it yields.

    Args:
        seconds: how long it should take.
        unit: do no more than one batch, or than to the end of the epoch; None for no such limit.
    """

    seconds: float = 0.04
    unit: Literal["batch", "epoch"] | None = None


@dataclass(frozen=True)
class Report:
    """What a job says after a turn.

    Args:
        events: in order.
        is_idle: nothing more to do until something else changes, or what the turn's unit asked is done.
    """

    events: Sequence[Message] = ()
    is_idle: bool = False


Job = Generator[Report, Turn, dict[str, Any]]
_WORKERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="work")


def in_thread(work: Callable[[], T], news: Callable[[], Sequence[Message]] = lambda: ()) -> Generator[Report, Turn, T]:
    """Do long work in a worker thread, so that the session goes on serving the other jobs meanwhile.

    Args:
        news: asked before every turn for what to say, e.g. progress.
    """
    future = _WORKERS.submit(work)
    while not future.done():
        yield Report(news())
        wait([future], timeout=0.01)
    return future.result()


def in_thread_with_turn(work: Callable[[], T], turn: Turn) -> Generator[Report, Turn, tuple[T, Turn]]:
    """As `in_thread`; also returns the last turn that was given meanwhile, because it may be for one step only."""
    future = _WORKERS.submit(work)
    while not future.done():
        turn = yield Report()
        wait([future], timeout=0.01)
    return future.result(), turn
