"""How many people marked which statement as especially important to them."""

from __future__ import annotations

from collections.abc import Collection

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
