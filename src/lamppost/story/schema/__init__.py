"""The exchange folder, declared once: export, import, README and reference are made from it."""

from __future__ import annotations

from . import people, pilots, record, residents, rooms, vision
from .page import folder_page_of
from .types import Field, Resource

FORMAT = "lamppost.partnership/1"

# Every table after those it refers to, so that an import can go from top to bottom.
RESOURCES: tuple[Resource, ...] = (
    people.PARTNERSHIP,
    people.MEMBERS,
    people.INVITATIONS,
    people.PARTICIPANTS,
    people.VERIFICATIONS,
    vision.CHARACTERISTICS,
    vision.POPULATION_SHARES,
    people.VOICES,
    people.STAKEHOLDERS,
    people.STAKEHOLDER_COUNTS,
    people.HARDLY_HEARD,
    people.TARGETS,
    people.EMPTY_GROUP_REASONS,
    people.MEETINGS,
    people.ATTENDANCE,
    vision.CONVERSATIONS,
    vision.CONVERSATION_TRANSLATIONS,
    vision.CHARACTERISTIC_COUNTS,
    rooms.WORKSHOPS,
    rooms.AGENDA,
    rooms.STORIES,
    vision.STATEMENTS,
    vision.STATEMENT_TRANSLATIONS,
    vision.STATEMENT_EDITS,
    rooms.WORKSHOP_STATEMENTS,
    rooms.AGREEMENTS,
    rooms.AGREEMENT_STATEMENTS,
    vision.VOTES,
    vision.REPLACED_VOTES,
    vision.IMPORTANT_MARKS,
    vision.PAPER_SHEETS,
    vision.LANDSCAPES,
    vision.GOALS,
    vision.GOAL_STATEMENTS,
    vision.INDICATORS,
    vision.VISIONS,
    vision.OBJECTIONS,
    vision.VIEWS,
    record.GATE_USES,
    record.AREAS,
    pilots.PILOTS,
    pilots.PILOT_INDICATORS,
    pilots.SITES,
    record.SITE_COVARIATES,
    record.DRAWN_SITES,
    record.PAST_DRAWS,
    record.RETIRED_CODES,
    record.CALLS,
    record.PAST_CALLS,
    record.BIDS,
    record.DECLARATIONS,
    record.CLAUSES,
    pilots.GATES_PASSED,
    record.PAST_GATES,
    record.GATE_DRAFTS,
    record.GATE_SIGNERS,
    record.PILOT_VERSIONS,
    record.SPECIFICATION,
    record.TASKS,
    record.NOTICES,
    record.REGISTER_ENTRIES,
    record.REPORT_NOTES,
    pilots.FEEDBACK_TENS,
    pilots.FEEDBACK,
    pilots.FEEDBACK_COUNTS,
    residents.ALERTS,
    pilots.CHANGES,
    pilots.CHANGE_FEEDBACK,
    residents.THEMES,
    residents.THEME_FEEDBACK,
    residents.COMMITMENTS,
    residents.COMMITMENT_FEEDBACK,
    residents.FOLLOWS,
    residents.FIX_TENS,
    residents.FIX_ANSWERS,
    residents.FIX_COUNTS,
    residents.PULSE_QUESTIONS,
    residents.PULSE_ROUNDS,
    residents.PULSE_TURNOUT,
    residents.PULSE_TENS,
    residents.PULSE_SHARES,
    residents.PULSE_ANSWERS,
    residents.PULSE_COUNTS,
    pilots.DATASTREAMS,
    pilots.OBSERVATIONS,
    pilots.IMPORTS,
    pilots.DEVICE_NOTES,
    pilots.FEEDBACK_SERIES,
    pilots.SURVEYS,
    pilots.PLAN,
    pilots.ESTIMATES,
    pilots.DECISIONS,
    record.GROUP_VIEWS,
    record.ENDING_VIEWS,
    pilots.LESSON,
    residents.MEDIA,
    people.LEDGER,
)
BY_NAME: dict[str, Resource] = {resource.name: resource for resource in RESOURCES}


def resources_in(form: str) -> tuple[Resource, ...]:
    """Return the tables of the ``private`` or the ``public`` export, in order."""
    return tuple(resource for resource in RESOURCES if resource.form in ("both", form))


def folder_page() -> str:
    """Return the text of ``docs/reference/folder.md``."""
    return folder_page_of(RESOURCES)


__all__ = ["BY_NAME", "FORMAT", "RESOURCES", "Field", "Resource", "folder_page", "resources_in"]
