"""Changes to how a project is trained, as functions from Project to Project; and which wait for the next run."""

from typing import Any

import msgspec

from engine.optimizers import OPTIMIZERS
from engine.params import check_values
from engine.project import Head, Project
from engine.shapes import Inference
from engine.tasks import TASKS

RATE = "learning_rate"


def with_plan(project: Project, **changes: Any) -> Project:
    """Return the project with other fields of its plan."""
    return project.replace(plan=msgspec.structs.replace(project.plan, **changes))


def with_optimizer(project: Project, optimizer: str) -> Project:
    """Return the project with another optimiser; settings both have, keep their values, the rate its default."""
    known = {param.name for param in OPTIMIZERS[optimizer].params} - {RATE}
    kept = {name: value for name, value in project.plan.optimizer_values.items() if name in known}
    return with_plan(project, optimizer=optimizer, optimizer_values=kept)


def with_optimizer_value(project: Project, name: str, value: Any) -> Project:
    """Return the project with one setting of its optimiser changed."""
    return with_plan(project, optimizer_values={**project.plan.optimizer_values, name: value})


def optimizer_values(project: Project) -> dict[str, Any]:
    """Return all settings of the project's optimiser, defaults filled in; foreign ones are left out."""
    record = OPTIMIZERS[project.plan.optimizer]
    known = {param.name for param in record.params}
    return check_values(
        record.params, {k: v for k, v in project.plan.optimizer_values.items() if k in known}, record.name
    )


def with_loss(project: Project, node: str, loss: str) -> Project:
    """Return the project with another loss for the output layer `node`."""
    heads = tuple(msgspec.structs.replace(head, loss=loss) if head.node == node else head for head in project.heads)
    return project.replace(heads=heads)


def losses_for(head: Head, inference: Inference) -> tuple[str, ...]:
    """Return the losses that fit an output layer's activation, the default first; all of the task's where unknown."""
    task = TASKS[head.task]
    info = inference.layers.get(head.node)
    activation = str(info.values.get("activation", "")) if info else ""
    every = tuple(dict.fromkeys(loss for losses in task.losses.values() for loss in losses))
    return task.losses.get(activation, every)


def resolved_loss(head: Head, inference: Inference) -> str:
    """Return the id of the loss that will be used: the chosen one, or the task's default."""
    return losses_for(head, inference)[0] if head.loss == "auto" else head.loss


def waiting(running: Project, now: Project) -> tuple[str, ...]:
    """Return what was changed since a training began and only the next run will use, in words."""
    before, after = running.plan, now.plan

    def fixed_values(values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if name != RATE}

    changed = {
        "network": running.graph.edges != now.graph.edges or _settings(running) != _settings(now),
        "data": running.data != now.data,
        "loss": running.heads != now.heads,
        "optimiser": before.optimizer != after.optimizer
        or fixed_values(before.optimizer_values) != fixed_values(after.optimizer_values),
        "batch size": before.batch_size != after.batch_size,
        "epochs": before.epochs != after.epochs,
        "execution": before.execution != after.execution,
        "seed": running.seed != now.seed,
    }
    return tuple(name for name, is_changed in changed.items() if is_changed)


def _settings(project: Project) -> tuple[Any, ...]:
    return tuple((node.name, node.kind, node.values) for node in project.graph.nodes)
