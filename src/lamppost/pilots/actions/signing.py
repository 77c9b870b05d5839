"""Draft a gate's document, name who must sign it, and take their signatures."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from lamppost.accounts.ledger import record
from lamppost.accounts.mail import mail_goes_out
from lamppost.accounts.models import Membership, User

from ..mail import send_signature_link
from ..models import GateDraft, GateKind, GateSigner, Pilot, SignatureLink
from ..queries.signing import (
    UNSIGNED,
    document_obstacles,
    draft_of,
    is_signed,
    link_state,
    same_lines,
    signed_hash,
    who_signs,
)
from ..usual_signers import usual_signers
from .asked import keep_question
from .links import CodedRefusal, attach_scan, make_once, not_ahead, use_once


class Person(TypedDict, total=False):
    """Who signs: a member, or the name of somebody without an account; and a deputy."""

    user: User | None
    name: str
    deputy: User | None


class SigningRefused(ValueError):  # noqa: N818 - a refusal
    """That cannot be drafted or signed now; the message says why."""


class LinkRefused(CodedRefusal, SigningRefused):
    """The link does not work; `code` says why."""


def _still_open(pilot: Pilot, kind: str) -> Pilot:
    """Lock the pilot and refuse a gate that is passed already, or passed in another way."""
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    if kept.decided_on:
        raise SigningRefused(_("This pilot is decided. Nothing is left to sign."))
    if kept.gates.filter(kind=kind).exists():
        raise SigningRefused(_("This gate is passed already. Open it again to change it."))
    if not is_signed(kept, kind):
        raise SigningRefused(_("This gate needs no signature of its own."))
    return kept


# The document -----------------------------------------------------------------------------------


@transaction.atomic
def save_draft(*, pilot: Pilot, by: User, kind: str, text: str) -> GateDraft:
    """Keep a gate's document as a draft; signatures on another text no longer count.

    Raises
    ------
    SigningRefused
        When the gate is passed, the pilot is decided, or the text is empty.
    """
    kept = _still_open(pilot, kind)
    text = same_lines(text)
    if not text:
        raise SigningRefused(_("Write the document, or give its address."))
    if kind == GateKind.DISCLOSURE and not _signers(kept, kind).exclude(signed_at=None).exists():
        keep_question(kept)
    draft = GateDraft.objects.filter(pilot=kept, kind=kind).first()
    if draft is not None and draft.text == text:
        return draft
    draft = draft or GateDraft(pilot=kept, kind=GateKind(kind).value)
    draft.text, draft.changed_at, draft.changed_by = text, timezone.now(), by
    draft.save()
    _record(kept, by, "pilots.draft.saved", draft, kind)
    return draft


def _record(pilot: Pilot, by: User | None, action: str, about: Any, kind: str) -> None:
    record(partnership=pilot.partnership, by=by, action=action, about=about, fields=[kind])


# Who must sign ----------------------------------------------------------------------------------


@transaction.atomic
def add_signer(
    *,
    pilot: Pilot,
    by: User,
    kind: str,
    role: str,
    side: str = "",
    **person: Unpack[Person],
) -> GateSigner:
    """Name somebody who must sign a gate; without a person the role waits for one.

    Parameters
    ----------
    side
        Of the agreement: for which side they sign (`GateSigner.Side`), or for neither.

    Raises
    ------
    SigningRefused
        When the gate is passed, the role is there already, or the person is no member; when a
        side is named at a gate that has none.
    """
    kept = _still_open(pilot, kind)
    checked = {**_checked(kept, person), "side": _side(kind, side)}
    try:
        with transaction.atomic():
            signer = GateSigner.objects.create(
                pilot=kept, kind=GateKind(kind).value, role=role.strip(), **checked
            )
    except IntegrityError:
        raise SigningRefused(_("Somebody signs this gate in this role already.")) from None
    _record(kept, by, "pilots.signer.added", signer, kind)
    return signer


def _side(kind: str, side: str) -> str:
    if side and kind != GateKind.AGREEMENT:
        raise SigningRefused(_("Only the agreement has two sides."))
    return GateSigner.Side(side).value if side else ""


def _checked(pilot: Pilot, person: Person) -> dict[str, Any]:
    """Check who signs: a member or an outsider's name, and a deputy who is somebody else."""
    user, deputy, name = person.get("user"), person.get("deputy"), person.get("name", "").strip()
    wanted = [one for one in (user, deputy) if one is not None]
    members = Membership.objects.filter(partnership=pilot.partnership, user__in=wanted)
    if members.count() < len({one.pk for one in wanted}):
        raise SigningRefused(_("Only members can sign here. Name others without an account."))
    if user is not None and name:
        raise SigningRefused(_("Choose a member, or write a name: not both."))
    if deputy is not None and deputy == user:
        raise SigningRefused(_("The deputy is somebody else than who signs."))
    return {"user": user, "name": name, "deputy": deputy}


@transaction.atomic
def add_usual_signers(*, pilot: Pilot, by: User, kind: str) -> list[GateSigner]:
    """Add the roles that usually sign this gate, those that are there already left out."""
    kept = _still_open(pilot, kind)
    there = {role.casefold() for role in _signers(kept, kind).values_list("role", flat=True)}
    added = []
    with override(kept.partnership.language):
        wanted = [one for one in usual_signers(kept, kind, by) if one.role.casefold() not in there]
    for one in wanted:
        signer = GateSigner.objects.create(
            pilot=kept,
            kind=GateKind(kind).value,
            role=one.role,
            side=one.side,
            user=one.user,
            name=one.name,
        )
        _record(kept, by, "pilots.signer.added", signer, kind)
        added.append(signer)
    return added


def _signers(pilot: Pilot, kind: str) -> Any:
    return GateSigner.objects.filter(pilot=pilot, kind=kind)


def _locked(signer: GateSigner) -> GateSigner:
    """Return the stored signer of a gate that is still open."""
    _still_open(signer.pilot, signer.kind)
    found = GateSigner.objects.select_for_update(of=("self",)).select_related(
        "pilot__partnership", "user", "deputy"
    )
    return found.get(pk=signer.pk)


@transaction.atomic
def remove_signer(*, signer: GateSigner, by: User) -> None:
    """Take somebody off the list of those who must sign.

    Raises
    ------
    SigningRefused
        When the gate is passed.
    """
    kept = _locked(signer)
    _record(kept.pilot, by, "pilots.signer.removed", kept, kept.kind)
    kept.delete()


@transaction.atomic
def hand_over(
    *,
    signer: GateSigner,
    by: User,
    side: str | None = None,
    **person: Unpack[Person],
) -> GateSigner:
    """Let somebody else sign in this role, or for another side; a signature there is dropped.

    Parameters
    ----------
    side
        Of the agreement: for which side they sign from now on; None leaves it as it is.

    Raises
    ------
    SigningRefused
        When the gate is passed, nobody is named, or the person is no member; when a side is
        named at a gate that has none.
    """
    kept = _locked(signer)
    checked = {**_checked(kept.pilot, person), "side": kept.side}
    if side is not None:
        checked["side"] = _side(kept.kind, side)
    nobody = checked["user"] is None and not checked["name"]
    # Where nobody is named yet, the side alone can be put right.
    if nobody and (who_signs(kept) or checked["side"] == kept.side):
        raise SigningRefused(_("Say who signs from now on."))
    # Whoever signed did so for one side: for another one they sign anew.
    same = all(checked[name] == getattr(kept, name) for name in ("user", "name", "side"))
    _update(kept, {**checked, **({} if same else UNSIGNED)})
    if not same:
        kept.links.filter(used_at=None).delete()
    _record(kept.pilot, by, "pilots.signer.handed_over", kept, kept.kind)
    return kept


def _update(signer: GateSigner, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(signer, name, value)
    signer.save(update_fields=list(values))


# Signatures -------------------------------------------------------------------------------------


def _to_sign(signer: GateSigner) -> str:
    """Return the hash of what is signed now; refuse where there is no document yet."""
    draft = draft_of(signer.pilot, signer.kind)
    if draft is None:
        raise SigningRefused(_("Write the document first. Then it can be signed."))
    if waiting := document_obstacles(signer.pilot, signer.kind, draft.text):
        raise SigningRefused(str(waiting[0].text))
    return signed_hash(signer.pilot, signer.kind, draft.text)


@transaction.atomic
def sign(*, signer: GateSigner, by: User, sha256: str) -> GateSigner:
    """Sign as the signer or as their deputy, on the text that was read.

    Parameters
    ----------
    sha256
        Hash of what the person read; when the draft was changed meanwhile nothing is signed.

    Raises
    ------
    SigningRefused
        When the gate is passed, the text is another one, or it is not theirs to sign.
    """
    kept = _locked(signer)
    if by.pk not in {kept.user_id, kept.deputy_id}:
        raise SigningRefused(_("This is signed by somebody else."))
    if not by.name.strip():
        raise SigningRefused(_("Your account has no name. Give it one, then sign."))
    if _to_sign(kept) != sha256:
        raise SigningRefused(_("The text was changed a moment ago. Read it again, then sign."))
    instead = "" if by.pk == kept.user_id else who_signs(kept)
    _signed(kept, by.name, instead, GateSigner.How.ACCOUNT, sha256, signed_by=by)
    _record(kept.pilot, by, "pilots.signature.given", kept, kept.kind)
    return kept


def _signed(
    signer: GateSigner, name: str, instead_of: str, how: str, sha256: str, **more: Any
) -> None:
    values = {
        **UNSIGNED,
        "signed_at": timezone.now(),
        "signed_name": name.strip()[:120],
        "signed_for": instead_of[:120],
        "how": how,
        "signed_sha256": sha256,
        **more,
    }
    _update(signer, values)
    signer.links.filter(used_at=None).delete()


@transaction.atomic
def make_link(*, signer: GateSigner, by: User, email: str = "", language: str = "") -> str:
    """Make a link by which somebody without an account signs once, and mail it where asked.

    The address is used for the mail and kept nowhere. An earlier link stops working.

    Returns
    -------
    str
        The token, kept nowhere else: only its SHA-256 is stored.

    Raises
    ------
    SigningRefused
        When the gate is passed, there is no document yet, or the signer has an account.
    """
    kept = _locked(signer)
    if kept.user_id or not kept.name:
        raise SigningRefused(_("A link is for somebody without an account. Write their name."))
    links = SignatureLink.objects.all()
    mailed = bool(email) and mail_goes_out()
    link, token = make_once(links, by=by, signer=kept, draft_sha256=_to_sign(kept), mailed=mailed)
    _record(kept.pilot, by, "pilots.signature_link.made", link, kept.kind)
    if email:
        tongue = language or kept.pilot.partnership.language
        transaction.on_commit(
            lambda: send_signature_link(link=link, token=token, email=email, language=tongue)
        )
    return token


@transaction.atomic
def sign_by_link(*, token: str, name: str, by: User | None = None) -> GateSigner:
    """Sign once, by a link; of two presses at once one signs.

    Parameters
    ----------
    name
        Of whoever signs; where it is not the name that was asked for, they sign in its place.
    by
        The account with which the link is opened, where there is one.

    Raises
    ------
    LinkRefused
        When the link is unknown, used, expired, replaced, or the text is another one; when
        whoever made it would use it.
    """
    found = link_state(token).link
    if found is None:
        raise LinkRefused("unknown")
    Pilot.objects.select_for_update().get(pk=found.signer.pilot_id)
    links = SignatureLink.objects.all()
    link = use_once(links, link_state(token), name=name, by=by, refused=LinkRefused)
    signer, asked = link.signer, link.signer.name
    instead = "" if name.strip().casefold() == asked.casefold() else asked
    _signed(signer, name, instead, GateSigner.How.LINK, link.draft_sha256, signed_by=by)
    _record(signer.pilot, None, "pilots.signature.given", signer, signer.kind)
    return signer


@transaction.atomic
def take_scan(
    *, signer: GateSigner, by: User, content: bytes, ending: str, signed_on: dt.date
) -> GateSigner:
    """Keep the scan of a signature on paper; what was signed is the draft as it stands.

    Parameters
    ----------
    content, ending
        As `papers.scan_of` returns them.

    Raises
    ------
    SigningRefused
        When the gate is passed, nobody is named, there is no document yet, or the day lies ahead
        or before the draft was last changed.
    """
    kept = _locked(signer)
    who, sha256 = who_signs(kept), _to_sign(kept)
    draft = draft_of(kept.pilot, kept.kind)
    if not who:
        raise SigningRefused(_("Say who signs as “%(role)s”.") % {"role": kept.role})
    not_ahead(signed_on, SigningRefused)
    if draft and signed_on < timezone.localdate(draft.changed_at):
        raise SigningRefused(_("The text was changed after that day. It has to be signed anew."))
    at = timezone.make_aware(dt.datetime.combine(signed_on, dt.time(12)))
    _signed(kept, who, "", GateSigner.How.SCAN, sha256, signed_at=min(at, timezone.now()))
    attach_scan(kept, content, ending)
    kept.save(update_fields=["scan"])
    _record(kept.pilot, by, "pilots.signature.scanned", kept, kept.kind)
    return kept
