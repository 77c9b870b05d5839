"""A draw stands until somebody says in public that it does not, and why."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import RestrictedError
from django.test import Client
from django.urls import reverse

from lamppost.accounts.models import LedgerEntry, User
from lamppost.pilots import actions
from lamppost.pilots.actions.life import join_late
from lamppost.pilots.models import DrawnSite, PastDraw, Pilot, Site
from tests.pilots_world import day, draw, pass_up_to


@pytest.fixture
def drawn(pilot: Pilot, sites: list[Site], lead: User) -> Pilot:
    draw(pilot, lead, 2)
    pilot.refresh_from_db()
    return pilot


def _delete_row(site: Site) -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from pilots_site where id = %s", [site.pk])
    connection.check_constraints()


def change(pilot: Pilot, lead: User, how: str, **more: object) -> None:
    site = pilot.sites.order_by("pk")[0]
    if how == "add":
        actions.add_site(pilot=pilot, by=lead, values={"name": "New"}, **more)
    elif how == "import":
        actions.add_sites(pilot=pilot, by=lead, rows=[{"name": "New"}], **more)
    elif how == "delete":
        actions.delete_site(site=site, by=lead, **more)
    else:
        other = "comparison" if site.arm == "pilot" else "pilot"
        actions.change_site(site=site, by=lead, values={"arm": other}, **more)


@pytest.mark.parametrize("how", ["add", "import", "delete", "move"])
def test_a_drawn_site_changes_only_with_a_public_reason(drawn: Pilot, lead: User, how: str) -> None:
    seed, before = drawn.lottery_seed, {site.code: site.arm for site in drawn.sites.all()}
    for more in ({}, {"reopens": True}, {"reopens": True, "reason": "  "}):
        with pytest.raises(actions.SitesReopen, match="no longer stands") as asks:
            change(drawn, lead, how, **more)
        assert asks.value.voids
        assert asks.value.kinds == ()
    assert {site.code: site.arm for site in drawn.sites.all()} == before
    change(drawn, lead, how, reopens=True, reason="The lane is closed for a year.")
    drawn.refresh_from_db()
    assert (drawn.randomised, drawn.lottery_seed) == (False, None)
    past = PastDraw.objects.get()
    assert (past.seed, past.reason) == (seed, "The lane is closed for a year.")
    assert {one["code"]: one["arm"] for one in past.sites} == before
    assert not DrawnSite.objects.exists()
    assert LedgerEntry.objects.filter(action="pilots.lot.voided").count() == 1
    page = Client().get(reverse("pilots:sites", args=[drawn.partnership.slug, drawn.pk])).text
    assert "The lane is closed for a year." in page
    assert f"number {seed}" in page


def test_a_name_or_a_place_may_be_corrected(drawn: Pilot, lead: User) -> None:
    site = drawn.sites.order_by("pk")[0]
    actions.change_site(site=site, by=lead, values={"name": "Mill Lane", "reason": "Dark"})
    drawn.refresh_from_db()
    assert drawn.randomised


def test_the_database_itself_keeps_a_drawn_site(drawn: Pilot) -> None:
    site = drawn.sites.order_by("pk")[0]
    with pytest.raises(RestrictedError):
        site.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        _delete_row(site)
    drawn.delete()  # the whole pilot goes with its draw
    assert not Site.objects.filter(pk=site.pk).exists()


def test_the_page_asks_and_says_what_follows(drawn: Pilot, lead_client: Client) -> None:
    site = drawn.sites.order_by("pk")[0]
    address = reverse("pilots:delete_site", args=[drawn.partnership.slug, drawn.pk, site.pk])
    asks = lead_client.post(address).text
    assert "After this the draw no longer stands" in asks
    assert "give up the draw" in asks
    assert "is to be signed anew" not in asks
    assert (
        "reason"
        in lead_client.post(address, {"reopens": "yes", "reopens-reason": ""})
        .context["form"]
        .errors
    )
    assert (
        lead_client.post(address, {"reopens": "yes", "reopens-reason": "Closed"}).status_code == 302
    )
    assert PastDraw.objects.get().reason == "Closed"


def test_a_signed_draw_opens_its_gate_and_is_given_up(drawn: Pilot, lead: User) -> None:
    pass_up_to(drawn, lead, "disclosure")
    with pytest.raises(actions.SitesReopen) as asks:
        change(drawn, lead, "move")
    assert (asks.value.voids, "disclosure" in asks.value.kinds) == (True, True)
    change(drawn, lead, "move", reopens=True, reason="Wrong street")
    assert PastDraw.objects.get().reason == "Wrong street"
    assert not drawn.gates.filter(kind="disclosure").exists()


def test_a_pilot_that_ran_already_was_not_drawn(drawn: Pilot, lead: User) -> None:
    join_late(pilot=drawn, by=lead, technology_on=day(-3))
    assert "ran already" in PastDraw.objects.get().reason
    assert not DrawnSite.objects.exists()
