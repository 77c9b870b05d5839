"""The first steps of a young partnership, until a question is asked and a pilot is planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lamppost.accounts.models import Partnership
from lamppost.accounts.queries import group_lines
from lamppost.accounts.roles import Right
from lamppost.accounts.routes import address_of, may_open
from lamppost.vision.models import Conversation

RIGHT_OF_STEP = {
    "people": Right.INVITE,
    "question": Right.EDIT_VISION,
    "sheet": Right.EDIT_VISION,
    "pilot": Right.EDIT_PILOTS,
}


@dataclass(frozen=True)
class Step:
    """One of the first steps of a partnership; `state` is ``lit``, ``now`` or ``unlit``."""

    title: str
    why: str
    url: str
    action: str
    state: str


def covered(partnership: Partnership, steps: list[Step]) -> frozenset[str]:
    """Return the addresses that the first steps lead to, so that nothing is asked for twice."""
    if not steps:
        return frozenset()
    slug = partnership.slug
    lists = {address_of("vision:conversations", slug), address_of("pilots:list", slug)}
    return frozenset(lists | {step.url for step in steps})


def first_steps(partnership: Partnership, rights: frozenset[Right]) -> list[Step]:
    """Return the first steps until a question is asked and a pilot is planned.

    Only those that somebody with these rights takes: nobody reads what others have to do.
    """
    done = _done(partnership)
    mine = {code for code, right in RIGHT_OF_STEP.items() if right in rights}
    if (done["question"] and done["pilot"]) or all(done[code] for code in mine):
        return []
    slug = partnership.slug
    asked = Conversation.objects.filter(partnership=partnership).first()
    drafts = [
        (
            "people",
            _("Invite one person of each group"),
            _("Five groups, five mails. Whoever was never asked is why pilots fail."),
            address_of("accounts:invite", slug),
            _("Invite somebody"),
        ),
        (
            "question",
            _("Ask residents a question"),
            _("They answer in half a minute, on their phone, without an account."),
            address_of("vision:ask", slug),
            _("Ask a question"),
        ),
        (
            "sheet",
            _("Hang up the QR code"),
            _("One sheet of paper, to print and to hang where the problem is."),
            address_of("vision:sheet", slug, asked.code) if asked else "",
            _("Print the sheet"),
        ),
        (
            "pilot",
            _("Plan a pilot"),
            _("One technology, some sites, and sites to compare with."),
            address_of("pilots:new", slug),
            _("Plan a pilot"),
        ),
    ]
    return _with_states([draft for draft in drafts if draft[0] in mine], done, rights)


def _done(partnership: Partnership) -> Mapping[str, bool]:
    question = Conversation.objects.filter(partnership=partnership).exists()
    return {
        "people": all(line.asked for line in group_lines(partnership)),
        "question": question,
        # Nobody tells us that a sheet hangs: somebody who voted has seen it.
        "sheet": partnership.participants.exists(),
        "pilot": partnership.pilots.exists(),
    }


def _with_states(
    drafts: list[tuple[str, str, str, str, str]],
    done: Mapping[str, bool],
    rights: frozenset[Right],
) -> list[Step]:
    steps: list[Step] = []
    next_found = False
    for code, title, why, url, action in drafts:
        state = "lit" if done[code] else "unlit" if next_found else "now"
        next_found = next_found or state == "now"
        usable = url if url and may_open(url, rights) else ""
        steps.append(Step(title, why, usable, action, state))
    return steps
