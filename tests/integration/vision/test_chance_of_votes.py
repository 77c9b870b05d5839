"""The chance with which a statement was shown: kept with the vote, never believed of a form."""

from __future__ import annotations

import html
import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from lamppost.vision.chances import brought_back, carried
from lamppost.vision.models import Vote
from lamppost.vision.queries.routing import choose_next, routing_of

pytestmark = pytest.mark.django_db


def fields(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(statement|drawn)" value="([^"]*)"', page)
    # the first form of the page is the statement's; the one to undo comes after it
    return {name: html.unescape(value) for name, value in reversed(found)}


def press(client: Client, url: str, form: dict[str, str], answer: str = "agree") -> None:
    assert client.post(url, {**form, "vote": answer}).status_code == 303


def test_the_page_carries_it_and_the_vote_keeps_it(resident, conversation, statements):
    """It is the one of the draw; of the last statement that is left, 1."""
    url = f"/v/{conversation.code}/"
    press(resident, url, fields(resident.get(url).text))
    kept = [Vote.objects.get()]
    assert 0 < kept[0].shown_probability < 1
    for _ in (2, 3):
        form = fields(resident.get(url).text)
        done = {one.statement_id for one in kept}
        drawn = choose_next(routing_of(conversation), done, kept[0].participant.key)
        press(resident, url, form)
        kept.append(Vote.objects.get(statement=form["statement"]))
        assert kept[-1].statement_id == drawn.statement
        assert kept[-1].shown_probability == pytest.approx(drawn.probability, rel=1e-5)
    assert kept[1].shown_probability < kept[2].shown_probability == 1


def test_a_first_page_is_drawn_for_nobody_and_a_later_one_for_one_person(conversation, statements):
    url = f"/v/{conversation.code}/"
    first, other = Client(), Client()
    form = fields(first.get(url).text)
    press(first, url, form)
    press(other, url, form)
    assert Vote.objects.filter(shown_probability=None).count() == 0
    theirs = fields(first.get(url).text)
    press(other, url, theirs)
    assert Vote.objects.get(statement=theirs["statement"]).shown_probability is None


@pytest.mark.parametrize("forged", ["0.9", "0.9:abc", "1:" + "A" * 43, "x" * 5000, "nan", "\x00"])
def test_what_the_server_did_not_sign_is_not_kept_and_the_vote_counts(
    resident, conversation, statements, forged
):
    url = f"/v/{conversation.code}/"
    press(resident, url, {"statement": str(statements[0].pk), "drawn": forged})
    assert Vote.objects.get().shown_probability is None


def test_a_chance_of_another_statement_is_not_kept(resident, conversation, statements):
    form = {"statement": str(statements[0].pk), "drawn": carried(statements[1].pk, 0.5)}
    press(resident, f"/v/{conversation.code}/", form)
    assert Vote.objects.get().shown_probability is None
    assert brought_back(form["drawn"], statements[1].pk) == 0.5


def test_chosen_by_its_number_it_has_none_and_a_change_keeps_the_first(
    resident, conversation, statements
):
    url = f"/v/{conversation.code}/"
    form = fields(resident.get(url).text)
    press(resident, url, form)
    first = Vote.objects.get()
    number = next(one.number for one in statements if one.pk == first.statement_id)
    again = fields(resident.get(f"{url}?s={number}").text)
    assert "drawn" not in again
    press(resident, url, again, "disagree")
    kept = Vote.objects.get()
    assert (kept.value, kept.shown_probability) == (-1, first.shown_probability)


def test_the_database_takes_no_chance_that_is_none(resident, conversation, statements):
    press(resident, f"/v/{conversation.code}/", {"statement": str(statements[0].pk)})
    for wrong in (0.0, -0.1, 1.1):
        with pytest.raises(IntegrityError), transaction.atomic():
            Vote.objects.update(shown_probability=wrong)


def test_the_press_with_it_puts_no_more_questions(
    resident, conversation, statements, django_assert_num_queries
):
    """As many as without it: see `test_vote`."""
    url = f"/v/{conversation.code}/"
    press(resident, url, fields(resident.get(url).text))
    with django_assert_num_queries(5):
        form = fields(resident.get(f"{url}?after={statements[0].number}").text)
    assert form["drawn"]
    with django_assert_num_queries(8):
        press(resident, url, form)
    assert Vote.objects.filter(shown_probability=None).count() == 0
