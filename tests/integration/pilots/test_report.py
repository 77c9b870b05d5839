"""Mid-term and final report: from the record, nothing required left blank."""

from __future__ import annotations

import html

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lamppost.accounts.models import User
from lamppost.pilots import actions, ports
from lamppost.pilots.actions import agreement as record
from lamppost.pilots.actions import specification
from lamppost.pilots.forms.report import NoteForm
from lamppost.pilots.models import (
    Commitment,
    Decision,
    GroupView,
    Notice,
    Pilot,
    PilotTask,
    PilotVersion,
    ReportNote,
    Site,
    SpecificationLine,
)
from lamppost.pilots.queries.report import QUESTIONS, Report, Section, report_of
from lamppost.voices.actions import moderate_voice, participant_without_device
from tests.pilots_world import LUMENS, OUTSIDER, day, sign_by_another

pytestmark = pytest.mark.once


def url(pilot: Pilot, name: str, *more: object) -> str:
    return reverse(f"pilots:{name}", args=[pilot.partnership.slug, pilot.pk, *more])


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def section(report: Report, code: str) -> Section:
    return next(one for one in report.sections if one.code == code)


def said(report: Report, code: str) -> str:
    return " | ".join(f"{line.label}: {line.text}" for line in section(report, code).part.lines)


@pytest.fixture(autouse=True)
def _no_lesson(monkeypatch: pytest.MonkeyPatch) -> None:
    """What later stages answer is given by each test."""
    for port in (ports.FINDINGS, ports.LESSON_OF):
        monkeypatch.setattr(port, "_functions", [])


@pytest.fixture
def whole(running: Pilot, sites: list[Site], lead: User, monkeypatch: pytest.MonkeyPatch) -> Pilot:
    """A pilot that is decided, with everything that a final report asks for."""
    call = {"link": "https://city.example/", "opened_on": day(-90), "closes_on": day(-50)}
    criteria = {"criteria": "Price: 100", "no_call_reason": ""}
    record.save_call(pilot=running, by=lead, values=call | criteria)
    bid = record.add_bid(pilot=running, by=lead, values={"organisation": "Glow", "amount": 8000})
    words = {"chosen_on": day(-40), "chosen_by": "Jury", "chosen_why": "Cheapest"}
    record.choose_bid(pilot=running, by=lead, bid=bid, **words)
    who = participant_without_device(partnership=running.partnership, channel="web")
    answer = actions.give_feedback(
        site=sites[0], participant=who, rating="worse", words="The light glares", consent=True
    )
    moderate_voice(voice=answer.voice, state="accepted", by=lead)
    actions.record_change(
        pilot=running, by=lead, you_said="It glares", we_did="Dimmed", changed_on=day(-3)
    )
    now = timezone.now()
    Commitment.objects.create(
        pilot=running,
        you_said="Too late on",
        owner="Streets",
        due_on=day(9),
        state="wont",
        wont_reason="The law asks for it",
        made_at=now,
        changed_at=now,
    )
    version = PilotVersion.objects.get(pilot=running, number=2)  # the change made it
    PilotVersion.objects.filter(pk=version.pk).update(from_on=day(-28))
    SpecificationLine.objects.filter(pilot=running).delete()
    for of in (version, None):
        SpecificationLine.objects.create(pilot=running, version=of, name="Light", value="900 lm")
    Notice.objects.create(pilot=running, kind="changed", text="Dimmed from now on", told_at=now)
    view = {"text": "Keep it dim", "said_by": "Tenants", "said_on": day(-1)}
    GroupView.objects.update_or_create(pilot=running, group="resident", defaults=view)
    PilotTask.objects.create(pilot=running, text="Delete", owner="Glow", due_on=day(30))
    indicator = running.pilot_indicators.get().indicator
    finding = ports.Finding(indicator, "More people walk.", ("From 4 sites.",), "/impact/")
    lesson = ports.LessonSaid(
        "Lamps", "Dimming", "The glare", "9,000 EUR", "Yes", "en", published=True, url="/lessons/1/"
    )
    ports.FINDINGS.register(lambda pilot: [finding])
    ports.LESSON_OF.register(lambda pilot: [lesson])
    actions.decide(
        pilot=running,
        by=lead,
        kind="expand",
        reason="It got better",
        decided_by="Council",
        decided_on=day(),
        next_step="Twenty more streets",
        second_year="Streets",
    )
    return Pilot.objects.get(pk=running.pk)


def test_nothing_is_missing_in_a_whole_record(whole: Pilot, lead_client: Client) -> None:
    report = report_of(whole, "final")
    assert [one.code for one in report.missing] == []
    assert [one.code for one in report.sections] == list(QUESTIONS)
    for code, wanted in {
        "challenge": "after dark",
        "solution": "Light: 900 lm",
        "partners": "too few to count in public",
        "selection": "Why: Cheapest",
        "timeline": "Gate “Technology on” passed, signed by Sam Signer",
        "sites": "Comparison sites (2): comparison street 0, comparison street 1",
        "data": "Gate “Data protection” passed",
        "baseline": "Planned length: 4 weeks",
        "residents": "Fewer than ten people answered, or nobody",
        "done": "It glares → Dimmed",
        "changes": "Dimmed from now on",
        "results": "More people walk.",
        "costs": "Glow: 8,000.00 EUR",
        "not_worked": "The glare",
        "lesson": "Would you do it again?: Yes",
        "bought": "None: what is to be bought is what was piloted.",
        "decision": "Keep it dim (Tenants)",
        "next": "Next step: Twenty more streets",
    }.items():
        assert wanted in said(report, code), code
    assert "Will not be done" in said(report, "done")
    assert "The law asks for it" in said(report, "done")
    assert "Delete (Glow)" in said(report, "next")
    page = text(lead_client.get(url(whole, "report", "final")))
    assert "The light glares" in page
    assert "is missing" not in page
    file = lead_client.get(url(whole, "report_file", "final"))
    assert file["Content-Disposition"] == f'attachment; filename="pilot-{whole.pk}-final.html"'
    assert "The light glares" in text(file)
    assert "<script" not in text(file)
    assert "Add words" not in text(file)


def test_a_new_pilot_lists_what_is_missing_with_where_to_give_it(
    lead_client: Client, pilot: Pilot
) -> None:
    report = report_of(pilot, "final")
    missing = [one.code for one in report.missing]
    assert missing == [
        "timeline", "sites", "data", "baseline", "residents", "done", "results", "costs",
        "not_worked", "lesson", "decision", "next",
    ]  # fmt: skip
    page = text(lead_client.get(url(pilot, "report", "final")))
    assert "12 answers are missing" in page
    for one in report.missing:
        assert one.part.url in page, one.code
        assert url(pilot, "report_note", "final", one.code) in page
    assert page.index("12 answers are missing") < page.index('id="challenge"')
    refused = lead_client.get(url(pilot, "report_file", "final"), follow=True)
    assert "12 answers are missing. Give them" in text(refused)


def test_what_is_missing_is_printed_with_the_leads_reason(
    lead_client: Client, pilot: Pilot
) -> None:
    address = url(pilot, "report_note", "final", "costs")
    both = lead_client.post(address, {"text": "A", "missing_reason": "B"})
    assert "missing_reason" in both.context["form"].errors
    blank = lead_client.post(address, {"text": " ", "missing_reason": ""})
    assert "Write the answer, or below why there is none." in text(blank)
    lead_client.post(address, {"missing_reason": "The firm lent it"})
    page = text(lead_client.get(url(pilot, "report", "final")))
    assert "Not recorded, because:" in page
    assert "The firm lent it" in page
    assert "costs" not in [one.code for one in report_of(pilot, "final").missing]
    assert "costs" in [one.code for one in report_of(pilot, "mid-term").missing]
    lead_client.post(address, {"text": "Lent by the firm", "missing_reason": ""})
    page = text(lead_client.get(url(pilot, "report", "final")))
    assert "Lent by the firm" in page
    assert "Not recorded, because" not in page
    lead_client.post(address, {"text": "", "missing_reason": ""})
    assert not ReportNote.objects.exists()
    assert "costs" in [one.code for one in report_of(pilot, "final").missing]


def test_a_difference_stands_in_the_final_report_with_who_signed_why(
    running: Pilot, lead: User
) -> None:
    specification.set_bought(pilot=running, by=lead, lines=[(LUMENS, "2,800 lm")])
    found = said(report_of(running, "final"), "bought")
    assert "piloted 2,326 lm, to be bought 2,800 lm" in found
    assert "Nobody has signed yet why" in found
    sign_by_another(running, lead, "decision", day(), "The model changed.")
    end = {"reason": "It works.", "decided_by": "City council", "decided_on": day()}
    actions.decide(pilot=running, by=lead, kind="rollout", **end)
    found = said(report_of(Pilot.objects.get(pk=running.pk), "final"), "bought")
    assert "piloted 2,326 lm, to be bought 2,800 lm" in found
    assert "Why: The model changed." in found
    assert f"Signed by: {OUTSIDER}" in found
    assert "Nobody has signed" not in found
    Decision.objects.filter(pilot=running).update(difference_reason="", difference_signed_by="")
    unsigned = report_of(Pilot.objects.get(pk=running.pk), "final")
    assert "Nobody has signed yet why" in said(unsigned, "bought")


def test_an_ending_that_buys_nothing_has_no_difference(running: Pilot, lead: User) -> None:
    SpecificationLine.objects.filter(pilot=running, version__isnull=True).delete()
    assert "bought" in [one.code for one in report_of(running, "final").missing]
    end = {"reason": "It broke.", "decided_by": "City council", "decided_on": day()}
    actions.decide(pilot=running, by=lead, kind="stop", **end)
    found = report_of(Pilot.objects.get(pk=running.pk), "final")
    assert said(found, "bought") == ": None: nothing is to be bought after this ending."


def test_a_reason_goes_when_the_record_answers(whole: Pilot) -> None:
    note = {"pilot": whole, "which": "final", "written_at": timezone.now()}
    ReportNote.objects.create(code="costs", missing_reason="Not known", **note)
    found = section(report_of(whole, "final"), "costs")
    assert found.part.answered
    assert found.reason == ""


def test_every_missing_answer_can_be_given_and_then_downloaded(
    lead_client: Client, pilot: Pilot
) -> None:
    for one in report_of(pilot, "mid-term").missing:
        address = url(pilot, "report_note", "mid-term", one.code)
        assert lead_client.get(address).status_code == 200
        lead_client.post(address, {"missing_reason": f"No {one.code} yet"})
    file = text(lead_client.get(url(pilot, "report_file", "mid-term")))
    assert "No baseline yet" in file
    assert "Decision due" in file


def test_a_report_from_halfway_says_nothing_of_the_end(running: Pilot) -> None:
    codes = [one.code for one in report_of(running, "mid-term").sections]
    assert not {"lesson", "bought", "decision"} & set(codes)
    running.gates.create(
        kind="change", document="Two lamps broke.", signed_by_name="S", passed_on=day()
    )
    assert "Two lamps broke." in said(report_of(running, "mid-term"), "not_worked")


def test_the_report_says_how_long_the_baseline_was_read(running: Pilot) -> None:
    assert running.baseline_days == 21
    words = said(report_of(running, "mid-term"), "baseline")
    assert "4 weeks" in words
    assert "21 days" in words


def test_a_pilot_that_joined_late_says_what_is_not_recorded(pilot: Pilot, lead: User) -> None:
    actions.join_late(pilot=pilot, by=lead, technology_on=day(-100))
    report = report_of(pilot, "mid-term")
    assert "There is none" in said(report, "baseline")
    assert "What came before is not recorded" in said(report, "timeline")
    assert not section(report, "baseline").missing


def test_reports_that_there_are_not(lead_client: Client, client: Client, pilot: Pilot) -> None:
    assert lead_client.get(url(pilot, "report", "weekly")).status_code == 404
    assert lead_client.get(url(pilot, "report_note", "mid-term", "decision")).status_code == 404
    assert client.get(url(pilot, "report", "final")).status_code == 302


@pytest.mark.parametrize("which", list(ReportNote.Which.values))
def test_where_the_record_is_empty_it_says_what_is_missing_and_who_can_add_it(
    pilot: Pilot, lead_client: Client, which: str
) -> None:
    found = report_of(pilot, which)
    empty = [one for one in found.sections if not one.part.answered]
    assert len(empty) >= 8
    page = text(lead_client.get(url(pilot, "report", which)))
    for one in found.sections:
        assert one.asked_for if one in empty else one.part.lines, one.code
    for one in empty:
        assert one.asked_for.count(".") >= 2, one.code
        assert "Who can add it: Lead" in one.asked_for
        assert html.escape(one.asked_for) in page
    ReportNote.objects.create(
        pilot=pilot, which=which, code="next", missing_reason="Too early", written_at=timezone.now()
    )
    assert section(report_of(pilot, which), "next").asked_for == ""


def test_nobody_and_a_few_who_answered_are_told_alike(running: Pilot, sites: list[Site]) -> None:
    """Otherwise the report would tell that somebody at these sites has answered."""
    running.refresh_from_db()
    before = section(report_of(running, "final"), "residents")
    assert "Fewer than ten people answered, or nobody" in str(before)
    who = participant_without_device(partnership=running.partnership, channel="web")
    given = actions.give_feedback(site=sites[0], participant=who, rating="worse")
    assert given.pk
    assert section(report_of(running, "final"), "residents") == before


@pytest.mark.parametrize("field", ["text", "missing_reason"])
@pytest.mark.parametrize("value", ["\u200b", "-", "…"])
def test_a_dash_is_no_answer(field: str, value: str) -> None:
    form = NoteForm({"text": "", "missing_reason": "", field: value})
    assert field in form.errors
    assert NoteForm({"text": "", "missing_reason": "", field: "None."}).is_valid()


@pytest.mark.parametrize("words", [{"text": "\u200b"}, {"missing_reason": "-"}])
def test_a_dash_of_before_is_no_answer(running: Pilot, words: dict[str, str]) -> None:
    note = {"which": "final", "code": "not_worked", "written_at": timezone.now()}
    ReportNote.objects.create(pilot=running, **note, **words)
    found = section(report_of(running, "final"), "not_worked")
    assert found.missing
    assert (found.note, found.reason) == (None, "")
    assert "Nobody wrote down what did not work." in found.asked_for
