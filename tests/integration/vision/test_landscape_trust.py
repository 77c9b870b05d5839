"""Three states in words, integrity and weights as the public and staff see them, every vote."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from lamppost.accounts.models import LedgerEntry, Partnership, User
from lamppost.engines.opinion import Landscape as EngineLandscape
from lamppost.engines.opinion import integrity as engine_integrity
from lamppost.engines.opinion import read_polis_export
from lamppost.stakeholders.models import Target
from lamppost.vision import vote_files
from lamppost.vision.actions import cast_vote
from lamppost.vision.actions.curation import merge_statement
from lamppost.vision.actions.imports import import_polis
from lamppost.vision.actions.landscape import compute_landscape
from lamppost.vision.models import (
    Characteristic,
    Conversation,
    Landscape,
    LandscapeRequest,
    PopulationShare,
)
from lamppost.vision.queries.landscape import named_votes, vote_matrix
from lamppost.vision.queries.public_landscape import public_view, view_without
from lamppost.vision.queries.trust import history, trust_of, who_took_part
from lamppost.vision.weighting import weighted
from tests.landscape_world import integrity, result, store, without_the_flagged
from tests.vision_world import DIVIDING, SHARED, let_vote, make_conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(partnership: Partnership) -> Conversation:
    return make_conversation(partnership, statements=3)


def place(conversation: Conversation, more: str = "") -> str:
    return f"/p/{conversation.partnership.slug}/vision/landscape/{conversation.code}/{more}"


@pytest.mark.parametrize("more", ["", "report/"])
@pytest.mark.parametrize(
    ("pattern", "settled", "says", "not_said"),
    [
        ("groups", True, "Opinions fall into 2 groups.", "Side A"),
        ("spectrum", True, "two sides, with many people between them", "Group A"),
        ("none", False, "here is what everybody agrees with", "Group A"),
        ("groups", False, "it is not settled: no groups are drawn", "Group A"),
    ],
)
def test_each_state_is_said_first_and_drawn_accordingly(
    client: Client,
    conversation: Conversation,
    pattern: str,
    settled: bool,
    says: str,
    not_said: str,
    more: str,
) -> None:
    store(conversation, result=result(pattern, settled=settled))
    body = client.get(place(conversation, more)).content.decode()
    assert says in body
    assert not_said not in body
    assert body.index(says) < body.index('id="ground"')
    assert SHARED in body
    assert ('id="apart"' in body) == settled
    assert ('id="map"' in body) == (pattern != "none")
    ground = body[body.index('id="ground"') : body.index('id="heard"')]
    assert ("c-group-2" in ground) == settled, "no colours of groups that are not settled"
    assert "it foretold 84 rightly" in body


def test_the_range_of_common_ground_is_of_a_hundred_people(
    client: Client, conversation: Conversation
) -> None:
    store(conversation, result=result("none", settled=False))
    body = client.get(place(conversation)).content.decode()
    assert "between 89 and 97 of 100 would agree" in " ".join(body.split())


def test_the_public_sees_kinds_and_steps_and_staff_see_numbers(
    client: Client, conversation: Conversation, lead_client: Client
) -> None:
    stored = store(conversation, integrity=integrity(24))
    shown = public_view(conversation, stored)
    public = trust_of(stored, shown, None, for_staff=False)
    staff = trust_of(stored, shown, None, for_staff=True)
    assert public is not None
    assert staff is not None
    assert (public.left_out, staff.left_out) == (20, 24)
    assert [count for _, count in public.levels] == [90, None]
    assert [count for _, count in staff.levels] == [93, 7]
    body = client.get(place(conversation)).content.decode()
    assert "the conclusion depends on them" in body
    assert "At least 20 people." in body
    assert "24 people." not in body
    assert "24 people." in lead_client.get(place(conversation)).content.decode()


def test_of_very_many_people_it_says_what_was_looked_at_in_part(
    client: Client, conversation: Conversation
) -> None:
    store(conversation)
    learnt, compared = "what is usual was learnt from some of them", "only the most similar"
    body = client.get(place(conversation)).content.decode()
    assert learnt not in body
    assert compared not in body
    bounds = [{"code": "opinion.integrity.bound.classes", "params": {"people": 4000, "all": 9000}}]
    store(conversation, integrity=integrity(bounds=bounds))
    body = client.get(place(conversation)).content.decode()
    assert learnt in body
    assert compared not in body
    bounds.append({"code": "opinion.integrity.bound.pairs", "params": {"pairs": 9, "degrees": 70}})
    store(conversation, integrity=integrity(bounds=bounds))
    assert compared in client.get(place(conversation)).content.decode()


def test_of_fewer_than_ten_flagged_people_nothing_is_said_that_tells_their_votes(
    client: Client, conversation: Conversation
) -> None:
    stored = store(conversation, integrity=integrity(9))
    shown = public_view(conversation, stored)
    assert view_without(conversation, stored) is None
    found = trust_of(stored, shown, None, for_staff=False)
    assert found is not None
    assert found.anybody
    assert found.changes, "that is one word about the whole"
    assert (found.left_out, found.both) == (None, None)
    assert [flag.people for flag in found.flags] == [None]
    body = client.get(place(conversation), {"flagged": "without"}).content.decode()
    assert "fewer than ten people gave them" in body
    assert 'href="?flagged=without' not in body
    assert client.get(place(conversation, "data.json"), {"flagged": "without"}).status_code == 404
    stored.integrity = None
    assert trust_of(stored, shown, None, for_staff=True) is None


def test_a_report_that_did_not_look_at_subtraction_is_not_shown_apart(
    conversation: Conversation,
) -> None:
    old = integrity(24)
    del old["hidden"]
    assert view_without(conversation, store(conversation, integrity=old)) is None


def test_both_results_stand_side_by_side(client: Client, conversation: Conversation) -> None:
    store(conversation, integrity=integrity(without=without_the_flagged(4)))
    body = " ".join(client.get(place(conversation)).content.decode().split())
    table = body[body.index("and without the unusual ones</caption>") :]
    table, after = table.split("</table>", 1)
    heads = ["All votes", "Without the unusual ones", "at least 100", "at least 75"]
    assert [head for head in heads if head not in table] == []
    assert "Opinions fall into 2 groups." in table
    assert "No pattern beyond chance" in table
    ground = table[table.index("Statements of common ground") :]
    assert ground.startswith("Statements of common ground</th><td>1</td><td>2<br>")
    assert "1 more" in ground[: ground.index("</tr>")]
    assert "1 less" in table[table.index("Statements that divide") :]
    row = after[after.index(DIVIDING) :].replace("\xa0", " ")
    assert "Would be common ground too." in row[: row.index("</li>")]
    assert "60 % agree; without the unusual votes 95 %" in row


def test_every_result_of_the_page_is_there_without_the_flagged_votes(
    client: Client, conversation: Conversation
) -> None:
    rest = without_the_flagged(4)
    places = {str(n): [float(n), float(n % 5)] for n in range(24, 100)}
    side = dict.fromkeys(places, 0)
    stored = store(
        conversation, integrity=integrity(without=rest, membership=side, positions=places)
    )
    body = client.get(place(conversation), {"flagged": "without"}).content.decode()
    text = " ".join(body.split())
    assert "You see the result without the votes that look unusual" in text
    assert "The conclusion is another than with all votes." in text
    assert text.index("No pattern beyond chance") < text.index('id="ground"')
    assert "Opinions fall into 2 groups." not in text[: text.index('id="trust"')]
    assert 'id="map"' in text
    assert f'{place(conversation, "data.csv")}?flagged=without"' in text
    told = client.get(place(conversation, "data.json"), {"flagged": "without"}).json()
    whole = client.get(place(conversation, "data.json")).json()
    assert (whole["without_flagged"], told["without_flagged"]) == (False, True)
    assert (whole["common_ground"], sorted(told["common_ground"])) == ([0], [0, 1])
    assert told["people_at_least"] == 75
    report = client.get(place(conversation, "report/"), {"flagged": "without"}).content.decode()
    assert "You see the result without" in report
    assert stored.integrity == Landscape.objects.get().integrity


def test_what_could_be_subtracted_is_hidden_in_the_second_result(
    client: Client, conversation: Conversation
) -> None:
    hidden = {"everyone": [], "nothing": [0]}
    store(conversation, integrity=integrity(without=without_the_flagged(4), hidden=hidden))
    told = client.get(place(conversation, "data.json"), {"flagged": "without"}).json()
    shares = {one["statement"]: one["shares"]["everyone"] for one in told["statements"]}
    assert shares[0] is None
    assert shares[1] is not None
    assert told["common_ground"] == [1]
    body = " ".join(client.get(place(conversation)).content.decode().split())
    assert "Of 1 statement not every number is shown without the unusual votes" in body
    ground = body[body.index("Statements of common ground</th>") :]
    assert "1 less" not in ground[: ground.index("</tr>")], "what is not told is no change"
    most = {"everyone": [], "nothing": [0, 1]}
    few_left = store(conversation, integrity=integrity(without=without_the_flagged(4), hidden=most))
    assert view_without(conversation, few_left) is None


def test_the_result_without_flagged_votes_is_computed_and_kept(
    client: Client, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fourteen people of one camp are taken for flagged, whatever the engine says of them."""
    people = let_vote(conversation, (30, 26))
    flagged = {str(one.pk) for one in people[-14:]}
    real = engine_integrity.integrity_report

    def report(votes: Any, arrivals: Any, **options: Any) -> Any:
        found = real(votes, arrivals, **options)
        return dataclasses.replace(found, flagged=np.arange(votes.people) >= 42)

    monkeypatch.setattr(engine_integrity, "integrity_report", report)
    stored = compute_landscape(conversation=conversation)
    assert stored is not None
    assert stored.integrity is not None
    assert stored.integrity["left_out"] == 14
    assert stored.integrity["bounds"] == []
    assert stored.integrity["without"]["participants"] == 42
    assert not flagged & set(stored.integrity["positions"])
    assert len(stored.integrity["positions"]) == 42
    assert stored.integrity["channels"] == {"web": 56}
    told = client.get(place(conversation, "data.json"), {"flagged": "without"}).json()
    assert told["people_at_least"] == 40
    assert told["common_ground"][0] == 0
    assert client.get(place(conversation), {"flagged": "without"}).status_code == 200


TARGET_HEAD = '<th scope="col" class="number">Target</th>'


def test_targets_stand_beside_who_took_part_for_members_alone(
    client: Client, conversation: Conversation, lead_client: Client
) -> None:
    Target.objects.create(
        partnership=conversation.partnership, dimension="group", value="resident", count=137
    )
    about = {
        "group": [{"value": "resident", "count": 40}],
        "age": [{"value": "18-29", "count": 40}],
    }
    store(conversation, integrity=integrity(part={"about": about, "weighted": None}))
    body = lead_client.get(place(conversation)).content.decode()
    # Only the table that has a target has the column: it costs width on a phone.
    assert body.count(TARGET_HEAD) == 1
    assert '<td class="number" data-label="Target">137</td>' in body
    body = client.get(place(conversation)).content.decode()
    assert TARGET_HEAD not in body
    assert '<td class="number" data-label="Target">137</td>' not in body


def test_what_several_tests_found_of_the_same_people_is_told_once(
    client: Client, conversation: Conversation, lead_client: Client
) -> None:
    """Staff read how many came in that time, and whether over one network; one time, not two."""

    def flag(kind: str, people: int, **more: object) -> dict[str, object]:
        moments = {"first": "2026-03-01T19:00:05+00:00", "last": "2026-03-01T19:00:40+00:00"}
        keys = [str(number) for number in range(people)]
        told = {"kind": kind, "gentle": kind != "burst", "size": people, "people": keys}
        return {**told, **moments, "code": f"opinion.integrity.{kind}", "params": {}, **more}

    flags = [
        flag("burst", 12, params={"crowd": 20}),
        flag("burst", 12, params={"crowd": 14}, code="opinion.integrity.burst.network"),
        flag("straight_line", 1),
    ]
    store(conversation, integrity=integrity(flags=flags, left_out=12))
    body = " ".join(lead_client.get(place(conversation)).content.decode().split())
    assert body.count("whose answers follow one model") == 1
    assert "12 of the 14 people who came in that time. They came over one network." in body
    assert "One answer to everything. 1 person." in body
    moment = "March 1, 2026, 7 p.m."
    assert f'<span class="small">{moment}</span>' in body
    body = " ".join(client.get(place(conversation)).content.decode().split())
    assert "whose answers follow one model. At least 10 people." in body
    assert "over one network." not in body
    assert "who came in that time" not in body
    assert moment not in body


def test_the_page_names_those_who_are_hardly_heard(
    client: Client, conversation: Conversation
) -> None:
    """Less than half their share of the people concerned, from the numbers that are shown."""
    shares = {"18-29": 0.2, "30-44": 0.4, "75-up": 0.4}
    PopulationShare.objects.bulk_create(
        PopulationShare(
            partnership=conversation.partnership, question="age", value=value, share=share
        )
        for value, share in shares.items()
    )
    said = {"18-29": 40, "30-44": 45, "75-up": 15, "under-18": None}

    def page() -> str:
        rows = [{"value": value, "count": count} for value, count in said.items()]
        store(conversation, integrity=integrity(part={"about": {"age": rows}, "weighted": None}))
        return str(client.get(place(conversation)).content.decode())

    body = page()
    line = body.split("Hardly heard:</b>")[1].split("</p>")[0].strip()
    assert line == "75 or older (15 % of those who answered, 40 % of the people concerned)."
    assert "45 %" in body
    # Where one of the numbers is hidden, no share can be told, so nobody is named.
    said["30-44"] = None
    body = page()
    assert "Hardly heard:" not in body
    assert "Of those who answered this" not in body


def test_only_staff_see_how_many_votes_came_since(
    client: Client, conversation: Conversation, lead_client: Client
) -> None:
    store(conversation, days_ago=1)
    let_vote(conversation, (3, 2))
    assert (
        "New since this landscape: 15 votes."
        in lead_client.get(place(conversation)).content.decode()
    )
    body = client.get(place(conversation)).content.decode()
    assert "New since" not in body
    LandscapeRequest.objects.update_or_create(
        conversation=conversation, defaults={"requested_at": timezone.now()}
    )
    assert 'http-equiv="refresh"' in lead_client.get(place(conversation)).content.decode()
    assert 'http-equiv="refresh"' not in client.get(place(conversation)).content.decode()


def test_how_it_moved_holds_released_numbers_of_each_day(
    client: Client, conversation: Conversation, django_assert_max_num_queries: Any
) -> None:
    for ago in range(15, 0, -1):
        store(conversation, ago, result=result(participants=115 - ago))
    store(conversation)
    with django_assert_max_num_queries(3):
        days = history(conversation, {0})
    assert len(days) == 12
    assert [day.computed_at for day in days] == sorted(day.computed_at for day in days)
    assert days[0].people == 100
    assert all(day.shares == {0: 0.95} for day in days)
    assert all(low < 0.95 < high for day in days for low, high in day.ranges.values())
    page = client.get(place(conversation)).content.decode()
    assert 'id="moved"' in page
    low, high = (f"{100 * limit:.0f}" for limit in days[0].ranges[0])
    assert re.search(rf"95\W?% \({low}\W?% to {high}\W?%\)", page[page.index('id="moved"') :])


class TestWeights:
    """Weighted to the population: which statements change, never the shares."""

    @pytest.fixture(autouse=True)
    def _older_people_are_few(self, conversation: Conversation) -> None:
        # The first statement is everybody's; with the second only the old agree.
        young = let_vote(conversation, (40,))
        old = let_vote(conversation, (0, 12))
        for people, value in ((young, "18-29"), (old, "75-up")):
            Characteristic.objects.bulk_create(
                Characteristic(participant=one, question="age", value=value, said_at=timezone.now())
                for one in people
            )
        for value, share in (("18-29", 0.2), ("75-up", 0.8)):
            PopulationShare.objects.create(
                partnership=conversation.partnership, question="age", value=value, share=share
            )

    def found(self, conversation: Conversation) -> dict[str, Any]:
        votes = named_votes(conversation)
        assert votes is not None
        whole = cast(EngineLandscape, SimpleNamespace(settled=False, groups=(), membership={}))
        told = weighted(conversation, votes, whole)
        assert told is not None
        return told

    def test_what_only_the_few_old_want_enters(self, conversation: Conversation) -> None:
        told = self.found(conversation)
        assert told["questions"] == ["age"]
        assert 1 in told["enter"]
        assert 0 not in {*told["enter"], *told["leave"]}
        assert told["effective"] in range(15, 50, 5)
        assert told.keys() == {"questions", "effective", "enter", "leave", "left_out"}

    def test_a_characteristic_with_a_small_category_is_left_out(
        self, conversation: Conversation
    ) -> None:
        few = Characteristic.objects.filter(value="75-up")[:3].values_list("pk", flat=True)
        Characteristic.objects.filter(pk__in=list(few)).delete()
        told = self.found(conversation)
        assert (told["questions"], told["left_out"]) == ([], ["age"])
        assert (told["enter"], told["leave"], told["effective"]) == ([], [], None)

    def test_the_page_says_what_would_change_and_who_took_part(
        self, conversation: Conversation, client: Client
    ) -> None:
        part = {
            "about": {"age": [{"value": "18-29", "count": 40}, {"value": "75-up", "count": None}]},
            "weighted": {"questions": ["age"], "left_out": [], "effective": 25, "enter": [2],
                         "leave": [0]},
        }  # fmt: skip
        stored = store(conversation, integrity=integrity(part=part))
        told = who_took_part(conversation, stored.integrity, public_view(conversation, stored))
        assert [one.number for one in told.leaving] == [0]
        body = client.get(place(conversation)).content.decode()
        assert "at least 25 people drawn by lot" in body
        assert "18 to 29" in body
        assert "not shown" in body


class TestEveryVote:
    """The vote matrix: for those with the right, with a warning, in the ledger."""

    @pytest.fixture(autouse=True)
    def _votes(self, conversation: Conversation) -> None:
        let_vote(conversation, (6, 5))

    def test_others_are_refused(
        self, client: Client, conversation: Conversation, client_of: Callable[[User], Client],
        make_member: Callable[..., User],
    ) -> None:  # fmt: skip
        assert client.get(place(conversation, "votes/")).status_code == 302
        facilitator = client_of(make_member("facilitator"))
        assert facilitator.get(place(conversation, "votes/")).status_code == 403
        assert facilitator.post(place(conversation, "votes/"), {"as": "polis"}).status_code == 403
        assert "Every vote" not in facilitator.get(place(conversation)).content.decode()

    def test_the_archive_is_read_back_with_equal_counts(
        self, conversation: Conversation, lead_client: Client, lead: User, tmp_path: Path
    ) -> None:
        first, second, third = conversation.statements.order_by("number")
        person = vote_matrix(conversation).participants[0]  # type: ignore[union-attr]
        participant = conversation.partnership.participants.get(pk=person)
        cast_vote(participant=participant, statement=second, value=0)
        merge_statement(statement=third, into=second, by=lead)
        matrix = vote_matrix(conversation)
        assert matrix is not None
        response = lead_client.post(place(conversation, "votes/"), {"as": "polis"})
        packed = io.BytesIO(b"".join(response.streaming_content))  # type: ignore[attr-defined]
        zipfile.ZipFile(packed).extractall(tmp_path)
        export = read_polis_export(tmp_path)
        assert export.matrix.statements == matrix.statements == (first.number, second.number)
        assert np.array_equal(export.matrix.values, matrix.values)
        assert np.array_equal(export.matrix.moderation, matrix.moderation)
        assert export.events is not None
        assert len(export.events) == int(matrix.voted.sum()) + 1, "the earlier answer too"
        assert participant.key not in packed.getvalue().decode("latin-1")
        entry = LedgerEntry.objects.get(action="vision.votes.exported")
        assert entry.by == lead

    def test_no_sentence_of_a_resident_is_a_formula_in_the_archive(
        self, conversation: Conversation, lead_client: Client, tmp_path: Path
    ) -> None:
        formula = '=HYPERLINK("https://bad.example";"More light")'
        voice = conversation.statements.order_by("number")[0].voice
        voice.text = voice.public_text = formula
        voice.save()
        response = lead_client.post(place(conversation, "votes/"), {"as": "polis"})
        packed = io.BytesIO(b"".join(response.streaming_content))  # type: ignore[attr-defined]
        zipfile.ZipFile(packed).extractall(tmp_path)
        with (tmp_path / "comments.csv").open(encoding="utf-8", newline="") as file:
            texts = [row["comment-body"] for row in csv.DictReader(file)]
        assert texts[0] == f"'{formula}"
        # Brought into another installation, it is what was said.
        made = import_polis(
            partnership=conversation.partnership, export=read_polis_export(tmp_path), source="copy"
        ).conversation
        assert made.statements.order_by("number")[0].voice.text == formula

    def test_parquet_has_a_row_for_each_vote(
        self, conversation: Conversation, lead_client: Client
    ) -> None:
        import pyarrow.parquet as pq

        response = lead_client.post(place(conversation, "votes/"), {"as": "parquet"})
        table = pq.read_table(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
        assert table.num_rows == 33
        assert table.column_names == ["participant", "statement", "vote", "time"]

    def test_without_pyarrow_the_page_says_how_to_get_it(
        self, conversation: Conversation, lead_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(vote_files, "has_parquet", lambda: False)
        body = lead_client.get(place(conversation, "votes/")).content.decode()
        assert "lamppost[archive]" in body
        assert "Do not publish them" in body
        lead_client.post(place(conversation, "votes/"), {"as": "parquet"})
        assert not LedgerEntry.objects.filter(action="vision.votes.exported").exists()


def test_host_chooses_how_groups_are_found(conversation: Conversation, lead_client: Client) -> None:
    page = f"/p/{conversation.partnership.slug}/vision/questions/{conversation.code}/edit/"
    body = lead_client.get(page).content.decode()
    assert 'name="mode"' in body
    assert "which always find groups" in body
    store(conversation, result=result(mode="polis", settled=False), mode="polis")
    shown = lead_client.get(place(conversation)).content.decode()
    assert "As Polis does it, for comparison" in shown
    assert DIVIDING in shown


def test_staff_see_what_polis_would_ask_next(
    conversation: Conversation, lead_client: Client, client: Client
) -> None:
    store(conversation, result=result(mode="polis", settled=False), mode="polis")
    page = lead_client.get(place(conversation)).content.decode()
    section = page[page.index('id="polis-next"') :]
    section = section[: section.index("</section>")]
    # All three were answered by everybody: the more agree, the larger the priority.
    assert section.index(SHARED) < section.index(DIVIDING)
    cells = re.findall(r'<td class="number">([^<]+)</td>', section)
    assert cells[0] == "0.87"
    assert [cell.replace("\xa0", " ") for cell in cells[1::2]] == ["56.5 %", "22.8 %", "20.6 %"]
    assert "polis-next" not in client.get(place(conversation)).content.decode()
    Landscape.objects.all().delete()
    store(conversation)
    assert "polis-next" not in lead_client.get(place(conversation)).content.decode()
