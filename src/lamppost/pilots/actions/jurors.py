"""Those who chose: each declares an interest, or that there is none, or everybody reads why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User

from ..mail import send_declaration_link
from ..models import Call, ConflictOfInterest, DeclarationLink
from ..queries.jurors import declaration_link_state
from ..queries.open_questions import letters
from .links import CodedRefusal, attach_scan, make_once, not_ahead, use_once


class DeclarationRefused(ValueError):  # noqa: N818 - a refusal
    """That cannot be declared now; the message says why."""


class DeclarationLinkRefused(CodedRefusal, DeclarationRefused):
    """The link does not work; `code` says why."""


def name_jurors(call: Call, by: User, jurors: Iterable[str]) -> None:
    """Name each who chose. Who declared stays; who is named no more and did not, goes."""
    names = {" ".join(name.split())[:160] for name in jurors if name.strip()}
    there = set(call.declarations.values_list("juror", flat=True))
    gone = call.declarations.filter(declared_on=None).exclude(juror__in=names)
    changed = bool(names - there) or gone.exists()
    gone.delete()
    for name in sorted(names - there):
        ConflictOfInterest.objects.create(call=call, juror=name)
    if changed:
        record(partnership=call.pilot.partnership, by=by, action="pilots.jurors.named", about=call)


def _locked(declaration: ConflictOfInterest) -> ConflictOfInterest:
    """Return the stored row of somebody who did not declare yet."""
    found = ConflictOfInterest.objects.select_for_update(of=("self",))
    kept = found.select_related("call__pilot__partnership").get(pk=declaration.pk)
    if kept.declared_on is not None:
        raise DeclarationRefused(_("This is declared already."))
    return kept


def _record(declaration: ConflictOfInterest, by: User | None, action: str) -> None:
    partnership = declaration.call.pilot.partnership
    record(partnership=partnership, by=by, action=action, about=declaration)


@transaction.atomic
def say_why_missing(*, declaration: ConflictOfInterest, by: User, reason: str) -> None:
    """Say in public why somebody who chose declares nothing.

    Raises
    ------
    DeclarationRefused
        When they have declared, or no reason is given.
    """
    kept = _locked(declaration)
    if not letters(reason):
        raise DeclarationRefused(_("Say why. Everybody reads it."))
    kept.missing_reason = reason.strip()
    kept.save(update_fields=["missing_reason"])
    _record(kept, by, "pilots.declaration.excused")


@transaction.atomic
def make_declaration_link(*, declaration: ConflictOfInterest, by: User, email: str = "") -> str:
    """Make a link by which somebody who chose declares once, and mail it where asked.

    The address is used for the mail and kept nowhere. An earlier link stops working.

    Returns
    -------
    str
        The token, kept nowhere else: only its SHA-256 is stored.

    Raises
    ------
    DeclarationRefused
        When they have declared.
    """
    kept = _locked(declaration)
    link, token = make_once(DeclarationLink.objects.all(), by=by, declaration=kept)
    _record(kept, by, "pilots.declaration_link.made")
    if email:
        language = kept.call.pilot.partnership.language
        transaction.on_commit(
            lambda: send_declaration_link(link=link, token=token, email=email, language=language)
        )
    return token


@transaction.atomic
def declare_by_link(
    *, token: str, name: str, interest: str, by: User | None = None
) -> ConflictOfInterest:
    """Declare once, by a link; of two presses at once one counts.

    Parameters
    ----------
    name
        Of whoever declares.
    interest
        Which interest there is; empty where there is none.
    by
        The account with which the link is opened, where there is one.

    Raises
    ------
    DeclarationLinkRefused
        When the link is unknown, used, expired or replaced, or whoever made it would use it.
    """
    links, state = DeclarationLink.objects.all(), declaration_link_state(token)
    link = use_once(links, state, name=name, by=by, refused=DeclarationLinkRefused)
    kept = _locked(link.declaration)
    _declare(kept, interest, timezone.localdate(), ConflictOfInterest.How.LINK)
    kept.signed_name = name.strip()[:120]
    kept.save()
    _record(kept, None, "pilots.declaration.recorded")
    return kept


@transaction.atomic
def take_declaration_scan(
    *,
    declaration: ConflictOfInterest,
    by: User,
    content: bytes,
    ending: str,
    interest: str,
    declared_on: dt.date,
) -> ConflictOfInterest:
    """Keep a declaration on paper.

    Parameters
    ----------
    content, ending
        As `attachments.scan_of` returns them.

    Raises
    ------
    DeclarationRefused
        When they have declared, or the day lies ahead.
    """
    kept = _locked(declaration)
    not_ahead(declared_on, DeclarationRefused)
    _declare(kept, interest, declared_on, ConflictOfInterest.How.SCAN)
    attach_scan(kept, content, ending)
    kept.save()
    _record(kept, by, "pilots.declaration.recorded")
    return kept


def _declare(
    declaration: ConflictOfInterest, interest: str, on: dt.date, how: ConflictOfInterest.How
) -> None:
    declaration.interest, declaration.none = interest.strip(), not interest.strip()
    declaration.declared_on, declaration.how, declaration.missing_reason = on, how, ""
    declaration.links.filter(used_at=None).delete()
