"""The film of the sliding kernel is made from a run's own weights, and stays small."""

import io
import re

import numpy as np
import pytest
import safetensors.numpy
from PIL import Image

from app.explain.kernels_film import ALPHAS, film, main, run_scene
from engine.datasets.choice import load
from engine.errors import UserError
from engine.examples import load_example
from engine.explain.convolution import correlate
from engine.run_folder import RunFolder, RunInfo


def run_of(folder, example="digits"):
    """A run folder with random weights in its only checkpoint."""
    project, run = load_example(example), RunFolder(folder)
    loaded = load(project.data)
    run.write_project(project)
    run.write_info(
        RunInfo(
            steps_per_epoch=40, total_steps=80, execution="graph", device="CPU", metric="accuracy",
            gradient_layers=(), scaling=loaded.scaling, input_shape=loaded.samples.x.shape[1:],
            class_names=loaded.samples.description.class_names, value_range=(0.0, 16.0),
        )
    )  # fmt: skip
    random = np.random.default_rng(0)
    weights = {
        "conv2d_1/0_kernel": random.normal(size=(3, 3, 1, 16)).astype(np.float32),
        "conv2d_1/1_bias": random.normal(size=16).astype(np.float32),
    }
    run.write_checkpoint(40, safetensors.numpy.save(weights), None)
    return run, weights


def test_the_scene_is_that_of_the_run(tmp_path):
    run, weights = run_of(tmp_path / "run")
    scene = run_scene(run, 5)
    x = load(load_example("digits").data)
    scaled = x.scaling.apply(x.samples.x[5:6])[0]
    z = correlate(scaled, weights["conv2d_1/0_kernel"], scene.window, weights["conv2d_1/1_bias"])
    np.testing.assert_allclose(scene.z, z, atol=1e-5)
    np.testing.assert_allclose(scene.a, np.maximum(z, 0), atol=1e-5)


def test_the_film_has_a_frame_for_each_moment(tmp_path, look):
    run, _ = run_of(tmp_path / "run")
    picture = Image.open(io.BytesIO(film(run_scene(run, 5), range(3, 6), look.theme)))
    assert picture.n_frames == 3 * len(ALPHAS) and picture.info["loop"] == 0


def test_the_command_writes_the_file_and_says_its_size(tmp_path, capsys, qapp):
    run, _ = run_of(tmp_path / "run")
    out = tmp_path / "film.gif"
    assert main([str(run.path), "--out", str(out), "--steps", "2", "--sample", "3"]) == 0
    assert out.read_bytes().startswith(b"GIF89a")
    assert re.search(r"2 steps, \d\.\d\d MB", capsys.readouterr().err)


def test_a_run_without_a_convolution_is_refused(tmp_path):
    run, _ = run_of(tmp_path / "run", "digits-dense")
    with pytest.raises(UserError, match="No convolution"):
        run_scene(run, 0)
