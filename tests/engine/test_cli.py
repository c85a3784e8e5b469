"""The command line: JSON, exit codes, sentences; no TensorFlow where none is needed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.__main__ import main
from engine import cli
from engine.errors import UserError
from engine.examples import EXAMPLES, load_example
from engine.printing import plain
from engine.project import encode
from engine.starter import starter_project

ROOT = Path(__file__).parents[2]


def json_of(capsys):
    """The last line of stdout, which must be one JSON object."""
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert isinstance(found, dict)
    return found


def test_examples_as_json(capsys):
    assert main(["examples", "--json"]) == 0
    found = json_of(capsys)["examples"]
    assert [row["name"] for row in found] == [example.name for example in EXAMPLES]
    assert set(found[0]) == {"name", "title", "task", "total_params"}
    lenet = next(row for row in found if row["name"] == "lenet-5")
    assert lenet["total_params"] == 61_706
    assert next(row for row in found if row["name"] == "diabetes")["task"] == "regression"


def test_describe_as_json(capsys):
    assert main(["describe", "mlp", "--json"]) == 0
    found = json_of(capsys)
    assert found["total_params"] == 784 * 512 + 512 + 512 * 512 + 512 + 512 * 10 + 10
    assert found["layers"][-1] == {"name": "output", "kind": "output", "output_shape": [10], "params": 5130}


@pytest.mark.parametrize("command", [["examples"], ["describe", "digits"], ["doctor"]])
def test_the_human_forms_print(command, capsys):
    assert main(command) == 0
    printed = capsys.readouterr()
    assert len(printed.out.splitlines()) > 5
    assert "Traceback" not in printed.err


@pytest.mark.parametrize(
    "command", [["describe", "digits", "--json"], ["examples", "--json"], ["doctor", "--json"], ["--version"]]
)
def test_nothing_heavy_is_imported(command):
    code = (
        f"import sys; from app.__main__ import main; code = main({command!r})\n"
        "names = ('tensorflow', 'keras', 'numpy', 'PySide6', 'sklearn', 'scipy', 'PIL')\n"
        "heavy = [name for name in names if name in sys.modules]\n"
        "assert not heavy, heavy\nsys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_help_names_every_command(capsys):
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    assert all(f"  {command} " in printed for command in (*cli.COMMANDS, "shot"))


def _sentence(capsys):
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    lines = printed.err.strip().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


@pytest.mark.parametrize(
    "content, says",
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"{", "damaged"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "damaged"),
        (b"[]", "not a Glassbox project"),
        (b'{"title": "x"}', "no format version"),
        (b'{"format": 3}', "format version 3"),
        (b'{"format": 1, "format": 1}', "twice"),
        (b'{"format": 1, "seed": NaN}', "NaN"),
        (b'{"format": 1, "graph": {"nodes": [{"name": 3}]}}', "not a valid project"),
        (b"[" * 200_000, "damaged"),
        (b'{"format": 1, "unknown": true}', "unknown"),
    ],
)
def test_a_bad_project_file_gives_2_and_one_sentence(tmp_path, content, says, capsys):
    path = tmp_path / "bad.glassbox"
    path.write_bytes(content)
    assert main(["describe", str(path)]) == 2
    assert says in _sentence(capsys)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_project_file_gives_2_and_one_sentence(tmp_path, share, capsys):
    data = encode(load_example("digits"))
    path = tmp_path / "cut.glassbox"
    path.write_bytes(data[: int(len(data) * share)])
    assert main(["describe", str(path)]) == 2
    _sentence(capsys)


def test_a_huge_project_file_is_not_read(tmp_path, capsys):
    path = tmp_path / "huge.glassbox"
    with path.open("wb") as file:
        file.truncate(17 * 1024 * 1024)
    assert main(["describe", str(path)]) == 2
    assert "at most" in _sentence(capsys)


def test_a_cycle_names_its_layers(tmp_path, capsys):
    project = load_example("digits-dense")
    fields = json.loads(encode(project))
    fields["graph"]["edges"].append({"source": "dense_2", "target": "dense_1"})
    path = tmp_path / "cycle.glassbox"
    path.write_text(json.dumps(fields))
    assert main(["describe", str(path)]) == 2
    assert "cycle" in _sentence(capsys)


def test_a_wire_to_a_wrong_shape_names_the_layer_and_still_prints_json(tmp_path, capsys):
    project = load_example("digits")
    graph = project.graph.with_values(project.graph.nodes[1].name, {"kernel_size": [9, 9], "padding": "valid"})
    path = tmp_path / "shape.glassbox"
    path.write_bytes(encode(project.with_graph(graph)))
    assert main(["describe", str(path), "--json"]) == 2
    printed = capsys.readouterr()
    assert "layers" in json.loads(printed.out.splitlines()[-1])
    assert project.graph.nodes[1].name in printed.err and "9" in printed.err


def test_units_that_do_not_match_the_classes(tmp_path, capsys):
    project = load_example("iris")
    path = tmp_path / "units.glassbox"
    path.write_bytes(encode(project.with_graph(project.graph.with_values("output", {"units": 7}))))
    assert main(["describe", str(path)]) == 2
    assert "3" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words, says",
    [
        (["train"], "P"),
        (["train", "digits", "--epochs", "0"], "--epochs"),
        (["train", "digits", "--epochs", "many"], "many"),
        (["train", "digits", "--seed", "-1"], "--seed"),
        (["export", "run", "--format", "onnx", "--out", "x"], "onnx"),
        (["describe", "no-such-thing"], "no-such-thing"),
        (["no-such-command"], "no-such-command"),
        (["nowhere.glassbox"], "nowhere.glassbox"),
        (["--frobnicate"], "--frobnicate"),
        (["shot", "home"], "--out"),
        (["shot", "nowhere", "--out", "x.png"], "nowhere"),
        (["shot", "home", "--out", "x.png", "--size", "10x10"], "10x10"),
        (["shot", "home", "--out", "/no/such/folder/x.png"], "/no/such/folder"),
    ],
)
def test_a_mistake_in_the_arguments_gives_2_and_one_sentence(words, says, capsys):
    assert main(words) == 2
    assert says in _sentence(capsys)


def test_names_cannot_forge_the_terminal(capsys):
    assert main(["describe", "\x1b[31mred\x07\n[bold]evil[/bold]"]) == 2
    printed = capsys.readouterr().err
    assert "\x1b" not in printed and "\x07" not in printed
    assert "[bold]" in printed


def test_plain_takes_control_and_direction_characters_out():
    assert plain("a\x1b[2Jb\u202ec\nd") == "a [2Jb c d"


def test_what_is_raised_becomes_the_exit_code(capsys):
    def bug():
        raise ZeroDivisionError

    def mistake():
        raise UserError("So it is.", "Do that.")

    def interrupt():
        raise KeyboardInterrupt

    assert cli.guarded(interrupt) == 130
    assert cli.guarded(mistake) == 2
    assert "So it is. Do that." in capsys.readouterr().err
    assert cli.guarded(bug) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_heavy_commands_are_given_project_and_options(capsys):
    seen = {}

    def heavy(name):
        def run(*args):
            seen[name] = args
            return {"loss": float("nan"), "steps": 3}

        return run

    assert cli.main(["train", "iris", "--epochs", "2", "--seed", "5", "--json"], heavy) == 0
    assert json_of(capsys) == {"loss": None, "steps": 3}
    project, options = seen["train"]
    assert project == load_example("iris")
    assert (options.epochs, options.seed, options.out) == (2, 5, None)
    assert cli.main(["predict", "run", "a.png", "b.png"], heavy) == 0
    assert [path.name for path in seen["predict"][0].files] == ["a.png", "b.png"]


def test_a_starter_of_every_dataset_that_is_not_foreign_is_sound():
    from engine.checks import check
    from engine.datasets import DATASETS
    from engine.datasets.choice import describe
    from engine.project import DataChoice

    for dataset in DATASETS.values():
        if not dataset.is_foreign:
            description = describe(DataChoice(dataset.id))
            project = starter_project(DataChoice(dataset.id), description)
            assert check(project, description).problems == ()
            assert json.loads(encode(project))["data"]["dataset"] == dataset.id


@pytest.mark.parametrize(
    "side, kinds", [(4, {"flatten"}), (28, {"conv2d", "flatten"}), (96, {"conv2d", "global_average_pooling2d"})]
)
def test_a_starter_for_images_of_any_size(side, kinds):
    from engine.checks import check
    from engine.datasets.spec import Description
    from engine.project import DataChoice

    description = Description("image", (side, side, 3), "class", ("a", "b"), 100)
    project = starter_project(DataChoice("image_folder"), description)
    assert kinds <= {node.kind for node in project.graph.nodes}
    assert check(project, description).problems == ()


TALK = "import os, sys; os.write(2, b'from C'); print('from Python', file=sys.stderr)"


def held(ending):
    code = f"from engine.printing import held_stderr\nwith held_stderr():\n    {TALK}\n    {ending}\n"
    code += "print('glassbox: a sentence.', file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    return done.stderr


def test_what_libraries_say_while_they_are_imported_is_held_back():
    assert held("pass") == "glassbox: a sentence.\n"


def test_what_was_held_back_is_shown_where_the_import_fails():
    said = held("raise KeyError('lost')")
    assert "from C" in said and "from Python" in said and "KeyError: 'lost'" in said
