"""What the pilots stage of the made-up partnership holds beyond the plan, with its own secrets."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.core.files.base import ContentFile

from lamppost.network.models import Meeting
from lamppost.pilots.models import (
    Alert,
    Area,
    Bid,
    Call,
    Change,
    Clause,
    Commitment,
    ConflictOfInterest,
    DrawnSite,
    EndingView,
    Feedback,
    FixAnswer,
    FixTen,
    Follow,
    Gate,
    GateDraft,
    GateSigner,
    GateUse,
    GroupView,
    Notice,
    PastCall,
    PastDraw,
    PastGate,
    PilotTask,
    PilotVersion,
    PulseAnswer,
    PulseQuestion,
    PulseRound,
    PulseShare,
    PulseTen,
    PulseTurnout,
    RegisterEntry,
    ReportNote,
    RetiredCode,
    Site,
    SiteCovariate,
    SpecificationLine,
    Theme,
)
from lamppost.stakeholders.models import Stakeholder
from lamppost.vision.models import Indicator

from .town_vision import photo

WHEN = dt.datetime(2026, 2, 20, 18, tzinfo=dt.UTC)
DAY = WHEN.date()
# Never in any export.
SECRET_NUMBER = 4_611_686_018_427_387_847
DOORS = (
    hashlib.sha256(b"follow").hexdigest(),
    hashlib.sha256(b"signature link").hexdigest(),
    str(SECRET_NUMBER),
)
# In a private export, and not in a public one.
PRIVATE_WORDS = (
    "The draft of the final report of a gate",
    "Petra Privat signed in person",
    "A photo of somebody's front door",
    "Behind the third bench on the left",
    "told-later@secret.example",
    "What was noticed: a bare cable",
    "A task for two of us alone",
    "Words for a report that is not public",
    "The juror called Jasper",
)
PDF = b"%PDF-1.4\nThe call for lamps\n%%EOF\n"
SCAN = b"%PDF-1.4\nSigned by hand\n%%EOF\n"
OLD_SCAN = b"%PDF-1.4\nSigned by hand before\n%%EOF\n"
DECLARED = b"%PDF-1.4\nDeclared by hand\n%%EOF\n"
OLD_CALL = b"%PDF-1.4\nThe call that was withdrawn\n%%EOF\n"


def add_pilots_stage(pilot, indicator, residents, lead):
    """Add a row to every table of pilots that others do not fill."""
    partnership = pilot.partnership
    Area.objects.create(
        partnership=partnership, name="Mill Lane", residents=2400, need="high", need_source="Census"
    )
    GateUse.objects.create(partnership=partnership, kind="call", used=True)
    sites = list(Site.objects.filter(pilot=pilot))
    SiteCovariate.objects.create(site=sites[0], name="Width in metres", value=7.5)
    RetiredCode.objects.create(
        code=f"r{pilot.pk}x",
        partnership=partnership,
        pilot=pilot,
        site_name="Street Z",
        pilot_title=pilot.title,
        retired_on=DAY,
    )
    DrawnSite.objects.bulk_create(DrawnSite(pilot=pilot, site=site) for site in sites)
    PastDraw.objects.create(
        pilot=pilot, seed=2**128 - 7, commitment="ab" * 32, committed_at=WHEN, voided_at=WHEN,
        sites=[{"code": "s0x0", "name": "Street A", "arm": "pilot", "step": None}],
        reason="A street was closed.",
    )  # fmt: skip
    _call(pilot)
    _gates(pilot, lead)
    _running(pilot, sites, indicator, lead)
    _listening(pilot, lead)
    _pulse(pilot, sites, indicator, residents, lead)
    for group in ("municipal", "community", "company", "academic", "resident"):
        GroupView.objects.create(
            pilot=pilot, group=group, text="Shades first.", said_by="A meeting", said_on=DAY,
            heard=group != "company",
        )  # fmt: skip
    EndingView.objects.create(
        pilot=pilot,
        stakeholder=Stakeholder.objects.filter(views__isnull=False).distinct().get(),
        text="Keep the lamps that everybody can see.",
        by=lead,
        written_at=WHEN,
    )


def _call(pilot):
    call = Call.objects.create(
        pilot=pilot,
        link="https://harbourlea.example/call",
        opened_on=dt.date(2025, 6, 1),
        closes_on=dt.date(2025, 7, 1),
        criteria="Dark sky: 60 %\nPrice: 40 %",
        criteria_sha256="ab" * 32,
        criteria_fixed_at=WHEN,
        chosen_on=dt.date(2025, 7, 14),
        chosen_by="Jury of five",
        chosen_why="The only lamp with shades.",
    )
    call.document.save("call.pdf", ContentFile(PDF))
    past = PastCall.objects.create(
        pilot=pilot,
        opened_on=dt.date(2025, 4, 1),
        criteria="Price: 100 %",
        criteria_sha256="cd" * 32,
        withdrawn_at=WHEN,
        reason="Price alone was no good criterion.",
    )
    past.document.save("call.pdf", ContentFile(OLD_CALL))
    for name, amount, chosen in (("Brightlux", "48000.50", True), ("Lumenfeld", None, False)):
        Bid.objects.create(
            call=call, organisation=name, amount=amount, chosen=chosen, reason="See the minutes."
        )
    declared = ConflictOfInterest.objects.create(
        call=call, juror=PRIVATE_WORDS[8], none=True, declared_on=DAY, how="scan"
    )
    declared.scan.save("scan.pdf", ContentFile(DECLARED))
    Clause.objects.create(
        pilot=pilot, code="ownership", settled=True, where="4.1", task_text="Hand it over",
        task_owner="Brightlux", task_due_on=DAY, task_every_year=False,
    )  # fmt: skip
    Clause.objects.create(pilot=pilot, code="audit", missing_reason="The maker refused.")


def _gates(pilot, lead):
    scan = GateSigner.objects.create(
        pilot=pilot,
        kind="agreement",
        role="Head of streets",
        name=PRIVATE_WORDS[1],
        deputy=lead,
        signed_at=WHEN,
        signed_name=PRIVATE_WORDS[1],
        how="scan",
        signed_sha256="ef" * 32,
    )
    scan.scan.save("scan.pdf", ContentFile(SCAN))
    signature = {
        "role": "Head of streets", "name": PRIVATE_WORDS[1], "for": "", "how": "scan",
        "at": WHEN.isoformat(), "scan": scan.scan.name,
    }  # fmt: skip
    Gate.objects.filter(pilot=pilot, kind="agreement").update(
        facts={"retention": "Two years"}, signatures=[signature]
    )
    before = GateSigner(pilot=pilot)
    before.scan.save("scan.pdf", ContentFile(OLD_SCAN), save=False)
    PastGate.objects.create(
        pilot=pilot,
        kind="data_protection",
        document="The first assessment",
        signed_by_name=PRIVATE_WORDS[1],
        passed_on=dt.date(2025, 8, 1),
        facts={"purpose": "Counting steps"},
        signatures=[{**signature, "scan": before.scan.name}, {**signature, "scan": ""}],
        reopened_at=WHEN,
        reopened_by=lead,
        reason="The purpose changed.",
    )
    scan.links.create(token_sha256=_once(1, pilot), draft_sha256="ef" * 32, expires_at=WHEN)
    GateDraft.objects.create(
        pilot=pilot, kind="lesson", text=PRIVATE_WORDS[0], changed_at=WHEN, changed_by=lead
    )


def _once(number, pilot):
    """Return a secret's digest; of a second town another one, each is there once."""
    second = Follow.objects.exists()
    return f"{pilot.pk:064x}" if second else DOORS[number]


def _running(pilot, sites, indicator, lead):
    for number, what in ((1, ""), (2, "Dimmed after midnight.")):
        version = PilotVersion.objects.create(
            pilot=pilot, number=number, from_on=DAY + dt.timedelta(number), what=what
        )
        SpecificationLine.objects.create(
            pilot=pilot, version=version, name="Flux", value=f"{3 - number} klm"
        )
    SpecificationLine.objects.create(pilot=pilot, name="Flux", value="1 klm")
    PilotTask.objects.create(
        pilot=pilot,
        site=sites[0],
        kind="device",
        indicator=indicator,
        text=PRIVATE_WORDS[6],
        due_on=DAY,
        done_on=DAY,
        done_by=lead,
    )
    Notice.objects.create(
        pilot=pilot, kind="reopened", gate="data_protection", text="It is read anew.", told_at=WHEN
    )
    RegisterEntry.objects.create(
        pilot=pilot,
        name="Step sensor",
        sensor_type="proximity",
        organisation="City of Harbourlea",
        email="lamps@harbourlea.example",
        active_until=dt.date(2026, 8, 1),
        published_on=dt.date(2025, 8, 25),
    )
    pilot.registered = True
    pilot.save(update_fields=["registered"])
    ReportNote.objects.create(
        pilot=pilot, which="final", code="costs", text=PRIVATE_WORDS[7], written_at=WHEN
    )


def _listening(pilot, lead):
    first, second, *_rest = Feedback.objects.filter(site__pilot=pilot).order_by("pk")
    first.photo_words, first.may_show_photo = PRIVATE_WORDS[2], True
    first.latitude, first.longitude, first.address = 51.5, -0.1, PRIVATE_WORDS[3]
    first.photo.save("a.jpg", ContentFile(photo("teal")))
    Alert.objects.create(
        feedback=first, words=PRIVATE_WORDS[5], owner=lead, raised_at=WHEN, due_at=WHEN,
        closed_at=WHEN, closed_by=lead, outcome="Covered the same day.",
    )  # fmt: skip
    secret = _once(0, pilot)
    Follow.objects.create(
        feedback=second, email=PRIVATE_WORDS[4], token_sha256=secret, asked_at=WHEN
    )
    change = Change.objects.filter(pilot=pilot).first()
    change.version = pilot.versions.get(number=2)
    change.meeting = Meeting.objects.filter(partnership=pilot.partnership).first()
    change.save()
    kept = Commitment.objects.create(
        pilot=pilot, you_said="Too bright after midnight.", we_will="Dim them.", owner="Streets",
        due_on=DAY, state="done", done_on=DAY, change=change, meeting=change.meeting,
        made_at=WHEN, changed_at=WHEN,
    )  # fmt: skip
    kept.feedback.set(change.feedback.all())
    theme = Theme.objects.create(
        pilot=pilot, name="Light at night", words="It is too bright to sleep.", made_at=WHEN
    )
    theme.feedback.set(change.feedback.all())
    kept.theme = theme
    kept.save()
    Commitment.objects.create(
        pilot=pilot, you_said="Lamps in every garden.", owner="Streets", due_on=DAY, state="wont",
        wont_reason="Gardens are private.", made_at=WHEN, changed_at=WHEN,
    )  # fmt: skip
    FixAnswer.objects.create(commitment=kept, feedback=first, answer="partly", answered_at=WHEN)
    # Ten people whose answers are counted for good, and erased since.
    FixTen.objects.create(commitment=kept, answer="yes", counted_on=DAY, people=10)


def _pulse(pilot, sites, indicator, residents, lead):
    asked = Indicator.objects.create(goal=indicator.goal, name="Say that they feel safe")
    question = PulseQuestion.objects.create(
        pilot=pilot,
        position=1,
        text="Do you feel safe here after dark?",
        translations={"es": "¿Te sientes segura aquí de noche?"},
        scale="yes_no",
        indicator=asked,
    )
    turn = PulseRound.objects.create(
        pilot=pilot, number=1, starts_on=DAY, ends_on=DAY + dt.timedelta(7)
    )
    PulseTurnout.objects.create(
        round=turn, site=sites[0], channel="paper", invited=120, how="By letter", entered_by=lead
    )
    PulseAnswer.objects.bulk_create(
        PulseAnswer(
            question=question, round=turn, site=sites[0], participant=person, value=number % 2,
            answered_at=WHEN, answered_on=DAY,
        )
        for number, person in enumerate(residents[:12])
    )  # fmt: skip
    counted = {"question": question, "round": turn, "counted_on": DAY}
    share = PulseShare.objects.create(site=sites[0], people=12, good=6, **counted)
    PulseAnswer.objects.filter(round=turn).update(share=share)
    PulseTen.objects.create(arm="pilot", good=True, people=10, **counted)


def files_of(partnership):
    """Yield every file that the pilots of a partnership hold."""
    for model, path, name in (
        (Feedback, "site__pilot__partnership", "photo"),
        (Call, "pilot__partnership", "document"),
        (PastCall, "pilot__partnership", "document"),
        (GateSigner, "pilot__partnership", "scan"),
        (ConflictOfInterest, "call__pilot__partnership", "scan"),
    ):
        for record in model.objects.filter(**{path: partnership}).exclude(**{name: ""}):
            yield getattr(record, name)
    for gate in PastGate.objects.filter(pilot__partnership=partnership):
        for signature in gate.signatures:
            if signature["scan"]:
                yield GateSigner(scan=signature["scan"]).scan
