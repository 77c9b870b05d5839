"""Rules that hold on every page, those of tomorrow included."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import brotli
import pytest
from django.apps import apps
from django.contrib.staticfiles import finders
from django.db import connection, models
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lamppost.accounts.models import Partnership
from tests.pages import Route

Addresses = dict[Route, str]
SCRIPT = "<script>alert('x')</script>"
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
VOTE_BUDGET, RESIDENT_BUDGET, MAP_BUDGET = 40_000, 100_000, 160_000
# Reading forms only: these answer a POST and nothing else, or stream a download.
MOST_QUERIES = 60


def readable(addresses: Addresses, *kinds: str) -> list[tuple[Route, str]]:
    return [(r, a) for r, a in addresses.items() if r.access and r.access.kind in kinds]


def read(answer: HttpResponse) -> str:
    if getattr(answer, "streaming", False):
        return b"".join(answer.streaming_content).decode("utf-8", "replace")  # type: ignore[attr-defined]
    return answer.content.decode("utf-8", "replace")


def is_page(answer: HttpResponse) -> bool:
    return answer.status_code == 200 and answer["Content-Type"].startswith("text/html")


# Pages of one's own words, and files that this town does not have.
NOT_THEIRS = {
    "vision:my_story",
    "vision:my_story_photo",
    "vision:my_story_audio",
    "vision:my_story_place",
    "vision:my_objection",
    "vision:story_photo",
    "vision:story_audio",
    "pilots:scan",
    "pilots:gate_scan",
    "pilots:past_scan",
}


def expected(route: Route) -> set[int]:
    """Return the answers that a visitor who has given nothing may get."""
    theirs = {"voices:erase_one": {404}, "voices:consent": {404, 405}, "join": {404, 410}}
    if route.name in NOT_THEIRS:
        return {404, 405}
    theirs["vision:my_statement"] = {404}
    return theirs.get(route.name, {200, 302, 405})


class Inline(HTMLParser):
    """Collects what the content security policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        data = (given.get("type") or "").startswith("application/")
        if tag == "style" or (tag == "script" and "src" not in given and not data):
            self.found.append(tag)
        self.found += [name for name in given if name == "style" or name.startswith("on")]
        for name in ("src", "href"):
            value = given.get(name) or ""
            loads = tag in {"script", "link", "img", "source", "iframe", "use"}
            if loads and re.match(r"(?:https?:)?//", value) and given.get("rel") != "canonical":
                self.outside.append(value)


def test_every_page_answers_the_lead(addresses: Addresses, member: dict[str, Client]) -> None:
    failed = []
    for route, url in readable(addresses, "public", "right", "signed_in"):
        answer = member["lead"].get(url)
        right = route.access.right if route.access else ""
        allowed = expected(route) | ({403} if right == "write_view" else set())
        if answer.status_code not in allowed:
            failed.append((route.name, url, answer.status_code))
    assert failed == []


def test_every_public_page_answers_a_visitor(addresses: Addresses, client: Client) -> None:
    failed = [
        (route.name, url, status)
        for route, url in readable(addresses, "public")
        if (status := client.get(url).status_code) not in expected(route)
    ]
    assert failed == []


def test_reading_never_writes(addresses: Addresses, member: dict[str, Client]) -> None:
    """Scanners of mail open every link: a GET may change nothing but the session."""
    wrote = []
    for route, url in readable(addresses, "public", "right", "signed_in"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            read(member["lead"].get(url))
        wrote += [
            (route.name, query["sql"][:90])
            for query in queries.captured_queries
            if query["sql"].startswith(WRITES) and "django_session" not in query["sql"]
        ]
        assert len(queries) <= MOST_QUERIES, (route.name, len(queries))
    assert wrote == []


def test_nothing_inline_and_nothing_from_elsewhere(
    addresses: Addresses, member: dict[str, Client], client: Client
) -> None:
    for route, url in readable(addresses, "public", "right", "signed_in"):
        for visitor in (member["lead"], client):
            answer = visitor.get(url)
            if is_page(answer):
                parser = Inline()
                parser.feed(read(answer))
                assert parser.found == [], route.name
                assert parser.outside == [], route.name
                assert "content-security-policy" in answer.headers, route.name


def test_numbers_of_records_are_never_written_for_people(
    addresses: Addresses, member: dict[str, Client], client: Client
) -> None:
    """The records of this town are numbered from 41,235: with a comma it would be no address."""
    wrong = []
    for route, url in readable(addresses, "public", "right", "signed_in"):
        for visitor in (member["lead"], member["organisation"], client):
            answer = visitor.get(url)
            if is_page(answer):
                given = re.findall(r'[\w-]+="[^"<]*?41[,.\u00a0]\d{3}[^"<]*"', read(answer))
                wrong += [(route.name, attribute[:80]) for attribute in given]
    assert wrong == []


def spoil(partnership: Partnership) -> int:
    """Put a script into every text that somebody can write, and return how many there are."""
    spoiled = 0
    labels = {
        "accounts", "voices", "stakeholders", "network", "vision", "pilots", "sensing", "impact",
        "lessons",
    }  # fmt: skip
    for model in apps.get_models():
        if model._meta.app_label not in labels:
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, models.EmailField | models.SlugField) or field.choices:
                continue
            free = isinstance(field, models.TextField) or (
                isinstance(field, models.CharField)
                and (field.max_length or 0) >= 80
                and field.name not in {"key", "sha256", "token_hash", "action", "password"}
            )
            if not free or field.unique:
                continue
            for row in model._base_manager.all():
                text = f"{SCRIPT}{row.pk}"[: field.max_length or None]
                model._base_manager.filter(pk=row.pk).update(**{field.name: text})
                spoiled += 1
    return spoiled


def test_a_script_in_any_text_comes_out_harmless(
    town: Partnership, addresses: Addresses, member: dict[str, Client], client: Client
) -> None:
    assert spoil(town) > 100
    shown = 0
    for route, url in readable(addresses, "public", "right", "signed_in"):
        for visitor in (member["lead"], member["organisation"], client):
            answer = visitor.get(url)
            if is_page(answer):
                text = read(answer)
                assert "<script>alert" not in text, route.name
                shown += "&lt;script&gt;alert" in text
    assert shown > 30


def weight(text: str) -> int:
    """Return the bytes of a page and of what it loads, compressed as the server does."""
    total = len(brotli.compress(text.encode(), quality=5))
    for name in set(re.findall(r'(?:href|src)="/static/([^"?]+)"', text)):
        path = finders.find(name)
        assert path, name
        with open(path, "rb") as file:
            total += len(brotli.compress(file.read(), quality=11))
    return total


def test_pages_of_residents_keep_their_budget(addresses: Addresses, client: Client) -> None:
    weighed = 0
    for route, url in readable(addresses, "public"):
        answer = client.get(url)
        if not is_page(answer):
            continue
        text = read(answer)
        budget = RESIDENT_BUDGET
        if route.name == "vote":
            budget = VOTE_BUDGET
        elif "leaflet" in text:
            budget = MAP_BUDGET
        weighed += 1
        assert weight(text) <= budget, (route.name, weight(text))
        requests = len(set(re.findall(r'(?:href|src)="/static/([^"?]+)"', text))) + 1
        assert requests <= 6 or "leaflet" in text, (route.name, requests)
    assert weighed > 10


@pytest.mark.parametrize("language", ["en", "ar", "es"])
def test_language_and_direction_stand_on_every_page(
    addresses: Addresses, client: Client, language: str
) -> None:
    for route, url in readable(addresses, "public"):
        answer = client.get(url, headers={"accept-language": language})
        if is_page(answer):
            text = read(answer)
            direction = "rtl" if language == "ar" else "ltr"
            assert re.search(rf'<html lang="{language}" dir="{direction}"', text), route.name
            assert text.count("<h1") == 1, route.name
            assert "<main" in text, route.name
