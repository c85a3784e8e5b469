"""Recorded runs: small, whole, and put into place once."""

import pytest

from engine import recordings
from engine.errors import UserError
from engine.examples import EXAMPLES, load_example
from engine.recordings import MAX_BYTES, lent, packed, recorded, recording, unpack
from engine.run_folder import RunFolder, runs_folder

NAMES = [example.name for example in EXAMPLES if recording(example.name).is_file()]


def test_the_default_example_has_a_recorded_run():
    assert "digits" in NAMES and set(recorded()) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_is_a_whole_run_of_its_example(tmp_path, name):
    assert recording(name).stat().st_size < MAX_BYTES
    path = unpack(name, tmp_path / "runs")
    run = RunFolder(path)
    manifests = run.checkpoints()
    assert run.project() == load_example(name) and run.info().status == "finished"
    assert len(manifests) >= 2 and manifests[0].step == 0 and manifests[-1].step == run.info().total_steps
    for manifest in manifests:
        run.read_checkpoint(manifest)  # raises where the hash is another
    curve = run.metrics()
    assert len(curve.loss) == run.info().total_steps
    found = recorded()[name]
    assert 2 <= len(found.loss) <= 60 and found.loss[-1] < found.loss[0] and found.result.startswith("val ")


def test_a_project_that_has_runs_is_left_alone(tmp_path):
    (tmp_path / "runs").mkdir()
    assert unpack("digits", tmp_path / "runs") is None
    assert not list((tmp_path / "runs").iterdir())


def test_an_example_without_a_recording_has_none(tmp_path):
    assert unpack("mlp", tmp_path / "runs") is None and not (tmp_path / "runs").exists()


def test_a_recording_is_lent_apart_from_the_users_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    path = lent("digits")
    assert RunFolder(path).checkpoints() and lent("digits") == path
    assert not runs_folder(None, "digits").exists()
    with pytest.raises(UserError, match="no recorded run"):
        lent("mlp")


def test_a_disk_that_refuses_leaves_nothing_behind(tmp_path, monkeypatch):
    class Full(recordings.Unflushed):
        def write(self, descriptor, data):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(recordings, "Unflushed", Full)
    with pytest.raises(UserError):
        unpack("digits", tmp_path / "place" / "runs")
    assert not list((tmp_path / "place").iterdir())


def test_the_same_files_make_the_same_recording(tmp_path):
    path = unpack("iris", tmp_path / "runs")
    assert packed(path) == packed(path)
