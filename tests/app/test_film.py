"""Films: a frame for each checkpoint, in order, and files that can be opened."""

import argparse
import io
import time
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel, QWidget

from app import film as films
from app.explain.player import Player
from app.film import Film, film_steps, write_film
from app.film_command import _played, _range, main
from app.gif import gif
from app.panels.film_dialog import FilmDialog
from app.shot import Waiting
from engine.errors import UserError
from engine.examples import load_example
from engine.messages import CheckpointSaved
from tests.app.studio_double import StudioDouble, loaded, trained_run

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
PROJECT = load_example("digits")
STEPS = [0, 10, 20, 40]


class See(QObject):
    """Settles on the moment shown, as a view does that has its answer."""

    settled = Signal(int)
    settled_step = -1

    def __init__(self, studio, label, answers=True):
        super().__init__()
        self._label = label
        if answers:
            studio.moment_changed.connect(self._show)

    def _show(self, step):
        self._label.setText(str(step))
        if step is not None:
            self.settled.emit(step)


@pytest.fixture
def label(qtbot):
    made = QLabel("live")
    made.resize(120, 40)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def studio(document):
    data = loaded(PROJECT.data)
    run = trained_run(Path("run"), PROJECT, data)
    for step in (40, 0, 10, 20):
        run.take(CheckpointSaved(step=step, best=False))
    return StudioDouble(document, data, run)


def frame(color):
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    return image


def test_a_film_has_a_frame_of_every_checkpoint_and_gives_the_playhead_back(qtbot, studio, label):
    film = Film(See(studio, label), label, studio)
    told = []
    film.progressed.connect(lambda done, total: told.append((done, total)))
    with qtbot.waitSignal(film.finished) as taken:
        film.start(film_steps(studio.run))
    assert [step for step, _ in taken.args[0]] == STEPS
    assert told == [(n, 4) for n in range(5)]
    assert studio.shown_step is None and not film.is_running
    pictures = {bytes(image.constBits()) for _, image in taken.args[0]}
    assert len(pictures) == 4


def test_a_cancelled_film_says_nothing_and_gives_the_playhead_back(qtbot, studio, label):
    film = Film(See(studio, label, answers=False), label, studio)
    heard = []
    film.finished.connect(heard.append)
    film.start(STEPS)
    assert studio.shown_step == 0
    film.cancel()
    assert studio.shown_step is None and not heard


def test_a_view_that_does_not_answer_is_given_up(qtbot, studio, label, monkeypatch):
    monkeypatch.setattr(films, "PATIENCE", 20)
    film = Film(See(studio, label, answers=False), label, studio)
    with qtbot.waitSignal(film.failed) as failed:
        film.start(STEPS)
    assert "step 0" in failed.args[0] and studio.shown_step is None


def test_a_gif_has_every_frame(tmp_path):
    colors = ("#ff0000", "#00ff00", "#0000ff")
    with Image.open(io.BytesIO(gif([frame(color) for color in colors], [300, 300, 1500]))) as found:
        assert (found.n_frames, found.size, found.info["loop"]) == (3, (40, 30), 0)
        for n, color in enumerate(colors):
            found.seek(n)
            assert found.info["duration"] == (1500 if n == 2 else 300)
            assert found.convert("RGB").getpixel((20, 15)) == QColor(color).getRgb()[:3]


def test_frames_are_named_by_their_step(tmp_path):
    write_film([(0, frame("red")), (120, frame("blue"))], tmp_path / "frames")
    assert sorted(path.name for path in (tmp_path / "frames").iterdir()) == [
        "step-000000000.png",
        "step-000000120.png",
    ]


@pytest.mark.parametrize("name, words", [("x.mp4", "video library"), ("x.avi", "no kind of film")])
def test_other_kinds_of_film_are_refused_with_a_way_out(tmp_path, name, words):
    with pytest.raises(UserError, match=words) as error:
        write_film([(0, frame("red"))], tmp_path / name)
    assert ".gif" in error.value.hint


def test_the_dialog_takes_the_film_and_writes_it(qtbot, studio, label, look, tmp_path):
    film = Film(See(studio, label), label, studio)
    dialog = FilmDialog(film, STEPS, "Kernels", look)
    qtbot.addWidget(dialog)
    dialog.ask_for_target = lambda *_: tmp_path / "x.gif"
    with qtbot.waitSignal(film.finished):
        dialog.start()
    assert dialog.gif.isEnabled()
    dialog.gif.click()
    with Image.open(tmp_path / "x.gif") as found:
        assert found.n_frames == 4


def test_closing_the_dialog_ends_the_film(qtbot, studio, label, look):
    film = Film(See(studio, label, answers=False), label, studio)
    dialog = FilmDialog(film, STEPS, "Kernels", look)
    qtbot.addWidget(dialog)
    dialog.start()
    assert not dialog.gif.isEnabled()
    dialog.reject()
    assert not film.is_running and studio.shown_step is None


def test_a_run_with_one_checkpoint_that_is_shown_already(qtbot, studio, label):
    see = See(studio, label)
    see.settled_step = 0
    studio.show_step(0)
    film = Film(see, label, studio)
    with qtbot.waitSignal(film.finished) as taken:
        film.start([0])
    assert [step for step, _ in taken.args[0]] == [0]


def test_the_play_row_of_a_view_is_filmed_step_by_step(qtbot, look):
    view = QWidget()
    qtbot.addWidget(view)
    player, label = Player("Step", look, parent=view), QLabel("0", view)
    player.moved.connect(lambda step: label.setText(str(step)))
    player.set_count(9)
    view.resize(300, 80)
    view.show()
    wait = Waiting(time.monotonic() + 60, [], lambda: "ready")
    frames = _played(view, range(4, 8), wait)
    assert [step for step, _ in frames] == [4, 5, 6, 7] and label.text() == "7"
    assert len({bytes(image.constBits()) for _, image in frames}) == 4
    with pytest.raises(UserError, match="no step 9") as error:
        _played(view, range(4, 10), wait)
    assert error.value.hint == "Its steps are 0 to 8."
    with pytest.raises(UserError, match="no play row"):
        _played(label, range(2), wait)


def test_the_steps_of_a_film_are_read():
    assert _range("4-27") == range(4, 28) and _range("3-3") == range(3, 4)
    for text in ("", "4", "7-3", "a-b", "-1-3"):
        with pytest.raises(argparse.ArgumentTypeError, match="the last step"):
            _range(text)


def test_what_is_no_run_is_refused_before_anything_is_filmed(tmp_path):
    with pytest.raises(UserError, match="'nothing' is neither a run folder nor an example"):
        main(["nothing", "--view", "gates", "--out", str(tmp_path / "x.gif")])
