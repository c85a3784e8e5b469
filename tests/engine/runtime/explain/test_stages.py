"""The stages of one step are those of the real training: its weights after the step, its optimiser's slots."""

import numpy as np
import pytest
import safetensors.numpy

from engine.errors import UserError
from engine.messages import Explain, Explained, Train
from engine.run_folder import RunFolder
from engine.runtime.build import build
from engine.runtime.explaining import explain
from engine.runtime.jobs import Cancelled, Turn
from engine.runtime.shelf import Shelf
from engine.runtime.training.checkpoints import SLOTS
from engine.runtime.training.job import TrainingJob
from engine.runtime.training.objectives import objective
from tests.engine.runtime.networks import chain, noisy, tiny
from tests.engine.runtime.test_watching import all_of

pytestmark = pytest.mark.tensorflow
OUTPUT = ("output", {"units": 1, "activation": "sigmoid"})


def stepped(project, folder, steps):
    """Train so many steps and stop; a checkpoint is left there."""
    job = TrainingJob(Train(project=project, folder=str(folder)), Shelf()).run()
    next(job)
    done = 0
    while done < steps:
        report = job.send(Turn(unit="batch"))
        done += sum(len(event.loss) for event in report.events if type(event).__name__ == "Metrics")
    try:
        job.throw(Cancelled())
        while True:
            next(job)
    except (Cancelled, StopIteration):
        return RunFolder(folder)


def stages(project, folder="", **options):
    values = options.pop("values", {})
    request = Explain(explainer="stages", project=project, folder=str(folder), values=values, **options)
    return next(event for event in all_of(explain(request, Shelf())) if isinstance(event, Explained))


@pytest.mark.parametrize("make", [tiny, noisy])
def test_the_step_is_the_one_training_does_next(tmp_path, make):
    project = make()
    run, further = stepped(project, tmp_path / "a", 3), stepped(project, tmp_path / "b", 4)
    found = stages(project, run.path)
    assert found.step == found.facts["step"] == 3
    after = Shelf().moment(project, str(further.path))
    assert after.step == 4
    for name in after.network.model.layers:
        for variable, values in after.of_layer(name.name).items():
            key = f"weight/{name.name}/{variable}/after"
            if key in found.arrays:
                np.testing.assert_allclose(found.arrays[key], values, atol=1e-6)
    losses = further.metrics().loss
    assert found.facts["loss"] == pytest.approx(float(losses[3]), abs=1e-5)


def test_the_stages_come_in_the_order_of_a_step():
    found = stages(tiny())
    kinds = [stage["kind"] for stage in found.facts["stages"]]
    assert list(dict.fromkeys(kinds)) == ["batch", "forward", "loss", "backward", "slots", "update"]
    backward = [stage["layer"] for stage in found.facts["stages"] if stage["kind"] == "backward"]
    forward = [stage["layer"] for stage in found.facts["stages"] if stage["kind"] == "forward"]
    assert backward == forward[::-1]
    for stage in found.facts["stages"]:
        assert stage["arrays"] and all(name in found.arrays for name in stage["arrays"])


def test_the_inputs_are_sent_an_error_of_their_own():
    """∂loss/∂input of one sample against a central difference of the loss of the whole batch."""
    project = tiny()
    found = stages(project)
    name = project.graph.in_order()[0].name
    sent = found.arrays[f"backward/{name}"]
    network = build(project)
    measure, x, y = objective(network), found.arrays["batch/x"].astype(np.float32), found.arrays["batch/y"]
    place = np.unravel_index(int(np.abs(sent).argmax()), sent.shape)
    losses = []
    for sign in (1, -1):
        moved = x.copy()
        moved[(0, *place)] += sign * 1e-2
        outputs = network.taps()(moved, training=True)
        losses.append(float(np.mean(measure.per_sample([outputs[h.node] for h in network.heads], y)[0])))
    assert sent[place] != 0
    assert (losses[0] - losses[1]) / 2e-2 == pytest.approx(float(sent[place]), rel=0.02)


def test_whole_numbers_have_no_error():
    network = chain(
        ("input", {"shape": [2]}), ("embedding", {"input_dim": 8, "output_dim": 4}), ("flatten", {}), OUTPUT
    )
    backward = [stage["layer"] for stage in stages(network).facts["stages"] if stage["kind"] == "backward"]
    assert backward == ["output_1", "flatten_1", "embedding_1"]


def test_a_walk_stops_where_the_loss_rises():
    found = stages(tiny(), values={"until": "rise"})
    assert "rose" in found.facts["stopped"] and found.facts["step"] > 0


def test_a_walk_that_finds_nothing_says_so():
    found = stages(tiny(), values={"until": "norm", "above": 1e9, "steps": 5})
    assert found.facts["stopped"] == "Nothing of it happened in 5 steps."


def test_a_sample_outside_the_batch_is_refused():
    with pytest.raises(UserError, match="no sample 5000"):
        stages(tiny(), values={"sample": 5000})


def test_a_checkpoint_of_weights_alone_is_walked_with_fresh_slots_and_says_so(tmp_path):
    project = tiny()
    run = stepped(project, tmp_path / "a", 3)
    manifest = run.checkpoints()[-1]
    arrays = safetensors.numpy.load(run.read_checkpoint(manifest))
    alone = {name: values for name, values in arrays.items() if not name.startswith(SLOTS)}
    assert len(alone) < len(arrays)
    run.write_checkpoint(manifest.step, safetensors.numpy.save(alone), manifest.validation_loss)
    found = stages(project, run.path)
    assert "fresh slots" in found.facts["note"]
    before = [key for key in found.arrays if key.startswith("slot/") and key.endswith("/before")]
    assert before and not any(found.arrays[key].any() for key in before)
    layer = next(key for key in found.arrays if key.startswith("weight/") and key.endswith("/before"))
    kept = Shelf().moment(project, str(run.path)).of_layer(layer.split("/")[1])[layer.split("/")[2]]
    np.testing.assert_allclose(found.arrays[layer], kept)
