"""The gradient check: a row for every layer, the worst named, failures in the view's place."""

import numpy as np
import pytest

from app.explain.gradient_check_view import GradientCheckView
from app.theme import Look
from app.widgets.plain_label import PlainLabel
from engine.examples import load_example
from engine.messages import Explain, Explained, Failed, Progress
from tests.app.studio_double import StudioDouble, answer


def found(**errors):
    layers = [
        {"layer": name, "kind": "dense", "checked": 4, "kinks": 1, "relative_error": error, "verdict": f"Says {name}."}
        for name, error in errors.items()
    ]
    arrays = {f"{name}/{kind}": np.arange(4.0) for name in errors for kind in ("tape", "difference")}
    facts = {"layers": layers, "relative_error": max(errors.values())}
    return Explained(explainer="gradient_check", step=0, arrays=arrays, facts=facts)


@pytest.fixture
def view(qtbot, document):
    document.open_project(load_example("digits"))
    made = GradientCheckView(StudioDouble(document), Look("dark"))
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    made.set_shown(True)
    qtbot.waitUntil(lambda: len(made.studio.asked) == 1)
    return made


def test_every_layer_has_a_row_and_the_worst_is_named(view):
    answer(view.studio.asked[0], found(conv2d_1=2e-9, output=3e-3))
    texts = [label.text() for label in view.findChildren(PlainLabel)]
    assert "output" in view.summary.text() and "Says output." in view.summary.text()
    assert "Says conv2d_1." in texts and any(text.startswith("2e") for text in texts)
    assert view.chart.isVisible()


def test_progress_is_shown_and_can_be_cancelled(view, qtbot):
    job = view.studio.asked[0]
    job.take(Progress(done=1, total=3, text="checking output"))
    assert view.progress.isVisible()
    view.progress.cancelled.emit()
    assert not job.is_open or job.is_stopping


def test_another_number_of_weights_checks_again(view, qtbot):
    answer(view.studio.asked[0], found(output=1e-9))
    view.weights.changed.emit(40)
    view.again.click()
    qtbot.waitUntil(lambda: len(view.studio.asked) >= 2)
    assert isinstance(view.studio.asked[-1].request, Explain)


def test_a_failure_stands_in_the_views_place(view):
    answer(view.studio.asked[0], Failed(kind="user", message="This network has no weights to check.", hint="Add one."))
    assert view.error.isVisible()
