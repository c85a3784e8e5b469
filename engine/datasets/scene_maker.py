"""One labelled scene after another: scene i of a seed is always the same, whichever others are made."""

from dataclasses import dataclass

import numpy as np

from engine.datasets.scene_grounds import ground, pattern
from engine.datasets.scene_things import TURNS, Patch, digit_scans, drawn_digit, drawn_shape

TRIES = 12  # places, before an object that would hide too much of others is left out
CONTRAST = 0.35  # between the brightness of an object and of what is behind it, of 0 to 1; below 0.5
GREY = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R 601-2, as Pillow's "L"
FILL_WAVES = (2.5, 4.5)  # of a fill's pattern, over the object's side
PATTERN_OF = {"striped": "stripes", "dotted": "dots", "checked": "checks"}
FILLS = ("plain", *PATTERN_OF)
INSIDE = 0.5  # of a pixel that an object covers, from where the pixel is the object's


@dataclass(frozen=True)
class Recipe:
    """How scenes are made.

    Args:
        side: of the scene, px.
        objects: at most so many in a scene; at least one.
        things: classes: a digit "0" to "9"; a shape, e.g. "star", filled in any way; or how it is filled and the
            shape, e.g. "striped star".
        smallest, largest: the longer side of an object, of the scene's side.
        rotation: at most, either way, degrees; no further than until a shape looks the same again.
        overlap: at most so much of an object's pixels is hidden.
        ground: "texture", "photograph" or "both".
    """

    side: int
    objects: int
    things: tuple[str, ...]
    smallest: float
    largest: float
    rotation: float
    overlap: float
    ground: str


@dataclass(frozen=True)
class Scene:
    """A scene and all that is known about it; objects from the back to the front, the first one the largest.

    Args:
        image: uint8 (side, side, 3).
        labels: int32 (object,), places in the recipe's things.
        boxes: float32 (object, 4), x0, y0, x1, y1 around the pixels that are seen, px.
        keypoints: float32 (object, point, 3), x, y, and 1 hidden by another object or 2 seen.
        instances: uint8 (side, side), 0 for the ground, else object + 1.
    """

    image: "np.ndarray"
    labels: "np.ndarray"
    boxes: "np.ndarray"
    keypoints: "np.ndarray"
    instances: "np.ndarray"


def make_scene(recipe: Recipe, seed: int, index: int) -> Scene:
    """Make one scene. The largest objects of as many scenes as there are classes are all different."""
    random = np.random.default_rng((seed, index))
    pixels, side = ground(recipe.ground, recipe.side, random), recipe.side
    instances = np.zeros((side, side), np.uint8)
    count = int(random.integers(1, recipe.objects + 1))
    labels = random.integers(len(recipe.things), size=count)
    labels[0] = index % len(recipe.things)
    sizes = np.sort(random.uniform(recipe.smallest, recipe.largest, count))[::-1] * side
    seen, least = np.zeros(count + 1), np.zeros(count + 1)  # pixels of each object: those seen, and those that must be
    kept, keypoints = [], []
    for label, size in zip(labels.tolist(), sizes.tolist(), strict=True):
        patch = drawn(recipe, label, size, random)
        inside = patch.cover > min(INSIDE, patch.cover.max() / 2)  # of a thin stroke no pixel may be half covered
        found, hidden = placed(patch, inside, instances, seen - least, random)
        if found is None:
            continue
        patch = found
        seen -= hidden
        kept.append(label)
        seen[len(kept)] = inside.sum()
        least[len(kept)] = (1 - recipe.overlap) * seen[len(kept)]
        keypoints.append(patch.keypoints)
        window(instances, patch)[inside] = len(kept)
        paint(window(pixels, patch), patch.cover, fill_of(recipe.things[label], random), random)
    image = np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)
    points = seen_points(np.array(keypoints, np.float32), instances)
    return Scene(image, np.array(kept, np.int32), seen_boxes(instances, len(kept)), points, instances)


def drawn(recipe: Recipe, label: int, size: float, random: "np.random.Generator") -> Patch:
    """An object of a class, turned at random, cut to the scene's side."""
    name, middle = recipe.things[label], random.uniform(0, 1, 2)
    shape = name.split()[-1]
    most = min(recipe.rotation, TURNS.get(shape, 180))
    angle = random.uniform(-most, most)
    if name.isdigit():
        scans = digit_scans()[1][int(name)]
        patch = drawn_digit(int(scans[random.integers(len(scans))]), size, angle, middle)
    else:
        patch = drawn_shape(shape, size, angle, middle)
    return patch._replace(cover=patch.cover[: recipe.side, : recipe.side])


def placed(
    patch: Patch, inside: "np.ndarray", instances: "np.ndarray", spare: "np.ndarray", random: "np.random.Generator"
) -> "tuple[Patch | None, np.ndarray]":
    """Move a patch to where it hides no more of the objects before it than may be hidden.

    Args:
        inside: bool (height, width), the patch's own pixels.
        spare: how many pixels of each object may still be hidden, (object + 1,), the ground first.

    Returns:
        The patch, None where no place was found; how many pixels of each object it hides there, float (object + 1,).
    """
    room = np.array(instances.shape) - patch.cover.shape
    hidden = np.zeros(len(spare))
    for _ in range(TRIES):
        top, left = (int(place) for place in random.integers(room + 1))
        moved = Patch(top, left, patch.cover, np.add(patch.keypoints, (left - patch.left, top - patch.top)))
        hidden = np.bincount(window(instances, moved)[inside], minlength=len(spare)).astype(float)
        hidden[0] = 0
        if (hidden <= spare).all():
            return moved, hidden
    return None, hidden


def window(scene: "np.ndarray", patch: Patch) -> "np.ndarray":
    """The part of a scene (side, side, ...) that a patch lies on."""
    height, width = patch.cover.shape
    return scene[patch.top : patch.top + height, patch.left : patch.left + width]


def fill_of(name: str, random: "np.random.Generator") -> str:
    """How an object is filled: as its class says, else plain for a digit, and any way for a shape."""
    words = name.split()
    if len(words) > 1:
        return words[0]
    return FILLS[random.integers(len(FILLS))] if not name.isdigit() and random.random() < 0.5 else "plain"


def paint(behind: "np.ndarray", cover: "np.ndarray", fill: str, random: "np.random.Generator") -> None:
    """Lay an object over what is behind it (height, width, 3), in a colour that stands out from that."""
    under = float(behind[::2, ::2].mean(axis=(0, 1)) @ GREY)
    darkest, brightest = max(under - CONTRAST, 0), min(under + CONTRAST, 1)  # of what is dark enough, bright enough
    is_darker = random.random() < darkest / (darkest + 1 - brightest)
    brightness = random.uniform(0, darkest) if is_darker else random.uniform(brightest, 1)
    inner = toned(random.uniform(0, 1, 3), brightness)
    if fill != "plain":
        apart = CONTRAST if brightness < 0.5 else -CONTRAST
        other = toned(random.uniform(0, 1, 3), brightness + apart)
        share = pattern(PATTERN_OF[fill], max(cover.shape), random.uniform(*FILL_WAVES), random)
        inner = inner + (other - inner) * share[: cover.shape[0], : cover.shape[1], None]
    behind += (inner - behind) * cover[..., None]


def toned(colour: "np.ndarray", brightness: float) -> "np.ndarray":
    """A colour, float (3,), mixed with black or white until its grey value is `brightness`; float32."""
    grey = float(colour @ GREY)
    if brightness <= grey:
        return (colour * (brightness / max(grey, 1e-6))).astype(np.float32)
    return (1 - (1 - colour) * ((1 - brightness) / max(1 - grey, 1e-6))).astype(np.float32)


def seen_boxes(instances: "np.ndarray", count: int) -> "np.ndarray":
    """The box around the pixels of every object, float32 (object, 4)."""
    boxes = np.zeros((count, 4), np.float32)
    for place in range(count):
        mine = instances == place + 1
        rows, columns = np.flatnonzero(mine.any(axis=1)), np.flatnonzero(mine.any(axis=0))
        boxes[place] = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    return boxes


def seen_points(keypoints: "np.ndarray", instances: "np.ndarray") -> "np.ndarray":
    """Key points (object, point, 2) with 1 where an object in front lies over them and no own pixel beside, else 2."""
    columns, rows = np.moveaxis(keypoints.astype(np.int64), -1, 0)
    own = np.arange(1, len(keypoints) + 1)[:, None]
    padded = np.pad(instances, 2)
    columns, rows = (np.clip(places, -1, len(instances)) + 2 for places in (columns, rows))
    beside = [padded[rows + down, columns + across] == own for down in (-1, 0, 1) for across in (-1, 0, 1)]
    hidden = (padded[rows, columns] > own) & ~np.any(beside, axis=0)
    return np.concatenate([keypoints, np.where(hidden, 1, 2)[..., None]], axis=-1).astype(np.float32)


def in_color(image: "np.ndarray", color: str) -> "np.ndarray":
    """A scene uint8 (side, side, 3) as it is, or its brightness (side, side, 1) where `color` is "grey"."""
    if color != "grey":
        return image
    return np.rint(image @ GREY).astype(np.uint8)[..., None]
