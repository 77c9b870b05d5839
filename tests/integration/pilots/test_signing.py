"""Who must sign a gate, and that a signature is on exactly one text."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from lamppost.accounts.models import LedgerEntry, User
from lamppost.accounts.ports import OWN_ITEMS
from lamppost.pilots import actions as pilot_actions
from lamppost.pilots.actions import signing as actions
from lamppost.pilots.actions.agreement import save_clauses
from lamppost.pilots.models import (
    WITNESSED,
    ClauseCode,
    Gate,
    GateDraft,
    GateSigner,
    GateUse,
    PastGate,
    Pilot,
    SignatureLink,
)
from lamppost.pilots.queries.gates import needed_for
from lamppost.pilots.queries.signing import (
    LONGEST_NAMES,
    link_state,
    signature_name,
    signature_obstacles,
    signed_hash,
    signing_of,
)
from tests.pilots_world import day, pass_up_to, sign_by_another

MakeMember = Callable[..., User]
ClientOf = Callable[[User], Client]
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def url(pilot: Pilot, name: str, *more: object) -> str:
    return reverse(f"pilots:{name}", args=[pilot.partnership.slug, pilot.pk, *more])


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


@pytest.fixture(autouse=True)
def _own_media(settings: LazySettings, tmp_path: object) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def draft(pilot: Pilot, lead: User) -> GateDraft:
    return actions.save_draft(pilot=pilot, by=lead, kind="problem", text="The lane is dark.")


@pytest.fixture
def dana(make_member: MakeMember) -> User:
    return make_member("analyst", name="Dana Deputy")


@pytest.fixture
def mine(pilot: Pilot, lead: User, draft: GateDraft, dana: User) -> GateSigner:
    """The lead must sign the first gate; Dana is the deputy."""
    return actions.add_signer(
        pilot=pilot, by=lead, kind="problem", role="lead", user=lead, deputy=dana
    )


@pytest.fixture
def outsider(pilot: Pilot, lead: User, draft: GateDraft) -> GateSigner:
    return actions.add_signer(
        pilot=pilot, by=lead, kind="problem", role="data-protection officer", name="Olga Outside"
    )


def state(signer: GateSigner) -> str:
    lines = {line.signer.pk: line for line in signing_of(signer.pilot, signer.kind).signers}
    return lines[signer.pk].state


def passing(pilot: Pilot, by: User, document: str, kind: str = "problem") -> Gate:
    return pilot_actions.pass_gate(
        pilot=pilot,
        by=by,
        kind=kind,
        document=document,
        signed_by_name="Typed Name",
        passed_on=day(),
    )


def sign(signer: GateSigner, by: User) -> GateSigner:
    sha256 = signing_of(signer.pilot, signer.kind).sha256
    return actions.sign(signer=signer, by=by, sha256=sha256)


# The draft --------------------------------------------------------------------------------------


def test_the_draft_starts_from_the_playbook_and_is_kept(lead_client: Client, pilot: Pilot) -> None:
    gate, edit = url(pilot, "gate", "problem"), url(pilot, "draft", "problem")
    assert "No draft yet" in text(lead_client.get(gate))
    assert "after dark" in lead_client.get(edit).context["form"]["text"].value()
    empty = lead_client.post(edit, {"text": " "})
    assert "text" in empty.context["form"].errors
    lead_client.post(edit, {"text": "Who has it:\r\nResidents."})
    assert GateDraft.objects.get().text == "Who has it:\nResidents."
    page = text(lead_client.get(gate))
    assert "Residents." in page
    assert "Lena Lead" in page
    lead_client.post(edit, {"text": "Who has it:\nResidents."})
    assert LedgerEntry.objects.filter(action="pilots.draft.saved").count() == 1


def test_a_draft_is_for_members_alone(client: Client, pilot: Pilot, draft: GateDraft) -> None:
    assert "The lane is dark." not in text(client.get(url(pilot, "gate", "problem")))


def test_a_passed_gate_has_no_draft_to_change(
    lead_client: Client, pilot: Pilot, lead: User, draft: GateDraft
) -> None:
    pass_up_to(pilot, lead, "problem")
    page = lead_client.post(url(pilot, "draft", "problem"), {"text": "Another"})
    assert "passed already" in text(page)
    assert GateDraft.objects.get().text == "The lane is dark."


@pytest.mark.parametrize("kind", ["decision", "lesson", "nonsense"])
def test_gates_that_are_passed_in_another_way_have_no_draft(
    lead_client: Client, pilot: Pilot, kind: str
) -> None:
    assert lead_client.get(url(pilot, "draft", kind)).status_code == 404


# Who must sign ----------------------------------------------------------------------------------


def test_the_usual_signers_come_by_one_press(
    lead_client: Client, pilot: Pilot, lead: User, dana: User
) -> None:
    press = url(pilot, "usual_signers", "data_protection")
    assert press in text(lead_client.get(url(pilot, "gate", "data_protection")))
    assert lead_client.get(press).status_code == 405
    lead_client.post(press)
    found = list(GateSigner.objects.values_list("role", "name", "user"))
    assert found == [
        ("data-protection officer", "", None),
        ("representative of the city", "Street lighting office", None),
    ]
    lead_client.post(press)
    assert GateSigner.objects.count() == 2
    lead_client.post(url(pilot, "usual_signers", "technology"))
    assert GateSigner.objects.get(kind="technology", role__startswith="lead").user == lead
    lead_client.post(url(pilot, "usual_signers", "baseline"))
    assert GateSigner.objects.get(kind="baseline").user == dana


@pytest.mark.parametrize("kind", sorted(WITNESSED))
def test_the_usual_signers_of_a_witnessed_gate_are_enough_for_a_lead_alone(
    lead_client: Client, pilot: Pilot, lead: User, kind: str
) -> None:
    """Nobody but the lead has an account: those suggested sign by a link, and it passes."""
    Pilot.objects.filter(pk=pilot.pk).update(company="Lamps Ltd")
    lead_client.post(url(pilot, "draft", kind), {"text": "Where, and what is compared."})
    lead_client.post(url(pilot, "usual_signers", kind))
    found = list(GateSigner.objects.filter(kind=kind))
    assert found
    assert all(one.user is None for one in found)
    for signer in found:
        if not signer.name:
            signer = actions.hand_over(signer=signer, by=lead, name="Olga Outside")
        token = actions.make_link(signer=signer, by=lead)
        actions.sign_by_link(token=token, name=signer.name)
    assert signature_obstacles(Pilot.objects.get(pk=pilot.pk), kind, lead) == []


def test_signers_are_members_or_named_outsiders(
    lead_client: Client, pilot: Pilot, lead: User, dana: User, other_partnership: object
) -> None:
    address = url(pilot, "new_signer", "problem")
    stranger = User.objects.create_user("stranger@example.org", "a long passphrase", name="Stran")
    for values, wanted in (
        ({"role": "", "name": "Olga"}, "role"),
        ({"role": "officer", "user": stranger.pk}, "user"),
        ({"role": "officer", "user": lead.pk, "name": "Olga"}, "not both"),
        ({"role": "officer", "user": lead.pk, "deputy": lead.pk}, "somebody else"),
    ):
        page = lead_client.post(address, values)
        assert wanted in text(page), values
    assert not GateSigner.objects.exists()
    with pytest.raises(actions.SigningRefused, match="Only members"):
        actions.add_signer(pilot=pilot, by=lead, kind="problem", role="officer", user=stranger)
    lead_client.post(address, {"role": "officer", "user": lead.pk, "deputy": dana.pk})
    again = lead_client.post(address, {"role": "officer", "name": "Olga"})
    assert "already" in text(again)
    page = text(lead_client.get(url(pilot, "gate", "problem")))
    assert "Deputy: Dana Deputy" in page


def test_taking_somebody_off_the_list_asks_once_more(
    lead_client: Client, pilot: Pilot, mine: GateSigner
) -> None:
    address = url(pilot, "remove_signer", "problem", mine.pk)
    assert "lead" in text(lead_client.get(address))
    assert GateSigner.objects.exists()
    lead_client.post(address)
    assert not GateSigner.objects.exists()
    assert LedgerEntry.objects.filter(action="pilots.signer.removed").count() == 1


# Signing with an account ------------------------------------------------------------------------


def test_signing_as_oneself_and_as_deputy(
    lead_client: Client, client_of: ClientOf, pilot: Pilot, mine: GateSigner, dana: User
) -> None:
    address = url(pilot, "sign", "problem", mine.pk)
    deputys = client_of(dana).get(address)
    assert "as deputy for Lena Lead" in text(deputys)
    client_of(dana).post(address, {"sha256": deputys.context["signing"].sha256})
    mine.refresh_from_db()
    assert (mine.signed_name, mine.signed_for, mine.how) == ("Dana Deputy", "Lena Lead", "account")
    assert "Dana Deputy (lead), for Lena Lead" in text(
        lead_client.get(url(pilot, "gate", "problem"))
    )
    own = lead_client.get(address)
    assert "The lane is dark." in text(own)
    lead_client.post(address, {"sha256": own.context["signing"].sha256})
    mine.refresh_from_db()
    assert (mine.signed_name, mine.signed_for) == ("Lena Lead", "")


def test_nobody_signs_for_another_or_what_they_did_not_read(
    lead_client: Client,
    client_of: ClientOf,
    make_member: MakeMember,
    pilot: Pilot,
    lead: User,
    mine: GateSigner,
) -> None:
    address = url(pilot, "sign", "problem", mine.pk)
    sha256 = signing_of(pilot, "problem").sha256
    other = client_of(make_member("observer", name="Otto"))
    assert "somebody else" in text(other.post(address, {"sha256": sha256}, follow=True))
    actions.save_draft(pilot=pilot, by=lead, kind="problem", text="The lane is bright.")
    stale = lead_client.post(address, {"sha256": sha256}, follow=True)
    assert "changed a moment ago" in text(stale)
    assert state(mine) == "waiting"
    lead.name = ""
    lead.save()
    with pytest.raises(actions.SigningRefused, match="no name"):
        sign(mine, lead)


def test_the_questions_alone_cannot_be_signed(pilot: Pilot, lead: User) -> None:
    signer = actions.add_signer(pilot=pilot, by=lead, kind="agreement", role="lead", user=lead)
    with pytest.raises(actions.SigningRefused, match="document first"):
        sign(signer, lead)
    questions = signing_of(pilot, "agreement").text
    actions.save_draft(pilot=pilot, by=lead, kind="agreement", text=questions)
    with pytest.raises(actions.SigningRefused, match="only the questions"):
        sign(signer, lead)
    # One answer is not all of them, whichever way it is signed.
    actions.save_draft(pilot=pilot, by=lead, kind="agreement", text=f"{questions}\nThe city.")
    with pytest.raises(actions.SigningRefused, match="Not answered: “"):
        sign(signer, lead)
    other = actions.add_signer(pilot=pilot, by=lead, kind="agreement", role="board", name="Cory")
    with pytest.raises(actions.SigningRefused, match="Not answered: “"):
        actions.make_link(signer=other, by=lead)
    assert any("Not answered" in str(one.text) for one in needed_for(pilot, "agreement"))


def test_a_screening_may_stand_in_the_place_of_an_assessment(
    pilot: Pilot, lead: User, lead_client: Client
) -> None:
    page = text(lead_client.get(url(pilot, "gate", "data_protection")))
    address = f"{url(pilot, 'draft', 'data_protection')}?start=screening"
    assert f'href="{address}"' in page
    assert "start=screening" not in text(lead_client.get(url(pilot, "gate", "problem")))
    form = lead_client.get(address).context["form"]
    questions = form.initial["text"]
    assert questions.startswith("Screening: is a data-protection assessment needed?")
    other = lead_client.get(f"{url(pilot, 'draft', 'problem')}?start=screening").context["form"]
    assert "Screening" not in other.initial["text"]
    kind = "data_protection"
    signer = actions.add_signer(pilot=pilot, by=lead, kind=kind, role="lead", user=lead)
    actions.save_draft(pilot=pilot, by=lead, kind=kind, text=questions)
    with pytest.raises(actions.SigningRefused, match="only the questions"):
        sign(signer, lead)
    lead_client.post(address, {"text": f"{questions}\nNobody is near the probes."})
    assert GateDraft.objects.get(kind=kind).text.endswith("Nobody is near the probes.")
    assert "start=screening" not in text(lead_client.get(url(pilot, "gate", kind)))


def test_a_changed_draft_voids_and_the_same_text_counts_again(
    lead_client: Client, pilot: Pilot, lead: User, mine: GateSigner
) -> None:
    sign(mine, lead)
    edit = url(pilot, "draft", "problem")
    assert "has to sign anew" in text(lead_client.get(edit))
    lead_client.post(edit, {"text": "The lane is bright."})
    assert state(mine) == "void"
    page = text(lead_client.get(url(pilot, "gate", "problem")))
    assert "Changed since it was signed" in page
    assert "It has to be signed anew" in page
    lead_client.post(edit, {"text": "The lane is dark."})
    assert state(mine) == "signed"


def test_a_changed_plan_voids_a_signature_on_data_protection(pilot: Pilot, lead: User) -> None:
    """The document is the same, but what it is about is not: the seam of San Diego."""
    actions.save_draft(pilot=pilot, by=lead, kind="data_protection", text="Counts only.")
    signer = actions.add_signer(
        pilot=pilot, by=lead, kind="data_protection", role="officer", user=lead
    )
    sign(signer, lead)
    assert state(signer) == "signed"
    pilot_actions.change_pilot(pilot=pilot, by=lead, values={"purpose": "To find offenders"})
    pilot.refresh_from_db()
    assert signing_of(pilot, "data_protection").signers[0].state == "void"
    signed = dict(signing_of(pilot, "data_protection").facts)
    assert signed["what it is measured for"] == "To find offenders"


def test_handing_over_drops_the_signature_and_is_in_the_ledger(
    lead_client: Client,
    client_of: ClientOf,
    make_member: MakeMember,
    pilot: Pilot,
    lead: User,
    mine: GateSigner,
    dana: User,
) -> None:
    sign(mine, lead)
    address = url(pilot, "hand_over", "problem", mine.pk)
    assert client_of(make_member("observer")).get(address).status_code == 403
    nobody = lead_client.post(address, {"user": "", "name": ""})
    assert "Say who signs" in text(nobody)
    lead_client.post(address, {"user": lead.pk, "deputy": ""})
    assert state(mine) == "signed"  # the same person: only the deputy changed
    client = client_of(dana)
    assert client.get(address).status_code == 403  # no deputy any more
    lead_client.post(address, {"user": dana.pk})
    mine.refresh_from_db()
    assert (mine.user, mine.signed_at, state(mine)) == (dana, None, "waiting")
    client.post(address, {"name": "Olga Outside"})
    mine.refresh_from_db()
    assert (mine.user, mine.name) == (None, "Olga Outside")
    assert LedgerEntry.objects.filter(action="pilots.signer.handed_over", by=dana).count() == 1


# Passing ----------------------------------------------------------------------------------------


def test_a_gate_with_signers_needs_every_signature_on_this_text(
    lead_client: Client, pilot: Pilot, lead: User, mine: GateSigner, outsider: GateSigner
) -> None:
    with pytest.raises(pilot_actions.GateShut, match=r"Olga Outside .* has not signed yet"):
        passing(pilot, lead, "The lane is dark.")
    sign(mine, lead)
    token = actions.make_link(signer=outsider, by=lead)
    actions.sign_by_link(token=token, name="Olga Outside")
    with pytest.raises(pilot_actions.GateShut, match="not the document that was signed"):
        passing(pilot, lead, "Something else.")
    address = url(pilot, "sign_gate", "problem")
    page = lead_client.get(address)
    assert list(page.context["form"].fields) == ["passed_on"]
    early = lead_client.post(address, {"passed_on": day(-1)})
    assert "It was signed on" in text(early)
    lead_client.post(address, {"passed_on": day()})
    gate = Gate.objects.get()
    assert gate.document == "The lane is dark."
    assert gate.signed_by_name == "Lena Lead (lead); Olga Outside (data-protection officer)"
    assert [one["how"] for one in gate.signatures] == ["account", "link"]
    public = text(Client().get(url(pilot, "gate", "problem")))
    assert "Olga Outside (data-protection officer)" in public
    assert "by a single-use link" in public


def test_without_signers_a_name_is_typed(lead_client: Client, pilot: Pilot) -> None:
    form = lead_client.get(url(pilot, "sign_gate", "problem")).context["form"]
    assert list(form.fields) == ["document", "signed_by_name", "passed_on"]
    values = {"document": "D", "signed_by_name": "Sam Signer", "passed_on": day().isoformat()}
    lead_client.post(url(pilot, "sign_gate", "problem"), values)
    assert "No signature itself is kept here" in text(Client().get(url(pilot, "gate", "problem")))


def test_opened_again_everybody_signs_anew_and_the_past_stays(
    lead_client: Client, client: Client, pilot: Pilot, lead: User, mine: GateSigner
) -> None:
    sign(mine, lead)
    gate = passing(pilot, lead, "The lane is dark.")
    pilot_actions.reopen_gate(gate=gate, by=lead, reason="Another street.")
    assert state(mine) == "waiting"
    past = PastGate.objects.get()
    assert past.signatures[0]["name"] == "Lena Lead"
    page = text(client.get(url(pilot, "gate", "problem")))
    assert "Another street." in page
    assert "Lena Lead (lead)" in page
    assert signing_of(pilot, "problem").text == "The lane is dark."
    with pytest.raises(pilot_actions.GateShut, match="has not signed yet"):
        passing(pilot, lead, "The lane is dark.")


def test_names_that_do_not_fit_are_cut(pilot: Pilot, lead: User) -> None:
    actions.save_draft(pilot=pilot, by=lead, kind="problem", text="Long.")
    for number in range(6):
        one = actions.add_signer(
            pilot=pilot, by=lead, kind="problem", role=f"{number}" * 110, user=lead
        )
        sign(one, lead)
    gate = passing(pilot, lead, "Long.")
    assert len(gate.signed_by_name) <= LONGEST_NAMES
    assert len(gate.signatures) == 6


def test_the_hash_is_of_text_and_plan(pilot: Pilot) -> None:
    one = signed_hash(pilot, "data_protection", "Text")
    assert signed_hash(pilot, "data_protection", "  Text\r\n") == one
    assert signed_hash(pilot, "data_protection", "Text.") != one
    assert signed_hash(pilot, "technology", "Text") != one
    pilot.retention = "For ever"
    assert signed_hash(pilot, "data_protection", "Text") != one
    assert signature_name("lead", "A") == "A (lead)"


# A link for somebody without an account ---------------------------------------------------------


def shown_link(client: Client, pilot: Pilot, signer: GateSigner) -> str:
    """Make a link as the lead does, and return the token that is shown once."""
    page = client.post(url(pilot, "signature_link", "problem", signer.pk), follow=True)
    message = next(str(one) for one in page.context["messages"] if "/sign/" in str(one))
    return message.rsplit("/sign/", 1)[1].strip("/")


def test_an_outsider_signs_once_by_a_link(
    lead_client: Client, client: Client, pilot: Pilot, outsider: GateSigner
) -> None:
    token = shown_link(lead_client, pilot, outsider)
    assert token not in text(lead_client.get(url(pilot, "gate", "problem")))
    link = SignatureLink.objects.get()
    assert token not in {link.token_sha256, link.draft_sha256}
    assert link.expires_at - timezone.now() > dt.timedelta(days=13, hours=23)
    address = reverse("signature", args=[token])
    page = client.get(address)
    assert "The lane is dark." in text(page)
    assert page.context["form"]["name"].value() == "Olga Outside"
    assert page["Cache-Control"].startswith("max-age=0")
    link.refresh_from_db()
    assert link.used_at is None  # looking signs nothing
    unticked = client.post(address, {"name": "Olga Outside"})
    assert "read" in unticked.context["form"].errors
    assert state(outsider) == "waiting"
    done = client.post(address, {"name": "Olga  Outside", "read": "on"})
    assert "Signed. Thank you." in text(done)
    assert state(outsider) == "signed"
    outsider.refresh_from_db()
    assert (outsider.signed_for, outsider.how) == ("", "link")
    again = client.post(address, {"name": "Olga Outside", "read": "on"})
    assert (again.status_code, again.context["code"]) == (410, "used")
    assert "This link was used" in text(client.get(address))


def test_who_signs_for_another_by_a_link_says_so(
    client: Client, pilot: Pilot, lead: User, outsider: GateSigner
) -> None:
    token = actions.make_link(signer=outsider, by=lead)
    client.post(reverse("signature", args=[token]), {"name": "Peter Proxy", "read": "on"})
    outsider.refresh_from_db()
    assert (outsider.signed_name, outsider.signed_for) == ("Peter Proxy", "Olga Outside")


def test_each_link_that_does_not_work_says_why(
    client: Client, pilot: Pilot, lead: User, outsider: GateSigner
) -> None:
    def refused(token: str, code: str, words: str) -> None:
        for answer in (
            client.get(reverse("signature", args=[token])),
            client.post(reverse("signature", args=[token]), {"name": "O", "read": "on"}),
        ):
            assert (answer.status_code, answer.context["code"]) == (410, code)
            assert words in text(answer)
        assert state(outsider) == "waiting"

    refused("nobody-made-this", "unknown", "Nobody made this link")
    first = actions.make_link(signer=outsider, by=lead)
    second = actions.make_link(signer=outsider, by=lead)
    refused(first, "replaced", "There is a newer link")
    actions.save_draft(pilot=pilot, by=lead, kind="problem", text="The lane is bright.")
    refused(second, "changed", "The text is another one now")
    third = actions.make_link(signer=outsider, by=lead)
    SignatureLink.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    refused(third, "expired", "This link is over")
    fourth = actions.make_link(signer=outsider, by=lead)
    outsider_gone = GateSigner.objects.filter(pk=outsider.pk)
    actions.hand_over(signer=outsider_gone.get(), by=lead, name="Nina New")
    assert link_state(fourth).code == "unknown"


def test_a_link_to_a_passed_gate_signs_nothing(
    client: Client, pilot: Pilot, lead: User, outsider: GateSigner
) -> None:
    token = actions.make_link(signer=outsider, by=lead)
    actions.remove_signer(signer=GateSigner.objects.get(pk=outsider.pk), by=lead)
    assert link_state(token).code == "unknown"
    other = actions.add_signer(pilot=pilot, by=lead, kind="problem", role="jury", name="Jo")
    token = actions.make_link(signer=other, by=lead)
    Gate.objects.create(
        pilot=pilot, kind="problem", document="D", signed_by_name="S", passed_on=day()
    )
    assert "passed already" in text(client.get(reverse("signature", args=[token])))


def test_the_link_is_mailed_and_the_address_is_not_kept(
    lead_client: Client,
    pilot: Pilot,
    outsider: GateSigner,
    settings: LazySettings,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    address = url(pilot, "signature_link", "problem", outsider.pk)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        page = lead_client.post(address, {"email": "olga@outside.example"}, follow=True)
    assert "/sign/" not in text(page)
    [sent] = mail.outbox
    assert sent.to == ["olga@outside.example"]
    assert "Olga Outside" in sent.body
    token = sent.body.split("/sign/")[1].split("/")[0]
    assert link_state(token).code == "open"
    card = text(lead_client.get(url(pilot, "gate", "problem")))
    assert "A link was mailed to Olga Outside. It is open until" in card
    kept = [str(value) for row in SignatureLink.objects.values_list() for value in row]
    assert not any("outside.example" in value for value in kept)
    wrong = lead_client.post(address, {"email": "no address"})
    assert "email" in wrong.context["form"].errors


def test_a_link_is_for_somebody_without_an_account(
    lead_client: Client, pilot: Pilot, mine: GateSigner
) -> None:
    page = lead_client.post(url(pilot, "signature_link", "problem", mine.pk), {"email": ""})
    assert "without an account" in text(page)
    assert not SignatureLink.objects.exists()


# Paper ------------------------------------------------------------------------------------------


def picture(kind: str) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (8, 8)).save(kept, kind)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("content", "ending"),
    [(PDF, "pdf"), (picture("PNG"), "png"), (picture("JPEG"), "jpg")],
)
def test_a_scan_counts_and_only_leads_read_it(
    lead_client: Client,
    client_of: ClientOf,
    dana: User,
    pilot: Pilot,
    outsider: GateSigner,
    content: bytes,
    ending: str,
) -> None:
    file = SimpleUploadedFile("../../evil.html", content)
    address = url(pilot, "new_scan", "problem", outsider.pk)
    lead_client.post(address, {"file": file, "signed_on": day()})
    outsider.refresh_from_db()
    assert (outsider.how, outsider.signed_name, state(outsider)) == (
        "scan",
        "Olga Outside",
        "signed",
    )
    assert outsider.scan.name.startswith(f"signatures/{pilot.pk}/")
    assert outsider.scan.name.endswith(f".{ending}")
    scan = url(pilot, "scan", "problem", outsider.pk)
    answer = lead_client.get(scan)
    assert answer.content == content
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert client_of(dana).get(scan).status_code == 403
    assert Client().get(scan).status_code == 302


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"", "empty"),
        (b"<html>", "no PDF, PNG or JPEG"),
        (b"%PDF-1.4 cut off", "no PDF, PNG or JPEG"),
        (picture("PNG")[:30], "no PDF, PNG or JPEG"),
        (picture("GIF"), "no PDF, PNG or JPEG"),
        (b"%PDF-1.4" + b"x" * 10_000_001, "larger"),
    ],
)
def test_a_file_that_is_no_scan_is_refused(
    lead_client: Client, pilot: Pilot, outsider: GateSigner, content: bytes, wanted: str
) -> None:
    file = SimpleUploadedFile("scan.pdf", content)
    address = url(pilot, "new_scan", "problem", outsider.pk)
    page = lead_client.post(address, {"file": file, "signed_on": day()})
    assert wanted in str(page.context["form"].errors["file"])
    assert state(outsider) == "waiting"


def test_a_scan_is_of_the_text_as_it_stands(
    lead_client: Client, pilot: Pilot, lead: User, outsider: GateSigner
) -> None:
    address = url(pilot, "new_scan", "problem", outsider.pk)
    file = SimpleUploadedFile("scan.pdf", PDF)
    before = lead_client.post(address, {"file": file, "signed_on": day(-1)})
    assert "changed after that day" in text(before)
    file.seek(0)
    ahead = lead_client.post(address, {"file": file, "signed_on": day(1)})
    assert "signed_on" in ahead.context["form"].errors
    assert state(outsider) == "waiting"


def test_scans_stay_with_what_was_signed(
    lead_client: Client, pilot: Pilot, lead: User, outsider: GateSigner
) -> None:
    actions.take_scan(signer=outsider, by=lead, content=PDF, ending="pdf", signed_on=day())
    gate = passing(pilot, lead, "The lane is dark.")
    assert lead_client.get(url(pilot, "gate_scan", "problem", 1)).content == PDF
    assert lead_client.get(url(pilot, "gate_scan", "problem", 2)).status_code == 404
    assert "signatures/" not in text(Client().get(url(pilot, "gate", "problem")))
    pilot_actions.reopen_gate(gate=gate, by=lead, reason="Slip")
    past = PastGate.objects.get()
    kept = url(pilot, "past_scan", "problem", past.pk, 1)
    assert lead_client.get(kept).content == PDF
    assert kept in text(lead_client.get(url(pilot, "gate", "problem")))
    assert lead_client.get(url(pilot, "scan", "problem", outsider.pk)).status_code == 404


# The desk ---------------------------------------------------------------------------------------


def test_a_signature_that_waits_is_on_the_desk(
    pilot: Pilot, lead: User, mine: GateSigner, dana: User
) -> None:
    def titles(user: User) -> list[str]:
        membership = user.memberships.get()
        return [str(item.title) for answer in OWN_ITEMS.ask(membership) for item in answer]

    assert titles(lead) == ["Read and sign “Problem and owner” of “Lamps that wake up”"]
    assert titles(dana) == ["As deputy, read and sign “Problem and owner” of “Lamps that wake up”"]
    sign(mine, dana)
    assert titles(lead) == titles(dana) == []
    actions.save_draft(pilot=pilot, by=lead, kind="problem", text="The lane is bright.")
    assert len(titles(lead)) == 1
    sign(mine, lead)
    passing(pilot, lead, "The lane is bright.")
    assert titles(lead) == []


# Signed by another -------------------------------------------------------------------------------


@pytest.fixture
def assessed(pilot: Pilot, lead: User) -> GateDraft:
    """A pilot before the gate of data protection, with its assessment as a draft."""
    pass_up_to(pilot, lead, "stakeholders")
    return actions.save_draft(pilot=pilot, by=lead, kind="data_protection", text="No risk.")


def screen(pilot: Pilot, by: User) -> Gate:
    return passing(pilot, by, "No risk.", "data_protection")


def test_data_protection_is_not_passed_on_a_typed_name(
    lead_client: Client, pilot: Pilot, lead: User, assessed: GateDraft
) -> None:
    with pytest.raises(pilot_actions.GateShut, match="A typed name is no signature"):
        screen(pilot, lead)
    values = {"document": "No risk.", "signed_by_name": "Any Name", "passed_on": day()}
    page = text(lead_client.post(url(pilot, "sign_gate", "data_protection"), values))
    assert "for example the data-protection officer" in page
    assert not Gate.objects.filter(kind="data_protection").exists()
    with pytest.raises(IntegrityError, match="pilots_signed_by_another"), transaction.atomic():
        pilot.gates.create(
            kind="data_protection", document="D", signed_by_name="S", passed_on=day()
        )


def test_whoever_passes_it_is_not_the_one_who_signs(
    pilot: Pilot, lead: User, dana: User, make_member: MakeMember, assessed: GateDraft
) -> None:
    own = actions.add_signer(
        pilot=pilot, by=lead, kind="data_protection", role="officer", user=lead, deputy=dana
    )
    sign(own, lead)
    with pytest.raises(pilot_actions.GateShut, match="You alone have signed"):
        screen(pilot, lead)
    assert signature_obstacles(pilot, "data_protection") == []
    other = make_member("lead", name="Otto Other")
    with transaction.atomic():
        assert screen(pilot, other).witnesses == 1  # somebody else passes what Lena signed
        transaction.set_rollback(True)
    sign(own, dana)  # or somebody else signs what Lena passes
    assert screen(pilot, lead).witnesses == 1


def test_a_link_is_not_used_by_whoever_made_it(
    lead_client: Client, pilot: Pilot, lead: User, assessed: GateDraft
) -> None:
    signer = actions.add_signer(
        pilot=pilot, by=lead, kind="data_protection", role="officer", name="Olga Outside"
    )
    token = actions.make_link(signer=signer, by=lead)
    address = reverse("signature", args=[token])
    answer = lead_client.post(address, {"name": "Olga Outside", "read": "on"})
    assert "You made this link for somebody else" in text(answer)
    answer = Client().post(address, {"name": "  lena LEAD ", "read": "on"})
    assert answer.status_code == 410
    assert not GateSigner.objects.get().signed_at
    assert Client().post(address, {"name": "Olga Outside", "read": "on"}).status_code == 200
    assert screen(pilot, lead).signed_by_name == "Olga Outside (officer)"


def test_a_scan_of_ones_own_signature_is_ones_own(
    pilot: Pilot, lead: User, assessed: GateDraft
) -> None:
    signer = actions.add_signer(
        pilot=pilot, by=lead, kind="data_protection", role="officer", user=lead
    )
    actions.take_scan(signer=signer, by=lead, content=PDF, ending="pdf", signed_on=day())
    with pytest.raises(pilot_actions.GateShut, match="You alone have signed"):
        screen(pilot, lead)


def test_a_changed_clause_voids_the_signature_on_the_agreement(
    lead_client: Client, pilot: Pilot, lead: User
) -> None:
    GateUse.objects.create(partnership=pilot.partnership, kind="agreement", used=True)
    pass_up_to(pilot, lead, "stakeholders")
    settled = {"settled": True, "where": "§ 1", "missing_reason": ""}
    answers = dict.fromkeys(ClauseCode.values, settled)
    save_clauses(pilot=pilot, by=lead, answers=answers)
    signer = sign_by_another(pilot, lead, "agreement", day(), "The contract.")
    page = text(lead_client.get(url(pilot, "gate", "agreement")))
    assert "In the agreement: § 1" in page
    assert signature_obstacles(pilot, "agreement") == []
    removal = {"settled": False, "where": "", "missing_reason": "It stays"}
    save_clauses(pilot=pilot, by=lead, answers={**answers, "removal": removal})
    assert state(signer) == "void"
    with pytest.raises(pilot_actions.GateShut, match="signed something else"):
        passing(pilot, lead, "The contract.", "agreement")
    sign_by_another(pilot, lead, "agreement", day(), "The contract.")
    gate = passing(pilot, lead, "The contract.", "agreement")
    assert gate.facts["clause:removal"] == "missing:It stays"
    assert "Missing: It stays" in text(Client().get(url(pilot, "gate", "agreement")))


def said(page: HttpResponse) -> str:
    return " ".join(str(one) for one in page.context["messages"])


def test_a_link_that_opens_only_here_says_so(
    lead_client: Client, pilot: Pilot, outsider: GateSigner, settings: LazySettings
) -> None:
    address, warning = url(pilot, "signature_link", "problem", outsider.pk), "only on this machine"
    settings.LAMPPOST_URL = "http://localhost:8000"
    first = said(lead_client.post(address, follow=True))
    assert warning in first
    assert "An earlier one" not in first
    settings.LAMPPOST_URL = "https://lamps.example.org"
    second = said(lead_client.post(address, follow=True))
    assert warning not in second
    assert "An earlier one no longer works" in second


def test_naming_somebody_first_is_no_handing_over(
    lead_client: Client, pilot: Pilot, lead: User, draft: GateDraft
) -> None:
    signer = actions.add_signer(pilot=pilot, by=lead, kind="problem", role="officer")
    address = url(pilot, "hand_over", "problem", signer.pk)
    assert "handed over" not in said(lead_client.post(address, {"name": "Olga"}, follow=True))
    assert "handed over" in said(lead_client.post(address, {"name": "Nina"}, follow=True))


def test_without_a_document_the_way_is_to_the_page_where_it_is_written(
    pilot: Pilot, lead: User
) -> None:
    actions.add_signer(pilot=pilot, by=lead, kind="problem", role="officer", name="Olga")
    [missing] = signature_obstacles(pilot, "problem")
    assert (missing.url, missing.action) == (url(pilot, "draft", "problem"), "Write the document")


def test_a_side_is_one_of_the_two(pilot: Pilot, lead: User) -> None:
    with pytest.raises(ValueError, match="bogus"):
        actions.add_signer(
            pilot=pilot, by=lead, kind="agreement", role="board", side="bogus", name="Cory"
        )
    assert not GateSigner.objects.filter(pilot=pilot).exists()
