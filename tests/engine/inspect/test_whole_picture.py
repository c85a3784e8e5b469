"""A picture in its own ratio, for networks that take any size."""

import numpy as np
import pytest
from PIL import Image

from engine.errors import UserError
from engine.inspect.client import read_whole_picture


@pytest.mark.parametrize(
    ("size", "longest", "expected"),
    [((40, 20), 640, (20, 40)), ((1280, 640), 640, (320, 640)), ((30, 900), 300, (300, 10)), ((900, 1), 90, (1, 90))],
)
def test_it_keeps_its_ratio_and_is_never_enlarged(tmp_path, size, longest, expected):
    path = tmp_path / "a.png"
    Image.new("RGB", size, (10, 200, 30)).save(path)
    pixels, found = read_whole_picture(str(path), longest, "rgb")
    assert pixels.shape == (*expected, 3) and found == size
    np.testing.assert_array_equal(pixels[0, 0], [10, 200, 30])


def test_a_file_that_is_no_picture_is_told_by_name(tmp_path):
    path = tmp_path / "notes.png"
    path.write_text("hello")
    with pytest.raises(UserError, match=r"notes\.png could not be read: not an image"):
        read_whole_picture(str(path), 640, "grey")
