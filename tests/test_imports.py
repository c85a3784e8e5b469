"""Who may import whom. Each row: the files, and what they must not import."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TENSORS = ("tensorflow", "keras", "engine.runtime")
QT = ("PySide6", "pyqtgraph", "qtawesome", "app")
FORBIDDEN = [
    ("app/**/*.py", TENSORS),
    ("engine/**/*.py", QT),
    ("engine/[!_]*.py", TENSORS),
    ("engine/[!r]*/**/*.py", TENSORS),
    ("app/plots/*.py", ("app.document", "app.studio", "app.panels", "app.workspaces", "app.canvas", "engine")),
    ("app/panels/*.py", ("app.workspaces", "app.main_window", "app.panels")),
    ("app/canvas/*.py", ("app.workspaces", "app.main_window", "app.panels")),
    ("engine/inspect/*.py", ("sklearn", *TENSORS)),
]


def imported(path):
    """Yield every dotted name `path` imports, at any depth of nesting."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} uses a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("pattern, forbidden", FORBIDDEN)
def test_imports(pattern, forbidden):
    paths = list(ROOT.glob(pattern))
    assert paths
    broken = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in paths
        for name in imported(path)
        if any(name == f or name.startswith(f + ".") for f in forbidden)
    ]
    assert not broken


def test_the_window_never_loads_tensorflow():
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in sorted((ROOT / "app").rglob("*.py"))
        if path.name != "__init__.py"
    ]
    code = f"import importlib, sys\nfor name in {modules!r}: importlib.import_module(name)\n" + (
        "heavy = [n for n in ('tensorflow', 'keras', 'sklearn', 'scipy') if n in sys.modules]\nassert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


WRITERS = {"engine/storage.py", "engine/metrics_db.py"}  # the files that may write; the second opens a database
NOT_FILES = {"engine/runtime/device.py"}  # sets this process's own entry in /proc


def opens_for_writing(call):
    """Whether a call looks like open(..., "w"), Path.open("a"), write_text and the like."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name in ("write_text", "write_bytes", "QSaveFile", "savez", "mkstemp", "NamedTemporaryFile"):
        return True
    modes = [a.value for a in [*call.args, *(k.value for k in call.keywords)] if isinstance(a, ast.Constant)]
    return name in ("open", "fdopen") and any(
        isinstance(m, str) and set(m) <= set("rwaxbt+") and set(m) & set("wax+") for m in modes
    )


def test_only_storage_opens_files_for_writing():
    broken = [
        f"{name}:{node.lineno}"
        for path in [*ROOT.glob("app/**/*.py"), *ROOT.glob("engine/**/*.py")]
        if (name := str(path.relative_to(ROOT))) not in WRITERS | NOT_FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and opens_for_writing(node)
    ]
    assert not broken


def test_no_pickle_and_no_eval():
    words = ("import pickle", "allow_pickle=True", "import marshal", "shelve", "joblib.load")
    for path in [*ROOT.glob("app/**/*.py"), *ROOT.glob("engine/**/*.py")]:
        text = path.read_text()
        assert not [word for word in words if word in text], path
        calls = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
        assert not [c.func.id for c in calls if c.func.id in ("eval", "exec")], path
