"""The vision: draft, publications that stay as they stood, what changed, objections."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client

from lamppost.accounts.models import LedgerEntry, Partnership, User
from lamppost.vision.actions.goals import add_goal, add_indicator, change_goal
from lamppost.vision.actions.statements import erase_statement
from lamppost.vision.actions.vision import (
    NothingChanged,
    NothingToPublish,
    publish_vision,
    write_draft,
)
from lamppost.vision.models import Goal, Objection, Statement, Vision
from lamppost.voices.actions import moderate_voice
from lamppost.voices.models import Participant, Voice

pytestmark = pytest.mark.django_db
FIRST = "Everybody gets home. Nobody is watched."
SECOND = "Everybody gets home. Nobody is dazzled."


@pytest.fixture
def place(partnership: Partnership) -> str:
    return f"/p/{partnership.slug}/vision/"


@pytest.fixture
def goal(partnership: Partnership, lead: User, statements: list[Statement]) -> Goal:
    values = {"title": "Walk home safely", "agreed_on": dt.date(2026, 3, 4)}
    made = add_goal(partnership=partnership, by=lead, values=values, statements=statements[:2])
    indicator = {"name": "People after dark", "unit": "per hour", "direction": "up"}
    add_indicator(goal=made, by=lead, values=indicator | {"baseline_source": "Counts of 2025"})
    return made


@pytest.fixture
def publish(partnership: Partnership, lead: User) -> Callable[..., Vision]:
    def once(text: str = FIRST, what_changed: str = "") -> Vision:
        write_draft(partnership=partnership, by=lead, text=text, language="en")
        return publish_vision(partnership=partnership, by=lead, what_changed=what_changed)

    return once


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def test_a_draft_is_seen_by_nobody_outside_before_it_is_published(
    lead_client: Client, place: str, goal: Goal
) -> None:
    given = {"text": f"## Us\n\n{FIRST} <script>alert(1)</script>", "language": "en"}
    answer = lead_client.post(f"{place}text/", given)
    assert answer["Location"] == f"{place}text/publish/"
    for part in ("goals/", "versions/"):
        assert "Nobody is watched" not in text_of(Client(), place + part)
    assert "Nobody is watched" in text_of(lead_client, f"{place}text/publish/")
    assert lead_client.post(f"{place}text/publish/").status_code == 302
    body = text_of(Client(), f"{place}goals/")
    assert "Nobody is watched" in body
    assert "<h3>Us</h3>" in body
    assert "<script>alert" not in body
    assert "Counts of 2025" in body
    actions = LedgerEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions)[-2:] == ["vision.vision.drafted", "vision.vision.published"]


def test_nothing_is_published_twice_or_without_text(
    partnership: Partnership, lead: User, publish: Callable[..., Vision]
) -> None:
    with pytest.raises(NothingToPublish):
        publish_vision(partnership=partnership, by=lead)
    publish()
    with pytest.raises(NothingChanged):
        publish_vision(partnership=partnership, by=lead)
    assert Vision.objects.count() == 1


def test_of_two_who_write_the_draft_at_once_the_second_is_told(
    lead_client: Client, place: str
) -> None:
    page = text_of(lead_client, f"{place}text/")
    was = re.search(r'name="was" value="(\w+)"', page)
    assert was is not None
    first = {"text": f"{FIRST}\r\n\r\nMore.", "language": "en", "was": was[1]}
    assert lead_client.post(f"{place}text/", first).status_code == 302
    second = first | {"text": SECOND}
    told = lead_client.post(f"{place}text/", second).content.decode()
    assert "Somebody else wrote this meanwhile" in told
    assert Vision.objects.get().text.startswith(FIRST)
    # What was typed is not lost, and the next press keeps it.
    assert SECOND in told
    now = re.search(r'name="was" value="(\w+)"', told)
    assert now is not None
    assert lead_client.post(f"{place}text/", second | {"was": now[1]}).status_code == 302
    assert Vision.objects.get().text == SECOND


def test_a_wrong_language_of_the_text_is_mended_by_publishing_again(
    partnership: Partnership, lead: User, publish: Callable[..., Vision]
) -> None:
    publish()
    write_draft(partnership=partnership, by=lead, text=FIRST, language="es")
    assert publish_vision(partnership=partnership, by=lead).language == "es"


def test_the_second_publication_says_what_changed(
    lead_client: Client, place: str, goal: Goal, publish: Callable[..., Vision]
) -> None:
    first = publish()
    lead_client.post(f"{place}text/", {"text": SECOND, "language": "en"})
    refused = lead_client.post(f"{place}text/publish/", {"what_changed": ""})
    assert "Say in one sentence what changed." in refused.content.decode()
    assert Vision.objects.filter(published_at=None).count() == 1
    lead_client.post(f"{place}text/publish/", {"what_changed": "Glare instead of cameras."})
    first.refresh_from_db()
    assert first.text == FIRST, "a publication is never changed"
    body = text_of(Client(), f"{place}versions/2/")
    assert "Glare instead of cameras." in body
    assert '<del dir="auto">Nobody is watched.</del>' in body
    assert '<ins dir="auto">Nobody is dazzled.</ins>' in body
    assert "<ins" not in text_of(Client(), f"{place}versions/1/")
    listed = text_of(Client(), f"{place}versions/")
    assert listed.index("versions/2/") < listed.index("versions/1/")
    for missing in ("versions/3/", "versions/0/"):
        assert Client().get(place + missing).status_code == 404


def test_a_version_keeps_goals_as_they_stood(
    lead: User, lead_client: Client, partnership: Partnership, place: str, goal: Goal,
    publish: Callable[..., Vision],
) -> None:  # fmt: skip
    publish()
    change_goal(goal=goal, by=lead, values={"title": "Walk everywhere safely"})
    add_goal(partnership=partnership, by=lead, values={"title": "Save power"})
    assert "Goals changed since the vision was published" in text_of(lead_client, f"{place}goals/")
    told = text_of(Client(), f"{place}goals/")
    assert "Goals changed since the vision was published" in told
    assert f'href="{place}versions/1/">The goals as they were published' in told
    assert "publish again" not in told
    first = text_of(Client(), f"{place}versions/1/")
    assert "Walk home safely" in first
    assert "Save power" not in first
    lead_client.post(f"{place}text/publish/", {"what_changed": "Power."})
    second = text_of(Client(), f"{place}versions/2/")
    assert '<ins dir="auto">Save power</ins>' in second
    assert '<del dir="auto">Walk home safely</del>' in second
    for reader in (lead_client, Client()):
        assert "Goals changed" not in text_of(reader, f"{place}goals/")


def test_words_that_were_erased_are_not_kept_by_a_version(
    place: str, goal: Goal, publish: Callable[..., Vision], statements: list[Statement]
) -> None:
    made = publish()
    words = statements[0].voice.text
    assert words in text_of(Client(), f"{place}versions/1/")
    assert words not in str(made.goals)
    erase_statement(statement=statements[0])
    body = text_of(Client(), f"{place}versions/1/")
    assert words not in body
    assert "1 statement behind it is not shown any more." in body


def test_only_who_sets_goals_writes_and_publishes(
    place: str, make_member: Callable[..., User], client_of: Callable[[User], Client],
    other_partnership: Partnership, publish: Callable[..., Vision],
) -> None:  # fmt: skip
    publish()
    for role in ("analyst", "organisation", "company", "observer"):
        client = client_of(make_member(role))
        for part in ("text/", "text/publish/", "text/discard/", "objections/"):
            assert client.get(place + part).status_code == 403
            assert client.post(place + part, {"text": "X", "language": "en"}).status_code == 403
    foreign = client_of(make_member("lead", where=other_partnership))
    assert foreign.post(f"{place}text/", {"text": "X", "language": "en"}).status_code == 403
    assert Vision.objects.get().text == FIRST


def test_a_draft_is_thrown_away_after_asking(
    lead_client: Client, place: str, publish: Callable[..., Vision]
) -> None:
    publish()
    lead_client.post(f"{place}text/", {"text": SECOND, "language": "en"})
    assert "Throw the draft" in text_of(lead_client, f"{place}text/discard/")
    lead_client.post(f"{place}text/discard/")
    assert [one.text for one in Vision.objects.all()] == [FIRST]


def object_to(client: Client, place: str, **values: str) -> Objection:
    given = {"text": "We asked for benches.", "language": "en", "consent": "on", **values}
    assert client.post(f"{place}not-what-we-said/", given).status_code == 303
    found = Objection.objects.select_related("voice").order_by("-pk").first()
    assert found is not None
    return found


def test_nobody_objects_before_something_is_published(place: str, resident: Client) -> None:
    assert "Nothing is published yet" in text_of(resident, f"{place}not-what-we-said/")
    resident.post(f"{place}not-what-we-said/", {"text": "We asked.", "language": "en"})
    assert (Voice.objects.count(), Participant.objects.count()) == (0, 0)


def test_an_objection_is_read_answered_and_shown_with_the_answer(
    place: str, resident: Client, lead: User, lead_client: Client, publish: Callable[..., Vision]
) -> None:
    publish()
    assert "Who will see this:" in text_of(resident, f"{place}not-what-we-said/")
    made = object_to(resident, place)
    assert (made.voice.kind, made.voice.state, made.voice.consent) == (
        "objection", "waiting", "public",
    )  # fmt: skip
    outside = text_of(Client(), f"{place}goals/")
    assert "We asked for benches." not in outside
    assert "1 more waits until somebody has read it." in outside
    queue = text_of(lead_client, f"/p/{made.voice.partnership.slug}/voices/queue/")
    assert "We asked for benches." in queue
    lead_client.post(f"{place}objections/{made.pk}/", {"answer": "Benches come in spring."})
    assert "Benches come" not in text_of(Client(), f"{place}goals/"), "not accepted yet"
    moderate_voice(voice=Voice.objects.get(pk=made.voice_id), state="accepted", by=lead)
    outside = text_of(Client(), f"{place}goals/")
    assert "We asked for benches." in outside
    assert "Benches come in spring." in outside
    mine = f"{place}not-what-we-said/mine/{made.pk}/"
    assert mine in text_of(resident, f"/p/{made.voice.partnership.slug}/voices/mine/")
    assert "Benches come in spring." in text_of(resident, mine)
    for other in (Client(), lead_client):
        assert other.get(mine).status_code == 404
    resident.post(f"/p/{made.voice.partnership.slug}/voices/mine/erase/objection/{made.pk}/")
    assert "benches" not in text_of(Client(), f"{place}goals/")
    assert not Objection.objects.exists()


def test_without_consent_an_objection_is_for_the_partnership_alone(
    place: str, resident: Client, lead: User, lead_client: Client, publish: Callable[..., Vision]
) -> None:
    publish()
    made = object_to(resident, place, consent="")
    moderate_voice(voice=made.voice, state="accepted", by=lead)
    assert "benches" not in text_of(Client(), f"{place}goals/")
    assert "benches" in text_of(lead_client, f"{place}objections/")


def test_an_objection_sent_twice_counts_once(
    place: str, resident: Client, publish: Callable[..., Vision]
) -> None:
    publish()
    for _ in range(2):
        object_to(resident, place, key="abcdefghijklmnop12345")
    assert Objection.objects.count() == 1


def test_another_partnerships_objection_is_not_found(
    place: str, resident: Client, publish: Callable[..., Vision], other_partnership: Partnership,
    make_member: Callable[..., User], client_of: Callable[[User], Client],
) -> None:  # fmt: skip
    publish()
    made = object_to(resident, place)
    foreign = client_of(make_member("lead", where=other_partnership))
    address = f"/p/{other_partnership.slug}/vision/objections/{made.pk}/"
    assert foreign.post(address, {"answer": "No."}).status_code == 404
    made.refresh_from_db()
    assert made.answer == ""
