"""Reads of kiosks: the one that a token opens, and the list for staff."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.utils import timezone

from lamppost.voices.identity import opaque_key
from lamppost.voices.models import Channel, Participant
from lamppost.voices.queries import participant_with

from ..actions.kiosks import hash_of, reference_of
from ..models import Conversation, Kiosk

PAGE_SIZE = 25


def kiosk_with(token: str) -> Kiosk | None:
    """Return the kiosk that this token opens, also when it has ended."""
    return (
        Kiosk.objects.select_related("conversation__partnership")
        .filter(token_hash=hash_of(token))
        .first()
    )


def is_running(kiosk: Kiosk) -> bool:
    """Say whether a kiosk takes answers: not ended, not past its end."""
    return kiosk.ended_at is None and kiosk.expires_at > timezone.now()


def person_at(kiosk: Kiosk, person: str) -> Participant | None:
    """Return the participant who stands there now, once they have answered something."""
    partnership = kiosk.conversation.partnership
    return participant_with(partnership, opaque_key(f"kiosk:{person}", partnership))


@dataclass(frozen=True)
class KioskLine:
    """One kiosk in the list: how many people answered there, and whether it runs."""

    kiosk: Kiosk
    people: int
    running: bool


def kiosk_page(conversation: Conversation, number: str) -> Page[KioskLine]:
    """Return a page of the question's kiosks, the newest first; two queries and a count."""
    page = Paginator(conversation.kiosks.all(), PAGE_SIZE).get_page(number)
    kiosks = list(page.object_list)
    people = dict(
        Participant.objects.filter(
            partnership=conversation.partnership_id,
            channel=Channel.KIOSK,
            reference__in=[reference_of(one) for one in kiosks],
        )
        .order_by()
        .values_list("reference")
        .annotate(count=Count("pk"))
    )
    lines = [KioskLine(one, people.get(reference_of(one), 0), is_running(one)) for one in kiosks]
    return Page(lines, page.number, page.paginator)  # type: ignore[arg-type]
