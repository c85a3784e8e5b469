"""One step: what a single optimiser step does, stage by stage, on the user's own network and batch."""

from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.explain.number_opener import NumberOpener
from app.explain.number_text import number
from app.explain.player import Player
from app.explain.step.arrays import StageArrays
from app.explain.step.network import StageNetwork
from app.explain.view import View
from app.explanation import Explanation
from app.studio import Studio
from app.theme import Look
from app.widgets.choice_box import ChoiceBox
from app.widgets.error_state import ErrorState
from app.widgets.number_field import NumberField
from app.widgets.plain_label import PlainLabel
from app.widgets.progress_line import ProgressLine
from engine.explain.opened import Place
from engine.messages import Explained, Failed, Progress
from engine.shapes import infer

GROUPS = {
    "batch": "Batch",
    "forward": "Forward",
    "loss": "Loss",
    "backward": "Backward",
    "slots": "Optimiser",
    "update": "New weights",
}
CONDITIONS = [("norm", "gradient norm above"), ("rise", "the loss rises"), ("nan", "a number is not finite")]
LIST_WIDTH, CONDITION_WIDTH = 208, 176


class StepView(View):
    """The stages of the step that training does next from the moment shown; the training itself is not touched."""

    def __init__(self, studio: Studio, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(studio, look, parent)
        self._event: Explained | None = None
        self._ahead, self._until = 0, "none"
        self._explanation = Explanation(studio, "stages", self, is_live=False)
        self._opener = NumberOpener(studio, look, self)
        self.list, self.player = QListWidget(), Player("Stage", look)
        self.network, self.arrays = StageNetwork(look), StageArrays(look)
        self._make_parts()
        self._lay_out()
        self._connect()
        self._ask()

    def set_shown(self, is_shown: bool) -> None:
        """Ask only while somebody looks."""
        self._explanation.set_shown(is_shown)
        if not is_shown:
            self._opener.close()

    def regions(self) -> list[QWidget]:
        """The list of stages, the play row, the arrays."""
        return [self.list, self.player, self.arrays]

    def _make_parts(self) -> None:
        look = self.look
        self.list.setAccessibleName("Stages")
        self.list.setFixedWidth(LIST_WIDTH)
        self.title = PlainLabel("", "heading", look, "ink")
        self.sentence = PlainLabel("", "body", look, "ink2").set_wrapped()
        self.summary = PlainLabel("", "number", look, "ink2")
        self.stopped = PlainLabel("", "body", look, "ink").set_wrapped()
        self.next = QPushButton("Next step")
        self.next.setToolTip("Do this step on a copy, and show the one after it; the run is not touched")
        self.again = QPushButton("Back to the moment")
        self.condition = ChoiceBox(CONDITIONS, look)
        self.condition.setMinimumWidth(CONDITION_WIDTH)
        self.above = NumberField(look, integer=False, low=0.0)
        self.above.set_value(1.0)
        self.above.setFixedWidth(72)
        self.run = QPushButton("Run until")
        self.run.setToolTip("Do steps on a copy until this happens, at most 500")
        self.sample = NumberField(look, low=0)
        self.sample.setFixedWidth(56)
        self.sample.set_value(0)
        self.progress = ProgressLine(look)
        self.error = ErrorState("", "", "", look)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.player, 1)
        top.addWidget(PlainLabel("Sample of the batch", "body", self.look, "ink2"))
        top.addWidget(self.sample)
        walk = QHBoxLayout()
        walk.setSpacing(8)
        for widget in (self.next, self.again, self.run, self.condition, self.above):
            walk.addWidget(widget)
        walk.addWidget(self.stopped, 1)
        walk.addWidget(self.summary)
        right = QVBoxLayout()
        right.setSpacing(10)
        right.addWidget(self.network)
        right.addWidget(self.title)
        right.addWidget(self.sentence)
        right.addWidget(self.arrays, 1)
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addWidget(self.list)
        body.addLayout(right, 1)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 12, 24, 12)
        column.setSpacing(10)
        column.addLayout(top)
        column.addLayout(walk)
        column.addWidget(self.progress)
        column.addLayout(body, 1)
        self.progress.hide()
        self._pages = QStackedWidget()
        self._pages.addWidget(page)
        self._pages.addWidget(self.error.page())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)

    def _connect(self) -> None:
        self._explanation.explained.connect(self._take)
        self._explanation.failed.connect(self._fail)
        self._explanation.busy_changed.connect(self._be_busy)
        self._explanation.progressed.connect(self._progress)
        self.progress.cancelled.connect(self._cancel)
        self.error.retry.connect(self._explanation.refresh)
        self.list.currentRowChanged.connect(self._pick_row)
        self.player.moved.connect(self._show_stage)
        self.next.clicked.connect(self._do_next)
        self.again.clicked.connect(self._restart)
        self.run.clicked.connect(self._walk)
        self.sample.changed.connect(lambda _: self._ask())
        self.network.picked.connect(self._pick_layer)
        self.arrays.clicked.connect(self._open)
        self._opener.layer_wanted.connect(self.layer_wanted)
        self.studio.moment_changed.connect(self._forget_walk)
        self.studio.run_changed.connect(self._forget_walk)

    def _ask(self) -> None:
        self._explanation.ask(
            sample=int(self.sample.value), ahead=self._ahead, until=self._until, above=float(self.above.value)
        )

    def _forget_walk(self, _news: object = None) -> None:
        self._ahead, self._until = 0, "none"
        self._ask()

    def _restart(self) -> None:
        self._forget_walk()

    def _do_next(self) -> None:
        self._ahead, self._until = self._ahead + 1, "none"
        self._ask()

    def _walk(self) -> None:
        self._until = self.condition.value
        self._ask()

    def _cancel(self) -> None:
        self._until = "none"
        self._explanation.stop()
        self.progress.hide()

    def _take(self, event: Explained) -> None:
        self._event = event
        self._pages.setCurrentIndex(0)
        self.progress.hide()
        facts = event.facts
        if self._until != "none":  # the walk went there; from here on it is so many steps ahead
            self._ahead, self._until = int(facts["step"]) - event.step, "none"
        project = self.studio.seen_project
        self.network.set_graph(project.graph, infer(project.graph))
        self.stopped.setText(facts["stopped"] or facts.get("note", ""))
        self.summary.setText(
            f"step {facts['step']:,}   loss {number(facts['loss'])}   gradient norm {number(facts['norm'])}"
        )
        self._fill(facts["stages"])

    def _fill(self, stages: list[dict[str, Any]]) -> None:
        row = max(0, self.player.position)
        self.list.blockSignals(True)
        self.list.clear()
        for stage in stages:
            group, title = GROUPS[stage["kind"]], stage["title"]
            self.list.addItem(QListWidgetItem(group if title == group else f"{group}: {title}"))
        self.list.blockSignals(False)
        self.player.set_count(len(stages))
        row = min(row, len(stages) - 1)
        self.player.set_position(row)
        self._show_stage(row)

    def _pick_row(self, row: int) -> None:
        if row >= 0:
            self.player.set_position(row)
            self._show_stage(row)

    def _pick_layer(self, name: str) -> None:
        stages = self._stages()
        at = max(0, self.player.position)
        found = [n for n, stage in enumerate(stages) if stage["layer"] == name]
        if found:
            self._pick_row(min(found, key=lambda n: abs(n - at)))

    def _stages(self) -> list[dict[str, Any]]:
        return list(self._event.facts["stages"]) if self._event is not None else []

    def _show_stage(self, row: int) -> None:
        stages, event = self._stages(), self._event
        if event is None or not 0 <= row < len(stages):
            return
        stage = stages[row]
        self.list.blockSignals(True)
        self.list.setCurrentRow(row)
        self.list.blockSignals(False)
        self.title.setText(f"{GROUPS[stage['kind']]}: {stage['title']}" if stage["layer"] else stage["title"])
        self.sentence.setText(stage["sentence"])
        self.arrays.show_arrays({key: event.arrays[key] for key in stage["arrays"]})
        self.network.show_stage(self._lit(stages, row), stage["layer"])
        self.settled.emit(event.step)

    def _lit(self, stages: list[dict[str, Any]], row: int) -> dict[str, Any]:
        """What the layers show at a stage: outputs up to here on the way forward, errors from here on the way back."""
        assert self._event is not None
        kind = "backward" if any(stage["kind"] == "backward" for stage in stages[: row + 1]) else "forward"
        reached = [stage["layer"] for stage in stages[: row + 1] if stage["kind"] == kind]
        return {name: self._event.arrays[f"{kind}/{name}"] for name in reached}

    def _open(self, place: Place, at: QRect) -> None:
        event = self._event
        if event is None:
            return
        sample = int(event.arrays["batch/indices"][int(self.sample.value)])
        self.sample_wanted.emit(sample)
        self._opener.open(place, at, self.arrays)

    def _fail(self, failure: Failed) -> None:
        self.progress.hide()
        self.error.set_error(failure.message, failure.hint, failure.details)
        self._pages.setCurrentIndex(1)

    def _be_busy(self, text: str) -> None:
        self.progress.setVisible(bool(text))
        if text:
            self.progress.set_busy(text)

    def _progress(self, event: Progress) -> None:
        self.progress.show()
        self.progress.set_count(event.done, event.total, event.text)
