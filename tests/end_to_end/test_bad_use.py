"""Every bad use a command can meet: exit code 2, one sentence with a hint on stderr, nothing on stdout."""

import json
import os
import shutil
import time

import pytest
from PIL import Image

from engine.examples import load_example
from engine.project import FORMAT_VERSION, DataChoice, encode
from engine.run_folder import RunFolder
from tests.end_to_end.commands import CSV, ROOT, TRAIN_KEYS, csv_project, glassbox, process, refused, written
from tests.engine.runtime.networks import with_plan

pytestmark = [pytest.mark.tensorflow, pytest.mark.xdist_group("command line")]


def test_a_mistake_as_its_own_process(tmp_path):
    (tmp_path / "empty.glassbox").write_bytes(b"")
    began = time.monotonic()
    done = process("train", tmp_path / "empty.glassbox", "--json")
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.count("\n") == 1 and "is empty (0 bytes)" in done.stderr
    assert time.monotonic() - began < 10, "TensorFlow was imported before the file was read"


def bad_project(**changes):
    """The fields of an example's file with some replaced."""
    return json.dumps({**json.loads(encode(load_example("iris"))), **changes}).encode()


def cyclic():
    fields = json.loads(encode(load_example("digits-dense")))
    fields["graph"]["edges"].append({"source": "dense_2", "target": "dense_1"})
    return json.dumps(fields).encode()


@pytest.mark.parametrize(
    "content, says",
    [
        (b"", "empty"),
        (encode(load_example("iris"))[:400], "damaged"),
        (b"\x89PNG\r\n\x1a\n\0\0", "damaged"),
        (b'{"some": "JSON"}', "not a Glassbox project"),
        (b" " * (17 * 1024 * 1024), "at most"),
        (bad_project(format=FORMAT_VERSION + 1), f"format version {FORMAT_VERSION + 1}"),
        (cyclic(), "cycle"),
    ],
    ids=["empty", "truncated", "foreign", "other JSON", "huge", "future", "cyclic"],
)
def test_bad_project_files(tmp_path, content, says):
    path = tmp_path / "bad.glassbox"
    path.write_bytes(content)
    assert says in refused("train", path, "--out", tmp_path / "run")
    assert not (tmp_path / "run").exists()


def with_values(name, node, **values):
    project = load_example(name)
    return project.with_graph(project.graph.with_values(node, values))


@pytest.mark.parametrize(
    "project, words",
    [
        (with_values("digits", "conv2d_1", kernel_size=[9, 9], padding="valid"), ["conv2d_1", "9"]),
        (with_values("iris", "input_1", shape=[5]), ["input_1", "5", "4"]),
        (with_values("iris", "output", units=7), ["output", "7 units for 3 classes"]),
        (with_values("iris", "output", units=2), ["output", "2 units for 3 classes"]),
        (load_example("iris").with_task("regression"), ["output", "class"]),
        (with_plan(load_example("iris"), batch_size=0), ["batch", "0"]),
        (with_plan(load_example("iris"), optimizer_values={"learning_rate": -1.0}), ["earning rate", "-1"]),
        (with_plan(load_example("iris"), optimizer="magic"), ["magic", "adam"]),
        (load_example("iris").replace(data=DataChoice("nothing")), ["nothing", "iris"]),
        (load_example("iris").replace(data=DataChoice("iris", test=0.9, validation=0.9)), ["90%"]),
        (load_example("iris").replace(heads=()), ["no output"]),
    ],
    ids=["shape", "input", "units", "few units", "task", "batch 0", "rate", "optimiser", "data", "shares", "no head"],
)
def test_projects_that_cannot_be_trained(tmp_path, project, words):
    sentence = refused("train", written(tmp_path / "p.glassbox", project), "--out", tmp_path / "run")
    assert all(word in sentence for word in words), sentence


def test_a_learning_rate_of_1e9_ends_with_step_layer_and_remedy(tmp_path):
    project = with_plan(load_example("diabetes"), optimizer="sgd", optimizer_values={"learning_rate": 1e9})
    sentence = refused("train", written(tmp_path / "p.glassbox", project), "--out", tmp_path / "run")
    assert "step" in sentence and "1e+09" in sentence
    run = RunFolder(tmp_path / "run")
    assert run.info().status == "failed"
    run.newest_checkpoint()
    assert refused("evaluate", tmp_path / "gone")


def pictures(folder, classes, size=lambda n: (8, 8), count=8):
    for label, name in enumerate(classes):
        (folder / name).mkdir(parents=True)
        for number in range(count):
            Image.new("L", size(number), 100 * label + number).save(folder / name / f"{number}.png")
    return folder


def folder_project(folder, classes=2):
    """A project whose data are a folder of pictures; made without looking at them."""
    choice = DataChoice("image_folder", {"path": str(folder), "height": 8, "width": 8, "color": "grey"})
    project = with_plan(load_example("digits-dense"), epochs=1).replace(data=choice)
    return project.with_graph(project.graph.with_values("output", {"units": classes}))


def damaged(folder):
    for path in sorted((pictures(folder, "ab") / "a").glob("*.png"))[:4]:
        path.write_bytes(path.read_bytes()[:40])


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda folder: None, "does not exist"),
        (lambda folder: folder.mkdir(), "one folder for each class"),
        (lambda folder: [(folder / name).mkdir(parents=True) for name in "ab"], "no files"),
        (lambda folder: pictures(folder, "a"), "only one class folder"),
        (lambda folder: folder.write_text("a file"), "is a file, not a folder"),
        (damaged, "4 of 16 pictures"),
        (lambda folder: [shutil.copytree(ROOT / ".ci", folder / name) for name in "ab"], "No readable picture"),
    ],
    ids=["missing", "empty", "no pictures", "one class", "file", "unreadable", "no picture at all"],
)
def test_folders_of_images_that_cannot_be_learned(tmp_path, make, says):
    make(tmp_path / "photos")
    path = written(tmp_path / "p.glassbox", folder_project(tmp_path / "photos"))
    assert says in refused("train", path, "--out", tmp_path / "run")


def test_pictures_of_mixed_sizes_are_resized_and_it_is_said(tmp_path):
    folder = pictures(tmp_path / "photos", "ab", lambda n: (8 + n % 3, 9), count=20)
    path = written(tmp_path / "p.glassbox", folder_project(folder))
    code, out, err = glassbox("train", path, "--out", tmp_path / "run", "--json")
    assert code == 0 and list(json.loads(out)) == TRAIN_KEYS
    assert "3 different sizes, 8 to 10 px wide" in err


@pytest.mark.parametrize(
    "text, says",
    [
        ("", "is empty"),
        ("length,width,kind\n", "a header but no rows"),
        ("length,width,kind\n1,2,a\n", "1 row of data"),
        (CSV.replace("3.5", "long", 1), "holds “long”; expected a number"),
        ("length,width,kind\n" + "nan,,a\n" * 20, "no column of numbers"),
        (CSV.replace(",a", ",b"), "only the class b"),
        (CSV + "1,2\n", "line 62, has 2 values"),
    ],
    ids=["empty", "header only", "one row", "text", "NaN", "one class", "ragged"],
)
def test_tables_that_cannot_be_learned(tmp_path, text, says):
    data = tmp_path / "data.csv"
    data.write_text(CSV)
    path = written(tmp_path / "p.glassbox", csv_project(data))
    data.write_text(text)
    assert says in refused("train", path, "--out", tmp_path / "run")


def test_a_table_without_header_and_with_gaps_is_learned_and_it_is_said(tmp_path):
    data = tmp_path / "data.csv"
    data.write_text(CSV.partition("\n")[2].replace("3.5", "nan", 2))
    path = written(tmp_path / "p.glassbox", csv_project(data))
    code, out, err = glassbox("train", path, "--out", tmp_path / "run", "--json")
    assert code == 0 and list(json.loads(out)) == TRAIN_KEYS
    assert "no header" in err and "2 rows of 60 left out" in err


def test_places_a_run_cannot_go(tmp_path, digits):
    (tmp_path / "file").write_text("x")
    assert "file" in refused("train", "iris", "--out", tmp_path / "file")
    assert "not a folder" in refused("train", "iris", "--out", tmp_path / "file" / "run")
    before = {path: path.stat().st_mtime_ns for path in digits[0].rglob("*")}
    assert "not empty" in refused("train", "iris", "--out", digits[0])
    assert {path: path.stat().st_mtime_ns for path in digits[0].rglob("*")} == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_place(tmp_path):
    (tmp_path / "locked").mkdir(mode=0o500)
    assert "locked" in refused("train", "iris", "--out", tmp_path / "locked" / "run")


def test_runs_and_files_that_are_not_there(tmp_path, digits, iris):
    for command in (["evaluate"], ["predict", "x.png"], ["export", "--format", "keras", "--out", "m.keras"]):
        words = [command[0], tmp_path / "nowhere", *command[1:]]
        assert "nowhere" in refused(*words)
    assert "not a run folder: it holds no project.json" in refused("evaluate", tmp_path)
    assert "gone.png" in refused("predict", digits[0], tmp_path / "gone.png")
    assert "gone.csv" in refused("predict", iris[0], tmp_path / "gone.csv")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    assert "sepal length (cm)" in refused("predict", iris[0], tmp_path / "other.csv")
    assert "not a text file" in refused("predict", iris[0], png(tmp_path / "picture.png"))
    assert "other.csv" in refused("predict", digits[0], tmp_path / "other.csv")


def png(path):
    Image.new("L", (8, 8)).save(path)
    return path


def test_a_damaged_run(digits, tmp_path):
    folder = shutil.copytree(digits[0], tmp_path / "run")
    for path in (folder / "checkpoints").glob("*.safetensors"):
        path.write_bytes(path.read_bytes()[:-10])
    assert "no whole checkpoint" in refused("evaluate", folder)
    (folder / "run.json").write_text("{")
    assert "damaged" in refused("evaluate", folder)


def test_places_an_export_cannot_go(iris, tmp_path):
    export = ("export", iris[0], "--format", "keras", "--out")
    assert "ends in .h5" in refused(*export, tmp_path / "model.h5")
    assert "does not exist" in refused(*export, tmp_path / "missing" / "model.keras")
    (tmp_path / "folder.keras").mkdir()
    assert "is a folder" in refused(*export, tmp_path / "folder.keras")
