"""A lead walks a new pilot from its playbook through its gates until its technology is on."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Served
from tests.browser.pilots.walking import (
    PDF,
    choose,
    day,
    field,
    fill,
    follow,
    go,
    press,
    says,
    sign_by_link,
    taken_link,
    told,
    unfold,
    upload,
)

MORE_GATES = ("Sites", "Mid-term review", "Feedback answered", "Evaluation")
GEOJSON = """{"type": "FeatureCollection", "features": [
 {"type": "Feature", "properties": {"name": "Bench at the gate", "neighbourhood": "Old Town",
  "residents": 310}, "geometry": {"type": "Point", "coordinates": [-0.004, 0.003]}},
 {"type": "Feature", "properties": {"name": "Bench at the pond", "neighbourhood": "Northgate",
  "residents": 120}, "geometry": {"type": "Point", "coordinates": [-0.002, 0.004]}}]}"""
CSV = """name,neighbourhood,latitude,longitude,reason,residents
Bench at the oak,Old Town,0.0031,-0.0039,Dry every summer,300
Bench at the wall,Northgate,0.0041,-0.0021,Dry every summer,125
"""

BENCHES = [f"Bench at the {name}" for name in ("fountain", "oak", "wall", "gate", "pond", "school")]
# Nobody waits for five weeks in a test: what happened today lies five weeks back.
LATER = """
import datetime as dt
from django.db.models import F
from lamppost.pilots.models import Gate, Pilot, RegisterEntry
back = dt.timedelta(35)
mine = Pilot.objects.filter(pk={pilot})
Gate.objects.filter(pilot__in=mine).update(passed_on=F("passed_on") - back)
RegisterEntry.objects.filter(pilot__in=mine).update(published_on=F("published_on") - back)
mine.update(measuring_on=F("measuring_on") - back)
mine.update(baseline_starts_on=F("baseline_starts_on") - back)
"""


@pytest.fixture(scope="module")
def chosen_gates(desk: Page, town: str) -> Iterator[None]:
    """The town uses three more gates than before; afterwards it uses those of before."""
    go(desk, town)
    follow(desk, "Which gates we use")
    for gate in MORE_GATES:
        desk.get_by_label(gate, exact=False).check()
    press(desk, "Save")
    yield
    go(desk, f"{town}gates/")
    for gate in MORE_GATES:
        desk.get_by_label(gate, exact=False).uncheck()
    press(desk, "Save")


@pytest.fixture(scope="module")
def planned(desk: Page, town: str, chosen_gates: None) -> str:
    """A pilot from the playbook of smart parks, with its plan; its address."""
    go(desk, town)
    follow(desk, "Start a pilot")
    follow(desk, "Read the playbook", "Smart parks")
    follow(desk, "Start from this")
    assert field(desk, "Technology, with its version").input_value() == "Soil and water sensors"
    fill(
        desk,
        {
            "Title": "Benches in the shade",
            "Problem, in residents' words": "In summer the ground is dust.",
            "Department that owns the problem": "Parks office",
            "Main indicator": "Days until a fault is mended",
            "Who supplies it": "Green Sensors",
            "Measuring starts": day(),
            "Weeks of baseline": "4",
            "Technology on": day(30),
            "Pilot ends": day(120),
            "Decision due": day(150),
            "Results published": day(160),
            "The city's telephone number": "0471 100",
            "When residents' feedback is read": "On Mondays, by the parks office",
        },
    )
    press(desk, "Start the pilot")
    return desk.url.split("/steps/")[0].split("/gates/")[0].rstrip("/") + "/"


def pass_gate(page: Page, base: str, gate: str, words: str) -> None:
    """Pass a gate of which nobody is named: the document, and who signed."""
    go(page, f"{base}steps/")
    follow(page, gate)
    follow(page, "Pass this gate")
    fill(page, {"Document or link": words, "Signed by": "Sam Signer, head of the parks office"})
    press(page, "Pass this gate")


def test_the_plan_stands_in_public(street: Page, planned: str) -> None:
    go(street, planned)
    text = says(street)
    for words in ("Benches in the shade", "In summer the ground is dust.", "Parks office"):
        assert words in text
    for gate in MORE_GATES:
        assert gate in text


def test_a_playbook_of_the_town_needs_no_code(desk: Page, town: str) -> None:
    """A file in the town's folder is enough; a plan starts from it as from any other."""
    go(desk, f"{town}new/")
    follow(desk, "Read the playbook", "Slimme banken")
    assert desk.get_by_text("Zet er armleuningen aan.").get_attribute("lang") == "nl"
    follow(desk, "Start from this")
    assert field(desk, "What would make us stop").input_value() == "Niemand zit er."


@pytest.fixture(scope="module")
def agreed(desk: Page, planned: str) -> str:
    """It went through call, selection and agreement; the address of the pilot."""
    pass_gate(desk, planned, "Problem and owner", "The ground is dust.")
    pass_gate(desk, planned, "Stakeholders", "The gardeners take part.")
    follow_call(desk, planned)
    pass_gate(desk, planned, "Call for solutions", "Open for a month.")
    record_choice(desk, planned)
    pass_gate(desk, planned, "Selection", "Green Sensors was chosen.")
    fill_agreement(desk, planned)
    people = {"representative of the city": "Rita Reeve"}
    people["representative of the company"] = "Gus Green"
    name_signers(desk, f"{planned}gates/agreement/", "https://city.example/contract-7", people)
    for role in people:
        sign_on_paper(desk, role)
    follow(desk, "Pass this gate")
    press(desk, "Pass this gate")
    return planned


def name_signers(page: Page, gate: str, words: str, people: dict[str, str]) -> None:
    """Write the document of a gate, and say who signs it as what."""
    go(page, gate)
    follow(page, "Write the draft")
    fill(page, {"Document or link": words})
    press(page, "Save the draft")
    press(page, "Add who usually signs")
    for role, name in people.items():
        row = page.locator("#signers li").filter(has_text=role)
        with page.expect_navigation():
            row.get_by_role("link", name=re.compile("^(Say who|Somebody else)")).click()
        fill(page, {"Name of somebody without an account": name})
        press(page, "Save")


def sign_on_paper(page: Page, role: str) -> None:
    follow(page, "Add a scan", role)
    upload(page, "Scan of the signed paper", "signed.pdf", "application/pdf", PDF)
    press(page, "Keep the scan")


def follow_call(page: Page, base: str) -> None:
    """Record an open call with its document; before that its gate is shut."""
    go(page, f"{base}gates/call/")
    assert "What is missing" in says(page)
    follow(page, "Call and selection")
    follow(page, "Record the call")
    upload(page, "Document of the call", "call.pdf", "application/pdf", PDF)
    criteria = "Criteria, one to a line, with their weights"
    fill(page, {"Opened on": day(-60), "Closes on": day(-30), criteria: "Water: 60 %\nPrice: 30 %"})
    press(page, "Save")
    assert "100 %" in says(page)
    upload(page, "Document of the call", "call.pdf", "application/pdf", PDF)
    fill(page, {criteria: "Water: 60 %\nPrice: 40 %"})
    press(page, "Save")
    assert "Closed" in says(page)


def record_choice(page: Page, base: str) -> None:
    """Two offers, an interest that was declared, and who was chosen."""
    for who, amount, why in (
        ("Green Sensors", "12500", "The least water."),
        ("Dry Sands", "9000", "No proof that it works."),
    ):
        go(page, f"{base}call/")
        follow(page, "Add an offer")
        fill(page, {"Who offered": who, "Amount": amount, "Why, or why not": why})
        press(page, "Save")
    for juror, interest in (("Head gardener", ""), ("Chair", "Worked for Dry Sands until 2024.")):
        follow(page, "Add a declaration")
        fill(page, {"Who (a role is enough)": juror})
        if interest:
            fill(page, {"Which interest, and what followed": interest})
        else:
            field(page, "Has no interest in any offer").check()
        press(page, "Save")
    follow(page, "Record the choice")
    page.get_by_label(re.compile("Green Sensors")).check()
    chosen = {"Chosen on": day(-10), "Who chose": "A jury with two gardeners"}
    fill(page, {**chosen, "Why": "It needs the least water."})
    fill(page, {"Each who chose, one to a line": "Head gardener\nChair"})
    press(page, "Save")


def fill_agreement(page: Page, base: str) -> None:
    """Six things are settled; one is missing, with its reason; dated tasks follow."""
    go(page, f"{base}agreement/")
    follow(page, "Fill in the checklist")
    parts = page.locator("section.section")
    assert parts.count() == 7
    for number in range(7):
        part = parts.nth(number)
        if number == 1:
            part.get_by_label("No", exact=True).check()
        else:
            part.get_by_label("Yes", exact=True).check()
            part.get_by_label(re.compile("^Where")).fill(f"§ {number + 1}")
    press(page, "Save")
    assert "Say in public why it is missing." in says(page)
    reason = "The firm does not open its program."
    parts.nth(1).get_by_label(re.compile("^Why it is missing")).fill(reason)
    press(page, "Save")
    assert "Delete all data of the pilot, and send the proof." in says(page)


def test_call_choice_and_agreement_stand_in_public(street: Page, agreed: str) -> None:
    go(street, agreed)
    follow(street, "Call and selection")
    text = says(street)
    for words in (
        "12,500.00", "9,000.00", "No proof that it works.", "Worked for Dry Sands until 2024.",
        "Head gardener: no interest in any offer", "A jury with two gardeners", "60 %",
    ):  # fmt: skip
        assert words in text
    go(street, f"{agreed}agreement/")
    text = says(street)
    assert re.search(r"Missing Why[^.]* The firm does not open its program\.", text)
    assert text.count("Settled") == 6


def test_what_was_agreed_is_a_dated_task(desk: Page, agreed: str) -> None:
    go(desk, f"{agreed}tasks/")
    task = desk.get_by_role("listitem").filter(has_text="Deletion at the end, with proof")
    expect(task).to_contain_text("Green Sensors")


@pytest.fixture(scope="module")
def protected(browser: Browser, served: Served, desk: Page, agreed: str) -> str:
    """Data protection is signed by an outsider's link and on paper; the pilot's address."""
    gate = f"{agreed}gates/data_protection/"
    people = {"data-protection officer": "Olga Outside", "representative of the city": "Rita Reeve"}
    words = "Screening: soil is no person. No assessment is needed."
    name_signers(desk, gate, words, people)
    link = taken_link(desk, "data-protection officer")
    said = sign_by_link(browser, served, link, "soil is no person")
    assert "Olga Outside signed as data-protection officer" in said
    go(desk, gate)
    assert "has not signed yet" in says(desk)
    sign_on_paper(desk, "representative of the city")
    follow(desk, "Pass this gate")
    press(desk, "Pass this gate")
    return agreed


def test_data_protection_was_signed_by_somebody_else(street: Page, protected: str) -> None:
    go(street, f"{protected}gates/data_protection/")
    text = says(street)
    for words in ("Olga Outside", "Rita Reeve", "soil is no person", "Soil and water sensors"):
        assert words in text
    assert "The scan" not in text, "a scan is for leads alone"


@pytest.fixture(scope="module")
def drawn(desk: Page, protected: str) -> str:
    """Sites come one by one, from CSV and from GeoJSON, and a lot of pairs divides them."""
    go(desk, f"{protected}sites/")
    follow(desk, "Add a site")
    fill(desk, {"Name": "Bench at the fountain", "Neighbourhood": "Old Town"})
    fill(desk, {"Latitude": "0.0030", "Longitude": "-0.0041"})
    fill(desk, {"What is known of it, one thing to a line": "residents: 305"})
    press(desk, "Save")
    for name, kind, content in (
        ("sites.csv", "text/csv", CSV),
        ("sites.geojson", "application/geo+json", GEOJSON),
    ):
        go(desk, f"{protected}sites/import/")
        upload(desk, "CSV or GeoJSON file", name, kind, content.encode())
        press(desk, "Add these sites")
    go(desk, f"{protected}sites/new/")
    fill(desk, {"Name": "Bench at the school", "Neighbourhood": "Northgate"})
    fill(desk, {"What is known of it, one thing to a line": "residents: 118"})
    press(desk, "Save")
    return protected


def draw(page: Page, base: str) -> None:
    go(page, f"{base}sites/")
    follow(page, "Draw by lot which sites get it")
    press(page, "Promise the number")
    choose(page, "How to draw", "Of every two sites that are alike, one")
    fill(page, {"How many sites get the technology": "3"})
    press(page, "Draw now")


def test_alike_sites_the_lot_and_who_is_served(desk: Page, street: Page, drawn: str) -> None:
    go(desk, f"{drawn}sites/")
    assert "6 sites" in says(desk)
    alike = desk.get_by_role("region", name="Which sites are alike")
    first = alike.get_by_role("listitem").filter(has_text=re.compile("^Bench at the pond"))
    assert re.match(r"Bench at the pond: Bench at the (wall|school)", first.inner_text())
    draw(desk, drawn)
    go(street, f"{drawn}sites/")
    assert "SHA-256" not in says(street), "plain words first"
    unfold(street.get_by_role("main"))
    text = says(street)
    promised = re.search(r"its SHA-256 is ([0-9a-f]{64})", text)
    assert promised
    number = re.search(r"with the number (\d+)", text)
    assert number, text
    assert hashlib.sha256(number.group(1).encode()).hexdigest() == promised.group(1)
    assert text.count("comparison site,") == 3
    served = street.get_by_role("region", name="Who is served")
    expect(served.get_by_role("row").filter(has_text="Old Town")).to_contain_text("%")
    # What was drawn cannot be drawn again.
    go(desk, f"{drawn}sites/draw/")
    assert desk.get_by_role("button", name="Draw now").count() == 0


@pytest.fixture(scope="module")
def measuring(desk: Page, drawn: str) -> str:
    """Sites, disclosure and measuring are passed; without a device in the register they are not."""
    if desk.get_by_role("button", name="Promise the number").count():
        draw(desk, drawn)
    go(desk, f"{drawn}gates/sites/")
    follow(desk, "Write the draft")
    fill(desk, {"Document or link": "Two beds of each kind; the gardeners chose them."})
    press(desk, "Save the draft")
    follow(desk, "Add somebody")
    fill(desk, {"As what they sign": "head gardener"})
    fill(desk, {"Name of somebody without an account": "Gert Garden"})
    press(desk, "Add")
    sign_on_paper(desk, "head gardener")
    follow(desk, "Pass this gate")
    press(desk, "Pass this gate")
    go(desk, f"{drawn}gates/disclosure/")
    assert "What is missing" in says(desk)
    go(desk, f"{drawn}register/")
    follow(desk, "Add a device")
    fill(desk, {"Device": "Soil probe", "Kind of sensor": "Density sensor"})
    fill(desk, {"E-mail of a role, not of a person": "parks@city.example"})
    press(desk, "Save")
    pass_gate(desk, drawn, "Disclosure", "A sign on every bench.")
    pass_gate(desk, drawn, "Measuring starts", "From today, on all benches.")
    return drawn


def readings(sites: list[str], weeks: int) -> bytes:
    rows = [
        f"{site},Days until a fault is mended,{day(-7 * week)}T00:00,{number + week}"
        for number, site in enumerate(sites)
        for week in range(weeks)
    ]
    return "\n".join(["site,indicator,time,value", *rows]).encode()


def send(page: Page, base: str, content: bytes) -> str:
    """Send a file of readings by hand, and return what the page says of it."""
    go(page, base.replace("/pilots/", "/sensing/") + "import/")
    upload(page, "CSV file", "readings.csv", "text/csv", content)
    press(page, "Take in")
    return told(page)


def test_whoever_passes_by_reads_that_it_measures(desk: Page, street: Page, measuring: str) -> None:
    go(desk, f"{measuring}sites/")
    site = desk.get_by_role("row").filter(has_text="pilot site").get_by_role("link").first
    go(street, f"{site.get_attribute('href')}notice/")
    text = says(street)
    for words in ("Measuring", "Soil probe", "Green Sensors", "Nobody can be identified"):
        assert words in text


def test_the_technology_waits_for_the_planned_weeks(
    desk: Page, served: Served, measuring: str
) -> None:
    go(desk, f"{measuring}gates/technology/")
    assert "Pass the gate “Baseline” first." in says(desk)
    assert desk.get_by_role("link", name="Pass this gate").count() == 0
    go(desk, f"{measuring}gates/baseline/")
    assert "6 sites have readings from fewer than 4 weeks" in says(desk)
    assert "Say how the pilot will be judged" in says(desk)
    follow(desk, "Write the evaluation plan")
    fill(desk, {"What is the question, in one sentence?": "Is less water used on the grass?"})
    press(desk, "Keep the plan")
    # A month later.
    served.django(LATER.format(pilot=measuring.rstrip("/").rsplit("/", 1)[1]))
    assert "6 problems" in send(desk, measuring, readings(["Bench on the moon"], 6))
    assert "30" in send(desk, measuring, readings(BENCHES, 5))
    pass_gate(desk, measuring, "Baseline", "Five weeks lie here.")
    go(desk, f"{measuring}gates/technology/")
    assert "Write down what is piloted, property by property." in says(desk)
    go(desk, f"{measuring}specification/edit/")
    fill(desk, {"Properties, one to a line": "probes: 16, two at each bench"})
    press(desk, "Save")
    pass_gate(desk, measuring, "Technology on", "Switched on today.")
    go(desk, f"{measuring}steps/")
    assert "Technology is on" in says(desk)


# What one bench sent came a month ago and not since.
SILENT = """
from django.db.models import F
from lamppost.sensing.models import Observation
month = 30 * 24 * 3600 * 1_000_000
Observation.objects.filter(
    datastream__site__pilot={pilot}, datastream__site__name="{bench}"
).update(time=F("time") - month)
"""


def test_a_silent_device_is_a_task_until_it_sends_again(
    desk: Page, served: Served, town: str, measuring: str
) -> None:
    number = measuring.rstrip("/").rsplit("/", 1)[1]
    served.django(SILENT.format(pilot=number, bench=BENCHES[2]))
    go(desk, f"{measuring}intervals/")
    hours = "“Days until a fault is mended”: a reading at least every … hours"
    fill(desk, {hours: "24"})
    press(desk, "Save")
    go(desk, f"{town}status/")
    press(desk, "Look at the devices now")
    card = desk.get_by_role("region", name="Benches in the shade")
    expect(card).to_contain_text("1 of 6. No reading is not a zero.")
    go(desk, f"{measuring}tasks/")
    task = desk.get_by_role("listitem").filter(has_text=BENCHES[2])
    expect(task).to_contain_text(re.compile(r"20\d\d"))
    send(desk, measuring, readings([BENCHES[2]], 1).replace(b"T00:00", b"T00:01"))
    go(desk, f"{measuring}tasks/")
    done = desk.get_by_role("region", name=re.compile("done$"))
    expect(done.get_by_role("listitem").filter(has_text=BENCHES[2])).to_have_count(1)


def test_feedback_review_and_evaluation_have_their_gates(
    desk: Page, street: Page, measuring: str
) -> None:
    pass_gate(desk, measuring, "Feedback answered", "Nobody has said anything yet.")
    go(desk, f"{measuring}gates/change/")
    assert "What is missing" in says(desk)
    follow(desk, "Say what was decided")
    why = {"Why there is no mid-term report": "The pilot takes four weeks."}
    fill(desk, {**why, "Why nothing is changed halfway": "Nothing was found."})
    press(desk, "Save")
    pass_gate(desk, measuring, "Mid-term review", "Nothing changes.")
    pass_gate(desk, measuring, "Evaluation", "Five weeks before, none after: nothing is known.")
    for gate, words in (
        ("feedback", "Nobody has said anything yet."),
        ("change", "Nothing changes."),
        ("evaluation", "nothing is known"),
    ):
        go(street, f"{measuring}gates/{gate}/")
        assert words in says(street)


def test_a_change_of_purpose_stops_readings_with_the_next_request(
    desk: Page, street: Page, measuring: str
) -> None:
    """San Diego: lamps for saving energy, used later by the police."""
    one = f"{BENCHES[0]},Days until a fault is mended"
    now = dt.datetime.now(dt.UTC)
    head = "site,indicator,time,value\n"
    go(desk, measuring.replace("/pilots/", "/sensing/") + "import/")
    before = files_taken(desk)
    send(desk, measuring, f"{head}{one},{now.isoformat()},3".encode())
    assert files_taken(desk) == before + 1

    go(desk, f"{measuring}edit/")
    fill(desk, {"What it is measured for": "To see who sleeps on the benches."})
    press(desk, "Save")
    assert "Data protection" in says(desk)
    fill(desk, {"Why": "The guards asked."})
    press(desk, "Change it and stop measuring")
    go(desk, measuring.replace("/pilots/", "/sensing/") + "import/")
    assert "Nothing is measured for now" in says(desk)
    assert desk.get_by_role("button", name="Take in").count() == 0
    assert files_taken(desk) == before + 1
    go(street, f"{measuring}gates/data_protection/")
    assert "The guards asked." in says(street)
    assert "To find out whether watering" in street.locator("main").inner_html()


def files_taken(page: Page) -> int:
    return page.get_by_role("region", name="Files taken in").locator("tbody tr").count()
