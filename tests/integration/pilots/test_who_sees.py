"""What the pages at a site promise about who sees what, compared with what each role reads."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lamppost.accounts.models import User
from lamppost.accounts.roles import Role
from lamppost.pilots import who_sees
from lamppost.pilots.actions.commitments import answer_fix, keep_commitment, make_commitment
from lamppost.pilots.models import (
    Alert,
    Feedback,
    Follow,
    PulseAnswer,
    PulseQuestion,
    PulseRound,
    Site,
)
from lamppost.voices.actions import moderate_voice
from tests.pictures import jpeg
from tests.pilots_world import day
from tests.readers import each_table, exported, let_roles, named_in, roles_that_read

pytestmark = [pytest.mark.django_db, pytest.mark.once]

# Words about danger, so that there is a page for whoever moderates beside the list.
SAID = "A bare wire hangs from the lamp."
SLUG = "elm-street"
Tables = dict[str, Any]


@pytest.fixture
def signed_in(make_member: Any, client_of: Any) -> Callable[[Role], Client]:
    return lambda role: client_of(make_member(role))


@pytest.fixture
def let(monkeypatch: pytest.MonkeyPatch) -> Callable[[Tables], None]:
    return partial(let_roles, monkeypatch)


def at(site: Site, name: str = "site") -> str:
    return reverse(name, args=[site.code])


@pytest.fixture
def given(client: Client, asked: list[Site], settings: LazySettings, tmp_path: Path) -> Feedback:
    """Somebody's answer with words, a photo, the place and an address to be told at."""
    settings.MEDIA_ROOT = tmp_path / "media"
    site = asked[0]
    client.post(at(site), {"answer": "worse"})
    client.post(at(site, "site_words"), {"words": SAID, "consent": "on"})
    file = SimpleUploadedFile("lamp.jpg", jpeg((64, 64)), "image/jpeg")
    client.post(at(site, "site_photo"), {"photo": file, "photo_words": "A lamp"})
    client.post(at(site, "site_place"), {"address": "Behind the third gate"})
    client.post(at(site, "site_tell_me"), {"email": "ruth@example.org"})
    return Feedback.objects.get()


def pages_with(feedback: Feedback) -> list[str]:
    """Every page of a partnership that could show what was given at a site."""
    pilot, one = feedback.site.pilot_id, feedback.pk
    alert = Alert.objects.get(feedback=feedback).pk
    return [
        f"pilots/{pilot}/feedback/",
        f"pilots/{pilot}/changes/new/?feedback={one}",
        f"pilots/{pilot}/themes/new/?feedback={one}",
        f"pilots/{pilot}/commitments/new/?feedback={one}",
        f"pilots/{pilot}/alerts/{alert}/",
        *(f"voices/queue/?state={state}&shown=all" for state in ("waiting", "accepted")),
    ]


def test_the_pages_of_the_list_are_those_that_exist(given: Feedback, lead_client: Client) -> None:
    for address in pages_with(given):
        assert lead_client.get(f"/p/{SLUG}/{address}").status_code == 200, address


@each_table
@pytest.mark.parametrize("accepted", [True, False])
def test_words_are_read_by_the_roles_that_their_page_names(
    client: Client,
    given: Feedback,
    lead: User,
    signed_in: Any,
    let: Any,
    table: Tables,
    accepted: bool,
) -> None:
    if accepted:
        moderate_voice(voice=given.voice, state="accepted", by=lead)
    let(table)
    said = who_sees.of_words()
    assert said in client.get(at(given.site, "site_words")).text
    client.post(f"/p/{SLUG}/voices/mine/words/{given.voice_id}/consent/", {"consent": "no"})
    readers = roles_that_read(SAID, SLUG, signed_in, *pages_with(given))
    first = said if accepted else said.split("Once they are accepted")[0]
    assert named_in(first) == readers
    assert who_sees.of_paper().startswith(said.split("Everybody")[0])
    given.refresh_from_db()
    assert given.voice is not None
    assert named_in(who_sees.of_hidden_words(given.voice)) == readers


def test_my_answers_say_who_still_reads_words_that_are_hidden(
    client: Client, given: Feedback, lead: User
) -> None:
    moderate_voice(voice=given.voice, state="accepted", by=lead)
    given.refresh_from_db()
    assert given.voice is not None
    page = client.get(f"/p/{SLUG}/voices/mine/").text
    assert who_sees.of_hidden_words(given.voice) in page
    assert "Do not show it any more" in page
    client.post(f"/p/{SLUG}/voices/mine/words/{given.voice_id}/consent/", {"consent": "no"})
    page = client.get(f"/p/{SLUG}/voices/mine/").text
    assert who_sees.of_hidden_words(given.voice) not in page
    assert "if you let it be shown, everybody" in page


@each_table
def test_answer_photo_place_and_address_are_seen_by_the_roles_that_are_named(
    client: Client, given: Feedback, signed_in: Any, let: Any, table: Tables
) -> None:
    let(table)
    site, pages = given.site, pages_with(given)
    promised = {
        "site": who_sees.of_answer(),
        "site_photo": who_sees.of_photo(),
        "site_place": who_sees.of_place(),
        "site_tell_me": who_sees.of_address(),
    }
    for name, sentence in promised.items():
        assert sentence in client.get(at(site, name)).text, name
    assert named_in(promised["site_place"]) == _readers("Behind the third gate", signed_in, pages)
    assert named_in(promised["site_tell_me"]) == _readers("ruth@example.org", signed_in, pages)
    # Where no words are shown, the answer is said: the list, or what is to be answered.
    answers = _readers("worse", signed_in, pages[:5]) | _readers(site.name, signed_in, pages[:5])
    assert named_in(promised["site"]) == answers
    photo = reverse("pilots:feedback_photo", args=[SLUG, site.pilot_id, given.pk])
    sees = {role for role in Role if signed_in(role).get(photo).status_code == 200}
    downloads = {role for role in Role if exported(signed_in(role), SLUG)}
    assert named_in(promised["site_photo"]) == sees | downloads


def _readers(words: str, signed_in: Any, pages: list[str]) -> set[Role]:
    return roles_that_read(words, SLUG, signed_in, *pages)


@each_table
def test_what_was_done_about_danger_is_seen_by_the_roles_that_are_named(
    given: Feedback, lead_client: Client, signed_in: Any, let: Any, table: Tables
) -> None:
    page = f"/p/{SLUG}/{pages_with(given)[4]}"
    for said in (who_sees.of_alert(), who_sees.of_owner()):
        assert said in lead_client.get(page).text
    lead_client.post(page, {"outcome": "The wire is covered again."})
    let(table)
    alerts = f"pilots/{given.site.pilot_id}/alerts/"
    readers = roles_that_read("The wire is covered again.", SLUG, signed_in, alerts)
    assert named_in(who_sees.of_alert()) == named_in(who_sees.of_owner()) == readers


@each_table
def test_whether_it_fixed_it_is_downloaded_by_the_roles_that_are_named(
    client: Client, given: Feedback, lead: User, signed_in: Any, let: Any, table: Tables
) -> None:
    pilot = given.site.pilot
    values = {"you_said": "A wire hangs out", "owner": "Lighting office", "due_on": day(9)}
    made = make_commitment(pilot=pilot, by=lead, feedback=[given], values=values)
    keep_commitment(commitment=made, by=lead, we_did="Covered", done_on=day(), version="")
    made.refresh_from_db()
    answer_fix(commitment=made, follow=Follow.objects.get(), answer="partly")
    let(table)
    readers = roles_that_read(
        ",partly,", SLUG, signed_in, f"pilots/{pilot.pk}/commitments/", *pages_with(given)
    )
    assert named_in(who_sees.of_fix()) == readers


@each_table
def test_the_pulse_is_seen_by_the_roles_that_are_named(
    client: Client,
    question: PulseQuestion,
    open_now: PulseRound,
    sites: list[Site],
    signed_in: Any,
    let: Any,
    table: Tables,
) -> None:
    address = at(sites[0], "site_pulse")
    let(table)
    said = who_sees.of_pulse()
    assert said in client.get(address).text
    client.get(address)
    _press(client, address, question)
    assert PulseAnswer.objects.count() == 1
    counts, single = said.split("Only these can download")
    pulse = f"/p/{SLUG}/pilots/{question.pilot_id}/pulse/"
    sees = {role for role in Role if signed_in(role).get(pulse).status_code == 200}
    downloads = {role for role in Role if exported(signed_in(role), SLUG)}
    assert named_in(counts) == sees | downloads
    assert named_in(single) == downloads
    assert named_in(who_sees.of_pulse_sheet()) == downloads


def _press(client: Client, address: str, question: PulseQuestion) -> None:
    wording = client.get(address).context["wording"]
    client.post(address, {"question": question.pk, "wording": wording, "answer": "1"})
