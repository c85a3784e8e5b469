"""`glassbox shot`: the real window as a PNG."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from app.shot import size_of

ROOT = Path(__file__).parents[2]


def run_shot(*words):
    return subprocess.run(
        [sys.executable, "-m", "app", "shot", *words], cwd=ROOT, capture_output=True, text=True, timeout=100
    )


@pytest.mark.parametrize("theme, size", [("dark", "1280x720"), ("light", "1440x900")])
def test_home_without_the_engine(tmp_path, theme, size):
    out = tmp_path / "home.png"
    done = run_shot("home", "--out", str(out), "--theme", theme, "--size", size)
    assert done.returncode == 0, done.stderr
    image = QImage(str(out))
    assert f"{image.width()}x{image.height()}" == size
    ground = image.pixelColor(20, image.height() // 2).lightnessF()
    assert ground < 0.2 if theme == "dark" else ground > 0.8


def test_a_bad_project_is_one_sentence(tmp_path):
    bad = tmp_path / "bad.glassbox"
    bad.write_bytes(b"{}")
    done = run_shot("build", "--out", str(tmp_path / "x.png"), "--project", str(bad))
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1 and "bad.glassbox" in done.stderr
    assert not (tmp_path / "x.png").exists()


def test_a_picture_leaves_nothing_in_the_users_folders(tmp_path, own_home):
    done = run_shot("lab", "--out", str(tmp_path / "x.png"))
    assert done.returncode == 0, done.stderr
    assert not (own_home / ".config").exists()
    assert not (own_home / ".local" / "share").exists()


def test_sizes():
    assert size_of("1280x720") == (1280, 720)


@pytest.mark.tensorflow
def test_build_with_live_activations_after_exact_steps(tmp_path):
    out = tmp_path / "build.png"
    done = run_shot("build", "--out", str(out), "--train", "43")
    assert done.returncode == 0, done.stderr
    assert QImage(str(out)).width() == 1440
