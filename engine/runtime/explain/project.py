"""Samples as points of a plane: inputs or a layer's activations by principal components or t-SNE."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import UserError
from engine.explain.projection import Components, nearest, principal_components
from engine.messages import Phase, Progress
from engine.params import Param
from engine.run_folder import RunFolder
from engine.runtime.explain.spec import LAYER, Answer, Explainer, Question
from engine.runtime.jobs import Report, Turn, in_thread
from engine.runtime.moment import Moment

BATCH = 128
MOST_BYTES = 128 * 1024 * 1024  # of activations
BEFORE_TSNE = 50  # principal components that t-SNE is given
NEIGHBOURS = 8
FEWEST = 5
Steps = Generator[Report, Turn, np.ndarray]


def _run(question: Question) -> Generator[Report, Turn, Answer]:
    """Arrays: `points` float32 (sample, 2); `indices` int32 (sample,), which samples of the data; `labels` (sample,)
    class or number; `neighbours` int32 (sample, 8), positions in these arrays of the nearest other samples by all
    features, and their `distances` float32.

    Facts: `layer`, `method`, `part`, `samples` of `available`, `features`; `basis_step`, the checkpoint whose
    components are used at every step, so that points move and do not jump; `shares` of the variance there along the two
    axes; `perplexity`; `class_names`, `kind` "class" or "number"; `components`, so many principal components t-SNE got.
    """
    values = question.values
    data = yield from question.data()
    name, info = question.layer_and_name(values["layer"])
    of_part = data.indices(values["part"])
    most = max(FEWEST, MOST_BYTES // (4 * max(1, info.num_values)))
    chosen = of_part[_spread(len(of_part), min(values["samples"], most))]
    if len(chosen) < FEWEST:
        raise UserError(
            f"The {values['part']} part has {len(of_part)} samples; a projection needs at least {FEWEST}.",
            "Choose another part, or give it a larger share in Data.",
        )
    x = question.moment.scaling(data.scaling).apply(data.samples.x[chosen])
    found = yield from _activations(question.moment, name, x)
    basis_of = _basis_moment(question)
    of_basis = found if basis_of.step == question.moment.step else (yield from _activations(basis_of, name, x))
    components = yield from in_thread(lambda: principal_components(of_basis, 2))
    points = components.places(found)
    facts: dict[str, Any] = {"layer": name, "method": values["method"], "part": values["part"]}
    if values["method"] == "tsne":
        yield Report([Phase(text="t-SNE")])
        facts |= _tsne_facts(values, found)
        points = yield from in_thread(lambda: tsne(found, points, facts["perplexity"], values["seed"]))
    neighbours, distances = yield from in_thread(lambda: nearest(found, NEIGHBOURS))
    facts |= _facts(question, components, basis_of.step) | {"samples": len(chosen), "available": len(of_part)}
    arrays = {"points": points.astype(np.float32), "indices": chosen.astype(np.int32)}
    arrays |= {"labels": data.samples.y[chosen], "neighbours": neighbours, "distances": distances}
    return Answer(arrays, facts | {"features": found.shape[1], "kind": data.samples.description.target})


def tsne(values: np.ndarray, start: np.ndarray, perplexity: float, seed: int) -> np.ndarray:
    """Places float64 (sample, 2) by t-SNE (van der Maaten and Hinton 2008), begun at `start` (sample, 2).

    The same seed and values give the same places. More than 50 features are first brought to 50 principal components.
    """
    from sklearn.manifold import TSNE  # takes about 2 s, and only this needs it

    if values.shape[1] > BEFORE_TSNE:
        values = principal_components(values, min(BEFORE_TSNE, len(values) - 1)).places(values)
    begun = start / (float(start[:, 0].std()) or 1.0) * 1e-4  # as small as scikit-learn's own start by PCA
    made = TSNE(2, perplexity=perplexity, init=begun.astype(np.float32), random_state=seed, n_jobs=1)
    return np.asarray(made.fit_transform(np.asarray(values, np.float32)), float)


def _spread(available: int, wanted: int) -> np.ndarray:
    """So many positions at equal ways from the first to the last."""
    return np.unique(np.linspace(0, max(0, available - 1), min(available, wanted)).round().astype(int))


def _activations(moment: Moment, name: str, x: np.ndarray) -> Steps:
    """A layer's outputs, flattened, float32 (sample, feature)."""
    pieces = []
    for start in range(0, len(x), BATCH):
        outputs = moment.outputs(x[start : start + BATCH])[name]
        pieces.append(outputs.reshape(len(outputs), -1))
        yield Report([Progress(done=min(start + BATCH, len(x)), total=len(x), text="activations")])
    found = np.concatenate(pieces)
    if not np.isfinite(found).all():
        raise UserError(f"{name} gives NaN or infinite numbers at step {moment.step:,}.", "Choose an earlier step.")
    return found


def _basis_moment(question: Question) -> Moment:
    """The run's last checkpoint; the moment itself where there is none."""
    run = RunFolder(Path(question.folder)) if question.moment.info is not None else None
    manifests = run.checkpoints() if run is not None else []
    if not manifests or manifests[-1].step == question.moment.step:
        return question.moment
    return question.shelf.moment(question.moment.project, question.folder, manifests[-1].step)


def _tsne_facts(values: dict[str, Any], found: np.ndarray) -> dict[str, Any]:
    perplexity = min(values["perplexity"], (len(found) - 1) / 3)
    return {"perplexity": perplexity, "seed": values["seed"], "components": min(BEFORE_TSNE, found.shape[1])}


def _facts(question: Question, components: Components, basis_step: int) -> dict[str, Any]:
    shares = [float(share) for share in components.shares]
    return {"shares": shares, "basis_step": basis_step, "class_names": list(question.class_names)}


PROJECT = Explainer(
    "project",
    "Projector",
    _run,
    (
        LAYER,
        Param("method", "choice", "pca", choices=("pca", "tsne"), help="Principal components, or t-SNE."),
        Param("part", "choice", "train", choices=("train", "validation"), help="Part of the data."),
        Param("samples", "int", 500, low=FEWEST, high=5000, help="At most so many of them."),
        Param("perplexity", "float", 30.0, low=1.0, high=500.0, help="About how many neighbours t-SNE keeps near."),
        Param("seed", "int", 0, low=0, high=1_000_000, help="Of t-SNE."),
    ),
    needs_input=False,
)
