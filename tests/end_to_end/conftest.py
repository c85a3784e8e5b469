"""Runs that the commands are tried on, each trained once."""

import pytest

from tests.end_to_end.commands import answered


@pytest.fixture(scope="session")
def digits(tmp_path_factory):
    """The default example after three epochs, and what the command said."""
    folder = tmp_path_factory.mktemp("digits") / "run"
    return folder, answered("train", "digits", "--epochs", 3, "--seed", 5, "--out", folder)


@pytest.fixture(scope="session")
def iris(tmp_path_factory):
    folder = tmp_path_factory.mktemp("iris") / "run"
    return folder, answered("train", "iris", "--epochs", 30, "--out", folder)
