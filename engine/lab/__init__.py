"""The lessons of the Lab: Markdown files in resources/text/lab, read once, in the order of their numbers."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine.errors import UserError
from engine.examples import EXAMPLES
from engine.lab.lesson import Lesson, problem, read_lesson

FOLDER = Path(__file__).parents[2] / "resources" / "text" / "lab"


@dataclass(frozen=True)
class Shelf:
    """What a folder of lessons holds.

    Args:
        lessons: those that can be opened, in the order of their numbers.
        problems: what is wrong with the others; `where` of each is "file, line n".
    """

    lessons: tuple[Lesson, ...]
    problems: tuple[UserError, ...] = ()

    def find(self, name: str) -> Lesson:
        """Return a lesson by its name, e.g. "neuron".

        Raises:
            UserError: there is none.
        """
        for lesson in self.lessons:
            if lesson.name == name:
                return lesson
        known = ", ".join(lesson.name for lesson in self.lessons)
        raise UserError(f"There is no lesson {name[:40]!r}.", f"Lessons: {known}." if known else "The folder is empty.")


def read_shelf(folder: Path, stages: Collection[str] = ()) -> Shelf:
    """Read every lesson of a folder; a bad file is listed and the others are kept.

    Args:
        stages: ids of the stages there are; empty checks no names of stages.
    """
    found: dict[str, Lesson] = {}
    problems: list[UserError] = []
    for path in sorted(folder.glob("*.md")):
        try:
            lesson = read_lesson(path)
            _check_names(lesson, stages, found)
            found[lesson.name] = lesson
        except UserError as error:
            problems.append(error)
    for lesson in tuple(found.values()):
        if lesson.next and lesson.next not in found:
            known = f"Lessons: {', '.join(found)}."
            problems.append(problem(lesson.path, lesson.line("next"), f"There is no lesson {lesson.next!r}.", known))
    return Shelf(tuple(sorted(found.values(), key=lambda lesson: lesson.number)), tuple(problems))


@cache
def lessons() -> tuple[Lesson, ...]:
    """The lessons that come with the program."""
    return read_shelf(FOLDER).lessons


def _check_names(lesson: Lesson, stages: Collection[str], found: dict[str, Lesson]) -> None:
    """See that what a lesson names is there.

    Raises:
        UserError: a stage or example that there is not, or a lesson that there is already.
    """
    if stages and lesson.stage not in stages:
        stage, known = f"There is no stage {lesson.stage!r}.", f"Stages: {', '.join(sorted(stages))}."
        raise problem(lesson.path, lesson.line("stage"), stage, known)
    examples = [example.name for example in EXAMPLES]
    if lesson.take and lesson.take not in examples:
        text = f"There is no example {lesson.take!r}."
        raise problem(lesson.path, lesson.line("take"), text, f"Examples: {', '.join(examples)}.")
    for other in found.values():
        if lesson.name == other.name or lesson.number == other.number:
            text = f"{other.path.name} has the number {other.number} or the name {other.name!r} already."
            raise problem(lesson.path, 1, text, "Rename one of the two files.")
