"""From a choice to arrays."""

import numpy as np
import pytest

from engine.datasets.choice import describe, load
from engine.errors import UserError
from engine.project import DataChoice


def test_digits():
    data = load(DataChoice())
    assert data.samples.x.shape == (1797, 8, 8, 1) and data.samples.x.max() == 16
    assert [len(data.indices(name)) for name in ("train", "validation", "test")] == [1257, 270, 270]
    x, y = data.part("train")
    assert x.shape == (1257, 8, 8, 1) and x.dtype == np.float32 and (x.min(), x.max()) == (0, 1)
    assert y.shape == (1257,) and y.dtype == np.int32 and set(y) == set(range(10))


@pytest.mark.parametrize("size", ["28", "32"])
def test_larger_digits_keep_range_and_brightness(size):
    small = load(DataChoice()).samples
    large = load(DataChoice(values={"size": size})).samples
    assert large.x.shape[1:] == (int(size), int(size), 1) == describe(DataChoice(values={"size": size})).input_shape
    assert large.x.min() >= 0 and large.x.max() <= 16
    assert np.array_equal(small.y, large.y)
    assert np.allclose(small.x.mean(axis=(1, 2, 3)), large.x.mean(axis=(1, 2, 3)), atol=0.8)


def test_scaling_is_learned_on_the_training_part_only():
    data = load(DataChoice("diabetes", normalisation="standard"))
    x, y = data.part("train")
    assert np.allclose(x.mean(axis=0), 0, atol=1e-4) and y.dtype == np.float32
    assert np.abs(data.part("test")[0].mean(axis=0)).max() > 0.01


def test_diabetes_has_natural_units():
    samples = load(DataChoice("diabetes")).samples
    age = samples.x[:, samples.description.feature_names.index("age (years)")]
    assert age.min() == 19 and age.max() == 79 and samples.y.max() == 346


def test_part_lists_samples_in_the_order_of_the_dataset():
    data = load(DataChoice("iris", normalisation="none"))
    assert np.array_equal(data.part("test")[0], data.samples.x[data.indices("test")])


@pytest.mark.parametrize(
    "choice, where, part",
    [
        (DataChoice("nosuch"), "dataset", "no dataset 'nosuch'"),
        (DataChoice(values={"size": "9"}), "size", "expected one of 8, 28, 32"),
        (DataChoice(values={"colour": "red"}), "colour", "no setting 'colour'"),
        (DataChoice("moons", {"count": 5}), "count", "expected 20 to 100000"),
        (DataChoice(validation=0.6, test=0.4), "validation", "leave 0% for training"),
        (DataChoice("csv"), "path", "No file is chosen"),
        (DataChoice("image_folder"), "path", "No folder is chosen"),
    ],
)
def test_mistakes(choice, where, part):
    with pytest.raises(UserError) as caught:
        load(choice)
    assert part in caught.value.message and caught.value.where == where


def test_a_csv_file(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b,kind\n" + "".join(f"{i},{i % 7},{'xyz'[i % 3]}\n" for i in range(60)))
    choice = DataChoice("csv", {"path": str(path)})
    data = load(choice)
    assert data.samples.description == describe(choice)
    assert data.samples.x.shape == (60, 2) and data.samples.description.class_names == ("x", "y", "z")
    assert np.array_equal(load(choice).split, data.split)


def test_duplicate_rows_across_the_split_are_said(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b,kind\n" + "".join(f"{i % 4},{i % 2},{'xy'[i % 2]}\n" for i in range(60)))
    problems = load(DataChoice("csv", {"path": str(path)})).samples.problems
    assert any("18 samples for validation or test are equal" in problem for problem in problems)


def test_a_long_csv_file_is_described_from_its_start(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("a,b,kind\n" + "".join(f"{i},{i * 0.5},{'xyz'[i % 3]}\n" for i in range(20_000)))
    description = describe(DataChoice("csv", {"path": str(path)}))
    assert description.count == 0 and description.class_names == ("x", "y", "z")


def test_a_very_wide_csv_file_is_described(tmp_path):
    path = tmp_path / "wide.csv"
    header = ",".join(f"measurement_{i}" for i in range(9_999))
    path.write_text("\n".join([header + ",y", *(",".join(["1.5"] * 9_999 + [str(i % 2)]) for i in range(6))]))
    assert describe(DataChoice("csv", {"path": str(path)})).input_shape == (9_999,)
