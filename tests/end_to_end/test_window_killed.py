"""A window that is killed (SIGKILL) loses at most what was done in the last second, and no file."""

import subprocess
import sys
from contextlib import contextmanager

import psutil
import pytest

from app.document import Document
from app.engine_client import ROOT
from app.recovery import Recovery
from engine import project as projects


@contextmanager
def window(way, folder):
    """Run a window that edits; kill it at the end of the block."""
    command = [sys.executable, "-m", "tests.end_to_end.editing_window", way, str(folder)]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield child
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def lines(child, count):
    """Read so many lines, each split into words."""
    return [child.stdout.readline().split() for _ in range(count)]


@pytest.fixture
def restarted(qtbot, tmp_path):
    """The next window: its document and its recovery."""
    document = Document()
    recovery = Recovery(document, tmp_path / "recovery")
    yield document, recovery
    recovery.close()
    document.close()


def test_edits_come_back(restarted, tmp_path):
    with window("once", tmp_path) as child:
        ((seconds,),) = lines(child, 1)
    assert 0.9 < float(seconds) < 3.0
    document, recovery = restarted
    (orphan,) = recovery.orphans()
    assert orphan.title == "edit 3"
    assert orphan.path == tmp_path / "p.glassbox"
    recovery.restore(orphan)
    assert [node.values["units"] for node in document.project.graph.nodes] == [1, 2, 3]
    assert not document.is_clean
    assert not document.read_only_reason
    document.save()
    assert projects.read(tmp_path / "p.glassbox") == document.project


def test_edits_without_a_pause_come_back_but_for_the_last_moments(restarted, tmp_path):
    with window("always", tmp_path) as child:
        told = lines(child, 300)
    _, recovery = restarted
    (orphan,) = recovery.orphans()
    count = int(orphan.title.removeprefix("edit "))
    made_at = {int(n): float(at) for n, at in told}
    assert count >= 1
    assert orphan.project.graph.node(f"dense_{count % 50}").values["units"] == count
    assert orphan.time > made_at[300] - 2.0  # 0.2 s, and what a busy machine adds


def test_the_file_is_whole_whenever_the_window_is_killed(tmp_path):
    path = tmp_path / "p.glassbox"
    for saves in (1, 3, 8, 21, 34):
        with window("save", tmp_path) as child:
            told = lines(child, saves)
        project = projects.read(path)
        assert int(project.title.removeprefix("edit ")) >= int(told[-1][0])
    document = Document()
    document.open(path)
    assert not document.read_only_reason
    document.close()


def test_the_engine_leaves_with_its_window(tmp_path):
    with window("engine", tmp_path) as child:
        ((number,),) = lines(child, 1)
        engine = psutil.Process(int(number))
        assert engine.is_running()
    assert psutil.wait_procs([engine], timeout=10)[0]
