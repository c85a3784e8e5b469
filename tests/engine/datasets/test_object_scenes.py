"""Made scenes of several objects: the same ones again, and everything said about them is what is drawn."""

import numpy as np
import pytest

from engine.datasets import scene_maker
from engine.datasets.choice import describe, load
from engine.datasets.object_scenes import KEYPOINTS, OBJECT_SCENES, THINGS, annotated, recipe
from engine.datasets.scene_maker import GREY, Recipe, make_scene
from engine.datasets.scene_things import outermost, outline, shape_keypoints
from engine.errors import UserError
from engine.params import defaults
from engine.project import DataChoice
from engine.vision.mask_forms import box_of, painted

RECIPES = {
    "both": Recipe(96, 6, THINGS["both"], 0.15, 0.5, 40, 0.3, "both"),
    "digits": Recipe(64, 4, THINGS["digits"], 0.1, 0.3, 180, 0.8, "photograph"),
    "textured": Recipe(80, 5, THINGS["textured"], 0.1, 0.7, 180, 0.0, "texture"),
}
KINDS = pytest.mark.parametrize("kind", RECIPES)


@KINDS
def test_a_scene_does_not_depend_on_the_others(kind):
    forward = [make_scene(RECIPES[kind], 3, index) for index in range(6)]
    backward = [make_scene(RECIPES[kind], 3, index) for index in reversed(range(6))][::-1]
    for one, other in zip(forward, backward, strict=True):
        for name in ("image", "labels", "boxes", "keypoints", "instances"):
            assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert not np.array_equal(forward[0].image, make_scene(RECIPES[kind], 4, 0).image)
    assert not np.array_equal(forward[0].image, forward[1].image)


@KINDS
def test_what_is_said_fits_together(kind):
    made = RECIPES[kind]
    for index in range(40):
        scene = make_scene(made, 5, index)
        count = len(scene.labels)
        assert 1 <= count <= made.objects and scene.labels[0] == index % len(made.things)
        assert set(np.unique(scene.instances)) - {0} == set(range(1, count + 1))
        for place in range(count):
            assert box_of(scene.instances == place + 1) == tuple(scene.boxes[place])
        assert scene.image.shape == (made.side, made.side, 3) and scene.image.dtype == np.uint8
        points = scene.keypoints[..., :2]
        assert points.shape == (count, len(KEYPOINTS), 2) and (points > -1.5).all() and (points < made.side + 1.5).all()
        assert set(np.unique(scene.keypoints[..., 2])) <= {1, 2}


def test_nothing_is_hidden_where_no_overlap_is_allowed_and_key_points_lie_on_the_outline():
    for index in range(40):
        scene = make_scene(RECIPES["textured"], 6, index)
        assert (scene.keypoints[..., 2] == 2).all()
        for (x0, y0, x1, y1), points in zip(scene.boxes, scene.keypoints, strict=True):
            x, y = points[:, 0], points[:, 1]
            assert (x >= x0 - 1.5).all() and (x <= x1 + 1.5).all() and (y >= y0 - 1.5).all() and (y <= y1 + 1.5).all()


def test_a_key_point_is_hidden_where_an_object_further_in_front_lies_over_it():
    hidden_at_all = 0
    for index in range(30):
        scene = make_scene(RECIPES["both"], 8, index)
        for place, points in enumerate(scene.keypoints, start=1):
            for x, y, seen in points.tolist():
                around = scene.instances[max(int(y) - 1, 0) : int(y) + 2, max(int(x) - 1, 0) : int(x) + 2]
                over = scene.instances[min(max(int(y), 0), 95), min(max(int(x), 0), 95)] > place
                assert (seen == 1) == (over and place not in around) or not 0 <= x < 96 or not 0 <= y < 96
                hidden_at_all += seen == 1
    assert hidden_at_all


@pytest.mark.parametrize("overlap", [0.0, 0.3, 0.8])
def test_no_more_of_an_object_is_hidden_than_allowed(overlap, monkeypatch):
    areas = []
    real = scene_maker.window

    def watched(scene, patch):
        if scene.ndim == 3:  # called once for every object, when it is painted
            areas.append((patch.cover > min(0.5, patch.cover.max() / 2)).sum())
        return real(scene, patch)

    monkeypatch.setattr(scene_maker, "window", watched)
    least = 1.0
    for index in range(40):
        areas.clear()
        scene = make_scene(Recipe(64, 6, THINGS["shapes"], 0.3, 0.5, 0, overlap, "texture"), 4, index)
        seen = np.bincount(scene.instances.ravel())[1:] / areas
        assert (seen >= 1 - overlap - 1e-9).all()
        least = min(least, seen.min())
    assert least < 1 - 0.6 * overlap if overlap else least == 1


def test_an_object_stands_out_from_its_ground():
    made = Recipe(64, 1, THINGS["shapes"], 0.3, 0.5, 30, 0.0, "texture")
    for index in range(40):
        scene = make_scene(made, 2, index)
        grey = scene.image / 255 @ GREY
        x0, y0, x1, y1 = scene.boxes[0].astype(int)
        around = np.ones_like(grey, bool)
        around[scene.instances == 1] = False
        near = np.zeros_like(around)
        near[max(y0 - 4, 0) : y1 + 4, max(x0 - 4, 0) : x1 + 4] = True
        assert abs(grey[scene.instances == 1].mean() - grey[around & near].mean()) > 0.1


def test_shapes_have_their_key_points():
    assert shape_keypoints("triangle") == pytest.approx(outline("triangle")[[0, 1, 2, 2]])
    square = shape_keypoints("square")
    assert square == pytest.approx(np.array([[0.5, -0.5], [0.5, 0.5], [-0.5, 0.5], [-0.5, -0.5]]))
    assert outermost(np.array([[0.0, 0], [3, 0], [3, 2], [0, 2]])).tolist() == [[3, 0], [3, 2], [0, 2], [0, 0]]
    for shape in THINGS["shapes"]:
        points = outline(shape)
        assert np.ptp(points, axis=0).max() == pytest.approx(1) and abs(points).max() == pytest.approx(0.5)


def test_the_dataset_holds_every_target_of_every_scene():
    values = {**defaults(OBJECT_SCENES.params), "count": 70, "things": "textured", "objects": 4, "color": "grey"}
    choice = DataChoice("object_scenes", values, seed=9)
    samples = load(choice).samples
    assert samples.description == describe(choice) and samples.x.shape == (70, 64, 64, 1)
    shapes = {name: array.shape for name, array in samples.targets.items()}
    assert shapes == {
        "labels": (70, 4), "boxes": (70, 4, 4), "void": (70, 4), "keypoints": (70, 4, 4, 3),
        "mask": (70, 64, 64), "instances": (70, 64, 64),
    }  # fmt: skip
    for index in (0, 17, 69):
        scene = make_scene(recipe(values), 9, index)
        count = len(scene.labels)
        assert samples.targets["labels"][index].tolist() == [*scene.labels, *[-1] * (4 - count)]
        assert np.array_equal(samples.targets["boxes"][index, :count], scene.boxes)
        assert np.array_equal(samples.targets["instances"][index], scene.instances)
        inside = scene.instances > 0
        assert np.array_equal(samples.targets["mask"][index] > 0, inside)
        assert samples.targets["mask"][index].max() == scene.labels.max() + 1
        assert samples.y[index] == scene.labels[0]
        assert samples.boxes[index].tolist() == scene.boxes[0][[1, 0, 3, 2]].tolist()


def test_a_scene_in_the_form_of_annotations():
    scene = make_scene(RECIPES["both"], 1, 4)
    found = annotated(scene, THINGS["both"])
    assert (found.width, found.height) == (96, 96) and len(found.objects) == len(scene.labels)
    for place, thing in enumerate(found.objects):
        assert thing.label == THINGS["both"][scene.labels[place]] and thing.box == tuple(scene.boxes[place])
        assert np.array_equal(painted(thing.mask, (96, 96)), scene.instances == place + 1)
        points = [[point.x, point.y, point.visibility] for point in thing.keypoints]
        assert np.array_equal(points, scene.keypoints[place])


def test_sizes_that_contradict_each_other():
    with pytest.raises(UserError, match=r"smallest object is 0\.5"):
        describe(DataChoice("object_scenes", {"smallest": 0.5, "largest": 0.3}))
