"""The pulse: what is asked now, who was invited and answered, and what may be shown of it.

`pulse_panel` and `pulse_times` are what the stages of sensing and impact read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Max, Q, Sum
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from lamppost.vision.models import Indicator
from lamppost.voices.models import Channel, Participant

from ..models import Pilot, PulseAnswer, PulseQuestion, PulseRound, PulseTurnout, Site
from ..tens import shares_of
from .counted import Place, SitePlace, pulse_counts, site_counts, straddles
from .pilots import Closed, closed_times, is_measured
from .steps import start_of

MOST_QUESTIONS = 3
# A site's share goes into the evaluation only when so many people answered there.
FEWEST_ANSWERS = 10
ARMS: tuple[str, ...] = (Site.Arm.PILOT.value, Site.Arm.COMPARISON.value)


def choices_of(question: PulseQuestion) -> list[tuple[int, str]]:
    """Return the answers in the order in which they are offered, each with its words."""
    if question.scale == PulseQuestion.Scale.YES_NO:
        return [(1, pgettext("answer", "Yes")), (0, pgettext("answer", "No"))]
    return [
        (5, _("Very good")),
        (4, _("Good")),
        (3, _("Neither good nor bad")),
        (2, _("Bad")),
        (1, _("Very bad")),
    ]


def answer_words(answer: PulseAnswer) -> str:
    """Return an answer in words."""
    return dict(choices_of(answer.question))[answer.value]


def good_words(question: PulseQuestion) -> str:
    """Say which answers the share counts."""
    if question.scale == PulseQuestion.Scale.YES_NO:
        return _("Share of those who say yes")
    return _("Share of those who say good or very good")


def words_of(question: PulseQuestion) -> tuple[str, str]:
    """Return the question as it is put to whoever reads now, and the language of that."""
    reader = get_language() or ""
    for tag in (reader, reader.split("-")[0]):
        if tag == question.language:
            break
        if found := question.translations.get(tag):
            return found, tag
    return question.text, question.language


def wording_of(question: PulseQuestion) -> str:
    """Return a short digest of all that a question says, to notice that it was changed."""
    parts = [question.text, question.scale, *sorted(question.translations.items())]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def is_frozen(question: PulseQuestion) -> bool:
    """Say whether somebody answered already: its words stay from then on."""
    return question.answers.exists() or question.tens.exists()


def open_round(pilot: Pilot, day: dt.date | None = None) -> PulseRound | None:
    """Return the round in which people are asked on that day, or None."""
    day = day or timezone.localdate()
    return pilot.pulse_rounds.filter(starts_on__lte=day, ends_on__gte=day).first()


def why_closed(pilot: Pilot, day: dt.date | None = None) -> str:
    """Say why nobody is asked; empty when people are.

    Parameters
    ----------
    day
        Of a sheet: by what the record says of that day, of which nobody knows the hour. None is
        now, as the pilot stands.
    """
    if why := _why_not_measured(pilot, day):
        return why
    found = open_round(pilot, day)
    if found is None:
        return _("No round of questions is open on this day.")
    if not questions_in(found):
        return _("No question is ready yet.")
    return ""


def _why_not_measured(pilot: Pilot, day: dt.date | None) -> str:
    """Say why nothing was measured on that day; a day of a pause is told as one."""
    if day is None:
        if pilot.paused_on is not None:
            return _("The pilot is paused, so nothing is measured and nothing is asked.")
        if not is_measured(pilot):
            return _("Nothing is measured at this pilot now, so nothing is asked either.")
        return ""
    if any(_covers(one, day) for one in closed_times(pilot)):
        return _(
            "Nothing was measured on this day: the pilot was paused, or a signature was missing. "
            "Look at the day on the sheet."
        )
    asked = pilot.measuring_on is not None and pilot.measuring_on <= day
    over = pilot.decided_on is not None and pilot.decided_on < day
    return "" if asked and not over else _("Nothing was measured at this pilot on this day.")


def _covers(closed: Closed, day: dt.date) -> bool:
    """Say whether a day lies wholly within a time in which nothing might be measured."""
    first, last = closed
    begins, ends = (None if one is None else timezone.localdate(one) for one in (first, last))
    return begins is not None and begins < day and (ends is None or day < ends)


def questions_in(found: PulseRound) -> list[PulseQuestion]:
    """Return the questions that are asked in this round, in their order."""
    questions = found.pilot.pulse_questions.filter(first_round__lte=found.number)
    return list(questions.select_related("indicator"))


def questions_now(pilot: Pilot) -> int:
    """Return how many questions are put to whoever comes today; 0 when nobody is asked."""
    if why_closed(pilot):
        return 0
    found = open_round(pilot)
    return len(questions_in(found)) if found else 0


def answers_of(
    participant: Participant | None, site: Site, found: PulseRound
) -> dict[int, PulseAnswer]:
    """Return what this participant answered at `site` in this round, by question."""
    if participant is None:
        return {}
    answers = PulseAnswer.objects.filter(participant=participant, site=site, round=found)
    return {answer.question_id: answer for answer in answers.select_related("question")}


# What may be shown ----------------------------------------------------------------------------


@dataclass(frozen=True)
class ArmShare:
    """What may be shown of one kind of site in one round: tens of people who said the same.

    Attributes
    ----------
    arm
        ``pilot`` or ``comparison``.
    good, others
        People who gave a good answer, and who did not; 0 where fewer than ten did.
    """

    arm: str
    good: int
    others: int

    @property
    def share(self) -> float | None:
        """Of good answers, from 0 to 1; None where it would be too rough."""
        if self.good and self.others:
            return self.good / (self.good + self.others)
        return shares_of((self.good, self.others))[0]

    @property
    def at_least(self) -> int | None:
        """How many people answered at least; None where fewer than ten are counted."""
        return (self.good + self.others) or None


@dataclass(frozen=True)
class RoundShares:
    """One round of one question."""

    round: PulseRound
    arms: tuple[ArmShare, ...]


@dataclass(frozen=True)
class QuestionResult:
    """What may be shown of one question: a line of rounds that are over.

    Attributes
    ----------
    words, language
        The question as it is put to whoever reads now.
    """

    question: PulseQuestion
    words: str
    language: str
    rounds: tuple[RoundShares, ...]

    @property
    def shown(self) -> bool:
        return any(arm.share is not None for one in self.rounds for arm in one.arms)


def pulse_results(pilot: Pilot, today: dt.date | None = None) -> list[QuestionResult]:
    """Return shares of good answers by kind of site and round that may be published.

    A round counts once it is over, each person once at a kind of site, with the latest answer. Good
    answers and others are counted ten at a time, each for itself, and what is counted stays as it
    is (`queries.counted`): whoever erases an answer changes no number.
    """
    today = today or timezone.localdate()
    over = list(pilot.pulse_rounds.filter(ends_on__lt=today))
    counts = pulse_counts(pilot, today)
    results = []
    for question in pilot.pulse_questions.all():
        words, language = words_of(question)
        shares = tuple(
            RoundShares(
                one,
                tuple(
                    ArmShare(arm, *counts.get((question.pk, one.pk, arm), (0, 0))) for arm in ARMS
                ),
            )
            for one in over
            if one.number >= question.first_round
        )
        results.append(QuestionResult(question, words, language, shares))
    return results


def _shares(
    question: PulseQuestion, found: PulseRound, counts: Mapping[Place, tuple[int, int]]
) -> tuple[ArmShare, ...]:
    return tuple(ArmShare(arm, *counts.get((question.pk, found.pk, arm), (0, 0))) for arm in ARMS)


def whole_percent(share: float) -> str:
    """Return a share in whole percent, by locale."""
    return _("%(number)s %%") % {"number": number_format(round(share * 100), 0)}


# Turnout --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SiteTurnout:
    """Who was invited at one site in one round, and how many people answered."""

    site: Site
    invited: int
    answered: int
    by_channel: tuple[tuple[str, int, int], ...]

    @property
    def share(self) -> float | None:
        return self.answered / self.invited if self.invited else None

    @property
    def percent(self) -> str:
        """The share in whole percent."""
        return whole_percent(self.share or 0)


def turnouts(pilot: Pilot) -> dict[int, list[SiteTurnout]]:
    """Return invited and answered at every site, pilot sites first, by number of the round.

    A person counts in the channel of the first answer; for members.
    """
    sites = sorted(pilot.sites.all(), key=lambda one: (one.arm != ARMS[0], one.name))
    numbers = list(pilot.pulse_rounds.values_list("number", flat=True))
    invited = Counter[tuple[int, int, str]]()
    noted = PulseTurnout.objects.filter(round__pilot=pilot)
    for number, site, channel, count in noted.values_list(
        "round__number", "site", "channel", "invited"
    ):
        invited[number, site, channel] += count
    first: dict[tuple[int, int, int], str] = {}
    rows = PulseAnswer.objects.filter(round__pilot=pilot).order_by("answered_at", "pk")
    for number, site, person, channel in rows.values_list(
        "round__number", "site", "participant", "channel"
    ):
        first.setdefault((number, site, person), channel)
    answered = Counter((number, site, channel) for (number, site, _p), channel in first.items())
    return {
        number: [_site_turnout(number, site, invited, answered) for site in sites]
        for number in numbers
    }


def _site_turnout(
    number: int,
    site: Site,
    invited: Counter[tuple[int, int, str]],
    answered: Counter[tuple[int, int, str]],
) -> SiteTurnout:
    counted = [
        (str(one.label), invited[number, site.pk, one.value], answered[number, site.pk, one.value])
        for one in Channel
    ]
    used = tuple(row for row in counted if row[1] or row[2])
    return SiteTurnout(site, sum(row[1] for row in used), sum(row[2] for row in used), used)


@dataclass(frozen=True)
class ArmTurnout:
    """What may be shown in public of the turnout at one kind of site in one round.

    Attributes
    ----------
    answered
        At least so many people: the tens of the question that most answered; None where fewer than
        ten are counted, and while the round is open.
    """

    arm: str
    invited: int
    answered: int | None
    is_over: bool = True

    @property
    def share(self) -> float | None:
        if self.answered is None or not self.invited:
            return None
        return min(self.answered / self.invited, 1.0)

    @property
    def words(self) -> str:
        """Say it in a few words."""
        values = {
            "arm": str(Site.Arm(self.arm).label),
            "invited": number_format(self.invited, 0),
            "answered": number_format(self.answered or 0, 0),
            "share": whole_percent(self.share or 0),
        }
        if not self.is_over:
            text = ngettext(
                "%(arm)s: %(invited)s person invited so far.",
                "%(arm)s: %(invited)s people invited so far.",
                self.invited,
            )
            return text % values
        if self.answered is None:
            text = ngettext(
                "%(arm)s: %(invited)s person invited, too few answered to be counted.",
                "%(arm)s: %(invited)s people invited, too few answered to be counted.",
                self.invited,
            )
            return text % values
        if self.share is None:
            return _("%(arm)s: at least %(answered)s answered.") % values
        return (
            _("%(arm)s: %(invited)s invited, at least %(answered)s answered (%(share)s).") % values
        )


@dataclass(frozen=True)
class RoundTurnout:
    """The turnout of one round as everybody may see it."""

    round: PulseRound
    arms: tuple[ArmTurnout, ...]

    @property
    def words(self) -> str:
        used = [arm for arm in self.arms if arm.invited or arm.answered]
        return " ".join(arm.words for arm in used) or _("It is not noted who was invited.")


def public_turnouts(
    pilot: Pilot, results: Iterable[QuestionResult], today: dt.date | None = None
) -> list[RoundTurnout]:
    """Return the turnout of every round that started, in order.

    Parameters
    ----------
    results
        `pulse_results` of that day: who answered is only said as far as they say it.
    """
    today = today or timezone.localdate()
    rounds = pilot.pulse_rounds.filter(starts_on__lte=today)
    noted = PulseTurnout.objects.filter(round__in=rounds).order_by()
    invited = {
        (number, arm): count
        for number, arm, count in noted.values_list("round", "site__arm").annotate(Sum("invited"))
    }
    answered: dict[tuple[int, str], int] = {}
    for shown in (one for result in results for one in result.rounds):
        for arm in shown.arms:
            key = (shown.round.pk, arm.arm)
            answered[key] = max(answered.get(key, 0), arm.at_least or 0)
    return [
        RoundTurnout(
            one,
            tuple(
                ArmTurnout(
                    arm,
                    invited.get((one.pk, arm), 0),
                    answered.get((one.pk, arm)) or None,
                    one.ends_on < today,
                )
                for arm in ARMS
            ),
        )
        for one in rounds
    ]


# What later stages read -----------------------------------------------------------------------


@dataclass(frozen=True)
class PulseReading:
    """One site in one round, as a reading of an indicator.

    Attributes
    ----------
    at
        The middle of the round.
    value
        Share of good answers in whole percent.
    answers
        On how many people it rests; never fewer than `FEWEST_ANSWERS`.
    """

    site: Site
    at: dt.datetime
    value: float
    answers: int


def feeds(pilot: Pilot, indicator: Indicator) -> bool:
    """Say whether a question of the pulse feeds this indicator."""
    # A pilot from a folder alone is not stored: no answers stand behind its readings.
    stored = pilot.pk is not None and indicator.pk is not None
    return stored and pilot.pulse_questions.filter(indicator=indicator).exists()


def pulse_panel(
    pilot: Pilot, indicator: Indicator, today: dt.date | None = None
) -> list[PulseReading]:
    """Return the series of an indicator that the pulse asks for: one row for each site and round.

    Rounds that are not over are left out, and at each site the round during which the technology
    came on there, which is neither before nor after. A site where fewer than ten people answered
    has no row, nor a kind of site at which fewer than ten of all these said so or fewer than ten
    did not: its average is public. What was counted once stays (`queries.counted`).
    """
    today = today or timezone.localdate()
    rounds = {one.pk: one for one in pilot.pulse_rounds.filter(ends_on__lt=today)}
    sites = {site.pk: site for site in pilot.sites.all()}
    on = pilot.technology_on
    begun = {pk: on and (start_of(pilot, site) or on) for pk, site in sites.items()}
    asked = set(pilot.pulse_questions.filter(indicator=indicator).values_list("pk", flat=True))
    counted = site_counts(pilot, today) if asked else {}
    read = {
        place: told
        for place, told in counted.items()
        if place[0] in asked
        and place[1] in rounds
        and not straddles(rounds[place[1]], begun[place[2]])
    }
    arms = {pk: site.arm for pk, site in sites.items()}
    return [
        PulseReading(
            sites[site], middle_of(rounds[number]), float(round(100 * good / people)), people
        )
        for (_question, number, site), (good, people) in sorted(
            _ten_each_way(read, arms).items(), key=lambda one: (one[0][2], one[0][1])
        )
    ]


def _ten_each_way(
    counted: Mapping[SitePlace, tuple[int, int]], arms: Mapping[int, str]
) -> dict[SitePlace, tuple[int, int]]:
    """Return what rests on ten good answers and ten others at the sites of a kind in a round."""
    good, others = Counter[Place](), Counter[Place]()
    for (question, number, site), (said_so, people) in counted.items():
        good[question, number, arms[site]] += said_so
        others[question, number, arms[site]] += people - said_so
    return {
        (question, number, site): told
        for (question, number, site), told in counted.items()
        if min(found[question, number, arms[site]] for found in (good, others)) >= FEWEST_ANSWERS
    }


def middle_of(found: PulseRound) -> dt.datetime:
    """Return the middle of a round."""
    zone = timezone.get_default_timezone()
    start = dt.datetime.combine(found.starts_on, dt.time(), zone)
    end = dt.datetime.combine(found.ends_on + dt.timedelta(1), dt.time(), zone)
    return start + (end - start) / 2


def pulse_times(pilot: Pilot, indicator: Indicator) -> list[tuple[int, dt.datetime]]:
    """Return site and moment of every answer that feeds `indicator`, for the coverage of sites."""
    found = PulseAnswer.objects.filter(question__pilot=pilot, question__indicator=indicator)
    return list(found.order_by("answered_at").values_list("site", "answered_at"))


def next_first_round(pilot: Pilot) -> int:
    """Return from which round on a question is asked that is added now.

    From the first, as long as nobody answered anything; else from the next that did not start.
    """
    if not PulseAnswer.objects.filter(question__pilot=pilot).exists():
        return 1
    started = pilot.pulse_rounds.filter(
        Q(starts_on__lte=timezone.localdate()) | Q(answers__isnull=False)
    )
    last: int | None = started.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1
