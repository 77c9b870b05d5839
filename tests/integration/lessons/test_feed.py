"""The feed: JSON Feed 1.1, with conditional requests and paging."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lamppost.accounts.models import Partnership, User
from lamppost.lessons.actions import change_lesson, unpublish_lesson
from lamppost.lessons.models import Lesson
from tests.integration.lessons.test_lessons import make_lessons

pytestmark = pytest.mark.once

TOP = {
    "version", "title", "home_page_url", "feed_url", "description", "user_comment", "next_url",
    "icon", "favicon", "authors", "language", "expired", "hubs", "items",
}  # fmt: skip
ITEM = {
    "id", "url", "external_url", "title", "content_html", "content_text", "summary", "image",
    "banner_image", "date_published", "date_modified", "authors", "tags", "language", "attachments",
}  # fmt: skip


def get(**headers: str) -> Any:
    return Client().get(reverse("lessons_feed"), **headers)  # type: ignore[arg-type]


def check(feed: dict[str, Any]) -> None:
    """Hold a feed against the rules of jsonfeed.org/version/1.1."""
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(feed["title"], str)
    assert feed["title"]
    assert {key for key in feed if not key.startswith("_")} <= TOP
    for key in ("home_page_url", "feed_url", "next_url"):
        if key in feed:
            assert feed[key].startswith(("http://", "https://"))
    assert feed.get("next_url") != feed["feed_url"]
    assert isinstance(feed["items"], list)
    ids = [item["id"] for item in feed["items"]]
    assert len(set(ids)) == len(ids)
    for item in feed["items"]:
        check_item(item)


def check_item(item: dict[str, Any]) -> None:
    assert {key for key in item if not key.startswith("_")} <= ITEM
    assert isinstance(item["id"], str)
    assert item["id"]
    assert "content_html" in item or "content_text" in item
    assert isinstance(item["content_text"], str)
    for key in ("date_published", "date_modified"):
        moment = dt.datetime.fromisoformat(item[key])  # RFC 3339
        assert moment.tzinfo is not None
        assert "T" in item[key]
    assert all(isinstance(tag, str) for tag in item["tags"])
    for author in item["authors"]:
        assert set(author) & {"name", "url", "avatar"}
    custom = [value for key, value in item.items() if key.startswith("_")]
    assert all(isinstance(value, dict) for value in custom)


def test_follows_the_rules(lesson: Lesson) -> None:
    answer = get()
    assert answer["Content-Type"] == "application/feed+json; charset=utf-8"
    feed = json.loads(answer.content)
    check(feed)
    (item,) = feed["items"]
    assert item["url"] == f"http://localhost:8000/lessons/{lesson.public_id}/"
    assert "What did not work\nBats left the lane." in item["content_text"]


def test_extension_holds_what_a_city_needs(lesson: Lesson) -> None:
    (item,) = json.loads(get().content)["items"]
    found = item["_lamppost"]
    assert found["did_not_work"] == "Bats left the lane."
    assert found["evidence"] == {
        "scale": "maryland", "level": 3, "reason": "comparison_before_and_after",
    }  # fmt: skip
    assert found["decision"]["kind"] == "adapt"
    assert (found["pilot"]["pilot_sites"], found["pilot"]["comparison_sites"]) == (3, 3)
    outcome = found["outcome"]
    assert outcome["low"] < -4.6 < outcome["high"]
    assert outcome["sentence"].startswith("What we read suggests")
    assert found["made_up"] is False
    assert item["tags"] == ["smart-street-lighting", "adapt", "evidence-3"]


def test_an_empty_feed_is_a_feed(db: None) -> None:
    feed = json.loads(get().content)
    check(feed)
    assert feed["items"] == []


def test_unchanged_is_answered_without_a_body(lesson: Lesson, lead: User) -> None:
    first = get()
    again = get(HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert get(HTTP_IF_NONE_MATCH="W/" + first["ETag"]).status_code == 304
    assert get(HTTP_IF_NONE_MATCH='"other"').status_code == 200
    change_lesson(lesson=lesson, by=lead, values={"surprises": "Owls."})
    changed = get(HTTP_IF_NONE_MATCH=first["ETag"])
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_a_lesson_taken_back_is_gone(lesson: Lesson, lead: User) -> None:
    unpublish_lesson(lesson=lesson, by=lead)
    assert json.loads(get().content)["items"] == []


def test_pages_hold_every_lesson_once(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lamppost.lessons.feed.PAGE_SIZE", 4)
    make_lessons(partnership, 9)
    seen: list[str] = []
    url: str | None = reverse("lessons_feed")
    pages = 0
    while url:
        feed = json.loads(Client().get(url).content)
        check(feed)
        pages += 1
        seen += [item["title"] for item in feed["items"]]
        url = feed.get("next_url")
    assert pages == 3
    assert seen == [f"Lesson {number:03}" for number in range(8, -1, -1)]


@pytest.mark.parametrize("page", ["0", "2", "-1", "x", "²"])
def test_a_page_that_is_not_there(lesson: Lesson, page: str) -> None:
    assert Client().get(reverse("lessons_feed"), {"page": page}).status_code == 404


def test_queries_do_not_grow_with_lessons(  # type: ignore[no-untyped-def]
    partnership: Partnership, django_assert_num_queries
) -> None:
    make_lessons(partnership, 3)
    with django_assert_num_queries(5):
        get()
    make_lessons(partnership, 6)
    with django_assert_num_queries(5):
        get()


def test_head_and_other_hosts_may_read(lesson: Lesson) -> None:
    assert Client().head(reverse("lessons_feed")).status_code == 200
    assert get()["Access-Control-Allow-Origin"] == "*"
    assert Client().post(reverse("lessons_feed")).status_code == 405
