"""The pulse in the browser: residents, those who run it, everybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from lamppost.accounts.models import LedgerEntry, User
from lamppost.pilots import pulse_registered
from lamppost.pilots.actions import pulse
from lamppost.pilots.models import Pilot, PulseAnswer, PulseQuestion, PulseRound, PulseShare, Site
from lamppost.voices.models import Participant
from tests.pilots_world import day
from tests.pulse_world import (
    add_question,
    add_round,
    answer,
    many,
    page_of,
    somebody,
    text,
)

pytestmark = pytest.mark.django_db


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


def test_queries_do_not_grow_with_rounds(
    lead_client: Client,
    question: PulseQuestion,
    sites: list[Site],
    lead: User,
    django_assert_max_num_queries: Any,
) -> None:
    for start in range(-40, 0, 4):
        many(question, add_round(question.pilot, lead, start, start + 3), sites[0], 12, 12)
    with django_assert_max_num_queries(31):
        lead_client.get(page_of("pulse", question.pilot))
    for name, most in (("pilot", 60), ("work", 60)):
        with django_assert_max_num_queries(most):
            lead_client.get(page_of(name, question.pilot))


def test_own_page_shows_the_answer_and_takes_it_away(
    client: Client, open_now: PulseRound, question: PulseQuestion, sites: list[Site]
) -> None:
    address = reverse("site_pulse", args=[sites[0].code])
    client.post(address, {"question": question.pk, "answer": "1"})
    mine = reverse("voices:mine", args=["elm-street"])
    assert question.text in text(client.get(mine))
    kept = PulseAnswer.objects.get()
    client.post(reverse("voices:erase_one", args=["elm-street", "pulse", kept.pk]))
    assert not PulseAnswer.objects.exists()


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


def test_what_waits_is_said_with_its_day_and_counted_when_all_is_entered(
    question: PulseQuestion, sites: list[Site], lead: User, lead_client: Client
) -> None:
    pilot = question.pilot
    found = add_round(pilot, lead, -20, -4)
    many(question, found, sites[0], yes=12, no=11)
    many(question, found, sites[1], yes=3, no=0)
    enter = page_of("pulse_enter", pilot)
    shown = text(lead_client.get(enter))
    assert "the answers of 26 people are not counted by site yet" in shown
    assert date_format(day(4)) in shown
    all_in = page_of("complete_pulse_round", pilot, 1)
    assert all_in in shown
    assert "Are all sheets of round 1 entered?" in text(lead_client.get(all_in))
    assert not PulseShare.objects.exists()
    lead_client.post(all_in)
    assert [(one.good, one.people) for one in PulseShare.objects.all()] == [(12, 23)]
    for page in (enter, page_of("pulse", pilot)):
        shown = text(lead_client.get(page))
        assert "the answers of 3 people came late, or are few at their site" in shown
        assert all_in not in shown
