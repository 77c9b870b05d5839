"""Taking in a file of readings: whole or not at all, and every problem named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.formats import date_format

from lamppost.accounts.models import LedgerEntry, Partnership, User
from lamppost.base.spreadsheet import SpreadsheetError
from lamppost.pilots.models import Pilot, Site
from lamppost.sensing.actions import (
    ImportRefusedError,
    NotMeasuringError,
    check_observations,
    import_observations,
)
from lamppost.sensing.models import Datastream, Observation, ObservationImport
from lamppost.sensing.ports import READINGS_IMPORTED
from tests.impact_world import World, make_world

HEAD = "site,indicator,time,value\n"
GOOD = "Pilot lane 01,People who feel unsafe,2026-01-06T12:00Z,3.5\n"


def csv(*rows: str, head: str = HEAD) -> bytes:
    return (head + "\n".join(rows)).encode()


def problems(world: World, *rows: str, head: str = HEAD) -> list[tuple[int, str]]:
    with pytest.raises(ImportRefusedError) as refused:
        check_observations(pilot=world.pilot, content=csv(*rows, head=head))
    return [(problem.row, problem.column) for problem in refused.value.problems]


def take(world: World, *rows: str, head: str = HEAD, replace: bool = False) -> ObservationImport:
    return import_observations(
        pilot=world.pilot,
        by=None,
        content=csv(*rows, head=head),
        file_name="readings.csv",
        replace=replace,
    )


def test_takes_in_and_counts(world: World) -> None:
    taken = take(world, GOOD, "pilot LANE 02,people who feel unsafe,2026-01-06 12:00+02:00,-4e-1")
    assert (taken.rows, taken.added) == (2, 2)
    assert sorted(Observation.objects.values_list("time", "value")) == [
        (1767693600000000, -0.4),  # 10:00 UTC
        (1767700800000000, 3.5),
    ]


def test_site_by_its_code_and_semicolons_with_decimal_comma(world: World) -> None:
    code = world.sites[0].code
    take(
        world,
        f"{code};People who feel unsafe;2026-01-06T12:00Z;1,25",
        head="\ufeffSite;Indicator;Time;Value\r\n",
    )
    assert Observation.objects.get().value == 1.25


def test_a_time_without_zone_is_the_instances(world: World, settings: object) -> None:
    settings.TIME_ZONE = "Europe/Madrid"  # type: ignore[attr-defined]
    take(world, "Pilot lane 01,People who feel unsafe,2026-01-06T12:00,1")
    assert Observation.objects.get().time == 1767697200000000  # 11:00 UTC


@pytest.mark.parametrize("hour", ["2026-10-25T02:30", "2026-03-29T02:30"])
def test_an_hour_that_is_twice_or_never_needs_an_offset(
    world: World, settings: object, hour: str
) -> None:
    settings.TIME_ZONE = "Europe/Madrid"  # type: ignore[attr-defined]
    row = f"Pilot lane 01,People who feel unsafe,{hour},1"
    assert problems(world, row) == [(2, "time")]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("Nowhere,People who feel unsafe,2026-01-06T12:00Z,1", "site"),
        (",People who feel unsafe,2026-01-06T12:00Z,1", "site"),
        ("Pilot lane 01,Noise,2026-01-06T12:00Z,1", "indicator"),
        ("Pilot lane 01,People who feel unsafe,yesterday,1", "time"),
        ("Pilot lane 01,People who feel unsafe,06/01/2026,1", "time"),
        ("Pilot lane 01,People who feel unsafe,2026-01-04T12:00Z,1", "time"),  # before measuring
        ("Pilot lane 01,People who feel unsafe,2999-01-04T12:00Z,1", "time"),
        ("Pilot lane 01,People who feel unsafe,,1", "time"),
        ("Pilot lane 01,People who feel unsafe,2026-01-06T12:00Z,", "value"),
        ("Pilot lane 01,People who feel unsafe,2026-01-06T12:00Z,nan", "value"),
        ("Pilot lane 01,People who feel unsafe,2026-01-06T12:00Z,inf", "value"),
        ("Pilot lane 01,People who feel unsafe,2026-01-06T12:00Z,1e999", "value"),
        ("Pilot lane 01,People who feel unsafe,2026-01-06T12:00Z,1_000", "value"),
        ('Pilot lane 01,People who feel unsafe,2026-01-06T12:00Z,"1,5"', "value"),
        ("Pilot lane 01,People who feel unsafe,2026-01-06T12:00Z,5 lux", "value"),
    ],
)
def test_one_bad_row_stops_the_whole_file(world: World, row: str, column: str) -> None:
    assert problems(world, GOOD.strip(), row) == [(3, column)]
    with pytest.raises(ImportRefusedError):
        take(world, GOOD.strip(), row)
    assert not Observation.objects.exists()
    assert not Datastream.objects.exists()
    assert not ObservationImport.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_a_wrong_unit_is_refused_and_the_right_one_taken(world: World) -> None:
    head = "site,indicator,unit,time,value\n"
    row = "Pilot lane 01,People who feel unsafe,{},2026-01-06T12:00Z,1"
    assert problems(world, row.format("lux"), head=head) == [(2, "unit")]
    assert take(world, row.format("Per night"), head=head).added == 1


def test_every_problem_says_what_to_do(world: World) -> None:
    with pytest.raises(ImportRefusedError) as refused:
        check_observations(pilot=world.pilot, content=csv("Nowhere,x,y,z", "Pilot lane 01,x,y,z"))
    assert [problem.value for problem in refused.value.problems] == ["Nowhere", "x"]
    assert all(problem.text.endswith(".") for problem in refused.value.problems)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"site,indicator,time\n",
        b"site,indicator,time,value,value\n",
        "site,indicator,time,value\nCaf\u00e9".encode("latin-1"),
        b"PK\x03\x04\x00",
    ],
)
def test_what_is_no_such_table_is_refused(world: World, content: bytes) -> None:
    with pytest.raises(SpreadsheetError):
        check_observations(pilot=world.pilot, content=content)


def test_the_same_reading_again_counts_as_there_already(world: World) -> None:
    take(world, GOOD)
    again = take(world, GOOD, GOOD, GOOD.replace("01,", "02,"))
    assert (again.rows, again.added) == (3, 1)


def test_another_value_is_refused_unless_replace_is_ticked(world: World) -> None:
    take(world, GOOD)
    other = GOOD.replace("3.5", "4.5").strip()
    assert problems(world, other) == [(2, "value")]
    taken = take(world, other, replace=True)
    assert (taken.rows, taken.added) == (1, 0)
    assert Observation.objects.get().value == 4.5
    assert LedgerEntry.objects.first().action == "sensing.readings.replaced"  # type: ignore[union-attr]


def test_two_values_for_one_moment_within_a_file_are_refused(world: World) -> None:
    other = GOOD.replace("3.5", "4.5").strip()
    assert problems(world, GOOD.strip(), other) == [(3, "value")]


def test_refused_before_the_measuring_gate(partnership: Partnership) -> None:
    world = make_world(partnership, measuring=False)
    with pytest.raises(NotMeasuringError):
        check_observations(pilot=world.pilot, content=csv(GOOD))


def test_tells_later_stages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Pilot] = []
    monkeypatch.setattr(READINGS_IMPORTED, "_functions", [told.append])
    take(world, GOOD)
    assert told == [world.pilot]


# Through the page


def address(world: World, name: str = "import") -> str:
    slug = world.pilot.partnership.slug
    return reverse(f"sensing:{name}", kwargs={"partnership": slug, "pilot": world.pilot.pk})


def send(client: Client, world: World, content: bytes, **data: str):  # type: ignore[no-untyped-def]
    file = SimpleUploadedFile("readings.csv", content, "text/csv")
    return client.post(address(world), {"file": file, **data})


def test_page_takes_a_file_in_and_lists_it(lead_client: Client, lead: User, world: World) -> None:
    answer = send(lead_client, world, csv(GOOD))
    assert answer.status_code == 302
    page = lead_client.get(address(world)).content.decode()
    assert "readings.csv" in page
    assert "1 new reading was taken in." in page
    taken = ObservationImport.objects.get()
    assert taken.by == lead
    assert LedgerEntry.objects.get().object_id == str(taken.pk)


def test_page_checks_without_writing(lead_client: Client, world: World) -> None:
    answer = send(lead_client, world, csv(GOOD), check="1")
    assert "Nothing is taken in yet" in answer.content.decode()
    assert not Observation.objects.exists()


def test_page_lists_twenty_problems_and_counts_the_rest(lead_client: Client, world: World) -> None:
    bad = [f"Nowhere {number},x,y,z" for number in range(23)]
    answer = send(lead_client, world, csv(*bad))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "23 problems in the file" in page
    assert "Nowhere 19" in page
    assert "Nowhere 20" not in page
    assert "And 3 more." in page


def test_page_escapes_what_a_file_says(lead_client: Client, world: World) -> None:
    page = send(lead_client, world, csv("<script>alert(1)</script>,x,y,z")).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_page_refuses_an_empty_file_and_no_file(lead_client: Client, world: World) -> None:
    assert send(lead_client, world, b" \n").status_code == 422
    assert lead_client.post(address(world)).status_code == 422


def test_page_before_the_gate_says_what_to_do(
    lead_client: Client, partnership: Partnership
) -> None:
    world = make_world(partnership, measuring=False)
    page = lead_client.get(address(world)).content.decode()
    assert "Pass the measuring gate first" in page
    assert '<input type="file"' not in page
    assert send(lead_client, world, csv(GOOD)).status_code == 422


def test_template_round_trip(lead_client: Client, world: World) -> None:
    answer = lead_client.get(address(world, "template"))
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "site,indicator,unit,time,value"
    assert lines[1] == "Pilot lane 01,People who feel unsafe,per night,,"
    assert len(lines) == 7
    lines[1] = lines[1][:-1] + "2026-01-06T12:00Z,7"
    taken = take(world, *lines[1:], head=lines[0] + "\n")
    assert (taken.rows, taken.added) == (1, 1)


@pytest.mark.parametrize(
    ("role", "status"),
    [("analyst", 200), ("company", 200), ("observer", 403), ("facilitator", 403)],
)
@pytest.mark.parametrize("name", ["import", "template"])
def test_who_may(
    world: World,
    make_member: Callable[..., User],
    client_of: Callable[[User], Client],
    role: str,
    status: int,
    name: str,
) -> None:
    assert client_of(make_member(role)).get(address(world, name)).status_code == status


def test_anonymous_and_other_partnerships(
    world: World,
    other_partnership: Partnership,
    make_member: Callable[..., User],
    client_of: Callable[[User], Client],
) -> None:
    assert Client().get(address(world)).status_code == 302
    stranger = client_of(make_member("lead", other_partnership))
    assert stranger.get(address(world)).status_code == 403
    foreign = reverse(
        "sensing:import", kwargs={"partnership": other_partnership.slug, "pilot": world.pilot.pk}
    )
    assert stranger.get(foreign).status_code == 404


def test_queries_do_not_grow_with_sites_and_files(lead_client: Client, world: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            lead_client.get(address(world))
        return len(found)

    take(world, GOOD)
    lead_client.get(address(world))
    few = queries()
    for day in range(7, 12):
        take(world, GOOD.replace("01-06", f"01-{day:02}"))
    for number in range(5):
        Site.objects.create(pilot=world.pilot, code=f"more-{number}", name=f"More {number}")
    assert queries() == few <= 20


def test_the_page_says_from_which_day_readings_count(world: World, lead_client: Client) -> None:
    day = date_format(world.pilot.measuring_on)
    assert f"Readings count from {day}." in lead_client.get(address(world)).text
