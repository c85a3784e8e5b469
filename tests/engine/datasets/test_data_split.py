"""The split: sizes, stratification, seeds, and what cannot be split."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.datasets.split import split_codes
from engine.errors import UserError

SHARES = st.floats(0, 0.45).map(lambda share: round(share, 2))
LABELS = st.lists(st.integers(2, 60), min_size=1, max_size=6)


def labels_with(counts, seed=0):
    labels = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    return np.random.default_rng(seed).permutation(labels)


@given(counts=LABELS, validation=SHARES, test=SHARES, seed=st.integers(0, 5))
def test_stratified_shares(counts, validation, test, seed):
    labels = labels_with(counts)
    parts = 1 + (validation > 0) + (test > 0)
    assume(labels.size >= parts and labels.size - len(counts) >= parts - 1)
    codes = split_codes(labels, validation, test, True, seed)
    assert codes.dtype == np.int8 and codes.shape == labels.shape
    assert set(np.unique(codes)) == {0, *({1} if validation else ()), *({2} if test else ())}
    for label, count in enumerate(counts):
        held = np.bincount(codes[labels == label], minlength=3)
        assert held[0] >= 1, "every class keeps a training sample"
        if min(counts) >= 20 and max(counts) * min(validation or 1, test or 1) >= 1:
            assert abs(held[1] - validation * count) <= 2 and abs(held[2] - test * count) <= 2


@given(count=st.integers(3, 3000), validation=SHARES, test=SHARES, seed=st.integers(0, 2**31))
def test_plain_shares(count, validation, test, seed):
    sizes = np.bincount(split_codes(count, validation, test, True, seed), minlength=3)
    assert sizes.sum() == count
    for size, share in ((sizes[1], validation), (sizes[2], test)):
        assert abs(size - share * count) <= 1.01 and (size > 0) == (share > 0)


@given(seed=st.integers(0, 2**31))
def test_the_seed_decides(seed):
    labels = labels_with([40, 40])
    once, again = (split_codes(labels, 0.2, 0.2, True, seed) for _ in range(2))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, split_codes(labels, 0.2, 0.2, True, seed + 1))


def test_stratified_keeps_rare_classes_where_plain_may_lose_them():
    labels = labels_with([970, 30])
    stratified = split_codes(labels, 0.15, 0.15, True, 3)
    assert np.bincount(stratified[labels == 1], minlength=3).tolist() in ([21, 4, 5], [21, 5, 4])
    plain = [np.bincount(split_codes(labels, 0.15, 0.15, False, s)[labels == 1], minlength=3)[2] for s in range(20)]
    assert len(set(plain)) > 3


def test_digits_sizes():
    counts = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    codes = split_codes(labels_with(counts), 0.15, 0.15, True, 7)
    assert np.bincount(codes).tolist() == [1257, 270, 270]


def test_numbers_are_not_stratified():
    y = np.linspace(0, 1, 50, dtype=np.float32)
    assert np.bincount(split_codes(y, 0.2, 0.2, True, 0)).tolist() == [30, 10, 10]


def test_nothing_held_out():
    assert not split_codes(5, 0, 0, True, 0).any()
    assert not split_codes(np.array([0, 1, 1], np.int32), 0, 0, True, 0).any()


@pytest.mark.parametrize(
    "labels, validation, test, part",
    [
        (10, 0.5, 0.5, "leave 0% for training"),
        (10, 0.9, 0.3, "leave -20%"),
        (10, -0.1, 0.3, "Validation -10%"),
        (2, 0.1, 0.1, "There are 2 samples; 3 parts need at least 3"),
        (1, 0, 0.5, "There is 1 sample"),
        (np.array([0, 0, 0, 0, 1], np.int32), 0.2, 0.2, "Only one sample has the class dog"),
    ],
)
def test_what_cannot_be_split(labels, validation, test, part):
    with pytest.raises(UserError) as caught:
        split_codes(labels, validation, test, True, 0, ("cat", "dog"))
    assert part in caught.value.message and caught.value.hint


def test_a_single_sample_of_a_class_is_allowed_without_stratification():
    codes = split_codes(np.array([0, 0, 0, 0, 1], np.int32), 0.2, 0.2, False, 0)
    assert np.bincount(codes).tolist() == [3, 1, 1]
