"""Goals and indicators through HTTP: who may, what is shown, what is refused."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection
from django.db.models import ProtectedError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lamppost.accounts.ledger_words import words_of
from lamppost.accounts.models import LedgerEntry, Partnership, User
from lamppost.vision.actions import add_seed_statement, compute_landscape
from lamppost.vision.actions.goals import add_goal, add_indicator
from lamppost.vision.models import Conversation, Goal, Indicator, StatementTranslation, Vote
from lamppost.vision.queries.goals import goal_lines
from lamppost.voices.models import Voice
from tests.vision_world import DIVIDING, SHARED, add_statement, let_vote, make_conversation

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TODAY = dt.date(2026, 3, 4)


@pytest.fixture
def place(partnership: Partnership) -> str:
    return f"/p/{partnership.slug}/vision/goals/"


@pytest.fixture
def conversation(partnership: Partnership) -> Conversation:
    conversation = make_conversation(partnership)
    let_vote(conversation)
    compute_landscape(conversation=conversation)
    return conversation


@pytest.fixture
def goal(partnership: Partnership, lead: User) -> Goal:
    return add_goal(
        partnership=partnership, by=lead, values={"title": "Walk home safely", "agreed_on": TODAY}
    )


@pytest.fixture
def indicator(goal: Goal, lead: User) -> Indicator:
    values = {"name": "People after dark", "unit": "people per hour", "direction": "up"}
    return add_indicator(goal=goal, by=lead, values={**values, "worth_it": 5.0})


def actions_of_ledger() -> list[str]:
    return list(LedgerEntry.objects.order_by("pk").values_list("action", flat=True))


def test_a_goal_with_the_statement_behind_it(
    lead_client: Client, place: str, conversation: Conversation
) -> None:
    form = lead_client.get(f"{place}add/").content.decode()
    assert SHARED in form, "common ground can be chosen"
    assert DIVIDING not in form, "what divides cannot"
    behind = conversation.statements.get(number=0)
    response = lead_client.post(
        f"{place}add/",
        {
            "title": "Everybody gets home",
            "description": "On every evening.",
            "agreed_on": "2026-03-04",
            "statements": [behind.pk],
        },
    )
    goal = Goal.objects.get()
    assert response["Location"] == f"{place}{goal.pk}/indicators/add/"
    assert (goal.title, goal.agreed_on) == ("Everybody gets home", TODAY)
    assert list(goal.statements.all()) == [behind]
    body = Client().get(place).content.decode()
    for part in ("Everybody gets home", "On every evening.", SHARED, "Agreed on"):
        assert part in body
    assert "it has no indicator" in body


def test_statements_stand_in_full_with_their_support_the_best_first(
    lead_client: Client, place: str, partnership: Partnership
) -> None:
    """Also forty of them, in a list that scrolls; what is ticked stays ticked."""
    long = make_conversation(partnership, 2)
    words = [f"Statement number {n}, and {'what it asks for ' * 12}." for n in range(2, 42)]
    for number, text in enumerate(words, start=2):
        add_statement(long, number, text)
    everybody = [(person, 1) for person in let_vote(long)]
    rows = [
        Vote(participant=person, statement=one, value=value, cast_at=timezone.now())
        for one in long.statements.filter(number__gte=2)
        for person, value in everybody
    ]
    Vote.objects.filter(statement__number__gte=2).delete()
    Vote.objects.bulk_create(rows)
    compute_landscape(conversation=long)
    page = lead_client.get(f"{place}add/").text
    assert all(one in page for one in [SHARED, *words])
    assert DIVIDING not in page
    assert page.count("Even in the group that agrees least, between") == 41
    assert page.index("best supported first") < page.index(words[0])
    ticked = long.statements.get(number=30)
    again = lead_client.post(f"{place}add/", {"title": "", "statements": [ticked.pk]}).text
    assert re.findall(r'value="(\d+)" checked', again) == [str(ticked.pk)]
    goal = add_goal(partnership=partnership, by=None, values={"title": "One"}, statements=[ticked])
    ticked.voice.state = "declined"
    ticked.voice.save()
    kept = lead_client.get(f"{place}{goal.pk}/").text
    assert re.findall(r'value="(\d+)" checked', kept) == [str(ticked.pk)]
    assert kept.count("Stands behind this goal, but is no common ground now.") == 1
    assert kept.index("no common ground now") < kept.index("Even in the group")


def test_questions_stand_apart_and_words_are_read_in_the_hosts_language(
    lead_client: Client,
    place: str,
    partnership: Partnership,
    conversation: Conversation,
    django_assert_max_num_queries: Callable[..., AbstractContextManager[object]],
) -> None:
    other = make_conversation(partnership)
    let_vote(other)
    compute_landscape(conversation=other)
    StatementTranslation.objects.create(
        statement=other.statements.get(number=0),
        language="es",
        text="Que todos lleguen bien.",
        made_at=timezone.now(),
    )
    Voice.objects.filter(statement__conversation=other).update(language="en")
    with django_assert_max_num_queries(30):
        page = lead_client.get(f"{place}add/", headers={"accept-language": "es"}).text
    assert page.count('class="pick"') == 2
    assert "Que todos lleguen bien." in page
    assert page.count(SHARED) == 1


def test_what_the_public_landscape_hides_cannot_be_chosen(
    lead_client: Client, place: str, partnership: Partnership
) -> None:
    small = make_conversation(partnership)
    assert "Once residents have voted" in lead_client.get(f"{place}add/").content.decode()
    let_vote(small, (30, 9))
    compute_landscape(conversation=small)
    form = lead_client.get(f"{place}add/").content.decode()
    assert SHARED not in form
    assert "No statement can be chosen here" in form


def test_wrong_input_is_named_and_nothing_is_kept(
    lead_client: Client,
    place: str,
    conversation: Conversation,
    other_partnership: Partnership,
    goal: Goal,
) -> None:
    foreign = add_statement(make_conversation(other_partnership, 1), 5, "Foreign")
    body = lead_client.post(
        f"{place}add/", {"title": "", "statements": [foreign.pk]}
    ).content.decode()
    assert "Error:" in body
    assert Goal.objects.count() == 1
    values = {"name": "", "unit": "", "direction": "sideways", "worth_it": "-3"}
    body = lead_client.post(f"{place}{goal.pk}/indicators/add/", values).content.decode()
    assert "A change worth it is a number above zero." in body
    assert not Indicator.objects.exists()


def test_indicator_from_a_suggestion(
    lead_client: Client, place: str, goal: Goal, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lamppost.vision import ports

    suggestion = ports.IndicatorSuggestion(
        "walkers", "Walkers at night", "per hour", "up", 5, "Count"
    )
    monkeypatch.setattr(ports.INDICATOR_SUGGESTIONS, "_functions", [lambda _p, _code: [suggestion]])
    form = f"{place}{goal.pk}/indicators/add/"
    assert "Walkers at night" in lead_client.get(form).content.decode()
    filled = lead_client.get(f"{form}?suggestion=walkers").content.decode()
    assert 'value="Walkers at night"' in filled
    values = {
        "name": "Walkers at night",
        "unit": "per hour",
        "direction": "up",
        "worth_it": "5",
        "code": "walkers",
    }
    assert lead_client.post(form, values)["Location"] == place
    kept = Indicator.objects.get()
    assert (kept.code, kept.direction, kept.worth_it) == ("walkers", "up", 5.0)
    assert "Walkers at night" not in lead_client.get(form).content.decode(), "it is taken"
    assert "worth it from a change of 5" in Client().get(place).content.decode()


def test_change_goal_and_indicator(
    lead_client: Client, place: str, conversation: Conversation, goal: Goal, indicator: Indicator
) -> None:
    goal.statements.set([conversation.statements.get(number=0)])
    edit = f"{place}{goal.pk}/"
    assert "Walk home safely" in lead_client.get(edit).content.decode()
    lead_client.post(edit, {"title": "Walk home gladly", "agreed_on": "2026-03-04"})
    goal.refresh_from_db()
    assert goal.title == "Walk home gladly"
    assert not goal.statements.exists()
    entry = LedgerEntry.objects.get(action="vision.goal.changed")
    assert entry.fields == ["statements", "title"]
    edit = place.replace("goals/", f"indicators/{indicator.pk}/")
    assert "People after dark" in lead_client.get(edit).content.decode()
    values = {"name": "People after dark", "unit": "per hour", "direction": "up", "worth_it": "4"}
    lead_client.post(edit, values)
    indicator.refresh_from_db()
    assert (indicator.unit, indicator.worth_it) == ("per hour", 4)
    assert LedgerEntry.objects.get(action="vision.indicator.changed").fields == ["unit", "worth_it"]


def test_saving_without_a_change_leaves_no_entry(
    lead_client: Client, place: str, goal: Goal
) -> None:
    before = len(actions_of_ledger())
    values = {"title": goal.title, "description": "", "agreed_on": "2026-03-04"}
    lead_client.post(f"{place}{goal.pk}/", values)
    assert len(actions_of_ledger()) == before


def test_order(lead_client: Client, place: str, partnership: Partnership, lead: User) -> None:
    goals = [
        add_goal(partnership=partnership, by=lead, values={"title": title})
        for title in ("First", "Second", "Third")
    ]

    def titles() -> list[str]:
        return list(Goal.objects.values_list("title", flat=True))

    assert titles() == ["First", "Second", "Third"]
    lead_client.post(f"{place}{goals[2].pk}/move/", {"move": "up"})
    assert titles() == ["First", "Third", "Second"]
    lead_client.post(f"{place}{goals[0].pk}/move/", {"move": "down"})
    assert titles() == ["Third", "First", "Second"]
    lead_client.post(f"{place}{goals[2].pk}/move/", {"move": "up"})
    assert titles() == ["Third", "First", "Second"], "the first stays the first"
    assert lead_client.get(f"{place}{goals[2].pk}/move/").status_code == 405


def test_delete_asks_once_more(
    lead_client: Client, place: str, goal: Goal, indicator: Indicator
) -> None:
    delete = place.replace("goals/", f"indicators/{indicator.pk}/delete/")
    assert "This cannot be undone." in lead_client.get(delete).content.decode()
    assert Indicator.objects.exists()
    lead_client.post(delete)
    assert not Indicator.objects.exists()
    lead_client.get(f"{place}{goal.pk}/delete/")
    assert Goal.objects.exists()
    lead_client.post(f"{place}{goal.pk}/delete/")
    assert not Goal.objects.exists()
    assert actions_of_ledger()[-2:] == ["vision.indicator.deleted", "vision.goal.deleted"]


def test_a_direction_is_chosen_and_never_assumed(
    lead_client: Client, place: str, goal: Goal
) -> None:
    address = f"{place}{goal.pk}/indicators/add/"
    assert "checked" not in lead_client.get(address).content.decode()
    body = lead_client.post(address, {"name": "Falls", "unit": "a week"}).content.decode()
    assert "Say whether less or more is better." in body
    assert not Indicator.objects.exists()
    lead_client.post(address, {"name": "Falls", "unit": "a week", "direction": "down"})
    kept = Indicator.objects.get()
    path = place.replace("goals/", f"indicators/{kept.pk}/")
    assert 'value="down"' in (body := lead_client.get(path).content.decode())
    assert "checked" in body


def test_what_a_pilot_measures_is_kept(
    lead_client: Client,
    place: str,
    goal: Goal,
    indicator: Indicator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(self: object, *args: object, **kwargs: object) -> None:
        raise ProtectedError("in use", set())

    before = actions_of_ledger()
    for kind, delete in (
        (Indicator, place.replace("goals/", f"indicators/{indicator.pk}/delete/")),
        (Goal, f"{place}{goal.pk}/delete/"),
    ):
        monkeypatch.setattr(kind, "delete", refuse)
        body = lead_client.post(delete, follow=True).content.decode()
        assert "A pilot measures this." in body
    assert Indicator.objects.exists()
    assert actions_of_ledger() == before


@pytest.mark.parametrize("role", ["company", "observer", "organisation", "analyst"])
def test_others_read_and_do_not_write(
    role: str,
    place: str,
    goal: Goal,
    indicator: Indicator,
    make_member: Callable[..., User],
    client_of: Callable[[User], Client],
) -> None:
    member = client_of(make_member(role))
    body = member.get(place).content.decode()
    assert "Walk home safely" in body
    assert "Add a goal" not in body
    assert "Delete" not in body
    indicators = place.replace("goals/", f"indicators/{indicator.pk}/")
    for path in ("add/", f"{goal.pk}/", f"{goal.pk}/delete/", f"{goal.pk}/indicators/add/"):
        assert member.post(place + path).status_code == 403
    assert member.post(f"{place}{goal.pk}/move/").status_code == 403
    assert member.post(indicators).status_code == 403
    assert member.post(f"{indicators}delete/").status_code == 403


def test_a_goal_of_another_partnership_is_not_found(
    lead_client: Client, place: str, other_partnership: Partnership, lead: User
) -> None:
    foreign = add_goal(partnership=other_partnership, by=lead, values={"title": "Water"})
    kept = add_indicator(goal=foreign, by=lead, values={"name": "Rain", "unit": "mm"})
    for path in (f"{foreign.pk}/", f"{foreign.pk}/delete/", f"{foreign.pk}/indicators/add/"):
        assert lead_client.get(place + path).status_code == 404
    assert lead_client.post(f"{place}{foreign.pk}/move/").status_code == 404
    assert lead_client.get(place.replace("goals/", f"indicators/{kept.pk}/")).status_code == 404


def test_a_statement_of_another_partnership_cannot_stand_behind_a_goal(
    partnership: Partnership, other_partnership: Partnership, lead: User
) -> None:
    foreign = add_statement(make_conversation(other_partnership, 1), 5, "Foreign")
    with pytest.raises(ValueError, match="belongs to another partnership"):
        add_goal(partnership=partnership, by=lead, values={"title": "X"}, statements=[foreign])
    assert not Goal.objects.exists()


def test_a_statement_that_is_declined_later_is_no_longer_shown(
    place: str, conversation: Conversation, goal: Goal
) -> None:
    behind = conversation.statements.get(number=0)
    goal.statements.set([behind])
    assert SHARED in Client().get(place).content.decode()
    behind.voice.state = "declined"
    behind.voice.save()
    body = Client().get(place).content.decode()
    assert SHARED not in body
    assert "No statement is linked to this goal." in body


def test_the_partnerships_own_statement_is_not_told_as_a_residents(
    place: str, conversation: Conversation, goal: Goal, lead: User
) -> None:
    own = add_seed_statement(
        conversation=conversation, by=lead, text="Light only where we walk.", language="en"
    )
    goal.statements.set([own])
    body = Client().get(place).content.decode()
    assert "Light only where we walk." in body
    assert "A statement by the partnership" in body
    assert "What residents said" not in body
    assert "No statement is linked" not in body
    goal.statements.add(conversation.statements.get(number=0))
    assert "What residents said" in Client().get(place).content.decode()
    entry = LedgerEntry.objects.get(object_type="voices.voice")
    assert words_of(entry.action) == "A statement by the partnership: added"


def test_an_empty_page_says_what_to_do_first(
    place: str, partnership: Partnership, lead_client: Client
) -> None:
    assert "Ask residents an open question first." in lead_client.get(place).content.decode()
    assert "No goal is agreed yet" in Client().get(place).content.decode()
    make_conversation(partnership)
    assert "then write the first goal" in lead_client.get(place).content.decode()


def test_queries_do_not_grow_with_the_goals(
    place: str,
    partnership: Partnership,
    lead: User,
    conversation: Conversation,
    django_assert_num_queries,
) -> None:  # type: ignore[no-untyped-def]
    statements = list(conversation.statements.all()[:3])

    def more(count: int) -> None:
        for _ in range(count):
            values = {"title": "Goal"}
            goal = add_goal(partnership=partnership, by=lead, values=values, statements=statements)
            add_indicator(goal=goal, by=lead, values={"name": "n", "unit": "u"})

    more(1)
    with CaptureQueriesContext(connection) as few:
        Client().get(place)
    more(6)
    with django_assert_num_queries(len(few)):
        Client().get(place)
    with django_assert_num_queries(3):
        goal_lines(partnership)


def test_a_script_in_a_goal_comes_out_harmless(
    place: str, goal: Goal, indicator: Indicator
) -> None:
    attack = "<script>alert(1)</script>"
    Goal.objects.update(title=attack, description=attack)
    Indicator.objects.update(name=attack, unit=attack)
    assert attack not in Client().get(place).content.decode()
