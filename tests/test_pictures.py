"""Every picture that the README shows can be made anew, and its films are whole."""

import re
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parent.parent
SHOWN = re.findall(r"\]\((resources/pictures/[^)]+)\)", (ROOT / "README.md").read_text())


def test_make_pictures_writes_what_the_readme_shows():
    lines = (ROOT / "Makefile").read_text().partition("\npictures:\n")[2].partition("\n\n")[0]
    assert SHOWN and sorted(re.findall(r"--out (\S+)", lines)) == sorted(SHOWN)
    assert sorted(SHOWN) == sorted(str(path.relative_to(ROOT)) for path in (ROOT / "resources/pictures").iterdir())


@pytest.mark.parametrize("name", [name for name in SHOWN if name.endswith(".gif")])
def test_a_film_repeats_and_rests_at_its_end(name):
    with Image.open(ROOT / name) as film:
        assert film.n_frames > 10 and film.info["loop"] == 0
        times = []
        for index in range(film.n_frames):
            film.seek(index)
            film.load()
            times.append(film.info["duration"])
    assert times[-1] >= 1000 > max(times[:-1])
