"""An officer walks from "new pilot" to "ready to go live", by the pages alone.

Nothing is called but pages, and at each gate the officer reads what is missing and follows its
link. Only the calendar is moved on: four weeks of baseline pass in a moment.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from lamppost.accounts.models import Partnership, User
from lamppost.accounts.roles import Role
from lamppost.pilots.models import Bid, ConflictOfInterest, GateUse, Pilot
from lamppost.stakeholders.models import Group
from lamppost.vision.models import Goal, Indicator
from tests.pilots_world import make_pilot, pass_up_to

WEEKS = 4
INDICATOR = "People walking after dark"


def day(offset: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(offset)


@dataclass
class Officer:
    """Somebody at a browser."""

    client: Client
    slug: str
    pilot: int = 0

    def url(self, name: str, *more: object) -> str:
        stage, _colon, _name = name.partition(":")
        pilot = [self.pilot] if stage in {"pilots", "sensing", "impact"} and self.pilot else []
        return reverse(name, args=[self.slug, *pilot, *more])

    def get(self, address: str) -> HttpResponse:
        answer = self.client.get(address)
        assert answer.status_code == 200, address
        return answer

    def post(self, address: str, **values: object) -> HttpResponse:
        """Send a form that is taken: it leads on to another page."""
        answer = self.client.post(address, values)
        errors = answer.context["form"].errors if answer.status_code == 200 else ""
        assert answer.status_code == 302, (address, errors)
        return answer

    def missing(self, kind: str) -> list[str]:
        """Read what a gate waits for; every hint that has a link leads to a page that opens."""
        obstacles = self.get(self.url("pilots:gate", kind)).context["obstacles"]
        return [self._led_to(one) for one in obstacles]

    def _led_to(self, obstacle: Any) -> str:
        """Open the page that a hint leads to; a place on the gate's own page is itself."""
        page = str(obstacle.url or "").partition("#")[0]
        if page:
            self.get(page)
            return resolve(page).view_name
        return str(obstacle.url or obstacle.text)

    def sign(self, kind: str, passed_on: dt.date) -> None:
        """Pass a gate by what its page offers, and read the document as anybody may."""
        address = self.url("pilots:sign_gate", kind)
        gate = self.get(self.url("pilots:gate", kind))
        assert address in gate.content.decode(), kind
        start = self.get(address).context["form"]["document"].value()
        document = "\n".join(
            f"{line}\nAnswered for {kind}." if line.endswith(":") else line
            for line in start.splitlines()
        )
        self.post(address, document=document, signed_by_name="Lena Lead", passed_on=passed_on)
        assert (
            f"Answered for {kind}." in Client().get(self.url("pilots:gate", kind)).content.decode()
        )


@pytest.fixture
def officer(lead_client: Client, partnership: Partnership) -> Officer:
    return Officer(lead_client, partnership.slug)


def filled(form: Any) -> dict[str, object]:
    """Return what a browser would send of a form as it stands: nothing for what is not ticked."""
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, [])}


def start(officer: Officer) -> None:
    """Start a pilot from the playbook, with what its form fills in."""
    officer.get(officer.url("pilots:list"))
    officer.get(officer.url("pilots:new"))
    address = officer.url("pilots:new_from", "smart-street-lighting")
    form = officer.get(address).context["form"]
    given = filled(form)
    given |= {"owner_department": "Street lighting office", "company": "Lamp Ltd"}
    given |= {"problem": "After dark we do not walk home along the canal."}
    officer.post(address, **given)
    officer.pilot = Pilot.objects.get().pk


def change_plan(officer: Officer, **values: object) -> None:
    form = officer.get(officer.url("pilots:edit")).context["form"]
    officer.post(officer.url("pilots:edit"), **{**filled(form), **values})


def send_readings(officer: Officer, pilot: Pilot) -> None:
    rows = [
        f"{site.name},{INDICATOR},{day(-40 + number)}T12:00Z,{number % 7}"
        for site in pilot.sites.all()
        for number in range(7 * (WEEKS + 1))
    ]
    content = "\n".join(["site,indicator,time,value", *rows]).encode()
    file = SimpleUploadedFile("readings.csv", content)
    officer.post(officer.url("sensing:import"), file=file)


def test_from_a_new_pilot_to_ready_to_go_live(
    officer: Officer, partnership: Partnership, make_member: Callable[..., User]
) -> None:
    start(officer)
    pilot = Pilot.objects.get()

    # The problem: the page says that an indicator is missing, and where it comes from.
    assert officer.missing("problem") == ["pilots:edit"]
    officer.post(officer.url("vision:goal_add"), title="Walk home without fear")
    goal = Goal.objects.get()
    values = {"name": INDICATOR, "unit": "people per hour", "direction": "up", "worth_it": "5"}
    officer.post(officer.url("vision:indicator_add", goal.pk), **values)
    change_plan(officer, main_indicator=Indicator.objects.get().pk, decision_due_on=day(200))
    assert officer.missing("problem") == []
    officer.sign("problem", day(-60))

    # The five groups: a reason for each that is not there.
    assert set(officer.missing("stakeholders")) == {"stakeholders:missing"}
    for group in Group.values:
        address = officer.url("stakeholders:reason", group)
        officer.client.post(address, {"reason": "We asked, and ask again."})
    assert officer.missing("stakeholders") == []
    officer.sign("stakeholders", day(-58))

    # Data protection: two must sign, one of them from outside.
    gate = "data_protection"
    assert officer.missing(gate) == ["pilots:gate"]  # who signs is named on its page
    officer.post(officer.url("pilots:usual_signers", gate))
    assert officer.missing(gate) == ["pilots:draft"]
    officer.post(officer.url("pilots:draft", gate), text="Steps are counted. Nobody is seen.")
    protection = sign_by_all(officer, gate, make_member)
    assert officer.missing(gate) == []
    officer.post(officer.url("pilots:sign_gate", gate), passed_on=day(0))
    assert protection in Client().get(officer.url("pilots:gate", gate)).content.decode()

    # Notices and the sensor register, with sites to compare.
    wanted = {"pilots:sites", "pilots:edit", "pilots:register"}
    assert set(officer.missing("disclosure")) == wanted
    change_plan(officer, city_number="010 1234", feedback_read="on Mondays")
    rows = "name,arm\nMill Lane,pilot\nQuay Street,comparison"
    officer.post(officer.url("pilots:import_sites"), rows=rows)
    entry = {"name": "Step counter", "sensor_type": "proximity", "organisation": "Lamp Ltd",
             "email": "office@city.example", "active_until": day(150)}  # fmt: skip
    register(officer, entry)
    assert officer.missing("disclosure") == []
    for kind in ("disclosure", "measuring"):
        officer.sign(kind, day(0))

    # The baseline: readings of four weeks, and how the pilot is judged.
    assert set(officer.missing("baseline")) == {"sensing:import", "impact:plan"}
    officer.post(
        officer.url("impact:plan"), question="Do more people walk there after dark?",
        indicator=Indicator.objects.get().pk, period="week", worth_it="5", level="0.95",
    )  # fmt: skip
    # Measuring began today; four weeks later there is a baseline.
    Pilot.objects.update(measuring_on=day(-40), disclosure_on=day(-40), data_protection_on=day(-40))
    send_readings(officer, pilot)
    assert officer.missing("baseline") == []
    officer.sign("baseline", day(0))
    assert officer.missing("technology") == ["pilots:edit_specification"]
    officer.post(officer.url("pilots:edit_specification"), lines="luminous flux: 2,326 lm")
    assert officer.missing("technology") == []  # ready to go live
    work = officer.get(officer.url("pilots:work")).content.decode()
    assert officer.url("pilots:sign_gate", "technology") in work
    officer.sign("technology", day(0))
    assert Pilot.objects.get().technology_on == day(0)


def test_through_call_and_choice_nothing_is_asked_twice(
    officer: Officer, partnership: Partnership
) -> None:
    for kind in ("call", "selection"):
        GateUse.objects.update_or_create(
            partnership=partnership, kind=kind, defaults={"used": True}
        )
    lead = User.objects.get(memberships__role=Role.LEAD)
    pilot = make_pilot(partnership, lead)
    officer.pilot = pilot.pk
    for group in Group.values:
        officer.client.post(officer.url("stakeholders:reason", group), {"reason": "Asked again."})
    pass_up_to(pilot, lead, "stakeholders")

    # The call: none was open. What the record says is all that its gate has to say.
    assert officer.missing("call") == ["pilots:edit_call"]
    officer.post(officer.url("pilots:edit_call"), no_call_reason="Below the limit; four asked.")
    back = officer.url("pilots:gate", "call")
    assert back in officer.get(officer.url("pilots:call")).content.decode()
    pass_as_it_stands(officer, "call", "Below the limit; four asked.")

    # The choice: who offered, who chose, and what each of them declares, one from outside.
    offers = [{"organisation": "Lamp Ltd", "amount": "9"}, {"organisation": "Glow", "amount": "3"}]
    for offer in offers:
        officer.post(officer.url("pilots:new_bid"), currency="EUR", **offer)
    chosen = Bid.objects.get(organisation="Lamp Ltd").pk
    officer.post(
        officer.url("pilots:select"),
        bid=chosen, chosen_on=day(0), chosen_by="Jury", jurors="Chair", chosen_why="No camera",
    )  # fmt: skip
    assert officer.missing("selection") == ["pilots:call"]
    declare_from_outside(officer)
    assert officer.missing("selection") == []
    pass_as_it_stands(officer, "selection", "Jury: No camera")


def pass_as_it_stands(officer: Officer, gate: str, words: str) -> None:
    """Pass a gate on the document that its page starts with."""
    form = officer.get(officer.url("pilots:sign_gate", gate)).context["form"]
    assert words in form["document"].value()
    officer.post(officer.url("pilots:sign_gate", gate), **filled(form))
    assert words in Client().get(officer.url("pilots:gate", gate)).content.decode()


def declare_from_outside(officer: Officer) -> None:
    """Let the one who chose say by a single-use link that there is no interest."""
    juror = ConflictOfInterest.objects.get()
    made = officer.client.post(officer.url("pilots:declaration_link", juror.pk))
    found = re.search(r"/declare/[^/]+/", made.content.decode())
    assert found is not None
    said = Client().post(found[0], {"has": "none", "name": "Clara Chair"})
    assert "Declared. Thank you." in said.content.decode()


def sign_by_all(officer: Officer, gate: str, make_member: Callable[..., User]) -> str:
    """Let the officer of data protection sign by a link and a member sign for the city."""
    signing = officer.get(officer.url("pilots:gate", gate)).context["signing"]
    protection, city = [line.signer for line in signing.signers]
    officer.post(officer.url("pilots:hand_over", gate, protection.pk), name="Olga Outside")
    made = officer.client.post(
        officer.url("pilots:signature_link", gate, protection.pk), follow=True
    )
    link = next(str(one) for one in made.context["messages"] if "/sign/" in str(one))
    address = "/sign/" + link.split("/sign/")[1]
    signed = Client().post(address, {"name": "Olga Outside", "read": "on"})
    assert "Signed. Thank you." in signed.content.decode()
    member = make_member(Role.OBSERVER, name="Carla City")
    officer.post(officer.url("pilots:hand_over", gate, city.pk), user=member.pk)
    theirs = Client()
    theirs.force_login(member)
    page = theirs.get(officer.url("pilots:sign", gate, city.pk))
    sha256 = page.context["signing"].sha256
    theirs.post(officer.url("pilots:sign", gate, city.pk), {"sha256": sha256})
    return "Olga Outside (data-protection officer); Carla City (representative of the city)"


def register(officer: Officer, entry: dict[str, object]) -> None:
    """Enter the device; a playbook whose notices speak of people needs a ground for that."""
    personal = {"contains_personal_data": "on", "legal_ground": "public_task",
                "privacy_url": "https://city.example/privacy"}  # fmt: skip
    needs = Pilot.objects.get().personal_data != Pilot.PersonalData.NONE
    officer.post(officer.url("pilots:new_entry"), **(entry | (personal if needs else {})))
