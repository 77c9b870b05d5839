"""What vision asks of later stages: which indicators fit the technology."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from lamppost.accounts.models import Partnership
from lamppost.base.ports import Port

from .models import Indicator


@dataclass(frozen=True)
class IndicatorSuggestion:
    """An indicator that fits the partnership's playbook; the fields are those of `Indicator`.

    Attributes
    ----------
    how
        How it is usually measured, and what to watch.
    """

    code: str
    name: str | Promise
    unit: str | Promise
    direction: str
    worth_it: float | None = None
    how: str | Promise = ""


INDICATOR_SUGGESTIONS: Port[[Partnership, str], list[IndicatorSuggestion]] = Port(
    "vision.indicator_suggestions",
    "Which indicators fit this playbook, or the partnership's where none is asked for (empty).",
)
INDICATOR_KEEPERS: Port[[Indicator], list[str]] = Port(
    "vision.indicator_keepers",
    "Why name, unit and direction of an indicator stay: something is measured or judged by it.",
)


@dataclass(frozen=True)
class KeptFiles:
    """Files of a later stage that rows point to.

    Attributes
    ----------
    folder
        Below the media folder; the files lie in folders within it.
    named
        Gives the names that rows point to; asked after the files were listed.
    """

    folder: str
    named: Callable[[], Iterable[str]]


KEPT_FILES: Port[[], KeptFiles] = Port(
    "vision.kept_files", "Files of residents that rows point to; once a day the others are deleted."
)
