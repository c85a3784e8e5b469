"""Which sample trains, validates or tests: stratified, seeded, plain NumPy so that it can be written out elsewhere."""

from collections.abc import Sequence

import numpy as np

from engine.errors import UserError

TRAIN, VALIDATION, TEST = 0, 1, 2


def split_codes(
    labels: np.ndarray | int,
    validation: float,
    test: float,
    stratified: bool,
    seed: int,
    class_names: Sequence[str] = (),
) -> np.ndarray:
    """Give every sample its part.

    Held-out sizes are the shares rounded half up, at least 1. Stratified, every class gives its share within one
    sample to all that is held out (largest remainder), and keeps at least one sample for training.

    Args:
        labels: whole numbers (sample,), or how many samples there are; other numbers are never stratified.
        validation, test: shares of all samples.
        class_names: for the message.

    Returns:
        int8 (sample,): 0 train, 1 validation, 2 test.

    Raises:
        UserError: the shares leave nothing to train on, a part would be empty, or a class has one sample only.
    """
    count = labels if isinstance(labels, int) else labels.size
    if isinstance(labels, int) or not stratified or not np.issubdtype(labels.dtype, np.integer):
        groups = [np.arange(count)]
    else:
        groups = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    _require_room(count, validation, test)
    if validation + test > 0:
        _require_pairs(groups, labels, class_names)
    sizes = np.array([group.size for group in groups])
    held, validating = _sizes(sizes, validation, test)
    random = np.random.default_rng(seed)
    codes = np.zeros(count, np.int8)
    for group, n_held, n_validation in zip(groups, held, validating, strict=True):
        order = random.permutation(group)
        codes[order[:n_held]] = TEST
        codes[order[:n_validation]] = VALIDATION
    return codes


def split_blocks(
    labels: np.ndarray, blocks: np.ndarray, validation: float, test: float, seed: int, class_names: Sequence[str] = ()
) -> np.ndarray:
    """Give every block, and with it all its samples, one part; stratified by the blocks' labels.

    Args:
        labels: int (sample,), the same for all samples of a block.
        blocks: int (sample,).

    Returns:
        int8 (sample,): 0 train, 1 validation, 2 test.

    Raises:
        UserError: as `split_codes` of the blocks.
    """
    _, first, place = np.unique(blocks, return_index=True, return_inverse=True)
    return split_codes(labels[first], validation, test, True, seed, class_names)[place]


def _sizes(sizes: np.ndarray, validation: float, test: float) -> tuple[np.ndarray, np.ndarray]:
    """How many of each group are held out, and how many of those validate; both int64 (group,)."""
    wanted = sum(max(1, int(sizes.sum() * share + 0.5)) for share in (validation, test) if share > 0)
    held = _apportion(sizes, sizes - 1, min(wanted, int((sizes - 1).sum())))
    if not held.sum():
        return held, held
    share = validation / (validation + test)
    smallest, largest = int(validation > 0), int(held.sum()) - int(test > 0)
    return held, _apportion(held, held, min(max(int(held.sum() * share + 0.5), smallest), largest))


def _apportion(sizes: np.ndarray, room: np.ndarray, total: int) -> np.ndarray:
    """Whole numbers in proportion to `sizes`, none above `room`, summing to `total`; the largest remainder first."""
    quota = sizes * (total / sizes.sum())
    given = np.minimum(np.floor(quota), room).astype(np.int64)
    while given.sum() < total:
        given[np.argmax(np.where(given < room, quota - given, -np.inf))] += 1
    return given


def _require_room(count: int, validation: float, test: float) -> None:
    if validation < 0 or test < 0 or validation + test >= 1:
        raise UserError(
            f"Validation {validation:.0%} and test {test:.0%} leave {1 - validation - test:.0%} for training.",
            "Choose shares of 0 % or more that sum to less than 100 %.",
            where="validation" if validation >= test else "test",
        )
    parts = 1 + (validation > 0) + (test > 0)
    if count < parts:
        raise UserError(
            f"There {'is 1 sample' if count == 1 else f'are {count} samples'}; {parts} parts need at least {parts}.",
            "Add samples, or set the validation or test share to 0.",
        )


def _require_pairs(groups: list[np.ndarray], labels: np.ndarray | int, class_names: Sequence[str]) -> None:
    alone = [labels[group[0]] for group in groups if group.size == 1 and not isinstance(labels, int)]
    if alone:
        names = ", ".join(class_names[label] if label < len(class_names) else str(label) for label in alone[:3])
        more = f" and {len(alone) - 3} more" if len(alone) > 3 else ""
        raise UserError(
            f"Only one sample has the class {names}{more}; a stratified split needs at least 2 of every class.",
            "Add samples of that class, remove it, or switch stratified off.",
            where="stratified",
        )
