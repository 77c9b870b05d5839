"""How many people marked which statement as especially important to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Count

from lamppost.engines.suppression import release_count

from ..models import Conversation, ImportantMark


def important_counts(conversation: Conversation, leave_out: Collection[int] = ()) -> dict[int, int]:
    """Return number of a statement → how many marked it, `leave_out` not counted; for the host.

    Marks on a statement that was merged count for the other.
    """
    marks = ImportantMark.objects.filter(conversation=conversation)
    rows = (
        marks.exclude(participant__in=leave_out)
        .order_by()
        .values_list("statement__number", "statement__merged_into__number")
        .annotate(count=Count("pk"))
    )
    found: dict[int, int] = {}
    for number, into, count in rows:
        kept = number if into is None else into
        found[kept] = found.get(kept, 0) + count
    return found


def public_important_counts(
    conversation: Conversation, leave_out: Collection[int] = ()
) -> dict[int, int]:
    """Return number of a statement → "at least so many" marked it, from ten people on.

    Nothing is said of the others, and how many marked anything at all is not published, so there
    is nothing to subtract from. Where some are left out, nothing is said of a statement that fewer
    than ten of them marked: it stands in the other count.
    """
    counts = important_counts(conversation)
    if leave_out:
        rest = important_counts(conversation, leave_out)
        counts = {
            number: rest.get(number, 0)
            for number, count in counts.items()
            if count == rest.get(number, 0) or release_count(count - rest.get(number, 0))
        }
    released = {number: release_count(count) for number, count in counts.items()}
    return {number: count for number, count in released.items() if count is not None}


def marks_with_landscape(
    conversation: Conversation, flagged: Collection[int]
) -> dict[str, dict[str, int]]:
    """Return what everybody may read of the marks, to be kept with a landscape.

    Kept and not counted at each reading: a page that moved with one press would tell whose it was
    to whoever saw it pressed. Keys are texts, since it is stored as JSON.
    """
    return {
        "all": _texts(public_important_counts(conversation)),
        "without": _texts(public_important_counts(conversation, flagged)),
    }


def kept_marks(integrity: Mapping[str, Any] | None, *, without_flagged: bool) -> dict[int, int]:
    """Return number of a statement → "at least so many" marked it, as of the stored landscape.

    Empty for a landscape of an earlier version, which kept none.
    """
    kept = (integrity or {}).get("important", {})
    found = kept.get("without" if without_flagged else "all", {})
    return {int(number): count for number, count in found.items()}


def _texts(counts: Mapping[int, int]) -> dict[str, int]:
    return {str(number): count for number, count in counts.items()}
