"""The gate halfway: a report or why there is none, a change or why there is none."""

from __future__ import annotations

import pytest
from django.test import Client

from lamppost.accounts.models import User
from lamppost.pilots import actions, queries
from lamppost.pilots.actions import signing
from lamppost.pilots.models import GateUse, Pilot, ReportNote
from lamppost.pilots.queries.midterm import midterm_obstacles
from lamppost.pilots.queries.report import report_of
from lamppost.pilots.queries.signing import start_text
from tests.integration.pilots.test_staff_pages import text, url
from tests.pilots_world import day, pass_one

WHY = {"no_midterm_reason": "Two weeks only.", "no_change_reason": "The council saw no need."}


@pytest.fixture
def halfway(running: Pilot) -> Pilot:
    GateUse.objects.create(partnership=running.partnership, kind="change", used=True)
    return running


def missing(pilot: Pilot) -> list[str]:
    return [str(one.text) for one in midterm_obstacles(Pilot.objects.get(pk=pilot.pk))]


def test_halfway_needs_a_report_and_a_decision(
    lead_client: Client, halfway: Pilot, lead: User
) -> None:
    with pytest.raises(actions.GateShut, match="mid-term report"):
        pass_one(halfway, lead, "change", day())
    report, change = missing(halfway)
    assert "of the mid-term report" in report
    assert "nothing changes" in change
    page = text(lead_client.get(url(halfway, "gate", "change")))
    assert url(halfway, "midterm") in page
    assert lead_client.post(url(halfway, "midterm"), WHY).status_code == 302
    assert missing(halfway) == []
    halfway.refresh_from_db()
    gate = pass_one(halfway, lead, "change", day())
    assert gate.facts == WHY
    assert "The council saw no need." in text(Client().get(url(halfway, "gate", "change")))
    late = lead_client.post(url(halfway, "midterm"), {**WHY, "no_change_reason": "Another."})
    assert "Open that gate again" in text(late)


def test_a_whole_report_and_a_change_need_no_reason(halfway: Pilot, lead: User) -> None:
    before = {"you_said": "Dark", "we_did": "Brighter", "changed_on": day(-40)}
    actions.record_change(pilot=halfway, by=lead, **before)
    assert len(missing(halfway)) == 2  # that was before the technology was on
    actions.record_change(pilot=halfway, by=lead, **{**before, "changed_on": day(-2)})
    for section in report_of(halfway, "mid-term").missing:
        ReportNote.objects.create(
            pilot=halfway,
            which="mid-term",
            code=section.code,
            text="So.",
            written_at=halfway.created_at,
        )
    assert missing(halfway) == []
    assert "midterm" not in str(queries.gate_obstacles(halfway, "change"))


def test_what_did_not_work_is_read_from_the_draft_before_the_gate_is_passed(
    halfway: Pilot, lead: User
) -> None:
    def not_worked() -> list[tuple[str, str]]:
        found = {one.code: one for one in report_of(halfway, "mid-term").sections}["not_worked"]
        assert found.missing is not bool(found.part.lines)
        return [(line.label, line.text) for line in found.part.lines]

    questions = start_text(halfway, "change")
    signing.save_draft(pilot=halfway, by=lead, kind="change", text=questions)
    assert not_worked() == []
    left = len(report_of(halfway, "mid-term").missing)
    text = "What works and what does not:\n\nTwo lamps broke."
    signing.save_draft(pilot=halfway, by=lead, kind="change", text=text)
    assert not_worked() == [("Draft", "What works and what does not:"), ("", "Two lamps broke.")]
    assert len(report_of(halfway, "mid-term").missing) == left - 1
