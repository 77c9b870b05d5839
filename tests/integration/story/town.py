"""A made-up partnership with everything in it, and with secrets that must never come out.

Written straight into the tables, so that it does not depend on how other stages write.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from lamppost.accounts.models import Invitation, LedgerEntry, Membership, Partnership, User
from lamppost.impact.models import EvaluationPlan
from lamppost.lessons.models import Lesson
from lamppost.network.models import Attendance, Meeting
from lamppost.pilots.actions.counting import count_for_good
from lamppost.pilots.models import (
    Change,
    CountedTen,
    Decision,
    Feedback,
    Gate,
    GateKind,
    Pilot,
    PilotIndicator,
    Site,
)
from lamppost.sensing.models import (
    Datastream,
    DeviceNote,
    FeedbackSeries,
    ObservationImport,
    Survey,
)
from lamppost.sensing.store import write_observations
from lamppost.stakeholders.models import EmptyGroupReason, Stakeholder, Target
from lamppost.vision.models import (
    Conversation,
    Goal,
    Indicator,
    OrganisationView,
    PaperSheet,
    ReplacedVote,
    Statement,
    Vote,
)
from lamppost.voices.models import Participant, Voice

from . import town_pilots
from .town_vision import SECRETS, add_vision_stage, remove_files

EMAIL = "amara.secret@example.net"
PHONE = "+44 7700 900123"
KEY = "c0ffee" * 10 + "beef"
TOKEN_HASH = "feedface" * 8
DECLINED = "These words were declined by the moderators"
UNCONSENTED = "These words were only for the partnership"
PERSON = "Amara Okonkwo-Secret"
ALL_SECRETS = (EMAIL, PHONE, KEY, TOKEN_HASH, DECLINED, UNCONSENTED, PERSON, *SECRETS,
               *town_pilots.DOORS, *town_pilots.PRIVATE_WORDS)  # fmt: skip

STATEMENTS = (
    "Lamps must not shine into bedrooms.",
    "Light the bus stop and the school path first.",
    "Nobody should be counted by a camera.",
    "Dim the lights after midnight to save energy.",
    "The brightest lamps make the safest street.",
    "Stars matter more than street lamps.",
    "Ask the night workers before anything is changed.",
    "One lamp at each bench is enough.",
)
# Share who agree, by planted group.
AGREE = (
    (0.95, 0.92, 0.9),
    (0.9, 0.88, 0.9),
    (0.85, 0.86, 0.82),
    (0.8, 0.3, 0.6),
    (0.9, 0.6, 0.05),
    (0.05, 0.2, 0.95),
    (0.6, 0.95, 0.5),
    (0.3, 0.4, 0.7),
)
START = dt.datetime(2026, 1, 5, 18, tzinfo=dt.UTC)
FIRST_WEEK = dt.datetime(2025, 9, 1, 12, tzinfo=dt.UTC)
TECHNOLOGY_ON = dt.date(2026, 1, 26)
WEEKS = 40
EFFECT = -6.0


@dataclass(frozen=True)
class Town:
    partnership: Partnership
    lead: User
    pilot: Pilot
    conversation: Conversation


def build_town(
    *, seed: int = 7, people: int = 240, slug: str = "walking-home", effect: float = EFFECT
) -> Town:
    """Make the partnership; `effect` is what the technology does to the main indicator."""
    chance = random.Random(seed)
    partnership = Partnership.objects.create(
        slug=slug,
        name="Walking home on Elm Street",
        problem="People do not dare to walk home at night.",
        town="Harbourlea",
        playbook="smart-street-lighting",
        made_up=True,
        created_at=START,
    )
    lead = User.objects.create_user(EMAIL, "a long passphrase", name="Lena Lead")
    organiser = User.objects.create_user("org@example.org", None, name="Omar Organiser")
    members = [
        Membership.objects.create(partnership=partnership, user=user, role=role, joined_at=START)
        for user, role in ((lead, "lead"), (organiser, "organisation"))
    ]
    Invitation.objects.create(
        partnership=partnership,
        email="late@example.org",
        role="researcher",
        token_hash=TOKEN_HASH,
        created_by=lead,
        created_at=START,
        expires_at=START + dt.timedelta(days=14),
    )
    council = _people(partnership, chance, members[1])
    _meetings(partnership)
    residents = _residents(partnership, chance, people)
    conversation = _conversation(partnership, chance, residents, lead, council)
    goal, indicator = _goals(partnership, conversation, council, organiser)
    add_vision_stage(conversation, residents, lead)
    pilot = _pilot(partnership, indicator, lead)
    _feedback(pilot, partnership, chance, residents, lead)
    _readings(pilot, indicator, chance, lead, effect)
    _endings(pilot, indicator, lead)
    town_pilots.add_pilots_stage(pilot, indicator, residents, lead)
    for action, about in (("pilots.pilot.started", pilot), ("vision.goal.added", goal)):
        LedgerEntry.objects.create(
            partnership=partnership,
            at=START,
            by=lead,
            action=action,
            object_type=about._meta.label_lower,
            object_id=str(about.pk),
            fields=["title"],
        )
    LedgerEntry.objects.create(
        partnership=partnership,
        at=START,
        by=None,
        action="stakeholders.stakeholder.deleted",
        object_type="stakeholders.stakeholder",
        object_id="987654",
    )
    CountedTen.objects.create(
        pilot=pilot, site=pilot.sites.first(), arm="pilot", rating="better", people=10,
        counted_on=dt.date(2026, 3, 1),
    )  # fmt: skip
    count_for_good(Pilot.objects.get(pk=pilot.pk))
    return Town(partnership, lead, pilot, conversation)


def _people(partnership, chance, organiser):
    council = Stakeholder.objects.create(
        partnership=partnership,
        kind="organisation",
        name="Elm Street Neighbourhood Council",
        group="community",
        status="taking_part",
        created_at=START,
    )
    for name, group in (("Brightlux", "company"), ("City of Harbourlea", "municipal")):
        Stakeholder.objects.create(
            partnership=partnership,
            kind="organisation",
            name=name,
            group=group,
            status="taking_part",
            created_at=START,
        )
    Stakeholder.objects.create(
        partnership=partnership,
        name=PERSON,
        group="community",
        organisation=council,
        membership=organiser,
        status="taking_part",
        contact=EMAIL,
        concerns=f"Call me on {PHONE}",
        neighbourhood="Canal North",
        created_at=START,
    )
    for number in range(30):
        Stakeholder.objects.create(
            partnership=partnership,
            name=f"Private Person {number}",
            group="resident" if number < 24 else "municipal",
            status="taking_part",
            contact=f"person{number}@example.org",
            neighbourhood=chance.choice(("Mill Lane", "Elm Street")),
            created_at=START,
        )
    Target.objects.create(
        partnership=partnership, dimension="neighbourhood", value="Canal North", count=40
    )
    Target.objects.create(partnership=partnership, dimension="group", value="academic", count=3)
    EmptyGroupReason.objects.create(
        partnership=partnership,
        group="academic",
        reason="The university joins in spring.",
        given_at=START,
    )
    return council


def _meetings(partnership):
    for number in range(2):
        meeting = Meeting.objects.create(
            partnership=partnership,
            title=f"Workshop {number + 1}",
            starts_at=START + dt.timedelta(days=number),
            ends_at=START + dt.timedelta(days=number, hours=2),
            place="Library",
            minutes=f"{PERSON} took notes.",
            changed_at=START,
        )
        for stakeholder in Stakeholder.objects.filter(partnership=partnership)[:6]:
            Attendance.objects.create(
                meeting=meeting, stakeholder=stakeholder, attended=number == 0
            )


def _residents(partnership, chance, people):
    made = [
        Participant(
            partnership=partnership,
            key=KEY if number == 0 else f"{chance.getrandbits(256):064x}",
            channel="paper" if number % 20 == 0 else "web",
            reference=f"sheet {number}" if number % 20 == 0 else "",
            created_at=START + dt.timedelta(minutes=number),
        )
        for number in range(people)
    ]
    return Participant.objects.bulk_create(made)


def voice(partnership, kind, text, *, participant=None, consent=True, state="accepted", public=""):
    return Voice.objects.create(
        partnership=partnership,
        participant=participant,
        kind=kind,
        text=text,
        public_text=public or text,
        language="en",
        consent="public" if consent else "none",
        consent_wording="show-without-name-1" if consent else "",
        consent_at=START if consent else None,
        state=state,
        state_at=START,
        place="Mill Lane",
        said_at=START,
    )


def _conversation(partnership, chance, residents, lead, council):
    conversation = Conversation.objects.create(
        partnership=partnership,
        code=f"q{chance.getrandbits(24):06x}",
        question="What would make you walk home without fear?",
        background="The council renews the lamps of eight streets.",
        asked_by="City of Harbourlea",
        decides="Which lamps are tried.",
        opens_at=START,
        closes_at=START + dt.timedelta(days=30),
        created_at=START,
    )
    statements = [
        Statement.objects.create(
            conversation=conversation,
            voice=voice(partnership, "statement", text),
            number=number,
            is_seed=number <= 3,
        )
        for number, text in enumerate(STATEMENTS, start=1)
    ]
    hidden = (
        voice(partnership, "statement", DECLINED, state="declined"),
        voice(
            partnership,
            "statement",
            f"Write to {EMAIL}",
            participant=residents[0],
            public="Write to [e-mail removed]",
        ),
    )
    for number, words in enumerate(hidden, start=len(STATEMENTS) + 1):
        Statement.objects.create(conversation=conversation, voice=words, number=number)
    _votes(conversation, statements, residents, chance)
    PaperSheet.objects.create(
        conversation=conversation,
        participant=residents[20],
        reference="20",
        organisation=council,
        entered_by=lead,
        entered_at=START,
    )
    return conversation


def _votes(conversation, statements, residents, chance):
    votes = []
    for number, participant in enumerate(residents):
        group = (0, 0, 1, 1, 2)[number % 5]
        for statement, shares in zip(statements, AGREE, strict=True):
            if chance.random() < 0.15:
                continue
            drawn = chance.random()
            agree = shares[group]
            value = 1 if drawn < agree else 0 if drawn < agree + (1 - agree) / 4 else -1
            votes.append(
                Vote(
                    participant=participant,
                    statement=statement,
                    value=value,
                    channel=participant.channel,
                    cast_at=START + dt.timedelta(minutes=number, seconds=statement.number),
                    shown_probability=1 / (2 + number) if number % 3 else None,
                )
            )
    declined = Statement.objects.get(conversation=conversation, voice__text=DECLINED)
    votes += [Vote(participant=p, statement=declined, value=1) for p in residents[:15]]
    made = Vote.objects.bulk_create(votes)
    ReplacedVote.objects.create(vote=made[3], value=-made[3].value or 1, cast_at=START)


def _goals(partnership, conversation, council, organiser):
    goal = Goal.objects.create(
        partnership=partnership,
        title="Safe to walk, dark enough to sleep",
        description="Fewer people feel unsafe after dark, and no bedroom is lit by a lamp.",
        position=1,
        agreed_on=dt.date(2026, 1, 12),
    )
    goal.statements.set(Statement.objects.filter(conversation=conversation, number__lte=3))
    indicator = Indicator.objects.create(
        goal=goal,
        name="People who feel unsafe after dark",
        unit="in 100",
        direction="down",
        worth_it=5,
        code="feels-unsafe",
    )
    for subject, text in (
        ("vision", "We want the canal path in it too."),
        ("decision", "We agree, if the lamps stay dim after midnight."),
    ):
        OrganisationView.objects.create(
            partnership=partnership,
            stakeholder=council,
            subject=subject,
            text=text,
            by=organiser,
            written_at=START,
        )
    return goal, indicator


def _pilot(partnership, indicator, lead):
    pilot = Pilot.objects.create(
        partnership=partnership,
        title="Lamps that brighten when somebody walks by",
        playbook="smart-street-lighting",
        problem="People do not dare to walk home at night.",
        owner_department="Streets and lighting",
        technology="Brightlux Path 2.1",
        stop_rule="More than one complaint in ten about light in bedrooms.",
        company="Brightlux",
        baseline_starts_on=FIRST_WEEK.date(),
        technology_starts_on=TECHNOLOGY_ON,
        ends_on=dt.date(2026, 6, 7),
        decision_due_on=dt.date(2026, 6, 30),
        randomised=True,
        data_protection_on=dt.date(2025, 8, 20),
        disclosure_on=dt.date(2025, 8, 25),
        measuring_on=FIRST_WEEK.date(),
        baseline_on=dt.date(2026, 1, 20),
        baseline_days=140,
        technology_on=TECHNOLOGY_ON,
        compared=True,
        lottery_seed=2**128 - 20_250_820,
        lottery_secret=town_pilots.SECRET_NUMBER,
        purpose="To see whether lamps that answer to steps help.",
        site_question="Do you walk here more gladly now?",
        city_number="+44 7700 900456",
        decided_on=dt.date(2026, 6, 20),
        contact="lamps@harbourlea.example",
        created_at=START,
    )
    PilotIndicator.objects.create(pilot=pilot, indicator=indicator, is_main=True)
    for number in range(12):
        arm = "pilot" if number % 2 == 0 else "comparison"
        Site.objects.create(
            pilot=pilot,
            code=f"s{pilot.pk}x{number}",
            name=f"Street {chr(65 + number)}",
            arm=arm,
            neighbourhood="Mill Lane",
            latitude=51.5 + number / 1000,
            longitude=-0.1,
            reason="Drawn by lot",
        )
    days = {
        GateKind.DATA_PROTECTION: pilot.data_protection_on,
        GateKind.DISCLOSURE: pilot.disclosure_on,
        GateKind.MEASURING: pilot.measuring_on,
        GateKind.BASELINE: dt.date(2026, 1, 20),
        GateKind.TECHNOLOGY: pilot.technology_on,
        GateKind.DECISION: pilot.decided_on,
    }
    for place, kind in enumerate(GateKind):
        Gate.objects.create(
            pilot=pilot,
            kind=kind,
            document=f"File {place}, signed by {PERSON}",
            signed_by_name=PERSON,
            passed_on=days.get(kind) or dt.date(2025, 8, 1 + place),
            recorded_at=dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC),
            entered_by=lead,
            witnesses=1,
            both_sides=True,
        )
    return pilot


WORDS = (
    ("better", "I take the short way home again."),
    ("better", "My daughter walks from the bus alone now."),
    ("worse", "The lamp shines into my bedroom."),
    ("same", "I see no difference on our side."),
)


def _feedback(pilot, partnership, chance, residents, lead):
    sites = list(Site.objects.filter(pilot=pilot))
    change = Change.objects.create(
        pilot=pilot,
        you_said="The lamps are too bright after midnight.",
        we_did="We dimmed them to a third between midnight and five.",
        changed_on=dt.date(2026, 3, 9),
        entered_by=lead,
    )
    for number in range(320):
        site = sites[number % 12]
        ratings = (
            "better better better same worse" if site.arm == "pilot" else "better same same worse"
        )
        rating = chance.choice(ratings.split())
        words = None
        if number < len(WORDS) * 2:
            rating, text = WORDS[number % len(WORDS)]
            words = voice(partnership, "feedback", text, participant=residents[number])
        elif number == 20:
            words = voice(
                partnership, "feedback", UNCONSENTED, participant=residents[20], consent=False
            )
        elif number == 21:
            words = voice(
                partnership,
                "feedback",
                f"Ring {PHONE} or {EMAIL}",
                public="Ring [number removed] or [e-mail removed]",
            )
        given = START + dt.timedelta(days=30, hours=number)
        answer = Feedback.objects.create(
            site=site,
            participant=residents[number % len(residents)],
            rating=rating,
            voice=words,
            given_at=given,
            given_on=given.date(),
        )
        if rating == "worse" and site.arm == "pilot":
            change.feedback.add(answer)
    few = Change.objects.create(
        pilot=pilot,
        you_said="The button of the bench lamp is too high.",
        we_did="We put it lower.",
        changed_on=dt.date(2026, 4, 1),
    )
    few.feedback.set(Feedback.objects.filter(site__pilot=pilot)[:3])


# A share of people's answers at one site: for the computation alone.
SITE_SHARE = 61.3


def _readings(pilot, indicator, chance, lead, effect):
    rows = []
    for site in Site.objects.filter(pilot=pilot):
        stream = Datastream.objects.create(site=site, indicator=indicator)
        level = 31 + chance.gauss(0, 1.5)
        for week in range(WEEKS):
            moment = FIRST_WEEK + dt.timedelta(weeks=week)
            on = site.arm == "pilot" and moment.date() >= TECHNOLOGY_ON
            value = level + chance.gauss(0, 1) + (effect if on else 0) + week * 0.02
            time = int(moment.timestamp()) * 1_000_000 + 5
            rows.append((stream.pk, time, value))
    write_observations(rows)
    DeviceNote.objects.create(
        site=Site.objects.filter(pilot=pilot).first(), done_on=TECHNOLOGY_ON, what="checked",
        note="A note of the team", noted_by=lead, noted_at=START,
    )  # fmt: skip
    asked = Indicator.objects.create(
        goal=indicator.goal, name="People who say better", unit="%", direction="up"
    )
    FeedbackSeries.objects.create(pilot=pilot, indicator=asked, of="better")
    site = Site.objects.filter(pilot=pilot).first()
    share = Datastream.objects.create(site=site, indicator=asked, source="feedback")
    write_observations([(share.pk, int(FIRST_WEEK.timestamp()) * 1_000_000, SITE_SHARE)])
    row = {"period": "2026-02-02", "arm": "pilot", "people": 30, "share": 0.5}
    Survey.objects.create(
        pilot=pilot, indicator=asked, counted="agree", population={"18-34": 0.5},
        file_name="survey.csv", sha256="cd" * 32, people=30,
        results={"rows": [{**row, "low": 0.3, "high": 0.7}]}, by=lead, imported_at=START,
    )  # fmt: skip
    ObservationImport.objects.create(
        pilot=pilot,
        file_name="readings.csv",
        sha256="ab" * 32,
        rows=len(rows),
        added=len(rows),
        by=lead,
        imported_at=START,
    )


def _endings(pilot, indicator, lead):
    EvaluationPlan.objects.create(
        pilot=pilot, indicator=indicator, period="week", level=0.95, worth_it=5, frozen_at=START
    )
    Decision.objects.create(
        pilot=pilot,
        kind="adapt",
        reason="The lamps made people feel safer; the bedrooms need shades first.",
        decided_by="Council of Harbourlea",
        decided_on=dt.date(2026, 6, 20),
        next_step="Shades on all lamps, then twenty more streets.",
        entered_by=lead,
    )
    Lesson.objects.create(
        pilot=pilot,
        title="Lamps that answer to steps",
        language="en",
        problem="People do not dare to walk home at night.",
        tried="Motion-sensing lamps on six of twelve streets.",
        worked="Fewer people feel unsafe.",
        did_not_work="Light in bedrooms: shades were forgotten in the first order.",
        conditions="Short streets with houses on both sides.",
        cost="120,000, paid by the city.",
        again="changed",
        evidence_level=5,
        evidence_reason="lottery",
        written_by=lead,
        changed_at=START,
        published_at=START,
    )


def remove(partnership: Partnership) -> None:
    """Take a partnership out again, as if the instance had never seen it."""
    remove_files(partnership)
    for file in list(town_pilots.files_of(partnership)):
        file.storage.delete(file.name)
    partnership.retired_codes.all().delete()
    partnership.pilots.all().delete()
    partnership.delete()
