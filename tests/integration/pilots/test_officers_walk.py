"""What an officer needs who has never seen these pages: to be told, and not to be asked twice."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lamppost.accounts.models import User
from lamppost.pilots.actions import agreement as record
from lamppost.pilots.actions import signing
from lamppost.pilots.models import Clause, ClauseCode, Commitment, Gate, GateUse, Pilot, Site
from lamppost.pilots.playbooks import document_template
from lamppost.pilots.queries.agreement import agreement_obstacles
from lamppost.pilots.queries.gates import document_of
from lamppost.pilots.queries.open_questions import open_questions
from lamppost.pilots.queries.signing import signing_of, start_text
from lamppost.pilots.queries.taking_part import _remembered
from tests.pilots_world import add_sites, day, pass_up_to

pytestmark = pytest.mark.once


def url(pilot: Pilot, name: str, *more: object) -> str:
    return reverse(f"pilots:{name}", args=[pilot.partnership.slug, pilot.pk, *more])


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_a_gate_names_the_questions_that_nobody_answered(lead_client: Client, pilot: Pilot) -> None:
    address = url(pilot, "sign_gate", "problem")
    start = str(lead_client.get(address).context["form"]["document"].value())
    values = {"document": start, "signed_by_name": "Sam", "passed_on": day()}
    refused = lead_client.post(address, values)
    asked = open_questions(pilot, "problem", start)
    assert len(asked) > 1
    assert "Not answered: " in text(refused)
    assert all(f"“{one}”" in text(refused) for one in asked)
    assert not Gate.objects.exists()
    whole = start.replace(asked[0], f"{asked[0]}\nEverybody who comes late.")
    for one in asked[1:]:
        whole = whole.replace(one, "")
    lead_client.post(address, {**values, "document": whole})
    assert Gate.objects.get().kind == "problem"


def test_the_record_of_the_call_is_not_asked_for_again(pilot: Pilot, lead: User) -> None:
    values = {
        "link": "https://city.example/call",
        "opened_on": day(-40),
        "closes_on": day(-10),
        "criteria": "Dark nights: 60\nPrice: 40",
        "no_call_reason": "",
    }
    call = record.save_call(pilot=pilot, by=lead, values=values)
    start = start_text(pilot, "call")
    assert "https://city.example/call" in start
    assert "Price: 40" in start
    assert open_questions(pilot, "call", start) == ["Who was told of it, and how:"]
    glow = record.add_bid(pilot=pilot, by=lead, values={"organisation": "Glow", "amount": 9})
    assert "Glow" not in start_text(pilot, "selection")
    words = {"chosen_on": day(-2), "chosen_by": "Jury", "chosen_why": "No camera"}
    record.choose_bid(pilot=pilot, by=lead, bid=glow, **words)
    assert "Nobody else offered." in start_text(pilot, "selection")
    other = {"organisation": "Dim", "amount": 3, "reason": "Has a camera"}
    record.add_bid(pilot=pilot, by=lead, values=other)
    declared = {"juror": "Chair", "none": False, "interest": "Worked there", "declared_on": day()}
    record.declare_interest(pilot=pilot, by=lead, values=declared)
    chosen = start_text(pilot, "selection")
    for part in ("Glow\nJury: No camera", "Dim: Has a camera", "Chair: Worked there"):
        assert part in chosen
    assert open_questions(pilot, "selection", chosen) == []
    call.no_call_reason = "Below the limit."
    call.save()
    assert start_text(pilot, "call") == "Below the limit."


def test_a_document_is_named_by_its_first_answer() -> None:
    gate = Gate(document="The problem, as residents say it:\nToo dark.\n\nWho has it:\nWe.")
    assert document_of(gate) == ("Too dark.", "")
    assert document_of(Gate(document="Only a heading:")) == ("Only a heading:", "")


def test_what_the_plan_lacks_leads_to_its_field(lead_client: Client, pilot: Pilot) -> None:
    Pilot.objects.update(feedback_read="", stop_rule="")
    page = text(lead_client.get(url(pilot, "gate", "disclosure")))
    assert f"{url(pilot, 'edit')}#id_feedback_read" in page
    first = text(lead_client.get(url(pilot, "gate", "problem")))
    assert f"{url(pilot, 'edit')}#id_stop_rule" in first
    assert 'id="id_stop_rule"' in text(lead_client.get(url(pilot, "edit")))


def test_before_its_turn_a_pilot_is_asked_only_whether_it_stops(
    lead_client: Client, pilot: Pilot
) -> None:
    answer = lead_client.get(url(pilot, "decide"), {"kind": "stop"})
    page = text(answer)
    for words in ("Stop this pilot?", "Every reading is refused", "The lesson is still due"):
        assert words in page
    assert [kind for kind, _label in answer.context["form"].fields["kind"].choices] == ["stop"]
    assert "What is missing" not in page
    values = {"kind": "stop", "reason": "No money", "decided_by": "Council", "decided_on": day()}
    refused = text(lead_client.post(url(pilot, "decide"), {**values, "kind": "expand"}))
    assert "What is missing" in refused
    assert "Until then the pilot can only be stopped." in refused
    lead_client.post(url(pilot, "decide"), values)
    work = text(lead_client.get(url(pilot, "work")))
    assert "Not reached" in work
    assert "Hang the sheets" not in work


def test_a_site_tells_what_is_promised_and_how_late_it_is(
    client: Client, pilot: Pilot, lead: User
) -> None:
    add_sites(pilot, lead, 1, 1)
    values: dict[str, object] = {
        "you_said": "It is too bright.",
        "we_will": "Dim it.",
        "owner": "Office",
    }
    values |= {"made_at": timezone.now(), "changed_at": timezone.now()}
    Commitment.objects.create(pilot=pilot, due_on=day(-3), **values)
    page = text(client.get(reverse("site", args=[pilot.sites.all()[0].code])))
    for words in ("It is too bright.", "Dim it.", "3 days late", url(pilot, "commitments")):
        assert words in page
    assert "Nothing was changed yet" not in page


def test_a_member_who_is_chosen_takes_the_place_of_an_office(
    lead_client: Client, pilot: Pilot, lead: User
) -> None:
    lead_client.post(url(pilot, "usual_signers", "agreement"))
    signer = pilot.signers.exclude(name="").first()
    assert signer is not None
    form = {"user": lead.pk, "name": signer.name, "deputy": ""}
    lead_client.post(url(pilot, "hand_over", "agreement", signer.pk), form)
    signer.refresh_from_db()
    assert (signer.user, signer.name) == (lead, "")


def test_numbers_with_a_comma_are_places_too(lead_client: Client, pilot: Pilot) -> None:
    rows = "name;latitude;longitude\nMill Lane;51,2194;4,4025"
    lead_client.post(url(pilot, "import_sites"), {"rows": rows})
    site = pilot.sites.get()
    assert (site.latitude, site.longitude) == (51.2194, 4.4025)


def test_the_register_leads_back_to_the_gate_that_waits_for_it(
    lead_client: Client, pilot: Pilot, lead: User
) -> None:
    back = url(pilot, "gate", "disclosure")
    assert back not in text(lead_client.get(url(pilot, "register")))
    pass_up_to(pilot, lead, "data_protection")
    assert back in text(lead_client.get(url(pilot, "register")))
    assert back not in text(Client().get(url(pilot, "register")))


def test_all_endings_of_the_city_are_one_press_from_the_pilots(
    client: Client, pilot: Pilot
) -> None:
    page = text(client.get(reverse("pilots:list", args=[pilot.partnership.slug])))
    assert reverse("endings") in page


def test_the_paper_to_sign_holds_the_text_as_it_stands(
    lead_client: Client, pilot: Pilot, lead: User
) -> None:
    signing.save_draft(pilot=pilot, by=lead, kind="agreement", text="Signed on 3 May.")
    lead_client.post(url(pilot, "usual_signers", "agreement"))
    signer = pilot.signers.exclude(name="").first()
    assert signer is not None
    paper = url(pilot, "sign_paper", "agreement", signer.pk)
    assert paper in text(lead_client.get(url(pilot, "new_scan", "agreement", signer.pk)))
    page = text(lead_client.get(paper))
    stands = signing_of(pilot, "agreement")
    for part in ("Signed on 3 May.", stands.sha256, signer.role, "Who owns the data"):
        assert part in page
    assert Client().get(paper).status_code in {302, 403, 404}


def test_what_a_document_does_not_answer_is_a_list(lead_client: Client, pilot: Pilot) -> None:
    start = start_text(pilot, "problem")
    asked = open_questions(pilot, "problem", start)
    # A dash or an empty sign below a question is no answer, and a mark beside it hides it not.
    dashes = start.replace(asked[0], f"> {asked[0]}\n-\n\u200b")
    assert len(open_questions(pilot, "problem", dashes)) == len(asked)
    answered = start.replace(asked[0], f"{asked[0]}\nEverybody who comes late.")
    lead_client.post(url(pilot, "draft", "problem"), {"text": answered})
    page = text(lead_client.get(url(pilot, "gate", "problem")))
    missing = page.split("The document has no answer to:<ul>")[1].split("</ul>")[0]
    assert missing.count("<li>") == len(asked) - 1


def test_what_the_record_says_is_not_asked_for_again(pilot: Pilot, lead: User) -> None:
    pilot.playbook = "smart-parks"
    groups = start_text(pilot, "stakeholders")
    assert "Residents: some; too few to count in public" in groups
    assert len(open_questions(pilot, "stakeholders", groups)) == 3
    asked = open_questions(pilot, "agreement", start_text(pilot, "agreement"))
    assert len(asked) == 3
    settled = {"settled": True, "where": "clause 4", "missing_reason": ""}
    missing = {"settled": False, "where": "", "missing_reason": "Three months only."}
    for code in ClauseCode.values:
        Clause.objects.create(
            pilot=pilot, code=code, **(missing if code == "service_levels" else settled)
        )
    start = start_text(pilot, "agreement")
    assert "Who owns the data: clause 4" in start
    assert "Service levels, with dates: Three months only." in start
    assert open_questions(pilot, "agreement", start) == [
        "Number and date of the agreement, and where it lies:"
    ]
    Clause.objects.filter(code="service_levels").update(settled=True, where="clause 9")
    assert "Nothing is left open." in start_text(pilot, "agreement")
    told = open_questions(pilot, "disclosure", start_text(pilot, "disclosure"))
    assert "Register entry:" not in told
    assert len(told) == 3
    site = add_sites(pilot, lead, 1, 1)[0]
    pilot.city_number = "01632 960 100"
    start = start_text(pilot, "technology")
    assert f"{pilot.technology}: {site.name}" in start
    assert open_questions(pilot, "technology", start) == ["What differs from the plan:"]
    # By steps it depends on the day what is on where.
    Site.objects.filter(pk=site.pk).update(step=1, starts_on=day(3))
    assert len(open_questions(pilot, "technology", start_text(pilot, "technology"))) == 2


def test_the_pilots_page_says_what_is_next_before_all_that_is_passed(
    lead_client: Client, pilot: Pilot, lead: User
) -> None:
    add_sites(pilot, lead, 1, 1)
    first = text(lead_client.get(url(pilot, "work")))
    assert "<b>Problem and owner</b>" not in first  # it stands right below
    pass_up_to(pilot, lead, "disclosure")
    page = text(lead_client.get(url(pilot, "work")))
    link = f'href="{url(pilot, "gate", "measuring")}"><b>Measuring starts</b>'
    assert 0 < page.find(link) < page.index('id="gates"')


def test_what_a_gate_waits_for_leads_back_to_it(
    lead_client: Client, pilot: Pilot, lead: User
) -> None:
    add_sites(pilot, lead, 1, 1)
    pass_up_to(pilot, lead, "data_protection")
    back = f'href="{url(pilot, "gate", "disclosure")}"'
    assert back in text(lead_client.get(url(pilot, "sites")))
    gate = text(lead_client.get(url(pilot, "gate", "disclosure")))
    assert url(pilot, "sheets") in gate
    assert url(pilot, "signs") in gate
    pass_up_to(pilot, lead, "baseline")
    readings = reverse("sensing:import", args=[pilot.partnership.slug, pilot.pk])
    forward = f'href="{url(pilot, "gate", "technology")}"'
    assert forward in text(lead_client.get(readings))
    page = text(lead_client.get(url(pilot, "specification")))
    assert f'href="{url(pilot, "gate", "technology")}"' in page
    assert f'href="{url(pilot, "work")}"' in page


def test_nobody_is_asked_to_sign_a_document_with_open_questions(
    lead_client: Client, pilot: Pilot, lead: User
) -> None:
    either = "You can also write it when you pass the gate."
    assert either in text(lead_client.get(url(pilot, "gate", "problem")))
    added = lead_client.post(url(pilot, "usual_signers", "problem"), follow=True)
    assert either not in text(added)
    assert "Added. The gate waits for these signatures." in text(added)
    signer = pilot.signers.get(user=lead)
    start = start_text(pilot, "problem")
    signing.save_draft(pilot=pilot, by=lead, kind="problem", text=start)
    to_sign = url(pilot, "sign", "problem", signer.pk)
    page = text(lead_client.get(url(pilot, "gate", "problem")))
    assert to_sign not in page
    assert "as soon as the document answers all its questions" in page
    assert f'<a href="{url(pilot, "draft", "problem")}">Change the draft</a>' in page
    whole = start
    for one in open_questions(pilot, "problem", start):
        whole = whole.replace(one, f"{one}\nWe.")
    signing.save_draft(pilot=pilot, by=lead, kind="problem", text=whole)
    assert to_sign in text(lead_client.get(url(pilot, "gate", "problem")))


def test_what_is_missing_is_said_once_beside_the_document_that_is_written_there(
    lead_client: Client, pilot: Pilot
) -> None:
    pilot.playbook = "smart-parks"
    pilot.save()
    address = url(pilot, "sign_gate", "problem")
    asked = str(document_template("smart-parks", "problem"))
    values = {"document": asked, "signed_by_name": "Sam", "passed_on": day()}
    page = text(lead_client.post(address, values))
    assert "The document still holds only the questions." in page
    assert "see what is missing" not in page
    assert page.count('role="alert"') == 1
    assert url(pilot, "draft", "problem") not in page


def test_the_name_of_a_group_tells_nobody_apart() -> None:
    gardeners = "The gardeners, also of the community garden"
    names = ["Al-Noor Community Centre", "Gardeners of the park"]
    [found] = _remembered([gardeners], names)
    assert found.perhaps == ("Gardeners of the park",)


def test_the_checklist_comes_before_the_draft_that_starts_from_it(
    lead_client: Client, pilot: Pilot, lead: User
) -> None:
    GateUse.objects.create(partnership=pilot.partnership, kind="agreement", used=True)
    pass_up_to(pilot, lead, "stakeholders")
    hint = "Fill in the checklist first: the draft starts from it."
    assert hint in text(lead_client.get(url(pilot, "gate", "agreement")))
    for code in ClauseCode.values:
        Clause.objects.create(pilot=pilot, code=code, missing_reason="Not asked for.")
    assert hint not in text(lead_client.get(url(pilot, "gate", "agreement")))


def test_clauses_that_lack_the_same_are_one_line_with_a_list(pilot: Pilot) -> None:
    [missing] = agreement_obstacles(pilot)
    assert missing.items == tuple(str(label) for label in ClauseCode.labels)
    assert missing.url.endswith("#ownership")
    assert "“Who owns the data” is neither" in str(missing.text)
    for code in ClauseCode.values[:-1]:
        Clause.objects.create(pilot=pilot, code=code, missing_reason="Not asked for.")
    [missing] = agreement_obstacles(pilot)
    assert missing.items == ()
    assert str(missing.action) == "Settle “Service levels, with dates”"


def test_a_number_out_of_range_names_its_field(lead_client: Client, pilot: Pilot) -> None:
    page = text(lead_client.post(url(pilot, "edit"), {"baseline_weeks": "0"}))
    assert "Weeks of baseline: Give a number from 1 to 156." in page
