"""The public export, searched for everything that must not be in it."""

from __future__ import annotations

import csv
import json
import re
import secrets
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from lamppost.story.actions import export_folder
from lamppost.story.database import DatabaseSource
from lamppost.story.publish import Publisher
from lamppost.vision.actions import cast_vote, compute_landscape
from lamppost.vision.actions.landscape import RELEASE_STEP, refresh
from lamppost.vision.models import Vote
from lamppost.vision.queries.public_landscape import public_view
from lamppost.vision.queries.released import released
from lamppost.voices.actions import erase_participant
from lamppost.voices.models import Participant

from .town import ALL_SECRETS, SITE_SHARE, Town

EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
PHONE = re.compile(r"\+?\d[\d ()/-]{7,}\d")
# Digits enough for a telephone number, by chance.
# The number of a draw is public, and as long as a key: in two tables alone.
DRAWN = re.compile(r"(?<!\d)\d{39}(?!\d)")
NO_PHONE = re.compile(r"[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\d")
HEX_KEY = re.compile(r"\b[0-9a-f]{32,}\b")
# Numbers with many digits that are no phone: coordinates, moments, readings, checks of a result.
NUMBERS = {"observations.csv", "landscapes.csv", "estimates.csv"}


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_nothing_secret_is_anywhere(public: Path) -> None:
    for path in public.iterdir():
        if path.name == "media":
            continue
        text = path.read_text(encoding="utf-8")
        for secret in ALL_SECRETS:
            assert secret not in text, (path.name, secret)
        assert "Private Person" not in text, path.name
        if path.name in ("pilots.csv", "past_draws.csv"):
            text = DRAWN.sub("", text)
        assert not EMAIL.findall(text), path.name
        if path.suffix == ".csv" and path.name not in NUMBERS:
            assert not PHONE.findall(NO_PHONE.sub("", text)), path.name
        # The panel's own fingerprint; checksums of files; what was promised before a draw.
        public_sums = {"estimates.csv", "media.csv", "past_draws.csv", "datapackage.json"}
        if path.name not in public_sums:
            assert not HEX_KEY.findall(text), path.name


def test_gates_say_the_day_on_which_they_were_written_down(public: Path) -> None:
    gates = rows(public, "gates")
    assert {row["recorded_on"] for row in gates} == {"2026-06-01"}
    assert "recorded_at" not in gates[0]


def test_shares_of_people_s_answers_by_site_stay_private(public: Path) -> None:
    text = (public / "observations.csv").read_text(encoding="utf-8")
    assert len(text.splitlines()) > 100
    assert str(SITE_SHARE) not in text


def test_tables_about_people_are_not_there(public: Path) -> None:
    names = {path.stem for path in public.glob("*.csv")}
    absent = {"votes", "members", "invitations", "participants", "ledger", "attendance",
              "replaced_votes", "paper_sheets", "imports", "targets", "change_feedback",
              "verifications", "characteristics", "important_marks", "agenda",
              "workshop_statements"}  # fmt: skip
    assert not names & absent
    assert stat.S_IMODE(public.stat().st_mode) == 0o755
    assert not (public / "PRIVATE.txt").exists()


def test_no_small_count_is_shown(public: Path) -> None:
    shown = [row["people"] for row in rows(public, "stakeholder_counts")]
    for row in rows(public, "feedback_counts"):
        shown += [row[name] for name in ("better", "same", "worse", "answers")]
    shown += [row["asked_by"] for row in rows(public, "changes")]
    assert [int(count) for count in shown if count and 0 < int(count) < 10] == []
    people = [row["asked_by"] for row in rows(public, "changes")]
    people += [row["asked_by"] for row in rows(public, "commitments")]
    people += [row["spoken_by"] for row in rows(public, "themes")]
    assert {int(count) % 10 for count in people if count} == {0}, "ten at a time, as their answers"
    assert any(shown), "the made-up town has counts to show"
    assert [row["asked_by"] for row in rows(public, "changes")][1] == "", "three asked for it"
    for row in rows(public, "landscapes"):
        result = json.loads(row["result"])
        assert all(group["people"] is None or group["people"] >= 10 for group in result["groups"])
        assert not {"membership", "positions"} & result.keys()
        for statement in result["statements"]:
            for share in filter(None, [*statement["shares"], statement["everyone"]]):
                assert share["votes"] >= 10
                assert share.keys() == {"agree", "disagree", "low", "high", "votes"}


def test_words_need_consent_and_acceptance(public: Path) -> None:
    assert {row["text"] for row in rows(public, "feedback")} == {
        "I take the short way home again.",
        "My daughter walks from the bus alone now.",
        "The lamp shines into my bedroom.",
        "I see no difference on our side.",
        "Ring [number removed] or [e-mail removed]",
    }
    statements = rows(public, "statements")
    assert len(statements) == 10
    assert statements[-2]["text"] == "Write to [e-mail removed]"
    months = {row["month"] for row in rows(public, "feedback")}
    assert months
    assert all(re.fullmatch(r"\d{4}-\d\d-01", month) for month in months)
    assert rows(public, "feedback")[0].keys() == {"id", "site", "text", "language", "month"}


def test_no_single_vote_is_in_any_file(town: Town, public: Path) -> None:
    assert not (public / "votes.csv").exists()
    listed = json.loads((public / "datapackage.json").read_text(encoding="utf-8"))
    assert "votes" not in {resource["name"] for resource in listed["resources"]}
    assert list(Publisher(DatabaseSource(town.partnership)).rows("votes")) == []
    for path in public.glob("*.csv"):
        heads = path.read_text(encoding="utf-8").splitlines()[0].split(",")
        assert "participant" not in heads, path.name
    for row in rows(public, "landscapes"):
        told = {word for word in row["result"].split('"') if word}
        assert not told & {str(person.key) for person in Participant.objects.all()}


def results(town: Town) -> list[dict[str, Any]]:
    """What a public export made now says of the question, but not when it was computed."""
    found = Publisher(DatabaseSource(town.partnership)).rows("landscapes")
    return [{key: value for key, value in row.items() if key != "computed_at"} for row in found]


def vote_now(town: Town, people: int) -> None:
    """People who never voted answer every statement alike, on paper, after the question closed."""
    for _number in range(people):
        person = Participant.objects.create(
            partnership=town.partnership, key=secrets.token_hex(32), created_at=timezone.now()
        )
        for statement in town.conversation.statements.all():
            if statement.voice.state == "accepted" and statement.merged_into is None:
                cast_vote(participant=person, statement=statement, value=-1, channel="paper")


class TestTwoExportsAroundOneVote:
    @pytest.fixture(autouse=True)
    def _computed(self, town: Town) -> None:
        compute_landscape(conversation=town.conversation)

    def test_one_new_voter_changes_nothing(self, town: Town) -> None:
        before = results(town)
        assert before[0]["result"]["people"] == 240
        vote_now(town, 1)
        refresh(conversation=town.conversation)
        assert results(town) == before

    def test_several_new_voters_come_together(self, town: Town) -> None:
        before = results(town)
        vote_now(town, RELEASE_STEP)
        assert results(town) == before, "as counted in the stored landscape"
        assert refresh(conversation=town.conversation)
        assert results(town)[0]["result"]["people"] == 240 + RELEASE_STEP

    def test_one_erased_person_cannot_be_subtracted(self, town: Town) -> None:
        before = results(town)
        voter = Participant.objects.filter(votes__isnull=False).first()
        assert voter is not None
        erase_participant(participant=voter)
        refresh(conversation=town.conversation)
        assert results(town) == before

    def test_one_changed_answer_cannot_be_subtracted(self, town: Town) -> None:
        before = results(town)
        vote = Vote.objects.filter(statement__voice__state="accepted").first()
        assert vote is not None
        cast_vote(
            participant=vote.participant,
            statement=vote.statement,
            value=-vote.value or 1,
            channel="paper",
        )
        refresh(conversation=town.conversation)
        assert results(town) == before


def test_few_voters_give_no_result(town: Town) -> None:
    few = Participant.objects.filter(votes__isnull=False).distinct()[:9].values_list("pk")
    Vote.objects.exclude(participant__in=list(few)).delete()
    compute_landscape(conversation=town.conversation)
    assert Vote.objects.exists()
    (row,) = results(town)
    assert row["result"] == {"format": "lamppost.landscape.public/2", "enough": False}
    assert row["participants"] is row["votes"] is None


class FeedbackCameBackwards:
    """The same record, had the last words come first."""

    def __init__(self, source: DatabaseSource) -> None:
        self.source = source

    def rows(self, name: str, columns: Iterable[str] | None = None) -> Iterator[dict[str, Any]]:
        found = list(self.source.rows(name, columns))
        return iter(found[::-1] if name == "feedback" else found)


def test_words_at_sites_stand_in_an_order_that_tells_nothing(town: Town) -> None:
    source = DatabaseSource(town.partnership)
    given = list(Publisher(source).rows("feedback"))
    assert len(given) > 3
    assert given == list(Publisher(FeedbackCameBackwards(source)).rows("feedback"))


def test_the_partnership_s_own_addresses_and_figures_stay(town: Town) -> None:
    town.conversation.background = (
        "See https://tinyurl.com/1234567890. The population 1234567. Ring 079 123 45 67."
    )
    town.conversation.save()
    row = next(iter(Publisher(DatabaseSource(town.partnership)).rows("conversations")))
    assert row["background"] == (
        "See https://tinyurl.com/1234567890. The population 1234567. Ring [number removed]."
    )


def test_stakeholders_are_organisations_alone(public: Path) -> None:
    listed = rows(public, "stakeholders")
    assert [row["name"] for row in listed] == [
        "Elm Street Neighbourhood Council", "Brightlux", "City of Harbourlea",
    ]  # fmt: skip
    assert listed[0].keys() == {"id", "kind", "name", "group"}
    hardly = {row["value"]: row for row in rows(public, "hardly_heard")}
    assert hardly["academic"]["reason"] == "The university joins in spring."
    assert hardly["Canal North"]["level"] == "few"


def test_an_unpublished_lesson_stays_at_home(town: Town, folder: Path) -> None:
    lesson = town.pilot.lesson
    lesson.published_at = None
    lesson.save()
    export_folder(partnership=town.partnership, folder=folder)
    assert rows(folder, "lesson") == []


def test_landscape_says_what_its_own_public_page_says(town: Town) -> None:
    stored = compute_landscape(conversation=town.conversation)
    assert stored is not None
    page = public_view(town.conversation, stored)
    row = next(iter(Publisher(DatabaseSource(town.partnership)).rows("landscapes")))
    result = row["result"]
    assert (result["people"], result["votes"]) == (page.people, page.votes)
    assert [group["people"] for group in result["groups"]] == [g.people for g in page.groups]
    ours = {item["statement"]: item for item in result["statements"]}
    assert ours.keys() == {statement.number for statement in page.statements}
    for statement in page.statements:
        shares = [vars(share) if share else None for share in statement.shares]
        assert ours[statement.number]["shares"] == shares
        everyone = vars(statement.everyone) if statement.everyone else None
        assert ours[statement.number]["everyone"] == everyone
    assert result["common_ground"] == [s.number for s in page.common_ground]
    assert result["dividing"] == [s.number for s in page.dividing]


def test_landscape_of_few_people_says_nothing() -> None:
    result = {"format": "lamppost.landscape/1", "participants": 9, "results": []}
    assert released(result, {1}) == {
        "format": "lamppost.landscape.public/2",
        "enough": False,
    }
