"""What the ledger's codes mean, in plain words.

A code is ``<stage>.<noun>.<verb in the past>``; a test finds every code that is written anywhere
and fails for a word that has no meaning here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import LedgerEntry

STAGES: dict[str, Promise] = {
    "accounts": gettext_lazy("People and roles"),
    "voices": gettext_lazy("Voices"),
    "stakeholders": gettext_lazy("Stakeholders"),
    "network": gettext_lazy("Network"),
    "vision": gettext_lazy("Vision"),
    "pilots": gettext_lazy("Pilots"),
    "sensing": gettext_lazy("Readings"),
    "impact": gettext_lazy("Impact"),
    "lessons": gettext_lazy("Lessons"),
    "story": gettext_lazy("Story and exports"),
}
NOUNS: dict[str, Promise] = {
    "partnership": gettext_lazy("Partnership"),
    "membership": gettext_lazy("Member"),
    "invitation": gettext_lazy("Invitation"),
    "feedback_photo": gettext_lazy("A resident's photo"),
    "voice": gettext_lazy("A resident's words"),
    "own_statement": gettext_lazy("A statement by the partnership"),
    "stakeholder": gettext_lazy("Stakeholder"),
    "stakeholders": gettext_lazy("Stakeholders"),
    "targets": gettext_lazy("Targets"),
    "population_shares": gettext_lazy("Shares of the population"),
    "empty_group": gettext_lazy("Group that nobody belongs to"),
    "meeting": gettext_lazy("Meeting"),
    "attendance": gettext_lazy("Attendance"),
    "minutes": gettext_lazy("Minutes"),
    "conversation": gettext_lazy("Question to residents"),
    "statement": gettext_lazy("Statement"),
    "landscape": gettext_lazy("Landscape"),
    "goal": gettext_lazy("Goal"),
    "indicator": gettext_lazy("Indicator"),
    "view": gettext_lazy("Organisation's view"),
    "votes": gettext_lazy("Votes"),
    "pilot": gettext_lazy("Pilot"),
    "site": gettext_lazy("Site"),
    "gate": gettext_lazy("Gate"),
    "draft": gettext_lazy("Draft of a gate's document"),
    "signer": gettext_lazy("Who must sign a gate"),
    "signature": gettext_lazy("Signature"),
    "signature_link": gettext_lazy("Link to sign by"),
    "gate_use": gettext_lazy("Gates that are used"),
    "feedback": gettext_lazy("Feedback"),
    "change": gettext_lazy("Change because of feedback"),
    "alert": gettext_lazy("Words about danger"),
    "commitment": gettext_lazy("Commitment"),
    "theme": gettext_lazy("Theme of the feedback"),
    "specification": gettext_lazy("What is piloted"),
    "version": gettext_lazy("Version of what is piloted"),
    "ending_view": gettext_lazy("What an organisation says of the ending"),
    "views_until": gettext_lazy("Last day for views on the ending"),
    "group_view": gettext_lazy("What a group says of the ending"),
    "decision": gettext_lazy("Decision"),
    "observations": gettext_lazy("Readings"),
    "plan": gettext_lazy("Evaluation plan"),
    "estimate": gettext_lazy("Estimate"),
    "foresight": gettext_lazy("Smallest noticeable change"),
    "lesson": gettext_lazy("Lesson"),
    "list": gettext_lazy("List"),
    "sites": gettext_lazy("Sites"),
    "lot": gettext_lazy("Number of the lot"),
    "areas": gettext_lazy("Neighbourhoods"),
    "readings": gettext_lazy("Readings"),
    "story": gettext_lazy("Story"),
    "workshop": gettext_lazy("Workshop"),
    "agenda": gettext_lazy("Agenda of a workshop"),
    "agreement": gettext_lazy("What a workshop agreed"),
    "vision": gettext_lazy("Text of the vision"),
    "objection": gettext_lazy("Objection to the vision"),
    "paper_sheet": gettext_lazy("Paper sheet"),
    "room": gettext_lazy("Room"),
    "kiosk": gettext_lazy("Kiosk"),
    "entry_codes": gettext_lazy("Printed codes"),
    "verification": gettext_lazy("Somebody confirmed in person"),
    "call": gettext_lazy("Call for solutions"),
    "bid": gettext_lazy("Offer"),
    "declaration": gettext_lazy("Declaration of interests"),
    "declaration_link": gettext_lazy("Link to declare by"),
    "jurors": gettext_lazy("Those who chose"),
    "clauses": gettext_lazy("What the agreement settles"),
    "task": gettext_lazy("Dated task"),
    "devices": gettext_lazy("Devices"),
    "intervals": gettext_lazy("How often readings are due"),
    "no_device": gettext_lazy("Why no device stands anywhere"),
    "report_note": gettext_lazy("Words for a report"),
    "folder": gettext_lazy("Folder"),
    "export": gettext_lazy("Export"),
    "register_entry": gettext_lazy("Entry in the sensor register"),
    "pulse_question": gettext_lazy("Question of the pulse"),
    "pulse_round": gettext_lazy("Round of the pulse"),
    "pulse_sheet": gettext_lazy("Sheet of the pulse"),
    "turnout": gettext_lazy("How many were invited to the pulse"),
    "device_notes": gettext_lazy("What was done to devices"),
    "survey": gettext_lazy("Survey"),
    "feedback_series": gettext_lazy("Answers at the sites as readings"),
}
VERBS: dict[str, Promise] = {
    "created": gettext_lazy("created"),
    "added": gettext_lazy("added"),
    "changed": gettext_lazy("changed"),
    "removed": gettext_lazy("removed"),
    "deleted": gettext_lazy("deleted"),
    "joined": gettext_lazy("joined"),
    "sent": gettext_lazy("sent"),
    "accepted": gettext_lazy("accepted"),
    "accepted_by_other": gettext_lazy("accepted with another account than the invited one"),
    "sent_again": gettext_lazy("sent again"),
    "declined": gettext_lazy("declined"),
    "waiting": gettext_lazy("put back to wait"),
    "redacted": gettext_lazy("shown with less of it"),
    "withdrawn": gettext_lazy("withdrawn"),
    "entered": gettext_lazy("entered for somebody"),
    "set": gettext_lazy("set"),
    "reason_given": gettext_lazy("reason given"),
    "planned": gettext_lazy("planned"),
    "moderated": gettext_lazy("moderated"),
    "moved": gettext_lazy("moved"),
    "reinstated": gettext_lazy("takes place after all"),
    "attendance_set": gettext_lazy("attendance noted"),
    "invitations_sent": gettext_lazy("invitations sent"),
    "minutes_written": gettext_lazy("minutes written"),
    "reopened": gettext_lazy("opened again"),
    "corrected": gettext_lazy("corrected"),
    "drawn": gettext_lazy("drawn by lot"),
    "promised": gettext_lazy("promised"),
    "replaced": gettext_lazy("replaced"),
    "requested": gettext_lazy("asked for"),
    "asked_for": gettext_lazy("asked for"),
    "exported_public": gettext_lazy("public export made"),
    "exported_private": gettext_lazy("private export made"),
    "cancelled": gettext_lazy("cancelled"),
    "written": gettext_lazy("written"),
    "opened": gettext_lazy("opened"),
    "closed": gettext_lazy("closed"),
    "handed_over": gettext_lazy("handed over"),
    "imported": gettext_lazy("imported"),
    "exported": gettext_lazy("exported"),
    "started": gettext_lazy("started"),
    "passed": gettext_lazy("passed"),
    "saved": gettext_lazy("saved"),
    "given": gettext_lazy("given"),
    "scanned": gettext_lazy("taken from paper"),
    "made": gettext_lazy("made"),
    "paused": gettext_lazy("paused"),
    "resumed": gettext_lazy("goes on"),
    "refused": gettext_lazy("will not be done"),
    "excused": gettext_lazy("missing, and why"),
    "named": gettext_lazy("named"),
    "voided": gettext_lazy("no longer stands"),
    "kept": gettext_lazy("done"),
    "bought": gettext_lazy("what is to be bought written down"),
    "joined_late": gettext_lazy("entered when it ran already"),
    "recorded": gettext_lazy("recorded"),
    "taken": gettext_lazy("taken"),
    "frozen": gettext_lazy("fixed from now on"),
    "computed": gettext_lazy("computed"),
    "drafted": gettext_lazy("drafted"),
    "answered": gettext_lazy("answered"),
    "drawn_from_story": gettext_lazy("drawn from a story"),
    "chosen": gettext_lazy("chosen"),
    "done": gettext_lazy("marked as done"),
    "taken_down": gettext_lazy("taken down"),
    "put_back": gettext_lazy("still there after all"),
    "checked": gettext_lazy("looked at"),
    "published": gettext_lazy("published"),
}


@dataclass(frozen=True)
class LedgerLine:
    """One entry as a person reads it."""

    at: datetime
    who: str
    what: str
    stage: str
    fields: list[str]


def words_of(action: str) -> str:
    """Return an action in plain words, in the reader's language."""
    _stage, _dot, rest = action.partition(".")
    noun, _dot, verb = rest.partition(".")
    return _("%(noun)s: %(verb)s") % {
        "noun": NOUNS.get(noun) or noun.replace("_", " ").capitalize(),
        "verb": VERBS.get(verb) or verb.replace("_", " "),
    }


def line_of(entry: LedgerEntry) -> LedgerLine:
    """Return an entry in plain words; somebody who deleted their account has no name here."""
    stage = entry.action.partition(".")[0]
    return LedgerLine(
        at=entry.at,
        who=str(entry.by) if entry.by else _("somebody without an account any more"),
        what=words_of(entry.action),
        stage=str(STAGES.get(stage, stage)),
        fields=[str(field).replace("_", " ") for field in entry.fields],
    )
