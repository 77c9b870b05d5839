"""From everything to what may be public: the one place where that is decided.

Takes typed rows of a private or hand-made folder, or of the database, and yields rows of the
public form. ``docs/explanation/export.md`` gives the reasons.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, BinaryIO

from django.utils import timezone

from lamppost.engines.suppression import release_count, suppress
from lamppost.pilots.queries.feedback import arms_of
from lamppost.pilots.tens import Ten
from lamppost.sensing.queries import OF_PEOPLE
from lamppost.vision.queries.released import released
from lamppost.vision.queries.unusual import unusual_votes
from lamppost.voices.redaction import redact, redact_own

from .merged import roots_of
from .schema import BY_NAME
from .schema.people import GROUPS
from .schema.pilots import RATINGS
from .schema.types import Field
from .tens import tens_by_pilot
from .told import Source, Told, day_of
from .told import numbered as _numbered
from .trials import Trials

Row = dict[str, Any]
# From this target on, "fewer than half" says of nobody that they are one of a few.
SMALLEST_TARGET = 20
WORDS_FROM = 120
NEVER_REDACTED = {"source"}
OF_RESIDENTS = {
    ("statements", "text"),
    ("statement_edits", "earlier_text"),
    ("statement_translations", "text"),
    ("voices", "text"),
    ("feedback", "text"),
}
# Kinds of words without a table of texts of their own.
IN_VOICES = ("story", "objection")


class Publisher(Trials, Told):
    """Yields the public form of each table; holds what several tables need in common."""

    def __init__(self, source: Source, *, now: dt.datetime | None = None) -> None:
        self.source = source
        self.now = now or timezone.now()
        self._files: dict[str, str] = {}

    def open_file(self, path: str) -> BinaryIO:
        """Open a file that was named in a public row of ``media.csv``."""
        return self.source.open_file(self._files[path])

    def rows(self, name: str) -> Iterator[Row]:
        """Yield public rows of a table, ids counted afresh so that no gap tells what is missing."""
        resource = BY_NAME[name]
        if resource.form == "private":
            return
        special = getattr(self, f"_{name}", None)
        found = special() if special else self._read(name)
        if resource.form == "public":
            found = _first_of(self.source.rows(name), found)
        fields = resource.fields_in("public")
        for row in found:
            yield {field.name: _shown(name, field, row.get(field.name)) for field in fields}

    def _read(self, name: str, *further: str) -> Iterator[Row]:
        """Yield rows with the columns that are public, and `further` ones to decide by."""
        columns = [field.name for field in BY_NAME[name].fields_in("public")]
        return self.source.rows(name, (*columns, *further))

    # Words ----------------------------------------------------------------------------------

    @cached_property
    def _shown_voices(self) -> dict[str, Row]:
        """Voices that were accepted and may be shown, by id."""
        wanted = ("id", "kind", "public_text", "language", "consent", "state")
        return {
            row["id"]: row
            for row in self.source.rows("voices", wanted)
            if row.get("state") == "accepted" and row.get("consent") == "public"
            if row.get("public_text")
        }

    def _words(self, row: Row) -> tuple[str, str] | None:
        """Return the words of a row and their language, or None when they may not be shown."""
        if row.get("voice") is None:
            text = row.get("text")
            return (text, row.get("language") or "und") if text else None
        voice = self._shown_voices.get(row["voice"])
        return (voice["public_text"], voice.get("language") or "und") if voice else None

    @cached_property
    def _voice_ids(self) -> dict[str, str]:
        """Id in the source → id in the public form, for words that stand in ``voices.csv``."""
        shown = (v["id"] for v in self._shown_voices.values() if v["kind"] in IN_VOICES)
        return {old: str(place) for place, old in enumerate(shown, start=1)}

    def _voices(self) -> Iterator[Row]:
        for old, new in self._voice_ids.items():
            voice = self._shown_voices[old]
            yield {**voice, "id": new, "text": voice["public_text"]}

    @cached_property
    def _statement_rows(self) -> list[tuple[str, Row]]:
        """Old id and public row of every statement that may be shown."""
        found: list[tuple[str, Row]] = []
        places: Counter[str | None] = Counter()
        every = list(self._read("statements", "voice", "split_from"))
        numbers = {row["id"]: row.get("number") for row in every}
        for row in every:
            places[row.get("conversation")] += 1
            if (words := self._words(row)) is None:
                continue
            number = row.get("number")
            shown = {
                **row,
                "id": str(len(found) + 1),
                "number": places[row.get("conversation")] if number is None else number,
                "text": words[0],
                "language": words[1],
                "split_from_number": row.get("split_from_number")
                or numbers.get(row.get("split_from") or ""),
                "story": self._story_ids.get(row.get("story") or ""),
            }
            found.append((row["id"], shown))
        ids, root = {old: row["id"] for old, row in found}, roots_of(every)
        for old, row in found:
            row["merged_into"] = ids.get(root.get(old, ""))
        return found

    def _statements(self) -> Iterator[Row]:
        return (row for _old, row in self._statement_rows)

    @cached_property
    def statement_ids(self) -> dict[str, str]:
        """Id in the source → id in the public form, for statements that may be shown."""
        return {old: row["id"] for old, row in self._statement_rows}

    def _of_shown_statements(self, name: str, *further: str) -> Iterator[Row]:
        return (
            {**row, "statement": self.statement_ids[row["statement"]]}
            for row in self._read(name, *further)
            if row["statement"] in self.statement_ids
        )

    def _goal_statements(self) -> Iterator[Row]:
        return _numbered(self._of_shown_statements("goal_statements"))

    def _statement_translations(self) -> Iterator[Row]:
        return _numbered(self._of_shown_statements("statement_translations"))

    def _statement_edits(self) -> Iterator[Row]:
        edits = self._of_shown_statements("statement_edits", "edited_at")
        return _numbered({**row, "edited_on": _day(row, "edited_at", "edited_on")} for row in edits)

    def _landscapes(self) -> Iterator[Row]:
        numbers = defaultdict(set)
        for row in self._statements():
            if not row.get("is_meta") and row.get("merged_into") is None:
                numbers[row["conversation"]].add(row["number"])
        newest = _newest(self._read("landscapes", "integrity"), ("conversation",))
        shown = (
            {
                **row,
                "result": released(row["result"], own),
                "unusual": unusual_votes(row["result"], row.get("integrity"), own),
            }
            for row in newest
            for own in [numbers[row["conversation"]]]
        )
        counted = (
            {
                **row,
                "participants": row["result"].get("people"),
                "votes": row["result"].get("votes"),
                "statements": len(row["result"].get("statements", ())),
            }
            for row in shown
        )
        return _numbered(counted)

    # People ---------------------------------------------------------------------------------

    @cached_property
    def _taking_part(self) -> list[Row]:
        columns = ("id", "kind", "name", "group", "status", "neighbourhood")
        rows = self.source.rows("stakeholders", columns)
        return [row for row in rows if (row.get("status") or "taking_part") == "taking_part"]

    @cached_property
    def _organisation_rows(self) -> list[tuple[str, Row]]:
        organisations = (row for row in self._taking_part if row.get("kind") == "organisation")
        numbered = enumerate(organisations, start=1)
        return [(row["id"], {**row, "id": str(place)}) for place, row in numbered]

    def _stakeholders(self) -> Iterator[Row]:
        return (row for _old, row in self._organisation_rows)

    def _views(self) -> Iterator[Row]:
        return self._of_organisations(self._read("views", "written_at"))

    def _ending_views(self) -> Iterator[Row]:
        return self._of_organisations(self._of_decided_pilots("ending_views", "written_at"))

    def _of_organisations(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield what organisations say themselves, of those that are in the public folder."""
        known = {old: row["id"] for old, row in self._organisation_rows}
        shown = (
            {**row, "stakeholder": known[row["stakeholder"]], "written_on": _day(row)}
            for row in rows
            if row["stakeholder"] in known
        )
        return _numbered(shown)

    def _stakeholder_counts(self) -> Iterator[Row]:
        people = Counter(
            row["group"] for row in self._taking_part if row.get("kind") != "organisation"
        )
        if not self._taking_part:
            return
        table = suppress([people[group] for group in GROUPS])
        # In steps, as on the page: two downloads must not tell that one person joined.
        for group, count in zip((*GROUPS, "all"), (*table.cells[0], table.total), strict=True):
            yield {"group": group, "people": release_count(count) if count else count}

    def _hardly_heard(self) -> Iterator[Row]:
        if not self._taking_part:
            return
        targets = {
            (row["dimension"], row["value"]): row["count"] for row in self.source.rows("targets")
        }
        reasons = {
            row["group"]: row["reason"]
            for row in self.source.rows("empty_group_reasons", ("group", "reason"))
        }
        counts = {
            "group": Counter(row["group"] for row in self._taking_part),
            "neighbourhood": Counter(row.get("neighbourhood") for row in self._taking_part),
        }
        places = [value for dimension, value in targets if dimension == "neighbourhood"]
        parts = [("group", group) for group in GROUPS]
        parts += [("neighbourhood", place) for place in places]
        for dimension, value in parts:
            level = _level(counts[dimension][value], targets.get((dimension, value), 0))
            if level:
                yield {
                    "dimension": dimension,
                    "value": value,
                    "level": level,
                    "reason": reasons.get(value) if dimension == "group" else None,
                }

    def _meetings(self) -> Iterator[Row]:
        columns = ("id", "starts_at", "cancelled")
        held = (
            {"held_on": row["starts_at"].date()}
            for row in self.source.rows("meetings", columns)
            if row.get("starts_at") and row["starts_at"] <= self.now and not row.get("cancelled")
        )
        return _numbered(held)

    def _conversations(self) -> Iterator[Row]:
        for row in self._read("conversations", "opens_at", "closes_at"):
            yield {
                **row,
                "opens_on": _day(row, "opens_at", "opens_on"),
                "closes_on": _day(row, "closes_at", "closes_on"),
            }

    # Pilots ---------------------------------------------------------------------------------

    def _feedback(self) -> Iterator[Row]:
        answers = self.source.rows("feedback", ("site", "voice", "given_on"))
        shown = (
            {
                "site": row.get("site"),
                "text": words[0],
                "language": words[1],
                "month": _month(row),
            }
            for row in answers
            if (words := self._words(row))
        )
        # The order in which they came would tell more than the month does.
        return _numbered(sorted(shown, key=_by_chance))

    @cached_property
    def _tens(self) -> dict[str | None, list[Ten]]:
        """Every ten by pilot: what the public pages add up, and nothing else."""
        return tens_by_pilot(self.source, timezone.localdate(self.now))

    def _feedback_tens(self) -> Iterator[Row]:
        for place, (pilot, one) in enumerate(
            ((pilot, one) for pilot, tens in self._tens.items() for one in tens), start=1
        ):
            yield {
                "id": str(place), "pilot": pilot, "site": one.site,
                "area": "" if one.site else one.area, "arm": one.arm, "since": one.since,
                "rating": one.rating, "counted_on": one.on, "people": one.people,
            }  # fmt: skip

    def _feedback_counts(self) -> Iterator[Row]:
        """Yield exactly what the pilot's public page shows."""
        since = {
            row["id"]: row.get("technology_on")
            for row in self.source.rows("pilots", ("id", "technology_on"))
        }
        for pilot, tens in self._tens.items():
            on = since.get(pilot)
            for arm in arms_of(tens, on, on is not None):
                counts = dict(zip(RATINGS, (count or None for count in arm.counts), strict=True))
                yield {"pilot": pilot, "arm": arm.arm, **counts, "answers": arm.at_least}

    def _observations(self) -> Iterator[Row]:
        streams = {
            row["id"]: row
            for row in self.source.rows("datastreams", ("id", "site", "indicator", "source"))
        }
        for row in self._read("observations", "datastream"):
            stream = streams.get(row.get("datastream"), row)
            # Shares of people's answers by site are for the computation alone.
            if stream.get("source") not in OF_PEOPLE:
                yield {**row, "site": stream.get("site"), "indicator": stream.get("indicator")}

    def _estimates(self) -> Iterator[Row]:
        return _numbered(_newest(self._read("estimates"), ("pilot", "indicator")))

    def _lesson(self) -> Iterator[Row]:
        shown = (
            {**row, "published_on": _day(row, "published_at", "published_on")}
            for row in self._read("lesson", "published_at")
            if row.get("published_at") or row.get("published_on") or "published_at" not in row
        )
        return _numbered(shown)


class Unchanged:
    """A folder that is public already: its rows as they are."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def rows(self, name: str) -> Iterator[Row]:
        """Yield the rows of a table."""
        return self.source.rows(name)

    def open_file(self, path: str) -> BinaryIO:
        """Open a file of ``media.csv``."""
        return self.source.open_file(path)


def _shown(table: str, field: Field, value: Any) -> Any:
    """Take contact details out of free text; the partnership's own text keeps its web addresses."""
    is_words = field.kind == "string" and (field.longest or 0) >= WORDS_FROM
    if not isinstance(value, str) or not is_words or field.name in NEVER_REDACTED:
        return value
    return redact(value) if (table, field.name) in OF_RESIDENTS else redact_own(value)


def _by_chance(row: Row) -> str:
    """Return a place among others that tells nothing, and is the same each time."""
    told = "\0".join(str(row[name]) for name in ("site", "month", "language", "text"))
    return hashlib.sha256(told.encode()).hexdigest()


def _first_of(given: Iterable[Row], computed: Iterable[Row]) -> Iterator[Row]:
    """Yield what the folder itself gives, else what was computed."""
    found = list(given)
    yield from found or computed


def _newest(rows: Iterable[Row], group: tuple[str, ...]) -> list[Row]:
    newest: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = tuple(row.get(name) for name in group)
        if key not in newest or row["computed_at"] >= newest[key]["computed_at"]:
            newest[key] = row
    return list(newest.values())


def _day(row: Mapping[str, Any], *names: str) -> dt.date | None:
    return day_of(row, *(names or ("cast_at", "cast_on", "written_at", "written_on")))


def _level(count: int, target: int) -> str | None:
    if count == 0:
        return "nobody"
    return "few" if target >= SMALLEST_TARGET and 2 * count < target else None


def _month(row: Row) -> dt.date | None:
    on: dt.date | None = row.get("given_on") or row.get("month")
    return on.replace(day=1) if on else None
