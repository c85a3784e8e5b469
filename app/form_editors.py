"""Which control edits which kind of Param."""

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from app.text import TIMES, minus
from app.theme import Look
from app.widgets.choice_box import ChoiceBox
from app.widgets.number_field import NumberField
from app.widgets.number_slider import NumberSlider
from app.widgets.pair_field import PairField
from app.widgets.path_field import AskPath, PathField
from app.widgets.segmented import Segmented
from app.widgets.text_field import TextField
from app.widgets.toggle import Toggle
from engine.errors import UserError
from engine.params import Param

ALONE = 96  # px of a number field without a slider
SLIDABLE = 512  # an int whose range is longer gets a slider only over decades
SEGMENTS, LETTERS = 3, 20  # a choice of at most so many options with so many letters shows them all
ACRONYMS = {
    "relu": "ReLU", "elu": "ELU", "selu": "SELU", "gelu": "GELU", "tanh": "tanh", "rgb": "RGB", "silu": "SiLU",
    "leaky_relu": "Leaky ReLU", "relu6": "ReLU6", "he_normal": "He normal", "he_uniform": "He uniform",
}  # fmt: skip


class Editor(Protocol):
    """What every control of a form has."""

    changed: SignalInstance

    def set_value(self, value: Any) -> None:
        """Show a value without emitting `changed`."""


def make_editor(param: Param, look: Look, ask: AskPath) -> QWidget:
    """Return the control for a setting; it has `changed`, `set_value`, and `rejected` where text can be wrong."""
    makers: dict[str, Callable[[], QWidget]] = {
        "int": lambda: _number(param, look),
        "float": lambda: _number(param, look),
        "bool": lambda: Toggle(look, param.unit),
        "choice": lambda: _choice(param, look),
        "pair": lambda: PairField(look, param.low, param.high),
        "shape": lambda: TextField(look, lambda text: _shape(param, text), _written_shape, "number"),
        "text": lambda: TextField(look, lambda text: _text(param, text)),
        "path": lambda: PathField(look, param.title, param.name in ("folder", "directory"), ask),
    }
    editor = makers[param.kind]()
    editor.setAccessibleName(param.title)
    return editor


def choice_label(value: str, short: bool = False) -> str:
    """Return an option in words: "glorot_uniform" is "Glorot uniform", in a segment "valid" stays "valid"."""
    if value in ACRONYMS:
        return ACRONYMS[value]
    words = value.replace("_", " ")
    return words if short or not words.islower() else words.capitalize()


def _number(param: Param, look: Look) -> QWidget:
    integer = param.kind == "int"
    if param.low is not None and param.high is not None and _is_slidable(param, integer):
        slider = NumberSlider(param.low, param.high, look, param.log, integer, param.unit)
        slider.set_default(param.default)
        return slider
    field = NumberField(look, integer, param.low, param.high, param.unit)
    field.setFixedWidth(ALONE)
    return field


def _is_slidable(param: Param, integer: bool) -> bool:
    span = (param.high or 0) - (param.low or 0)
    if param.log and (param.low or 0) > 0:
        return True
    return 2 <= span <= SLIDABLE if integer else 0 < span <= 1e3


def _choice(param: Param, look: Look) -> QWidget:
    few = len(param.choices) <= SEGMENTS and sum(map(len, param.choices)) <= LETTERS
    options = [(value, choice_label(value, short=few)) for value in param.choices]
    return Segmented(options, look) if few else ChoiceBox(options, look)


def _text(param: Param, text: str) -> str:
    return str(_checked(param, text.strip()))


def _shape(param: Param, text: str) -> list[int]:
    parts = text.replace(TIMES, " ").replace("x", " ").replace(",", " ").replace("(", " ").replace(")", " ").split()
    try:
        sizes = [int(part.replace("\u2212", "-")) for part in parts]
    except ValueError:
        raise ValueError("whole numbers only") from None
    if not 1 <= len(sizes) <= 4:
        raise ValueError("1 to 4 numbers")
    return list(_checked(param, sizes))


def _checked(param: Param, value: Any) -> Any:
    try:
        return param.check(value)
    except UserError as error:
        raise ValueError(_reason(param)) from error


def _reason(param: Param) -> str:
    if param.kind == "shape" and param.low is not None:
        return f"each {minus(f'{param.low:g}')} or more"
    return "not accepted"


def _written_shape(sizes: Any) -> str:
    return f" {TIMES} ".join(minus(str(size)) for size in sizes)
