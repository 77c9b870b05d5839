"""An organisation's view: written by those who speak for it and by nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from lamppost.accounts.models import LedgerEntry, Membership, Partnership, User
from lamppost.stakeholders.models import Stakeholder
from lamppost.vision.actions.views import NotYours, withdraw_view, write_view
from lamppost.vision.models import OrganisationView

pytestmark = [pytest.mark.django_db, pytest.mark.once]
WORDS = "Our members want warm light & no glare."


def organisation(partnership: Partnership, name: str) -> Stakeholder:
    return Stakeholder.objects.create(
        partnership=partnership,
        kind=Stakeholder.Kind.ORGANISATION,
        name=name,
        group="community",
        created_at=timezone.now(),
    )


def speaks_for(user: User, stakeholder: Stakeholder) -> None:
    membership = Membership.objects.get(user=user, partnership=stakeholder.partnership)
    Stakeholder.objects.create(
        partnership=stakeholder.partnership,
        name=f"Speaker {user.pk}",
        group="community",
        organisation=stakeholder,
        membership=membership,
        created_at=timezone.now(),
    )


@pytest.fixture
def gardeners(partnership: Partnership) -> Stakeholder:
    return organisation(partnership, "The Elm Gardeners")


@pytest.fixture
def speaker(make_member: Callable[..., User], gardeners: Stakeholder) -> User:
    user = make_member("organisation")
    speaks_for(user, gardeners)
    return user


@pytest.fixture
def place(partnership: Partnership) -> str:
    return f"/p/{partnership.slug}/vision/organisations/vision/"


def test_written_changed_shown_withdrawn(
    speaker: User, place: str, partnership: Partnership, client_of: Callable[[User], Client]
) -> None:
    goals = f"/p/{partnership.slug}/vision/goals/"
    client = client_of(speaker)
    assert "Write the view of The Elm Gardeners" in client.get(goals).content.decode()
    assert "everybody, with the name of your organisation." in client.get(place).content.decode()
    assert client.post(place, {"text": WORDS, "language": "es"})["Location"] == goals
    view = OrganisationView.objects.get()
    assert (view.text, view.language, view.subject, view.by) == (WORDS, "es", "vision", speaker)
    body = Client().get(goals).content.decode()
    assert "Our members want warm light &amp; no glare." in body
    assert 'lang="es"' in body
    assert "The Elm Gardeners" in body
    assert WORDS.replace("&", "&amp;") in client.get(place).content.decode()
    client.post(place, {"text": "Shorter.", "language": "en"})
    assert OrganisationView.objects.get().text == "Shorter."
    client.post(place, {"withdraw": "1"})
    assert not OrganisationView.objects.exists()
    assert list(LedgerEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "vision.view.written",
        "vision.view.changed",
        "vision.view.withdrawn",
    ]


def test_the_view_on_the_decision_is_kept_apart(
    speaker: User, place: str, partnership: Partnership, client_of: Callable[[User], Client]
) -> None:
    client = client_of(speaker)
    decision = place.replace("/vision/organisations/vision/", "/vision/organisations/decision/")
    client.post(decision, {"text": "Go on with it.", "language": "en"})
    assert OrganisationView.objects.get().subject == "decision"
    body = Client().get(f"/p/{partnership.slug}/vision/goals/").content.decode()
    assert "Go on with it." not in body
    assert (
        client.get(place.replace("organisations/vision", "organisations/else")).status_code == 404
    )


@pytest.mark.parametrize("role", ["lead", "facilitator", "company", "analyst", "observer"])
def test_no_other_role_may_write_not_even_the_lead(
    role: str,
    speaker: User,
    gardeners: Stakeholder,
    place: str,
    make_member: Callable[..., User],
    client_of: Callable[[User], Client],
) -> None:
    write_view(stakeholder=gardeners, by=speaker, subject="vision", text=WORDS, language="en")
    other = make_member(role)
    client = client_of(other)
    assert client.get(place).status_code == 403
    assert client.post(place, {"text": "Changed.", "language": "en"}).status_code == 403
    with pytest.raises(NotYours):
        write_view(stakeholder=gardeners, by=other, subject="vision", text="X", language="en")
    with pytest.raises(NotYours):
        withdraw_view(view=OrganisationView.objects.get(), by=other)
    assert OrganisationView.objects.get().text == WORDS


def test_even_a_lead_who_is_listed_with_the_organisation_may_not(
    gardeners: Stakeholder, lead: User
) -> None:
    speaks_for(lead, gardeners)
    with pytest.raises(NotYours):
        write_view(stakeholder=gardeners, by=lead, subject="vision", text="X", language="en")


def test_another_organisation_writes_only_its_own(
    speaker: User,
    gardeners: Stakeholder,
    place: str,
    partnership: Partnership,
    make_member: Callable[..., User],
    client_of: Callable[[User], Client],
) -> None:
    write_view(stakeholder=gardeners, by=speaker, subject="vision", text=WORDS, language="en")
    shops = organisation(partnership, "Elm Street shops")
    other = make_member("organisation")
    speaks_for(other, shops)
    with pytest.raises(NotYours):
        write_view(stakeholder=gardeners, by=other, subject="vision", text="X", language="en")
    assert WORDS.split(" &")[0] not in client_of(other).get(place).content.decode()
    client_of(other).post(place, {"text": "Open late.", "language": "en"})
    views = OrganisationView.objects.order_by("stakeholder__name")
    assert [(v.stakeholder, v.text) for v in views] == [(shops, "Open late."), (gardeners, WORDS)]


def test_who_has_no_organisation_yet_is_told_whom_to_ask(
    place: str, make_member: Callable[..., User], client_of: Callable[[User], Client]
) -> None:
    response = client_of(make_member("organisation")).get(place)
    assert response.status_code == 403
    assert "Ask the lead to say in the list of stakeholders" in response.content.decode()


def test_an_empty_view_is_refused(
    speaker: User, place: str, client_of: Callable[[User], Client]
) -> None:
    body = client_of(speaker).post(place, {"text": " ", "language": "en"}).content.decode()
    assert "Error:" in body
    assert not OrganisationView.objects.exists()


def test_a_visitor_is_asked_to_sign_in(place: str) -> None:
    assert Client().get(place).status_code == 302


def test_the_page_that_deletes_an_organisation_names_its_views(
    speaker: User, gardeners: Stakeholder, lead_client: Client
) -> None:
    address = f"/p/{gardeners.partnership.slug}/stakeholders/{gardeners.pk}/delete/"
    assert "What it says" not in lead_client.get(address).content.decode()
    write_view(stakeholder=gardeners, by=speaker, subject="decision", text=WORDS, language="en")
    page = lead_client.get(address).content.decode()
    assert "What it says of the decision is deleted too." in page
    assert "What it says of the vision" not in page
    lead_client.post(address)
    assert not OrganisationView.objects.exists()
