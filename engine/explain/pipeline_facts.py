"""What can be said of the elements that a pipeline delivered: mixed epochs, equal orders, the same company, waiting."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.explain.pipeline import Course, Element, Item


@dataclass(frozen=True)
class Facts:
    """Of one course.

    Args:
        epochs: passes that were delivered.
        is_mixed: an item of one pass came after an item of the next.
        has_mixed_batch: one element holds items of two passes.
        is_in_order: every pass came in the order of the source.
        is_same_order: every pass came in the same order, and there are two at least.
        is_same_company: the same items stand together in an element in every pass, and there are two at least.
        share_waited: of the whole time the trainer had nothing to do.
        late_waited: ms it had nothing to do after its first element.
    """

    epochs: int
    is_mixed: bool
    has_mixed_batch: bool
    is_in_order: bool
    is_same_order: bool
    is_same_company: bool
    share_waited: float
    late_waited: float


def facts(course: Course) -> Facts:
    """Look at everything that was delivered."""
    flat = [item for element in course.elements for item in element]
    epochs = 1 + max(item.epoch for item in flat)
    orders = [[item.id for item in flat if item.epoch == epoch] for epoch in range(epochs)]
    return Facts(
        epochs=epochs,
        is_mixed=any(later.epoch < earlier.epoch for earlier, later in pairwise(flat)),
        has_mixed_batch=any(len({item.epoch for item in element}) > 1 for element in course.elements),
        is_in_order=all(order == sorted(order) for order in orders),
        is_same_order=epochs > 1 and all(order == orders[0] for order in orders),
        is_same_company=epochs > 1 and _is_same_company(course.elements, epochs),
        share_waited=course.waited / course.length,
        late_waited=sum(training.waited for training in course.trainings[1:]),
    )


def _is_same_company(elements: Sequence[Element], epochs: int) -> bool:
    """Whether every pass falls into the same sets, of two items or more."""
    if all(len(element) == 1 for element in elements):
        return False
    sets: list[set[frozenset[int]]] = [set() for _ in range(epochs)]
    for element in elements:
        if len({item.epoch for item in element}) > 1:
            return False
        sets[element[0].epoch].add(frozenset(item.id for item in element))
    return all(found == sets[0] for found in sets)


def sentences(course: Course) -> tuple[str, ...]:
    """What is worth knowing about this order of boxes, the most important first."""
    found, boxes = facts(course), course.setup.boxes
    said = []
    if found.is_mixed:
        said.append(_mixed(course))
    if found.is_same_company and "shuffle" in boxes and not found.is_same_order:
        said.append("The batches come in another order each epoch, but the same items always stand together.")
    if found.is_same_order and "shuffle" in boxes and not found.is_in_order:
        said.append("Every epoch has the same order: the cache keeps what the shuffle drew once.")
    if found.is_in_order and not found.is_mixed:
        said.append(_unshuffled(course))
    if "batch" not in boxes:
        said.append("Without batch every item is a step of its own.")
    if "repeat" not in boxes:
        said.append("Without repeat the data are used up after one epoch; model.fit would begin them anew.")
    return (*said, _waiting(course, found))


def _mixed(course: Course) -> str:
    boxes = course.setup.boxes
    if "shuffle" in boxes and boxes.index("repeat") < boxes.index("shuffle"):
        return "repeat stands before shuffle: items of two epochs mix, and some come twice before others come once."
    return "Items of two epochs stand in one batch."


def _unshuffled(course: Course) -> str:
    if "shuffle" in course.setup.boxes and course.setup.buffer == 1:
        return "A buffer of 1 has no choice: the order is that of the source."
    return "The order is that of the source, in every epoch."


def _waiting(course: Course, found: Facts) -> str:
    if "prefetch" not in course.setup.boxes:
        return "Nobody works ahead: while the trainer works the source rests, and the other way round."
    if found.late_waited < 1e-9:
        return "After the first element the trainer never waits."
    return "The trainer still waits: reading takes longer than training, and working ahead cannot mend that."


def journey(course: Course, item: Item) -> tuple[str, ...]:
    """The boxes an item went through, in order."""
    return tuple(visit.box for visit in course.visits if visit.item == item)
