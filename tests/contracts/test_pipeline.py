"""The simulated pipeline against `tf.data`: the order where it is certain, else what is always true of it."""

from itertools import chain, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.explain.pipeline import BOXES, Setup, run

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]
FEW = settings(max_examples=40, deadline=None)
orders = st.sets(st.sampled_from(BOXES)).flatmap(lambda boxes: st.permutations(sorted(boxes))).map(tuple)


def theirs(setup):
    """What `tf.data` delivers: lists of ids."""
    import tensorflow as tf

    made = tf.data.Dataset.range(setup.items)
    for box in setup.boxes:
        made = {
            "cache": lambda d: d.cache(),
            "shuffle": lambda d: d.shuffle(setup.buffer, seed=setup.seed),
            "batch": lambda d: d.batch(setup.batch),
            "repeat": lambda d: d.repeat(setup.epochs),
            "prefetch": lambda d: d.prefetch(setup.ahead),
        }[box](made)
    return [np.atleast_1d(element).tolist() for element in made.as_numpy_iterator()]


def ours(setup):
    return [[item.id for item in element] for element in run(setup).elements]


def flat(elements):
    return list(chain.from_iterable(elements))


def setup_of(boxes, data, **fixed):
    draw = {
        "items": st.integers(2, 11),
        "batch": st.integers(1, 5),
        "buffer": st.integers(1, 8),
        "epochs": st.integers(1, 3),
    }
    return Setup(boxes, **{**{name: data.draw(kind) for name, kind in draw.items()}, **fixed})


@FEW
@given(boxes=orders, data=st.data())
def test_without_a_choice_the_order_is_the_same(boxes, data):
    setup = setup_of(boxes, data, buffer=1)
    assert ours(setup) == theirs(setup)


@FEW
@given(boxes=orders.filter(lambda boxes: "shuffle" in boxes), data=st.data())
def test_with_a_choice_sizes_and_sets_are_the_same(boxes, data):
    setup = setup_of(boxes, data)
    mine, real = ours(setup), theirs(setup)
    after_batch = "batch" in boxes and boxes.index("batch") < boxes.index("shuffle")
    sizes = [sorted(map(len, found)) if after_batch else list(map(len, found)) for found in (mine, real)]
    assert sizes[0] == sizes[1]
    if "repeat" in boxes and boxes.index("repeat") < boxes.index("shuffle"):
        assert sorted(flat(mine)) == sorted(flat(real))
    else:
        for found in (mine, real):
            ids = flat(found)
            assert all(
                sorted(ids[at : at + setup.items]) == list(range(setup.items)) for at in range(0, len(ids), setup.items)
            )
    if after_batch:
        assert {frozenset(element) for element in mine} == {frozenset(element) for element in real}


@FEW
@given(buffer=st.integers(1, 12), seed=st.integers(0, 999))
def test_an_item_cannot_come_earlier_than_the_buffer_allows(buffer, seed):
    """Place p of the output holds one of the first p + buffer items; in ours and in theirs."""
    setup = Setup(("shuffle",), items=16, buffer=buffer, seed=seed)
    for found in (ours(setup), theirs(setup)):
        assert all(id < place + buffer for place, (id,) in enumerate(found))


@pytest.mark.parametrize("boxes", list(permutations(("cache", "shuffle", "repeat"))))
def test_whether_epochs_are_drawn_anew(boxes):
    """A cache behind the shuffle freezes the order; before it, each epoch is another. By chance 1 in 12! times."""
    setup = Setup(boxes, items=12, buffer=12, epochs=2)
    frozen = boxes.index("shuffle") < boxes.index("cache") < boxes.index("repeat")
    for found in (ours(setup), theirs(setup)):
        ids = flat(found)
        assert (ids[:12] == ids[12:]) == frozen


def test_epochs_mix_only_when_repeat_stands_before_shuffle():
    for boxes, is_mixed in ((("repeat", "shuffle"), True), (("shuffle", "repeat"), False)):
        setup = Setup(boxes, items=12, buffer=12, epochs=2)
        for found in (ours(setup), theirs(setup)):
            assert (sorted(flat(found)[:12]) != list(range(12))) == is_mixed
