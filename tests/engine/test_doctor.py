"""The report on this machine, and the check of system libraries."""

import json
import stat

import pytest

from engine import doctor, system_libraries
from engine.system_libraries import OFFSCREEN, WINDOW, Library, missing, packages

NOWHERE = Library("libnowhere-of-all.so.9", "libnowhere9", "libnowhere9t64")
BOOKWORM = 'ID=debian\nVERSION_ID="12"\n'
TRIXIE = 'ID=debian\nVERSION_ID="13"\n'


def test_the_report_is_json_and_names_what_matters():
    found = doctor.report()
    assert json.loads(json.dumps(found)) == found
    assert found["packages"]["tensorflow"].startswith("2.")
    assert found["devices"][0] == "CPU"
    assert found["cores"] >= 1 and found["memory_bytes"] > 1e8
    assert set(found["folders"]) == {"data", "state", "cache"}
    assert all(folder["writable"] for folder in found["folders"].values())


def test_nothing_is_written_by_looking(own_home):
    doctor.report()
    assert list(own_home.iterdir()) == []


def test_a_folder_under_a_file_cannot_be_written(tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    assert not doctor._is_writable(file / "below")
    assert doctor._is_writable(tmp_path / "new" / "deep")


def test_a_missing_package_is_a_problem(monkeypatch):
    monkeypatch.setattr(doctor, "PACKAGES", ("no-such-package-at-all",))
    assert any("no-such-package-at-all" in problem for problem in doctor.report()["problems"])


def test_gpus_are_those_the_driver_names(tmp_path, monkeypatch):
    tool = tmp_path / "nvidia-smi"
    tool.write_text("#!/bin/sh\necho 'NVIDIA H200'\necho 'NVIDIA H200'\n")
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert doctor.gpus() == ["NVIDIA H200", "NVIDIA H200"]


def test_a_broken_driver_tool_is_no_gpu(tmp_path, monkeypatch):
    tool = tmp_path / "nvidia-smi"
    tool.write_text("#!/bin/sh\necho failed\nexit 9\n")
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert doctor.gpus() == []


def test_a_window_needs_more_than_a_picture():
    assert set(OFFSCREEN) < set(WINDOW)


def test_what_cannot_be_loaded_is_missing(monkeypatch):
    monkeypatch.setattr(system_libraries, "OFFSCREEN", (NOWHERE,))
    assert missing("offscreen") == [NOWHERE]


def test_other_systems_bring_their_own(monkeypatch):
    monkeypatch.setattr(system_libraries, "OFFSCREEN", (NOWHERE,))
    monkeypatch.setattr(system_libraries.sys, "platform", "darwin")
    assert missing("offscreen") == []


@pytest.mark.parametrize(
    "release, name",
    [
        (BOOKWORM, "libglib2.0-0"),
        (TRIXIE, "libglib2.0-0t64"),
        ("ID=ubuntu\nVERSION_ID=24.04\n", "libglib2.0-0t64"),
        ("ID=ubuntu\nVERSION_ID=22.04\n", "libglib2.0-0"),
        ("", "libglib2.0-0"),
    ],
)
def test_packages_by_the_names_of_the_release(release, name):
    assert name in packages(list(OFFSCREEN), release)


def test_without_the_right_to_install_the_command_is_printed(monkeypatch, capsys):
    monkeypatch.setattr(system_libraries, "OFFSCREEN", (NOWHERE,))
    monkeypatch.setattr(system_libraries, "_privilege", lambda: None)
    monkeypatch.setattr(system_libraries.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert system_libraries.main(["--install"]) == 1
    assert "sudo apt-get install -y --no-install-recommends libnowhere9" in capsys.readouterr().err


def test_root_installs_what_is_missing(monkeypatch):
    ran = []
    monkeypatch.setattr(system_libraries, "OFFSCREEN", (NOWHERE,))
    monkeypatch.setattr(system_libraries, "_privilege", lambda: [])
    monkeypatch.setattr(system_libraries, "_apt", ran.append)
    monkeypatch.setattr(system_libraries.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert system_libraries.main(["--install"]) == 1
    assert ran[0][:2] == ["apt-get", "update"]
    assert ran[1][-1].startswith("libnowhere9")


def test_nothing_missing_is_success(monkeypatch):
    monkeypatch.setattr(system_libraries, "OFFSCREEN", ())
    assert system_libraries.main(["--install"]) == 0
    assert system_libraries.main([]) == 0
