"""A pilot that is ready for its gates, for the tests of pilots."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from lamppost.accounts.models import Partnership, User
from lamppost.pilots import actions
from lamppost.pilots.actions import life, register, signing
from lamppost.pilots.baseline import days_needed
from lamppost.pilots.machine import USED_AT_FIRST
from lamppost.pilots.models import (
    MANDATORY,
    WITNESSED,
    Gate,
    GateKind,
    GateSigner,
    GroupView,
    Pilot,
    PilotVersion,
    RegisterEntry,
    Site,
    SpecificationLine,
)
from lamppost.pilots.ports import BaselineLength
from lamppost.stakeholders.models import Group, Stakeholder
from lamppost.vision.models import Goal, Indicator

# The gates that are used until a city says otherwise, up to the decision.
ORDER = [
    kind.value
    for kind in GateKind
    if kind.value in MANDATORY | USED_AT_FIRST and kind != GateKind.LESSON
]


def day(offset: int = 0) -> dt.date:
    """Return today, or a day before (negative) or after it."""
    return timezone.localdate() + dt.timedelta(offset)


def make_indicator(partnership: Partnership, name: str = "People walking after dark") -> Indicator:
    goal, _new = Goal.objects.get_or_create(partnership=partnership, title="Walk home without fear")
    return Indicator.objects.create(goal=goal, name=name, unit="people per hour", direction="up")


def make_pilot(partnership: Partnership, by: User, **values: Any) -> Pilot:
    """Start a pilot whose plan is complete, with one indicator and no site."""
    filled = {
        "title": "Lamps that wake up",
        "playbook": "smart-street-lighting",
        "problem": "We walk round the lane after dark.",
        "owner_department": "Street lighting office",
        "stop_rule": "More people say worse than better for four weeks.",
        "decision_due_on": day(100),
        "city_number": "010 1234",
        "feedback_read": "on Mondays, by the helper",
        **values,
    }
    pilot = actions.start_pilot(
        partnership=partnership, by=by, values=filled, indicators=[make_indicator(partnership)]
    )
    add_device(pilot, by)
    ready_to_decide(pilot)
    return pilot


OUTSIDER = "Olga Officer"
COMPANY = "Cory Company"
LUMENS = "luminous flux"


def ready_to_decide(pilot: Pilot) -> None:
    """Record what each group says, and that what is bought is what was piloted."""
    for group in Group:
        GroupView.objects.create(
            pilot=pilot, group=group, text="Go on.", said_by="A meeting", said_on=day(-40)
        )
    version = PilotVersion.objects.create(pilot=pilot, number=1, from_on=day(-40))
    for of in (version, None):
        SpecificationLine.objects.create(pilot=pilot, version=of, name=LUMENS, value="2,326 lm")


def add_device(pilot: Pilot, by: User, *, reopens: bool = False, **values: Any) -> RegisterEntry:
    """Enter a device in the sensor register, public for long; it agrees with the plan."""
    personal = pilot.personal_data in {"identifiable", "deidentified"}
    filled = {
        "name": "Counter in the lamp",
        "sensor_type": "proximity",
        "organisation": "Street lighting office",
        "email": "lighting@city.example",
        "contains_personal_data": personal,
        "legal_ground": "public_task" if personal else "",
        "privacy_url": "https://city.example/privacy" if personal else "",
        "active_until": day(90),
        "published_on": day(-200),
        **values,
    }
    return register.add_entry(pilot=pilot, by=by, values=filled, reopens=reopens)


def add_sites(pilot: Pilot, by: User, pilot_sites: int = 1, comparison: int = 1) -> list[Site]:
    wanted = [("pilot", n) for n in range(pilot_sites)] + [
        ("comparison", n) for n in range(comparison)
    ]
    return [
        actions.add_site(pilot=pilot, by=by, values={"name": f"{arm} street {n}", "arm": arm})
        for arm, n in wanted
    ]


def draw(
    pilot: Pilot, by: User, pilot_sites: int, seed: int | None = None, within: str = ""
) -> int:
    """Promise a number and draw the sites with it."""
    actions.promise_lot(pilot=pilot, by=by, seed=seed)
    return actions.draw_by_lot(pilot=pilot, by=by, pilot_sites=pilot_sites, within=within)


def fill_groups(partnership: Partnership) -> None:
    """Let somebody of each group take part."""
    for group in Group:
        Stakeholder.objects.create(
            partnership=partnership,
            name=f"Somebody of {group.value}",
            group=group,
            status=Stakeholder.Status.TAKING_PART,
            created_at=timezone.now(),
        )


def pass_up_to(pilot: Pilot, by: User, last: str, passed_on: dt.date | None = None) -> None:
    """Pass every gate up to `last`, all on one day."""
    passed = set(pilot.gates.values_list("kind", flat=True))
    for kind in ORDER[: ORDER.index(last) + 1]:
        if kind not in passed:
            pass_one(pilot, by, kind, passed_on or day(-30))


def pass_one(
    pilot: Pilot, by: User, kind: str, on: dt.date, document: str = "The document"
) -> Gate:
    """Pass a gate; where somebody else has to sign it, they have."""
    if kind in WITNESSED:
        sign_by_another(pilot, by, kind, on, document)
    return actions.pass_gate(
        pilot=pilot,
        by=by,
        kind=kind,
        document=document,
        signed_by_name="Sam Signer",
        passed_on=on,
    )


def sign_by_another(
    pilot: Pilot, by: User, kind: str, on: dt.date, document: str = "The document"
) -> GateSigner:
    """Let somebody without an account sign by a link, as if on that day; both sides, if it has."""
    signing.save_draft(pilot=pilot, by=by, kind=kind, text=document)
    if kind == GateKind.AGREEMENT:
        sign_for(pilot, by, COMPANY, on, kind=kind, side="company", role="who answers there")
        return sign_for(pilot, by, OUTSIDER, on, kind=kind, side="city")
    return sign_for(pilot, by, OUTSIDER, on, kind=kind)


def sign_for(
    pilot: Pilot,
    by: User,
    name: str,
    on: dt.date,
    *,
    kind: str,
    side: str = "",
    role: str = "who answers for it",
) -> GateSigner:
    """Let somebody sign by a link for a side, on the draft that is there."""
    signer = GateSigner.objects.filter(pilot=pilot, kind=kind, side=side).first()
    signer = signer or signing.add_signer(
        pilot=pilot, by=by, kind=kind, role=role, name=name, side=side
    )
    token = signing.make_link(signer=signer, by=by)
    signing.sign_by_link(token=token, name=name)
    at = timezone.make_aware(dt.datetime.combine(on, dt.time(0, 1)))
    GateSigner.objects.filter(pk=signer.pk).update(signed_at=at)
    return signer


def read_as_planned(pilot: Pilot, until: dt.date) -> BaselineLength:
    """Stand for `sensing`: every site was read for as long as the plan says, and no longer."""
    return BaselineLength(days_needed(pilot.baseline_weeks))


def switch_on(pilot: Pilot, offset: int = -20) -> None:
    """Let the technology be on, without going through the gates."""
    Pilot.objects.filter(pk=pilot.pk).update(
        measuring_on=day(offset - 50),
        baseline_on=day(offset),
        baseline_days=50,
        compared=True,
        technology_on=day(offset),
    )


def bring_to(pilot: Pilot, lead: User, state: str) -> None:
    """Bring a pilot into a state; those after "open" start from a running one."""
    if state == "measuring":
        pass_up_to(pilot, lead, "measuring")
    if state in {"open", "paused", "stopped", "stays", "removed"}:
        pass_up_to(pilot, lead, "technology")
    if state == "paused":
        life.pause_pilot(pilot=pilot, by=lead, reason="The lamps flicker")
    if state == "stopped early":
        pass_up_to(pilot, lead, "measuring")
    if state.startswith("st"):
        kind = "expand" if state == "stays" else "stop"
        actions.decide(
            pilot=pilot, by=lead, kind=kind, reason="R", decided_by="C", decided_on=day(-1)
        )
    if state == "removed":
        pilot.sites.update(removed_on=day(-1))
