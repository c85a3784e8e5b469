"""`glassbox descend`: the path as JSON and as a table, and what bad use gets."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.__main__ import main


def _json(capsys, *words):
    assert main(["descend", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_the_path_with_every_slot(capsys):
    found = _json(
        capsys, "rosenbrock", "--optimizer", "adam", "--learning-rate", "0.05", "--start", "-1.2,1", "--steps", "30"
    )
    assert found["positions"][0] == [-1.2, 1.0] and found["losses"][0] == pytest.approx(24.2)
    assert [len(found[key]) for key in ("positions", "losses", "gradients")] == [31, 31, 30]
    assert {name: len(slot) for name, slot in found["slots"].items()} == {"m": 31, "v": 31}
    assert found["slots"]["m"][1] == pytest.approx([0.1 * part for part in found["gradients"][0]])
    assert found["settings"] == {"learning_rate": 0.05, "beta_1": 0.9, "beta_2": 0.999}
    assert found["minimum"] is None


def test_what_is_not_said_is_chosen(capsys):
    found = _json(capsys, "himmelblau")
    assert found["steps"] == 100 and found["optimizer"] == "sgd" and found["slots"] == {}
    assert found["minimum"] == pytest.approx([3.5844, -1.8481], abs=1e-3)


def test_the_human_form_ends_with_what_was_reached(capsys):
    assert main(["descend", "ravine", "--optimizer", "nesterov", "--learning-rate", "0.04", "--steps", "205"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) < 30 and lines[-2].split()[0] == "205" and "reached the minimum at (" in lines[-1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["foo"], "There is no surface 'foo'. Surfaces: himmelblau"),
        (["beale", "--optimizer", "sdg"], "There is no optimiser 'sdg'. Optimisers: sgd"),
        (["rosenbrock", "--start", "9,9"], "The start (9, 9) lies outside Rosenbrock"),
        (["rosenbrock", "--start", "9"], "'9' is no point"),
        (["rosenbrock", "--start", "nan,1"], "'nan,1' is no point"),
        (["ravine", "--learning-rate", "0.3"], "diverges: after step 2"),
        (["ravine", "--learning-rate", "-1"], "Learning rate is -1"),
        (["ravine", "--learning-rate", "nan"], "Learning rate is nan"),
        (["ravine", "--steps", "0"], "'0' found, expected 1 to 100,000"),
        ([], "SURFACE"),
    ],
)
def test_bad_use_gets_one_sentence(words, said, capsys):
    assert main(["descend", *words]) == 2
    printed = capsys.readouterr()
    assert said in printed.err and len(printed.err.strip().splitlines()) == 1 and not printed.out


def test_neither_tensorflow_nor_qt_is_imported():
    code = (
        "import sys; from app.__main__ import main; code = main(['descend', 'beale', '--json'])\n"
        "heavy = [name for name in ('tensorflow', 'keras', 'PySide6', 'sklearn') if name in sys.modules]\n"
        "assert not heavy, heavy\nsys.exit(code)"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
