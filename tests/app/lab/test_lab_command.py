"""`glassbox lab`: the list, the picture, and wrong arguments."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QImage

from app.__main__ import main
from app.lab.command import _played
from engine.errors import UserError


def test_the_list_is_json(capsys):
    assert main(["lab", "--json"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [row["name"] for row in found["lessons"]][:2] == ["neuron", "activations"]
    assert found["problems"] == []


def test_a_lesson_is_drawn_at_a_time_in_a_state(tmp_path, qapp):
    state = tmp_path / "state.json"
    state.write_text('{"curve": "valleys", "start": 4.0}')
    pictures = []
    for name, more in (
        ("a", []),
        ("b", ["--at", "5"]),
        ("c", ["--state", str(state)]),
        ("d", ["--theme", "light"]),
        ("e", ["--state", state.read_text()]),
    ):
        out = tmp_path / f"{name}.png"
        assert main(["lab", "one-weight", "--out", str(out), "--size", "640x480", *more]) == 0
        image = QImage(str(out))
        assert (image.width(), image.height()) == (640, 480)
        pictures.append(image.convertToFormat(QImage.Format.Format_RGB32))
    assert all(pictures[0] != other for other in pictures[1:]) and pictures[2] == pictures[4]


def test_a_lesson_is_played_into_a_gif_from_its_first_step_to_its_last(tmp_path, qapp):
    out = tmp_path / "x.gif"
    assert main(["lab", "one-weight", "--out", str(out), "--size", "640x480", "--every", "8"]) == 0
    stills = []
    for at in ("0", "16", "30"):
        still = tmp_path / f"{at}.png"
        assert main(["lab", "one-weight", "--out", str(still), "--size", "640x480", "--at", at]) == 0
        stills.append(np.asarray(Image.open(still).convert("RGB"), float))
    with Image.open(out) as film:
        shown = []
        for index in range(film.n_frames):
            film.seek(index)
            shown.append(np.asarray(film.convert("RGB"), float))
    assert [int(np.argmin([np.abs(frame - still).mean() for frame in shown])) for still in stills] == [0, 2, 4]


WRONG = [
    (["lab", "nothing", "--out", "x.png"], "There is no lesson 'nothing'"),
    (["lab", "neuron"], "There is no --out"),
    (["lab", "neuron", "--out", "x.png", "--at", "999"], "--at 999 is not there"),
    (["lab", "neuron", "--out", "x.png", "--at", "nan"], "--at nan is not there"),
    (["lab", "one-weight", "--out", "x.gif", "--at", "3"], "from its first step to its last"),
    (["lab", "one-weight", "--out", "x.gif", "--every", "0"], "0 found, expected 1 to"),
    (["lab", "neuron", "--out", "x.png", "--size", "9x9"], "9x9 found, expected"),
    (["lab", "neuron", "--out", "x.png", "--size", "big"], "is no size"),
    (["lab", "neuron", "--out", "x.png", "--state", "nowhere.json"], "cannot be read"),
    (["lab", "neuron", "--out", "x.png", "--state", "{no"], "--state is no JSON"),
    (["lab", "neuron", "--out", "no/such/folder/x.png"], "x.png"),
]


def test_a_stage_on_which_nothing_moves_makes_no_film():
    with pytest.raises(UserError, match="Nothing moves"):
        _played(SimpleNamespace(length=0.0), SimpleNamespace(at=None, every=None))


@pytest.mark.parametrize("words, sentence", WRONG)
def test_wrong_arguments_are_told(words, sentence, capsys, qapp, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    assert sentence in capsys.readouterr().err
    assert not list(tmp_path.glob("*.png"))


@pytest.mark.parametrize("text, sentence", [("[1]", "holds list"), ("{", "is no JSON"), ('{"gate": 1}', "gate is 1")])
def test_a_wrong_state_is_told(text, sentence, capsys, qapp, tmp_path):
    (tmp_path / "s.json").write_text(text)
    out = tmp_path / "x.png"
    assert main(["lab", "neuron", "--out", str(out), "--state", str(tmp_path / "s.json")]) == 2
    assert sentence in capsys.readouterr().err and not out.exists()
