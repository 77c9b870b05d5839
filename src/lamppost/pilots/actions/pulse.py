"""Ask the pulse: fixed questions, rounds, who was invited, and one answer each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import changed_fields, record
from lamppost.accounts.models import User
from lamppost.vision.models import Indicator
from lamppost.voices.models import Channel, Participant

from ..models import Pilot, PulseAnswer, PulseQuestion, PulseRound, PulseTurnout, Site
from ..queries.feedback import LONGEST_NUMBER
from ..queries.pulse import (
    MOST_QUESTIONS,
    choices_of,
    is_frozen,
    next_first_round,
    open_round,
    questions_in,
    why_closed,
    wording_of,
)
from .counting import count_said_for_good
from .traces import leave_site_trace


class PulseRefused(ValueError):  # noqa: N818 - a refusal
    """It would change what was asked, or nobody is asked now; the message says which."""


@transaction.atomic
def set_pulse_question(
    *, pilot: Pilot, by: User, values: Mapping[str, Any], question: PulseQuestion | None = None
) -> PulseQuestion:
    """Add a question, or change one that nobody answered yet.

    Parameters
    ----------
    values
        Of `PulseQuestion`: ``text``, ``language``, ``translations``, ``scale``, ``indicator``.

    Raises
    ------
    PulseRefused
        When it was answered already, three are asked, or the indicator does not fit.
    """
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    if question is None:
        _check_indicator(kept, values.get("indicator"), str(values["scale"]), None)
        return _add_question(kept, by, values)
    found = PulseQuestion.objects.select_for_update().get(pk=question.pk)
    # What is not changed is checked with what is: a scale, say, against the indicator it has.
    indicator = values.get("indicator", found.indicator)
    _check_indicator(kept, indicator, str(values.get("scale", found.scale)), found)
    if is_frozen(found):
        raise PulseRefused(
            _(
                "People answered this question already. Its words stay, so that answers from "
                "before and after can be compared."
            )
        )
    changed = changed_fields(found, dict(values))
    if changed:
        found.save(update_fields=changed)
        _note(kept, by, found, fields=changed, action="pilots.pulse_question.changed")
    return found


def _add_question(pilot: Pilot, by: User, values: Mapping[str, Any]) -> PulseQuestion:
    taken = set(pilot.pulse_questions.values_list("position", flat=True))
    if len(taken) >= MOST_QUESTIONS:
        raise PulseRefused(_("Three questions are asked already. More would take too long."))
    free = min(set(range(1, MOST_QUESTIONS + 1)) - taken)
    made = PulseQuestion.objects.create(
        pilot=pilot, position=free, first_round=next_first_round(pilot), **values
    )
    _note(pilot, by, made, action="pilots.pulse_question.added")
    return made


def _check_indicator(
    pilot: Pilot, indicator: Indicator | None, scale: str, question: PulseQuestion | None
) -> None:
    if indicator is None:
        return
    if not pilot.pilot_indicators.filter(indicator=indicator).exists():
        raise PulseRefused(_("Choose one of the pilot's own indicators."))
    others = pilot.pulse_questions.filter(indicator=indicator)
    if question is not None:
        others = others.exclude(pk=question.pk)
    if others.exists():
        raise PulseRefused(_("Another question feeds this indicator already."))
    if not {"%", "٪"} & set(indicator.unit):
        raise PulseRefused(
            _("The answers are a share. Choose an indicator with a percent sign in its unit.")
        )
    if scale == PulseQuestion.Scale.FIVE and indicator.direction == Indicator.Direction.DOWN:
        raise PulseRefused(
            _(
                "Five steps count the good answers, and of this indicator less is better. Ask a "
                "question with yes or no, or choose another indicator."
            )
        )


@transaction.atomic
def delete_pulse_question(*, question: PulseQuestion, by: User) -> None:
    """Delete a question that nobody answered.

    Raises
    ------
    PulseRefused
        When somebody did.
    """
    found = PulseQuestion.objects.select_for_update().get(pk=question.pk)
    if is_frozen(found):
        raise PulseRefused(_("People answered this question already. It stays to the end."))
    _note(found.pilot, by, found, action="pilots.pulse_question.deleted")
    found.delete()


@transaction.atomic
def set_pulse_round(
    *,
    pilot: Pilot,
    by: User,
    starts_on: dt.date,
    ends_on: dt.date,
    round: PulseRound | None = None,  # noqa: A002 - what it is
) -> PulseRound:
    """Plan a round after the last one, or move one between its neighbours.

    Raises
    ------
    PulseRefused
        When it overlaps another, or answers would lie outside it.
    """
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    rounds = list(kept.pulse_rounds.all())
    number = round.number if round else len(rounds) + 1
    _check_neighbours(rounds, number, starts_on, ends_on)
    if round is None:
        made = PulseRound.objects.create(
            pilot=kept, number=number, starts_on=starts_on, ends_on=ends_on
        )
        _note(kept, by, made, action="pilots.pulse_round.planned")
        return made
    outside = round.answers.exclude(answered_on__range=(starts_on, ends_on))
    if outside.exists():
        raise PulseRefused(_("There are answers from other days of this round. Keep those days."))
    changed = changed_fields(round, {"starts_on": starts_on, "ends_on": ends_on})
    if changed:
        count_said_for_good(kept)  # other days change nothing of what is public
        round.save(update_fields=changed)
        _note(kept, by, round, fields=changed, action="pilots.pulse_round.changed")
    return round


def _check_neighbours(
    rounds: list[PulseRound], number: int, starts_on: dt.date, ends_on: dt.date
) -> None:
    if ends_on < starts_on:
        raise PulseRefused(_("A round ends after it starts."))
    for other in rounds:
        if other.number < number and starts_on <= other.ends_on:
            text = _("Round %(number)d lasts until %(day)s. Start after that.")
            raise PulseRefused(text % {"number": other.number, "day": date_format(other.ends_on)})
        if other.number > number and ends_on >= other.starts_on:
            text = _("Round %(number)d starts on %(day)s. End before that.")
            raise PulseRefused(text % {"number": other.number, "day": date_format(other.starts_on)})


@transaction.atomic
def delete_pulse_round(*, round: PulseRound, by: User) -> None:  # noqa: A002 - what it is
    """Delete the last round, if nobody answered in it.

    Raises
    ------
    PulseRefused
        When somebody did, or a later round exists.
    """
    found = PulseRound.objects.select_for_update().get(pk=round.pk)
    if found.answers.exists() or found.tens.exists():
        raise PulseRefused(_("People answered in this round. It stays."))
    if found.pilot.pulse_rounds.filter(number__gt=found.number).exists():
        raise PulseRefused(_("Delete the later rounds first. Rounds are numbered in order."))
    _note(found.pilot, by, found, action="pilots.pulse_round.deleted")
    found.delete()


@transaction.atomic
def complete_pulse_round(*, round: PulseRound, by: User) -> None:  # noqa: A002 - what it is
    """Say that all sheets of a round are entered: its sites are counted now, not in a week.

    A sheet that is entered later all the same takes that back.

    Raises
    ------
    PulseRefused
        When the round is not over.
    """
    found = PulseRound.objects.select_for_update().get(pk=round.pk)
    if found.ends_on >= timezone.localdate():
        raise PulseRefused(_("This round is not over."))
    if found.complete_on is None:
        found.complete_on = timezone.localdate()
        found.save(update_fields=["complete_on"])
        _note(found.pilot, by, found, action="pilots.pulse_round.closed")
    count_said_for_good(found.pilot)


@transaction.atomic
def set_turnout(
    *,
    round: PulseRound,  # noqa: A002 - what it is
    by: User,
    channel: str,
    how: str,
    invited: Iterable[tuple[Site, int | None]],
) -> None:
    """Write down how many were invited at each site through one channel.

    Parameters
    ----------
    how
        In words, for example "letters to every door".
    invited
        A number for each site; None or 0 takes an earlier one away.
    """
    for site, number in invited:
        rows = PulseTurnout.objects.filter(round=round, site=site, channel=channel)
        if not number:
            rows.delete()
            continue
        PulseTurnout.objects.update_or_create(
            round=round,
            site=site,
            channel=Channel(channel),
            defaults={"invited": number, "how": how.strip(), "entered_by": by},
        )
    _note(round.pilot, by, round, action="pilots.turnout.set")


@transaction.atomic
def answer_pulse(
    *,
    question: PulseQuestion,
    site: Site,
    participant: Participant,
    value: int,
    channel: str = "web",
    answered_on: dt.date | None = None,
    wording: str = "",
    address: str = "",
) -> PulseAnswer:
    """Take in one answer; another one by the same person in the same round replaces it.

    The time stays that of the first, so that what was released before is not disturbed.

    Parameters
    ----------
    wording
        `wording_of` the question as it was shown; empty when that is not known.
    address
        From where it came; kept as a salted digest of its network (`traces`), or not at all.

    Raises
    ------
    PulseRefused
        When nobody is asked on that day, the question is not asked in that round, its words were
        changed meanwhile, or the answer is none of its answers.
    """
    day = answered_on or timezone.localdate()
    pilot = site.pilot
    if why := why_closed(pilot, answered_on):
        raise PulseRefused(why)
    found = open_round(pilot, day)
    if found is None or question not in questions_in(found):
        raise PulseRefused(_("This question is not asked in this round."))
    if value not in dict(choices_of(question)):
        raise PulseRefused(_("Choose one of the answers."))
    if found.ends_on < timezone.localdate():
        count_said_for_good(pilot)  # a sheet that comes in late changes nothing of what is public
    if not is_frozen(question):
        # The first answer fixes the words: nobody may change them meanwhile.
        question = PulseQuestion.objects.select_for_update().get(pk=question.pk)
    if wording and wording != wording_of(question):
        raise PulseRefused(_("The question was changed just now. Read it again."))
    first = {
        "value": value,
        "channel": Channel(channel),
        "answered_at": _moment(day),
        "answered_on": day,
    }
    # The unique constraint decides between two at once; get_or_create reads the winner.
    answer, created = PulseAnswer.objects.get_or_create(
        question=question, round=found, site=site, participant=participant, defaults=first
    )
    if not created and (answer.value, answer.channel) != (value, channel):
        answer.value, answer.channel = value, Channel(channel)
        answer.save(update_fields=["value", "channel"])
    if address:
        leave_site_trace(site, participant, address)
    return answer


@transaction.atomic
def enter_pulse_sheet(
    *,
    site: Site,
    participant: Participant,
    by: User,
    answers: Mapping[PulseQuestion, int],
    channel: str,
    answered_on: dt.date,
) -> None:
    """Take in what one person answered on paper or aloud, all of it or nothing.

    Its round waits for further sheets from now on; what is public of it is kept before.

    Raises
    ------
    PulseRefused
        As `answer_pulse`.
    """
    today = timezone.localdate()
    if found := open_round(site.pilot, answered_on):
        if found.ends_on < today:
            count_said_for_good(site.pilot)
        found.last_sheet_on, found.complete_on = today, None
        found.save(update_fields=["last_sheet_on", "complete_on"])
    for question, value in answers.items():
        answer_pulse(
            question=question,
            site=site,
            participant=participant,
            value=value,
            channel=channel,
            answered_on=answered_on,
        )
    _note(site.pilot, by, site, action="pilots.pulse_sheet.entered")


def _moment(day: dt.date) -> dt.datetime:
    if day == timezone.localdate():
        return timezone.now()
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))


def erase_pulse_answer(*, participant: Participant, identifier: str) -> bool:
    """Erase one answer; False when it is not this participant's."""
    if not identifier.isdecimal() or len(identifier) > LONGEST_NUMBER:
        return False
    found = PulseAnswer.objects.filter(participant=participant, pk=int(identifier))
    answer = found.select_related("question__pilot").first()
    if answer is None:
        return False
    # What was public of it stays: nobody can tell from a number who left, or what they had said.
    count_said_for_good(answer.question.pilot)
    found.delete()
    return True


def _note(pilot: Pilot, by: User, about: Any, *, action: str, fields: Iterable[str] = ()) -> None:
    record(partnership=pilot.partnership, by=by, action=action, about=about, fields=list(fields))
