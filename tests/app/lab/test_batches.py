"""Batch sizes, the pipeline, steps per epoch: what they show, what they ask the engine, what is refused."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtTest import QTest

from app.lab.batches import CHAPTERS, BatchesStage
from app.lab.batches_numbers import numbers_of
from app.lab.batches_pipeline_layout import MOVE, Layout, position, stops_of
from app.lab.batches_steps_board import Fields
from app.lab.batches_times import ALONE, BUSY, CANCELLED, time_text
from engine.errors import UserError
from engine.examples import load_example
from engine.explain.batches import Epoch
from engine.explain.pipeline import BOXES, TRAINER, Item, Setup, run
from engine.messages import Explained, Failed, Phase, Progress
from engine.project import DataChoice
from tests.app.studio_double import StudioDouble, answer, loaded

VIEWS = [chapter.id for chapter in CHAPTERS]
SHORT = {"sizes": [32, 0], "passes": 1}  # few updates, so that tests are quick


@pytest.fixture
def studio(document):
    return StudioDouble(document)


@pytest.fixture
def in_window(qtbot, look, studio):
    """Return a function that makes the stage as the window does, with an engine that the test answers for."""

    def make(**state):
        stage = BatchesStage(look, studio)
        qtbot.addWidget(stage)
        stage.adopt_sections()
        stage.resize(800, 640)
        stage.show()
        stage.set_state({**SHORT, **state})
        return stage

    return make


def heard_of(stage):
    heard = []
    stage.done.connect(heard.append)
    return heard


def measured(sizes, steps, seconds):
    arrays = {
        "sizes": np.array(sizes), "steps": np.array(steps), "seconds": np.array(seconds),
        "epochs": np.full(len(sizes), 7),
    }  # fmt: skip
    return Explained(
        explainer="epoch_times", step=0, arrays=arrays, facts={"samples": 9, "device": "CPU", "execution": "xla"}
    )


@pytest.mark.parametrize("view", VIEWS)
def test_a_state_comes_back_in_every_view(stage_of, view):
    state = {
        "view": view, "data": "diabetes", "sizes": [8, 0], "rate": 0.05, "passes": 1, "by": "updates", "order_seed": 5,
        "order": ["batch", "shuffle", "cache", "repeat", "prefetch"], "on": ["batch", "repeat"], "batch": 3,
        "buffer": 5, "ahead": 1, "repeats": 2, "read": 4.0, "train": 6.0, "seed": 2, "batch_size": 100,
    }  # fmt: skip
    stage = stage_of("batches", **SHORT)
    stage.set_state(state)
    assert stage.state() == state and stage.chapter.values().items() <= state.items()


@pytest.mark.parametrize("view", VIEWS)
def test_a_moment_is_always_the_same_picture_and_both_themes_are_drawn(stage_of, look, view):
    stage = stage_of("batches", **SHORT, view=view)
    half = stage.length // 2
    stage.draw_at(half)
    first = stage.grab().toImage()
    stage.draw_at(stage.length)
    last = stage.grab().toImage()
    assert first != last
    look.set_mode("light")
    stage.draw_at(stage.length)
    assert stage.grab().toImage() != last
    look.set_mode("dark")
    stage.draw_at(half)
    assert stage.grab().toImage() == first


BAD = [
    ({"view": "speed"}, "no view 'speed'"),
    ({"data": "cheese"}, "no data 'cheese'"),
    ({"by": "hours"}, "no count 'hours'"),
    ({"sizes": []}, "expected 1 to 4 numbers"),
    ({"sizes": [-1]}, "expected 1 to 4 numbers"),
    ({"rate": 0.0}, "rate is 0, expected 0.001 to 10"),
    ({"passes": 9}, "passes is 9"),
    ({"order": ["cache", "shuffle"]}, "expected each of cache, shuffle, batch, repeat, prefetch once"),
    ({"on": ["map"]}, "no box 'map'"),
    ({"batch": 9}, "batch is 9, expected 1 to 6"),
    ({"read": 0.5}, "read is 0.5"),
    ({"batch_size": -1}, "batch_size is -1"),
]


@pytest.mark.parametrize(("state", "said"), BAD)
def test_bad_states_are_refused_and_change_nothing(stage_of, state, said):
    stage = stage_of("batches", **SHORT)
    before = stage.state()
    with pytest.raises(UserError) as error:
        stage.set_state(state)
    assert said in error.value.message and error.value.hint
    assert stage.state() == before


def test_updates_and_losses_of_every_size(stage_of):
    stage = stage_of("batches", data="diabetes", sizes=[1, 32, 0], rate=0.02, passes=1)
    heard, chapter = heard_of(stage), stage.chapter
    chapter.finish()
    stage.go(120)
    assert [chapter.rows.value(f"Batch {size}: updates") for size in ("1", "32", "all")] == ["221", "6", "0"]
    stage.go(240)
    assert [chapter.rows.value(f"Batch {size}: updates") for size in ("1", "32", "all")] == ["442", "14", "1"]
    assert chapter.rows.value("Batch all: a batch is off by") == "0"
    assert heard == ["compared"] and "batch 1 is the lowest, and batch all the calmest" in chapter.verdict.text()
    assert len(chapter.map.table()[1]) > 20


def test_compared_by_updates_all_do_as_many(stage_of):
    stage = stage_of("batches", data="diabetes", sizes=[1, 0], rate=0.02, by="updates")
    stage.chapter.finish()
    stage.go(240)
    assert stage.chapter.rows.value("Batch 1: updates") == stage.chapter.rows.value("Batch all: updates") == "240"


def test_a_rate_too_large_for_single_samples_is_said(stage_of):
    stage = stage_of("batches", data="diabetes", sizes=[1, 32], rate=0.5, passes=1)
    stage.chapter.finish()
    stage.go(240)
    assert stage.chapter.rows.value("Batch 1: loss") == "gone at 16"
    assert "At batch 1 the path left the picture" in stage.chapter.verdict.text()


def test_the_lessons_question_is_answered_rightly(stage_of):
    """One at a time gets furthest in two epochs, all at once hardly moves: as the lesson says it."""
    chapter = stage_of("batches").chapter
    chapter.finish()
    ends = {path.size: path.race.loss(0, path.steps) for _, path in chapter.paths}
    assert [path.steps for _, path in chapter.paths] == [1138, 36, 2]
    first = chapter.paths[0][1].race.loss(0, 0)
    assert ends[1] < ends[32] < ends[569] and ends[569] > 0.9 * first and ends[1] < 0.5 * first


def test_sizes_are_typed_and_wrong_ones_said(stage_of):
    stage = stage_of("batches", **SHORT)
    field = stage.chapter.fields[2]
    field.setFocus()
    QTest.keyClicks(field, "0")
    assert stage.chapter.reason.text() == "No batch size: 1 or more, or all."
    field.selectAll()
    QTest.keyClicks(field, "100")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert stage.state()["sizes"] == [32, 0, 100] and not stage.chapter.reason.text()
    field.selectAll()
    QTest.keyClicks(field, "all")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert stage.state()["sizes"] == [32, 0, 0]


def test_an_epoch_is_measured_when_it_is_asked_for(in_window, studio, qtbot):
    stage = in_window()
    heard, times = heard_of(stage), stage.chapter.times
    assert not studio.asked and not times.found
    times.button.click()
    qtbot.waitUntil(lambda: bool(studio.asked))
    job = studio.asked[-1]
    assert job.request.explainer == "epoch_times" and job.request.values == {"sizes": "32,569", "table": "cancer"}
    job.take(Phase(text="compiling batch 569"))
    assert times.line.accessibleName() == "compiling batch 569" and times.line.isVisibleTo(times)
    job.take(Progress(done=4, total=18, text="measuring batch 32"))
    assert times.line.accessibleName() == "measuring batch 32, 4 of 18"
    job.take(measured([32, 569], [18, 1], [np.nan, 9.1e-6]))
    assert times.rows.value("Batch 32, 18 steps") == "…" and times.rows.value("Batch 569, 1 step") == "9.1 µs"
    answer(job, measured([32, 569], [18, 1], [6.6e-5, 9.1e-6]))
    assert times.rows.value("Batch 32, 18 steps") == "66 µs" and heard == ["measured", "measured"]
    assert not times.line.isVisibleTo(times) and times.button.text() == "Measure again"
    stage.chapter.fields[0].changed.emit(64)
    stage.chapter.fields[0].set_value(64)
    stage.chapter._on_changed()
    assert not times.found and times.button.text() == "Measure"


def test_measuring_is_cancelled_fails_and_waits_for_a_training(in_window, studio, qtbot):
    times = in_window().chapter.times
    times.measure()
    qtbot.waitUntil(lambda: bool(studio.asked))
    times.line.cancelled.emit()
    assert times.message.text() == CANCELLED and not times.line.isVisibleTo(times) and studio.asked[0].is_stopping
    times.measure()
    qtbot.waitUntil(lambda: len(studio.asked) == 2)
    answer(studio.asked[1], Failed(kind="user", message="The data are gone.", hint="Look for them."))
    assert times.message.text() == "The data are gone. Look for them."
    studio.set_training("training")
    times.measure()
    assert times.message.text() == BUSY and len(studio.asked) == 2


def test_without_an_engine_nothing_is_measured(stage_of):
    times = stage_of("batches", **SHORT).chapter.times
    assert times.message.text() == ALONE and not times.button.isEnabled()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (9.09e-6, "9.09 µs"),
        (6.6e-5, "66 µs"),
        (9.996e-4, "1 ms"),
        (0.00193, "1.93 ms"),
        (0.19, "0.19 s"),
        (12.345, "12.3 s"),
    ],
)
def test_spans_of_time(seconds, text):
    assert time_text(seconds) == text


def test_prefetch_feeds_the_trainer(stage_of):
    stage = stage_of("batches", view="pipeline", on=["shuffle", "batch", "repeat"])
    heard, chapter = heard_of(stage), stage.chapter
    assert chapter.rows.value("Trainer waits") == "72 ms" and chapter.formulas.texts == ["waits {72|153} = 47%"]
    stage.go(stage.length)
    assert heard == []
    chapter.toggles["prefetch"].click()
    assert chapter.rows.value("Whole time") == "99 ms" and "prefetch" in stage.state()["on"]
    stage.go(stage.length)
    assert heard == ["fed"]


def test_boxes_are_switched_and_moved_with_mouse_and_keyboard(stage_of):
    stage = stage_of("batches", view="pipeline")
    board = stage.chapter.board
    board.grab()
    cache = next(column for column in board._layout.columns if column.box == "cache")
    QTest.mouseClick(board, Qt.MouseButton.LeftButton, pos=(cache.area.center() + QPointF(0, 40)).toPoint())
    assert "cache" in stage.state()["on"]
    board.grab()
    start = board.handles["batch"].place
    QTest.mousePress(board, Qt.MouseButton.LeftButton, pos=start.toPoint())
    QTest.mouseMove(board, (start - QPointF(board._layout.pitch, 0)).toPoint())
    QTest.mouseRelease(board, Qt.MouseButton.LeftButton)
    assert stage.state()["order"] == ["cache", "batch", "shuffle", "repeat", "prefetch"]
    assert "the same items always stand together" in stage.chapter.words.text()
    board.grab()
    board.setFocus()
    board.current = "batch"
    QTest.keyClick(board, Qt.Key.Key_Right)
    assert stage.state()["order"] == list(BOXES)
    QTest.keyClick(board, Qt.Key.Key_Space)
    assert "batch" not in stage.state()["on"]


def test_an_example_of_an_order_and_what_is_said_of_it(stage_of):
    stage = stage_of("batches", view="pipeline")
    heard = heard_of(stage)
    stage.chapter.samples.changed.emit("mixed")
    assert "repeat stands before shuffle" in stage.chapter.words.text()
    stage.go(stage.length)
    stage.chapter.samples.changed.emit("late")
    stage.go(stage.length)
    assert heard == ["mixed", "company"]


def test_a_step_of_the_trainer_opens(stage_of):
    stage = stage_of("batches", view="pipeline")
    board = stage.chapter.board
    board.grab()
    bar, _ = board._course.bars[3]
    QTest.mouseClick(board, Qt.MouseButton.LeftButton, pos=bar.center().toPoint())
    course = stage.chapter.course
    ids = ", ".join(str(item.id) for item in course.trainings[3].element)
    assert stage.chapter.lines.texts[0] == f"step 3: items {ids}"
    assert stage.chapter.lines.texts[2] == "waited 69 − 51 = 18 ms"
    assert board.tip_at(bar.center().toPoint()).startswith(f"Step 3: items {ids}; asked for at 51 ms")


def test_an_item_is_where_its_visits_say(look):
    course = run(Setup(("cache", "batch", "repeat"), items=4, batch=2, epochs=2, read=3, train=10))
    layout, stops = Layout.of(BOXES, QRectF(0, 0, 700, 200)), stops_of(course)
    assert set(stops) == {Item(id, epoch) for id in range(4) for epoch in range(2)}
    way = stops[Item(0, 1)]
    assert [visit.box for visit in way] == ["cache", TRAINER]
    trained = way[-1]
    assert position(way, trained.arrive - 0.1, layout) is None
    begun = position(way, trained.arrive, layout)
    halfway, there = (position(way, trained.arrive + share * MOVE, layout) for share in (0.5, 1.0))
    assert begun == layout.column("cache").slot(0).center()
    assert there == layout.column(TRAINER).slot(trained.slot).center()
    assert halfway.x() == pytest.approx((begun.x() + there.x()) / 2)
    assert position(way, trained.leave, layout) is None


def test_steps_of_the_example_where_no_data_are_loaded(stage_of):
    stage = stage_of("batches", **SHORT, view="steps")
    heard, chapter = heard_of(stage), stage.chapter
    assert "numbers of the digits example" in chapter.source.text()
    assert chapter.lines.texts == [
        "steps per epoch = ⌈{1,257|32}⌉ = 40", "last batch = 1,257 − 39 · 32 = 9", "validation steps = ⌈{270|32}⌉ = 9",
        "all steps = 30 · 40 = 1,200",
    ]  # fmt: skip
    assert "each of them weighs 3.56 times as much" in chapter.words.text()
    assert stage.length == 49
    stage.go(49)
    assert heard == ["counted"]


def test_steps_of_the_open_project_follow_it(in_window, studio, document):
    stage = in_window(view="steps")
    project = load_example("iris")
    document.open_project(project)
    data = loaded(project.data)
    studio.set_data(data)
    chapter = stage.chapter
    assert data.counts[0] == chapter.train.samples and "The open project" in chapter.source.text()
    batch = project.plan.batch_size
    assert stage.length == -(-data.counts[0] // batch) + -(-data.counts[1] // batch)
    chapter.batch.set_value(1)
    chapter.batch.changed.emit(1.0)
    assert stage.state()["batch_size"] == 1 and stage.length == data.counts[0] + data.counts[1]
    assert chapter.words.text() == "Every batch is full." and not stage.grab().isNull()
    assert chapter.rate == pytest.approx(stage.length / 8)


def test_the_project_is_measured_not_a_table(in_window, studio, qtbot):
    stage = in_window(view="steps")
    stage.chapter.times.measure()
    qtbot.waitUntil(lambda: bool(studio.asked))
    job = studio.asked[-1]
    assert job.request.project.title == load_example("digits").title
    assert job.request.values == {"sizes": "1,32,0", "table": ""}
    answer(job, measured([1, 32, 1257], [1257, 40, 1], [0.19, 0.023, 0.02]))
    assert [one.steps for one in stage.chapter.board._shown.measured] == [1257, 40, 1]
    assert not stage.grab().isNull()


def test_numbers_of_the_example_are_those_of_its_split():
    counts = loaded(load_example("digits").data).counts
    found = numbers_of(None)
    assert (found.train, found.validation) == counts[:2] and found.is_example
    assert DataChoice("digits").validation == load_example("digits").data.validation


def test_every_batch_has_its_field():
    for steps in (1, 40, 1257):
        epoch, room = Epoch(steps * 4 - 1, 4), QRectF(0, 0, 760, 400)
        fields = Fields(room, epoch)
        last = fields.field(steps - 1)
        assert room.contains(last.adjusted(0, 0, -1, -1)) and last.width() < fields.field(0).width() + (steps == 1)
        assert fields.first(steps).contains(last.center()) and not fields.first(steps - 1).contains(last.center())
