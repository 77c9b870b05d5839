"""Who has a stake, who can sign in, and who came to which meeting."""

from __future__ import annotations

import datetime as dt
import random
import unicodedata

from .records import Account, Dates, Meeting, Person
from .words.meetings import MEETINGS, Planned
from .words.people import ACCOUNTS, BRIDGES, GROUPS, ISOLATED, Entry

FICTIONAL_LINE = "01632 960"


def address_of(name: str) -> str:
    """Return a mail address of example.org, which reaches nobody (RFC 2606)."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("ı", "i"))
    base = (c for c in letters if not unicodedata.combining(c))
    plain = "".join(c if c.isascii() and c.isalnum() else " " for c in base)
    return ".".join(plain.split()[:4]) + "@example.org"


def accounts() -> tuple[Account, ...]:
    """Return who can sign in: somebody of every role."""
    return tuple(
        Account(role, name, address_of(name), organisation) for role, name, organisation in ACCOUNTS
    )


def people() -> tuple[Person, ...]:
    """Return every stakeholder, organisations before the people who belong to them."""
    listed = [
        (group, kind, entry)
        for kind in ("organisation", "person")
        for group, of_kind, entries in GROUPS
        if of_kind == kind
        for entry in entries
    ]
    return tuple(
        _person(group, kind, entry, number) for number, (group, kind, entry) in enumerate(listed)
    )


def _person(group: str, kind: str, entry: Entry, number: int) -> Person:
    return Person(
        name=entry.name,
        kind=kind,
        group=group,
        organisation=entry.organisation,
        neighbourhood=entry.neighbourhood,
        influence=entry.influence,
        interest=entry.interest,
        concerns=entry.concerns,
        contact_preference=entry.reach,
        contact=_contact(entry, number),
        language=entry.language,
        status=entry.status,
    )


def _contact(entry: Entry, number: int) -> str:
    if entry.reach == "phone" and entry.name not in {name for _, name, _ in ACCOUNTS}:
        return f"{FICTIONAL_LINE}{100 + number}"
    if entry.reach == "post":
        return f"{entry.neighbourhood}, box {10 + number}"
    if entry.reach in {"none", "in_person"} and entry.name not in {n for _, n, _ in ACCOUNTS}:
        return ""
    return address_of(entry.name)


def meetings(everybody: tuple[Person, ...], dates: Dates, seed: int) -> tuple[Meeting, ...]:
    """Return every meeting with who was invited and who came; the last is still to come."""
    rng = random.Random(f"{seed}/meetings")  # noqa: S311 - a made-up town, not a secret
    return tuple(_meeting(planned, everybody, dates, rng) for planned in MEETINGS)


def _meeting(
    planned: Planned, everybody: tuple[Person, ...], dates: Dates, rng: random.Random
) -> Meeting:
    day: dt.date = getattr(dates, planned.after) + dt.timedelta(days=planned.days)
    if planned.after == "today":  # any day of the week; meetings are on Wednesdays
        day += dt.timedelta(days=(2 - day.weekday()) % 7)
    starts = dt.datetime.combine(day, dt.time(planned.hour), dt.UTC)
    invited, attended = [], []
    past = day < dates.today
    for person in _who_may_come(everybody):
        always = past and person.name in {*planned.always, *BRIDGES}
        chance = _chance(planned, person) if past else 0.0
        came = rng.random() < chance
        asked = rng.random() < (0.55 if chance or not past else 0.0)
        if always or came:
            attended.append(person.name)
        if always or came or asked:
            invited.append(person.name)
    if not past or planned.likely.get("company", 0) > 0.5:
        invited += ["Nightline Systems"]
    return Meeting(
        title=planned.title,
        starts_at=starts,
        ends_at=starts + dt.timedelta(hours=planned.hours),
        place=planned.place,
        agenda=planned.agenda,
        minutes=planned.minutes if past else "",
        invited=tuple(invited),
        attended=tuple(attended),
    )


def _who_may_come(everybody: tuple[Person, ...]) -> list[Person]:
    """People, and organisations for which nobody on the list could come."""
    spoken_for = {person.organisation for person in everybody if person.organisation}
    return [
        person
        for person in everybody
        if person.name not in {*ISOLATED, *spoken_for} and person.status != "known"
    ]


def _chance(planned: Planned, person: Person) -> float:
    if person.status != "taking_part":
        return 0.0
    usual = planned.likely.get(person.group, 0.0)
    return usual * 0.2 if person.neighbourhood == "Gull Island" else usual
