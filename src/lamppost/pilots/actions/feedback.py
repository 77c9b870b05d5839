"""Take in what residents answer at a site: once a day each, changed as often as they like."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User
from lamppost.base.files import forget_file
from lamppost.voices.actions import set_consent, submit_voice
from lamppost.voices.models import Channel, Participant, Voice
from lamppost.voices.receipts import taken_before

from ..models import Feedback, Site
from ..queries.closing import closed_on
from ..queries.feedback import LONGEST_NUMBER
from .alerts import notice_danger
from .counting import count_before_leaving, count_for_good, count_said_for_good
from .traces import leave_site_trace

# What waited longer on a phone without network says nothing of the place any more.
LONGEST_KEPT = dt.timedelta(days=7)


class FeedbackClosed(ValueError):  # noqa: N818 - a refusal
    """It was decided before that day to stop the pilot."""


@transaction.atomic
def give_feedback(
    *,
    site: Site,
    participant: Participant | None,
    rating: str,
    words: str = "",
    language: str = "en",
    channel: str = "web",
    consent: bool = False,
    given_at: dt.datetime | None = None,
    by: User | None = None,
    address: str = "",
) -> Feedback:
    """Take in an answer; a second one by the same person on the same day replaces the first.

    The time stays that of the first. One of an earlier day (paper) counts from today on: what is
    public of that day is kept as it is.

    Parameters
    ----------
    participant
        None only for an answer of which nothing more is known (an import).
    rating
        Empty for words alone: nobody is asked whether it is better before the technology is on.
    words
        Go to moderation through voices. Without words, words given earlier that day stay.
    by
        Who entered it for the person (paper, spoken), or None.
    address
        From where it came; kept as a salted digest of its network (`traces`), or not at all.

    Raises
    ------
    FeedbackClosed
        When it was decided before that day to stop the pilot.
    """
    given_at = given_at or timezone.now()
    day = timezone.localdate(given_at)
    last = closed_on(site.pilot)
    if last and day > last:
        raise FeedbackClosed(
            _("This pilot ended on %(date)s. Answers are no longer taken.")
            % {"date": date_format(last)}
        )
    first = {
        "rating": Feedback.Rating(rating) if rating else "",
        "channel": Channel(channel),
        "given_at": given_at,
        "rated_at": given_at if rating else None,
        "came_at": timezone.now(),
    }
    if day < timezone.localdate():
        # What is public of that day already stays as it is.
        count_for_good(site.pilot)
    # The unique constraint decides between two at once; get_or_create reads the winner.
    feedback, created = (
        (Feedback.objects.create(site=site, given_on=day, **first), True)
        if participant is None
        else Feedback.objects.get_or_create(
            site=site, participant=participant, given_on=day, defaults=first
        )
    )
    if not created:
        feedback = Feedback.objects.select_for_update().get(pk=feedback.pk)
        if words.strip() or (rating and rating != feedback.rating):
            feedback.came_at = timezone.now()
        if rating:
            feedback.rating, feedback.rated_at = Feedback.Rating(rating), given_at
        feedback.channel = Channel(channel)
        feedback.save(update_fields=["rating", "rated_at", "channel", "came_at"])
    if address and participant is not None:
        leave_site_trace(site, participant, address)
    if words.strip():
        _take_words(feedback, words, language, consent, by)
        feedback.worded_at = given_at
        feedback.save(update_fields=["worded_at"])
    if by is not None:
        partnership = site.pilot.partnership
        record(partnership=partnership, by=by, action="pilots.feedback.entered", about=feedback)
    return feedback


@transaction.atomic
def give_feedback_once(
    *,
    site: Site,
    participant: Participant,
    rating: str,
    words: str = "",
    key: str = "",
    tapped_at: dt.datetime | None = None,
    **given: Any,
) -> Feedback | None:
    """Take in what a phone sends, and may send again after the network failed.

    Parameters
    ----------
    key
        Of the press; what bears a key that was taken before changes nothing.
    tapped_at
        When it was pressed, where it waited: it counts on that day. Neither the answer nor the
        words override what the same person gave later.
    given
        As `give_feedback` takes it.

    Returns
    -------
    Feedback or None
        None where nothing was changed.

    Raises
    ------
    FeedbackClosed
        As `give_feedback`; also when it waited for longer than a week.
    """
    if taken_before(participant=participant, key=key):
        return None
    if tapped_at is not None:
        if tapped_at < timezone.now() - LONGEST_KEPT:
            raise FeedbackClosed(_("This waited for more than a week, so it was not counted."))
        now = _of_that_day(site, participant, tapped_at)
        rating = "" if now and now.rating and _newer(now, now.rated_at, tapped_at) else rating
        words = "" if now and now.voice_id and _newer(now, now.worded_at, tapped_at) else words
        if not rating and not words.strip():
            return None
    return give_feedback(
        site=site, participant=participant, rating=rating, words=words, given_at=tapped_at, **given
    )


def _of_that_day(site: Site, participant: Participant, tapped_at: dt.datetime) -> Feedback | None:
    """Return what stands of this person, site and day, held until the press is taken in."""
    day = timezone.localdate(tapped_at)
    found = Feedback.objects.select_for_update(of=("self",))
    return found.filter(site=site, participant=participant, given_on=day).first()


def _newer(now: Feedback, at: dt.datetime | None, tapped_at: dt.datetime) -> bool:
    """Say whether what stands was given after a press; `at` is empty in old records."""
    return (at or now.given_at) > tapped_at


def _take_words(
    feedback: Feedback, words: str, language: str, consent: bool, by: User | None
) -> None:
    old = feedback.voice
    if old and old.text == words.strip() and old.language == language:
        if (old.consent == Voice.Consent.PUBLIC) != consent:
            set_consent(voice=old, consent=consent)
        return
    feedback.voice = submit_voice(
        partnership=feedback.site.pilot.partnership,
        kind=Voice.Kind.FEEDBACK,
        text=words,
        language=language,
        participant=feedback.participant,
        channel=feedback.channel,
        consent=consent,
        place=feedback.site.name,
        said_at=feedback.given_at,
        by=by,
    )
    feedback.save(update_fields=["voice"])
    if old:
        old.delete()
    notice_danger(feedback=feedback, text=words)


@transaction.atomic
def erase_feedback(*, participant: Participant, identifier: str) -> bool:
    """Erase one answer with its words and photo; False when it is not this participant's."""
    if not identifier.isdecimal() or len(identifier) > LONGEST_NUMBER:
        return False
    found = Feedback.objects.filter(participant=participant, pk=int(identifier)).first()
    if found is None:
        return False
    count_for_good(found.site.pilot)
    count_said_for_good(found.site.pilot)  # what it said of kept promises goes with it
    voice = found.voice
    forget_file(found.photo)
    found.delete()
    if voice:
        voice.delete()
    return True


def forget_photos(*, participant: Participant) -> None:
    """Delete the photos of somebody who is erased with everything they gave.

    What is public of their answers stays counted among ten.
    """
    count_before_leaving(participant)
    for feedback in Feedback.objects.filter(participant=participant).exclude(photo=""):
        forget_file(feedback.photo)
