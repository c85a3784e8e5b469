"""How TensorFlow uses this machine: threads, memory, devices. Imported before anything else of `engine.runtime`."""

import os
import resource
from pathlib import Path

import psutil

from engine import threads

# One thread for small networks was the largest win measured (digits ConvNet 555 to 635 us a step -> 231 to 252). Who
# starts this process sets another number for heavy ones.
THREADS = threads.chosen() or 1
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # a machine without a GPU logs that as an error
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

import tensorflow as tf  # noqa: E402 - the settings above are read when TensorFlow is imported

tf.config.threading.set_intra_op_parallelism_threads(THREADS)
tf.config.threading.set_inter_op_parallelism_threads(THREADS)


def protect_the_window() -> None:
    """Make too large a layer a clean error, and this process the first the system ends when memory runs out."""
    if not tf.config.list_physical_devices("GPU"):  # the CUDA driver reserves address space beyond any such limit
        limit = int(psutil.virtual_memory().total * 0.8)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, resource.RLIM_INFINITY))
    score = Path("/proc/self/oom_score_adj")
    if score.exists():
        with score.open("r+") as file:
            file.write("500")


def device_name() -> str:
    """What training runs on, e.g. "CPU" or "GPU NVIDIA H200"."""
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return "CPU"
    return "GPU " + str(tf.config.experimental.get_device_details(gpus[0]).get("device_name", ""))
