"""Roles in a partnership, and what each may do. ``docs/reference/roles.md`` is made from this."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    LEAD = "lead", _("Lead")
    FACILITATOR = "facilitator", _("Facilitator")
    ANALYST = "analyst", _("Analyst")
    ORGANISATION = "organisation", _("Community organisation")
    COMPANY = "company", _("Company")
    RESEARCHER = "researcher", _("Researcher")
    OBSERVER = "observer", _("Observer")


class Right(models.TextChoices):
    VIEW_DESK = "view_desk", _("See the partnership's desk")
    VIEW_STAKEHOLDERS = "view_stakeholders", _("See who takes part and who is missing")
    VIEW_CONTACTS = "view_contacts", _("See contacts and concerns of stakeholders")
    EDIT_STAKEHOLDERS = "edit_stakeholders", _("Add and change stakeholders and targets")
    VIEW_NETWORK = "view_network", _("See meetings, minutes and ties")
    EDIT_NETWORK = "edit_network", _("Plan meetings, keep attendance and minutes")
    EDIT_VISION = "edit_vision", _("Ask questions, set goals and indicators")
    MODERATE = "moderate", _("Accept or decline residents' words")
    ENTER_PAPER = "enter_paper", _("Enter paper and spoken input")
    WRITE_VIEW = "write_view", _("Write the own organisation's view")
    SAY_ENDING = "say_ending", _("Say how a pilot should end, for the own organisation")
    EDIT_PILOTS = "edit_pilots", _("Plan pilots, sites, dates and changes")
    PASS_GATES = "pass_gates", _("Sign gates and decisions")
    VIEW_FEEDBACK = "view_feedback", _("Read residents' feedback as it comes in")
    IMPORT_OBSERVATIONS = "import_observations", _("Send readings")
    RUN_ESTIMATES = "run_estimates", _("Compute estimates")
    EDIT_LESSONS = "edit_lessons", _("Write and publish lessons")
    VIEW_LEDGER = "view_ledger", _("Read the ledger")
    EXPORT_PUBLIC = "export_public", _("Download the public export")
    EXPORT_PRIVATE = "export_private", _("Download the private export")
    INVITE = "invite", _("Invite people and give roles")
    EDIT_PARTNERSHIP = "edit_partnership", _("Change the partnership's name and problem")


_EVERY_MEMBER = frozenset(
    {Right.VIEW_DESK, Right.VIEW_NETWORK, Right.VIEW_LEDGER, Right.EXPORT_PUBLIC}
)

RIGHTS_OF_ROLE: dict[str, frozenset[Right]] = {
    Role.LEAD: frozenset(Right) - {Right.WRITE_VIEW, Right.SAY_ENDING},
    Role.FACILITATOR: _EVERY_MEMBER
    | {
        Right.VIEW_STAKEHOLDERS,
        Right.VIEW_CONTACTS,
        Right.EDIT_STAKEHOLDERS,
        Right.EDIT_NETWORK,
        Right.EDIT_VISION,
        Right.MODERATE,
        Right.ENTER_PAPER,
        Right.VIEW_FEEDBACK,
    },
    Role.ANALYST: _EVERY_MEMBER
    | {
        Right.VIEW_STAKEHOLDERS,
        Right.VIEW_FEEDBACK,
        Right.IMPORT_OBSERVATIONS,
        Right.RUN_ESTIMATES,
        Right.EDIT_LESSONS,
    },
    Role.ORGANISATION: _EVERY_MEMBER
    | {
        Right.VIEW_STAKEHOLDERS,
        Right.ENTER_PAPER,
        Right.WRITE_VIEW,
        Right.SAY_ENDING,
        Right.VIEW_FEEDBACK,
    },
    # A company sends data and reads feedback; it never moderates.
    Role.COMPANY: _EVERY_MEMBER
    | {Right.IMPORT_OBSERVATIONS, Right.VIEW_FEEDBACK, Right.SAY_ENDING},
    Role.RESEARCHER: _EVERY_MEMBER | {Right.RUN_ESTIMATES, Right.SAY_ENDING},
    Role.OBSERVER: _EVERY_MEMBER,
}


def roles_with(*rights: Right) -> list[str]:
    """Return the names of the roles that hold any of `rights`, in the order of `Role`."""
    return [str(role.label) for role in Role if RIGHTS_OF_ROLE[role].intersection(rights)]


def rights_of(role: str) -> frozenset[Right]:
    """Return the rights of `role`; an unknown role has none."""
    return RIGHTS_OF_ROLE.get(role, frozenset())
