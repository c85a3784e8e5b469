"""Weights of foreign files: by names and shapes only, in the inspector."""

import h5py
import numpy as np
import pytest
from safetensors.numpy import save_file

from engine.errors import UserError
from engine.inspect.weights_client import read_weights
from engine.style.vgg19 import Stack

SHAPES = Stack((2, 3, 4, 5, 6)).shapes


def arrays(seed=0):
    random = np.random.default_rng(seed)
    return {name: random.normal(size=shape).astype(np.float32) for name, shape in SHAPES.items()}


def old_keras(path, weights, group=""):
    """As `keras.applications` publishes them: layer/layer_W_1:0 and layer_b_1:0, with attributes."""
    with h5py.File(path, "w") as file:
        root = file.require_group(group) if group else file
        for name, values in weights.items():
            layer, variable = name.split("/")
            root.require_group(layer).create_dataset(f"{layer}_{'W' if variable == 'kernel' else 'b'}_1:0", data=values)
        root.attrs["layer_names"] = [b"input_1", *sorted({name.split("/")[0].encode() for name in weights})]
    return str(path)


def same(found, wanted):
    assert list(found) == list(SHAPES)
    for name, values in wanted.items():
        np.testing.assert_array_equal(found[name], values)


@pytest.mark.parametrize("group", ["", "model_weights"])
def test_the_published_layout(tmp_path, group):
    wanted = arrays()
    same(read_weights(old_keras(tmp_path / "w.h5", wanted, group), SHAPES), wanted)


def test_nested_groups_and_safetensors(tmp_path):
    wanted = arrays(1)
    with h5py.File(tmp_path / "n.h5", "w") as file:
        for name, values in wanted.items():
            layer, variable = name.split("/")
            file.create_dataset(f"{layer}/{layer}/{variable}:0", data=values)
    same(read_weights(str(tmp_path / "n.h5"), SHAPES), wanted)
    save_file(wanted, tmp_path / "w.safetensors")
    same(read_weights(str(tmp_path / "w.safetensors"), SHAPES), wanted)


def without(name):
    return {key: values for key, values in arrays().items() if key != name}


def with_other(name, values):
    return arrays() | {name: values}


@pytest.mark.parametrize(
    "weights, words",
    [
        (without("block3_conv4/bias"), "no weight block3_conv4/bias"),
        (with_other("block1_conv1/kernel", np.zeros((3, 3, 3, 7), np.float32)), "3×3×3×7; expected 3×3×3×2"),
        (with_other("block5_conv1/bias", np.full(6, np.nan, np.float32)), "NaN"),
    ],
)
@pytest.mark.parametrize("kind", ["h5", "safetensors"])
def test_another_network_is_refused(tmp_path, weights, words, kind):
    path = tmp_path / f"w.{kind}"
    old_keras(path, weights) if kind == "h5" else save_file(weights, path)
    with pytest.raises(UserError, match=words):
        read_weights(str(path), SHAPES)


@pytest.mark.parametrize("data", [b"", b"<html>", b"\x89HDF\r\n\x1a\n" + bytes(300), b"PK\x03\x04" + bytes(50)])
def test_what_is_no_weights_file_is_refused(tmp_path, data):
    path = tmp_path / "w.h5"
    path.write_bytes(data)
    with pytest.raises(UserError, match=r"damaged|neither|no weight"):
        read_weights(str(path), SHAPES)


def test_links_into_other_files_are_not_followed(tmp_path):
    wanted = arrays()
    old_keras(tmp_path / "secret.h5", wanted)
    with h5py.File(tmp_path / "w.h5", "w") as file:
        for layer in {name.split("/")[0] for name in wanted}:
            file[layer] = h5py.ExternalLink(str(tmp_path / "secret.h5"), layer)
    with pytest.raises(UserError, match="no weight"):
        read_weights(str(tmp_path / "w.h5"), SHAPES)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(UserError, match="does not exist"):
        read_weights(str(tmp_path / "no.h5"), SHAPES)
