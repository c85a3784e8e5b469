"""An input pipeline, simulated: the elements as `tf.data` would order them, and when each is where.

Elements are pulled: the trainer asks the last box, that one the box before it, up to the source, which takes its time
to read. Only `prefetch` works ahead. Semantics as in the documentation of `tf.data.Dataset`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from engine.errors import UserError

BOXES = ("cache", "shuffle", "batch", "repeat", "prefetch")
SOURCE, TRAINER = "source", "trainer"
LIMITS: dict[str, tuple[float, float]] = {
    "items": (2, 24), "batch": (1, 12), "buffer": (1, 24), "ahead": (1, 6), "epochs": (1, 4), "read": (1, 20),
    "train": (1, 40), "seed": (0, 10**6),
}  # fmt: skip


@dataclass(frozen=True)
class Setup:
    """A pipeline.

    Args:
        boxes: those that are switched on, in their order after the source.
        items: that the source holds.
        batch, buffer, ahead, epochs: arguments of batch, shuffle, prefetch and repeat.
        read: ms that the source takes for an item.
        train: ms that the trainer takes for an element.
        seed: of the shuffling.
    """

    boxes: tuple[str, ...] = ("shuffle", "batch", "repeat", "prefetch")
    items: int = 12
    batch: int = 4
    buffer: int = 6
    ahead: int = 2
    epochs: int = 3
    read: float = 3.0
    train: float = 9.0
    seed: int = 0


@dataclass(frozen=True)
class Item:
    """A sample on its way: which one it is, and in which pass over the source, or over the cache, it came."""

    id: int
    epoch: int


Element = tuple[Item, ...]


@dataclass(frozen=True)
class Visit:
    """An item's stay in a box, ms; `slot` is the lowest place that was free when it came."""

    item: Item
    box: str
    arrive: float
    leave: float
    slot: int = 0


@dataclass(frozen=True)
class Read:
    """The source busy with an item, ms."""

    item: Item
    start: float
    end: float


@dataclass(frozen=True)
class Training:
    """A step of the trainer, ms: asked for its element, had it, was done with it."""

    element: Element
    asked: float
    start: float
    end: float

    @property
    def waited(self) -> float:
        """How long the trainer had nothing to do."""
        return self.start - self.asked


@dataclass(frozen=True)
class Course:
    """All that happened.

    Args:
        visits: in the order of arrival.
        cached: when each item of the first pass was kept: (ms, id).
    """

    setup: Setup
    visits: tuple[Visit, ...]
    reads: tuple[Read, ...]
    trainings: tuple[Training, ...]
    cached: tuple[tuple[float, int], ...]

    @property
    def length(self) -> float:
        """From the first request to the end of the last step, ms."""
        return self.trainings[-1].end

    @property
    def elements(self) -> tuple[Element, ...]:
        """What the trainer was given, in order."""
        return tuple(training.element for training in self.trainings)

    @property
    def waited(self) -> float:
        """How long the trainer had nothing to do, ms."""
        return sum(training.waited for training in self.trainings)


def check(setup: Setup) -> None:
    """Refuse what cannot be built.

    Raises:
        UserError: a box there is not, or twice, or a number out of its range.
    """
    for box in setup.boxes:
        if box not in BOXES:
            raise UserError(f"There is no box {box[:40]!r}.", f"Boxes: {', '.join(BOXES)}.", "boxes")
        if setup.boxes.count(box) > 1:
            raise UserError(f"{box} is there twice.", "Each box can be there once.", "boxes")
    for name, (low, high) in LIMITS.items():
        value = getattr(setup, name)
        if not low <= value <= high:
            raise UserError(f"{name} is {value:g}, expected {low:g} to {high:g}.", "Change it.", name)


def run(setup: Setup) -> Course:
    """Train until the pipeline is at its end.

    Raises:
        UserError: as `check`.
    """
    check(setup)
    log = _Log()
    begin = _source(setup, log)
    for box in setup.boxes:
        begin = _MAKERS[box](begin, setup, log)
    pull, now, trainings = begin(), 0.0, []
    while (found := pull(now)) is not None:
        element, ready = found
        trainings.append(Training(element, now, ready, ready + setup.train))
        log.visit(element, TRAINER, ready, ready + setup.train)
        now = ready + setup.train
    return Course(setup, _slotted(log.visits), tuple(log.reads), tuple(trainings), tuple(log.cached))


@dataclass
class _Log:
    visits: list[Visit] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    cached: list[tuple[float, int]] = field(default_factory=list)

    def visit(self, element: Element, box: str, arrive: float, leave: float) -> None:
        self.visits += [Visit(item, box, arrive, leave) for item in element]


Pull = Callable[
    [float], tuple[Element, float] | None
]  # at a time: the next element and when it is there; None at the end
Begin = Callable[[], Pull]


def _source(setup: Setup, log: _Log) -> Begin:
    passes = count()

    def begin() -> Pull:
        epoch, ids = next(passes), iter(range(setup.items))

        def pull(now: float) -> tuple[Element, float] | None:
            id = next(ids, None)
            if id is None:
                return None
            item, ready = Item(id, epoch), now + setup.read
            log.reads.append(Read(item, now, ready))
            log.visit((item,), SOURCE, now, ready)
            return (item,), ready

        return pull

    return begin


def _cache(before: Begin, _setup: Setup, log: _Log) -> Begin:
    """The first pass is kept as it goes through; later ones are served from memory, in no time and the same order."""
    kept: list[Element] = []
    passes = count()

    def first() -> Pull:
        upstream = before()

        def pull(now: float) -> tuple[Element, float] | None:
            found = upstream(now)
            if found is not None:
                kept.append(found[0])
                log.cached.extend((found[1], item.id) for item in found[0])
            return found

        return pull

    def begin() -> Pull:
        epoch = next(passes)
        if not epoch:
            return first()
        left = iter(kept)

        def pull(now: float) -> tuple[Element, float] | None:
            element = next(left, None)
            if element is None:
                return None
            again = tuple(Item(item.id, epoch) for item in element)
            log.visit(again, "cache", now, now)
            return again, now

        return pull

    return begin


def _shuffle(before: Begin, setup: Setup, log: _Log) -> Begin:
    """A buffer is kept full, and any of its elements goes next; each pass draws anew."""
    passes = count()

    def begin() -> Pull:
        random, upstream = np.random.default_rng((setup.seed, next(passes))), before()
        held: list[tuple[Element, float]] = []
        is_over = False

        def pull(now: float) -> tuple[Element, float] | None:
            nonlocal is_over
            while not is_over and len(held) < setup.buffer:
                found = upstream(now)
                is_over = found is None
                if found is not None:
                    held.append(found)
                    now = found[1]
            if not held:
                return None
            element, since = held.pop(int(random.integers(len(held))))
            log.visit(element, "shuffle", since, now)
            return element, now

        return pull

    return begin


def _batch(before: Begin, setup: Setup, log: _Log) -> Begin:
    """So many elements become one; the last one of a pass may be smaller."""

    def begin() -> Pull:
        upstream = before()

        def pull(now: float) -> tuple[Element, float] | None:
            taken: list[tuple[Element, float]] = []
            while len(taken) < setup.batch and (found := upstream(now)) is not None:
                taken.append(found)
                now = found[1]
            for element, since in taken:
                log.visit(element, "batch", since, now)
            return (tuple(item for element, _ in taken for item in element), now) if taken else None

        return pull

    return begin


def _repeat(before: Begin, setup: Setup, _log: _Log) -> Begin:
    """What comes before is begun anew when it is at its end, so many times."""

    def begin() -> Pull:
        upstream, left = before(), setup.epochs - 1

        def pull(now: float) -> tuple[Element, float] | None:
            nonlocal upstream, left
            found = upstream(now)
            if found is None and left:
                upstream, left = before(), left - 1
                found = upstream(now)
            return found

        return pull

    return begin


def _prefetch(before: Begin, setup: Setup, log: _Log) -> Begin:
    """A thread pulls ahead of what is asked for, as long as its buffer has room; it starts with the first request."""

    def begin() -> Pull:
        upstream, taken = before(), list[float]()
        free = -1.0  # when the thread is done with the element before; −1 before the first request

        def pull(now: float) -> tuple[Element, float] | None:
            nonlocal free
            free = now if free < 0 else free
            room = taken[-setup.ahead] if len(taken) >= setup.ahead else 0.0
            found = upstream(max(free, room))
            if found is None:
                return None
            element, free = found
            taken.append(max(now, free))
            log.visit(element, "prefetch", free, taken[-1])
            return element, taken[-1]

        return pull

    return begin


_MAKERS: dict[str, Callable[[Begin, Setup, _Log], Begin]] = {
    "cache": _cache, "shuffle": _shuffle, "batch": _batch, "repeat": _repeat, "prefetch": _prefetch,
}  # fmt: skip


def _slotted(visits: Sequence[Visit]) -> tuple[Visit, ...]:
    """The visits by arrival, each with the lowest slot of its box that was free."""
    until: dict[str, list[float]] = {}
    found = []
    for visit in sorted(visits, key=lambda visit: (visit.arrive, visit.leave)):
        slots = until.setdefault(visit.box, [])
        slot = next((slot for slot, leave in enumerate(slots) if leave <= visit.arrive), len(slots))
        slots[slot : slot + 1] = [visit.leave]
        found.append(Visit(visit.item, visit.box, visit.arrive, visit.leave, slot))
    return tuple(found)
