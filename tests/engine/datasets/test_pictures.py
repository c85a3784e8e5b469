"""Crops of photographs, and scenes with one object: where their samples come from."""

from itertools import combinations

import numpy as np
import pytest

from engine.datasets.choice import load
from engine.datasets.photo_regions import CLASSES, ENOUGH, INSIDE, PHOTOS, blocks, photographs, region_mask
from engine.datasets.split import split_blocks
from engine.errors import UserError
from engine.project import DataChoice


@pytest.fixture(scope="module")
def regions():
    return load(DataChoice("photo_regions", {"count": 240}))


@pytest.fixture(scope="module")
def scenes():
    return load(DataChoice("scenes", {"count": 280}))


def test_the_photographs_are_there():
    assert tuple(path.name for path in photographs()) == PHOTOS


def test_no_two_blocks_overlap_and_each_lies_in_its_region():
    found = blocks()
    for first, second in combinations(found, 2):
        if first.photo == second.photo:
            apart = first.top + first.side <= second.top or second.top + second.side <= first.top
            beside = first.left + first.side <= second.left or second.left + second.side <= first.left
            assert apart or beside
    for name in CLASSES:
        mine = [block for block in found if block.name == name]
        assert len(mine) >= ENOUGH
        for block in mine:
            here = region_mask(block.photo, name)[
                block.top : block.top + block.side, block.left : block.left + block.side
            ]
            assert here.shape == (block.side, block.side) and here.mean() >= INSIDE


def test_a_block_is_in_one_part_only_and_every_part_has_every_class(regions):
    chosen, split, y = regions.samples.blocks, regions.split, regions.samples.y
    for block in np.unique(chosen):
        assert len(np.unique(split[chosen == block])) == 1 and len(np.unique(y[chosen == block])) == 1
    for part in (0, 1):
        assert set(y[split == part]) == set(range(len(CLASSES)))


def test_a_crop_is_pixels_of_its_photograph(regions):
    sky = regions.samples.x[regions.samples.y == CLASSES.index("sky")]
    tree = regions.samples.x[regions.samples.y == CLASSES.index("tree")]
    assert sky[..., 2].mean() > 200 > 130 > tree.mean()  # sky is bright and blue, trees are dark


def test_blocks_are_given_away_whole():
    labels, chosen = np.repeat([0, 1], 50), np.repeat(np.arange(10), 10)
    codes = split_blocks(labels, chosen, 0.2, 0.2, seed=3)
    assert all(len(set(codes[chosen == block])) == 1 for block in range(10))
    assert sorted(np.bincount(codes) // 10) == [2, 2, 6]
    with pytest.raises(UserError, match="Only one sample"):
        split_blocks(np.array([0, 0, 1, 1, 0, 0]), np.array([0, 1, 2, 2, 3, 4]), 0.2, 0.2, seed=3)


def test_the_object_of_a_scene_is_the_brightest_and_lies_in_its_box(scenes):
    samples = scenes.samples
    assert samples.boxes.shape == (280, 4)
    for picture, (top, left, bottom, right) in zip(samples.x[..., 0], samples.boxes.astype(int), strict=True):
        assert 0 <= top < bottom <= 48 and 0 <= left < right <= 48 and bottom - top >= 6
        outside = picture.copy()
        inside = picture[top:bottom, left:right].max()
        outside[top:bottom, left:right] = 0
        assert inside > 195 and inside >= outside.max()


def test_scenes_have_as_many_of_each_class_and_another_seed_gives_others(scenes):
    assert set(np.bincount(scenes.samples.y)) == {20}
    other = load(DataChoice("scenes", {"count": 280}, seed=8))
    assert not np.array_equal(other.samples.x, scenes.samples.x)
