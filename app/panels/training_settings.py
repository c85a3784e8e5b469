"""How the network is trained: optimiser, loss, rate, batch, epochs, seed; every change is a step of undo."""

from typing import Any

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.forms import Form
from app.plan_edits import (
    RATE,
    losses_for,
    optimizer_values,
    resolved_loss,
    waiting,
    with_loss,
    with_optimizer,
    with_optimizer_value,
    with_plan,
)
from app.studio import Studio
from app.text import count, tooltip
from app.theme import Look
from app.widgets.chip import Chip
from app.widgets.icon_button import IconButton
from app.widgets.number_field import NumberField
from app.widgets.open_number import OpenNumber
from app.widgets.plain_label import PlainLabel
from app.widgets.popover import Popover
from app.widgets.segmented import Segmented
from app.widgets.side_panel import SidePanel
from app.widgets.slider import Slider
from engine.optimizers import OPTIMIZERS
from engine.project import Project
from engine.tasks import LOSS_NAMES

BATCHES = (16, 32, 64, 128, 256)
RATE_LOW, RATE_HIGH = 1e-5, 1.0
BUSY = ("starting", "training", "paused", "stopping", "stuck")
EXECUTIONS = [("auto", "Auto"), ("graph", "Graph"), ("xla", "XLA")]
EXECUTION_HELP = (
    "Graph runs TensorFlow's own kernels; XLA compiles the whole step into one. On CPU, XLA is many times faster for "
    "dense and recurrent networks and many times slower for convolutions, so Auto takes Graph where there is a "
    "convolution and XLA where there is none. The run records the choice, because the two round differently."
)
SHORT_LOSSES = {"sparse_categorical_crossentropy": "Sparse CCE", "binary_crossentropy": "Binary CE"}


class TrainingSettings(SidePanel):
    """The configuration at the left of Train."""

    start_requested = Signal()
    fold_requested = Signal()

    def __init__(self, studio: Studio, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "right", parent)
        self._studio, self._document, self._look = studio, studio.document, look
        self.form: Form | None = None
        self._optimizer = ""
        self._has_run = False
        self._losses: dict[str, QComboBox] = {}
        self._make_fields()
        for section in (self._first_section(), self._rate_section(), self._batch_section(), self._seed_section()):
            self.add(section)
        self.set_foot(self._buttons())
        self._connect()
        self.synchronize()
        self.show_training(studio.training)

    def synchronize(self) -> None:
        """Bring the fields in step with the document."""
        project = self._document.project
        plan = project.plan
        self._show_losses(project)
        self._show_optimizer(plan.optimizer)
        values = optimizer_values(project)
        self.rate.set_value(values[RATE])
        self.rate.set_default(OPTIMIZERS[plan.optimizer].params[0].default)
        self.rate_field.set_value(values[RATE])
        if self.form is not None:
            self.form.set_values({name: value for name, value in values.items() if name != RATE})
        self.epochs.set_value(plan.epochs)
        sizes = sorted({*BATCHES, plan.batch_size})
        self.batches.set_options([(str(size), str(size)) for size in sizes])
        self.batches.set_value(str(plan.batch_size))
        self.batch.set_value(plan.batch_size)
        self.execution.set_value(plan.execution)
        self.seed.set_value(project.seed)
        self.show_steps()
        self._show_waiting()

    def show_steps(self) -> None:
        """Show how many steps an epoch has; needs the number of training samples."""
        data = self._studio.data
        self.steps.setEnabled(data is not None)
        batch = self._document.project.plan.batch_size
        self.steps.set_text(count(-(-data.counts[0] // batch)) if data else "–")

    def show_training(self, state: str) -> None:
        """Offer what can be done in a state of the training."""
        busy = state in BUSY
        self.start.setVisible(not busy)
        self.stop.setVisible(busy)
        self.stop.setText("Force stop" if state == "stuck" else "Stop")
        self.stop.setEnabled(state != "stopping")
        self.resume.setVisible(not busy and self._studio.can_resume)
        self._show_waiting()

    def show_run(self, name: str) -> None:
        """Name the run that is shown."""
        self.run_chip.set_text(name)
        self._has_run = bool(name)
        self.set_foldable(not self.fold_button.isHidden())

    def set_foldable(self, foldable: bool) -> None:
        """Offer to fold the panel; the button takes the place of the run's name."""
        self.fold_button.setVisible(foldable)
        self.run_chip.setVisible(self._has_run and not foldable)

    def _make_fields(self) -> None:
        look = self._look
        self.run_chip = Chip("", look)
        self.run_chip.hide()
        self.fold_button = IconButton("chevron_left", "Fold the configuration", look)
        self.fold_button.hide()
        self.fold_button.clicked.connect(self.fold_requested)
        self.optimizer = QComboBox()
        _shrink(self.optimizer)
        for record in OPTIMIZERS.values():
            self.optimizer.addItem(record.name, record.id)
            self.optimizer.setItemData(
                self.optimizer.count() - 1, tooltip(record.equation), Qt.ItemDataRole.ToolTipRole
            )
        self.epochs = NumberField(look, integer=True, low=1, high=100_000)
        self.rate = Slider(RATE_LOW, RATE_HIGH, look, log=True)
        self.rate.setAccessibleName("Learning rate")
        self.rate_field = NumberField(look, integer=False, low=1e-8, high=1e10)
        self.rate_field.setFixedWidth(84)
        self.rate_field.setAccessibleName("Learning rate")
        self.rate_note = PlainLabel("", "caption", look, "ink3").set_wrapped()
        self.batches = Segmented([(str(size), str(size)) for size in BATCHES], look)
        self.batch = NumberField(look, integer=True, low=1, high=1_000_000)
        self.steps = OpenNumber("–", look)
        self.execution = Segmented(EXECUTIONS, look)
        self.execution.setToolTip(tooltip(EXECUTION_HELP))
        self.seed = NumberField(look, integer=True, low=0, high=2**31 - 1)
        self.waiting_note = PlainLabel("", "caption", look, "warn").set_wrapped()
        self.start, self.resume, self.stop = QPushButton("Start new run"), QPushButton("Resume"), QPushButton("Stop")
        self.start.setProperty("kind", "primary")

    def _first_section(self) -> QWidget:
        section, column = _section()
        head = QHBoxLayout()
        head.addWidget(PlainLabel("Configuration", "title", self._look, "ink"))
        head.addStretch(1)
        head.addWidget(self.run_chip)
        head.addWidget(self.fold_button)
        column.addLayout(head)
        column.addLayout(self._row("Optimiser", self.optimizer))
        self._loss_rows = QVBoxLayout()
        self._loss_rows.setSpacing(6)
        column.addLayout(self._loss_rows)
        column.addLayout(self._row("Epochs", self.epochs))
        return section

    def _rate_section(self) -> QWidget:
        section, self._rate_column = _section()
        head = QHBoxLayout()
        head.addWidget(PlainLabel("Learning rate", "body", self._look))
        head.addStretch(1)
        head.addWidget(self.rate_field)
        self._rate_column.addLayout(head)
        self._rate_column.addWidget(self.rate)
        self._rate_column.addWidget(self.rate_note)
        self.rate_note.hide()
        return section

    def _batch_section(self) -> QWidget:
        section, column = _section()
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(PlainLabel("Batch size", "body", self._look))
        head.addStretch(1)
        head.addWidget(self.steps)
        head.addWidget(PlainLabel("steps per epoch", "number", self._look, "ink3"))
        column.addLayout(head)
        column.addWidget(self.batches)
        column.addLayout(self._row("Other size", self.batch))
        return section

    def _seed_section(self) -> QWidget:
        section, column = _section()
        column.addLayout(self._row("Execution", self.execution))
        column.addLayout(self._row("Seed", self.seed))
        return section

    def _buttons(self) -> QWidget:
        foot = QWidget()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.start, 2)
        row.addWidget(self.stop, 2)
        row.addWidget(self.resume, 1)
        column = QVBoxLayout(foot)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.waiting_note)
        column.addLayout(row)
        return foot

    def _row(self, label: str, field: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        name = PlainLabel(label, "body", self._look)
        name.setFixedWidth(74)
        name.setBuddy(field)
        field.setAccessibleName(label)
        row.addWidget(name)
        row.addWidget(field, 1)
        return row

    def _connect(self) -> None:
        self._document.changed.connect(lambda before, after: self.synchronize())
        self._document.checked.connect(lambda _: self._show_losses(self._document.project))
        self._studio.data_changed.connect(lambda _: self.show_steps())
        self._studio.training_changed.connect(self.show_training)
        self.optimizer.activated.connect(self._choose_optimizer)
        self.rate.changed.connect(lambda rate: self._set_rate(float(f"{rate:.3g}")))
        self.rate_field.changed.connect(self._set_rate)
        self.epochs.changed.connect(lambda n: self._plan("Set epochs", "epochs", n))
        self.batches.changed.connect(lambda n: self._plan("Set batch size", "batch_size", int(n)))
        self.batch.changed.connect(lambda n: self._plan("Set batch size", "batch_size", n))
        self.execution.changed.connect(lambda name: self._plan("Set execution", "execution", name))
        self.seed.changed.connect(self._set_seed)
        self.steps.opened.connect(self._open_steps)
        self.start.clicked.connect(self.start_requested)
        self.resume.clicked.connect(self._studio.resume)
        self.stop.clicked.connect(self._stop)

    def _open_steps(self) -> None:
        data, batch = self._studio.data, self._document.project.plan.batch_size
        if data is None:
            return
        popover = Popover(self._look, self)
        popover.set_breadcrumb(["batch size", "steps per epoch"])
        lines = (
            ("steps = ⌈training samples / batch size⌉", "ink3"),
            (f"      = ⌈{count(data.counts[0])} / {count(batch)}⌉ = {self.steps.text}", "ink"),
        )
        for line, token in lines:
            popover.body.addWidget(PlainLabel(line, "number", self._look, token))
        last = data.counts[0] % batch
        sentence = (
            f"The last batch of an epoch has {count(last)} samples; it is trained, not dropped."
            if last
            else ("Every batch is full.")
        )
        popover.body.addWidget(PlainLabel(sentence, "body", self._look).set_wrapped())
        popover.closed.connect(popover.deleteLater)
        popover.open_at(QRect(self.steps.mapToGlobal(self.steps.rect().topLeft()), self.steps.size()), self.steps)

    def _plan(self, text: str, name: str, value: Any) -> None:
        project = with_plan(self._document.project, **{name: value})
        self._document.edit(text, project, f"plan.{name}")

    def _set_seed(self, seed: int) -> None:
        self._document.edit("Set seed", self._document.project.replace(seed=seed), "seed")

    def _choose_optimizer(self, index: int) -> None:
        chosen = str(self.optimizer.itemData(index))
        if chosen != self._document.project.plan.optimizer:
            name = OPTIMIZERS[chosen].name
            self._document.edit(f"Choose {name}", with_optimizer(self._document.project, chosen))

    def _set_rate(self, rate: float) -> None:
        self._studio.set_learning_rate(rate)
        live = self._studio.training in ("starting", "training", "paused")
        self.rate_note.setText("Applied to the running training from its next step." if live else "")
        self.rate_note.setVisible(live)

    def _set_value(self, name: str, value: Any) -> None:
        project = with_optimizer_value(self._document.project, name, value)
        self._document.edit(f"Set {name}", project, f"plan.{name}")

    def _stop(self) -> None:
        if self._studio.training == "stuck":
            self._studio.force_stop()
        else:
            self._studio.stop()

    def _show_optimizer(self, optimizer: str) -> None:
        self.optimizer.setCurrentIndex(self.optimizer.findData(optimizer))
        self.optimizer.setToolTip(tooltip(OPTIMIZERS[optimizer].equation))
        if optimizer != self._optimizer:
            self._optimizer = optimizer
            self._rebuild_form()

    def _rebuild_form(self) -> None:
        if self.form is not None:
            self._rate_column.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
            self.form = None
        others = tuple(param for param in OPTIMIZERS[self._optimizer].params if param.name != RATE)
        if others:
            self.form = Form(others, self._look)
            self.form.changed.connect(self._set_value)
            self._rate_column.addWidget(self.form)

    def _show_losses(self, project: Project) -> None:
        if list(self._losses) != [head.node for head in project.heads]:
            self._rebuild_losses(project)
        for head in project.heads:
            box = self._losses[head.node]
            box.blockSignals(True)
            box.clear()
            for loss in losses_for(head, self._document.inference):
                box.addItem(SHORT_LOSSES.get(loss, LOSS_NAMES[loss]), loss)
                box.setItemData(box.count() - 1, LOSS_NAMES[loss], Qt.ItemDataRole.ToolTipRole)
            box.setCurrentIndex(box.findData(resolved_loss(head, self._document.inference)))
            box.blockSignals(False)

    def _rebuild_losses(self, project: Project) -> None:
        while (item := self._loss_rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._losses = {}
        for head in project.heads:
            holder, box = QWidget(), QComboBox()
            _shrink(box)
            row = self._row("Loss" if len(project.heads) == 1 else f"Loss, {head.node}", box)
            row.setContentsMargins(0, 0, 0, 0)
            holder.setLayout(row)
            box.activated.connect(lambda index, node=head.node, box=box: self._choose_loss(node, box.itemData(index)))
            self._losses[head.node] = box
            self._loss_rows.addWidget(holder)

    def _choose_loss(self, node: str, loss: str) -> None:
        self._document.edit("Choose the loss", with_loss(self._document.project, node, loss))

    def _show_waiting(self) -> None:
        run, busy = self._studio.run, self._studio.training in BUSY
        changed = waiting(run.project, self._document.project) if run is not None and busy else ()
        self.waiting_note.setText(f"Changed for the next run: {', '.join(changed)}." if changed else "")
        self.waiting_note.setVisible(bool(changed))


def _shrink(box: QComboBox) -> None:
    """Let a box be narrower than its longest entry."""
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(6)


def _section() -> tuple[QWidget, QVBoxLayout]:
    section = QWidget()
    column = QVBoxLayout(section)
    column.setContentsMargins(12, 10, 12, 10)
    column.setSpacing(6)
    return section, column
