"""The sensor register: its rules in plain words, what it opens again, and the exports."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from lamppost.accounts.models import LedgerEntry, Partnership, User
from lamppost.pilots import actions, algorithms
from lamppost.pilots.actions.register import (
    RegisterRefused,
    RegisterReopens,
    change_entry,
    delete_entry,
)
from lamppost.pilots.forms.register import EntryForm
from lamppost.pilots.models import Area, Pilot, RegisterEntry, Site
from lamppost.pilots.queries import accepts_readings
from lamppost.pilots.queries.chain import own_words
from lamppost.pilots.queries.gates import needed_for
from lamppost.pilots.queries.register import (
    CSV_COLUMNS,
    FIELDS,
    TYPES,
    entries_of,
    export,
    looks_personal,
    measuring_from,
    register_obstacles,
)
from tests.pilots_world import add_device, day, make_pilot, pass_one, pass_up_to


def text(answer: Any) -> str:
    return str(answer.content.decode())


def url(name: str, pilot: Pilot, *more: object) -> str:
    return reverse(f"pilots:{name}", args=["elm-street", pilot.pk, *more])


GIVEN = {
    "name": "Camera on the corner",
    "sensor_type": "camera",
    "themes": "traffic, safety",
    "organisation": "Traffic office",
    "email": "traffic@city.example",
    "active_until": day(60).isoformat(),
    "no_personal_data_because": "Its picture has eight by eight points.",
}


@pytest.fixture
def entry(pilot: Pilot) -> RegisterEntry:
    return pilot.register_entries.get()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"no_personal_data_because": ""}, "no_personal_data_because", "Say why this camera"),
        (
            {"sensor_type": "optical", "no_personal_data_because": ""},
            "no_personal_data_because",
            "or optical sensor takes in no personal data",
        ),
        ({"contains_personal_data": "on"}, "legal_ground", "needs a legal ground"),
        ({"contains_personal_data": "on"}, "privacy_url", "needs a privacy statement"),
        ({"active_until": day(200).isoformat()}, "active_until", "Give that day or an earlier"),
        ({"name": "Counter in the lamp"}, "name", "entry of this name already"),
        ({"email": "ann.lee@city.example"}, "email", "looks like the address of a person"),
        ({"email": "office@gmail.com"}, "email", "looks like the address of a person"),
    ],
)
def test_each_rule_is_said_beside_its_field(
    pilot: Pilot, changes: dict[str, str], field: str, words: str
) -> None:
    pilot.ends_on, pilot.personal_data = day(100), "identifiable"
    form = EntryForm({**GIVEN, **changes}, pilot=pilot)
    assert not form.is_valid()
    assert words in str(form.errors[field]), form.errors
    assert EntryForm(GIVEN, pilot=pilot).is_valid()


def test_the_last_day_is_the_end_and_taking_down(pilot: Pilot) -> None:
    pilot.ends_on, pilot.removal_days = day(100), 30
    fits = {**GIVEN, "active_until": day(130).isoformat()}
    assert EntryForm(fits, pilot=pilot).is_valid()
    assert not EntryForm({**fits, "active_until": day(131).isoformat()}, pilot=pilot).is_valid()
    assert EntryForm(pilot=pilot).initial["active_until"] == day(130)


def test_while_no_end_is_planned_the_decision_is_the_end(pilot: Pilot, sites: list[Site]) -> None:
    assert (pilot.ends_on, pilot.decision_due_on, pilot.removal_days) == (None, day(100), 60)
    fits = {**GIVEN, "active_until": day(160).isoformat()}
    assert EntryForm(fits, pilot=pilot).is_valid()
    assert not EntryForm({**fits, "active_until": day(161).isoformat()}, pilot=pilot).is_valid()
    assert needed_for(pilot, "disclosure") == []
    pilot.decision_due_on = None
    [asked] = needed_for(pilot, "disclosure")
    assert "decision is due" in str(asked.text)
    pilot.ends_on = day(100)
    assert needed_for(pilot, "disclosure") == []


def test_what_the_plan_denies_cannot_be_entered(pilot: Pilot, lead: User) -> None:
    assert pilot.personal_data == "none"
    with pytest.raises(RegisterRefused, match="Change the plan first"):
        add_device(
            pilot, lead, name="C", contains_personal_data=True, legal_ground="consent",
            privacy_url="https://city.example/p",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("email", "personal"),
    [
        ("ann.lee@city.example", True),
        ("a.lee@city.example", True),
        ("lee_a@city.example", True),
        ("someone@hotmail.com", True),
        ("street.lighting@city.example", False),
        ("info@city.example", False),
        ("data-protection@city.example", False),
        ("verkehr@stadt.example", False),
    ],
)
def test_addresses_of_persons_are_noticed(email: str, personal: bool) -> None:
    assert looks_personal(email) is personal


def test_the_database_holds_the_rules_too(pilot: Pilot, entry: RegisterEntry) -> None:
    for broken in (
        {"contains_personal_data": True}, {"sensor_type": "camera"}, {"sensor_type": "optical"},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            RegisterEntry.objects.filter(pk=entry.pk).update(**broken)


def test_add_change_and_delete_by_hand(lead_client: Client, pilot: Pilot, lead: User) -> None:
    pilot.register_entries.all().delete()
    page = text(lead_client.get(url("register", pilot)))
    assert "No device yet" in page
    assert url("new_entry", pilot) in page
    refused = lead_client.post(url("new_entry", pilot), {**GIVEN, "email": "ann.lee@city.example"})
    assert 'name="email_is_role"' in text(refused)
    assert 'name="email_is_role"' not in text(lead_client.get(url("new_entry", pilot)))
    assert not pilot.register_entries.exists()
    given = {**GIVEN, "email": "ann.lee@city.example", "email_is_role": "on"}
    assert lead_client.post(url("new_entry", pilot), given).status_code == 302
    made = pilot.register_entries.get()
    assert made.published_on == day()
    assert "eight by eight points" in text(lead_client.get(url("register", pilot)))
    changed = {**GIVEN, "organisation": "Another office"}
    assert lead_client.post(url("edit_entry", pilot, made.pk), changed).status_code == 302
    made.refresh_from_db()
    assert made.organisation == "Another office"
    assert "Delete" in text(lead_client.get(url("delete_entry", pilot, made.pk)))
    lead_client.post(url("delete_entry", pilot, made.pk))
    assert not pilot.register_entries.exists()
    written = LedgerEntry.objects.filter(action__startswith="pilots.register_entry.")
    assert sorted(written.values_list("action", flat=True)[:4])[-3:] == [
        "pilots.register_entry.added",
        "pilots.register_entry.changed",
        "pilots.register_entry.deleted",
    ]


def test_gates_ask_for_an_entry(pilot: Pilot, sites: list[Site], lead: User) -> None:
    pass_up_to(pilot, lead, "data_protection")
    entry = pilot.register_entries.get()
    entry.delete()
    with pytest.raises(actions.GateShut, match="at least one") as shut:
        pass_up_to(pilot, lead, "disclosure")
    assert shut.value.obstacles[0].url == url("register", pilot)
    entry = add_device(pilot, lead)
    pass_up_to(pilot, lead, "disclosure")
    RegisterEntry.objects.all().delete()
    with pytest.raises(actions.GateShut, match="at least one"):
        pass_up_to(pilot, lead, "measuring")


def test_the_plan_and_the_register_say_the_same(
    pilot: Pilot, sites: list[Site], lead: User
) -> None:
    Pilot.objects.filter(pk=pilot.pk).update(personal_data="identifiable", ends_on=day(1))
    with pytest.raises(actions.GateShut) as shut:
        pass_up_to(pilot, lead, "disclosure")
    said = str(shut.value)
    assert "by which device" in said
    assert "Counter in the lamp" in said  # there for longer than the plan allows now


def test_an_entry_is_public_for_the_days_that_are_asked_for(
    pilot: Pilot, sites: list[Site], lead: User, settings: LazySettings
) -> None:
    settings.NOTICE_DAYS = 5
    add_device(pilot, lead, name="Another counter", published_on=day(-2))
    pass_up_to(pilot, lead, "disclosure", day(-20))
    pilot.refresh_from_db()
    assert measuring_from(pilot) == day(3)
    with pytest.raises(actions.GateShut, match="public for 5 days"):
        pass_up_to(pilot, lead, "measuring", day())
    RegisterEntry.objects.update(published_on=day(-5))
    pass_up_to(pilot, lead, "measuring", day())


def test_the_page_says_for_how_many_days_an_entry_is_public_first(
    pilot: Pilot, client: Client, lead_client: Client, settings: LazySettings
) -> None:
    page = reverse("pilots:register", args=[pilot.partnership.slug, pilot.pk])
    where = "LAMPPOST_NOTICE_DAYS"
    settings.NOTICE_DAYS = 0
    assert "Readings may begin on the day on which an entry is public" in client.get(page).text
    assert where not in client.get(page).text
    assert where in lead_client.get(page).text
    settings.NOTICE_DAYS = 5
    said = client.get(page).text
    assert "public for 5 days before anything is measured" in said
    assert "Readings may begin on the day" not in said


def test_facts_that_were_signed_open_data_protection_again(
    pilot: Pilot, sites: list[Site], lead: User, entry: RegisterEntry
) -> None:
    pass_up_to(pilot, lead, "measuring")
    change_entry(entry=entry, by=lead, values={"themes": "light"})
    with pytest.raises(RegisterReopens, match="nothing is measured"):
        change_entry(entry=entry, by=lead, values={"sensor_type": "density"})
    entry.refresh_from_db()
    assert entry.sensor_type == "proximity"
    change_entry(entry=entry, by=lead, values={"sensor_type": "density"}, reopens=True)
    stored = Pilot.objects.get(pk=pilot.pk)
    assert not stored.measuring
    assert not set(stored.gates.values_list("kind", flat=True)) & {
        "data_protection", "disclosure", "measuring",
    }  # fmt: skip
    past = stored.past_gates.get(kind="data_protection")
    assert "Counter in the lamp" in past.reason
    assert "Counter in the lamp" in stored.notices.get().text


def test_a_further_device_opens_the_notices_again_and_asks_first(
    lead_client: Client, pilot: Pilot, sites: list[Site], lead: User
) -> None:
    pass_up_to(pilot, lead, "measuring")
    page = lead_client.post(url("new_entry", pilot), GIVEN)
    assert page.status_code == 200
    assert 'name="reopens"' in text(page)
    assert "until then nothing is measured" in text(page)
    assert Pilot.objects.get(pk=pilot.pk).measuring
    assert lead_client.post(url("new_entry", pilot), {**GIVEN, "reopens": "on"}).status_code == 302
    assert not Pilot.objects.get(pk=pilot.pk).measuring
    assert pilot.register_entries.count() == 2


def test_the_last_entry_stays_while_notices_hang(
    pilot: Pilot, sites: list[Site], lead: User, entry: RegisterEntry
) -> None:
    pass_up_to(pilot, lead, "disclosure")
    with pytest.raises(RegisterRefused, match="At least one"):
        delete_entry(entry=entry, by=lead)
    actions.decide(pilot=pilot, by=lead, kind="stop", reason="R", decided_by="C", decided_on=day())
    delete_entry(entry=entry, by=lead)


def test_the_device_that_takes_in_personal_data_stays_while_notices_hang(
    pilot: Pilot, sites: list[Site], lead: User, entry: RegisterEntry
) -> None:
    Pilot.objects.filter(pk=pilot.pk).update(personal_data="deidentified")
    pilot.refresh_from_db()
    camera = add_device(pilot, lead, name="Camera", sensor_type="camera")
    pass_up_to(pilot, lead, "measuring")
    with pytest.raises(RegisterRefused, match="personal data is taken in"):
        delete_entry(entry=camera, by=lead)
    with pytest.raises(RegisterRefused, match="personal data is taken in"):
        change_entry(entry=camera, by=lead, values={"active_until": day(-1)})
    delete_entry(entry=entry, by=lead)
    with pytest.raises(RegisterRefused, match="At least one"):
        change_entry(entry=camera, by=lead, values={"active_until": day(-1)})
    change_entry(entry=camera, by=lead, values={"active_until": day(1)})
    assert Pilot.objects.get(pk=pilot.pk).measuring


def test_no_gate_that_leads_to_readings_once_every_device_is_over(
    lead_client: Client, pilot: Pilot, sites: list[Site], lead: User, entry: RegisterEntry
) -> None:
    pass_up_to(pilot, lead, "data_protection", day())
    over = "The last day of every device in the sensor register is over"
    for kind in ("disclosure", "measuring", "technology"):
        RegisterEntry.objects.filter(pk=entry.pk).update(active_until=day(-1))
        assert over in " ".join(str(one.text) for one in needed_for(pilot, kind))
        with pytest.raises(actions.GateShut, match=over):
            pass_one(pilot, lead, kind, day())
        RegisterEntry.objects.filter(pk=entry.pk).update(active_until=day())
        pass_up_to(pilot, lead, "baseline" if kind == "measuring" else kind, day())
    address = reverse("pilots:gate", args=[pilot.partnership.slug, pilot.pk, "disclosure"])
    assert over not in text(lead_client.get(address))


def test_the_device_of_personal_data_has_to_be_there_too(
    pilot: Pilot, sites: list[Site], lead: User, entry: RegisterEntry
) -> None:
    Pilot.objects.filter(pk=pilot.pk).update(personal_data="deidentified")
    pilot.refresh_from_db()
    camera = add_device(pilot, lead, name="Camera", sensor_type="camera")
    pass_up_to(pilot, lead, "data_protection", day())
    RegisterEntry.objects.filter(pk=camera.pk).update(active_until=day(-1))
    with pytest.raises(actions.GateShut, match="Say in the register by which device"):
        pass_one(pilot, lead, "disclosure", day())
    RegisterEntry.objects.filter(pk=camera.pk).update(active_until=day())
    pass_one(pilot, lead, "disclosure", day())


def test_a_decision_taken_back_after_the_last_day_opens_no_notices(
    pilot: Pilot, sites: list[Site], lead: User, entry: RegisterEntry
) -> None:
    """Nothing was taken out: the day is over, and with it the readings."""
    pass_up_to(pilot, lead, "technology", day(-3))
    actions.decide(pilot=pilot, by=lead, kind="stop", reason="R", decided_by="C", decided_on=day())
    RegisterEntry.objects.filter(pk=entry.pk).update(active_until=day(-1))
    actions.reopen_gate(gate=pilot.gates.get(kind="decision"), by=lead, reason="Too early")
    assert pilot.gates.filter(kind="disclosure").exists()
    assert not accepts_readings(Pilot.objects.get())


def test_the_export_has_amsterdams_fields(
    client: Client, pilot: Pilot, sites: list[Site], lead: User
) -> None:
    Site.objects.filter(pk=sites[0].pk).update(
        latitude=51.5, longitude=-4.5, neighbourhood="Old Town", removed_on=None
    )
    add_device(pilot, lead, name="Camera", sensor_type="camera", no_personal_data_because="Coarse",
               themes="light, safety", reference="77-1")  # fmt: skip
    answer = client.get(url("register_json", pilot))
    assert answer["Access-Control-Allow-Origin"] == "*"
    records = json.loads(answer.content)
    assert len(records) == 2 * len(sites)
    for record in records:
        assert list(record)[: len(FIELDS)] == list(FIELDS)
        assert set(record["owner"]) == {"name", "email", "organisation"}
        assert record["contains_pi_data"] is False
        # One of the two says where it is; a site of which only the name is known has neither.
        assert not (record["location"] and record["regions"])
    [camera] = [one for one in records if one["reference"] == "77-1" and one["location"]]
    assert camera["location"] == {"latitude": 51.5, "longitude": -4.5}
    assert camera["location_description"] == f"{sites[0].name}, Old Town"
    assert camera["type"] == "Optische / camera sensor"
    assert camera["themes"] == ["light", "safety"]
    assert camera["active_until"] == day(90).isoformat()
    assert camera["no_personal_data_because"] == "Coarse"
    said = own_words(Site.objects.get(pk=sites[0].pk))["register"]
    assert sorted(one["no_personal_data_because"] or "" for one in said) == ["", "Coarse"]
    assert set(TYPES) == set(RegisterEntry.SensorType.values)
    assert client.get(reverse("register_json")).json() == records
    rows = list(csv.reader(io.StringIO(text(client.get(url("register_csv", pilot)))[1:])))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert len(rows) == 1 + len(records)
    because = rows[0].index("no_personal_data_because")
    assert {row[because] for row in rows[1:]} == {"", "Coarse"}
    assert rows[1][rows[0].index("owner_email")] == "lighting@city.example"
    # West of Greenwich is a number too, and no text with a guard before it.
    assert {row[rows[0].index("longitude")] for row in rows[1:]} == {"", "-4.5"}


def test_a_site_without_a_point_is_found_by_its_neighbourhood(
    pilot: Pilot, sites: list[Site], entry: RegisterEntry
) -> None:
    Site.objects.update(neighbourhood="Old Town", latitude=None, longitude=None)
    Site.objects.filter(pk=sites[0].pk).update(latitude=51.5, longitude=4.5)
    found = {one["location_description"]: one for one in export(entries_of(pilot))}
    point = found.pop(f"{sites[0].name}, Old Town")
    assert (point["location"], point["regions"]) == ({"latitude": 51.5, "longitude": 4.5}, [])
    assert len(found) == len(sites) - 1
    assert {(one["location"], *one["regions"]) for one in found.values()} == {(None, "Old Town")}


def test_a_device_that_moves_has_one_record_with_its_neighbourhoods(
    lead_client: Client, pilot: Pilot, sites: list[Site], lead: User, entry: RegisterEntry
) -> None:
    Area.objects.create(partnership=pilot.partnership, name="Docks, west")
    Site.objects.filter(pk=sites[0].pk).update(neighbourhood="Old Town")
    page = text(lead_client.get(url("new_entry", pilot)))
    assert "It moves, in these neighbourhoods" in page
    given = {**GIVEN, "name": "Bus camera", "moves_in": ["Docks, west", "Old Town"]}
    assert lead_client.post(url("new_entry", pilot), given).status_code == 302
    [moving] = [one for one in export(entries_of(pilot)) if one["device"] == "Bus camera"]
    assert moving["regions"] == ["Docks, west", "Old Town"]
    assert moving["location"] is None
    assert moving["location_description"] == "Docks, west, Old Town"
    assert moving["pilot"].endswith(f"/elm-street/pilots/{pilot.pk}/")
    assert len(export(entries_of(pilot))) == len(sites) + 1
    rows = list(csv.reader(io.StringIO(text(lead_client.get(url("register_csv", pilot)))[1:])))
    row = dict(zip(rows[0], next(row for row in rows if "Bus camera" in row), strict=True))
    assert (row["regions"], row["latitude"]) == ("Docks, west; Old Town", "")
    shown = text(lead_client.get(url("register", pilot)))
    assert "Moves in" in shown
    assert "Docks, west" in shown
    change = url("edit_entry", pilot, pilot.register_entries.get(name="Bus camera").pk)
    assert lead_client.post(change, {**given, "moves_in": []}).status_code == 302
    assert len(export(entries_of(pilot))) == 2 * len(sites)
    Site.objects.update(removed_on=day())
    assert export(entries_of(pilot)) == []


def test_a_device_moves_only_where_a_neighbourhood_is_known(
    pilot: Pilot, sites: list[Site], lead: User
) -> None:
    assert "moves_in" not in EntryForm(pilot=pilot).fields
    Area.objects.create(partnership=pilot.partnership, name="Docks")
    form = EntryForm({**GIVEN, "moves_in": ["Atlantis"]}, pilot=pilot)
    assert "Atlantis" in str(form.errors["moves_in"])
    with pytest.raises(RegisterRefused, match=r"“Atlantis” is no neighbourhood.*Docks"):
        add_device(pilot, lead, name="Bus", moves_in=["Docks", "Atlantis"])
    moving = add_device(pilot, lead, name="Bus", moves_in=["Docks"])
    Area.objects.all().delete()
    # The list changed since: said before a gate, and the old name stays to be taken off.
    assert any("Docks" in one.text for one in register_obstacles(pilot))
    assert EntryForm(pilot=pilot, instance=moving).fields["moves_in"].choices  # type: ignore[attr-defined]


def test_what_was_taken_down_leaves_the_register(
    client: Client, pilot: Pilot, sites: list[Site], entry: RegisterEntry
) -> None:
    Site.objects.filter(pk=sites[0].pk).update(removed_on=day())
    assert len(export(entries_of(pilot))) == len(sites) - 1
    assert client.get(reverse("register")).status_code == 200
    RegisterEntry.objects.filter(pk=entry.pk).update(active_until=day(-1))
    assert export(entries_of(pilot)) == []
    assert json.loads(client.get(reverse("register_json")).content) == []
    assert "No device yet" in text(client.get(reverse("register")))


def test_the_whole_register_in_few_queries(
    client: Client, partnership: Partnership, lead: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        pilot = make_pilot(partnership, lead, title=f"Pilot {number}")
        actions.add_site(pilot=pilot, by=lead, values={"name": "Mill Lane"})
    with django_assert_max_num_queries(12):
        page = text(client.get(reverse("register")))
    assert page.count("Counter in the lamp") == 6
    with django_assert_max_num_queries(6):
        assert len(json.loads(client.get(reverse("register_json")).content)) == 6


def test_others_read_and_only_the_lead_writes(
    client: Client, pilot: Pilot, entry: RegisterEntry
) -> None:
    page = text(client.get(url("register", pilot)))
    assert entry.name in page
    assert url("new_entry", pilot) not in page
    for name, more in (("new_entry", ()), ("edit_entry", (entry.pk,))):
        assert client.post(url(name, pilot, *more), GIVEN).status_code == 302
    assert pilot.register_entries.count() == 1


def test_the_register_of_algorithms(client: Client, partnership: Partnership) -> None:
    page = text(client.get(reverse("algorithms")))
    for slug in algorithms.slugs():
        one = reverse("algorithm", args=[slug])
        assert one in page
        shown = text(client.get(one))
        assert algorithms.entry(slug)["human_intervention"].split(".")[0] in shown
    assert client.get(reverse("algorithm", args=["magic"])).status_code == 404
    found = json.loads(client.get(reverse("algorithms_json")).content)
    assert len(found) == len(algorithms.slugs())
    assert all(one[code] for one in found for code in algorithms.REQUIRED)


def test_the_database_refuses_to_measure_without_an_entry(
    pilot: Pilot, sites: list[Site], lead: User
) -> None:
    pass_up_to(pilot, lead, "measuring")
    assert pilot.registered
    with transaction.atomic(), pytest.raises(IntegrityError):
        Pilot.objects.update(registered=False)
    # As long as nothing is measured and no notice hangs, the last entry may go.
    Pilot.objects.update(measuring=False, disclosure_on=None)
    delete_entry(entry=pilot.register_entries.get(), by=lead)
    pilot.refresh_from_db()
    assert not pilot.registered
    values = {"measuring": True, "disclosure_on": day()}
    with transaction.atomic(), pytest.raises(IntegrityError):
        Pilot.objects.update(**values)
    add_device(pilot, lead)
    Pilot.objects.update(**values)


def test_the_form_says_each_kind_in_plain_words(pilot: Pilot, lead_client: Client) -> None:
    page = lead_client.get(
        reverse("pilots:new_entry", args=[pilot.partnership.slug, pilot.pk])
    ).text
    kinds = re.findall(r'<option value="(\w+)"[^>]*>([^<]+)', page.split('name="sensor_type"')[1])
    told = dict(kinds[: len(RegisterEntry.SensorType)])
    assert set(told) == set(RegisterEntry.SensorType.values)
    assert all(": " in words for words in told.values())
