"""Residents' answers at the sites: live for members, in safe steps for everybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
)
from django.utils import timezone
from django.utils.formats import number_format

from lamppost.accounts.models import Partnership
from lamppost.voices.models import Participant, Voice
from lamppost.voices.redaction import redact

from ..models import (
    ChangeFeedback,
    Commitment,
    CommitmentFeedback,
    Feedback,
    Pilot,
    Site,
    ThemeFeedback,
)
from ..tens import Ten, shares_of, sums
from .released import tens_of

PAGE_SIZE = 25
RATINGS: tuple[str, ...] = tuple(Feedback.Rating.values)
# Longer than that is no number of a row: the database would not take it.
LONGEST_NUMBER = 18


@dataclass(frozen=True)
class FeedbackFilters:
    """What the list shows: empty means everything."""

    site: int | None = None
    arm: str = ""
    rating: str = ""
    words: bool = False
    waiting: bool = False


def filtered(pilot: Pilot, filters: FeedbackFilters) -> QuerySet[Feedback]:
    """Return the answers that `filters` asks for, the newest first."""
    found = Feedback.objects.filter(site__pilot=pilot)
    exact = {"site": filters.site, "site__arm": filters.arm, "rating": filters.rating}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if filters.words:
        found = found.filter(voice__isnull=False)
    if filters.waiting:
        found = unanswered(found)
    return found


def feedback_page(pilot: Pilot, filters: FeedbackFilters, number: str) -> Page[Any]:
    """Return one page of the list, with sites, words and whether a change answered them."""
    found = filtered(pilot, filters).select_related("site", "voice")
    found = found.annotate(is_answered=ExpressionWrapper(_answered(), BooleanField()))
    found = found.order_by("-given_at", "-pk")
    return Paginator(found, PAGE_SIZE).get_page(number)


def feedback_state(partnership: Partnership, pilot: int) -> str | None:
    """Return a text that changes whenever the list of a pilot's answers would; one query.

    None where the partnership has no such pilot.
    """
    answers, alert = "sites__feedback", "sites__feedback__alert"
    found = Pilot.objects.filter(partnership=partnership, pk=pilot).annotate(
        newest=Max(answers),
        answers=Count(answers),
        better=Count(answers, filter=Q(**{f"{answers}__rating": "better"})),
        worse=Count(answers, filter=Q(**{f"{answers}__rating": "worse"})),
        words=Max(f"{answers}__voice"),
        moderated=Max(f"{answers}__voice__state_at"),
        waiting=Count(answers, filter=Q(**{f"{answers}__voice__state": Voice.State.WAITING})),
        photos=Count(answers, filter=~Q(**{f"{answers}__photo": ""})),
        places=Count(answers, filter=~Q(**{f"{answers}__address": ""})),
        alerts=Count(alert, filter=Q(**{f"{alert}__closed_at": None})),
        raised=Max(f"{alert}__raised_at"),
    )
    row = found.order_by().values_list(*_STATE).first()
    return None if row is None else sha256(repr(row).encode()).hexdigest()[:16]


_STATE = (
    "newest", "answers", "better", "worse", "words", "moderated", "waiting", "photos", "places",
    "alerts", "raised",
)  # fmt: skip


def latest_of_each(found: QuerySet[Feedback]) -> QuerySet[Feedback]:
    """Keep each participant's latest answer within `found`: one person, one weight.

    Answers at one moment (paper of one day) are told apart by their site, never by which came in
    first.
    """
    newer = found.order_by().filter(
        Q(given_at__gt=OuterRef("given_at"))
        | Q(given_at=OuterRef("given_at"), site__gt=OuterRef("site")),
        participant=OuterRef("participant"),
    )
    return found.filter(~Exists(newer))


@dataclass(frozen=True)
class LiveShares:
    """What the partnership's members see at once: counts, each participant once."""

    better: int
    same: int
    worse: int

    @property
    def total(self) -> int:
        return self.better + self.same + self.worse

    @property
    def counts(self) -> tuple[int, int, int]:
        return self.better, self.same, self.worse


def live_shares(
    pilot: Pilot, filters: FeedbackFilters, *, without_bursts: bool = False
) -> LiveShares:
    """Count the answers that `filters` (but for the rating) asks for, as they stand now.

    Parameters
    ----------
    without_bursts
        Leave out what many gave over one network on one day.
    """
    filters = FeedbackFilters(site=filters.site, arm=filters.arm, words=filters.words)
    found = filtered(pilot, filters).exclude(rating="")
    if without_bursts:
        found = found.filter(one_network=False)
    rows = latest_of_each(found).order_by().values_list("rating")
    counted = dict(rows.annotate(count=Count("pk")))
    return LiveShares(*(counted.get(rating, 0) for rating in RATINGS))


@dataclass(frozen=True)
class ArmFeedback:
    """What may be shown in public of one arm: a sum of tens.

    Attributes
    ----------
    arm
        ``pilot`` or ``comparison``.
    counts
        People who said better, the same, worse; 0 where fewer than ten are counted.
    """

    arm: str
    counts: tuple[int, int, int]

    @property
    def shares(self) -> tuple[float | None, ...]:
        """Better, the same, worse: each from 0 to 1, or None where that would be too rough."""
        return shares_of(self.counts)

    @property
    def at_least(self) -> int | None:
        """How many people are counted, or None where fewer than ten are."""
        return sum(self.counts) or None

    @property
    def shown(self) -> bool:
        return any(share is not None for share in self.shares)

    @property
    def drawn(self) -> bool:
        """Whether every share is known, so that a bar can be drawn of them."""
        return all(share is not None for share in self.shares)

    @property
    def words(self) -> str:
        """Say what is counted, in a few words."""
        return counted_words(self.counts)

    @property
    def arm_label(self) -> str:
        return str(Site.Arm(self.arm).label)


def counted_words(counts: Sequence[int | None]) -> str:
    """Say how many gave which answer, in a few words; what is not counted is left out."""
    named = zip(Feedback.Rating, counts, strict=True)
    return ", ".join(f"{one.label}: {number_format(count, 0)}" for one, count in named if count)


@dataclass(frozen=True)
class PublicFeedback:
    """What may be shown in public of a pilot's answers.

    Attributes
    ----------
    arms
        Pilot sites, then comparison sites.
    since_technology
        True when only answers since the technology is on are counted.
    until
        The last day that is counted: yesterday, since an answer may still change today.
    """

    arms: tuple[ArmFeedback, ...]
    since_technology: bool
    until: dt.date

    @property
    def shown(self) -> bool:
        return any(arm.shown for arm in self.arms)

    @property
    def counted(self) -> bool:
        return any(arm.at_least for arm in self.arms)


def public_feedback(pilot: Pilot, today: dt.date | None = None) -> PublicFeedback:
    """Return what may be published by arm, since the technology is on where it is.

    Sums of the tens that the live page shows by site and week (`tens`): no two pages can be
    subtracted to anything but tens.
    """
    today = today or timezone.localdate()
    since = pilot.technology_on
    return PublicFeedback(
        arms_of(tens_of(pilot, today), since, since is not None),
        since is not None,
        today - dt.timedelta(1),
    )


def feedback_before(pilot: Pilot, today: dt.date | None = None) -> tuple[ArmFeedback, ...]:
    """Return what may be published by arm of the time before the technology."""
    return arms_of(tens_of(pilot, today), pilot.technology_on, False)


def arms_of(
    tens: Iterable[Ten], technology_on: dt.date | None, since: bool
) -> tuple[ArmFeedback, ...]:
    """Add up tens by arm: those since the technology, or those before it."""
    chosen = [one for one in tens if one.is_since(technology_on) == since]
    return tuple(
        ArmFeedback(arm, sums(one for one in chosen if one.arm == arm)) for arm in Site.Arm.values
    )


def public_answers(pilot: Pilot) -> QuerySet[Feedback]:
    """Return the answers whose words were accepted and may be shown to anybody."""
    found = Feedback.objects.filter(
        site__pilot=pilot, voice__state=Voice.State.ACCEPTED, voice__consent=Voice.Consent.PUBLIC
    )
    return found.exclude(voice__public_text="").select_related("voice", "site")


def public_words(pilot: Pilot, site: Site | None = None, limit: int = 5) -> list[Feedback]:
    """Return the newest answers whose words were accepted and may be shown to anybody.

    Of each person one: whoever writes most does not push the others off the page.
    """
    found = public_answers(pilot)
    if site:
        found = found.filter(site=site)
    return list(latest_of_each(found).order_by("-given_at", "-pk")[:limit])


def photo_shown(feedback: Feedback) -> bool:
    """Say whether everybody may see the photo: accepted, not kept back, and the person agreed."""
    voice = feedback.voice
    return bool(
        feedback.photo
        and feedback.may_show_photo
        and not feedback.photo_withheld
        and voice is not None
        and voice.state == Voice.State.ACCEPTED
    )


def photo_words_shown(feedback: Feedback) -> str:
    """Return what everybody may read of what the photo shows.

    What a moderator wrote of it, if somebody did. Where the words of the answer are only there to
    describe it, they are read as they were moderated.
    """
    if feedback.photo_public_words:
        return feedback.photo_public_words
    voice = feedback.voice
    if voice is not None and only_about_photo(feedback):
        return str(voice.public_text)
    return feedback.photo_words


def only_about_photo(feedback: Feedback) -> bool:
    """Say whether the words of an answer only describe its photo."""
    voice = feedback.voice
    return voice is not None and redact(voice.text)[:200] == feedback.photo_words


def unanswered_count(pilot: Pilot) -> int:
    """Count answers with words of which nobody said what becomes of them.

    An answer is answered by a change or a commitment behind which it stands, or through a theme
    under which it stands: something is promised about that, or the lead replied to it.
    """
    return unanswered_counts([pilot]).get(pilot.pk, 0)


def unanswered_counts(pilots: Iterable[Pilot]) -> dict[int, int]:
    """Return pilot → `unanswered_count`, where that is not 0; one query for all of them."""
    found = Feedback.objects.filter(site__pilot__in=[pilot.pk for pilot in pilots])
    waiting = unanswered(found).order_by().values("site__pilot")
    return dict(waiting.annotate(answers=Count("pk")).values_list("site__pilot", "answers"))


def unanswered(found: QuerySet[Feedback]) -> QuerySet[Feedback]:
    """Keep the answers with words to which nobody answered, as `unanswered_count` says it."""
    words = found.filter(voice__isnull=False).exclude(voice__state=Voice.State.DECLINED)
    return words.exclude(_answered())


def _answered() -> Q:
    mine = {"feedback": OuterRef("pk")}
    themes = ThemeFeedback.objects.filter(**mine)
    promised = Commitment.objects.filter(theme=OuterRef("theme"))
    return (
        Q(Exists(ChangeFeedback.objects.filter(**mine)))
        | Q(Exists(CommitmentFeedback.objects.filter(**mine)))
        | Q(Exists(themes.filter(~Q(theme__reply="") | Q(Exists(promised)))))
    )


def answer_of(site: Site, participant: Participant | None, day: dt.date) -> Feedback | None:
    """Return what this participant answered at `site` on `day`."""
    if participant is None:
        return None
    return (
        Feedback.objects.filter(site=site, participant=participant, given_on=day)
        .select_related("voice")
        .first()
    )


def chosen(pilot: Pilot, identifiers: Iterable[str]) -> list[Feedback]:
    """Return the answers of this pilot among `identifiers`, for a change that answers them."""
    numbers = [int(one) for one in identifiers if one.isdecimal() and len(one) <= LONGEST_NUMBER]
    found = Feedback.objects.filter(site__pilot=pilot, pk__in=numbers[:500])
    return list(found.select_related("site", "voice").order_by(F("given_at").asc()))
