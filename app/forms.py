"""A form made from a list of Param: the only form code there is."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.form_editors import make_editor
from app.text import tooltip
from app.theme import Look
from app.widgets.path_field import AskPath, ask_path
from app.widgets.plain_label import PlainLabel
from app.widgets.toggle import Toggle
from engine.params import Param


class Form(QWidget):
    """One row per setting. A wrong entry says why beside its field and emits nothing; the last valid value stays.

    Args:
        params: the settings, in the order of the rows.
        ask: replaces the dialog of path fields, in tests.
    """

    changed = Signal(str, object)  # name, new valid value
    hovered = Signal(str)  # name of the setting under the mouse, or empty

    def __init__(
        self, params: Sequence[Param], look: Look, ask: AskPath = ask_path, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._rows = {param.name: _Row(param, look, ask) for param in params}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for name, row in self._rows.items():
            column.addWidget(row)
            row.changed.connect(lambda value, name=name: self.changed.emit(name, value))
            row.hovered.connect(self.hovered)
            row.set_value(row.param.default)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show values without emitting `changed`; settings without a value show their default."""
        for name, row in self._rows.items():
            row.set_value(values.get(name, row.param.default))

    def values(self) -> dict[str, Any]:
        """Return the values in force, by name."""
        return {name: row.value for name, row in self._rows.items()}

    def highlight(self, name: str | None) -> None:
        """Light up one row, or none."""
        for other, row in self._rows.items():
            row.set_lit(other == name)

    def set_error(self, name: str, reason: str) -> None:
        """Show a reason beside a field, for what only others can check; empty takes it away."""
        if name in self._rows:
            self._rows[name].set_reason(reason)

    def editor(self, name: str) -> QWidget:
        """Return the control of a setting."""
        return self._rows[name].editor

    def reason(self, name: str) -> str:
        """Return what is said beside a field; empty when all is well."""
        return self._rows[name].reason

    def set_row_visible(self, name: str, visible: bool) -> None:
        """Show or hide a row."""
        self._rows[name].setVisible(visible)


class _Row(QWidget):
    """A label of 104 px and a control of 176 px, 34 px high."""

    changed = Signal(object)
    hovered = Signal(str)

    def __init__(self, param: Param, look: Look, ask: AskPath) -> None:
        super().__init__()
        self.param, self.value = param, param.default
        self._look, self._lit = look, False
        theme = look.theme
        self.setFixedHeight(theme.size("row"))
        self.setToolTip(tooltip(param.help))
        self._label = PlainLabel(param.title, "body", look)
        self._label.setFixedWidth(theme.size("label"))
        self.editor: Any = make_editor(param, look, ask)
        self._label.setBuddy(self.editor)
        self._reason = PlainLabel("", "caption", look, "err")
        self._reason.hide()
        self._arrange(theme.size("control"))
        self._connect()

    @property
    def reason(self) -> str:
        """What is said beside the field."""
        return self._reason.text()

    def set_value(self, value: Any) -> None:
        """Show a value."""
        self.value = value
        if isinstance(self.editor, Toggle):
            self.editor.blockSignals(True)
            self.editor.setChecked(bool(value))
            self.editor.blockSignals(False)
        else:
            self.editor.set_value(value)
        self.set_reason("")

    def set_reason(self, reason: str) -> None:
        """Say why an entry is not accepted."""
        self._reason.setText(reason)
        self._reason.setVisible(bool(reason))

    def set_lit(self, lit: bool) -> None:
        """Light up, as when the symbol it feeds is hovered."""
        self._lit = lit
        self._label.set_token("ink" if lit else "ink2")
        self.update()

    def enterEvent(self, event: QEvent) -> None:  # type: ignore[override]
        """Tell that the mouse is here."""
        self.hovered.emit(self.param.name)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that the mouse has left."""
        self.hovered.emit("")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground of a lit row."""
        if self._lit:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.theme.color("raised"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(-4, 1, 4, -1), 6, 6)

    def _arrange(self, width: int) -> None:
        holder = QWidget()
        holder.setMaximumWidth(width)
        holder.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        control = QHBoxLayout(holder)
        control.setContentsMargins(0, 0, 0, 0)
        control.setSpacing(8)
        fixed = self.param.kind == "bool" or self.editor.maximumWidth() < width
        control.addWidget(self.editor, 0 if fixed else 1)
        control.addWidget(self._reason)
        if fixed:
            control.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._label)
        row.addWidget(holder, 1)
        row.addStretch(0)

    def _connect(self) -> None:
        if isinstance(self.editor, Toggle):
            self.editor.toggled.connect(self._changed)
        else:
            self.editor.changed.connect(self._changed)
        rejected = getattr(self.editor, "rejected", None)
        if rejected is not None:
            rejected.connect(self.set_reason)

    def _changed(self, value: Any) -> None:
        self.value = value
        self.set_reason("")
        self.changed.emit(value)
