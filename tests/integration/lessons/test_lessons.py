"""Lessons: drafted from the record, published only whole, graded by their design."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import formats, timezone

from lamppost.accounts.models import LedgerEntry, Partnership, User
from lamppost.accounts.ports import DESK_ITEMS, STAGE_STATUS
from lamppost.accounts.roles import RIGHTS_OF_ROLE
from lamppost.lessons.actions import (
    LessonIncompleteError,
    change_lesson,
    draft_lesson,
    publish_lesson,
    unpublish_lesson,
)
from lamppost.lessons.models import Lesson
from lamppost.pilots.models import Feedback
from lamppost.sensing.models import Observation
from lamppost.voices.actions import moderate_voice, participant_without_device, submit_voice
from lamppost.voices.models import Voice
from tests.impact_world import TECHNOLOGY_ON, World, make_world


def address(lesson: Lesson, name: str = "edit") -> str:
    slug = lesson.pilot.partnership.slug
    return reverse(f"lessons:{name}", args=[slug, lesson.pilot_id])


def public(lesson: Lesson) -> str:
    return reverse("lesson", args=[lesson.public_id])


def text(client: Client, url: str, **data: str) -> str:
    answer = client.get(url, data)
    assert answer.status_code == 200
    return answer.content.decode()


def form_of(lesson: Lesson, **changes: str) -> dict[str, str]:
    fields = (
        "title", "language", "problem", "tried", "worked", "did_not_work", "surprises",
        "conditions", "cost", "again",
    )  # fmt: skip
    return {field: getattr(lesson, field) for field in fields} | changes


# Drafting


def test_draft_is_filled_from_the_record(world: World, lead: User) -> None:
    drafted = draft_lesson(pilot=world.pilot, by=lead)
    assert drafted.title == "Lights that wake when somebody walks in Harbourlea"
    assert drafted.problem == world.pilot.problem
    for part in (
        "Sensor lamps, version 2",
        "Pilot sites (3): Pilot lane 01, Pilot lane 02, Pilot lane 03.",
        "Comparison sites (3):",
        "Technology on since Feb. 16, 2026.",
        "residents said “Too bright at night”, so: Shields fitted.",
    ):
        assert part in drafted.tried
    assert "What we read suggests that the pilot brought a fall" in drafted.worked
    assert "Works, with shields." not in drafted.worked
    assert "City council" not in drafted.worked
    assert drafted.did_not_work == ""
    assert (drafted.evidence_level, drafted.evidence_reason) == (3, "comparison_before_and_after")
    assert drafted.written_by == lead
    assert LedgerEntry.objects.get().action == "lessons.lesson.drafted"


@pytest.mark.parametrize(
    ("days", "said"), [(0, "Ended on"), (-30, "Ended on"), (1, "Planned to end on")]
)
def test_a_day_to_come_is_a_plan(world: World, days: int, said: str) -> None:
    world.pilot.ends_on = timezone.localdate() + dt.timedelta(days=days)
    world.pilot.save()
    tried = draft_lesson(pilot=world.pilot, by=None).tried
    assert f"{said} {formats.date_format(world.pilot.ends_on)}." in tried


def test_drafting_again_returns_the_same_lesson(world: World, lead: User) -> None:
    first = draft_lesson(pilot=world.pilot, by=lead)
    change_lesson(lesson=first, by=lead, values={"worked": "mine"})
    assert draft_lesson(pilot=world.pilot, by=lead).worked == "mine"


def test_draft_of_an_empty_record(partnership: Partnership) -> None:
    partnership.town = ""
    partnership.save()
    world = make_world(partnership, measuring=False, comparison_sites=0, technology_starts_on=None)
    drafted = draft_lesson(pilot=world.pilot, by=None)
    assert drafted.title == world.pilot.title
    assert drafted.worked == ""
    assert drafted.evidence_level == 0


def test_draft_is_written_in_the_partnerships_language(world: World) -> None:
    world.pilot.partnership.language = "es"
    world.pilot.partnership.save()
    drafted = draft_lesson(pilot=world.pilot, by=None)
    assert drafted.language == "es"
    assert "16 de febrero de 2026" in drafted.tried


# Publishing


@pytest.mark.parametrize("words", ["", "  \n "])
def test_is_not_published_without_what_did_not_work(world: World, lead: User, words: str) -> None:
    drafted = draft_lesson(pilot=world.pilot, by=lead)
    change_lesson(lesson=drafted, by=lead, values={"did_not_work": words})
    with pytest.raises(LessonIncompleteError):
        publish_lesson(lesson=drafted, by=lead)
    assert Lesson.objects.get().published_at is None


def test_the_database_refuses_it_too(lesson: Lesson) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Lesson.objects.filter(pk=lesson.pk).update(did_not_work="")


def test_a_published_lesson_keeps_saying_what_did_not_work(lesson: Lesson, lead: User) -> None:
    with pytest.raises(LessonIncompleteError):
        change_lesson(lesson=lesson, by=lead, values={"did_not_work": ""})
    lesson.refresh_from_db()
    assert lesson.did_not_work == "Bats left the lane."


def test_evidence_is_computed_again_on_publishing(world: World, lead: User) -> None:
    drafted = draft_lesson(pilot=world.pilot, by=lead)
    change_lesson(lesson=drafted, by=lead, values={"did_not_work": "Much."})
    Observation.objects.filter(datastream__site__arm="comparison").delete()
    published = publish_lesson(lesson=drafted, by=lead)
    assert (published.evidence_level, published.evidence_reason) == (1, "before_and_after_only")


def test_publishing_again_keeps_the_first_day(lesson: Lesson, lead: User) -> None:
    again = publish_lesson(lesson=lesson, by=lead)
    assert again.published_at == lesson.published_at
    assert again.changed_at > lesson.changed_at


def test_ledger_tells_the_life_of_a_lesson(lesson: Lesson, lead: User) -> None:
    unpublish_lesson(lesson=lesson, by=lead)
    unpublish_lesson(lesson=lesson, by=lead)
    found = LedgerEntry.objects.order_by("pk").values_list("action", "fields")
    assert list(found) == [
        ("lessons.lesson.drafted", []),
        ("lessons.lesson.changed", ["did_not_work"]),
        ("lessons.lesson.published", []),
        ("pilots.gate.passed", ["lesson"]),
        ("lessons.lesson.taken_back", []),
        ("pilots.gate.reopened", ["lesson"]),
    ]


# Pages


def test_from_the_list_to_a_published_page(world: World, lead_client: Client) -> None:
    slug = world.pilot.partnership.slug
    listed = reverse("lessons:list", args=[slug])
    assert "Draft from the record" in text(lead_client, listed)
    lead_client.post(reverse("lessons:draft", args=[slug, world.pilot.pk]))
    drafted = Lesson.objects.get()
    assert "Needed to publish" in text(lead_client, address(drafted))
    refused = lead_client.post(address(drafted), form_of(drafted, publish="1"))
    assert refused.status_code == 422
    assert "A lesson without it helps nobody decide." in refused.content.decode()
    kept = lead_client.post(address(drafted), form_of(drafted, surprises="Owls came."))
    assert kept.status_code == 302
    assert "Owls came." in text(lead_client, address(drafted, "preview"))
    assert Client().get(public(drafted)).status_code == 404
    drafted.refresh_from_db()
    done = lead_client.post(
        address(drafted), form_of(drafted, did_not_work="Bats left.", publish="1")
    )
    assert done["Location"] == public(drafted)
    page = text(Client(), public(drafted))
    for part in ("Bats left.", "Owls came.", "Level 3 of 5", "adapt", "City council"):
        assert part in page


def test_evidence_cannot_be_sent(lesson: Lesson, lead_client: Client) -> None:
    lead_client.post(address(lesson), form_of(lesson, evidence_level="5", title="New"))
    lesson.refresh_from_db()
    assert (lesson.title, lesson.evidence_level) == ("New", 3)


def test_taking_back_asks_first(lesson: Lesson, lead_client: Client) -> None:
    assert "Take the lesson back?" in text(lead_client, address(lesson, "unpublish"))
    lesson.refresh_from_db()
    assert lesson.published_at is not None
    lead_client.post(address(lesson, "unpublish"))
    assert Client().get(public(lesson)).status_code == 404


def test_script_in_every_field_comes_out_harmless(lesson: Lesson, lead_client: Client) -> None:
    nasty = "<script>alert(1)</script>"
    fields = (
        "title",
        "problem",
        "tried",
        "worked",
        "did_not_work",
        "surprises",
        "conditions",
        "cost",
    )
    lead_client.post(address(lesson), form_of(lesson, **dict.fromkeys(fields, nasty)))
    for url in (public(lesson), reverse("lessons")):
        page = text(Client(), url)
        assert "&lt;script&gt;alert" in page
        assert nasty not in page


def test_quotes_only_with_consent(world: World, lesson: Lesson, lead: User) -> None:
    voice = submit_voice(
        partnership=world.pilot.partnership, kind="feedback", text="I walk home again.",
        language="en", consent=True,
        participant=participant_without_device(
            partnership=world.pilot.partnership, channel="paper"
        ),
    )  # fmt: skip
    Feedback.objects.create(
        site=world.sites[0], rating="better", voice=voice,
        given_at=voice.said_at, given_on=voice.said_at.date(),
    )  # fmt: skip
    assert "I walk home again." not in text(Client(), public(lesson))
    moderate_voice(voice=voice, state="accepted", by=lead)
    assert "I walk home again." in text(Client(), public(lesson))
    Voice.objects.filter(pk=voice.pk).update(consent="none")
    assert "I walk home again." not in text(Client(), public(lesson))
    feed = text(Client(), reverse("lessons_feed"))
    assert "I walk home again." not in feed


@pytest.mark.parametrize("name", ["edit", "preview", "unpublish", "draft"])
@pytest.mark.parametrize("role", ["facilitator", "company", "observer", "organisation"])
def test_refusals(
    lesson: Lesson,
    make_member: Callable[..., User],
    client_of: Callable[[User], Client],
    name: str,
    role: str,
) -> None:
    assert client_of(make_member(role)).post(address(lesson, name)).status_code == 403
    assert Client().post(address(lesson, name)).status_code == 302


def test_drafts_are_listed_only_for_those_who_write(
    world: World, lead: User, lead_client: Client
) -> None:
    draft_lesson(pilot=world.pilot, by=lead)
    listed = reverse("lessons:list", args=[world.pilot.partnership.slug])
    assert "Draft" in text(lead_client, listed)
    assert "in Harbourlea" not in text(Client(), listed)


def test_a_lesson_of_another_partnership_is_not_found(
    lesson: Lesson, other_partnership: Partnership, make_member: Callable[..., User],
    client_of: Callable[[User], Client],
) -> None:  # fmt: skip
    client = client_of(make_member("lead", other_partnership))
    url = reverse("lessons:edit", args=[other_partnership.slug, lesson.pilot_id])
    assert client.get(url).status_code == 404


def test_lamp_and_desk(world: World, lead: User) -> None:
    partnership = world.pilot.partnership

    def lamp() -> bool:
        (found,) = [s for s in STAGE_STATUS.ask(partnership) if s.code == "lessons"]
        return found.lit

    def asked() -> bool:
        items = [i for found in DESK_ITEMS.ask(partnership, RIGHTS_OF_ROLE["lead"]) for i in found]
        return any("Write the lesson" in str(item.title) for item in items)

    assert (lamp(), asked()) == (False, True)
    drafted = draft_lesson(pilot=world.pilot, by=lead)
    assert (lamp(), asked()) == (False, True)
    change_lesson(lesson=drafted, by=lead, values={"did_not_work": "Much."})
    publish_lesson(lesson=drafted, by=lead)
    assert (lamp(), asked()) == (True, False)


# The public list


def make_lessons(partnership: Partnership, count: int) -> None:
    for number in range(count):
        world = make_world(partnership, pilot_sites=0, comparison_sites=0, measuring=False)
        drafted = draft_lesson(pilot=world.pilot, by=None)
        changed = change_lesson(
            lesson=drafted, by=None,
            values={"title": f"Lesson {number:03}", "did_not_work": "Much."},
        )  # fmt: skip
        publish_lesson(lesson=changed, by=None)


def test_list_is_paged_with_few_queries(  # type: ignore[no-untyped-def]
    partnership: Partnership, django_assert_max_num_queries
) -> None:
    make_lessons(partnership, 27)
    with django_assert_max_num_queries(4):
        first = text(Client(), reverse("lessons"))
    assert "Lesson 026" in first
    assert "Lesson 001" not in first
    assert "1–25 of 27" in first
    assert "Lesson 001" in text(Client(), reverse("lessons"), page="2")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, True),
        ({"q": "bats LANE"}, True),
        ({"q": "harbourlea"}, True),
        ({"q": "bats whales"}, False),
        ({"playbook": "smart-street-lighting"}, True),
        ({"decision": "adapt"}, True),
        ({"decision": "stop"}, False),
        ({"decision": "none"}, False),
        ({"evidence": "3"}, True),
        ({"evidence": "4"}, False),
        ({"evidence": "many", "decision": "x"}, True),
    ],
)
def test_search_and_filters(lesson: Lesson, asked: dict[str, str], found: bool) -> None:
    page = text(Client(), reverse("lessons"), **asked)
    assert (lesson.title in page) == found
    assert ("Nothing found" in page) != found


def test_empty_list_says_what_will_appear(db: None) -> None:
    assert "Lessons appear here when" in text(Client(), reverse("lessons"))


def test_unknown_lesson_is_not_found(db: None) -> None:
    assert Client().get(reverse("lesson", args=[uuid.uuid4()])).status_code == 404


def test_a_lesson_in_another_language_says_so(lesson: Lesson, lead: User) -> None:
    change_lesson(lesson=lesson, by=lead, values={"language": "ar", "title": "درس"})
    page = text(Client(), public(lesson))
    assert 'lang="ar" dir="rtl"' in page
    assert TECHNOLOGY_ON.isoformat() not in page
