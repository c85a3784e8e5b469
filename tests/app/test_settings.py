"""What is remembered between starts."""

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from app.settings import MAX_RECENT, Settings, data_folder, state_folder


@pytest.fixture
def reopen(tmp_path, qtbot):
    return lambda: Settings(tmp_path / "settings.ini")


def test_everything_comes_back(reopen, tmp_path):
    settings = reopen()
    settings.theme_mode = "light"
    settings.window_geometry = QByteArray(b"\x01\x02")
    settings.last_folder = tmp_path
    settings.workspace = "train"
    settings.set_flag("code drawer", True)
    settings.add_recent(tmp_path / "a, b.glassbox")
    assert settings.save()
    again = reopen()
    assert again.theme_mode == "light"
    assert again.window_geometry == QByteArray(b"\x01\x02")
    assert again.last_folder == tmp_path
    assert again.workspace == "train"
    assert again.flag("code drawer")
    assert again.recent_files == [tmp_path / "a, b.glassbox"]


def test_defaults_of_a_first_start(reopen):
    settings = reopen()
    assert (settings.theme_mode, settings.recent_files, settings.workspace) == ("system", [], "home")
    assert settings.window_geometry.isEmpty()
    assert settings.last_folder == Path.home()
    assert not settings.flag("anything")


def test_recent_files_are_newest_first_without_doubles(reopen, qtbot):
    settings = reopen()
    for n in range(20):
        settings.add_recent(Path(f"/p{n}"))
    with qtbot.waitSignal(settings.recent_changed):
        settings.add_recent(Path("/p15"))
    assert settings.recent_files[:3] == [Path("/p15"), Path("/p19"), Path("/p18")]
    assert len(settings.recent_files) == MAX_RECENT
    settings.forget_recent(Path("/p15"))
    assert settings.recent_files[0] == Path("/p19")


@pytest.mark.parametrize("content", [b"garbage", b"\xff\xfe\x00", b"[General]\ntheme_mode=pink\nrecent_files=3\n"])
def test_a_damaged_file_counts_as_defaults(tmp_path, reopen, content):
    (tmp_path / "settings.ini").write_bytes(content)
    settings = reopen()
    assert settings.theme_mode == "system"
    assert all(isinstance(path, Path) for path in settings.recent_files)
    assert settings.window_geometry.isEmpty()


def test_a_place_that_cannot_be_written_is_said(qtbot):
    settings = Settings(Path("/proc/nowhere/settings.ini"))
    settings.theme_mode = "dark"
    assert not settings.save()
    assert settings.theme_mode == "dark"


def test_folders_lie_in_the_users_home(own_home):
    assert data_folder().is_relative_to(own_home)
    assert state_folder().is_relative_to(own_home)
