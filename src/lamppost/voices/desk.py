"""What voices tells the desk: words that wait for somebody to read them."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from lamppost.accounts.models import Partnership
from lamppost.accounts.ports import DeskItem
from lamppost.accounts.roles import Right

from .queries import oldest_waiting, waiting_count

# A resident who wrote something should find it there the next day.
READ_WITHIN = dt.timedelta(days=1)


def desk_items(partnership: Partnership, rights: frozenset[Right]) -> list[DeskItem]:
    """Read residents' words; late when the oldest waits for more than a day."""
    if Right.MODERATE not in rights:
        return []
    count = waiting_count(partnership)
    oldest = oldest_waiting(partnership) if count else None
    if oldest is None:
        return []
    title = ngettext(
        "Read %(count)d resident's words", "Read the words of residents: %(count)d wait", count
    ) % {"count": count}
    due = timezone.localtime(oldest + READ_WITHIN).date()
    address = reverse("voices:queue", args=[partnership.slug])
    return [DeskItem(title, address, due=due, urgent=True, count=count)]
