"""Which model and columns stand behind each table of the private export."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import models

from lamppost.accounts.models import Invitation
from lamppost.impact.models import Estimate, EvaluationPlan
from lamppost.lessons.models import Lesson
from lamppost.network.models import Attendance, Meeting
from lamppost.pilots.models import (
    Alert,
    Area,
    Bid,
    Call,
    Change,
    Clause,
    Commitment,
    ConflictOfInterest,
    CountedTen,
    Decision,
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
    Pilot,
    PilotIndicator,
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
from lamppost.sensing.models import (
    Datastream,
    DeviceNote,
    FeedbackSeries,
    Observation,
    ObservationImport,
    Survey,
)
from lamppost.stakeholders.models import EmptyGroupReason, Stakeholder, Target
from lamppost.vision.models import (
    AgendaItem,
    Agreement,
    Characteristic,
    Conversation,
    ConversationTranslation,
    Goal,
    ImportantMark,
    Indicator,
    Landscape,
    Objection,
    OrganisationView,
    PaperSheet,
    PopulationShare,
    ReplacedVote,
    Statement,
    StatementEdit,
    StatementTranslation,
    Story,
    Vision,
    Vote,
    Workshop,
)
from lamppost.voices.models import Participant, Verification, Voice

from .schema import BY_NAME, Field


@dataclass(frozen=True)
class Binding:
    """A model, the way from it to its partnership, and columns that have another name there."""

    model: type[models.Model]
    path: str
    attributes: dict[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ("pk",)

    def attribute(self, column: Field) -> str:
        """Return the attribute for `values_list` and for the model's constructor."""
        if column.name in self.attributes:
            return self.attributes[column.name]
        if column.name == "id":
            return "pk"
        return f"{column.name}_id" if column.to else column.name


BINDINGS: dict[str, Binding] = {
    "invitations": Binding(Invitation, "partnership"),
    "participants": Binding(Participant, "partnership"),
    "verifications": Binding(Verification, "participant__partnership"),
    "characteristics": Binding(Characteristic, "participant__partnership"),
    "population_shares": Binding(PopulationShare, "partnership"),
    "voices": Binding(Voice, "partnership"),
    "stakeholders": Binding(Stakeholder, "partnership", {"membership": "membership__user_id"}),
    "targets": Binding(Target, "partnership"),
    "empty_group_reasons": Binding(EmptyGroupReason, "partnership"),
    "meetings": Binding(Meeting, "partnership"),
    "attendance": Binding(Attendance, "meeting__partnership"),
    "conversations": Binding(Conversation, "partnership"),
    "conversation_translations": Binding(ConversationTranslation, "conversation__partnership"),
    "workshops": Binding(Workshop, "partnership"),
    "agenda": Binding(AgendaItem, "workshop__partnership"),
    "stories": Binding(Story, "voice__partnership"),
    "statements": Binding(Statement, "conversation__partnership"),
    "statement_translations": Binding(StatementTranslation, "statement__conversation__partnership"),
    "statement_edits": Binding(StatementEdit, "statement__conversation__partnership"),
    "workshop_statements": Binding(Workshop.statements.through, "workshop__partnership"),
    "agreements": Binding(Agreement, "workshop__partnership"),
    "agreement_statements": Binding(
        Agreement.statements.through, "agreement__workshop__partnership"
    ),
    "votes": Binding(Vote, "participant__partnership"),
    "replaced_votes": Binding(ReplacedVote, "vote__participant__partnership"),
    "important_marks": Binding(ImportantMark, "conversation__partnership"),
    "paper_sheets": Binding(PaperSheet, "conversation__partnership"),
    "landscapes": Binding(Landscape, "conversation__partnership"),
    "goals": Binding(Goal, "partnership"),
    "goal_statements": Binding(Goal.statements.through, "goal__partnership"),
    "indicators": Binding(Indicator, "goal__partnership"),
    "visions": Binding(Vision, "partnership"),
    "objections": Binding(Objection, "vision__partnership"),
    "views": Binding(OrganisationView, "partnership"),
    "gate_uses": Binding(GateUse, "partnership"),
    "areas": Binding(Area, "partnership"),
    "pilots": Binding(Pilot, "partnership"),
    "pilot_indicators": Binding(PilotIndicator, "pilot__partnership"),
    "sites": Binding(Site, "pilot__partnership"),
    "drawn_sites": Binding(DrawnSite, "pilot__partnership"),
    "past_draws": Binding(PastDraw, "pilot__partnership"),
    "site_covariates": Binding(SiteCovariate, "site__pilot__partnership"),
    "retired_codes": Binding(RetiredCode, "partnership"),
    "calls": Binding(Call, "pilot__partnership"),
    "past_calls": Binding(PastCall, "pilot__partnership"),
    "bids": Binding(Bid, "call__pilot__partnership"),
    "declarations": Binding(ConflictOfInterest, "call__pilot__partnership"),
    "clauses": Binding(Clause, "pilot__partnership"),
    "gates": Binding(Gate, "pilot__partnership"),
    "past_gates": Binding(PastGate, "pilot__partnership"),
    "gate_drafts": Binding(GateDraft, "pilot__partnership"),
    "gate_signers": Binding(GateSigner, "pilot__partnership"),
    "pilot_versions": Binding(PilotVersion, "pilot__partnership"),
    "specification": Binding(SpecificationLine, "pilot__partnership"),
    "tasks": Binding(PilotTask, "pilot__partnership"),
    "notices": Binding(Notice, "pilot__partnership"),
    "register_entries": Binding(RegisterEntry, "pilot__partnership"),
    "report_notes": Binding(ReportNote, "pilot__partnership"),
    "feedback_tens": Binding(CountedTen, "pilot__partnership"),
    "feedback": Binding(Feedback, "site__pilot__partnership"),
    "alerts": Binding(Alert, "feedback__site__pilot__partnership"),
    "changes": Binding(Change, "pilot__partnership"),
    "change_feedback": Binding(Change.feedback.through, "change__pilot__partnership"),
    "themes": Binding(Theme, "pilot__partnership"),
    "theme_feedback": Binding(Theme.feedback.through, "theme__pilot__partnership"),
    "commitments": Binding(Commitment, "pilot__partnership"),
    "commitment_feedback": Binding(Commitment.feedback.through, "commitment__pilot__partnership"),
    "follows": Binding(Follow, "feedback__site__pilot__partnership"),
    "fix_tens": Binding(FixTen, "commitment__pilot__partnership"),
    "fix_answers": Binding(FixAnswer, "commitment__pilot__partnership"),
    "pulse_questions": Binding(PulseQuestion, "pilot__partnership"),
    "pulse_rounds": Binding(PulseRound, "pilot__partnership"),
    "pulse_turnout": Binding(PulseTurnout, "round__pilot__partnership"),
    "pulse_tens": Binding(PulseTen, "round__pilot__partnership"),
    "pulse_shares": Binding(PulseShare, "round__pilot__partnership"),
    "pulse_answers": Binding(PulseAnswer, "round__pilot__partnership"),
    "datastreams": Binding(Datastream, "site__pilot__partnership"),
    "observations": Binding(
        Observation, "datastream__site__pilot__partnership", order=("datastream_id", "time")
    ),
    "imports": Binding(ObservationImport, "pilot__partnership"),
    "device_notes": Binding(DeviceNote, "site__pilot__partnership"),
    "feedback_series": Binding(FeedbackSeries, "pilot__partnership"),
    "surveys": Binding(Survey, "pilot__partnership"),
    "plan": Binding(EvaluationPlan, "pilot__partnership"),
    "estimates": Binding(Estimate, "pilot__partnership"),
    "decisions": Binding(Decision, "pilot__partnership"),
    "group_views": Binding(GroupView, "pilot__partnership"),
    "ending_views": Binding(EndingView, "pilot__partnership"),
    "lesson": Binding(Lesson, "pilot__partnership"),
}

# Tables without a plain model of their own are handled by name in database.py and importing.py.
BY_HAND = ("partnership", "members", "media", "ledger")

# Records of a partnership that never leave it or mean nothing elsewhere, each with its reason.
LEFT_OUT = {
    "vision.LandscapeRequest": "A landscape waits to be computed; an import computes it afresh.",
    "vision.Room": "Its join code is on one screen for one evening; what people answered in it are "
    "votes, in votes.csv.",
    "vision.RoomStatement": "A turn on that screen; see vision.Room.",
    "vision.RoomAnswer": "That somebody in the room has answered already; see vision.Room.",
    "vision.Kiosk": "The digest of a token on one tablet, which leads to this instance alone.",
    "vision.EntryCode": "Digests under the secret of this instance; the paper leads to it alone.",
    "vision.NetworkTrace": "Salted digests, kept for some days for the integrity report alone.",
    "voices.DeviceLink": "Keys of devices, under the secret of this instance.",
    "voices.ReturnCode": "Digests under the secret of this instance; a printed code leads to it "
    "alone.",
    "voices.Challenge": "A code that is on its way, for some minutes.",
    "pilots.SignatureLink": "A link by which somebody signs once: only its hash is kept, and the "
    "link leads to this instance alone.",
    "pilots.DeclarationLink": "A link by which somebody declares once: only its hash is kept, and "
    "the link leads to this instance alone.",
    "pilots.SiteTrace": "Salted digests, kept for two weeks, to see that many answers came over "
    "one network.",
    "impact.Foresight": "What past readings say to a plan; the frozen plan holds it, and it can be "
    "computed again.",
    "impact.Refusal": "Why the last try gave no estimate; the next try says it afresh.",
    "voices.Receipt": "What a device sent once; only that device could send it again.",
}

# Columns that never leave: what identifies a device or a person, what opens a door, and names that
# mean nothing elsewhere.
NEVER: dict[str, dict[str, str]] = {
    "voices.Participant": {
        "key": "Recognises a device, under the secret of this instance.",
        "public_id": "Stands in addresses of this instance.",
    },
    "voices.Verification": {
        "identity": "Digest of an address, an account or a code, under the secret of this instance."
    },
    "accounts.Invitation": {"token_hash": "Digest of the link in the invitation."},
    "pilots.Pilot": {
        "lottery_secret": "The promised number of a draw, until it is drawn: whoever knew it could "
        "name the sites.",
    },
    "pilots.Follow": {"token_sha256": "Digest of the link in a mail."},
    "pilots.Feedback": {"photo": "Path on this disk; the file is in media.csv."},
    "pilots.Call": {"document": "Path on this disk; the file is in media.csv."},
    "pilots.ConflictOfInterest": {"scan": "Path on this disk; the file is in media.csv."},
    "pilots.PastCall": {"document": "Path on this disk; the file is in media.csv."},
    "vision.Story": {
        "photo": "Path on this disk; the file is in media.csv.",
        "audio": "Path on this disk; the file is in media.csv.",
    },
}


def table_of(object_type: str) -> str | None:
    """Return the table that holds records of a ledger entry's type, or None."""
    return _TABLE_OF_TYPE.get(object_type)


_TABLE_OF_TYPE = {binding.model._meta.label_lower: name for name, binding in BINDINGS.items()} | {
    "accounts.partnership": "partnership",
    "accounts.membership": "memberships",
}
_TYPE_OF_TABLE = {name: kind for kind, name in _TABLE_OF_TYPE.items()}


def columns_of(name: str) -> dict[str, str]:
    """Return column → attribute for the private form of a table."""
    binding = BINDINGS[name]
    return {column.name: binding.attribute(column) for column in BY_NAME[name].fields_in("private")}


def empty_value(model: type[models.Model], attribute: str) -> Any:
    """Return what a model holds where a cell is empty: its default, empty text, or None."""
    known = model._meta.get_field(attribute)
    if not isinstance(known, models.Field):
        return None
    if known.null:
        return None
    if known.has_default():
        return known.get_default()
    text = isinstance(known, models.CharField | models.TextField | models.FileField)
    return "" if text else None
