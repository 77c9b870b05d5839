"""The one error that an engine raises for wrong input."""

from __future__ import annotations

from collections.abc import Mapping


class EngineError(Exception):
    """Input that an engine refuses, said so that a person can mend it.

    Parameters
    ----------
    code : str
        Stable dotted name of the fault, for translation, e.g. ``opinion.export.bad_vote``.
    message : str
        One plain English sentence that names the place, the fault and the remedy.
    params : mapping of str to object, optional
        The particulars of the sentence (file, row, column, value, ...).

    Notes
    -----
    Survives pickling with all three parts, so that a task can hand it to another process.
    """

    code: str
    params: dict[str, object]

    def __init__(self, code: str, message: str, params: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.params = dict(params or {})

    def __str__(self) -> str:
        return self.message

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r}, {self.message!r}, {self.params!r})"

    def __reduce__(self) -> tuple[type[EngineError], tuple[str, str, dict[str, object]]]:
        return type(self), (self.code, self.message, self.params)
