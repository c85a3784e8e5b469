"""The settings of a branch: what is kept, what starts fresh, what cannot be."""

import msgspec
import pytest

from app.panels.branch_dialog import BranchDialog
from engine.project import Plan

PLAN = Plan("adam", {"learning_rate": 0.01, "beta_1": 0.8}, batch_size=16, epochs=12)


@pytest.fixture
def dialog(qtbot, look):
    made = BranchDialog(PLAN, (120, 40), look)
    qtbot.addWidget(made)
    return made


def enter(dialog, **values):
    dialog.form.set_values({**dialog.form.values(), **values})
    for name, value in values.items():
        dialog.form.changed.emit(name, value)


def test_unchanged_settings_are_the_very_same_plan(dialog):
    dialog.start_button.click()
    assert dialog.chosen == PLAN


def test_other_settings_change_only_themselves(dialog):
    enter(dialog, learning_rate=0.002, epochs=20)
    expected = msgspec.structs.replace(PLAN, epochs=20, optimizer_values={"learning_rate": 0.002, "beta_1": 0.8})
    assert dialog.plan == expected


def test_another_optimiser_says_that_its_slots_start_fresh(dialog):
    enter(dialog, optimizer="sgd")
    assert "start fresh" in dialog.sentence.text()
    assert dialog.plan.optimizer == "sgd" and set(dialog.plan.optimizer_values) == {"learning_rate"}


def test_a_plan_that_ends_before_the_branch_cannot_start(dialog):
    enter(dialog, epochs=3)
    assert not dialog.start_button.isEnabled() and "raise the number of epochs" in dialog.sentence.text()
    enter(dialog, epochs=4)
    assert dialog.start_button.isEnabled()


def test_cancel_chooses_nothing(dialog):
    dialog.reject()
    assert dialog.chosen is None
