"""The metrics of a run on the disk: every step up to the limit, buckets beyond, nothing committed is lost."""

import sqlite3

import msgspec
import numpy as np
import pytest

from engine.buckets import bucket_ends, gathered
from engine.curves import metrics_table
from engine.errors import UserError
from engine.messages import Metrics
from engine.metrics_db import MetricsLog, read_metrics
from engine.run_folder import RunFolder

LIMIT = 64
RAW = 40


def report(first, count, offset=0.0, validated=()):
    """Metrics whose loss is the number of its step, so that every bucket's figures are known."""
    steps = np.arange(first, first + count, dtype=np.float32) + 1
    empty = np.zeros(0, np.float32)
    at = np.array(validated, np.int64)
    return Metrics(
        first_step=first,
        loss=steps + np.float32(offset),
        metric=-steps,
        learning_rate=np.full(count, 0.5, np.float32),
        gradient_norms=np.stack([steps * 2, steps * 3], axis=1),
        samples_per_second=1.0,
        validation_steps=at,
        validation_loss=at.astype(np.float32),
        validation_metric=at.astype(np.float32) if len(at) else empty,
    )


@pytest.fixture
def log(tmp_path):
    (tmp_path / "run").mkdir()
    logs = []

    def opened(from_step=0):
        logs.append(MetricsLog(RunFolder(tmp_path / "run"), from_step, limit=LIMIT, raw_steps=RAW))
        return logs[-1]

    yield opened
    for each in logs:
        each.close()


def recorded(tmp_path):
    return read_metrics(tmp_path / "run", 2)


def fill(log, first, last, turn=7):
    for start in range(first, last, turn):
        log.append(report(start, min(turn, last - start)))


def test_sizes_double_with_the_run():
    assert bucket_ends(0, 4, 64).tolist() == [1, 2, 3, 4]
    assert bucket_ends(62, 129, 64).tolist() == [63, 64, 80, 96, 112, 128]
    assert bucket_ends(128, 256, 64).tolist() == [160, 192, 224, 256]
    assert bucket_ends(70, 79, 64).tolist() == []
    assert bucket_ends(70, 81, 64).tolist() == [80], "the first bucket may begin in its middle"
    counts = [len(bucket_ends(1_000_000 << n, 2_000_000 << n)) for n in range(5)]
    assert counts == [62_500] * 5


def test_a_bucket_holds_minimum_mean_and_maximum():
    table = np.array([[1, 5], [3, 1], [2, 3], [9, 9]], np.float32)
    found = gathered(10, np.array([13, 14]), table)
    assert found.tolist() == [[[1, 1], [2, 3], [3, 5]], [[9, 9], [9, 9], [9, 9]]]
    assert np.isnan(gathered(0, np.array([2]), np.array([[1], [np.nan]], np.float32))).all()


def test_every_step_is_kept_up_to_the_limit(log, tmp_path):
    fill(log(), 0, LIMIT)
    found = recorded(tmp_path)
    assert found.steps.tolist() == list(range(1, LIMIT + 1)) == found.loss.tolist()
    assert np.array_equal(found.low, found.high) and np.array_equal(found.low[:, 0], found.loss)
    assert found.gradient_norms[9].tolist() == [20, 30] and found.low.shape == (LIMIT, 5)


def test_beyond_the_limit_buckets_hold_every_step_once(log, tmp_path):
    fill(log(), 0, 1000)
    found = recorded(tmp_path)
    assert found.steps[:LIMIT].tolist() == list(range(1, LIMIT + 1))
    assert (np.diff(found.steps) > 0).all() and found.steps[-1] == 1000
    assert len(found.steps) < LIMIT + 4 * 4 + RAW + 128, "four doublings of four buckets, and what fills no bucket yet"
    starts = np.concatenate([[0], found.steps[:-1]])
    assert np.array_equal(found.low[:, 0], starts + 1) and np.array_equal(found.high[:, 0], found.steps)
    assert np.array_equal(found.loss, (starts + 1 + found.steps) / 2)
    assert np.array_equal(found.metric, -found.loss)
    assert np.array_equal(found.gradient_norms[:, 1], 3 * found.loss)


def test_what_is_not_gathered_yet_survives_a_kill(log, tmp_path):
    fill(log(), 0, LIMIT + 16 + RAW - 5)  # never closed
    assert recorded(tmp_path).steps[-1] == LIMIT + 16 + RAW - 5


def test_an_opened_log_goes_on_where_it_was(log, tmp_path):
    first = log()
    fill(first, 0, 300)
    before = recorded(tmp_path)
    first.close()
    fill(log(300), 300, 1000)
    after = recorded(tmp_path)
    known = before.steps[before.steps <= 256]
    assert np.array_equal(after.steps[: len(known)], known)
    assert np.array_equal(after.high[:, 0], after.steps) and after.steps[-1] == 1000


@pytest.mark.parametrize("step", [3, 64, 70, 100, 128, 250, 999])
def test_steps_done_again_replace_the_earlier_ones(log, tmp_path, step):
    first = log()
    fill(first, 0, 1000)
    first.close()
    again = log(step)
    found = recorded(tmp_path)
    assert not len(found.steps) or found.steps[-1] <= step
    for start in range(step, 1100, 7):
        again.append(report(start, min(7, 1100 - start), offset=10_000))
    found = recorded(tmp_path)
    assert (np.diff(found.steps) > 0).all() and found.steps[-1] == 1100
    starts = np.concatenate([[0], found.steps[:-1]])
    assert (found.loss[starts >= step] > 10_000).all() and (found.loss[found.steps <= step] <= step).all()


def test_a_run_from_before_there_were_buckets_is_read(log, tmp_path):
    fill(log(), 0, 20)
    with sqlite3.connect(tmp_path / "run" / "metrics.db") as db:
        db.execute("DROP TABLE buckets")
    db.close()
    assert len(recorded(tmp_path).loss) == 20


def test_a_run_without_metrics_says_so(tmp_path):
    with pytest.raises(UserError, match="curves cannot be read"):
        read_metrics(tmp_path, 0)


def test_validations_keep_their_place_in_the_table(log, tmp_path):
    open_log = log()
    for start in range(0, 500, 10):
        open_log.append(report(start, 10, validated=[start + 10] if start % 100 == 90 else []))
    found = recorded(tmp_path)
    rows = [line.split(",") for line in metrics_table(found, "accuracy").splitlines()[1:]]
    assert [int(row[0]) for row in rows] == found.steps.tolist()
    with_validation = [(int(row[0]), float(row[4])) for row in rows if row[4]]
    assert [value for _, value in with_validation] == [100, 200, 300, 400, 500]
    assert all(0 <= step - value < 128 for step, value in with_validation)


def test_recorded_metrics_are_metrics(log, tmp_path):
    fill(log(), 0, 20)
    found = recorded(tmp_path)
    assert isinstance(found, Metrics) and "steps" in msgspec.structs.asdict(found)
