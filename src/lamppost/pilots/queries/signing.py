"""What is signed at a gate: its draft, the plan behind it, and whose signature is on exactly that.

A signature holds the SHA-256 of the draft together with what the plan said. Another text, or
another plan, needs another signature.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lamppost.accounts.models import Partnership, User

from ..models import (
    WITNESSED,
    Gate,
    GateDraft,
    GateKind,
    GateSigner,
    PastGate,
    Pilot,
    SignatureLink,
)
from ..playbooks import answered_problem, answered_record, document_template
from ..playbooks.documents import SCREENING
from ..ports import Obstacle
from .links import LinkState, state_of_link
from .open_questions import not_answered, open_questions
from .record_says import record_says, why_no_call
from .sides import (
    Side,
    SideLine,
    account_of,
    both_signed,
    one_person_for_both,
    same_name,
    side_missing,
)
from .signed_facts import fact_pairs, facts_of
from .specification import bought, differences

# These are passed by recording the decision and by publishing the lesson, not by a signature.
PASSED_ELSEWHERE: frozenset[str] = frozenset({GateKind.DECISION.value, GateKind.LESSON.value})
LONGEST_NAMES = 400
# What a signer holds before they sign.
UNSIGNED: dict[str, Any] = {
    "signed_at": None,
    "signed_name": "",
    "signed_by": None,
    "signed_for": "",
    "how": "",
    "signed_sha256": "",
    "scan": "",
}


def is_signed(pilot: Pilot, kind: str) -> bool:
    """Say whether this gate has a document that somebody signs.

    The decision has one only where what is to be bought differs from what was piloted.
    """
    if kind == GateKind.DECISION:
        return bought(pilot) and bool(differences(pilot))
    return kind not in PASSED_ELSEWHERE


def is_witnessed(kind: str) -> bool:
    """Say whether somebody else than whoever passes it has to sign; a typed name is not enough."""
    return kind in WITNESSED or kind == GateKind.DECISION


def same_lines(text: str) -> str:
    """Return a document as it is kept and signed: one kind of line end, no space around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def signed_hash(pilot: Pilot, kind: str, text: str) -> str:
    """Return the SHA-256 of a document with the facts of the plan that its gate covers."""
    whole = {"gate": str(kind), "plan": facts_of(pilot, kind), "text": same_lines(text)}
    canonical = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def only_questions(pilot: Pilot, kind: str, text: str) -> bool:
    """Say whether a document still holds the questions alone, in whichever language."""
    given = text.split()
    return bool(given) and given in _questions(pilot.playbook, kind)


def _questions(playbook: str, kind: str) -> list[list[str]]:
    found = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.append(str(document_template(playbook, kind)).split())
            if kind == GateKind.DATA_PROTECTION:
                found.append(str(SCREENING).split())
    return found


@dataclass(frozen=True)
class SignerLine:
    """Somebody who must sign, and whether they did.

    Attributes
    ----------
    signer
        The record.
    who, deputy
        Names; empty where nobody is named yet.
    state
        ``nobody`` (not named yet), ``waiting``, ``signed``, or ``void`` (signed another text).
    link
        A link for exactly this text by which they can sign now, or None.
    """

    signer: GateSigner
    who: str
    deputy: str
    state: str
    link: SignatureLink | None = None

    @property
    def name(self) -> str:
        """Who signed, with their role, and for whom."""
        return signature_name(self.signer.role, self.signer.signed_name, self.signer.signed_for)


@dataclass(frozen=True)
class Signing:
    """A gate's draft and its signers.

    Attributes
    ----------
    text
        The draft; of a gate that was open before, what was signed then; else the questions.
    draft
        The stored record, or None.
    sha256
        What a signature on this text and this plan holds.
    facts
        Label and words of what the plan says and this gate covers.
    signers
        All who must sign.
    """

    text: str
    draft: GateDraft | None
    sha256: str
    facts: tuple[tuple[str, str], ...]
    signers: tuple[SignerLine, ...]

    @property
    def complete(self) -> bool:
        return all(line.state == "signed" for line in self.signers)

    def sides(self) -> list[SideLine]:
        """Return who signed for each side of an agreement, and who is still to sign."""
        found = []
        for side in Side:
            own = [one for one in self.signers if one.signer.side == side]
            signed = [one for one in own if one.state == "signed"]
            names = tuple(one.signer.signed_name for one in signed)
            left = tuple(one.who or one.signer.role for one in own if one not in signed)
            found.append(SideLine(str(side.label), names, left))
        return found


def signature_name(role: str, name: str, instead_of: str = "") -> str:
    """Compose who signed: "Name (role)", and for whom where it was in somebody's place."""
    values = {"name": name, "role": role, "other": instead_of}
    if instead_of:
        return pgettext("signature", "%(name)s (%(role)s), for %(other)s") % values
    return pgettext("signature", "%(name)s (%(role)s)") % values


def who_signs(signer: GateSigner) -> str:
    """Return the name of whoever signs; empty where nobody is named yet."""
    return str(signer.user.name or signer.user.email) if signer.user else signer.name


def draft_of(pilot: Pilot, kind: str) -> GateDraft | None:
    """Return the draft of a gate, when one was saved."""
    return GateDraft.objects.filter(pilot=pilot, kind=kind).select_related("changed_by").first()


def start_text(pilot: Pilot, kind: str) -> str:
    """Return what a draft starts from: what was signed before, or the playbook's questions.

    The questions about the problem are answered from the plan, where it says so, and those about
    the call and the choice from their record.
    """
    past = PastGate.objects.filter(pilot=pilot, kind=kind).last()
    if past:
        return past.document
    if kind == GateKind.PROBLEM:
        return answered_problem(pilot.playbook, _plan_says(pilot))
    if reason := why_no_call(pilot, kind):
        return reason
    return answered_record(pilot.playbook, kind, record_says(pilot, kind))


def _plan_says(pilot: Pilot) -> dict[str, str]:
    chosen = pilot.pilot_indicators.select_related("indicator").order_by("-is_main", "pk")
    names = ("problem", "owner_department", "stop_rule", "second_year")
    said = {name: str(getattr(pilot, name)).strip() for name in names}
    indicators = [f"{one.indicator.name} ({one.indicator.unit})" for one in chosen]
    return said | {"indicators": "; ".join(indicators)}


def signing_of(pilot: Pilot, kind: str) -> Signing:
    """Return the draft of a gate and who has signed it."""
    draft = draft_of(pilot, kind)
    text = draft.text if draft else start_text(pilot, kind)
    sha256 = signed_hash(pilot, kind, text)
    signers = signers_of(pilot, kind)
    links = _open_links(signers, sha256)
    lines = tuple(_line(one, sha256, links.get(one.pk)) for one in signers)
    return Signing(text, draft, sha256, tuple(fact_pairs(facts_of(pilot, kind))), lines)


def signers_of(pilot: Pilot, kind: str) -> list[GateSigner]:
    """Return who must sign a gate, in the order in which they were added."""
    found = GateSigner.objects.filter(pilot=pilot, kind=kind)
    return list(found.select_related("user", "deputy"))


def _open_links(signers: list[GateSigner], sha256: str) -> dict[int, SignatureLink]:
    """Return the newest link of each signer where it is open, for exactly this text."""
    found = SignatureLink.objects.filter(signer__in=signers).order_by("pk")
    newest = {link.signer_id: link for link in found}
    now = timezone.now()
    return {
        signer: link
        for signer, link in newest.items()
        if link.used_at is None and link.expires_at > now and link.draft_sha256 == sha256
    }


def _line(signer: GateSigner, sha256: str, link: SignatureLink | None = None) -> SignerLine:
    who = who_signs(signer)
    if signer.signed_at:
        state = "signed" if signer.signed_sha256 == sha256 else "void"
    else:
        state = "waiting" if who else "nobody"
    deputy = str(signer.deputy.name or signer.deputy.email) if signer.deputy else ""
    return SignerLine(signer, who, deputy, state, None if state == "signed" else link)


def gate_url(pilot: Pilot, kind: str) -> str:
    return reverse("pilots:gate", args=[pilot.partnership.slug, pilot.pk, kind])


def document_obstacles(pilot: Pilot, kind: str, document: str | None = None) -> list[Obstacle]:
    """Say which questions of a document are not answered; empty where all are or there is none.

    Parameters
    ----------
    document
        What the gate would be passed on; the saved draft where that is not known yet.
    """
    if document is None:
        draft = draft_of(pilot, kind)
        document = draft.text if draft else ""
    waiting: list[str] = []
    if only_questions(pilot, kind, document):
        text = _("The document still holds only the questions. Write the answers to them.")
    elif waiting := open_questions(pilot, kind, document):
        text = not_answered(waiting)
    else:
        return []
    address = reverse("pilots:draft", args=[pilot.partnership.slug, pilot.pk, kind])
    heading = _("The document has no answer to:")
    return [Obstacle(text, address, _("Change the draft"), tuple(waiting), heading)]


def signature_obstacles(pilot: Pilot, kind: str, by: User | None = None) -> list[Obstacle]:
    """Return whose signature is missing; empty where nobody is named and nobody has to be.

    Parameters
    ----------
    by
        Who would pass the gate: where it has to be witnessed, their own signature is not enough.
    """
    signers = signers_of(pilot, kind)
    address, action = f"{gate_url(pilot, kind)}#signers", _("Go to the signatures")
    if not signers:
        return [Obstacle(_nobody_signs(kind), address, action)] if is_witnessed(kind) else []
    found = [Obstacle(text, address, action) for text in side_missing(kind, signers)]
    draft = draft_of(pilot, kind)
    if draft is None:
        text = _("Write the document that is to be signed.")
        write = reverse("pilots:draft", args=[pilot.partnership.slug, pilot.pk, kind])
        return [*found, Obstacle(text, write, _("Write the document"))]
    sha256 = signed_hash(pilot, kind, draft.text)
    lines = [_line(signer, sha256) for signer in signers]
    unsigned = [_missing(line) for line in lines if line.state != "signed"]
    found += [Obstacle(text, address, action) for text in unsigned]
    return found or [
        Obstacle(text, address, action) for text in _by_whom_not_enough(kind, signers, by)
    ]


def _by_whom_not_enough(kind: str, signed: list[GateSigner], by: User | None) -> list[str]:
    """Say that all have signed, and that they are not enough people."""
    if by is not None and is_witnessed(kind) and not _witnesses(signed, by):
        return [
            _(
                "You alone have signed this. Name somebody else who signs it too, or let another "
                "lead pass the gate."
            )
        ]
    return one_person_for_both(kind, signed)


def _nobody_signs(kind: str) -> str:
    who = {
        GateKind.DATA_PROTECTION: _(
            "Name who signs the assessment, or the screening that none is needed: for example the "
            "data-protection officer."
        ),
        GateKind.AGREEMENT: _("Name who signs the agreement, for the city and for the company."),
        GateKind.SITES: _("Name who signs for the sites."),
        GateKind.DECISION: _("Name who signs that something else is bought than was piloted."),
    }[GateKind(kind)]
    rule = _("Somebody else than whoever passes the gate signs. A typed name is no signature.")
    return f"{who} {rule}"


def _witnesses(signers: Iterable[GateSigner], by: User) -> list[GateSigner]:
    """Return those whose signature is not that of `by`, whichever way it was given."""
    return [one for one in signers if not _is_own(one, by)]


def _is_own(signer: GateSigner, by: User) -> bool:
    return account_of(signer) == by.pk or same_name(signer.signed_name, by.name)


def _missing(line: SignerLine) -> str:
    values = {"role": line.signer.role, "name": line.who}
    if line.state == "nobody":
        return _("Say who signs as “%(role)s”.") % values
    if line.state == "void":
        text = _(
            "%(name)s (%(role)s) signed something else: the text or the record was changed since. "
            "It has to be signed anew."
        )
        return text % values
    return _("%(name)s (%(role)s) has not signed yet.") % values


@dataclass(frozen=True)
class Signatures:
    """The signatures on a document, as its gate keeps them.

    Attributes
    ----------
    names
        Who signed, in one line.
    record
        Role, name, for whom, how, when and the scan of each.
    last
        The day of the last of them.
    witnesses
        How many of them are not by whoever passes the gate.
    both_sides
        Whether two people signed, one for the city and one for the company.
    """

    names: str
    record: tuple[dict[str, Any], ...]
    last: dt.date | None
    witnesses: int
    both_sides: bool


def signatures_on(pilot: Pilot, kind: str, document: str, by: User) -> Signatures | None:
    """Return the signatures on exactly this document; None where no signer is named.

    Parameters
    ----------
    by
        Who passes the gate.
    """
    signers = signers_of(pilot, kind)
    if not signers:
        return None
    sha256 = signed_hash(pilot, kind, document)
    signed = [one for one in signers if one.signed_at and one.signed_sha256 == sha256]
    with translation.override(pilot.partnership.language):
        names = [signature_name(one.role, one.signed_name, one.signed_for) for one in signed]
    days = [timezone.localdate(one.signed_at) for one in signed if one.signed_at]
    kept = tuple(_kept(one) for one in signed)
    last = max(days, default=None)
    witnesses = len(_witnesses(signed, by))
    return Signatures(_joined(names), kept, last, witnesses, both_signed(signed))


def _joined(names: Iterable[str]) -> str:
    text = "; ".join(names)
    return text if len(text) <= LONGEST_NAMES else f"{text[: LONGEST_NAMES - 2]} …"


def _kept(signer: GateSigner) -> dict[str, Any]:
    return {
        "role": signer.role,
        "side": signer.side,
        "name": signer.signed_name,
        "for": signer.signed_for,
        "how": signer.how,
        "at": signer.signed_at.isoformat() if signer.signed_at else "",
        "scan": signer.scan.name or "",
    }


@dataclass(frozen=True)
class SignatureLine:
    """A signature that a passed gate keeps."""

    name: str
    how: str
    on: dt.date | None
    scan: str


def signature_lines(gate: Gate | PastGate) -> list[SignatureLine]:
    """Return who signed a gate, how and when."""
    how = dict(GateSigner.How.choices)
    return [
        SignatureLine(
            signature_name(one["role"], one["name"], one["for"]),
            str(how.get(one["how"], "")),
            timezone.localdate(dt.datetime.fromisoformat(one["at"])) if one["at"] else None,
            one["scan"],
        )
        for one in gate.signatures
    ]


@dataclass(frozen=True)
class PastLine:
    """A gate as it was passed before, and why it was opened again."""

    gate: PastGate
    facts: tuple[tuple[str, str], ...]


def past_lines(pilot: Pilot, kind: str) -> list[PastLine]:
    """Return the history of a gate, the newest first."""
    found = PastGate.objects.filter(pilot=pilot, kind=kind).order_by("-reopened_at", "-pk")
    return [PastLine(one, tuple(fact_pairs(one.facts))) for one in found]


# Links ------------------------------------------------------------------------------------------


def link_state(token: str) -> LinkState[SignatureLink]:
    """Return the link of this token and whether it still works."""
    found = SignatureLink.objects.select_related("signer__pilot__partnership", "made_by")
    return state_of_link(
        found, token, passed=_is_passed, of=lambda link: link.signer, changed=_is_another_text
    )


def _is_passed(link: SignatureLink) -> bool:
    pilot = link.signer.pilot
    return bool(pilot.decided_on) or pilot.gates.filter(kind=link.signer.kind).exists()


def _is_another_text(link: SignatureLink) -> bool:
    signer = link.signer
    draft = draft_of(signer.pilot, signer.kind)
    if draft is None:
        return True
    return signed_hash(signer.pilot, signer.kind, draft.text) != link.draft_sha256


# Whose signature is waited for ------------------------------------------------------------------


@dataclass(frozen=True)
class WaitingSignature:
    """A document that waits for somebody's signature."""

    pilot: Pilot
    signer: GateSigner
    as_deputy: bool


def waiting_for(partnership: Partnership, user: User) -> list[WaitingSignature]:
    """Return the documents that wait for this person, as signer or as deputy: three queries."""
    mine = GateSigner.objects.filter(pilot__partnership=partnership, pilot__decided_on=None)
    mine = mine.filter(Q(user=user) | Q(deputy=user)).select_related("pilot__partnership")
    signers = list(mine.order_by("pilot", "pk"))
    if not signers:
        return []
    pilots = {one.pilot_id for one in signers}
    drafts = {(one.pilot_id, one.kind): one for one in GateDraft.objects.filter(pilot__in=pilots)}
    passed = defaultdict(set)
    for pilot, kind in _passed(pilots):
        passed[pilot].add(kind)
    return [
        WaitingSignature(one.pilot, one, one.user_id != user.pk)
        for one in signers
        if one.kind not in passed[one.pilot_id]
        and _waits(one, drafts.get((one.pilot_id, one.kind)))
    ]


def _passed(pilots: Iterable[int]) -> Iterable[tuple[int, str]]:
    return Gate.objects.filter(pilot__in=pilots).values_list("pilot", "kind")


def _waits(signer: GateSigner, draft: GateDraft | None) -> bool:
    if draft is None or not is_signed(signer.pilot, signer.kind):
        return False
    return not signer.signed_at or signer.signed_sha256 != signed_hash(
        signer.pilot, signer.kind, draft.text
    )
