"""A disposable process gives its result, and ends with whoever started it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from engine.disposable import Disposable

ROOT = Path(__file__).parents[2]
MODULE = "tests.engine.endless"
STARTER = f"""
import sys
from engine.disposable import Disposable
child = Disposable("{MODULE}", ["wait", sys.argv[1]])
print(child._process.pid, flush=True)
child.result(600)
"""


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def test_it_gives_its_result():
    assert Disposable(MODULE, ["say", "hello"]).result(60) == (0, "hello\n", "")
    assert Disposable(MODULE, ["fail"]).result(60)[0] == 7


def test_what_takes_too_long_is_ended(tmp_path):
    child = Disposable(MODULE, ["wait", str(tmp_path / "begun")])
    wait_for((tmp_path / "begun").exists)
    with pytest.raises(subprocess.TimeoutExpired):
        child.result(0.01)
    assert child._process.returncode is not None


def test_it_leaves_no_descriptor_open():
    Disposable(MODULE, ["say", "once"]).result(60)
    before = psutil.Process().num_fds() if os.name == "posix" else 0
    Disposable(MODULE, ["say", "twice"]).result(60)
    assert (psutil.Process().num_fds() if os.name == "posix" else 0) == before


def test_it_ends_when_its_starter_is_killed(tmp_path):
    begun = tmp_path / "begun"
    starter = subprocess.Popen([sys.executable, "-c", STARTER, str(begun)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    child = psutil.Process(int(starter.stdout.readline()))
    wait_for(begun.exists)
    assert child.is_running()
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    starter.stdout.close()
    gone, alive = psutil.wait_procs([child], timeout=60)
    assert gone and not alive
