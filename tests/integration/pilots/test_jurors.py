"""Each who chose declares an interest or none: by a link, on paper, told; or it is said why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lamppost.accounts.models import LedgerEntry, User
from lamppost.pilots import queries
from lamppost.pilots.actions import agreement as record
from lamppost.pilots.actions import jurors
from lamppost.pilots.models import (
    Call,
    ConflictOfInterest,
    DeclarationLink,
    GateUse,
    Pilot,
)
from lamppost.pilots.queries.selected import selection_facts
from tests.pilots_world import day, pass_one, pass_up_to

OnCommit = Callable[[], AbstractContextManager[object]]
PDF = b"%PDF-1.4\nsigned\n%%EOF\n"


def url(pilot: Pilot, name: str, *more: object) -> str:
    return reverse(f"pilots:{name}", args=[pilot.partnership.slug, pilot.pk, *more])


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def call(pilot: Pilot, lead: User, lead_client: Client) -> Call:
    """A choice that three people made, recorded through the page; the gate is in use."""
    GateUse.objects.create(partnership=pilot.partnership, kind="selection", used=True)
    pass_up_to(pilot, lead, "stakeholders")
    values = {"no_call_reason": "Too small.", "link": "", "opened_on": None, "closes_on": None,
              "criteria": ""}  # fmt: skip
    call = record.save_call(pilot=pilot, by=lead, values=values)
    bid = record.add_bid(pilot=pilot, by=lead, values={"organisation": "Glow", "amount": 0})
    said = {"bid": bid.pk, "chosen_on": day(-2), "chosen_by": "A jury of three", "chosen_why": "B",
            "jurors": "Chair\n Engineer \n\nResident\nChair"}  # fmt: skip
    assert lead_client.post(url(pilot, "select"), said).status_code == 302
    call.refresh_from_db()
    return call


def juror(call: Call, name: str) -> ConflictOfInterest:
    return call.declarations.get(juror=name)


def missing(pilot: Pilot) -> list[str]:
    return [str(one.text) for one in queries.gate_obstacles(pilot, "selection")]


def test_the_gate_waits_for_each_who_chose(pilot: Pilot, lead: User, call: Call) -> None:
    assert [one.split("”")[0] for one in missing(pilot)] == ["“Chair", "“Engineer", "“Resident"]
    told = {"juror": "Chair", "none": True, "interest": "", "declared_on": day(-1)}
    record.declare_interest(pilot=pilot, by=lead, values=told)
    token = jurors.make_declaration_link(declaration=juror(call, "Engineer"), by=lead)
    jurors.declare_by_link(token=token, name="Eva", interest="Worked there; did not vote.")
    assert [one.split("”")[0] for one in missing(pilot)] == ["“Resident"]
    with pytest.raises(jurors.DeclarationRefused, match="Say why"):
        jurors.say_why_missing(declaration=juror(call, "Resident"), by=lead, reason=" ")
    facts = {one.label: one.text for one in selection_facts(pilot)}
    assert facts["Declaration waited for"] == "Resident"
    jurors.say_why_missing(
        declaration=juror(call, "Resident"), by=lead, reason="Moved away before the choice."
    )
    assert missing(pilot) == []
    pass_one(pilot, lead, "selection", day())
    shown = {one.label: one.text for one in selection_facts(pilot)}
    assert shown["Not declared"] == "Resident: Moved away before the choice."
    public = text(Client().get(url(pilot, "call")))
    for words in ("Moved away before", "by a single-use link", "told to the lead", "did not vote"):
        assert words in public
    assert "Eva" not in public


def test_a_link_declares_once_and_looking_changes_nothing(
    pilot: Pilot, lead: User, call: Call, lead_client: Client
) -> None:
    one = juror(call, "Engineer")
    made = text(lead_client.post(url(pilot, "declaration_link", one.pk)))
    token = made.split("/declare/")[1].split("/")[0]
    page = reverse("declare", args=[token])
    outsider = Client()
    assert "Glow" in text(outsider.get(page))
    assert juror(call, "Engineer").state == "waiting"
    contradiction = {"name": "Eva", "has": "none", "interest": "Cousin"}
    assert "has" in outsider.post(page, contradiction).context["form"].errors
    assert "interest" in outsider.post(page, {"name": "Eva", "has": "some"}).context["form"].errors
    sent = {"name": "Eva", "has": "none", "interest": ""}
    assert "Declared. Thank you." in text(outsider.post(page, sent))
    kept = juror(call, "Engineer")
    assert (kept.state, kept.none, kept.how, kept.signed_name) == ("declared", True, "link", "Eva")
    again = outsider.post(page, {**sent, "has": "some", "interest": "Other"})
    assert again.status_code == 410
    assert juror(call, "Engineer").none
    with pytest.raises(jurors.DeclarationRefused, match="already"):
        jurors.make_declaration_link(declaration=kept, by=lead)


def test_the_link_is_mailed_and_the_address_is_not_kept(
    call: Call, pilot: Pilot, lead: User, on_commit: OnCommit, mailoutbox: list[EmailMessage]
) -> None:
    with on_commit():
        token = jurors.make_declaration_link(
            declaration=juror(call, "Engineer"), by=lead, email="eva@example.org"
        )
    [mail] = mailoutbox
    assert mail.to == ["eva@example.org"]
    assert reverse("declare", args=[token]) in mail.body
    assert "Engineer" in mail.body
    kept = [str(value) for row in DeclarationLink.objects.values_list() for value in row]
    assert not {"eva@example.org", token} & set(kept)


@pytest.mark.parametrize(
    ("how", "code"), [("expired", "expired"), ("replaced", "replaced"), ("unknown", "unknown")]
)
def test_links_that_do_not_work(pilot: Pilot, lead: User, call: Call, how: str, code: str) -> None:
    one = juror(call, "Chair")
    token = jurors.make_declaration_link(declaration=one, by=lead)
    if how == "expired":
        DeclarationLink.objects.update(expires_at=timezone.now() - dt.timedelta(1))
    if how == "replaced":
        jurors.make_declaration_link(declaration=one, by=lead)
    if how == "unknown":
        token = "nobody"
    with pytest.raises(jurors.DeclarationLinkRefused) as refused:
        jurors.declare_by_link(token=token, name="Eva", interest="")
    assert refused.value.code == code
    assert Client().get(reverse("declare", args=[token])).status_code == 410


def test_whoever_makes_the_link_does_not_use_it(pilot: Pilot, lead: User, call: Call) -> None:
    token = jurors.make_declaration_link(declaration=juror(call, "Chair"), by=lead)
    for mine in ({"by": lead, "name": "Eva"}, {"name": lead.name}):
        with pytest.raises(jurors.DeclarationLinkRefused) as refused:
            jurors.declare_by_link(token=token, interest="", **mine)
        assert refused.value.code == "own"


def test_a_declaration_on_paper(pilot: Pilot, call: Call, lead_client: Client) -> None:
    one = juror(call, "Chair")
    address = url(pilot, "declaration_scan", one.pk)
    sent = {"has": "some", "interest": "Cousin", "declared_on": day(-1)}
    no_scan = lead_client.post(address, {**sent, "file": SimpleUploadedFile("a.pdf", b"text")})
    assert "file" in no_scan.context["form"].errors
    answer = lead_client.post(address, {**sent, "file": SimpleUploadedFile("a.pdf", PDF)})
    assert answer.status_code == 302
    kept = juror(call, "Chair")
    assert (kept.how, kept.interest, kept.declared_on) == ("scan", "Cousin", day(-1))
    file = url(pilot, "declaration_scan_file", one.pk)
    assert lead_client.get(file).content == PDF
    assert Client().get(file).status_code in (302, 403)


def test_who_is_named_no_more_goes_unless_they_declared(
    pilot: Pilot, lead: User, call: Call
) -> None:
    told = {"juror": "Chair", "none": True, "interest": "", "declared_on": day(-1)}
    record.declare_interest(pilot=pilot, by=lead, values=told)
    jurors.name_jurors(call, lead, ["Engineer", "Visitor"])
    assert set(call.declarations.values_list("juror", flat=True)) == {
        "Chair",
        "Engineer",
        "Visitor",
    }
    assert LedgerEntry.objects.filter(action="pilots.jurors.named").count() == 2


def test_the_database_holds_the_states(call: Call) -> None:
    for wrong in (
        {"none": True, "interest": "", "declared_on": None},
        {"none": False, "interest": "", "declared_on": day()},
        {"none": True, "interest": "Cousin", "declared_on": day()},
        {"none": True, "interest": "", "declared_on": day(), "missing_reason": "Ill"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            call.declarations.filter(juror="Chair").update(**wrong)
