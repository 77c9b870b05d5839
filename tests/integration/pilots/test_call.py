"""The call, the offers, the choice and the checklist of the agreement, through HTTP."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lamppost.accounts.models import LedgerEntry, User
from lamppost.pilots import actions, queries
from lamppost.pilots.actions import agreement as record
from lamppost.pilots.models import Bid, Call, Clause, ClauseCode, GateKind, GateUse, Pilot
from lamppost.pilots.queries.agreement import CriteriaError, read_criteria
from tests.pilots_world import day, pass_one, pass_up_to

CRITERIA = "Works in the dark: 60 %\nEasy to take down – 40"
PDF = b"%PDF-1.7 a call"


def url(pilot: Pilot, name: str, *more: object) -> str:
    return reverse(f"pilots:{name}", args=[pilot.partnership.slug, pilot.pk, *more])


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def asked(**values: object) -> dict[str, object]:
    """Return a whole call that is closed."""
    return {
        "link": "https://city.example/call",
        "opened_on": day(-40),
        "closes_on": day(-5),
        "criteria": CRITERIA,
        "no_call_reason": "",
        **values,
    }


@pytest.fixture
def call(pilot: Pilot, lead: User) -> Call:
    return record.save_call(pilot=pilot, by=lead, values=asked())


@pytest.fixture
def bid(call: Call, pilot: Pilot, lead: User) -> Bid:
    values = {"organisation": "Glow", "amount": 8000, "currency": "EUR"}
    return record.add_bid(pilot=pilot, by=lead, values=values)


@pytest.fixture
def all_used(pilot: Pilot) -> None:
    """Use the three gates that a city may leave out."""
    for kind in (GateKind.CALL, GateKind.SELECTION, GateKind.AGREEMENT):
        GateUse.objects.create(partnership=pilot.partnership, kind=kind, used=True)


def missing(pilot: Pilot, kind: str) -> list[str]:
    return [str(one.text) for one in queries.gate_obstacles(pilot, kind)]


def package(*names: str, mimetype: bytes = b"") -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as opened:
        if mimetype:
            opened.writestr("mimetype", mimetype)
        for name in names:
            opened.writestr(name, "x")
    return kept.getvalue()


WORD = ("[Content_Types].xml", "word/document.xml")
ODT = b"application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (PDF, "pdf"),
        (package(*WORD), "docx"),
        (package(mimetype=ODT), "odt"),
        (package(*WORD, "word/vbaProject.bin"), ""),
        (package("Basic/script.xml", mimetype=ODT), ""),
        (package("other.txt"), ""),
        (b"PK\x03\x04 broken", ""),
        (b"<html><script>alert(1)</script>", ""),
    ],
)
def test_a_document_is_taken_by_its_content(
    lead_client: Client,
    pilot: Pilot,
    content: bytes,
    ending: str,
    settings: object,
    tmp_path: object,
) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    file = SimpleUploadedFile("call.pdf", content)
    answer = lead_client.post(url(pilot, "edit_call"), asked(link="", file=file))
    if not ending:
        assert "no PDF, ODT or DOCX" in text(answer)
        assert not Call.objects.exists()
        return
    given = Client().get(url(pilot, "call_document"))
    assert given.content == content
    assert given["Content-Disposition"] == f'attachment; filename="call.{ending}"'
    assert given["X-Content-Type-Options"] == "nosniff"


def test_a_document_is_not_larger_than_ten_megabytes(lead_client: Client, pilot: Pilot) -> None:
    file = SimpleUploadedFile("call.pdf", PDF + b"x" * 10_000_000)
    assert "larger than 10 MB" in text(lead_client.post(url(pilot, "edit_call"), asked(file=file)))
    assert Client().get(url(pilot, "call_document")).status_code == 404


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("file", {"link": ""}),
        ("opened_on", {"opened_on": ""}),
        ("closes_on", {"closes_on": ""}),
        ("closes_on", {"closes_on": day(-41)}),
        ("criteria", {"criteria": ""}),
        ("criteria", {"criteria": "Bright"}),
        ("criteria", {"criteria": "Bright: 90"}),
        ("no_call_reason", {"no_call_reason": "In a hurry"}),
    ],
)
def test_what_a_call_lacks_is_said_beside_its_field(
    lead_client: Client, pilot: Pilot, field: str, values: dict[str, object]
) -> None:
    page = lead_client.post(url(pilot, "edit_call"), asked(**values))
    assert list(page.context["form"].errors) == [field]
    assert not Call.objects.exists()


def test_criteria_with_their_weights() -> None:
    found = read_criteria(" Works in the dark: 60 %\n\nEasy to take down – 12,5\nPrice 27.5%")
    assert [(one.name, one.weight) for one in found] == [
        ("Works in the dark", 60),
        ("Easy to take down", 12.5),
        ("Price", 27.5),
    ]
    with pytest.raises(CriteriaError, match="Line 2"):
        read_criteria("A: 50\nB")


def test_from_the_day_it_opens_a_call_stays(lead_client: Client, pilot: Pilot) -> None:
    edit, opens = url(pilot, "edit_call"), day(3)
    planned = asked(opened_on=opens, closes_on=day(20))
    lead_client.post(edit, planned)
    lead_client.post(edit, {**planned, "criteria": "Price: 100"})
    first = Call.objects.get()
    assert first.criteria == "Price: 100"
    assert "less than 28 days" in text(Client().get(url(pilot, "call")))
    lead_client.post(edit, {**planned, "opened_on": day(), "criteria": CRITERIA})
    opened = Call.objects.get()
    assert opened.criteria_sha256 not in ("", first.criteria_sha256)
    assert opened.criteria_sha256 in text(Client().get(url(pilot, "call")))
    # The form shows them as they are; who writes past the form is refused with the reason.
    lead_client.post(edit, {**planned, "opened_on": day(1), "criteria": "Price: 100"})
    sooner = lead_client.post(edit, {**planned, "closes_on": day(15)})
    assert "only a later closing day" in text(sooner)
    kept = Call.objects.get()
    assert (kept.criteria, kept.opened_on, kept.closes_on) == (CRITERIA, day(), day(20))
    lead_client.post(edit, {**planned, "closes_on": day(30)})
    assert Call.objects.get().closes_on == day(30)


@pytest.mark.parametrize(
    "change",
    [
        {"criteria": "Price: 100"},
        {"opened_on": day(-50)},
        {"closes_on": day(-6)},
        {"link": "https://elsewhere.example/"},
        {"no_call_reason": "None"},
    ],
)
def test_an_opened_call_is_not_changed(
    pilot: Pilot, call: Call, lead: User, change: dict[str, object]
) -> None:
    with pytest.raises(record.RecordFixed, match="stay, for whoever offers"):
        record.save_call(pilot=pilot, by=lead, values=asked(**change))
    call.refresh_from_db()
    assert (call.criteria, call.opened_on) == (CRITERIA, day(-40))


def test_another_call_is_opened_after_the_first_is_withdrawn(
    lead_client: Client, pilot: Pilot, call: Call, lead: User
) -> None:
    address = url(pilot, "withdraw_call")
    assert lead_client.get(address).status_code == 200
    assert "reason" in lead_client.post(address, {"reason": ""}).context["form"].errors
    lead_client.post(address, {"reason": "The weights were wrong"})
    lead_client.post(url(pilot, "edit_call"), asked(criteria="Price: 100"))
    page = text(Client().get(url(pilot, "call")))
    assert "The weights were wrong" in page
    assert "Easy to take down" in page
    assert Call.objects.get().criteria == "Price: 100"
    record.add_bid(pilot=pilot, by=lead, values={"organisation": "Glow", "amount": 1})
    refused = lead_client.post(address, {"reason": "Again"})
    assert "not withdrawn" in text(refused)
    assert pilot.past_calls.count() == 1


def test_a_call_entered_late_says_so(pilot: Pilot, call: Call) -> None:
    assert "after the call had opened" in text(Client().get(url(pilot, "call")))


def test_no_open_call_for_a_public_reason(lead_client: Client, pilot: Pilot) -> None:
    reason = {"no_call_reason": "Below the threshold"}
    lead_client.post(url(pilot, "edit_call"), reason)
    assert "Below the threshold" in text(Client().get(url(pilot, "call")))


def test_offers_wait_until_the_call_has_closed(
    lead_client: Client, pilot: Pilot, lead: User
) -> None:
    values = {"organisation": "Glow", "amount": "8000", "currency": "eur"}
    assert "first" in text(lead_client.post(url(pilot, "new_bid"), values))
    record.save_call(pilot=pilot, by=lead, values=asked(closes_on=day()))
    assert "nobody reads another" in text(lead_client.post(url(pilot, "new_bid"), values))
    assert not Bid.objects.exists()


def test_choosing_makes_offers_and_amounts_public(
    lead_client: Client, pilot: Pilot, call: Call
) -> None:
    public = url(pilot, "call")
    for who, amount in (("Glow", "8000"), ("Beam", "7500.50")):
        values = {"organisation": who, "amount": amount, "currency": "eur", "reason": "Cheap"}
        lead_client.post(url(pilot, "new_bid"), values)
    again = lead_client.post(url(pilot, "new_bid"), {**values, "organisation": "Glow"})
    assert "organisation" in again.context["form"].errors
    wrong = lead_client.post(
        url(pilot, "new_bid"), {**values, "organisation": "C", "amount": "-1", "currency": "€"}
    )
    assert set(wrong.context["form"].errors) == {"amount", "currency"}
    assert "Beam" in text(lead_client.get(public))
    assert "Beam" not in text(Client().get(public))
    beam = Bid.objects.get(organisation="Beam")
    choice = {
        "bid": beam.pk,
        "chosen_on": call.closes_on,
        "chosen_by": "Jury of five",
        "chosen_why": "Easy to take down",
        "jurors": "Chair\nEngineer",
    }
    early = lead_client.post(url(pilot, "select"), choice)
    assert "Give a later day" in text(early)
    lead_client.post(url(pilot, "select"), {**choice, "chosen_on": day(-1)})
    page = text(Client().get(public))
    for wanted in ("Beam", "7,500.50", "Glow", "8,000.00", "Jury of five", "Easy to take down"):
        assert wanted in page
    pilot.refresh_from_db()
    assert pilot.company == "Beam"
    lead_client.post(url(pilot, "delete_bid", beam.pk))
    assert Bid.objects.count() == 2


def test_another_choice_takes_the_place_of_the_first(
    pilot: Pilot, bid: Bid, lead: User, lead_client: Client
) -> None:
    other = record.add_bid(pilot=pilot, by=lead, values={"organisation": "Beam", "amount": 1})
    words = {"chosen_on": day(), "chosen_by": "Jury", "chosen_why": "Best"}
    for one in (bid, other):
        record.choose_bid(pilot=pilot, by=lead, bid=one, **words)
    assert list(Bid.objects.filter(chosen=True)) == [other]
    changed = {"organisation": "Glow", "amount": "9000", "currency": "EUR"}
    lead_client.post(url(pilot, "edit_bid", bid.pk), changed)
    bid.refresh_from_db()
    assert bid.amount == 9000
    assert lead_client.get(url(pilot, "delete_bid", bid.pk)).status_code == 200
    lead_client.post(url(pilot, "delete_bid", bid.pk))
    assert list(Bid.objects.all()) == [other]


def test_each_juror_declares_an_interest_or_none(
    lead_client: Client, pilot: Pilot, call: Call
) -> None:
    address = url(pilot, "new_declaration")
    both = {"juror": "Chair", "none": "on", "interest": "Cousin", "declared_on": day()}
    assert "interest" in lead_client.post(address, both).context["form"].errors
    neither = {"juror": "Chair", "declared_on": day()}
    assert "interest" in lead_client.post(address, neither).context["form"].errors
    lead_client.post(address, {**neither, "none": "on"})
    assert "juror" in lead_client.post(address, {**neither, "none": "on"}).context["form"].errors
    lead_client.post(address, {**neither, "juror": "Engineer", "interest": "Did not vote"})
    page = text(Client().get(url(pilot, "call")))
    assert "no interest in any offer" in page
    assert "Did not vote" in page
    lead_client.post(url(pilot, "delete_declaration", call.declarations.get(juror="Chair").pk))
    assert call.declarations.count() == 1


def test_gates_of_call_and_selection(pilot: Pilot, lead: User, all_used: None) -> None:
    pass_up_to(pilot, lead, "stakeholders")
    assert missing(pilot, "call") == [
        "Record the open call with its criteria, or say in public why there was none."
    ]
    call = record.save_call(pilot=pilot, by=lead, values=asked())
    Call.objects.update(criteria="Price: 100")
    assert missing(pilot, "call") == [
        "The criteria are not those that were fixed. Record a new call."
    ]
    Call.objects.update(criteria=CRITERIA)
    assert missing(pilot, "call") == []
    gate = {"document": "D", "signed_by_name": "Sam", "passed_on": day(-1), "by": lead}
    actions.pass_gate(pilot=pilot, kind="call", **gate)
    with pytest.raises(record.RecordFixed, match="Call for solutions"):
        record.save_call(pilot=pilot, by=lead, values=asked(closes_on=day(5)))
    assert len(missing(pilot, "selection")) == 3
    bid = record.add_bid(pilot=pilot, by=lead, values={"organisation": "Glow", "amount": 0})
    words = {"chosen_on": day(-2), "chosen_by": "Jury", "chosen_why": "Best"}
    record.choose_bid(pilot=pilot, by=lead, bid=bid, **words)
    assert missing(pilot, "selection") == [
        "Name each who chose: each declares an interest, or that there is none."
    ]
    values = {"juror": "Chair", "none": True, "interest": "", "declared_on": day(-2)}
    record.declare_interest(pilot=pilot, by=lead, values=values)
    actions.pass_gate(pilot=pilot, kind="selection", **gate)
    for act in (
        lambda: record.add_bid(pilot=pilot, by=lead, values={"organisation": "B", "amount": 1}),
        lambda: record.change_bid(bid=bid, by=lead, values={"amount": 1}),
        lambda: record.delete_bid(bid=bid, by=lead),
        lambda: record.choose_bid(pilot=pilot, by=lead, bid=bid, **words),
        lambda: record.delete_declaration(declaration=call.declarations.get(), by=lead),
    ):
        with pytest.raises(record.RecordFixed, match="Selection"):
            act()
    # An interest that is found late is taken.
    record.declare_interest(pilot=pilot, by=lead, values={**values, "juror": "Late"})


def test_a_call_that_opens_later_waits(pilot: Pilot, lead: User, all_used: None) -> None:
    pass_up_to(pilot, lead, "stakeholders")
    record.save_call(pilot=pilot, by=lead, values=asked(opened_on=day(2), closes_on=day(40)))
    (found,) = missing(pilot, "call")
    assert found.endswith("Pass this gate from that day on.")
    record.save_call(
        pilot=pilot,
        by=lead,
        values=asked(
            link="", opened_on=None, closes_on=None, criteria="", no_call_reason="Too small"
        ),
    )
    assert missing(pilot, "call") == []


def test_the_checklist_of_the_agreement(
    lead_client: Client, pilot: Pilot, lead: User, all_used: None
) -> None:
    address = url(pilot, "edit_agreement")
    assert lead_client.get(address).status_code == 200
    answers = {f"{code}-settled": "yes" for code in ClauseCode.values}
    answers |= {f"{code}-where": "§ 4" for code in ClauseCode.values}
    no_place = lead_client.post(address, {**answers, "audit-where": ""})
    assert f"{ClauseCode.AUDIT.label}: Say where in the agreement it stands" in text(no_place)
    no_reason = lead_client.post(address, {**answers, "deletion-settled": "no"})
    assert "Say in public why it is missing" in text(no_reason)
    assert not Clause.objects.exists()
    lead_client.post(address, {"audit-settled": "yes", "audit-where": "§ 2"})
    assert Client().get(url(pilot, "agreement")).context["answered"] == 1
    whole = {**answers, "deletion-settled": "no", "deletion-missing_reason": "No data is kept"}
    lead_client.post(address, whole)
    page = text(Client().get(url(pilot, "agreement")))
    assert "No data is kept" in page
    assert "§ 4" in page
    # What is missing has no place in the agreement.
    assert Clause.objects.get(code="deletion").where == ""


def test_the_agreement_gate_asks_for_each_clause(pilot: Pilot, lead: User, all_used: None) -> None:
    GateUse.objects.filter(kind__in=["call", "selection"]).update(used=False)
    pass_up_to(pilot, lead, "stakeholders")
    found = queries.gate_obstacles(pilot, "agreement")
    assert len(found) == 2  # all clauses in a list, and who signs it
    assert len(found[0].items) == len(ClauseCode)
    assert found[0].url.endswith("/agreement/edit/#ownership")
    assert len({one.action for one in found}) == len(found)  # no two links with the same words
    settled = {"settled": True, "where": "§ 1", "missing_reason": ""}
    answers = dict.fromkeys(ClauseCode.values, settled)
    answers["removal"] = {"settled": False, "where": "", "missing_reason": "It stays"}
    record.save_clauses(pilot=pilot, by=lead, answers=answers)
    pass_one(pilot, lead, "agreement", day())
    with pytest.raises(record.RecordFixed, match="Agreement"):
        record.save_clauses(pilot=pilot, by=lead, answers=answers)
    assert LedgerEntry.objects.filter(action="pilots.clauses.recorded").count() == 1


def test_a_signed_checklist_says_so_on_the_page(
    lead_client: Client, pilot: Pilot, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    pilot.gates.create(
        kind="agreement",
        document="D",
        signed_by_name="S",
        passed_on=day(),
        witnesses=1,
        both_sides=True,
    )
    answer = lead_client.post(
        url(pilot, "edit_agreement"), {"audit-settled": "yes", "audit-where": "1"}, follow=True
    )
    assert "Open that gate again" in text(answer)
    assert not Clause.objects.exists()


def test_the_public_page_says_how_it_was_chosen_or_that_it_is_not_recorded(
    client: Client, pilot: Pilot, lead: User, bid: Bid
) -> None:
    def facts() -> dict[str, str]:
        page = text(client.get(url(pilot, "pilot")))
        card = page.split("How it was chosen, what was agreed")[1].split("</dl>")[0]
        pairs = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", card, re.DOTALL)
        return {label: re.sub(r"<[^>]+>", "", said).strip() for label, said in pairs}

    before = facts()
    assert before.pop("How it was looked for").startswith("Open call from")
    assert set(before.values()) == {"not recorded"}, "offers wait until one is chosen"
    assert len(before) == 6
    words = {"chosen_on": day(-1), "chosen_by": "Jury of five", "chosen_why": "It has shades."}
    record.choose_bid(pilot=pilot, by=lead, bid=bid, **words)
    record.declare_interest(
        pilot=pilot,
        by=lead,
        values={"juror": "Chair", "none": True, "interest": "", "declared_on": day(-1)},
    )
    after = facts()
    assert after["Chosen"] == bid.organisation
    assert str(bid.amount).split(".")[0] in after["For how much"].replace(",", "")
    assert after["Who chose"].startswith("Jury of five")
    assert after["Why this one"] == "It has shades."
    assert after["Conflicts of interest"].startswith("1 of those who chose declared")
    interest = {"juror": "Engineer", "none": False, "interest": "Cousin at Glow: did not vote"}
    record.declare_interest(pilot=pilot, by=lead, values={**interest, "declared_on": day(-1)})
    assert facts()["Conflicts of interest"] == "Engineer: Cousin at Glow: did not vote"
    Bid.objects.update(amount=None)
    assert facts()["For how much"] == "not recorded"
    Call.objects.all().delete()
    assert set(facts().values()) == {"not recorded"}


def test_a_call_that_was_answered_is_not_open_longer(
    bid: Bid, call: Call, pilot: Pilot, lead: User, lead_client: Client
) -> None:
    """Else it would be open to whoever has read the others' offers, or after the choice."""
    form = lead_client.get(url(pilot, "edit_call")).context["form"]
    sent = {**form.initial, "closes_on": day(20), "no_call_reason": ""}
    answer = lead_client.post(url(pilot, "edit_call"), sent)
    assert "The day on which the call closed stays" in text(answer)
    assert Call.objects.get().closes_on == day(-5)
    record.save_call(pilot=pilot, by=lead, values=asked())  # the same again changes nothing
    record.delete_bid(bid=bid, by=lead)
    record.save_call(pilot=pilot, by=lead, values=asked(closes_on=day(20)))
    assert Call.objects.get().closes_on == day(20)
