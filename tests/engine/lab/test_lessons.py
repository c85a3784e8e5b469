"""Lessons: what a file says, and what a wrong one is told, with its line."""

import json

import pytest

from app.lab import BY_ID
from engine.errors import UserError
from engine.lab import FOLDER, read_shelf
from engine.lab.lesson import read_lesson

GOOD = """---
title: A title
stage: neuron
state: {"gate": "AND"}
question: What?
answer: one
answer*: two
explain: Because.
done: solved
---
First sentence. Second
line of it.

# Try

$ z = w · x
Then this.
"""


def write(folder, text, name="01-first.md"):
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_a_lesson_is_read(tmp_path):
    lesson = read_lesson(write(tmp_path, GOOD))
    assert (lesson.number, lesson.name, lesson.title, lesson.stage) == (1, "first", "A title", "neuron")
    assert lesson.state == {"gate": "AND"}
    assert [(answer.text, answer.is_right) for answer in lesson.answers] == [("one", False), ("two", True)]
    assert [(block.kind, block.text) for block in lesson.text] == [
        ("text", "First sentence. Second line of it."),
        ("heading", "Try"),
        ("formula", "z = w · x"),
        ("text", "Then this."),
    ]
    assert lesson.line("state") == 4 and lesson.line("next") == 1


WRONG = {
    "no header": ("Just text.\n", 1, "does not begin with a header"),
    "no end": ("---\ntitle: x\n", 2, "has no end"),
    "no state": (GOOD.replace('state: {"gate": "AND"}\n', ""), 1, "has no state"),
    "empty state": (GOOD.replace('state: {"gate": "AND"}', "state:"), 4, "has no state"),
    "broken state": (GOOD.replace('{"gate": "AND"}', '{"gate": }'), 4, "state is no JSON"),
    "listed state": (GOOD.replace('{"gate": "AND"}', "[1, 2]"), 4, "state is list, expected an object"),
    "unknown entry": (GOOD.replace("done: solved", "dome: solved"), 9, "no entry 'dome'"),
    "twice": (GOOD.replace("done: solved", "title: again"), 9, "title is there twice, first in line 2"),
    "no colon": (GOOD.replace("done: solved", "solved"), 9, "'solved' is no entry"),
    "no right answer": (GOOD.replace("answer*", "answer"), 6, "0 of them marked right"),
    "two right answers": (GOOD.replace("answer: one", "answer*: one"), 6, "2 of them marked right"),
    "no answers": (GOOD.replace("answer: one\nanswer*: two\n", ""), 5, "needs answers"),
    "nothing explained": (GOOD.replace("explain: Because.\n", ""), 5, "needs explain"),
    "no text": (GOOD[: GOOD.index("First")], 10, "has no text"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_told_its_line(tmp_path, case):
    text, line, words = WRONG[case]
    with pytest.raises(UserError) as caught:
        read_lesson(write(tmp_path, text))
    assert caught.value.where == f"01-first.md, line {line}"
    assert words in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("name", ["first.md", "1-first.md", "01-First.md", "01-.md"])
def test_a_wrong_name_is_refused(tmp_path, name):
    with pytest.raises(UserError, match="is no name of a lesson"):
        read_lesson(write(tmp_path, GOOD, name))


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "01-first.md").write_bytes(b"---\n\xff\xfe")
    with pytest.raises(UserError, match="cannot be read"):
        read_lesson(tmp_path / "01-first.md")


def test_a_folder_keeps_the_good_and_lists_the_bad(tmp_path):
    write(tmp_path, GOOD)
    write(tmp_path, GOOD.replace("stage: neuron", "stage: neurone"), "02-second.md")
    write(tmp_path, GOOD.replace("done: solved", "next: nowhere"), "03-third.md")
    write(tmp_path, GOOD.replace("done: solved", "take: nothing"), "04-fourth.md")
    write(tmp_path, GOOD, "05-first.md")
    shelf = read_shelf(tmp_path, BY_ID)
    assert [lesson.name for lesson in shelf.lessons] == ["first", "third"]
    found = {error.where: error.message for error in shelf.problems}
    assert "There is no stage 'neurone'." in found["02-second.md, line 3"]
    assert "There is no lesson 'nowhere'." in found["03-third.md, line 9"]
    assert "There is no example 'nothing'." in found["04-fourth.md, line 9"]
    assert "01-first.md has the number 1 or the name 'first' already." in found["05-first.md, line 1"]


def test_an_unknown_lesson_names_the_known_ones(tmp_path):
    write(tmp_path, GOOD)
    with pytest.raises(UserError, match="There is no lesson 'x'") as caught:
        read_shelf(tmp_path).find("x")
    assert caught.value.hint == "Lessons: first."


def test_the_lessons_of_the_program_are_good():
    shelf = read_shelf(FOLDER, BY_ID)
    assert not shelf.problems
    assert [lesson.number for lesson in shelf.lessons] == sorted({lesson.number for lesson in shelf.lessons})
    for lesson in shelf.lessons:
        assert json.dumps(dict(lesson.state))
        assert lesson.question and lesson.explain
