"""The command line with the real engine: what each command gives."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image, ImageDraw

from engine.datasets.choice import load
from engine.examples import EXAMPLES, load_example
from engine.run_folder import RunFolder
from tests.end_to_end.commands import CSV, ROOT, TRAIN_KEYS, answered, csv_project, glassbox, process, refused, written

pytestmark = [pytest.mark.tensorflow, pytest.mark.xdist_group("command line")]


@pytest.mark.parametrize("words", [["examples"], ["describe", "digits"]])
def test_light_commands_load_nothing_heavy(words):
    done = process(*words, "--json", python=("-X", "importtime"))
    assert done.returncode == 0
    assert isinstance(json.loads(done.stdout.splitlines()[-1]), dict)
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines() if "|" in line}
    assert "engine" in imported
    assert not imported & {"tensorflow", "keras", "numpy", "sklearn", "scipy", "PIL", "PySide6"}


def test_examples_and_describe():
    rows = answered("examples")["examples"]
    assert [row["name"] for row in rows] == [example.name for example in EXAMPLES]
    found = answered("describe", "digits")
    assert [set(row) for row in found["layers"]] == [{"name", "kind", "output_shape", "params"}] * len(found["layers"])
    assert found["total_params"] == sum(row["params"] for row in found["layers"])
    assert found["total_params"] == next(row for row in rows if row["name"] == "digits")["total_params"]


def test_doctor():
    found = answered("doctor")
    assert "tensorflow" in json.dumps(found)


def test_train_says_what_it_reached(digits):
    folder, said = digits
    assert list(said) == TRAIN_KEYS
    assert said["epochs"] == 3 and said["run"] == str(folder) and said["device"]
    assert all(set(said[part]) == {"loss", "accuracy"} for part in ("train", "validation", "test"))
    assert said["test"]["accuracy"] > 0.7 and said["samples_per_second"] > 0
    run = RunFolder(folder)
    assert said["steps"] == run.newest_checkpoint()[0].step == len(run.metrics().loss) == run.info().total_steps
    assert run.project().seed == 5 and run.project().plan.epochs == 3
    assert run.info().test_evaluations == 1


def test_stderr_holds_our_own_words_only(tmp_path):
    usual = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    done = process("train", "iris", "--epochs", 1, "--out", tmp_path / "run", "--json", env=usual)
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert done.returncode == 0 and lines and all(line.startswith(("loss ", "starting")) for line in lines), done.stderr


def test_a_regression_reports_its_mean_absolute_error(tmp_path):
    said = answered("train", "diabetes", "--epochs", 1, "--out", tmp_path / "run")
    assert list(said) == TRAIN_KEYS and set(said["test"]) == {"loss", "mae"}


def test_without_out_the_run_lies_beside_the_project_file(tmp_path):
    path = written(tmp_path / "flowers.glassbox", load_example("iris"))
    said = answered("train", path, "--epochs", 1)
    assert Path(said["run"]).parent == tmp_path / "flowers.runs"
    assert Path(answered("train", "iris", "--epochs", 1)["run"]).is_relative_to(tmp_path / "home")


def test_evaluate_measures_what_training_measured(digits):
    folder, said = digits
    found = answered("evaluate", folder)
    assert {"loss": found["loss"], "accuracy": found["accuracy"]} == pytest.approx(said["test"], abs=1e-5)
    assert found["split"] == "test" and found["samples"] == np.sum(found["confusion"]) == 270


def test_predict_on_pictures(digits, tmp_path):
    samples = load(load_example("digits").data).samples
    for index in range(30):
        pixels = np.rint(samples.x[index, :, :, 0] * 255 / 16).astype(np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"{index:02}.png")
    drawn = Image.new("L", (80, 80))
    ImageDraw.Draw(drawn).line([(40, 5), (40, 75)], fill=255, width=14)
    drawn.save(tmp_path / "drawn.png")
    found = answered("predict", digits[0], *sorted(tmp_path.glob("*.png")))["predictions"]
    assert [row["file"] for row in found] == [*(f"{index:02}.png" for index in range(30)), "drawn.png"]
    assert sum(row["class"] == str(label) for row, label in zip(found, samples.y, strict=False)) >= 22
    for row in found:
        assert row["probability"] == max(row["probabilities"].values()) == row["probabilities"][row["class"]]
        assert sum(row["probabilities"].values()) == pytest.approx(1, abs=1e-4)


def test_predict_leaves_out_what_is_no_picture_and_says_so(digits, tmp_path):
    Image.new("L", (8, 8)).save(tmp_path / "good.png")
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    code, out, err = glassbox("predict", digits[0], tmp_path / "good.png", tmp_path / "bad.png", "--json")
    assert code == 0 and "bad.png" in err and "Traceback" not in err
    assert [row["file"] for row in json.loads(out)["predictions"]] == ["good.png"]


def test_predict_on_rows_of_a_table(iris, tmp_path):
    samples = load(load_example("iris").data).samples
    path = tmp_path / "flowers.csv"
    titles = [*samples.description.feature_names, "note"][::-1]
    rows = ["nothing," + ",".join(map(str, row[::-1])) for row in samples.x[:150:10].tolist()]
    path.write_text("\n".join([",".join(titles), *rows[:3], "nothing,?,1,2,3", *rows[3:]]))
    code, out, err = glassbox("predict", iris[0], path, "--json")
    assert code == 0 and "line 5" in err
    found = json.loads(out)["predictions"]
    assert [row["file"] for row in found] == [f"{path}:{line}" for line in (2, 3, 4, *range(6, 18))]
    names = samples.description.class_names
    agreeing = sum(row["class"] == names[label] for row, label in zip(found, samples.y[:150:10], strict=True))
    assert agreeing >= 13


def test_predict_on_one_row_and_on_points(iris, tmp_path):
    (tmp_path / "one.csv").write_text("5.1,3.5,1.4,0.2\n")
    (only,) = answered("predict", iris[0], tmp_path / "one.csv")["predictions"]
    assert only["class"] == "setosa"
    said = answered("train", "spiral", "--epochs", 1, "--out", tmp_path / "run")
    (tmp_path / "points.csv").write_text("y;x\n0,5;1,5\n-1,0;0,0\n")
    found = answered("predict", said["run"], tmp_path / "points.csv")["predictions"]
    assert len(found) == 2 and all(set(row["probabilities"]) == set(found[0]["probabilities"]) for row in found)


def test_a_table_from_training_to_prediction_without_its_file(tmp_path):
    data = tmp_path / "data.csv"
    data.write_text(CSV.replace(".5", "#5").replace(",", ";").replace("#", ","))
    path = written(tmp_path / "t.glassbox", csv_project(data, delimiter="semicolon", decimal="comma"))
    said = answered("train", path)
    data.unlink()
    (tmp_path / "new.csv").write_text("width;length\n1;0,5\n2;6,5\n")
    found = answered("predict", said["run"], tmp_path / "new.csv")["predictions"]
    assert [set(row["probabilities"]) for row in found] == [{"a", "b"}] * 2
    assert "data.csv" in refused("evaluate", said["run"])


def test_a_number_is_predicted_as_a_number(tmp_path):
    said = answered("train", "diabetes", "--epochs", 1, "--out", tmp_path / "run")
    data = load(load_example("diabetes").data).samples
    titles = ",".join(data.description.feature_names)
    (tmp_path / "p.csv").write_text(f"{titles}\n" + ",".join(map(str, data.x[0].tolist())) + "\n")
    (only,) = answered("predict", said["run"], tmp_path / "p.csv")["predictions"]
    assert set(only) == {"file", "value"} and np.isfinite(only["value"])


@pytest.mark.slow
@pytest.mark.parametrize("format, suffix", [("keras", ".keras"), ("script", ".py")])
def test_export_with_proof(iris, tmp_path, format, suffix):
    said = answered("export", iris[0], "--format", format, "--out", tmp_path / f"model{suffix}")
    assert list(said) == ["path", "format", "max_difference", "samples", "bytes"]
    assert said["path"] == str(tmp_path / f"model{suffix}") and said["format"] == format
    assert 0 <= said["max_difference"] <= 1e-5 and said["samples"] == 64
    assert said["bytes"] == (tmp_path / f"model{suffix}").stat().st_size > 1000
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == [f"model{suffix}"]


@pytest.mark.slow
def test_an_interrupt_saves_and_gives_130(tmp_path):
    command = [sys.executable, "-m", "app", "train", "spiral", "--epochs", "1000000", "--out", str(tmp_path / "run")]
    quiet = subprocess.DEVNULL
    training = subprocess.Popen(command, cwd=ROOT, stdout=quiet, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 120
    while not any(manifest.step for manifest in RunFolder(tmp_path / "run").checkpoints()):
        assert training.poll() is None and time.monotonic() < end
        time.sleep(0.05)
    training.send_signal(signal.SIGINT)
    _, err = training.communicate(timeout=30)
    assert training.returncode == 130 and "Traceback" not in err and "interrupted" in err
    run = RunFolder(tmp_path / "run")
    assert run.info().status == "stopped"
    assert run.newest_checkpoint()[0].step == len(run.metrics().loss) > 0


def test_a_plan_is_kept_as_it_was_given(digits):
    plan = RunFolder(digits[0]).project().plan
    assert plan == msgspec.structs.replace(load_example("digits").plan, epochs=3)
