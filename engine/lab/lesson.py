"""Lesson: one Markdown file: a header between two lines of dashes, then sentences and formulas."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from engine.errors import UserError

NAME = re.compile(r"(\d{2})-([a-z][a-z0-9-]*)\.md")
RULE = "---"
SINGLE = ("title", "stage", "state", "question", "explain", "done", "next", "take")
NEEDED = ("title", "stage", "state")
LARGEST = 64 * 1024  # bytes


@dataclass(frozen=True)
class Answer:
    """One of the answers to a lesson's question."""

    text: str
    is_right: bool


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading or a formula of the text; a formula is in the markup of `app.formula.markup`."""

    kind: Literal["text", "heading", "formula"]
    text: str


@dataclass(frozen=True)
class Lesson:
    """A page that sets a state, asks, runs and says what happened.

    Args:
        path: of its file, NN-name.md.
        number: its place in the beginner's order.
        name: what the command line and `next` call it.
        state: what the stage begins with.
        answers: to the question, two or more; empty where nothing is asked.
        explain: said after the stage ran.
        done: id of the stage's condition that completes the lesson; empty: the question answered completes it.
        next: name of the lesson to go on with; may be empty.
        take: name of the example that "Take it to Build" opens; may be empty.
        lines: line number of each header entry, from 1.
    """

    path: Path
    number: int
    name: str
    title: str
    stage: str
    state: Mapping[str, Any]
    text: tuple[Block, ...]
    question: str = ""
    answers: tuple[Answer, ...] = ()
    explain: str = ""
    done: str = ""
    next: str = ""
    take: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)

    def line(self, key: str) -> int:
        """Where an entry of the header stands; 1 where it is missing."""
        return self.lines.get(key, 1)


def problem(path: Path, line: int, message: str, hint: str = "") -> UserError:
    """Return the error of one line of a lesson's file."""
    return UserError(message, hint, where=f"{path.name}, line {line}")


def read_lesson(path: Path) -> Lesson:
    """Read a lesson's file.

    Raises:
        UserError: the name, the header or the text is wrong; `where` names file and line.
    """
    match = NAME.fullmatch(path.name)
    if match is None:
        found = f"{path.name!r} is no name of a lesson; expected two digits and a name, e.g. 01-neuron.md."
        raise problem(path, 1, found, "Rename the file.")
    try:
        raw = path.read_bytes()
        content = raw.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise problem(path, 1, f"The file cannot be read: {error}.", "Save it again as UTF-8 text.") from error
    if len(raw) > LARGEST:
        raise problem(path, 1, f"The file has {len(raw):,} bytes, more than {LARGEST:,}.", "Write several lessons.")
    lines = content.splitlines()
    end = _header_end(path, lines)
    entries, places, answers = _header(path, lines[1:end])
    _check(path, entries, places, answers)
    text = _blocks(path, lines, end + 1)
    singles = {key: entries[key] for key in SINGLE if key in entries and key != "state"}
    state = _state(path, places["state"], entries["state"])
    return Lesson(
        path=path, number=int(match[1]), name=match[2], state=state, text=text, answers=answers, lines=places, **singles
    )  # fmt: skip


def _header_end(path: Path, lines: list[str]) -> int:
    if not lines or lines[0].strip() != RULE:
        raise problem(path, 1, "The file does not begin with a header.", f"Begin it with a line {RULE}.")
    for number, line in enumerate(lines[1:], start=1):
        if line.strip() == RULE:
            return number
    raise problem(path, len(lines), "The header has no end.", f"End it with a line {RULE}.")


def _header(path: Path, lines: list[str]) -> tuple[dict[str, str], dict[str, int], tuple[Answer, ...]]:
    entries: dict[str, str] = {}
    places: dict[str, int] = {}
    answers: list[Answer] = []
    for number, line in enumerate(lines, start=2):
        if not line.strip():
            continue
        key, colon, value = line.partition(":")
        key, value = key.strip(), value.strip()
        if not colon:
            raise problem(path, number, f"{line[:40]!r} is no entry.", "Write a name, a colon and a value.")
        if key in ("answer", "answer*"):
            answers.append(Answer(value, key == "answer*"))
            places.setdefault("answer", number)
        elif key not in SINGLE:
            raise problem(path, number, f"There is no entry {key[:40]!r}.", f"Entries: {', '.join(SINGLE)}, answer.")
        elif key in entries:
            raise problem(path, number, f"{key} is there twice, first in line {places[key]}.", "Keep one of them.")
        else:
            entries[key], places[key] = value, number
    return entries, places, tuple(answers)


def _check(path: Path, entries: dict[str, str], places: dict[str, int], answers: tuple[Answer, ...]) -> None:
    for key in NEEDED:
        if not entries.get(key):
            raise problem(path, places.get(key, 1), f"The header has no {key}.", f"Add a line {key}: …")
    if bool(entries.get("question")) != bool(answers):
        at = places.get("question", places.get("answer", 1))
        raise problem(path, at, "A question needs answers, and answers a question.", "Add what is missing.")
    if not answers:
        return
    at, right = places["answer"], sum(answer.is_right for answer in answers)
    if len(answers) < 2 or right != 1:
        text = f"{len(answers)} answers, {right} of them marked right; expected two or more, and one marked answer*."
        raise problem(path, at, text, "Mark exactly one answer with a star.")
    if not entries.get("explain"):
        raise problem(path, places["question"], "A question needs explain, which is said after it ran.", "Add it.")


def _state(path: Path, line: int, text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise problem(path, line, f"state is no JSON: {error.msg}.", 'E.g. {"w": [1, 2]}.') from None
    if not isinstance(found, dict):
        raise problem(path, line, f"state is {type(found).__name__}, expected an object.", 'E.g. {"w": [1, 2]}.')
    return found


def _blocks(path: Path, lines: list[str], start: int) -> tuple[Block, ...]:
    """Paragraphs end at empty lines; a line with $ is a formula, one with # a heading."""
    blocks: list[Block] = []
    paragraph: list[str] = []

    def close() -> None:
        if paragraph:
            blocks.append(Block("text", " ".join(paragraph)))
            paragraph.clear()

    for line in lines[start:]:
        stripped = line.strip()
        if stripped.startswith(("$", "#")):
            close()
            kind: Literal["heading", "formula"] = "formula" if stripped[0] == "$" else "heading"
            blocks.append(Block(kind, stripped.lstrip("$#").strip()))
        elif stripped:
            paragraph.append(stripped)
        else:
            close()
    close()
    if not blocks:
        raise problem(path, len(lines), "The lesson has no text.", "Write what is to be seen, below the header.")
    return tuple(blocks)
