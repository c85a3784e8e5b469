"""A style transfer as a job: what it says, how it ends, and what may be changed while it runs."""

from itertools import pairwise

import msgspec
import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import save_file

from engine.errors import UserError
from engine.explain.opened import Opened, Place
from engine.messages import (
    Explained,
    FetchWeights,
    Finished,
    Phase,
    ReadStyle,
    SetLive,
    StyleStarted,
    StyleStepped,
    Stylise,
)
from engine.runtime.jobs import Cancelled, Turn
from engine.runtime.shelf import Shelf
from engine.runtime.vision.style import workshop
from engine.runtime.vision.style.job import StyleJob
from engine.runtime.vision.style.reading import read_style
from engine.runtime.vision.style.weights import fetch_weights
from engine.style import vgg19
from engine.style.numbers import GRAM, TERM, TOTAL, WANTED, held
from engine.style.terms import RANDOM_TERMS
from engine.style.vgg19 import Stack

pytestmark = pytest.mark.tensorflow
SIZE = {"size": 64, "steps": 12, "backend": "random"}
SMALL = Stack((3, 4, 5, 6, 7))


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder, random = tmp_path_factory.mktemp("pictures"), np.random.default_rng(0)
    rows, columns = np.mgrid[0:48, 0:64]
    content = np.stack([rows * 5, columns * 3, 128 + 100 * np.sin(rows / 5)], axis=-1)
    stripes = np.stack([128 + 120 * np.sin(columns / 2), 100 + 0 * rows, 60 + 50 * np.sin(rows / 3)], axis=-1)
    spots = random.integers(0, 255, (12, 16, 3)).repeat(4, 0).repeat(4, 1)
    found = {}
    for name, values in (("content", content), ("stripes", stripes), ("spots", spots)):
        found[name] = str(folder / f"{name}.png")
        Image.fromarray(np.clip(values, 0, 255).astype(np.uint8)).save(found[name])
    return found


@pytest.fixture(scope="module")
def shelf():
    return Shelf()


def asked(files, *styles, shares=None, **values):
    paths = tuple(files[name] for name in styles or ("stripes",))
    return Stylise(content=files["content"], styles=paths, values=SIZE | values, shares=shares or {})


def events_of(job, live=(), turn=Turn(seconds=0.0)):  # noqa: B008 - frozen
    """All events, the ending last; `live` are changes by the step after which they are made."""
    events, live, turns = [], dict(live), job.run()
    report = next(turns)
    try:
        while True:
            for event in report.events:
                events.append(event)
                if isinstance(event, StyleStepped) and event.first_step + len(event.costs) - 1 in live:
                    job.set_live(SetLive(**live.pop(event.first_step + len(event.costs) - 1)))
            report = turns.send(turn)
    except StopIteration as stop:
        return [*events, Finished(result=stop.value)]


def steps_of(events):
    """Costs and weights (step, term) of a whole run."""
    found = [event for event in events if isinstance(event, StyleStepped)]
    return np.concatenate([e.costs for e in found]), np.concatenate([e.weights for e in found])


def last_picture(events):
    return [event for event in events if isinstance(event, StyleStepped)][-1].picture


def test_a_run_from_start_to_end(files, shelf):
    events = events_of(StyleJob(asked(files), shelf))
    (started,) = [event for event in events if isinstance(event, StyleStarted)]
    assert started.backend == "random" and started.total_steps == 12 and started.stages == (0,)
    assert started.content.shape == started.picture.shape == (48, 64, 3) and started.content.dtype == np.uint8
    costs, weights = steps_of(events)
    assert costs.shape == weights.shape == (13, len(RANDOM_TERMS))
    totals = (costs * weights).sum(axis=1)
    assert totals[-1] < 0.8 * totals[0]
    kept = [event for event in events if isinstance(event, StyleStepped) and event.kept]
    assert kept[0].first_step == 0 and kept[-1].picture.shape == (48, 64, 3)
    result = events[-1].result
    assert result["steps"] == 12 and result["size"] == [64, 48] and result["seconds"] > 0
    assert result["cost"] == pytest.approx(float(totals[-1]), rel=1e-5)
    phases = [event.text for event in events if isinstance(event, Phase)]
    assert [phase for phase in phases if phase] == ["reading the pictures", "first step compiles"] and not phases[-1]


def test_the_same_seed_gives_the_same_picture(files):
    first, again = (last_picture(events_of(StyleJob(asked(files), Shelf()), turn=Turn(seconds=s))) for s in (0.0, 0.5))
    np.testing.assert_array_equal(first, again)
    other = last_picture(events_of(StyleJob(asked(files, seed=1), Shelf())))
    assert not np.array_equal(first, other)


def test_large_pictures_begin_small(files, tmp_path, shelf):
    large = tmp_path / "large.png"
    with Image.open(files["content"]) as image:
        image.resize((160, 120)).save(large)
    request = Stylise(content=str(large), styles=(files["stripes"],), values=SIZE | {"size": 160, "steps": 6})
    events = events_of(StyleJob(request, shelf))
    (started,) = [event for event in events if isinstance(event, StyleStarted)]
    assert started.stages == (0, 3) and started.picture.shape == (60, 80, 3) and started.content.shape == (120, 160, 3)
    assert last_picture(events).shape == (120, 160, 3)
    plain = msgspec.structs.replace(request, values=request.values | {"coarse_to_fine": False})
    assert next(e for e in events_of(StyleJob(plain, shelf)) if isinstance(e, StyleStarted)).stages == (0,)


@pytest.mark.parametrize(
    "name, value, column", [("total_variation", 5.0, -1), ("style_weight", 0.25, 0), ("content:1:4", 3.0, 7)]
)
def test_a_slider_is_felt_at_the_next_step(files, shelf, name, value, column):
    """Without compiling anew: the weight of the next step is another, and so is its picture."""
    job = StyleJob(asked(files), shelf)
    plain = last_picture(events_of(StyleJob(asked(files), shelf)))
    events = events_of(job, {4: {"name": name, "value": value}})
    _, weights = steps_of(events)
    changed = np.flatnonzero(np.diff(weights[:, column]))
    assert len(changed) == 1 and changed[0] + 1 in (5, 6)
    assert not np.array_equal(last_picture(events), plain)


def test_styles_are_mixed_and_the_mixture_may_be_turned(files, shelf):
    pure = [
        events_of(StyleJob(asked(files, name), shelf))[-1].result["costs"]["style:1:1"] for name in ("stripes", "spots")
    ]
    both = asked(files, "stripes", "spots", shares={"image:0": 1.0, "image:1": 0.0})
    alone = last_picture(events_of(StyleJob(both, shelf)))
    mixed = last_picture(events_of(StyleJob(asked(files, "stripes", "spots"), shelf)))
    turned = last_picture(events_of(StyleJob(both, shelf), {5: {"name": "image:1", "value": 1.0}}))
    pairs = pairwise((alone, mixed, turned, alone))
    assert all(not np.array_equal(a, b) for a, b in pairs) and all(cost < 1 for cost in pure)


def test_kept_colours_may_be_switched_while_it_runs(files, shelf):
    events = events_of(StyleJob(asked(files), shelf), {6: {"name": "keep_color", "value": 1.0}})
    (started,) = [event for event in events if isinstance(event, StyleStarted)]
    content, result = started.content.astype(float), last_picture(events).astype(float)
    free = ((result > 0) & (result < 255)).all(axis=2)
    chroma = (result - result.mean(axis=2, keepdims=True)) - (content - content.mean(axis=2, keepdims=True))
    assert np.abs(chroma[free]).max() <= 1.5, "but for rounding and the ends of the scale, colours are the content's"
    costs, _ = steps_of(events)
    assert np.isfinite(costs).all() and costs[-1, 0] < costs[7, 0]


def test_lbfgs_lowers_the_cost_at_every_step(files, shelf):
    costs, weights = steps_of(events_of(StyleJob(asked(files, optimizer="lbfgs"), shelf)))
    totals = (costs * weights).sum(axis=1)
    assert (np.diff(totals) <= 1e-5).all() and totals[-1] < 0.6 * totals[0]


def test_a_step_by_hand_is_one_step(files, shelf):
    job = StyleJob(asked(files), shelf)
    turns = job.run()
    report = next(turns)
    while not job.is_ready:
        report = turns.send(Turn())
    seen = []
    for _ in range(3):
        report = turns.send(Turn(unit="batch"))
        while not report.is_idle:
            report = turns.send(Turn(unit="batch"))
        event = [e for e in report.events if isinstance(e, StyleStepped)][-1]
        seen.append(event.first_step + len(event.costs) - 1)
        assert event.picture.size and len(event.costs) == 2
    assert seen == [1, 2, 3]
    turns.close()


def test_a_cancelled_run_says_its_last_picture(files, shelf):
    turns = StyleJob(asked(files, steps=500), shelf).run()
    report = next(turns)
    while not any(isinstance(event, StyleStepped) and event.first_step > 3 for event in report.events):
        report = turns.send(Turn())
    report = turns.throw(Cancelled())
    (last,) = report.events
    assert isinstance(last, StyleStepped) and last.picture.shape == (48, 64, 3) and np.isnan(last.costs[-1]).all()
    with pytest.raises(Cancelled):
        next(turns)


@pytest.mark.parametrize(
    "values, shares, word",
    [
        ({"size": 20}, {}, "size"),
        ({"steps": 0}, {}, "steps"),
        ({"backend": "resnet"}, {}, "features"),
        ({}, {"style:block1_conv1": 1.0}, "no weight"),
        ({"backend": "vgg19"}, {}, "not on this machine"),
    ],
)
def test_wrong_requests_are_refused(files, shelf, values, shares, word):
    with pytest.raises(UserError, match=f"(?i){word}"):
        events_of(StyleJob(asked(files, shares=shares, **values), shelf))


def test_auto_takes_vgg19_where_its_weights_are(files, tmp_path, monkeypatch, shelf):
    random = np.random.default_rng(0)
    weights = {name: (random.normal(size=shape) * 0.3).astype(np.float32) for name, shape in SMALL.shapes.items()}
    save_file(weights, tmp_path / "w.safetensors")
    monkeypatch.setattr(workshop, "Stack", lambda: SMALL)
    request = asked(files, backend="auto", weights=str(tmp_path / "w.safetensors"), steps=4)
    events = events_of(StyleJob(request, Shelf()))
    (started,) = [event for event in events if isinstance(event, StyleStarted)]
    assert started.backend == "vgg19" and set(events[-1].result["costs"]) >= {
        "style:block5_conv1",
        "content:block4_conv2",
    }
    costs, weights = steps_of(events)
    assert np.isfinite(costs).all() and (costs[0] * weights[0]).sum() > (costs[-1] * weights[-1]).sum()
    answer = read(Shelf(), request, last_picture(events), held(GRAM, "style:block2_conv1", (1, 2)))
    opened = msgspec.convert(answer.facts["opened"], Opened)
    assert opened.result == pytest.approx(answer.arrays["gram"][1, 2] if "gram" in answer.arrays else opened.result)


def test_the_download_says_what_to_do_offline(monkeypatch):
    def offline(*_args):
        raise UserError("The weights could not be fetched.", vgg19.HINT)

    monkeypatch.setattr(vgg19, "fetch", offline)
    turns = fetch_weights(FetchWeights(), Shelf())
    with pytest.raises(UserError, match="could not be fetched") as refusal:
        while True:
            next(turns)
    assert "Choose a file" in refusal.value.hint


def read(shelf, request, picture, place=None, term=""):
    words = msgspec.json.encode(place).decode() if place is not None else ""
    asked = ReadStyle(
        content=request.content, styles=request.styles, picture=picture, values=request.values,
        shares=request.shares, term=term, place=words,
    )  # fmt: skip
    turns, found = read_style(asked, shelf), []
    try:
        while True:
            found += next(turns).events
    except StopIteration:
        (answer,) = found
        assert isinstance(answer, Explained)
        return answer


@pytest.fixture(scope="module")
def finished(files, shelf):
    request = asked(files)
    events = events_of(StyleJob(request, shelf))
    return request, events


def add_up(opened):
    whole = sum(term.value for term in opened.terms) + opened.rest
    assert whole == pytest.approx(opened.sum, rel=1e-6)
    for term in opened.terms:
        product = float(np.prod([factor.value for factor in term.factors]))
        assert term.value == pytest.approx(product**2 if term.form == "square" else product, rel=1e-6, abs=1e-12)
    if opened.then is None:
        assert opened.sum == pytest.approx(opened.result)
    else:
        code = opened.then.code.format(*[f.value for f in opened.then.operands], z=opened.sum)
        import math

        assert eval(code, {"math": math}) == pytest.approx(opened.result, rel=1e-6)


PLACES = [
    held(TOTAL),
    held(TERM, "style:1:2"),
    held(TERM, "content:detail"),
    held(TERM, "content:1:4"),
    held(TERM, "total_variation"),
    held(GRAM, "style:1:1", (3, 70)),
    held(GRAM, "style:1:2", (112, 5)),
    held(WANTED, "style:1:1", (3, 3)),
]


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_every_number_opens_to_what_it_is(finished, shelf, place):
    request, events = finished
    answer = read(shelf, request, last_picture(events), place, "style:1:2")
    opened = msgspec.convert(answer.facts["opened"], Opened)
    add_up(opened)
    costs = dict(zip([term.id for term in RANDOM_TERMS], answer.arrays["costs"], strict=True))
    if place.variable == TERM:
        assert opened.result == pytest.approx(float(costs[place.layer]), rel=2e-3)
    if place.variable == TOTAL:
        assert opened.result == pytest.approx(
            float((answer.arrays["costs"] * answer.arrays["weights"]).sum()), rel=1e-5
        )
    if place.variable == GRAM and place.layer == "style:1:2":
        assert opened.result == pytest.approx(float(answer.arrays["gram"][place.index]), rel=1e-3)
    assert answer.facts["channels"] == 113 and answer.arrays["gram"].shape == (113, 113)


def test_costs_read_from_the_seen_picture_are_those_of_the_run(finished, shelf):
    request, events = finished
    answer = read(shelf, request, last_picture(events))
    costs, _ = steps_of(events)
    np.testing.assert_allclose(answer.arrays["costs"], costs[-1], rtol=0.05, atol=2e-3)


@pytest.mark.parametrize(
    "place, word",
    [
        (held(GRAM, "style:1:1", (113, 0)), "no entry"),
        (held(TERM, "style:9"), "no term"),
        (held(GRAM, "style:1:16", (0, 0)), "too small"),
    ],
)
def test_numbers_that_are_none_are_refused(finished, shelf, place, word):
    request, events = finished
    with pytest.raises(UserError, match=word):
        read(shelf, request, last_picture(events), place)


def test_a_picture_of_another_size_is_refused(finished, shelf):
    with pytest.raises(UserError, match="none of this"):
        read(shelf, finished[0], np.zeros((10, 10, 3), np.uint8), Place("held", "", (), TOTAL))
