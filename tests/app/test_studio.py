"""Everything around the open project, with an engine that learns nothing."""

import os
import signal
import sys

import msgspec
import numpy as np
import pytest

from app import structure
from app.job import JobState
from app.run_folders import new_folder
from app.studio import Studio
from engine.datasets.scaling import Scaling
from engine.errors import UserError
from engine.graph import Edge, Graph, Node
from engine.messages import Metrics, Predicted
from engine.metrics_db import MetricsLog
from engine.project import DataChoice, Project
from engine.run_folder import RunFolder, RunInfo
from engine.shapes import Inference, Problem

CHAIN = Graph(
    (
        Node("input", "input", {"shape": [4, 4, 1]}),
        Node("flatten", "flatten"),
        Node("output", "output", {"units": 2, "activation": "softmax"}),
    ),
    (Edge("input", "flatten"), Edge("flatten", "output")),
)
PROJECT = Project(title="two digits").with_graph(CHAIN)


@pytest.fixture
def make_studio(qtbot, make_client, document, settings):
    def make(way="", project=PROJECT, **limits):
        document.open_project(project)
        return Studio(document, make_client(way, **limits), settings)

    return make


@pytest.fixture
def studio(make_studio, qtbot):
    """A studio whose data are loaded and whose engine is ready."""
    studio = make_studio()
    qtbot.waitUntil(lambda: studio.data is not None, timeout=10_000)
    return studio


@pytest.fixture
def run_on_disk():
    """Write a run as the engine leaves it."""

    def write(project, steps):
        run = RunFolder(new_folder(None, project))
        run.write_project(project)
        run.write_info(
            RunInfo(
                steps_per_epoch=10,
                total_steps=40,
                execution="graph",
                device="CPU",
                metric="accuracy",
                gradient_layers=("output",),
                scaling=Scaling(offset=[0.0], scale=[1.0]),
                input_shape=(4, 4, 1),
                class_names=("zero", "one"),
                value_range=(0.0, 16.0),
            )
        )
        curve = np.ones(steps, np.float32)
        saved = np.arange(10, steps + 1, 10)
        log = MetricsLog(run, 0)
        log.append(
            Metrics(
                first_step=0,
                loss=curve,
                metric=curve,
                learning_rate=curve,
                gradient_norms=curve[:, None],
                samples_per_second=1.0,
                validation_steps=saved,
                validation_loss=np.ones(len(saved), np.float32),
                validation_metric=np.ones(len(saved), np.float32),
            )
        )
        log.close()
        for step in saved.tolist():
            run.write_checkpoint(step, b"weights", None)
        return run.path

    return write


@pytest.fixture
def notes(studio):
    notes = []
    studio.noted.connect(lambda sentence, kind: notes.append((sentence, kind)))
    return notes


def until(qtbot, studio, state, timeout=10_000):
    qtbot.waitUntil(lambda: studio.training == state, timeout=timeout)


def pause_at_start(qtbot, studio):
    """Start a training that stands still after its first step."""
    studio.step("batch")
    qtbot.waitUntil(lambda: studio.training == "paused" and studio.run.step == 1, timeout=10_000)


def plan_of(project, **changes):
    return project.replace(plan=msgspec.structs.replace(project.plan, **changes))


def other_network(studio):
    graph = studio.document.project.graph.with_inserted(Node("drop", "dropout"), "flatten", "output")
    studio.document.edit_graph("Insert", graph)


def test_the_example_network_is_sound(document):
    document.open_project(PROJECT)
    assert document.inference.problems == ()


def test_data_are_loaded_at_the_start_and_told_to_the_document(studio):
    assert len(studio.data.x) == 6
    assert studio.document.description.class_names == ("zero", "one")


def test_another_choice_of_data_is_loaded_and_old_answers_are_dropped(qtbot, studio):
    heard = []
    studio.data_changed.connect(heard.append)
    for seed in (1, 2, 3):
        studio.document.edit("Seed", studio.document.project.replace(data=DataChoice(seed=seed)))
    assert studio.data is None
    qtbot.waitUntil(lambda: studio.data is not None)
    assert [data is None for data in heard] == [True, True, True, False]


def test_data_that_cannot_be_loaded_are_said_and_can_be_tried_again(qtbot, studio):
    with qtbot.waitSignal(studio.data_failed) as heard:
        studio.document.edit("Data", studio.document.project.replace(data=DataChoice(dataset="nothing")))
    assert "nothing" in heard.args[0].message
    with qtbot.waitSignal(studio.data_failed):
        studio.reload_data()
    studio.document.undo_stack.undo()
    qtbot.waitUntil(lambda: studio.data is not None)


def test_a_training_from_start_to_end(qtbot, studio):
    states, runs = [], []
    studio.training_changed.connect(states.append)
    studio.run_changed.connect(runs.append)
    studio.train_or_pause()
    until(qtbot, studio, "finished")
    assert states == ["starting", "training", "finished"]
    assert runs == [studio.run]
    assert (studio.run.step, studio.run.epoch, studio.run.checkpoints) == (40, 4, [10, 20, 30, 40])
    assert list(studio.run.validation_steps) == [10, 20, 30, 40]
    assert studio.run.folder.is_dir()


def test_each_training_has_a_folder_of_its_own(qtbot, studio):
    folders = []
    for _ in range(2):
        studio.train_or_pause()
        until(qtbot, studio, "starting")
        until(qtbot, studio, "finished")
        folders.append(studio.run.folder)
    assert folders[0] != folders[1]


def test_train_pressed_before_the_engine_is_ready_is_queued(qtbot, make_studio):
    studio = make_studio("slow")
    studio.train_or_pause()
    assert studio.training == "starting"
    until(qtbot, studio, "finished")


def test_steps_pause_and_going_on(qtbot, studio):
    studio.step("batch")
    assert studio.training == "starting"
    qtbot.waitUntil(lambda: studio.training == "paused" and studio.run.step == 1)
    studio.step("epoch")
    qtbot.waitUntil(lambda: studio.run.step == 10)
    assert studio.training == "paused"
    studio.train_or_pause()
    assert studio.training == "training"
    studio.train_or_pause()
    assert studio.training == "paused"
    studio.train_or_pause()
    until(qtbot, studio, "finished")


def test_stop_leaves_a_run_that_can_go_on(qtbot, studio):
    pause_at_start(qtbot, studio)
    studio.step("epoch")
    qtbot.waitUntil(lambda: studio.run.checkpoints == [10])
    states = []
    studio.training_changed.connect(states.append)
    studio.stop()
    until(qtbot, studio, "idle")
    assert states == ["stopping", "idle"]
    run = studio.run
    assert studio.can_resume
    studio.resume()
    until(qtbot, studio, "finished")
    assert studio.run is run
    assert run.step == 40


def test_nothing_to_resume_is_said(qtbot, studio, notes):
    studio.resume()
    assert notes[-1][1] == "warn"
    assert "no checkpoint" in notes[-1][0]
    assert not studio.can_resume


def test_a_finished_run_needs_more_epochs_to_go_on(qtbot, studio, notes):
    studio.document.edit("Epochs", plan_of(PROJECT, epochs=4))
    studio.train_or_pause()
    until(qtbot, studio, "finished")
    studio.resume()
    assert "4 epochs" in notes[-1][0]
    studio.document.edit("Epochs", plan_of(PROJECT, epochs=6))
    assert studio.can_resume


def test_a_run_of_another_network_does_not_go_on(qtbot, studio, notes):
    studio.train_or_pause()
    until(qtbot, studio, "finished")
    other_network(studio)
    studio.resume()
    assert "changed" in notes[-1][0]
    assert studio.training == "finished"


def test_reset_shows_the_untrained_network(qtbot, studio):
    pause_at_start(qtbot, studio)
    studio.reset()
    until(qtbot, studio, "idle")
    assert studio.run is None


def test_a_network_with_problems_is_not_trained(qtbot, studio, notes):
    graph = CHAIN.without_edge("flatten", "output")
    studio.document.edit_graph("Cut", graph)
    assert studio.document.inference.problems
    studio.train_or_pause()
    assert studio.training == "idle"
    assert studio.document.selection == frozenset({"output"})
    assert notes[-1][1] == "err"
    assert studio.document.inference.problems[0].message.rstrip(".") in notes[-1][0]


def test_an_empty_network_is_not_trained(qtbot, studio, notes):
    studio.document.edit_graph("Clear", Graph())
    studio.train_or_pause()
    assert studio.training == "idle"
    assert "empty" in notes[-1][0]


def test_a_problem_of_the_whole_graph_is_said_without_a_selection(qtbot, studio, notes):
    studio.document.inference = Inference({}, (Problem("", "The graph is empty."), Problem("", "Two.")))
    studio.train_or_pause()
    assert notes[-1] == ("Not trained yet: The graph is empty. (1 more)", "err")


def test_the_learning_rate_changes_at_once_and_can_be_undone(qtbot, studio):
    pause_at_start(qtbot, studio)
    studio.set_learning_rate(0.5)
    studio.step("batch")
    qtbot.waitUntil(lambda: studio.run.step == 2)
    assert studio.run.learning_rate[-1] == 0.5
    assert studio.document.project.plan.optimizer_values["learning_rate"] == 0.5
    studio.document.undo_stack.undo()
    studio.step("batch")
    qtbot.waitUntil(lambda: studio.run.step == 3)
    assert studio.run.learning_rate[-1] == pytest.approx(structure.live_values(PROJECT)["learning_rate"])
    assert studio.training == "paused"


def test_a_learning_rate_changed_while_starting_counts_from_the_start(qtbot, make_studio):
    studio = make_studio("slow")
    studio.step("batch")
    studio.set_learning_rate(0.25)
    qtbot.waitUntil(lambda: studio.training == "paused" and studio.run.step == 1, timeout=10_000)
    studio.step("batch")
    qtbot.waitUntil(lambda: studio.run.step == 2)
    assert studio.run.learning_rate[-1] == 0.25


def test_a_resumed_training_has_the_learning_rate_of_the_plan(qtbot, studio):
    pause_at_start(qtbot, studio)
    studio.step("epoch")
    qtbot.waitUntil(lambda: studio.run.checkpoints == [10])
    studio.stop()
    until(qtbot, studio, "idle")
    studio.set_learning_rate(0.75)
    studio.resume()
    until(qtbot, studio, "finished")
    assert studio.run.learning_rate[-1] == 0.75


def test_a_learning_rate_out_of_range_is_refused(studio):
    with pytest.raises(UserError):
        studio.set_learning_rate(-1.0)


def test_another_network_pauses_the_training_and_the_next_run_starts_fresh(qtbot, studio, notes):
    pause_at_start(qtbot, studio)
    first = studio.run
    other_network(studio)
    assert notes == []
    studio.train_or_pause()
    qtbot.waitUntil(lambda: studio.run is not first)
    assert structure.network(studio.run.project) == structure.network(studio.document.project)
    until(qtbot, studio, "finished")


def test_an_edit_of_structure_while_training_pauses_with_a_note(qtbot, make_studio):
    studio = make_studio("ignores_stop")
    notes = []
    studio.noted.connect(lambda sentence, kind: notes.append(sentence))
    studio.step("batch")
    qtbot.waitUntil(lambda: studio.training == "paused", timeout=10_000)
    studio._trainer._set_state("training")
    other_network(studio)
    assert studio.training == "paused"
    assert "the next run starts fresh" in notes[-1]
    studio.document.undo_stack.undo()
    assert not studio._trainer._has_other_structure()


def test_moving_a_layer_or_adding_epochs_does_not_disturb_the_training(qtbot, studio, notes):
    pause_at_start(qtbot, studio)
    studio._trainer._set_state("training")
    studio.document.edit_graph("Move", CHAIN.with_positions({"input": (5.0, 5.0)}))
    studio.document.edit("Epochs", plan_of(studio.document.project, epochs=99))
    assert studio.training == "training"
    assert notes == []


def test_an_unanswered_stop_is_stuck_and_can_be_forced(qtbot, make_studio):
    studio = make_studio("ignores_stop")
    notes = []
    studio.noted.connect(lambda sentence, kind: notes.append((sentence, kind)))
    studio.step("batch")
    qtbot.waitUntil(lambda: studio.training == "paused", timeout=10_000)
    studio.stop()
    until(qtbot, studio, "stuck")
    studio.stop()
    until(qtbot, studio, "idle")
    assert notes[-1][1] == "warn"
    assert "by force" in notes[-1][0]
    qtbot.waitUntil(lambda: studio.engine.state == "ready", timeout=10_000)


def test_a_killed_engine_offers_to_resume(qtbot, studio, notes):
    pause_at_start(qtbot, studio)
    for saved in ([10], [10, 20]):
        studio.step("epoch")
        qtbot.waitUntil(lambda saved=saved: studio.run.checkpoints == saved)
    os.kill(studio.engine.process_id, signal.SIGKILL)
    until(qtbot, studio, "failed")
    assert notes[-1] == ("The engine ended unexpectedly while training. Resume goes on from step 20.", "err")
    studio.resume()
    until(qtbot, studio, "finished", timeout=20_000)
    assert studio.run.step == 40


def test_an_engine_that_is_down_fails_the_training_with_a_note(qtbot, make_studio):
    studio = make_studio("dies_at_start")
    qtbot.waitUntil(lambda: studio.engine.state == "down", timeout=20_000)
    studio.train_or_pause()
    until(qtbot, studio, "failed")


def test_closing_the_program_while_training_says_nothing(qtbot, studio, notes):
    pause_at_start(qtbot, studio)
    studio.engine.close()
    assert notes == []


def test_activations_follow_probe_weights_and_run(qtbot, studio):
    qtbot.waitUntil(lambda: studio.watched_now is not None)
    assert (studio.watched_now.step, studio.watched_now.activations["probe"][0, 0]) == (0, 0)
    with qtbot.waitSignal(studio.watched) as heard:
        studio.set_probe(3)
    assert heard.args[0].activations["probe"][0, 0] == 3
    with qtbot.waitSignal(studio.watched) as heard:
        studio.watch_weights(["output", "nobody"])
    assert set(heard.args[0].weights) == {"output/kernel"}
    studio.train_or_pause()
    until(qtbot, studio, "finished")
    qtbot.waitUntil(lambda: studio.watched_now.step == 7)
    other_network(studio)
    qtbot.waitUntil(lambda: studio.watched_now.step == 0)


def test_of_many_wishes_only_the_newest_is_watched(qtbot, studio):
    qtbot.waitUntil(lambda: studio.watched_now is not None)
    heard = []
    studio.watched.connect(lambda watched: heard.append(int(watched.activations["probe"][0, 0])))
    for index in (1, 2, 3, 4):
        studio.set_probe(index)
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [4]


def test_moving_a_layer_does_not_watch_anew(qtbot, studio):
    qtbot.waitUntil(lambda: studio.watched_now is not None)
    studio.document.edit_graph("Move", CHAIN.with_positions({"input": (5.0, 5.0)}))
    assert not studio._watcher._request._timer.isActive()


def test_a_resumed_training_is_watched_anew(qtbot, studio):
    pause_at_start(qtbot, studio)
    studio.step("epoch")
    qtbot.waitUntil(lambda: studio.run.checkpoints == [10])
    studio.stop()
    until(qtbot, studio, "idle")
    with qtbot.waitSignal(studio.watched):
        studio.resume()


def test_watching_goes_on_after_the_engine_was_restarted(qtbot, studio):
    qtbot.waitUntil(lambda: studio.watched_now is not None)
    with qtbot.waitSignal(studio.watched, timeout=10_000):
        studio.engine.kill()


def test_an_unsound_network_is_not_watched(qtbot, studio):
    qtbot.waitUntil(lambda: studio.watched_now is not None)
    studio.document.edit_graph("Cut", CHAIN.without_edge("flatten", "output"))
    assert not studio._watcher._request.is_open


def test_everything_goes_on_when_a_given_up_engine_is_started_again(qtbot, make_studio, monkeypatch):
    studio = make_studio("dies_at_start", restarts=0)
    with qtbot.waitSignal(studio.data_failed, timeout=20_000):
        pass
    studio.engine._command = (sys.executable, "-m", "tests.fake_engine")
    studio.engine.start()
    qtbot.waitUntil(lambda: studio.watched_now is not None, timeout=10_000)


def test_runs_on_the_disk_are_found_again(qtbot, studio, run_on_disk):
    found = run_on_disk(PROJECT, steps=20)
    other = run_on_disk(PROJECT.with_graph(CHAIN.with_values("output", {"units": 3})), steps=10)
    (found / ".." / "no run").mkdir()
    studio.document.open_project(PROJECT)
    assert studio.run.folder == found
    assert (studio.training, studio.run.step, studio.run.checkpoints) == ("idle", 20, [10, 20])
    assert {run.folder for run in studio.runs()} == {found, other}
    assert studio.can_resume
    studio.show_run(next(run for run in studio.runs() if run.folder == other))
    assert not studio.can_resume


def test_a_damaged_run_is_left_out(qtbot, studio, run_on_disk):
    broken = run_on_disk(PROJECT, steps=20)
    (broken / "run.json").write_bytes(b"{")
    studio.document.open_project(PROJECT)
    assert studio.run is None
    assert studio.runs() == []


def test_the_probe_stays_within_the_data(qtbot, studio):
    heard = []
    studio.probe_changed.connect(heard.append)
    studio.set_probe(99)
    studio.set_probe(-5)
    assert heard == [5, 0]


def test_using_a_network_needs_a_trained_one(qtbot, studio):
    job = studio.predict(np.zeros((1, 4, 4, 1)))
    with qtbot.waitSignal(job.ended):
        pass
    assert job.state is JobState.FAILED
    assert "Train" in job.failure.hint


def test_predict_evaluate_and_export_ask_for_the_shown_run(qtbot, studio, tmp_path):
    studio.train_or_pause()
    until(qtbot, studio, "finished")
    job = studio.predict(np.zeros((2, 4, 4, 1)))
    with qtbot.waitSignal(job.said) as heard:
        pass
    assert isinstance(heard.args[0], Predicted)
    jobs = [studio.predict_files([tmp_path / "a.png"]), studio.evaluate("test"), studio.export("keras", tmp_path / "m")]
    assert {job.request.folder for job in jobs} == {str(studio.run.folder)}
    qtbot.waitUntil(lambda: all(job.state is JobState.SUCCEEDED for job in jobs))


def test_opening_another_project_leaves_the_training(qtbot, studio, notes):
    pause_at_start(qtbot, studio)
    studio._trainer._set_state("training")
    other = studio.run
    studio.document.open_project(PROJECT.replace(title="other", seed=5))
    assert notes == []
    assert (studio.training, studio.run) == ("idle", None)
    qtbot.waitUntil(lambda: studio.data is not None)
    assert other.step == 1
    studio.train_or_pause()
    until(qtbot, studio, "finished")


def test_saved_files_become_recent(studio, tmp_path):
    studio.document.save(tmp_path / "p.glassbox")
    assert studio.settings.recent_files == [tmp_path / "p.glassbox"]


def test_a_branch_begins_with_the_checkpoint_shown_by_its_own_plan(qtbot, studio):
    studio.train_or_pause()
    until(qtbot, studio, "finished")
    source = studio.run
    checkpoint = source.checkpoints[0]
    studio.show_step(checkpoint + 1)
    plan = msgspec.structs.replace(studio.document.project.plan, batch_size=3)
    studio.branch(plan)
    assert studio.run is not source and studio.shown_step is None
    assert (studio.run.branched_from, studio.run.branched_step) == (source.folder.name, checkpoint)
    request = studio._trainer._job.request
    assert (request.start_folder, request.start_step) == (str(source.folder), checkpoint)
    assert request.project.plan.batch_size == 3 == studio.document.project.plan.batch_size
    until(qtbot, studio, "finished")


def test_a_branch_of_another_network_is_refused_with_a_reason(qtbot, studio, notes):
    studio.train_or_pause()
    until(qtbot, studio, "finished")
    source = studio.run
    graph = studio.document.project.graph
    studio.document.edit_graph("units", graph.with_values("output", {**graph.node("output").values, "units": 3}))
    studio.branch(studio.document.project.plan)
    assert studio.run is source
    assert any("not that of this run" in sentence for sentence, _ in notes)


def test_without_a_checkpoint_there_is_nothing_to_branch_from(studio, notes):
    studio.branch(studio.document.project.plan)
    assert any("train first" in sentence for sentence, _ in notes)


def test_a_branch_of_the_running_training_stops_it_first(qtbot, studio):
    pause_at_start(qtbot, studio)
    source = studio.run
    studio.step("epoch")
    qtbot.waitUntil(lambda: bool(source.checkpoints))
    job = studio._trainer._job
    studio.branch(studio.document.project.plan)
    qtbot.waitUntil(lambda: studio.run is not source)
    assert job.state is JobState.CANCELLED
    until(qtbot, studio, "finished")


def test_predictions_and_evaluations_are_asked_of_the_moment_shown(qtbot, studio, tmp_path):
    studio.train_or_pause()
    until(qtbot, studio, "finished")
    studio.show_step(12)
    jobs = [studio.predict(np.zeros((2, 4, 4, 1))), studio.predict_files([tmp_path / "a.png"])]
    jobs += [studio.evaluate("validation"), studio.evaluate("test")]
    assert [job.request.step for job in jobs] == [12, 12, 12, -1]
    qtbot.waitUntil(lambda: all(not job.is_open for job in jobs))
