"""The story on the site: for anybody; the record: for those who may take it."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from lamppost.accounts.models import Partnership
from lamppost.impact.actions import compute_estimate
from lamppost.impact.models import EvaluationPlan
from lamppost.lessons.models import Lesson
from lamppost.story.queries import story_of
from lamppost.story.reading import read_package
from lamppost.vision.actions import compute_landscape

from .town import ALL_SECRETS, Town

pytestmark = pytest.mark.once


@pytest.fixture
def told(town: Town) -> Town:
    compute_landscape(conversation=town.conversation)
    compute_estimate(pilot=town.pilot)
    return town


def url(name: str, partnership: Partnership) -> str:
    return reverse(f"story:{name}", args=[partnership.slug])


def test_anybody_may_read_the_story(told: Town, django_assert_max_num_queries) -> None:
    client = Client()
    client.get(url("page", told.partnership))
    with django_assert_max_num_queries(60):
        response = client.get(url("page", told.partnership))
    page = response.content.decode()
    assert response.status_code == 200
    for said in (
        "Story of change",
        "Safe to walk, dark enough to sleep",
        "6 places got it, 6 were left as they were",
        # Likely and not caused: every comparison site of this town lies beside a pilot site.
        "Likely a change for the better",
        "Decided: adapt",
        "We dimmed them to a third",
        "Light in bedrooms: shades were forgotten",
    ):
        assert said in page
    # How people group is for the engine's own tests; that they agree is told in each case.
    shared = r"\d things that (more than half of (each|everybody) agrees|both sides agree) with"
    assert re.search(shared, page)
    for secret in ALL_SECRETS:
        assert secret not in page
    assert reverse("impact:pilot", args=[told.partnership.slug, told.pilot.pk]) in page


def test_what_was_written_down_late_is_said(told: Town) -> None:
    EvaluationPlan.objects.filter(pilot=told.pilot).update(
        frozen_at=dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
    )
    compute_estimate(pilot=told.pilot)
    page = Client().get(url("page", told.partnership)).content.decode()
    assert "Recorded on 1 June 2026, after the date that was given." in page
    assert "The evaluation plan was fixed after the technology was on." in page
    address = reverse("impact:pilot", args=[told.partnership.slug, told.pilot.pk])
    impact = Client().get(address).content.decode()
    doubts = impact[impact.index("Strongest reason to doubt:") :]
    assert "The evaluation plan was fixed after" in doubts[:120]


class Links(HTMLParser):
    """Where a page leads, and the places on it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.evidence: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids |= {str(given["id"])} if given.get("id") else set()
        if tag == "a" and given.get("class") == "evidence":
            self.evidence.append(str(given["href"]))


def test_every_claim_leads_to_a_page_that_anybody_may_read(told: Town) -> None:
    client, address = Client(), url("page", told.partnership)
    text = client.get(address).content.decode()
    page = Links(text)
    story = story_of(told.partnership)
    anchored = {claim.anchor for claim in story.claims}
    wanted = {story.live_pages.get(anchor, f"#{anchor}") for anchor in anchored}
    assert wanted <= set(page.evidence)
    live = {link for link in page.evidence if not link.startswith("#")}
    assert len(live) >= 7
    for link in page.evidence:
        path, _hash, place = link.partition("#")
        there = page
        if path:
            answer = client.get(path)
            assert answer.status_code == 200, link
            there = Links(answer.content.decode())
        assert not place or place in there.ids, link
    lesson = Lesson.objects.get(pilot=told.pilot)
    assert reverse("lesson", args=[lesson.public_id]) in live


def test_the_page_prints_no_table_that_has_a_page_of_its_own(told: Town) -> None:
    text = Client().get(url("page", told.partnership)).content.decode()
    for told_elsewhere in ("Average of the readings", "Gates that were passed", "Why this place"):
        assert told_elsewhere not in text
    assert "Organisations that take part" in text
    assert len(brotli.compress(text.encode(), quality=5)) < 40_000


def test_the_number_of_queries_does_not_grow_with_the_votes(
    told: Town, django_assert_num_queries
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.get(url("page", told.partnership))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(url("page", told.partnership))
    from lamppost.pilots.models import Feedback, Site

    site = Site.objects.filter(pilot=told.pilot).first()
    for number in range(30):
        Feedback.objects.create(
            site=site,
            rating="same",
            given_at="2026-03-01T12:00Z",
            given_on=f"2026-03-{number % 28 + 1:02}",
        )
    with django_assert_num_queries(len(few)):
        client.get(url("page", told.partnership))
    for table in ("vision_vote", "sensing_observation", "voices_participant", "accounts_user"):
        assert not [q["sql"] for q in few if f'FROM "{table}"' in q["sql"]]


def test_an_empty_partnership_has_an_honest_page(partnership: Partnership) -> None:
    page = Client().get(url("page", partnership)).content.decode()
    assert page.count("What is not known yet") == 5
    for said in ("Nothing agreed yet", "Nothing tried yet", "Not decided yet"):
        assert said in page
    assert 'class="lit"' not in re.sub(r"<ol class=\"lamps\".*?</ol>", "", page, flags=re.DOTALL)


def test_unknown_partnership_has_no_story(db: None) -> None:
    assert Client().get("/p/nowhere/story/").status_code == 404


@pytest.mark.parametrize("name", ["export", "export_private"])
def test_record_is_for_members_of_this_partnership(
    name: str, town: Town, other_partnership: Partnership, make_member, client_of
) -> None:
    address = url(name, town.partnership)
    anonymous = Client().get(address)
    assert anonymous.status_code == 302
    assert reverse("account_login") in anonymous["Location"]
    stranger = client_of(make_member("lead", other_partnership))
    assert stranger.get(address).status_code == 403
    assert stranger.post(address).status_code == 403
    assert not town.partnership.ledger.filter(action__startswith="story.").exists()


def test_private_record_is_for_the_lead_alone(town: Town, make_member, client_of) -> None:
    observer = client_of(make_member("observer", town.partnership))
    page = observer.get(url("export", town.partnership))
    assert page.status_code == 200
    assert url("export_private", town.partnership) not in page.content.decode()
    assert observer.post(url("export_private", town.partnership)).status_code == 403


def unpack(response, place: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        archive.extractall(place)
    (folder,) = place.iterdir()
    return folder


def test_public_record_is_downloaded_with_a_trace(
    town: Town, make_member, client_of, tmp_path: Path
) -> None:
    user = make_member("observer", town.partnership)
    response = client_of(user).post(url("export", town.partnership))
    assert response["Content-Disposition"] == 'attachment; filename="walking-home-public.zip"'
    assert response["Cache-Control"] == "no-store"
    folder = unpack(response, tmp_path)
    assert read_package(folder).form == "public"
    entry = town.partnership.ledger.get(action="story.folder.exported_public")
    assert entry.by == user
    assert not list(Path(settings.HOME).glob(".export-*"))


def test_private_record_asks_once_more_and_get_writes_nothing(
    town: Town, client_of, tmp_path: Path
) -> None:
    client = client_of(town.lead)
    asked = client.get(url("export_private", town.partnership)).content.decode()
    assert "never publish it" in asked
    assert "The partnership&#x27;s ledger shows" in asked
    assert not town.partnership.ledger.filter(action__startswith="story.").exists()
    folder = unpack(client.post(url("export_private", town.partnership)), tmp_path)
    assert folder.name == "walking-home-PRIVATE"
    package = read_package(folder)
    assert package.form == "private"
    assert package.tables["ledger"][-1]["action"] == "story.folder.exported_private"


def test_the_evidence_tells_the_background_in_plain_words(town: Town) -> None:
    town.conversation.background = (
        "## Why\n\nRead *this* and [the plan](https://city.example/plan)."
    )
    town.conversation.save()
    notes = [note for entry in story_of(town.partnership).evidence for note in entry.notes]
    assert "Why Read this and the plan." in notes
