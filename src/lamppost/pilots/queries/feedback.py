"""Residents' answers at the sites: live for members, in safe steps for everybody."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from lamppost.accounts.models import Partnership
from lamppost.engines.suppression import release_count, suppress
from lamppost.voices.models import Participant, Voice
from lamppost.voices.redaction import redact

from ..models import Change, Feedback, Pilot, Site

PAGE_SIZE = 25
RATINGS: tuple[str, ...] = tuple(Feedback.Rating.values)
STEP = 5
# Longer than that is no number of a row: the database would not take it.
LONGEST_NUMBER = 18


@dataclass(frozen=True)
class FeedbackFilters:
    """What the list shows: empty means everything."""

    site: int | None = None
    arm: str = ""
    rating: str = ""
    words: bool = False


def filtered(pilot: Pilot, filters: FeedbackFilters) -> QuerySet[Feedback]:
    """Return the answers that `filters` asks for, the newest first."""
    found = Feedback.objects.filter(site__pilot=pilot)
    exact = {"site": filters.site, "site__arm": filters.arm, "rating": filters.rating}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if filters.words:
        found = found.filter(voice__isnull=False)
    return found


def feedback_page(pilot: Pilot, filters: FeedbackFilters, number: str) -> Page[Any]:
    """Return one page of the list, with sites, words and whether a change answered them."""
    found = filtered(pilot, filters).select_related("site", "voice")
    found = found.annotate(answered=Count("changes")).order_by("-given_at", "-pk")
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


def live_shares(pilot: Pilot, filters: FeedbackFilters) -> LiveShares:
    """Count the answers that `filters` (but for the rating) asks for, as they stand now."""
    filters = FeedbackFilters(site=filters.site, arm=filters.arm, words=filters.words)
    rows = latest_of_each(filtered(pilot, filters)).order_by().values_list("rating")
    counted = dict(rows.annotate(count=Count("pk")))
    return LiveShares(*(counted.get(rating, 0) for rating in RATINGS))


@dataclass(frozen=True)
class ArmFeedback:
    """What may be shown in public of one arm; None is not shown.

    Attributes
    ----------
    arm
        ``pilot`` or ``comparison``.
    shares
        Better, the same, worse: each from 0 to 1, or None.
    at_least
        How many people answered at least, or None where fewer than ten did.
    """

    arm: str
    shares: tuple[float | None, ...]
    at_least: int | None

    @property
    def shown(self) -> bool:
        return any(share is not None for share in self.shares)


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


def public_feedback(pilot: Pilot, today: dt.date | None = None) -> PublicFeedback:
    """Return shares by arm that may be published.

    Each person counts once in an arm, with their latest answer. An arm is counted up to the
    moment at which its number of people reached 10, 15, 20, …: two readings of the page differ
    by five people or by none. Then small counts are suppressed, with complements.
    """
    today = today or timezone.localdate()
    rows = Feedback.objects.filter(site__pilot=pilot, given_on__lt=today)
    since = pilot.technology_on
    if since:
        rows = rows.filter(given_on__gte=since)
    found = list(
        rows.order_by("given_at", "pk").values_list("site__arm", "participant", "pk", "rating")
    )
    arms = (Site.Arm.PILOT.value, Site.Arm.COMPARISON.value)
    counts = []
    for arm in arms:
        answers = [
            (person or f"answer {pk}", rating) for a, person, pk, rating in found if a == arm
        ]
        counts.append(released_counts(answers))
    return PublicFeedback(_suppressed(arms, counts), since is not None, today - dt.timedelta(1))


def released_counts(answers: Iterable[tuple[Hashable, str]]) -> tuple[int, ...]:
    """Count the latest rating of each person, up to the last step of the number of people.

    Parameters
    ----------
    answers
        ``(person, rating)``, oldest first.
    """
    answers = list(answers)
    released = release_count(len({person for person, _ in answers}), step=STEP) or 0
    latest: dict[Hashable, str] = {}
    for person, rating in answers:
        if person not in latest and len(latest) == released:
            break
        latest[person] = rating
    counted = Counter(latest.values())
    return tuple(counted.get(rating, 0) for rating in RATINGS)


def _suppressed(arms: tuple[str, ...], counts: list[tuple[int, ...]]) -> tuple[ArmFeedback, ...]:
    return tuple(
        ArmFeedback(arm, shares_of(cells, total), total or None)
        for arm, (cells, total) in zip(arms, released_table(counts), strict=True)
    )


Released = tuple[tuple[int | None, ...], int | None]


def released_table(counts: list[tuple[int, ...]]) -> list[Released]:
    """Return each row's cells and whole as they may be published, to be read as "at least".

    Small counts are hidden with complements. What remains moves in steps of five, so that two
    readings, or two pages, cannot be subtracted; where every part is shown the whole is their sum.
    """
    table = suppress(counts)
    return [_in_steps(*row) for row in zip(table.cells, table.row_totals, strict=True)]


def _in_steps(cells: tuple[int | None, ...], total: int | None) -> Released:
    shown = tuple(cell and release_count(cell, step=STEP) for cell in cells)
    if total is None or any(cell is None for cell in shown):
        return shown, total and release_count(total, step=STEP)
    return shown, sum(cell or 0 for cell in shown)


def shares_of(cells: tuple[int | None, ...], total: int | None) -> tuple[float | None, ...]:
    """Return each cell's share of the whole, where both may be shown."""
    return tuple(None if cell is None or not total else cell / total for cell in cells)


def public_words(pilot: Pilot, site: Site | None = None, limit: int = 5) -> list[Feedback]:
    """Return the newest answers whose words were accepted and may be shown to anybody."""
    found = Feedback.objects.filter(
        site__pilot=pilot, voice__state=Voice.State.ACCEPTED, voice__consent=Voice.Consent.PUBLIC
    ).exclude(voice__public_text="")
    if site:
        found = found.filter(site=site)
    found = found.select_related("voice", "site").order_by("-given_at", "-pk")
    return list(found[:limit])


def photo_shown(feedback: Feedback) -> bool:
    """Say whether everybody may see the photo: accepted, and the person agreed."""
    voice = feedback.voice
    return bool(
        feedback.photo
        and feedback.may_show_photo
        and voice is not None
        and voice.state == Voice.State.ACCEPTED
    )


def photo_words_shown(feedback: Feedback) -> str:
    """Return what everybody may read of what the photo shows.

    Where the words of the answer are only there to describe it, they are read as they were
    moderated.
    """
    voice = feedback.voice
    if voice is not None and only_about_photo(feedback):
        return str(voice.public_text)
    return feedback.photo_words


def only_about_photo(feedback: Feedback) -> bool:
    """Say whether the words of an answer only describe its photo."""
    voice = feedback.voice
    return voice is not None and redact(voice.text)[:200] == feedback.photo_words


def unanswered_count(pilot: Pilot) -> int:
    """Count answers with words since the last recorded change or the decision.

    Those behind a change or a commitment are answered.
    """
    return unanswered_counts([pilot]).get(pilot.pk, 0)


def unanswered_counts(pilots: Iterable[Pilot]) -> dict[int, int]:
    """Return pilot → `unanswered_count`, where that is not 0; one query for all of them."""
    changes = Change.objects.filter(pilot=OuterRef("site__pilot")).order_by("-changed_on")
    found = (
        Feedback.objects.filter(
            site__pilot__in=[pilot.pk for pilot in pilots],
            voice__isnull=False,
            changes=None,
            commitments=None,
        )
        .filter(~Q(voice__state=Voice.State.DECLINED))
        .annotate(last_change=Subquery(changes.values("changed_on")[:1]))
        .filter(Q(last_change=None) | Q(given_on__gte=F("last_change")))
        .filter(Q(site__pilot__decided_on=None) | Q(given_on__gte=F("site__pilot__decided_on")))
    )
    counted = found.order_by().values("site__pilot").annotate(answers=Count("pk", distinct=True))
    return dict(counted.values_list("site__pilot", "answers"))


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
