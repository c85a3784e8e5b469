"""Which commands of the training make sense in which state: plain values, no widgets."""

RUNNING = ("starting", "training", "paused")
BUSY = ("stopping", "stuck")


def allowed(state: str, *, has_project: bool, has_run: bool, can_resume: bool) -> dict[str, bool]:
    """Whether each command of the training can be given.

    Args:
        state: of the training, as the studio says it.
    """
    can_step = has_project and state not in ("starting", "training", *BUSY)
    return {
        "train_or_pause": has_project and state not in BUSY,
        "step_batch": can_step,
        "step_epoch": can_step,
        "stop": state in RUNNING,
        "reset": has_project and (has_run or state in RUNNING) and state != "stuck",
        "resume": can_resume,
        "branch": has_run and state not in BUSY,
        "keep_checkpoint": state in ("training", "paused"),
        "export_keras": has_run,
        "export_script": has_run,
        "evaluate_test": has_run,
    }
