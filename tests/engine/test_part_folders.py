"""Part folders: made beside the target, swept where their maker was killed, and only there."""

import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import UserError
from engine.part_folders import make_part_folder, sweep
from engine.storage import PART_PREFIX

ROOT = Path(__file__).parents[2]
KILLED = """
import os, signal, sys
from pathlib import Path
from engine.part_folders import make_part_folder
folder = make_part_folder(Path(sys.argv[1]))
(folder / "model.keras").write_bytes(b"half")
print(folder, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "exports"
    path.mkdir()
    return path


def left_by_a_killed_process(target):
    done = subprocess.run([sys.executable, "-c", KILLED, str(target)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == -9, done.stderr
    folder = Path(done.stdout.strip())
    assert (folder / "model.keras").is_file()
    return folder


def test_the_next_one_sweeps_what_a_killed_process_left(folder):
    left = left_by_a_killed_process(folder / "model.keras")
    assert left.parent == folder and left.name.startswith(PART_PREFIX)
    mine = make_part_folder(folder / "other.keras")
    assert not left.exists() and list(folder.iterdir()) == [mine]


def test_a_folder_in_use_is_left_alone(folder):
    mine = make_part_folder(folder / "model.keras")
    sweep(folder)
    assert mine.is_dir()


def test_what_carries_another_mark_is_left_alone(folder):
    left = left_by_a_killed_process(folder / "model.keras")
    machine = left.name.removeprefix(PART_PREFIX)[:8]
    elsewhere = folder / left.name.replace(machine, "0" * 8 if machine != "0" * 8 else "1" * 8)
    left.rename(elsewhere)
    own = folder / f"{PART_PREFIX}holiday"
    own.mkdir()
    file = folder / left.name
    file.write_text("a file of that name")
    link = folder / f"{left.name}x"
    link.symlink_to(elsewhere, target_is_directory=True)
    sweep(folder)
    assert all(path.exists() for path in (elsewhere, own, file, link))


def test_another_process_with_the_same_number_is_not_the_maker(folder):
    mine = make_part_folder(folder / "model.keras")
    head, process, began, tail = mine.name.removeprefix(PART_PREFIX).split("-", 3)
    older = folder / f"{PART_PREFIX}{head}-{process}-{int(began) - 100}-{tail}"
    mine.rename(older)
    sweep(folder)
    assert not older.exists()


def test_a_folder_that_is_not_there(folder):
    sweep(folder / "none")
    with pytest.raises(UserError, match="does not exist"):
        make_part_folder(folder / "none" / "model.keras")
