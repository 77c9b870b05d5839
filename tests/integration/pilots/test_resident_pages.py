"""What a resident meets: one press, no account, no JavaScript; and what everybody may read."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path

import brotli
import pytest
import segno
import zxingcpp
from django.conf import LazySettings, settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from lamppost.accounts.models import Partnership, User
from lamppost.pilots import actions
from lamppost.pilots.models import Feedback, Pilot, Site
from lamppost.pilots.sheets import qr_svg, sheet_of
from lamppost.voices.actions import moderate_voice
from lamppost.voices.identity import COOKIE
from lamppost.voices.models import Voice
from tests.pilots_world import day, pass_up_to

pytestmark = pytest.mark.once


def page_of(site: Site) -> str:
    return reverse("site", args=[site.code])


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_one_press_stores_an_answer(client: Client, asked: list[Site]) -> None:
    assert client.get(page_of(asked[0])).status_code == 200
    assert COOKIE not in client.cookies
    assert not Feedback.objects.exists()
    answer = client.post(page_of(asked[0]), {"answer": "better"})
    assert answer.url == reverse("site_words", args=[asked[0].code])  # type: ignore[attr-defined]
    assert COOKIE in client.cookies
    assert Feedback.objects.get().rating == "better"
    client.post(page_of(asked[0]), {"answer": "worse"})
    assert Feedback.objects.get().rating == "worse"
    assert 'value="worse" aria-pressed="true"' in text(client.get(page_of(asked[0])))


def test_a_code_in_capitals_works(client: Client, sites: list[Site]) -> None:
    assert client.get(reverse("site", args=[sites[0].code.upper()])).status_code == 200
    assert client.get(reverse("site", args=["nosuch"])).status_code == 404


@pytest.mark.parametrize("answer", ["", "great", "BETTER"])
def test_an_unknown_answer_changes_nothing(client: Client, asked: list[Site], answer: str) -> None:
    page = client.post(page_of(asked[0]), {"answer": answer})
    assert page.status_code == 400
    assert "Press one of the three answers" in text(page)
    assert "did not arrive" not in text(client.get(page_of(asked[0])))
    assert not Feedback.objects.exists()
    assert COOKIE not in client.cookies


def test_words_wait_for_moderation_and_keep_their_consent(
    client: Client, asked: list[Site], lead: User
) -> None:
    words = reverse("site_words", args=[asked[0].code])
    assert client.get(words).url == page_of(asked[0])  # type: ignore[attr-defined]
    client.post(page_of(asked[0]), {"answer": "worse"})
    assert "Saved: worse" in text(client.get(words))
    empty = client.post(words, {"words": " "})
    assert empty.status_code == 200
    done = client.post(words, {"words": "Mail jo@example.org, too dark", "consent": "on"})
    assert done.url == reverse("site_thanks", args=[asked[0].code])  # type: ignore[attr-defined]
    assert "Your answer today: worse" in text(client.get(done.url))  # type: ignore[attr-defined]
    voice = Voice.objects.get()
    assert (voice.kind, voice.state, voice.consent) == ("feedback", "waiting", "public")
    assert voice.place == asked[0].name
    assert "too dark" not in text(Client().get(page_of(asked[0])))
    moderate_voice(voice=voice, state="accepted", by=lead)
    shown = text(Client().get(page_of(asked[0])))
    assert "too dark" in shown
    assert "jo@example.org" not in shown
    assert "too dark" in text(client.get(words))


def test_words_without_consent_stay_inside(client: Client, asked: list[Site], lead: User) -> None:
    client.post(page_of(asked[0]), {"answer": "worse"})
    client.post(reverse("site_words", args=[asked[0].code]), {"words": "For you alone"})
    moderate_voice(voice=Voice.objects.get(), state="accepted", by=lead)
    for address in (
        page_of(asked[0]),
        reverse("pilots:pilot", args=["elm-street", asked[0].pilot_id]),
    ):
        assert "For you alone" not in text(Client().get(address))


def test_the_site_works_before_during_and_after(
    client: Client, pilot: Pilot, sites: list[Site], lead: User
) -> None:
    compared = sites[-1]
    assert "Nothing is measured here yet" in text(client.get(page_of(sites[0])))
    assert "not signed yet" in text(client.get(page_of(sites[0])))
    pass_up_to(pilot, lead, "measuring")
    assert "not on yet" in text(client.get(page_of(sites[0])))
    assert "to compare" in text(client.get(page_of(compared)))
    pass_up_to(pilot, lead, "technology")
    assert "technology is on" in text(client.get(page_of(sites[0])))
    Pilot.objects.filter(pk=pilot.pk).update(ends_on=day(-1))
    assert 'name="answer"' in text(client.get(page_of(sites[0])))
    pilot.refresh_from_db()
    decide(pilot, lead, "stop", -1)
    closed = text(client.get(page_of(sites[0])))
    assert "This pilot is over" in closed
    assert 'name="answer"' not in closed
    client.post(page_of(sites[0]), {"answer": "better"})
    assert not Feedback.objects.exists()


def decide(pilot: Pilot, by: User, kind: str, offset: int = 0) -> None:
    actions.decide(
        pilot=pilot,
        by=by,
        kind=kind,
        reason="Nobody walked more.",
        decided_by="Council",
        decided_on=day(offset),
    )


def test_the_decision_is_told_at_the_site(
    client: Client, running: Pilot, sites: list[Site], lead: User
) -> None:
    decide(running, lead, "stop")
    # On the day of the decision words are still taken; from the next day on they are not.
    assert reverse("site_words", args=[sites[0].code]) in text(client.get(page_of(sites[0])))
    Pilot.objects.filter(pk=running.pk).update(decided_on=day(-1))
    closed = text(client.get(page_of(sites[0])))
    assert "Nobody walked more." in closed
    assert 'name="answer"' not in closed


@pytest.mark.parametrize("kind", ["expand", "adapt"])
def test_after_a_decision_to_go_on_the_site_still_asks(
    client: Client, running: Pilot, sites: list[Site], lead: User, kind: str
) -> None:
    Pilot.objects.filter(pk=running.pk).update(ends_on=day(-3))
    decide(running, lead, kind, -2)
    page = text(client.get(page_of(sites[0])))
    assert "Nobody walked more." in page
    assert ("the technology stays" in page) is (kind == "expand")
    assert "the technology stays" not in text(client.get(page_of(sites[-1])))
    client.post(page_of(sites[0]), {"answer": "better"})
    client.post(reverse("site_words", args=[sites[0].code]), {"words": "Still good"})
    assert Feedback.objects.get().voice is not None


def test_disclosure_for_programs(client: Client, running: Pilot, sites: list[Site]) -> None:
    address = reverse("site_disclosure", args=[sites[0].code])
    answer = client.get(address)
    assert answer["Access-Control-Allow-Origin"] == "*"
    record = answer.json()
    assert record["site"]["url"] == f"{settings.LAMPPOST_URL}{page_of(sites[0])}"
    assert record["agreed"] is True
    assert record["dates"]["technology"] == running.technology_on.isoformat()  # type: ignore[union-attr]
    said = {part["category"]: part["text"] for part in record["datachain"]}
    assert said["accountable"] == "Street lighting office"
    assert said["retention"]
    compared = client.get(reverse("site_disclosure", args=[sites[-1].code])).json()
    assert compared["site"]["arm"] == "comparison"


def test_what_is_missing_in_the_notice_is_said(
    client: Client, pilot: Pilot, sites: list[Site]
) -> None:
    Pilot.objects.filter(pk=pilot.pk).update(retention="")
    assert "Not said yet" in text(client.get(page_of(sites[0])))


@pytest.mark.parametrize("language", ["en", "ar", "es"])
def test_resident_pages_are_light(
    client: Client, running: Pilot, sites: list[Site], language: str
) -> None:
    client.cookies["django_language"] = language
    for number in range(3):
        actions.record_change(
            pilot=running,
            by=running.partnership.memberships.get(role="lead").user,
            you_said="x" * 500,
            we_did="y" * 500,
            changed_on=day(-number),
        )
    client.post(page_of(sites[0]), {"answer": "better"})
    files = (finders.find(f"lamppost/{name}") for name in ("resident.css", "keep.js"))
    besides = sum(len(brotli.compress(Path(str(file)).read_bytes())) for file in files)
    for address in (page_of(sites[0]), f"{page_of(sites[0])}words/", f"{page_of(sites[0])}thanks/"):
        content = client.get(address).content
        assert len(brotli.compress(content, quality=5)) + besides < 40_000, address
        assert content.count(b"<script") == content.count(b"/keep.js")


def decode(svg_of: str, address: str) -> str:
    """Draw the same code as pixels and read it with an independent reader."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="png", scale=8, border=4)
    assert qr_svg(address) == svg_of
    [found] = zxingcpp.read_barcodes(Image.open(out))
    return str(found.text)


def test_the_code_on_the_sheet_leads_to_the_site(
    lead_client: Client, sites: list[Site], settings: LazySettings
) -> None:
    settings.LAMPPOST_URL = "https://lamppost.harbourlea.example"
    site = Site.objects.select_related("pilot__partnership").get(pk=sites[0].pk)
    sheet = sheet_of(site)
    wanted = f"https://lamppost.harbourlea.example/s/{site.code}/"
    assert decode(sheet.code_svg, wanted) == wanted
    page = text(
        lead_client.get(reverse("pilots:sheet", args=["elm-street", site.pilot_id, site.pk]))
    )
    assert sheet.code_svg in page
    assert f"lamppost.harbourlea.example/s/{site.code}/" in page
    assert [say["language"] for say in sheet.says] == ["en", "ar", "es"]


def test_sheets_of_all_sites(lead_client: Client, sites: list[Site], pilot: Pilot) -> None:
    page = text(lead_client.get(reverse("pilots:sheets", args=["elm-street", pilot.pk])))
    assert page.count('class="sheet"') == len(sites)
    assert all(f"/s/{site.code}/" in page for site in sites)


def test_no_sheets_yet(lead_client: Client, pilot: Pilot) -> None:
    page = text(lead_client.get(reverse("pilots:sheets", args=["elm-street", pilot.pk])))
    assert reverse("pilots:sites", args=["elm-street", pilot.pk]) in page


def test_the_map_page_says_everything_without_its_map(
    client: Client, pilot: Pilot, lead: User
) -> None:
    for number in range(3):
        actions.add_site(
            pilot=pilot,
            by=lead,
            values={
                "name": f"</script><b>Street {number}",
                "latitude": 51.2 + number / 100,
                "longitude": 4.4,
            },
        )
    actions.add_site(pilot=pilot, by=lead, values={"name": "Nowhere yet"})
    page = text(client.get(reverse("pilots:sites", args=["elm-street", pilot.pk])))
    assert 'id="map" class="map"' in page
    assert "hidden></div>" in page
    assert "</script><b>" not in page
    data = page.split('id="map-data" type="application/json">')[1].split("</script>")[0]
    marks = json.loads(data)["marks"]
    assert len(marks) == 3
    assert all(mark["url"] in page.split("<table")[1] for mark in marks)
    assert "Nowhere yet" in page.split("<table")[1]
    assert "1 site has no place on the map" in page


def test_no_map_where_no_site_has_a_place(client: Client, pilot: Pilot, sites: list[Site]) -> None:
    page = text(client.get(reverse("pilots:sites", args=["elm-street", pilot.pk])))
    assert "leaflet" not in page


@pytest.mark.parametrize(
    "path", ["leaflet/leaflet.js", "leaflet/leaflet.css", "lamppost/map.js", "lamppost/map.css"]
)
def test_the_maps_files_are_there(path: str) -> None:
    assert finders.find(path)


def test_public_page_tells_the_whole_pilot(
    client: Client, running: Pilot, sites: list[Site], partnership: Partnership
) -> None:
    page = text(client.get(reverse("pilots:pilot", args=["elm-street", running.pk])))
    for wanted in (
        running.problem,
        "Street lighting office",
        "Signed by Sam Signer",
        running.stop_rule,
        sites[0].name,
        "when ten people have said the same",
        running.retention,
    ):
        assert wanted in page, wanted
    assert "Work on this pilot" not in page


def test_public_page_shows_shares_and_a_late_decision(
    client: Client, running: Pilot, sites: list[Site], partnership: Partnership
) -> None:
    yesterday = timezone.now() - dt.timedelta(days=1)
    Feedback.objects.bulk_create(
        Feedback(
            site=sites[0],
            rating=("better", "same", "worse")[number % 3],
            given_at=yesterday,
            given_on=timezone.localdate(yesterday),
        )
        for number in range(120)
    )
    Pilot.objects.filter(pk=running.pk).update(decision_due_on=day(-1))
    page = text(client.get(reverse("pilots:pilot", args=["elm-street", running.pk])))
    assert "Where the technology is tried" in page
    assert "120 people are counted" in page
    assert "No decision yet" in page


def test_gate_documents_are_public(client: Client, running: Pilot) -> None:
    page = text(
        client.get(reverse("pilots:gate", args=["elm-street", running.pk, "data_protection"]))
    )
    assert "The document" in page
    assert "Open this gate again" not in page
    later = text(client.get(reverse("pilots:gate", args=["elm-street", running.pk, "lesson"])))
    assert "Not passed yet" in later
