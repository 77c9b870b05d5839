"""Many answers at one site over one network on one day: told to the lead, never blocked.

A workshop, a school and a library look like this too. What is kept is the salted digest of vision
(`vision.actions.traces`); once ten people came over one network, their answers are marked, and the
digest is not needed any more.
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from lamppost.vision.actions.traces import KEPT_DAYS, digest_of
from lamppost.voices.models import Participant

from ..models import Feedback, PulseAnswer, Site, SiteTrace

# So many people at one site over one network on one day are told.
MANY = 10


def leave_site_trace(site: Site, participant: Participant, address: str) -> None:
    """Note over which network somebody answered, and mark the answers of many over one."""
    found = digest_of(address)
    if found is None:
        return
    day, digest = found
    SiteTrace.objects.get_or_create(
        site=site, participant=participant, digest=digest, defaults={"day": day}
    )
    people = SiteTrace.objects.filter(site=site, digest=digest, day=day)
    if people.count() < MANY:
        return
    who = people.values("participant")
    today = timezone.localdate()
    feedback = Feedback.objects.filter(site=site, given_on=today, participant__in=who)
    feedback.filter(one_network=False).update(one_network=True)
    pulse = PulseAnswer.objects.filter(site=site, answered_on=today, participant__in=who)
    pulse.filter(one_network=False).update(one_network=True)


def forget_site_traces() -> int:
    """Delete traces of more than two weeks; return how many. The worker does it once a day."""
    before = timezone.now().date() - dt.timedelta(KEPT_DAYS)
    return SiteTrace.objects.filter(day__lt=before).delete()[0]
