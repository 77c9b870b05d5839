"""Those who chose: each declares an interest, or that there is none, or everybody reads why not."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User

from ..mail import send_declaration_link
from ..models import Call, ConflictOfInterest, DeclarationLink
from ..queries.jurors import declaration_link_state, hash_of
from ..queries.sides import same_name

LINK_AGE = dt.timedelta(days=14)
# 24 random bytes are 192 bits: nobody guesses a link.
TOKEN_BYTES = 24


class DeclarationRefused(ValueError):  # noqa: N818 - a refusal
    """That cannot be declared now; the message says why."""


class DeclarationLinkRefused(DeclarationRefused):
    """The link does not work; `code` says why, as in `queries.jurors.LinkState`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


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
    if not reason.strip():
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
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = DeclarationLink.objects.create(
        declaration=kept,
        token_sha256=hash_of(token),
        expires_at=timezone.now() + LINK_AGE,
        made_by=by,
    )
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
    state = declaration_link_state(token)
    if state.link is None or state.code != "open":
        raise DeclarationLinkRefused(state.code)
    maker = state.link.made_by
    if maker and (maker == by or same_name(maker.name, name)):
        raise DeclarationLinkRefused("own")
    mine = DeclarationLink.objects.filter(pk=state.link.pk, used_at=None)
    if not mine.update(used_at=timezone.now()):
        raise DeclarationLinkRefused("used")
    kept = _locked(state.link.declaration)
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
    if declared_on > timezone.localdate():
        raise DeclarationRefused(_("This day lies in the future. Give today or an earlier day."))
    _declare(kept, interest, declared_on, ConflictOfInterest.How.SCAN)
    kept.scan.save(f"scan.{ending}", ContentFile(content), save=False)
    kept.save()
    _record(kept, by, "pilots.declaration.recorded")
    return kept


def _declare(
    declaration: ConflictOfInterest, interest: str, on: dt.date, how: ConflictOfInterest.How
) -> None:
    declaration.interest, declaration.none = interest.strip(), not interest.strip()
    declaration.declared_on, declaration.how, declaration.missing_reason = on, how, ""
    declaration.links.filter(used_at=None).delete()
