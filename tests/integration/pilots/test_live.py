"""What came in is seen at once by those who work on it, and in safe numbers by everybody."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lamppost.accounts.models import LedgerEntry, Partnership, User
from lamppost.pilots import actions, queries
from lamppost.pilots.models import Feedback, Pilot, Site
from lamppost.pilots.queries.live import public_live
from lamppost.pilots.summaries import PlaceRows
from lamppost.voices.actions import moderate_voice
from lamppost.voices.models import Participant
from tests.integration.pilots.test_feedback import at, give, somebody
from tests.pilots_world import add_sites, day, make_pilot

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def _own_cache(settings: Any) -> None:
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend}}


def url(pilot: Pilot, name: str) -> str:
    return reverse(f"pilots:{name}", args=[pilot.partnership.slug, pilot.pk])


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def people(partnership: Partnership, count: int) -> list[Participant]:
    made = Participant.objects.bulk_create(
        Participant(partnership=partnership, key=f"k{n}", channel="web", created_at=at(-400))
        for n in range(Participant.objects.count(), Participant.objects.count() + count)
    )
    return list(made)


def answers(site: Site, who: list[Participant], ratings: str, offset: int = -1) -> list[Feedback]:
    """One answer of each on one day; `ratings` such as ``"bbsw"`` go round."""
    names = {"b": "better", "s": "same", "w": "worse"}
    return Feedback.objects.bulk_create(
        Feedback(
            site=site,
            participant=one,
            rating=names[ratings[n % len(ratings)]],
            given_at=at(offset),
            given_on=day(offset),
        )
        for n, one in enumerate(who)
    )


def sites_of(place: PlaceRows) -> int:
    return int(str(place.places[0].site))


def add_sites_more(pilot: Pilot, by: User) -> list[Site]:
    values = {"name": "pilot street 9", "arm": "pilot"}
    return [actions.add_site(pilot=pilot, by=by, values=values)]


# For those who work on it ----------------------------------------------------------------------


def newest(client: Client, pilot: Pilot, tag: str = "") -> Any:
    return client.get(url(pilot, "feedback_newest"), headers={"if-none-match": tag})


def test_nothing_new_is_304_and_everything_that_changes_the_list_is_new(
    pilot: Pilot, sites: list[Site], partnership: Partnership, lead: User, lead_client: Client
) -> None:
    first = newest(lead_client, pilot)
    assert (first.status_code, first.content) == (204, b"")
    seen = [first["ETag"]]

    def moved() -> bool:
        answer = newest(lead_client, pilot, seen[-1])
        seen.append(answer["ETag"])
        return bool(answer.status_code == 204)

    assert not moved()
    who = somebody(partnership)
    feedback = give(sites[0], who, "worse")
    assert moved()
    give(sites[0], who, "better")
    assert moved()
    voice = give(sites[0], who, "better", words="I see sparks").voice
    assert voice is not None
    assert moved()
    moderate_voice(voice=voice, state="accepted", by=lead)
    assert moved()
    actions.set_feedback_place(feedback=feedback, latitude=None, longitude=None, address="Lane 7")
    assert moved()
    actions.close_alert(alert=Feedback.objects.get().alert, outcome="Looked", by=lead)
    assert moved()
    assert not moved()
    assert f"data-live={seen[-1]}" in text(lead_client.get(url(pilot, "feedback")))


def test_looking_for_something_new_is_cheap(
    pilot: Pilot, sites: list[Site], partnership: Partnership, lead_client: Client
) -> None:
    answers(sites[0], people(partnership, 60), "bsw")
    tag = newest(lead_client, pilot)["ETag"]
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert newest(lead_client, pilot, tag).status_code == 304
    sql = [query["sql"] for query in found.captured_queries]
    signing_in = [one for one in sql if "django_session" in one or 'FROM "accounts_user"' in one]
    # Its own: the partnership, the membership, and what came in.
    assert len(sql) - len(signing_in) <= 3, sql


@pytest.mark.parametrize("role", ["observer", "researcher"])
def test_who_may_not_read_feedback_is_not_told_of_any(
    pilot: Pilot, make_member: Any, client_of: Any, other_partnership: Partnership, role: str
) -> None:
    assert newest(client_of(make_member(role)), pilot).status_code == 403
    assert newest(Client(), pilot).status_code == 302
    lead = make_member("lead", other_partnership)
    elsewhere = reverse("pilots:feedback_newest", args=[other_partnership.slug, pilot.pk])
    assert client_of(lead).get(elsewhere).status_code == 404


# One person, one weight ------------------------------------------------------------------------


@pytest.fixture
def crowded(pilot: Pilot, sites: list[Site], partnership: Partnership) -> Pilot:
    """1,500 ordinary people at the first pilot site, over three weeks: 60 % better."""
    who = people(partnership, 1500)
    for week in range(3):
        answers(sites[0], who[500 * week : 500 * week + 500], "bbbsw", offset=-700 + 7 * week)
    return pilot


def shares_of_better(pilot: Pilot) -> dict[str, float | None]:
    """Every summary of better that there is."""
    live = queries.live_shares(pilot, queries.FeedbackFilters())
    said = queries.public_feedback(pilot).arms[0]
    first = public_live(pilot).places[0]
    site = sites_of(first)
    at_site = queries.live_shares(pilot, queries.FeedbackFilters(site=site))
    rows = [row.counts for row in first.rows]
    return {
        "live": live.better / live.total,
        "site": at_site.better / at_site.total,
        "arm": said.shares[0],
        "table": sum(one[0] for one in rows) / sum(map(sum, rows)),
    }


@pytest.mark.parametrize("rating", ["worse", "better"])
def test_two_thousand_pins_of_one_person_move_no_summary_by_one_percent(
    crowded: Pilot, sites: list[Site], partnership: Partnership, rating: str
) -> None:
    before = shares_of_better(crowded)
    assert before["live"] == pytest.approx(0.6)
    [loud] = people(partnership, 1)
    pins = [
        Feedback(
            site=sites[n % 2], participant=loud, rating=rating, given_at=at(-1 - n // 2),
            given_on=day(-1 - n // 2),
        )
        for n in range(2000)
    ]  # fmt: skip
    pins.pop().save()  # the earliest
    once = shares_of_better(crowded)
    Feedback.objects.bulk_create(pins, batch_size=500)
    after = shares_of_better(crowded)
    assert Feedback.objects.count() == 3500
    # One more person may fill a ten; the 1,999 further pins move nothing at all.
    assert (after["arm"], after["table"]) == (once["arm"], once["table"])
    for name, share in before.items():
        assert share is not None
        moved = after[name]
        assert moved is not None
        assert abs(moved - share) < 0.01, (name, share, moved)


def test_a_person_counts_once_over_all_sites(
    pilot: Pilot, sites: list[Site], partnership: Partnership
) -> None:
    [who] = people(partnership, 1)
    for site in sites:
        answers(site, [who], "w", offset=-3)
    give(sites[1], who, "better", offset=-2)
    assert queries.live_shares(pilot, queries.FeedbackFilters()).counts == (1, 0, 0)
    at_first = queries.FeedbackFilters(site=sites[0].pk)
    assert queries.live_shares(pilot, at_first).counts == (0, 0, 1)


# For everybody ---------------------------------------------------------------------------------


def test_the_page_of_a_pilot_without_answers_says_what_will_appear(
    client: Client, pilot: Pilot, sites: list[Site]
) -> None:
    page = text(client.get(url(pilot, "live")))
    assert "No numbers yet" in page
    assert "<svg" not in page.split("<main")[1]
    assert "This is not an emergency line" in page


def test_weeks_of_a_site_are_shown_where_they_may_be(
    client: Client, pilot: Pilot, sites: list[Site], partnership: Partnership
) -> None:
    who = people(partnership, 240)
    for week in range(4):
        answers(sites[0], who[60 * week : 60 * week + 60], "bbsw", offset=-29 + 7 * week)
    page = text(client.get(url(pilot, "live")))
    assert page.split("The same as a table")[1].count('<tr role="row"><th scope="row"') == 4
    assert "Too few for" not in page
    assert page.split("fewer than ten people said the same:")[1].count("street") >= 3
    assert "<svg" in page


def test_who_is_left_over_is_counted_with_other_sites(
    client: Client, pilot: Pilot, sites: list[Site], lead: User, partnership: Partnership
) -> None:
    three = [*sites[:2], *add_sites_more(pilot, lead)]
    for site in three:
        answers(site, people(partnership, 6), "b", offset=-3)
    [together] = public_live(pilot).places
    assert (len(together.places), together.rows[0].counts) == (3, (10, 0, 0))
    page = text(client.get(url(pilot, "live")))
    assert "People left over at these sites, too few at each: counted together." in page
    assert "All sites, put together" in page or "All pilot sites, put together" in page
    # No share can be told, so nothing is drawn; the place is not left without a word.
    assert "<p>Better: 10. An answer that is not named here was given by fewer than" in page


def test_the_day_of_a_first_answer_is_not_told(
    client: Client, pilot: Pilot, sites: list[Site], partnership: Partnership
) -> None:
    answers(sites[0], people(partnership, 30), "b", offset=-3)
    before = text(client.get(url(pilot, "live")))
    answers(sites[1], people(partnership, 1), "w", offset=-1)
    after = text(client.get(url(pilot, "live")))
    assert re.sub(r'nonce="[^"]*"|value="[^"]*"', "", before) == re.sub(
        r'nonce="[^"]*"|value="[^"]*"', "", after
    )


def test_too_few_for_weeks_are_shown_by_months_and_it_says_so(
    client: Client, pilot: Pilot, sites: list[Site], partnership: Partnership
) -> None:
    who = people(partnership, 120)
    for week in range(8):
        answers(sites[0], who[15 * week : 15 * week + 15], "bbsw", offset=-57 + 7 * week)
    page = text(client.get(url(pilot, "live")))
    assert "Too few for single weeks: shown by four weeks." in page
    assert "<svg" in page


def test_today_counts_tomorrow(pilot: Pilot, sites: list[Site], partnership: Partnership) -> None:
    answers(sites[0], people(partnership, 40), "b", offset=0)
    assert public_live(pilot).places == ()
    assert len(public_live(pilot, today=day(1)).places) == 1
    assert public_live(pilot, today=day(1)).until == day()


def test_nobody_is_told_apart_in_public_whatever_comes_in(
    client: Client, pilot: Pilot, sites: list[Site], partnership: Partnership
) -> None:
    """Every number of the table is none, ten or more, whoever answers next."""
    for count, offset in ((7, -9), (6, -8), (9, -4), (30, -3)):
        answers(sites[0], people(partnership, count), "bsw", offset=offset)
        answers(sites[2], people(partnership, 3), "s", offset=offset)
        for place in public_live(pilot).places:
            for row in place.rows:
                assert all(cell is None or cell % 10 == 0 for cell in row.cells)
        assert client.get(url(pilot, "live")).status_code == 200


def test_the_page_is_public_and_of_its_own_partnership(
    client: Client, pilot: Pilot, sites: list[Site], other_partnership: Partnership
) -> None:
    assert client.get(url(pilot, "live")).status_code == 200
    elsewhere = reverse("pilots:live", args=[other_partnership.slug, pilot.pk])
    assert client.get(elsewhere).status_code == 404
    assert url(pilot, "live") in text(client.get(reverse("site", args=[sites[0].code])))


def test_the_table_is_counted_again_when_answers_or_sites_change(
    pilot: Pilot, sites: list[Site], partnership: Partnership
) -> None:
    given = answers(sites[0], people(partnership, 40), "b")
    assert public_live(pilot).places[0].rows[0].people == 40
    Feedback.objects.filter(pk=given[0].pk).delete()
    # Nothing was counted for good yet, since this went past the actions.
    assert public_live(pilot).places[0].rows[0].people == 30
    Site.objects.filter(pk=sites[0].pk).update(name="Another name")
    assert "Another name" in [place.name for place in public_live(pilot).places[0].places]


# Paper -----------------------------------------------------------------------------------------


def sheet(place: Site, rows: list[dict[str, str]], **values: str) -> dict[str, str]:
    given = {
        "site": str(place.pk), "channel": "paper", "given_on": day(-2).isoformat(),
        "language": "en", "row-TOTAL_FORMS": "10", "row-INITIAL_FORMS": "0", **values,
    }  # fmt: skip
    for number, row in enumerate(rows):
        given |= {f"row-{number}-{name}": value for name, value in row.items()}
    return given


def test_several_sheets_are_entered_at_once(
    lead: User, lead_client: Client, pilot: Pilot, sites: list[Site]
) -> None:
    rows = [
        {"reference": "1", "rating": "better"},
        {},
        {"reference": "2", "rating": "worse", "words": "A bare wire", "consent": "on"},
    ]
    assert lead_client.get(url(pilot, "enter_sheets")).status_code == 200
    answer = lead_client.post(url(pilot, "enter_sheets"), sheet(sites[0], rows), follow=True)
    assert "2 answers are entered." in text(answer)
    stored = Feedback.objects.order_by("pk")
    assert [(one.rating, one.channel, one.given_on) for one in stored] == [
        ("better", "paper", day(-2)), ("worse", "paper", day(-2)),
    ]  # fmt: skip
    assert stored[1].alert.words == "bare wire"
    assert LedgerEntry.objects.filter(action="pilots.feedback.entered", by=lead).count() == 2


@pytest.mark.parametrize(
    ("rows", "values", "says"),
    [
        ([{"rating": "better"}, {"words": "Glare"}], {}, "Row 2"),
        ([{"rating": "better"}, {"rating": "great"}], {}, "Row 2"),
        ([{}], {}, "No row has an answer"),
        ([{"rating": "better"}], {"given_on": (day(3)).isoformat()}, "in the future"),
        ([{"rating": "better"}], {"site": "0"}, "Select a valid choice"),
    ],
)
def test_a_fault_in_one_row_enters_none(
    lead_client: Client, pilot: Pilot, sites: list[Site], rows: Any, values: Any, says: str
) -> None:
    answer = lead_client.post(url(pilot, "enter_sheets"), sheet(sites[0], rows, **values))
    assert answer.status_code == 200
    assert says in text(answer)
    assert not Feedback.objects.exists()


def test_sheets_after_the_end_enter_none(
    lead: User, lead_client: Client, running: Pilot, sites: list[Site]
) -> None:
    actions.decide(pilot=running, by=lead, kind="stop", reason="R", decided_by="C",
                   decided_on=day(-5))  # fmt: skip
    rows = [{"rating": "better"}, {"rating": "worse"}]
    answer = lead_client.post(url(running, "enter_sheets"), sheet(sites[0], rows))
    assert "no longer taken" in text(answer)
    assert not Feedback.objects.exists()


def test_only_who_enters_paper_may(make_member: Any, client_of: Any, pilot: Pilot) -> None:
    assert client_of(make_member("company")).get(url(pilot, "enter_sheets")).status_code == 403
    other = make_pilot(pilot.partnership, make_member("lead"), title="Another")
    [foreign] = add_sites(other, make_member("lead"), 1, 0)
    client = client_of(make_member("facilitator"))
    client.post(url(pilot, "enter_sheets"), sheet(foreign, [{"rating": "better"}]))
    assert not Feedback.objects.exists()


def test_dates_of_a_row_are_days(pilot: Pilot, sites: list[Site], partnership: Partnership) -> None:
    answers(sites[0], people(partnership, 20), "b", offset=-5)
    [row] = public_live(pilot).places[0].rows
    assert row.first == row.last == day(-5)
    assert isinstance(row.first, dt.date)
