"""The data part of an exported script gives the very arrays, split and scaling the program trains on."""

import numpy as np
import pytest
from PIL import Image

from engine.datasets import DATASETS
from engine.datasets.choice import load
from engine.errors import UserError
from engine.exporters.data_code import data_code
from engine.project import DataChoice

HOSTILE = 'it\'s """ a\\n {folder}'


def ran(code):
    """The functions a script's data part defines."""
    names = {"np": np}
    exec(compile(code, "data part", "exec"), names)
    return names


def require_equal(choice):
    ours = load(choice)
    script = ran(data_code(choice))
    x, y = script["load_data"]()
    assert np.array_equal(x, ours.samples.x)
    assert np.array_equal(y, ours.samples.y)
    assert x.dtype == np.float32
    assert y.dtype == ours.samples.y.dtype
    split = script["split_codes"](y)
    assert np.array_equal(split, ours.split)
    assert np.array_equal(script["normalised"](x, x[split == 0]), ours.scaling.apply(ours.samples.x))


@pytest.mark.parametrize("normalisation", ["none", "minmax", "standard"])
@pytest.mark.parametrize("dataset", [name for name, record in DATASETS.items() if not record.is_foreign])
def test_bundled_data(dataset, normalisation):
    require_equal(DataChoice(dataset, normalisation=normalisation, seed=11))


@pytest.mark.parametrize(
    "choice",
    [
        DataChoice("digits", {"size": "28"}),
        DataChoice("spiral", {"count": 333, "noise": 0.5, "turns": 3.0}, seed=3),
        DataChoice("circles", {"factor": 0.3}, validation=0.0),
        DataChoice("blobs", {"centers": 7, "count": 100}, validation=0.3, test=0.0),
        DataChoice("iris", stratified=False, seed=5),
        DataChoice("wine", validation=0.0, test=0.0),
    ],
)
def test_settings_are_kept(choice):
    require_equal(choice)


CSV = {
    "plain": "a,b,kind\n1,2,x\n3,4,y\n5,6,x\n7,8,y\n2,1,x\n4,4,y\n",
    "gaps": "a,b,c,kind\n1,,word,x\n3,4,word,y\n5,NaN,w,x\n7,8,w,y\n2,1,w,x\n4,4,w,y\n1,1,w,\n",
    "numbers as classes": "a,b,kind\n1,2,10\n3,4,2\n5,6,10\n7,8,2\n2,1,2\n4,4,10\n",
    "decimal comma": "a;b;price\n1,5;2;3,25\n3;4,5;1,5\n5;6;7,75\n7;8;2,5\n2;1;0,5\n",
    "no header": "1.5\t2\t0.5\n3\t4\t1.25\n5\t6\t2.5\n7\t8\t3.75\n2\t2\t4.5\n",
    "quotes": '"a","b, too","kind"\n1,2,"x ""1"""\n3,4,y\n5,6,"x ""1"""\n7,8,y\n\n2,1,y\n',
}


@pytest.mark.parametrize("name", list(CSV))
def test_csv(tmp_path, name):
    path = tmp_path / f"{HOSTILE.replace(chr(92), '')}.csv"
    path.write_text(CSV[name], encoding="utf-8")
    require_equal(DataChoice("csv", {"path": str(path)}, validation=0.2, test=0.2, stratified=False))


@pytest.mark.parametrize("color", ["grey", "rgb"])
def test_image_folder(tmp_path, color):
    root = tmp_path / HOSTILE.replace("\\", "")
    random = np.random.default_rng(0)
    for number, mode in enumerate(["RGB", "L", "RGBA", "P", "1", "I;16"] * 4):
        folder = root / ["cats", "dogs"][number % 2] / ["", "deeper"][number % 3 == 0]
        folder.mkdir(parents=True, exist_ok=True)
        pixels = random.integers(0, 256, (9, 7, 3), np.uint8)
        image = Image.fromarray(pixels[..., 0].astype(np.uint16) * 257) if mode == "I;16" else Image.fromarray(pixels)
        (image if mode == "I;16" else image.convert(mode)).save(folder / f"{number}.png")
    (root / "cats" / ".hidden.png").write_bytes(b"no")
    (root / "cats" / "notes.txt").write_text("no picture")
    require_equal(DataChoice("image_folder", {"path": str(root), "height": 6, "width": 8, "color": color}))


def test_unknown_data():
    with pytest.raises(UserError, match="no dataset"):
        data_code(DataChoice("nothing"))
