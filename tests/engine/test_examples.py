"""The examples: sound, ready to train, and of the sizes they are known for."""

import pytest

from engine.datasets import DATASETS
from engine.datasets.choice import describe
from engine.errors import UserError
from engine.examples import EXAMPLES, load_example
from engine.keras_arguments import loss_id, optimizer_code
from engine.shapes import infer
from engine.tasks import TASKS

TOTALS = {
    "digits": 5_050,
    "digits-dense": 6_570,
    "spiral": 465,
    "iris": 243,
    "diabetes": 897,
    "residual": 21_898,
    "lenet-5": 61_706,  # 156 + 2,416 + 48,120 + 10,164 + 850
    "mlp": 669_706,  # 401,920 + 262,656 + 5,130
    "photo-regions": 53_494,  # 448 + 4,640 + 13,872 + 27,712 + 6,240 + 582
    "scenes": 98_766,  # 160 + 64 + 4,640 + 128 + 18,496 + 256 + 36,928 + 256 + 36,928 + 910
    "brackets": 2_546,  # 4·((18 + 16)·16 + 16) + 16·18 + 18
    "adding": 2_041,  # 3·((2 + 24)·24 + 2·24) + 24 + 1
    "series": 305,  # (1 + 16)·16 + 16 + 16 + 1
    "vgg-small": 66_238,
    "resnet-small": 99_622,
    "inception-small": 7_248,
    "alexnet": 62_378_344,  # one tower; worked out in the goldens
    "vgg-16": 138_357_544,  # Simonyan and Zisserman 2014, configuration D
    "vgg-19": 143_667_240,  # configuration E
    "resnet-18": 11_699_112,  # torchvision: 11,689,512 trained, and 2·4,800 moving averages
    "resnet-50": 25_636_712,  # keras.applications
    "inception-v1": 13_378_280,  # 6,998,552 + 3,188,840 + 3,190,888: BVLC's Caffe model with its auxiliary outputs
}
READY = [example for example in EXAMPLES if not example.wants]


def test_names_and_order():
    assert [example.name for example in EXAMPLES] == list(TOTALS)
    assert {example.family for example in EXAMPLES} == {"images", "tables", "playgrounds", "sequences", "classics"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_example(example):
    project = load_example(example.name)
    found = infer(project.graph)
    assert not found.problems
    assert example.total_params == found.num_params == TOTALS[example.name]
    assert example.task == project.heads[0].task
    assert project.summary
    assert project.title == example.name


@pytest.mark.parametrize("example", READY, ids=lambda example: example.name)
def test_network_fits_its_data(example):
    project = load_example(example.name)
    description = describe(project.data)
    found = infer(project.graph)
    assert project.data.dataset in DATASETS
    assert found.layers["input_1"].shape == description.input_shape
    for head in project.heads:
        output = found.layers[head.node]
        activation = output.values["activation"]
        assert TASKS[head.task].target == description.target
        assert output.shape == (TASKS[head.task].num_units(description, activation),)
        assert loss_id(head, activation)
    assert optimizer_code(project.plan).startswith("keras.optimizers.")
    assert project.plan.batch_size >= 1
    assert project.plan.epochs >= 1


def test_unknown_example():
    with pytest.raises(UserError, match="no example 'rocket'") as caught:
        load_example("rocket")
    assert "lenet-5" in caught.value.hint
