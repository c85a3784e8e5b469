"""What the command palette offers: the commands, the layers to add, the examples and the settings."""

from collections.abc import Callable, Iterator
from functools import partial

from app.actions import ACTIONS, Action, Actions
from app.canvas.edits import added_after, new_node
from app.document import Document
from app.file_commands import FileCommands
from app.palette_entry import PaletteEntry
from app.theme import Look
from engine.examples import EXAMPLES
from engine.layers import LAYERS
from engine.layers.spec import LayerSpec
from engine.layout import GAP, node_size

THEMES = {"system": "Theme: follow the system", "dark": "Theme: dark", "light": "Theme: light"}
SCOPES = {"build": "Build", "use": "Use"}


def entries(
    actions: Actions, files: FileCommands, document: Document, look: Look, set_theme: Callable[[str], None]
) -> list[PaletteEntry]:
    """Every line of the palette, as things stand now."""
    return [
        *(_command(action, actions) for action in ACTIONS if action.id != "palette"),
        *_layers(document),
        *_examples(files),
        *(_theme(mode, look, set_theme) for mode in THEMES),
    ]


def _command(action: Action, actions: Actions) -> PaletteEntry:
    note = ""
    if not actions.is_enabled(action.id):
        elsewhere = action.scope and not actions.is_in_scope(action.id)
        note = f"in {SCOPES[action.scope]}" if elsewhere else "not now"
    return PaletteEntry(
        action.text,
        action.section,
        lambda: actions.trigger(action.id),
        action.keys[0].toString() if action.keys else "",
        icon=action.icon,
        keywords=action.keywords,
        note=note,
    )


def _layers(document: Document) -> Iterator[PaletteEntry]:
    """Add a layer after the only selected one, or else on its own."""
    after = next(iter(document.selection)) if len(document.selection) == 1 else ""
    for spec in LAYERS.values():
        text = f"Add {spec.name} after {after}" if after and spec.max_inputs else f"Add {spec.name}"
        keywords = f"layer {spec.keras} {spec.family}"
        add = _adder(document, spec, after)
        yield PaletteEntry(text, "Build", add, family=spec.family, keywords=keywords)


def _adder(document: Document, spec: LayerSpec, after: str) -> Callable[[], None]:
    def add() -> None:
        graph = document.project.graph
        if after in graph:
            source = graph.node(after)
            x, y, group = source.x + node_size(source.kind)[0] + GAP, source.y, source.path
        else:
            group, x, y = "", 32.0, max((node.y for node in graph.nodes), default=-170.0) + 234.0
        node = new_node(graph, spec.id, {}, (x, y), group)
        document.edit_graph(f"Add {spec.name}", added_after(graph, node, after if after in graph else ""))
        document.select([node.name])

    return add


def _examples(files: FileCommands) -> Iterator[PaletteEntry]:
    for example in EXAMPLES:
        keywords = f"{example.name} {example.family} starter"
        open_it = partial(files.open_example, example.name)
        yield PaletteEntry(f"Open example: {example.title}", "Home", open_it, icon="open", keywords=keywords)


def _theme(mode: str, look: Look, set_theme: Callable[[str], None]) -> PaletteEntry:
    chosen = "check" if look.mode == mode else "sun" if mode == "light" else "moon"
    return PaletteEntry(THEMES[mode], "Settings", lambda: set_theme(mode), icon=chosen, keywords="colours appearance")
