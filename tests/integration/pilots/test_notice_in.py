"""The notice in the six languages of the signs: what a sign's code leads to."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from lamppost.accounts.models import User
from lamppost.pilots import actions
from lamppost.pilots.models import Pilot, Site
from lamppost.pilots.queries.disclosure import phase_of, state_here
from lamppost.pilots.queries.sites import notice_address
from lamppost.pilots.sheets import sign_of
from lamppost.pilots.sign import draw
from lamppost.pilots.sign_texts import texts
from tests.pilots_world import add_device, bring_to, day
from tests.sign_world import read_back

pytestmark = pytest.mark.once

CODES = list(texts())
MOST_BYTES = 40_000


def page_in(site: Site, language: str, **headers: Any) -> str:
    answer = Client().get(reverse("site_notice_in", args=[site.code, language]), headers=headers)
    assert answer.status_code == 200
    assert answer.headers["Content-Language"] == language
    return str(answer.content.decode())


def words_in(language: str) -> dict[str, Any]:
    return texts()[language]["notice"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("language", CODES)
def test_the_code_of_a_sign_leads_to_the_notice_in_its_language(
    sites: list[Site], language: str
) -> None:
    site = Site.objects.select_related("pilot__partnership").get(pk=sites[0].pk)
    drawn = ElementTree.fromstring(draw(sign_of(site, language)))  # noqa: S314 - our own drawing
    [found] = read_back(drawn)
    assert found.text == notice_address(site.code, language)
    path = "/" + found.text.split("://", 1)[1].split("/", 1)[1]
    # Whatever the phone prefers, the sign's language answers.
    answer = Client().get(path, headers={"accept-language": "es, ja;q=0.5"})
    page = answer.content.decode()
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert escape(words_in(language)["title"]) in page
    assert len(answer.content) < MOST_BYTES
    assert "<script" not in page


@pytest.mark.parametrize(
    "state", ["planned", "measuring", "open", "paused", "stopped", "stays", "removed"]
)
def test_each_state_is_said_in_each_language(
    pilot: Pilot, sites: list[Site], lead: User, state: str
) -> None:
    add_device(pilot, lead, name="Lens", sensor_type="camera", no_personal_data_because="Coarse")
    bring_to(pilot, lead, state)
    for language in CODES:
        for site in (sites[0], sites[-1]):
            now = Site.objects.select_related("pilot__partnership", "pilot__decision").get(
                pk=site.pk
            )
            words, page = words_in(language), page_in(site, language)
            assert escape(words["states"][state_here(now)]) in page, (language, state)
            said = phase_of(now)
            compared = said == "measuring" and now.arm == "comparison"
            assert escape(words["badges"]["compared" if compared else said]) in page
            for part in ("purpose", "data", "process", "retention", "accountable", "access"):
                assert f"<b>{escape(words['facts'][part])}</b>" in page, part
            assert escape(words["sensors"]["camera"]) in page
            assert escape(words["ways"]["pilot"]) in page
            if state == "paused":
                assert '<p lang="en" dir="ltr">The lamps flicker</p>' in page
                assert escape(words["told_kinds"]["paused"]) in page
            asked = reverse("set_language") in page
            assert asked is (state not in {"stopped", "removed"})


@pytest.mark.parametrize("language", ["fr", "pt", "de"])
def test_nothing_but_the_city_s_words_is_in_another_language(
    pilot: Pilot, sites: list[Site], language: str
) -> None:
    Pilot.objects.filter(pk=pilot.pk).update(retention="Two weeks")
    page = page_in(sites[0], language)
    assert '<span lang="en" dir="ltr">Two weeks</span>' in page
    assert '<span lang="en" dir="ltr">Street lighting office</span>' in page
    main = page.split("<main")[1].split("</main>")[0]
    main = main.replace("Digital Trust for Places and Routines", "DTPR")
    ours = re.sub(r'<(\w+)[^>]* lang="en"[^>]*>.*?</\1>', "", main)
    english = re.findall(r">([^<]*\b(?:the|is|and|of|not|yet|here|what)\b[^<]*)<", ours)
    assert english == []


def test_the_languages_lead_to_each_other_and_to_the_site(sites: list[Site]) -> None:
    page = page_in(sites[0], "de")
    for language in CODES:
        link = reverse("site_notice_in", args=[sites[0].code, language])
        assert f'<link rel="alternate" hreflang="{language}" href="{link}">' in page
        assert page.count(f'<a href="{link}" hreflang="{language}" lang="{language}"') == 1
    assert page.count('aria-current="page"') == 1
    whole = reverse("site_notice", args=[sites[0].code])
    assert whole in page
    for name in ("site_notice", "site"):  # signs that were printed earlier lead to the site
        there = Client().get(reverse(name, args=[sites[0].code])).content.decode()
        for language in CODES:
            assert reverse("site_notice_in", args=[sites[0].code, language]) in there


def test_a_press_leads_to_the_question_in_a_language_of_the_site(sites: list[Site]) -> None:
    client = Client()
    place = reverse("site", args=[sites[0].code])
    page = client.get(reverse("site_notice_in", args=[sites[0].code, "pt"])).content.decode()
    assert f'<input type="hidden" name="next" value="{place}">' in page
    answer = client.post(reverse("set_language"), {"next": place, "language": "es"}, follow=True)
    assert '<html lang="es" dir="ltr">' in answer.content.decode()


def test_what_nobody_said_is_not_said(pilot: Pilot, sites: list[Site]) -> None:
    Pilot.objects.filter(pk=pilot.pk).update(personal_data="", retention="")
    pilot.register_entries.all().delete()
    page = page_in(sites[0], "de")
    words = words_in("de")
    assert page.count(words["not_said"]) >= 2
    assert words["sign_later"] in page
    assert words["no_devices"] in page
    assert words["not_agreed"] in page


def test_the_purpose_of_the_playbook_is_marked_as_the_city_s_language(
    pilot: Pilot, sites: list[Site]
) -> None:
    Pilot.objects.filter(pk=pilot.pk).update(purpose="")
    page = page_in(sites[0], "fr", **{"accept-language": "es"})
    purpose = page.split(f"<b>{words_in('fr')['facts']['purpose']}</b><br>")[1]
    assert purpose.startswith('<span lang="en" dir="ltr">')


@pytest.mark.parametrize("language", CODES)
def test_a_deleted_site_answers_in_each_language(
    pilot: Pilot, sites: list[Site], lead: User, language: str
) -> None:
    actions.delete_site(site=sites[0], by=lead)
    page, words = page_in(sites[0], language), words_in(language)
    assert escape(words["gone"]) in page
    assert reverse("pilots:pilot", args=[pilot.partnership.slug, pilot.pk]) in page
    assert str(day().year) in page
    pilot.delete()
    assert escape(words["no_record"]) in page_in(sites[0], language)


def test_other_languages_and_codes_are_unknown(sites: list[Site]) -> None:
    for code, language in ((sites[0].code, "it"), ("nosuch", "fr")):
        assert Client().get(reverse("site_notice_in", args=[code, language])).status_code == 404
    assert Client().get(f"/s/{sites[0].code}/fr").status_code == 301
