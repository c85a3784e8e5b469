"""Folders of pictures, by names only."""

import os
import socket
from pathlib import Path

import pytest

from engine.errors import UserError
from engine.inspect import folders
from engine.inspect.folders import class_folders, list_pictures
from engine.inspect.names import listed, shown


def nothing():
    """Nobody cancels."""


@pytest.fixture
def photos(tmp_path):
    root = tmp_path / "photos"
    for name in ("dog/2.jpg", "dog/1.jpg", "cat/deep/3.jpg", "cat/1.png", "cat/.hidden.png", ".git/x.png"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x")
    return root


def test_sorted_classes_and_files_without_hidden_ones(photos):
    listing = list_pictures(str(photos), nothing)
    assert listing.class_names == ("cat", "dog") == class_folders(str(photos))[1]
    names = [[str(path.relative_to(photos)) for path in files] for files in listing.files]
    assert names == [["cat/1.png", "cat/deep/3.jpg"], ["dog/1.jpg", "dog/2.jpg"]]
    assert listing.ignored == {}


def test_special_entries_are_passed_over_and_counted(photos):
    (photos / "cat" / "loop").symlink_to(photos)
    (photos / "cat" / "root").symlink_to("/")
    (photos / "cat" / "circle").symlink_to(photos / "cat" / "circle")
    (photos / "dog" / "gone.png").symlink_to(photos / "nothing")
    (photos / "dog" / "good.png").symlink_to(photos / "cat" / "1.png")
    (photos / "bird").symlink_to(photos / "cat")
    os.mkfifo(photos / "dog" / "pipe.png")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(photos / "dog" / "socket"))
        listing = list_pictures(str(photos), nothing)
    assert listing.class_names == ("cat", "dog"), "a link to a folder is no class"
    assert {reason: sorted(names) for reason, names in listing.ignored.items()} == {
        "links to folders": ["loop", "root"],
        "broken or circular links": ["circle", "gone.png"],
        "pipes, sockets or devices": ["pipe.png", "socket"],
    }
    assert [len(files) for files in listing.files] == [2, 3]


def test_a_folder_without_permission_is_counted(photos):
    (photos / "cat" / "deep").chmod(0)
    if os.access(photos / "cat" / "deep", os.R_OK):
        pytest.skip("this user may read everything")
    assert list_pictures(str(photos), nothing).ignored == {"folders without permission": ["deep"]}


def test_cancelling_between_folders(photos):
    class Enough(Exception):
        pass

    def stop():
        raise Enough

    with pytest.raises(Enough):
        list_pictures(str(photos), stop)


def test_too_many_files(photos, monkeypatch):
    monkeypatch.setattr(folders, "MAX_FILES", 3)
    with pytest.raises(UserError, match="more than 3 files"):
        list_pictures(str(photos), nothing)


def test_too_deep(photos):
    deep = photos / "cat" / "/".join("abcdefghij")
    deep.mkdir(parents=True)
    (deep / "x.png").write_bytes(b"x")
    assert list_pictures(str(photos), nothing).ignored == {"folders nested too deeply": ["h"]}


@pytest.mark.parametrize(
    "make, part, hint",
    [
        (lambda root: None, "does not exist", "Choose a folder"),
        (lambda root: root.write_text("x"), "is a file, not a folder", "Choose a folder"),
        (lambda root: root.mkdir(), "data holds nothing; expected one folder for each class", "one folder for each"),
        (lambda root: (root / ".hidden").mkdir(parents=True), "holds nothing", "one folder for each"),
        (lambda root: (root / "cat").mkdir(parents=True), "only one class folder, cat", "one folder for each"),
    ],
)
def test_wrong_roots(tmp_path, make, part, hint):
    root = tmp_path / "data"
    make(root)
    with pytest.raises(UserError) as caught:
        class_folders(str(root))
    assert part in caught.value.message and hint in caught.value.hint and caught.value.where == "path"


def test_pictures_without_class_folders(tmp_path):
    for number in range(3):
        (tmp_path / f"{number}.png").write_bytes(b"x")
    (tmp_path / "home").rmdir()
    with pytest.raises(UserError) as caught:
        class_folders(str(tmp_path))
    assert "3 files but no folders" in caught.value.message and "photos/cat/1.jpg" in caught.value.hint


@pytest.mark.parametrize("path", ["", "  ", "a\0b", "x" * 5000])
def test_paths_that_are_none(path):
    with pytest.raises(UserError):
        class_folders(path)


def test_the_home_folder_may_be_abbreviated(own_home):
    for name in ("a", "b"):
        (own_home / "pics" / name).mkdir(parents=True)
    assert class_folders("~/pics")[0] == Path(own_home) / "pics"


def test_names_are_made_fit_for_a_sentence():
    assert shown("a\nb\u202ec\udcff\x1b[31m") == "a\\nb\\u202ec\\udcff\\x1b[31m"
    assert len(shown("x" * 300)) == 60
    assert listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more" and listed(["a"]) == "a"
