"""Unsaved edits survive the window that made them."""

import json
import platform

import pytest
from PySide6.QtCore import QTimer

from app.document import Document
from app.recovery import Recovery
from engine import project as projects
from engine.errors import UserError
from engine.graph import Graph, Node
from engine.project import Project

FAST = (0.01, 0.05)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "recovery"


@pytest.fixture
def recovery(document, folder):
    recovery = Recovery(document, folder, FAST)
    yield recovery
    recovery.close()


def crashed(folder, title="lost", path=None, digest=""):
    """What a dead window leaves: its file, with nobody holding the lock."""
    document = Document()
    document.restore(Project(title=title), path, digest)
    recovery = Recovery(document, folder, FAST)
    recovery.write()
    recovery._lock.release()
    document.close()
    return recovery.file


def rename(document, title):
    document.edit("Rename", document.project.replace(title=title))


def test_an_edit_is_written_soon(qtbot, document, recovery):
    with qtbot.waitSignal(recovery.written) as heard:
        rename(document, "new")
    kept = json.loads(heard.args[0].read_text())
    assert json.loads(kept["project"])["title"] == "new"


def test_edits_without_a_pause_are_written_nevertheless(qtbot, document, recovery):
    timer = QTimer()
    count = [0]

    def edit():
        count[0] += 1
        rename(document, str(count[0]))

    timer.timeout.connect(edit)
    timer.start(0)
    for _ in range(3):
        with qtbot.waitSignal(recovery.written):
            pass
    assert count[0] > 3


def test_each_edit_starts_the_wait_anew_until_the_longest_is_near(qtbot, document, folder):
    clock = [0.0]
    recovery = Recovery(document, folder, (1.0, 5.0), clock=lambda: clock[0])
    restarted = []
    for clock[0] in (0.0, 0.9, 3.9, 4.1, 4.9):
        recovery._timer.setInterval(5000)
        rename(document, f"edit {clock[0]}")
        restarted.append(recovery._timer.interval() == 1000)
    assert restarted == [True, True, True, False, False]
    recovery.close()


def test_a_save_removes_the_autosave(qtbot, document, recovery, tmp_path):
    with qtbot.waitSignal(recovery.written):
        rename(document, "new")
    document.save(tmp_path / "p.glassbox")
    assert not recovery.file.exists()


def test_undoing_everything_removes_the_autosave(qtbot, document, recovery):
    with qtbot.waitSignal(recovery.written):
        rename(document, "new")
    document.undo_stack.undo()
    assert not recovery.file.exists()


def test_closing_leaves_nothing(qtbot, document, folder):
    recovery = Recovery(document, folder, FAST)
    with qtbot.waitSignal(recovery.written):
        rename(document, "new")
    recovery.close()
    assert not list(folder.iterdir())


def test_a_live_window_is_no_orphan(qtbot, document, recovery, folder):
    with qtbot.waitSignal(recovery.written):
        rename(document, "new")
    other = Recovery(Document(), folder, FAST)
    assert other.orphans() == []
    assert recovery.orphans() == []
    other.close()


def test_a_dead_window_is_offered_to_one_window_only(recovery, folder, qtbot):
    crashed(folder)
    found = recovery.orphans()
    assert [orphan.title for orphan in found] == ["lost"]
    assert [orphan.title for orphan in recovery.orphans()] == ["lost"]
    other = Recovery(Document(), folder, FAST)
    assert other.orphans() == []
    other.close()


def test_restored_edits_are_unsaved_and_safe_again(document, recovery, folder, tmp_path):
    path = tmp_path / "p.glassbox"
    path.write_bytes(projects.encode(Project(title="saved")))
    digest = ""
    old = crashed(folder, "edited", path, digest)
    (orphan,) = recovery.orphans()
    recovery.restore(orphan)
    assert document.project.title == "edited"
    assert (document.path, document.is_clean) == (path, False)
    assert recovery.file.exists()
    assert not old.exists()
    document.save()
    assert projects.read(path).title == "edited"
    assert not recovery.file.exists()


def test_restoring_over_a_file_that_changed_since_is_refused(document, recovery, folder, tmp_path):
    path = tmp_path / "p.glassbox"
    path.write_bytes(projects.encode(Project(title="theirs")))
    crashed(folder, "edited", path, "0" * 64)
    recovery.restore(recovery.orphans()[0])
    with pytest.raises(UserError, match="changed by another program"):
        document.save()
    document.save(tmp_path / "q.glassbox")


def test_discarded_edits_are_gone(recovery, folder):
    crashed(folder)
    recovery.discard(recovery.orphans()[0])
    assert recovery.orphans() == []
    assert not list(folder.glob("*.json"))


def test_declined_edits_are_offered_again_next_time(qtbot, folder):
    crashed(folder)
    first = Recovery(Document(), folder, FAST)
    assert len(first.orphans()) == 1
    first.close()
    second = Recovery(Document(), folder, FAST)
    assert len(second.orphans()) == 1
    second.close()


@pytest.mark.parametrize("content", [b"", b"{}", b"garbage", b'{"path":"","digest":"","time":1,"project":"{}"}'])
def test_a_damaged_autosave_is_left_out(recovery, folder, content):
    crashed(folder)
    (folder / "1-bad.json").write_bytes(content)
    assert [orphan.title for orphan in recovery.orphans()] == ["lost"]


def test_locks_without_edits_are_tidied(recovery, folder):
    file = crashed(folder)
    file.unlink()
    lock = file.with_suffix(".lock")
    lock.write_text(f"999999\npython\n{platform.node()}\n\n\n")
    recovery.orphans()
    assert not lock.exists()


def test_a_disk_that_refuses_is_said_once(qtbot, document, recovery, monkeypatch):
    def refuse(path, data):
        raise UserError("The disk is full.")

    heard = []
    recovery.failed.connect(heard.append)
    with monkeypatch.context() as patch:
        patch.setattr("app.recovery.atomic_write", refuse)
        for title in ("a", "b"):
            rename(document, title)
            recovery.write()
    assert len(heard) == 1
    recovery.write()
    assert recovery.file.exists()


def test_a_path_that_is_no_text_comes_back(document, recovery, folder, tmp_path):
    path = tmp_path / "n\udce4me.glassbox"
    crashed(folder, "odd", path)
    assert recovery.orphans()[0].path == path


def test_graphs_come_back_whole(document, recovery, folder):
    document.restore(Project(graph=Graph((Node("a", "dense", {"units": 3}, 10.0, 20.0),))), None)
    recovery.write()
    recovery._lock.release()
    other = Recovery(Document(), folder, FAST)
    assert other.orphans()[0].project == document.project
    other.close()
