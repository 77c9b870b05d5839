"""Reads of kiosks: the one that a token opens, and the list for staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.utils import timezone

from lamppost.accounts.models import Partnership
from lamppost.voices.identity import opaque_key
from lamppost.voices.models import Channel, Participant
from lamppost.voices.queries import participant_with

from ..actions.kiosks import hash_of, reference_of
from ..models import Conversation, Kiosk, NetworkTrace

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
    """One kiosk in the list.

    Attributes
    ----------
    people
        How many answered there.
    networks
        Over how many networks its address was used, on the day with the most; of two days nobody
        can tell whether a network was the same. 0 where no trace is left.
    """

    kiosk: Kiosk
    people: int
    running: bool
    networks: int = 0

    @property
    def seems_copied(self) -> bool:
        """Say whether it was used over more networks than a tablet that stays has."""
        return self.networks > 1


def networks_of(kiosks: Sequence[Kiosk]) -> dict[int, int]:
    """Return for each kiosk, by id, over how many networks it was used on one day at most."""
    named = {reference_of(one): one.pk for one in kiosks}
    rows = (
        NetworkTrace.objects.filter(
            conversation__in={one.conversation_id for one in kiosks},
            participant__channel=Channel.KIOSK,
            participant__reference__in=named,
        )
        .order_by()
        .values_list("participant__reference", "day")
        .annotate(count=Count("digest", distinct=True))
    )
    found: dict[int, int] = {}
    for reference, _day, count in rows:
        found[named[reference]] = max(count, found.get(named[reference], 0))
    return found


def copied_kiosks(partnership: Partnership) -> list[Kiosk]:
    """Return the running kiosks whose address was used over several networks on one day."""
    running = Kiosk.objects.filter(
        conversation__partnership=partnership, ended_at=None, expires_at__gt=timezone.now()
    )
    kiosks = list(running.select_related("conversation").order_by("pk"))
    networks = networks_of(kiosks) if kiosks else {}
    return [one for one in kiosks if networks.get(one.pk, 0) > 1]


def kiosk_page(conversation: Conversation, number: str) -> Page[KioskLine]:
    """Return a page of the question's kiosks, the newest first; three queries and a count."""
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
    networks = networks_of(kiosks)
    lines = [
        KioskLine(one, people.get(reference_of(one), 0), is_running(one), networks.get(one.pk, 0))
        for one in kiosks
    ]
    return Page(lines, page.number, page.paginator)  # type: ignore[arg-type]
