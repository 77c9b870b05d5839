"""What residents are asked at a site is the pilot's own, and stays the same once it is signed."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse

from lamppost.accounts.models import Partnership, User
from lamppost.pilots import actions
from lamppost.pilots.actions import signing
from lamppost.pilots.models import Gate, Pilot, Site
from lamppost.pilots.playbooks import PLAYBOOKS, playbook_of
from lamppost.pilots.queries.signing import signed_hash
from lamppost.pilots.sheets import sheet_of
from tests.pilots_world import make_pilot, pass_up_to

pytestmark = pytest.mark.once

OWN = "Do you walk here more gladly now?"


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def edit(client: Client, pilot: Pilot, **values: object) -> object:
    """Send the plan as its form holds it, with these changes."""
    address = reverse("pilots:edit", args=[pilot.partnership.slug, pilot.pk])
    form = client.get(address).context["form"]
    boxes = {"take_indicators", "take_questions", "other_indicators"}
    kept = {name: form[name].value() or "" for name in form.fields if name not in boxes}
    return client.post(address, {**kept, **values})


def asked_at(client: Client, site: Site) -> tuple[str, str]:
    """Return what the page of the site and the page of all answers show."""
    live = reverse("pilots:live", args=[site.pilot.partnership.slug, site.pilot_id])
    return text(client.get(reverse("site", args=[site.code]))), text(client.get(live))


def test_the_question_is_the_pilots_own_and_signed(
    lead_client: Client, client: Client, pilot: Pilot, asked: list[Site], lead: User
) -> None:
    usual = str(playbook_of(pilot.playbook).site_question)
    assert pilot.site_question == usual
    assert all(usual in page for page in asked_at(client, asked[0]))
    pass_up_to(pilot, lead, "measuring")
    facts = Gate.objects.get(pilot=pilot, kind="disclosure").facts
    assert facts["site_question"] == usual
    page = text(edit(lead_client, pilot, site_question=OWN))
    assert "what residents are asked at the sites" in page.lower()
    assert Pilot.objects.get().site_question == usual  # it asks first
    actions.change_pilot(pilot=pilot, by=lead, values={"site_question": OWN}, reopens=True)
    assert not Gate.objects.filter(pilot=pilot, kind="disclosure").exists()
    site = Site.objects.get(pk=asked[0].pk)
    assert all(f'lang="en" dir="ltr">{OWN}' in page for page in asked_at(client, site))
    assert [one["ask"] for one in sheet_of(site).says].count(OWN) == 1
    client.cookies["django_language"] = "es"
    assert f'lang="en" dir="ltr">{OWN}' in asked_at(client, site)[0]


def test_an_edited_playbook_changes_no_question(
    client: Client, asked: list[Site], pilot: Pilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.cookies["django_language"] = "es"
    before = str(playbook_of(pilot.playbook).site_question)
    assert before not in asked_at(client, asked[0])[0]  # the playbook's own, translated
    edited = replace(playbook_of(pilot.playbook), site_question="Do you like the colour?")
    monkeypatch.setattr(type(PLAYBOOKS), "get", lambda *_args: edited)
    assert all(before in page for page in asked_at(client, asked[0]))
    Pilot.objects.update(site_question="")
    assert all("Do you like the colour?" in page for page in asked_at(client, asked[0]))


def test_what_was_empty_is_kept_with_the_notices(
    client: Client, pilot: Pilot, sites: list[Site], lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = str(playbook_of(pilot.playbook).site_question)
    Pilot.objects.update(site_question="")
    pilot.refresh_from_db()
    pass_up_to(pilot, lead, "technology")
    assert Gate.objects.get(kind="disclosure").facts["site_question"] == before
    edited = replace(playbook_of(pilot.playbook), site_question="Do you like the colour?")
    monkeypatch.setattr(type(PLAYBOOKS), "get", lambda *_args: edited)
    assert all(before in page for page in asked_at(client, sites[0]))


def test_who_signs_the_notices_signs_the_question(pilot: Pilot, lead: User) -> None:
    Pilot.objects.update(site_question="")
    signing.save_draft(pilot=Pilot.objects.get(), by=lead, kind="problem", text="It is dark.")
    assert Pilot.objects.get().site_question == ""
    signing.save_draft(pilot=Pilot.objects.get(), by=lead, kind="disclosure", text="They hang.")
    kept = Pilot.objects.get()
    assert kept.site_question == str(playbook_of(pilot.playbook).site_question)
    # A signature on the notices without it stays: then it is kept when they are passed.
    Pilot.objects.update(site_question="")
    signer = signing.add_signer(pilot=kept, by=lead, kind="disclosure", role="r", name="Olga")
    signing.sign_by_link(token=signing.make_link(signer=signer, by=lead), name="Olga")
    signing.save_draft(pilot=kept, by=lead, kind="disclosure", text="They hang.")
    assert Pilot.objects.get().site_question == ""


def test_pilots_that_asked_before_keep_what_they_asked(
    pilot: Pilot, sites: list[Site], partnership: Partnership, lead: User
) -> None:
    new = make_pilot(partnership, lead, title="New")
    pass_up_to(pilot, lead, "measuring")
    Pilot.objects.update(site_question="")
    forwards = import_module("lamppost.pilots.migrations.0025_question_that_was_asked").forwards
    forwards(apps, SimpleNamespace(connection=connection))
    usual = str(playbook_of(pilot.playbook).site_question)
    assert Pilot.objects.get(pk=pilot.pk).site_question == usual
    assert Pilot.objects.get(pk=new.pk).site_question == ""


def test_signed_before_there_was_such_a_field(
    lead_client: Client, pilot: Pilot, sites: list[Site], lead: User
) -> None:
    pass_up_to(pilot, lead, "measuring")
    Pilot.objects.update(site_question="")
    kept = Pilot.objects.get()
    signed = signed_hash(kept, "disclosure", "The notice")
    assert edit(lead_client, kept, title="Lamps").status_code == 302  # type: ignore[attr-defined]
    after = Pilot.objects.get()
    assert (after.title, after.site_question) == ("Lamps", "")
    assert signed_hash(after, "disclosure", "The notice") == signed


def test_without_a_playbook_and_emptied(
    lead_client: Client, partnership: Partnership, lead: User
) -> None:
    bare = make_pilot(partnership, lead, playbook="none-such")
    assert bare.site_question == "Is it better here now?"
    assert edit(lead_client, bare, site_question=OWN).status_code == 302  # type: ignore[attr-defined]
    assert Pilot.objects.get().site_question == OWN
    assert edit(lead_client, bare, site_question="").status_code == 302  # type: ignore[attr-defined]
    assert Pilot.objects.get().site_question == "Is it better here now?"
