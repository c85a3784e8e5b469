"""One step: what a single optimiser step does, stage by stage, on the user's own network and batch."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.explain.number_opener import NumberOpener
from app.explain.player import Player
from app.explain.step.arrays import StageArrays
from app.explain.step.held import Holdings
from app.explain.step.network import PARTS, StageNetwork
from app.explain.step.walk_bar import WalkBar
from app.explain.view import View
from app.explanation import Explanation
from app.studio import Studio
from app.theme import Look
from app.widgets.error_state import ErrorState
from app.widgets.number_field import NumberField
from app.widgets.plain_label import PlainLabel
from app.widgets.progress_line import ProgressLine
from engine.explain.opened import Place
from engine.messages import Explained, Failed, Progress
from engine.shapes import infer

SHARES = (3, 2)  # of the width: the canvas, the arrays


class StepView(View):
    """The stages of the step that training does next from the moment shown; the training itself is not touched."""

    def __init__(self, studio: Studio, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(studio, look, parent)
        self._event: Explained | None = None
        self._holdings: Holdings | None = None
        self._ahead, self._until = 0, "none"
        self._explanation = Explanation(studio, "stages", self, is_live=False)
        self._opener = NumberOpener(studio, look, self)
        self.player, self.walk = Player("Stage", look), WalkBar(look)
        self.network, self.arrays = StageNetwork(look), StageArrays(look)
        self.title = PlainLabel("", "heading", look, "ink")
        self.sentence = PlainLabel("", "body", look, "ink2").set_wrapped()
        self.sample = NumberField(look, low=0)
        self.sample.setFixedWidth(56)
        self.sample.set_value(0)
        self.sample.setAccessibleName("Sample of the batch")
        self.progress = ProgressLine(look)
        self.error = ErrorState("", "", "", look)
        self._lay_out()
        self._connect()
        self._ask()

    def set_shown(self, is_shown: bool) -> None:
        """Ask only while somebody looks."""
        if is_shown:
            self._draw_network()
        self._explanation.set_shown(is_shown)
        if not is_shown:
            self.player.pause()
            self._opener.close()

    def regions(self) -> list[QWidget]:
        """The play row, the canvas, the arrays."""
        return [self.player, self.network.view, self.arrays]

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.player, 1)
        top.addWidget(PlainLabel("Sample of the batch", "body", self.look, "ink2"))
        top.addWidget(self.sample)
        rows = QVBoxLayout()
        rows.setContentsMargins(24, 12, 24, 10)
        rows.setSpacing(10)
        rows.addLayout(top)
        rows.addWidget(self.walk)
        rows.addWidget(self.progress)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(rows)
        column.addWidget(self._split(), 1)
        self.progress.hide()
        self._pages = QStackedWidget()
        self._pages.addWidget(page)
        self._pages.addWidget(self.error.page())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)

    def _split(self) -> QSplitter:
        """The canvas beside the arrays of the stage."""
        beside = QWidget()
        column = QVBoxLayout(beside)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        column.addWidget(self.title)
        column.addWidget(self.sentence)
        column.addWidget(self.arrays, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        for index, widget in enumerate((self.network, beside)):
            split.addWidget(widget)
            split.setStretchFactor(index, SHARES[index])
        split.setSizes([share * 1000 for share in SHARES])
        return split

    def _connect(self) -> None:
        self._explanation.explained.connect(self._take)
        self._explanation.failed.connect(self._fail)
        self._explanation.busy_changed.connect(self._be_busy)
        self._explanation.progressed.connect(self._progress)
        self.progress.cancelled.connect(self._cancel)
        self.error.retry.connect(self._explanation.refresh)
        self.player.moved.connect(self._show_stage)
        self.walk.next_wanted.connect(self._do_next)
        self.walk.back_wanted.connect(self._forget_walk)
        self.walk.walk_wanted.connect(self._walk)
        self.sample.changed.connect(lambda _: self._ask())
        self.network.picked.connect(self._pick_layer)
        self.network.part_picked.connect(self._pick_part)
        self.network.stepped.connect(lambda step: self.go_to(self.player.position + step))
        self.arrays.clicked.connect(self._open)
        self._opener.layer_wanted.connect(self.layer_wanted)
        self.studio.moment_changed.connect(self._forget_walk)
        self.studio.run_changed.connect(self._forget_walk)

    def go_to(self, row: int | None) -> None:
        """Show a stage; None, or one that does not exist, changes nothing."""
        if row is not None and 0 <= row < self.player.count:
            self.player.set_position(row)
            self._show_stage(row)

    def _ask(self) -> None:
        self._explanation.ask(
            sample=int(self.sample.value), ahead=self._ahead, until=self._until, above=float(self.walk.above.value)
        )

    def _forget_walk(self, _news: object = None) -> None:
        self._ahead, self._until = 0, "none"
        self._ask()

    def _do_next(self) -> None:
        self._ahead, self._until = self._ahead + 1, "none"
        self._ask()

    def _walk(self, until: str) -> None:
        self._until = until
        self._ask()

    def _cancel(self) -> None:
        self._until = "none"
        self._explanation.stop()
        self.progress.hide()

    def _draw_network(self) -> None:
        """The graph of the weights; its nodes where the user has them now, as long as it is the network drawn."""
        studio = self.studio
        graph = (studio.seen_project if studio.seen_differs else studio.document.project).graph
        self.network.set_graph(graph, infer(graph))

    def _take(self, event: Explained) -> None:
        until, self._event = self._until, event
        self._pages.setCurrentIndex(0)
        self.progress.hide()
        facts = event.facts
        if until != "none":  # the walk went there; from here on it is so many steps ahead
            self._ahead, self._until = int(facts["step"]) - event.step, "none"
        project = self.studio.seen_project
        heads = frozenset(head.node for head in project.heads)
        self._holdings = Holdings(event, infer(project.graph), heads, int(self.sample.value))
        self._draw_network()
        self.network.set_parts(_kinds(self._holdings))
        self.walk.show_step(event)
        self.player.set_count(len(self._holdings.stages))
        self.go_to(self._begin(until))

    def _begin(self, until: str) -> int:
        """The stage to show first: where what a walk looked for can be seen, else the one that was shown before."""
        assert self._holdings is not None and self._event is not None
        happened = bool(self._event.facts["stopped"])
        found = {
            "nan": self._holdings.first_broken(),
            "rise": self._holdings.first_of("loss"),
            "norm": self._holdings.first_of("backward"),
        }.get(until)
        return found if happened and found is not None else self.player.position

    def _pick_layer(self, name: str) -> None:
        if self._holdings is not None:
            self.go_to(self._holdings.nearest_of(name, self.player.position))

    def _pick_part(self, kind: str) -> None:
        if self._holdings is not None:
            self.go_to(self._holdings.first_of(kind))

    def _show_stage(self, row: int) -> None:
        event, holdings = self._event, self._holdings
        if event is None or holdings is None or not 0 <= row < len(holdings.stages):
            return
        stage = holdings.stages[row]
        part = dict(PARTS)[stage["kind"]]
        self.title.setText(f"{part}: {stage['title']}" if stage["layer"] else stage["title"])
        self.sentence.setText(stage["sentence"])
        self.arrays.show_arrays({key: event.arrays[key] for key in stage["arrays"]})
        self.network.show_stage(holdings.at(row), holdings.reached(row), holdings.current(row), stage["kind"])
        self.settled.emit(event.step)

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


def _kinds(holdings: Holdings) -> list[str]:
    return list(dict.fromkeys(stage["kind"] for stage in holdings.stages))
