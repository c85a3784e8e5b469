"""The inspector process as its users see it: arrays, sentences, crashes, hangs, cancel."""

import os
import subprocess
import sys
import time

import numpy as np
import psutil
import pytest
from PIL import Image

from engine.datasets import large
from engine.datasets.choice import load
from engine.errors import UserError
from engine.inspect import client, inspector, limits
from engine.inspect.client import load_images, load_table, read_pictures
from engine.inspect.dialect import TableOptions
from engine.inspect.inspector import Cancelled, Inspection
from engine.project import DataChoice

# The real inspector, but for files with certain names: it dies on them, waits, computes or prints for ever.
BAD_CHILD = """
import os, sys, time
sys.path.insert(0, os.getcwd())
from engine.inspect import __main__, pictures
real = pictures.read_picture
def read(path, *rest):
    if "killer" in path.name: os.kill(os.getpid(), 9)
    if "sleeper" in path.name: time.sleep(60)
    if "worker" in path.name:
        import resource
        resource.setrlimit(resource.RLIMIT_CPU, (1, resource.RLIM_INFINITY))
        while True: pass
    if "printer" in path.name: print("noise", flush=True); os.write(1, b"noise")
    if "bug" in path.name: raise KeyError("a bug of ours")
    return real(path, *rest)
pictures.read_picture = read
__main__.main()
"""


def bad_child(**options):
    return Inspection(command=(sys.executable, "-c", BAD_CHILD), **options)


def picture(path, value=0, size=(12, 9), mode="RGB"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, (value, 10, 20) if mode == "RGB" else value).save(path)
    return str(path)


@pytest.fixture
def photos(tmp_path):
    for number in range(40):
        picture(tmp_path / "photos" / ("cat", "dog")[number % 2] / f"{number:02}.png", number)
    return tmp_path / "photos"


@pytest.fixture(autouse=True)
def no_process_is_left():
    yield
    assert not [child for child in psutil.Process().children() if "engine.inspect" in " ".join(child.cmdline())]


def test_a_folder(photos):
    found = load_images(str(photos), (5, 7), "rgb")
    assert found.x.shape == (40, 5, 7, 3) and found.x.dtype == np.uint8
    assert found.class_names == ("cat", "dog") and found.labels.tolist() == [0] * 20 + [1] * 20
    assert found.x[:, 0, 0, 0].tolist() == [*range(0, 40, 2), *range(1, 40, 2)]
    assert found.problems == ()


def test_progress_comes_for_every_file(photos):
    seen = []
    load_images(str(photos), (5, 7), "grey", Inspection(progress=lambda *count: seen.append(count)))
    assert seen == [(number, 40) for number in range(1, 41)]


def test_a_few_unreadable_files_are_left_out_and_named(photos):
    (photos / "cat" / "00.png").write_bytes(b"")
    (photos / "dog" / "01.png").write_text("hello")
    found = load_images(str(photos), (5, 7), "rgb")
    assert found.x.shape[0] == 38 and np.bincount(found.labels).tolist() == [19, 19]
    (problem,) = found.problems
    assert "2 files are unreadable" in problem and "00.png (empty, 0 bytes); 01.png (not an image" in problem


def test_too_many_unreadable_files(photos):
    for number in range(0, 6, 2):
        (photos / "cat" / f"{number:02}.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(UserError) as caught:
        load_images(str(photos), (5, 7), "rgb")
    assert "3 of 40 pictures in photos cannot be read" in caught.value.message and "5 %" in caught.value.hint


def test_files_that_never_claimed_to_be_pictures_do_not_count(photos):
    for number in range(10):
        (photos / "dog" / f"notes{number}.txt").write_text("about the dog")
    found = load_images(str(photos), (5, 7), "rgb")
    assert len(found.x) == 40 and "10 files are no picture and left out: notes0.txt" in found.problems[0]


def test_a_class_without_a_readable_picture(photos):
    (photos / "empty").mkdir()
    with pytest.raises(UserError, match="No readable picture in empty; every class needs some"):
        load_images(str(photos), (5, 7), "rgb")


def test_no_files_at_all(tmp_path):
    for name in ("a", "b"):
        (tmp_path / "root" / name).mkdir(parents=True)
    with pytest.raises(UserError, match="hold no files; expected pictures"):
        load_images(str(tmp_path / "root"), (5, 7), "rgb")


def test_what_is_odd_is_said(photos):
    picture(photos / "cat" / "big.png", 7, (300, 200))
    frames = [Image.new("L", (12, 9), value) for value in (0, 255)]
    frames[0].save(photos / "dog" / "moves.gif", save_all=True, append_images=frames[1:])
    os.mkfifo(photos / "dog" / "pipe.png")
    text = " ".join(load_images(str(photos), (5, 7), "rgb").problems)
    assert "2 different sizes, 12 to 300 px wide and 9 to 200 px high" in text
    assert (
        "first frame was taken of moves.gif" in text and "Passed over pipes, sockets or devices (1): pipe.png." in text
    )


def test_what_does_not_fit_into_memory_lies_in_a_file_without_a_name(photos, monkeypatch, own_home):
    expected = load_images(str(photos), (5, 7), "rgb").x
    (photos / "cat" / "04.png").write_bytes(b"no picture")
    kept = np.delete(expected, 2, axis=0)
    monkeypatch.setenv("GLASSBOX_DATA_BYTES", "100")
    found = load_images(str(photos), (5, 7), "rgb").x
    assert isinstance(found, np.memmap) and found.dtype == np.uint8
    np.testing.assert_array_equal(found, kept)
    assert not [path for path in own_home.rglob("*") if path.is_file()]


def test_what_does_not_fit_onto_the_disk_is_refused_before_reading(photos, monkeypatch):
    monkeypatch.setenv("GLASSBOX_DATA_BYTES", "100")
    monkeypatch.setattr(large, "SPARE", 1 << 60)
    with pytest.raises(UserError) as caught:
        load_images(str(photos), (100, 100), "rgb")
    assert "on the disk" in caught.value.message and caught.value.where == "height"


def test_a_file_that_kills_the_inspector_is_one_unreadable_file(photos):
    picture(photos / "cat" / "05-killer.png")
    found = load_images(str(photos), (5, 7), "rgb", bad_child())
    assert len(found.x) == 40 and found.x[-1, 0, 0, 0] == 39
    assert "1 file is unreadable and left out: 05-killer.png (the decoder crashed, exit code -9)" in found.problems[0]


def test_a_file_that_takes_too_long_is_one_unreadable_file(photos):
    picture(photos / "dog" / "99-sleeper.png")
    found = load_images(str(photos), (5, 7), "rgb", bad_child(seconds=2.0))
    assert len(found.x) == 40 and "99-sleeper.png (it took too long)" in found.problems[0]


def test_a_file_that_computes_too_long_is_one_unreadable_file(photos):
    picture(photos / "cat" / "00-worker.png")
    found = load_images(str(photos), (5, 7), "rgb", bad_child())
    assert len(found.x) == 40 and "00-worker.png (it needed more than 60 s of computing)" in found.problems[0]


def test_what_a_library_prints_does_not_break_the_conversation(photos):
    picture(photos / "cat" / "00-printer.png")
    assert len(load_images(str(photos), (5, 7), "rgb", bad_child()).x) == 41


def test_a_folder_of_killers_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(client, "MAX_DEATHS", 2)
    for number in range(4):
        picture(tmp_path / "root" / "ab"[number % 2] / f"killer{number}.png")
    with pytest.raises(UserError, match="More than 2 pictures ended the inspector"):
        load_images(str(tmp_path / "root"), (5, 7), "rgb", bad_child())


def test_a_bug_in_the_inspector_is_no_mistake_of_the_user(photos):
    picture(photos / "cat" / "00-bug.png")
    with pytest.raises(RuntimeError, match="a bug of ours"):
        load_images(str(photos), (5, 7), "rgb", bad_child())


@pytest.mark.parametrize("command", [("/bin/false",), (sys.executable, "-c", "print('hello')")])
def test_an_inspector_that_does_not_start(photos, command):
    with pytest.raises(RuntimeError, match="does not start"):
        load_images(str(photos), (5, 7), "rgb", Inspection(command=command))


def test_cancel_ends_the_process_at_once(photos):
    picture(photos / "cat" / "00-sleeper.png")
    start = time.monotonic()
    asked = []

    def cancelled():
        asked.append(time.monotonic())
        return len(asked) > 40

    with pytest.raises(Cancelled):
        load_images(str(photos), (5, 7), "rgb", bad_child(cancelled=cancelled))
    assert time.monotonic() - start < 20


def test_pictures_for_a_prediction(tmp_path):
    good = picture(tmp_path / "eight\n.png", 200, mode="L")
    bad = tmp_path / "bad.png"
    bad.write_text("hello")
    x, names, problems = read_pictures([good, str(bad), str(tmp_path / "gone.png")], (8, 8), "grey")
    assert x.shape == (1, 8, 8, 1) and (x == 200).all() and names == ("eight\\n.png",)
    assert "2 files are unreadable" in problems[0] and "gone.png" in problems[0]


def test_no_readable_picture_for_a_prediction(tmp_path):
    (tmp_path / "a.png").write_text("hello")
    with pytest.raises(UserError, match=r"No picture could be read: a\.png"):
        read_pictures([str(tmp_path / "a.png")], (8, 8), "grey")
    with pytest.raises(UserError, match="No picture was given"):
        read_pictures([], (8, 8), "grey")


def test_names_that_are_not_text(tmp_path):
    name = os.fsdecode(b"bad\xff name.png")
    path = picture(tmp_path / name, 3)
    _, names, _ = read_pictures([path], (2, 2), "rgb")
    assert names == ("bad\\udcff name.png",)


def test_a_table_crosses_in_several_frames(tmp_path):
    path = tmp_path / "t.csv"
    values = np.arange(60_000 * 90, dtype=np.int64).reshape(60_000, 90) % 97
    rows = "\n".join(",".join(map(str, row)) for row in values)
    path.write_text(",".join(f"c{i}" for i in range(90)) + "\n" + rows + "\n")
    samples = load_table(str(path), TableOptions(predict="number"))
    assert samples.x.nbytes > 16 * 1024 * 1024 and np.array_equal(samples.x, values[:, :-1])
    assert np.array_equal(samples.y, values[:, -1]) and samples.description.count == 60_000


def test_mistakes_in_a_table_cross_the_border(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,y\n1,2\n2,3,4\n3,3\n")
    with pytest.raises(UserError) as caught:
        load_table(str(path), TableOptions())
    assert "t.csv, line 3, has 3 values" in caught.value.message
    assert caught.value.hint and caught.value.where == "path"


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir(), os.mkfifo])
def test_a_path_that_is_no_table(tmp_path, make):
    path = tmp_path / "t.csv"
    make(path)
    with pytest.raises(UserError):
        load_table(str(path), TableOptions())
    with pytest.raises(UserError):
        load(DataChoice("csv", {"path": str(path)}))


def test_a_table_that_is_too_large_is_refused_without_reading(tmp_path):
    path = tmp_path / "t.csv"
    with path.open("wb") as file:
        file.truncate(300 * 1024 * 1024)
    with pytest.raises(UserError, match="bytes; at most 268,435,456 are read"):
        load_table(str(path), TableOptions())


def test_a_cancelled_table(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,y\n" + "1,2\n3,4\n" * 200_000)
    with pytest.raises(Cancelled):
        load_table(str(path), TableOptions(), Inspection(cancelled=lambda: True))


def test_the_child_is_limited_and_loads_nothing_heavy():
    code = (
        "import resource, sys\nfrom engine.inspect import __main__, pictures, tables\n"
        "from engine.inspect.limits import limit_process, limit_cpu\nlimit_process(); limit_cpu()\n"
        "limits = [resource.getrlimit(getattr(resource, 'RLIMIT_' + n))[0] for n in ('AS', 'FSIZE', 'CORE', 'CPU')]\n"
        "heavy = [n for n in ('sklearn', 'scipy', 'tensorflow', 'keras', 'PySide6') if n in sys.modules]\n"
        "assert not heavy, heavy\nprint(*limits)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=inspector.ROOT)
    memory, files, core, cpu = map(int, done.stdout.split())
    assert (memory, files, core) == (limits.MEMORY_BYTES, 0, 0)
    assert limits.CPU_SECONDS <= cpu <= limits.CPU_SECONDS + 10


def test_the_users_environment_does_not_decide_which_code_runs(photos, tmp_path, monkeypatch):
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "__init__.py").write_text("raise SystemExit('the wrong engine')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert len(load_images(str(photos), (5, 7), "rgb").x) == 40
    assert len(load_images("photos", (5, 7), "rgb").x) == 40
