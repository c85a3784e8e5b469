"""Pictures a style transfer takes and refuses, and those that the program draws itself."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from engine.errors import UserError
from engine.inspect.inspector import Inspection
from engine.style.made import LARGEST, MADE_STYLES
from engine.style.pictures import read_all, read_content, read_style

VALUES = {"size": 64, "style_scale": 1.0}


def saved(path, shape, seed=0, flat=None):
    values = np.random.default_rng(seed).integers(0, 255, (*shape, 3), np.uint8)
    if flat is not None:
        values[:] = flat
    Image.fromarray(values).save(path)
    return str(path)


def test_pictures_are_shrunk_to_the_size(tmp_path):
    content, style = saved(tmp_path / "c.png", (90, 120)), saved(tmp_path / "s.png", (40, 50), 1)
    found = read_all(content, (style,), VALUES, Inspection())
    assert found.content.shape == (48, 64, 3) and found.styles[0].shape == (51, 64, 3)
    assert found.content.dtype == np.float32 and 0 <= found.content.min() < found.content.max() <= 1
    larger = read_all(content, (style,), VALUES | {"style_scale": 2.0}, Inspection())
    assert larger.styles[0].shape == (102, 128, 3)


@pytest.mark.parametrize("shape, words", [((1, 1), "1×1"), ((20, 400), "at least 32 px"), ((2000, 33), "2,000")])
def test_content_too_small_or_too_thin_is_refused(tmp_path, shape, words):
    with pytest.raises(UserError, match=words) as refusal:
        read_content(saved(tmp_path / "c.png", shape), 384)
    assert refusal.value.where == "content" and refusal.value.hint


def test_content_of_400_megapixels_is_refused_unread(tmp_path):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 20000, 20000, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(2501 * 20000))
    path = tmp_path / "huge.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
    with pytest.raises(UserError, match="400 megapixels"):
        read_content(str(path), 384)


@pytest.mark.parametrize("flat", [(200, 30, 40), (0, 0, 0)])
def test_a_style_of_one_colour_is_refused(tmp_path, flat):
    with pytest.raises(UserError, match="one colour") as refusal:
        read_style(saved(tmp_path / "flat.png", (64, 64), flat=flat), 64)
    assert refusal.value.where == "style"


def test_a_style_too_thin_is_refused(tmp_path):
    with pytest.raises(UserError, match="at least 32 px"):
        read_style(saved(tmp_path / "thin.png", (10, 400)), 64)


@pytest.mark.parametrize("count", [0, 5])
def test_too_few_and_too_many_styles_are_refused(tmp_path, count):
    path = saved(tmp_path / "s.png", (64, 64))
    with pytest.raises(UserError, match="1 to 4"):
        read_all(path, (path,) * count, VALUES, Inspection())


def test_own_styles_are_small_and_drawn_by_the_code():
    assert 4 <= len(MADE_STYLES) <= 6
    for style in MADE_STYLES:
        assert style.path.stat().st_size <= LARGEST
    drawn = next(style for style in MADE_STYLES if style.id == "ink")
    with Image.open(drawn.path) as image:
        kept = np.asarray(image.convert("RGB"), float)
    now = drawn.draw()
    assert np.array_equal(now, drawn.draw())
    assert np.abs(kept - now).mean() < 12, "the file is the picture that the code draws, as JPEG"
