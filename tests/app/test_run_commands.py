"""Runs renamed and deleted in the table, on the disk, and never while they train."""

import os
import time

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit

from app import run_files
from app.actions import Actions
from app.run_commands import DELETE
from app.run_rows import run_name
from app.theme import Look
from app.workspaces.train import TrainWorkspace
from engine.errors import UserError
from engine.examples import load_example
from engine.project import DataChoice
from tests.app.studio_double import StudioDouble, loaded, trained_run

DIGITS = load_example("digits")
NAMES = ("2026-11-20 04.10.07", "2026-11-20 04.11.07", "2026-11-20 04.12.07")


@pytest.fixture(scope="module")
def digits():
    return loaded(DataChoice())


@pytest.fixture
def folders(tmp_path):
    found = [tmp_path / "runs" / name for name in NAMES]
    for number, folder in enumerate(found):
        folder.mkdir(parents=True)
        (folder / "run.json").write_text(str(number))
    return found


@pytest.fixture
def workspace(qtbot, document, digits, folders):
    document.open_project(DIGITS)
    document.set_description(digits.description)
    runs = [trained_run(folder, DIGITS, digits, epochs=5 + n, seed=n) for n, folder in enumerate(folders)]
    studio = StudioDouble(document, digits, runs[0])
    studio.saved_runs = runs
    workspace = TrainWorkspace(studio, Look("dark"), Actions())
    workspace.studio = studio
    qtbot.addWidget(workspace)
    workspace.resize(1440, 792)
    workspace.show()
    workspace.load_runs()
    workspace.run_commands.ask = lambda *_: DELETE
    return workspace


def choose_row(workspace, run):
    table = workspace.runs
    row = next(row for row in range(3) if table._run_at(table.proxy.index(row, 0)) is run)
    table.table.setFocus()
    table.table.setCurrentIndex(table.proxy.index(row, 1))
    return table.table


# on the disk


def test_a_name_stands_behind_the_time(folders):
    named = run_files.rename(folders[0], "  big steps ")
    assert named.name == f"{NAMES[0]} big steps" and (named / "run.json").read_text() == "0"
    again = run_files.rename(named, "Bigger, 0.1")
    assert again.name == f"{NAMES[0]} Bigger, 0.1"
    assert run_files.rename(again, "") == folders[0] and folders[0].is_dir()


@pytest.mark.parametrize("name", ["a/b", "..", "a\nb", "x" * 61, "a\\b", "c:d", "\u202eabc"])
def test_names_that_are_refused(folders, name):
    with pytest.raises(UserError, match="cannot be called"):
        run_files.rename(folders[0], name)
    assert folders[0].is_dir()


def test_a_name_belongs_to_one_run(folders):
    run_files.rename(folders[0], "mine")
    with pytest.raises(UserError, match="taken"):
        run_files.rename(folders[1], "mine")


def test_a_folder_that_begins_with_no_time_takes_the_name_itself(tmp_path):
    folder = tmp_path / "runs" / "first"
    folder.mkdir(parents=True)
    assert run_files.rename(folder, "second").name == "second"


def test_what_is_put_away_can_be_brought_back(folders):
    lying = run_files.put_away(folders[0])
    assert not folders[0].exists() and (lying / "run.json").read_text() == "0"
    run_files.bring_back(lying, folders[0])
    assert (folders[0] / "run.json").read_text() == "0"
    lying = run_files.put_away(folders[0])
    folders[0].mkdir()
    with pytest.raises(UserError, match="taken"):
        run_files.bring_back(lying, folders[0])


def test_what_was_put_away_a_week_ago_is_gone_for_good(folders):
    old, new = run_files.put_away(folders[0]), run_files.put_away(folders[1])
    week = time.time() - run_files.KEPT_SECONDS - 60
    os.utime(old, (week, week))
    run_files.put_away(folders[2])
    assert not old.exists() and new.exists()


# in the table


def test_f2_renames_in_its_place(workspace, qtbot):
    shown, run = workspace.studio.run, workspace.studio.saved_runs[1]
    table = choose_row(workspace, run)
    qtbot.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(QLineEdit)
    assert editor.text() == run_name(run)
    editor.setText("more dropout")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: run.folder.name == f"{NAMES[1]} more dropout")
    assert run.folder.is_dir() and run_name(run) == "more dropout"
    assert workspace.studio.run is shown, "Enter ends the name, and opens no run"
    assert "more dropout" in [workspace.runs.proxy.index(row, 1).data() for row in range(3)]


def test_a_name_that_cannot_be_is_said_and_nothing_changes(workspace, qtbot):
    run = workspace.studio.saved_runs[1]
    with qtbot.waitSignal(workspace.studio.noted) as said:
        workspace.run_commands.rename(run, "a/b")
    assert "'/' cannot be in it" in said.args[0] and said.args[1] == "err" and run.folder.name == NAMES[1]


def test_delete_asks_and_can_be_undone(workspace, qtbot):
    studio, asked = workspace.studio, []
    run = studio.saved_runs[2]
    workspace.run_commands.ask = lambda _parent, heading, *_: asked.append(heading) or "Keep it"
    qtbot.keyClick(choose_row(workspace, run), Qt.Key.Key_Delete)
    assert asked == [f"Delete the run {run_name(run)}?"] and run.folder.is_dir()
    workspace.run_commands.ask = lambda *_: DELETE
    with qtbot.waitSignal(studio.offered) as offered:
        qtbot.keyClick(choose_row(workspace, run), Qt.Key.Key_Delete)
    assert not run.folder.exists() and offered.args[2] == "Undo"
    offered.args[3]()
    assert (run.folder / "run.json").read_text() == "2"


def test_deleting_the_run_that_is_shown_shows_none(workspace):
    studio = workspace.studio
    run = studio.run
    offers = []
    studio.offered.connect(lambda *words: offers.append(words[3]))
    workspace.run_commands.delete(run)
    assert studio.run is None and not run.folder.exists()
    offers[0]()
    assert studio.run is run and run.folder.is_dir()


@pytest.mark.parametrize("state", ["starting", "training", "paused"])
def test_the_run_that_trains_is_left_alone(workspace, qtbot, state):
    studio = workspace.studio
    studio.set_training(state)
    for act in (workspace.run_commands.delete, lambda run: workspace.run_commands.rename(run, "mine")):
        with qtbot.waitSignal(studio.noted) as said:
            act(studio.run)
        assert "is training" in said.args[0]
    assert studio.run.folder.name == NAMES[0] and studio.run.folder.is_dir()
    workspace.run_commands.delete(studio.saved_runs[1])
    assert not studio.saved_runs[1].folder.exists(), "another one may go meanwhile"


def test_the_menu_has_every_command(workspace):
    table = choose_row(workspace, workspace.studio.saved_runs[1])
    menu = workspace.runs.menu(table.visualRect(table.currentIndex()).center())
    assert [action.text().split("\t")[0] for action in menu.actions()] == ["Show it", "Rename", "Delete…"]
    menu.actions()[2].trigger()
    assert not workspace.studio.saved_runs[1].folder.exists()
    menu.deleteLater()
    empty = workspace.runs.menu(QPoint(5, table.viewport().height() - 2))
    assert empty.isEmpty()
    empty.deleteLater()
