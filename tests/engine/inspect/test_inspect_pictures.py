"""One picture file to pixels: faults, formats and the rule of conversion."""

import os
import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from engine.errors import UserError
from engine.inspect.pictures import MAX_PIXELS, NotAPicture, limit_pixels, read_picture


@pytest.fixture(autouse=True)
def limited(monkeypatch, recwarn):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
    limit_pixels()


def read(path, shape=(4, 6), color="rgb"):
    return read_picture(path, shape, color)[0]


def saved(path, image, **options):
    image.save(path, **options)
    return path


def noise(size=(60, 40)):
    values = np.random.default_rng(0).integers(0, 255, (size[1], size[0], 3), np.uint8)
    return Image.fromarray(values)


def png_chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width, height, depth, kind, rows=b""):
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    parts = [png_chunk(b"IHDR", header), png_chunk(b"IDAT", zlib.compress(rows)), png_chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize(
    "data, part",
    [
        (b"", "empty, 0 bytes"),
        (b"just some text", "not an image, starts with the text “just some text”"),
        (b"\x00\x01\x02\xff and more", "not an image, starts with the bytes 00 01 02 ff 20 61 6e 64"),
        (b"<!DOCTYPE html><title>404</title>", "not an image"),
        (b"%PDF-1.7", "not an image"),
    ],
)
def test_what_is_no_picture(tmp_path, data, part):
    path = tmp_path / "fake.png"
    path.write_bytes(data)
    with pytest.raises(NotAPicture) as caught:
        read(path)
    assert part in caught.value.message


@pytest.mark.parametrize("form", ["PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF"])
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_truncated_files_are_refused(tmp_path, form, kept):
    buffer = BytesIO()
    noise().save(buffer, form)
    data = buffer.getvalue()
    path = tmp_path / "cut.png"
    path.write_bytes(data[: int(len(data) * kept)])
    with pytest.raises(UserError) as caught:
        read(path)
    assert "damaged or truncated" in caught.value.message or isinstance(caught.value, NotAPicture)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF"])
def test_every_format_by_content_whatever_the_name(tmp_path, form):
    path = tmp_path / "misnamed.txt"
    Image.new("RGB", (30, 20), (255, 0, 0)).save(path, form)
    pixels = read(path)
    assert pixels.shape == (4, 6, 3) and pixels.dtype == np.uint8
    assert np.abs(pixels.astype(int) - [255, 0, 0]).max() <= 3


def test_other_formats_are_no_pictures(tmp_path):
    path = saved(tmp_path / "a.ppm", noise())
    with pytest.raises(NotAPicture):
        read(path)


@pytest.mark.parametrize("width, height", [(50_000, 50_000), (12_000, 12_000), (8_001, 8_000)])
def test_a_decompression_bomb_is_refused_from_its_header(tmp_path, width, height):
    path = tmp_path / "bomb.png"
    path.write_bytes(png(width, height, 1, 0, b"\0" * 1000))
    with pytest.raises(UserError) as caught:
        read(path)
    assert f"{width * height / 1e6:,.0f} megapixels; at most {MAX_PIXELS // 1_000_000}" in caught.value.message


def test_sixteen_bits(tmp_path):
    values = np.array([[0, 257, 32896], [65535, 40000, 128]], np.uint16)
    path = saved(tmp_path / "deep.png", Image.fromarray(values))
    pixels = read(path, (2, 3), "grey")[..., 0]
    assert pixels.tolist() == np.rint(values / 257).astype(int).tolist()


@pytest.mark.parametrize("low, high", [(0.0, 1.0), (0.0, 255.0)])
def test_floats(tmp_path, low, high):
    values = np.linspace(low, high, 12, dtype=np.float32).reshape(3, 4)
    pixels = read(saved(tmp_path / "float.tif", Image.fromarray(values)), (3, 4), "grey")[..., 0]
    assert pixels.tolist() == np.rint(values / high * 255).astype(int).tolist()


@pytest.mark.parametrize(
    "value, part", [(np.nan, "NaN or infinite"), (np.inf, "NaN or infinite"), (-1, "-1 to 0.5"), (3e9, "expected 0")]
)
def test_floats_that_mean_nothing(tmp_path, value, part):
    values = np.full((3, 4), 0.5, np.float32)
    values[1, 2] = value
    with pytest.raises(UserError) as caught:
        read(saved(tmp_path / "float.tif", Image.fromarray(values)))
    assert part in caught.value.message


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "YCbCr", "I;16"])
@pytest.mark.parametrize("color, channels", [("grey", 1), ("rgb", 3)])
def test_every_mode_comes_out_white_where_it_is_white(tmp_path, mode, color, channels):
    white = Image.fromarray(np.full((20, 30), 65535, np.uint16)) if mode == "I;16" else None
    image = white or Image.new("RGB", (30, 20), "white").convert(mode)
    path = saved(tmp_path / "a.tif", image)
    pixels = read(path, color=color)
    assert pixels.shape == (4, 6, channels) and pixels.min() >= 253


def test_cmyk_jpeg_keeps_its_colour(tmp_path):
    path = saved(tmp_path / "cmyk.jpg", Image.new("RGB", (30, 20), (200, 30, 30)).convert("CMYK"), quality=95)
    assert np.abs(read(path).astype(int) - [200, 30, 30]).max() <= 6


def test_transparency_is_laid_over_white(tmp_path):
    image = Image.new("RGBA", (30, 20), (0, 0, 0, 0))
    assert read(saved(tmp_path / "a.png", image)).min() == 255
    half = Image.new("RGBA", (30, 20), (0, 0, 0, 128))
    assert abs(int(read(saved(tmp_path / "b.png", half))[0, 0, 0]) - 127) <= 1


def test_transparent_palette(tmp_path):
    image = Image.new("P", (30, 20), 0)
    image.putpalette([0, 0, 0, 255, 0, 0] + [0] * 762)
    assert read(saved(tmp_path / "a.png", image, transparency=0)).min() == 255


def test_grey_is_the_brightness_of_television(tmp_path):
    path = saved(tmp_path / "a.png", Image.new("RGB", (8, 8), (100, 150, 200)))
    assert abs(int(read(path, color="grey")[0, 0, 0]) - (0.299 * 100 + 0.587 * 150 + 0.114 * 200)) < 1


@pytest.mark.parametrize(
    "orientation, corner",
    [(1, (0, 0)), (2, (0, 1)), (3, (1, 1)), (4, (1, 0)), (5, (0, 0)), (6, (0, 1)), (7, (1, 1)), (8, (1, 0))],
)
def test_exif_orientation(tmp_path, orientation, corner):
    """A picture with a bright first corner: where that corner belongs is what the EXIF standard says."""
    values = np.zeros((40, 60), np.uint8)
    values[:20, :30] = 255
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = saved(tmp_path / "turned.jpg", Image.fromarray(values), exif=exif, quality=95)
    pixels, size, _ = read_picture(path, (2, 2), "grey")
    assert size == ((60, 40) if orientation < 5 else (40, 60))
    assert np.unravel_index(pixels[..., 0].argmax(), (2, 2)) == corner


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "TIFF"])
def test_only_the_first_frame_is_read(tmp_path, form):
    frames = [Image.new("RGB", (30, 20), color) for color in ("red", "blue", "lime")]
    path = tmp_path / "many"
    frames[0].save(path, form, save_all=True, append_images=frames[1:])
    pixels, _, animated = read_picture(path, (4, 6), "rgb")
    assert animated and np.abs(pixels.astype(int) - [255, 0, 0]).max() <= 3


def test_a_single_frame_is_not_called_animated(tmp_path):
    assert not read_picture(saved(tmp_path / "a.gif", noise()), (4, 6), "rgb")[2]


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1)])
def test_odd_sizes(tmp_path, size):
    path = saved(tmp_path / "a.png", Image.new("L", size, 77))
    assert (read(path, (5, 7), "grey") == 77).all() and read(path, (5, 7), "grey").shape == (5, 7, 1)


def test_resizing_averages_instead_of_picking(tmp_path):
    board = np.indices((64, 64)).sum(axis=0) % 2 * 255
    path = saved(tmp_path / "a.png", Image.fromarray(board.astype(np.uint8)))
    assert np.abs(read(path, (8, 8), "grey").astype(int) - 127).max() <= 2


def test_broken_colour_profile_and_exif_are_ignored(tmp_path):
    path = saved(tmp_path / "a.jpg", noise(), icc_profile=b"garbage" * 50, exif=b"Exif\0\0garbage")
    assert read(path).shape == (4, 6, 3)


def test_special_files_are_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    for path in (tmp_path / "pipe.png", tmp_path, tmp_path / "gone.png"):
        with pytest.raises(UserError):
            read(path)


def test_a_file_without_permission(tmp_path):
    path = saved(tmp_path / "a.png", noise())
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    with pytest.raises(UserError, match="permission"):
        read(path)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF"])
def test_mutated_files_give_pixels_or_a_sentence(tmp_path, form):
    buffer = BytesIO()
    noise((24, 16)).save(buffer, form)
    random = np.random.default_rng(form.encode()[0])
    path = tmp_path / "a"
    for _ in range(150):
        data = np.frombuffer(buffer.getvalue(), np.uint8).copy()
        places = random.integers(0, data.size, random.integers(1, 8))
        data[places] = random.integers(0, 256, places.size)
        path.write_bytes(data.tobytes())
        try:
            assert read(path).shape == (4, 6, 3)
        except UserError as error:
            assert error.message
