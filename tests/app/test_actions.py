"""The commands: unique, bound, in scope, found by typing."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMainWindow

from app.actions import ACTIONS, BY_ID, Actions, key_text
from app.fuzzy import match
from app.palette_entry import PaletteEntry, search
from app.panels.command_palette import CommandPalette, runs
from app.theme import Look


@pytest.fixture
def window(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    return window


def test_ids_are_unique_and_every_action_says_what_it_is():
    assert len(BY_ID) == len(ACTIONS)
    assert all(action.text and action.section for action in ACTIONS)


def test_no_two_actions_share_a_key(qtbot):
    keys = [key.toString() for action in ACTIONS for key in action.keys]
    assert all(keys)
    doubles = {key for key in keys if keys.count(key) > 1}
    assert not doubles


@pytest.mark.parametrize(
    "id, keys",
    [
        ("palette", "Ctrl+K"),
        ("build", "Ctrl+1"),
        ("use", "Ctrl+6"),
        ("train_or_pause", "Ctrl+Return"),
        ("train_or_pause", "Space"),
        ("step_batch", "."),
        ("add_layer", "/"),
        ("redo", "Ctrl+Shift+Z"),
        ("fit", "F"),
        ("next_region", "F6"),
    ],
)
def test_the_keys_of_the_design(qtbot, id, keys):
    assert QKeySequence(keys) in BY_ID[id].keys


def test_an_action_nobody_bound_is_disabled_unless_it_leads_to_who_will(window):
    actions = Actions(window)
    assert all(actions.is_enabled(action.id) == bool(action.view) for action in ACTIONS)


def test_an_action_leads_to_its_view_before_it_is_done(window):
    actions, calls = Actions(window), []
    actions.view_wanted.connect(lambda view: actions.bind("export_keras", lambda: calls.append(view)))
    actions.trigger("export_keras")
    assert calls == ["use"]


def test_a_bound_action_runs_when_enabled_and_only_then(window):
    actions, calls = Actions(window), []
    actions.bind("save", lambda: calls.append(1))
    actions.trigger("save")
    actions.set_enabled("save", False)
    actions.trigger("save")
    assert calls == [1]


def test_a_command_of_a_view_works_only_there(window):
    actions, calls = Actions(window), []
    actions.bind("fit", lambda: calls.append(1))
    actions.set_scope("data")
    actions.trigger("fit")
    assert not calls
    actions.set_scope("build")
    actions.trigger("fit")
    assert calls == [1]


def test_of_several_views_the_one_on_screen_answers(window, qtbot):
    class View(QMainWindow):
        folded = 0

        def fold(self):
            self.folded += 1

    first, second = View(), View()
    for view in (first, second):
        qtbot.addWidget(view)
    actions = Actions(window)
    actions.bind("right_panel", first.fold)
    actions.bind("right_panel", second.fold)
    first.show()
    actions.trigger("right_panel")
    assert (first.folded, second.folded) == (1, 0)


def test_a_pressed_key_runs_the_action(window, qtbot):
    actions, calls = Actions(window), []
    actions.bind("theme", lambda: calls.append(1))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert calls == [1]


@pytest.mark.parametrize("keys, shown", [("Ctrl++", "Ctrl Plus"), ("Ctrl+K", "Ctrl K"), ("/", "/"), ("+", "+")])
def test_keys_are_written_so_that_they_can_be_read(keys, shown):
    assert key_text(keys) == shown


@pytest.mark.parametrize(
    "query, text", [("drop", "Add Dropout"), ("adr", "Add Dropout"), ("", "anything"), ("E X", "Export")]
)
def test_letters_in_order_are_found(query, text):
    assert match(query, text) is not None


@pytest.mark.parametrize("query, text", [("dropx", "Add Dropout"), ("tuo", "out")])
def test_letters_out_of_order_are_not(query, text):
    assert match(query, text) is None


def test_the_matched_letters_are_named():
    hit = match("drop", "Add Dropout")
    assert [("Add Dropout"[place]) for place in hit.positions] == list("Drop")
    assert runs("Add Dropout", hit.positions) == [("Add ", False), ("Drop", True), ("out", False)]


def test_the_start_of_a_word_beats_its_middle():
    assert match("in", "Zoom in").score > match("in", "Training").score


def test_letters_that_grow_when_folded_do_not_shift_the_positions():
    hit = match("x", "ßx")
    assert hit.positions == (1,)


def test_search_puts_what_can_be_done_first():
    entries = [
        PaletteEntry("Zoom in", "Canvas", print, note="in Build"),
        PaletteEntry("Zebra zone", "Test", print),
    ]
    assert [entry.text for entry, _ in search("z", entries)] == ["Zebra zone", "Zoom in"]
    assert search("nothing like it", entries) == []


def test_keywords_find_what_the_text_does_not_say():
    entry = PaletteEntry("Switch between dark and light", "Window", print, keywords="theme colours")
    assert search("colours", [entry])


@pytest.fixture
def palette(window, qtbot):
    done = []
    entries = [
        PaletteEntry("Add Dense", "Build", lambda: done.append("dense"), family="dense"),
        PaletteEntry("Add Dropout", "Build", lambda: done.append("dropout"), family="normalisation"),
        PaletteEntry("Undo", "Edit", lambda: done.append("undo"), "Ctrl+Z", note="not now"),
    ]
    palette = CommandPalette(lambda: entries, Look("dark", window), window)
    palette.done = done
    window.resize(900, 600)
    window.show()
    palette.open()
    return palette


def test_the_palette_filters_and_runs_with_the_keyboard_alone(palette, qtbot):
    qtbot.keyClicks(palette.field, "add")
    assert [entry.text for entry in palette.shown] == ["Add Dense", "Add Dropout"]
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.done == ["dropout"]
    assert not palette.isVisible()


def test_the_palette_goes_round_at_its_ends(palette, qtbot):
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.list.currentIndex().row() == 2


def test_what_cannot_be_done_now_stays(palette, qtbot):
    qtbot.keyClicks(palette.field, "undo")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.done == []
    assert palette.isVisible()


def test_escape_closes_the_palette(palette, qtbot):
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_the_palette_paints_in_both_themes(palette, qtbot):
    assert not palette.grab().isNull()
    palette._look.set_mode("light")
    assert not palette.grab().isNull()
