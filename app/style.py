"""The base style under the style sheet: Fusion, with tooltips after 250 ms as the design asks."""

from PySide6.QtWidgets import QApplication, QProxyStyle, QStyle, QStyleHintReturn, QStyleOption, QWidget

TOOLTIP_DELAY = 250  # ms


class GlassStyle(QProxyStyle):
    """Fusion with the tooltip delay of the design; the style sheet does everything else."""

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        data: QStyleHintReturn | None = None,
    ) -> int:
        """Return Qt's answer, but for the delay of tooltips."""
        if hint == QStyle.StyleHint.SH_ToolTip_WakeUpDelay:
            return TOOLTIP_DELAY
        return super().styleHint(hint, option, widget, data)


def install_style(app: QApplication) -> None:
    """Give the application this style, once."""
    if app.findChild(GlassStyle) is None:
        style = GlassStyle("Fusion")
        app.setStyle(style)
        style.setParent(app)
