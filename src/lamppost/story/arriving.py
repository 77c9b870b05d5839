"""A public or hand-made folder, brought into the shape of a private one before it is imported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from .implied import complete
from .reading import Package
from .schema import RESOURCES
from .state import with_state_of_pilots

Row = dict[str, Any]
WORDING = "published-in-a-lamppost-folder-1"


def as_private(package: Package, *, now: dt.datetime) -> tuple[Package, list[str]]:
    """Return the folder as a private one, and what could not be taken over, in words."""
    if package.form == "private":
        return with_state_of_pilots(package, now=now), []
    whole = complete(package)
    tables = whole.tables
    notes = list(_take_out_counts(tables))
    _voices_of_words(tables, now)
    _uses_of_files(tables, published=package.form == "public")
    _participants_of_votes(tables)
    _datastreams_of_readings(tables)
    _moments_of_days(tables)
    _needed_here(tables)
    return with_state_of_pilots(replace(whole, tables=tables), now=now), notes


def _take_out_counts(tables: dict[str, list[Row]]) -> Iterator[str]:
    for resource in RESOURCES:
        if resource.form == "public" and tables.pop(resource.name, []):
            yield _("%(file)s holds counts, which are counted again from what is imported.") % {
                "file": resource.file_name
            }
    if tables.pop("landscapes", []):
        yield (
            _("landscapes.csv is left out: the landscape is computed again from the votes.")
            if tables.get("votes")
            else _(
                "landscapes.csv is left out: this folder holds no votes to compute it from. Import "
                "the private export to keep the landscape."
            )
        )
    # Words alone, from before the technology is on, have their day; those of a public folder none.
    unrated = [
        row for row in tables.get("feedback", ()) if not (row.get("rating") or row.get("given_on"))
    ]
    if unrated:
        tables["feedback"] = [row for row in tables["feedback"] if row not in unrated]
        yield _(
            "feedback.csv: %(count)d texts are left out, because a public folder does not say "
            "whether they were better, the same or worse."
        ) % {"count": len(unrated)}


def _voices_of_words(tables: dict[str, list[Row]], now: dt.datetime) -> None:
    """Give every statement and answer with words of its own a voice: published, so consented."""
    voices = tables.setdefault("voices", [])
    for voice in voices:
        voice.update(_published(voice["kind"], voice.get("text"), voice.get("language"), now))
    for table, kind in (("statements", "statement"), ("feedback", "feedback")):
        for row in tables.get(table, ()):
            if row.get("voice") is None and row.get("text"):
                identity = f"{table}-{row['id']}"
                published = _published(kind, row["text"], row.get("language"), now)
                voices.append({"id": identity, **published})
                row["voice"] = identity
    _parts_of_numbers(tables)
    for conversation in {row.get("conversation") for row in tables.get("statements", ())}:
        mine = [r for r in tables["statements"] if r.get("conversation") == conversation]
        if any(row.get("number") is None for row in mine):
            for place, row in enumerate(mine, start=1):
                row["number"] = place


def _uses_of_files(tables: dict[str, list[Row]], *, published: bool) -> None:
    """A file in a public folder was published: its teller agreed to this use."""
    stories = {row["id"]: row for row in tables.get("stories", ())}
    for row in tables.get("media", ()):
        story = stories.get(row.get("story"))
        if story is None:
            continue
        if row.get("words") and not story.get("photo_words"):
            story["photo_words"] = row["words"]
        if published:
            story["may_show_photo" if row["kind"] == "photo" else "may_play_audio"] = True


def _parts_of_numbers(tables: dict[str, list[Row]]) -> None:
    """Lead parts of a statement back to it, where it is in the folder itself."""
    rows = tables.get("statements", [])
    by_number = {(row.get("conversation"), row.get("number")): row["id"] for row in rows}
    for row in rows:
        if row.get("split_from") is None and row.get("split_from_number") is not None:
            key = (row.get("conversation"), row["split_from_number"])
            row["split_from"] = by_number.get(key)


def _published(kind: str, text: str | None, language: str | None, now: dt.datetime) -> Row:
    return {
        "kind": kind,
        "text": text,
        "public_text": text,
        "language": language or "und",
        "channel": "import",
        "consent": "public",
        "consent_wording": WORDING,
        "consent_at": now,
        "state": "accepted",
        "state_at": now,
        "said_at": now,
    }


def _participants_of_votes(tables: dict[str, list[Row]]) -> None:
    if "participants" in tables:
        return
    children = (
        "votes",
        "feedback",
        "voices",
        "paper_sheets",
        "important_marks",
        "characteristics",
        "verifications",
    )
    named = (row.get("participant") for child in children for row in tables.get(child, ()))
    tables["participants"] = [
        {"id": name, "channel": "import"} for name in dict.fromkeys(named) if name
    ]


def _datastreams_of_readings(tables: dict[str, list[Row]]) -> None:
    streams = {(row["site"], row["indicator"]): row["id"] for row in tables.get("datastreams", ())}
    for row in tables.get("observations", ()):
        if row.get("datastream") is None:
            key = (row["site"], row["indicator"])
            row["datastream"] = streams.setdefault(key, f"stream-{len(streams) + 1}")
    known = {row["id"] for row in tables.get("datastreams", ())}
    made = [
        {"id": identity, "site": site, "indicator": indicator, "source": "import"}
        for (site, indicator), identity in streams.items()
        if identity not in known
    ]
    if made:
        tables.setdefault("datastreams", []).extend(made)


def _needed_here(tables: dict[str, list[Row]]) -> None:
    """Fill what every record here has and such a folder does not say."""
    for answer in tables.get("feedback", ()):
        answer["rating"] = answer.get("rating") or ""
    for lesson in tables.get("lesson", ()):
        if lesson.get("evidence_level") is None:
            lesson |= {"evidence_level": 0, "evidence_reason": "no_comparison_and_no_baseline"}
    for gate in (*tables.get("gates", ()), *tables.get("past_gates", ())):
        for column in ("document", "signed_by_name"):
            gate[column] = gate.get(column) or _("Not part of the folder that was imported.")
    for place, declaration in enumerate(tables.get("declarations", ()), start=1):
        juror = declaration.get("juror") or _("Not named (%(number)d)") % {"number": place}
        declaration["juror"] = juror
    loose = [row for row in tables.get("indicators", ()) if row.get("goal") is None]
    if loose and not tables.get("goals"):
        tables["goals"] = [{"id": "1", "title": tables["partnership"][0]["name"]}]
        for row in loose:
            row["goal"] = "1"


DAYS = {
    "conversations": {"opens_on": "opens_at", "closes_on": "closes_at"},
    "votes": {"cast_on": "cast_at"},
    "views": {"written_on": "written_at"},
    "statement_edits": {"edited_on": "edited_at"},
    "visions": {"published_on": "published_at"},
    "objections": {"answered_on": "answered_at"},
    "gates": {"recorded_on": "recorded_at"},
    "past_gates": {"reopened_on": "reopened_at"},
    "past_calls": {"withdrawn_on": "withdrawn_at"},
    "past_draws": {"voided_on": "voided_at"},
    "notices": {"told_on": "told_at"},
    "themes": {"made_on": "made_at"},
    "commitments": {"made_on": "made_at"},
    "ending_views": {"written_on": "written_at"},
    "lesson": {"published_on": "published_at"},
}


def _moments_of_days(tables: dict[str, list[Row]]) -> None:
    for table, columns in DAYS.items():
        for row in tables.get(table, ()):
            for day, moment in columns.items():
                if row.get(moment) is None and row.get(day) is not None:
                    row[moment] = dt.datetime.combine(row[day], dt.time(), dt.UTC)
    for row in tables.get("meetings", ()):
        if row.get("starts_at") is None and row.get("held_on") is not None:
            starts = dt.datetime.combine(row["held_on"], dt.time(), dt.UTC)
            row |= {"starts_at": starts, "ends_at": starts + dt.timedelta(hours=1)}
            row["title"] = row.get("title") or _("Meeting")
