"""The dialogs that ask for files, as plain functions, so that a panel can be given others."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

IMAGES = "Images (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.tif *.tiff);;All files (*)"
TABLES = "Tables (*.csv);;All files (*)"


def ask_for_files(parent: QWidget, title: str, kinds: str) -> list[Path]:
    """Ask for files to read; empty when the dialog is cancelled."""
    names, _ = QFileDialog.getOpenFileNames(parent, title, "", kinds)
    return [Path(name) for name in names]


def ask_for_folder(parent: QWidget, title: str) -> list[Path]:
    """Ask for a folder to read; empty when the dialog is cancelled."""
    name = QFileDialog.getExistingDirectory(parent, title)
    return [Path(name)] if name else []


def ask_for_target(parent: QWidget, title: str, suggested: str, kinds: str) -> Path | None:
    """Ask where to write a file; the dialog itself asks before an old one is replaced. None when cancelled."""
    name, _ = QFileDialog.getSaveFileName(parent, title, suggested, kinds)
    return Path(name) if name else None


def file_stem(title: str) -> str:
    """Return the title as a file's name, without what file systems refuse."""
    kept = "".join("-" if letter in '/\\:*?"<>|' or not letter.isprintable() else letter for letter in title)
    return kept.strip(" .")[:80] or "untitled"
