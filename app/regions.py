"""Regions: F6 moves the keyboard from the top bar to the panels, the main view and the transport, and round again."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


def move_focus(regions: Sequence[QWidget], step: int) -> None:
    """Give the focus to the next region that can take it.

    Args:
        regions: in the order of the screen.
        step: 1 forwards, −1 backwards.
    """
    focused = QApplication.focusWidget()
    here = next((n for n, region in enumerate(regions) if contains(region, focused)), None)
    start = here if here is not None else -1 if step > 0 else len(regions)
    for distance in range(1, len(regions) + 1):
        target = first_focusable(regions[(start + step * distance) % len(regions)])
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)
            return


def contains(region: QWidget, widget: QWidget | None) -> bool:
    """Whether `widget` is the region or lies in it."""
    return widget is not None and (region is widget or region.isAncestorOf(widget))


def first_focusable(region: QWidget) -> QWidget | None:
    """The first widget of a region that Tab would reach, in the order of the focus chain."""
    if _takes_focus(region):
        return region
    chain = region.nextInFocusChain()
    while chain is not None and chain is not region:
        if region.isAncestorOf(chain) and _takes_focus(chain):
            return chain
        chain = chain.nextInFocusChain()
    return None


def _takes_focus(widget: QWidget) -> bool:
    wants = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return wants and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None
