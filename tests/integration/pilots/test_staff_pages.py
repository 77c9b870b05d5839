"""The pages of those who work on a pilot: each page, each refusal, each action through HTTP."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lamppost.accounts.models import Partnership, User
from lamppost.accounts.roles import Right, rights_of
from lamppost.pilots import actions
from lamppost.pilots.models import Change, Decision, Feedback, Gate, PastGate, Pilot, Site
from lamppost.pilots.playbooks import PLAYBOOKS
from lamppost.voices.actions import moderate_voice, participant_without_device
from lamppost.voices.models import Participant
from tests.pilots_world import add_sites, day, draw, make_indicator, make_pilot, pass_up_to

pytestmark = pytest.mark.once

MakeMember = Callable[..., User]
ClientOf = Callable[[User], Client]


def url(pilot: Pilot, name: str, *more: object) -> str:
    return reverse(f"pilots:{name}", args=[pilot.partnership.slug, pilot.pk, *more])


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def plan(**values: object) -> dict[str, object]:
    return {
        "title": "Lamps that wake up",
        "problem": "Too dark",
        "owner_department": "Lighting",
        "stop_rule": "Worse for four weeks",
        "technology": "Lamp",
        "purpose": "To see whether people walk here",
        "measured_data": "Counts",
        "personal_data": "none",
        "recipients": "Lighting office",
        "retention": "A year",
        "contact": "Lighting office",
        "decision_due_on": day(100),
        **values,
    }


def test_empty_list_says_what_to_do_first(
    lead_client: Client, client: Client, partnership: Partnership
) -> None:
    address = reverse("pilots:list", args=[partnership.slug])
    assert reverse("pilots:new", args=[partnership.slug]) in text(lead_client.get(address))
    visitor = text(client.get(address))
    assert "No pilots yet" in visitor
    assert "Start a pilot" not in visitor


@pytest.mark.parametrize("code", PLAYBOOKS)
def test_each_playbook_starts_a_pilot(
    lead_client: Client, partnership: Partnership, code: str
) -> None:
    assert (
        lead_client.get(reverse("pilots:playbook", args=[partnership.slug, code])).status_code
        == 200
    )
    address = reverse("pilots:new_from", args=[partnership.slug, code])
    page = lead_client.get(address)
    form = page.context["form"]
    boxes = {"other_indicators", "take_indicators", "take_questions"}
    values = {name: form[name].value() or "" for name in form.fields if name not in boxes}
    values["owner_department"] = "City office"
    values["problem"] = "We do not go there any more."
    answer = lead_client.post(address, values)
    pilot = Pilot.objects.get()
    assert answer.url == url(pilot, "work")  # type: ignore[attr-defined]
    assert pilot.playbook == code
    assert pilot.retention


def test_the_box_of_the_problem_shows_every_question_on_a_phone(
    lead_client: Client, partnership: Partnership
) -> None:
    address = reverse("pilots:new_from", args=[partnership.slug, "smart-street-lighting"])
    field = lead_client.get(address).context["form"]["problem"]
    lines = str(field.value()).splitlines()
    assert len(lines) > 4
    rows = field.field.widget.attrs["rows"]
    assert rows == sum(max(1, -(-len(line) // 30)) for line in lines) > len(lines)


def test_choosing_shows_the_partnerships_own_playbook_first(
    lead_client: Client, partnership: Partnership
) -> None:
    page = lead_client.get(reverse("pilots:new", args=[partnership.slug]))
    assert page.context["playbooks"][0].code == "smart-street-lighting"
    assert len(page.context["playbooks"]) == 8
    assert (
        lead_client.get(
            reverse("pilots:new_from", args=[partnership.slug, "flying-cars"])
        ).status_code
        == 404
    )


def test_who_reads_the_answers_of_another_pilot_is_not_copied(
    lead_client: Client, partnership: Partnership, pilot: Pilot
) -> None:
    said = {"feedback_read": "on Mondays, by the helper", "city_number": "010 1234"}
    Pilot.objects.filter(pk=pilot.pk).update(**said)
    address = reverse("pilots:new_from", args=[partnership.slug, "smart-parks"])
    form = lead_client.get(address).context["form"]
    assert (form["feedback_read"].value() or "", form["city_number"].value()) == ("", "010 1234")
    assert any(one.open for one in form.sections() if "feedback_read" in one.section.names)


def test_a_new_pilot_takes_the_visions_indicators(
    lead_client: Client, partnership: Partnership, other_partnership: Partnership
) -> None:
    main, other = make_indicator(partnership), make_indicator(partnership, "Energy")
    foreign = make_indicator(other_partnership)
    address = reverse("pilots:new_from", args=[partnership.slug, "smart-street-lighting"])
    refused = lead_client.post(address, plan(main_indicator=foreign.pk))
    assert refused.status_code == 200
    assert not Pilot.objects.exists()
    lead_client.post(address, plan(main_indicator=main.pk, other_indicators=[other.pk, main.pk]))
    links = Pilot.objects.get().pilot_indicators.all()
    assert [(link.indicator, link.is_main) for link in links] == [(main, True), (other, False)]


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("technology_starts_on", {"baseline_starts_on": day(5), "technology_starts_on": day(5)}),
        ("ends_on", {"technology_starts_on": day(5), "ends_on": day(4)}),
        ("decision_due_on", {"technology_starts_on": day(5), "decision_due_on": day(1)}),
        ("title", {"title": ""}),
        ("owner_department", {"owner_department": ""}),
    ],
)
def test_dates_out_of_order_are_said_beside_their_field(
    lead_client: Client, partnership: Partnership, field: str, values: dict[str, object]
) -> None:
    address = reverse("pilots:new_from", args=[partnership.slug, "smart-street-lighting"])
    page = lead_client.post(address, plan(**values))
    assert list(page.context["form"].errors) == [field]
    assert not Pilot.objects.exists()


def test_main_indicator_is_needed_beside_others(
    lead_client: Client, partnership: Partnership
) -> None:
    other = make_indicator(partnership)
    address = reverse("pilots:new_from", args=[partnership.slug, "smart-street-lighting"])
    page = lead_client.post(address, plan(other_indicators=[other.pk]))
    assert "main_indicator" in page.context["form"].errors


def test_editing_the_plan_and_what_is_signed(lead_client: Client, pilot: Pilot, lead: User) -> None:
    address = url(pilot, "edit")
    main = pilot.pilot_indicators.get().indicator_id
    lead_client.post(address, plan(title="New title", main_indicator=main))
    pilot.refresh_from_db()
    assert pilot.title == "New title"
    pass_up_to(pilot, lead, "data_protection")
    page = lead_client.get(address)
    assert "that gate is signed again" in page.context["form"]["measured_data"].help_text
    lead_client.post(address, plan(title="Newer", main_indicator=main))
    pilot.refresh_from_db()
    assert (pilot.title, pilot.measured_data) == ("Newer", "Counts")


def test_work_page_shows_the_next_gate_as_the_thing_to_do(
    lead_client: Client, pilot: Pilot, lead: User
) -> None:
    page = text(lead_client.get(url(pilot, "work")))
    assert url(pilot, "sign_gate", "problem") in page
    assert page.count('class="button primary"') == 1
    pass_up_to(pilot, lead, "data_protection")
    page = text(lead_client.get(url(pilot, "work")))
    assert "Name comparison sites" in page
    assert url(pilot, "sign_gate", "disclosure") not in page


def test_signing_a_gate(lead_client: Client, pilot: Pilot) -> None:
    address = url(pilot, "sign_gate", "problem")
    opened = lead_client.get(address)
    assert "the name of the person who signs" in text(opened)
    start = opened.context["form"]
    assert "after dark" in str(start["document"].value())
    lead_client.post(
        address, {"document": "Line one\nLine two", "signed_by_name": "Sam", "passed_on": day()}
    )
    gate = Gate.objects.get()
    assert gate.entered_by is not None
    page = text(lead_client.get(url(pilot, "gate", "problem")))
    assert "Line two" in page
    assert "Sam" in page


def test_a_shut_gate_says_what_is_missing(lead_client: Client, pilot: Pilot) -> None:
    values = {"document": "D", "signed_by_name": "Sam", "passed_on": day()}
    page = lead_client.post(url(pilot, "sign_gate", "technology"), values)
    assert "Problem and owner" in text(page)
    assert not Gate.objects.exists()
    future = lead_client.post(url(pilot, "sign_gate", "problem"), {**values, "passed_on": day(2)})
    assert "passed_on" in future.context["form"].errors
    assert lead_client.get(url(pilot, "gate", "nonsense")).status_code == 404
    assert lead_client.get(url(pilot, "sign_gate", "nonsense")).status_code == 404


def test_reopening_asks_once_more(lead_client: Client, pilot: Pilot, lead: User) -> None:
    pass_up_to(pilot, lead, "stakeholders")
    address = url(pilot, "reopen_gate", "problem")
    assert lead_client.get(address).status_code == 200
    assert Gate.objects.count() == 2
    refused = lead_client.post(address, {"reason": "A slip"})
    assert "Stakeholders" in text(refused)
    last = url(pilot, "reopen_gate", "stakeholders")
    assert "reason" in lead_client.post(last).context["form"].errors
    assert Gate.objects.count() == 2
    lead_client.post(last, {"reason": "A slip"})
    assert PastGate.objects.get().reason == "A slip"
    assert [gate.kind for gate in Gate.objects.all()] == ["problem"]
    assert lead_client.post(url(pilot, "reopen_gate", "measuring")).status_code == 404


def test_deciding(lead_client: Client, running: Pilot) -> None:
    values = {
        "kind": "expand",
        "reason": "It got better",
        "decided_by": "Council",
        "decided_on": day(),
        "next_step": "Twenty more streets",
    }
    assert "---" not in text(lead_client.get(url(running, "decide")))
    incomplete = lead_client.post(url(running, "decide"), {**values, "kind": ""})
    assert "kind" in incomplete.context["form"].errors
    lead_client.post(url(running, "decide"), values)
    assert Decision.objects.get().kind == "expand"
    assert "Twenty more streets" in text(Client().get(url(running, "pilot")))


def test_deciding_too_early_names_the_gate(lead_client: Client, pilot: Pilot) -> None:
    values = {"kind": "expand", "reason": "R", "decided_by": "C", "decided_on": day()}
    page = lead_client.post(url(pilot, "decide"), values)
    assert "Problem and owner" in text(page)
    lead_client.post(url(pilot, "decide"), {**values, "kind": "stop"})
    assert Decision.objects.get().kind == "stop"
    sign = lead_client.get(url(pilot, "sign_gate", "decision"))
    assert sign.status_code == 302


def test_sites_are_added_changed_and_deleted(lead_client: Client, pilot: Pilot) -> None:
    assert url(pilot, "new_site") in text(lead_client.get(url(pilot, "sites")))
    values = {"name": "Mill Lane", "arm": "pilot", "latitude": "51.2", "longitude": "4.4"}
    lead_client.post(url(pilot, "new_site"), values)
    site = Site.objects.get()
    again = lead_client.post(url(pilot, "new_site"), values)
    assert "already" in text(again)
    for wrong in ({"latitude": "91"}, {"longitude": ""}, {"latitude": "nan"}):
        page = lead_client.post(url(pilot, "new_site"), {**values, "name": "Other", **wrong})
        assert page.status_code == 200, wrong
    assert Site.objects.count() == 1
    lead_client.post(url(pilot, "edit_site", site.pk), {"name": "Mill Lane", "arm": "comparison"})
    site.refresh_from_db()
    assert (site.arm, site.latitude) == ("comparison", None)
    assert lead_client.get(url(pilot, "delete_site", site.pk)).status_code == 200
    assert Site.objects.exists()
    lead_client.post(url(pilot, "delete_site", site.pk))
    assert not Site.objects.exists()


def test_before_the_draw_sites_are_candidates(
    pilot: Pilot, lead: User, lead_client: Client
) -> None:
    places = add_sites(pilot, lead, 4, 0)
    Site.objects.filter(pk=places[0].pk).update(latitude=1, longitude=1)
    notice = reverse("site_disclosure", args=[places[0].code])
    public = [url(pilot, "pilot"), url(pilot, "sites")]
    for address in (*public, url(pilot, "work")):
        page = text(lead_client.get(address))
        assert "candidate, not settled yet" in page, address
        assert "pilot site<" not in page, address
    assert Client().get(notice).json()["site"]["arm"] is None
    here = text(Client().get(reverse("site", args=[places[0].code])))
    assert "It is not settled yet" in here
    draw(pilot, lead, 2)
    for address in public:
        page = text(Client().get(address))
        assert "not settled" not in page
        assert "pilot site<" in page
        assert "comparison site<" in page
    assert Client().get(notice).json()["site"]["arm"] in {"pilot", "comparison"}


def test_refusals_about_sites_reach_the_page(
    lead_client: Client, running: Pilot, sites: list[Site]
) -> None:
    added = lead_client.post(url(running, "new_site"), {"name": "Late Lane", "arm": "pilot"})
    assert "technology is on" in text(added)
    values = {"name": sites[0].name, "arm": "comparison"}
    lead_client.post(url(running, "edit_site", sites[0].pk), values)
    assert Site.objects.get(pk=sites[0].pk).arm == "pilot"
    asked = lead_client.get(url(running, "delete_site", sites[0].pk), follow=True)
    assert "no site can be taken out" in text(asked)
    deleted = lead_client.post(url(running, "delete_site", sites[0].pk), follow=True)
    assert "no site can be taken out" in text(deleted)
    many = lead_client.post(url(running, "import_sites"), {"rows": "name\nLate Lane"})
    assert "technology is on" in text(many)
    drawn = lead_client.post(url(running, "draw"), {"pilot_sites": 1})
    assert "Measuring has started" in text(drawn)


GOOD = (
    b"name,arm,neighbourhood,latitude,longitude,reason\n"
    b"Mill Lane,pilot,Old Town,51.2,4.4,Dark\n"
    b"Quay,COMPARISON,,,,\n"
)


def test_sites_from_a_file(lead_client: Client, pilot: Pilot) -> None:
    file = SimpleUploadedFile("sites.csv", GOOD)
    lead_client.post(url(pilot, "import_sites"), {"file": file})
    found = list(pilot.sites.order_by("name").values_list("name", "arm", "latitude"))
    assert found == [("Mill Lane", "pilot", 51.2), ("Quay", "comparison", None)]


@pytest.mark.parametrize(
    "rows",
    [
        "name\tarm\nMill Lane\tpilot\nQuay\tcomparison",
        "name;arm\nMill Lane;pilot\nQuay;comparison",
        "name\nMill Lane\nQuay",
    ],
)
def test_sites_from_pasted_rows(lead_client: Client, pilot: Pilot, rows: str) -> None:
    assert lead_client.get(url(pilot, "import_sites")).status_code == 200
    lead_client.post(url(pilot, "import_sites"), {"rows": rows})
    assert pilot.sites.count() == 2


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ("", "paste at least one row"),
        ("name", "no rows"),
        ("street,arm\nMill Lane,pilot", "first row must hold the headings"),
        ("name,kind\nGood,pilot\nMill Lane,wizard", "Row 3, kind"),
        ("name,kind\nGood,candidate", "kind: “candidate” is no kind of site. Write “pilot”"),
        ("name,latitude,longitude\nMill Lane,95,4", "Row 2, latitude"),
        ("name,latitude,longitude\nMill Lane,51,", "Row 2, longitude"),
        ("name\nMill Lane\nMill Lane", "Row 3, name"),
        ("name,arm\n,pilot", "Row 2, name"),
        ('name\n"open', "cannot be read"),
    ],
)
def test_a_bad_table_names_row_and_field_and_adds_nothing(
    lead_client: Client, pilot: Pilot, rows: str, wanted: str
) -> None:
    page = lead_client.post(url(pilot, "import_sites"), {"rows": rows})
    assert page.status_code == 200
    assert wanted in text(page)
    assert not pilot.sites.exists()


def test_a_file_that_is_no_table(lead_client: Client, pilot: Pilot) -> None:
    for content in (b"\xff\xfe\x00", b"  ", b"name\n" + b"x" * 600_000):
        file = SimpleUploadedFile("sites.csv", content)
        page = lead_client.post(url(pilot, "import_sites"), {"file": file})
        assert page.context["form"].errors["file"]
    assert not pilot.sites.exists()


def test_many_bad_rows_are_not_all_listed(lead_client: Client, pilot: Pilot) -> None:
    rows = "name,arm\n" + "\n".join(f"Site {n},wizard" for n in range(50))
    page = lead_client.post(url(pilot, "import_sites"), {"rows": rows})
    assert "And 30 more rows" in text(page)


def test_drawing_by_lot(lead_client: Client, pilot: Pilot, sites: list[Site]) -> None:
    assert url(pilot, "draw") in text(lead_client.get(url(pilot, "sites")))
    assert lead_client.get(url(pilot, "draw")).context["form"]["pilot_sites"].value() == 2
    refused = lead_client.post(url(pilot, "draw"), {"pilot_sites": 4})
    assert "at least one on each side" in text(refused)
    lead_client.post(url(pilot, "promise_lot"))
    lead_client.post(url(pilot, "draw"), {"pilot_sites": 1})
    pilot.refresh_from_db()
    assert pilot.randomised
    page = text(Client().get(url(pilot, "sites")))
    assert f"number {pilot.lottery_seed}" in page
    assert url(pilot, "draw") not in page


def feedback(site: Site, words: str = "", rating: str = "worse") -> Feedback:
    who = participant_without_device(partnership=site.pilot.partnership, channel="web")
    return actions.give_feedback(
        site=site, participant=who, rating=rating, words=words, consent=True
    )


def test_feedback_list_filters_and_pages(
    lead_client: Client, pilot: Pilot, sites: list[Site]
) -> None:
    assert "Hang the sheets" in text(lead_client.get(url(pilot, "feedback")))
    for number in range(30):
        feedback(sites[number % 4], words="Glare" if number < 3 else "")
    feedback(sites[0], rating="better")
    page = lead_client.get(url(pilot, "feedback"))
    assert page.context["page"].paginator.count == 31
    assert len(page.context["page"].object_list) == 25
    for query, count in (
        ("rating=better", 1),
        ("arm=comparison", 14),
        (f"site={sites[0].pk}", 9),
        ("words=1", 3),
        ("rating=nonsense", 31),
        ("page=2", 31),
    ):
        answer = lead_client.get(f"{url(pilot, 'feedback')}?{query}")
        assert answer.context["page"].paginator.count == count, query
    nothing = lead_client.get(f"{url(pilot, 'feedback')}?rating=same")
    assert "Nothing fits" in text(nothing)


def test_words_are_redacted_for_those_who_do_not_moderate(
    make_member: MakeMember, client_of: ClientOf, pilot: Pilot, sites: list[Site], lead: User
) -> None:
    said = feedback(sites[0], words="Call me on 0470 12 34 56 about the glare")
    company, facilitator = client_of(make_member("company")), client_of(make_member("facilitator"))
    address = url(pilot, "feedback")
    assert "0470" not in text(company.get(address))
    assert "about the glare" not in text(company.get(address))
    assert "wait until a moderator has read them" in text(company.get(address))
    assert "wait until a moderator" not in text(facilitator.get(address))
    assert said.voice is not None
    moderate_voice(voice=said.voice, state="accepted", by=lead)
    assert "about the glare" in text(company.get(address))
    assert "0470" not in text(company.get(address))
    assert "0470" in text(facilitator.get(address))
    assert said.voice is not None
    moderate_voice(voice=said.voice, state="declined", by=lead)
    assert "about the glare" not in text(company.get(address))


def test_pages_ask_the_database_a_fixed_number_of_times(
    lead_client: Client,
    pilot: Pilot,
    sites: list[Site],
    lead: User,
    django_assert_num_queries: Callable[..., object],
) -> None:
    for number in range(3):
        feedback(sites[number], words="Glare")
        make_pilot(pilot.partnership, lead, title=f"Pilot {number}")
    counted = {}
    names = {
        "list": reverse("pilots:list", args=[pilot.partnership.slug]),
        "feedback": url(pilot, "feedback"),
        "sites": url(pilot, "sites"),
        "pilot": url(pilot, "pilot"),
        "sheets": url(pilot, "sheets"),
    }
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for name, address in names.items():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            lead_client.get(address)
        counted[name] = len(caught)
    for number in range(20):
        feedback(sites[number % 4], words="Glare")
        make_pilot(pilot.partnership, lead, title=f"More {number}")
    add = [{"name": f"More {number}"} for number in range(20)]
    actions.add_sites(pilot=pilot, by=lead, rows=add)
    for name, count in counted.items():
        with django_assert_num_queries(count):
            lead_client.get(names[name])


def test_paper_is_entered_for_people(
    make_member: MakeMember, client_of: ClientOf, pilot: Pilot, sites: list[Site], lead: User
) -> None:
    organisation = client_of(make_member("organisation"))
    address = url(pilot, "enter_paper")
    assert organisation.get(address).status_code == 200
    values = {
        "site": sites[0].pk,
        "channel": "paper",
        "given_on": day(-2),
        "reference": "sheet 7",
        "rating": "worse",
        "words": "Oscuro",
        "language": "es",
        "consent": "on",
    }
    answer = organisation.post(address, values)
    assert f"site={sites[0].pk}" in answer.url  # type: ignore[attr-defined]
    organisation.get(answer.url)  # type: ignore[attr-defined]
    organisation.post(address, {**values, "site": sites[1].pk, "rating": "same", "words": ""})
    assert Feedback.objects.count() == 2
    assert Participant.objects.get().reference == "sheet 7"
    first = Feedback.objects.get(site=sites[0])
    assert first.voice is not None
    assert (first.channel, first.voice.language, first.given_on) == ("paper", "es", day(-2))
    assert first.voice.entered_by is not None
    future = organisation.post(address, {**values, "given_on": day(1)})
    assert "given_on" in future.context["form"].errors
    actions.decide(
        pilot=pilot, by=lead, kind="stop", reason="R", decided_by="Council", decided_on=day(-5)
    )
    closed = organisation.post(address, values)
    assert "given_on" in closed.context["form"].errors


def test_a_change_keeps_the_way_to_what_was_said(
    lead_client: Client, pilot: Pilot, sites: list[Site]
) -> None:
    said = feedback(sites[0], words="Glare in my bedroom")
    address = url(pilot, "new_change")
    page = lead_client.get(f"{address}?feedback={said.pk}&feedback=x&feedback=999999")
    assert "Glare in my bedroom" in text(page)
    assert "No answers ticked" in text(lead_client.get(address))
    values = {"you_said": "Glare", "we_did": "Shields", "changed_on": day()}
    lead_client.post(address, {**values, "feedback": [said.pk]})
    change = Change.objects.get()
    assert list(change.feedback.all()) == [said]
    for where in (url(pilot, "pilot"), reverse("site", args=[sites[1].code])):
        assert "Shields" in text(Client().get(where))
    future = lead_client.post(address, {**values, "changed_on": day(1)})
    assert "changed_on" in future.context["form"].errors
    edit = url(pilot, "edit_change", change.pk)
    assert lead_client.get(edit).status_code == 200
    lead_client.post(edit, {**values, "we_did": "Shields on all lamps"})
    change.refresh_from_db()
    assert change.we_did == "Shields on all lamps"
    delete = url(pilot, "delete_change", change.pk)
    assert lead_client.get(delete).status_code == 200
    lead_client.post(delete)
    assert not Change.objects.exists()
    assert Feedback.objects.exists()


def test_what_the_decision_was_taken_on_stays(
    lead_client: Client, running: Pilot, lead: User
) -> None:
    change = actions.record_change(
        pilot=running, by=lead, you_said="Glare", we_did="Shields", changed_on=day(-1)
    )
    ways = [url(running, name, change.pk) for name in ("edit_change", "delete_change")]
    readings = reverse("sensing:import", args=[running.partnership.slug, running.pk])
    page = text(lead_client.get(url(running, "work")))
    assert all(way in page for way in (*ways, readings))
    actions.decide(
        pilot=running, by=lead, kind="stop", reason="R", decided_by="Council", decided_on=day()
    )
    page = text(lead_client.get(url(running, "work")))
    assert not any(way in page for way in (*ways, readings))
    values = {"you_said": "X", "we_did": "Y", "changed_on": day()}
    for way in ways:
        assert "It stays." in text(lead_client.get(way, follow=True))
        assert "It stays." in text(lead_client.post(way, values, follow=True))
    change.refresh_from_db()
    assert change.we_did == "Shields"
    with pytest.raises(actions.ChangeFixed):
        actions.delete_change(change=Change.objects.get(), by=lead)
    with pytest.raises(actions.ChangeFixed):
        actions.change_change(change=change, by=lead, values={"we_did": "Y"})
    later = actions.record_change(
        pilot=running, by=lead, you_said="Still", we_did="More", changed_on=day(1)
    )
    assert url(running, "edit_change", later.pk) in text(lead_client.get(url(running, "work")))


STAFF = {
    "edit": {"lead"},
    "new_site": {"lead"},
    "import_sites": {"lead"},
    "draw": {"lead"},
    "new_change": {"lead"},
    "decide": {"lead"},
    "feedback": {"lead", "facilitator", "analyst", "organisation", "company"},
    "enter_paper": {"lead", "facilitator", "organisation"},
    "work": {"lead", "facilitator", "analyst", "organisation", "company", "researcher", "observer"},
    "sheets": {
        "lead",
        "facilitator",
        "analyst",
        "organisation",
        "company",
        "researcher",
        "observer",
    },
}


@pytest.mark.parametrize("name", STAFF)
def test_who_may_open_what(
    name: str,
    pilot: Pilot,
    other_partnership: Partnership,
    make_member: MakeMember,
    client_of: ClientOf,
    client: Client,
) -> None:
    address = url(pilot, name)
    assert "login" in client.get(address).url  # type: ignore[attr-defined]
    stranger = client_of(make_member("lead", where=other_partnership))
    assert stranger.get(address).status_code == 403
    for role in (
        "lead",
        "facilitator",
        "analyst",
        "organisation",
        "company",
        "researcher",
        "observer",
    ):
        status = client_of(make_member(role)).get(address).status_code
        assert status == (200 if role in STAFF[name] else 403), role


def test_objects_of_another_partnership_are_not_found(
    pilot: Pilot,
    sites: list[Site],
    lead: User,
    other_partnership: Partnership,
    make_member: MakeMember,
    client_of: ClientOf,
) -> None:
    stranger = client_of(make_member("lead", where=other_partnership))
    slug = other_partnership.slug
    change = actions.record_change(pilot=pilot, by=lead, you_said="A", we_did="B", changed_on=day())
    pass_up_to(pilot, lead, "problem")
    own = make_pilot(other_partnership, make_member("lead", where=other_partnership))
    for name, more in (
        ("pilot", []),
        ("work", []),
        ("edit", []),
        ("decide", []),
        ("sites", []),
        ("feedback", []),
        ("gate", ["problem"]),
        ("reopen_gate", ["problem"]),
        ("edit_site", [sites[0].pk]),
        ("delete_site", [sites[0].pk]),
        ("sheet", [sites[0].pk]),
        ("delete_change", [change.pk]),
    ):
        address = reverse(f"pilots:{name}", args=[slug, pilot.pk, *more])
        assert stranger.get(address).status_code == 404, name
        assert stranger.post(address).status_code in {404, 405}, name
        if name in {"edit_site", "delete_site", "delete_change", "sheet"}:
            mixed = reverse(f"pilots:{name}", args=[slug, own.pk, *more])
            assert stranger.post(mixed).status_code in {404, 405}, name
    assert Site.objects.filter(pk=sites[0].pk).exists()
    assert Change.objects.exists()


def test_a_site_of_another_pilot_is_no_choice_for_paper(
    lead_client: Client, pilot: Pilot, lead: User
) -> None:
    other = make_pilot(pilot.partnership, lead, title="Other")
    [foreign] = add_sites(other, lead, 1, 0)
    values = {
        "site": foreign.pk,
        "channel": "room",
        "given_on": day(),
        "rating": "same",
        "language": "en",
    }
    page = lead_client.post(url(pilot, "enter_paper"), values)
    assert "site" in page.context["form"].errors


@pytest.mark.parametrize("role", ["lead", "analyst", "company", "organisation", "observer"])
def test_send_readings_is_offered_to_those_alone_who_may(
    role: str,
    pilot: Pilot,
    make_member: MakeMember,
    client_of: ClientOf,
) -> None:
    client = client_of(make_member(role))
    address = reverse("sensing:import", args=[pilot.partnership.slug, pilot.pk])
    may = client.get(address).status_code == 200
    assert (f'href="{address}"' in client.get(url(pilot, "work")).text) == may
    assert may == (Right.IMPORT_OBSERVATIONS in rights_of(role))
