"""When things happen in a pipeline: who waits, what works ahead, and what is said of it."""

import pytest

from engine.errors import UserError
from engine.explain.pipeline import SOURCE, TRAINER, Item, Setup, run
from engine.explain.pipeline_facts import facts, journey, sentences


def test_without_prefetch_reading_and_training_take_turns():
    course = run(Setup(("batch", "repeat"), items=4, batch=2, epochs=2, read=3, train=10))
    assert course.length == 4 * (2 * 3 + 10)
    assert [training.waited for training in course.trainings] == [6, 6, 6, 6]
    assert course.waited == 24 and facts(course).late_waited == 18


def test_prefetch_hides_the_reading_behind_the_training():
    course = run(Setup(("batch", "repeat", "prefetch"), items=4, batch=2, epochs=2, read=3, train=10, ahead=2))
    assert [training.waited for training in course.trainings] == [6, 0, 0, 0]
    assert course.length == 6 + 4 * 10
    assert sentences(course)[-1].startswith("After the first element the trainer never waits")


def test_prefetch_cannot_mend_reading_that_is_slower():
    course = run(Setup(("batch", "repeat", "prefetch"), items=4, batch=2, epochs=2, read=8, train=10, ahead=4))
    assert course.length == 8 * 8 + 10 and [training.waited for training in course.trainings] == [16, 6, 6, 6]
    assert "working ahead cannot mend that" in sentences(course)[-1]


def test_prefetch_reads_no_further_than_it_has_room():
    """With room for one element the third is begun when the trainer takes the first, not before."""
    course = run(Setup(("prefetch",), items=4, read=1, train=10, ahead=1))
    assert [(read.start, read.end) for read in course.reads] == [(0, 1), (1, 2), (11, 12), (21, 22)]


def test_a_cache_reads_once():
    course = run(Setup(("cache", "batch", "repeat"), items=4, batch=2, epochs=3, read=3, train=10))
    assert len(course.reads) == 4 and [id for _, id in course.cached] == [0, 1, 2, 3]
    assert [training.waited for training in course.trainings] == [6, 6, 0, 0, 0, 0]
    assert journey(course, Item(2, 0)) == (SOURCE, "batch", TRAINER)
    assert journey(course, Item(2, 1)) == ("cache", "batch", TRAINER)


def test_a_shuffle_buffer_is_filled_before_the_first_item():
    course = run(Setup(("shuffle",), items=6, buffer=4, read=2, train=1))
    assert course.trainings[0].start == 8
    inside = [visit for visit in course.visits if visit.box == "shuffle"]
    for visit in inside:
        held = [other for other in inside if other.arrive <= visit.arrive < other.leave]
        assert len(held) <= 4 and len({other.slot for other in held}) == len(held)


@pytest.mark.parametrize(
    ("boxes", "said"),
    [
        (("repeat", "shuffle", "batch"), "repeat stands before shuffle"),
        (("batch", "shuffle", "repeat"), "the same items always stand together"),
        (("shuffle", "cache", "batch", "repeat"), "Every epoch has the same order"),
        (("batch", "repeat"), "The order is that of the source, in every epoch"),
        (("shuffle", "repeat"), "Without batch every item is a step"),
        (("shuffle", "batch"), "Without repeat the data are used up"),
        (("shuffle", "batch", "repeat"), "Nobody works ahead"),
    ],
)
def test_what_an_order_of_boxes_means_is_said(boxes, said):
    assert any(said in sentence for sentence in sentences(run(Setup(boxes, buffer=12))))


def test_batches_across_epochs():
    course = run(Setup(("repeat", "batch"), items=5, batch=4, epochs=2))
    assert facts(course).has_mixed_batch and not facts(course).is_mixed
    assert not facts(run(Setup(("batch", "repeat"), items=5, batch=4, epochs=2))).has_mixed_batch


@pytest.mark.parametrize(
    ("setup", "said"),
    [
        (Setup(("map",)), "no box 'map'"),
        (Setup(("batch", "batch")), "batch is there twice"),
        (Setup(items=1), "items is 1, expected 2 to 24"),
        (Setup(read=0), "read is 0"),
        (Setup(epochs=9), "epochs is 9"),
    ],
)
def test_what_cannot_be_is_refused(setup, said):
    with pytest.raises(UserError) as error:
        run(setup)
    assert said in str(error.value)
