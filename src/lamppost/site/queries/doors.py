"""The one-press doors of the demo."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from lamppost.accounts.models import Membership, Partnership
from lamppost.accounts.roles import Role
from lamppost.accounts.routes import address_of

from .public import open_conversations

DOOR_ROLES = (Role.LEAD, Role.ORGANISATION, Role.COMPANY)


@dataclass(frozen=True)
class Door:
    """A one-press door of the demo."""

    role: str
    title: str
    what: str


def demo_doors() -> list[Door]:
    """Return the doors of the demo, in the order in which they stand."""
    return [
        Door("lead", _("Partnership lead"), _("See what needs you today, and run the six stages.")),
        Door(
            "resident",
            _("Resident"),
            _("Answer a question in half a minute. No account, as from the QR code."),
        ),
        Door(
            "organisation",
            _("Community organisation"),
            _("Enter paper and spoken input, write your own view."),
        ),
        Door("company", _("Technology company"), _("Send readings, read honest feedback early.")),
        Door(
            "own",
            _("Start your own"),
            _("Name a problem, invite people, print a QR code. In ten minutes."),
        ),
    ]


def demo_member(role: str) -> Membership | None:
    """Return somebody who has this role in the made-up town."""
    return (
        Membership.objects.select_related("user", "partnership")
        .filter(partnership__made_up=True, role=role)
        .order_by("pk")
        .first()
    )


def demo_vote_url() -> str:
    """Return where a resident of the made-up town votes, or its public page, or nothing."""
    made_up = Partnership.objects.filter(made_up=True).order_by("pk").first()
    if made_up is None:
        return ""
    asked = open_conversations(made_up)
    return (address_of("vote", asked[0].code) if asked else "") or made_up.get_absolute_url()
