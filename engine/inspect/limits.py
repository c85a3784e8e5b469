"""What the inspector may use, set by itself before it opens anything foreign."""

import sys

MEMORY_BYTES = 4 * 1024**3
CPU_SECONDS = 60


def limit_process() -> None:
    """Bound memory, forbid writing files and core dumps; systems without such limits have only the parent's clock."""
    if sys.platform == "win32":
        return
    import resource

    for limit, value in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def limit_cpu() -> None:
    """Allow another 60 s of computing, from now: the next file starts afresh."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))
