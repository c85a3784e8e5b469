"""`glassbox nms`: boxes in, kept and killed with reasons out; bad files give one sentence and exit code 2."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.__main__ import main

THREE = {
    "boxes": [[0, 0, 10, 10], [1, 0, 11, 10], [30, 30, 40, 44], [0, 0, 10, 9]],
    "scores": [0.9, 0.8, 0.7, 0.95],
    "classes": ["a", "a", "b", "b"],
}


@pytest.fixture
def nms(tmp_path, capsys):
    """Runs the command on some content; returns exit code, the JSON object, and what stands on stderr."""

    def run(content, *options):
        path = tmp_path / "boxes.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        code = main(["nms", str(path), *options])
        printed = capsys.readouterr()
        lines = printed.out.splitlines()
        return code, json.loads(lines[-1]) if lines and "--json" in options else lines, printed.err

    return run


def test_per_class(nms):
    code, found, _ = nms(THREE, "--iou", "0.5", "--json")
    assert code == 0 and (found["iou"], found["across_classes"]) == (0.5, False)
    assert [box["index"] for box in found["kept"]] == [3, 0, 2] and found["left"] == []
    (killed,) = found["killed"]
    assert (killed["index"], killed["by"], killed["class"]) == (1, 0, "a") and killed["box"] == [1, 0, 11, 10]
    assert killed["iou"] == pytest.approx(90 / 110)


def test_across_classes_and_a_score(nms):
    _, found, _ = nms(THREE, "--iou", "0.5", "--across-classes", "--score", "0.75", "--json")
    assert [box["index"] for box in found["kept"]] == [3]
    assert [(box["index"], box["by"]) for box in found["killed"]] == [(0, 3), (1, 3)]
    assert [box["index"] for box in found["left"]] == [2]


def test_a_list_of_boxes_is_the_same(nms):
    columns = zip(THREE["boxes"], THREE["scores"], THREE["classes"], strict=True)
    rows = [{"box": box, "score": score, "class": name} for box, score, name in columns]
    assert nms(rows, "--json")[1] == nms(THREE, "--json")[1]
    without = [{"box": row["box"], "score": row["score"]} for row in rows]
    assert nms(without, "--json")[1]["across_classes"] is True and "class" not in nms(without, "--json")[1]["kept"][0]


def test_the_human_form(nms):
    code, lines, _ = nms(THREE)
    assert code == 0 and lines[-1] == "3 kept, 1 killed, 0 left out"
    assert any("killed" in line and "by 0" in line and "0.818" in line for line in lines)


def test_no_boxes(nms):
    assert nms({"boxes": [], "scores": []}, "--json")[1]["kept"] == []
    assert nms([], "--json")[1]["killed"] == []


@pytest.mark.parametrize(
    "content, says",
    [
        (b"", "empty"),
        (b"hello", "no list of boxes"),
        (b"\xff\xfe\x00", "no list of boxes"),
        (b'{"boxes": [[0, 0, NaN, 1]], "scores": [1]}', "byte 18"),
        (b'{"boxes": [[0, 0, 1e999, 1]], "scores": [1]}', "boxes.json"),
        (b"[" * 200_000, "no list of boxes"),
        (b'{"boxes": [], "scores": [], "x": ' + b"[" * 200_000, "no list of boxes"),
        ({"boxes": [[0, 0, 1]], "scores": [1]}, "$.boxes[0]"),
        ({"boxes": [[0, 0, 1, "1"]], "scores": [1]}, "$.boxes[0][3]"),
        ({"boxes": [[0, 0, 1, 1]], "scores": []}, "1 boxes, 0 scores"),
        ({"boxes": [[0, 0, 1, 1]], "scores": [1], "classes": []}, "0 classes"),
        ({"boxes": [[0, 0, 1, 1]], "scores": [1], "extra\u001b[31m": 1}, "unknown field"),
        ({"scores": [1]}, "boxes"),
        ([{"box": [0, 0, 1, 1], "score": 1, "class": 3}, {"box": [0, 0, 1, 1], "score": 1}], "only 1 of 2"),
        ({"boxes": [[0, 0, 1e300, 1]], "scores": [1]}, "box 0"),
        ({"boxes": [[0, 0, 1, 1]] * 100_001, "scores": [0.5] * 100_001}, "at most 100,000"),
    ],
)
def test_bad_files(nms, content, says):
    code, _, error = nms(content, "--json")
    assert code == 2 and says in error and "Traceback" not in error and "\x1b" not in error
    assert len(error.strip().splitlines()) == 1 and error.count(". ") >= 1, "a sentence and a hint"


@pytest.mark.parametrize("words", [["--iou", "1.5"], ["--iou", "nan"], ["--iou", "x"], ["--score", "y"]])
def test_bad_settings(nms, words):
    code, _, error = nms(THREE, *words)
    assert code == 2 and len(error.strip().splitlines()) == 1


def test_missing_folder_and_huge_files(tmp_path, capsys):
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    for path in (tmp_path / "none.json", tmp_path, tmp_path / "huge.json"):
        assert main(["nms", str(path)]) == 2
        assert len(capsys.readouterr().err.strip().splitlines()) == 1


KEYS = st.sampled_from(["boxes", "scores", "classes", "box", "score", "x"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(JSON)
def test_whatever_stands_in_the_file_there_is_an_answer_or_a_sentence(nms, value):
    assert nms(json.dumps(value).encode(), "--json")[0] in (0, 2)
