"""Who usually signs each gate: a start that one press adds and anybody may change."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from lamppost.accounts.models import Membership, User
from lamppost.accounts.roles import Role

from .models import GateKind, GateSigner, Pilot

Side = GateSigner.Side


@dataclass(frozen=True)
class UsualSigner:
    """A role that usually signs, and who that is where it can be known.

    Attributes
    ----------
    role
        As what they sign.
    user, name
        Somebody with an account, or the name of somebody without; both empty where nobody is known.
    side
        Of the agreement: for which side they sign.
    """

    role: str
    user: User | None = None
    name: str = ""
    side: str = ""


def usual_signers(pilot: Pilot, kind: str, lead: User | None = None) -> list[UsualSigner]:
    """Return who usually signs a gate, in the active language.

    A gate that needs somebody else's signature names others alone: the lead, who passes it,
    would be no witness.

    Parameters
    ----------
    lead
        Who presses; they sign as lead.
    """
    city = UsualSigner(_("representative of the city"), name=pilot.owner_department)
    company = UsualSigner(_("representative of the company"), name=pilot.company)
    leads = UsualSigner(_("lead of the partnership"), user=lead)
    found: dict[str, list[UsualSigner]] = {
        GateKind.PROBLEM: [leads, UsualSigner(_("owner of the problem"), name=city.name)],
        GateKind.STAKEHOLDERS: [leads],
        GateKind.CALL: [UsualSigner(_("procurement office"))],
        GateKind.SELECTION: [UsualSigner(_("chair of those who chose"))],
        GateKind.AGREEMENT: [replace(city, side=Side.CITY), replace(company, side=Side.COMPANY)],
        GateKind.DATA_PROTECTION: [UsualSigner(_("data-protection officer")), city],
        GateKind.SITES: [UsualSigner(_("who answers for the streets and places"), name=city.name)],
        GateKind.DISCLOSURE: [UsualSigner(_("who answers residents' questions"))],
        GateKind.MEASURING: [leads],
        GateKind.BASELINE: [UsualSigner(_("analyst"), user=_only(pilot, Role.ANALYST))],
        GateKind.TECHNOLOGY: [leads, company],
        GateKind.FEEDBACK: [leads],
        GateKind.CHANGE: [leads],
        GateKind.DECISION: [UsualSigner(_("who answers for what is bought"), name=city.name)],
        GateKind.EVALUATION: [UsualSigner(_("analyst"), user=_only(pilot, Role.ANALYST))],
    }
    return found.get(kind, [])


def _only(pilot: Pilot, role: str) -> User | None:
    """Return the one member with this role; None where there are several or none."""
    found = Membership.objects.filter(partnership=pilot.partnership, role=role)
    members = list(found.select_related("user")[:2])
    return members[0].user if len(members) == 1 else None
