"""The agreement is signed by both sides: for the city, and by somebody else for the company."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from lamppost.accounts.models import User
from lamppost.pilots import actions
from lamppost.pilots.actions import agreement, signing
from lamppost.pilots.models import ClauseCode, Gate, GateSigner, GateUse, Pilot
from lamppost.pilots.queries.signing import signature_obstacles, signing_of
from tests.pilots_world import day, pass_up_to

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
KIND = "agreement"
SETTLED = {"settled": True, "where": "§ 1", "missing_reason": "", "no_task_reason": "None."}


@pytest.fixture(autouse=True)
def _own_media(settings: LazySettings, tmp_path: object) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def agreed(pilot: Pilot, lead: User) -> Pilot:
    """A pilot whose agreement waits for signatures alone."""
    GateUse.objects.create(partnership=pilot.partnership, kind=KIND, used=True)
    pass_up_to(pilot, lead, "stakeholders", day())
    answers = dict.fromkeys(ClauseCode.values, SETTLED)
    agreement.save_clauses(pilot=pilot, by=lead, answers=answers)
    signing.save_draft(pilot=pilot, by=lead, kind=KIND, text="The contract.")
    return pilot


def add(pilot: Pilot, by: User, side: str, **person: object) -> GateSigner:
    role = f"for {side or 'nobody'} {GateSigner.objects.count()}"
    return signing.add_signer(pilot=pilot, by=by, kind=KIND, role=role, side=side, **person)  # type: ignore[arg-type]


def by_link(signer: GateSigner, by: User, name: str) -> None:
    signing.sign_by_link(token=signing.make_link(signer=signer, by=by), name=name)


def sign(signer: GateSigner, by: User) -> None:
    signing.sign(signer=signer, by=by, sha256=signing_of(signer.pilot, KIND).sha256)


def press(pilot: Pilot, by: User) -> Gate:
    return actions.pass_gate(
        pilot=pilot, by=by, kind=KIND, document="The contract.", signed_by_name="Typed",
        passed_on=day(),
    )  # fmt: skip


def missing(pilot: Pilot, by: User) -> str:
    return " ".join(str(one.text) for one in signature_obstacles(pilot, KIND, by))


def url(pilot: Pilot, name: str, *more: object) -> str:
    return reverse(f"pilots:{name}", args=[pilot.partnership.slug, pilot.pk, *more])


@pytest.mark.parametrize(("there", "other"), [("city", "company or"), ("company", "city")])
def test_one_side_alone_passes_nothing(agreed: Pilot, lead: User, there: str, other: str) -> None:
    one = add(agreed, lead, there, name="Olga")
    by_link(one, lead, "Olga")
    add(agreed, lead, "", user=lead)
    assert f"Nobody signs the agreement for the {other}" in missing(agreed, lead)
    sign(GateSigner.objects.get(user=lead), lead)
    with pytest.raises(actions.GateShut, match=f"Nobody signs the agreement for the {other}"):
        press(agreed, lead)
    assert not agreed.gates.filter(kind=KIND).exists()


def test_both_sides_pass_it_and_stand_in_its_record(agreed: Pilot, lead: User) -> None:
    city, company = (add(agreed, lead, side, name=side) for side in ("city", "company"))
    by_link(city, lead, "Carla City")
    assert missing(agreed, lead) == "company (for company 1) has not signed yet."
    with pytest.raises(actions.GateShut, match="has not signed yet"):
        press(agreed, lead)
    by_link(company, lead, "Cory Company")
    gate = press(agreed, lead)
    assert gate.both_sides
    assert {(one["side"], one["name"]) for one in gate.signatures} == {
        ("city", "Carla City"), ("company", "Cory Company"),
    }  # fmt: skip


def test_a_deputy_for_the_city_and_a_scan_for_the_company(
    agreed: Pilot, lead: User, make_member: Callable[..., User]
) -> None:
    dana = make_member("lead", name="Dana Deputy")
    city = add(agreed, lead, "city", user=lead, deputy=dana)
    company = add(agreed, lead, "company", name="Cory Company")
    sign(city, dana)
    signing.take_scan(signer=company, by=lead, content=PDF, ending="pdf", signed_on=day())
    gate = press(agreed, lead)
    assert [(one["side"], one["for"], one["how"]) for one in gate.signatures] == [
        ("city", "Lena Lead", "account"), ("company", "", "scan"),
    ]  # fmt: skip
    assert (gate.both_sides, gate.witnesses) == (True, 2)


def test_one_person_is_not_both_sides(
    agreed: Pilot, lead: User, make_member: Callable[..., User]
) -> None:
    city, company = (add(agreed, lead, side, name="Olga") for side in ("city", "company"))
    by_link(city, lead, "Olga Officer")
    by_link(company, lead, " olga  OFFICER")
    with pytest.raises(actions.GateShut, match="The same person signed for the city and"):
        press(agreed, lead)
    # Nor is one account, as itself and as a deputy.
    dana = make_member("lead", name="Dana Deputy")
    signing.hand_over(signer=city, by=lead, user=dana)
    signing.hand_over(signer=company, by=lead, user=lead, deputy=dana)
    sign(city, dana)
    sign(company, dana)
    User.objects.filter(pk=dana.pk).update(name="Dana Else")
    with pytest.raises(actions.GateShut, match="The same person signed"):
        press(agreed, lead)
    # A second one for a side is enough.
    by_link(add(agreed, lead, "company", name="Cory"), lead, "Cory Company")
    assert press(agreed, lead).both_sides


def test_the_database_takes_no_agreement_of_one_side(pilot: Pilot) -> None:
    said = {"kind": KIND, "document": "D", "signed_by_name": "S", "passed_on": day()}
    with pytest.raises(IntegrityError), transaction.atomic():
        pilot.gates.create(**said, witnesses=1)
    pilot.gates.create(**said, witnesses=1, both_sides=None)  # from before it was asked for
    pilot.gates.all().delete()
    pilot.gates.create(**said, witnesses=1, both_sides=True)
    pilot.gates.create(**{**said, "kind": "problem"})


def test_the_page_says_who_is_still_to_sign(lead_client: Client, agreed: Pilot, lead: User) -> None:
    Pilot.objects.filter(pk=agreed.pk).update(company="Glow Ltd")
    gate = url(agreed, "gate", KIND)
    # One side is there from before: a press adds the other.
    by_link(add(agreed, lead, "city", name="Carla"), lead, "Carla City")
    page = lead_client.get(gate).content.decode()
    assert "For the company or partner: Nobody named yet" in " ".join(plain(page).split())
    lead_client.post(url(agreed, "usual_signers", KIND))
    page = " ".join(plain(lead_client.get(gate).content.decode()).split())
    assert "For the city: Carla City Signed" in page
    assert "For the company or partner: Glow Ltd is still to sign" in page
    assert "Add who usually signs" not in page


def plain(page: str) -> str:
    return re.sub(r"<[^>]+>", " ", page)


def test_a_side_is_asked_for_at_the_agreement_alone(
    lead_client: Client, agreed: Pilot, lead: User
) -> None:
    forms = {
        kind: lead_client.get(url(agreed, "new_signer", kind)).context["form"].fields
        for kind in (KIND, "sites")
    }
    assert "side" in forms[KIND]
    assert "side" not in forms["sites"]
    lead_client.post(
        url(agreed, "new_signer", KIND), {"role": "board", "side": "company", "name": "Cory"}
    )
    assert GateSigner.objects.get(role="board").side == "company"
    with pytest.raises(signing.SigningRefused, match="Only the agreement"):
        signing.add_signer(pilot=agreed, by=lead, kind="sites", role="x", side="city", name="C")


def test_signers_from_before_get_the_side_of_their_role(pilot: Pilot) -> None:
    roles = {
        "representative of the company": "company", "representante de la empresa": "company",
        "representative of the city": "city", "somebody": "",
    }  # fmt: skip
    for role in roles:
        GateSigner.objects.create(pilot=pilot, kind=KIND, role=role)
    GateSigner.objects.create(pilot=pilot, kind="sites", role="representative of the city")
    name = "lamppost.pilots.migrations.0024_both_sides_of_an_agreement"
    editor = SimpleNamespace(connection=connection)
    import_module(name).sides_of_who_usually_signs(apps, editor)
    for role, side in roles.items():
        assert GateSigner.objects.get(kind=KIND, role=role).side == side
    assert GateSigner.objects.get(kind="sites").side == ""


def test_a_side_is_put_right_and_signed_for_anew(
    lead_client: Client, agreed: Pilot, lead: User
) -> None:
    wrong = add(agreed, lead, "city", name="Cory Company")
    old = signing.make_link(signer=wrong, by=lead)
    page = url(agreed, "hand_over", KIND, wrong.pk)
    assert "side" in lead_client.get(page).context["form"].fields
    lead_client.post(page, {"side": "company", "name": "Cory Company"})
    wrong.refresh_from_db()
    assert (wrong.side, wrong.name) == ("company", "Cory Company")
    with pytest.raises(signing.LinkRefused):  # it was made for the other side
        signing.sign_by_link(token=old, name="Cory Company")
    by_link(wrong, lead, "Cory Company")
    # As it is, the signature stays; for another side it has to be given anew.
    signing.hand_over(signer=wrong, by=lead, side="company", name="Cory Company")
    assert GateSigner.objects.get(pk=wrong.pk).signed_at
    signing.hand_over(signer=wrong, by=lead, side="city", name="Cory Company")
    kept = GateSigner.objects.get(pk=wrong.pk)
    assert (kept.side, kept.signed_at, kept.signed_name) == ("city", None, "")
    assert "Nobody signs the agreement for the company" in missing(agreed, lead)


def test_a_side_is_put_right_where_nobody_is_named_yet(agreed: Pilot, lead: User) -> None:
    open_one = add(agreed, lead, "")
    signing.hand_over(signer=open_one, by=lead, side="company")
    assert GateSigner.objects.get(pk=open_one.pk).side == "company"
    with pytest.raises(signing.SigningRefused, match="Say who signs"):
        signing.hand_over(signer=open_one, by=lead, side="company")


def test_whoever_signs_hands_over_but_names_no_side(
    agreed: Pilot, lead: User, make_member: Callable[..., User], client: Client
) -> None:
    mia = make_member("observer", name="Mia Member")
    hers = add(agreed, lead, "company", user=mia)
    client.force_login(mia)
    page = url(agreed, "hand_over", KIND, hers.pk)
    assert "side" not in client.get(page).context["form"].fields
    client.post(page, {"side": "city", "user": mia.pk, "deputy": lead.pk})
    assert (GateSigner.objects.get(pk=hers.pk).side, hers.signed_at) == ("company", None)
    other = signing.add_signer(pilot=agreed, by=lead, kind="sites", role="x", name="C")
    with pytest.raises(signing.SigningRefused, match="Only the agreement"):
        signing.hand_over(signer=other, by=lead, side="city", name="C")


@pytest.mark.parametrize(("kind", "side"), [("agreement", "bogus"), ("data_protection", "city")])
def test_the_database_knows_two_sides_and_of_the_agreement_alone(
    agreed: Pilot, kind: str, side: str
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        GateSigner.objects.create(pilot=agreed, kind=kind, role="anybody", name="Ann", side=side)
    GateSigner.objects.create(pilot=agreed, kind="agreement", role="r", name="Ann", side="city")
