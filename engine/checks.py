"""What keeps a project from training: problems of the graph, and of its fit to data and task. Plain arithmetic."""

from dataclasses import replace

from engine.datasets.spec import Description
from engine.errors import UserError
from engine.graph import Graph
from engine.layers.spec import shape_text
from engine.project import Head, Project
from engine.shapes import Fix, Inference, LayerInfo, Problem, infer
from engine.tasks import LOSS_NAMES, TASKS


def check(project: Project, description: Description | None) -> Inference:
    """Work the project through.

    Args:
        description: of its data; None while they are not known, when only the graph is checked.

    Returns:
        Shapes and sizes, with the problems of the graph and of its fit to the data, each at its node.
    """
    inference = infer(project.graph)
    problems = [*inference.problems, *_structure(project, inference)]
    if description is not None:
        problems += [*_inputs(project, inference, description), *_heads(project, inference, description)]
    return replace(inference, problems=tuple(problems))


def require_trainable(project: Project, description: Description) -> None:
    """Check a project against its loaded data.

    Raises:
        UserError: the first problem.
    """
    if problems := check(project, description).problems:
        raise as_error(problems[0])


def as_error(problem: Problem) -> UserError:
    """The problem as a sentence that also makes sense away from its node."""
    where = f"{problem.node}: " if problem.node and problem.node not in problem.message else ""
    arithmetic = f" ({problem.arithmetic})" if problem.arithmetic else ""
    hint = problem.hint or (f"{problem.fixes[0].label}." if problem.fixes else "")
    return UserError(f"{where}{problem.message.rstrip('.')}{arithmetic}.", hint, problem.node)


def _structure(project: Project, inference: Inference) -> list[Problem]:
    """An input, an output, and nothing that leads nowhere."""
    graph = project.graph
    problems = []
    if graph.nodes and not any(node.kind == "input" for node in graph.nodes):
        problems.append(Problem("", "The network has no input", "Add an Input layer and wire it to the first layer."))
    if graph.nodes and not project.heads:
        problems.append(Problem("", "The network has no output", "Add an Output layer at its end."))
    for node in graph.nodes:
        if node.kind != "output" and not graph.targets(node.name) and node.name in inference.layers and project.heads:
            fixes = (Fix(f"Delete {node.name}", graph.without([node.name])),)
            problems.append(
                Problem(node.name, f"{node.name} leads nowhere", "Wire it to a layer, or delete it.", fixes=fixes)
            )
    inputs = [node.name for node in graph.nodes if node.kind == "input"]
    for name in inputs[1:]:
        fixes = (Fix(f"Delete {name}", graph.without([name])),)
        problems.append(Problem(name, "A second input has no data", "One input feeds the network.", fixes=fixes))
    return problems


def _inputs(project: Project, inference: Inference, description: Description) -> list[Problem]:
    """The input's shape is that of a sample."""
    problems = []
    for node in project.graph.nodes:
        info = inference.layers.get(node.name)
        if node.kind != "input" or info is None or info.shape == description.input_shape:
            continue
        repaired = project.graph.with_values(node.name, {"shape": list(description.input_shape)})
        wanted = shape_text(description.input_shape)
        problems.append(
            Problem(
                node.name,
                f"The input is {shape_text(info.shape)}, a sample is {wanted}",
                "The input takes the shape of one sample.",
                f"{shape_text(info.shape)} ≠ {wanted}",
                (Fix(f"Set shape to {wanted}", repaired, wanted),),
            )
        )
    return problems


def _heads(project: Project, inference: Inference, description: Description) -> list[Problem]:
    return [
        problem
        for head in project.heads
        if (info := inference.layers.get(head.node)) is not None
        for problem in _head(project.graph, head, info, description)
    ]


def _head(graph: Graph, head: Head, info: LayerInfo, description: Description) -> list[Problem]:
    """Activation, loss and units of one output against the data; the first thing wrong."""
    task = TASKS.get(head.task)
    if task is None or task.target != description.target:
        return [_wrong_task(graph, head, description)]
    activation = info.values["activation"]
    if activation not in task.losses:
        wanted = next(iter(task.losses))
        values = {"activation": wanted, "units": task.num_units(description, wanted)}
        message = f"{task.name} cannot end in {activation}"
        return [_with_fix(graph, head.node, message, f"Set activation to {wanted}", values)]
    if head.loss != "auto" and head.loss not in task.losses[activation]:
        fitting = ", ".join(LOSS_NAMES[loss] for loss in task.losses[activation])
        return [
            Problem(head.node, f"{LOSS_NAMES.get(head.loss, head.loss)} does not fit {activation}", f"Use {fitting}.")
        ]
    return _units(graph, head, info, description)


def _units(graph: Graph, head: Head, info: LayerInfo, description: Description) -> list[Problem]:
    task, activation = TASKS[head.task], str(info.values["activation"])
    classes = len(description.class_names)
    if activation == "sigmoid" and classes > 2:
        values = {"activation": "softmax", "units": classes}
        message = f"One sigmoid unit tells two classes apart, the data have {classes}"
        return [_with_fix(graph, head.node, message, f"Use softmax with {classes} units", values)]
    wanted = task.num_units(description, activation)
    if info.values["units"] == wanted:
        return []
    what = f"{classes} classes" if task.target == "class" else "one number per sample"
    units = info.values["units"]
    message = f"{units} unit{'s' if units != 1 else ''} for {what}"
    return [_with_fix(graph, head.node, message, f"Set units to {wanted}", {"units": wanted}, f"{units} ≠ {wanted}")]


def _wrong_task(graph: Graph, head: Head, description: Description) -> Problem:
    """The data changed their kind of target. The head follows when its output layer is drawn anew by the fix."""
    is_class = description.target == "class"
    fitting = next(task for task in TASKS.values() if task.target == description.target)
    activation = next(iter(fitting.losses))
    found = "a class" if is_class else "a number"
    values = {"activation": activation, "units": fitting.num_units(description, activation)}
    repaired = graph.with_values(head.node, values)
    return Problem(
        head.node,
        f"The data hold {found} per sample, this output learns {head.task}",
        f"Make it {fitting.name.lower()}.",
        fixes=(Fix(f"Make it {fitting.name.lower()}", repaired, task=fitting.id),),
    )


def _with_fix(
    graph: Graph, node: str, message: str, label: str, values: dict[str, object], arithmetic: str = ""
) -> Problem:
    repaired = graph.with_values(node, values)
    info = infer(repaired).layers.get(node)
    outcome = shape_text(info.shape) if info else ""
    return Problem(node, message, "", arithmetic, (Fix(label, repaired, outcome),))
