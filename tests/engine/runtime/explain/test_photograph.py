"""A network that has seen only crops finds the pagoda in the whole photograph."""

import msgspec
import pytest

from engine.examples import load_example
from tests.benchmarks.pointing import on_pagoda, pagoda, photograph_map
from tests.benchmarks.training import trained

pytestmark = [pytest.mark.tensorflow, pytest.mark.slow]


def test_the_map_of_the_whole_photograph_lies_on_the_pagoda(tmp_path):
    project = load_example("photo-regions")
    short = project.replace(plan=msgspec.structs.replace(project.plan, epochs=3))
    folder = str(tmp_path / "run")
    values, _ = photograph_map(trained(short, folder), folder)
    share, is_on_it = on_pagoda(values)
    assert values.shape == (26, 40)
    assert is_on_it and share > 2 * pagoda().mean()
