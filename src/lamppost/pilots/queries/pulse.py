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

from django.db.models import Count, Max, Q, Sum
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from lamppost.engines.suppression import release_count, suppress_shares
from lamppost.vision.models import Indicator
from lamppost.voices.models import Channel, Participant

from ..models import Pilot, PulseAnswer, PulseQuestion, PulseRound, PulseTurnout, Site
from .pilots import accepts_readings

MOST_QUESTIONS = 3
# A site's share goes into the evaluation only when so many people answered there.
FEWEST_ANSWERS = 10
ARMS: tuple[str, ...] = (Site.Arm.PILOT.value, Site.Arm.COMPARISON.value)
# From this value on an answer is a good one.
GOOD_FROM = {PulseQuestion.Scale.YES_NO.value: 1, PulseQuestion.Scale.FIVE.value: 4}


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
    return question.answers.exists()


def open_round(pilot: Pilot, day: dt.date | None = None) -> PulseRound | None:
    """Return the round in which people are asked on that day, or None."""
    day = day or timezone.localdate()
    return pilot.pulse_rounds.filter(starts_on__lte=day, ends_on__gte=day).first()


def why_closed(pilot: Pilot, day: dt.date | None = None) -> str:
    """Say why nobody is asked on that day; empty when people are."""
    if not accepts_readings(pilot):
        return _("Nothing is measured at this pilot now, so nothing is asked either.")
    found = open_round(pilot, day)
    if found is None:
        return _("No round of questions is open on this day.")
    if not questions_in(found):
        return _("No question is ready yet.")
    return ""


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
    """What may be shown of one kind of site in one round; None is not shown.

    Attributes
    ----------
    arm
        ``pilot`` or ``comparison``.
    share
        Of good answers, from 0 to 1.
    at_least
        How many people answered at least.
    """

    arm: str
    share: float | None
    at_least: int | None


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

    A round counts once it is over, each person once at a kind of site, with the latest answer, up
    to the step (10, 15, 20, …) that the number of people reached: entering a late sheet changes
    nothing or five people. Then small counts are suppressed, with complements.
    """
    today = today or timezone.localdate()
    over = list(pilot.pulse_rounds.filter(ends_on__lt=today))
    found = PulseAnswer.objects.filter(question__pilot=pilot, round__in=over)
    rows = found.order_by("answered_at", "pk").values_list(
        "question", "round", "site__arm", "participant", "value"
    )
    answers: dict[tuple[int, int, str], list[tuple[int, int]]] = {}
    for question_id, number, arm, person, value in rows:
        answers.setdefault((question_id, number, arm), []).append((person, value))
    results = []
    for question in pilot.pulse_questions.all():
        words, language = words_of(question)
        shares = tuple(
            RoundShares(one, _shares(question, one, answers))
            for one in over
            if one.number >= question.first_round
        )
        results.append(QuestionResult(question, words, language, shares))
    return results


def _shares(
    question: PulseQuestion,
    found: PulseRound,
    answers: Mapping[tuple[int, int, str], list[tuple[int, int]]],
) -> tuple[ArmShare, ...]:
    least = GOOD_FROM[question.scale]
    counts = [
        released_share(
            (person, value >= least)
            for person, value in answers.get((question.pk, found.pk, arm), ())
        )
        for arm in ARMS
    ]
    table = suppress_shares([good for good, _all in counts], [total for _good, total in counts])
    totals = table.counts.row_totals
    return tuple(
        ArmShare(arm, share, total or None)
        for arm, share, total in zip(ARMS, table.shares, totals, strict=True)
    )


def released_share(answers: Iterable[tuple[int, bool]]) -> tuple[int, int]:
    """Count good answers and all, each person once, up to the last step of the number of people.

    Parameters
    ----------
    answers
        ``(person, good)``, oldest first; a person's latest answer counts.
    """
    answers = list(answers)
    released = release_count(len({person for person, _good in answers})) or 0
    latest: dict[int, bool] = {}
    for person, good in answers:
        if person not in latest and len(latest) == released:
            continue
        latest[person] = good
    return sum(latest.values()), len(latest)


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
        At least so many people, in steps of five; None where fewer than ten did.
    share
        Of those invited, reckoned from `answered`.
    """

    arm: str
    invited: int
    answered: int | None

    @property
    def share(self) -> float | None:
        if self.answered is None or not self.invited:
            return None
        return min(self.answered / self.invited, 1.0)

    @property
    def words(self) -> str:
        """Say it in a few words."""
        arm = str(Site.Arm(self.arm).label)
        if self.answered is None:
            text = ngettext(
                "%(arm)s: %(invited)s person invited, fewer than ten answered.",
                "%(arm)s: %(invited)s people invited, fewer than ten answered.",
                self.invited,
            )
            return text % {"arm": arm, "invited": number_format(self.invited, 0)}
        values = {
            "arm": arm,
            "invited": number_format(self.invited, 0),
            "answered": number_format(self.answered, 0),
            "share": whole_percent(self.share or 0),
        }
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


def public_turnouts(pilot: Pilot, today: dt.date | None = None) -> list[RoundTurnout]:
    """Return the turnout of every round that started, in order."""
    today = today or timezone.localdate()
    rounds = pilot.pulse_rounds.filter(starts_on__lte=today)
    noted = PulseTurnout.objects.filter(round__in=rounds).order_by()
    invited = {
        (number, arm): count
        for number, arm, count in noted.values_list("round", "site__arm").annotate(Sum("invited"))
    }
    answers = PulseAnswer.objects.filter(round__in=rounds).order_by()
    people = {
        (number, arm): count
        for number, arm, count in answers.values_list("round", "site__arm").annotate(
            Count("participant", distinct=True)
        )
    }
    return [
        RoundTurnout(
            one,
            tuple(
                ArmTurnout(
                    arm, invited.get((one.pk, arm), 0), release_count(people.get((one.pk, arm), 0))
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

    Rounds that are not over are left out, and a round during which the technology came on, which
    is neither before nor after. A site where fewer than ten people answered has no row.
    """
    today = today or timezone.localdate()
    rounds = {
        one.pk: one
        for one in pilot.pulse_rounds.filter(ends_on__lt=today)
        if not straddles(one, pilot.technology_on)
    }
    sites = {site.pk: site for site in pilot.sites.all()}
    found = PulseAnswer.objects.filter(question__pilot=pilot, question__indicator=indicator)
    found = found.filter(round__in=rounds).order_by("site", "round__number")
    good = Q(question__scale=PulseQuestion.Scale.FIVE, value__gte=4) | Q(
        question__scale=PulseQuestion.Scale.YES_NO, value=1
    )
    counted = found.values_list("round", "site").annotate(
        good=Count("pk", filter=good), total=Count("pk")
    )
    return [
        PulseReading(sites[site], middle_of(rounds[number]), float(round(100 * yes / total)), total)
        for number, site, yes, total in counted
        if total >= FEWEST_ANSWERS
    ]


def straddles(found: PulseRound, technology_on: dt.date | None) -> bool:
    """Say whether the technology came on within this round."""
    return technology_on is not None and found.starts_on < technology_on <= found.ends_on


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
