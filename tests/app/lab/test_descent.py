"""The descent stage: states, the race as it is known, numbers of an update, divergence, swarms, mouse and keyboard."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.lab.descent.marks import LANES
from app.lab.descent.stage import SWARM_STEPS
from app.lab.descent.surface_choice import NAMES
from engine.errors import UserError
from engine.explain.race import suggested_rate
from engine.explain.two_weight_data import any_surface


@pytest.fixture
def stage(stage_of):
    made = stage_of("descent")
    made.finish()
    return made


def test_a_state_comes_back(stage):
    state = {
        **stage.state(), "surface": "cancer", "optimizers": ["adagrad", "nesterov"], "rates": [1.0, 0.05],
        "start": [-5.0, 1.0], "batch": 32, "steps": 40, "view": "contours", "chosen": 1,
    }  # fmt: skip
    stage.set_state(state)
    assert stage.state() == state and stage.length == 40


@pytest.mark.parametrize("name", NAMES)
def test_every_surface_is_raced_on_at_rates_that_suit_it(stage, name):
    stage.set_surface(name)
    stage.finish()
    surface = any_surface(name)
    assert stage.state()["start"] == list(surface.start)
    assert stage.state()["rates"] == [suggested_rate(surface, o) for o in stage.state()["optimizers"]]
    stage.draw_at(stage.length)
    assert all(stage.race.loss(lane, 120) < stage.race.loss(lane, 0) for lane in range(LANES))
    assert not stage.grab().isNull()


def test_time_shows_so_many_steps_and_both_views_agree(stage):
    stage.go(30)
    lines = stage.numbers.standings.standings.table()[1]
    losses = [stage.race.loss(lane, 30) for lane in range(LANES)]
    assert [line[1] for line in lines] == sorted(losses)
    chart = {row[0].split("  ")[0]: row[2] for row in stage.scene.chart.table()[1] if row[1] == 30}
    assert chart == pytest.approx({"SGD": losses[0], "Momentum": losses[1], "RMSprop": losses[2], "Adam": losses[3]})
    stage.set_view("contours")
    path = stage.scene.map.table()[1]
    assert [row[2] for row in path if row[0] == 3][-1] == pytest.approx(stage.race.position(3, 30)[0])


def test_the_axes_of_the_chart_stay_while_it_plays(stage):
    stage.go(10)
    stage.scene.chart.flush()
    early = stage.scene.chart.frame
    stage.go(110)
    stage.scene.chart.flush()
    assert (early.x, early.y) == (stage.scene.chart.frame.x, stage.scene.chart.frame.y)


def test_numbers_of_an_update_open(stage, qtbot):
    stage.go(0)
    numbers = stage.numbers.update_step
    assert not numbers.numbers.isVisibleTo(numbers) and "No update yet" in numbers.words.text()
    stage.go(60)
    assert numbers.numbers.isVisibleTo(numbers)
    rows = {row[0]: row[2:] for row in numbers.numbers.table()[1]}
    found = stage.race.descent(3)
    assert rows["Gradient"] == list(found.gradients[59, 0])
    assert rows["First moment"] == list(found.slots["m"][60, 0])
    np.testing.assert_allclose(rows["Update"], found.positions[60, 0] - found.positions[59, 0], rtol=1e-9)
    numbers.numbers.resize(288, 300)
    qtbot.mouseClick(numbers.numbers, Qt.MouseButton.LeftButton, pos=QPoint(20, 36 + 26))
    assert numbers.card.accessibleName() == "" and numbers.numbers.open_number == (1, 0)
    assert numbers.formulas.texts[0].startswith("0.9 · ") and numbers.formulas.texts[-1].startswith("w_1: ")


def test_noise_and_batches_are_named_and_change_the_path(stage):
    quiet = stage.race.descent(0).positions.copy()
    stage.set_state({**stage.state(), "noise": 8.0})
    stage.draw_at(60)
    assert not np.allclose(stage.race.descent(0).positions[1:], quiet[1:])
    assert "N(0, 8²)" in stage.numbers.update_step.numbers.table()[1][0][1]
    stage.set_state({"surface": "diabetes", "batch": 1})
    stage.draw_at(60)
    assert "1 sample" in stage.numbers.update_step.numbers.table()[1][0][1]


def test_the_end_says_what_came_true(stage, qtbot):
    heard = []
    stage.done.connect(heard.append)
    stage.go(stage.length)
    assert "parted" in heard and "diverged" not in heard
    assert "of the 4 minima" in stage.numbers.standings.remark.text()


def test_divergence_is_said_with_its_step_and_the_axes_stay(stage, qtbot):
    stage.set_state({"surface": "ravine", "optimizers": ["sgd", "adam"], "rates": [0.15, 0.1]})
    stage.finish()
    gone = int(stage.race.descent(0).diverged[0])
    assert 0 < gone < 120
    notes, done = [], []
    stage.noted.connect(lambda text, kind: notes.append((text, kind)))
    stage.done.connect(done.append)
    stage.go(120)
    assert notes == [(f"SGD diverges: after step {gone} it is far outside the picture.", "warn")]
    assert done == ["diverged"]
    assert stage.numbers.standings.standings.table()[1][-1][2] == f"gone at step {gone}"
    assert f"SGD after step {gone}" in stage.numbers.standings.remark.text()
    stage.choose(0)
    assert f"after step {gone}" in stage.numbers.update_step.words.text()
    stage.scene.chart.flush()
    assert stage.scene.chart.frame.x == (0, 120) and np.isfinite(stage.scene.chart.frame.y).all()
    assert not stage.grab().isNull()


def test_a_click_on_the_surface_is_another_start(stage, qtbot):
    before = stage.state()["start"]
    surface = stage.scene.surface
    place = surface.rect().center()
    QTest.mouseClick(surface, Qt.MouseButton.LeftButton, pos=place + QPoint(-40, -60))
    after = stage.state()["start"]
    assert after != before and any_surface("himmelblau").holds(*after)
    stage.finish()
    assert stage.race.position(0, 0) == tuple(after)
    stage.set_frozen(True)
    surface.picked.emit(1.0, 1.0)
    assert stage.state()["start"] == after


def test_the_race_is_computed_between_other_events(stage, qtbot):
    stage.set_start(1.0, 1.0)
    assert stage.race.known < 120
    qtbot.waitUntil(lambda: stage.race.known == 120)


def test_lanes_change_who_runs(stage):
    rows = stage.controls.lanes.rows
    rows[0].optimizer.set_value("nesterov")
    rows[0].optimizer.changed.emit("nesterov")
    assert stage.state()["optimizers"][0] == "nesterov" and stage.state()["chosen"] == 0
    assert stage.state()["rates"][0] == suggested_rate(any_surface("himmelblau"), "nesterov")
    rows[1].optimizer.setCurrentIndex(0)
    rows[1].optimizer.changed.emit("")
    assert stage.state()["optimizers"] == ["nesterov", "rmsprop", "adam"]
    stage.choose(3)
    stage.draw_at(5)
    assert stage.numbers.update_step.head._title.text() == "Adam, step 5"
    for row in rows:
        row.optimizer.setCurrentIndex(0)
        row.optimizer.changed.emit("")
    assert stage.state()["optimizers"] == []
    stage.draw_at(5)
    assert "Choose an optimiser" in stage.numbers.update_step.words.text()


def test_a_swarm_is_coloured_by_the_minimum_it_reaches(stage, qtbot):
    heard = []
    stage.done.connect(heard.append)
    stage.set_view("swarm")
    assert stage.length == SWARM_STEPS
    stage.finish()
    assert sum(starts for _, _, starts in stage.scene.swarm.counts()) == 10_000
    assert {index for _, index, _ in stage.scene.swarm.counts()} >= {0, 1, 2, 3}
    assert stage.numbers.swarm.rows.value("A (3.00, 2.00)").endswith("%")
    first = stage.scene.swarm.grab().toImage()
    stage.go(stage.length)
    assert heard == ["swarm"] and stage.scene.swarm.grab().toImage() != first
    assert "from (" in stage.scene.swarm.tip_at(stage.scene.swarm.rect().center())


def test_keyboard_chooses_surface_and_number(stage, qtbot):
    qtbot.keyClick(stage.controls.surfaces, Qt.Key.Key_Right)
    assert stage.state()["surface"] == "rosenbrock"
    qtbot.mouseClick(stage.controls.surfaces, Qt.MouseButton.LeftButton, pos=QPoint(30, 20))
    assert stage.state()["surface"] == "himmelblau"
    stage.draw_at(5)
    qtbot.keyClick(stage.numbers.update_step.numbers, Qt.Key.Key_Up)
    qtbot.keyClick(stage.numbers.update_step.numbers, Qt.Key.Key_Right)
    assert stage.numbers.update_step.numbers.open_number[1] == 1


BAD_STATES = [
    ({"surface": "hill"}, "no surface 'hill'. Surfaces: himmelblau"),
    ({"optimizers": ["lbfgs"]}, "no optimiser 'lbfgs'"),
    ({"optimizers": []}, "0 optimisers, expected 1 to 4"),
    ({"optimizers": ["sgd"] * 5}, "5 optimisers, expected 1 to 4"),
    ({"optimizers": ["sgd"], "rates": [0.1, 0.2]}, "2 rates for 1 optimisers"),
    ({"optimizers": ["sgd"], "rates": [-0.1]}, "Learning rate is -0.1"),
    ({"optimizers": ["sgd"], "rates": [1e6]}, "A rate is 1e+06"),
    ({"start": [9.0, 0.0]}, "lies outside Himmelblau"),
    ({"start": [1.0]}, "start has 1 numbers"),
    ({"steps": 5}, "steps is 5"),
    ({"noise": -1.0}, "noise is -1.0"),
    ({"batch": 7}, "batch is 7"),
    ({"seed": -1}, "seed is -1"),
    ({"view": "4d"}, "no view '4d'"),
    ({"speed": 1}, "no setting 'speed'"),
]


def test_bad_states_are_refused(stage):
    for state, said in BAD_STATES:
        with pytest.raises(UserError) as error:
            stage.set_state(state)
        assert said in str(error.value)


def test_a_line_on_the_surface_opens_its_step(stage):
    stage.go(100)
    stage.scene.surface.path_picked.emit(1, 37)
    assert stage.step == 37 and stage.state()["chosen"] == 1
    stage.scene.chart.picked.emit(12.4)
    assert stage.step == 12
