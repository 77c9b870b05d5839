"""The list of sites, what the notices say, and indicators: signed, and opened by a change."""

from __future__ import annotations

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from lamppost.accounts.models import User
from lamppost.pilots import actions, queries
from lamppost.pilots.actions import life, register, signing
from lamppost.pilots.actions.gate_use import choose_gates
from lamppost.pilots.models import Gate, GateSigner, Notice, PastGate, Pilot, Site
from lamppost.pilots.queries.signed_facts import fact_pairs, facts_of, is_fact
from lamppost.pilots.queries.signing import signing_of
from lamppost.vision.actions.goals import MeaningStaysError, change_indicator
from tests.integration.pilots.test_life import changed
from tests.integration.pilots.test_staff_pages import text, url
from tests.pilots_world import day, make_indicator, pass_one, pass_up_to


@pytest.fixture
def signed(pilot: Pilot, sites: list[Site], lead: User) -> Pilot:
    """A pilot that measures, whose list of sites was signed with its gate."""
    actions.change_site(site=sites[0], by=lead, values={"reason": "Dark since 2019"})
    choose_gates(partnership=pilot.partnership, by=lead, used=["stakeholders", "sites"])
    pass_up_to(pilot, lead, "data_protection")
    pass_one(pilot, lead, "sites", day(-30))
    pass_up_to(pilot, lead, "technology")
    return Pilot.objects.get(pk=pilot.pk)


def open_now(pilot: Pilot) -> set[str]:
    return set(PastGate.objects.filter(pilot=pilot).values_list("kind", flat=True))


def test_the_list_of_sites_is_what_is_signed(signed: Pilot, sites: list[Site]) -> None:
    facts = Gate.objects.get(pilot=signed, kind="sites").facts
    assert {name for name in facts if name.startswith("site:")} == {
        f"site:{site.name}" for site in sites
    }
    words = dict(fact_pairs(facts))
    assert words["how the sites were chosen"] == "Named by hand."
    assert words[f"site: {sites[0].name}"] == "pilot site. Why this place: Dark since 2019"
    assert words[f"site: {sites[2].name}"] == "comparison site."
    assert all(is_fact(name) for name in facts)
    with translation.override("es"):
        assert facts_of(signed, "sites") == facts  # a signature is in no language


def test_a_drawn_list_names_its_number(pilot: Pilot, sites: list[Site], lead: User) -> None:
    actions.promise_lot(pilot=pilot, by=lead, seed=77)
    actions.draw_steps(pilot=pilot, by=lead, starts=[day(5), day(9)], left_out=1)
    pilot.refresh_from_db()
    words = dict(fact_pairs(facts_of(pilot, "sites")))
    assert "with the number 77" in words["how the sites were chosen"]
    assert sum("step 2, from" in one for one in words.values()) == 1


def test_a_signature_does_not_hold_for_another_list(
    pilot: Pilot, sites: list[Site], lead: User
) -> None:
    signing.save_draft(pilot=pilot, by=lead, kind="sites", text="The streets")
    signer = signing.add_signer(pilot=pilot, by=lead, kind="sites", role="Streets", name="Olga")
    token = signing.make_link(signer=signer, by=lead)
    signing.sign_by_link(token=token, name="Olga")
    assert [line.state for line in signing_of(pilot, "sites").signers] == ["signed"]
    actions.change_site(site=sites[0], by=lead, values={"reason": "Another reason"})
    assert [line.state for line in signing_of(pilot, "sites").signers] == ["void"]


def test_another_site_opens_the_list_and_stops_the_readings(
    signed: Pilot, sites: list[Site], lead: User
) -> None:
    new = {"name": "Another lane"}
    with pytest.raises(actions.SitesReopen, match="Sites, Disclosure"):
        actions.change_site(site=sites[0], by=lead, values=new)
    assert queries.accepts_readings(signed)
    actions.change_site(site=sites[0], by=lead, values=new, reopens=True, reason="Wrong street")
    assert not queries.accepts_readings(signed)
    assert open_now(signed) == {"sites", "disclosure"}
    assert PastGate.objects.get(kind="sites").reason == "Wrong street"
    notice = Notice.objects.get(pilot=signed)
    assert "pilot street 0" in notice.text
    assert "Nothing is measured" in notice.text
    # What is known of a site is signed by nobody, and may be added.
    actions.change_site(site=sites[1], by=lead, values={"known": {"width": 4.0}})
    for kind in ("sites", "disclosure"):
        assert not queries.accepts_readings(signed)
        pass_one(signed, lead, kind, day())
    assert queries.accepts_readings(signed)  # measuring itself was not opened
    assert [last is None for _first, last in queries.closed_times(signed)] == [False]


def test_before_measuring_a_site_more_or_less_opens_the_list(
    pilot: Pilot, sites: list[Site], lead: User
) -> None:
    pass_up_to(pilot, lead, "disclosure")
    with pytest.raises(actions.SitesReopen):
        actions.add_site(pilot=pilot, by=lead, values={"name": "Mill Lane"})
    with pytest.raises(actions.SitesReopen):
        actions.add_sites(pilot=pilot, by=lead, rows=[{"name": "Mill Lane"}])
    with pytest.raises(actions.SitesReopen):
        actions.delete_site(site=sites[0], by=lead)
    with pytest.raises(actions.LotRefused, match="Open the gate “Disclosure” again to draw"):
        actions.promise_lot(pilot=pilot, by=lead)
    assert pilot.sites.count() == 4
    actions.delete_site(site=sites[0], by=lead, reopens=True, reason="No lamp post there")
    assert open_now(pilot) == {"disclosure"}
    assert "Nothing is measured" not in Notice.objects.get().text  # it did not measure yet


def test_the_page_says_what_follows_before_a_site_changes(
    signed: Pilot, sites: list[Site], lead_client: Client
) -> None:
    address = url(signed, "edit_site", sites[0].pk)
    form = {"name": "Another lane", "arm": "pilot", "reason": "", "known": ""}
    asked = lead_client.post(address, form)
    assert "This opens “Sites” again" in text(asked)
    assert "2 gates are to be signed anew: Sites, Disclosure." in text(asked)
    assert "Dark since 2019" in text(asked)
    assert Site.objects.get(pk=sites[0].pk).name == "pilot street 0"
    lead_client.post(address, {**form, "reopens": "yes", "reopens-reason": "Wrong street"})
    assert Site.objects.get(pk=sites[0].pk).name == "Another lane"
    assert not Pilot.objects.get(pk=signed.pk).measuring
    delete = lead_client.post(url(signed, "delete_site", sites[1].pk))
    assert delete.status_code == 302  # measuring has started: none is taken out


def test_many_sites_at_once_ask_once(
    pilot: Pilot, sites: list[Site], lead: User, lead_client: Client
) -> None:
    pass_up_to(pilot, lead, "disclosure")
    content = b'name,kind,reason,width\n"Mill Lane, north",comparison,Same lamps,3\nQuay,pilot,,4\n'
    address = url(pilot, "import_sites")
    asked = lead_client.post(address, {"file": SimpleUploadedFile("sites.csv", content)})
    assert "This opens “Sites” again" not in text(asked)  # that gate is not used here
    assert "This opens “Disclosure” again" in text(asked)
    assert "Mill Lane, north: comparison site. Why this place: Same lamps" in text(asked)
    assert pilot.sites.count() == 4
    [hidden] = re.findall(r'<input type="hidden" name="rows" value="([^"]*)"', text(asked))
    again = {"rows": html.unescape(hidden), "reopens": "yes"}
    assert "Mill Lane, north" in text(lead_client.post(address, {**again, "reopens-reason": ""}))
    assert lead_client.post(address, {**again, "reopens-reason": "Two more"}).status_code == 302
    assert pilot.sites.count() == 6
    added = pilot.sites.get(name="Mill Lane, north")
    assert (added.arm, added.covariates.get().value) == ("comparison", 3)
    assert open_now(pilot) == {"disclosure"}
    assert "Mill Lane, north, Quay" in Notice.objects.get().text


@pytest.mark.parametrize("name", ["contact", "city_number", "feedback_read", "owner_department"])
def test_what_only_the_notices_say_opens_their_gate_alone(
    signed: Pilot, lead: User, name: str
) -> None:
    assert Gate.objects.get(pilot=signed, kind="disclosure").facts[name] == getattr(signed, name)
    with pytest.raises(actions.GateReopens, match="Disclosure"):
        actions.change_pilot(pilot=signed, by=lead, values={name: "Another"})
    actions.change_pilot(pilot=signed, by=lead, values={name: "Another"}, reopens=True)
    assert open_now(signed) == {"disclosure"}
    assert not queries.accepts_readings(signed)
    pass_one(signed, lead, "disclosure", day())
    assert queries.accepts_readings(signed)


def test_a_pause_outlasts_the_notices(signed: Pilot, lead: User) -> None:
    actions.change_pilot(pilot=signed, by=lead, values={"contact": "Desk 4"}, reopens=True)
    actions.pause_pilot(pilot=signed, by=lead, reason="Flicker")
    pass_one(signed, lead, "disclosure", day())
    assert not Pilot.objects.get(pk=signed.pk).measuring
    actions.resume_pilot(pilot=signed, by=lead)
    assert Pilot.objects.get(pk=signed.pk).measuring


@pytest.mark.parametrize(
    ("field", "asked"),
    [
        ("contact", "Say who answers questions"),
        ("city_number", "Give the city's number"),
        ("feedback_read", "Say when residents' answers are read"),
    ],
)
def test_no_notice_without_whom_to_call(
    pilot: Pilot, sites: list[Site], lead: User, field: str, asked: str
) -> None:
    pass_up_to(pilot, lead, "data_protection")
    Pilot.objects.filter(pk=pilot.pk).update(**{field: ""})
    with pytest.raises(actions.GateShut, match=asked):
        pass_up_to(pilot, lead, "disclosure")


def test_an_indicator_more_opens_data_protection(
    signed: Pilot, lead: User, lead_client: Client
) -> None:
    assert "indicator:People walking after dark" in (
        Gate.objects.get(pilot=signed, kind="data_protection").facts
    )
    main = signed.pilot_indicators.get().indicator
    signed.pilot_indicators.update(every_hours=6)
    faces = make_indicator(signed.partnership, "Faces seen again")
    with pytest.raises(actions.GateReopens):
        actions.change_pilot(pilot=signed, by=lead, values={}, indicators=[main, faces])
    values = {**changed(signed), "other_indicators": [faces.pk]}
    asked = lead_client.post(url(signed, "edit"), values)
    assert "This opens “Data protection” again" in text(asked)
    assert "Faces seen again" in text(asked)
    assert queries.accepts_readings(signed)
    again = {**values, "reopens": "yes", "reopens-reason": "The police asked"}
    assert lead_client.post(url(signed, "edit"), again).status_code == 302
    assert not queries.accepts_readings(signed)
    assert open_now(signed) == {"data_protection", "disclosure", "measuring"}
    kept = {link.indicator.name: link.every_hours for link in signed.pilot_indicators.all()}
    assert kept == {"People walking after dark": 6, "Faces seen again": None}


def test_an_indicator_that_is_signed_keeps_its_name_and_unit(
    pilot: Pilot, sites: list[Site], lead: User
) -> None:
    indicator = pilot.pilot_indicators.get().indicator
    change_indicator(indicator=indicator, by=lead, values={"unit": "people a night"})
    pass_up_to(pilot, lead, "data_protection")
    for other in ({"unit": "faces per hour"}, {"name": "Faces recognised"}):
        with pytest.raises(MeaningStaysError) as refused:
            change_indicator(indicator=indicator, by=lead, values=other)
    assert refused.value.reasons == ["Data protection of “Lamps that wake up” is signed for it."]


def test_while_it_is_measured_no_indicator_is_taken_out(signed: Pilot, lead: User) -> None:
    faces = make_indicator(signed.partnership, "Noise")
    with pytest.raises(actions.PlanFixed, match="Measuring starts"):
        actions.change_pilot(
            pilot=signed, by=lead, values={}, indicators=[faces], reopens=True, reason="R"
        )


def test_a_device_of_another_kind_opens_data_protection(
    pilot: Pilot, sites: list[Site], lead: User
) -> None:
    pass_up_to(pilot, lead, "data_protection")
    values = {
        "name": "Second counter", "sensor_type": "proximity", "organisation": "Streets",
        "email": "lighting@city.example", "active_until": day(90),
    }  # fmt: skip
    register.add_entry(pilot=pilot, by=lead, values=values)  # of the kind that is signed
    camera = {**values, "name": "Camera", "sensor_type": "camera",
              "no_personal_data_because": "It counts shapes."}  # fmt: skip
    with pytest.raises(register.RegisterReopens):
        register.add_entry(pilot=pilot, by=lead, values=camera)
    register.add_entry(pilot=pilot, by=lead, values=camera, reopens=True)
    assert open_now(pilot) == {"data_protection"}


def test_a_late_joiner_does_not_move_the_day_of_the_decision(
    pilot: Pilot, sites: list[Site], lead: User, lead_client: Client
) -> None:
    Pilot.objects.filter(pk=pilot.pk).update(created_at="2020-01-01T00:00Z")
    Pilot.objects.filter(pk=pilot.pk).update(created_at=pilot.created_at)
    life.join_late(pilot=pilot, by=lead, technology_on=day(-90))
    for kind in ("data_protection", "disclosure", "measuring"):
        pass_one(pilot, lead, kind, day(-5))
    later = {"decision_due_on": day(300)}
    with pytest.raises(actions.PlanFixed, match="Measuring starts"):
        actions.change_pilot(pilot=pilot, by=lead, values=later)
    form = lead_client.get(url(pilot, "edit")).context["form"]
    assert form.fields["decision_due_on"].disabled
    # Not even while measuring is open again, once the day is past.
    Pilot.objects.filter(pk=pilot.pk).update(decision_due_on=day(-1))
    actions.reopen_gate(gate=Gate.objects.get(pilot=pilot, kind="measuring"), by=lead)
    Pilot.objects.filter(pk=pilot.pk).update(measuring_on=day(-5))
    with pytest.raises(actions.PlanFixed, match="It stays, in public"):
        actions.change_pilot(pilot=pilot, by=lead, values=later)
    assert GateSigner.objects.filter(pilot=pilot).exists()
