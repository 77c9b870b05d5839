"""The story as one file: from every folder, whatever is missing, and with nothing from outside."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.utils import translation

from lamppost.story.folder import read_folder
from lamppost.story.queries import story_of
from lamppost.story.records import Story
from lamppost.story.render import render_file
from lamppost.story.schema import Field, resources_in

from .spoil import on_purpose
from .town import Town

VOID = {"meta", "link", "br", "hr", "img", "input", "path", "circle", "rect", "line"}
TABLES = [resource.name for resource in resources_in("public")]


class Page(HTMLParser):
    """Reads a page strictly: every tag closed in order, every id once."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.outside: list[str] = []
        self.tags: list[str] = []
        self.feed(text)
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        assert "style" not in given
        assert not [name for name in given if name.startswith("on")]
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "a":
            self.links.append(str(given["href"]))
        for name in ("src", "srcset", "data", "action", "poster", "xlink:href"):
            if name in given:
                self.outside.append(f"{tag} {name}")
        if tag == "link":
            assert given["href"] == "data:,"
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open, f"</{tag}> closes nothing"
            assert self.open.pop() == tag


def check(story: Story, text: str) -> Page:
    page = Page(text)
    assert page.outside == []
    assert not {"script", "iframe", "object", "embed", "form", "img"} & set(page.tags)
    style = text[text.index("<style>") : text.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    assert len(page.ids) == len(set(page.ids)), "an id comes twice"
    inside = [link.removeprefix("#") for link in page.links if link.startswith("#")]
    assert set(inside) <= set(page.ids), "a link leads nowhere"
    for claim in story.claims:
        assert claim.anchor in page.ids
        assert claim.text
        assert claim.anchor in inside
    for part in story.parts:
        assert part.headline
        assert part.lit or part.unknown, f"{part.code} is dark and does not say why"
    assert page.tags.count("h1") == 1
    assert page.tags.count("main") == 1
    return page


def told(folder: Path) -> tuple[Story, str]:
    story = read_folder(folder)
    text = render_file(story)
    check(story, text)
    return story, text


def test_whole_folder_lights_every_lamp(public: Path) -> None:
    story, text = told(public)
    assert [part.lit for part in story.parts] == [True] * 5
    assert "What is not known yet" not in text
    assert re.search(r'<html lang="en" dir="ltr">', text)


@pytest.mark.parametrize("missing", TABLES)
def test_every_table_may_be_missing(public: Path, missing: str) -> None:
    (public / f"{missing}.csv").unlink()
    told(public)


@pytest.mark.parametrize(
    ("missing", "dark", "said"),
    [
        (
            ("conversations", "conversation_translations", "statements", "landscapes", "voices"),
            "heard",
            "No question has been asked",
        ),
        (("statements",), None, "No statement may be shown yet"),
        (("landscapes",), None, "Fewer than ten people have voted"),
        (("goals", "indicators"), "agreed", "No goal is in the record yet"),
        (("goals",), None, "The goal behind this measure is not in the record"),
        (("observations", "estimates"), "changed", "There are no readings"),
        (("sites", "estimates"), "changed", "No sites are in the record"),
        (("decisions",), None, "The decision was due on 30 June 2026 and is late"),
        (("decisions", "lesson"), "learned", "No lesson is published yet"),
        (tuple(TABLES[1:]), "tried", "No pilot is in the record yet"),
    ],
)
def test_what_is_missing_is_said(
    public: Path, missing: tuple[str, ...], dark: str | None, said: str
) -> None:
    for name in missing:
        (public / f"{name}.csv").unlink()
    story, text = told(public)
    assert said in text
    if dark:
        assert not next(part for part in story.parts if part.code == dark).lit


@pytest.mark.parametrize("kept", TABLES)
def test_one_table_alone_makes_a_page(public: Path, kept: str) -> None:
    for name in TABLES:
        if name != kept:
            (public / f"{name}.csv").unlink()
    told(public)


def test_long_tables_are_folded_up_and_complete(public: Path) -> None:
    story, text = told(public)
    tables = [table for entry in story.evidence for table in entry.tables]
    long = [table for table in tables if len(table.rows) > 12]
    assert long
    assert text.count('<details class="long">') == len(long)
    assert "<details open" not in text
    for table in long:
        assert f"<bdi>{table.caption}</bdi> ({len(table.rows)} rows)</summary>" in text
    appendix = text[text.index('class="appendix"') :]
    assert appendix.count("<tr>") == sum(len(table.rows) + 1 for table in tables)
    # A link leads to the section, which is never inside what is folded up.
    folded = re.findall(r'<details class="long">.*?</details>', text, flags=re.DOTALL)
    assert not [one for one in folded if "id=" in one]


def test_private_and_public_folder_tell_the_same(public: Path, made_once) -> None:
    from_public, from_private = read_folder(public), read_folder(made_once.private)
    assert from_public.parts == from_private.parts
    assert list(from_public.claims) == list(from_private.claims)
    assert [e.tables for e in from_public.evidence] == [e.tables for e in from_private.evidence]


def test_what_is_not_stored_is_computed_to_the_same_story(public: Path, made_once) -> None:
    private_landscape = read_folder(made_once.private)
    (public / "estimates.csv").unlink()
    computed = read_folder(public)
    assert computed.changed.pilots[0].verdict == private_landscape.changed.pilots[0].verdict
    assert computed.changed.part == private_landscape.changed.part


def test_database_and_folder_tell_the_same(town: Town, tmp_path: Path) -> None:
    from lamppost.impact.actions import compute_estimate
    from lamppost.story.actions import export_folder
    from lamppost.vision.actions import compute_landscape

    compute_landscape(conversation=town.conversation)
    compute_estimate(pilot=town.pilot)
    folder = tmp_path / "out"
    export_folder(partnership=town.partnership, folder=folder)
    stored, read = story_of(town.partnership), read_folder(folder)
    assert stored.parts == read.parts
    assert list(stored.claims) == list(read.claims)
    assert [e.tables for e in stored.evidence] == [e.tables for e in read.evidence]
    text = render_file(stored)
    check(stored, text)


def test_a_null_result_is_told_as_clearly(db: None, tmp_path: Path) -> None:
    from lamppost.story.actions import export_folder

    from .town import build_town

    town = build_town(effect=0.0, people=30)
    folder = tmp_path / "null"
    export_folder(partnership=town.partnership, folder=folder)
    story, text = told(folder)
    assert story.changed.part.lit
    assert story.changed.part.headline == "No sign of a change that would be worth it"
    assert story.changed.pilots[0].ruler is not None
    assert "There is no sign that the pilot changed" in text


def rewrite(path: Path, change: Callable[[int, dict[str, str]], dict[str, str]]) -> None:
    on_purpose(path.parent)
    rows = _read(path)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(change(number, row) for number, row in enumerate(rows))


def test_quotes_are_from_pilot_sites_with_the_technology_on(public: Path) -> None:
    sites = {row["arm"]: row for row in _read(public / "sites.csv")}
    [on] = {row["technology_on"] for row in _read(public / "pilots.csv")}
    later = f"{int(on[:4]) + 1}-03-01"

    def place(number: int, row: dict[str, str]) -> dict[str, str]:
        arm, month = [
            ("pilot", "2020-05-01"),
            ("comparison", later),
            ("pilot", later),
        ][min(number, 2)]
        return row | {"site": sites[arm]["id"], "month": month, "text": f"Words {number}"}

    rewrite(public / "feedback.csv", place)
    story, text = told(public)
    quotes = story.tried.pilots[0].quotes
    assert len(quotes) == 3
    assert not {"Words 0", "Words 1"} & {quote.text for quote in quotes}
    source = f"At {sites['pilot']['name']}, March {later[:4]}, shared with consent"
    assert {quote.source for quote in quotes} == {source}
    assert source in text


def test_stories_are_heard_and_objections_are_not_among_them(public: Path) -> None:
    for name in ("conversations", "conversation_translations", "statements", "landscapes"):
        (public / f"{name}.csv").unlink()
    kinds = {row["text"]: row["kind"] for row in _read(public / "voices.csv")}
    assert set(kinds.values()) == {"story", "objection"}
    story, _text = told(public)
    assert story.heard.part.lit
    assert {kinds[quote.text] for quote in story.heard.quotes} == {"story"}
    assert story.heard.part.headline == "2 stories that residents told"
    rewrite(public / "voices.csv", lambda _number, row: row | {"kind": "objection"})
    story, _text = told(public)
    assert not story.heard.part.lit
    assert story.heard.quotes == ()


def test_other_quotes_say_what_they_are(public: Path) -> None:
    sites = {row["arm"]: row for row in _read(public / "sites.csv")}

    def place(number: int, row: dict[str, str]) -> dict[str, str]:
        arm, month = [("pilot", "2020-05-01"), ("comparison", ""), ("comparison", "2020-04-01")][
            number % 3
        ]
        return row | {"site": sites[arm]["id"], "month": month, "text": f"Words {number}"}

    rewrite(public / "feedback.csv", place)
    story, _text = told(public)
    with_it, without = sites["pilot"]["name"], f"{sites['comparison']['name']} (comparison site)"
    sources = [quote.source for quote in story.tried.pilots[0].quotes]
    assert f"At {with_it}, May 2020, before the technology; shared with consent" in sources
    assert f"At {without}, April 2020, before the technology; shared with consent" in sources


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("language", ["es", "ar"])
def test_page_speaks_its_readers_language(public: Path, language: str) -> None:
    with translation.override(language):
        _story, text = told(public)
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in text
    assert 'lang="en"' in text, "the words of people keep their own language"


def test_words_are_escaped_everywhere(public: Path) -> None:
    planted = "<script>alert(1)</script>"
    on_purpose(public)
    for resource in resources_in("public"):
        words = [field.name for field in resource.fields_in("public") if _is_words(field)]
        if resource.name in {"landscapes", "estimates"} or not words:
            continue
        path = public / resource.file_name
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, [f.name for f in resource.fields_in("public")])
            writer.writeheader()
            for number, row in enumerate(rows):
                writer.writerow(row | dict.fromkeys(words, f"{planted}{number}"))
    _story, text = told(public)
    assert planted not in text
    assert text.count("&lt;script&gt;") > 100


def _is_words(field: Field) -> bool:
    free = field.kind == "string" and not field.allowed and not field.to
    return free and (field.longest or 0) >= 80 and field.name not in {"value", "file"}


def test_vtaiwan_without_the_site(shared_data: Path) -> None:
    story, text = told(shared_data / "polis" / "vtaiwan.uberx")
    assert [part.lit for part in story.parts] == [True, False, False, False, False]
    assert story.heard.questions[0].common_ground is not None
    assert "At least 1,920 people gave" in text
    assert text.count("<tr>") > 50
