"""The frame of See: views, layers, samples, moments, and what stands where there is nothing to see."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.actions import Actions
from app.canvas.face import probe_of
from app.explain import ViewEntry
from app.panels.see_sample import sample_text
from app.panels.see_tabs import SeeTabs
from app.workspaces.see import SeeWorkspace
from engine.examples import load_example
from engine.graph import Graph
from engine.messages import CheckpointSaved, Failed
from engine.project import Project
from tests.app.see_views import ENTRIES
from tests.app.studio_double import StudioDouble, loaded, trained_run

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
PROJECT = load_example("digits")


@pytest.fixture(scope="module")
def digits():
    return loaded(PROJECT.data)


@pytest.fixture
def run(digits):
    made = trained_run(Path("run"), PROJECT, digits)
    for epoch in (0, 2, 4):
        made.take(CheckpointSaved(step=epoch * made.steps_per_epoch, best=False))
    return made


@pytest.fixture
def actions(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    yield Actions(window)


@pytest.fixture
def make(qtbot, look, actions, document, digits, run):
    def build(project=PROJECT, data=digits, run=run):
        document.open_project(project)
        studio = StudioDouble(document, data, run)
        see = SeeWorkspace(studio, look, actions, views=ENTRIES)
        see.studio = studio
        see.resize(1440, 792)
        qtbot.addWidget(see)
        see.show()
        return see

    return build


def test_a_view_is_offered_the_layers_it_takes(make):
    see = make()
    names = [see.bar.layer.itemData(n) for n in range(see.bar.layer.count())]
    kinds = {node.name: node.kind for node in PROJECT.graph.nodes}
    assert names and all(kinds[name] in ("conv2d", "max_pooling2d") for name in names)
    assert see.current.layers[-1] == names[0] and see.current.shown[-1] is True
    assert see.bar.layer.itemText(0).startswith(f"{names[0]}, ")


def test_a_view_may_begin_with_the_last_layer_and_each_remembers_its_own(make):
    see = make()
    see.choose_layer("conv2d_2")
    kernels = see.current
    see.show_view("maps")
    convolutions = [node.name for node in PROJECT.graph.in_order() if node.kind == "conv2d"]
    assert see.layer == convolutions[-1] == see.current.layers[-1]
    assert kernels.shown[-1] is False
    see.show_view("kernels")
    assert see.layer == "conv2d_2" and kernels.shown[-1] is True


def test_views_are_made_when_they_are_first_shown(make):
    see = make()
    assert see.stack.count() == 1
    see.show_view("surface")
    assert see.stack.count() == 2 and see.bar.layer.isHidden()


def test_a_network_without_such_a_layer_is_told_so_with_a_way_out(make, actions):
    asked = []
    actions.bind("build", lambda: asked.append("build"))
    actions.bind("add_layer", lambda: asked.append("add"))
    see = make()
    see.show_view("gates")
    assert see.content.is_empty and "a recurrent layer" in see.content.empty._sentence.text()
    see.content.empty.button.click()
    assert asked[0] == "build" and see.current.shown[-1] is False


def test_no_project_leads_to_the_examples(make, actions):
    asked = []
    actions.bind("home", lambda: asked.append("home"))
    see = make(project=Project(graph=Graph()), data=None, run=None)
    assert see.content.is_empty
    see.content.empty.button.click()
    assert asked == ["home"]


def test_data_that_load_and_data_that_failed_are_said(make, digits):
    see = make(data=None)
    assert see.content.is_empty and "loading" in see.content.empty._heading.text()
    see.studio.data_failed.emit(Failed(kind="user", message="The file is gone.", hint="Choose another."))
    assert "The file is gone." in see.content.empty._sentence.text()
    see.content.empty.button.click()
    assert see.studio.calls == [("reload_data",)]
    see.studio.set_data(digits)
    assert not see.content.is_empty


def test_the_chip_names_the_checkpoint_that_is_really_shown(make, run):
    see = make()
    assert see.chip.text == f"weights of epoch {run.epoch}"
    see.studio.show_step(run.steps_per_epoch * 2 + 3)
    assert see.chip.text == "weights of epoch 2" and see.chip.chip.property("chip") == "ink"
    see.current.settled.emit(run.steps_per_epoch * 4)
    assert see.chip.text == "weights of epoch 4"
    see.studio.show_step(None)
    assert see.chip.text == f"weights of epoch {run.epoch}" and see.chip.chip.property("chip") == "raised"


def test_without_a_run_the_weights_are_the_initial_ones(make):
    assert make(run=None).chip.text == "initial weights"


def test_an_image_takes_the_samples_place_until_a_sample_is_chosen(make):
    see = make()
    assert not see.load_picture(Path("cat.png"))
    see.show_view("maps")
    see.ask_for_files = lambda *_: [Path("cat.png")]
    see.choose_picture()
    assert see.current.pictures[-1] == Path("cat.png") and see.samples.button.label == "cat.png"
    see.browser.picked.emit(7)
    assert see.current.pictures[-1] is None and see.studio.probe == 7
    assert see.samples.button.label == sample_text(probe_of(see.studio.data, 7))


def test_the_list_of_samples_is_walked_with_the_arrows(make, qtbot):
    see = make()
    see.samples.open()
    assert see.browser.grid.current >= 0
    before = see.studio.probe
    qtbot.keyClick(see.browser.grid, Qt.Key.Key_Right)
    assert see.studio.probe != before and see.samples.list.isVisible()
    qtbot.keyClick(see.samples.list, Qt.Key.Key_Return)
    assert not see.samples.list.isVisible()


def test_a_layer_from_the_canvas_opens_in_the_first_view_that_takes_it(make):
    see = make()
    see.show_view("surface")
    pooling = next(node.name for node in PROJECT.graph.nodes if node.kind == "max_pooling2d")
    see.open_layer(pooling)
    assert see.view_id == "kernels" and see.layer == pooling


def test_a_layer_no_view_takes_is_said(make, qtbot):
    see = make()
    with qtbot.waitSignal(see.studio.noted) as noted:
        see.open_layer("output")
    assert "output" in noted.args[0]


def test_nothing_is_asked_while_nobody_looks(make):
    see = make()
    see.hide()
    assert see.current.shown[-1] is False
    see.show()
    assert see.current.shown[-1] is True


def test_tabs_that_do_not_fit_lie_in_a_menu(qtbot, look):
    entries = [ViewEntry(str(n), f"View {n}", "", "") for n in range(7)]
    tabs, chosen = SeeTabs(entries, look), []
    qtbot.addWidget(tabs)
    tabs.chosen.connect(chosen.append)
    tabs.set_current("6")
    assert tabs.more.isHidden()
    tabs.fit(room=10_000, most=5)
    assert [tab.isHidden() for tab in tabs.tabs.values()] == [False] * 5 + [True] * 2
    assert tabs.more.text() == "View 6" and tabs.more.isChecked()
    menu = tabs.menu()
    assert [action.text() for action in menu.actions()] == ["View 5", "View 6"]
    menu.actions()[0].trigger()
    assert chosen == ["5"]
    tabs.fit(room=tabs.tabs["0"].sizeHint().width() * 4, most=99)
    assert 1 <= len(tabs.tabs) - len(tabs.hidden_entries) < 4


def test_without_chosen_data_a_view_says_what_they_would_be(make):
    see = make(project=load_example("vgg-16"), data=None, run=None)
    heading, sentence = see.content.empty.texts
    assert heading == "Choose the data first"
    assert "your own pictures, one folder for each class" in sentence


def test_the_costs_of_a_network_need_no_data(qtbot, look, actions, document):
    document.open_project(load_example("resnet-50"))
    see = SeeWorkspace(StudioDouble(document, None, None), look, actions)
    qtbot.addWidget(see)
    see.resize(1440, 792)
    see.show()
    see.show_view("features")
    assert not see.content.is_empty
    assert see.current.choice.value == "costs"
    rows = see.current.costs.table()[1]
    assert len(rows) == 176
    assert sum(row[2] for row in rows) == 25_636_712
