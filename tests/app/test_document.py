"""The only door to the project: edits, undo, selection, and the file behind it."""

import os
import subprocess
import sys

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from app.document import Document
from app.engine_client import ROOT
from app.project_file import FileChanged
from engine import project as projects
from engine.errors import UserError
from engine.graph import Edge, Graph, Node
from engine.project import Project

CHAIN = Graph((Node("a", "input"), Node("b", "dense", {"units": 4})), (Edge("a", "b"),))


def titled(document, title):
    return document.project.replace(title=title)


@pytest.fixture
def clock():
    return [0.0]


@pytest.fixture
def document(qtbot, clock):
    document = Document(clock=lambda: clock[0])
    yield document
    document.close()


@pytest.fixture
def saved(document, tmp_path):
    """A document saved as p.glassbox."""
    document.edit("Add layers", document.project.with_graph(CHAIN))
    document.save(tmp_path / "p.glassbox")
    return document


def other_window(qtbot, path):
    document = Document()
    document.open(path)
    return document


def test_edit_says_what_changed_once_everything_is_in_step(document):
    heard = []

    def note(before, after):
        heard.append((before.graph, after.graph, document.project is after, "b" in document.inference.layers))

    document.changed.connect(note)
    document.edit_graph("Add layers", CHAIN)
    assert heard == [(Graph(), CHAIN, True, True)]
    assert not document.is_clean
    assert document.undo_stack.undoText() == "Add layers"


def test_inference_follows_every_edit(document):
    heard = []
    document.checked.connect(heard.append)
    document.edit_graph("Add layers", CHAIN)
    document.undo_stack.undo()
    assert len(heard) == 2
    assert heard[-1] is document.inference
    assert not document.inference.layers


def test_an_edit_that_changes_nothing_is_no_step(document):
    document.edit("Nothing", Project())
    assert document.undo_stack.count() == 0


@pytest.mark.parametrize(
    "graph",
    [
        Graph((Node("a", "dense"),), (Edge("a", "a"),)),
        Graph((Node("a", "dense"), Node("a", "dense"))),
        Graph((Node("a", "dense"),), (Edge("a", "gone"),)),
    ],
)
def test_an_unsound_graph_is_refused(document, graph):
    with pytest.raises(UserError):
        document.edit_graph("Break it", graph)
    with pytest.raises(UserError):
        document.open_project(Project(graph=graph))
    assert document.project == Project()
    assert document.undo_stack.count() == 0


def test_edits_of_one_key_merge_and_others_do_not(document):
    for title, key in (("a", "title"), ("b", "title"), ("c", "other"), ("d", "")):
        document.edit("Rename", titled(document, title), key)
    assert document.undo_stack.count() == 3
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.project.title == "b"
    document.undo_stack.undo()
    assert document.project.title == "untitled"


def test_a_pause_ends_a_drag(document, clock):
    document.edit("Rename", titled(document, "a"), "title")
    clock[0] = 5.0
    document.edit("Rename", titled(document, "b"), "title")
    assert document.undo_stack.count() == 2


def test_a_drag_back_to_where_it_began_leaves_no_step(document):
    document.edit("Rename", titled(document, "a"), "title")
    document.edit("Rename", titled(document, "untitled"), "title")
    assert document.undo_stack.count() == 0
    assert document.is_clean


def test_a_drag_does_not_merge_across_a_save(saved):
    saved.edit("Rename", titled(saved, "a"), "title")
    saved.save()
    saved.edit("Rename", titled(saved, "b"), "title")
    assert not saved.is_clean
    saved.undo_stack.undo()
    assert saved.is_clean
    assert saved.project.title == "a"


def test_selection_keeps_to_nodes_that_exist(document):
    document.edit_graph("Add layers", CHAIN)
    heard = []
    document.selection_changed.connect(heard.append)
    document.select(["a", "b", "nobody"])
    document.select(["b", "a"])
    document.edit_graph("Remove", CHAIN.without(["a"]))
    assert heard == [frozenset("ab"), frozenset("b")]
    document.undo_stack.undo()
    assert document.selection == frozenset("b")


def test_save_and_open_give_the_same_project(saved, qtbot):
    other = Document()
    saved.close()
    other.open(saved.path)
    assert other.project == saved.project
    assert other.is_clean
    assert other.undo_stack.count() == 0
    other.close()


def test_opening_replaces_everything(saved):
    saved.select(["a"])
    heard = []
    saved.opened.connect(lambda: heard.append(saved.project.title))
    saved.open_project(Project(title="example"))
    assert heard == ["example"]
    assert (saved.path, saved.is_clean, saved.selection) == (None, True, frozenset())


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff\xe0 JFIF", b'{"format": 99}', b'{"format": 1, "graph"'])
def test_a_file_that_cannot_be_opened_leaves_what_is_open(saved, tmp_path, content):
    path = tmp_path / "bad.glassbox"
    path.write_bytes(content)
    before = saved.project, saved.path, saved.read_only_reason
    with pytest.raises(UserError, match=r"bad\.glassbox"):
        saved.open(path)
    assert (saved.project, saved.path, saved.read_only_reason) == before
    saved.edit("Rename", titled(saved, "still mine"))
    saved.save()


def test_saving_without_a_file_asks_for_one(document):
    with pytest.raises(UserError, match="Save as"):
        document.save()


def test_a_disk_that_refuses_loses_nothing(saved, tmp_path, monkeypatch):
    content = saved.path.read_bytes()
    saved.edit("Rename", titled(saved, "new"))

    def refuse(path, data):
        raise UserError("The disk is full.")

    monkeypatch.setattr("app.project_file.atomic_write", refuse)
    for path in (None, tmp_path / "other.glassbox"):
        with pytest.raises(UserError, match="full"):
            saved.save(path)
    assert saved.path.name == "p.glassbox"
    assert saved.path.read_bytes() == content
    assert not saved.is_clean
    assert not list(tmp_path.glob(".other*"))


def test_a_folder_that_is_gone_loses_nothing(document, tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    document.save(folder / "p.glassbox")
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    document.edit("Rename", titled(document, "new"))
    with pytest.raises(UserError, match="does not exist"):
        document.save()
    document.save(tmp_path / "q.glassbox")
    assert projects.read(tmp_path / "q.glassbox").title == "new"


def test_a_file_changed_by_another_program_is_not_overwritten(saved, tmp_path):
    theirs = projects.encode(Project(title="theirs"))
    saved.path.write_bytes(theirs)
    saved.edit("Rename", titled(saved, "mine"))
    assert saved.is_changed_on_disk()
    with pytest.raises(FileChanged, match="Save as"):
        saved.save()
    assert saved.path.read_bytes() == theirs
    saved.save(tmp_path / "copy.glassbox")
    assert projects.read(tmp_path / "copy.glassbox").title == "mine"


def test_a_changed_file_is_overwritten_once_the_user_says_so(saved):
    saved.path.write_bytes(projects.encode(Project(title="theirs")))
    saved.edit("Rename", titled(saved, "mine"))
    saved.keep_mine()
    saved.save()
    assert projects.read(saved.path).title == "mine"


def test_a_changed_file_can_be_opened_again(saved):
    saved.path.write_bytes(projects.encode(Project(title="theirs")))
    saved.open(saved.path)
    assert saved.project.title == "theirs"
    saved.edit("Rename", titled(saved, "mine"))
    saved.save()
    assert projects.read(saved.path).title == "mine"


def test_touching_a_file_is_no_change(saved):
    os.utime(saved.path, (0, 0))
    saved.edit("Rename", titled(saved, "mine"))
    saved.save()


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_read_only_place_opens_and_can_be_saved_elsewhere(document, tmp_path, what):
    folder = tmp_path / "locked"
    folder.mkdir()
    path = folder / "p.glassbox"
    content = projects.encode(Project(title="old"))
    path.write_bytes(content)
    place = path if what == "file" else folder
    place.chmod(0o444 if what == "file" else 0o555)
    try:
        document.open(path)
        assert "read-only" in document.read_only_reason
        document.edit("Rename", titled(document, "new"))
        with pytest.raises(UserError, match="Save as"):
            document.save()
        assert path.read_bytes() == content
        document.save(tmp_path / "q.glassbox")
        assert not document.read_only_reason
    finally:
        place.chmod(0o755)


def test_the_second_window_may_look_but_not_save(saved, qtbot, tmp_path):
    second = other_window(qtbot, saved.path)
    assert f"process {os.getpid()}" in second.read_only_reason
    second.edit("Rename", titled(second, "second"))
    with pytest.raises(UserError, match=f"process {os.getpid()}"):
        second.save()
    second.save(tmp_path / "copy.glassbox")
    assert not second.read_only_reason
    second.close()


def test_the_lock_goes_with_the_window(saved, qtbot):
    saved.close()
    second = other_window(qtbot, saved.path)
    assert not second.read_only_reason
    second.close()
    assert not list(saved.path.parent.glob(".*.lock"))


def test_a_link_is_the_same_file(saved, qtbot, tmp_path):
    link = tmp_path / "link.glassbox"
    link.symlink_to(saved.path)
    second = other_window(qtbot, link)
    assert second.path == saved.path
    assert second.read_only_reason


def test_save_as_over_a_file_that_is_open_elsewhere_is_refused(saved, qtbot, tmp_path):
    second = Document()
    second.save(tmp_path / "q.glassbox")
    with pytest.raises(UserError, match="has it open"):
        saved.save(second.path)
    assert saved.path.name == "p.glassbox"
    second.close()


def test_the_lock_of_a_killed_window_is_taken_over(document, tmp_path):
    path = tmp_path / "p.glassbox"
    code = (
        "import sys, time; from pathlib import Path; from app.document import Document\n"
        "d = Document(); d.save(Path(sys.argv[1])); print('saved', flush=True); time.sleep(600)"
    )
    child = subprocess.Popen([sys.executable, "-c", code, path], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "saved\n"
    document.open(path)
    assert f"process {child.pid}" in document.read_only_reason
    child.kill()
    child.wait()
    child.stdout.close()
    document.open(path)
    assert not document.read_only_reason


@pytest.mark.parametrize("content", [b"", b"garbage", b"\xff" * 300])
def test_an_old_unreadable_lock_is_removed(document, tmp_path, content):
    path, lock = tmp_path / "p.glassbox", tmp_path / ".p.glassbox.lock"
    path.write_bytes(projects.encode(Project()))
    lock.write_bytes(content)
    os.utime(lock, (0, 0))
    document.open(path)
    assert not document.read_only_reason


def test_a_young_unreadable_lock_may_be_somebody_and_can_be_taken(document, tmp_path):
    path = tmp_path / "p.glassbox"
    path.write_bytes(projects.encode(Project()))
    (tmp_path / ".p.glassbox.lock").write_bytes(b"")
    document.open(path)
    assert "just opening" in document.read_only_reason
    assert document.take_lock()
    document.save()


def test_a_lock_of_another_machine_is_named_and_can_be_taken(document, tmp_path):
    path = tmp_path / "p.glassbox"
    path.write_bytes(projects.encode(Project()))
    (tmp_path / ".p.glassbox.lock").write_text("4711\nglassbox\nada\nmachine\nboot\n")
    document.open(path)
    assert "process 4711 on ada" in document.read_only_reason
    assert document.take_lock()
    assert not document.read_only_reason


@pytest.mark.parametrize("name", ["<img src=x>", "a & b", 'q"uote', "new\nline", "😀", "n" * 230])
def test_odd_names_work(document, qtbot, tmp_path, name):
    path = tmp_path / f"{name}.glassbox"
    if len(path.name.encode()) > 240:
        path = tmp_path / f"{name[:220]}.glassbox"
    document.save(path)
    document.close()
    other = other_window(qtbot, path)
    assert other.path == path
    assert not other.read_only_reason
    other.close()


def test_a_link_that_runs_in_circles_is_explained(document, tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(UserError):
        document.open(tmp_path / "a")


def test_every_file_change_is_said(document, tmp_path):
    heard = []
    document.file_changed.connect(lambda: heard.append((document.is_clean, document.project.title)))
    document.edit("Rename", titled(document, "new"))
    assert (False, "new") in heard
    document.save(tmp_path / "p.glassbox")
    assert heard[-1] == (True, "new")


class Sequences(RuleBasedStateMachine):
    """Any sequence of edits, undos, redos and saves against a plain list of values."""

    def __init__(self):
        super().__init__()
        self.document = Document()
        self.history, self.index, self.clean = [self.document.project], 0, 0

    @rule(title=st.text("ab", min_size=1, max_size=3))
    def rename(self, title):
        self.edit_to(self.document.project.replace(title=title))

    @precondition(lambda self: self.index > 0)
    @rule()
    def undo(self):
        self.index -= 1
        self.document.undo_stack.undo()

    @precondition(lambda self: self.index < len(self.history) - 1)
    @rule()
    def redo(self):
        self.index += 1
        self.document.undo_stack.redo()

    @rule()
    def save(self):
        self.clean = self.index
        self.document.save(self.path)

    @rule(name=st.sampled_from(["a", "b"]))
    def add_layer(self, name):
        graph = self.document.project.graph.with_node(Node(name, "dense", {"units": self.index + 1}))
        self.edit_to(self.document.project.with_graph(graph))

    def edit_to(self, project):
        if project != self.document.project:
            if self.clean is not None and self.clean > self.index:
                self.clean = None
            self.history[self.index + 1 :] = [project]
            self.index += 1
        self.document.edit("Edit", project)

    @invariant()
    def agrees(self):
        assert self.document.project == self.history[self.index]
        assert self.document.is_clean is (self.clean == self.index)
        if self.clean is not None and self.document.path is not None:
            assert projects.read(self.path) == self.history[self.clean]

    def teardown(self):
        self.document.close()


def test_any_sequence_of_edits_undos_and_saves(qtbot, tmp_path):
    Sequences.path = tmp_path / "p.glassbox"
    chosen = hypothesis_settings(max_examples=40, stateful_step_count=25, deadline=None)
    run_state_machine_as_test(Sequences, settings=chosen)
