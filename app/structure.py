"""What of a project decides its weights and its training: which edits a running training can follow, and which not."""

from typing import Any

import msgspec

from engine.optimizers import OPTIMIZERS
from engine.params import Param
from engine.project import Project


def network(project: Project) -> Any:
    """What decides whether weights fit: layers, settings, edges, outputs; not where the layers lie on the canvas."""
    nodes = tuple((node.name, node.kind, node.values) for node in project.graph.nodes)
    return nodes, project.graph.edges, tuple((head.node, head.task) for head in project.heads)


def training(project: Project) -> Any:
    """What a training cannot change midway: the network, data, seed, batch size and the fixed optimiser settings."""
    plan = project.plan
    live = {param.name for param in live_params(project)}
    fixed = {name: value for name, value in plan.optimizer_values.items() if name not in live}
    return network(project), project.heads, project.data, project.seed, plan.batch_size, plan.optimizer, fixed


def live_params(project: Project) -> tuple[Param, ...]:
    """The optimiser's settings that may change while training goes on."""
    optimizer = OPTIMIZERS.get(project.plan.optimizer)
    return tuple(param for param in optimizer.params if param.live) if optimizer else ()


def live_values(project: Project) -> dict[str, float]:
    """The live settings with defaults filled in."""
    values = project.plan.optimizer_values
    return {param.name: values.get(param.name, param.default) for param in live_params(project)}


def with_live_value(project: Project, name: str, value: float) -> Project:
    """Change one live setting.

    Raises:
        UserError: the value is out of range.
        KeyError: the optimiser has no such live setting.
    """
    param = next((param for param in live_params(project) if param.name == name), None)
    if param is None:
        raise KeyError(name)
    values = {**project.plan.optimizer_values, name: param.check(value)}
    return project.replace(plan=msgspec.structs.replace(project.plan, optimizer_values=values))
