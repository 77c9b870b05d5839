"""The notice at a site: as a page, as DTPR's data chain, as a sign; for ever."""

from __future__ import annotations

import copy
import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from lamppost.accounts.models import Partnership, User
from lamppost.pilots import actions, dtpr, ports
from lamppost.pilots.actions.life import pause_pilot
from lamppost.pilots.models import Pilot, RegisterEntry, RetiredCode, Site
from lamppost.pilots.queries.chain import dtpr_record
from lamppost.pilots.queries.disclosure import (
    dates_of,
    days_shown,
    disclosure_facts,
    phase_of,
    results_of,
    techs_of,
)
from lamppost.pilots.sign import PAPERS
from tests.pilots_world import add_device, add_sites, day, pass_up_to


def text(answer: Any) -> str:
    return str(answer.content.decode())


def chain_of(client: Client, site: Site) -> dict[str, Any]:
    answer = client.get(reverse("site_dtpr", args=[site.code]))
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "*"
    return json.loads(answer.content)  # type: ignore[no-any-return]


def test_the_address_of_the_chain(sites: list[Site]) -> None:
    code = sites[0].code
    assert reverse("site_dtpr", args=[code]) == f"/s/{code}.dtpr.json"
    assert reverse("site_notice", args=[code]) == f"/s/{code}/notice/"


def test_a_site_is_a_valid_chain_and_says_the_same_as_its_page(
    client: Client, pilot: Pilot, sites: list[Site]
) -> None:
    Pilot.objects.filter(pk=pilot.pk).update(purpose="To see who walks here", recipients="Nobody")
    record = chain_of(client, sites[0])
    assert dtpr.problems(record) == []
    assert [one["locale"] for one in record["datachain"]["title"]] == [
        "en", "es", "fr", "pt", "ar", "de",
    ]  # fmt: skip
    page = text(client.get(reverse("site_notice", args=[sites[0].code])))
    short = text(client.get(reverse("site", args=[sites[0].code])))
    said = [one["text"] for one in record["_lamppost"]["texts"]]
    assert "To see who walks here" in said
    assert len(said) > 5
    for one in said:
        assert escape(one) in page, one
        assert escape(one) in short, one
    assert "CC BY 4.0" in page
    assert "CC BY 4.0" in record["_lamppost"]["attribution"]["text"]


def test_the_older_address_still_answers(client: Client, sites: list[Site]) -> None:
    record = json.loads(client.get(reverse("site_disclosure", args=[sites[0].code])).content)
    assert record["schema"] == "lamppost-disclosure-1"
    assert record["phase"] == "planned"


def test_nothing_is_claimed_before_somebody_said_it(
    client: Client, pilot: Pilot, sites: list[Site], lead_client: Client
) -> None:
    Pilot.objects.filter(pk=pilot.pk).update(personal_data="", retention="")
    answer = client.get(reverse("site_dtpr", args=[sites[0].code]))
    assert answer.status_code == 409
    assert "does not say whether people can be identified" in text(answer)
    assert client.get(reverse("site_sign", args=[sites[0].code, "en"])).status_code == 404
    page = text(lead_client.get(reverse("pilots:signs", args=["elm-street", pilot.pk])))
    assert "The plan does not say so yet" in page
    assert "Not said yet" in text(client.get(reverse("site_notice", args=[sites[0].code])))


@pytest.mark.parametrize(
    ("plan", "kind", "personal", "element", "people"),
    [
        ("none", "camera", False, "non_identifiable_video", "none"),
        ("deidentified", "camera", True, "de_identified_video", "deidentified"),
        ("identifiable", "camera", True, "identifiable_video", "identifiable"),
        ("identifiable", "sound", True, "voice", "identifiable"),
        ("identifiable", "proximity", False, "motion_detector", "none"),
    ],
)
def test_the_element_follows_from_the_register(
    pilot: Pilot, sites: list[Site], lead: User, plan: str, kind: str, personal: bool, element: str,
    people: str,
) -> None:  # fmt: skip
    Pilot.objects.filter(pk=pilot.pk).update(personal_data=plan)
    pilot.refresh_from_db()
    pilot.register_entries.all().delete()
    add_device(
        pilot,
        lead,
        sensor_type=kind,
        contains_personal_data=personal,
        no_personal_data_because="Four pixels",
        legal_ground="public_task",
        privacy_url="https://city.example/privacy",
    )
    [tech] = techs_of(pilot)
    assert (tech.element, tech.people) == (element, people)
    assert dtpr.problems(dtpr_record(Site.objects.get(pk=sites[0].pk))) == []


def test_every_kind_of_sensor_has_an_element(pilot: Pilot, lead: User, sites: list[Site]) -> None:
    pilot.register_entries.all().delete()
    for kind in RegisterEntry.SensorType.values:
        does = "counts opened pages" if kind == "other" else ""
        more = {"does": does, "no_personal_data_because": "Too coarse"}
        add_device(pilot, lead, name=kind, sensor_type=kind, **more)
    # DTPR has no element for two of them.
    assert len(techs_of(pilot)) == len(RegisterEntry.SensorType.values) - 1
    assert dtpr.problems(dtpr_record(Site.objects.get(pk=sites[0].pk))) == []


@pytest.mark.parametrize(
    ("playbook", "kind", "element"),
    [
        ("smart-parks", "electricity", "soil_moisture_sensor"),
        ("smart-parks", "density", "soil_moisture_sensor"),
        ("traffic-management", "electricity", "induction_loop"),
        ("traffic-management", "density", "person_detection"),
        ("smart-street-lighting", "electricity", ""),
    ],
)
def test_a_kind_that_is_many_things_is_what_the_playbook_names(
    pilot: Pilot, sites: list[Site], lead: User, playbook: str, kind: str, element: str
) -> None:
    Pilot.objects.filter(pk=pilot.pk).update(playbook=playbook)
    pilot.refresh_from_db()
    pilot.register_entries.all().delete()
    add_device(pilot, lead, sensor_type=kind)
    assert [tech.element for tech in techs_of(pilot)] == [element]
    record = dtpr_record(Site.objects.get(pk=sites[0].pk))
    assert dtpr.problems(record) == []
    assert ("induction_loop" in str(record)) is (element == "induction_loop")


def test_a_checked_notice_is_asked_for_by_the_gate(
    pilot: Pilot, sites: list[Site], lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    pass_up_to(pilot, lead, "data_protection")
    monkeypatch.setattr(dtpr, "MOST_PURPOSES", 0)
    with pytest.raises(actions.GateShut, match="no data chain of DTPR"):
        pass_up_to(pilot, lead, "disclosure")


def test_what_is_printed_answers_in_every_phase(
    client: Client, pilot: Pilot, sites: list[Site], lead: User
) -> None:
    def look(wanted: str) -> str:
        site = Site.objects.select_related("pilot__partnership").get(pk=sites[0].pk)
        assert phase_of(site) == wanted
        pages = [client.get(reverse(name, args=[site.code])) for name in ("site", "site_notice")]
        assert [page.status_code for page in pages] == [200, 200]
        assert chain_of(client, site)["_lamppost"]["phase"] == wanted
        way = reverse("pilots:pilot", args=["elm-street", pilot.pk])
        assert all(way in text(page) for page in pages)
        return text(pages[1])

    assert "Not open yet" in look("planned")
    pass_up_to(pilot, lead, "measuring")
    assert "not on yet" in look("measuring")
    pass_up_to(pilot, lead, "technology")
    assert "technology is on" in look("open")
    pause_pilot(pilot=pilot, by=lead, reason="The lamps flicker.")
    assert "The lamps flicker." in look("paused")
    actions.decide(
        pilot=pilot, by=lead, kind="stop", reason="Nobody", decided_by="C", decided_on=day()
    )
    assert reverse("story:page", args=["elm-street"]) in look("ended")
    Site.objects.filter(pk=sites[0].pk).update(removed_on=day())
    assert "Everything was taken down here" in look("removed")


def test_a_site_whose_turn_comes_later_is_not_open(
    pilot: Pilot, sites: list[Site], lead: User
) -> None:
    pass_up_to(pilot, lead, "technology")
    Site.objects.filter(pk=sites[0].pk).update(starts_on=day(3))
    site = Site.objects.select_related("pilot__partnership").get(pk=sites[0].pk)
    assert phase_of(site) == "measuring"
    assert phase_of(site, day(3)) == "open"


def test_since_when_it_is_on_is_what_came_and_not_what_was_planned(
    pilot: Pilot, sites: list[Site], lead: User
) -> None:
    def since(site: Site) -> tuple[object, object]:
        found = Site.objects.select_related("pilot__partnership").get(pk=site.pk)
        record = dates_of(found)["technology"]
        shown = dict(days_shown(found)).get("technology")
        assert shown is None or record == shown.isoformat()
        return record, shown

    first, later, compared = sites[0], sites[1], sites[2]
    Site.objects.filter(pk=first.pk).update(step=1, starts_on=day(-60))
    Site.objects.filter(pk=later.pk).update(step=2, starts_on=day(9))
    assert since(first) == (None, None)
    pass_up_to(pilot, lead, "technology")
    assert since(first) == (day(-30).isoformat(), day(-30))
    assert since(later) == (None, None)
    assert since(compared) == (None, None)


def test_later_stages_say_where_results_are(pilot: Pilot, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [ports.Result("The lesson", "/lessons/1/"), ports.Result("Nothing", "")]
    monkeypatch.setattr(ports.RESULTS, "_functions", [lambda one: found])
    assert [one.label for one in results_of(pilot)] == ["The whole pilot", "The lesson"]


def test_the_code_of_a_deleted_site_answers_for_ever(
    client: Client, pilot: Pilot, sites: list[Site], lead: User
) -> None:
    code = sites[0].code
    actions.delete_site(site=sites[0], by=lead)
    way = reverse("pilots:pilot", args=["elm-street", pilot.pk])
    for name in ("site", "site_notice", "site_words", "site_thanks"):
        page = client.get(reverse(name, args=[code.upper()]))
        assert page.status_code == 200, name
        assert "Nothing is measured here any more" in text(page)
        assert way in text(page)
        assert sites[0].name in text(page)
    assert client.get(reverse("site_dtpr", args=[code])).status_code == 410
    assert client.get(reverse("site", args=["nosuch"])).status_code == 404
    pilot.delete()
    assert RetiredCode.objects.get(code=code).pilot is None
    page = client.get(reverse("site", args=[code]))
    assert page.status_code == 200
    assert "no longer on record" in text(page)


def test_a_retired_code_is_given_to_nobody_else(
    pilot: Pilot, sites: list[Site], lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = sites[0].code
    actions.delete_site(site=sites[0], by=lead)
    letters = iter(code + "bcdfgh")
    monkeypatch.setattr("lamppost.pilots.actions.sites.secrets.choice", lambda _all: next(letters))
    assert actions.add_site(pilot=pilot, by=lead, values={"name": "New"}).code == "bcdfgh"


def test_signs_to_download_and_to_print(
    client: Client, lead_client: Client, pilot: Pilot, sites: list[Site]
) -> None:
    for paper, (wide, high) in PAPERS.items():
        address = reverse("site_sign", args=[sites[0].code, "ar"])
        answer = client.get(address + f"?paper={paper}&download=1")
        assert answer["Content-Type"].startswith("image/svg+xml")
        assert answer["Content-Disposition"].startswith("attachment")
        assert f'width="{wide:g}mm" height="{high:g}mm"' in text(answer)
    assert client.get(reverse("site_sign", args=[sites[0].code, "xx"])).status_code == 404
    signs = reverse("pilots:signs", args=["elm-street", pilot.pk])
    assert client.get(signs).status_code == 302
    page = text(lead_client.get(signs + "?language=all"))
    assert page.count('class="sheet sign"') == 6 * len(sites)
    only = text(lead_client.get(f"{signs}?language=fr&site={sites[1].pk}"))
    assert only.count('class="sheet sign"') == 1
    assert reverse("site_sign", args=[sites[1].code, "fr"]) in only


def test_no_signs_without_sites(lead_client: Client, pilot: Pilot) -> None:
    page = text(lead_client.get(reverse("pilots:signs", args=["elm-street", pilot.pk])))
    assert reverse("pilots:sites", args=["elm-street", pilot.pk]) in page


def test_candidates_are_named_as_such(partnership: Partnership, pilot: Pilot, lead: User) -> None:
    [site] = add_sites(pilot, lead, 0, 1)
    facts = {code: said for code, _label, said, _language in disclosure_facts(site).facts}
    assert "not settled yet" in facts["tech"]


def valid(sites: list[Site]) -> dict[str, Any]:
    return copy.deepcopy(dtpr_record(Site.objects.get(pk=sites[0].pk)))


def test_the_moment_is_one(sites: list[Site]) -> None:
    made = dt.datetime.fromisoformat(valid(sites)["instance"]["created_at"])
    assert abs(made - timezone.now()) < dt.timedelta(minutes=5)
