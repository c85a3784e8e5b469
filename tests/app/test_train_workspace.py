"""The Train workspace: settings that edit the document, curves that follow the run, mistakes that can be opened."""

import csv
import io
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from app.actions import Actions
from app.panels.runs_table import BRANCH_ROLE, RunsTable
from app.plan_edits import losses_for, waiting, with_loss, with_optimizer, with_optimizer_value, with_plan
from app.reading import cell_samples, class_probabilities, predicted_classes, wrong_first
from app.run_model import RunModel
from app.run_rows import run_name, run_row, runs_csv, safe_cell
from app.smoothing import Smoothed
from app.theme import Look
from app.throttle import Throttle
from app.widgets.popover import Popover
from app.workspaces.train import TrainWorkspace
from engine.examples import load_example
from engine.messages import Failed, Metrics, Watched
from engine.project import DataChoice
from tests.app.studio_double import StudioDouble, answer, evaluation, loaded, settle, trained_run

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")
PLAN = {"optimizer": "adam", "optimizer_values": {"learning_rate": 0.002}, "batch_size": 32, "epochs": 30}
DIGITS = with_plan(load_example("digits").replace(data=DataChoice()), **PLAN)
FOLDER = Path("/runs/2026-11-21 04.15.31")


@pytest.fixture(scope="module")
def digits():
    return loaded(DataChoice())


@pytest.fixture
def look(qtbot):
    return Look("dark")


@pytest.fixture
def make(qtbot, look, document, digits):
    def made(run=None, data=digits, project=DIGITS, saved=()):
        document.open_project(project)
        document.set_description(data.description)
        studio = StudioDouble(document, data, run)
        studio.saved_runs = list(saved)
        workspace = TrainWorkspace(studio, look, Actions())
        qtbot.addWidget(workspace)
        workspace.resize(1440, 792)
        workspace.show()
        return workspace, studio

    return made


def test_smoothing_is_a_debiased_average():
    random = np.random.default_rng(0)
    values = random.normal(1.0, 0.3, 300)
    average, wanted = 0.0, []
    for count, value in enumerate(values, start=1):
        average = 0.9 * average + 0.1 * value
        wanted.append(average / (1 - 0.9**count))
    smoothed = Smoothed(0.9)
    for end in (1, 7, 64, 65, 200, 300):
        found = smoothed.update(values[:end])
        assert np.allclose(found, wanted[:end], atol=1e-12)
    assert found[0] == pytest.approx(values[0]), "the first value is the first datum"


def test_smoothing_at_its_ends():
    values = np.array([3.0, 1.0, 2.0])
    assert np.array_equal(Smoothed(0.0).update(values), values)
    again = Smoothed(0.5)
    again.update(values)
    assert np.allclose(again.update(values[:1]), [3.0]), "a shorter run begins anew"
    with pytest.raises(ValueError, match="below 1"):
        Smoothed(1.0)


def test_the_slider_changes_the_running_rate_and_the_document(qtbot, make, digits):
    run = trained_run(FOLDER, DIGITS, digits)
    workspace, studio = make(run)
    studio.set_training("training")
    settings = workspace.settings
    settings.rate.setFocus()
    qtbot.keyClick(settings.rate, Qt.Key.Key_Right)
    (name, rate), *more = studio.calls
    assert name == "set_learning_rate"
    assert not more
    assert rate > 0.002
    assert studio.document.project.plan.optimizer_values["learning_rate"] == rate
    assert settings.rate_field.value == rate
    assert "next step" in settings.rate_note.text()
    studio.document.undo_stack.undo()
    assert settings.rate_field.value == pytest.approx(0.002)


def test_a_typed_rate_may_lie_beyond_the_slider(qtbot, make):
    workspace, studio = make()
    field = workspace.settings.rate_field
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "1e9")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert studio.document.project.plan.optimizer_values["learning_rate"] == 1e9
    assert workspace.settings.rate_note.isHidden()


def test_settings_edit_the_document(qtbot, make):
    workspace, studio = make()
    settings, document = workspace.settings, studio.document
    settings.batches.setFocus()
    qtbot.keyClick(settings.batches, Qt.Key.Key_Right)
    assert document.project.plan.batch_size == 64
    assert settings.batch.value == 64
    assert settings.steps.text == "20"
    settings.optimizer.setCurrentIndex(settings.optimizer.findData("momentum"))
    settings.optimizer.activated.emit(settings.optimizer.currentIndex())
    assert document.project.plan.optimizer == "momentum"
    assert set(settings.form.values()) == {"momentum"}
    settings.form.changed.emit("momentum", 0.5)
    assert document.project.plan.optimizer_values == {"momentum": 0.5}
    assert document.undo_stack.count() == 3
    for _ in range(3):
        document.undo_stack.undo()
    assert document.project == DIGITS
    assert settings.optimizer.currentData() == DIGITS.plan.optimizer


def test_an_unusual_batch_size_has_its_own_segment(make):
    workspace, _ = make(project=with_plan(DIGITS, batch_size=10))
    assert workspace.settings.batches.value == "10"
    assert workspace.settings.steps.text == "126"


def test_steps_per_epoch_open_to_their_arithmetic(qtbot, make):
    workspace, _ = make()
    qtbot.mouseClick(workspace.settings.steps, Qt.MouseButton.LeftButton)
    popover = workspace.findChild(Popover)
    texts = [popover.body.itemAt(place).widget().text() for place in range(popover.body.count())]
    assert any("⌈1,257 / 32⌉ = 40" in text for text in texts)
    assert any("9 samples" in text for text in texts), "1,257 = 39 · 32 + 9"
    qtbot.keyClick(popover, Qt.Key.Key_Escape)
    assert not popover.isVisible()


def test_what_waits_for_the_next_run_is_named(make, digits):
    workspace, studio = make(trained_run(FOLDER, DIGITS, digits))
    studio.set_training("training")
    note = workspace.settings.waiting_note
    assert note.isHidden()
    studio.document.edit("x", with_plan(studio.document.project, batch_size=64).replace(seed=9))
    assert note.text() == "Changed for the next run: batch size, seed."
    studio.set_training("finished")
    assert note.isHidden()


def test_the_rate_alone_waits_for_nothing():
    assert waiting(DIGITS, with_optimizer_value(DIGITS, "learning_rate", 0.5)) == ()
    assert waiting(DIGITS, with_optimizer(DIGITS, "sgd")) == ("optimiser",)
    moved = DIGITS.replace(graph=DIGITS.graph.with_positions({DIGITS.graph.nodes[0].name: (500.0, 500.0)}))
    assert waiting(DIGITS, moved) == ()


def test_losses_are_those_of_the_activation(document):
    document.open_project(DIGITS)
    (head,) = DIGITS.heads
    assert losses_for(head, document.inference) == ("sparse_categorical_crossentropy",)
    assert with_loss(DIGITS, head.node, "x").heads[0].loss == "x"


def test_buttons_follow_the_training(make, digits):
    workspace, studio = make(trained_run(FOLDER, DIGITS, digits))
    settings = workspace.settings
    assert settings.start.isVisible()
    settings.start.click()
    assert studio.calls == [("train_or_pause",)]
    studio.set_training("training")
    assert settings.start.isHidden()
    settings.stop.click()
    studio.set_training("stuck")
    assert settings.stop.text() == "Force stop"
    settings.stop.click()
    studio.can_resume = True
    studio.set_training("idle")
    settings.resume.click()
    assert studio.calls[1:] == [("stop",), ("force_stop",), ("resume",)]


def test_without_a_run_there_is_a_button_to_train(qtbot, make):
    workspace, studio = make()
    assert workspace.curves.is_empty
    assert workspace.results.is_empty
    qtbot.mouseClick(workspace.curves.empty.button, Qt.MouseButton.LeftButton)
    assert studio.calls == [("train_or_pause",)]


def test_curves_follow_the_run_and_only_while_they_are_seen(qtbot, make, digits):
    run = trained_run(FOLDER, DIGITS, digits, epochs=3)
    workspace, _ = make(run)
    chart = workspace.loss.chart
    qtbot.waitUntil(lambda: "train ends at" in chart.accessibleDescription())
    before = len(chart._series["train"].x)
    workspace.hide()
    run.take(more_metrics(run, 5))
    assert len(chart._series["train"].x) == before
    workspace.show()
    qtbot.waitUntil(lambda: len(chart._series["train"].x) == before + 5)


def more_metrics(run, count):
    return Metrics(
        first_step=run.step, loss=np.full(count, 0.1, np.float32), metric=np.full(count, 0.9, np.float32),
        learning_rate=np.full(count, 0.002, np.float32),
        gradient_norms=np.ones((count, len(run.gradient_layers)), np.float32), samples_per_second=1.0,
        validation_steps=np.zeros(0, np.int64), validation_loss=np.zeros(0, np.float32),
        validation_metric=np.zeros(0, np.float32),
    )  # fmt: skip


def test_redraws_are_few(qtbot):
    from PySide6.QtWidgets import QWidget

    view, drawn = QWidget(), []
    qtbot.addWidget(view)
    throttle = Throttle(view, lambda: drawn.append(1))
    throttle.request()
    assert drawn == []
    view.show()
    qtbot.waitUntil(lambda: drawn == [1])
    for _ in range(100):
        throttle.request()
    qtbot.waitUntil(lambda: drawn == [1, 1])


def test_a_run_without_steps_shows_nothing_of_the_one_before(qtbot, make, digits):
    run = trained_run(FOLDER, DIGITS, digits, epochs=3)
    workspace, _ = make(run)
    norms = workspace.charts.norms
    qtbot.waitUntil(lambda: len(norms.table()[1]) > 0)
    workspace.charts.set_run(RunModel(FOLDER, run.project))
    assert norms.table()[1] == []
    assert not norms.grab().isNull()


def test_a_cell_of_the_confusion_matrix_shows_its_samples(qtbot, make, digits):
    run = trained_run(FOLDER, DIGITS, digits)
    workspace, studio = make(run)
    panel, evaluated = workspace.confusion, run.evaluation
    wrong = np.argwhere((evaluated.confusion > 0) & ~np.eye(10, dtype=bool))
    row, column = (int(n) for n in wrong[0])
    cell = panel.matrix._cell(row, column).center().toPoint()
    qtbot.mouseClick(panel.matrix, Qt.MouseButton.LeftButton, pos=cell)
    held, total = int(evaluated.confusion[row, column]), int(evaluated.confusion[row].sum())
    assert panel.line.text() == f"{held} / {total} = {held / total:.3f}"
    assert len(panel.cell_indices) == held
    assert set(digits.y[panel.cell_indices]) == {row}
    position = {int(sample): at for at, sample in enumerate(evaluated.indices)}
    said = [int(evaluated.outputs[position[int(sample)]].argmax()) for sample in panel.cell_indices]
    assert set(said) == {column}
    qtbot.mouseClick(panel.tiles.viewport(), Qt.MouseButton.LeftButton, pos=panel.tiles.rect_of(0).center())
    assert studio.probe == panel.cell_indices[0]


def test_the_surest_mistakes_come_first(make, digits):
    run = trained_run(FOLDER, DIGITS, digits)
    workspace, _ = make(run)
    evaluated, order = run.evaluation, workspace.predictions.order
    shares = dict(zip(evaluated.indices.tolist(), evaluated.outputs, strict=True))
    wrong = [int(shares[int(sample)].argmax()) != int(digits.y[sample]) for sample in order]
    assert sum(wrong) > 3
    assert wrong == sorted(wrong, reverse=True)
    sure = [float(shares[int(sample)].max()) for sample in order[: sum(wrong)]]
    assert sure == sorted(sure, reverse=True)


def test_reading_outputs():
    one_unit = np.array([[0.9], [0.2]], np.float32)
    assert np.allclose(class_probabilities(one_unit, 2), [[0.1, 0.9], [0.8, 0.2]])
    assert predicted_classes(one_unit, 2).tolist() == [1, 0]
    predicted, true = np.array([0, 1, 1, 0]), np.array([0, 0, 0, 0])
    assert wrong_first(predicted, true, np.array([0.9, 0.6, 0.8, 0.7])).tolist() == [2, 1, 3, 0]
    assert cell_samples(predicted, true, 0, 1).tolist() == [1, 2]


def test_regression_shows_predicted_over_true(make):
    choice = DataChoice(dataset="diabetes")
    data, project = loaded(choice), load_example("diabetes").replace(data=choice)
    workspace, _ = make(trained_run(FOLDER, project, data), data, project)
    assert workspace.predictions.views.currentWidget() is workspace.predictions.scatter
    assert not workspace.top.isVisible()
    headers, rows = workspace.predictions.scatter.table()
    assert headers == ["true disease progression", "predicted"]
    assert len(rows) == data.counts[1]


def test_points_show_the_boundary_live(qtbot, make):
    choice = DataChoice(dataset="moons")
    data, project = loaded(choice), load_example("spiral").replace(data=choice)
    workspace, studio = make(trained_run(FOLDER, project, data), data, project)
    assert workspace.top.currentWidget() is workspace.boundary
    field = np.zeros((4, 5, 1), np.float32)
    field[0] = 1.0  # the row of the highest y
    studio.watched.emit(Watched(step=7, activations={}, weights={}, boundary=field, extent=(-2.0, 2.0, -1.0, 1.0)))
    qtbot.waitUntil(lambda: workspace.boundary.plot._field is not None)
    assert workspace.boundary.plot._field[-1].max() == 1.0, "the plot counts rows from the bottom"
    assert workspace.boundary.plot.extent == (-2.0, 2.0, -1.0, 1.0)
    assert "step 7" in workspace.boundary.moment.text()


def test_an_old_run_can_be_predicted(qtbot, make, digits):
    run = trained_run(FOLDER, DIGITS, digits)
    run.evaluation = None
    workspace, studio = make(run)
    assert workspace.results.is_empty
    qtbot.mouseClick(workspace.results.empty.button, Qt.MouseButton.LeftButton)
    answer(studio.asked[0], evaluation(digits, run.step, np.random.default_rng(0)))
    qtbot.waitUntil(lambda: not workspace.results.is_empty)


def test_a_training_at_rest_shows_its_newest_predictions(qtbot, make, digits):
    run = trained_run(FOLDER, DIGITS, digits, epochs=3)
    workspace, studio = make(run)
    run.take(more_metrics(run, 40))
    studio.set_training("training")
    studio.set_training("finished")
    qtbot.waitUntil(lambda: len(studio.asked) == 1)
    assert studio.asked[0].request.split == "validation"
    answer(studio.asked[0], evaluation(digits, run.step, np.random.default_rng(0)))
    qtbot.waitUntil(lambda: workspace.confusion.moment.text == "epoch 4")
    studio.set_training("paused")
    workspace._predict_stale()
    assert len(studio.asked) == 1, "nothing is new"


def test_a_failure_stands_in_place_until_the_next_start(make, digits):
    workspace, studio = make(trained_run(FOLDER, DIGITS, digits))
    studio.failed.emit(Failed(kind="user", message="The loss became NaN at step 7.", hint="Try a smaller rate."))
    assert workspace.error.isVisible()
    assert not workspace.curves.is_empty, "what was on screen stays"
    studio.set_training("starting")
    assert not workspace.error.isVisible()


def test_phases_are_named(make):
    workspace, studio = make()
    studio.phase_changed.emit("first step compiles")
    assert workspace.progress.isVisible()
    assert workspace.progress.accessibleName() == "first step compiles"
    studio.phase_changed.emit("")
    assert not workspace.progress.isVisible()


@pytest.fixture
def saved(digits):
    return [
        trained_run(f"/runs/2026-11-20 04.1{n}.07", DIGITS.replace(seed=n), digits, epochs=6 + n, seed=n)
        for n in range(3)
    ]


def test_runs_are_sorted_shown_and_laid_over(qtbot, make, saved):
    workspace, studio = make(saved[0], saved=saved)
    table = workspace.runs
    qtbot.waitUntil(lambda: table.model.rowCount() == 3)
    best = [float(table.proxy.index(row, 5).data()) for row in range(3)]
    assert best == sorted(best)
    other = next(
        row
        for row in range(3)
        if table.model.runs[table.proxy.mapToSource(table.proxy.index(row, 0)).row()] is saved[2]
    )
    rect = table.table.visualRect(table.proxy.index(other, 0))
    qtbot.mouseClick(table.table.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    name = run_name(saved[2])
    assert f"run {name}" in workspace.loss.chart._series
    table.table.setCurrentIndex(table.proxy.index(other, 1))
    qtbot.keyClick(table.table, Qt.Key.Key_Space)
    assert f"run {name}" not in workspace.loss.chart._series
    rect = table.table.visualRect(table.proxy.index(other, 1))
    qtbot.mouseClick(table.table.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    qtbot.mouseDClick(table.table.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert studio.run is saved[2]


def test_a_run_is_named_by_when_it_began(digits):
    run = trained_run(FOLDER, DIGITS, digits, epochs=1)
    assert run_name(run, date(2026, 11, 21)) == "04:15:31"
    assert run_name(run, date(2026, 11, 22)) == "21 Nov 04:15"
    assert run_name(trained_run("/runs/mine", DIGITS, digits, epochs=1)) == "mine"


def test_the_row_of_a_run(digits):
    run = trained_run(FOLDER, DIGITS, digits)
    row = run_row(run)
    best = int(np.argmin(run.validation_loss))
    assert row.best_loss == pytest.approx(float(run.validation_loss[best]))
    assert row.best_epoch == best + 1
    assert row.metric == pytest.approx(float(run.validation_metric[best]))
    assert row.learning_rate == 0.002


def test_csv_holds_no_formulas(digits):
    run = trained_run("/runs/=cmd|'calc'!A0", DIGITS, digits, epochs=2)
    text = runs_csv([run]).decode()
    header, row = csv.reader(io.StringIO(text))
    assert header[0] == "run"
    assert header[6] == "validation accuracy"
    assert row[0].startswith("'=cmd")
    assert float(row[4]) == pytest.approx(float(np.min(run.validation_loss)), rel=1e-6)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_cells_a_spreadsheet_would_run(start):
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"
    assert safe_cell("a=1") == "a=1"


def test_export_writes_where_it_was_told_and_says_what_went_wrong(qtbot, make, saved, tmp_path):
    workspace, studio = make(saved[0], saved=saved)
    workspace.load_runs()
    workspace.runs.ask_for_target = lambda *_: tmp_path / "runs.csv"
    qtbot.mouseClick(workspace.runs.export_button, Qt.MouseButton.LeftButton)
    assert len((tmp_path / "runs.csv").read_text().splitlines()) == 4
    workspace.runs.ask_for_target = lambda *_: tmp_path / "gone" / "runs.csv"
    with qtbot.waitSignal(studio.noted) as said:
        workspace.runs.export()
    assert said.args[1] == "err"
    assert "does not exist" in said.args[0]


def test_the_frame_fits_every_size(make, digits):
    workspace, _ = make(trained_run(FOLDER, DIGITS, digits))
    for width, height in ((2560, 1332), (1440, 792), (1280, 612), (1120, 532)):
        workspace.resize(width, height)
        settle()
        assert workspace.size().toTuple() == (width, height)
        least = workspace.layout().totalMinimumSize()
        assert least.width() <= width
        assert least.height() <= height
        assert workspace.rail.isVisible() == (width < 1400)
        assert workspace.runs.isVisible() == (height >= 700)
    workspace.toggle_settings()
    assert workspace.settings.isVisible()
    workspace.tabs.setFocus()


def test_the_tab_shows_the_runs(qtbot, make, digits):
    workspace, _ = make(trained_run(FOLDER, DIGITS, digits))
    workspace.resize(1280, 612)
    tabs = workspace.tabs
    qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=QPoint(tabs.width() - 10, tabs.height() // 2))
    assert workspace.runs.isVisible()
    assert not workspace.charts.isVisible()


def test_a_branch_says_whose_it_is(qtbot, look, digits):
    run = trained_run(Path("2026-11-21 05.15.31"), load_example("digits"), digits)
    table = RunsTable(look)
    qtbot.addWidget(table)
    run.branched_from, run.branched_step = "2026-11-20 04.15.31", 1200
    table.set_runs([run], None)
    assert table.model.data(table.model.index(0, 1), BRANCH_ROLE) == run_row(run).branch
    assert run_row(run).branch.startswith("branch of ") and run_row(run).branch.endswith(" at step 1,200")
    assert "branch of" in runs_csv([run]).decode()
