"""The questions the window asks, as functions in one record, so that a test can answer instead of a person."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.text import button_text
from app.theme import Look
from engine.project import SUFFIX, Plan, Project

KIND = f"Glassbox projects (*{SUFFIX})"


def ask_open(parent: QWidget, folder: Path) -> Path | None:
    """Which project file to open; None when cancelled."""
    name, _ = QFileDialog.getOpenFileName(parent, "Open a project", str(folder), f"{KIND};;All files (*)")
    return Path(name) if name else None


def ask_save(parent: QWidget, suggested: Path) -> Path | None:
    """Where to save; the dialog itself asks before another file is replaced. None when cancelled."""
    name, _ = QFileDialog.getSaveFileName(parent, "Save the project", str(suggested), KIND)
    return Path(name) if name else None


def ask_unsaved(parent: QWidget, title: str) -> str:
    """What to do with unsaved changes: "save", "discard" or "cancel"."""
    answers = {"Save": "save", "Discard": "discard", "Cancel": "cancel"}
    sentence = "Your changes are lost if you do not save them."
    return answers[choose(parent, f"Save the changes to {title}?", sentence, tuple(answers))]


def ask_stop(parent: QWidget, reason: str) -> bool:
    """Whether to stop the training that runs, e.g. to quit."""
    sentence = "Training stops at the next step. Its curves and its last checkpoint are kept, and it can be resumed."
    stop = f"Stop and {reason}"
    return choose(parent, "A training is running.", sentence, (stop, "Keep open")) == stop


def ask_changed(parent: QWidget, message: str) -> str:
    """What to do about a file that another program changed: "replace", "save as" or "cancel"."""
    answers = {"Save as…": "save as", "Replace it": "replace", "Cancel": "cancel"}
    return answers[choose(parent, message, "Save as keeps both; Replace puts yours in its place.", tuple(answers))]


def ask_new(parent: QWidget, look: Look) -> Project | None:
    """Which data to start from; the project made for them, or None when cancelled."""
    from app.panels.new_project import NewProjectDialog

    dialog = NewProjectDialog(look, parent)
    dialog.exec()
    return dialog.project


def ask_branch(parent: QWidget, look: Look, plan: Plan, place: tuple[int, int], stops: bool) -> Plan | None:
    """With which plan a branch goes on; None when cancelled.

    Args:
        place: step of the checkpoint, and steps per epoch.
        stops: a training runs, which the branch would end.
    """
    from app.panels.branch_dialog import BranchDialog

    dialog = BranchDialog(plan, place, look, parent, stops)
    dialog.exec()
    return dialog.chosen


def choose(parent: QWidget, heading: str, sentence: str, answers: tuple[str, ...]) -> str:
    """Ask one question; the first answer is the default, and Esc gives the last."""
    box = QMessageBox(parent)
    box.setWindowTitle("Glassbox")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(heading)
    box.setInformativeText(sentence)
    buttons = {box.addButton(button_text(text), QMessageBox.ButtonRole.ActionRole): text for text in answers}
    first, last = next(iter(buttons)), list(buttons)[-1]
    first.setProperty("kind", "primary")
    box.setDefaultButton(first)
    box.setEscapeButton(last)
    box.exec()
    return buttons.get(box.clickedButton(), answers[-1])  # type: ignore[call-overload]


@dataclass(frozen=True)
class Dialogs:
    """Every question of the window."""

    open: Callable[[QWidget, Path], Path | None] = ask_open
    save: Callable[[QWidget, Path], Path | None] = ask_save
    unsaved: Callable[[QWidget, str], str] = ask_unsaved
    stop: Callable[[QWidget, str], bool] = ask_stop
    changed: Callable[[QWidget, str], str] = ask_changed
    new: Callable[[QWidget, Look], Project | None] = ask_new
    branch: Callable[[QWidget, Look, Plan, tuple[int, int], bool], Plan | None] = ask_branch
