"""Rules that hold on every page, those of tomorrow included."""

from __future__ import annotations

import re
from functools import lru_cache
from html.parser import HTMLParser

import brotli
import pytest
from django.apps import apps
from django.contrib.staticfiles import finders
from django.db import models
from django.test import Client

from lamppost.accounts.models import Partnership
from lamppost.accounts.roles import Right
from lamppost.pilots.models import ConflictOfInterest
from tests.pages import Route

from .conftest import READ, Visit, visit

# What was read for all is of the database too: it is read again on PostgreSQL.
pytestmark = pytest.mark.django_db

Addresses = dict[Route, str]
SCRIPT = "<script>alert('x')</script>"
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
VOTE_BUDGET, RESIDENT_BUDGET, MAP_BUDGET = 40_000, 100_000, 160_000
# Reading forms only: these answer a POST and nothing else, or stream a download.
MOST_QUERIES = 60


def of_visitors(visits: list[Visit]) -> list[Visit]:
    """Return what a visitor got on public pages."""
    return [
        one
        for one in visits
        if one.who == "visitor" and one.route.access and one.route.access.kind == "public"
    ]


# The address names the language, whatever the browser prefers.
LANGUAGE_IN_ADDRESS = {"site_notice_in": "ar"}

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
    "pilots:call_document",
    "pilots:past_call_document",
    "pilots:declaration_scan_file",
    "pilots:gate_scan",
    "pilots:past_scan",
    "pilots:feedback_photo",
}


def expected(route: Route) -> set[int]:
    """Return the answers that a visitor who has given nothing may get."""
    theirs = {"voices:erase_one": {404}, "voices:consent": {404, 405}, "join": {404, 410}}
    if route.name in NOT_THEIRS:
        return {404, 405}
    theirs |= {"vision:my_statement": {404}, "pilots:feedback_newest": {204}}
    # No plan of the town names anything that should not move.
    theirs |= {"impact:unmoved": {404}}
    # It measures: the page says why no site can be added.
    theirs |= {one: {302, 405, 409} for one in ("pilots:new_site", "pilots:import_sites")}
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
        self.found += [f"{name}=" for name in given if name == "style" or name.startswith("on")]
        for name in ("src", "href"):
            value = given.get(name) or ""
            loads = tag in {"script", "link", "img", "source", "iframe", "use"}
            if loads and re.match(r"(?:https?:)?//", value) and given.get("rel") != "canonical":
                self.outside.append(value)


OF_ORGANISATIONS = {Right.WRITE_VIEW.value, Right.SAY_ENDING.value}
"""What members say for their own organisation; a lead has none."""


def test_every_page_answers_the_lead(visits: list[Visit]) -> None:
    failed = []
    for one in visits:
        right = one.route.access.right if one.route.access else ""
        allowed = expected(one.route) | ({403} if right in OF_ORGANISATIONS else set())
        if one.who == "lead" and one.status not in allowed:
            failed.append((one.route.name, one.url, one.status))
    assert failed == []
    assert sum(one.who == "lead" for one in visits) > 100


def test_every_public_page_answers_a_visitor(visits: list[Visit]) -> None:
    failed = [
        (one.route.name, one.url, one.status)
        for one in of_visitors(visits)
        if one.status not in expected(one.route)
    ]
    assert failed == []


def test_reading_never_writes(visits: list[Visit]) -> None:
    """Scanners of mail open every link: a GET may change nothing but the session."""
    wrote = [
        (one.route.name, one.who, sql[:90])
        for one in visits
        for sql in one.queries
        if sql.startswith(WRITES) and "django_session" not in sql
    ]
    assert wrote == []
    assert sum(len(one.queries) for one in visits) > len(visits)
    many = [(one.route.name, len(one.queries)) for one in visits if len(one.queries) > MOST_QUERIES]
    assert many == []


@pytest.mark.once
def test_nothing_inline_and_nothing_from_elsewhere(visits: list[Visit]) -> None:
    for one in visits:
        if one.is_page:
            parser = Inline()
            parser.feed(one.text)
            # A file to keep is read without the site, so it brings its own style; never a script.
            kept = one.headers.get("content-disposition", "").startswith("attachment")
            assert set(parser.found) <= ({"style"} if kept else set()), one.route.name
            assert parser.outside == [], one.route.name
            assert "content-security-policy" in one.headers, one.route.name


def numbers_for_people(visits: list[Visit]) -> list[tuple[str, str]]:
    """The records of this town are numbered from 41,235: with a comma it would be no address."""
    return [
        (one.route.name, attribute[:80])
        for one in visits
        if one.is_page
        for attribute in re.findall(r'[\w-]+="[^"<]*?41[,.\u00a0]\d{3}[^"<]*"', one.text)
    ]


@pytest.mark.once
def test_numbers_of_records_are_never_written_for_people(visits: list[Visit]) -> None:
    """The organisation, which reads its own pages, is looked at together with the scripts below."""
    assert numbers_for_people(visits) == []


def spoil(partnership: Partnership) -> int:
    """Put a script into every text that somebody can write, and return how many there are."""
    spoiled = 0
    # Whoever declared that there is none has no words for an interest.
    ConflictOfInterest.objects.filter(none=True).update(none=False, interest="An interest")
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
            rows = model._base_manager.all()
            if model is ConflictOfInterest:
                # Whoever declared has an interest, whoever is waited for may have a reason.
                declared = field.name != "missing_reason"
                rows = rows.filter(declared_on__isnull=not declared)
            if field.name == "no_device_reason":
                rows = rows.filter(registered=False)  # said in place of an entry only
            for row in rows:
                text = f"{SCRIPT}{row.pk}"[: field.max_length or None]
                model._base_manager.filter(pk=row.pk).update(**{field.name: text})
                spoiled += 1
    return spoiled


@pytest.mark.once
def test_a_script_in_any_text_comes_out_harmless(
    town: Partnership, addresses: Addresses, member: dict[str, Client], client: Client
) -> None:
    assert spoil(town) > 100
    people = {"lead": member["lead"], "organisation": member["organisation"], "visitor": client}
    visits = [one for one in visit(addresses, people, *READ) if one.is_page]
    assert [one.route.name for one in visits if "<script>alert" in one.text] == []
    assert sum("&lt;script&gt;alert" in one.text for one in visits) > 30
    assert {one.who for one in visits} == set(people)
    assert numbers_for_people(visits) == []


@lru_cache
def weight_of_file(name: str) -> int:
    path = finders.find(name)
    assert path, name
    with open(path, "rb") as file:
        return len(brotli.compress(file.read(), quality=11))


def loaded(text: str) -> set[str]:
    return set(re.findall(r'(?:href|src)="/static/([^"?]+)"', text))


def weight(text: str) -> int:
    """Return the bytes of a page and of what it loads, compressed as the server does."""
    own = len(brotli.compress(text.encode(), quality=5))
    return own + sum(weight_of_file(name) for name in loaded(text))


@pytest.mark.once
def test_pages_of_residents_keep_their_budget(visits: list[Visit]) -> None:
    weighed = 0
    for one in of_visitors(visits):
        if not one.is_page:
            continue
        budget = RESIDENT_BUDGET
        if one.route.name == "vote":
            budget = VOTE_BUDGET
        elif "leaflet" in one.text:
            budget = MAP_BUDGET
        weighed += 1
        assert weight(one.text) <= budget, (one.route.name, weight(one.text))
        requests = len(loaded(one.text)) + 1
        assert requests <= 6 or "leaflet" in one.text, (one.route.name, requests)
    assert weighed > 10


@pytest.mark.once
@pytest.mark.parametrize("language", ["en", "ar", "es"])
def test_language_and_direction_stand_on_every_page(
    visits: list[Visit], addresses: Addresses, language: str
) -> None:
    reader = Client(headers={"accept-language": language})
    read_here = of_visitors(visits)
    if language != "en":
        read_here = list(visit(addresses, {"visitor": reader}, "public"))
    shown = [one for one in read_here if one.is_page]
    for one in shown:
        here = LANGUAGE_IN_ADDRESS.get(one.route.name, language)
        direction = "rtl" if here == "ar" else "ltr"
        assert f'<html lang="{here}" dir="{direction}"' in one.text, one.route.name
        assert one.text.count("<h1") == 1, one.route.name
        assert "<main" in one.text, one.route.name
    assert len(shown) > 10
