"""The first of the two doors for errors: what the user can do something about. Everything else is a bug."""


class UserError(Exception):
    """Something the user can put right.

    Args:
        message: what was found and what was expected, one sentence, plain text.
        hint: what to do about it, one sentence; may be empty.
        where: the node, field or file it belongs to; empty when it belongs nowhere in particular.
    """

    def __init__(self, message: str, hint: str = "", where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()
