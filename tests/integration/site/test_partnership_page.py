"""A partnership's page: the desk for members by their rights, the public page for everybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import timezone

from lamppost.accounts.models import Membership, Partnership, User
from lamppost.accounts.ports import DESK_ITEMS, NEWS_ITEMS, DeskItem, NewsItem
from lamppost.accounts.roles import Right
from lamppost.pilots.actions.endings import write_ending_view
from lamppost.pilots.models import Pilot
from lamppost.stakeholders.models import Stakeholder
from lamppost.vision.actions import cast_vote
from lamppost.vision.actions.views import write_view
from lamppost.vision.models import Conversation, OrganisationView
from tests.vision_world import add_people, make_conversation

pytestmark = [pytest.mark.django_db, pytest.mark.once]
BASE = "/p/elm-street/"


@pytest.fixture
def items() -> Iterator[list[DeskItem]]:
    """Put things on the desk; this fixture answers the port in place of the stages."""
    waiting: list[DeskItem] = []

    def answer(partnership: Partnership, rights: frozenset[Right]) -> list[DeskItem]:
        return waiting

    before, DESK_ITEMS._functions = DESK_ITEMS._functions, [answer]
    yield waiting
    DESK_ITEMS._functions = before


@pytest.fixture
def news() -> Iterator[list[dt.datetime | None]]:
    """Let three things have come in, and note since when was asked."""
    asked: list[dt.datetime | None] = []

    def answer(partnership: Partnership, since: dt.datetime | None) -> list[NewsItem]:
        asked.append(since)
        return [] if since else [NewsItem("New ballots", f"{BASE}members/", 3)]

    before, NEWS_ITEMS._functions = NEWS_ITEMS._functions, [answer]
    yield asked
    NEWS_ITEMS._functions = before


def test_late_comes_first_then_urgent_then_dated(
    lead_client: Client, items: list[DeskItem]
) -> None:
    today = timezone.localdate()
    items += [
        DeskItem("No hurry", f"{BASE}ledger/"),
        DeskItem("In a week", f"{BASE}ledger/", due=today + dt.timedelta(days=7)),
        DeskItem("Somebody waits", f"{BASE}ledger/", urgent=True, count=4),
        DeskItem("Overdue", f"{BASE}ledger/", due=today - dt.timedelta(days=1)),
    ]
    page = lead_client.get(BASE).text
    places = [
        page.index(text) for text in ("Overdue", "Somebody waits (4)", "In a week", "No hurry")
    ]
    assert places == sorted(places)
    assert "1 thing is late" in page
    assert "Late: was due" in page


def test_members_see_only_what_they_may_open(
    items: list[DeskItem],
    lead_client: Client,
    make_member: Callable[..., User],
    client_of: Callable[[User], Client],
) -> None:
    items.append(DeskItem("Invite somebody new", f"{BASE}members/invite/", urgent=True))
    items.append(DeskItem("Read the ledger", f"{BASE}ledger/", urgent=True))
    assert "Invite somebody new" in lead_client.get(BASE).text
    for role in ("organisation", "company"):
        page = client_of(make_member(role)).get(BASE).text
        assert "Read the ledger" in page
        assert "Invite somebody new" not in page
        assert f"{BASE}settings/" not in page


def test_seen_is_a_press_and_never_a_look(
    lead: User, lead_client: Client, news: list[dt.datetime | None]
) -> None:
    for _time in range(2):
        assert "<b>3</b> New ballots" in lead_client.get(BASE).text
    assert news == [None, None]
    assert lead.memberships.get().seen_at is None
    assert lead_client.get(f"{BASE}seen/").status_code == 405
    answer = lead_client.post(f"{BASE}seen/", follow=True)
    assert "New ballots" not in answer.text
    assert "nothing new" in answer.text
    assert ".." not in answer.text
    assert lead.memberships.get().seen_at is not None


def test_seen_is_not_for_strangers(
    client: Client,
    partnership: Partnership,
    other_partnership: Partnership,
    make_member: Callable[..., User],
    client_of: Callable[[User], Client],
) -> None:
    assert client.post(f"{BASE}seen/").status_code == 302
    stranger = make_member("lead", other_partnership)
    assert client_of(stranger).post(f"{BASE}seen/").status_code == 403
    assert not Membership.objects.exclude(seen_at=None).exists()


def test_a_count_is_said_once(lead_client: Client, items: list[DeskItem]) -> None:
    items.append(DeskItem("Read 5 letters", f"{BASE}ledger/", urgent=True, count=5))
    items.append(DeskItem("Read postcards", f"{BASE}ledger/", urgent=True, count=7))
    page = lead_client.get(BASE).text
    assert "Read 5 letters</b>" in page
    assert "Read postcards (7)</b>" in page


def test_lamps_lead_a_visitor_only_where_they_may_go(
    client: Client, lead_client: Client, partnership: Partnership
) -> None:
    closed = f'href="{BASE}network/"'
    assert closed in lead_client.get(BASE).text
    page = client.get(BASE).text
    assert closed not in page
    assert "Network" in page


def test_roles_that_do_not_lead_see_what_they_are_here_for(
    lead_client: Client,
    partnership: Partnership,
    make_member: Callable[..., User],
    client_of: Callable[[User], Client],
) -> None:
    Pilot.objects.create(partnership=partnership, title="Lamps", created_at=timezone.now())
    organisation = client_of(make_member("organisation")).get(BASE).text
    company = client_of(make_member("company")).get(BASE).text
    assert "Enter paper and spoken answers" in organisation
    # Nobody has said yet for which organisation this member speaks.
    assert "Write your view" not in organisation
    assert "Ask Lena Lead to say so in the list of stakeholders." in organisation
    assert "Ask Lena Lead" not in company
    assert "Send readings" not in organisation
    assert "Send readings" in company
    assert "Enter paper and spoken answers" not in company
    assert "What you can do here" not in lead_client.get(BASE).text


def test_an_organisation_that_said_its_view_changes_it(
    partnership: Partnership,
    make_member: Callable[..., User],
    client_of: Callable[[User], Client],
) -> None:
    user = make_member("organisation")
    told = {"partnership": partnership, "group": "community", "created_at": timezone.now()}
    own = Stakeholder.objects.create(name="Gardeners", kind="organisation", **told)
    Stakeholder.objects.create(
        name="Speaker",
        organisation=own,
        membership=Membership.objects.get(user=user, partnership=partnership),
        **told,
    )
    pilot = Pilot.objects.create(
        partnership=partnership,
        title="Lamps",
        created_at=timezone.now(),
        decision_due_on=timezone.localdate(),
    )
    write_view(stakeholder=own, by=user, subject="vision", text="For it.", language="en")
    page = client_of(user).get(BASE).text
    assert "Change your view on the vision" in page
    asked = "Say how “Lamps” should end"
    assert page.count(asked) > 1, "among what is to be done today, and among the ways"
    write_ending_view(pilot=pilot, stakeholder=own, by=user, text="Keep it.", language="en")
    assert client_of(user).get(BASE).text.count(asked) == 1
    assert "in the list of stakeholders" not in page


def test_the_public_page_is_for_everybody(
    client: Client,
    partnership: Partnership,
    other_partnership: Partnership,
    make_member: Callable[..., User],
    client_of: Callable[[User], Client],
) -> None:
    now = timezone.now()
    Conversation.objects.create(
        partnership=partnership,
        code="elm-1",
        question="What would make it feel safe?",
        opens_at=now - dt.timedelta(days=1),
        created_at=now,
    )
    Conversation.objects.create(
        partnership=partnership,
        code="elm-2",
        question="What was it like before?",
        closes_at=now - dt.timedelta(days=1),
        created_at=now,
    )
    garden = Stakeholder.objects.create(
        partnership=partnership,
        name="Garden club",
        kind="organisation",
        group="community",
        created_at=now,
    )
    OrganisationView.objects.create(
        partnership=partnership,
        stakeholder=garden,
        subject="vision",
        text="نريد <b>ضوءا</b>",
        language="ar",
        written_at=now,
    )
    stranger = client_of(make_member("lead", other_partnership))
    for visitor in (client, stranger):
        page = visitor.get(BASE).text
        assert "People do not dare to walk home at night." in page
        assert "What would make it feel safe?" in page
        assert "/v/elm-1/" in page
        assert "What was it like before?" not in page
        assert "Garden club" in page
        assert 'lang="ar" dir="rtl">نريد &lt;b&gt;' in page
        assert "What needs me today?" not in page
        assert f"{BASE}members/" not in page


def test_a_member_can_look_at_the_public_page(lead_client: Client) -> None:
    page = lead_client.get(f"{BASE}?view=public").text
    assert "What is going on" in page
    assert "Back to your desk" in page


def test_a_partnership_that_is_not_there(client: Client, db: None) -> None:
    answer = client.get("/p/nowhere/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


def test_first_steps_go_as_the_partnership_goes(
    lead_client: Client, partnership: Partnership, items: list[DeskItem]
) -> None:
    page = lead_client.get(BASE).text
    assert page.count('<li class="now">') == 1
    assert 'class="button primary" href="/p/elm-street/members/invite/"' in page
    items.append(DeskItem("Ask the first question", f"{BASE}vision/"))
    assert "Ask the first question" not in lead_client.get(BASE).text
    Conversation.objects.create(
        partnership=partnership, code="elm-1", question="What?", created_at=timezone.now()
    )
    page = lead_client.get(BASE).text
    assert "/p/elm-street/vision/questions/elm-1/sheet/" in page
    assert page.count(">Done<") == 1


def test_one_is_said_in_the_singular_and_is_news_only_for_those_who_read_exact_counts(
    lead_client: Client,
    partnership: Partnership,
    make_member: Callable[..., User],
    client_of: Callable[[User], Client],
) -> None:
    one = make_conversation(partnership, 1).statements.get()
    (person,) = add_people(one.conversation, 1)
    cast_vote(participant=person, statement=one, value=1)
    assert "<b>1</b> New vote<" in lead_client.get(BASE).text
    analyst = client_of(make_member("analyst")).get(BASE).text
    # News that comes with a press would tell whose it was: a landscape has to count it first.
    assert "New vote" not in analyst


@pytest.mark.parametrize("role", ["organisation", "company", "researcher", "observer", "analyst"])
def test_first_steps_are_for_those_who_take_them(
    partnership: Partnership,
    make_member: Callable[..., User],
    client_of: Callable[[User], Client],
    role: str,
) -> None:
    Conversation.objects.create(
        partnership=partnership, code="elm-1", question="What?", created_at=timezone.now()
    )
    assert "First steps" not in client_of(make_member(role)).get(BASE).text
    facilitator = client_of(make_member("facilitator")).get(BASE).text
    assert "Print the sheet" in facilitator
    assert "Plan a pilot" not in facilitator


def test_the_desk_costs_a_bounded_number_of_queries(
    lead_client: Client, django_assert_max_num_queries: Callable[..., object]
) -> None:
    with django_assert_max_num_queries(50):
        lead_client.get(BASE)
