"""The arguments of `glassbox explain`, and what bad ones are told."""

from pathlib import Path

import pytest

from engine.errors import UserError
from engine.explain_arguments import METHODS, explainer_id, given_settings, parsed


@pytest.mark.parametrize(
    "word, id", [("gradcam++", "gradcam_plus_plus"), ("integrated-gradients", "integrated_gradients"), ("cam", "cam")]
)
def test_words_mean_explainers(word, id):
    assert word in METHODS and explainer_id(word, ()) == id


def test_an_id_that_is_known_as_it_is_typed_stays():
    assert explainer_id("receptive-field", {"receptive-field"}) == "receptive-field"


def test_settings_are_those_that_were_given():
    options = parsed(["surface", "run", "--directions", "pca", "--size", "51", "--set", "extent=0.5"])
    assert given_settings(options) == {"directions": "pca", "size": 51, "extent": "0.5"}
    assert given_settings(parsed(["gradcam", "run", "--class", "cat"])) == {"class": "cat"}


@pytest.mark.parametrize(
    "words, sentence",
    [
        (["nonsense", "run"], "nonsense"),
        (["cam"], "required"),
        (["cam", "run", "--sample", "1", "--image", "x.png"], "not allowed"),
        (["cam", "run", "--sample", "-1"], "-1"),
        (["cam", "run", "--image", "no-such-file.png"], "no-such-file.png"),
        (["cam", "run", "--out", "no/such/folder/x.png"], "does not exist"),
        (["cam", "run", "--out", "x.jpg"], "PNG"),
    ],
)
def test_bad_arguments_are_one_sentence(words, sentence):
    with pytest.raises(UserError) as error:
        parsed(words)
    assert sentence in str(error.value) and "\n" not in str(error.value)


def test_a_setting_needs_name_and_value():
    with pytest.raises(UserError, match="NAME=VALUE"):
        given_settings(parsed(["kernels", "run", "--set", "filter"]))


def test_out_may_lie_in_the_working_folder():
    assert parsed(["cam", "run", "--out", "x.png"]).out == Path("x.png")
