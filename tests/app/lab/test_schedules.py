"""The schedules stage: rates, what it asks the engine, the losses as they come, drawing by hand, bad states."""

import json

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from app.lab.schedules import ALONE, SchedulesStage
from engine.errors import UserError
from engine.explain.schedules import DRAWN, Plan, range_rates, rates
from engine.messages import Explain, Explained, Failed
from tests.app.studio_double import StudioDouble, answer


@pytest.fixture
def studio(document):
    return StudioDouble(document)


@pytest.fixture
def stage(qtbot, look, studio):
    made = SchedulesStage(look, studio)
    qtbot.addWidget(made)
    for section in made.sections():
        qtbot.addWidget(section)
    made.resize(800, 640)
    made.show()
    made.set_state({"steps": 60})
    return made


def asked(studio, qtbot):
    qtbot.waitUntil(lambda: any(isinstance(job.request, Explain) for job in studio.asked))
    return [job for job in studio.asked if isinstance(job.request, Explain)][-1]


def losses_of(request):
    plans = json.loads(request.values["plans"])
    falling = np.exp(-np.arange(plans[0]["steps"]) / 30)
    return np.stack([falling + 0.1 * lane for lane in range(len(plans))]).astype(np.float32)


def test_the_network_is_trained_under_what_is_shown(stage, studio, qtbot):
    job = asked(studio, qtbot)
    plans = json.loads(job.request.values["plans"])
    assert job.request.project.title == "digits-dense" and not job.request.values["range"]
    assert [plan["kind"] for plan in plans] == stage.state()["kinds"] == ["constant", "step", "cosine", "drawn"]
    assert len(plans[3]["points"]) == DRAWN and plans[0]["points"] == []
    heard = []
    stage.done.connect(heard.append)
    found = losses_of(job.request)
    answer(job, Explained(explainer="schedules", step=0, arrays={"losses": found, "rates": found}, facts={}))
    stage.go(stage.length)
    assert heard == ["trained"]
    assert stage.verdict.text().startswith("After 60 steps Constant has the lowest loss")
    assert stage.rows.value("Cosine").endswith(f"loss {found[2, -1]:.3g}")


def test_a_loss_that_is_no_number_is_said(stage, studio, qtbot):
    job = asked(studio, qtbot)
    found = losses_of(job.request)
    found[0, 20:] = np.nan
    answer(job, Explained(explainer="schedules", step=0, arrays={"losses": found, "rates": found}, facts={}))
    assert stage.verdict.text().startswith("Diverged: Constant.")
    stage.go(40)
    assert stage.rows.value("Constant").endswith("loss –")
    assert not stage.board.grab().isNull()


def test_a_failure_is_said_in_the_picture(stage, studio, qtbot):
    answer(asked(studio, qtbot), Failed(kind="user", message="The data are gone.", hint="Look for them."))
    assert stage.verdict.text() == "The data are gone. Look for them."


def test_the_range_test(stage, studio, qtbot):
    stage.set_state({"view": "range"})
    qtbot.waitUntil(lambda: any(job.request.values["range"] for job in studio.asked))
    tried = range_rates(1e-4, 10.0, 120)
    losses = (1 + (np.log10(tried) + 0.5) ** 2)[None].astype(np.float32)
    heard = []
    stage.done.connect(heard.append)
    answer(
        studio.asked[-1], Explained(explainer="schedules", step=0, arrays={"losses": losses, "rates": losses}, facts={})
    )
    stage.draw_at(120)
    assert heard == ["range"] and "a tenth of that is a good η₀" in stage.verdict.text()
    assert stage.board._shown.suggested == pytest.approx(10**-1.5, rel=0.15)


def test_without_an_engine_the_rates_are_drawn_and_the_rest_is_said(stage_of):
    stage = stage_of("schedules")
    assert stage.board._shown.words == ALONE
    stage.draw_at(100)
    assert stage.rows.value("Cosine").startswith("0.05")


def test_a_schedule_is_drawn_with_the_mouse_and_the_keys(stage, qtbot):
    board = stage.board
    board.grab()
    plane = board._plane
    before = stage.state()["drawn"]
    start, end = plane.at(0, 0.02), plane.at(59, 0.09)
    QTest.mousePress(board, Qt.MouseButton.LeftButton, pos=QPointF(start).toPoint())
    QTest.mouseMove(board, QPointF(end).toPoint())
    QTest.mouseRelease(board, Qt.MouseButton.LeftButton, pos=QPointF(end).toPoint())
    after = stage.state()["drawn"]
    assert after != before and after[0] == pytest.approx(0.2, abs=0.02) and after[-1] == pytest.approx(0.9, abs=0.02)
    assert all(np.diff(after) > 0)
    board.setFocus()
    qtbot.keyClick(board, Qt.Key.Key_Left)
    qtbot.keyClick(board, Qt.Key.Key_Up)
    assert stage.state()["drawn"][-2] == pytest.approx(after[-2] + 0.05, abs=1e-3)
    stage.set_frozen(True)
    QTest.mouseClick(board, Qt.MouseButton.LeftButton, pos=QPointF(start).toPoint())
    assert stage.state()["drawn"][0] == after[0]


def test_a_state_comes_back_and_bad_ones_are_refused(stage):
    state = {
        "kinds": ["plateau", "root"], "rate": 0.02, "span": 9, "factor": 0.7, "steps": 90,
        "drawn": [round(0.5 + 0.02 * n, 2) for n in range(DRAWN)], "view": "range",
    }  # fmt: skip
    stage.set_state(state)
    assert stage.state() == state
    bad = [
        ({"kinds": ["sine"]}, "no schedule 'sine'"),
        ({"kinds": []}, "0 schedules"),
        ({"rate": 0.0}, "rate is 0"),
        ({"span": 0}, "span is 0"),
        ({"factor": 2.0}, "factor is 2"),
        ({"steps": 1}, "steps is 1"),
        ({"drawn": [0.5]}, "drawn has 1 points"),
        ({"drawn": [2.0] * DRAWN}, "outside 0 to 1"),
        ({"view": "both"}, "no view 'both'"),
    ]
    for values, said in bad:
        with pytest.raises(UserError) as error:
            stage.set_state(values)
        assert said in str(error.value)


def test_rates_of_the_rows_are_those_of_the_schedules(stage):
    stage.go(30)
    for kind, name in (("step", "Step"), ("cosine", "Cosine")):
        wanted = rates(Plan(kind, 0.1, 60, 40, 0.3))[30]
        assert float(stage.rows.value(name).split()[0]) == pytest.approx(wanted, rel=0.01)
