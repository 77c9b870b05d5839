"""The pulse: fixed words, rounds, one answer each, and what may be shown of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lamppost.accounts.models import LedgerEntry, Partnership, User
from lamppost.pilots import pulse_registered
from lamppost.pilots.actions import pulse
from lamppost.pilots.actions.pulse import PulseRefused
from lamppost.pilots.models import Pilot, PulseAnswer, PulseQuestion, PulseRound, Site
from lamppost.pilots.queries import gate_obstacles, pulse_gate
from lamppost.pilots.queries import pulse as queries
from lamppost.vision.models import Indicator
from lamppost.voices.actions import participant_without_device
from lamppost.voices.models import Participant
from tests.pilots_world import day, pass_up_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def measuring(pilot: Pilot, sites: list[Site], lead: User) -> Pilot:
    pass_up_to(pilot, lead, "measuring")
    return pilot


@pytest.fixture
def question(measuring: Pilot, lead: User) -> PulseQuestion:
    return add_question(measuring, lead)


@pytest.fixture
def open_now(question: PulseQuestion, lead: User) -> PulseRound:
    return add_round(question.pilot, lead, -3, 3)


def add_question(pilot: Pilot, by: User, **values: Any) -> PulseQuestion:
    filled = {"text": "Do you feel safe here after dark?", "language": "en", "scale": "yes_no"}
    return pulse.set_pulse_question(pilot=pilot, by=by, values=filled | values)


def add_round(pilot: Pilot, by: User, first: int, last: int) -> PulseRound:
    return pulse.set_pulse_round(pilot=pilot, by=by, starts_on=day(first), ends_on=day(last))


def somebody(partnership: Partnership) -> Participant:
    return participant_without_device(partnership=partnership, channel="web")


def answer(question: PulseQuestion, site: Site, value: int, who: Participant | None = None) -> Any:
    return pulse.answer_pulse(
        question=question,
        site=site,
        participant=who or somebody(question.pilot.partnership),
        value=value,
    )


def many(question: PulseQuestion, found: PulseRound, site: Site, yes: int, no: int) -> None:
    """Store answers of so many people, as they were given in that round."""
    partnership = question.pilot.partnership
    at = timezone.make_aware(dt.datetime.combine(found.starts_on, dt.time(12)))
    PulseAnswer.objects.bulk_create(
        PulseAnswer(
            question=question,
            round=found,
            site=site,
            participant=somebody(partnership),
            value=int(number < yes),
            answered_at=at + dt.timedelta(seconds=number),
            answered_on=found.starts_on,
        )
        for number in range(yes + no)
    )


def page_of(name: str, pilot: Pilot, *more: object) -> str:
    return reverse(f"pilots:{name}", args=["elm-street", pilot.pk, *more])


def text(answer: Any) -> str:
    return answer.content.decode()  # type: ignore[no-any-return]


def percent_indicator(pilot: Pilot, direction: str = "up", main: bool = True) -> Indicator:
    link = pilot.pilot_indicators.get(is_main=True)
    Indicator.objects.filter(pk=link.indicator_id).update(
        unit="% of those asked", direction=direction
    )
    return Indicator.objects.get(pk=link.indicator_id)


# Words and rounds ------------------------------------------------------------------------------


def test_words_are_fixed_by_the_first_answer(
    open_now: PulseRound, question: PulseQuestion, sites: list[Site], lead: User
) -> None:
    values = {"text": "Do you feel safe?", "language": "en", "scale": "yes_no"}
    pulse.set_pulse_question(pilot=question.pilot, by=lead, values=values, question=question)
    question.refresh_from_db()
    assert question.text == "Do you feel safe?"
    answer(question, sites[0], 1)
    for change in ({"text": "Is it nice?"}, {"scale": "five"}, {"translations": {"es": "¿Sí?"}}):
        with pytest.raises(PulseRefused, match="answered this question already"):
            pulse.set_pulse_question(
                pilot=question.pilot, by=lead, values=values | change, question=question
            )
    with pytest.raises(PulseRefused, match="stays to the end"):
        pulse.delete_pulse_question(question=question, by=lead)
    question.refresh_from_db()
    assert question.text == "Do you feel safe?"


def test_three_at_most_and_a_later_one_starts_later(
    open_now: PulseRound, question: PulseQuestion, sites: list[Site], lead: User
) -> None:
    pilot = question.pilot
    second = add_question(pilot, lead, text="How is the light here?", scale="five")
    assert second.first_round == 1
    answer(question, sites[0], 1)
    third = add_question(pilot, lead, text="Do you sit here?")
    assert third.first_round == 2
    assert third not in queries.questions_in(open_now)
    with pytest.raises(PulseRefused, match="not asked in this round"):
        answer(third, sites[0], 1)
    with pytest.raises(PulseRefused, match="Three questions"):
        add_question(pilot, lead, text="One more?")
    later = add_round(pilot, lead, 10, 20)
    assert third in queries.questions_in(later)


def test_the_database_holds_three_places(question: PulseQuestion) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PulseQuestion.objects.filter(pk=question.pk).update(position=4)


def test_rounds_follow_each_other(measuring: Pilot, lead: User) -> None:
    first = add_round(measuring, lead, -10, -5)
    for start, end in ((-5, 2), (-20, -15), (4, 3)):
        with pytest.raises(PulseRefused):
            add_round(measuring, lead, start, end)
    second = add_round(measuring, lead, 5, 10)
    assert (first.number, second.number) == (1, 2)
    with pytest.raises(PulseRefused, match="Round 2 starts"):
        pulse.set_pulse_round(
            pilot=measuring, by=lead, starts_on=day(-10), ends_on=day(6), round=first
        )
    with pytest.raises(PulseRefused, match="later rounds first"):
        pulse.delete_pulse_round(round=first, by=lead)
    pulse.delete_pulse_round(round=second, by=lead)
    assert measuring.pulse_rounds.count() == 1


def test_a_round_keeps_the_days_of_its_answers(
    open_now: PulseRound, question: PulseQuestion, sites: list[Site], lead: User
) -> None:
    answer(question, sites[0], 1)
    with pytest.raises(PulseRefused, match="other days"):
        pulse.set_pulse_round(
            pilot=question.pilot, by=lead, starts_on=day(1), ends_on=day(3), round=open_now
        )
    with pytest.raises(PulseRefused, match="It stays"):
        pulse.delete_pulse_round(round=open_now, by=lead)


@pytest.mark.parametrize(
    ("scale", "direction", "unit", "says"),
    [
        ("five", "down", "% of those asked", "less is better"),
        ("yes_no", "up", "people per hour", "percent sign"),
    ],
)
def test_an_indicator_that_does_not_fit_is_refused(
    measuring: Pilot, lead: User, scale: str, direction: str, unit: str, says: str
) -> None:
    indicator = percent_indicator(measuring, direction)
    Indicator.objects.filter(pk=indicator.pk).update(unit=unit)
    indicator.refresh_from_db()
    with pytest.raises(PulseRefused, match=says):
        add_question(measuring, lead, scale=scale, indicator=indicator)


def test_an_indicator_is_fed_once(measuring: Pilot, lead: User) -> None:
    indicator = percent_indicator(measuring)
    add_question(measuring, lead, indicator=indicator)
    with pytest.raises(PulseRefused, match="feeds this indicator already"):
        add_question(measuring, lead, text="Again?", indicator=indicator)


# Answers ---------------------------------------------------------------------------------------


def test_one_answer_each_and_it_can_be_changed(
    open_now: PulseRound, question: PulseQuestion, sites: list[Site]
) -> None:
    who = somebody(question.pilot.partnership)
    first = answer(question, sites[0], 1, who)
    again = answer(question, sites[0], 0, who)
    assert (again.pk, again.value, again.answered_at) == (first.pk, 0, first.answered_at)
    answer(question, sites[1], 1, who)
    assert PulseAnswer.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        PulseAnswer.objects.create(
            question=question,
            round=open_now,
            site=sites[0],
            participant=who,
            value=1,
            answered_at=timezone.now(),
            answered_on=day(),
        )


@pytest.mark.parametrize("value", [2, 5, -1])
def test_an_answer_that_is_not_offered_is_refused(
    open_now: PulseRound, question: PulseQuestion, sites: list[Site], value: int
) -> None:
    with pytest.raises(PulseRefused, match="one of the answers"):
        answer(question, sites[0], value)


def test_nobody_is_asked_without_a_round_or_while_nothing_is_measured(
    question: PulseQuestion, sites: list[Site], lead: User
) -> None:
    with pytest.raises(PulseRefused, match="No round"):
        answer(question, sites[0], 1)
    add_round(question.pilot, lead, 0, 1)
    Pilot.objects.filter(pk=question.pilot_id).update(measuring=False)
    with pytest.raises(PulseRefused, match="Nothing is measured"):
        answer(question, sites[0], 1)
    assert not PulseAnswer.objects.exists()


def test_a_pilot_goes_with_its_answers(
    open_now: PulseRound, question: PulseQuestion, sites: list[Site]
) -> None:
    answer(question, sites[0], 1)
    Pilot.objects.get(pk=question.pilot_id).delete()
    assert not PulseAnswer.objects.exists()


# The resident's page ---------------------------------------------------------------------------


def test_three_presses_answer_three_questions(
    client: Client, open_now: PulseRound, question: PulseQuestion, sites: list[Site], lead: User
) -> None:
    add_question(question.pilot, lead, text="How is the light here?", scale="five")
    add_question(question.pilot, lead, text="Do you sit here?")
    address = reverse("site_pulse", args=[sites[0].code])
    assert address == f"/s/{sites[0].code}/pulse/"
    assert "3 short questions" in text(client.get(reverse("site", args=[sites[0].code])))
    assert not Participant.objects.exists()
    for place, value in enumerate((1, 4, 0), 1):
        page = client.get(address)
        assert f"Question {place} of 3" in text(page)
        assert "<script" not in text(page)
        data = {name: page.context[name] for name in ("wording",)}
        sent = client.post(
            address, data | {"question": page.context["question"].pk, "answer": value}
        )
        assert sent.url == address  # type: ignore[attr-defined]
    thanks = text(client.get(address))
    assert "Your answers count" in thanks
    assert "Good" in thanks
    assert sorted(PulseAnswer.objects.values_list("value", flat=True)) == [0, 1, 4]
    assert Participant.objects.count() == 1
    again = client.get(address, {"question": question.pk})
    assert 'value="1" aria-pressed="true"' in text(again)
    client.post(address, {"question": question.pk, "answer": 0})
    assert PulseAnswer.objects.get(question=question).value == 0
    assert PulseAnswer.objects.count() == 3


@pytest.mark.parametrize(
    "sent", [{}, {"answer": "7"}, {"answer": "yes"}, {"answer": "11"}, {"wording": "old"}]
)
def test_what_does_not_arrive_leaves_nothing(
    client: Client,
    open_now: PulseRound,
    question: PulseQuestion,
    sites: list[Site],
    sent: dict[str, str],
) -> None:
    address = reverse("site_pulse", args=[sites[0].code])
    page = client.post(address, {"question": question.pk, "answer": "1"} | sent or {})
    if not sent:
        assert page.status_code == 302
        return
    assert page.status_code == 400
    assert question.text in text(page)
    assert not PulseAnswer.objects.exists()
    assert not Participant.objects.exists()


def test_between_rounds_the_code_still_answers(
    client: Client, question: PulseQuestion, sites: list[Site]
) -> None:
    address = reverse("site_pulse", args=[sites[0].code])
    page = client.get(address)
    assert page.status_code == 200
    assert "No round of questions is open" in text(page)
    assert "short question" not in text(client.get(reverse("site", args=[sites[0].code])))
    client.post(address, {"question": question.pk, "answer": "1"})
    assert not PulseAnswer.objects.exists()


def test_the_question_comes_in_the_readers_language(
    client: Client, open_now: PulseRound, question: PulseQuestion, sites: list[Site]
) -> None:
    PulseQuestion.objects.filter(pk=question.pk).update(translations={"es": "¿Se siente seguro?"})
    client.cookies["django_language"] = "es"
    page = text(client.get(reverse("site_pulse", args=[sites[0].code])))
    assert '<h1 lang="es" dir="ltr">¿Se siente seguro?</h1>' in page
    client.cookies["django_language"] = "ar"
    assert f'<h1 lang="en" dir="ltr">{question.text}</h1>' in text(
        client.get(reverse("site_pulse", args=[sites[0].code]))
    )


def test_own_answers_are_listed_and_deleted(
    open_now: PulseRound, question: PulseQuestion, sites: list[Site]
) -> None:
    who, other = somebody(question.pilot.partnership), somebody(question.pilot.partnership)
    kept = answer(question, sites[0], 1, who)
    [given] = pulse_registered.contributions(who)
    assert (given.kind, given.answer) == ("pulse", "Yes")
    assert given.change_url.endswith(f"/pulse/?question={question.pk}")
    assert not pulse_registered.erase_contribution(other, "pulse", str(kept.pk))
    assert not pulse_registered.erase_contribution(who, "feedback", str(kept.pk))
    assert pulse_registered.erase_contribution(who, "pulse", str(kept.pk))
    assert not PulseAnswer.objects.exists()


def test_answers_follow_a_person_who_proved_to_be_another(
    open_now: PulseRound, question: PulseQuestion, sites: list[Site]
) -> None:
    mine, into = somebody(question.pilot.partnership), somebody(question.pilot.partnership)
    answer(question, sites[0], 1, mine)
    answer(question, sites[1], 1, mine)
    answer(question, sites[1], 0, into)
    moved = pulse_registered.participants_joined(mine, into)
    assert (moved.kept, moved.set_aside) == (1, 1)
    assert PulseAnswer.objects.get(site=sites[1], participant=into).value == 0


# What may be shown -----------------------------------------------------------------------------


def shares(pilot: Pilot) -> list[tuple[float | None, int | None]]:
    [result] = queries.pulse_results(pilot)
    return [(arm.share, arm.at_least) for one in result.rounds for arm in one.arms]


def test_shares_by_arm_appear_when_the_round_is_over(
    question: PulseQuestion, sites: list[Site], lead: User
) -> None:
    pilot = question.pilot
    before = add_round(pilot, lead, -20, -10)
    many(question, before, sites[0], yes=20, no=20)
    many(question, before, sites[-1], yes=15, no=25)
    now = add_round(pilot, lead, -1, 1)
    many(question, now, sites[0], yes=40, no=0)
    assert shares(pilot) == [(0.5, 40), (15 / 40, 40)]


def test_small_numbers_are_hidden_with_what_would_give_them_away(
    question: PulseQuestion, sites: list[Site], lead: User, client: Client
) -> None:
    pilot = question.pilot
    few = add_round(pilot, lead, -20, -10)
    many(question, few, sites[0], yes=5, no=4)
    assert shares(pilot) == [(None, None), (None, None)]
    page = text(client.get(page_of("pilot", pilot)))
    assert "Numbers appear when a round is over" in page
    assert "<svg" not in page.split('id="pulse"')[1].split("</section>")[0]
    more = add_round(pilot, lead, -9, -2)
    many(question, more, sites[0], yes=3, no=30)
    many(question, more, sites[-1], yes=20, no=20)
    rows = shares(pilot)[2:]
    assert rows[0][0] is None, "three people said yes"
    assert "It is not noted who was invited" in text(client.get(page_of("pilot", pilot)))


def test_a_late_sheet_moves_the_share_by_five_people_or_none(
    question: PulseQuestion, sites: list[Site], lead: User
) -> None:
    found = add_round(question.pilot, lead, -20, -10)
    many(question, found, sites[0], yes=12, no=12)
    many(question, found, sites[-1], yes=12, no=12)
    before = shares(question.pilot)
    many(question, found, sites[0], yes=0, no=0)
    late = somebody(question.pilot.partnership)
    PulseAnswer.objects.create(
        question=question,
        round=found,
        site=sites[0],
        participant=late,
        value=1,
        answered_at=timezone.now(),
        answered_on=found.ends_on,
    )
    after = shares(question.pilot)
    assert before[0][1] == 20
    assert after[0][1] == 25


def test_a_person_counts_once_at_a_kind_of_site() -> None:
    answers = [(1, True)] * 3 + [(number, False) for number in range(2, 11)] + [(1, False)]
    assert queries.released_share(answers) == (0, 10)
    assert queries.released_share([(number, True) for number in range(9)]) == (0, 0)


# Turnout ---------------------------------------------------------------------------------------


def test_turnout_by_site_and_channel(
    question: PulseQuestion, sites: list[Site], lead: User
) -> None:
    found = add_round(question.pilot, lead, -20, -10)
    many(question, found, sites[0], yes=12, no=12)
    for channel, number in (("web", 80), ("paper", 40)):
        pulse.set_turnout(
            round=found, by=lead, channel=channel, how="letters", invited=[(sites[0], number)]
        )
    [row] = [one for one in queries.turnout_of(found) if one.site == sites[0]]
    assert (row.invited, row.answered, row.share) == (120, 24, 0.2)
    assert [(invited, answered) for _c, invited, answered in row.by_channel] == [(80, 24), (40, 0)]
    public = queries.public_turnout(found)[0]
    assert (public.invited, public.answered) == (120, 20)
    pulse.set_turnout(round=found, by=lead, channel="paper", how="", invited=[(sites[0], None)])
    assert queries.public_turnout(found)[0].invited == 80


# What later stages read ------------------------------------------------------------------------


def test_the_panel_has_a_row_for_each_site_and_round(
    measuring: Pilot, sites: list[Site], lead: User
) -> None:
    indicator = percent_indicator(measuring)
    question = add_question(measuring, lead, indicator=indicator)
    before = add_round(measuring, lead, -20, -11)
    many(question, before, sites[0], yes=10, no=20)
    many(question, before, sites[-1], yes=4, no=4)
    across = add_round(measuring, lead, -9, -5)
    many(question, across, sites[0], yes=20, no=0)
    now = add_round(measuring, lead, -1, 1)
    many(question, now, sites[0], yes=20, no=0)
    measuring.technology_on = day(-7)
    [row] = queries.pulse_panel(measuring, indicator)
    assert (row.site, row.value, row.answers) == (sites[0], 33.0, 30)
    assert timezone.localdate(row.at) == day(-15)
    assert len(queries.pulse_times(measuring, indicator)) == 78


def test_the_baseline_gate_asks_for_a_round(
    measuring: Pilot, sites: list[Site], lead: User
) -> None:
    assert pulse_gate.pulse_obstacles(measuring) == []
    question = add_question(measuring, lead, indicator=percent_indicator(measuring))
    [obstacle] = gate_obstacles(measuring, "baseline")
    assert "pilot site, comparison site" in obstacle.text
    assert obstacle.url == page_of("pulse", measuring)
    add_round(measuring, lead, 0, 1)
    answer(question, sites[0], 1)
    [obstacle] = gate_obstacles(measuring, "baseline")
    assert "nobody answered yet at: comparison site." in obstacle.text
    answer(question, sites[-1], 1)
    assert gate_obstacles(measuring, "baseline") == []


def test_what_was_answered_keeps_site_and_indicator(
    measuring: Pilot, sites: list[Site], lead: User
) -> None:
    indicator = percent_indicator(measuring)
    question = add_question(measuring, lead, indicator=indicator)
    assert pulse_registered.site_keepers(sites[0]) == []
    assert pulse_registered.indicator_keepers(indicator) == []
    add_round(measuring, lead, 0, 1)
    answer(question, sites[0], 1)
    assert pulse_registered.gate_keepers(measuring, "technology") == []
    measuring.technology_on = day()
    assert pulse_registered.gate_keepers(measuring, "technology")
    assert pulse_registered.site_keepers(sites[0])
    assert pulse_registered.indicator_keepers(indicator)


# Staff pages -----------------------------------------------------------------------------------


def test_from_nothing_to_a_round(lead_client: Client, measuring: Pilot, sites: list[Site]) -> None:
    page = lead_client.get(page_of("pulse", measuring))
    assert "No question yet" in text(page)
    assert "No round yet" in text(page)
    assert "From the playbook" in text(page)
    form = lead_client.get(page_of("new_pulse_question", measuring), {"suggestion": "1"})
    start = form.context["form"]
    assert start["text"].value() == "Do you feel safe walking here after dark?"
    sent = {"text": start["text"].value(), "language": "en", "scale": "yes_no", "in_es": "¿Sí?"}
    assert lead_client.post(page_of("new_pulse_question", measuring), sent).status_code == 302
    made = PulseQuestion.objects.get()
    assert made.translations == {"es": "¿Sí?"}
    days = {"starts_on": day().isoformat(), "ends_on": day(6).isoformat()}
    assert lead_client.post(page_of("new_pulse_round", measuring), days).status_code == 302
    shown = text(lead_client.get(page_of("pulse", measuring)))
    assert "Round 1 is open" in shown
    assert sites[0].name in shown
    noted = {"channel": "web", "how": "a letter", f"site_{sites[0].pk}": "50"}
    assert lead_client.post(page_of("pulse_turnout", measuring, 1), noted).status_code == 302
    assert ">50</td>" in text(lead_client.get(page_of("pulse", measuring)))
    actions = set(LedgerEntry.objects.values_list("action", flat=True))
    assert {
        "pilots.pulse_question.added",
        "pilots.pulse_round.planned",
        "pilots.turnout.set",
    } <= actions


def test_a_fixed_question_cannot_be_changed_by_its_form(
    lead_client: Client, open_now: PulseRound, question: PulseQuestion, sites: list[Site]
) -> None:
    answer(question, sites[0], 1)
    pilot = question.pilot
    sent = {"text": "Another?", "language": "en", "scale": "yes_no"}
    page = lead_client.post(page_of("edit_pulse_question", pilot, question.pk), sent)
    assert "Its words stay" in text(page)
    shown = text(lead_client.get(page_of("pulse", pilot)))
    assert "Its words stay to the end" in shown
    assert page_of("edit_pulse_question", pilot, question.pk) not in shown
    lead_client.post(page_of("delete_pulse_question", pilot, question.pk))
    lead_client.post(page_of("delete_pulse_round", pilot, 1))
    assert PulseQuestion.objects.filter(pk=question.pk).exists()
    assert PulseRound.objects.filter(pk=open_now.pk).exists()


def test_question_and_round_are_changed_and_deleted(
    lead_client: Client, open_now: PulseRound, question: PulseQuestion
) -> None:
    pilot = question.pilot
    sent = {"text": "Is it light?", "language": "en", "scale": "yes_no"}
    lead_client.post(page_of("edit_pulse_question", pilot, question.pk), sent)
    question.refresh_from_db()
    assert question.text == "Is it light?"
    days = {"starts_on": day(-3).isoformat(), "ends_on": day(-4).isoformat()}
    refused = lead_client.post(page_of("edit_pulse_round", pilot, 1), days)
    assert "Give a later day" in text(refused)
    lead_client.post(page_of("edit_pulse_round", pilot, 1), days | {"ends_on": day(9).isoformat()})
    open_now.refresh_from_db()
    assert open_now.ends_on == day(9)
    assert "Delete this question?" in text(
        lead_client.get(page_of("delete_pulse_question", pilot, question.pk))
    )
    lead_client.post(page_of("delete_pulse_question", pilot, question.pk))
    assert "Delete round 1?" in text(lead_client.get(page_of("delete_pulse_round", pilot, 1)))
    lead_client.post(page_of("delete_pulse_round", pilot, 1))
    assert not PulseQuestion.objects.exists()
    assert not PulseRound.objects.exists()


def test_paper_is_entered_once_for_each_sheet(
    lead_client: Client, open_now: PulseRound, question: PulseQuestion, sites: list[Site]
) -> None:
    pilot = question.pilot
    address = page_of("pulse_enter", pilot)
    sent = {
        "site": sites[0].pk,
        "answered_on": day(-1).isoformat(),
        "channel": "paper",
        "reference": "7",
        f"question_{question.pk}": "1",
    }
    assert lead_client.post(address, sent).status_code == 302
    lead_client.post(address, sent | {f"question_{question.pk}": "0"})
    [kept] = PulseAnswer.objects.all()
    assert (kept.value, kept.channel, kept.answered_on) == (0, "paper", day(-1))
    assert LedgerEntry.objects.filter(action="pilots.pulse_sheet.entered").count() == 2
    for change, says in (
        ({f"question_{question.pk}": ""}, "at least one question"),
        ({"answered_on": day(1).isoformat()}, "lies in the future"),
        ({"answered_on": day(-9).isoformat()}, "No round of questions is open"),
    ):
        assert says in text(lead_client.post(address, sent | {"reference": "8"} | change))
    assert PulseAnswer.objects.count() == 1


def test_sheets_hold_questions_boxes_and_code(
    lead_client: Client, question: PulseQuestion, sites: list[Site]
) -> None:
    page = text(lead_client.get(page_of("pulse_sheets", question.pilot)))
    assert page.count('class="sheet paper"') == len(sites)
    assert f"/s/{sites[0].code}/pulse/" in page
    assert page.count(question.text) == len(sites)
    assert "☐ Yes" in page
    PulseQuestion.objects.all().delete()
    assert "Nothing to print yet" in text(lead_client.get(page_of("pulse_sheets", question.pilot)))


def test_the_public_page_shows_lines_and_turnout(
    client: Client, question: PulseQuestion, sites: list[Site], lead: User
) -> None:
    pilot = question.pilot
    for first, last in ((-20, -15), (-10, -5)):
        found = add_round(pilot, lead, first, last)
        for site in (sites[0], sites[-1]):
            many(question, found, site, yes=20, no=20)
    pulse.set_turnout(round=found, by=lead, channel="web", how="", invited=[(sites[0], 100)])
    page = text(client.get(page_of("pilot", pilot))).split('id="pulse"')[1]
    assert question.text in page
    assert "<svg" in page
    assert "at least 40" in page
    assert "100 invited, at least 40 answered (40 %)" in page


# Who sees what ---------------------------------------------------------------------------------


def test_who_sees_is_true(
    client: Client,
    lead_client: Client,
    open_now: PulseRound,
    question: PulseQuestion,
    sites: list[Site],
) -> None:
    """Members see how many answered, not what; nobody else sees either while the round is on."""
    for value in (1, 0, 0):
        answer(question, sites[0], value)
    [row, *_others] = lead_client.get(page_of("pulse", question.pilot)).context["rounds"]
    assert {one.site: one.answered for one in row["turnout"]}[sites[0]] == 3
    for page in (
        lead_client.get(page_of("pulse", question.pilot)),
        client.get(page_of("pilot", question.pilot)),
    ):
        assert "<svg" not in text(page).split("The pulse")[-1]
        assert "33 %" not in text(page)
        assert "67 %" not in text(page)
    said = text(client.get(reverse("site_pulse", args=[sites[0].code])))
    assert "see how many people answered at each site, not what" in said


@pytest.mark.parametrize("name", ["pulse", "pulse_sheets", "pulse_enter", "new_pulse_round"])
def test_visitors_are_sent_to_sign_in(client: Client, measuring: Pilot, name: str) -> None:
    assert client.get(page_of(name, measuring)).status_code == 302
