"""Sites: codes, the fixed moment, the lot."""

from __future__ import annotations

import hashlib

import pytest
from django.test import Client
from django.urls import reverse

from lamppost.accounts.models import LedgerEntry, User
from lamppost.pilots import actions, ports
from lamppost.pilots.actions.sites import ALPHABET
from lamppost.pilots.models import Pilot, Site
from lamppost.voices.actions import participant_without_device
from tests.pilots_world import add_sites, day, draw, pass_up_to


def test_codes_are_short_unique_and_unambiguous(pilot: Pilot, lead: User) -> None:
    codes = [site.code for site in add_sites(pilot, lead, 20, 20)]
    assert len(set(codes)) == 40
    assert all(len(code) == 6 and set(code) <= set(ALPHABET) for code in codes)
    assert not set(ALPHABET) & set("01oilaeu")


def test_a_code_that_is_taken_is_drawn_again(
    pilot: Pilot, sites: list[Site], lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = iter(sites[0].code + "bcdfgh")
    monkeypatch.setattr("lamppost.pilots.actions.sites.secrets.choice", lambda _all: next(letters))
    assert actions.add_site(pilot=pilot, by=lead, values={"name": "New"}).code == "bcdfgh"


def test_many_sites_are_added_together_or_not_at_all(pilot: Pilot, lead: User) -> None:
    with pytest.raises(Exception, match=r"(?i)unique"):
        actions.add_sites(pilot=pilot, by=lead, rows=[{"name": "A"}, {"name": "A"}])
    assert pilot.sites.count() == 0


def test_sites_are_named_before_the_technology(running: Pilot, lead: User) -> None:
    with pytest.raises(actions.SitesFixed):
        actions.add_site(pilot=running, by=lead, values={"name": "Late Lane"})


def test_a_decided_pilot_takes_no_more_sites(pilot: Pilot, lead: User, lead_client: Client) -> None:
    actions.add_site(pilot=pilot, by=lead, values={"name": "A", "arm": "pilot"})
    why = {"reason": "No money.", "decided_by": "Council", "unheard_reason": "It was urgent."}
    actions.decide(pilot=pilot, by=lead, kind="stop", decided_on=day(), **why)
    args = [pilot.partnership.slug, pilot.pk]
    assert "Add a site" not in lead_client.get(reverse("pilots:sites", args=args)).text
    for name in ("new_site", "import_sites"):
        assert "Start another pilot" in lead_client.get(reverse(f"pilots:{name}", args=args)).text
    with pytest.raises(actions.SitesFixed, match="decided"):
        actions.add_site(pilot=pilot, by=lead, values={"name": "B", "arm": "pilot"})


def test_no_site_is_added_without_a_baseline(
    pilot: Pilot, sites: list[Site], lead: User, lead_client: Client
) -> None:
    page = reverse("pilots:sites", args=[pilot.partnership.slug, pilot.pk])
    new = reverse("pilots:new_site", args=[pilot.partnership.slug, pilot.pk])
    pass_up_to(pilot, lead, "disclosure")
    assert new in lead_client.get(page).text
    pass_up_to(pilot, lead, "measuring")
    assert new not in lead_client.get(page).text
    refused = r"stay as named\. Open the gate “.+” again first\."
    with pytest.raises(actions.SitesFixed, match=refused):
        actions.add_site(pilot=pilot, by=lead, values={"name": "Late Lane"})
    pass_up_to(pilot, lead, "baseline")
    with pytest.raises(actions.SitesFixed, match=refused):
        actions.add_sites(pilot=pilot, by=lead, rows=[{"name": "Late Lane"}])
    assert pilot.sites.count() == len(sites)
    for kind in ("baseline", "measuring"):
        actions.reopen_gate(gate=pilot.gates.get(kind=kind), by=lead)
    actions.add_site(pilot=pilot, by=lead, values={"name": "Late Lane"}, reopens=True)
    assert not pilot.gates.filter(kind="disclosure").exists()


def test_an_address_typed_by_hand_says_why_no_site_is_added(
    pilot: Pilot, sites: list[Site], lead: User, lead_client: Client
) -> None:
    pass_up_to(pilot, lead, "measuring")
    for name in ("new_site", "import_sites"):
        page = lead_client.get(reverse(f"pilots:{name}", args=[pilot.partnership.slug, pilot.pk]))
        assert page.status_code == 409
        assert "stay as named. Open the gate" in page.text
        assert 'name="latitude"' not in page.text


def test_what_was_measured_keeps_the_sites_while_data_protection_is_open(
    pilot: Pilot, sites: list[Site], lead: User
) -> None:
    pass_up_to(pilot, lead, "measuring")
    actions.change_pilot(pilot=pilot, by=lead, values={"purpose": "Another"}, reopens=True)
    with pytest.raises(actions.SitesFixed, match=r"stay as named\.$"):
        actions.add_site(pilot=pilot, by=lead, values={"name": "Late Lane"})


def test_arms_are_fixed_once_measuring(pilot: Pilot, sites: list[Site], lead: User) -> None:
    pass_up_to(pilot, lead, "measuring")
    with pytest.raises(actions.SitesFixed):
        actions.change_site(site=sites[0], by=lead, values={"arm": "comparison"})
    with pytest.raises(actions.SitesFixed):
        actions.delete_site(site=sites[0], by=lead)
    new = {"name": "Renamed Street"}
    with pytest.raises(actions.SitesReopen):
        actions.change_site(site=sites[0], by=lead, values=new)
    changed = actions.change_site(site=sites[0], by=lead, values=new, reopens=True)
    assert changed.name == "Renamed Street"
    assert changed.arm == "pilot"


def test_a_site_with_answers_or_readings_stays(
    pilot: Pilot, sites: list[Site], lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody = participant_without_device(partnership=pilot.partnership, channel="room")
    actions.give_feedback(site=sites[0], participant=somebody, rating="better")
    with pytest.raises(actions.SitesFixed, match="answers"):
        actions.delete_site(site=sites[0], by=lead)
    keep = [ports.Obstacle("Readings were taken here.")]
    monkeypatch.setattr(ports.SITE_KEEPERS, "_functions", [lambda site: keep])
    with pytest.raises(actions.SitesFixed, match="Readings"):
        actions.delete_site(site=sites[1], by=lead)
    monkeypatch.setattr(ports.SITE_KEEPERS, "_functions", [])
    actions.delete_site(site=sites[1], by=lead)
    assert not Site.objects.filter(pk=sites[1].pk).exists()


def test_the_lot_can_be_repeated_by_anybody(pilot: Pilot, lead: User) -> None:
    sites = add_sites(pilot, lead, 8, 4)
    seed = draw(pilot, lead, 5)
    stored = Pilot.objects.get(pk=pilot.pk)
    assert stored.randomised
    assert stored.lottery_seed == seed
    order = sorted(
        (site.code for site in sites),
        key=lambda code: hashlib.sha256(f"{seed}:{code}".encode()).hexdigest(),
    )
    drawn = set(pilot.sites.filter(arm="pilot").values_list("code", flat=True))
    assert drawn == set(order[:5])
    assert f"drawn number {seed}" in LedgerEntry.objects.get(action="pilots.sites.drawn").fields


def test_every_site_has_the_same_chance() -> None:
    from lamppost.pilots.actions.lot import lot_order

    codes = [f"site{n}" for n in range(6)]
    first = [lot_order(codes, seed)[0] for seed in range(1200)]
    counts = [first.count(code) for code in codes]
    # 200 each are expected; four standard deviations are about 52.
    assert all(148 < count < 252 for count in counts)
    assert lot_order(reversed(codes), 7) == lot_order(codes, 7)


def test_no_second_draw_and_no_draw_while_measuring(
    pilot: Pilot, sites: list[Site], lead: User
) -> None:
    with pytest.raises(actions.LotRefused, match="at least one on each side"):
        actions.draw_by_lot(pilot=pilot, by=lead, pilot_sites=4)
    draw(pilot, lead, 2)
    with pytest.raises(actions.LotRefused, match="drawn already"):
        actions.draw_by_lot(pilot=pilot, by=lead, pilot_sites=2)
    why = {"reopens": True, "reason": "The lane was closed"}
    actions.add_site(pilot=pilot, by=lead, values={"name": "Picked by hand"}, **why)
    stored = Pilot.objects.get(pk=pilot.pk)
    assert not stored.randomised
    assert stored.lottery_seed is None
    pass_up_to(pilot, lead, "measuring")
    with pytest.raises(actions.LotRefused, match="Measuring"):
        actions.draw_by_lot(pilot=pilot, by=lead, pilot_sites=2)
