"""The public rows of stories, workshops, the vision, and of what voters said of themselves."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, BinaryIO, Protocol

from django.utils import timezone

from lamppost.engines.suppression import release_count, suppress
from lamppost.voices.redaction import redact, redact_own

Row = dict[str, Any]
MEDIA_FOLDER = "media"


def numbered(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows with ids counted from 1."""
    for place, row in enumerate(rows, start=1):
        yield {**row, "id": str(place)}


def day_of(row: Mapping[str, Any], *names: str) -> dt.date | None:
    """Return the day (UTC) of the first of these columns that is filled."""
    for name in names:
        value = row.get(name)
        if isinstance(value, dt.datetime):
            return value.astimezone(dt.UTC).date()
        if isinstance(value, dt.date):
            return value
    return None


def own_words(value: Any) -> Any:
    """Return plain JSON of the partnership's own with contact details taken out of its texts."""
    if isinstance(value, str):
        return redact_own(value)
    if isinstance(value, list):
        return [own_words(item) for item in value]
    if isinstance(value, dict):
        return {key: own_words(item) for key, item in value.items()}
    return value


class Source(Protocol):
    """Where rows come from: the database, or a folder that was read."""

    def rows(self, name: str, columns: Iterable[str] | None = None) -> Iterator[Row]:
        """Yield the rows of a table."""
        ...

    def open_file(self, path: str) -> BinaryIO:
        """Open a file of ``media.csv``."""
        ...


class Told(ABC):
    """The part of the publisher that this module is about; mixed into `publish.Publisher`."""

    source: Source
    now: dt.datetime
    _files: dict[str, str]
    _read: Callable[..., Iterator[Row]]

    @cached_property
    @abstractmethod
    def _voice_ids(self) -> dict[str, str]:
        """Id in the source → id in the public form, for words that stand in ``voices.csv``."""

    @abstractmethod
    def _documents(self, place: int) -> Iterator[Row]:
        """Yield the documents of calls, numbered after `place`."""

    @abstractmethod
    def _statements(self) -> Iterator[Row]:
        """Yield the statements that may be shown."""

    @cached_property
    @abstractmethod
    def statement_ids(self) -> dict[str, str]:
        """Id in the source → id in the public form, for statements that may be shown."""

    # Stories --------------------------------------------------------------------------------

    @cached_property
    def _story_rows(self) -> list[tuple[str, Row]]:
        """Old id and row of every story whose words may be shown."""
        uses = ("photo_words", "may_show_photo", "may_play_audio")
        shown = (row for row in self._read("stories", *uses) if row["voice"] in self._voice_ids)
        return [
            (row["id"], {**row, "id": str(place), "voice": self._voice_ids[row["voice"]]})
            for place, row in enumerate(shown, start=1)
        ]

    @cached_property
    def _story_ids(self) -> dict[str, str]:
        return {old: row["id"] for old, row in self._story_rows}

    def _stories(self) -> Iterator[Row]:
        return (row for _old, row in self._story_rows)

    def _media(self) -> Iterator[Row]:
        """Yield the files whose teller agreed to this use of them, and documents of calls."""
        stories = dict(self._story_rows)
        use = {"photo": "may_show_photo", "audio": "may_play_audio"}
        place = 0
        for row in self._read("media"):
            story = stories.get(row.get("story") or "")
            if story is None or row["kind"] not in use or not story.get(use[row["kind"]]):
                continue
            place += 1
            ending = row["file"].rsplit(".", 1)[-1]
            path = f"{MEDIA_FOLDER}/{story['id']}-{row['kind']}.{ending}"
            self._files[path] = row["file"]
            words = story.get("photo_words") if row["kind"] == "photo" else None
            yield {
                **row,
                "id": str(place),
                "story": story["id"],
                "file": path,
                "words": redact(words) if words else None,
            }
        yield from self._documents(place)

    # Workshops ------------------------------------------------------------------------------

    @cached_property
    def _workshop_rows(self) -> list[tuple[str, Row]]:
        """Old id and row of every workshop that was held and agreed on something."""
        agreed = {row["workshop"] for row in self.source.rows("agreements", ("workshop",))}
        today = timezone.localdate(self.now)
        held = (
            row
            for row in self._read("workshops")
            if row["id"] in agreed and row.get("held_on") and row["held_on"] <= today
        )
        return [(row["id"], {**row, "id": str(place)}) for place, row in enumerate(held, start=1)]

    def _workshops(self) -> Iterator[Row]:
        return (row for _old, row in self._workshop_rows)

    @cached_property
    def _agreement_rows(self) -> list[tuple[str, Row]]:
        workshops = {old: row["id"] for old, row in self._workshop_rows}
        shown = (row for row in self._read("agreements") if row["workshop"] in workshops)
        return [
            (row["id"], {**row, "id": str(place), "workshop": workshops[row["workshop"]]})
            for place, row in enumerate(shown, start=1)
        ]

    def _agreements(self) -> Iterator[Row]:
        return (row for _old, row in self._agreement_rows)

    def _agreement_statements(self) -> Iterator[Row]:
        agreements = {old: row["id"] for old, row in self._agreement_rows}
        return numbered(
            {
                **row,
                "agreement": agreements[row["agreement"]],
                "statement": self.statement_ids[row["statement"]],
            }
            for row in self._read("agreement_statements")
            if row["agreement"] in agreements and row["statement"] in self.statement_ids
        )

    # The vision -----------------------------------------------------------------------------

    @cached_property
    def _vision_rows(self) -> list[tuple[str, Row]]:
        """Old id and row of every version that was published."""
        found = [
            {**row, "published_on": day} for row in self._read("visions", "published_at")
            if (day := day_of(row, "published_at", "published_on"))
        ]  # fmt: skip
        return [
            (row["id"], {**row, "id": str(place), "goals": self._public_goals(row.get("goals"))})
            for place, row in enumerate(found, start=1)
        ]

    def _public_goals(self, goals: Any) -> list[Row]:
        """Leave out statements that may not be shown, and contact details."""
        shown = {
            (row["conversation"], row["number"])
            for row in self._statements()
            if row.get("conversation") is not None
        }
        return [
            {
                **own_words(goal),
                "statements": [
                    {"conversation": one["conversation"], "number": one["number"]}
                    for one in goal.get("statements", ())
                    if (one["conversation"], one["number"]) in shown
                ],
            }
            for goal in goals or ()
        ]

    def _visions(self) -> Iterator[Row]:
        return (row for _old, row in self._vision_rows)

    def _objections(self) -> Iterator[Row]:
        visions = {old: row["id"] for old, row in self._vision_rows}
        return numbered(
            {
                **row,
                "vision": visions[row["vision"]],
                "voice": self._voice_ids[row["voice"]],
                "answered_on": day_of(row, "answered_at", "answered_on"),
            }
            for row in self._read("objections", "answered_at")
            if row["vision"] in visions and row["voice"] in self._voice_ids
        )

    # What voters said of themselves -----------------------------------------------------------

    def _characteristic_counts(self) -> Iterator[Row]:
        """Yield how many voters of each closed question said what; small counts hidden."""
        closed = [
            row["id"]
            for row in self.source.rows("conversations", ("id", "closes_at"))
            if row.get("closes_at") and row["closes_at"] <= self.now
        ]
        said = list(self.source.rows("characteristics", ("participant", "question", "value")))
        if not closed or not said:
            return
        asked = {
            row["id"]: row["conversation"]
            for row in self.source.rows("statements", ("id", "conversation"))
        }
        voters: dict[str, set[str]] = {name: set() for name in closed}
        for row in self.source.rows("votes", ("participant", "statement")):
            if (name := asked.get(row["statement"])) in voters:
                voters[name].add(row["participant"])
        shares = self.source.rows("population_shares", ("question", "value"))
        known = {(row["question"], row["value"]) for row in shares}
        kept = self._counted_with_landscape()
        for name in closed:
            for row in kept.get(name) or _counted(name, voters[name], said):
                # That somebody gave a rare answer is itself not told.
                if row["people"] is not None or (row["question"], row["value"]) in known:
                    yield row

    def _counted_with_landscape(self) -> dict[str, list[Row]]:
        """Return question → what its newest landscape counted, which no later press moves.

        A landscape of an earlier version counted nothing, and its question is not in it.
        """
        stored = self.source.rows("landscapes", ("conversation", "computed_at", "integrity"))
        found: dict[str, list[Row]] = {}
        for row in sorted(stored, key=lambda one: one["computed_at"]):
            about = ((row.get("integrity") or {}).get("part") or {}).get("about", {})
            found[row["conversation"]] = [
                {
                    "conversation": row["conversation"],
                    "question": question,
                    "value": said["value"],
                    "people": said["count"],
                }
                for question in sorted(about)
                for said in sorted(about[question], key=lambda one: str(one["value"]))
            ]
        return found


def _counted(conversation: str, voters: Collection[str], said: Iterable[Row]) -> Iterator[Row]:
    """Count what these voters said, with those who said nothing as a part of the total."""
    counts = Counter(
        (row["question"], row["value"]) for row in said if row["participant"] in voters
    )
    for question in sorted({asked for asked, _value in counts}):
        values = sorted(value for asked, value in counts if asked == question)
        cells = [counts[question, value] for value in values]
        shown = suppress([*cells, len(voters) - sum(cells)]).cells[0]
        for value, count in zip(values, shown[:-1], strict=True):
            yield {
                "conversation": conversation,
                "question": question,
                "value": value,
                "people": None if count is None else release_count(count),
            }
