"""Data that do not fit into memory train to the same bits as with everything in memory."""

import numpy as np
import pytest
from PIL import Image

from engine.datasets.choice import load
from engine.datasets.large import is_large
from engine.errors import UserError
from engine.messages import Metrics, Train
from engine.project import DataChoice, Plan
from engine.run_folder import RunFolder
from engine.runtime.jobs import Turn
from engine.runtime.shelf import Shelf
from engine.runtime.training import streaming
from engine.runtime.training.job import TrainingJob
from tests.engine.runtime.networks import chain

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def photos(tmp_path):
    random = np.random.default_rng(0)
    for name, low in (("dark", 0), ("light", 90)):
        for number in range(30):
            path = tmp_path / "photos" / name / f"{number:02}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(random.integers(low, low + 160, (8, 8, 3), np.uint8)).save(path)
    return tmp_path / "photos"


def project_of(photos, normalisation="minmax"):
    data = DataChoice("image_folder", {"path": str(photos), "height": 8, "width": 8}, normalisation=normalisation)
    return chain(
        ("input", {"shape": [8, 8, 3]}),
        ("conv2d", {"filters": 4, "kernel_size": [3, 3]}),
        ("flatten", {}),
        ("output", {"units": 2, "activation": "softmax"}),
        data=data,
        plan=Plan("adam", {"learning_rate": 0.01}, batch_size=8, epochs=3),
    )


def trained(project, folder, unit=None):
    job, losses, validations = TrainingJob(Train(project=project, folder=str(folder)), Shelf()).run(), [], []
    try:
        report = next(job)
        while True:
            for event in report.events:
                if isinstance(event, Metrics):
                    losses += event.loss.tolist()
                    validations += event.validation_loss.tolist()
            report = job.send(Turn(unit=unit))
    except StopIteration:
        return losses, validations, RunFolder(folder).newest_checkpoint()[0].sha256


@pytest.mark.parametrize("unit", [None, "batch"])
def test_a_streamed_training_has_the_same_bits(photos, tmp_path, monkeypatch, unit):
    project = project_of(photos)
    expected = trained(project, tmp_path / "memory")
    monkeypatch.setenv("GLASSBOX_DATA_BYTES", "9000")
    monkeypatch.setattr(streaming, "WINDOW_BYTES", 20_000)  # a few steps, so that the window is filled anew and anew
    assert is_large(load(project.data).samples.x)
    assert trained(project, tmp_path / "streamed", unit) == expected


def test_the_scaling_is_learned_in_blocks(photos, monkeypatch):
    choice = project_of(photos, "standard").data
    expected = load(choice).scaling
    monkeypatch.setenv("GLASSBOX_DATA_BYTES", "100")
    monkeypatch.setattr("engine.datasets.scaling.BLOCK", 7)
    found = load(choice).scaling
    np.testing.assert_allclose(found.offset, expected.offset, rtol=1e-9)
    np.testing.assert_allclose(found.scale, expected.scale, rtol=1e-9)


def test_a_validation_part_that_does_not_fit_is_said(photos, tmp_path, monkeypatch):
    monkeypatch.setenv("GLASSBOX_DATA_BYTES", "100")
    with pytest.raises(UserError, match="validation part needs"):
        trained(project_of(photos), tmp_path / "run")
