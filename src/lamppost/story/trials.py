"""The public rows of a pilot's record: call, gates opened again, notices, commitments, views."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.utils import timezone

from lamppost.pilots.queries.counted import GOOD_FROM
from lamppost.pilots.tens import Said, new_tens, tens_behind

from .told import MEDIA_FOLDER, Source, day_of, numbered

Row = dict[str, Any]


def _at_least(row: Row, waiting: Counter[str]) -> int | None:
    """Return at least how many people stand behind a record, as its page says it."""
    return tens_behind(row.get("counted_people") or 0, waiting[row["id"]])


class Trials:
    """The part of the publisher that this module is about; mixed into `publish.Publisher`."""

    source: Source
    now: dt.datetime
    _files: dict[str, str]
    _read: Callable[..., Iterator[Row]]

    def _gates(self) -> Iterator[Row]:
        return self._with_day("gates", "recorded_at", "recorded_on")

    def _past_gates(self) -> Iterator[Row]:
        return self._with_day("past_gates", "reopened_at", "reopened_on")

    def _past_calls(self) -> Iterator[Row]:
        return self._with_day("past_calls", "withdrawn_at", "withdrawn_on")

    def _past_draws(self) -> Iterator[Row]:
        return self._with_day("past_draws", "voided_at", "voided_on")

    def _notices(self) -> Iterator[Row]:
        return self._with_day("notices", "told_at", "told_on")

    def _with_day(self, name: str, moment: str, day: str) -> Iterator[Row]:
        for row in self._read(name, moment):
            yield {**row, day: day_of(row, moment, day)}

    def _bids(self) -> Iterator[Row]:
        return self._of_settled_calls("bids")

    def _declarations(self) -> Iterator[Row]:
        return self._of_settled_calls("declarations")

    def _of_settled_calls(self, name: str) -> Iterator[Row]:
        """Yield what everybody may read once it is recorded who was chosen."""
        calls = self.source.rows("calls", ("id", "chosen_on"))
        settled = {row["id"] for row in calls if row.get("chosen_on")}
        return numbered(row for row in self._read(name) if row["call"] in settled)

    def _changes(self) -> Iterator[Row]:
        return self._asked_for("changes", "change", "change_feedback")

    def _themes(self) -> Iterator[Row]:
        people = self._people_waiting("theme_feedback", "theme")
        for row in self._read("themes", "made_at", "counted_people"):
            spoken = row.get("spoken_by") or _at_least(row, people)
            yield {**row, "spoken_by": spoken, "made_on": day_of(row, "made_at", "made_on")}

    def _commitments(self) -> Iterator[Row]:
        for row in self._asked_for("commitments", "commitment", "commitment_feedback", "made_at"):
            yield {**row, "made_on": day_of(row, "made_at", "made_on")}

    def _asked_for(self, name: str, column: str, links: str, *further: str) -> Iterator[Row]:
        """Yield rows with at least how many people stand behind each."""
        people = self._people_waiting(links, column)
        for row in self._read(name, *further, "counted_people"):
            yield {**row, "asked_by": row.get("asked_by") or _at_least(row, people)}

    def _people_waiting(self, links: str, column: str) -> Counter[str]:
        """Count the people behind each record who are not counted for good; each of them once."""
        rows = list(self.source.rows(links, (column, "feedback", "counted")))
        if not rows:
            return Counter()
        answers = self.source.rows("feedback", ("id", "participant"))
        people = {row["id"]: row.get("participant") or f"answer {row['id']}" for row in answers}
        spoke = {(row[column], people.get(row["feedback"])) for row in rows}
        done = {(row[column], people.get(row["feedback"])) for row in rows if row.get("counted")}
        return Counter(about for about, _person in spoke - done)

    def _group_views(self) -> Iterator[Row]:
        """Yield what groups said of pilots that are decided: before, only members read it."""
        return self._of_decided_pilots("group_views")

    def _of_decided_pilots(self, name: str, *further: str) -> Iterator[Row]:
        pilots = self.source.rows("pilots", ("id", "decided_on"))
        over = {row["id"] for row in pilots if row.get("decided_on")}
        return numbered(row for row in self._read(name, *further) if row["pilot"] in over)

    def _pulse_rounds(self) -> Iterator[Row]:
        today = timezone.localdate(self.now)
        return numbered(row for row in self._read("pulse_rounds") if row["starts_on"] <= today)

    def _pulse_counts(self) -> Iterator[Row]:
        """Yield exactly what the pilot's public page shows of the pulse."""
        today = timezone.localdate(self.now)
        questions = {row["id"]: row for row in self.source.rows("pulse_questions")}
        rounds = {
            row["id"]: row["number"]
            for row in self.source.rows("pulse_rounds")
            if row["ends_on"] < today
        }
        counts: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
        for row in self.source.rows("pulse_tens"):
            counts[row["question"], row["round"], row["arm"]][not row["good"]] += row["people"]
        for place, said in self._pulse_said(questions).items():
            for good, people in new_tens(said).items():
                counts[place][not good] += len(people)
        for (asked, number, arm), (good, others) in counts.items():
            if number in rounds and (good or others):
                question = questions[asked]
                yield {
                    "pilot": question["pilot"], "question": question["position"],
                    "round": rounds[number], "arm": arm, "good": good or None,
                    "others": others or None,
                }  # fmt: skip

    def _pulse_said(self, questions: Mapping[str, Row]) -> dict[tuple[str, str, str], list[Said]]:
        arms = {row["id"]: row["arm"] for row in self.source.rows("sites", ("id", "arm"))}
        found: dict[tuple[str, str, str], list[Said]] = defaultdict(list)
        for row in _oldest_first(self.source.rows("pulse_answers")):
            good = row["value"] >= GOOD_FROM[questions[row["question"]]["scale"]]
            key = (row["question"], row["round"], arms[row["site"]])
            found[key].append(Said(row["participant"], good, bool(row.get("ten"))))
        return found

    def _fix_counts(self) -> Iterator[Row]:
        """Yield exactly what the public page of commitments shows of "did this fix it?"."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for row in self.source.rows("fix_tens"):
            counts[row["commitment"]][row["answer"]] += row["people"]
        for commitment, said in self._fix_said().items():
            for answer, people in new_tens(said).items():
                counts[commitment][str(answer)] += len(people)
        for commitment, given in counts.items():
            kinds = ("yes", "partly", "no")
            yield {"commitment": commitment, **{kind: given[kind] or None for kind in kinds}}

    def _fix_said(self) -> dict[str, list[Said]]:
        """Return what was answered on days that are over, by commitment."""
        today = timezone.localdate(self.now)
        answers = self.source.rows("feedback", ("id", "participant"))
        people = {row["id"]: row.get("participant") or f"answer {row['id']}" for row in answers}
        found: dict[str, list[Said]] = defaultdict(list)
        for row in _oldest_first(self.source.rows("fix_answers")):
            counted = bool(row.get("ten"))
            if counted or timezone.localdate(row["answered_at"]) < today:
                one = Said(people[row["feedback"]], row["answer"], counted)
                found[row["commitment"]].append(one)
        return found

    def _documents(self, place: int) -> Iterator[Row]:
        """Yield the documents of calls, numbered after `place`."""
        for row in self._read("media"):
            column = next((name for name in ("call", "past_call") if row.get(name)), None)
            if row["kind"] != "document" or column is None:
                continue
            place += 1
            ending = row["file"].rsplit(".", 1)[-1]
            path = f"{MEDIA_FOLDER}/{column}-{row[column]}-document.{ending}"
            self._files[path] = row["file"]
            yield {**row, "id": str(place), "file": path, "words": None}


def _oldest_first(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (str(row["answered_at"]), len(row["id"]), row["id"]))
