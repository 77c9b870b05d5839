"""What the page says, draws and lists of generated votes: nothing, a spectrum, an unsettled one."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from lamppost.accounts.models import Partnership
from lamppost.vision.actions import bulk_votes, compute_landscape
from lamppost.vision.models import Conversation
from lamppost.vision.queries.public_landscape import public_landscape
from lamppost.voices.models import Channel
from tests.vision_world import SHARED, add_people, make_conversation

if TYPE_CHECKING:
    from numpy.typing import NDArray

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PEOPLE, STATEMENTS = 200, 20


def table(places: NDArray[np.float64], strength: float, density: float, seed: int):  # type: ignore[no-untyped-def]
    """Votes of people at places from -1 to 1; None where somebody did not vote.

    Nearly everybody agrees with the first statement; every other leans to one end or the other.
    """
    rng = np.random.default_rng(seed)
    slope = np.where(np.arange(STATEMENTS) % 2, strength, -strength)
    base = np.linspace(-1, 1, STATEMENTS)
    slope[0], base[0] = 0, 3
    agrees = rng.random((PEOPLE, STATEMENTS)) < 1 / (1 + np.exp(-(base + np.outer(places, slope))))
    said = rng.random(agrees.shape) < density
    return np.where(said, np.where(agrees, 1, -1), -128).astype(np.int8)


def voted(partnership: Partnership, votes: NDArray[np.int8]) -> Conversation:
    conversation = make_conversation(partnership, STATEMENTS)
    statements = list(conversation.statements.order_by("number").values_list("pk", flat=True))
    people = [one.pk for one in add_people(conversation, PEOPLE)]
    now = timezone.now()
    rows = [
        (people[row], statements[column], int(votes[row, column]), now, Channel.WEB.value)
        for row, column in np.argwhere(votes != -128).tolist()
    ]
    bulk_votes(conversation=conversation, rows=rows)
    compute_landscape(conversation=conversation)
    return conversation


def page(conversation: Conversation, more: str = "") -> str:
    slug = conversation.partnership.slug
    body = Client().get(f"/p/{slug}/vision/landscape/{conversation.code}/{more}").text
    return " ".join(html.unescape(body).split())


def part(body: str, name: str) -> str:
    found = re.search(rf'<h2 id="{name}">.*?</section>', body)
    return found[0] if found else ""


def rows(piece: str) -> list[list[str]]:
    """Return the rows of a part's tables, as text."""
    lines = re.findall(r"<tr>(.*?)</tr>", piece)
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line) for line in lines]
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in line] for line in found]


def names_on_the_map(body: str) -> set[str]:
    return set(re.findall(r'text-anchor="middle"[^>]*>([^<]+)</text>', part(body, "map")))


def test_no_pattern_beyond_chance(partnership: Partnership) -> None:
    conversation = voted(partnership, table(np.zeros(PEOPLE), 2, 0.6, 1))
    shown = public_landscape(conversation)
    assert shown is not None
    assert (shown.pattern, shown.settled, shown.groups, shown.places) == ("none", False, (), ())
    for more in ("", "report/"):
        body = page(conversation, more)
        assert "No pattern beyond chance: here is what everybody agrees with." in body
        assert "Opinions fall into" not in body
        assert "Opinions lie on a spectrum" not in body
        assert "fewer than 10 people so far" not in body, "counts are the landscape's"
        for left_out in ("map", "apart", "typical"):
            assert f'id="{left_out}"' not in body
        ground = part(body, "ground")
        assert SHARED in ground
        assert "c-group-2" not in ground
        groups = {line[1] for line in rows(ground)[1:]}
        assert groups == {"Everybody"}
        assert any(line[0] == SHARED and "%" in line[2] for line in rows(ground))
        assert not re.search(r"\b(Group|Side) [AB]\b", body)


def test_a_spectrum_has_two_sides(partnership: Partnership) -> None:
    places = np.random.default_rng(3).uniform(-1, 1, PEOPLE)
    conversation = voted(partnership, table(places, 3, 1, 1))
    shown = public_landscape(conversation)
    assert shown is not None
    assert (shown.pattern, shown.settled, len(shown.groups)) == ("spectrum", True, 2)
    for more in ("", "report/"):
        body = page(conversation, more)
        assert "Opinions lie on a spectrum: two sides, with many people between them." in body
        assert "Opinions fall into" not in body
        assert "Even on the side that agrees least," in body
        assert "Group A" not in body
        assert names_on_the_map(body) == {"Side A", "Side B"}
        assert [line[0] for line in rows(part(body, "map"))[1:]] == ["Side A", "Side B"]
        assert all("at least" in line[1] for line in rows(part(body, "map"))[1:])
        assert {line[1] for line in rows(part(body, "apart"))[1:]} == {"Side A", "Side B"}
        assert SHARED in part(body, "ground")
        assert SHARED not in part(body, "apart")
        assert "c-group-2" in part(body, "map")


def unsettled_votes() -> NDArray[np.int8]:
    """Votes in which there is a pattern, whose sides would come out differently another time."""
    from lamppost.engines.opinion import VoteMatrix, landscape

    sides = np.where(np.arange(PEOPLE) % 2, 1.0, -1.0)
    names = tuple(f"p{number}" for number in range(PEOPLE))
    for seed in range(1, 7):
        votes = table(sides, 0.7, 0.4, seed)
        accepted = np.ones(STATEMENTS, np.int8)
        meta = np.zeros(STATEMENTS, bool)
        matrix = VoteMatrix(names, tuple(range(STATEMENTS)), votes, accepted, meta)
        found = landscape(matrix)
        if found.pattern != "none" and not found.settled:
            return votes
    pytest.fail("none of six conversations with weak groups is unsettled")


def test_an_unsettled_pattern_has_no_groups_and_no_colours(partnership: Partnership) -> None:
    conversation = voted(partnership, unsettled_votes())
    shown = public_landscape(conversation)
    assert shown is not None
    if not shown.is_unsettled:
        pytest.fail(f"{shown.pattern}, settled: {shown.settled}")
    assert shown.groups == ()
    assert shown.places
    for more in ("", "report/"):
        body = page(conversation, more)
        assert "There is a pattern, but it is not settled: no groups are drawn" in body
        assert not re.search(r"\b(Group|Side) [AB]\b", body)
        for left_out in ("apart", "typical"):
            assert f'id="{left_out}"' not in body
        drawn = part(body, "map")
        assert "<circle" in drawn or "<path" in drawn, "people are still shown"
        assert "c-group" not in drawn
        assert names_on_the_map(body) == set()
        assert [line[0] for line in rows(drawn)[1:]] == ["Everybody"]
        ground = part(body, "ground")
        assert {line[1] for line in rows(ground)[1:]} <= {"Everybody"}
        assert "c-group-2" not in ground
    record = Client().get(
        f"/p/{conversation.partnership.slug}/vision/landscape/{conversation.code}/data.json"
    )
    assert record.json()["groups"] == []
