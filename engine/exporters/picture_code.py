"""Crops of photographs and generated scenes as plain Python, for a stand-alone script: the program's own functions."""

import ast
import inspect
from collections.abc import Callable
from textwrap import dedent

from engine.datasets import photo_regions, scene_grounds, scene_maker, scene_things, scenes
from engine.datasets.object_scenes import recipe
from engine.params import Values

PHOTOS = """
    photos = {{name: Image.fromarray(load_sample_image(name)) for name in {photos!r}}}
    random = np.random.default_rng({seed!r})
    count, side = {count!r}, {side!r}
    taken = [BLOCKS[number] for number in block_numbers(count)]
    x = np.stack([crop(photos[name], place, side, random) for name, place in taken])
    return x, np.arange(count, dtype=np.int32) % len(OF_CLASS)
"""
NUMBERS = '''
    def block_numbers(count):
        """Which block each crop is from."""
        turns = [(at % len(OF_CLASS), at // len(OF_CLASS)) for at in range(count)]
        return np.array([OF_CLASS[label][turn % len(OF_CLASS[label])] for label, turn in turns], np.int32)
'''
SCENES = """
    recipe = {recipe!r}
    scenes = [make_scene(recipe, {seed!r}, index) for index in range({count!r})]
    x = np.stack([in_color(scene.image, {color!r}) for scene in scenes])
    return x.astype(np.float32), np.array([scene.labels[0] for scene in scenes], np.int32)
"""
SPLIT = '''
    def split_codes(y):
        """0 train, 1 validation, 2 test for every crop; all crops of a block get the same."""
        _, first, place = np.unique(load_data.block_numbers(y.size), return_index=True, return_inverse=True)
        return _split_codes(y[first])[place]
'''


def _photo_regions(values: Values, seed: int) -> str:
    places = photo_regions.blocks()
    of_class = [[at for at, block in enumerate(places) if block.name == name] for name in photo_regions.CLASSES]
    literal = [(block.photo, tuple(block[2:])) for block in places]
    body = dedent(PHOTOS).strip("\n")
    parts = (
        "from PIL import Image\nfrom sklearn.datasets import load_sample_image",
        f"SMALLEST = {photo_regions.SMALLEST!r}\nBLOCKS = {literal!r}\nOF_CLASS = {of_class!r}",
        dedent(NUMBERS).strip("\n"),
        inspect.getsource(photo_regions.crop).strip("\n"),
        "load_data.block_numbers = block_numbers\n"
        + body.format(photos=photo_regions.PHOTOS, seed=seed, count=int(values["count"]), side=int(values["size"])),
    )
    return "\n\n".join(parts)


def _scenes(values: Values, seed: int) -> str:
    constants = "\n".join(f"{name} = {getattr(scenes, name)!r}" for name in ("SHAPES", "OBJECT", "INK", "FINE"))
    functions = (scenes.made_scenes, scenes.enlarged_digit, scenes.drawn_shape, scenes.textured_ground, scenes.placed)
    made = "\n\n".join(inspect.getsource(function).strip("\n") for function in functions)
    count, side = int(values["count"]), int(values["size"])
    return f"{constants}\n\n{made}\n\nreturn made_scenes({count}, {side}, {values['texture']!r}, {seed})[:2]"


def blocks_split(split: str) -> str:
    """Let the code of `split_codes` give away blocks instead of crops."""
    whole = split.replace("def split_codes(", "def _split_codes(").strip("\n")
    return f"{whole}\n\n\n{dedent(SPLIT).strip()}\n"


def _object_scenes(values: Values, seed: int) -> str:
    """The whole maker, its modules' imports of one another left out."""
    modules = (scene_things, scene_grounds, scene_maker)
    made = "\n\n".join(_without_own_imports(inspect.getsource(module)) for module in modules)
    body = dedent(SCENES).strip("\n").format(recipe=recipe(values), seed=seed, **values)
    return f"{made}\n\n{body}"


def _without_own_imports(source: str) -> str:
    """A module's text from behind its docstring, without what it imports from this program."""
    tree = ast.parse(source)
    lines = source.splitlines()
    for node in tree.body[:1] + [node for node in tree.body if _is_own_import(node)]:
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1):
            lines[number - 1] = ""
    return "\n".join(lines).strip("\n")


def _is_own_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and (node.module or "").startswith("engine")


PICTURES: dict[str, Callable[[Values, int], str]] = {
    "photo_regions": _photo_regions,
    "scenes": _scenes,
    "object_scenes": _object_scenes,
}
BY_BLOCKS = ("photo_regions",)
