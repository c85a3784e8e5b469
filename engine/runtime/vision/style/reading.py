"""Reading a picture of a style transfer once more: Gram matrices, and any of its numbers opened."""

from typing import Any

import msgspec
import numpy as np
import tensorflow as tf

from engine.errors import UserError
from engine.explain.opened import Opened, Place
from engine.messages import Explained, ReadStyle
from engine.params import check_values
from engine.runtime.jobs import Job, Report, in_thread
from engine.runtime.shelf import Shelf
from engine.runtime.vision.style.features import every_part, flattened
from engine.runtime.vision.style.problem import Problem
from engine.runtime.vision.style.workshop import chosen_backend, problem_of
from engine.style import colours, numbers
from engine.style.dials import Dials
from engine.style.numbers import StyleMap
from engine.style.settings import SETTINGS
from engine.style.terms import CostTerm, terms_of

MOST_CHANNELS = 160  # of a Gram matrix, that are sent


def read_style(request: ReadStyle, shelf: Shelf) -> Job:
    """Answer by `Explained`.

    Arrays: `costs`, `weights` float32 (term,); where a style term was asked for, `gram` and `wanted` float32
    (channel, channel), of VGG-19 the first 160 channels.
    Facts: `channels` of the term; `opened`, where a place was given.

    Raises:
        UserError: the pictures or settings cannot be used, the picture is of another transfer, or there is no such
            term or number.
    """
    values = check_values(SETTINGS, request.values, "The style transfer")
    dials = Dials(terms_of(chosen_backend(values)), len(request.styles), values, request.shares)
    yield Report()
    problem = yield from in_thread(lambda: problem_of(shelf, request.content, request.styles, values))
    reader = _Reader(problem, dials, request.picture)
    yield Report([(yield from in_thread(lambda: reader.answer(request.term, request.place)))])
    return {}


class _Reader:
    """One picture, read."""

    def __init__(self, problem: Problem, dials: Dials, picture: np.ndarray) -> None:
        self._problem, self._dials = problem, dials
        self._stage = problem.stage_of(picture)
        if self._stage < 0:
            size = "×".join(str(side) for side in picture.shape[1::-1])
            raise UserError(f"A picture of {size} px is none of this style transfer.", "Start it again.", "picture")
        seen = picture.astype(np.float32) / 255
        self._picture = colours.grey(seen) if dials.keeps_color else seen
        self._measurer = problem.measurer(self._stage)
        self._targets = problem.targets(self._stage, dials)

    def answer(self, term: str, place: str) -> Explained:
        """What was asked."""
        found = self._measurer.measure(self._picture, self._targets, self._dials.weights, every_part())
        arrays = {"costs": found.costs.astype(np.float32), "weights": self._dials.weights}
        facts: dict[str, Any] = {}
        if term:
            gram, wanted = self._grams(self._style(term))
            arrays |= {"gram": gram[:MOST_CHANNELS, :MOST_CHANNELS], "wanted": wanted[:MOST_CHANNELS, :MOST_CHANNELS]}
            facts["channels"] = len(gram)
        if place:
            facts["opened"] = msgspec.to_builtins(self._opened(msgspec.json.decode(place, type=Place), found.costs))
        return Explained(explainer="style", step=0, arrays=arrays, facts=facts)

    def _opened(self, place: Place, costs: np.ndarray) -> Opened:
        if place.variable == numbers.TOTAL:
            return numbers.open_total(place, self._dials.terms, costs, self._dials.weights)
        term = self._term(place.layer)
        if place.variable in (numbers.GRAM, numbers.WANTED):
            return self._entry(place)
        if term.kind == "variation":
            return numbers.open_variation(place, self._picture)
        if term.kind == "style":
            return numbers.open_style(place, term, *self._grams(self._style(term.id)))
        index = [other.id for other in self._dials.terms if other.kind == "content"].index(term.id)
        found = self._measurer.contents(self._picture)[index]
        return numbers.open_content(place, term, np.asarray(found), np.asarray(self._targets.contents[index]))

    def _entry(self, place: Place) -> Opened:
        """An entry of a Gram matrix; a wanted one is read from the style image with the largest share."""
        style = self._style(place.layer)
        picture = self._picture
        if place.variable == numbers.WANTED:
            picture = self._problem.lit(self._stage, self._dials)[int(np.argmax(self._dials.mix))]
        constant = self._measurer.features.constant
        return numbers.open_gram(place, self._map(style, picture, constant), constant > 0)

    def _map(self, style: int, picture: np.ndarray, constant: float) -> StyleMap:
        maps = self._measurer.features.read(tf.constant(picture), tf.constant(every_part()))[0][style]
        values = np.asarray(flattened(maps))
        if constant:
            values = np.concatenate([values, np.full((len(values), 1), constant, np.float32)], axis=1)
        shape = tuple(maps.shape[:3])

        def at(number: int) -> tuple[int, int]:
            part, row, column = np.unravel_index(number, shape)
            return self._measurer.features.place(style, int(part), int(row), int(column))

        return StyleMap(values, at)

    def _grams(self, style: int) -> tuple[np.ndarray, np.ndarray]:
        return np.asarray(self._measurer.grams(self._picture)[style]), np.asarray(self._targets.grams[style])

    def _term(self, name: str) -> CostTerm:
        found = next((term for term in self._dials.terms if term.id == name), None)
        if found is None:
            known = ", ".join(term.id for term in self._dials.terms)
            raise UserError(f"There is no term {name[:40]!r}.", f"Known: {known}.", "term")
        return found

    def _style(self, name: str) -> int:
        """The place of a style term among the style maps."""
        self._term(name)
        styles = [term.id for term in self._dials.terms if term.kind == "style"]
        number = styles.index(name) if name in styles else -1
        if not 0 <= number < self._measurer.features.styles:
            raise UserError(f"{name} has no Gram matrix here: the picture is too small for it.", "", "term")
        return number
