"""A style transfer as a job: pictures, features, then steps until they are done, every weight changeable meanwhile."""

import time
from collections.abc import Generator
from functools import partial
from typing import Any

import numpy as np

from engine.inspect.inspector import Inspection
from engine.messages import Message, Phase, SetLive, StyleStarted, Stylise
from engine.params import check_values
from engine.runtime.jobs import Cancelled, Job, Report, Turn, in_thread, in_thread_with_turn
from engine.runtime.shelf import Shelf
from engine.runtime.vision.style.news import NO_PICTURE, News
from engine.runtime.vision.style.problem import Problem
from engine.runtime.vision.style.way import Way
from engine.runtime.vision.style.workshop import chosen_backend, problem_of
from engine.style.costs import weighted
from engine.style.dials import Dials
from engine.style.pictures import as_bytes
from engine.style.settings import SETTINGS
from engine.style.terms import terms_of


class StyleJob:
    """One style transfer.

    Attributes:
        is_ready: it stands before its first step, so that pausing means something.
    """

    def __init__(self, request: Stylise, shelf: Shelf) -> None:
        self._request, self._shelf = request, shelf
        self._early: list[SetLive] = []
        self._dials: Dials | None = None
        self.is_ready = False

    def set_live(self, message: SetLive) -> None:
        """Turn a dial; it counts from the next step on.

        Raises:
            UserError: there is no such dial, or the value is out of range.
        """
        if self._dials is None:
            self._early.append(message)
        else:
            self._dials.set(message.name, message.value)

    def run(self) -> Job:
        """Do all steps. A cancelled job still says its last picture.

        Raises:
            UserError: a setting, a picture or the weights cannot be used.
        """
        values = check_values(SETTINGS, self._request.values, "The style transfer")
        terms = terms_of(chosen_backend(values))
        dials = Dials(terms, len(self._request.styles), values, self._request.shares)
        problem = yield from self._problem(values)
        self._dials = dials
        for message in self._early:
            self.set_live(message)
        way = yield from in_thread(lambda: Way(problem, dials, values["optimizer"]))
        self.is_ready = True  # before the first word, upon which a paused job gets no turn any more
        yield Report([_started(way), Phase(text="")])
        news = News(way.total)
        yield from _steps(way, news)
        last = yield from in_thread(way.measured)
        news.take(way.step, last.costs, dials.weights)
        yield Report([news.told(way.seen(way.picture), True, way.seconds)])
        return _result(way, last.costs)

    def _problem(self, values: dict[str, Any]) -> Generator[Report, Turn, Problem]:
        yield Report([Phase(text="reading the pictures")])
        gone: list[bool] = []
        inspection = Inspection(cancelled=lambda: bool(gone))
        content, styles = self._request.content, self._request.styles
        try:
            return (yield from in_thread(lambda: problem_of(self._shelf, content, styles, values, inspection)))
        except Cancelled:
            gone.append(True)
            raise


def _started(way: Way) -> StyleStarted:
    return StyleStarted(
        content=as_bytes(way.problem.pictures.content),
        picture=way.seen(way.picture),
        backend=way.problem.features.backend,
        total_steps=way.total,
        stages=way.begins,
    )


def _steps(way: Way, news: News) -> Generator[Report, Turn, None]:
    """All steps, as many a turn as its time allows, at least one; told at most 30 times a second."""
    turn = yield Report([Phase(text="first step compiles")])
    is_compiling = True
    try:
        while not way.is_done:
            events, turn = yield from in_thread_with_turn(partial(_turned, way, news, turn), turn)
            if is_compiling:
                events, is_compiling = [Phase(text=""), *events], False
            turn = yield Report(events, is_idle=turn.unit is not None)
    except Cancelled:
        if way.step:
            news.take(way.step, *_unmeasured(way))
            yield Report([news.told(way.seen(way.picture), True, way.seconds)])
        raise


def _unmeasured(way: Way) -> tuple[np.ndarray, np.ndarray]:
    """The costs of a picture that nobody measures any more."""
    return np.full(len(way.dials.terms), np.nan, np.float32), way.dials.weights


def _turned(way: Way, news: News, turn: Turn) -> list[Message]:
    """The steps of one turn; what there is to tell of them."""
    if turn.unit is not None:
        return [_single(way, news)]
    until = time.perf_counter() + turn.seconds
    told: list[Message] = []
    while not way.is_done:
        before, step = way.picture, way.step
        news.take(step, *way.advance())
        kept = news.keeps(step)
        if kept or news.is_due():
            picture = way.seen(before) if kept or news.wants_picture() else NO_PICTURE
            told.append(news.told(picture, kept, way.seconds))
        if time.perf_counter() >= until:
            break
    return told


def _single(way: Way, news: News) -> Message:
    """One step by hand: the picture after it is measured as well, because it stays on screen."""
    news.take(way.step, *way.advance())
    news.take(way.step, way.measured().costs, way.dials.weights)
    return news.told(way.seen(way.picture), news.keeps(way.step), way.seconds)


def _result(way: Way, costs: np.ndarray) -> dict[str, Any]:
    height, width = way.picture.shape[:2]
    terms, weights = way.dials.terms, way.dials.weights
    return {
        "size": [width, height],
        "backend": way.problem.features.backend,
        "steps": way.step,
        "seconds": round(way.seconds, 3),
        "cost": weighted(costs, weights),
        "costs": {term.id: float(cost) for term, cost in zip(terms, costs, strict=True)},
        "weights": {term.id: float(weight) for term, weight in zip(terms, weights, strict=True)},
    }
