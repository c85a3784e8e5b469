"""Atomic writes, with every operation failing once in every way a disk can fail."""

import errno
import os
import stat

import pytest

from engine.errors import UserError
from engine.storage import FileSystem, atomic_move, atomic_write, explained, make_folder, read_bounded

OLD, NEW = b"the old content", b"new" * 1000
ERRORS = [errno.ENOSPC, errno.EIO, errno.EROFS]


class Failing(FileSystem):
    """Fails its n-th operation; writes at most 700 bytes at a time, as a pipe or a full disk may."""

    def __init__(self, fail_at, error):
        self.count, self.fail_at, self.error = 0, fail_at, error

    def turn(self):
        self.count += 1
        if self.count == self.fail_at:
            raise OSError(self.error, os.strerror(self.error))

    def create(self, folder):
        self.turn()
        return super().create(folder)

    def copy_mode(self, descriptor, existing):
        self.turn()
        super().copy_mode(descriptor, existing)

    def write(self, descriptor, data):
        self.turn()
        return super().write(descriptor, data[:700])

    def flush(self, descriptor):
        self.turn()
        super().flush(descriptor)

    def rename(self, source, target):
        self.turn()
        super().rename(source, target)

    def flush_folder(self, folder):
        self.turn()
        super().flush_folder(folder)


def operations():
    """How many operations one write of NEW takes: create, mode, 5 writes, flush, rename, flush of the folder."""
    return 10


@pytest.mark.parametrize("error", ERRORS, ids=errno.errorcode.get)
@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("fail_at", range(1, operations() + 1))
def test_every_operation_failing(tmp_path, fail_at, exists, error):
    path = tmp_path / "project.glassbox"
    if exists:
        path.write_bytes(OLD)
    disk = Failing(fail_at, error)
    if fail_at == operations():  # the file is in place; only its name was not flushed
        atomic_write(path, NEW, disk)
        assert path.read_bytes() == NEW
    else:
        with pytest.raises(UserError) as caught:
            atomic_write(path, NEW, disk)
        assert "project.glassbox" in caught.value.message
        assert caught.value.hint
        assert (path.read_bytes() == OLD) if exists else not path.exists()
    assert disk.count == fail_at
    assert [entry.name for entry in tmp_path.iterdir() if entry != path and entry.is_file()] == []


def test_operations_are_all_counted(tmp_path):
    disk = Failing(0, errno.EIO)
    atomic_write(tmp_path / "a", NEW, disk)
    assert disk.count == operations()


@pytest.mark.parametrize("error", ERRORS, ids=errno.errorcode.get)
@pytest.mark.parametrize("fail_at", [1, 2, 3])
def test_moves_that_fail(tmp_path, fail_at, error):
    """Flush and rename: a failure keeps the old target and takes the source away; the folder's flush may fail."""
    source, target = tmp_path / "made.part", tmp_path / "model.keras"
    source.write_bytes(NEW)
    target.write_bytes(OLD)
    disk = Failing(fail_at, error)
    if fail_at <= 2:
        with pytest.raises(UserError):
            atomic_move(source, target, disk)
        assert target.read_bytes() == OLD
    else:
        atomic_move(source, target, disk)
        assert target.read_bytes() == NEW
    assert not source.exists()
    assert disk.count == fail_at


def test_what_a_failing_disk_says(tmp_path):
    sentences = {
        errno.ENOSPC: "The disk is full; a was not written.",
        errno.EROFS: "is read-only; a was not written.",
        errno.EACCES: "No permission for",
        errno.EDQUOT: "quota",
        errno.EIO: "Input/output error",
    }
    for error, sentence in sentences.items():
        with pytest.raises(UserError, match=sentence):
            atomic_write(tmp_path / "a", NEW, Failing(1, error))


def test_missing_folder(tmp_path):
    with pytest.raises(UserError, match="does not exist"):
        atomic_write(tmp_path / "gone" / "a", NEW)


def test_a_folder_in_the_way(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(UserError):
        atomic_write(tmp_path / "a", NEW)
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_file()] == []


def test_hostile_names(tmp_path):
    for name in ("a'b\"c", "<img src=x>", "new\nline", "ünï 🦆", "x" * 240, os.fsdecode(b"bad\xff")):
        atomic_write(tmp_path / name, NEW)
        assert read_bounded(tmp_path / name, 10_000) == NEW
    with pytest.raises(UserError, match="too long"):
        atomic_write(tmp_path / ("x" * 300), NEW)


def test_permissions_are_those_of_an_ordinary_file(tmp_path):
    """A project can be shared: readable as the user's umask says, and an existing file keeps its mode."""
    path = tmp_path / "a"
    mask = os.umask(0o022)
    try:
        atomic_write(path, OLD)
        assert stat.S_IMODE(path.stat().st_mode) == 0o644
        path.chmod(0o640)
        atomic_write(path, NEW)
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
    finally:
        os.umask(mask)


def test_a_link_stays_a_link(tmp_path):
    """Saving over a link changes the file it leads to, as every editor does."""
    (tmp_path / "real").write_bytes(OLD)
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real")
    atomic_write(link, NEW)
    assert link.is_symlink()
    assert (tmp_path / "real").read_bytes() == NEW


def test_bounded_reads(tmp_path):
    (tmp_path / "a").write_bytes(b"12345")
    assert read_bounded(tmp_path / "a", 5) == b"12345"
    with pytest.raises(UserError, match="5 bytes; at most 4"):
        read_bounded(tmp_path / "a", 4)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UserError, match="not a regular file"):
        read_bounded(tmp_path / "pipe", 4)


def test_folders_and_explanations(tmp_path):
    assert make_folder(tmp_path / "x" / "y").is_dir()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UserError):
        make_folder(tmp_path / "file" / "z")

    def full():
        raise OSError(errno.ENOSPC, "full")

    with pytest.raises(UserError, match="disk is full"):
        explained(tmp_path / "log", full)
