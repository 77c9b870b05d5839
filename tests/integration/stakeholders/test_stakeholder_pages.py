"""The pages of stakeholders through HTTP: what they show, whom they refuse, what they write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lamppost.accounts.models import LedgerEntry, Membership, Partnership, User
from lamppost.stakeholders import actions
from lamppost.stakeholders.models import EmptyGroupReason, Stakeholder, Target

pytestmark = pytest.mark.once

Add = Callable[..., Stakeholder]
Url = Callable[..., str]

VALUES = {
    "kind": "person",
    "name": "Ana Ruiz",
    "group": "resident",
    "status": "known",
    "influence": "2",
    "interest": "5",
    "neighbourhood": "Mill Lane",
    "language": "es",
    "contact_preference": "email",
    "contact": "ana@example.org",
    "concerns": "The lane is dark.",
}


def test_empty_list_names_the_first_step(lead_client: Client, url: Url) -> None:
    page = lead_client.get(url("list")).content.decode()
    assert "Nobody is listed yet" in page
    assert url("add") in page


def test_list_shows_count_and_pages(lead_client: Client, url: Url, stakeholder: Add) -> None:
    for number in range(30):
        stakeholder(f"Person {number:02}")
    page = lead_client.get(url("list")).content.decode()
    assert "1–25 of 30" in page
    assert "Person 24" in page
    assert "Person 25" not in page
    assert "Person 29" in lead_client.get(url("list") + "?page=2").content.decode()


@pytest.mark.parametrize("name", ["list", "grid", "missing"])
def test_lists_take_as_many_queries_for_many_as_for_one(
    name: str, lead_client: Client, url: Url, stakeholder: Add, django_assert_num_queries: Any
) -> None:
    club = stakeholder("Gardeners", kind="organisation", group="community")
    stakeholder("Ana", organisation=club)
    lead_client.get(url(name))
    with CaptureQueriesContext(connection) as few:
        lead_client.get(url(name))
    for number in range(20):
        stakeholder(f"Person {number:02}", organisation=club, status="taking_part")
    with django_assert_num_queries(len(few)):
        lead_client.get(url(name))
    # The lamp takes two.
    assert sum('FROM "stakeholders_' in query["sql"] for query in few) <= 7


def test_list_filters_searches_and_sorts(lead_client: Client, url: Url, stakeholder: Add) -> None:
    stakeholder("Ana", influence=1)
    stakeholder("Bo", group="company", influence=5, neighbourhood="Harbour")
    stakeholder("Anouk", group="company", status="invited")

    def names(query: str) -> list[str]:
        page = lead_client.get(url("list") + query)
        return [one.name for one in page.context["page"]]

    assert names("?q=an") == ["Ana", "Anouk"]
    assert names("?group=company") == ["Anouk", "Bo"]
    assert names("?status=invited") == ["Anouk"]
    assert names("?neighbourhood=Harbour") == ["Bo"]
    assert names("?influence=5") == ["Bo"]
    assert names("?sort=influence")[0] == "Bo"
    assert names("?group=no-such-group&page=99") == ["Ana", "Anouk", "Bo"]
    assert "Nobody fits this" in lead_client.get(url("list") + "?q=zzz").content.decode()


def test_search_does_not_look_into_contacts(
    lead_client: Client, url: Url, stakeholder: Add
) -> None:
    stakeholder("Ana", contact="secret@example.org", concerns="afraid of the dark")
    assert not list(lead_client.get(url("list") + "?q=secret").context["page"])
    assert not list(lead_client.get(url("list") + "?q=dark").context["page"])


def test_add_writes_record_and_ledger(
    lead_client: Client, lead: User, url: Url, partnership: Partnership
) -> None:
    answer = lead_client.post(url("add"), VALUES)
    one = Stakeholder.objects.get()
    assert answer.headers["Location"] == url("stakeholder", one.pk)
    assert (one.name, one.influence, one.language) == ("Ana Ruiz", 2, "es")
    entry = LedgerEntry.objects.get(partnership=partnership)
    assert (entry.action, entry.by) == ("stakeholders.stakeholder.added", lead)


def test_save_and_add_another_leads_back_to_the_form(lead_client: Client, url: Url) -> None:
    answer = lead_client.post(url("add"), {**VALUES, "another": "1"})
    assert answer.headers["Location"] == url("add")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "This field is required"),
        ({"contact": "not an address"}, "This is not an e-mail address"),
        ({"influence": "9"}, "Select a valid choice"),
        ({"group": "aliens"}, "Select a valid choice"),
    ],
)
def test_add_refuses(lead_client: Client, url: Url, change: dict[str, str], said: str) -> None:
    page = lead_client.post(url("add"), {**VALUES, **change}).content.decode()
    assert said in page
    assert "<title>Error:" in page
    assert not Stakeholder.objects.exists()


def test_same_name_in_a_group_is_told(lead_client: Client, url: Url, stakeholder: Add) -> None:
    stakeholder("Ana Ruiz")
    page = lead_client.post(url("add"), VALUES).content.decode()
    assert "Somebody of this name is in this group already" in page


def test_organisation_belongs_to_no_other(lead_client: Client, url: Url, stakeholder: Add) -> None:
    club = stakeholder("Gardeners", kind="organisation", group="community")
    values = {**VALUES, "kind": "organisation", "organisation": str(club.pk)}
    assert "belongs to no other" in lead_client.post(url("add"), values).content.decode()


def test_organisation_with_people_stays_one(
    lead_client: Client, url: Url, stakeholder: Add
) -> None:
    club = stakeholder("Gardeners", kind="organisation", group="community")
    stakeholder("Ana", organisation=club)
    values = {**VALUES, "name": "Gardeners", "group": "community"}
    assert "It stays one" in lead_client.post(url("edit", club.pk), values).content.decode()


def test_organisation_of_another_partnership_cannot_be_chosen(
    lead_client: Client, url: Url, stakeholder: Add, other_partnership: Partnership
) -> None:
    elsewhere = stakeholder("Elsewhere", other_partnership, kind="organisation")
    lead_client.post(url("add"), {**VALUES, "organisation": str(elsewhere.pk)})
    assert not Stakeholder.objects.filter(name="Ana Ruiz").exists()


def test_edit_names_changed_fields_in_the_ledger(
    lead_client: Client, url: Url, stakeholder: Add, partnership: Partnership
) -> None:
    one = stakeholder("Ana Ruiz", language="es", influence=2, interest=5)
    lead_client.post(url("edit", one.pk), VALUES)
    one.refresh_from_db()
    assert one.concerns == "The lane is dark."
    entry = LedgerEntry.objects.get(partnership=partnership)
    assert entry.fields == ["concerns", "contact", "neighbourhood"]


def test_page_shows_contacts_only_to_those_who_may_see_them(
    lead_client: Client, make_member: Any, client_of: Any, url: Url, stakeholder: Add
) -> None:
    one = stakeholder("Ana", contact="ana@example.org", concerns="The lane is dark.")
    assert "ana@example.org" in lead_client.get(url("stakeholder", one.pk)).content.decode()
    analyst = client_of(make_member("analyst"))
    page = analyst.get(url("stakeholder", one.pk)).content.decode()
    assert "Ana" in page
    assert "ana@example.org" not in page
    assert "The lane is dark." not in page


def test_status_changes_and_can_be_undone(lead_client: Client, url: Url, stakeholder: Add) -> None:
    one = stakeholder("Ana")
    answer = lead_client.post(url("status", one.pk), {"status": "taking_part"})
    assert answer.headers["Location"] == url("stakeholder", one.pk) + "?undo=known"
    page = lead_client.get(answer.headers["Location"]).content.decode()
    assert "Undo: back to “Known, not asked yet”" in page
    lead_client.post(url("status", one.pk), {"status": "known", "undo": "1"})
    one.refresh_from_db()
    assert one.status == "known"


def test_status_unknown_and_by_get_are_refused(
    lead_client: Client, url: Url, stakeholder: Add
) -> None:
    one = stakeholder("Ana")
    lead_client.post(url("status", one.pk), {"status": "asleep"})
    assert lead_client.get(url("status", one.pk)).status_code == 405
    one.refresh_from_db()
    assert one.status == "known"
    page = lead_client.get(url("stakeholder", one.pk) + "?undo=<script>").content.decode()
    assert "Undo" not in page


def test_delete_asks_first_and_says_what_stays(
    lead_client: Client, url: Url, stakeholder: Add
) -> None:
    club = stakeholder("Gardeners", kind="organisation", group="community")
    ana = stakeholder("Ana", organisation=club)
    page = lead_client.get(url("delete", club.pk)).content.decode()
    assert "1 person belongs to this organisation and stays" in page
    assert "This cannot be undone." in page
    assert Stakeholder.objects.filter(pk=club.pk).exists()
    lead_client.post(url("delete", club.pk))
    ana.refresh_from_db()
    assert ana.organisation is None
    assert LedgerEntry.objects.get().action == "stakeholders.stakeholder.deleted"


def test_grid_lists_people_by_what_to_do(lead_client: Client, url: Url, stakeholder: Add) -> None:
    stakeholder("Mayor", group="municipal", influence=5, interest=2)
    stakeholder("Gone", status="left", influence=5, interest=5)
    grid = lead_client.get(url("grid")).context["grid"]
    assert [person.name for person in grid.influence_only] == ["Mayor"]
    assert grid.both == ()
    assert dict(grid.rows[0].counts)[2] == 1
    assert grid.count == 1


def test_missing_names_gaps_and_asks_for_a_reason(
    lead_client: Client, url: Url, stakeholder: Add, partnership: Partnership, lead: User
) -> None:
    stakeholder("Mayor", group="municipal", status="taking_part", neighbourhood="Harbour")
    stakeholder("Ana", neighbourhood="Mill Lane")
    stakeholder(
        "Gardeners",
        kind="organisation",
        group="community",
        status="taking_part",
        neighbourhood="Mill Lane",
    )
    counts = {("group", "municipal"): 2, ("neighbourhood", "Mill Lane"): 4}
    actions.set_targets(partnership=partnership, by=lead, counts=counts)
    page = lead_client.get(url("missing")).content.decode()
    assert "<b>Municipal leaders</b>: 1 missing (1 of 2)" in page
    assert "<b>Mill Lane</b>: 3 missing (1 of 4)" in page
    assert "Ask through:" in page
    assert "Gardeners" in page
    assert "Nobody takes part. 1 is in the list and can be asked." in page
    assert url("reason", "academic") in page


def test_reason_is_written_down_and_shown(
    lead_client: Client, url: Url, partnership: Partnership
) -> None:
    said = lead_client.post(url("reason", "academic"), {"reason": "  "}).content.decode()
    assert "Say in a sentence why you go on without this group." in said
    lead_client.post(url("reason", "academic"), {"reason": "The university closed."})
    assert EmptyGroupReason.objects.get().group == "academic"
    page = lead_client.get(url("missing")).content.decode()
    assert "The university closed." in page
    assert "Lena Lead" in page
    assert LedgerEntry.objects.filter(action="stakeholders.empty_group.reason_given").count() == 1


def test_reason_for_a_group_that_is_there_is_not_asked(
    lead_client: Client, url: Url, stakeholder: Add
) -> None:
    stakeholder("Ana", status="taking_part")
    assert lead_client.post(url("reason", "resident"), {"reason": "no"}).status_code == 302
    assert not EmptyGroupReason.objects.exists()
    assert lead_client.get(url("reason", "aliens")).status_code == 404


def test_forms_say_what_becomes_public(lead_client: Client, url: Url, stakeholder: Add) -> None:
    for name in ("add", "targets"):
        page = lead_client.get(url(name)).content.decode()
        assert "Nothing here is public" not in page
        assert "groups and neighbourhoods are missing" in page
    page = lead_client.get(url("reason", "academic")).content.decode()
    assert "the public story and its data show the reason as you write it" in page


def test_targets_are_set_and_faults_name_the_line(lead_client: Client, url: Url) -> None:
    wrong = {"resident": "3", "neighbourhoods": "Mill Lane: 4\nHarbour"}
    page = lead_client.post(url("targets"), wrong).content.decode()
    assert "Line 2: write a name, a colon and a whole number." in page
    twice = {"neighbourhoods": "Mill Lane: 4\nMill Lane: 5"}
    assert (
        "Line 2: Mill Lane is there twice"
        in lead_client.post(url("targets"), twice).content.decode()
    )
    assert not Target.objects.exists()
    lead_client.post(url("targets"), {"resident": "3", "neighbourhoods": "Mill Lane: 4\n"})
    assert set(Target.objects.values_list("dimension", "value", "count")) == {
        ("group", "resident", 3),
        ("neighbourhood", "Mill Lane", 4),
    }
    page = lead_client.get(url("targets")).content.decode()
    assert "Mill Lane: 4" in page


PAGES = ["list", "grid", "add", "missing", "targets", "import", "template", "download"]
EDITORS_ONLY = {"add", "targets", "import", "template"}


@pytest.mark.parametrize("name", PAGES)
def test_who_may_open(name: str, url: Url, make_member: Any, client_of: Any, db: None) -> None:
    assert Client().get(url(name)).status_code == 302
    assert client_of(make_member("company")).get(url(name)).status_code == 403
    expected = 403 if name in EDITORS_ONLY else 200
    assert client_of(make_member("organisation")).get(url(name)).status_code == expected
    assert client_of(make_member("facilitator")).get(url(name)).status_code == 200


@pytest.mark.parametrize("name", ["stakeholder", "edit", "delete"])
def test_record_of_another_partnership_is_not_found(
    name: str, lead_client: Client, url: Url, stakeholder: Add, other_partnership: Partnership
) -> None:
    elsewhere = stakeholder("Elsewhere", other_partnership)
    assert lead_client.get(url(name, elsewhere.pk)).status_code == 404
    assert lead_client.post(url(name, elsewhere.pk)).status_code in {404, 405}
    assert Stakeholder.objects.filter(pk=elsewhere.pk).exists()


def test_script_comes_out_harmless(lead_client: Client, url: Url, stakeholder: Add) -> None:
    bad = "<script>alert(1)</script>"
    one = stakeholder(bad, neighbourhood=bad, concerns=bad, contact=bad, status="taking_part")
    for page in (url("list"), url("grid"), url("missing"), url("stakeholder", one.pk)):
        assert "<script>alert" not in lead_client.get(page).content.decode()


def test_member_with_a_listed_address_joins_as_that_person(
    partnership: Partnership, make_member: Any, stakeholder: Add
) -> None:
    user = make_member("organisation", name="Ana")
    listed = stakeholder("Ana R.", group="community", contact=user.email.upper())
    club = stakeholder("Gardeners", kind="organisation", group="community", contact=user.email)
    membership = Membership.objects.get(user=user)
    joined = actions.add_member(
        partnership=partnership, membership_id=membership.pk, group="community"
    )
    assert joined == listed
    assert club.people.get() == listed
    assert not actions.add_member(
        partnership=partnership, membership_id=membership.pk, group="community"
    )
