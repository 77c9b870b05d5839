"""The promised lot, pairs, steps, imports from maps, neighbourhoods."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import re
import secrets
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lamppost.accounts.models import LedgerEntry, User
from lamppost.pilots import actions
from lamppost.pilots.actions.life import join_late
from lamppost.pilots.actions.lot import commitment_to, lot_order
from lamppost.pilots.actions.sites import set_areas
from lamppost.pilots.models import PastDraw, Pilot, Site
from lamppost.pilots.queries.areas import served_areas, served_by_need
from lamppost.pilots.queries.matching import balance_of, suggestions
from lamppost.pilots.queries.steps import is_compared, site_starts, steps_of
from lamppost.story.actions import export_folder
from tests.pilots_world import day, draw, pass_up_to

WIDTHS = {"A": 1.0, "B": 1.1, "C": 5.0, "D": 5.2, "E": 9.0, "F": 9.1}


@pytest.fixture
def known(pilot: Pilot, lead: User) -> dict[str, Site]:
    """Six sites of which one thing is known: three pairs."""
    return {
        name: actions.add_site(
            pilot=pilot, by=lead, values={"name": name, "arm": "pilot", "known": {"width": width}}
        )
        for name, width in WIDTHS.items()
    }


def arms(pilot: Pilot) -> dict[str, str]:
    return dict(pilot.sites.values_list("name", "arm"))


def test_the_promised_number_is_the_drawn_one(
    pilot: Pilot, sites: list[Site], lead: User, client: Client
) -> None:
    promised = actions.promise_lot(pilot=pilot, by=lead)
    public = client.get(reverse("pilots:sites", args=[pilot.partnership.slug, pilot.pk])).text
    assert promised in public
    pilot.refresh_from_db()
    assert str(pilot.lottery_secret) not in public
    with pytest.raises(actions.LotRefused, match="promised already"):
        actions.promise_lot(pilot=pilot, by=lead)
    seed = actions.draw_by_lot(pilot=pilot, by=lead, pilot_sites=2)
    assert commitment_to(seed) == promised
    pilot.refresh_from_db()
    assert pilot.lottery_secret is None
    assert not any("secret" in str(entry.fields) for entry in LedgerEntry.objects.all())


def test_nobody_can_try_all_numbers(
    pilot: Pilot, sites: list[Site], lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    most = 2**128 - 1
    monkeypatch.setattr(secrets, "randbits", lambda bits: asked.append(bits) or 2**bits - 1)
    promised = actions.promise_lot(pilot=pilot, by=lead)
    assert asked == [128]
    assert actions.draw_by_lot(pilot=pilot, by=lead, pilot_sites=2) == most
    stored = Pilot.objects.get(lottery_seed=most)
    assert promised == hashlib.sha256(str(stored.lottery_seed).encode()).hexdigest()
    page = Client().get(reverse("pilots:sites", args=[pilot.partnership.slug, pilot.pk])).text
    assert f"number {most}." in page


def touch(pilot: Pilot, lead: User, what: str, **more: object) -> None:
    site = pilot.sites.order_by("pk")[0]
    if what == "add":
        actions.add_site(pilot=pilot, by=lead, values={"name": "Late", "arm": "pilot"}, **more)
    elif what == "move":
        actions.change_site(site=site, by=lead, values={"arm": "comparison"}, **more)
    else:
        actions.delete_site(site=site, by=lead, **more)


@pytest.mark.parametrize("within", ["", "pairs", "steps"])
def test_the_draw_is_repeated_from_the_published_files(
    pilot: Pilot, known: dict[str, Site], lead: User, tmp_path: Path, within: str
) -> None:
    actions.promise_lot(pilot=pilot, by=lead)
    if within == "steps":
        actions.draw_steps(pilot=pilot, by=lead, starts=[day(9), day(19)], left_out=2)
    else:
        actions.draw_by_lot(pilot=pilot, by=lead, pilot_sites=3, within=within)
    folder = tmp_path / "public"
    export_folder(partnership=pilot.partnership, folder=folder, private=False)
    with (folder / "pilots.csv").open(encoding="utf-8-sig", newline="") as file:
        [of] = csv.DictReader(file)
    with (folder / "sites.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    def digest(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    assert digest(of["lottery_seed"]) == of["lottery_commitment"]
    order = sorted(rows, key=lambda row: digest(f"{of['lottery_seed']}:{row['code']}"))
    assert len({row["code"] for row in rows}) == 6
    if within == "steps":
        assert [row["step"] for row in order] == ["1", "1", "2", "2", "", ""]
    for name in {row["block"] for row in rows} if within != "steps" else ():
        block = [row for row in order if row["block"] == name]
        half = len(block) // 2
        assert [row["arm"] for row in block] == ["pilot"] * half + ["comparison"] * half


@pytest.mark.parametrize("what", ["add", "move", "delete"])
def test_a_promise_is_given_up_in_public_alone(
    pilot: Pilot, sites: list[Site], lead: User, what: str
) -> None:
    promised = actions.promise_lot(pilot=pilot, by=lead)
    pilot.refresh_from_db()
    number, codes = pilot.lottery_secret, sorted(pilot.sites.values_list("code", flat=True))
    for more in ({}, {"reopens": True}, {"reopens": True, "reason": " "}):
        with pytest.raises(actions.SitesReopen, match="promise no longer stands") as asks:
            touch(pilot, lead, what, **more)
        assert asks.value.voids
    pilot.refresh_from_db()
    assert pilot.lottery_commitment == promised
    touch(pilot, lead, what, reopens=True, reason="The lane is dug up.")
    pilot.refresh_from_db()
    assert (pilot.lottery_commitment, pilot.lottery_secret) == ("", None)
    past = PastDraw.objects.get()
    assert (past.seed, past.commitment, past.drawn) == (number, promised, False)
    assert [one["code"] for one in past.sites] == codes
    assert LedgerEntry.objects.filter(action="pilots.lot.voided").count() == 1
    page = Client().get(reverse("pilots:sites", args=[pilot.partnership.slug, pilot.pk])).text
    assert "The lane is dug up." in page
    assert "promised and not drawn" in page
    assert f"number {number}:" in page
    assert actions.promise_lot(pilot=pilot, by=lead) != promised


def test_the_page_asks_why_a_promise_is_given_up(
    pilot: Pilot, sites: list[Site], lead: User, lead_client: Client
) -> None:
    actions.promise_lot(pilot=pilot, by=lead)
    args = [pilot.partnership.slug, pilot.pk, sites[0].pk]
    address = reverse("pilots:delete_site", args=args)
    asks = lead_client.post(address).text
    assert "After this the promised number no longer stands" in asks
    assert "give up the promise" in asks
    assert "drawn by lot" not in asks
    lead_client.post(address, {"reopens": "yes", "reopens-reason": "Closed"})
    assert PastDraw.objects.get().reason == "Closed"


def test_why_a_promise_is_given_up_is_not_why_the_site_is_there(
    pilot: Pilot, sites: list[Site], lead: User, lead_client: Client
) -> None:
    """Both are called a reason; each stays where it was written."""
    actions.promise_lot(pilot=pilot, by=lead)
    address = reverse("pilots:new_site", args=[pilot.partnership.slug, pilot.pk])
    new = {"name": "Ferry Steps", "arm": "pilot", "reason": "Dark", "known": ""}
    asks = lead_client.post(address, new)
    again = dict(re.findall(r'name="([\w-]+)"[^>]* value="([^"]*)"', asks.text))
    again |= dict(re.findall(r'name="([\w-]+)" value="([^"]*)"', asks.text))
    [why] = re.findall(r'<textarea name="([\w-]+)"', asks.text)
    assert lead_client.post(address, {**new, **again, why: "Forgotten"}).status_code == 302
    assert Site.objects.get(name="Ferry Steps").reason == "Dark"
    assert PastDraw.objects.get().reason == "Forgotten"


def test_of_a_pilot_that_ran_already_no_promise_is_left(
    pilot: Pilot, sites: list[Site], lead: User
) -> None:
    actions.promise_lot(pilot=pilot, by=lead)
    join_late(pilot=pilot, by=lead, technology_on=day(-3))
    pilot.refresh_from_db()
    assert (pilot.lottery_commitment, pilot.lottery_secret) == ("", None)
    assert not PastDraw.objects.get().drawn


def test_a_second_draw_is_seen_by_everybody(
    pilot: Pilot, sites: list[Site], lead: User, client: Client
) -> None:
    page = reverse("pilots:sites", args=[pilot.partnership.slug, pilot.pk])
    draw(pilot, lead, 2)
    assert "were drawn" not in client.get(page).text
    spare = actions.add_site(
        pilot=pilot,
        by=lead,
        values={"name": "Spare", "arm": "pilot"},
        reopens=True,
        reason="One street was forgotten",
    )
    actions.delete_site(site=spare, by=lead)
    draw(pilot, lead, 2)
    assert "The sites were drawn 2 times" in client.get(page).text


def test_of_every_pair_one(pilot: Pilot, known: dict[str, Site], lead: User) -> None:
    draw(pilot, lead, 1, 3, "pairs")
    found = arms(pilot)
    for pair in ("AB", "CD", "EF"):
        assert {found[name] for name in pair} == {"pilot", "comparison"}
    blocks = dict(pilot.sites.values_list("name", "block"))
    assert blocks["A"] == blocks["B"] != blocks["C"]
    assert all(abs(one.difference or 0) < 0.25 for one in balance_of(pilot))


def test_a_negative_difference_has_a_true_minus_sign(
    pilot: Pilot, known: dict[str, Site], lead_client: Client
) -> None:
    """A line breaks after a hyphen, and the numbers elsewhere are written with a minus."""
    by_difference = {}
    for chosen in ("AB", "EF"):
        pilot.sites.update(arm="comparison")
        pilot.sites.filter(name__in=list(chosen)).update(arm="pilot")
        page = lead_client.get(
            reverse("pilots:sites", args=[pilot.partnership.slug, pilot.pk])
        ).text
        by_difference[chosen] = re.findall(r'<td class="number">([^<]*)</td>', page)
    told = [one for found in by_difference.values() for one in found]
    assert any(re.fullmatch(r"\u2212\d+\.\d\d", one) for one in told), told
    assert not [one for one in told if "-" in one]


def test_pairs_need_something_known(pilot: Pilot, sites: list[Site], lead: User) -> None:
    with pytest.raises(actions.LotRefused, match="Too little is known"):
        actions.draw_by_lot(pilot=pilot, by=lead, pilot_sites=1, within="pairs")


def test_within_neighbourhoods(pilot: Pilot, lead: User) -> None:
    for number in range(5):
        place = "Old Town" if number < 3 else "Harbour"
        actions.add_site(
            pilot=pilot, by=lead,
            values={"name": str(number), "arm": "pilot", "neighbourhood": place},
        )  # fmt: skip
    draw(pilot, lead, 1, 1, "area")
    drawn = pilot.sites.filter(arm="pilot").values_list("neighbourhood", flat=True)
    assert sorted(drawn) == ["Harbour", "Old Town"]


def test_steps_in_the_order_of_the_lot(pilot: Pilot, known: dict[str, Site], lead: User) -> None:
    starts = [day(10), day(20), day(30)]
    with pytest.raises(actions.LotRefused, match="at least two days"):
        actions.draw_steps(pilot=pilot, by=lead, starts=[day(10)])
    with pytest.raises(actions.LotRefused, match="each later"):
        actions.draw_steps(pilot=pilot, by=lead, starts=[day(20), day(10)])
    actions.promise_lot(pilot=pilot, by=lead)
    seed = actions.draw_steps(pilot=pilot, by=lead, starts=starts)
    order = lot_order([site.code for site in known.values()], seed)
    for place, code in enumerate(order):
        site = Site.objects.get(code=code)
        assert (site.step, site.starts_on) == (place // 2 + 1, starts[place // 2])
    assert set(arms(pilot).values()) == {"pilot"}


def test_the_last_step_is_compared_with_nothing_unless_a_site_is_left_out(
    pilot: Pilot, known: dict[str, Site], lead: User
) -> None:
    starts = [day(10), day(20)]
    actions.promise_lot(pilot=pilot, by=lead)
    actions.draw_steps(pilot=pilot, by=lead, starts=starts)
    first, last = steps_of(pilot)
    assert (first.compared, first.later, first.never) == (True, last.sites, ())
    assert (last.compared, last.later, last.never) == (False, (), ())
    assert not is_compared(pilot)
    with pytest.raises(actions.GateShut, match=r"When step 2 starts .+ compared with nothing"):
        pass_up_to(pilot, lead, "disclosure")
    actions.change_pilot(
        pilot=pilot, by=lead, values={"no_comparison_reason": "All streets get it in the end."}
    )
    pass_up_to(pilot, lead, "technology")
    pilot.refresh_from_db()
    assert not pilot.compared


def test_a_site_left_out_of_the_rollout_is_compared_all_the_time(
    pilot: Pilot, known: dict[str, Site], lead: User
) -> None:
    starts = [day(-10), day(20)]
    actions.promise_lot(pilot=pilot, by=lead)
    with pytest.raises(actions.LotRefused, match="Leave at least one for each step"):
        actions.draw_steps(pilot=pilot, by=lead, starts=starts, left_out=5)
    seed = actions.draw_steps(pilot=pilot, by=lead, starts=starts, left_out=2)
    order = lot_order([site.code for site in known.values()], seed)
    assert {site.code for site in pilot.sites.filter(arm="comparison")} == set(order[4:])
    first, last = steps_of(pilot)
    assert (len(first.sites), len(last.sites), len(last.never)) == (2, 2, 2)
    assert is_compared(pilot)
    by_code = {site.code: site.name for site in known.values()}
    planned = site_starts(pilot)
    assert [planned[by_code[code]] for code in order] == [
        *([starts[0]] * 2), *([starts[1]] * 2), None, None
    ]  # fmt: skip
    pass_up_to(pilot, lead, "technology", day(-3))
    pilot.refresh_from_db()
    assert pilot.compared
    # The first step came with the gate, later than planned.
    assert site_starts(pilot)[by_code[order[0]]] == day(-3)
    assert site_starts(pilot)[by_code[order[2]]] == starts[1]


def test_a_turn_after_the_end_of_the_pilot_is_none(
    pilot: Pilot, known: dict[str, Site], lead: User
) -> None:
    starts = [day(10), day(200)]
    actions.promise_lot(pilot=pilot, by=lead)
    actions.draw_steps(pilot=pilot, by=lead, starts=starts)
    pilot.ends_on = day(90)
    [only] = steps_of(pilot)
    assert len(only.never) == 3
    assert is_compared(pilot)


def test_suggestions_are_the_nearest(pilot: Pilot, known: dict[str, Site], lead: User) -> None:
    for name in "BDF":
        actions.change_site(site=known[name], by=lead, values={"arm": "comparison"})
    found = {one.site.name: one.near[0][0].name for one in suggestions(pilot)}
    assert found == {"A": "B", "C": "D", "E": "F"}


def geojson(*features: object) -> SimpleUploadedFile:
    record = {"type": "FeatureCollection", "features": features}
    return SimpleUploadedFile("sites.geojson", json.dumps(record).encode())


def feature(name: object, kind: str, coordinates: object, **more: object) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": {"name": name, **more},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def test_half_a_letter_in_a_map_file_is_named(pilot: Pilot, lead_client: Client) -> None:
    address = reverse("pilots:import_sites", args=[pilot.partnership.slug, pilot.pk])
    sound = feature("Mill Lane", "Point", [4.4, 51.2])
    broken = feature("a\ud800b", "Point", [4.4, 51.2])  # as half of a pair of surrogates
    page = lead_client.post(address, {"file": geojson(sound, broken)})
    assert page.status_code == 200
    assert "Feature 2 has broken letters" in page.text
    assert not pilot.sites.exists()


def test_sites_from_a_map_program(pilot: Pilot, lead_client: Client) -> None:
    address = reverse("pilots:import_sites", args=[pilot.partnership.slug, pilot.pk])
    line = [[4.0, 51.0], [4.2, 51.2]]
    lead_client.post(
        address,
        {
            "file": geojson(
                feature("Mill Lane", "Point", [4.4, 51.2], arm="comparison", width=4.5),
                feature("Quay", "LineString", line, width=9),
            )
        },
    )
    quay = Site.objects.get(name="Quay")
    assert (quay.latitude, quay.longitude, quay.arm) == (51.1, 4.1, "pilot")
    assert dict(quay.covariates.values_list("name", "value")) == {"width": 9.0}
    assert Site.objects.get(name="Mill Lane").arm == "comparison"


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ([feature("X", "Point", [])], "Feature 1 has no place"),
        ([feature("X", "Point", [200.0, 1.0])], "Feature 1: its place is not in degrees"),
        ([feature("X", "Point", [152_000, 211_000])], "EPSG:4326"),
        ([feature("X", "Point", [float("nan"), 1])], "Feature 1: its place is not in degrees"),
        ([feature("X", "Point", [10**400, 1])], "Feature 1: its place is not in degrees"),
        ([feature("X", "Point", [4.4, 151.2])], "latitude and longitude are swapped"),
        (
            [
                *(feature(str(one), "Point", [4.4, 51.2]) for one in (1, 2)),
                feature("3", "Point", [51.2, 4.4]),
            ],
            "Feature 3, latitude: Latitude and longitude are swapped",
        ),
        ([feature("X", "Point", [1, 1]), feature("X", "Point", [2, 2])], "Feature 2, name"),
        ([feature("X", "Point", [1, 1], arm="grass")], "Feature 1, kind: “grass”"),
        ([{**feature("X", "Point", [1, 1]), "properties": [1]}], "has a property “name”"),
        ([], "between 1 and"),
    ],
)
def test_bad_map_files_name_the_feature(
    pilot: Pilot, lead_client: Client, features: list[object], message: str
) -> None:
    address = reverse("pilots:import_sites", args=[pilot.partnership.slug, pilot.pk])
    assert message in lead_client.post(address, {"file": geojson(*features)}).text
    assert not pilot.sites.exists()


def test_a_map_program_leaves_more_than_sites_in_its_files(
    pilot: Pilot, lead_client: Client
) -> None:
    """Words and row numbers are left out and named; an area's last corner is its first."""
    address = reverse("pilots:import_sites", args=[pilot.partnership.slug, pilot.pk])
    square = [[[4.0, 51.0], [4.2, 51.0], [4.2, 51.2], [4.0, 51.2], [4.0, 51.0]]]
    park = feature("Park", "Polygon", square, fid=7, highway="path", lanes=2, **{"@id": "way/1"})
    file = geojson(park, feature("Away", "Point", [14.0, 51.0]), feature("By", "Point", [4, 51]))
    marked = SimpleUploadedFile("marked.geojson", b"\xef\xbb\xbf" + file.read())
    page = lead_client.post(address, {"file": marked}, follow=True).text
    found = Site.objects.get(name="Park")
    assert (found.latitude, found.longitude) == (51.1, 4.1)
    assert dict(found.covariates.values_list("name", "value")) == {"lanes": 2.0}
    assert "no numbers about the sites: fid, highway, @id." in page
    assert "More than 100 km from the town&#x27;s other sites: Away." in page


def test_a_place_with_latitude_and_longitude_exchanged(
    pilot: Pilot, sites: list[Site], lead_client: Client
) -> None:
    """Refused where the town has another site by which it is seen."""
    Site.objects.filter(pk=sites[0].pk).update(latitude=51.2, longitude=4.4)
    address = reverse("pilots:new_site", args=[pilot.partnership.slug, pilot.pk])
    place = {"name": "New", "arm": "pilot", "latitude": "4.41", "longitude": "51.21"}
    assert "Latitude and longitude are swapped" in lead_client.post(address, place).text
    place |= {"latitude": "51.21", "longitude": "4.41"}
    assert lead_client.post(address, place).status_code == 302
    one = reverse("pilots:edit_site", args=[pilot.partnership.slug, pilot.pk, sites[0].pk])
    assert (
        "are swapped"
        in lead_client.post(
            one, {**place, "name": "Mill", "latitude": "4.4", "longitude": "51.2"}
        ).text
    )


def test_who_is_served(pilot: Pilot, lead: User, lead_client: Client, client: Client) -> None:
    for name, place in (("1", "Old Town"), ("2", "Old Town"), ("3", "Harbour")):
        values = {"name": name, "arm": "pilot", "neighbourhood": place}
        actions.add_site(pilot=pilot, by=lead, values=values)
    address = reverse("pilots:areas", args=[pilot.partnership.slug])
    bad = lead_client.post(address, {"rows": "Old Town; many; high"}).text
    assert "Line 1: “many” is no number of residents" in bad
    assert "Line 2" in lead_client.post(address, {"rows": "A; 5; high\nB; 5; urgent"}).text
    rows = "Old Town; 1000; low; survey\nHarbour; 1000; middle\nHill; 2000; high; survey"
    assert lead_client.post(address, {"rows": rows}).status_code == 302
    found = {one.name: one for one in served_areas(pilot)}
    assert (found["Old Town"].percent, found["Old Town"].residents_percent) == (67, 25)
    assert found["Hill"].left_out
    needs = [(one.percent, one.residents_percent) for one in served_by_need(pilot)]
    assert needs == [(0, 50), (33, 25), (67, 25)]
    page = client.get(reverse("pilots:sites", args=[pilot.partnership.slug, pilot.pk])).text
    assert "Who is served" in page
    assert "67 %" in page
    assert "Share of candidates" in page
    settle = {"name": "4", "arm": "comparison", "neighbourhood": "Hill"}
    actions.add_site(pilot=pilot, by=lead, values=settle)
    page = client.get(reverse("pilots:sites", args=[pilot.partnership.slug, pilot.pk])).text
    assert "Share of candidates" not in page
    assert "Share of sites" in page
    assert {one.name: one.sites for one in served_areas(pilot)}["Hill"] == 0
    assert rows.splitlines()[1] in lead_client.get(address).text
    set_areas(partnership=pilot.partnership, by=lead, rows=[])
    assert not any(one.residents for one in served_areas(pilot))


def test_a_neighbourhood_is_the_same_in_small_letters_and_told_when_it_is_in_no_list(
    pilot: Pilot, lead: User, client: Client
) -> None:
    for name, place in (("1", "old town"), ("2", "Old Town "), ("3", "Harbor")):
        actions.add_site(pilot=pilot, by=lead, values={"name": name, "neighbourhood": place})
    rows = [{"name": "Old Town", "residents": 60, "need": "high", "need_source": ""}]
    set_areas(partnership=pilot.partnership, by=lead, rows=rows)
    found = {one.name: (one.sites, one.listed) for one in served_areas(pilot)}
    assert found == {"Old Town": (2, True), "Harbor": (1, False)}
    assert [one.sites for one in served_by_need(pilot)] == [2]
    # Both shares are of the neighbourhoods whose need is known.
    shares = [(one.percent, one.residents_percent) for one in served_by_need(pilot)]
    assert shares == [(100, 100)]
    page = client.get(reverse("pilots:sites", args=[pilot.partnership.slug, pilot.pk])).text
    assert page.count("not in the list of neighbourhoods") == 1


def test_candidates_of_one_kind_are_all_counted(pilot: Pilot, lead: User) -> None:
    values = {"name": "1", "arm": "comparison", "neighbourhood": "Harbour"}
    actions.add_site(pilot=pilot, by=lead, values=values)
    assert [(one.name, one.sites, one.percent) for one in served_areas(pilot)] == [
        ("Harbour", 1, 100)
    ]


def test_a_slip_in_the_steps_keeps_the_other_form(
    pilot: Pilot, known: dict[str, Site], lead: User, lead_client: Client
) -> None:
    actions.promise_lot(pilot=pilot, by=lead)
    address = reverse("pilots:draw_steps", args=[pilot.partnership.slug, pilot.pk])
    page = lead_client.post(address, {"steps-starts": "1 April", "steps-left_out": "1"})
    assert page.context["form"]["pilot_sites"].value() == 3


def test_through_the_pages(pilot: Pilot, known: dict[str, Site], lead_client: Client) -> None:
    args = [pilot.partnership.slug, pilot.pk]
    address = reverse("pilots:draw", args=args)
    assert "Draw now" not in lead_client.get(address).text
    refused = lead_client.post(address, {"pilot_sites": "2", "within": ""}).text
    assert "Press “Promise the number” first" in refused
    assert pilot.__class__.objects.get(pk=pilot.pk).lottery_seed is None
    lead_client.post(reverse("pilots:promise_lot", args=args))
    assert "Draw now" in lead_client.get(address).text
    assert pilot.__class__.objects.get(pk=pilot.pk).lottery_commitment
    steps = reverse("pilots:draw_steps", args=args)
    wrong = lead_client.post(steps, {"steps-starts": "soon"}).text
    assert "Line 1: write the day like" in wrong
    begun = {"steps-starts": f"{day(-1).isoformat()}\n{day(9).isoformat()}", "steps-left_out": "1"}
    assert "This day is past" in lead_client.post(steps, begun).text
    starts = "\n".join((day(n) + dt.timedelta(0)).isoformat() for n in (5, 9))
    sent = {"steps-starts": starts, "steps-left_out": "1"}
    assert lead_client.post(steps, sent).status_code == 302
    page = lead_client.get(reverse("pilots:sites", args=args)).text
    assert "step 2, from" in page
    assert "come in the first step" in page
    assert "What each step is compared with" in page
    assert "Until their own turn:" in page
    drawn = lead_client.get(reverse("pilots:draw", args=args)).text
    assert "drawn already" in drawn
    assert "Draw now" not in drawn
    assert "Which sites are alike" in page
    site = pilot.sites.first()
    assert site is not None
    shown = lead_client.get(reverse("pilots:edit_site", args=[*args, site.pk])).text
    assert "width: " in shown
