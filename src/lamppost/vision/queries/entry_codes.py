"""Reads of printed codes: batches with how many were used."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, Q

from ..models import Conversation, EntryCode

PAGE_SIZE = 25


@dataclass(frozen=True)
class Batch:
    """Codes that were made together.

    Attributes
    ----------
    first
        Id of its first code; names the batch in addresses.
    """

    first: int
    name: str
    made_at: dt.datetime
    made: int
    used: int
    withdrawn: int

    @property
    def unused(self) -> int:
        return self.made - self.used - self.withdrawn


def batches(conversation: Conversation, number: str) -> Page[Batch]:
    """Return a page of the question's batches, the newest first; never which code was used."""
    found = (
        EntryCode.objects.filter(conversation=conversation)
        .order_by()
        .values("batch", "made_at")
        .annotate(
            first=Min("pk"),
            made=Count("pk"),
            used=Count("pk", filter=Q(used_at__isnull=False)),
            withdrawn=Count("pk", filter=Q(withdrawn_at__isnull=False)),
        )
        .order_by("-made_at", "-first")
    )
    page = Paginator(found, PAGE_SIZE).get_page(number)
    lines = [
        Batch(row["first"], row["batch"], row["made_at"], row["made"], row["used"],
              row["withdrawn"])
        for row in page.object_list
    ]  # fmt: skip
    return Page(lines, page.number, page.paginator)  # type: ignore[arg-type]


def batch_of(conversation: Conversation, first: int) -> EntryCode | None:
    """Return a code that stands for its batch."""
    return (
        EntryCode.objects.select_related("conversation__partnership")
        .filter(conversation=conversation, pk=first)
        .first()
    )


def unused_of(batch: EntryCode) -> int:
    """Return how many codes of its batch are neither used nor withdrawn."""
    return EntryCode.objects.filter(
        conversation=batch.conversation,
        batch=batch.batch,
        made_at=batch.made_at,
        used_at=None,
        withdrawn_at=None,
    ).count()
