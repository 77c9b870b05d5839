"""What a site's printed code leads to in every state, and what is asked there in each."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lamppost.accounts.models import User
from lamppost.pilots import actions, queries
from lamppost.pilots.actions.life import pause_pilot
from lamppost.pilots.models import Feedback, Pilot, Site
from lamppost.pilots.queries.asking import asking
from tests.pilots_world import bring_to, day, pass_up_to

pytestmark = pytest.mark.once

NOW = "better now?"


def at(site: Site, name: str = "site") -> str:
    return reverse(name, args=[site.code])


def text(answer: Any) -> str:
    return str(answer.content.decode())


def shown(site: Site) -> str:
    return text(Client().get(at(site)))


def afresh(site: Site) -> Site:
    return Site.objects.select_related("pilot__partnership", "pilot__decision").get(pk=site.pk)


@pytest.mark.parametrize(
    ("state", "pilot_site", "compared", "says"),
    [
        ("planned", "words", "words", "The technology is not on yet"),
        ("measuring", "words", "words", "The technology is not on yet"),
        ("open", "now", "now", NOW),
        ("paused", "words", "words", "While the pilot is paused we do not ask"),
        ("stopped", "nothing", "nothing", "Answers are no longer taken"),
        ("stopped early", "nothing", "nothing", "Answers are no longer taken"),
        ("stays", "now", "words", NOW),
        ("removed", "nothing", "nothing", "Everything was taken down here"),
    ],
)
def test_what_is_asked_in_each_state(
    pilot: Pilot, sites: list[Site], lead: User, state: str, pilot_site: str, compared: str,
    says: str,
) -> None:  # fmt: skip
    bring_to(pilot, lead, state)
    page = shown(sites[0])
    assert says in page
    for site, asks in ((sites[0], pilot_site), (sites[-1], compared)):
        assert asking(afresh(site)).value == asks
        page = shown(site)
        assert (NOW in page, 'name="answer"' in page) == ((asks == "now"),) * 2
        assert (at(site, "site_words") in page) == (asks == "words")
        # A page that was open for long changes nothing where nobody is asked.
        answer = Client().post(at(site), {"answer": "better"})
        assert answer.status_code == (303 if asks == "now" else 302)
        assert Feedback.objects.filter(site=site).count() == int(asks == "now")
        for name in ("site_disclosure", "site_notice", "site_photo", "site_pulse"):
            assert Client().get(at(site, name)).status_code in (200, 302), name


def test_stopped_before_the_technology_was_on_nobody_is_asked_whether_it_is_better(
    pilot: Pilot, sites: list[Site], lead: User
) -> None:
    pass_up_to(pilot, lead, "measuring")
    actions.decide(pilot=pilot, by=lead, kind="stop", reason="R", decided_by="C", decided_on=day())
    for site in sites:
        page = shown(site)
        assert NOW not in page
        assert "The technology was never on here" in page
        assert "not on any more" not in page


def test_a_place_whose_turn_comes_later_is_not_asked_whether_it_is_better(
    pilot: Pilot, sites: list[Site], lead: User
) -> None:
    bring_to(pilot, lead, "open")
    Site.objects.filter(pk=sites[0].pk).update(starts_on=day(3))
    assert asking(afresh(sites[0])).value == "words"
    assert asking(afresh(sites[-1])).value == "now"
    assert asking(afresh(sites[0]), timezone.now() + dt.timedelta(3)).value == "now"
    assert "The technology is not on yet" in shown(sites[0])


def test_after_the_end_a_compared_place_is_not_told_that_it_had_the_technology(
    pilot: Pilot, sites: list[Site], lead: User
) -> None:
    bring_to(pilot, lead, "stays")
    assert "The technology was never on here" in shown(sites[-1])


def test_after_the_end_it_says_what_came_of_it_and_asks_in_the_past(
    pilot: Pilot, sites: list[Site], lead: User
) -> None:
    bring_to(pilot, lead, "stays")
    page = shown(sites[-1])
    assert "What was it like here during the pilot?" in page
    assert "What came of it" in page
    assert reverse("story:page", args=[pilot.partnership.slug]) in page


def test_words_alone_before_the_technology(
    client: Client, pilot: Pilot, sites: list[Site], lead_client: Client
) -> None:
    words = at(sites[0], "site_words")
    asked = text(client.get(words))
    assert "How is it here today, and what worries you?" in asked
    assert "Saved" not in asked
    done = client.post(words, {"words": "I trip on the roots", "consent": "on"})
    assert done.headers["Location"] == at(sites[0], "site_thanks")
    assert "Your words have arrived." in text(client.get(done.headers["Location"]))
    kept = Feedback.objects.get()
    assert (kept.rating, kept.voice is not None) == ("", True)
    # They are no answer to the question, and count nowhere as one.
    assert queries.live_shares(pilot, queries.FeedbackFilters()).total == 0
    assert queries.public_feedback(pilot, today=day(1)).arms[0].at_least is None
    address = reverse("pilots:feedback", args=[pilot.partnership.slug, pilot.pk])
    assert "words alone" in text(lead_client.get(address))
    # A photo and the place can be added, as to any answer.
    assert client.get(at(sites[0], "site_place")).status_code == 200
    # More words the same day take the place of the first.
    client.post(words, {"words": "I trip on the kerb"})
    assert Feedback.objects.get().voice.text == "I trip on the kerb"  # type: ignore[union-attr]


def test_a_rating_of_today_stays_when_words_come_while_it_is_paused(
    client: Client, pilot: Pilot, sites: list[Site], lead: User
) -> None:
    bring_to(pilot, lead, "open")
    client.post(at(sites[0]), {"answer": "worse"})
    bring_to(pilot, lead, "paused")
    client.post(at(sites[0], "site_words"), {"words": "Dark again"})
    assert [(one.rating, one.voice is None) for one in Feedback.objects.all()] == [("worse", False)]


def test_what_was_stopped_before_it_began_is_no_plan_any_more(
    pilot: Pilot, sites: list[Site], lead: User
) -> None:
    addresses = [at(sites[0]), at(sites[0], "site_notice"), f"{at(sites[0])}fr/"]
    plans = ("This is the plan", "Ceci est le plan")
    assert all(any(one in text(Client().get(to)) for one in plans) for to in addresses)
    Site.objects.filter(pk=sites[0].pk).update(step=1, starts_on=day(30))
    why = {"reason": "No money.", "decided_by": "Council", "unheard_reason": "It was urgent."}
    actions.decide(pilot=pilot, by=lead, kind="stop", decided_on=day(), **why)
    assert not any(any(one in text(Client().get(to)) for one in plans) for to in addresses)
    slug = pilot.partnership.slug
    for name in ("pilot", "sites"):
        page = text(Client().get(reverse(f"pilots:{name}", args=[slug, pilot.pk])))
        assert "step 1, from" not in page, "its turn never comes"


def test_every_address_of_a_deleted_site_answers_for_ever(
    pilot: Pilot, sites: list[Site], lead: User
) -> None:
    gone = sites[0]
    actions.delete_site(site=gone, by=lead)
    for name in ("site", "site_words", "site_thanks", "site_pulse", "site_photo", "site_place",
                 "site_tell_me", "site_notice"):  # fmt: skip
        page = text(Client().get(at(gone, name)))
        assert "Nothing is measured here any more" in page, name
    answer = Client().get(at(gone, "site_disclosure"))
    record = json.loads(answer.content)
    assert (record["phase"], record["site"]["name"]) == ("removed", gone.name)
    assert record["dates"] == {"removed": day().isoformat()}
    assert record["results"][0]["url"].endswith(f"/pilots/{pilot.pk}/")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert Client().get(reverse("site_disclosure", args=["nosuch"])).status_code == 404


def test_why_it_is_paused_stands_once(running: Pilot, lead: User, client: Client) -> None:
    pause_pilot(pilot=running, by=lead, reason="The lamps blink.")
    site = running.sites.filter(arm="pilot").first()
    assert site is not None
    assert client.get(reverse("site", args=[site.code])).text.count("The lamps blink.") == 1
