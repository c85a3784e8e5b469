"""What every dataset must keep."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.datasets import DATASETS
from engine.datasets.choice import describe, load
from engine.params import defaults
from engine.project import DataChoice
from engine.tasks import TASKS

LARGE = ("photo_regions", "scenes", "object_scenes")  # seconds at their default size
BYTES = ("image_folder", "object_scenes")  # pictures kept as they are read or made


@pytest.fixture
def choice_of(tmp_path):
    """A choice of each dataset that can be loaded: the foreign ones get something to read."""

    def choice(name, **changes):
        values = {"count": 300} if name in LARGE else {}
        if name == "csv":
            values["path"] = str(tmp_path / "t.csv")
            rows = "".join(f"{i},{i * i},{i * 0.37}\n" for i in range(40))
            Path(values["path"]).write_text("a,b,c\n" + rows)
        if name == "image_folder":
            values["path"] = str(tmp_path / "photos")
            for number in range(24):
                folder = tmp_path / "photos" / ["cat", "dog"][number % 2]
                folder.mkdir(parents=True, exist_ok=True)
                Image.new("RGB", (12, 9), (number * 10, 0, 99)).save(folder / f"{number}.png")
        return DataChoice(name, values, **changes)

    return choice


@pytest.mark.parametrize("name", DATASETS)
def test_record(name):
    dataset = DATASETS[name]
    assert dataset.id == name and dataset.name and dataset.summary and dataset.origin.endswith(".")
    assert all(param.check(param.default) == param.default for param in dataset.params)
    assert all(param.title and param.help for param in dataset.params)
    assert len(defaults(dataset.params)) == len(dataset.params)


@pytest.mark.parametrize("name", DATASETS)
def test_loaded_data_are_as_described(name, choice_of):
    described, data = describe(choice_of(name)), load(choice_of(name))
    samples = data.samples
    loaded = samples.description
    assert samples.x.dtype == (np.uint8 if name in BYTES else np.float32) and np.isfinite(samples.x).all()
    assert samples.x.shape == (len(samples.y), *described.input_shape) and loaded.count == len(samples.y)
    assert described.count in (0, loaded.count) and (DATASETS[name].is_foreign or described.count)
    assert (loaded.kind, loaded.target, loaded.class_names) == (described.kind, described.target, described.class_names)
    assert (loaded.feature_names, loaded.value_range) == (described.feature_names, described.value_range)
    assert any(task.target == loaded.target for task in TASKS.values())
    if loaded.kind != "image":
        assert len(loaded.feature_names) == loaded.input_shape[-1] == len(set(loaded.feature_names))
    if loaded.value_range:
        assert loaded.value_range[0] <= samples.x.min() and samples.x.max() <= loaded.value_range[1]


@pytest.mark.parametrize("name", DATASETS)
def test_targets(name, choice_of):
    samples = load(choice_of(name)).samples
    if samples.description.target == "class":
        assert samples.y.dtype == np.int32
        assert set(samples.y) == set(range(len(samples.description.class_names)))
    else:
        assert samples.y.dtype == np.float32 and not samples.description.class_names and np.ptp(samples.y) > 0


@pytest.mark.parametrize("name", DATASETS)
@pytest.mark.parametrize("normalisation", ["none", "minmax", "standard"])
def test_same_choice_same_arrays(name, normalisation, choice_of):
    choice = choice_of(name, normalisation=normalisation)
    first, second = load(choice), load(choice)
    assert np.array_equal(first.split, second.split) and first.scaling == second.scaling
    for part in ("train", "validation", "test"):
        x, y = first.part(part)
        assert len(x) and np.isfinite(x).all()
        assert np.array_equal(x, second.part(part)[0]) and np.array_equal(y, second.part(part)[1])
    assert not np.array_equal(first.split, load(choice_of(name, seed=8)).split)


def test_describing_imports_nothing_heavy():
    choices = "[DataChoice(n) for n, d in DATASETS.items() if not d.is_foreign]"
    code = (
        "import sys\nfrom engine.datasets import DATASETS\nfrom engine.datasets.choice import describe\n"
        f"from engine.project import DataChoice\nfor choice in {choices}: describe(choice)\n"
        "heavy = [n for n in ('numpy', 'sklearn', 'scipy', 'PIL', 'tensorflow') if n in sys.modules]\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_the_toys_load_without_scikit_learn():
    code = (
        "import sys\nfrom engine.datasets.choice import load\nfrom engine.project import DataChoice\n"
        "names = 'moons circles spiral xor blobs brackets adding series'.split()\n"
        "for name in names: load(DataChoice(name))\n"
        "assert 'sklearn' not in sys.modules and 'PIL' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
