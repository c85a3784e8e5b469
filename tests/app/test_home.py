"""Home: examples, recent projects, first steps, new projects, what a crash left."""

import time

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from app.home.art import ART, forward
from app.home.banner import Banner
from app.home.recent import ago, look_up, thinned
from app.home.sample_data import correlated, diabetes, digit, iris, resized
from app.panels.new_project import NewProjectDialog, summary
from app.recovery import Recovery
from app.theme import Look, theme
from engine.examples import EXAMPLES, load_example
from engine.project import DataChoice, encode
from engine.storage import atomic_write
from tests.app.program_double import Answers, running_program

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


@pytest.fixture
def program(tmp_path, qtbot):
    with running_program(tmp_path) as program:
        program.window.show_view("home")
        yield program


@pytest.fixture
def home(program):
    return program.window.workspace("home")


def test_every_example_has_a_card_with_a_picture(home):
    assert [card.example.name for card in home.examples] == [example.name for example in EXAMPLES]
    assert {card.example.name for card in home.examples} == set(ART)


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("example", list(ART))
def test_every_picture_shows_something(example, name, qtbot):
    look = theme(name)
    ground = look.color("canvas")
    image = QImage(238, 144, QImage.Format.Format_RGB32)
    image.fill(ground)
    painter = QPainter(image)
    ART[example].paint(painter, QRectF(0, 0, 238, 144), look)
    painter.end()
    colours = {image.pixelColor(x, y).name() for x in range(0, 238, 3) for y in range(0, 144, 3)}
    assert len(colours) > 8


def test_the_pictures_are_drawn_after_the_first_paint(program, home, qtbot):
    assert all(card.needs_picture for card in home.examples)
    program.window.show()
    qtbot.waitUntil(lambda: not any(card.needs_picture for card in home.examples), timeout=10_000)


def test_the_filter_shows_one_family(home):
    home._family.changed.emit("tables")
    shown = [card.example.family for card in home.examples if not card.isHidden()]
    assert shown and set(shown) == {"tables"}
    home._family.changed.emit("all")
    assert not any(card.isHidden() for card in home.examples)


@pytest.mark.parametrize("size, columns", [((1280, 720), 3), ((1440, 900), 4), ((2560, 1440), 6)])
def test_the_columns_of_the_design(program, home, size, columns, qtbot):
    program.window.resize(*size)
    program.window.show()
    qtbot.waitUntil(lambda: home.width() == size[0])
    tops = [card.mapTo(home, card.rect().topLeft()).y() for card in home.examples]
    assert tops.count(min(tops)) == min(columns, len(tops))
    right = max(card.mapTo(home, card.rect().topRight()).x() for card in home.examples)
    assert right < (home._side.x() if home._side.isVisible() else home.width())


def test_in_a_narrow_window_the_first_steps_stand_below(program, home, qtbot):
    program.window.resize(1280, 720)
    program.window.show()
    qtbot.waitUntil(lambda: home.width() == 1280)

    def lowest_and_tops():
        lowest = max(card.mapTo(home, card.rect().bottomLeft()).y() for card in home.examples)
        return lowest, {card.mapTo(home, card.rect().topLeft()).y() for card in home._step_cards}

    qtbot.waitUntil(lambda: lowest_and_tops()[0] < min(lowest_and_tops()[1]))
    assert len(lowest_and_tops()[1]) == 1
    assert not home._side.isVisible()
    program.window.resize(1440, 900)
    qtbot.waitUntil(home._side.isVisible)
    assert all(home._side.isAncestorOf(card) for card in home._step_cards)


def test_pressing_a_card_opens_the_example(home, program, qtbot):
    with qtbot.waitSignal(home.open_requested) as asked:
        qtbot.keyClick(home.examples[2], Qt.Key.Key_Return)
    assert asked.args == ["spiral"]
    assert program.studio.document.project.title == load_example("spiral").title


def test_recent_projects_are_listed_and_missing_ones_can_be_removed(program, home, tmp_path, qtbot):
    kept, gone = tmp_path / "kept.glassbox", tmp_path / "gone.glassbox"
    atomic_write(kept, encode(load_example("iris")))
    program.settings.add_recent(gone)
    program.settings.add_recent(kept)
    program.window.show()
    qtbot.waitUntil(lambda: len(home.recent) == 2)
    first, second = home.recent
    assert first.recent.size == "243 parameters" and not first.recent.problem
    assert second.recent.problem == "the file is gone"
    second.remove_button.click()
    assert program.settings.recent_files == [kept]


def test_a_damaged_recent_file_says_why(tmp_path):
    path = tmp_path / "broken.glassbox"
    atomic_write(path, b"{")
    assert "damaged" in look_up(path).problem


@pytest.mark.parametrize(
    "seconds, words",
    [(5, "just now"), (150, "2 min ago"), (3700, "1 hour ago"), (90_000, "yesterday"), (300_000, "3 days ago")],
)
def test_times_in_words(seconds, words):
    assert ago(seconds) == words


def test_a_long_curve_becomes_sixty_means():
    values = np.arange(6000, dtype=float)
    thin = thinned(values)
    assert len(thin) == 60
    assert thin[0] == values[:100].mean()
    assert thinned(np.array([1.0, np.nan, 3.0])) == (1.0, 3.0)
    assert thinned(np.array([np.inf])) == ()


def test_the_first_steps_are_marked_when_they_happened(program, home, qtbot):
    assert home.steps.done == 0 and home.steps.next == "open"
    program.studio.document.open_project(load_example("digits"))
    assert home.steps.is_done("open") and home.steps.next == "train"
    program.studio.engine.start()
    program.studio.step("batch")
    qtbot.waitUntil(lambda: home.steps.is_done("train"), timeout=10_000)
    qtbot.waitUntil(lambda: program.studio.training == "paused")
    job = program.studio.predict(np.zeros((1, 8, 8, 1), np.float32))
    with qtbot.waitSignal(job.ended):
        pass
    assert home.steps.is_done("draw") and home.steps.next == "export"


def test_other_projects_do_not_count_as_the_digits(program, home):
    program.studio.document.open_project(load_example("iris"))
    assert home.steps.done == 0


def test_what_a_crash_left_is_offered_and_restored(tmp_path, qtbot):
    folder = tmp_path / "recovery"
    with running_program(tmp_path / "a") as crashed:
        recovery = Recovery(crashed.studio.document, folder)
        crashed.studio.document.open_project(load_example("iris"))
        crashed.studio.document.edit("Rename", load_example("iris").replace(title="lost & found"))
        recovery.write()
        recovery._lock.release()
        with running_program(tmp_path / "b") as program:
            found = Recovery(program.studio.document, folder)
            home = program.window.show_view("home")
            home.offer_recovery(found)
            banner = home.findChild(Banner)
            assert "lost & found" in banner.accessibleName()
            home._restore(found.orphans()[0])
            assert program.studio.document.project.title == "lost & found"
            assert not program.studio.document.is_clean
            found.close()


def test_a_new_project_fits_its_data(qtbot):
    dialog = NewProjectDialog(Look("dark"))
    qtbot.addWidget(dialog)
    assert "10 classes" in dialog.outcome.text()
    dialog.title.setText("my digits")
    dialog.create_button.click()
    assert dialog.project.title == "my digits"
    assert dialog.project.data == DataChoice("digits")


def test_a_new_project_of_foreign_data_asks_for_them(tmp_path, qtbot):
    table = tmp_path / "t.csv"
    table.write_text("a,b,kind\n" + "".join(f"{n},{n * 2},{'xy'[n % 2]}\n" for n in range(40)))
    asked = []
    dialog = NewProjectDialog(Look("dark"), ask=lambda parent, dataset: asked.append(dataset.id) or [table])
    qtbot.addWidget(dialog)
    rows = [dialog.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(dialog.list.count())]
    dialog.list.setCurrentRow(rows.index("csv"))
    dialog.create_button.click()
    assert asked == ["csv"]
    assert dialog.project is not None, dialog.outcome.text()
    assert "2 classes" in summary(dialog.project)


def test_cancelling_the_question_for_files_makes_nothing(qtbot):
    dialog = NewProjectDialog(Look("dark"), ask=lambda parent, dataset: [])
    qtbot.addWidget(dialog)
    dialog.list.setCurrentRow(dialog.list.count() - 1)
    dialog.create_button.click()
    assert dialog.project is None


def test_the_samples_on_the_pictures_are_the_real_ones():
    from sklearn.datasets import load_diabetes, load_digits, load_iris

    digits = load_digits()
    fives = digits.images[digits.target == 5] / 16
    np.testing.assert_allclose(digit(5, 3), fives[3])
    np.testing.assert_allclose(iris()[0], load_iris().data[:, 2:4])
    np.testing.assert_array_equal(iris()[1], load_iris().target)
    np.testing.assert_allclose(diabetes()[0], load_diabetes(scaled=False).data[:, 2])
    np.testing.assert_allclose(diabetes()[1], load_diabetes(scaled=False).target)
    assert digit(5, 10_000) is None


def test_resizing_agrees_with_pillow():
    from PIL import Image

    image = digit(3, 1).astype(np.float32)
    expected = np.asarray(Image.fromarray(image).resize((28, 28), Image.Resampling.BILINEAR))
    np.testing.assert_allclose(resized(image.astype(float), 28), expected, atol=1e-5)


def test_the_kernel_picture_is_a_correlation():
    image, kernel = np.arange(16.0).reshape(4, 4), np.array([[0.0, 1.0], [2.0, 3.0]])
    expected = [
        [sum(kernel[a, b] * image[i + a, j + b] for a in (0, 1) for b in (0, 1)) for j in range(3)] for i in range(3)
    ]
    np.testing.assert_allclose(correlated(image, kernel), expected)
    assert correlated(image, kernel, pad=1).shape == (5, 5)


def test_the_untrained_network_of_the_pictures_has_the_right_sizes():
    outputs = forward(np.ones(64), (16, 12, 10), seed=1)
    assert [values.shape for values in outputs] == [(16,), (12,), (10,)]
    assert outputs[0].min() >= 0 and outputs[2].min() < 0


def test_home_says_what_could_not_be_opened(tmp_path, qtbot):
    path = tmp_path / "empty.glassbox"
    atomic_write(path, b"")
    with running_program(tmp_path, Answers(open=path)) as program:
        home = program.window.show_view("home")
        program.window.files.open()
        assert "empty" in home.findChild(Banner).accessibleName()


def test_a_time_that_lies_ahead_is_now(tmp_path):
    path = tmp_path / "x.glassbox"
    atomic_write(path, encode(load_example("iris")))
    assert look_up(path, now=time.time() - 1e6).when == "just now"
