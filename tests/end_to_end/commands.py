"""Commands of the command line, run in this process or in one of their own."""

import contextlib
import io
import json
import subprocess
import sys
from pathlib import Path

from app.__main__ import main
from engine.datasets.choice import load
from engine.project import DataChoice, encode
from engine.starter import starter_project
from tests.engine.runtime.networks import with_plan

ROOT = Path(__file__).parents[2]
TRAIN_KEYS = ["epochs", "steps", "train", "validation", "test", "total_params", "samples_per_second", "device", "run"]
CSV = "length,width,kind\n" + "".join(f"{n % 7}.5,{n % 5},{'ab'[n % 7 > 3]}\n" for n in range(60))


def glassbox(*words):
    """Run a command in this process; return its exit code, what stood on stdout and what on stderr."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(word) for word in words])
    return code, out.getvalue(), err.getvalue()


def answered(*words):
    """The JSON object a command prints."""
    code, out, err = glassbox(*words, "--json")
    assert code == 0, err
    (line,) = out.splitlines()
    return json.loads(line)


def refused(*words):
    """The one sentence with a hint a command gives up with."""
    code, out, err = glassbox(*words, "--json")
    assert code == 2, (code, out, err)
    assert out == "" and "Traceback" not in err
    (sentence,) = [line for line in err.splitlines() if line.startswith("glassbox: ")][-1:]
    assert sentence.count(". ") >= 1 and sentence.endswith((".", "?")), f"no hint: {sentence}"
    return sentence


def process(*words, **options):
    command = [sys.executable, *options.pop("python", ()), "-m", "app", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, **options)


def written(path, project):
    path.write_bytes(encode(project))
    return path


def csv_project(path, **values):
    choice = DataChoice("csv", {"path": str(path), **values}, normalisation="standard")
    return with_plan(starter_project(choice, load(choice).samples.description), epochs=2)
