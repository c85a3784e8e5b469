"""The frame: views, files, questions, keyboard, sizes, faults."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton

from app.actions import ACTIONS
from app.dropped import promise
from app.main_window import VIEWS
from app.regions import contains
from app.run_model import RunModel
from engine.errors import UserError
from engine.examples import load_example
from engine.messages import Pong, Ready
from engine.project import encode, read
from engine.storage import atomic_write
from tests.app.program_double import Answers, running_program

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")
SIZES = [(1120, 640), (1280, 720), (1440, 900)]
READY = Ready(version=1, device="CPU", cores=2, memory=23 * 1024**3, packages={})


@pytest.fixture
def program(tmp_path, qtbot):
    with running_program(tmp_path) as program:
        yield program


@pytest.fixture
def window(program):
    return program.window


@pytest.fixture
def iris_file(tmp_path):
    path = tmp_path / "iris & co.glassbox"
    atomic_write(path, encode(load_example("iris")))
    return path


def test_every_view_can_be_shown_and_is_made_once(window):
    for id in VIEWS:
        first = window.show_view(id)
        assert window.stack.currentWidget() is first
        assert window.show_view(id) is first


def test_every_action_is_bound_once_all_views_were_shown(window):
    for id in VIEWS:
        window.show_view(id)
    assert [action.id for action in ACTIONS if not window.commands.is_bound(action.id)] == []


def test_every_action_layer_and_example_is_in_the_palette(window):
    window.overlays.open_palette()
    texts = [entry.text for entry in window.overlays.palette.shown]
    assert all(action.text in texts for action in ACTIONS if action.id != "palette")
    assert {"Add Dense", "Add Conv2D", "Open example: LeNet-5", "Theme: light"} <= set(texts)


def test_the_palette_adds_a_layer_after_the_selected_one(window, program):
    document = program.studio.document
    document.open_project(load_example("digits-dense"))
    document.select(["dense_1"])
    window.overlays.open_palette()
    entry = next(entry for entry in window.overlays.palette.shown if entry.text == "Add Dropout after dense_1")
    entry.run()
    assert document.project.graph.sources("dense_2") == ("dropout_1",)
    assert document.selection == {"dropout_1"}
    document.undo_stack.undo()
    assert document.project.graph == load_example("digits-dense").graph


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("trained", [False, True])
def test_nothing_in_the_bars_is_clipped(program, window, size, trained, qtbot):
    window.resize(*size)
    project = load_example("digits").replace(title="a project with quite a long name that somebody gave it")
    program.studio.document.open_project(project)
    window.top_bar.device.set_state("ready")
    window.top_bar.device.take_ready(READY)
    window.top_bar.device.take_pong(Pong(sent=0.0, memory=11 * 1024**3 // 10))
    if trained:
        program.studio.engine.start()
        program.studio.step("epoch")
        qtbot.waitUntil(lambda: program.studio.run is not None and program.studio.run.step == 10, timeout=10_000)
    window.show()
    qtbot.waitUntil(lambda: window.size().width() == size[0])
    QApplication.processEvents()
    for bar in (window.top_bar, window.transport):
        parts = _visible_leaves(bar)
        for part in parts:
            place = part.mapTo(bar, QPoint(0, 0))
            assert place.x() >= 0 and place.x() + part.width() <= bar.width(), part
            assert place.y() >= 0 and place.y() + part.height() <= bar.height(), part
            assert part.width() >= part.minimumSizeHint().width(), part
        _assert_apart(bar, parts)


def _visible_leaves(bar):
    """The parts that show something: not the holders that only line them up, nor the focus ring."""
    found = [
        w for w in bar.findChildren(object) if w.isWidgetType() and w.isVisible() and w.objectName() != "focusRing"
    ]
    return [w for w in found if not any(child.isWidgetType() and child.isVisible() for child in w.children())]


def _assert_apart(bar, parts):
    boxes = [(part, part.rect().translated(part.mapTo(bar, QPoint(0, 0)))) for part in parts]
    for number, (part, box) in enumerate(boxes):
        for other, other_box in boxes[number + 1 :]:
            assert not box.intersects(other_box), (part, other)


def test_the_tabs_stand_in_the_middle(window, qtbot):
    window.show()
    tabs = window.top_bar.tabs
    middle = tabs.mapTo(window, tabs.rect().center()).x()
    assert abs(middle - window.width() / 2) < 12


def test_the_device_chip_tells_the_engine(window):
    chip = window.top_bar.device
    assert "starting" in chip.accessibleName()
    chip.set_state("ready")
    chip.take_ready(READY)
    chip.take_pong(Pong(sent=0.0, memory=1024**3))
    assert "CPU, 2 cores" in chip.accessibleName() and "1.0/23 GB" in chip.accessibleName()
    chip.set_state("down")
    assert "engine down" in chip.accessibleName()
    assert not chip.grab().isNull()


def test_the_top_bar_shows_name_and_unsaved_changes(program, window):
    document = program.studio.document
    document.open_project(load_example("iris"))
    assert window.top_bar.project.accessibleName() == "Project iris"
    document.edit("Rename", document.project.replace(title="<b>mine</b>"))
    assert window.top_bar.project.accessibleName() == "Project <b>mine</b>, not saved"
    assert window.isWindowModified()
    assert not window.grab().isNull()


def test_the_theme_is_switched_and_remembered(program, window):
    window.commands.trigger("theme")
    assert program.look.theme.name == "light"
    assert program.settings.theme_mode == "light"


def test_undo_and_redo_follow_the_document(program, window):
    document = program.studio.document
    document.open_project(load_example("iris"))
    assert not window.commands.is_enabled("undo")
    document.edit("Rename", document.project.replace(title="other"))
    window.commands.trigger("undo")
    assert document.project.title == "iris"
    window.commands.trigger("redo")
    assert document.project.title == "other"


# files


def test_open_save_and_save_as(tmp_path, iris_file, qtbot):
    target = tmp_path / "copy"
    with running_program(tmp_path, Answers(open=iris_file, save=target)) as program:
        files, document = program.window.files, program.studio.document
        files.open()
        assert document.path == iris_file and program.window.view == "build"
        document.edit("Rename", document.project.replace(title="changed"))
        assert files.save()
        assert read(iris_file).title == "changed"
        assert files.save_as()
        assert document.path == tmp_path / "copy.glassbox"
        assert program.settings.recent_files[0] == document.path


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\x89PNG\r\n", b'{"format": 99}', b"[" * 100_000, b'{"format": 1, "x": 2}']
)
def test_a_bad_project_file_leaves_the_open_one_alone(program, window, tmp_path, content):
    path = tmp_path / "bad.glassbox"
    path.write_bytes(content)
    program.studio.document.open_project(load_example("iris"))
    assert not window.files.open_path(path)
    assert program.studio.document.project.title == "iris"
    assert path.name in window.overlays.toast.text


@pytest.mark.parametrize("answer, leaves", [("cancel", False), ("discard", True)])
def test_unsaved_changes_are_asked_about(tmp_path, iris_file, answer, leaves, qtbot):
    with running_program(tmp_path, Answers(unsaved=answer)) as program:
        document = program.studio.document
        document.open_project(load_example("digits"))
        document.edit("Rename", document.project.replace(title="changed"))
        assert program.window.files.open_path(iris_file) is leaves
        assert program.answers.asked == ["unsaved"]
        assert (document.path == iris_file) is leaves


def test_saving_before_leaving_saves(tmp_path, iris_file, qtbot):
    target = tmp_path / "kept.glassbox"
    with running_program(tmp_path, Answers(unsaved="save", save=target)) as program:
        document = program.studio.document
        document.open_project(load_example("digits"))
        document.edit("Rename", document.project.replace(title="kept"))
        assert program.window.files.open_path(iris_file)
        assert read(target).title == "kept"


def test_a_save_that_is_cancelled_keeps_the_project(tmp_path, iris_file, qtbot):
    with running_program(tmp_path, Answers(unsaved="save", save=None)) as program:
        document = program.studio.document
        document.open_project(load_example("digits"))
        document.edit("Rename", document.project.replace(title="kept"))
        assert not program.window.files.open_path(iris_file)
        assert document.project.title == "kept"


@pytest.mark.parametrize("answer, title", [("replace", "mine"), ("cancel", "theirs")])
def test_a_file_changed_by_another_program_is_asked_about(tmp_path, iris_file, answer, title, qtbot):
    with running_program(tmp_path, Answers(changed=answer)) as program:
        document, files = program.studio.document, program.window.files
        files.open_path(iris_file)
        document.edit("Rename", document.project.replace(title="mine"))
        atomic_write(iris_file, encode(load_example("iris").replace(title="theirs")))
        assert files.save() is (answer == "replace")
        assert read(iris_file).title == title


def test_a_copy_has_no_file(program, window, iris_file):
    window.files.open_path(iris_file)
    window.files.duplicate()
    assert program.studio.document.path is None
    assert program.studio.document.project.title == "iris copy"


def test_a_title_makes_a_usable_file_name(program, window):
    program.studio.document.open_project(load_example("iris").replace(title='a/b\\c:"x"\n'))
    assert window.files.suggested.name == "a-b-c--x--.glassbox"


def _drop(window, paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    window.dropEvent(
        QDropEvent(QPointF(300, 300), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0))
    )


def test_a_dropped_project_is_opened(program, window, iris_file):
    _drop(window, [iris_file])
    assert program.studio.document.path == iris_file


def test_a_dropped_folder_becomes_the_data(program, window, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    program.studio.document.open_project(load_example("digits"))
    _drop(window, [folder])
    assert program.studio.document.project.data.values == {"path": str(folder)}
    assert window.view == "data"
    window.commands.trigger("undo")
    assert program.studio.document.project.data.dataset == "digits"


def test_dropped_images_are_recognised(program, window, tmp_path):
    program.studio.document.open_project(load_example("digits"))
    seen = []
    window.workspace("use").load_images = seen.append
    _drop(window, [tmp_path / "a.png", tmp_path / "b.JPG"])
    assert seen == [[tmp_path / "a.png", tmp_path / "b.JPG"]]
    assert window.view == "use"


def test_what_cannot_be_dropped_is_said(window, tmp_path):
    path = tmp_path / "song.mp3"
    path.write_bytes(b"x")
    _drop(window, [path])
    assert "song.mp3" in window.overlays.toast.text


def test_while_files_hover_the_window_says_what_dropping_them_does(window, tmp_path):
    (tmp_path / "pets").mkdir()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "pets"))])
    window.show()
    window.dragEnterEvent(
        QDragEnterEvent(
            QPoint(300, 300), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0)
        )
    )
    hint = window.overlays.drop_hint
    assert hint.isVisible()
    assert hint.accessibleName() == "Drop to use the folder of images pets as the data"
    _drop(window, [tmp_path / "pets"])
    assert not hint.isVisible()
    assert "pets is what the network learns from now" in window.overlays.toast.text


@pytest.mark.parametrize(
    "names, sentence",
    [
        (["a.glassbox"], "Drop to open the project a.glassbox"),
        (["a.png", "b.JPG"], "Drop to let the network recognise 2 images"),
        (["t.csv"], "Drop to use the table t.csv as the data"),
        (["song.mp3"], "song.mp3 cannot be dropped here"),
        (["t.csv", "u.csv"], "2 files cannot be dropped here"),
    ],
)
def test_what_files_mean(names, sentence):
    assert promise([Path(name) for name in names]).startswith(sentence)


def test_the_canvas_leaves_files_to_the_window(program, window):
    view = window.workspace("build").view
    assert not view.acceptDrops()
    assert not view.viewport().acceptDrops()


def test_images_dropped_before_a_training_say_what_to_do(program, window, tmp_path):
    program.studio.document.open_project(load_example("digits"))
    _drop(window, [tmp_path / "a.png"])
    assert window.overlays.toast.text


# leaving


def _try_to_close(window):
    event = QCloseEvent()
    window.closeEvent(event)
    return event.isAccepted()


def test_quitting_while_training_asks(tmp_path, qtbot):
    answers = Answers(stop=False)
    with running_program(tmp_path, answers) as program:
        program.studio.document.open_project(load_example("digits"))
        program.studio.engine.start()
        program.studio.step("batch")
        qtbot.waitUntil(lambda: program.studio.training == "paused", timeout=10_000)
        assert not _try_to_close(program.window)
        assert answers.asked == ["stop"]
        answers.answers["stop"] = True
        assert _try_to_close(program.window)


def test_quitting_with_nothing_to_lose_asks_nothing(program, window):
    program.studio.document.open_project(load_example("digits"))
    assert _try_to_close(window)
    assert program.answers.asked == []


def test_the_geometry_is_remembered(tmp_path, qtbot):
    with running_program(tmp_path, size=(1200, 700)) as program:
        program.window.show()
        assert _try_to_close(program.window)
        geometry = program.settings.window_geometry
    assert not geometry.isEmpty()


def test_a_first_window_too_large_for_the_screen_is_maximised(window):
    room = window.screen().availableSize()
    window.show_as_left()
    assert window.isMaximized() == (room.width() <= 1440 or room.height() <= 940)


def test_a_window_is_shown_as_it_was_left(tmp_path, qtbot):
    for _ in range(2):
        with running_program(tmp_path, size=(1200, 700)) as program:
            program.window.show() if program.settings.window_geometry.isEmpty() else program.window.show_as_left()
            assert not program.window.isMaximized()
            assert _try_to_close(program.window)


def test_an_engine_that_is_down_can_be_started_from_chip_and_palette(program, window):
    engine, started = program.studio.engine, []
    assert not window.commands.is_enabled("start_engine")
    window.commands.bind("start_engine", lambda: started.append(True))
    engine.state_changed.emit("down")
    assert "start it again" in window.top_bar.device.toolTip()
    window.commands.trigger("start_engine")
    window.top_bar.device.click()
    assert started == [True, True]
    engine.state_changed.emit("ready")
    assert not window.commands.is_enabled("start_engine")


# starting


def test_a_newcomer_sees_the_digits_in_build(program, window):
    program.begin(None)
    assert window.view == "build"
    assert program.studio.document.project.data.dataset == "digits"


def test_who_was_here_before_sees_home(program, window, iris_file):
    program.settings.add_recent(iris_file)
    program.begin(None)
    assert window.view == "home"


def test_a_bad_file_at_the_start_shows_home_and_says_why(program, window, tmp_path, capsys):
    path = tmp_path / "bad.glassbox"
    path.write_bytes(b"")
    program.begin(path)
    assert window.view == "home"
    assert "empty" in capsys.readouterr().err


def test_the_engine_starts_after_the_first_paint(program, window, qtbot):
    program.begin_after_first_paint(None)
    assert program.studio.engine.process_id == 0
    with qtbot.waitSignal(window.painted):
        window.show()
    qtbot.waitUntil(lambda: window.view == "build")
    qtbot.waitUntil(lambda: program.studio.engine.state == "ready", timeout=10_000)


# keyboard


@pytest.mark.parametrize("view", ["home", "see", "data", "build", "train_view", "use"])
def test_f6_reaches_every_region_and_comes_round(program, window, view, qtbot):
    program.studio.document.open_project(load_example("digits"))
    window.show_view(view)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    reached = []
    for _ in range(len(window.regions()) + 1):
        window.commands.trigger("next_region")
        focused = QApplication.focusWidget()
        reached.append(next(n for n, region in enumerate(window.regions()) if contains(region, focused)))
    assert 0 in reached and len(window.regions()) - 1 in reached
    assert len(set(reached)) >= 3
    before = reached[-1]
    window.commands.trigger("previous_region")
    focused = QApplication.focusWidget()
    assert not contains(window.regions()[before], focused)


def test_tab_leads_through_the_top_bar_in_order(window, qtbot):
    window.show_view("see")
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    bar = window.top_bar
    bar.project.setFocus()
    names = []
    for _ in range(9):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        names.append(QApplication.focusWidget())
    assert names == [*bar.tabs.tabs, bar.device, bar.commands, bar.theme_button]


def test_arrows_move_along_the_tabs(window, qtbot):
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    tabs = window.top_bar.tabs.tabs
    tabs[0].setFocus()
    qtbot.keyClick(tabs[0], Qt.Key.Key_Left)
    assert tabs[-1].hasFocus()


def test_space_presses_a_focused_button_and_does_not_train(program, window, qtbot):
    program.studio.document.open_project(load_example("digits"))
    button = QPushButton("x", window)
    pressed = []
    button.clicked.connect(lambda: pressed.append(1))
    button.show()
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    button.setFocus()
    override = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ")
    override.ignore()
    window.event(override)
    assert override.isAccepted()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert pressed == [1]
    assert program.studio.training == "idle"


def test_ctrl_enter_trains_from_anywhere(program, window, qtbot):
    program.studio.document.open_project(load_example("digits"))
    window.show_view("see")
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert program.studio.training == "starting"


# faults


def test_a_dead_engine_is_said_and_can_be_started(program, window, qtbot):
    engine = program.studio.engine
    engine.start()
    qtbot.waitUntil(lambda: engine.state == "ready", timeout=10_000)
    engine.kill()
    qtbot.waitUntil(lambda: "starting again" in window.overlays.toast.text, timeout=10_000)
    qtbot.waitUntil(lambda: engine.state == "ready", timeout=10_000)
    assert "CPU" in window.top_bar.device.accessibleName()


def test_an_error_is_said_on_home_too(window):
    home = window.show_view("home")
    before = home._banners.count()
    window.files.failed.emit(UserError("It is so.", "Do this."))
    assert home._banners.count() == before + 1
    assert window.overlays.toast.text == "It is so. Do this."


def test_a_second_window_opens_for_reading_and_offers_save_as(tmp_path, iris_file, qtbot):
    copy = tmp_path / "copy.glassbox"
    with running_program(tmp_path / "a") as first, running_program(tmp_path / "b", Answers(save=copy)) as second:
        assert first.window.files.open_path(iris_file)
        assert second.window.files.open_path(iris_file)
        assert "reading only" in second.window.overlays.toast.text
        document = second.studio.document
        document.edit("Rename", document.project.replace(title="mine"))
        assert second.window.files.save()
        assert document.path == copy and read(iris_file).title == "iris"


def test_a_file_changed_on_the_disk_is_said_once(program, window, iris_file):
    window.files.open_path(iris_file)
    said = []
    window.files.offered.connect(lambda text, *_: said.append(text))
    window.files.look_at_disk()
    assert not said
    atomic_write(iris_file, encode(load_example("iris").replace(title="theirs")))
    window.files.look_at_disk()
    window.files.look_at_disk()
    assert len(said) == 1 and "another program" in said[0]


def test_a_file_that_is_gone_does_no_harm(program, window, iris_file):
    window.files.open_path(iris_file)
    iris_file.unlink()
    window.files.look_at_disk()
    program.studio.document.edit("Rename", program.studio.document.project.replace(title="kept"))
    assert window.files.save()
    assert read(iris_file).title == "kept"


@pytest.mark.parametrize("title", ["a [*] b", "<b>bold</b>", "&File", "x" * 300])
def test_titles_are_shown_literally(program, window, title):
    program.studio.document.open_project(load_example("iris").replace(title=title))
    assert window.windowTitle().startswith(title.replace("[*]", "[*][*]"))
    assert not window.top_bar.grab().isNull()


def test_a_layer_of_the_canvas_opens_in_see(program, window, qtbot):
    program.studio.document.open_project(load_example("digits"))
    window.show()
    window.show_view("build").see_wanted.emit("conv2d_2")
    assert window.view == "see"
    assert window.workspace("see").layer == "conv2d_2"


def test_a_branch_asks_for_its_settings_and_starts(program, window, qtbot):
    studio = program.studio
    studio.document.open_project(load_example("digits"))
    run = studio._trainer.run = RunModel(Path("2026-11-21 04.15.31"), studio.document.project)
    run.checkpoints, run.steps_per_epoch = [0, 40], 40
    source = studio.run
    window.branch()
    assert studio.run is source and "branch" in program.answers.asked
    program.answers.answers["branch"] = studio.document.project.plan
    window.branch()
    assert studio.run is not source
    assert studio.run.branched_from == source.folder.name
