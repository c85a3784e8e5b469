"""The application's one style sheet, generated from a theme."""

import re
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.theme import Theme

SURFACES = ("canvas", "bg0", "panel", "card", "raised", "warnbg", "errbg")
PICTURES = ("chevron_down", "chevron_right", "chevron_up", "check", "tick")


def style_sheet(theme: "Theme") -> str:
    """Return the style sheet for every standard widget. `$name` stands for a colour token, `@name` for a picture."""
    sheet = "\n".join((BASE, BUTTONS, FIELDS, POPUPS, VIEWS, SMALL, _surfaces()))
    for name in PICTURES:
        path = files("resources").joinpath("styles", f"{name}_{theme.name}.svg")
        sheet = sheet.replace(f"@{name};", f'url("{str(path).replace(chr(92), "/")}");')
    return re.sub(r"\$(\w+)", lambda found: theme.color(found[1]).name(), sheet)


def _surfaces() -> str:
    return "\n".join(f'QWidget[surface="{name}"] {{ background: ${name}; }}' for name in SURFACES)


BASE = """
QMainWindow, QStackedWidget[surface="canvas"] { background: $canvas; }
QDialog, QMessageBox { background: $panel; }
QFrame[card="true"] { background: $card; border: 1px solid $line; border-radius: 8px; }
QFrame[card="warn"] { background: $warnbg; border: 1px solid $warn; border-radius: 8px; }
QFrame[card="error"] { background: $errbg; border: 1px solid $err; border-radius: 8px; }
QFrame[card="popover"] { background: $card; border: 1px solid $line2; border-radius: 8px; }
QFrame[card="toast"] { background: $raised; border: 1px solid $line2; border-radius: 8px; }
QFrame[chip="raised"] { background: $raised; border: none; border-radius: 4px; }
QFrame[chip="ink"] { background: $ink; border: none; border-radius: 4px; }
QFrame[chip="key"] { background: transparent; border: 1px solid $line2; border-radius: 4px; }
QFrame[hairline="true"] { background: $line; border: none; }
QScrollArea, QAbstractScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
QSplitter::handle { background: $line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: $ctl; }
"""

BUTTONS = """
QPushButton { font-weight: 500; color: $ink; background: $raised; border: 1px solid $line2; border-radius: 6px;
  padding: 0 10px; min-height: 26px; outline: none; }
QPushButton:hover { border-color: $ctl; }
QPushButton:pressed, QPushButton:checked { background: $pressed; }
QPushButton:disabled { color: $off; border-color: $raised; }
QPushButton[compact="true"] { min-height: 22px; padding: 0 8px; }
QPushButton[kind="primary"] { font-weight: 600; color: $onink; background: $ink; border-color: $ink; }
QPushButton[kind="primary"]:hover { background: $ink2; border-color: $ink2; }
QPushButton[kind="primary"]:pressed { background: $ink3; border-color: $ink3; }
QPushButton[kind="primary"]:disabled { color: $off; background: $raised; border-color: $raised; }
QPushButton[kind="outline"] { background: transparent; }
QPushButton[kind="outline"]:hover { background: $raised; }
QPushButton[kind="outline"]:pressed, QPushButton[kind="outline"]:checked { background: $pressed; }
QPushButton[kind="outline"]:disabled { background: transparent; border-color: $line; }
QPushButton[kind="quiet"] { color: $ink2; background: transparent; border-color: transparent; }
QPushButton[kind="quiet"]:hover { color: $ink; background: $raised; }
QPushButton[kind="quiet"]:pressed, QPushButton[kind="quiet"]:checked { color: $ink; background: $pressed; }
QPushButton[kind="quiet"]:disabled { color: $off; background: transparent; }
QPushButton[kind="danger"] { color: $err; background: transparent; border-color: $err; }
QPushButton[kind="danger"]:hover { background: $errbg; }
QPushButton[kind="danger"]:pressed { background: $pressed; }
QPushButton[kind="danger"]:disabled { color: $off; border-color: $line; }
QPushButton::menu-indicator { image: none; width: 0; }
QToolButton { font-weight: 500; color: $ink2; background: transparent; border: 1px solid transparent;
  border-radius: 6px; padding: 0; }
QToolButton[frame="true"] { border-color: $line2; }
QToolButton:hover { color: $ink; background: $raised; }
QToolButton[frame="true"]:hover { border-color: $ctl; }
QToolButton:checked { background: $raised; }
QToolButton:pressed { background: $pressed; }
QToolButton:disabled { color: $off; }
QToolButton::menu-indicator { image: none; width: 0; }
QCheckBox, QRadioButton { color: $ink2; spacing: 8px; min-height: 24px; outline: none; }
QCheckBox:hover, QRadioButton:hover { color: $ink; }
QCheckBox:disabled, QRadioButton:disabled { color: $off; }
QCheckBox::indicator, QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid $ctl; border-radius: 4px;
  background: $field; }
QRadioButton::indicator { border-radius: 7px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $ink2; }
QCheckBox::indicator:checked { background: $ink; border-color: $ink; image: @check; }
QRadioButton::indicator:checked { border-color: $ink; background: qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5,
  fx: 0.5, fy: 0.5, stop: 0 $ink, stop: 0.5 $ink, stop: 0.6 $field, stop: 1 $field); }
QCheckBox::indicator:disabled { border-color: $line2; }
"""

FIELDS = """
QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox { color: $ink; background: $field; border: 1px solid $line2;
  border-radius: 6px; padding: 0 8px; min-height: 26px; selection-background-color: $ink; selection-color: $onink; }
QLineEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover { background: $raised; border-color: $ctl; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QComboBox:on { background: $field;
  border: 2px solid $ink; padding: 0 7px; min-height: 24px; }
QLineEdit[invalid="true"] { background: $field; border: 2px solid $err; padding: 0 7px; min-height: 24px; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled { color: $off;
  background: transparent; border-color: $line; }
QLineEdit[bare="true"], QLineEdit[bare="true"]:hover, QLineEdit[bare="true"]:focus { background: transparent;
  border: none; padding: 0; min-height: 24px; }
QLineEdit[plain="true"] { background: transparent; border: 1px solid transparent; padding: 0; min-height: 20px; }
QLineEdit[plain="true"]:hover { background: transparent; border-bottom: 1px dotted $ctl; }
QLineEdit[plain="true"]:focus { background: $field; border: 2px solid $ink; padding: 0; min-height: 18px;
  border-radius: 4px; }
QComboBox { padding-right: 4px; combobox-popup: 0; }
QComboBox:focus, QComboBox:on { padding-right: 3px; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: @chevron_down; width: 14px; height: 14px; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button { width: 16px;
  border: none; background: transparent; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: @chevron_up; width: 10px; height: 10px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: @chevron_down; width: 10px; height: 10px; }
QPlainTextEdit, QTextEdit, QTextBrowser { color: $ink; background: $field; border: 1px solid $line2; border-radius: 6px;
  selection-background-color: $ink; selection-color: $onink; }
QPlainTextEdit:focus, QTextEdit:focus { border: 2px solid $ink; }
QPlainTextEdit[bare="true"] { background: $canvas; border: none; border-radius: 0; }
"""

POPUPS = """
QMenu { color: $ink; background: $card; border: 1px solid $line2; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; background: transparent; }
QMenu::item:selected { background: $raised; }
QMenu::item:disabled { color: $off; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QMenu::indicator { width: 14px; height: 14px; left: 6px; }
QMenu::indicator:checked { image: @tick; }
QMenu::right-arrow { image: @chevron_right; width: 14px; height: 14px; }
QMenu::icon { left: 8px; }
QToolTip { color: $ink; background: $raised; border: 1px solid $line2; padding: 4px 6px; }
QComboBox QAbstractItemView { color: $ink; background: $card; border: 1px solid $line2; padding: 4px; outline: none;
  selection-background-color: $raised; selection-color: $ink; }
QComboBox QAbstractItemView::item { min-height: 26px; padding: 0 6px; border-radius: 4px; }
QComboBox QAbstractItemView::item:hover, QComboBox QAbstractItemView::item:selected { background: $raised;
  color: $ink; }
"""

VIEWS = """
QTableView, QListView, QTreeView { color: $ink; background: transparent; border: none; outline: none;
  gridline-color: $line; selection-background-color: $raised; selection-color: $ink; }
QTableView::item { padding: 0 8px; border-bottom: 1px solid $line; }
QListView::item { min-height: 28px; padding: 0 8px; border-radius: 4px; }
QTableView::item:hover, QListView::item:hover, QTreeView::item:hover { background: $card; }
QTableView::item:selected, QListView::item:selected, QTreeView::item:selected { background: $raised; color: $ink; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { color: $ink3; background: transparent; border: none; border-bottom: 1px solid $line; padding:
  0 8px; min-height: 28px; font-size: 11px; font-weight: 500; }
QTableCornerButton::section { background: transparent; border: none; }
QTabWidget::pane { border: none; border-top: 1px solid $line; }
QTabBar { background: transparent; border: none; }
QTabBar::tab { color: $ink2; background: transparent; padding: 0 12px; min-height: 34px; font-size: 13px;
  font-weight: 500; border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: $ink; }
QTabBar::tab:selected { color: $ink; font-weight: 600; border-bottom: 2px solid $ink; }
QTabBar::tab:focus { background: $raised; }
QTabBar::tab:disabled { color: $off; }
"""

SMALL = """
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $line2; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: $ctl; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSlider { min-height: 24px; }
QSlider::groove:horizontal { height: 2px; background: $line2; }
QSlider::sub-page:horizontal { background: $ink2; }
QSlider::handle:horizontal { width: 8px; height: 8px; margin: -6px 0; background: $ink; border: 3px solid $panel;
  border-radius: 7px; }
QSlider::handle:horizontal:focus { background: $ink; border-color: $ink; }
QProgressBar { color: transparent; background: $raised; border: none; border-radius: 2px; min-height: 4px;
  max-height: 4px; }
QProgressBar::chunk { background: $ink; border-radius: 2px; }
"""
