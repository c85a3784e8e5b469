"""Inspector: the right panel of Build. Header, three pages for one layer, and the summary for none or several."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.canvas.editor import Editor
from app.canvas.face import glyph_of
from app.canvas.grouping import Grouping
from app.icons import paint_glyph
from app.panels.inspector.context import Subject
from app.panels.inspector.group_page import GroupPage
from app.panels.inspector.parameters import ParametersPage
from app.panels.inspector.summary import SeveralPage, SummaryPage
from app.panels.inspector.values import ActivationsPage, WeightsPage
from app.studio import Studio
from app.text import tooltip
from app.theme import Look
from app.widgets.elided_label import ElidedLabel
from app.widgets.icon_button import IconButton
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from app.widgets.surface import Surface

PAGES = [("parameters", "Parameters"), ("weights", "Weights"), ("activations", "Activations")]


class Inspector(Surface):
    """Shows what is selected on the canvas.

    Args:
        studio: document and engine.
        editor: renames and repairs.
        grouping: knows the group that is selected.

    Attributes:
        asked: id of an action that belongs to the selection.
        menu_requested: the "…" button was pressed.
        node_picked: a layer of the summary was clicked.
        left: the keyboard is wanted elsewhere.
    """

    left = Signal()

    asked = Signal(str)
    menu_requested = Signal(object)
    node_picked = Signal(str)

    def __init__(
        self, studio: Studio, editor: Editor, grouping: Grouping, look: Look, parent: QWidget | None = None
    ) -> None:
        super().__init__("panel", look, "left", parent)
        self._studio, self._editor, self._grouping = studio, editor, grouping
        self._subject: Subject | None = None
        self.header = Header(look)
        self.pages = Segmented(PAGES, look)
        self.parameters, self.weights, self.activations = ParametersPage(look), WeightsPage(look), ActivationsPage(look)
        self.summary, self.several, self.group = SummaryPage(look), SeveralPage(look), GroupPage(look)
        self._stack = QStackedWidget()
        self._areas: dict[QWidget, QScrollArea] = {
            page: PageArea(page)
            for page in (self.parameters, self.weights, self.activations, self.summary, self.several, self.group)
        }
        for area in self._areas.values():
            self._stack.addWidget(area)
        self._lay_out()
        self._connect()
        self.setAccessibleName("Inspector")
        self.synchronize()

    def synchronize(self) -> None:
        """Bring the panel in step with document and selection."""
        document = self._studio.document
        names = [name for name in document.selection if name in document.project.graph]
        one = len(names) == 1
        self._subject = None
        self.header.setVisible(one)
        self.pages.setVisible(one)
        if one:
            node = document.project.graph.node(names[0])
            self._subject = Subject(document.project, document.inference, node)
            self.header.show_subject(self._subject)
            self.parameters.show_subject(self._subject)
            self._show_page()
        elif path := self._grouping.chosen:
            is_open = self._grouping.is_open(path)
            self.group.show_group(path, document.project.graph, document.inference, is_open=is_open)
            self._stack.setCurrentWidget(self._areas[self.group])
        elif names:
            self.several.show_selection(frozenset(names), document.inference)
            self._stack.setCurrentWidget(self._areas[self.several])
        else:
            self.summary.show_project(document.project, document.inference)
            self._stack.setCurrentWidget(self._areas[self.summary])

    def focus_name(self) -> None:
        """Let the user type another name for the selected layer or group."""
        if self._subject is not None:
            self.header.name.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.header.name.selectAll()
        elif self._grouping.chosen:
            self.group.name.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.group.name.selectAll()

    def show_watched(self) -> None:
        """Show what the engine says about the selected layer; only the page in sight is worked on."""
        if self._subject is None or not self.isVisible():
            return
        watched = self._studio.watched_now
        self._page().show_watched(self._subject, watched)

    def _show_page(self) -> None:
        self._stack.setCurrentWidget(self._areas[self._page()])
        self.show_watched()

    def _page(self) -> ParametersPage | WeightsPage | ActivationsPage:
        match self.pages.value:
            case "weights":
                return self.weights
            case "activations":
                return self.activations
            case _:
                return self.parameters

    def _lay_out(self) -> None:
        top = QVBoxLayout()
        top.setContentsMargins(16, 8, 16, 0)
        top.setSpacing(8)
        top.addWidget(self.header)
        top.addWidget(self.pages)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        document = self._studio.document
        document.checked.connect(self.synchronize)
        document.selection_changed.connect(self.synchronize)
        self._studio.watched.connect(self.show_watched)
        self.pages.changed.connect(self._show_page)
        self.parameters.changed.connect(self._set_value)
        self.parameters.fix_requested.connect(self._apply_fix)
        self.header.renamed.connect(self._rename)
        self.header.left.connect(self.left)
        self.header.more.clicked.connect(lambda: self.menu_requested.emit(self.header.more))
        self.summary.picked.connect(self.node_picked)
        self.several.asked.connect(self.asked)
        self.group.asked.connect(self.asked)
        self.group.picked.connect(self.node_picked)
        self.group.renamed.connect(self._rename_group)

    def _set_value(self, name: str, value: object) -> None:
        if self._subject is None or self._subject.spec is None:
            return
        node = self._subject.node.name
        title = next((param.title for param in self._subject.spec.params if param.name == name), name)
        graph = self._editor.graph.with_values(node, {name: value})
        self._editor.apply(f"{title} of {node}", graph, merge=f"value:{node}:{name}")

    def _apply_fix(self, index: int) -> None:
        if self._subject is not None:
            self._editor.apply_fix(self._subject.node.name, index)

    def _rename_group(self, path: str, title: str) -> None:
        self.group.show_reason(self._grouping.rename(path, title))

    def _rename(self, new: str) -> None:
        if self._subject is not None:
            self.header.show_reason(self._editor.rename(self._subject.node.name, new))


class Header(QWidget):
    """Glyph, name to edit, Keras class, and the menu button.

    Attributes:
        renamed: the name that was typed.
        left: Enter or Esc was pressed in the name.
    """

    renamed = Signal(str)
    left = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._glyph = Glyph(look)
        self._kept = ""
        self.name = NameField()
        self.name.setProperty("plain", True)
        self.name.setFont(look.theme.font("heading"))
        self.name.setMaxLength(64)
        self.name.setAccessibleName("Name of the layer")
        self.name.editingFinished.connect(self._finish)
        self.name.given_up.connect(self._give_up)
        self.name.given_up.connect(self.left)
        self.name.returnPressed.connect(self._leave)
        self.name.textChanged.connect(self._fit)
        self._keras = ElidedLabel("", "body", look, "ink3")
        self._reason = PlainLabel("", "caption", look, "err").set_wrapped()
        self._reason.hide()
        self.more = IconButton("more", "Commands for this layer", look)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._glyph)
        row.addWidget(self.name)
        row.addWidget(self._keras, 1)
        row.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self._reason)

    def show_subject(self, subject: Subject) -> None:
        """Show a layer; a name being typed is kept."""
        spec = subject.spec
        if self._kept != subject.node.name or not self.name.hasFocus():
            self._kept = subject.node.name
            self.name.setText(self._kept)
            self.name.setCursorPosition(0)
            self.show_reason("")
        self._glyph.show_family(subject.node.kind, spec.family if spec else "")
        self._keras.set_text(spec.keras if spec else subject.node.kind)

    def show_reason(self, reason: str) -> None:
        """Say why the name cannot be used; empty where it can."""
        self._reason.setText(reason)
        self._reason.setVisible(bool(reason))

    def _leave(self) -> None:
        if self._reason.isHidden():
            self.left.emit()

    def _finish(self) -> None:
        if self.name.text() != self._kept:
            self.renamed.emit(self.name.text())

    def _give_up(self) -> None:
        self.name.setText(self._kept)
        self.show_reason("")

    def _fit(self, text: str) -> None:
        width = self.name.fontMetrics().horizontalAdvance(text) + 14
        self.name.setFixedWidth(min(max(width, 40), 168))
        self.name.setToolTip(tooltip(text))


class NameField(QLineEdit):
    """A line to type in; Esc gives up."""

    given_up = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc puts the old name back."""
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)


class Glyph(QWidget):
    """The glyph of a layer."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._kind, self._family = look, "", ""
        self.setFixedSize(QSize(16, 16))
        look.changed.connect(self.update)

    def show_family(self, kind: str, family: str) -> None:
        """Show another kind's glyph."""
        self._kind, self._family = kind, family
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        color = self._look.theme.family(self._family)
        paint_glyph(QPainter(self), glyph_of(self._kind, self._family), QRectF(self.rect()), color)


class PageArea(QScrollArea):
    """Scrolls a page; the right margin makes room for the scroll bar, so that the columns stay where they are."""

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(page)
        self.verticalScrollBar().rangeChanged.connect(self._fit_margin)

    def _fit_margin(self, _low: int, high: int) -> None:
        page = self.widget()
        layout = page.layout() if page is not None else None
        if layout is not None:
            margins = layout.contentsMargins()
            margins.setRight(16 - self.verticalScrollBar().sizeHint().width() if high > 0 else 16)
            layout.setContentsMargins(margins)
