"""What voices tells the desk: words that wait for somebody to read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from lamppost.accounts.models import Partnership
from lamppost.accounts.ports import DeskItem
from lamppost.accounts.roles import Right

from .queries import UNSEEN, Pile, piles

# A resident who wrote something should find it there the next day.
READ_WITHIN = dt.timedelta(days=1)


def desk_items(partnership: Partnership, rights: frozenset[Right]) -> list[DeskItem]:
    """Read residents' words; late when the oldest waits for more than a day."""
    if Right.MODERATE not in rights:
        return []
    address = reverse("voices:queue", args=[partnership.slug])
    found = piles(partnership)
    every = (
        _item(found["yes"], _to_show, address, urgent=True),
        _item(found["no"], _only_for_us, f"{address}?shown=no"),
        _item(found[UNSEEN], _shown_already, f"{address}?state={UNSEEN}", urgent=True),
    )
    return [item for item in every if item is not None]


def _item(
    pile: Pile, title: Callable[[int], str], address: str, *, urgent: bool = False
) -> DeskItem | None:
    if pile.oldest is None:
        return None
    due = timezone.localtime(pile.oldest + READ_WITHIN).date()
    return DeskItem(title(pile.count), address, due=due, urgent=urgent, count=pile.count)


def _shown_already(count: int) -> str:
    return ngettext(
        "Look at %(count)d sentence that is shown already",
        "Look at the sentences that are shown already: %(count)d",
        count,
    ) % {"count": count}


def _to_show(count: int) -> str:
    return ngettext(
        "Read %(count)d resident's words", "Read the words of residents: %(count)d wait", count
    ) % {"count": count}


def _only_for_us(count: int) -> str:
    return ngettext(
        "Read %(count)d resident's words that are only for the partnership",
        "Read the words that are only for the partnership: %(count)d wait",
        count,
    ) % {"count": count}
